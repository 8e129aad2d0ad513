// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Device memory as dma-bufs. Each covers an exact range of user DRAM behind the DRAM BAR, in one or
 * several pieces, and holds no struct pages. An export ends by its last close or by revocation;
 * after either no importer holds an address of it.
 */

#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/fcntl.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "hlrt.h"

struct hlrt_export {
	struct list_head node; /* dev->exports, under exports_lock */
	struct hlrt_device *dev;
	struct dma_buf *dmabuf;
	u64 addr, len; /* as the program named it */
	u64 owner;     /* serial of the context */
	pid_t pid;
	char comm[TASK_COMM_LEN];
	/* Under the reservation. maps goes down there too, and is waited for without it. */
	bool revoked;
	unsigned int static_pins; /* importers that take no notice */
	unsigned int dynamic_pins, dynamic_maps;
	atomic_t maps;
	struct hlrt_alloc *alloc; /* until nobody can reach it, where the driver placed it */
	unsigned int num_pieces;
	struct hlrt_piece pieces[];
};

/* One importer's view; sgt first, so that unmap finds the rest. */
struct hlrt_export_map {
	struct sg_table sgt;
	dma_addr_t bus[]; /* of each piece */
};

static int hlrt_export_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct hlrt_export *ex = dmabuf->priv;
	int rc;

	if (!attach->peer2peer && attach->importer_ops) {
		dev_dbg(ex->dev->dev, "%s does not do peer-to-peer\n", dev_name(attach->dev));
		return -EOPNOTSUPP;
	}
	dma_resv_lock(dmabuf->resv, NULL);
	rc = ex->revoked ? -ENODEV : 0;
	dma_resv_unlock(dmabuf->resv);
	return rc ?: hlrt_p2p_check(ex->dev->pdev, attach->dev);
}

static int hlrt_export_pin(struct dma_buf_attachment *attach)
{
	struct hlrt_export *ex = attach->dmabuf->priv;

	dma_resv_assert_held(attach->dmabuf->resv);
	if (ex->revoked)
		return -ENODEV;
	if (attach->importer_ops)
		ex->dynamic_pins++;
	else
		ex->static_pins++;
	return 0;
}

static void hlrt_export_unpin(struct dma_buf_attachment *attach)
{
	struct hlrt_export *ex = attach->dmabuf->priv;

	dma_resv_assert_held(attach->dmabuf->resv);
	if (attach->importer_ops)
		ex->dynamic_pins--;
	else
		ex->static_pins--;
}

/* Somebody relies on memory that does not go away. Reservation held. */
static bool hlrt_export_pinned(const struct hlrt_export *ex)
{
	unsigned int by_core = HLRT_CORE_PINS_MAPPINGS ? ex->dynamic_maps : 0;

	return ex->static_pins || ex->dynamic_pins > by_core;
}

static int hlrt_export_fill_sgt(const struct hlrt_export *ex, struct hlrt_export_map *map,
				size_t max_seg)
{
	struct scatterlist *sg;
	unsigned int i, n = 0;
	int rc;

	for (i = 0; i < ex->num_pieces; i++)
		n += DIV_ROUND_UP(ex->pieces[i].len, max_seg);
	rc = sg_alloc_table(&map->sgt, n, GFP_KERNEL);
	if (rc)
		return rc;
	sg = map->sgt.sgl;
	for (i = 0; i < ex->num_pieces; i++) {
		u64 len = ex->pieces[i].len;
		dma_addr_t bus = map->bus[i];

		for (; len; sg = sg_next(sg)) {
			size_t part = min_t(u64, len, max_seg);

			sg_set_page(sg, NULL, part, 0);
			sg_dma_address(sg) = bus;
			sg_dma_len(sg) = part;
			bus += part;
			len -= part;
		}
	}
	/* There is no CPU side: whoever walks pages finds none. */
	map->sgt.orig_nents = 0;
	return 0;
}

