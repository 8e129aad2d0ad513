// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * mmu.c - translation of device virtual addresses: five levels of tables that the driver writes into device memory, one
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
/* Entries (mmu_general.h). */
#define PTE_PRESENT 0x1ull
#define PTE_SWAP_OUT 0x4ull
#define PTE_LAST 0x800ull
#define PTE_FLAGS 0xFFFull
#define PA_MASK (((1ull << 50) - 1) & ~PTE_FLAGS)
#define CAPTURE_VALID 0x40000u
#define CAPTURE_VA_49_32 0x3FFFFu
#define HOPS 5

static const unsigned int hop_shift[HOPS] = { 48, 39, 30, 21, 12 };
static const unsigned int hop_bits[HOPS] = { 2, 9, 9, 9, 9 };

static struct hlm_tlb_entry *tlb_slot(struct hlm_tlb_entry *table, uint64_t page, uint16_t asid)
{
	return &table[(page ^ page >> 12 ^ asid * 61u) % TLB_ENTRIES];
}

static uint64_t tlb_tag(uint64_t page, uint16_t asid)
{
	return page << 12 | (uint64_t)asid << 1 | 1;
}

static void tlb_flush_if_told(struct hlm_mmu *mmu)
{
	uint32_t generation = atomic_load(&mmu->generation);

	if (generation == mmu->seen_generation)
		return;
	mmu->seen_generation = generation;
	memset(mmu->small, 0, sizeof(mmu->small));
	memset(mmu->large, 0, sizeof(mmu->large));
}

static bool tlb_lookup(struct hlm_mmu *mmu, uint16_t asid, uint64_t va, uint64_t *pa, unsigned int *shift)
{
	struct hlm_tlb_entry *entry = tlb_slot(mmu->large, va >> LARGE_SHIFT, asid);

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

static void tlb_insert(struct hlm_mmu *mmu, uint16_t asid, uint64_t va, uint64_t pa, unsigned int shift)
{
	struct hlm_tlb_entry *table = shift == LARGE_SHIFT ? mmu->large : mmu->small;
	struct hlm_tlb_entry *entry = tlb_slot(table, va >> shift, asid);

	entry->tag = tlb_tag(va >> shift, asid);
	entry->pa = pa;
}

static bool read_pte(struct hlm_chip *c, uint64_t addr, uint64_t *pte)
{
	if (addr > c->m->desc.dram_size - sizeof(*pte))
		return false;
	*pte = __atomic_load_n((const uint64_t *)(c->dram + addr), __ATOMIC_ACQUIRE);
	hlm_count(c->m, HLM_STAT_PTE_READS, 1);
	return true;
}

static bool walk(struct hlm_chip *c, uint16_t asid, uint64_t va, uint64_t *pa, unsigned int *shift)
{
	uint64_t table, pte = 0;

	hlm_lock(c);
	table = c->mmu.hop0[asid];
	hlm_unlock(c);
	for (unsigned int hop = 0; hop < HOPS; hop++) {
		uint64_t index = va >> hop_shift[hop] & ((1u << hop_bits[hop]) - 1);
		uint64_t addr = table + index * sizeof(pte);

		if (!read_pte(c, addr, &pte)) {
			hlm_trace(c->m, "pte", "asid %u va 0x%llx hop %u: table 0x%llx is not in device memory", asid,
				  (unsigned long long)va, hop, (unsigned long long)table);
			return false;
		}
		hlm_trace(c->m, "pte", "asid %u va 0x%llx hop %u at 0x%llx: 0x%llx", asid, (unsigned long long)va, hop,
			  (unsigned long long)addr, (unsigned long long)pte);
		if (!(pte & PTE_PRESENT) || (pte & PTE_SWAP_OUT))
			return false;
		if (hop >= LARGE_HOP && (pte & PTE_LAST)) {
			*shift = hop_shift[hop];
			*pa = pte & PA_MASK & ~((1ull << *shift) - 1);
			return true;
		}
		table = pte & PA_MASK;
	}
	return false;
}

static void page_fault(struct hlm_chip *c, uint16_t asid, uint64_t va, bool write)
{
	hlm_count(c->m, HLM_STAT_PAGE_FAULTS, 1);
	hlm_lock(c);
	hlm_note(c, "fault", "page fault: asid %u va 0x%llx %s", asid, (unsigned long long)va,
		 write ? "write" : "read");
	if (!(hlm_raw(c, c->info->reg.page_error_capture) & CAPTURE_VALID)) {
		hlm_set_raw(c, c->info->reg.page_error_capture,
			    CAPTURE_VALID | ((uint32_t)(va >> 32) & CAPTURE_VA_49_32));
		hlm_set_raw(c, c->info->reg.page_error_capture_va, (uint32_t)va);
	}
	if (c->info->event_page_fault)
		hlm_event(c, c->info->event_page_fault, 0);
	hlm_unlock(c);
}

static bool lookup(struct hlm_chip *c, uint16_t asid, uint64_t va, uint64_t *pa, unsigned int *shift)
{
	if (tlb_lookup(&c->mmu, asid, va, pa, shift)) {
		hlm_count(c->m, HLM_STAT_TLB_HITS, 1);
		return true;
	}
	if (!walk(c, asid, va, pa, shift))
		return false;
	tlb_insert(&c->mmu, asid, va, *pa, *shift);
	return true;
}

enum hlm_bus_status hlm_translate(struct hlm_chip *c, uint16_t asid, uint64_t va, uint64_t len, bool write,
				  uint64_t *pa, uint64_t *run)
{
	uint64_t page, done;
	unsigned int shift;

	tlb_flush_if_told(&c->mmu);
	if (!lookup(c, asid, va, &page, &shift)) {
		page_fault(c, asid, va, write);
		return HLM_BUS_PAGE_FAULT;
	}
	*pa = page | (va & ((1ull << shift) - 1));
	done = (1ull << shift) - (va & ((1ull << shift) - 1));
	/* Pages that follow one another are one run; a fault further on is the next run's. */
	while (done < len && lookup(c, asid, va + done, &page, &shift) && page == *pa + done)
		done += 1ull << shift;
	*run = done < len ? done : len;
	return HLM_BUS_OK;
}

void hlm_mmu_set_root(struct hlm_chip *c, uint16_t asid, uint64_t table)
{
	c->mmu.hop0[asid] = table;
	hlm_note(c, "boot", "MMU root of asid %u: 0x%llx", asid, (unsigned long long)table);
}

void hlm_mmu_invalidate(struct hlm_chip *c)
{
	atomic_fetch_add(&c->mmu.generation, 1);
	c->mmu.invalidate_pending = true;
	if (!c->engine_busy)
		hlm_mmu_finish_invalidate(c);
}

void hlm_mmu_finish_invalidate(struct hlm_chip *c)
{
	if (!c->mmu.invalidate_pending)
		return;
	c->mmu.invalidate_pending = false;
	c->info->mmu_idle(c);
}

void hlm_mmu_reset(struct hlm_chip *c)
{
	memset(c->mmu.hop0, 0, sizeof(c->mmu.hop0));
	atomic_fetch_add(&c->mmu.generation, 1);
	c->mmu.invalidate_pending = false;
}
