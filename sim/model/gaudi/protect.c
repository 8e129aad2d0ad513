// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * protect.c - range registers, protection bits, and what happens on a violation (RAZWI: read as zero, write
 * ignored). Only what software armed protects; secure accesses pass everything.
 */
#include "engine.h"

/* Register groups of one LBW port. */
struct lbw_port {
	uint32_t hit, min, max;
};

static const uint32_t dma_if[GAUDI_NUM_DMA_IF] = { GAUDI_DMA_IF_W_S, GAUDI_DMA_IF_E_S, GAUDI_DMA_IF_W_N,
						   GAUDI_DMA_IF_E_N };
/* Interface and port of each DMA engine; the sync manager of an interface has its own port. */
static const struct {
	uint8_t interface, port;
} dma_place[GAUDI_NUM_DMA] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 }, { 2, 0 }, { 3, 0 }, { 2, 1 }, { 3, 1 } };

static const struct lbw_port dma_port[2][2] = {
	/* [port][write] */
	{ { GAUDI_DMA_IF_DMA0_HIT_RPROT, GAUDI_DMA_IF_DMA0_MIN_RPROT_0, GAUDI_DMA_IF_DMA0_MAX_RPROT_0 },
	  { GAUDI_DMA_IF_DMA0_HIT_WPROT, GAUDI_DMA_IF_DMA0_MIN_WPROT_0, GAUDI_DMA_IF_DMA0_MAX_WPROT_0 } },
	{ { GAUDI_DMA_IF_DMA1_HIT_RPROT, GAUDI_DMA_IF_DMA1_MIN_RPROT_0, GAUDI_DMA_IF_DMA1_MAX_RPROT_0 },
	  { GAUDI_DMA_IF_DMA1_HIT_WPROT, GAUDI_DMA_IF_DMA1_MIN_WPROT_0, GAUDI_DMA_IF_DMA1_MAX_WPROT_0 } },
};
static const struct lbw_port sob_port[2] = {
	{ GAUDI_DMA_IF_SOB_HIT_RPROT, GAUDI_DMA_IF_SOB_MIN_RPROT_0, GAUDI_DMA_IF_SOB_MAX_RPROT_0 },
	{ GAUDI_DMA_IF_SOB_HIT_WPROT, GAUDI_DMA_IF_SOB_MIN_WPROT_0, GAUDI_DMA_IF_SOB_MAX_WPROT_0 },
};
static const struct lbw_port router_port[2] = {
	{ GAUDI_RTR_LBW_HIT_AR, GAUDI_RTR_LBW_MIN_AR_0, GAUDI_RTR_LBW_MAX_AR_0 },
	{ GAUDI_RTR_LBW_HIT_AW, GAUDI_RTR_LBW_MIN_AW_0, GAUDI_RTR_LBW_MAX_AW_0 },
};
/* PCIe and the device CPU enter the chip at the router of TPC 3 (gaudi_masks.h, RAZWI initiators). */
#define PCI_ROUTER (GAUDI_SIF_RTR_0 + 3 * GAUDI_RTR_STRIDE)

/* Initiator ids of the RAZWI capture registers: y in 30:28, x in 27:24, AXI id in 23:20 (gaudi_masks.h). */
#define RAZWI_ID(x, y, axi) ((uint32_t)(y) << 28 | (uint32_t)(x) << 24 | (uint32_t)(axi) << 20)
#define AXI_DMA 2
#define AXI_PCI 4

static uint32_t razwi_id(const struct hlm_initiator *who)
{
	static const struct {
		uint8_t x, y;
	} place[GAUDI_NUM_DMA_IF] = { { 0, 1 }, { 9, 1 }, { 0, 3 }, { 9, 3 } };
	unsigned int interface;

	if (who->port == HLM_PORT_PCI || who->port == HLM_PORT_CPU)
		return RAZWI_ID(8, 1, AXI_PCI);
	interface = who->port == HLM_PORT_DMA ? dma_place[who->index].interface : who->index;
	return RAZWI_ID(place[interface].x, place[interface].y, AXI_DMA);
}

static bool in_lbw_range(struct hlm_chip *g, uint32_t base, const struct lbw_port *port, uint32_t offset)
{
	uint32_t armed = hlm_raw(g, base + port->hit);

	for (unsigned int i = 0; armed; i++, armed >>= 1)
		if ((armed & 1) && i < GAUDI_NUM_RANGES && offset > hlm_raw(g, base + port->min + 4 * i) &&
		    offset < hlm_raw(g, base + port->max + 4 * i))
			return true;
	return false;
}

/* Sync objects and monitors fill their blocks to the last register; there is no room for protection bits. */
#define SYNC_OBJECTS_BLOCK 0x12000
#define SYNC_OBJECTS_END 0x17000