static void hlrt_export_unmap_pieces(const struct hlrt_export *ex, struct device *dev,
				     const struct hlrt_export_map *map, unsigned int n,
				     enum dma_data_direction dir)
{
	while (n--)
		dma_unmap_resource(dev, map->bus[n], ex->pieces[n].len, dir,
				   DMA_ATTR_SKIP_CPU_SYNC);
}

static int hlrt_export_map_pieces(const struct hlrt_export *ex, struct device *dev,
				  struct hlrt_export_map *map, enum dma_data_direction dir)
{
	phys_addr_t bar = pci_resource_start(ex->dev->pdev, ex->dev->prop.dram_bar);
	u64 base, size;
	unsigned int i;
	int rc;

	ex->dev->asic->dram_window(ex->dev, &base, &size);
	for (i = 0; i < ex->num_pieces; i++) {
		map->bus[i] = dma_map_resource(dev, bar + (ex->pieces[i].addr - base),
					       ex->pieces[i].len, dir, DMA_ATTR_SKIP_CPU_SYNC);
		rc = dma_mapping_error(dev, map->bus[i]);
		if (rc) {
			hlrt_export_unmap_pieces(ex, dev, map, i, dir);
			return rc;
		}
	}
	return 0;
}

static struct sg_table *hlrt_export_map(struct dma_buf_attachment *attach,
					enum dma_data_direction dir)
{
	struct hlrt_export *ex = attach->dmabuf->priv;
	struct hlrt_export_map *map;
	size_t max_seg;
	int rc;

	dma_resv_assert_held(attach->dmabuf->resv);
	if (ex->revoked)
		return ERR_PTR(-ENODEV);
	map = kvzalloc(struct_size(map, bus, ex->num_pieces), GFP_KERNEL);
	if (!map)
		return ERR_PTR(-ENOMEM);
	rc = hlrt_export_map_pieces(ex, attach->dev, map, dir);
	if (rc)
		goto free;
	max_seg = round_down(min_t(u64, dma_get_max_seg_size(attach->dev), U32_MAX), PAGE_SIZE);
	rc = hlrt_export_fill_sgt(ex, map, max_seg ?: PAGE_SIZE);
	if (rc)
		goto unmap;
	if (attach->importer_ops)
		ex->dynamic_maps++;
	atomic_inc(&ex->maps);
	return &map->sgt;

unmap:
	hlrt_export_unmap_pieces(ex, attach->dev, map, ex->num_pieces, dir);
free:
	kvfree(map);
	return ERR_PTR(rc);
}

/* Nobody can reach the memory through this export any more. Reservation held, or at release. */
static void hlrt_export_let_go(struct hlrt_export *ex)
{
	if (!ex->alloc)
		return;
	atomic_dec(&ex->alloc->exports);
	hlrt_alloc_put(ex->alloc);
	ex->alloc = NULL;
}

static void hlrt_export_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
			      enum dma_data_direction dir)
{
	struct hlrt_export_map *map = container_of(sgt, struct hlrt_export_map, sgt);
	struct hlrt_export *ex = attach->dmabuf->priv;

	dma_resv_assert_held(attach->dmabuf->resv);
	hlrt_export_unmap_pieces(ex, attach->dev, map, ex->num_pieces, dir);
	sgt->orig_nents = sgt->nents; /* what sg_alloc_table() made */
	sg_free_table(sgt);
	kvfree(map);
	if (attach->importer_ops)
		ex->dynamic_maps--;
	if (!atomic_dec_and_test(&ex->maps))
		return;
	if (ex->revoked)
		hlrt_export_let_go(ex);
	atomic_inc(&ex->dev->unmaps);
	wake_up_all(&ex->dev->exports_wait);
}

