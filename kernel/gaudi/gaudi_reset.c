// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Hard reset of the whole chip but its PCIe port. */

#include <linux/bits.h>
#include <linux/delay.h>

#include "gaudi.h"

/* Which units each kind of reset covers (gaudi_masks.h). */
#define GAUDI_RST_L_PSOC BIT(0)
#define GAUDI_RST_L_IF GENMASK(24, 21)
#define GAUDI_RST_L_TPC GENMASK(31, 25)
#define GAUDI_RST_H_TPC7 BIT(0)
#define GAUDI_RST_H_MME GENMASK(4, 1)
#define GAUDI_RST_H_HBM GENMASK(8, 5)
#define GAUDI_RST_H_NIC GENMASK(13, 9)
#define GAUDI_RST_H_SM GENMASK(17, 14)
#define GAUDI_RST_H_DMA GENMASK(19, 18)
#define GAUDI_RST_H_CPU BIT(20)
#define GAUDI_RST_H_MMU BIT(21)

#define GAUDI_FLR_HW_CTRL BIT(0)
#define GAUDI_FLR_INT_MASK BIT(1)
#define GAUDI_PREBOOT_PCIE_EN GAUDI_PSOC_GLOBAL_CONF_COLD_RST_FLOPS_1 /* gaudi_reg_map.h */
#define GAUDI_KEEP_PCIE 0xED7BD694 /* hl_boot_if.h: LKD_HARD_RESET_MAGIC */
#define GAUDI_BTM_FSM_STATE 0xFu

static const struct {
	u32 reg, value;
} gaudi_reset_setup[] = {
	{ GAUDI_PSOC_GLOBAL_CONF_SOFT_RST_CFG_H,
	  GAUDI_RST_H_DMA | GAUDI_RST_H_MME | GAUDI_RST_H_SM | GAUDI_RST_H_TPC7 },
	{ GAUDI_PSOC_GLOBAL_CONF_SOFT_RST_CFG_L, GAUDI_RST_L_TPC },
	{ GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG_H,
	  GAUDI_RST_H_HBM | GAUDI_RST_H_TPC7 | GAUDI_RST_H_NIC | GAUDI_RST_H_SM | GAUDI_RST_H_DMA |
		  GAUDI_RST_H_MME | GAUDI_RST_H_CPU | GAUDI_RST_H_MMU },
	{ GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG_L,
	  GAUDI_RST_L_IF | GAUDI_RST_L_PSOC | GAUDI_RST_L_TPC },
};

static const struct {
	u32 reg, value;
} gaudi_reset_go[] = {
	{ GAUDI_PREBOOT_PCIE_EN, GAUDI_KEEP_PCIE },
	{ GAUDI_PSOC_GLOBAL_CONF_BOOT_SEQ_RE_START, 1 },
	{ GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST, 1 },
};

int gaudi_hw_reset(struct hlrt_device *dev)
{
	unsigned int i;
	u32 state;

	/* With its CPU halted the chip cannot answer a function-level reset by firmware. */
	hlrt_write(dev, GAUDI_PCIE_AUX_FLR_CTRL, GAUDI_FLR_HW_CTRL | GAUDI_FLR_INT_MASK);
	gaudi_halt_cpu(dev);
	if (!dev->fw_resets) {
		for (i = 0; i < ARRAY_SIZE(gaudi_reset_setup); i++)
			hlrt_write(dev, gaudi_reset_setup[i].reg, gaudi_reset_setup[i].value);
		msleep(hlrt_halt_wait_ms);
		for (i = 0; i < ARRAY_SIZE(gaudi_reset_go); i++)
			hlrt_write(dev, gaudi_reset_go[i].reg, gaudi_reset_go[i].value);
	}
	/* The unit that could tell is in reset, too: no polling. */
	msleep(hlrt_reset_wait_ms);

	state = hlrt_read(dev, GAUDI_PSOC_GLOBAL_CONF_BTM_FSM);
	if (state & GAUDI_BTM_FSM_STATE) {
		dev_err(dev->dev, "chip is still in reset: state 0x%x\n", state);
		return -EIO;
	}
	return hlrt_fw_preboot(dev, &gaudi_fw);
}
