// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * regmap.c - which registers have behaviour, and where plain storage is all there is to them. Anything not
 * listed is stored as well, but named in the trace as something the model does not know.
 * Block addresses: gaudi_blocks.h.
 */
#include "engine.h"

/* Status of queue managers and engines that the model does not run: always idle (gaudi_masks.h). */
#define QM_IDLE 0x3FFFu
#define QM_GLBL_STS0 0x038u
#define QM_CGM_STS 0xC74u
#define QM_CGM_IDLE 0x700u
#define TPC_CFG_STATUS 0x91Cu
#define TPC_IDLE 0xEEu
#define MME_ARCH_STATUS 0x000u
#define MME_IDLE 0x1180u

static uint32_t idle_qm_read(struct hlm_chip *g, uint32_t offset)
{
	switch (offset & 0xFFF) {
	case QM_GLBL_STS0:
		return QM_IDLE;
	case QM_CGM_STS:
		return QM_CGM_IDLE;
	default:
		return hlm_raw(g, offset);
	}
}

static uint32_t tpc_read(struct hlm_chip *g, uint32_t offset)
{
	switch (offset & 0x3F000) {
	case 0x06000:
		return (offset & 0xFFF) == TPC_CFG_STATUS ? TPC_IDLE : hlm_raw(g, offset);
	case 0x08000:
		return idle_qm_read(g, offset);
	default:
		return hlm_raw(g, offset);
	}
}

static uint32_t mme_read(struct hlm_chip *g, uint32_t offset)
{
	switch (offset & 0x7F000) {
	case 0x60000:
		return (offset & 0xFFF) == MME_ARCH_STATUS ? MME_IDLE : hlm_raw(g, offset);
	case 0x68000:
		return idle_qm_read(g, offset);
	default:
		return hlm_raw(g, offset);
	}
}

static uint32_t dma_read(struct hlm_chip *g, uint32_t offset)
{
	return offset & 0x8000 ? hlm_gaudi_qman_read(g, offset) : hlm_gaudi_dma_core_read(g, offset);
}

static void dma_write(struct hlm_chip *g, uint32_t offset, uint32_t value)
{
	if (offset & 0x8000)
		hlm_gaudi_qman_write(g, offset, value);
	else
		hlm_gaudi_dma_core_write(g, offset, value);
}

static void msi_write(struct hlm_chip *g, uint32_t offset, uint32_t value)
{
	(void)value;
	g->irqs |= 1ull << (offset - GAUDI_PCIE_MSI_INTR_0) / 4;
}

static void single_msi_write(struct hlm_chip *g, uint32_t offset, uint32_t value)
{
	(void)offset;
	(void)value;
	g->irqs |= 1;
}

static void reset_write(struct hlm_chip *g, uint32_t offset, uint32_t value)
{
	hlm_set_raw(g, offset, value);
	if (value & 1) {
		hlm_note(g, "boot", "hard reset by register");
		hlm_chip_reset(g, true);
	}
}

/* Sorted by address. */
const struct hlm_reg_block hlm_gaudi_blocks[GAUDI_NUM_BLOCKS] = {
	{ 0x020000, 0x1FFFFF, "MME", mme_read, hlm_inert_write },
	{ 0x300000, 0x37FFFF, "SIF_RTR", NULL, NULL },
	{ 0x380000, 0x3FFFFF, "NIF_RTR", NULL, NULL },
	{ 0x442000, GAUDI_CPU_IF_EQ_RD_OFFS - 1, "CPU_IF", NULL, NULL },
	{ GAUDI_CPU_IF_EQ_RD_OFFS, GAUDI_CPU_IF_EQ_RD_OFFS, "CPU_IF_EQ_RD_OFFS", NULL, hlm_eventq_write },
	{ 0x442230, 0x442FFF, "CPU_IF", NULL, NULL },
	{ 0x480000, 0x490FFF, "DMA_IF_W_S", NULL, NULL },
	{ 0x492000, 0x496FFF, "SYNC_MNGR_W_S", NULL, hlm_sync_write },
	{ 0x4A0000, 0x4B0FFF, "DMA_IF_E_S", NULL, NULL },
	{ 0x4B2000, 0x4B6FFF, "SYNC_MNGR_E_S", NULL, hlm_sync_write },
	{ 0x4C0000, 0x4D0FFF, "DMA_IF_W_N", NULL, NULL },
	{ 0x4D2000, 0x4D6FFF, "SYNC_MNGR_W_N", NULL, hlm_sync_write },
	{ 0x4E0000, 0x4F0FFF, "DMA_IF_E_N", NULL, NULL },
	{ 0x4F2000, 0x4F6FFF, "SYNC_MNGR_E_N", NULL, hlm_sync_write },
	{ 0x500000, 0x5FFFFF, "DMA", dma_read, dma_write },
	{ GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR, GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR, "GIC", NULL,
	  hlm_gic_write },
	{ 0xC01000, 0xC01FFF, "PCIE_WRAP", NULL, NULL },
	{ GAUDI_PCIE_DBI_DEVICE_ID_VENDOR_ID_REG, 0xC02FFF, "PCIE_DBI", hlm_dbi_read, hlm_dbi_write },
	{ GAUDI_PCIE_CORE_MSI_REQ, GAUDI_PCIE_CORE_MSI_REQ, "PCIE_CORE_MSI_REQ", NULL, single_msi_write },
	{ 0xC07000, 0xC07FFF, "PCIE_AUX", NULL, NULL },
	{ 0xC11000, 0xC11FFF, "MMU_UP", NULL, NULL },
	{ GAUDI_MMU_BUSY, GAUDI_MMU_BUSY, "MMU_BUSY", NULL, hlm_gaudi_mmu_busy_write },
	{ GAUDI_MMU_ASID, 0xC12FFF, "STLB", NULL, hlm_gaudi_stlb_write },
	{ GAUDI_PCIE_MSI_INTR_0, GAUDI_PCIE_MSI_INTR_0 + 4 * GAUDI_MSI_VECTORS - 1, "PCIE_MSI", NULL, msi_write },
	{ GAUDI_PSOC_TIMESTAMP, 0xC49FFF, "PSOC_TIMESTAMP", hlm_timestamp_read, hlm_timestamp_write },
	{ 0xC4B000, GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST - 1, "PSOC_GLOBAL_CONF", hlm_boot_read, hlm_boot_write },
	{ GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST, GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST, "SW_ALL_RST", NULL, reset_write },
	{ GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST + 4, 0xC4BFFF, "PSOC_GLOBAL_CONF", NULL, NULL },
	{ 0xCE0000, 0xDFFFFF, "NIC", idle_qm_read, hlm_inert_write },
	{ 0xE00000, 0xFFFFFF, "TPC", tpc_read, hlm_inert_write },
};
