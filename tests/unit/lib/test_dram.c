// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The Gaudi provider's allocator against a plain model of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../../providers/gaudi/dram.h"

#define BASE 0x20000000ULL
#define UNIT 4096ULL

static uint64_t random_state = 88172645463325252ULL;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static struct gaudi_dram_block *alloc(struct gaudi_dram *dram, uint64_t size, uint64_t align)
{
	bool no_host_memory;
	struct gaudi_dram_block *block = gaudi_dram_alloc(dram, size, align, &no_host_memory);

	assert_false(no_host_memory);
	return block;
}

static void all_of_it_can_be_had_again_and_again(void **state)
{
	struct gaudi_dram *dram = gaudi_dram_create(BASE, 33 * UNIT * 1000, UNIT);

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct gaudi_dram_block *all = alloc(dram, 33 * UNIT * 1000, UNIT);

		assert_non_null(all);
		assert_int_equal(gaudi_dram_address(all), BASE);
		assert_null(alloc(dram, UNIT, UNIT));
		assert_int_equal(gaudi_dram_free_bytes(dram), 0);
		assert_int_equal(gaudi_dram_largest(dram), 0);
		gaudi_dram_free(dram, all);
		assert_true(gaudi_dram_check(dram));
	}
	gaudi_dram_destroy(dram);
}

static void each_unit_can_be_had(void **state)
{
	enum { COUNT = 5000 };
	struct gaudi_dram *dram = gaudi_dram_create(BASE, COUNT * UNIT, UNIT);
	static struct gaudi_dram_block *blocks[COUNT];

	(void)state;
	for (int i = 0; i < COUNT; i++)
		assert_non_null(blocks[i] = alloc(dram, UNIT, UNIT));
	assert_null(alloc(dram, UNIT, UNIT));
	/* Every second one back: half is free, in pieces of one unit. */
	for (int i = 0; i < COUNT; i += 2)
		gaudi_dram_free(dram, blocks[i]);
	assert_int_equal(gaudi_dram_free_bytes(dram), COUNT / 2 * UNIT);
	assert_int_equal(gaudi_dram_largest(dram), UNIT);
	assert_null(alloc(dram, 2 * UNIT, UNIT));
	assert_true(gaudi_dram_check(dram));
	for (int i = 1; i < COUNT; i += 2)
		gaudi_dram_free(dram, blocks[i]);
	assert_int_equal(gaudi_dram_largest(dram), COUNT * UNIT);
	assert_true(gaudi_dram_check(dram));
	gaudi_dram_destroy(dram);
}

/* A fit that rounding to a class, or to the worst alignment, would pass over is found nevertheless. */
static void tight_fits_are_found(void **state)
{
	struct gaudi_dram *dram = gaudi_dram_create(2 << 20, 4 << 20, UNIT);
	struct gaudi_dram_block *a, *b;

	(void)state;
	a = alloc(dram, 2 << 20, 2 << 20);
	b = alloc(dram, 2 << 20, 2 << 20);
	assert_non_null(a);
	assert_non_null(b);
	gaudi_dram_free(dram, a);
	a = alloc(dram, 2 << 20, 2 << 20);
	assert_non_null(a);
	gaudi_dram_free(dram, b);
	b = alloc(dram, (2 << 20) - UNIT, UNIT);
	assert_non_null(b);
	gaudi_dram_free(dram, a);
	gaudi_dram_free(dram, b);
	assert_true(gaudi_dram_check(dram));
	gaudi_dram_destroy(dram);
}

struct live {
	struct gaudi_dram_block *block;
	uint64_t begin, size;
};

static void random_against_a_map(void **state)
{
	enum { UNITS = 20000, LIVE = 400 };
	struct gaudi_dram *dram = gaudi_dram_create(BASE, UNITS * UNIT, UNIT);
	static uint8_t used[UNITS];
	static struct live live[LIVE];
	uint64_t free_units = UNITS;

	(void)state;
	for (int step = 0; step < 60000; step++) {
		struct live *l = &live[next_random() % LIVE];

		if (l->block) {
			memset(used + l->begin, 0, l->size);
			free_units += l->size;
			gaudi_dram_free(dram, l->block);
			l->block = NULL;
		} else {
			uint64_t size = 1 + next_random() % (step % 7 ? 40 : 700);
			uint64_t align = 1ULL << next_random() % 9;

			l->block = alloc(dram, size * UNIT, align * UNIT);
			if (!l->block)
				continue;
			assert_int_equal(gaudi_dram_address(l->block) % (align * UNIT), 0);
			l->begin = (gaudi_dram_address(l->block) - BASE) / UNIT;
			l->size = size;
			assert_true(l->begin + size <= UNITS);
			for (uint64_t i = 0; i < size; i++)
				assert_false(used[l->begin + i]);
			memset(used + l->begin, 1, size);
			free_units -= size;
		}
		assert_int_equal(gaudi_dram_free_bytes(dram), free_units * UNIT);
		if (step % 1000 == 0)
			assert_true(gaudi_dram_check(dram));
	}
	for (int i = 0; i < LIVE; i++)
		if (live[i].block)
			gaudi_dram_free(dram, live[i].block);
	assert_int_equal(gaudi_dram_largest(dram), UNITS * UNIT);
	assert_true(gaudi_dram_check(dram));
	gaudi_dram_destroy(dram);
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/* Allocating and freeing beside a million live blocks costs about what it costs beside a thousand. */
static void a_million_live_blocks_cost_nothing(void **state)
{
	enum { MANY = 1000000, TRIES = 20000 };
	struct gaudi_dram *dram = gaudi_dram_create(BASE, 32ULL << 30, UNIT);
	struct gaudi_dram_block **blocks = calloc(MANY, sizeof(struct gaudi_dram_block *));
	double cost[2];
	int have = 0;

	(void)state;
	for (int round = 0; round < 2; round++) {
		double start;

		for (int want = round ? MANY : 1000; have < want; have++)
			assert_non_null(blocks[have] = alloc(dram, UNIT * (1 + have % 5), UNIT));
		start = seconds();
		for (int i = 0; i < TRIES; i++)
			gaudi_dram_free(dram, alloc(dram, UNIT * (1 + i % 100), UNIT));
		cost[round] = seconds() - start;
	}
	/* A linear search would cost a thousand times as much; caches may cost some. */
	assert_true(cost[1] < 20 * cost[0] + 0.01);
	for (int i = 0; i < have; i++)
		gaudi_dram_free(dram, blocks[i]);
	assert_int_equal(gaudi_dram_largest(dram), 32ULL << 30);
	free((void *)blocks);
	gaudi_dram_destroy(dram);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_can_be_had_again_and_again),
		cmocka_unit_test(each_unit_can_be_had),
		cmocka_unit_test(tight_fits_are_found),
		cmocka_unit_test(random_against_a_map),
		cmocka_unit_test(a_million_live_blocks_cost_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
