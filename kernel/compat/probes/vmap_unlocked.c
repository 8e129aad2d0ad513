// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include <linux/dma-buf.h>

int hlrt_probe(struct dma_buf *dmabuf, struct iosys_map *map);
int hlrt_probe(struct dma_buf *dmabuf, struct iosys_map *map)
{
	return dma_buf_vmap_unlocked(dmabuf, map);
}
