/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What the example programs share: ending with a reason, choosing devices, data that betrays any misplaced byte. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <hlrt/hlrt.h>

__attribute__((format(printf, 1, 2), noreturn)) static inline void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

/* For calls that return int. */
static inline void check(int result, const char *what)
{
	if (result < 0)
		die("%s: %s (%s)", what, hlrt_last_error(), strerror(-result));
}

/* For calls that return a pointer. */
static inline void *check_ptr(void *result, const char *what)
{
	if (!result)
		die("%s: %s (%s)", what, hlrt_last_error(), strerror(errno));
	return result;
}

/* Opens the index-th device of the list, or ends with what stands in the way. */
static inline struct hlrt_context *open_device(size_t index, size_t needed, struct hlrt_device_info *info)
{
	struct hlrt_device **devices;
	struct hlrt_context *context;
	size_t count;

	devices = check_ptr(hlrt_get_devices(&count), "listing devices");
	if (count < needed)
		die("%zu Habana device(s) found, %zu needed.\n"
		    "With a card: load the driver (modprobe hlrt) and see that your user may open /dev/hl*.\n"
		    "Without one: run with the simulator, for example HLRT_SIM='gaudi*2' %s",
		    count, needed, program_invocation_name);

	info->size = sizeof(*info);
	check(hlrt_device_query(devices[index], info), "querying the device");
	if (info->open_error)
		die("%s cannot be opened: %s", info->name, info->reason);
	context = check_ptr(hlrt_open(devices[index], NULL), info->name);
	hlrt_free_devices(devices);
	return context;
}

/* The n-th byte depends on n and the seed in a way that shifted, swapped or stale data does not match. */
static inline uint8_t pattern_byte(uint64_t n, uint32_t seed)
{
	uint64_t x = (n + 1) * 0x9E3779B97F4A7C15ull + seed * 0xD1B54A32D192ED03ull;

	return (uint8_t)(x >> 32 ^ x >> 56);
}

static inline void pattern_write(uint8_t *buf, uint64_t length, uint32_t seed)
{
	for (uint64_t i = 0; i < length; i++)
		buf[i] = pattern_byte(i, seed);
}

static inline void pattern_verify(const uint8_t *buf, uint64_t length, uint32_t seed, const char *what)
{
	for (uint64_t i = 0; i < length; i++)
		if (buf[i] != pattern_byte(i, seed))
			die("%s: byte %llu is 0x%02x, should be 0x%02x", what, (unsigned long long)i, buf[i],
			    pattern_byte(i, seed));
}

static inline double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

#endif /* EXAMPLE_H */
