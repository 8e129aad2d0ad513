// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * mmu.c - translation of device virtual addresses: five levels of tables that the driver writes into HBM, one
 * root for each ASID, and a TLB that remembers until told to forget.
 *
 * The TLB belongs to the engine thread. Invalidation changes the generation, at once for every later look-up;
 * the busy bit stays until the chunk that is being moved meanwhile is done.
 */
#include <string.h>

#include "chip.h"

#define SMALL_SHIFT 12
#define LARGE_SHIFT 21
#define LARGE_HOP 3
#define PA_MASK (((1ull << 50) - 1) & ~GAUDI_PTE_FLAGS)
#define MMU_BUSY_BIT 0x80000000u
#define INV_PS_START 2u

static const unsigned int hop_shift[GAUDI_MMU_HOPS] = { 48, 39, 30, 21, 12 };
static const unsigned int hop_bits[GAUDI_MMU_HOPS] = { 2, 9, 9, 9, 9 };

static struct gaudi_tlb_entry *tlb_slot(struct gaudi_tlb_entry *table, uint64_t page, uint16_t asid)
{
	return &table[(page ^ page >> 12 ^ asid * 61u) % TLB_ENTRIES];
}

static uint64_t tlb_tag(uint64_t page, uint16_t asid)
{
	return page << 12 | (uint64_t)asid << 1 | 1;
}

static void tlb_flush_if_told(struct gaudi_mmu *mmu)
{
	uint32_t generation = atomic_load(&mmu->generation);

	if (generation == mmu->seen_generation)
		return;
	mmu->seen_generation = generation;
	memset(mmu->small, 0, sizeof(mmu->small));
	memset(mmu->large, 0, sizeof(mmu->large));
}

static bool tlb_lookup(struct gaudi_mmu *mmu, uint16_t asid, uint64_t va, uint64_t *pa, unsigned int *shift)
{
	struct gaudi_tlb_entry *entry = tlb_slot(mmu->large, va >> LARGE_SHIFT, asid);

	*shift = LARGE_SHIFT;
	if (entry->tag != tlb_tag(va >> LARGE_SHIFT, asid)) {
		*shift = SMALL_SHIFT;
		entry = tlb_slot(mmu->small, va >> SMALL_SHIFT, asid);
		if (entry->tag != tlb_tag(va >> SMALL_SHIFT, asid))
			return false;
	}
	*pa = entry->pa;
	return true;
}

static void tlb_insert(struct gaudi_mmu *mmu, uint16_t asid, uint64_t va, uint64_t pa, unsigned int shift)
{
	struct gaudi_tlb_entry *table = shift == LARGE_SHIFT ? mmu->large : mmu->small;
	struct gaudi_tlb_entry *entry = tlb_slot(table, va >> shift, asid);

	entry->tag = tlb_tag(va >> shift, asid);
	entry->pa = pa;
}

static bool read_pte(struct gaudi *g, uint64_t addr, uint64_t *pte)
{
	if (addr > g->m->desc.dram_size - sizeof(*pte))
		return false;
	*pte = __atomic_load_n((const uint64_t *)(g->dram + addr), __ATOMIC_ACQUIRE);
	hlm_count(g->m, HLM_STAT_PTE_READS, 1);
	return true;
}

static bool walk(struct gaudi *g, uint16_t asid, uint64_t va, uint64_t *pa, unsigned int *shift)
{
	uint64_t table, pte = 0;

	hlm_gaudi_lock(g);
	table = g->mmu.hop0[asid];
	hlm_gaudi_unlock(g);
	for (unsigned int hop = 0; hop < GAUDI_MMU_HOPS; hop++) {
		uint64_t index = va >> hop_shift[hop] & ((1u << hop_bits[hop]) - 1);
		uint64_t addr = table + index * sizeof(pte);

		if (!read_pte(g, addr, &pte)) {
			hlm_trace(g->m, "pte", "asid %u va 0x%llx hop %u: table 0x%llx is not in HBM", asid,
				  (unsigned long long)va, hop, (unsigned long long)table);
			return false;
		}
		hlm_trace(g->m, "pte", "asid %u va 0x%llx hop %u at 0x%llx: 0x%llx", asid, (unsigned long long)va, hop,
			  (unsigned long long)addr, (unsigned long long)pte);
		if (!(pte & GAUDI_PTE_PRESENT) || (pte & GAUDI_PTE_SWAP_OUT))
			return false;
		if (hop >= LARGE_HOP && (pte & GAUDI_PTE_LAST)) {
			*shift = hop_shift[hop];
			*pa = pte & PA_MASK & ~((1ull << *shift) - 1);
			return true;
		}
		table = pte & PA_MASK;
	}
	return false;
}

