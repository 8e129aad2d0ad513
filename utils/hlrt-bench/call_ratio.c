// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * call_ratio: allocating, exporting, closing and freeing by the library against the same by bare calls. Three figures: the
 * library's instructions (exact, over a device that does nothing), its system calls beyond the bare ones (none), and the
 * ratio of times on a real driver.
 */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cycle.h"

#define COUNTED "200" /* cycles; counts do not vary */
#define NUM_COUNTED 200.0
#define MAX_INSTRUCTIONS 2000
#define MAX_RATIO 1.10

/* The program that has the device which does nothing: beside this one. */
static const char *null_program(void)
{
	static char path[4096 + 8];

	snprintf(path, sizeof(path), "%s-null", program_path());
	return path;
}

/* ---- instructions ---- */

/* Runs a program without its output: its exit status, 127 when it is not there. */
static int run_quietly(const char *const argv[])
{
	pid_t child = fork();
	int status, null;

	if (child < 0)
		die("fork: %s", strerror(errno));
	if (!child) {
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The line "totals: N" of callgrind's output file. */
static double read_totals(const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned long long total = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "totals: %llu", &total) == 1)
			break;
	if (file)
		fclose(file);
	return (double)total;
}

/* Instructions of one cycle; a negative number when there is no valgrind. */
static double count_instructions(const char *which)
{
	char path[] = "/tmp/hlrt-bench-XXXXXX", out[64];
	const char *argv[] = { "valgrind",
			       "--tool=callgrind",
			       "--toggle-collect=measured",
			       out,
			       null_program(),
			       "--once",
			       which,
			       COUNTED,
			       "gaudi",
			       NULL };
	int fd = mkstemp(path), status;
	double total;

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	close(fd);
	snprintf(out, sizeof(out), "--callgrind-out-file=%s", path);
	status = run_quietly(argv);
	total = read_totals(path);
	unlink(path);
	if (status && status != 127)
		die("%s under callgrind failed with status %d", null_program(), status);
	if (!status && total <= 0)
		die("callgrind counted nothing");
	return status ? -1 : total / NUM_COUNTED;
}

static void report_instructions(void)
{
	struct figure figure = { .name = "call_ratio.instructions",
				 .unit = "instructions",
				 .bound = BOUND_AT_MOST,
				 .limit = MAX_INSTRUCTIONS,
				 .exact = true };
	double raw;

	figure.value = count_instructions("library");
	if (figure.value < 0) {
		report_skipped(figure.name, "valgrind is not installed");
		return;
	}
	raw = count_instructions("raw");
	figure_raw(&figure, "raw", raw, "instructions");
	snprintf(figure.note, sizeof(figure.note), "of one cycle, in user space, by callgrind");
	report(&figure);
}

/* ---- system calls ---- */

static double count_calls(const char *program, const char *which, const char *asic)
{
	const char *argv[] = { program, "--once", which, COUNTED, asic, NULL };
	struct trace trace;
	int rc = trace_program(argv, &trace);

	if (rc)
		return rc;
	if (!WIFEXITED(trace.status) || WEXITSTATUS(trace.status))
		die("%s --once %s failed, status 0x%x", program, which, (unsigned int)trace.status);
	return (double)trace.inside / NUM_COUNTED;
}

/* asic NULL: the program finds out. */
static void report_calls(const char *name, const char *program, const char *asic, const char *note)
{
	struct figure figure = { .name = name, .unit = "calls", .bound = BOUND_AT_MOST, .limit = 0, .exact = true };
	double library = count_calls(program, "library", asic), raw = count_calls(program, "raw", asic);

	if (library < 0 || raw < 0) {
		report_skipped(name, "ptrace: %s", strerror((int)-(library < 0 ? library : raw)));
		return;
	}
	figure.value = library - raw;
	figure_raw(&figure, "library", library, "calls");
	figure_raw(&figure, "raw", raw, "calls");
	snprintf(figure.note, sizeof(figure.note), "of one cycle, %s", note);
	report(&figure);
}

/* ---- a real driver ---- */

static int real_ioctl(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg);
}

/* A context, and what bare calls on the same node need; held keeps the memory whose address they export. */
struct both {
	struct hlrt_context *context;
	struct hlrt_mem *held;
	struct raw raw;
};

static bool open_both(struct both *both)
{
	struct hlrt_device_info info;

	if (!open_devices("call_ratio.time", 1, &both->context, &info))
		return false;
	if (info.simulated) {
		must(hlrt_close(both->context), "closing");
		report_skipped("call_ratio.time", "bare calls need a real driver: see tests/vm/run hlrt-bench");
		return false;
	}
	both->held = must_ptr(hlrt_mem_alloc(both->context, CYCLE_LENGTH, NULL), "hlrt_mem_alloc");
	both->raw = (struct raw){
		.ioctl = real_ioctl,
		.fd = must(hlrt_context_fd(both->context), "hlrt_context_fd"),
		.accel = !strncmp(info.node, "/dev/accel/", strlen("/dev/accel/")),
		.extensions = !strcmp(info.driver, "hlrt"),
		.address = hlrt_mem_address(both->held),
	};
	return true;
}

static void close_both(struct both *both)
{
	must(hlrt_mem_free(both->held), "hlrt_mem_free");
	must(hlrt_close(both->context), "hlrt_close");
}

int once_cycles(const char *which, unsigned int count)
{
	struct both both;
	struct way way;

	if (!open_both(&both))
		return EXIT_FAILURE;
	way = strcmp(which, "raw") ? (struct way){ library_cycles, both.context }
				   : (struct way){ raw_cycles, &both.raw };
	way.run(way.arg, 8);
	trace_mark();
	way.run(way.arg, count);
	trace_mark();
	close_both(&both);
	return EXIT_SUCCESS;
}

/* false: there is no real device. */
static bool report_time(const struct options *options)
{
	struct figure figure = {
		.name = "call_ratio.time", .unit = "ratio", .bound = BOUND_AT_MOST, .limit = MAX_RATIO
	};
	struct pair pair;
	struct both both;

	if (!open_both(&both))
		return false;
	pair = measure_pair(&(struct way){ library_cycles, both.context }, &(struct way){ raw_cycles, &both.raw },
			    options->quick ? 5 : 1001, 20);
	close_both(&both);
	figure.value = pair.ratio;
	figure_raw(&figure, "library", pair.a_ns, "ns");
	figure_raw(&figure, "raw", pair.b_ns, "ns");
	report(&figure);
	return true;
}

void bench_call_ratio(const struct options *options)
{
	const bool has_null = access(null_program(), X_OK) == 0;

	if (has_null)
		report_instructions();
	else
		report_skipped("call_ratio.instructions", "%s is not there", null_program());
	if (report_time(options))
		report_calls("call_ratio.extra_calls", program_path(), NULL, "on this driver");
	else if (has_null)
		report_calls("call_ratio.extra_calls", null_program(), "gaudi", "over a Gaudi that does nothing");
	else
		report_skipped("call_ratio.extra_calls", "%s is not there", null_program());
	if (has_null)
		report_calls("call_ratio.extra_calls_goya", null_program(), "goya", "over a Goya that does nothing");
}