static void hlrt_export_release(struct dma_buf *dmabuf)
{
	struct hlrt_export *ex = dmabuf->priv;
	struct hlrt_device *dev = ex->dev;

	mutex_lock(&dev->exports_lock);
	list_del(&ex->node);
	/*
	 * The device may be free of its last owner now. Under the lock: removal empties wq after
	 * taking it.
	 */
	if (!READ_ONCE(dev->gone))
		queue_work(dev->wq, &dev->clean_work);
	mutex_unlock(&dev->exports_lock);
	hlrt_export_let_go(ex);
	kvfree(ex);
	hlrt_device_put(dev);
}

static const struct dma_buf_ops hlrt_export_ops = {
	.attach = hlrt_export_attach,
	.pin = hlrt_export_pin,
	.unpin = hlrt_export_unpin,
	.map_dma_buf = hlrt_export_map,
	.unmap_dma_buf = hlrt_export_unmap,
	.release = hlrt_export_release,
};

void hlrt_export_limits(struct hlrt_device *dev, u64 *granularity, u64 *max)
{
	u64 base, size, user = dev->prop.dram_user_base;

	dev->asic->dram_window(dev, &base, &size);
	*granularity = PAGE_SIZE;
	*max = min(base + size, dev->prop.dram_base + dev->prop.dram_size) - user;
}

static int hlrt_export_check(struct hlrt_device *dev, u64 addr, u64 len, u32 flags)
{
	u64 granularity, max, end;

	if (flags & ~(O_CLOEXEC | O_RDWR))
		return -EINVAL;
	hlrt_export_limits(dev, &granularity, &max);
	if (!len || !IS_ALIGNED(addr | len, granularity) || check_add_overflow(addr, len, &end))
		return -EINVAL;
	return len > max ? -ERANGE : 0;
}

static bool hlrt_export_reachable(struct hlrt_device *dev, const struct hlrt_piece *piece)
{
	u64 granularity, max, base = dev->prop.dram_user_base;

	hlrt_export_limits(dev, &granularity, &max);
	return piece->addr >= base && piece->len <= max && piece->addr - base <= max - piece->len;
}

static struct hlrt_export *hlrt_export_alloc(struct hlrt_ctx *ctx, u64 addr, u64 len,
					     unsigned int pieces)
{
	struct hlrt_export *ex = kvzalloc(struct_size(ex, pieces, pieces), GFP_KERNEL);

	if (!ex)
		return NULL;
	ex->dev = ctx->dev;
	ex->addr = addr;
	ex->len = len;
	ex->owner = ctx->serial;
	ex->pid = ctx->pid;
	memcpy(ex->comm, ctx->comm, sizeof(ex->comm));
	atomic_set(&ex->maps, 0);
	return ex;
}

/* The pieces behind [offset, offset + len) of an allocation; room for all of it is there. */
static void hlrt_export_cut_pieces(struct hlrt_export *ex, const struct hlrt_alloc *alloc,
				   u64 offset)
{
	u64 left = ex->len;
	unsigned int i;

	for (i = 0; left; i++) {
		const struct hlrt_piece *p = &alloc->pieces[i];
		u64 part;

		if (offset >= p->len) {
			offset -= p->len;
			continue;
		}
		part = min(left, p->len - offset);
		ex->pieces[ex->num_pieces++] = (struct hlrt_piece){ p->addr + offset, part };
		left -= part;
		offset = 0;
	}
}

/* mem_lock held: the mapping stays while the export gets hold of what is behind it. */
static struct hlrt_export *hlrt_export_placed_by_driver(struct hlrt_ctx *ctx, u64 addr, u64 len)
{
	struct hlrt_alloc *alloc;
	struct hlrt_export *ex;
	u64 offset;

	alloc = hlrt_dram_find(ctx, addr, len, &offset);
	if (!alloc)
		return ERR_PTR(-ERANGE);
	ex = hlrt_export_alloc(ctx, addr, len, alloc->num_pieces);
	if (!ex)
		return ERR_PTR(-ENOMEM);
	hlrt_export_cut_pieces(ex, alloc, offset);
	hlrt_alloc_get(alloc);
	atomic_inc(&alloc->exports);
	ex->alloc = alloc;
	return ex;
}

