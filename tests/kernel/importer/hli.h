/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The parts of the test importer: the device node, imports, and two ways to reach the memory. */
#ifndef HLI_H
#define HLI_H

#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/iosys-map.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/xarray.h>

#include "uapi.h"

#define HLI_CHUNK 4096u /* what one access moves at most: the size of edu's buffer */

struct hli_device;

/* How a bound function reaches imported memory. buf holds len bytes, at most HLI_CHUNK. */
struct hli_engine {
	const char *name;
	int (*init)(struct hli_device *hli); /* may be NULL; what it takes is managed */
	/* NULL: only the CPU reaches the import. */
	int (*dma)(struct hli_device *hli, dma_addr_t addr, void *buf, u32 len, bool to_device);
};

extern const struct hli_engine hli_cpu_engine, hli_edu_engine;

struct hli_device {
	struct pci_dev *pdev;
	const struct hli_engine *engine;
	void *priv;	       /* the engine's */
	struct mutex lock;     /* one access at a time */
	struct list_head node; /* under hli_lock, as opens */
	unsigned int opens;
};

/* An import. sgt, invalidations and the mapping are under the dma-buf's reservation. */
struct hli_mr {
	struct dma_buf *dmabuf;
	struct dma_buf_attachment *attach;
	struct sg_table *sgt;
	u64 offset, length;
	u32 invalidations;
	enum hli_mode mode; /* not the default */
};

/* Attached and not mapped. */
struct hli_mr *hli_mr_create(struct device *dev, enum hli_mode mode, int fd, u64 offset, u64 len);
int hli_mr_map(struct hli_mr *mr);
void hli_mr_destroy(struct hli_mr *mr);
/*
 * Bus address of byte at of the whole dma-buf and the bytes that follow it there; -ENODEV: not mapped (any more).
 * Reservation held.
 */
int hli_mr_address(struct hli_mr *mr, u64 at, dma_addr_t *addr, u32 *run);
int hli_bench(struct device *dev, struct hli_bench *bench);

/* Before 6.2 these calls took the reservation themselves, under the plain names. */
#ifdef HLRT_HAVE_MAP_UNLOCKED
#define hli_map_static dma_buf_map_attachment_unlocked
#define hli_unmap_static dma_buf_unmap_attachment_unlocked
#else
#define hli_map_static dma_buf_map_attachment
#define hli_unmap_static dma_buf_unmap_attachment
#endif
#ifdef HLRT_HAVE_VMAP_UNLOCKED
#define hli_vmap dma_buf_vmap_unlocked
#define hli_vunmap dma_buf_vunmap_unlocked
#else
#define hli_vmap dma_buf_vmap
#define hli_vunmap dma_buf_vunmap
#endif

#endif /* HLI_H */
