// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The chip's own protection, which holds even if a packet gets past the driver's whitelist. Range
 * registers at every port refuse unsecured accesses to the driver's memory and to all registers but
 * the sync managers and the DMA engines; protection bits do the rest inside these.
 */

#include "../protect.h"
#include "gaudi.h"

/* 0 is read from what is refused by range, a fixed pattern by protection bit (gaudi_security.c). */
#define GAUDI_PCIE_WRAP_RAZWI_VALUE 0xC01B28

#define GAUDI_W_S(reg) GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_##reg
/* clang-format off */
#define GAUDI_RESERVED(reg, n) { GAUDI_W_S(reg), GAUDI_W_S(reg) + (n) * 4 - 1 }
/* clang-format on */

static const struct hlrt_reg_range gaudi_lbw_ranges[] = {
	/* Below the sync managers: MME, TPC, routers, CPU, and the first DMA interface. */
	{ 0x1, 0x48FFFF },
	/* Above the DMA engines: HBM controllers, GIC, PCIe, MMU, PSOC, NIC, debug. */
	{ 0x600000, 0x3FFFFFE },
	/* What the driver keeps for itself of sync manager W_S. */
	GAUDI_RESERVED(SOB_OBJ_0, GAUDI_FIRST_USER_SOB),
	GAUDI_RESERVED(MON_PAY_ADDRL_0, GAUDI_FIRST_USER_MONITOR),
	GAUDI_RESERVED(MON_PAY_ADDRH_0, GAUDI_FIRST_USER_MONITOR),
	GAUDI_RESERVED(MON_PAY_DATA_0, GAUDI_FIRST_USER_MONITOR),
	GAUDI_RESERVED(MON_ARM_0, GAUDI_FIRST_USER_MONITOR),
	GAUDI_RESERVED(MON_STATUS_0, GAUDI_FIRST_USER_MONITOR),
};

/* One port's registers: arming bits, then arrays of bounds. */
struct gaudi_lbw_port {
	u32 hit, min, max;
};

static const struct gaudi_lbw_port gaudi_dma_if_ports[] = {
	{ GAUDI_DMA_IF_SOB_HIT_RPROT, GAUDI_DMA_IF_SOB_MIN_RPROT_0, GAUDI_DMA_IF_SOB_MAX_RPROT_0 },
	{ GAUDI_DMA_IF_SOB_HIT_WPROT, GAUDI_DMA_IF_SOB_MIN_WPROT_0, GAUDI_DMA_IF_SOB_MAX_WPROT_0 },
	{ GAUDI_DMA_IF_DMA0_HIT_RPROT, GAUDI_DMA_IF_DMA0_MIN_RPROT_0,
	  GAUDI_DMA_IF_DMA0_MAX_RPROT_0 },
	{ GAUDI_DMA_IF_DMA0_HIT_WPROT, GAUDI_DMA_IF_DMA0_MIN_WPROT_0,
	  GAUDI_DMA_IF_DMA0_MAX_WPROT_0 },
	{ GAUDI_DMA_IF_DMA1_HIT_RPROT, GAUDI_DMA_IF_DMA1_MIN_RPROT_0,
	  GAUDI_DMA_IF_DMA1_MAX_RPROT_0 },
	{ GAUDI_DMA_IF_DMA1_HIT_WPROT, GAUDI_DMA_IF_DMA1_MIN_WPROT_0,
	  GAUDI_DMA_IF_DMA1_MAX_WPROT_0 },
};

static const struct gaudi_lbw_port gaudi_rtr_ports[] = {
	{ GAUDI_RTR_LBW_HIT_AW, GAUDI_RTR_LBW_MIN_AW_0, GAUDI_RTR_LBW_MAX_AW_0 },
	{ GAUDI_RTR_LBW_HIT_AR, GAUDI_RTR_LBW_MIN_AR_0, GAUDI_RTR_LBW_MAX_AR_0 },
};

static const u32 gaudi_dma_ifs[GAUDI_NUM_DMA_IF] = {
	GAUDI_DMA_IF_W_S,
	GAUDI_DMA_IF_E_S,
	GAUDI_DMA_IF_W_N,
	GAUDI_DMA_IF_E_N,
};

