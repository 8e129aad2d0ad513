// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The chip's own protection, which holds even if a packet gets past the driver's whitelist. Range
 * registers refuse unsecured accesses to the driver's memory and to all registers but the sync
 * manager and the DMA engines; protection bits do the rest inside these.
 */

#include "../protect.h"
#include "goya.h"

struct goya_lbw_range {
	u32 first, size; /* register offsets; a power of two, and aligned to it */
};

/* Everything but sync objects and monitors (0x112000 to 0x113FFF) and DMA engines (0x400000). */
static const struct goya_lbw_range goya_lbw_ranges[GOYA_NUM_LBW_RANGES] = {
	{ 0x0000000, 0x100000 },  { 0x0100000, 0x10000 },  { 0x0110000, 0x2000 },
	{ 0x0114000, 0x4000 },	  { 0x0118000, 0x8000 },   { 0x0120000, 0x20000 },
	{ 0x0140000, 0x40000 },	  { 0x0180000, 0x80000 },  { 0x0200000, 0x200000 },
	{ 0x0440000, 0x40000 },	  { 0x0480000, 0x80000 },  { 0x0500000, 0x100000 },
	{ 0x0600000, 0x200000 },  { 0x0800000, 0x800000 }, { 0x1000000, 0x1000000 },
	{ 0x2000000, 0x2000000 },
};

/*
 * The first 512 MiB of DRAM: firmware, page tables. In range 1, as in-tree: 0 is special there.
 * Bits of ranges that are not programmed stay set, because a clear one refuses what is outside of
 * its range (goya_security.c).
 */
#define GOYA_DRAM_RANGE 1
#define GOYA_DRAM_RANGE_MASK_LOW 0xE0000000u
#define GOYA_DRAM_RANGE_MASK_HIGH 0x3FFFFu
#define GOYA_HBW_HIT_ALL 0xFFu
#define GOYA_LBW_HIT_ALL 0xFFFFu

/* A set of range registers: arming bits, then arrays of masks and bases. */
struct goya_range_port {
	u32 lbw_hit, lbw_mask, lbw_base;
	u32 hbw_hit, hbw_mask_low, hbw_mask_high, hbw_base_low, hbw_base_high;
};

static const struct goya_range_port goya_dma_macro = {
	.lbw_hit = GOYA_DMA_MACRO_LBW_RANGE_HIT_BLOCK,
	.lbw_mask = GOYA_DMA_MACRO_LBW_RANGE_MASK_0,
	.lbw_base = GOYA_DMA_MACRO_LBW_RANGE_BASE_0,
	.hbw_hit = GOYA_DMA_MACRO_HBW_RANGE_HIT_BLOCK,
	.hbw_mask_low = GOYA_DMA_MACRO_HBW_RANGE_MASK_31_0_0,
	.hbw_mask_high = GOYA_DMA_MACRO_HBW_RANGE_MASK_49_32_0,
	.hbw_base_low = GOYA_DMA_MACRO_HBW_RANGE_BASE_31_0_0,
	.hbw_base_high = GOYA_DMA_MACRO_HBW_RANGE_BASE_49_32_0,
};

static const struct goya_range_port goya_router = {
	.lbw_hit = GOYA_RTR_LBW_RANGE_HIT,
	.lbw_mask = GOYA_RTR_LBW_RANGE_MASK_0,
	.lbw_base = GOYA_RTR_LBW_RANGE_BASE_0,
	.hbw_hit = GOYA_RTR_HBW_RANGE_HIT,
	.hbw_mask_low = GOYA_RTR_HBW_RANGE_MASK_L_0,
	.hbw_mask_high = GOYA_RTR_HBW_RANGE_MASK_H_0,
	.hbw_base_low = GOYA_RTR_HBW_RANGE_BASE_L_0,
	.hbw_base_high = GOYA_RTR_HBW_RANGE_BASE_H_0,
};

static void goya_init_port(struct hlrt_device *dev, u32 block, const struct goya_range_port *port)
{
	u32 at = block + GOYA_DRAM_RANGE * 4;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(goya_lbw_ranges); i++) {
		const struct goya_lbw_range *r = &goya_lbw_ranges[i];

		hlrt_write(dev, block + port->lbw_base + i * 4,
			   (lower_32_bits(GOYA_CFG_BASE) + r->first) & GOYA_LBW_RANGE_BITS);
		hlrt_write(dev, block + port->lbw_mask + i * 4,
			   ~(r->size - 1) & GOYA_LBW_RANGE_BITS);
	}
	hlrt_write(dev, at + port->hbw_base_low, lower_32_bits(GOYA_DRAM_BASE));
	hlrt_write(dev, at + port->hbw_base_high, upper_32_bits(GOYA_DRAM_BASE));
	hlrt_write(dev, at + port->hbw_mask_low, GOYA_DRAM_RANGE_MASK_LOW);
	hlrt_write(dev, at + port->hbw_mask_high, GOYA_DRAM_RANGE_MASK_HIGH);
	hlrt_write(dev, block + port->lbw_hit, GOYA_LBW_HIT_ALL);
	hlrt_write(dev, block + port->hbw_hit, GOYA_HBW_HIT_ALL);
}

/* Registers that unsecured writers have to reach: of a queue manager those that monitors signal. */
static const struct hlrt_reg_range goya_qm_open[] = {
	{ GOYA_DMA_QM_0_CP_FENCE0_RDATA, GOYA_DMA_QM_0_CP_FENCE3_RDATA },
};

void goya_init_security(struct hlrt_device *dev)
{
	unsigned int i;

	goya_init_port(dev, 0, &goya_dma_macro);
	/* Compute engines are never started, but what could start them is closed, too. */
	for (i = 0; i < GOYA_NUM_MME_RTR; i++)
		goya_init_port(dev, GOYA_MME1_RTR + i * GOYA_RTR_STRIDE, &goya_router);
	for (i = 0; i < GOYA_NUM_TPC_RTR; i++)
		goya_init_port(dev, GOYA_TPC0_RTR + i * GOYA_RTR_STRIDE, &goya_router);
	for (i = 0; i < GOYA_NUM_DMA; i++) {
		u32 off = i * GOYA_DMA_STRIDE;

		hlrt_protect_block(dev, GOYA_DMA_QM_0_GLBL_CFG0 + off, goya_qm_open,
				   ARRAY_SIZE(goya_qm_open));
		/* What WREG32 writes goes on the inside, from the trusted command processor. */
		hlrt_protect_block(dev, GOYA_DMA_CH_0_CFG0 + off, NULL, 0);
	}
	/* All of it has arrived before any queue is enabled. */
	hlrt_read(dev, GOYA_DMA_MACRO_LBW_RANGE_HIT_BLOCK);
}
