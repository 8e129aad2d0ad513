// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The dma-buf core in the 6.1 interface, with move notification on as it always is in 7.2, and the stricter rule of
 * later kernels: every map, unmap, pin and unpin of an exporter runs with the reservation lock held.
 */
#include "dmabuf.h"

#include <errno.h>
#include <linux/slab.h>

#include "iommu.h"
#include "kshim.h"

static int dmabuf_release(struct inode *inode, struct file *file)
{
	struct dma_buf *buf = file->private_data;
	struct module *owner = buf->owner;

	(void)inode;
	WARN(!list_empty(&buf->attachments), "dma-buf of %s released with attachments", buf->exp_name);
	/* Until here the exporter may still revoke, which goes by the fds. */
	buf->ops->release(buf);
	kshim_dmabuf_free_fds(buf);
	if (buf->resv == &buf->resv_storage)
		dma_resv_fini(buf->resv);
	kfree(buf);
	module_put(owner);
	return 0;
}

static const struct file_operations dmabuf_fops = { .release = dmabuf_release };

static bool info_ok(const struct dma_buf_export_info *info)
{
	const struct dma_buf_ops *ops = info->ops;

	return info->priv && ops && ops->map_dma_buf && ops->unmap_dma_buf && ops->release && info->size &&
	       !ops->pin == !ops->unpin && !(ops->cache_sgt_mapping && ops->pin);
}

struct dma_buf *dma_buf_export(const struct dma_buf_export_info *info)
{
	struct dma_buf *buf;

	if (WARN_ON(!info_ok(info)))
		return ERR_PTR(-EINVAL);
	buf = kzalloc(sizeof(*buf), GFP_KERNEL);
	if (!buf)
		return ERR_PTR(-ENOMEM);
	try_module_get(info->owner);
	buf->owner = info->owner;
	buf->size = info->size;
	buf->ops = info->ops;
	buf->exp_name = info->exp_name;
	buf->priv = info->priv;
	buf->resv = info->resv;
	if (!buf->resv) {
		buf->resv = &buf->resv_storage;
		dma_resv_init(buf->resv);
	}
	INIT_LIST_HEAD(&buf->attachments);
	INIT_LIST_HEAD(&buf->entry);
	buf->file = &buf->file_storage;
	buf->file->f_op = &dmabuf_fops;
	buf->file->private_data = buf;
	buf->file->f_flags = info->flags;
	atomic_long_set(&buf->file->f_count, 1);
	return buf;
}

void dma_buf_put(struct dma_buf *buf)
{
	if (!WARN_ON(!buf))
		fput(buf->file);
}

/* ---- attachments ---- */

static struct sg_table *call_map(struct dma_buf_attachment *a, enum dma_data_direction dir)
{
	struct sg_table *t;

	dma_resv_assert_held(a->dmabuf->resv);
	t = a->dmabuf->ops->map_dma_buf(a, dir);
	if (!t)
		t = ERR_PTR(-ENOMEM);
	if (!IS_ERR(t))
		a->maps++;
	return t;
}

static void call_unmap(struct dma_buf_attachment *a, struct sg_table *t, enum dma_data_direction dir)
{
	dma_resv_assert_held(a->dmabuf->resv);
	WARN(!a->maps, "dma-buf unmapped more often than mapped");
	a->maps--;
	a->dmabuf->ops->unmap_dma_buf(a, t, dir);
}

/* A static importer of a dynamic exporter: pinned and mapped once, for as long as it is attached. */
static int map_for_life(struct dma_buf_attachment *a)
{
	struct sg_table *t;
	int err;

	dma_resv_lock(a->dmabuf->resv, NULL);
	err = dma_buf_pin(a);
	if (!err) {
		t = call_map(a, DMA_BIDIRECTIONAL);
		err = PTR_ERR_OR_ZERO(t);
		if (err) {
			dma_buf_unpin(a);
		} else {
			a->sgt = t;
			a->dir = DMA_BIDIRECTIONAL;
		}
	}
	dma_resv_unlock(a->dmabuf->resv);
	return err;
}