struct gaudi_hbw_range {
	u64 base;
	u64 mask;
	bool read; /* reads are refused as well as writes */
};

#define GAUDI_HBW_MASK(low) (0x3FFFFULL << 32 | (low))

static const struct gaudi_hbw_range gaudi_hbw_ranges[] = {
	{ GAUDI_DRAM_BASE, GAUDI_HBW_MASK(0xE0000000),
	  true }, /* first 512 MiB: firmware, page tables */
	{ GAUDI_SRAM_BASE, GAUDI_HBW_MASK(0xFFFFFF80), false }, /* zeroes that engines read */
	{ 0x7FFBFE0000ULL, GAUDI_HBW_MASK(0xFFFF0000), true },	/* PSOC_SCRATCHPAD_ADDR */
	{ 0x7FFBFF0000ULL, GAUDI_HBW_MASK(0xFFFF8000), true },	/* PCIE_FW_SRAM_ADDR */
	{ GAUDI_SPI_FLASH_BASE, GAUDI_HBW_MASK(0xFE000000), true },
};

static void gaudi_lbw_port_init(struct hlrt_device *dev, u32 block,
				const struct gaudi_lbw_port *port)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gaudi_lbw_ranges); i++) {
		/* The chip compares with < on both sides. */
		hlrt_write(dev, block + port->min + i * 4, gaudi_lbw_ranges[i].first - 1);
		hlrt_write(dev, block + port->max + i * 4, gaudi_lbw_ranges[i].last + 1);
	}
	hlrt_write(dev, block + port->hit, BIT(ARRAY_SIZE(gaudi_lbw_ranges)) - 1);
}

static void gaudi_init_lbw(struct hlrt_device *dev)
{
	unsigned int i, p;

	BUILD_BUG_ON(ARRAY_SIZE(gaudi_lbw_ranges) > GAUDI_NUM_RANGES);
	for (i = 0; i < ARRAY_SIZE(gaudi_dma_ifs); i++)
		for (p = 0; p < ARRAY_SIZE(gaudi_dma_if_ports); p++)
			gaudi_lbw_port_init(dev, gaudi_dma_ifs[i], &gaudi_dma_if_ports[p]);
	for (i = 0; i < GAUDI_NUM_RTR; i++) {
		for (p = 0; p < ARRAY_SIZE(gaudi_rtr_ports); p++) {
			gaudi_lbw_port_init(dev, GAUDI_SIF_RTR_0 + i * GAUDI_RTR_STRIDE,
					    &gaudi_rtr_ports[p]);
			gaudi_lbw_port_init(dev, GAUDI_NIF_RTR_0 + i * GAUDI_RTR_STRIDE,
					    &gaudi_rtr_ports[p]);
		}
	}
}

static void gaudi_hbw_port_init(struct hlrt_device *dev, u32 block)
{
	u32 hit_aw = 0, hit_ar = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gaudi_hbw_ranges); i++) {
		const struct gaudi_hbw_range *r = &gaudi_hbw_ranges[i];
		u32 at = block + i * 4;

		hlrt_write(dev, at + GAUDI_RANGE_SEC_BASE_LOW_AW_0, lower_32_bits(r->base));
		hlrt_write(dev, at + GAUDI_RANGE_SEC_BASE_HIGH_AW_0, upper_32_bits(r->base));
		hlrt_write(dev, at + GAUDI_RANGE_SEC_MASK_LOW_AW_0, lower_32_bits(r->mask));
		hlrt_write(dev, at + GAUDI_RANGE_SEC_MASK_HIGH_AW_0, upper_32_bits(r->mask));
		hit_aw |= BIT(i);
		if (!r->read)
			continue;
		hlrt_write(dev, at + GAUDI_RANGE_SEC_BASE_LOW_AR_0, lower_32_bits(r->base));
		hlrt_write(dev, at + GAUDI_RANGE_SEC_BASE_HIGH_AR_0, upper_32_bits(r->base));
		hlrt_write(dev, at + GAUDI_RANGE_SEC_MASK_LOW_AR_0, lower_32_bits(r->mask));
		hlrt_write(dev, at + GAUDI_RANGE_SEC_MASK_HIGH_AR_0, upper_32_bits(r->mask));
		hit_ar |= BIT(i);
	}
	hlrt_write(dev, block + GAUDI_RANGE_SEC_HIT_AW, hit_aw);
	hlrt_write(dev, block + GAUDI_RANGE_SEC_HIT_AR, hit_ar);
}

