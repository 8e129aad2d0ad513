/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Allocator for a range of device addresses, whose bytes it never touches: descriptors live in host memory.
 * Two-level segregated fit: allocating and freeing take the same time whatever is allocated; neighbours that
 * are free are joined at once. Not thread-safe.
 */
#ifndef HLRT_GAUDI_DRAM_H
#define HLRT_GAUDI_DRAM_H

#include <stdbool.h>
#include <stdint.h>

struct gaudi_dram;
struct gaudi_dram_block;

/* size and base are multiples of unit, a power of two. NULL: no host memory. */
struct gaudi_dram *gaudi_dram_create(uint64_t base, uint64_t size, uint64_t unit);
/* Whatever is still allocated is forgotten. */
void gaudi_dram_destroy(struct gaudi_dram *dram);

/*
 * size is a multiple of the unit; align is a power of two, at least the unit. NULL: nothing that large is free, *no_host_memory
 * false, or no host memory for descriptors, true.
 */
struct gaudi_dram_block *gaudi_dram_alloc(struct gaudi_dram *dram, uint64_t size, uint64_t align, bool *no_host_memory);
void gaudi_dram_free(struct gaudi_dram *dram, struct gaudi_dram_block *block);
uint64_t gaudi_dram_address(const struct gaudi_dram_block *block);

/* Free bytes in all, and in the largest free block (for messages; looks at every block of the highest class). */
uint64_t gaudi_dram_free_bytes(const struct gaudi_dram *dram);
uint64_t gaudi_dram_largest(const struct gaudi_dram *dram);
/* For tests: blocks tile the range, no two free neighbours, lists and bitmaps agree. */
bool gaudi_dram_check(const struct gaudi_dram *dram);

#endif /* HLRT_GAUDI_DRAM_H */
