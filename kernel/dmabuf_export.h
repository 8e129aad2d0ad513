/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * dmabuf_export.h - an export and its three kinds of users: devices (dmabuf_map.c), programs that
 * mmap it and the kernel's own CPU mappings (dmabuf_cpu.c).
 */
#ifndef HLRT_DMABUF_EXPORT_H
#define HLRT_DMABUF_EXPORT_H

#include <linux/dma-buf.h>

#include "hlrt.h"
#include "netlink.h"

struct inode;

struct hlrt_export {
	struct list_head node; /* dev->exports, under exports_lock */
	u64 id;		       /* rises along that list */
	struct hlrt_device *dev;
	struct dma_buf *dmabuf;
	struct inode *inode; /* the dma-buf's, with a reference: revocation goes by its mappings */
	u64 addr, len;	     /* as the program named it */
	u64 owner;	     /* serial of the context */
	pid_t pid;
	char comm[TASK_COMM_LEN];
	struct hlrt_owner *who;
	/* Under the reservation. maps goes down there too, and is waited for without it. */
	bool revoked;
	bool vmapped;	   /* counts in maps as well */
	atomic_t maps;
	struct list_head users; /* attachments */
	unsigned int num_users;
	struct hlrt_alloc *alloc; /* until nobody can reach it, where the driver placed it */
	unsigned int num_pieces;
	struct hlrt_piece pieces[];
};

/* What the exporter knows of an attachment: its priv. Counts under the reservation. */
struct hlrt_export_user {
	struct list_head node; /* export's users */
	struct dma_buf_attachment *attach;
	bool by_kernel; /* the kernel vouches for the path, and so may choose the address */
	u32 judge; /* HLRT_NL_JUDGE_* */
	unsigned int pins, maps;
	struct sg_table *whole; /* the one of its maps that is as the kernel made it, or NULL */
};

/* Reservation held, when a map has been taken or given back. */
static inline void hlrt_export_get_map(struct hlrt_export *ex)
{
	hlrt_buffers_changed();
	atomic_inc(&ex->maps);
}

void hlrt_export_put_map(struct hlrt_export *ex);

/* Where a piece of device memory is in the CPU's address space. */
static inline phys_addr_t hlrt_export_phys(const struct hlrt_export *ex, u64 addr)
{
	u64 base, size;

	ex->dev->asic->dram_window(ex->dev, &base, &size);
	return pci_resource_start(ex->dev->pdev, ex->dev->prop.dram_bar) + (addr - base);
}

/* dmabuf_map.c */
int hlrt_export_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);
void hlrt_export_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);
int hlrt_export_pin(struct dma_buf_attachment *attach);
void hlrt_export_unpin(struct dma_buf_attachment *attach);
struct sg_table *hlrt_export_map(struct dma_buf_attachment *attach, enum dma_data_direction dir);
void hlrt_export_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		       enum dma_data_direction dir);
/* HLRT_NL_MODE_*. The same. */
u32 hlrt_export_user_mode(const struct hlrt_export_user *user);
/* Somebody relies on memory that does not go away. Reservation held. */
bool hlrt_export_pinned(const struct hlrt_export *ex);
/* Who has it mapped or pinned, and how, behind what is in name. Reservation held. */
void hlrt_export_name_users(const struct hlrt_export *ex, char *name, size_t size);

/* dmabuf_cpu.c */
void hlrt_export_cpu_init(struct hlrt_device *dev);
int hlrt_export_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma);
int hlrt_export_vmap(struct dma_buf *dmabuf, struct iosys_map *map);
void hlrt_export_vunmap(struct dma_buf *dmabuf, struct iosys_map *map);
int hlrt_export_end_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction dir);
void hlrt_export_hold_inode(struct hlrt_export *ex);
void hlrt_export_put_inode(struct hlrt_export *ex);
/* No program has a way to the memory any more; later accesses get SIGBUS. Reservation held. */
void hlrt_export_zap(struct hlrt_export *ex);

#endif /* HLRT_DMABUF_EXPORT_H */
