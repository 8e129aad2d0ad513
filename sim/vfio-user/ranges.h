/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * ranges.h - an ordered set of disjoint address ranges: a treap, so that the tens of thousands of 4 KiB pieces that an
 * IOMMU maps one by one, in falling order, cost a logarithm each.
 */
#ifndef VU_RANGES_H
#define VU_RANGES_H

#include <stdbool.h>
#include <stdint.h>

struct vu_range {
	uint64_t first;
	uint64_t last; /* inclusive: the topmost byte can be mapped */
	bool writable;
	uint8_t *memory; /* of the first byte, or NULL: reachable by messages only */
	struct vu_range *left, *right;
	uint32_t priority;
};

struct vu_ranges {
	struct vu_range *root;
	uint32_t random;
	unsigned int count;
};

/* 0, -EEXIST when any byte is already there, or -ENOMEM. */
int vu_ranges_insert(struct vu_ranges *set, const struct vu_range *range);
/* The range that holds addr, or NULL. */
const struct vu_range *vu_ranges_find(const struct vu_ranges *set, uint64_t addr);
/* Removes what lies in [first, last]; -EINVAL, and nothing happens, when a range reaches over an end of it. */
int vu_ranges_remove(struct vu_ranges *set, uint64_t first, uint64_t last);
void vu_ranges_clear(struct vu_ranges *set);

#endif /* VU_RANGES_H */
