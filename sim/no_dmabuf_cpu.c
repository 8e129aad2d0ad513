// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* In place of kernel/dmabuf_cpu.c: simulated dma-buf fds are sockets, and nobody in this process has page faults to serve. */
#include <linux/errno.h>

#include "dmabuf_export.h"

void hlrt_export_cpu_init(struct hlrt_device *dev)
{
}

int hlrt_export_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	return -EOPNOTSUPP;
}

int hlrt_export_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	return -EOPNOTSUPP;
}

void hlrt_export_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
}

int hlrt_export_end_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction dir)
{
	return 0;
}

void hlrt_export_hold_inode(struct hlrt_export *ex)
{
}

void hlrt_export_put_inode(struct hlrt_export *ex)
{
}

void hlrt_export_zap(struct hlrt_export *ex)
{
}
