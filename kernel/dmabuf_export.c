// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Device memory as dma-bufs. Each covers an exact range of user DRAM behind the DRAM BAR, in one or
 * several pieces, and holds no struct pages. An export ends by its last close or by revocation;
 * after either no importer holds an address of it.
 */

#include <linux/dma-resv.h>
#include <linux/fcntl.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "dmabuf_export.h"

static atomic64_t hlrt_export_ids = ATOMIC64_INIT(0);

int hlrt_export_init(struct hlrt_device *dev)
{
	int rc = hlrt_p2pdma_init(dev->pdev);

	/* Without, the kernel vouches for no path. */
	if (rc && rc != -EOPNOTSUPP)
		return rc;
	hlrt_export_cpu_init(dev);
	return 0;
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

void hlrt_export_put_map(struct hlrt_export *ex)
{
	dma_resv_assert_held(ex->dmabuf->resv);
	hlrt_buffers_changed();
	/* Only of what has ended does anybody wait for the last mapping. */
	if (!atomic_dec_and_test(&ex->maps) || !ex->revoked)
		return;
	hlrt_export_let_go(ex);
	atomic_inc(&ex->dev->unmaps);
	wake_up_all(&ex->dev->exports_wait);
}

/*
 * The last export's end matters to a device that has no owner or waits to be reset. Both are known
 * before either looks for exports, under the same lock.
 */
static bool hlrt_export_end_matters(struct hlrt_device *dev)
{
	lockdep_assert_held(&dev->exports_lock);
	return !READ_ONCE(dev->ctx) || hlrt_status(dev) != HLABI_STATUS_OPERATIONAL;
}

static void hlrt_export_free(struct hlrt_export *ex)
{
	hlrt_owner_put(ex->who);
	kvfree(ex);
}

static void hlrt_export_release(struct dma_buf *dmabuf)
{
	struct hlrt_export *ex = dmabuf->priv;
	struct hlrt_device *dev = ex->dev;

	mutex_lock(&dev->exports_lock);
	list_del(&ex->node);
	hlrt_buffers_changed();
	hlrt_buffer_event(ex, HLRT_NL_EVENT_RELEASED, NULL);
	/* Under the lock: removal empties wq after taking it. */
	if (!READ_ONCE(dev->gone) && hlrt_export_end_matters(dev))
		queue_work(dev->wq, &dev->clean_work);
	mutex_unlock(&dev->exports_lock);
	hlrt_export_let_go(ex);
	hlrt_export_put_inode(ex);
	hlrt_export_free(ex);
	hlrt_device_put(dev);
}

#define HLRT_EXPORT_OPS                                     \
	.attach = hlrt_export_attach,                       \
	.detach = hlrt_export_detach,                       \
	.pin = hlrt_export_pin,                             \
	.unpin = hlrt_export_unpin,                         \
	.map_dma_buf = hlrt_export_map,                     \
	.unmap_dma_buf = hlrt_export_unmap,                 \
	.end_cpu_access = hlrt_export_end_cpu_access,       \
	.mmap = hlrt_export_mmap,                           \
	.release = hlrt_export_release

static const struct dma_buf_ops hlrt_export_ops = {
	HLRT_EXPORT_OPS,
	.vmap = hlrt_export_vmap,
	.vunmap = hlrt_export_vunmap,
};

/* vmap is one range of addresses; that these have none is what the core says without a warning. */
static const struct dma_buf_ops hlrt_export_scattered_ops = { HLRT_EXPORT_OPS };

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
	ex->who = hlrt_owner_get(ctx->who);
	INIT_LIST_HEAD(&ex->users);
	atomic_set(&ex->maps, 0);
	return ex;
}

static void hlrt_export_add_piece(struct hlrt_export *ex, u64 addr, u64 len)
{
	struct hlrt_piece *last = ex->num_pieces ? &ex->pieces[ex->num_pieces - 1] : NULL;

	if (last && last->addr + last->len == addr)
		last->len += len;
	else
		ex->pieces[ex->num_pieces++] = (struct hlrt_piece){ addr, len };
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
		hlrt_export_add_piece(ex, p->addr + offset, part);
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
		hlrt_export_add_piece(ex, addr, len);
	}
	for (i = 0; i < ex->num_pieces; i++) {
		if (!hlrt_export_reachable(ctx->dev, &ex->pieces[i])) {
			hlrt_export_let_go(ex);
			hlrt_export_free(ex);
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
	info.ops = ex->num_pieces == 1 ? &hlrt_export_ops : &hlrt_export_scattered_ops;
	info.size = len;
	info.flags = O_RDWR;
	info.priv = ex;
	dmabuf = dma_buf_export(&info);
	if (IS_ERR(dmabuf)) {
		hlrt_export_let_go(ex);
		hlrt_export_free(ex);
		return ERR_CAST(dmabuf);
	}
	ex->dmabuf = dmabuf;
	hlrt_export_hold_inode(ex);
	hlrt_device_get(ctx->dev);
	mutex_lock(&ctx->dev->exports_lock);
	ex->id = atomic64_inc_return(&hlrt_export_ids);
	list_add_tail(&ex->node, &ctx->dev->exports);
	hlrt_buffers_changed();
	hlrt_buffer_event(ex, HLRT_NL_EVENT_EXPORTED, NULL);
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
		hlrt_buffers_changed();
		hlrt_buffer_event(ex, HLRT_NL_EVENT_REVOKED, NULL);
		hlrt_export_zap(ex);
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

static void hlrt_export_name(struct hlrt_export *ex, char *name, size_t size)
{
	dma_resv_lock(ex->dmabuf->resv, NULL);
	snprintf(name, size, "export: pid %d (%s), %llu bytes at 0x%llx%s", ex->pid, ex->comm,
		 ex->len, ex->addr, ex->revoked ? ", revoked" : "");
	hlrt_export_name_users(ex, name, size);
	dma_resv_unlock(ex->dmabuf->resv);
}

bool hlrt_export_pinned_by(struct hlrt_device *dev, char *name, size_t size)
{
	struct hlrt_export *ex;
	bool pinned = false;

	mutex_lock(&dev->exports_lock);
	list_for_each_entry(ex, &dev->exports, node) {
		dma_resv_lock(ex->dmabuf->resv, NULL);
		pinned = hlrt_export_pinned(ex);
		dma_resv_unlock(ex->dmabuf->resv);
		if (pinned) {
			hlrt_export_name(ex, name, size);
			break;
		}
	}
	mutex_unlock(&dev->exports_lock);
	return pinned;
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
			hlrt_export_name(ex, name, size);
		busy = true;
		break;
	}
	mutex_unlock(&dev->exports_lock);
	return busy;
}
