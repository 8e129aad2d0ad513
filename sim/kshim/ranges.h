/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * ranges.h - disjoint address ranges in a sorted array, each with an item. The caller locks. Used for page
 * allocations, user mappings, IOMMU domains and the physical I/O space.
 */
#ifndef KSHIM_RANGES_H
#define KSHIM_RANGES_H

#include <linux/types.h>
#include <stdlib.h>
#include <string.h>

struct kshim_range {
	u64 base, size;
	void *item;
};

struct kshim_ranges {
	struct kshim_range *at;
	size_t count, capacity;
};

/* Index of the first range that ends behind addr. */
static inline size_t kshim_ranges_index(const struct kshim_ranges *r, u64 addr)
{
	size_t lo = 0, hi = r->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (r->at[mid].base + r->at[mid].size <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The range that holds addr, or NULL. Valid until the next insert or remove. */
static inline struct kshim_range *kshim_ranges_find(const struct kshim_ranges *r, u64 addr)
{
	size_t i = kshim_ranges_index(r, addr);

	return i < r->count && r->at[i].base <= addr ? &r->at[i] : NULL;
}

/* 0, or -1 when out of memory. */
static inline int kshim_ranges_insert(struct kshim_ranges *r, u64 base, u64 size, void *item)
{
	size_t i = kshim_ranges_index(r, base);

	if (r->count == r->capacity) {
		size_t capacity = r->capacity ? 2 * r->capacity : 16;
		struct kshim_range *at = realloc(r->at, capacity * sizeof(*at));

		if (!at)
			return -1;
		r->at = at;
		r->capacity = capacity;
	}
	memmove(&r->at[i + 1], &r->at[i], (r->count - i) * sizeof(*r->at));
	r->at[i] = (struct kshim_range){ base, size, item };
	r->count++;
	return 0;
}

/* Takes out the range that begins at base; returns its item or NULL. */
static inline void *kshim_ranges_remove(struct kshim_ranges *r, u64 base)
{
	size_t i = kshim_ranges_index(r, base);
	void *item;

	if (i == r->count || r->at[i].base != base)
		return NULL;
	item = r->at[i].item;
	r->count--;
	memmove(&r->at[i], &r->at[i + 1], (r->count - i) * sizeof(*r->at));
	if (!r->count) {
		free(r->at);
		*r = (struct kshim_ranges){ NULL, 0, 0 };
	}
	return item;
}

#endif /* KSHIM_RANGES_H */
