/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * hlrt-conformance: what the public header promises, tried on whatever device and driver is there.
 *
 * A case is a function named in a table: "function/ERRNO/what" for a documented error, "function/ok/what" for a
 * promise kept. Each runs in a process of its own, forked before the first hlrt call, so that a crash or a leak
 * of one says nothing about the next.
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hlrt/hlrt.h>

#define EXIT_SKIPPED 77

enum {
	NEEDS_SIM = 1,	   /* runs on simulated devices only: uses their fault knobs */
	NEEDS_TWO = 2,	   /* two devices */
	NEEDS_NOTHING = 4, /* no device at all */
};

struct test_case {
	const char *name;
	void (*run)(void);
	unsigned int needs;
};

/* One table for each file of cases, ended by an empty entry. */
extern const struct test_case library_cases[], device_cases[], memory_cases[], copy_cases[], dmabuf_cases[],
	fault_cases[], stream_cases[], fence_cases[], cs_cases[], event_cases[], fd_cases[], hostmem_cases[],
	monitor_cases[];

__attribute__((format(printf, 3, 4), noreturn)) void test_fail(const char *file, int line, const char *format, ...);
/* Ends the case as skipped; the reason is printed. */
__attribute__((format(printf, 1, 2), noreturn)) void test_skip(const char *format, ...);

#define EXPECT(condition) \
	do { \
		if (!(condition)) \
			test_fail(__FILE__, __LINE__, "%s", #condition); \
	} while (0)

/* An int function succeeds. */
#define EXPECT_OK(call) \
	do { \
		int result_ = (call); \
		if (result_ < 0) \
			test_fail(__FILE__, __LINE__, "%s gives %s: %s", #call, strerror(-result_), \
				  hlrt_last_error()); \
	} while (0)

/* An int function fails with this errno and leaves a text. */
#define EXPECT_ERROR(error, call) \
	do { \
		int result_ = (call); \
		if (result_ != -(error)) \
			test_fail(__FILE__, __LINE__, "%s gives %d, should be %d (%s)", #call, result_, -(error), \
				  strerror(error)); \
		if (!*hlrt_last_error()) \
			test_fail(__FILE__, __LINE__, "%s leaves no text", #call); \
	} while (0)

/* A pointer function fails with this errno and leaves a text. */
#define EXPECT_NULL(error, call) \
	do { \
		const void *result_; \
		errno = 0; \
		result_ = (call); \
		if (result_ || errno != (error)) \
			test_fail(__FILE__, __LINE__, "%s gives %p, errno %d, should be NULL, %d (%s)", #call, \
				  result_, errno, error, strerror(error)); \
		if (!*hlrt_last_error()) \
			test_fail(__FILE__, __LINE__, "%s leaves no text", #call); \
	} while (0)

/* The last error's text contains this. */
#define EXPECT_TEXT(part) \
	do { \
		if (!strstr(hlrt_last_error(), part)) \
			test_fail(__FILE__, __LINE__, "'%s' does not mention '%s'", hlrt_last_error(), part); \
	} while (0)

/* ---- what must be there ----------------------------------------------------------------------------- */

extern const char *required_capabilities;    /* names, separated by commas; NULL: none */
extern const struct test_case required_case; /* that the device under test has them */
/* From now on the cases that the file names, one on a line, have to be skipped, and all others not. */
void required_skips_are(const char *path);
/* A case's result in the light of that. */
int required_skips(const char *test, int result);

/* ---- arranging -------------------------------------------------------------------------------------- */

/* Before the first hlrt call of a NEEDS_SIM case: adds an option to the simulator's specification. */
void sim_option(const char *option);

/* In a NEEDS_SIM case, once a device is open: arms a fault knob of <hlrt/sim.h> on every device. */
void sim_fault(const char *knob, int count);

/* The device under test (0) or its peer (1), referenced for the rest of the case. */
struct hlrt_device *test_device(size_t index);
struct hlrt_context *test_open(size_t index);
struct hlrt_mem *test_alloc(struct hlrt_context *context, uint64_t length);
/* Ends the case as skipped unless the context has the capability. */
void test_require(struct hlrt_context *context, uint32_t capability);

uint8_t *test_buffer(uint64_t length, uint32_t seed);
void test_verify(const uint8_t *buf, uint64_t length, uint32_t seed);

#endif /* CONFORMANCE_H */