static void page_fault(struct gaudi *g, uint16_t asid, uint64_t va, bool write)
{
	hlm_count(g->m, HLM_STAT_PAGE_FAULTS, 1);
	hlm_gaudi_lock(g);
	hlm_gaudi_note(g, "fault", "page fault: asid %u va 0x%llx %s", asid, (unsigned long long)va,
		       write ? "write" : "read");
	if (!(hlm_gaudi_raw(g, GAUDI_MMU_UP_PAGE_ERROR_CAPTURE) & GAUDI_MMU_CAPTURE_VALID)) {
		hlm_gaudi_set_raw(g, GAUDI_MMU_UP_PAGE_ERROR_CAPTURE,
				  GAUDI_MMU_CAPTURE_VALID | ((uint32_t)(va >> 32) & GAUDI_MMU_CAPTURE_VA_49_32));
		hlm_gaudi_set_raw(g, GAUDI_MMU_UP_PAGE_ERROR_CAPTURE_VA, (uint32_t)va);
	}
	hlm_gaudi_event(g, GAUDI_EVENT_MMU_PAGE_FAULT, 0);
	hlm_gaudi_unlock(g);
}

static bool lookup(struct gaudi *g, uint16_t asid, uint64_t va, uint64_t *pa, unsigned int *shift)
{
	if (tlb_lookup(&g->mmu, asid, va, pa, shift)) {
		hlm_count(g->m, HLM_STAT_TLB_HITS, 1);
		return true;
	}
	if (!walk(g, asid, va, pa, shift))
		return false;
	tlb_insert(&g->mmu, asid, va, *pa, *shift);
	return true;
}

enum gaudi_bus_status hlm_gaudi_translate(struct gaudi *g, uint16_t asid, uint64_t va, uint64_t len, bool write,
					  uint64_t *pa, uint64_t *run)
{
	uint64_t page, done;
	unsigned int shift;

	tlb_flush_if_told(&g->mmu);
	if (!lookup(g, asid, va, &page, &shift)) {
		page_fault(g, asid, va, write);
		return GAUDI_BUS_PAGE_FAULT;
	}
	*pa = page | (va & ((1ull << shift) - 1));
	done = (1ull << shift) - (va & ((1ull << shift) - 1));
	/* Pages that follow one another are one run; a fault further on is the next run's. */
	while (done < len && lookup(g, asid, va + done, &page, &shift) && page == *pa + done)
		done += 1ull << shift;
	*run = done < len ? done : len;
	return GAUDI_BUS_OK;
}

void hlm_gaudi_mmu_busy_write(struct gaudi *g, uint32_t offset, uint32_t value)
{
	uint32_t asid = hlm_gaudi_raw(g, GAUDI_MMU_ASID) % MAX_ASIDS;

	if (value & MMU_BUSY_BIT) {
		g->mmu.hop0[asid] = (uint64_t)hlm_gaudi_raw(g, GAUDI_MMU_HOP0_PA43_12) << 12 |
				    (uint64_t)hlm_gaudi_raw(g, GAUDI_MMU_HOP0_PA49_44) << 44;
		hlm_gaudi_note(g, "boot", "MMU root of asid %u: 0x%llx", asid, (unsigned long long)g->mmu.hop0[asid]);
	}
	hlm_gaudi_set_raw(g, offset, value & ~MMU_BUSY_BIT);
}

static void invalidate(struct gaudi *g)
{
	atomic_fetch_add(&g->mmu.generation, 1);
	g->mmu.invalidate_pending = true;
	if (!g->engine_busy)
		hlm_gaudi_mmu_finish_invalidate(g);
}

void hlm_gaudi_mmu_finish_invalidate(struct gaudi *g)
{
	if (!g->mmu.invalidate_pending)
		return;
	g->mmu.invalidate_pending = false;
	hlm_gaudi_set_raw(g, GAUDI_STLB_INV_PS, 0);
	hlm_gaudi_set_raw(g, GAUDI_STLB_MEM_CACHE_INVALIDATION, 0);
	hlm_gaudi_set_raw(g, GAUDI_STLB_MEM_CACHE_INV_STATUS, 1);
}

void hlm_gaudi_stlb_write(struct gaudi *g, uint32_t offset, uint32_t value)
{
	hlm_gaudi_set_raw(g, offset, value);
	if ((offset == GAUDI_STLB_INV_PS && value == INV_PS_START) ||
	    (offset == GAUDI_STLB_MEM_CACHE_INVALIDATION && (value & 1)))
		invalidate(g);
}

void hlm_gaudi_mmu_reset(struct gaudi *g)
{
	memset(g->mmu.hop0, 0, sizeof(g->mmu.hop0));
	atomic_fetch_add(&g->mmu.generation, 1);
	g->mmu.invalidate_pending = false;
}
