// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * hlrt-faults: what a program gets to see of each fault knob, and what becomes of its device, of the device beside it, and of who
 * opens it next. The same table for simulated devices in this process and for a guest, where faults are asked for through
 * a terminal that leads to hlsim's control socket. docs/simulator.md shows the table (--table).
 *
 * Each fault is met in a process of its own, forked before its first hlrt call.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <hlrt/hlrt.h>
#include <hlrt/sim.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define SIZE 65536u
#define CASE_SECONDS 60
#define EVENT_MS 20000
#define GONE_SECONDS 20 /* a hot-plug controller takes its time */
#define BIT(event) (1u << (event))
#define RESET_EVENTS (BIT(HLRT_EVENT_RESET_BEGIN) | BIT(HLRT_EVENT_RESET_END))
/* Time limits that a test can wait for; in a guest they are module parameters. */
#define SIM_OPTIONS "param.cs_timeout_ms=1500,param.health_ms=20,param.boot_timeout_ms=3000,param.cpu_timeout_ms=10000"

enum after { GOES_ON, RESET, DISABLED, GONE };

static const char *const after_text[] = {
	[GOES_ON] = "goes on",
	[RESET] = "resets itself: close, open again",
	[DISABLED] = "disabled: opening gives -ENODEV",
	[GONE] = "not listed any more",
};

static const struct outcome {
	const char *knob, *count, *with; /* with: a second fault, once, that makes the first one felt */
	int error;			 /* of the round trip, or fill, that meets it */
	bool fill, wrong_data;
	unsigned int events;
	enum after after;
	const char *hardware, *program;
} outcomes[] = {
	{ "corrupt-dma", "1", NULL, 0, false, true, 0, GOES_ON, "flips one bit of a copy",
	  "wrong data: nothing else notices" },
	{ "dma-error", "1", NULL, EIO, false, false, BIT(HLRT_EVENT_DEVICE_ERROR) | RESET_EVENTS, RESET,
	  "a copy ends in a DMA error", "-EIO; DEVICE_ERROR, RESET_BEGIN, RESET_END" },
	{ "scrub-fail", "1", NULL, EIO, true, false, BIT(HLRT_EVENT_DEVICE_ERROR) | RESET_EVENTS, RESET,
	  "a fill ends in a DMA error",
	  "-EIO; DEVICE_ERROR, RESET_BEGIN, RESET_END. When it is the scrubbing at close: nothing" },
	{ "hang-queue", "1", NULL, ETIMEDOUT, false, false, BIT(HLRT_EVENT_TIMEOUT) | RESET_EVENTS, RESET,
	  "a queue manager stops fetching",
	  "-ETIMEDOUT after the driver's time limit; TIMEOUT, RESET_BEGIN, RESET_END" },
	{ "lose-irq", "1", NULL, 0, false, false, 0, GOES_ON, "a completion interrupt is not sent",
	  "a late answer: the driver looks by itself every `health_ms`" },
	{ "iommu-fault", "1", NULL, EIO, false, false, BIT(HLRT_EVENT_DEVICE_ERROR) | RESET_EVENTS, RESET,
	  "the IOMMU refuses an access that was mapped", "-EIO; DEVICE_ERROR, RESET_BEGIN, RESET_END" },
	{ "late=100", "1", NULL, 0, false, false, 0, GOES_ON, "a completion comes late, within the driver's time limit",
	  "a late answer" },
	{ "late=10000", "1", NULL, ETIMEDOUT, false, false, BIT(HLRT_EVENT_TIMEOUT) | RESET_EVENTS, RESET,
	  "a completion comes late, beyond the time limit", "-ETIMEDOUT; TIMEOUT, RESET_BEGIN, RESET_END" },
	{ "corrupt-completion", "1", NULL, EIO, false, false, RESET_EVENTS, RESET,
	  "a completion entry names another than its own", "-EIO; RESET_BEGIN, RESET_END" },
	{ "spurious-irq", "100", NULL, 0, false, false, 0, GOES_ON, "interrupts without cause", "nothing" },
	{ "boot-fail", "-1", "dma-error", EIO, false, false, BIT(HLRT_EVENT_RESET_BEGIN) | BIT(HLRT_EVENT_REMOVED),
	  DISABLED, "the boot CPU reports an error, at the next reset",
	  "the reset's cause; RESET_BEGIN, REMOVED. At probe: listed, and opening says why it cannot" },
	{ "read-ones", "1", NULL, EIO, false, false, BIT(HLRT_EVENT_REMOVED), DISABLED,
	  "every register and configuration read gives all ones, writes vanish, DMA stops; count 0 ends it",
	  "-EIO, then -ENODEV; REMOVED" },
	{ "vanish", "1", NULL, ENODEV, false, false, BIT(HLRT_EVENT_REMOVED), GONE,
	  "the same, and the bus reports the device gone", "-ENODEV, -EIO of what was running; REMOVED" },
	{ "alloc-fail=N", NULL, NULL, ENOMEM, false, false, 0, GOES_ON,
	  "the N-th allocation of the kernel from now fails; in process, or of a kernel with fault injection",
	  "-ENOMEM, or nothing where the driver can do without" },
};

