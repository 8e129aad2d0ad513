// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include <linux/dma-buf.h>

void hlrt_probe(struct dma_buf_attachment *attach, struct sg_table *sgt);
void hlrt_probe(struct dma_buf_attachment *attach, struct sg_table *sgt)
{
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_BIDIRECTIONAL);
}