static struct hlrt_export *hlrt_export_find(struct hlrt_ctx *ctx, u64 addr, u64 len)
{
	struct hlrt_export *ex;
	unsigned int i;

	if (ctx->dev->prop.placement == HLRT_PLACE_KERNEL) {
		mutex_lock(&ctx->mem_lock);
		ex = hlrt_export_placed_by_driver(ctx, addr, len);
		mutex_unlock(&ctx->mem_lock);
		if (IS_ERR(ex))
			return ex;
	} else {
		ex = hlrt_export_alloc(ctx, addr, len, 1);
		if (!ex)
			return ERR_PTR(-ENOMEM);
		ex->pieces[ex->num_pieces++] = (struct hlrt_piece){ addr, len };
	}
	for (i = 0; i < ex->num_pieces; i++) {
		if (!hlrt_export_reachable(ctx->dev, &ex->pieces[i])) {
			hlrt_export_let_go(ex);
			kvfree(ex);
			return ERR_PTR(-ERANGE);
		}
	}
	return ex;
}

static struct hlrt_export *hlrt_export_new(struct hlrt_ctx *ctx, u64 addr, u64 len)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct hlrt_export *ex = hlrt_export_find(ctx, addr, len);
	struct dma_buf *dmabuf;

	if (IS_ERR(ex))
		return ex;
	info.ops = &hlrt_export_ops;
	info.size = len;
	info.flags = O_RDWR;
	info.priv = ex;
	dmabuf = dma_buf_export(&info);
	if (IS_ERR(dmabuf)) {
		hlrt_export_let_go(ex);
		kvfree(ex);
		return ERR_CAST(dmabuf);
	}
	ex->dmabuf = dmabuf;
	hlrt_device_get(ctx->dev);
	mutex_lock(&ctx->dev->exports_lock);
	list_add_tail(&ex->node, &ctx->dev->exports);
	mutex_unlock(&ctx->dev->exports_lock);
	return ex;
}

int hlrt_export(struct hlrt_ctx *ctx, u64 addr, u64 len, u32 flags)
{
	struct hlrt_export *ex;
	int rc, fd;

	rc = hlrt_export_check(ctx->dev, addr, len, flags);
	if (rc)
		return rc;
	ex = hlrt_export_new(ctx, addr, len);
	if (IS_ERR(ex))
		return PTR_ERR(ex);
	/* From here the fd may be closed by another thread at any moment. */
	fd = dma_buf_fd(ex->dmabuf, flags & O_CLOEXEC);
	if (fd < 0)
		dma_buf_put(ex->dmabuf);
	return fd;
}

static bool hlrt_export_overlaps(const struct hlrt_export *ex, u64 addr, u64 len)
{
	return ex->addr < addr + len && addr < ex->addr + ex->len;
}

/*
 * Ends one export; its importers are told and may take until their unmap. exports_lock keeps the
 * dma-buf: its release has not been able to unlist it. force: pinned importers are overrun, too
 * (the memory goes anyway).
 */
static int hlrt_export_revoke_one(struct hlrt_export *ex, bool force)
{
	int rc = 0;

	lockdep_assert_held(&ex->dev->exports_lock);
	dma_resv_lock(ex->dmabuf->resv, NULL);
	if (hlrt_export_pinned(ex) && !force) {
		rc = -EBUSY;
	} else if (!ex->revoked) {
		WRITE_ONCE(ex->revoked, true);
		hlrt_dma_buf_invalidate(ex->dmabuf);
		dma_resv_wait_timeout(ex->dmabuf->resv, DMA_RESV_USAGE_BOOKKEEP, false,
				      msecs_to_jiffies(hlrt_revoke_timeout_ms));
		if (!atomic_read(&ex->maps))
			hlrt_export_let_go(ex);
	}
	dma_resv_unlock(ex->dmabuf->resv);
	return rc;
}

