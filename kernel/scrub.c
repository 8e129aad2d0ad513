// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Zeroing what users can write, by the device's own DMA. */

#include "hlrt.h"
#include "scrub.h"

#define HLRT_SCRUB_CHUNK (2ULL << 30) /* a transfer's size has 32 bits */

static u32 hlrt_add_fill(struct hlrt_lin_dma *pkt, u32 ctl, u64 addr, u64 len)
{
	u32 n = 0;

	while (len) {
		u64 part = min(len, HLRT_SCRUB_CHUNK);

		pkt[n].tsize = cpu_to_le32(part);
		pkt[n].ctl = cpu_to_le32(ctl);
		pkt[n].src = 0;
		pkt[n].dst = cpu_to_le64(addr);
		addr += part;
		len -= part;
		n++;
	}
	return n;
}

int hlrt_scrub_run(struct hlrt_device *dev, unsigned int queue, u32 ctl,
		   u32 (*errors)(struct hlrt_device *dev))
{
	const struct hlrt_props *prop = &dev->prop;
	u64 user_dram = prop->dram_base + prop->dram_size - prop->dram_user_base;
	u64 packets = div64_u64(user_dram, HLRT_SCRUB_CHUNK) + 2;
	struct hlrt_shared cb;
	u32 n, cause;
	int rc;

	if (WARN_ON(packets * sizeof(struct hlrt_lin_dma) > PAGE_SIZE / 2))
		return -EINVAL;
	rc = hlrt_shared_alloc(dev, &cb, PAGE_SIZE);
	if (rc)
		return rc;
	n = hlrt_add_fill(cb.cpu, ctl, prop->dram_user_base, user_dram);
	n += hlrt_add_fill((struct hlrt_lin_dma *)cb.cpu + n, ctl, prop->sram_user_base,
			   prop->sram_user_size);
	rc = hlrt_queue_run(dev, queue, &cb, n * sizeof(struct hlrt_lin_dma));
	cause = errors(dev);
	if (!rc && cause) {
		dev_err(dev->dev, "scrubbing: DMA error 0x%x\n", cause);
		rc = -EIO;
	}
	if (rc)
		dev->asic->halt(dev); /* it may still be at it, and the packets go now */
	hlrt_shared_free(dev, &cb);
	return rc;
}
