// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* PCI resources of Gaudi, and what of HBM they show. */

#include "../pci_bars.h"
#include "gaudi.h"

static const struct hlrt_bar gaudi_bar[] = {
	{ .bar = GAUDI_BAR_SRAM, .size = GAUDI_BAR_SRAM_SIZE, .target = GAUDI_SRAM_BASE },
	{ .bar = GAUDI_BAR_CFG, .size = GAUDI_BAR_CFG_SIZE, .target = GAUDI_SPI_FLASH_BASE },
	/* Of HBM the driver itself needs its reserved part; importers get bus addresses. */
	{ .bar = GAUDI_BAR_HBM, .map = GAUDI_DRAM_USER_BASE, .target = GAUDI_DRAM_BASE },
};

static const struct hlrt_bars gaudi_bars = {
	.chip = "Gaudi",
	.bar = gaudi_bar,
	.num = ARRAY_SIZE(gaudi_bar),
	.dbi = GAUDI_CFG_BASE + GAUDI_PCIE_DBI_DEVICE_ID_VENDOR_ID_REG,
	.dbi_window = GAUDI_CFG_BASE + GAUDI_PCIE_AUX_DBI,
	.sts0 = GAUDI_CFG_BASE + GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_20,
	.host_base = GAUDI_HOST_BASE,
	.host_size = GAUDI_HOST_SIZE,
	.regs_bar = GAUDI_BAR_CFG,
	.regs_offset = GAUDI_CFG_BASE - GAUDI_SPI_FLASH_BASE,
};

int gaudi_map_bars(struct hlrt_device *dev)
{
	return hlrt_bars_map(dev, &gaudi_bars);
}

int gaudi_point_bars(struct hlrt_device *dev)
{
	return hlrt_bars_point(dev, &gaudi_bars);
}

void gaudi_unmap_bars(struct hlrt_device *dev)
{
	hlrt_bars_unmap(dev, &gaudi_bars);
}

void gaudi_dram_window(struct hlrt_device *dev, u64 *base, u64 *size)
{
	/* Set once, never moved. */
	*base = GAUDI_DRAM_BASE;
	*size = pci_resource_len(dev->pdev, GAUDI_BAR_HBM);
}
