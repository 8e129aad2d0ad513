// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* See dram.h. Sizes inside are in units. */
#include "dram.h"

#include <stddef.h>
#include <stdlib.h>

/* First level: powers of two. Second level: each divided in 32. Below 32 units a class is one size exactly. */
#define SL_BITS 5
#define SL_COUNT (1u << SL_BITS)
#define FL_COUNT (64 - SL_BITS)
#define SLAB_BLOCKS 1023 /* descriptors that are allocated at once */

struct gaudi_dram_block {
	uint64_t begin, size;
	struct gaudi_dram_block *lower, *upper;		/* neighbours by address */
	struct gaudi_dram_block *next_free, *prev_free; /* in the class; next_free also links unused descriptors */
	uint64_t unit;
	bool free;
};

struct slab {
	struct slab *next;
	struct gaudi_dram_block blocks[SLAB_BLOCKS];
};

struct gaudi_dram {
	uint64_t unit, free_units;
	uint64_t fl_map;
	uint32_t sl_map[FL_COUNT];
	struct gaudi_dram_block *class[FL_COUNT][SL_COUNT];
	struct gaudi_dram_block *first; /* lowest address */
	struct gaudi_dram_block *unused;
	unsigned int num_unused;
	struct slab *slabs;
};

struct class
{
	unsigned int fl, sl;
};

static unsigned int log2_floor(uint64_t v)
{
	return 63u - (unsigned int)__builtin_clzll(v);
}

/* The class that a block of this size is kept in. */
static struct class class_of(uint64_t size)
{
	unsigned int log;

	if (size < SL_COUNT)
		return (struct class){ 0, (unsigned int)size };
	log = log2_floor(size);
	return (struct class){ log - SL_BITS + 1, (unsigned int)(size >> (log - SL_BITS)) & (SL_COUNT - 1) };
}

/* The lowest class all of whose blocks are at least this large; false beyond the highest. */
static bool class_for(uint64_t size, struct class *c)
{
	uint64_t step = size < SL_COUNT ? 1 : 1ULL << (log2_floor(size) - SL_BITS);

	if (__builtin_add_overflow(size, step - 1, &size))
		return false;
	*c = class_of(size);
	return true;
}

/* ---- descriptors ---- */

/* An allocation makes at most two blocks more; having them beforehand means that nothing fails half-way. */
static bool provide_descriptors(struct gaudi_dram *dram, unsigned int count)
{
	struct slab *slab;

	if (dram->num_unused >= count)
		return true;
	slab = calloc(1, sizeof(*slab));
	if (!slab)
		return false;
	slab->next = dram->slabs;
	dram->slabs = slab;
	for (unsigned int i = 0; i < SLAB_BLOCKS; i++) {
		slab->blocks[i].next_free = dram->unused;
		dram->unused = &slab->blocks[i];
	}
	dram->num_unused += SLAB_BLOCKS;
	return true;
}

static struct gaudi_dram_block *take_descriptor(struct gaudi_dram *dram)
{
	struct gaudi_dram_block *block = dram->unused;

	dram->unused = block->next_free;
	dram->num_unused--;
	*block = (struct gaudi_dram_block){ .unit = dram->unit };
	return block;
}

static void put_descriptor(struct gaudi_dram *dram, struct gaudi_dram_block *block)
{
	block->next_free = dram->unused;
	dram->unused = block;
	dram->num_unused++;
}

/* ---- free lists ---- */

static void insert_free(struct gaudi_dram *dram, struct gaudi_dram_block *block)
{
	struct class c = class_of(block->size);
	struct gaudi_dram_block **head = &dram->class[c.fl][c.sl];

	block->free = true;
	block->prev_free = NULL;
	block->next_free = *head;
	if (*head)
		(*head)->prev_free = block;
	*head = block;
	dram->sl_map[c.fl] |= 1u << c.sl;
	dram->fl_map |= 1ULL << c.fl;
}

