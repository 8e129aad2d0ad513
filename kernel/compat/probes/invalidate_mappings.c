// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* dma_buf_move_notify() has become dma_buf_invalidate_mappings(). */
#include <linux/dma-buf.h>

void probe(struct dma_buf *buf);
void probe(struct dma_buf *buf)
{
	dma_buf_invalidate_mappings(buf);
}
