// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Coherent memory that the chip and the driver share. */

#include "hlrt.h"

int hlrt_shared_alloc(struct hlrt_device *dev, struct hlrt_shared *mem, size_t size)
{
	mem->cpu = dma_alloc_coherent(dev->dev, size, &mem->bus, GFP_KERNEL | __GFP_ZERO);
	if (!mem->cpu)
		return -ENOMEM;
	mem->size = size;
	return 0;
}

void hlrt_shared_free(struct hlrt_device *dev, struct hlrt_shared *mem)
{
	if (mem->cpu)
		dma_free_coherent(dev->dev, mem->size, mem->cpu, mem->bus);
	mem->cpu = NULL;
}

u32 hlrt_shared_read_flag(const __le32 *flag)
{
	u32 value = le32_to_cpu(READ_ONCE(*flag));

	dma_rmb();
	return value;
}
