// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * dma-bufs of device memory as figures, in a guest with the test importer /dev/hli.
 *
 *	dmabuf-bench segments MOST	how many segments an importer gets of 1 GiB in one piece: MOST at most
 *	dmabuf-bench times		against the kernel's udmabuf: what an importer waits for, and the exporter
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/udmabuf.h>

#include "bench.h"
#include "uapi.h"

#define GIB (1ull << 30)

/* What one cycle works on; both kinds of buffer have the same size. */
struct job {
	struct hlrt_mem *mem;
	int udmabuf, memfd, hli;
	uint64_t size;
	int fd; /* the dma-buf that is imported */
};

static int must_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

static int udmabuf_of(const struct job *job)
{
	struct udmabuf_create create = { .memfd = (uint32_t)job->memfd,
					 .flags = UDMABUF_FLAGS_CLOEXEC,
					 .size = job->size };
	int fd = ioctl(job->udmabuf, UDMABUF_CREATE, &create);

	if (fd < 0)
		die("UDMABUF_CREATE of %llu bytes: %s", (unsigned long long)job->size, strerror(errno));
	return fd;
}

static void cycle_hlrt(void *arg, unsigned int count)
{
	const struct job *job = arg;

	while (count--)
		must(hlrt_dmabuf_close(must_ptr(hlrt_dmabuf_export(job->mem, 0, job->size, 0), "export")), "close");
}

static void cycle_udmabuf(void *arg, unsigned int count)
{
	while (count--)
		close(udmabuf_of(arg));
}

static void cycle_import(void *arg, unsigned int count)
{
	const struct job *job = arg;
	struct hli_bench bench = { .fd = (uint32_t)job->fd, .loops = count };

	if (ioctl(job->hli, HLI_BENCH, &bench))
		die("BENCH: %s", strerror(errno));
}

static void report_pair(const char *what, const char *size, struct pair pair)
{
	struct figure figure = { .unit = "ratio", .value = pair.ratio, .bound = BOUND_AT_MOST, .limit = 1.5 };
	char name[40];

	snprintf(name, sizeof(name), "%s.%s", what, size);
	figure.name = name;
	figure_raw(&figure, "hlrt", pair.a_ns / 1e3, "us");
	figure_raw(&figure, "udmabuf", pair.b_ns / 1e3, "us");
	report(&figure);
}

/* A file of shared memory as udmabuf wants it. */
static int sealed_memory(uint64_t size)
{
	int fd = memfd_create("dmabuf-bench", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, (off_t)size) || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK))
		die("memfd of %llu bytes: %s", (unsigned long long)size, strerror(errno));
	return fd;
}

static void time_size(struct job *job, const char *name, unsigned int rounds, unsigned int count)
{
	struct job other = *job;
	struct way export[] = { { cycle_hlrt, job }, { cycle_udmabuf, &other } };
	struct way import[] = { { cycle_import, job }, { cycle_import, &other } };
	struct hlrt_dmabuf *dmabuf;

	other.memfd = sealed_memory(job->size);
	report_pair("export_close", name, measure_pair(&export[0], &export[1], rounds, count));
	dmabuf = must_ptr(hlrt_dmabuf_export(job->mem, 0, job->size, 0), "export");
	job->fd = hlrt_dmabuf_fd(dmabuf);
	other.fd = udmabuf_of(&other);
	report_pair("attach_map_unmap_detach", name, measure_pair(&import[0], &import[1], rounds, count));
	close(other.fd);
	close(other.memfd);
	must(hlrt_dmabuf_close(dmabuf), "close");
}

static void bench_times(struct job *job)
{
	static const struct {
		const char *name;
		uint64_t size;
		unsigned int rounds, count;
	} sizes[] = { { "4KiB", 4096, 41, 20 }, { "2MiB", 2u << 20, 21, 10 }, { "1GiB", GIB, 3, 1 } };

	job->udmabuf = must_open("/dev/udmabuf");
	for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
		job->size = sizes[i].size;
		time_size(job, sizes[i].name, sizes[i].rounds, sizes[i].count);
	}
	close(job->udmabuf);
}

static void bench_segments(struct job *job, const char *most)
{
	struct hlrt_dmabuf *dmabuf = must_ptr(hlrt_dmabuf_export(job->mem, 0, GIB, 0), "export");
	struct figure figure = { .name = "segments.1GiB", .unit = "segments", .bound = BOUND_AT_MOST, .exact = true };
	union hli_reg reg = { .in.fd = (uint32_t)hlrt_dmabuf_fd(dmabuf) };
	struct hli_handle mr = { 0 };

	if (ioctl(job->hli, HLI_REG, &reg))
		die("REG: %s", strerror(errno));
	mr.mr_handle = reg.out.mr_handle;
	figure.value = (double)reg.out.segments;
	figure.limit = strtod(most, NULL);
	report(&figure);
	if (ioctl(job->hli, HLI_DEREG, &mr))
		die("DEREG: %s", strerror(errno));
	must(hlrt_dmabuf_close(dmabuf), "close");
}

int main(int argc, char **argv)
{
	static const struct options options = { .quick = true }; /* a time is no failure */
	struct hlrt_device_info info;
	struct hlrt_context *context;
	struct job job = { 0 };

	if (argc < 2 || !open_devices("dmabuf", 1, &context, &info))
		die("usage, with a device: dmabuf-bench segments MOST|times");
	job.mem = must_ptr(hlrt_mem_alloc(context, GIB, NULL), "1 GiB of device memory");
	job.hli = must_open("/dev/hli");
	report_begin(&options);
	if (strcmp(argv[1], "segments") == 0 && argc == 3)
		bench_segments(&job, argv[2]);
	else if (strcmp(argv[1], "times") == 0)
		bench_times(&job);
	close(job.hli);
	must(hlrt_mem_free(job.mem), "free");
	must(hlrt_close(context), "closing");
	return report_end();
}
