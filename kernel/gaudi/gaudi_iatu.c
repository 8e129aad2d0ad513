// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* PCI resources: enable, point the BARs at the chip's memory, map them. */

#include "../fw.h"
#include "../pci_elbi.h"
#include "gaudi.h"

static const struct {
	unsigned int bar;
	u64 size; /* 0: at least what the driver reserves */
	u64 target;
} gaudi_bars[] = {
	{ GAUDI_BAR_SRAM, GAUDI_BAR_SRAM_SIZE, GAUDI_SRAM_BASE },
	{ GAUDI_BAR_CFG, GAUDI_BAR_CFG_SIZE, GAUDI_SPI_FLASH_BASE },
	{ GAUDI_BAR_HBM, 0, GAUDI_DRAM_BASE },
};

static int gaudi_check_bars(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gaudi_bars); i++) {
		u64 size = pci_resource_len(dev->pdev, gaudi_bars[i].bar);
		bool ok = gaudi_bars[i].size ? size == gaudi_bars[i].size
					     : size > GAUDI_DRAM_USER_BASE;

		if (!ok) {
			dev_err(dev->dev,
				"BAR %u has %llu bytes, this is no Gaudi that can be driven\n",
				gaudi_bars[i].bar, size);
			return -ENODEV;
		}
	}
	return 0;
}

static int gaudi_init_iatu(struct hlrt_device *dev)
{
	const struct hlrt_iatu iatu = {
		.pdev = dev->pdev,
		.dbi_base = GAUDI_CFG_BASE + GAUDI_PCIE_DBI_DEVICE_ID_VENDOR_ID_REG,
		.dbi_window = GAUDI_CFG_BASE + GAUDI_PCIE_AUX_DBI,
	};
	unsigned int i;
	u32 sts0 = 0;
	int rc;

	rc = hlrt_elbi_read(dev->pdev, GAUDI_CFG_BASE + GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_20,
			    &sts0);
	if (rc)
		return rc;
	if ((sts0 & HLRT_FW_STS0_ENABLED) && (sts0 & HLRT_FW_STS0_IATU_DONE))
		return 0;
	for (i = 0; !rc && i < ARRAY_SIZE(gaudi_bars); i++)
		rc = hlrt_iatu_inbound(&iatu, i, gaudi_bars[i].bar, gaudi_bars[i].target);
	return rc ?: hlrt_iatu_outbound(&iatu, GAUDI_HOST_BASE, GAUDI_HOST_SIZE);
}

static int gaudi_ioremap(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gaudi_bars); i++) {
		unsigned int bar = gaudi_bars[i].bar;
		resource_size_t start = pci_resource_start(dev->pdev, bar);
		resource_size_t size = pci_resource_len(dev->pdev, bar);

		/* Of HBM the driver itself needs its reserved part; importers get bus addresses. */
		if (bar == GAUDI_BAR_HBM)
			dev->bar[bar] = ioremap_wc(start, min_t(u64, size, GAUDI_DRAM_USER_BASE));
		else
			dev->bar[bar] = ioremap(start, size);
		if (!dev->bar[bar])
			return -ENOMEM;
	}
	to_gaudi(dev)->regs = dev->bar[GAUDI_BAR_CFG] + (GAUDI_CFG_BASE - GAUDI_SPI_FLASH_BASE);
	return 0;
}

static void gaudi_iounmap(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gaudi_bars); i++) {
		if (dev->bar[gaudi_bars[i].bar])
			iounmap(dev->bar[gaudi_bars[i].bar]);
		dev->bar[gaudi_bars[i].bar] = NULL;
	}
}

int gaudi_map_bars(struct hlrt_device *dev)
{
	int rc;

	rc = gaudi_check_bars(dev);
	if (rc)
		return rc;
	rc = pci_enable_device_mem(dev->pdev);
	if (rc)
		return rc;
	rc = pci_request_regions(dev->pdev, "hlrt");
	if (rc)
		goto disable;
	rc = dma_set_mask_and_coherent(dev->dev, DMA_BIT_MASK(dev->prop.dma_bits));
	if (rc)
		goto release;
	dma_set_max_seg_size(dev->dev, U32_MAX);
	pci_set_master(dev->pdev);
	rc = gaudi_init_iatu(dev);
	if (rc) {
		dev_err(dev->dev, "address translation unit does not answer (%d)\n", rc);
		goto clear_master;
	}
	rc = gaudi_ioremap(dev);
	if (rc)
		goto unmap;
	return 0;

unmap:
	gaudi_iounmap(dev);
clear_master:
	pci_clear_master(dev->pdev);
release:
	pci_release_regions(dev->pdev);
disable:
	pci_disable_device(dev->pdev);
	return rc;
}

void gaudi_unmap_bars(struct hlrt_device *dev)
{
	gaudi_iounmap(dev);
	pci_clear_master(dev->pdev);
	pci_release_regions(dev->pdev);
	pci_disable_device(dev->pdev);
}

void gaudi_dram_window(struct hlrt_device *dev, u64 *base, u64 *size)
{
	/* Set once in gaudi_init_iatu(), never moved. */
	*base = GAUDI_DRAM_BASE;
	*size = pci_resource_len(dev->pdev, GAUDI_BAR_HBM);
}
