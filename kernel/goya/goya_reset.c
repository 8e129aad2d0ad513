// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Hard reset of the whole chip but its PCIe port. */

#include <linux/bits.h>
#include <linux/delay.h>

#include "goya.h"

/* Which units a reset covers (psoc_global_conf_masks.h): all but PCI, its interface and PLLs. */
#define GOYA_RST_TPC BIT(9)
#define GOYA_RST_MME BIT(10)
#define GOYA_RST_MC BIT(11)
#define GOYA_RST_CPU BIT(12)
#define GOYA_RST_IC_IF BIT(13)
#define GOYA_RST_PSOC BIT(14)
#define GOYA_RST_SRAM GENMASK(20, 15)
#define GOYA_RST_DMA BIT(21)
#define GOYA_RST_DMA_IF BIT(22)
#define GOYA_RST_ALL \
	(GOYA_RST_TPC | GOYA_RST_MME | GOYA_RST_MC | GOYA_RST_CPU | GOYA_RST_IC_IF | \
	 GOYA_RST_PSOC | GOYA_RST_SRAM | GOYA_RST_DMA | GOYA_RST_DMA_IF)

#define GOYA_CLK_RLX 0x100010 /* goya.c, goya_disable_clk_rlx() */
#define GOYA_BTM_FSM_STATE 0xFu
#define GOYA_BTM_FSM_BOOT 0xAu /* the state from which the boot sequencer starts */

/* Clock dividers: registers from here on select the source of four outputs (*_pll_regs.h). */
#define GOYA_PLL_DIV_SEL_0 0x280
static const u32 goya_plls[] = {
	0x4A1000, /* MC */
	0x4A2000, /* CPU */
	0x4A3000, /* IC */
	0xC70000, /* PSOC_EMMC */
	0xC71000, /* PSOC_MME */
	0xC72000, /* PSOC_PCI */
	0xE01000, /* TPC */
};

/* The reference clock everywhere: a PLL in reset gives none. */
static void goya_slow_down(struct hlrt_device *dev)
{
	unsigned int i, out;

	hlrt_write(dev, GOYA_PSOC_MME_PLL_CLK_RLX_0, GOYA_CLK_RLX);
	hlrt_write(dev, GOYA_IC_PLL_CLK_RLX_0, GOYA_CLK_RLX);
	for (i = 0; i < ARRAY_SIZE(goya_plls); i++)
		for (out = 0; out < 4; out++)
			hlrt_write(dev, goya_plls[i] + GOYA_PLL_DIV_SEL_0 + out * 4, 0);
}

/* Whatever state it is in: both ways to make the CPU stop. */
static void goya_halt_cpu(struct hlrt_device *dev)
{
	hlrt_write(dev, GOYA_KMD_MSG_TO_CPU, HLRT_FW_MSG_GOTO_WFE);
	hlrt_write(dev, dev->comms.irq[HLRT_FW_IRQ_HALT], GOYA_CPU_ID_HALT_MACHINE);
	msleep(hlrt_halt_wait_ms);
	dev->fw_runs = false;
}

int goya_hw_reset(struct hlrt_device *dev)
{
	u32 state;

	hlrt_write(dev, GOYA_CPU_IF_ARUSER_OVR_EN, 0);
	hlrt_write(dev, GOYA_CPU_IF_AWUSER_OVR_EN, 0);
	goya_halt_cpu(dev);
	goya_slow_down(dev);
	hlrt_write(dev, GOYA_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG, GOYA_RST_ALL);
	/* The unit that could tell is in reset, too: no polling. */
	msleep(hlrt_reset_wait_ms);

	state = hlrt_read(dev, GOYA_PSOC_GLOBAL_CONF_BTM_FSM);
	if (state & GOYA_BTM_FSM_STATE) {
		dev_err(dev->dev, "chip is still in reset: state 0x%x\n", state);
		return -EIO;
	}
	hlrt_write(dev, GOYA_PSOC_GLOBAL_CONF_BOOT_SEQ_RE_START, 1);
	hlrt_write(dev, GOYA_PSOC_GLOBAL_CONF_SW_BTM_FSM, GOYA_BTM_FSM_BOOT);
	return hlrt_fw_preboot(dev, &goya_fw);
}