struct dma_buf_attachment *dma_buf_dynamic_attach(struct dma_buf *buf, struct device *dev,
						  const struct dma_buf_attach_ops *ops, void *priv)
{
	struct dma_buf_attachment *a;
	int err;

	/* An attachment without a device would be mapped for nobody's IOMMU. */
	if (WARN_ON(!buf || !dev) || WARN_ON(ops && !ops->move_notify))
		return ERR_PTR(-EINVAL);
	a = kzalloc(sizeof(*a), GFP_KERNEL);
	if (!a)
		return ERR_PTR(-ENOMEM);
	*a = (struct dma_buf_attachment){ .dmabuf = buf, .dev = dev, .importer_ops = ops, .importer_priv = priv };
	a->peer2peer = ops && ops->allow_peer2peer;
	err = buf->ops->attach ? buf->ops->attach(buf, a) : 0;
	if (err) {
		kfree(a);
		return ERR_PTR(err);
	}
	dma_resv_lock(buf->resv, NULL);
	list_add_tail(&a->node, &buf->attachments);
	dma_resv_unlock(buf->resv);
	if (!ops && dma_buf_is_dynamic(buf)) {
		err = map_for_life(a);
		if (err) {
			dma_buf_detach(buf, a);
			return ERR_PTR(err);
		}
	}
	return a;
}

struct dma_buf_attachment *dma_buf_attach(struct dma_buf *buf, struct device *dev)
{
	return dma_buf_dynamic_attach(buf, dev, NULL, NULL);
}

void dma_buf_detach(struct dma_buf *buf, struct dma_buf_attachment *a)
{
	if (WARN_ON(!buf || !a || a->dmabuf != buf))
		return;
	dma_resv_lock(buf->resv, NULL);
	if (a->sgt) {
		call_unmap(a, a->sgt, a->dir);
		if (dma_buf_is_dynamic(buf))
			dma_buf_unpin(a);
	}
	WARN(a->maps, "dma-buf detached with %u live mappings", a->maps);
	list_del(&a->node);
	dma_resv_unlock(buf->resv);
	if (buf->ops->detach)
		buf->ops->detach(buf, a);
	kfree(a);
}

int dma_buf_pin(struct dma_buf_attachment *a)
{
	dma_resv_assert_held(a->dmabuf->resv);
	return a->dmabuf->ops->pin ? a->dmabuf->ops->pin(a) : 0;
}

void dma_buf_unpin(struct dma_buf_attachment *a)
{
	dma_resv_assert_held(a->dmabuf->resv);
	if (a->dmabuf->ops->unpin)
		a->dmabuf->ops->unpin(a);
}

static struct sg_table *map_locked(struct dma_buf_attachment *a, enum dma_data_direction dir)
{
	struct sg_table *t;

	dma_resv_assert_held(a->dmabuf->resv);
	if (a->sgt)
		return a->dir == dir || a->dir == DMA_BIDIRECTIONAL ? a->sgt : ERR_PTR(-EBUSY);
	t = call_map(a, dir);
	if (!IS_ERR(t) && a->dmabuf->ops->cache_sgt_mapping) {
		a->sgt = t;
		a->dir = dir;
	}
	return t;
}

static void unmap_locked(struct dma_buf_attachment *a, struct sg_table *t, enum dma_data_direction dir)
{
	dma_resv_assert_held(a->dmabuf->resv);
	if (a->sgt != t)
		call_unmap(a, t, dir);
}

/* A dynamic importer brings the lock, a static one does not know of it. */
struct sg_table *dma_buf_map_attachment(struct dma_buf_attachment *a, enum dma_data_direction dir)
{
	might_sleep();
	if (dma_buf_attachment_is_dynamic(a))
		return map_locked(a, dir);
	return dma_buf_map_attachment_unlocked(a, dir);
}

