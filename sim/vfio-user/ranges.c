/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "ranges.h"

#include <errno.h>
#include <stdlib.h>

/* xorshift32: the priorities need to look random, no more. */
static uint32_t next_priority(struct vu_ranges *set)
{
	uint32_t x = set->random ? set->random : 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	set->random = x;
	return x;
}

/* Cuts a treap in two: what begins below addr, and the rest. */
static void split(struct vu_range *node, uint64_t addr, struct vu_range **below, struct vu_range **rest)
{
	if (!node) {
		*below = NULL;
		*rest = NULL;
	} else if (node->first < addr) {
		split(node->right, addr, &node->right, rest);
		*below = node;
	} else {
		split(node->left, addr, below, &node->left);
		*rest = node;
	}
}

/* Everything in low lies below everything in high. */
static struct vu_range *join(struct vu_range *low, struct vu_range *high)
{
	if (!low)
		return high;
	if (!high)
		return low;
	if (low->priority > high->priority) {
		low->right = join(low->right, high);
		return low;
	}
	high->left = join(low, high->left);
	return high;
}

static unsigned int free_all(struct vu_range *node)
{
	unsigned int count;

	if (!node)
		return 0;
	count = 1 + free_all(node->left) + free_all(node->right);
	free(node);
	return count;
}

/* The last range that begins at or below addr. */
static const struct vu_range *floor_of(const struct vu_range *node, uint64_t addr)
{
	const struct vu_range *best = NULL;

	while (node) {
		if (node->first <= addr) {
			best = node;
			node = node->right;
		} else {
			node = node->left;
		}
	}
	return best;
}

const struct vu_range *vu_ranges_find(const struct vu_ranges *set, uint64_t addr)
{
	const struct vu_range *range = floor_of(set->root, addr);

	return range && addr <= range->last ? range : NULL;
}

int vu_ranges_insert(struct vu_ranges *set, const struct vu_range *range)
{
	const struct vu_range *before = floor_of(set->root, range->last);
	struct vu_range *low, *high, *node;

	if (before && before->last >= range->first)
		return -EEXIST;
	node = malloc(sizeof(*node));
	if (!node)
		return -ENOMEM;
	*node = *range;
	node->left = NULL;
	node->right = NULL;
	node->priority = next_priority(set);
	split(set->root, node->first, &low, &high);
	set->root = join(join(low, node), high);
	set->count++;
	return 0;
}

int vu_ranges_remove(struct vu_ranges *set, uint64_t first, uint64_t last)
{
	const struct vu_range *at_first = vu_ranges_find(set, first);
	const struct vu_range *at_last = vu_ranges_find(set, last);
	struct vu_range *low, *middle, *high = NULL;

	if ((at_first && at_first->first < first) || (at_last && at_last->last > last))
		return -EINVAL;
	split(set->root, first, &low, &middle);
	if (last != UINT64_MAX)
		split(middle, last + 1, &middle, &high);
	set->count -= free_all(middle);
	set->root = join(low, high);
	return 0;
}

void vu_ranges_clear(struct vu_ranges *set)
{
	free_all(set->root);
	set->root = NULL;
	set->count = 0;
}
