// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * async_speedup: many copies on a few streams, queued while earlier ones run, against the same copies one after the
 * other. The simulator's chip tells how many it has had before it at one time; no card does.
 */
#include "bench.h"

#include <dlfcn.h>
#include <stdlib.h>

#include <hlrt/sim.h>

#define LENGTH (64ULL << 10)
#define STREAMS 4
#define PLACES 64 /* copies that may run at once touch different memory */
#define MIN_SPEEDUP 1.3
#define MIN_IN_FLIGHT 8

struct copies {
	struct hlrt_context *context;
	struct hlrt_mem *source, *destination;
	struct hlrt_stream *streams[STREAMS];
};

static void set_up(struct copies *c)
{
	c->source = must_ptr(hlrt_mem_alloc(c->context, PLACES * LENGTH, NULL), "hlrt_mem_alloc");
	c->destination = must_ptr(hlrt_mem_alloc(c->context, PLACES * LENGTH, NULL), "hlrt_mem_alloc");
	must(hlrt_mem_fill(c->source, 0, 0x5a5a5a5a, PLACES * LENGTH), "hlrt_mem_fill");
	for (int i = 0; i < STREAMS; i++)
		c->streams[i] = must_ptr(hlrt_stream_create(c->context, NULL), "hlrt_stream_create");
}

static void tear_down(struct copies *c)
{
	for (int i = 0; i < STREAMS; i++)
		must(hlrt_stream_destroy(c->streams[i]), "hlrt_stream_destroy");
	must(hlrt_mem_free(c->destination), "hlrt_mem_free");
	must(hlrt_mem_free(c->source), "hlrt_mem_free");
	must(hlrt_close(c->context), "hlrt_close");
}

static uint64_t place(unsigned int n)
{
	return n % PLACES * LENGTH;
}

static void one_by_one(void *arg, unsigned int count)
{
	struct copies *c = arg;

	for (unsigned int i = 0; i < count; i++)
		must(hlrt_mem_copy(c->destination, place(i), c->source, place(i), LENGTH), "hlrt_mem_copy");
}

static void on_streams(void *arg, unsigned int count)
{
	struct copies *c = arg;

	for (unsigned int i = 0; i < count; i++)
		must(hlrt_stream_copy(c->streams[i % STREAMS], c->destination, place(i), c->source, place(i), LENGTH,
				      NULL),
		     "hlrt_stream_copy");
	for (int i = 0; i < STREAMS; i++)
		must(hlrt_stream_sync(c->streams[i], -1), "hlrt_stream_sync");
}

/* The simulator is the library's to load: where it has, its counters are there as well. 0: not known. */
static uint64_t most_in_flight(const char *device)
{
	struct hlsim_stats stats = { .size = sizeof(stats) };
	void *lib = dlopen("libhlsim.so.1", RTLD_NOW | RTLD_NOLOAD);
	int (*get)(const char *device, struct hlsim_stats *stats) = lib ? dlsym(lib, "hlsim_stats") : NULL;

	if (!get || get(device, &stats))
		stats.max_in_flight = 0;
	if (lib)
		dlclose(lib);
	return stats.max_in_flight;
}

static void report_in_flight(uint64_t most)
{
	struct figure figure = { .name = "async_speedup.in_flight",
				 .value = (double)most,
				 .unit = "copies",
				 .bound = BOUND_AT_LEAST,
				 .limit = MIN_IN_FLIGHT,
				 .exact = true,
				 .note = "at one time, by the chip's own counter" };

	report(&figure);
}

void bench_async_speedup(const struct options *options)
{
	struct figure figure = {
		.name = "async_speedup", .unit = "ratio", .bound = BOUND_AT_LEAST, .limit = MIN_SPEEDUP
	};
	struct hlrt_device_info info;
	struct copies copies;
	struct pair pair;
	uint64_t most;

	if (!open_devices(figure.name, 1, &copies.context, &info))
		return;
	set_up(&copies);
	pair = measure_pair(&(struct way){ one_by_one, &copies }, &(struct way){ on_streams, &copies },
			    options->quick ? 3 : 31, 256);
	most = most_in_flight(info.name);
	tear_down(&copies);

	figure.value = pair.ratio;
	figure_raw(&figure, "one_by_one", pair.a_ns, "ns");
	figure_raw(&figure, "on_streams", pair.b_ns, "ns");
	report(&figure);
	if (most)
		report_in_flight(most);
}
