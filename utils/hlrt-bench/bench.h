/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the benches share. Each compares two ways to the same end, taken in turns in one run, and reports the ratio with
 * the medians it comes from. Times are in nanoseconds.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <hlrt/hlrt.h>

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

struct options {
	bool quick; /* a few rounds: shows that everything runs, not how fast */
	bool json;
};

/* ---- fail.c ---------------------------------------------------------------------------------------- */

/* Ends the program with the reason, the library's last error where it has one. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
/* The result of a call of the library that must succeed. */
int must(int result, const char *what);
void *must_ptr(void *result, const char *what);

/* ---- report.c: one line, or one JSON object, for each figure ----------------------------------------- */

enum bound { BOUND_NONE, BOUND_AT_MOST, BOUND_AT_LEAST };

#define MAX_RAW 8

struct figure {
	const char *name;
	const char *unit;
	double value;
	enum bound bound;
	double limit;
	bool exact; /* a count, the same on each run: a missed bound is an error even with --quick */
	size_t num_raw;
	struct {
		const char *name, *unit;
		double value;
	} raw[MAX_RAW];
	char note[160];
};

void figure_raw(struct figure *figure, const char *name, double value, const char *unit);
void report_begin(const struct options *options);
void report(const struct figure *figure);
/* A figure that cannot be taken here. */
void report_skipped(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Ends the output: the program's exit status. */
int report_end(void);

/* ---- measure.c ------------------------------------------------------------------------------------- */

double now_ns(void);
double median(double *values, size_t count);

/* One way to do something: run() does it `count` times. */
struct way {
	void (*run)(void *arg, unsigned int count);
	void *arg;
};

/* Medians: nanoseconds per time, and a's time divided by b's in the same round, which load that comes and goes hardly moves. */
struct pair {
	double a_ns, b_ns;
	double ratio;
};

/* Takes both in turns, `rounds` times `count`, after a warm-up. */
struct pair measure_pair(const struct way *a, const struct way *b, unsigned int rounds, unsigned int count);

/* ---- devices.c ------------------------------------------------------------------------------------- */

/* Opens the first `count` devices; false, after a line that says why, when that is not possible. */
bool open_devices(const char *figure, size_t count, struct hlrt_context **contexts, struct hlrt_device_info *info);

/* ---- trace.c: a child and the system calls it makes ------------------------------------------------- */

struct trace {
	unsigned long total;  /* from exec to exit, all threads */
	unsigned long inside; /* between trace_mark() and trace_mark() */
	int status;	      /* as of waitpid() */
};

/* Runs argv with its standard output in /dev/null. 0, or a negative errno where tracing is not allowed. */
int trace_program(const char *const argv[], struct trace *trace);
/* Called by the child, at the begin and at the end of what is counted. */
void trace_mark(void);

/* This program's file; valid until the program ends. */
const char *program_path(void);

/* ---- the benches; a hidden command of the same name is what the traced child does ------------------------ */

void bench_call_ratio(const struct options *options);
void bench_copy_vs_memcpy(const struct options *options);
void bench_alloc_scale(const struct options *options);
void bench_async_speedup(const struct options *options);
void bench_list_syscalls(const struct options *options);

/* What `--once` runs: the least that the figure is about. */
int once_cycles(const char *which, unsigned int count);

#endif /* BENCH_H */