static unsigned int hlrt_export_maps_left(struct hlrt_device *dev, u64 addr, u64 len)
{
	struct hlrt_export *ex;
	unsigned int left = 0;

	mutex_lock(&dev->exports_lock);
	list_for_each_entry(ex, &dev->exports, node)
		if (READ_ONCE(ex->revoked) && hlrt_export_overlaps(ex, addr, len))
			left += atomic_read(&ex->maps);
	mutex_unlock(&dev->exports_lock);
	return left;
}

/* Returns the mappings of revoked exports that are left after timeout_ms. */
static unsigned int hlrt_export_drain(struct hlrt_device *dev, u64 addr, u64 len,
				      unsigned int timeout_ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(timeout_ms);
	unsigned int left;

	for (;;) {
		int seen = atomic_read(&dev->unmaps);

		left = hlrt_export_maps_left(dev, addr, len);
		if (!left || time_after_eq(jiffies, end))
			return left;
		wait_event_timeout(dev->exports_wait, atomic_read(&dev->unmaps) != seen,
				   end - jiffies);
	}
}

int hlrt_export_revoke(struct hlrt_ctx *ctx, u64 addr, u64 len, u32 *count)
{
	struct hlrt_device *dev = ctx->dev;
	struct hlrt_export *ex;
	int rc = 0;

	*count = 0;
	mutex_lock(&dev->exports_lock);
	list_for_each_entry(ex, &dev->exports, node) {
		if (ex->owner != ctx->serial || !hlrt_export_overlaps(ex, addr, len) ||
		    READ_ONCE(ex->revoked))
			continue;
		if (hlrt_export_revoke_one(ex, false))
			rc = -EBUSY;
		else
			(*count)++;
	}
	mutex_unlock(&dev->exports_lock);

	/* Dynamic importers unmap on the notice or soon after. */
	if (hlrt_export_drain(dev, addr, len, hlrt_revoke_timeout_ms))
		rc = -EBUSY;
	return rc;
}

unsigned int hlrt_export_revoke_all(struct hlrt_device *dev, unsigned int timeout_ms)
{
	struct hlrt_export *ex;

	mutex_lock(&dev->exports_lock);
	list_for_each_entry(ex, &dev->exports, node)
		hlrt_export_revoke_one(ex, true);
	mutex_unlock(&dev->exports_lock);
	return hlrt_export_drain(dev, 0, U64_MAX, timeout_ms);
}

unsigned int hlrt_export_count(struct hlrt_device *dev, u64 addr, u64 len)
{
	struct hlrt_export *ex;
	unsigned int count = 0;

	mutex_lock(&dev->exports_lock);
	list_for_each_entry(ex, &dev->exports, node)
		if (hlrt_export_overlaps(ex, addr, len) &&
		    (!READ_ONCE(ex->revoked) || atomic_read(&ex->maps)))
			count++;
	mutex_unlock(&dev->exports_lock);
	return count;
}

bool hlrt_export_busy(struct hlrt_device *dev, char *name, size_t size)
{
	struct hlrt_export *ex;
	bool busy = false;

	mutex_lock(&dev->exports_lock);
	list_for_each_entry(ex, &dev->exports, node) {
		/* A revoked export that nobody has mapped reaches nothing. */
		if (READ_ONCE(ex->revoked) && !atomic_read(&ex->maps))
			continue;
		if (name)
			snprintf(name, size, "export: pid %d (%s), %llu bytes at 0x%llx%s", ex->pid,
				 ex->comm, ex->len, ex->addr,
				 ex->revoked ? ", revoked but mapped" : "");
		busy = true;
		break;
	}
	mutex_unlock(&dev->exports_lock);
	return busy;
}
