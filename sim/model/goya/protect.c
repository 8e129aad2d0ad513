// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * protect.c - range registers, protection bits, and what happens on a violation (RAZWI: read as zero, write
 * ignored). Secure accesses pass everything. After a reset every range is one that nothing hits, with its HIT
 * bit set: nothing is protected before software says so. (What silicon has there is not public; the in-tree
 * driver sets all HIT bits and programs some of the ranges, so the others must be harmless.)
 *
 * The DMA macro holds the ranges of the DMA channels, on addresses before translation. The sync manager's
 * messages pass the router of MME 4, in whose section of the register map it lies.
 */
#include "engine.h"

#define SYNC_ROUTER (GOYA_MME1_RTR + 3 * GOYA_RTR_STRIDE)
#define HBW_ADDRESS_MASK ((1ull << 50) - 1)

struct ranges {
	uint32_t hit, mask, base;
};

static const struct ranges dma_lbw = { GOYA_DMA_MACRO_LBW_RANGE_HIT_BLOCK, GOYA_DMA_MACRO_LBW_RANGE_MASK_0,
				       GOYA_DMA_MACRO_LBW_RANGE_BASE_0 };
static const struct ranges sync_lbw = { SYNC_ROUTER + GOYA_RTR_LBW_RANGE_HIT, SYNC_ROUTER + GOYA_RTR_LBW_RANGE_MASK_0,
					SYNC_ROUTER + GOYA_RTR_LBW_RANGE_BASE_0 };

static bool in_span(uint32_t offset, uint32_t first, uint32_t count)
{
	return offset - first < 4 * count;
}

static bool is_router_range(uint32_t offset, uint32_t first_router, unsigned int routers)
{
	uint32_t at = (offset - first_router) % GOYA_RTR_STRIDE;

	if (offset < first_router || offset >= first_router + routers * GOYA_RTR_STRIDE)
		return false;
	return at == GOYA_RTR_HBW_RANGE_HIT || at == GOYA_RTR_LBW_RANGE_HIT ||
	       in_span(at, GOYA_RTR_HBW_RANGE_MASK_L_0, 4 * GOYA_NUM_HBW_RANGES) ||
	       in_span(at, GOYA_RTR_LBW_RANGE_MASK_0, 2 * GOYA_NUM_LBW_RANGES);
}

bool hlm_goya_is_range_register(uint32_t offset)
{
	return in_span(offset, GOYA_DMA_MACRO_LBW_RANGE_HIT_BLOCK, 2 + 2 * GOYA_NUM_LBW_RANGES) ||
	       in_span(offset, GOYA_DMA_MACRO_HBW_RANGE_MASK_49_32_0, 4 * GOYA_NUM_HBW_RANGES) ||
	       is_router_range(offset, GOYA_MME1_RTR, GOYA_NUM_MME_RTR) ||
	       is_router_range(offset, GOYA_TPC0_RTR, GOYA_NUM_TPC_RTR);
}

static bool lbw_blocked(struct hlm_chip *c, const struct ranges *r, uint32_t offset)
{
	uint32_t block_inside = hlm_raw(c, r->hit);

	for (unsigned int i = 0; i < GOYA_NUM_LBW_RANGES; i++) {
		uint32_t mask = hlm_raw(c, r->mask + 4 * i) & GOYA_LBW_RANGE_BITS;
		bool inside = (offset & mask) == (hlm_raw(c, r->base + 4 * i) & GOYA_LBW_RANGE_BITS);

		if (inside == (block_inside >> i & 1))
			return true;
	}
	return false;
}

enum hlm_refusal hlm_goya_lbw_refused(struct hlm_chip *c, const struct hlm_initiator *who, uint32_t offset, bool write)
{
	(void)write; /* one set of ranges for both */
	if (who->secure)
		return HLM_ALLOWED;
	if ((who->port == HLM_PORT_DMA && lbw_blocked(c, &dma_lbw, offset)) ||
	    (who->port == HLM_PORT_SYNC && lbw_blocked(c, &sync_lbw, offset)))
		return HLM_REFUSED_BY_RANGE;
	return hlm_goya_has_prot_bits(offset) && hlm_prot_bit_clear(c, offset) ? HLM_REFUSED_BY_BIT : HLM_ALLOWED;
}

static uint64_t pair(struct hlm_chip *c, uint32_t low, uint32_t high, unsigned int i)
{
	return ((uint64_t)hlm_raw(c, high + 4 * i) << 32 | hlm_raw(c, low + 4 * i)) & HBW_ADDRESS_MASK;
}

bool hlm_goya_hbw_refused(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t va, uint64_t pa, uint64_t len,
			  bool write)
{
	uint32_t block_inside = hlm_raw(c, GOYA_DMA_MACRO_HBW_RANGE_HIT_BLOCK);

	(void)pa;
	(void)write;
	if (who->secure || who->port != HLM_PORT_DMA || !len)
		return false;
	va &= HBW_ADDRESS_MASK;
	for (unsigned int i = 0; i < GOYA_NUM_HBW_RANGES; i++) {
		uint64_t mask = pair(c, GOYA_DMA_MACRO_HBW_RANGE_MASK_31_0_0, GOYA_DMA_MACRO_HBW_RANGE_MASK_49_32_0, i);
		uint64_t base = pair(c, GOYA_DMA_MACRO_HBW_RANGE_BASE_31_0_0, GOYA_DMA_MACRO_HBW_RANGE_BASE_49_32_0, i);
		uint64_t last = base | (~mask & HBW_ADDRESS_MASK);
		bool touches = va <= last && va + len - 1 >= base, within = va >= base && va + len - 1 <= last;

		if (base & ~mask) /* no address can match */
			touches = within = false;
		if (block_inside >> i & 1 ? touches : !within)
			return true;
	}
	return false;
}

/* The ids of initiators are not public: the capture holds the channel. */
void hlm_goya_razwi(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t addr, bool write)
{
	bool lbw = addr >= GOYA_CFG_BASE && addr < GOYA_CFG_BASE + GOYA_CFG_SIZE;
	uint32_t valid = lbw	 ? write ? GOYA_DMA_MACRO_RAZWI_LBW_WT_VLD : GOYA_DMA_MACRO_RAZWI_LBW_RD_VLD
			 : write ? GOYA_DMA_MACRO_RAZWI_HBW_WT_VLD
				 : GOYA_DMA_MACRO_RAZWI_HBW_RD_VLD;

	hlm_count(c->m, HLM_STAT_RAZWI, 1);
	hlm_note(c, "fault", "RAZWI: illegal %s of 0x%llx by port %d.%u", write ? "write" : "read",
		 (unsigned long long)addr, who->port, who->index);
	/* The first violation stays until software clears it. Only the DMA macro has a capture that is modelled. */
	if (who->port == HLM_PORT_DMA && !(hlm_raw(c, valid) & 1)) {
		hlm_set_raw(c, valid, 1);
		hlm_set_raw(c, valid + 4, who->index);
	}
}
