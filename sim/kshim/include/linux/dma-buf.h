/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_DMA_BUF_H
#define KSHIM_LINUX_DMA_BUF_H

#include_next <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/iosys-map.h>
#include <linux/list.h>

struct dma_buf;
struct dma_buf_attachment;

struct dma_buf_ops {
	bool cache_sgt_mapping;
	int (*attach)(struct dma_buf *buf, struct dma_buf_attachment *a);
	void (*detach)(struct dma_buf *buf, struct dma_buf_attachment *a);
	int (*pin)(struct dma_buf_attachment *a);
	void (*unpin)(struct dma_buf_attachment *a);
	struct sg_table *(*map_dma_buf)(struct dma_buf_attachment *a, enum dma_data_direction dir);
	void (*unmap_dma_buf)(struct dma_buf_attachment *a, struct sg_table *t, enum dma_data_direction dir);
	void (*release)(struct dma_buf *buf);
	int (*begin_cpu_access)(struct dma_buf *buf, enum dma_data_direction dir);
	int (*end_cpu_access)(struct dma_buf *buf, enum dma_data_direction dir);
	int (*mmap)(struct dma_buf *buf, struct vm_area_struct *vma);
	int (*vmap)(struct dma_buf *buf, struct iosys_map *map);
	void (*vunmap)(struct dma_buf *buf, struct iosys_map *map);
};

struct kshim_dmabuf_fds;

struct dma_buf {
	size_t size;
	struct file *file;
	struct list_head attachments; /* under resv */
	const struct dma_buf_ops *ops;
	const char *exp_name;
	const char *name;
	struct module *owner;
	void *priv;
	struct dma_resv *resv;

	/* kshim's own */
	struct file file_storage;
	struct dma_resv resv_storage;
	struct list_head entry;
	struct kshim_dmabuf_fds *fds; /* what stands behind user-visible fds; NULL: never given one */
};

struct dma_buf_attach_ops {
	bool allow_peer2peer;
	void (*move_notify)(struct dma_buf_attachment *a);
};

struct dma_buf_attachment {
	struct dma_buf *dmabuf;
	struct device *dev;
	struct list_head node;
	struct sg_table *sgt; /* cached mapping */
	enum dma_data_direction dir;
	bool peer2peer;
	const struct dma_buf_attach_ops *importer_ops;
	void *importer_priv;
	void *priv;
	unsigned int maps; /* live, for checks */
};

struct dma_buf_export_info {
	const char *exp_name;
	struct module *owner;
	const struct dma_buf_ops *ops;
	size_t size;
	int flags;
	struct dma_resv *resv;
	void *priv;
};

#define DEFINE_DMA_BUF_EXPORT_INFO(name) \
	struct dma_buf_export_info name = { .exp_name = KBUILD_MODNAME, .owner = THIS_MODULE }

struct dma_buf *dma_buf_export(const struct dma_buf_export_info *info);
int dma_buf_fd(struct dma_buf *buf, int flags);
struct dma_buf *dma_buf_get(int fd);
void dma_buf_put(struct dma_buf *buf);
struct dma_buf_attachment *dma_buf_attach(struct dma_buf *buf, struct device *dev);
struct dma_buf_attachment *dma_buf_dynamic_attach(struct dma_buf *buf, struct device *dev,
						  const struct dma_buf_attach_ops *ops, void *priv);
void dma_buf_detach(struct dma_buf *buf, struct dma_buf_attachment *a);
int dma_buf_pin(struct dma_buf_attachment *a);
void dma_buf_unpin(struct dma_buf_attachment *a);
struct sg_table *dma_buf_map_attachment(struct dma_buf_attachment *a, enum dma_data_direction dir);
void dma_buf_unmap_attachment(struct dma_buf_attachment *a, struct sg_table *t, enum dma_data_direction dir);
struct sg_table *dma_buf_map_attachment_unlocked(struct dma_buf_attachment *a, enum dma_data_direction dir);
void dma_buf_unmap_attachment_unlocked(struct dma_buf_attachment *a, struct sg_table *t, enum dma_data_direction dir);
void dma_buf_move_notify(struct dma_buf *buf);

static inline void get_dma_buf(struct dma_buf *buf)
{
	get_file(buf->file);
}

static inline bool dma_buf_is_dynamic(struct dma_buf *buf)
{
	return buf->ops->pin != NULL;
}

static inline bool dma_buf_attachment_is_dynamic(struct dma_buf_attachment *a)
{
	return a->importer_ops != NULL;
}

#endif
