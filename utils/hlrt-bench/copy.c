// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* copy_vs_memcpy: one device copies from another's memory, by dma-buf, against memcpy() of as many bytes of host memory. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LENGTH (64ULL << 20)
#define MIN_RATIO 0.80

/* The exporter's memory as the importer sees it, and where it copies it to. */
struct peers {
	struct hlrt_context *context[2];
	struct hlrt_mem *source, *imported, *destination;
	struct hlrt_dmabuf *dmabuf;
};

static void set_up(struct peers *p)
{
	p->source = must_ptr(hlrt_mem_alloc(p->context[0], LENGTH, NULL), "hlrt_mem_alloc");
	p->destination = must_ptr(hlrt_mem_alloc(p->context[1], LENGTH, NULL), "hlrt_mem_alloc");
	p->dmabuf = must_ptr(hlrt_dmabuf_export(p->source, 0, LENGTH, 0), "hlrt_dmabuf_export");
	p->imported = must_ptr(hlrt_dmabuf_import(p->context[1], hlrt_dmabuf_fd(p->dmabuf), 0, LENGTH, 0),
			       "hlrt_dmabuf_import");
	/* Memory that nobody has written may be one page of zeroes: not a fair source. */
	must(hlrt_mem_fill(p->source, 0, 0x5a5a5a5a, LENGTH), "hlrt_mem_fill");
}

static void tear_down(struct peers *p)
{
	must(hlrt_mem_free(p->imported), "hlrt_mem_free");
	must(hlrt_dmabuf_close(p->dmabuf), "hlrt_dmabuf_close");
	must(hlrt_mem_free(p->destination), "hlrt_mem_free");
	must(hlrt_mem_free(p->source), "hlrt_mem_free");
	for (int i = 0; i < 2; i++)
		must(hlrt_close(p->context[i]), "hlrt_close");
}

static void device_copy(void *arg, unsigned int count)
{
	struct peers *p = arg;

	while (count--)
		must(hlrt_mem_copy(p->destination, 0, p->imported, 0, LENGTH), "hlrt_mem_copy");
}

struct buffers {
	uint8_t *to, *from;
};

static void host_copy(void *arg, unsigned int count)
{
	struct buffers *b = arg;

	while (count--) {
		memcpy(b->to, b->from, LENGTH);
		__asm__ volatile("" ::: "memory"); /* what is overwritten unread may be left out */
	}
}

static uint8_t *host_buffer(uint8_t value)
{
	void *buffer = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (buffer == MAP_FAILED)
		die("no memory for %llu bytes", LENGTH);
	return memset(buffer, value, LENGTH);
}

static double gigabytes_per_second(double ns)
{
	return (double)LENGTH / ns;
}

void bench_copy_vs_memcpy(const struct options *options)
{
	struct figure figure = {
		.name = "copy_vs_memcpy", .unit = "ratio", .bound = BOUND_AT_LEAST, .limit = MIN_RATIO
	};
	struct buffers buffers;
	struct hlrt_device_info info;
	struct peers peers;
	struct pair pair;

	if (!open_devices(figure.name, 2, peers.context, &info))
		return;
	set_up(&peers);
	buffers = (struct buffers){ host_buffer(1), host_buffer(2) };
	pair = measure_pair(&(struct way){ host_copy, &buffers }, &(struct way){ device_copy, &peers },
			    options->quick ? 3 : 41, 1);
	munmap(buffers.to, LENGTH);
	munmap(buffers.from, LENGTH);
	tear_down(&peers);

	figure.value = pair.ratio; /* of rates */
	figure_raw(&figure, "device", gigabytes_per_second(pair.b_ns), "GB/s");
	figure_raw(&figure, "memcpy", gigabytes_per_second(pair.a_ns), "GB/s");
	report(&figure);
}
