// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * QEMU's educational device as a third party with a DMA engine of its own. The engine moves up to 4096 bytes between a bus
 * address and its own buffer. (QEMU, docs/specs/edu.rst: registers, and the buffer at 0x40000)
 */

#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/slab.h>

#include "hli.h"

#define EDU_ID 0x00
#define EDU_ID_VALUE 0x010000ed
#define EDU_DMA_SRC 0x80
#define EDU_DMA_DST 0x88
#define EDU_DMA_COUNT 0x90
#define EDU_DMA_CMD 0x98
#define EDU_DMA_START 0x1
#define EDU_DMA_TO_BUS 0x2
#define EDU_BUFFER 0x40000
#define EDU_TIMEOUT_US (10 * USEC_PER_SEC) /* a command takes 100 ms, in a guest longer */

struct edu {
	void __iomem *regs;
	void *host;
	dma_addr_t host_addr;
};

static int edu_command(struct edu *edu, u64 src, u64 dst, u32 len, u32 cmd)
{
	u32 value;

	writeq(src, edu->regs + EDU_DMA_SRC);
	writeq(dst, edu->regs + EDU_DMA_DST);
	writeq(len, edu->regs + EDU_DMA_COUNT);
	writeq(cmd | EDU_DMA_START, edu->regs + EDU_DMA_CMD);
	return readl_poll_timeout(edu->regs + EDU_DMA_CMD, value, !(value & EDU_DMA_START), 1000, EDU_TIMEOUT_US);
}

/* By way of the engine's buffer: it knows only itself and the bus. */
static int edu_dma(struct hli_device *hli, dma_addr_t addr, void *buf, u32 len, bool to_device)
{
	struct edu *edu = hli->priv;
	dma_addr_t from = to_device ? edu->host_addr : addr, to = to_device ? addr : edu->host_addr;
	int rc;

	if (to_device)
		memcpy(edu->host, buf, len);
	else
		memset(edu->host, 0xa5, len);
	rc = edu_command(edu, from, EDU_BUFFER, len, 0);
	if (!rc)
		rc = edu_command(edu, EDU_BUFFER, to, len, EDU_DMA_TO_BUS);
	if (!rc && !to_device)
		memcpy(buf, edu->host, len);
	return rc;
}

static int edu_init(struct hli_device *hli)
{
	struct pci_dev *pdev = hli->pdev;
	struct edu *edu = devm_kzalloc(&pdev->dev, sizeof(*edu), GFP_KERNEL);

	if (!edu)
		return -ENOMEM;
	edu->regs = pcim_iomap(pdev, 0, 0);
	if (!edu->regs)
		return -ENOMEM;
	if (readl(edu->regs + EDU_ID) != EDU_ID_VALUE)
		return -ENODEV;
	edu->host = dmam_alloc_coherent(&pdev->dev, HLI_CHUNK, &edu->host_addr, GFP_KERNEL);
	if (!edu->host)
		return -ENOMEM;
	hli->priv = edu;
	return 0;
}

const struct hli_engine hli_edu_engine = {
	.name = "edu",
	.init = edu_init,
	.dma = edu_dma,
};
