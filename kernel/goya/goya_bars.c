// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* PCI resources of Goya, and what of DDR they show. */

#include "../pci_bars.h"
#include "goya.h"

static const struct hlrt_bar goya_bar[] = {
	{ .bar = GOYA_BAR_SRAM_CFG, .size = GOYA_BAR_SRAM_CFG_SIZE, .target = GOYA_SRAM_BASE },
	/* Of DDR the driver itself needs its reserved part; importers get bus addresses. */
	{ .bar = GOYA_BAR_DDR, .map = GOYA_DRAM_USER_BASE, .target = GOYA_DRAM_BASE },
	{ .bar = GOYA_BAR_MSIX, .size = GOYA_BAR_MSIX_SIZE, .pci_own = true },
};

static const struct hlrt_bars goya_bars = {
	.chip = "Goya",
	.bar = goya_bar,
	.num = ARRAY_SIZE(goya_bar),
	.dbi = GOYA_CFG_BASE + GOYA_PCIE_DBI_DEVICE_ID_VENDOR_ID_REG,
	.dbi_window = GOYA_CFG_BASE + GOYA_PCIE_AUX_DBI,
	.sts0 = GOYA_CFG_BASE + GOYA_CPU_BOOT_DEV_STS0,
	.host_base = GOYA_HOST_BASE,
	.host_size = GOYA_HOST_SIZE,
	.regs_bar = GOYA_BAR_SRAM_CFG,
	.regs_offset = GOYA_CFG_BASE - GOYA_SRAM_BASE,
};

int goya_map_bars(struct hlrt_device *dev)
{
	return hlrt_bars_map(dev, &goya_bars);
}

int goya_point_bars(struct hlrt_device *dev)
{
	return hlrt_bars_point(dev, &goya_bars);
}

void goya_unmap_bars(struct hlrt_device *dev)
{
	hlrt_bars_unmap(dev, &goya_bars);
}

void goya_dram_window(struct hlrt_device *dev, u64 *base, u64 *size)
{
	/* Set once, never moved. */
	*base = GOYA_DRAM_BASE;
	*size = pci_resource_len(dev->pdev, GOYA_BAR_DDR);
}