void dma_buf_unmap_attachment(struct dma_buf_attachment *a, struct sg_table *t, enum dma_data_direction dir)
{
	might_sleep();
	if (dma_buf_attachment_is_dynamic(a))
		unmap_locked(a, t, dir);
	else
		dma_buf_unmap_attachment_unlocked(a, t, dir);
}

struct sg_table *dma_buf_map_attachment_unlocked(struct dma_buf_attachment *a, enum dma_data_direction dir)
{
	struct sg_table *t;

	dma_resv_lock(a->dmabuf->resv, NULL);
	t = map_locked(a, dir);
	dma_resv_unlock(a->dmabuf->resv);
	return t;
}

void dma_buf_unmap_attachment_unlocked(struct dma_buf_attachment *a, struct sg_table *t, enum dma_data_direction dir)
{
	dma_resv_lock(a->dmabuf->resv, NULL);
	unmap_locked(a, t, dir);
	dma_resv_unlock(a->dmabuf->resv);
}

void dma_buf_move_notify(struct dma_buf *buf)
{
	struct dma_buf_attachment *a;

	dma_resv_assert_held(buf->resv);
	list_for_each_entry(a, &buf->attachments, node)
		if (a->importer_ops)
			a->importer_ops->move_notify(a);
	kshim_dmabuf_revoke_shared(buf);
}

/* ---- where a buffer's bytes are ---- */

static void ignore_move(struct dma_buf_attachment *a)
{
	(void)a;
}

static const struct dma_buf_attach_ops probe_ops = { .allow_peer2peer = true, .move_notify = ignore_move };

/* Appends a run to the pieces, or to the last of them; false when there is no room. */
static bool add_run(struct kshim_dmabuf_piece *pieces, unsigned int *n, u64 at, u64 len)
{
	if (*n && pieces[*n - 1].offset + pieces[*n - 1].length == at) {
		pieces[*n - 1].length += len;
		return true;
	}
	if (*n == KSHIM_DMABUF_PIECES)
		return false;
	pieces[(*n)++] = (struct kshim_dmabuf_piece){ at, len };
	return true;
}

static unsigned int find_pieces(struct kshim_iommu *iommu, struct sg_table *t, u64 size,
				struct kshim_dmabuf_piece *pieces)
{
	unsigned int i, n = 0;
	struct scatterlist *sg;
	u64 at, seen = 0;
	size_t run;

	for_each_sgtable_dma_sg(t, sg, i) {
		for (u64 off = 0; off < sg_dma_len(sg); off += run) {
			if (!kshim_iommu_resolve(iommu, sg_dma_address(sg) + off, &at, &run))
				return 0;
			run = min_t(u64, run, sg_dma_len(sg) - off);
			if (!add_run(pieces, &n, at, run))
				return 0;
		}
		seen += sg_dma_len(sg);
	}
	return seen == size ? n : 0;
}

/* By a device of our own that maps the buffer once: only the exporter knows where it is. */
unsigned int kshim_dmabuf_probe(struct dma_buf *buf, struct kshim_dmabuf_piece *pieces)
{
	struct device_dma_parameters parms = { .max_segment_size = 1u << 30 };
	u64 mask = DMA_BIT_MASK(48);
	struct device dev = { .dma_mask = &mask, .dma_parms = &parms, .name = "dma-buf fd" };
	struct dma_buf_attachment *a;
	struct sg_table *t;
	unsigned int found = 0;

	dev.iommu = kshim_iommu_create(254, dev.name);
	if (!dev.iommu)
		return 0;
	a = dma_buf_dynamic_attach(buf, &dev, &probe_ops, NULL);
	if (!IS_ERR(a)) {
		dma_resv_lock(buf->resv, NULL);
		t = dma_buf_map_attachment(a, DMA_BIDIRECTIONAL);
		if (!IS_ERR(t)) {
			found = find_pieces(dev.iommu, t, buf->size, pieces);
			dma_buf_unmap_attachment(a, t, DMA_BIDIRECTIONAL);
		}
		dma_resv_unlock(buf->resv);
		dma_buf_detach(buf, a);
	}
	kshim_iommu_destroy(dev.iommu);
	return found;
}
