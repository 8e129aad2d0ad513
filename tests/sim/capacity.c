// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Opens every simulated device at once, uses the two ends of each one's memory, and says what that took: untouched device
 * memory costs nothing. The memory is checked, the time is only told.
 */
#include <hlrt/hlrt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MAX_RESIDENT_MIB 300
#define MAX_DEVICES 32

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void check(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", what, hlrt_last_error());
	exit(EXIT_FAILURE);
}

/* Of this process, in MiB, shared pages included. */
static unsigned long resident(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	unsigned long kib = 0;
	char line[128];

	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "VmRSS: %lu", &kib) == 1)
			break;
	if (status)
		fclose(status);
	return kib >> 10;
}

/* Everything that can be allocated, written at both ends. */
static void use(struct hlrt_context *context)
{
	struct hlrt_attr attr = { .size = sizeof(attr) };
	struct hlrt_mem *mem;
	char byte = 1;

	check(!hlrt_query(context, &attr), "querying");
	mem = hlrt_mem_alloc(context, attr.dram_free, NULL);
	check(mem != NULL, "allocating all of it");
	check(!hlrt_mem_write(mem, 0, &byte, 1), "writing the first byte");
	check(!hlrt_mem_write(mem, attr.dram_free - 1, &byte, 1), "writing the last byte");
	check(!hlrt_mem_free(mem), "freeing");
}

int main(void)
{
	struct hlrt_context *contexts[MAX_DEVICES];
	struct hlrt_device **devices;
	unsigned long mib;
	double start = seconds(), opened;
	size_t count;

	devices = hlrt_get_devices(&count);
	check(devices && count && count <= MAX_DEVICES, "listing devices");
	for (size_t i = 0; i < count; i++)
		check((contexts[i] = hlrt_open(devices[i], NULL)) != NULL, "opening");
	opened = seconds() - start;
	for (size_t i = 0; i < count; i++)
		use(contexts[i]);
	mib = resident();
	printf("%zu devices opened in %.2f s; used at both ends, %lu MiB are resident (at most %d)\n", count, opened,
	       mib, MAX_RESIDENT_MIB);
	for (size_t i = 0; i < count; i++)
		check(!hlrt_close(contexts[i]), "closing");
	hlrt_free_devices(devices);
	return mib && mib <= MAX_RESIDENT_MIB ? EXIT_SUCCESS : EXIT_FAILURE;
}