static void remove_free(struct gaudi_dram *dram, struct gaudi_dram_block *block)
{
	struct class c = class_of(block->size);

	if (block->next_free)
		block->next_free->prev_free = block->prev_free;
	if (block->prev_free)
		block->prev_free->next_free = block->next_free;
	else
		dram->class[c.fl][c.sl] = block->next_free;
	if (!dram->class[c.fl][c.sl]) {
		dram->sl_map[c.fl] &= ~(1u << c.sl);
		if (!dram->sl_map[c.fl])
			dram->fl_map &= ~(1ULL << c.fl);
	}
	block->free = false;
}

/* First class at or above c that has a block; false when there is none. */
static bool next_class(const struct gaudi_dram *dram, struct class *c)
{
	uint32_t sl = c->sl < SL_COUNT ? dram->sl_map[c->fl] & (~0u << c->sl) : 0;
	uint64_t fl;

	if (!sl) {
		fl = c->fl + 1 < FL_COUNT ? dram->fl_map & (~0ULL << (c->fl + 1)) : 0;
		if (!fl)
			return false;
		c->fl = (unsigned int)__builtin_ctzll(fl);
		sl = dram->sl_map[c->fl];
	}
	c->sl = (unsigned int)__builtin_ctz(sl);
	return true;
}

static uint64_t align_up(uint64_t v, uint64_t align)
{
	return (v + align - 1) & ~(align - 1);
}

/* Does an aligned piece of this size fit, and where? Addresses are far below 2^63, so nothing wraps. */
static bool fits(const struct gaudi_dram_block *block, uint64_t size, uint64_t align, uint64_t *begin)
{
	*begin = align_up(block->begin, align);
	return *begin - block->begin <= block->size && block->size - (*begin - block->begin) >= size;
}

static struct gaudi_dram_block *find_fast(const struct gaudi_dram *dram, uint64_t size, uint64_t align, uint64_t *begin)
{
	struct gaudi_dram_block *block;
	uint64_t with_slack;
	struct class c;

	if (__builtin_add_overflow(size, align - 1, &with_slack) || !class_for(with_slack, &c) || c.fl >= FL_COUNT ||
	    !next_class(dram, &c))
		return NULL;
	block = dram->class[c.fl][c.sl];
	return fits(block, size, align, begin) ? block : NULL;
}

/*
 * Before "no memory" is said: rounding up to a class, and to the worst alignment, may have passed over a block that fits.
 * Costs a look at each free block that is large enough, but only where the answer would be no.
 */
static struct gaudi_dram_block *find_thorough(const struct gaudi_dram *dram, uint64_t size, uint64_t align,
					      uint64_t *begin)
{
	struct class c = class_of(size);

	for (; c.fl < FL_COUNT && next_class(dram, &c); c.sl++)
		for (struct gaudi_dram_block *b = dram->class[c.fl][c.sl]; b; b = b->next_free)
			if (fits(b, size, align, begin))
				return b;
	return NULL;
}

/* ---- splitting and joining ---- */

/* Cuts block at begin + size; the upper part is a new block, not in any list. */
static struct gaudi_dram_block *split(struct gaudi_dram *dram, struct gaudi_dram_block *block, uint64_t size)
{
	struct gaudi_dram_block *rest = take_descriptor(dram);

	rest->begin = block->begin + size;
	rest->size = block->size - size;
	rest->lower = block;
	rest->upper = block->upper;
	if (rest->upper)
		rest->upper->lower = rest;
	block->upper = rest;
	block->size = size;
	return rest;
}

/* Joins block's upper neighbour into it; neither is in a list. */
static void join_upper(struct gaudi_dram *dram, struct gaudi_dram_block *block)
{
	struct gaudi_dram_block *upper = block->upper;

	block->size += upper->size;
	block->upper = upper->upper;
	if (block->upper)
		block->upper->lower = block;
	put_descriptor(dram, upper);
}