static const char *control_path, *unplug_command;
static bool by_fail_nth;

#define FAIL(...) \
	do { \
		fprintf(stderr, "  %s:%d: ", __func__, __LINE__); \
		fprintf(stderr, __VA_ARGS__); \
		fputc('\n', stderr); \
		exit(EXIT_FAILURE); \
	} while (0)

#define EXPECT(condition) \
	do { \
		if (!(condition)) \
			FAIL("%s (last error: %s)", #condition, hlrt_last_error()); \
	} while (0)

/* ---- how faults are asked for ---- */

static void ask_terminal(const char *knob, const char *count)
{
	char answer[256] = "";
	FILE *control;
	struct termios raw;
	int fd = open(control_path, O_RDWR | O_NOCTTY);

	if (fd < 0 || tcgetattr(fd, &raw))
		FAIL("%s: %s", control_path, strerror(errno));
	cfmakeraw(&raw);
	tcsetattr(fd, TCSAFLUSH, &raw);
	dprintf(fd, "fault %s %s\n", knob, count);
	control = fdopen(fd, "r");
	if (!control || !fgets(answer, sizeof(answer), control) || strcmp(answer, "ok\n"))
		FAIL("fault %s %s: %s", knob, count, *answer ? answer : "no answer");
	fclose(control);
}

static void inject(const char *device, const char *knob, const char *count)
{
	int rc;

	if (control_path) {
		ask_terminal(knob, count);
		/* In the program's own process the knob does that, too. */
		if (!strcmp(knob, "vanish") && (!unplug_command || system(unplug_command)))
			FAIL("the device cannot be unplugged");
		return;
	}
	rc = hlsim_fault(device, knob, strtol(count, NULL, 10));
	if (rc)
		FAIL("hlsim_fault(%s, %s, %s): %s", device, knob, count, strerror(-rc));
}

/* ---- a program ---- */

struct user {
	struct hlrt_context *context;
	struct hlrt_mem *mem;
	struct hlrt_event_reader *events;
};

static struct hlrt_device *device_named(const char *name)
{
	struct hlrt_device **devices = hlrt_get_devices(NULL), *found = NULL;

	EXPECT(devices);
	for (size_t i = 0; devices[i] && !found; i++) {
		struct hlrt_device_info info = { .size = sizeof(info) };

		EXPECT(hlrt_device_query(devices[i], &info) == 0);
		if (!strcmp(info.name, name))
			found = hlrt_device_ref(devices[i]);
	}
	hlrt_free_devices(devices);
	return found;
}

static bool is_listed(const char *name)
{
	struct hlrt_device *device = device_named(name);

	hlrt_device_unref(device);
	return device;
}

static void user_open(struct user *u, const char *name)
{
	struct hlrt_device *device = device_named(name);

	EXPECT(device);
	u->context = hlrt_open(device, NULL);
	EXPECT(u->context);
	hlrt_device_unref(device);
	u->mem = hlrt_mem_alloc(u->context, SIZE, NULL);
	EXPECT(u->mem);
	u->events = hlrt_events_open(u->context);
	EXPECT(u->events);
}

static void user_close(struct user *u)
{
	EXPECT(hlrt_events_close(u->events) == 0);
	EXPECT(hlrt_mem_free(u->mem) == 0);
	EXPECT(hlrt_close(u->context) == 0);
}

/* Host to device and back; the first error. */
static int round_trip(struct user *u, bool *same)
{
	static uint8_t there[SIZE], back[SIZE];
	int rc;

	for (unsigned int i = 0; i < SIZE; i++)
		there[i] = (uint8_t)(i * 7 + i / 251);
	memset(back, 0, SIZE);
	rc = hlrt_mem_write(u->mem, 0, there, SIZE);
	if (!rc)
		rc = hlrt_mem_read(u->mem, 0, back, SIZE);
	*same = !memcmp(there, back, SIZE);
	return rc;
}

static void expect_works(struct user *u)
{
	bool same;

	EXPECT(round_trip(u, &same) == 0);
	EXPECT(same);
}

static void expect_opens_and_works(const char *name)
{
	struct user u;

	user_open(&u, name);
	expect_works(&u);
	user_close(&u);
}

static void expect_events(struct user *u, unsigned int wanted)
{
	unsigned int seen = 0;

	while ((seen & wanted) != wanted) {
		struct pollfd p = { .fd = hlrt_events_fd(u->events), .events = POLLIN };
		struct hlrt_event event = { .size = sizeof(event) };

		if (poll(&p, 1, EVENT_MS) != 1)
			FAIL("events 0x%x of 0x%x", seen, wanted);
		while (hlrt_events_read(u->events, &event) == 0)
			seen |= BIT(event.type);
	}
	if (seen & ~wanted & ~BIT(HLRT_EVENT_DEVICE_ERROR))
		FAIL("events 0x%x, should be 0x%x", seen, wanted);
}

/* ---- cases ---- */

static void expect_after(const struct outcome *o, const char *name)
{
	struct hlrt_device *device;

	switch (o->after) {
	case GOES_ON:
	case RESET:
		expect_opens_and_works(name);
		return;
	case DISABLED:
		device = device_named(name);
		EXPECT(device);
		EXPECT(!hlrt_open(device, NULL) && errno == ENODEV);
		hlrt_device_unref(device);
		return;
	case GONE:
		for (unsigned int i = 0; i < GONE_SECONDS * 10 && is_listed(name); i++)
			usleep(100000);
		EXPECT(!is_listed(name));
		return;
	}
}

/* Names of the device under test and of its neighbour. */
static void two_names(char name[2][32])
{
	struct hlrt_device **devices = hlrt_get_devices(NULL);

	EXPECT(devices);
	for (size_t i = 0; i < 2; i++) {
		struct hlrt_device_info info = { .size = sizeof(info) };

		EXPECT(devices[i]);
		EXPECT(hlrt_device_query(devices[i], &info) == 0);
		memcpy(name[i], info.name, sizeof(info.name));
	}
	hlrt_free_devices(devices);
}

static void run_outcome(const struct outcome *o)
{
	struct user victim, neighbour;
	char name[2][32];
	bool same = true;
	int rc;

	two_names(name);
	user_open(&victim, name[0]);
	user_open(&neighbour, name[1]);
	expect_works(&victim); /* what the library sets up at first use is there */
	inject(name[0], o->knob, o->count);
	if (o->with)
		inject(name[0], o->with, "1");

	rc = o->fill ? hlrt_mem_fill(victim.mem, 0, 0x01020304, SIZE) : round_trip(&victim, &same);
	/* Who loses the device may have work running still, or be refused already. */
	if (rc != -o->error && !(o->after >= DISABLED && (rc == -ENODEV || rc == -EIO)))
		FAIL("gives %d, should be %d (%s)", rc, -o->error, hlrt_last_error());
	if (!rc && same == o->wrong_data)
		FAIL("the data is %s", same ? "right" : "wrong");
	expect_works(&neighbour);
	if (o->events)
		expect_events(&victim, o->events);
	if (o->after != GOES_ON)
		EXPECT(hlrt_mem_fill(victim.mem, 0, 0, SIZE) == -ENODEV);
	user_close(&victim);
	expect_after(o, name[0]);
	expect_works(&neighbour);
	user_close(&neighbour);
}

/*
 * The n-th allocation from now fails, none for 0: in the simulator, or in the real kernel in what this thread asks of it
 * (CONFIG_FAULT_INJECTION). The file is opened beforehand, for to open it is an allocation, too.
 */
static void fail_allocation(const char *device, unsigned int n)
{
	static int fail_nth = -1;
	char text[32];

	if (!by_fail_nth) {
		snprintf(text, sizeof(text), "alloc-fail=%u", n);
		inject(device, n ? text : "alloc-fail", n ? "1" : "0");
		return;
	}
	if (fail_nth < 0)
		fail_nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	snprintf(text, sizeof(text), "%u", n);
	if (pwrite(fail_nth, text, strlen(text), 0) < 0)
		FAIL("fail-nth: %s", strerror(errno));
}

/* Everything that a program may do, up to the first error, which the n-th allocation may bring. */
static int session(const char *exporter, const char *importer, unsigned int n)
{
	struct hlrt_device *device[2] = { device_named(exporter), device_named(importer) };
	struct hlrt_context *context[2] = { NULL };
	struct hlrt_mem *mem = NULL, *host = NULL, *import = NULL;
	struct hlrt_dmabuf *dmabuf = NULL;
	int error = 0;

	fail_allocation(exporter, n);
	for (unsigned int i = 0; i < 2; i++) {
		context[i] = error ? NULL : hlrt_open(device[i], NULL);
		error = error || context[i] ? error : errno;
	}
	if (!error && !(mem = hlrt_mem_alloc(context[0], SIZE, NULL)))
		error = errno;
	if (!error && !(host = hlrt_mem_alloc_host(context[0], SIZE, NULL)))
		error = errno;
	if (!error)
		error = -hlrt_mem_copy(mem, 0, host, 0, SIZE);
	if (!error && !(dmabuf = hlrt_dmabuf_export(mem, 0, SIZE, 0)))
		error = errno;
	if (!error && !(import = hlrt_dmabuf_import(context[1], hlrt_dmabuf_fd(dmabuf), 0, 0, 0)))
		error = errno;
	if (!error)
		error = -hlrt_mem_fill(import, 0, 1, SIZE);
	EXPECT(!import || hlrt_mem_free(import) == 0);
	EXPECT(!dmabuf || hlrt_dmabuf_close(dmabuf) == 0);
	EXPECT(!host || hlrt_mem_free(host) == 0);
	EXPECT(!mem || hlrt_mem_free(mem) == 0);
	for (unsigned int i = 0; i < 2; i++) {
		EXPECT(!context[i] || hlrt_close(context[i]) == 0);
		hlrt_device_unref(device[i]);
	}
	fail_allocation(exporter, 0);
	return error;
}

/* Until a run of sessions meets no failure any more. */
static void run_alloc_fail(void)
{
	unsigned int noticed = 0, quiet = 0;
	char name[2][32];

	two_names(name);
	for (unsigned int n = 1; quiet < 30; n++) {
		int error = session(name[0], name[1], n);

		if (error && error != ENOMEM)
			FAIL("allocation %u: %s (%s)", n, strerror(error), hlrt_last_error());
		quiet = error ? 0 : quiet + 1;
		noticed += error != 0;
	}
	if (noticed < 20)
		FAIL("only %u failures were noticed", noticed);
	EXPECT(session(name[0], name[1], 0) == 0);
}

static bool is_alloc_fail(const struct outcome *o)
{
	return !o->count;
}

/* Over a terminal all but the allocations; by fail-nth nothing else. */
static bool is_possible(const struct outcome *o)
{
	return by_fail_nth ? is_alloc_fail(o) : !control_path || !is_alloc_fail(o);
}

static int run_in_child(const struct outcome *o)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		alarm(by_fail_nth ? 0 : CASE_SECONDS);
		if (is_alloc_fail(o))
			run_alloc_fail();
		else
			run_outcome(o);
		exit(EXIT_SUCCESS);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("fork");
		return EXIT_FAILURE;
	}
	if (WIFSIGNALED(status))
		printf("  ended by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

static void print_table(void)
{
	puts("| knob | what the hardware does | what the program sees | the device then |\n|---|---|---|---|");
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		printf("| `%s` | %s | %s | %s |\n", outcomes[i].knob, outcomes[i].hardware, outcomes[i].program,
		       after_text[outcomes[i].after]);
}

static void prepare_simulator(void)
{
	const char *spec = getenv("HLRT_SIM");
	char text[512];

	if (!spec || !*spec)
		spec = "gaudi*2";
	snprintf(text, sizeof(text), "%s%c%s", spec, strchr(spec, ':') ? ',' : ':', SIM_OPTIONS);
	setenv("HLRT_SIM", text, 1);
}

static bool is_wanted(const struct outcome *o, int argc, char **argv)
{
	for (int i = optind; i < argc; i++)
		if (!strcmp(argv[i], o->knob))
			return true;
	return optind == argc;
}

static void usage(const char *program)
{
	printf("usage: %s [--control TTY [--unplug COMMAND] | --fail-nth] [KNOB...]\n"
	       "       %s --table\n"
	       "  --control TTY     ask hlsim for faults of the first device through this terminal; else: HLRT_SIM\n"
	       "  --unplug COMMAND  how the bus loses the first device, for vanish\n"
	       "  --fail-nth        fail the allocations of a real kernel that can do so, one by one\n"
	       "  --table           print what is expected, for docs/simulator.md\n",
	       program, program);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "control", required_argument, NULL, 'c' }, { "unplug", required_argument, NULL, 'u' },
		{ "fail-nth", no_argument, NULL, 'n' },	     { "table", no_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },	     { NULL, 0, NULL, 0 }
	};
	unsigned int passed = 0, failed = 0;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			control_path = optarg;
			break;
		case 'u':
			unplug_command = optarg;
			break;
		case 'n':
			by_fail_nth = true;
			break;
		case 't':
			print_table();
			return EXIT_SUCCESS;
		default:
			usage(argv[0]);
			return option == 'h' ? EXIT_SUCCESS : 2;
		}
	}
	if (!control_path && !by_fail_nth)
		prepare_simulator();
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		int rc;

		if (!is_possible(&outcomes[i]) || !is_wanted(&outcomes[i], argc, argv))
			continue;
		rc = run_in_child(&outcomes[i]);
		passed += !rc;
		failed += !!rc;
		printf("%s %s\n", rc ? "FAIL" : "ok  ", outcomes[i].knob);
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed || !passed ? EXIT_FAILURE : EXIT_SUCCESS;
}