static void gaudi_init_hbw(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gaudi_dma_ifs); i++) {
		gaudi_hbw_port_init(dev, gaudi_dma_ifs[i] + GAUDI_DMA_IF_DOWN_CH0);
		gaudi_hbw_port_init(dev, gaudi_dma_ifs[i] + GAUDI_DMA_IF_DOWN_CH1);
	}
	for (i = 0; i < GAUDI_NUM_RTR; i++) {
		gaudi_hbw_port_init(dev, GAUDI_SIF_RTR_0 + i * GAUDI_RTR_STRIDE + GAUDI_RTR_CTRL);
		gaudi_hbw_port_init(dev, GAUDI_NIF_RTR_0 + i * GAUDI_RTR_STRIDE + GAUDI_RTR_CTRL);
	}
}

/*
 * Blocks between the two ranges of registers whose every register is the driver's: the other three
 * DMA interfaces and the PLLs beside them (gaudi_blocks.h).
 */
static const u32 gaudi_closed_blocks[] = {
	0x4A0000, 0x4A1000, 0x4A2000, 0x4A7000, 0x4A8000, 0x4A9000, /* DMA_IF_E_S */
	0x4C0000, 0x4C1000, 0x4C2000, 0x4C7000, 0x4C8000, 0x4C9000, /* DMA_IF_W_N */
	0x4E0000, 0x4E1000, 0x4E2000, 0x4E7000, 0x4E8000, 0x4E9000, /* DMA_IF_E_N */
};

/*
 * Registers of a DMA engine that its unsecured command processor and the sync managers have to
 * reach.
 */
static const struct hlrt_reg_range gaudi_qm_open[] = {
	{ GAUDI_DMA0_QM_CP_FENCE0_RDATA_0,
	  GAUDI_DMA0_QM_CP_FENCE3_RDATA_0 + GAUDI_QMAN_STREAMS * 4 },
};

static const struct hlrt_reg_range gaudi_core_open[] = {
	{ GAUDI_DMA0_CORE_SRC_BASE_LO, GAUDI_DMA0_CORE_COMMIT }, /* what LIN_DMA is made of */
};

static void gaudi_init_protection_bits(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gaudi_closed_blocks); i++)
		hlrt_protect_block(dev, gaudi_closed_blocks[i], NULL, 0);
	for (i = 0; i < GAUDI_NUM_DMA; i++) {
		u32 qm = (GAUDI_DMA0_QM_GLBL_CFG0 & ~0xFFF) + i * GAUDI_DMA_QM_STRIDE;
		u32 core = (GAUDI_DMA0_CORE_CFG_0 & ~0xFFF) + i * GAUDI_DMA_CORE_STRIDE;
		bool used = i < GAUDI_USER_DMAS;

		hlrt_protect_block(dev, qm, gaudi_qm_open, used ? ARRAY_SIZE(gaudi_qm_open) : 0);
		hlrt_protect_block(dev, core, gaudi_core_open,
				   used ? ARRAY_SIZE(gaudi_core_open) : 0);
	}
}

void gaudi_init_security(struct hlrt_device *dev)
{
	hlrt_write(dev, GAUDI_PCIE_WRAP_RAZWI_VALUE, 1);
	gaudi_init_lbw(dev);
	gaudi_init_hbw(dev);
	gaudi_init_protection_bits(dev);
	/* All of it has arrived before any queue is enabled. */
	hlrt_read(dev, GAUDI_PCIE_WRAP_RAZWI_VALUE);
}
