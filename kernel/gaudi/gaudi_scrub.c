// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Zeroing what users can write, by the device's own DMA. */

#include "gaudi.h"

#define GAUDI_SCRUB_CHUNK (2ULL << 30) /* a transfer's size has 32 bits */
#define GAUDI_SCRUB_QUEUE 0

struct gaudi_lin_dma {
	__le32 tsize;
	__le32 ctl;
	__le64 src;
	__le64 dst;
};

static u32 gaudi_add_memset(struct gaudi_lin_dma *pkt, u64 addr, u64 len)
{
	u32 n = 0;

	while (len) {
		u64 part = min(len, GAUDI_SCRUB_CHUNK);

		pkt[n].tsize = cpu_to_le32(part);
		pkt[n].ctl = cpu_to_le32(GAUDI_PKT_LIN_DMA << GAUDI_PKT_CTL_OPCODE_SHIFT |
					 GAUDI_PKT_CTL_RB | GAUDI_PKT_CTL_MB | GAUDI_LIN_DMA_LIN |
					 GAUDI_LIN_DMA_MEMSET);
		pkt[n].src = 0;
		pkt[n].dst = cpu_to_le64(addr);
		addr += part;
		len -= part;
		n++;
	}
	return n;
}

static u32 gaudi_dma_errors(struct hlrt_device *dev)
{
	return gaudi_read(dev, GAUDI_DMA0_CORE_ERR_CAUSE + GAUDI_SCRUB_QUEUE / GAUDI_QMAN_STREAMS *
								   GAUDI_DMA_CORE_STRIDE);
}

int gaudi_scrub(struct hlrt_device *dev)
{
	const struct hlrt_props *prop = &dev->prop;
	u64 user_dram = prop->dram_base + prop->dram_size - prop->dram_user_base;
	struct hlrt_shared cb;
	u32 n, cause;
	int rc;

	BUILD_BUG_ON((GAUDI_DRAM_SIZE / GAUDI_SCRUB_CHUNK + 2) * sizeof(struct gaudi_lin_dma) >
		     2048);
	rc = hlrt_shared_alloc(dev, &cb, PAGE_SIZE);
	if (rc)
		return rc;
	n = gaudi_add_memset(cb.cpu, prop->dram_user_base, user_dram);
	n += gaudi_add_memset((struct gaudi_lin_dma *)cb.cpu + n, prop->sram_user_base,
			      prop->sram_user_size);
	rc = hlrt_queue_run(dev, GAUDI_SCRUB_QUEUE, &cb, n * sizeof(struct gaudi_lin_dma));
	cause = gaudi_dma_errors(dev);
	if (!rc && cause) {
		dev_err(dev->dev, "scrubbing: DMA error 0x%x\n", cause);
		rc = -EIO;
	}
	if (rc)
		gaudi_halt_engines(dev); /* it may still be at it, and the packets go now */
	hlrt_shared_free(dev, &cb);
	return rc;
}
