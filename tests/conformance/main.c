// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "conformance.h"

#include <dlfcn.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#define CASE_TIMEOUT 120 /* seconds; a case that hangs is ended */

static const char *wanted_device;

void test_fail(const char *file, int line, const char *format, ...)
{
	const char *base = strrchr(file, '/');
	va_list args;

	fprintf(stderr, "  %s:%d: ", base ? base + 1 : file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

void test_skip(const char *format, ...)
{
	va_list args;

	printf("  ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	exit(EXIT_SKIPPED);
}

void sim_option(const char *option)
{
	const char *spec = getenv("HLRT_SIM");
	char text[512];

	snprintf(text, sizeof(text), "%s%c%s", spec, strchr(spec, ':') ? ',' : ':', option);
	setenv("HLRT_SIM", text, 1);
}

/* The program is not linked with the simulator: it also runs where there is none. */
void sim_fault(const char *knob, int count)
{
	void *sim = dlopen("libhlsim.so.1", RTLD_NOW | RTLD_NOLOAD);
	int (*fault)(const char *, const char *, int64_t) = NULL;

	if (sim)
		*(void **)&fault = dlsym(sim, "hlsim_fault");
	if (!fault || fault(NULL, knob, count))
		test_fail(__FILE__, __LINE__, "the simulator cannot be made to do %s", knob);
}

/* Position of the device under test in the list; its peer is the next one, around the end. */
static size_t first_index(struct hlrt_device **devices, size_t count)
{
	for (size_t i = 0; wanted_device && i < count; i++) {
		struct hlrt_device_info info = { .size = sizeof(info) };

		EXPECT_OK(hlrt_device_query(devices[i], &info));
		if (!strcmp(info.name, wanted_device))
			return i;
	}
	if (wanted_device)
		test_fail(__FILE__, __LINE__, "no device is called %s", wanted_device);
	return 0;
}

struct hlrt_device *test_device(size_t index)
{
	struct hlrt_device **devices, *device;
	size_t count;

	devices = hlrt_get_devices(&count);
	if (!devices)
		test_fail(__FILE__, __LINE__, "listing devices: %s", hlrt_last_error());
	if (index >= count)
		test_skip("needs %zu devices, %zu found", index + 1, count);
	device = hlrt_device_ref(devices[(first_index(devices, count) + index) % count]);
	hlrt_free_devices(devices);
	return device;
}

struct hlrt_context *test_open(size_t index)
{
	struct hlrt_device *device = test_device(index);
	struct hlrt_context *context = hlrt_open(device, NULL);

	if (!context)
		test_fail(__FILE__, __LINE__, "opening device %zu: %s", index, hlrt_last_error());
	hlrt_device_unref(device);
	return context;
}

struct hlrt_mem *test_alloc(struct hlrt_context *context, uint64_t length)
{
	struct hlrt_mem *mem = hlrt_mem_alloc(context, length, NULL);

	if (!mem)
		test_fail(__FILE__, __LINE__, "allocating %llu bytes: %s", (unsigned long long)length,
			  hlrt_last_error());
	return mem;
}

void test_require(struct hlrt_context *context, uint32_t capability)
{
	if (hlrt_check_capability(context, capability) < 0)
		test_skip("%s", hlrt_last_error());
}

static uint8_t pattern(uint64_t n, uint32_t seed)
{
	uint64_t x = (n + 1) * 0x9E3779B97F4A7C15ull + seed * 0xD1B54A32D192ED03ull;

	return (uint8_t)(x >> 32 ^ x >> 56);
}

uint8_t *test_buffer(uint64_t length, uint32_t seed)
{
	uint8_t *buf = malloc(length);

	EXPECT(buf);
	for (uint64_t i = 0; i < length; i++)
		buf[i] = pattern(i, seed);
	return buf;
}

void test_verify(const uint8_t *buf, uint64_t length, uint32_t seed)
{
	for (uint64_t i = 0; i < length; i++)
		if (buf[i] != pattern(i, seed))
			test_fail(__FILE__, __LINE__, "byte %llu of %llu is 0x%02x, should be 0x%02x",
				  (unsigned long long)i, (unsigned long long)length, buf[i], pattern(i, seed));
}

/* ---- running ----------------------------------------------------------------------------------------- */

static const struct test_case *const tables[] = { library_cases, device_cases,	memory_cases, copy_cases,  stream_cases,
						  fence_cases,	 cs_cases,	dmabuf_cases, fault_cases, event_cases,
						  fd_cases,	 hostmem_cases, monitor_cases };

static bool simulated(void)
{
	const char *spec = getenv("HLRT_SIM");

	return spec && *spec;
}

static void run_case(const struct test_case *test)
{
	alarm(CASE_TIMEOUT);
	if ((test->needs & NEEDS_SIM) && !simulated())
		test_skip("needs the simulator's fault knobs");
	test->run();
}

/* Returns 0 passed, 1 failed, 77 skipped. */
static int run_in_child(const struct test_case *test)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		run_case(test);
		exit(EXIT_SUCCESS);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("fork");
		return EXIT_FAILURE;
	}
	if (WIFSIGNALED(status)) {
		printf("  ended by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
		return EXIT_FAILURE;
	}
	return WEXITSTATUS(status);
}

static void usage(const char *program)
{
	printf("usage: %s [--list] [--device NAME] [--no-skip | --skips FILE] [--require LIST] [PATTERN...]\n"
	       "  --list         print the cases' names\n"
	       "  --device NAME  the device under test (default: the first)\n"
	       "  --no-skip      a skipped case counts as failed\n"
	       "  --skips FILE   the cases named in it, one on a line, are skipped, and no other; those behind a ! "
	       "fail\n"
	       "  --require LIST capabilities that the device under test must have, separated by commas\n"
	       "  PATTERN        run only cases whose name matches (shell pattern)\n",
	       program);
}

static struct {
	unsigned int passed, failed, skipped;
} count;

static void run_and_count(const struct test_case *test, bool no_skip)
{
	int result = required_skips(test->name, run_in_child(test));

	if (result == EXIT_SKIPPED && no_skip)
		result = EXIT_FAILURE;
	count.passed += result == 0;
	count.skipped += result == EXIT_SKIPPED;
	count.failed += result != 0 && result != EXIT_SKIPPED;
	printf("%s %s\n", result == 0 ? "ok  " : result == EXIT_SKIPPED ? "skip" : "FAIL", test->name);
}

static bool matches(const struct test_case *test, char *const *patterns, int num)
{
	for (int i = 0; i < num; i++)
		if (fnmatch(patterns[i], test->name, 0) == 0)
			return true;
	return !num;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "list", no_argument, NULL, 'l' },
						 { "device", required_argument, NULL, 'd' },
						 { "no-skip", no_argument, NULL, 'n' },
						 { "skips", required_argument, NULL, 's' },
						 { "require", required_argument, NULL, 'r' },
						 { "help", no_argument, NULL, 'h' },
						 { NULL, 0, NULL, 0 } };
	bool list = false, no_skip = false;
	int option;

	while ((option = getopt_long(argc, argv, "ld:ns:r:h", options, NULL)) != -1) {
		switch (option) {
		case 'l':
			list = true;
			break;
		case 'd':
			wanted_device = optarg;
			break;
		case 'n':
			no_skip = true;
			break;
		case 's':
			required_skips_are(optarg);
			break;
		case 'r':
			required_capabilities = optarg;
			break;
		default:
			usage(argv[0]);
			return option == 'h' ? EXIT_SUCCESS : 2;
		}
	}

	if (required_capabilities)
		run_and_count(&required_case, no_skip);
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		for (const struct test_case *test = tables[t]; test->name; test++) {
			if (!matches(test, argv + optind, argc - optind))
				continue;
			if (list)
				puts(test->name);
			else
				run_and_count(test, no_skip);
		}
	}
	if (list)
		return EXIT_SUCCESS;
	printf("%u passed, %u failed, %u skipped\n", count.passed, count.failed, count.skipped);
	return count.failed || !(count.passed + count.skipped) ? EXIT_FAILURE : EXIT_SUCCESS;
}
