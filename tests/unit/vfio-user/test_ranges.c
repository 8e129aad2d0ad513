/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <errno.h>
#include <string.h>

#include "client.h"
#include "ranges.h"

static int add(struct vu_ranges *set, uint64_t first, uint64_t last)
{
	struct vu_range range = { .first = first, .last = last };

	return vu_ranges_insert(set, &range);
}

static void a_range_is_found_from_its_first_to_its_last_byte(void **state)
{
	struct vu_ranges set = { 0 };

	(void)state;
	assert_int_equal(add(&set, 0x1000, 0x1fff), 0);
	assert_int_equal(add(&set, 0x3000, 0x3fff), 0);
	assert_null(vu_ranges_find(&set, 0xfff));
	assert_int_equal(vu_ranges_find(&set, 0x1000)->first, 0x1000);
	assert_int_equal(vu_ranges_find(&set, 0x1fff)->first, 0x1000);
	assert_null(vu_ranges_find(&set, 0x2000));
	assert_int_equal(vu_ranges_find(&set, 0x3fff)->first, 0x3000);
	assert_null(vu_ranges_find(&set, 0x4000));
	vu_ranges_clear(&set);
}

static void ranges_do_not_overlap(void **state)
{
	struct vu_ranges set = { 0 };

	(void)state;
	assert_int_equal(add(&set, 0x1000, 0x1fff), 0);
	assert_int_equal(add(&set, 0x1000, 0x1fff), -EEXIST);
	assert_int_equal(add(&set, 0x0, 0x1000), -EEXIST);
	assert_int_equal(add(&set, 0x1fff, 0x5000), -EEXIST);
	assert_int_equal(add(&set, 0x0, 0xffff), -EEXIST);
	assert_int_equal(add(&set, 0x1800, 0x18ff), -EEXIST);
	assert_int_equal(add(&set, 0x0, 0xfff), 0);
	assert_int_equal(add(&set, 0x2000, UINT64_MAX), 0);
	assert_int_equal(set.count, 3);
	vu_ranges_clear(&set);
}

static void removal_takes_whole_ranges_only(void **state)
{
	struct vu_ranges set = { 0 };

	(void)state;
	assert_int_equal(add(&set, 0x1000, 0x2fff), 0);
	assert_int_equal(add(&set, 0x5000, 0x5fff), 0);
	assert_int_equal(vu_ranges_remove(&set, 0x2000, 0x2fff), -EINVAL);
	assert_int_equal(vu_ranges_remove(&set, 0x0, 0x1fff), -EINVAL);
	assert_int_equal(vu_ranges_remove(&set, 0x1800, 0x18ff), -EINVAL);
	assert_int_equal(set.count, 2);
	assert_int_equal(vu_ranges_remove(&set, 0x6000, 0x7fff), 0);
	assert_int_equal(set.count, 2);
	assert_int_equal(vu_ranges_remove(&set, 0x1000, 0x5fff), 0);
	assert_int_equal(set.count, 0);
	assert_null(vu_ranges_find(&set, 0x1000));
}

static void the_whole_address_space_can_be_removed(void **state)
{
	struct vu_ranges set = { 0 };

	(void)state;
	assert_int_equal(add(&set, 0, 0xfff), 0);
	assert_int_equal(add(&set, UINT64_MAX - 0xfff, UINT64_MAX), 0);
	assert_int_equal(vu_ranges_remove(&set, 0, UINT64_MAX), 0);
	assert_int_equal(set.count, 0);
}

/* As an IOMMU driver allocates: falling addresses, then taken away in another order. */
static void many_pages_one_by_one(void **state)
{
	enum { PAGES = 20000 };
	struct vu_ranges set = { 0 };

	(void)state;
	for (uint64_t i = PAGES; i-- > 0;)
		assert_int_equal(add(&set, i << 12, (i << 12) + 0xfff), 0);
	assert_int_equal(set.count, PAGES);
	for (uint64_t i = 0; i < PAGES; i++)
		assert_int_equal(vu_ranges_find(&set, (i << 12) + 5)->first, i << 12);
	for (uint64_t i = 0; i < PAGES; i++) {
		uint64_t page = i * 7919 % PAGES;

		assert_int_equal(vu_ranges_remove(&set, page << 12, (page << 12) + 0xfff), 0);
		assert_null(vu_ranges_find(&set, page << 12));
	}
	assert_int_equal(set.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_is_found_from_its_first_to_its_last_byte),
		cmocka_unit_test(ranges_do_not_overlap),
		cmocka_unit_test(removal_takes_whole_ranges_only),
		cmocka_unit_test(the_whole_address_space_can_be_removed),
		cmocka_unit_test(many_pages_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
