// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* PCI resources: enable, point the BARs at the chip's memory, map them. */

#include "fw.h"
#include "hlrt.h"
#include "pci_bars.h"
#include "pci_elbi.h"

static int hlrt_bars_check(struct hlrt_device *dev, const struct hlrt_bars *bars)
{
	const struct hlrt_bar *b;

	for (b = bars->bar; b < bars->bar + bars->num; b++) {
		u64 size = pci_resource_len(dev->pdev, b->bar);

		if (b->size ? size == b->size : size > b->map)
			continue;
		dev_err(dev->dev, "BAR %u has %llu bytes, this is no %s that can be driven\n",
			b->bar, size, bars->chip);
		return -ENODEV;
	}
	return 0;
}

int hlrt_bars_point(struct hlrt_device *dev, const struct hlrt_bars *bars)
{
	const struct hlrt_iatu iatu = {
		.pdev = dev->pdev,
		.dbi_base = bars->dbi,
		.dbi_window = bars->dbi_window,
	};
	unsigned int region = 0;
	const struct hlrt_bar *b;
	u32 sts0 = 0;
	int rc;

	rc = hlrt_elbi_read(dev->pdev, bars->sts0, &sts0);
	if (rc)
		goto out;
	if ((sts0 & HLRT_FW_STS0_ENABLED) && (sts0 & HLRT_FW_STS0_IATU_DONE))
		return 0;
	for (b = bars->bar; !rc && b < bars->bar + bars->num; b++)
		if (!b->pci_own)
			rc = hlrt_iatu_inbound(&iatu, region++, b->bar, b->target);
	if (!rc)
		rc = hlrt_iatu_outbound(&iatu, bars->host_base, bars->host_size);
out:
	if (rc)
		dev_err(dev->dev, "address translation unit does not answer (%d)\n", rc);
	return rc;
}

static int hlrt_bars_ioremap(struct hlrt_device *dev, const struct hlrt_bars *bars)
{
	const struct hlrt_bar *b;

	for (b = bars->bar; b < bars->bar + bars->num; b++) {
		resource_size_t start = pci_resource_start(dev->pdev, b->bar);

		if (b->pci_own)
			continue;
		dev->bar[b->bar] = b->map ? ioremap_wc(start, b->map)
					  : ioremap(start, pci_resource_len(dev->pdev, b->bar));
		if (!dev->bar[b->bar])
			return -ENOMEM;
	}
	dev->regs = dev->bar[bars->regs_bar] + bars->regs_offset;
	return 0;
}

static void hlrt_bars_iounmap(struct hlrt_device *dev, const struct hlrt_bars *bars)
{
	const struct hlrt_bar *b;

	for (b = bars->bar; b < bars->bar + bars->num; b++) {
		if (dev->bar[b->bar])
			iounmap(dev->bar[b->bar]);
		dev->bar[b->bar] = NULL;
	}
	dev->regs = NULL;
}

int hlrt_bars_map(struct hlrt_device *dev, const struct hlrt_bars *bars)
{
	int rc;

	rc = hlrt_bars_check(dev, bars);
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
	rc = hlrt_bars_ioremap(dev, bars);
	if (rc)
		goto unmap;
	return 0;

unmap:
	hlrt_bars_iounmap(dev, bars);
release:
	pci_release_regions(dev->pdev);
disable:
	pci_disable_device(dev->pdev);
	return rc;
}

void hlrt_bars_unmap(struct hlrt_device *dev, const struct hlrt_bars *bars)
{
	hlrt_bars_iounmap(dev, bars);
	pci_clear_master(dev->pdev);
	pci_release_regions(dev->pdev);
	pci_disable_device(dev->pdev);
}
