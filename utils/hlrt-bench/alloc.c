// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * alloc_scale: what allocating costs among 10^6 live allocations against among 10^3. Any of the live ones may be the one that goes, as
 * programs do it, so the free memory is scattered and the caches are cold where there is much.
 */
#include "bench.h"

#include <stdlib.h>

#define SIZE 4096u
#define MAX_RATIO 2.0

struct pool {
	struct hlrt_context *context;
	struct hlrt_mem **live;
	size_t count;
	uint64_t random;
};

static struct hlrt_mem *allocate(struct pool *pool)
{
	return must_ptr(hlrt_mem_alloc(pool->context, SIZE, NULL), "hlrt_mem_alloc");
}

static void fill(struct pool *pool, struct hlrt_context *context, size_t count)
{
	pool->context = context;
	pool->live = calloc(count, sizeof(*pool->live));
	if (!pool->live)
		die("no memory for %zu handles", count);
	for (; pool->count < count; pool->count++)
		pool->live[pool->count] = allocate(pool);
}

static void empty(struct pool *pool)
{
	while (pool->count)
		must(hlrt_mem_free(pool->live[--pool->count]), "hlrt_mem_free");
	free(pool->live);
}

/* What the device has room for, of the smallest allocations that it makes. */
static bool has_room(struct hlrt_context *context, size_t count)
{
	struct hlrt_attr attr = { .size = sizeof(attr) };
	uint64_t size;

	must(hlrt_query(context, &attr), "hlrt_query");
	size = attr.alloc_granularity > SIZE ? attr.alloc_granularity : SIZE;
	if (attr.dram_free / size >= count)
		return true;
	report_skipped("alloc_scale", "the device has room for %llu allocations of %llu bytes, %zu are needed",
		       (unsigned long long)(attr.dram_free / size), (unsigned long long)size, count);
	return false;
}

/* xorshift64* */
static uint64_t next_random(struct pool *pool)
{
	pool->random ^= pool->random >> 12;
	pool->random ^= pool->random << 25;
	pool->random ^= pool->random >> 27;
	return pool->random * 0x2545f4914f6cdd1dULL;
}

/* One goes, one comes. */
static void replace(void *arg, unsigned int count)
{
	struct pool *pool = arg;

	while (count--) {
		struct hlrt_mem **place = &pool->live[next_random(pool) % pool->count];

		must(hlrt_mem_free(*place), "hlrt_mem_free");
		*place = allocate(pool);
	}
}

static void measure(struct hlrt_context *const contexts[2], const struct options *options, size_t many_live)
{
	struct figure figure = { .name = "alloc_scale", .unit = "ratio", .bound = BOUND_AT_MOST, .limit = MAX_RATIO };
	struct pool few = { .random = 1 }, many = { .random = 1 };
	struct pair pair;

	fill(&few, contexts[0], 1000);
	fill(&many, contexts[1], many_live);
	pair = measure_pair(&(struct way){ replace, &many }, &(struct way){ replace, &few }, options->quick ? 3 : 31,
			    options->quick ? 1000 : 10000);
	empty(&many);
	empty(&few);

	figure.value = pair.ratio;
	figure_raw(&figure, options->quick ? "among_20000" : "among_1000000", pair.a_ns, "ns");
	figure_raw(&figure, "among_1000", pair.b_ns, "ns");
	report(&figure);
}

void bench_alloc_scale(const struct options *options)
{
	const size_t many_live = options->quick ? 20000 : 1000000;
	struct hlrt_context *contexts[2];
	struct hlrt_device_info info;

	if (!open_devices("alloc_scale", 2, contexts, &info))
		return;
	if (has_room(contexts[1], many_live))
		measure(contexts, options, many_live);
	for (int i = 0; i < 2; i++)
		must(hlrt_close(contexts[i]), "hlrt_close");
}