bool hlm_gaudi_has_prot_bits(uint32_t offset)
{
	for (unsigned int i = 0; i < GAUDI_NUM_DMA_IF; i++)
		if (offset >= dma_if[i] + SYNC_OBJECTS_BLOCK && offset < dma_if[i] + SYNC_OBJECTS_END)
			return false;
	return true;
}

enum hlm_refusal hlm_gaudi_lbw_refused(struct hlm_chip *g, const struct hlm_initiator *who, uint32_t offset, bool write)
{
	if (who->secure)
		return HLM_ALLOWED;
	switch (who->port) {
	case HLM_PORT_DMA:
		if (in_lbw_range(g, dma_if[dma_place[who->index].interface],
				 &dma_port[dma_place[who->index].port][write], offset))
			return HLM_REFUSED_BY_RANGE;
		break;
	case HLM_PORT_SYNC:
		if (in_lbw_range(g, dma_if[who->index], &sob_port[write], offset))
			return HLM_REFUSED_BY_RANGE;
		break;
	default:
		if (in_lbw_range(g, PCI_ROUTER, &router_port[write], offset))
			return HLM_REFUSED_BY_RANGE;
		break;
	}
	return hlm_gaudi_has_prot_bits(offset) && hlm_prot_bit_clear(g, offset) ? HLM_REFUSED_BY_BIT : HLM_ALLOWED;
}

static uint64_t pair(struct hlm_chip *g, uint32_t low, uint32_t high, unsigned int i)
{
	return (uint64_t)hlm_raw(g, high + 4 * i) << 32 | hlm_raw(g, low + 4 * i);
}

/* Address bits that the range registers compare: 49:0. */
#define HBW_ADDRESS_MASK ((1ull << 50) - 1)

static bool in_hbw_range(struct hlm_chip *g, uint32_t base, uint64_t addr, uint64_t len, bool write)
{
	uint32_t armed = hlm_raw(g, base + (write ? GAUDI_RANGE_SEC_HIT_AW : GAUDI_RANGE_SEC_HIT_AR));
	uint32_t base_low = base + (write ? GAUDI_RANGE_SEC_BASE_LOW_AW_0 : GAUDI_RANGE_SEC_BASE_LOW_AR_0);
	uint32_t base_high = base + (write ? GAUDI_RANGE_SEC_BASE_HIGH_AW_0 : GAUDI_RANGE_SEC_BASE_HIGH_AR_0);
	uint32_t mask_low = base + (write ? GAUDI_RANGE_SEC_MASK_LOW_AW_0 : GAUDI_RANGE_SEC_MASK_LOW_AR_0);
	uint32_t mask_high = base + (write ? GAUDI_RANGE_SEC_MASK_HIGH_AW_0 : GAUDI_RANGE_SEC_MASK_HIGH_AR_0);

	addr &= HBW_ADDRESS_MASK;
	for (unsigned int i = 0; i < GAUDI_NUM_RANGES; i++) {
		uint64_t mask, first, last;

		if (!(armed >> i & 1))
			continue;
		mask = pair(g, mask_low, mask_high, i) & HBW_ADDRESS_MASK;
		first = pair(g, base_low, base_high, i) & mask;
		last = first | (~mask & HBW_ADDRESS_MASK);
		if (addr <= last && addr + len - 1 >= first)
			return true;
	}
	return false;
}

bool hlm_gaudi_hbw_refused(struct hlm_chip *g, const struct hlm_initiator *who, uint64_t va, uint64_t pa, uint64_t len,
			   bool write)
{
	uint32_t base;

	(void)va;
	if (who->secure || !len)
		return false;
	if (who->port != HLM_PORT_DMA)
		return in_hbw_range(g, PCI_ROUTER + GAUDI_RTR_CTRL, pa, len, write);
	/* Addresses are spread over two channels: what only one of them guards is not guarded. */
	base = dma_if[dma_place[who->index].interface];
	return in_hbw_range(g, base + GAUDI_DMA_IF_DOWN_CH0, pa, len, write) &&
	       in_hbw_range(g, base + GAUDI_DMA_IF_DOWN_CH1, pa, len, write);
}

void hlm_gaudi_razwi(struct hlm_chip *g, const struct hlm_initiator *who, uint64_t addr, bool write)
{
	uint32_t valid = write ? GAUDI_MMU_UP_RAZWI_WRITE_VLD : GAUDI_MMU_UP_RAZWI_READ_VLD;

	hlm_count(g->m, HLM_STAT_RAZWI, 1);
	hlm_note(g, "fault", "RAZWI: illegal %s of 0x%llx by port %d.%u", write ? "write" : "read",
		 (unsigned long long)addr, who->port, who->index);
	/* The first violation stays until software clears it. */
	if (!(hlm_raw(g, valid) & 1)) {
		hlm_set_raw(g, valid, 1);
		hlm_set_raw(g, valid + 4, razwi_id(who));
	}
	hlm_event(g, GAUDI_EVENT_RAZWI_OR_ADC, 0);
}
