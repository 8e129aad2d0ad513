// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * regmap.c - which registers have behaviour, and where plain storage is all there is to them. Anything not
 * listed is stored as well, but named in the trace as something the model does not know.
 * Block addresses: goya_blocks.h.
 */
#include "engine.h"

/* Queue managers and engines that the model does not run: always idle (goya_masks.h). */
#define QM_GLBL_CFG1 0x004u
#define QM_GLBL_STS0 0x024u
#define TPC_CFG_STATUS 0x81Cu
#define TPC_IDLE 0x1Eu
#define TPC_MBIST_CNTRL 0xE00u
#define TPC_MBIST_DONE 0x2u
#define MME_ARCH_STATUS 0x0D0000u
#define MME_IDLE 0x780u

/* A queue manager or command queue whose engine is not there: idle, and stops when told to. */
static uint32_t idle_qm_read(struct hlm_chip *c, uint32_t offset)
{
	uint32_t stop;

	if ((offset & 0xFFF) != QM_GLBL_STS0)
		return hlm_raw(c, offset);
	stop = hlm_raw(c, (offset & ~0xFFFu) + QM_GLBL_CFG1) & GOYA_QM_ALL;
	return GOYA_QM_ALL | stop << GOYA_QM_IS_STOP_SHIFT;
}

static uint32_t tpc_cfg_read(struct hlm_chip *c, uint32_t offset)
{
	switch (offset & 0xFFF) {
	case TPC_CFG_STATUS:
		return TPC_IDLE;
	case TPC_MBIST_CNTRL: /* the self-test of its memories takes no time */
		return hlm_raw(c, offset) | TPC_MBIST_DONE;
	default:
		return hlm_raw(c, offset);
	}
}

static uint32_t tpc_read(struct hlm_chip *c, uint32_t offset)
{
	switch (offset & 0x3F000) {
	case 0x06000:
		return tpc_cfg_read(c, offset);
	case 0x08000:
	case 0x09000:
		return idle_qm_read(c, offset);
	default:
		return hlm_raw(c, offset);
	}
}

static uint32_t mme_read(struct hlm_chip *c, uint32_t offset)
{
	if (offset == MME_ARCH_STATUS)
		return MME_IDLE;
	return offset >= 0x0D8000 ? idle_qm_read(c, offset) : hlm_raw(c, offset);
}

/* Of each channel's 32 KiB the first 4 KiB are its queue manager, the next its own registers. */
static uint32_t dma_read(struct hlm_chip *c, uint32_t offset)
{
	switch (offset & 0x7000) {
	case 0x0000:
		return hlm_goya_qman_read(c, offset);
	case 0x1000:
		return hlm_goya_channel_read(c, offset);
	default:
		return hlm_raw(c, offset);
	}
}

static void dma_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	switch (offset & 0x7000) {
	case 0x0000:
		hlm_goya_qman_write(c, offset, value);
		break;
	case 0x1000:
		hlm_goya_channel_write(c, offset, value);
		break;
	default:
		hlm_set_raw(c, offset, value);
		break;
	}
}

static void msix_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	uint32_t vector = value & 0x7FF; /* goya.c, goya_add_end_of_cb_packets */

	(void)offset;
	if (vector < GOYA_MSIX_VECTORS)
		c->irqs |= 1ull << vector;
}

/* Units that one register resets (psoc_global_conf_masks.h). */
#define RESET_PSOC 0x4000u
#define RESET_DMA 0x200000u

static void reset_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	hlm_set_raw(c, offset, value);
	if (value & RESET_PSOC) {
		hlm_note(c, "boot", "hard reset by register");
		hlm_chip_reset(c, true);
	} else if (value & RESET_DMA) {
		hlm_note(c, "boot", "soft reset by register: DMA, MME, TPC");
		hlm_goya_reset_engines(c);
	}
}

/* Sorted by address. */
const struct hlm_reg_block hlm_goya_blocks[GOYA_NUM_BLOCKS] = {
	{ 0x000000, 0x005FFF, "PCI_NRTR", NULL, NULL },
	{ 0x040000, 0x0CFFFF, "MME_RTR", NULL, NULL },
	{ 0x0D0000, 0x0DFFFF, "MME", mme_read, hlm_inert_write },
	{ 0x100000, 0x10FFFF, "MME4_RTR", NULL, NULL },
	{ 0x110000, 0x111FFF, "SYNC_MNGR_GLBL", NULL, NULL },
	{ GOYA_SYNC_MNGR_SOB_OBJ_0, 0x1143FF, "SYNC_MNGR", NULL, hlm_sync_write },
	{ 0x140000, 0x1BFFFF, "MME_RTR", NULL, NULL },
	{ 0x1C0000, 0x1C5FFF, "DMA_NRTR", NULL, NULL },
	{ 0x200000, 0x2BFFFF, "SRAM_RTR", NULL, NULL },
	{ 0x400000, 0x427FFF, "DMA", dma_read, dma_write },
	{ 0x441000, 0x441FFF, "CPU_CA53_CFG", NULL, NULL },
	{ 0x442000, 0x442FFF, "CPU_IF", NULL, NULL },
	{ 0x480000, 0x480FFF, "MMU", NULL, NULL },
	{ 0x490000, 0x490FFF, "STLB", NULL, hlm_goya_stlb_write },
	{ 0x4A1000, 0x4A3FFF, "PLL", NULL, NULL },
	{ 0x4B0000, 0x4B0FFF, "DMA_MACRO", NULL, NULL },
	{ GOYA_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR, GOYA_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR, "GIC", NULL,
	  hlm_gic_write },
	{ 0xC01000, 0xC01FFF, "PCIE_WRAP", NULL, NULL },
	{ GOYA_PCIE_DBI_DEVICE_ID_VENDOR_ID_REG, GOYA_PCIE_DBI_MSIX_DOORBELL_OFF - 1, "PCIE_DBI", hlm_dbi_read,
	  hlm_dbi_write },
	{ GOYA_PCIE_DBI_MSIX_DOORBELL_OFF, GOYA_PCIE_DBI_MSIX_DOORBELL_OFF, "MSIX_DOORBELL", NULL, msix_write },
	{ GOYA_PCIE_DBI_MSIX_DOORBELL_OFF + 4, 0xC02FFF, "PCIE_DBI", hlm_dbi_read, hlm_dbi_write },
	{ 0xC07000, 0xC07FFF, "PCIE_AUX", NULL, NULL },
	{ GOYA_PSOC_TIMESTAMP_CNTCR, 0xC49FFF, "PSOC_TIMESTAMP", hlm_timestamp_read, hlm_timestamp_write },
	{ 0xC4B000, GOYA_CPU_EQ_CI - 1, "PSOC_GLOBAL_CONF", hlm_boot_read, hlm_boot_write },
	{ GOYA_CPU_EQ_CI, GOYA_CPU_EQ_CI, "CPU_EQ_CI", NULL, hlm_eventq_write },
	{ GOYA_CPU_EQ_CI + 4, GOYA_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG - 1, "PSOC_GLOBAL_CONF", hlm_boot_read,
	  hlm_boot_write },
	{ GOYA_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG, GOYA_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG, "SW_ALL_RST_CFG", NULL,
	  reset_write },
	{ GOYA_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG + 4, 0xC4BFFF, "PSOC_GLOBAL_CONF", NULL, NULL },
	{ 0xC70000, 0xC72FFF, "PSOC_PLL", NULL, NULL },
	{ 0xE00000, 0xFFFFFF, "TPC", tpc_read, hlm_inert_write },
	{ 0x3000000, 0x3FFFFFF, "TPC_EML", NULL, hlm_inert_write },
};