/* ---- interface ---- */

struct gaudi_dram *gaudi_dram_create(uint64_t base, uint64_t size, uint64_t unit)
{
	struct gaudi_dram *dram = calloc(1, sizeof(*dram));

	if (!dram)
		return NULL;
	dram->unit = unit;
	if (!provide_descriptors(dram, 1)) {
		free(dram);
		return NULL;
	}
	dram->first = take_descriptor(dram);
	dram->first->begin = base / unit;
	dram->first->size = size / unit;
	dram->free_units = size / unit;
	if (dram->free_units)
		insert_free(dram, dram->first);
	return dram;
}

void gaudi_dram_destroy(struct gaudi_dram *dram)
{
	while (dram->slabs) {
		struct slab *next = dram->slabs->next;

		free(dram->slabs);
		dram->slabs = next;
	}
	free(dram);
}

struct gaudi_dram_block *gaudi_dram_alloc(struct gaudi_dram *dram, uint64_t size, uint64_t align, bool *no_host_memory)
{
	struct gaudi_dram_block *block;
	uint64_t begin;

	*no_host_memory = false;
	size /= dram->unit;
	align /= dram->unit;
	if (!size || size > dram->free_units)
		return NULL;
	block = find_fast(dram, size, align, &begin);
	if (!block)
		block = find_thorough(dram, size, align, &begin);
	if (!block)
		return NULL;
	if (!provide_descriptors(dram, 2)) {
		*no_host_memory = true;
		return NULL;
	}
	remove_free(dram, block);
	if (begin > block->begin) {
		struct gaudi_dram_block *front = block;

		block = split(dram, front, begin - front->begin);
		insert_free(dram, front);
	}
	if (block->size > size)
		insert_free(dram, split(dram, block, size));
	dram->free_units -= size;
	return block;
}

void gaudi_dram_free(struct gaudi_dram *dram, struct gaudi_dram_block *block)
{
	dram->free_units += block->size;
	if (block->upper && block->upper->free) {
		remove_free(dram, block->upper);
		join_upper(dram, block);
	}
	if (block->lower && block->lower->free) {
		block = block->lower;
		remove_free(dram, block);
		join_upper(dram, block);
	}
	insert_free(dram, block);
}

uint64_t gaudi_dram_address(const struct gaudi_dram_block *block)
{
	return block->begin * block->unit;
}

uint64_t gaudi_dram_free_bytes(const struct gaudi_dram *dram)
{
	return dram->free_units * dram->unit;
}

uint64_t gaudi_dram_largest(const struct gaudi_dram *dram)
{
	uint64_t largest = 0;
	unsigned int fl, sl;

	if (!dram->fl_map)
		return 0;
	fl = log2_floor(dram->fl_map);
	sl = log2_floor(dram->sl_map[fl]);
	for (const struct gaudi_dram_block *b = dram->class[fl][sl]; b; b = b->next_free)
		if (b->size > largest)
			largest = b->size;
	return largest * dram->unit;
}

static bool listed(const struct gaudi_dram *dram, const struct gaudi_dram_block *block)
{
	struct class c = class_of(block->size);

	for (const struct gaudi_dram_block *b = dram->class[c.fl][c.sl]; b; b = b->next_free)
		if (b == block)
			return (dram->sl_map[c.fl] >> c.sl & 1) && (dram->fl_map >> c.fl & 1);
	return false;
}

bool gaudi_dram_check(const struct gaudi_dram *dram)
{
	uint64_t free_units = 0;

	for (const struct gaudi_dram_block *b = dram->first; b; b = b->upper) {
		if (b->upper && (b->upper->lower != b || b->upper->begin != b->begin + b->size))
			return false;
		if (!b->free)
			continue;
		free_units += b->size;
		if (!listed(dram, b) || (b->upper && b->upper->free))
			return false;
	}
	return free_units == dram->free_units;
}
