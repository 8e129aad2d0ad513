// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Other devices' memory, mapped into a context's device virtual addresses. The driver is a dynamic
 * importer: when the exporter says that the memory goes, it waits for the submissions that name it,
 * takes the page-table entries away and gives the mapping back before the notice returns.
 */

#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "hlrt.h"

struct hlrt_import_range {
	struct hlrt_range range;
	struct hlrt_ctx *ctx;
	struct dma_buf *dmabuf;
	struct dma_buf_attachment *attach;
	struct sg_table *sgt; /* under the reservation; NULL once given back */
	char *why;	      /* while attaching: where a refusal's text goes */
};

/* Reservation held. After this the chip has no way to the memory. */
static void hlrt_import_cut(struct hlrt_import_range *imp)
{
	struct hlrt_ctx *ctx = imp->ctx;
	struct hlrt_range *range = &imp->range;
	bool in_use;
	u64 seq;

	dma_resv_assert_held(imp->dmabuf->resv);
	mutex_lock(&ctx->mem_lock);
	range->mapped = false; /* from here the whitelist refuses it */
	in_use = range->entries;
	seq = range->last_seq;
	mutex_unlock(&ctx->mem_lock);

	/* What does not end in time runs into a page fault and fails. */
	if (in_use)
		wait_event_timeout(ctx->cs_wait, hlrt_cs_seq_done(ctx, seq),
				   msecs_to_jiffies(hlrt_revoke_timeout_ms / 2));
	mutex_lock(&ctx->mem_lock);
	if (range->entries) {
		hlrt_mmu_unmap(&ctx->as, range->va, range->len);
		/* A translation that stays: off the bus, until the reset that follows. */
		if (hlrt_mmu_flush(ctx->dev))
			pci_clear_master(ctx->dev->pdev);
		range->entries = false;
	}
	mutex_unlock(&ctx->mem_lock);

	if (imp->sgt)
		dma_buf_unmap_attachment(imp->attach, imp->sgt, DMA_BIDIRECTIONAL);
	imp->sgt = NULL;
}

static void hlrt_import_invalidate(struct dma_buf_attachment *attach)
{
	struct hlrt_import_range *imp = attach->importer_priv;
	bool news;

	dev_dbg(imp->ctx->dev->dev, "imported memory at 0x%llx has been revoked\n", imp->range.va);
	/* Once, although exporters may say so again; and not before IMPORT has told the address. */
	news = imp->sgt && imp->range.user_va;
	hlrt_import_cut(imp);
	if (news)
		hlrt_ctx_event(imp->ctx, HLRT_EXT_EVENT_REVOKED, imp->range.user_va,
			       imp->range.len);
}

static const struct dma_buf_attach_ops hlrt_import_attach_ops = {
	.allow_peer2peer = true,
	.HLRT_INVALIDATE_OP = hlrt_import_invalidate,
};

void hlrt_import_refused(struct dma_buf_attachment *attach, const char *why)
{
	struct hlrt_import_range *imp = attach->importer_priv;

	if (attach->importer_ops == &hlrt_import_attach_ops)
		snprintf(imp->why, HLRT_REASON_SIZE, "%s", why);
}

/* Reservation held: no notice can come in between. */
static int hlrt_import_map(struct hlrt_import_range *imp, u64 offset)
{
	struct hlrt_ctx *ctx = imp->ctx;
	struct sg_table *sgt;
	int rc;

	sgt = dma_buf_map_attachment(imp->attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(sgt))
		return PTR_ERR(sgt);
	imp->sgt = sgt;

	mutex_lock(&ctx->mem_lock);
	rc = hlrt_va_insert(ctx, &imp->range, 0, false, sg_dma_address(sgt->sgl) + offset);
	if (!rc) {
		rc = hlrt_mmu_map_sgt(&ctx->as, imp->range.va, sgt, offset, imp->range.len);
		if (rc)
			hlrt_va_remove(ctx, &imp->range);
		else
			hlrt_range_set(&imp->range, true);
	}
	mutex_unlock(&ctx->mem_lock);
	if (rc) {
		dma_buf_unmap_attachment(imp->attach, sgt, DMA_BIDIRECTIONAL);
		imp->sgt = NULL;
	}
	return rc;
}

static int hlrt_import_check(struct hlrt_ctx *ctx, size_t size, u64 offset, u64 *len)
{
	u64 end;

	if (!IS_ALIGNED(offset | *len, PAGE_SIZE))
		return -EINVAL;
	if (check_add_overflow(offset, *len, &end))
		return -EINVAL;
	if (end > size || offset >= size)
		return -ERANGE;
	if (!*len)
		*len = size - offset;
	return IS_ALIGNED(*len, PAGE_SIZE) ? 0 : -EINVAL;
}

/* Reservation held until it is visible: to UNIMPORT, and to who is told of revocation. */
static u64 hlrt_import_publish(struct hlrt_import_range *imp)
{
	u64 va = imp->range.va;

	mutex_lock(&imp->ctx->mem_lock);
	imp->range.user_va = va;
	mutex_unlock(&imp->ctx->mem_lock);
	return va;
}

static int hlrt_import_attach(struct hlrt_import_range *imp, struct hlrt_ext_import *arg)
{
	struct dma_buf *dmabuf = imp->dmabuf;
	int rc;

	imp->attach = dma_buf_dynamic_attach(dmabuf, imp->ctx->dev->dev, &hlrt_import_attach_ops,
					     imp);
	if (IS_ERR(imp->attach))
		return PTR_ERR(imp->attach);
	dma_resv_lock(dmabuf->resv, NULL);
	rc = hlrt_import_map(imp, arg->offset);
	if (!rc)
		arg->device_va = hlrt_import_publish(imp);
	dma_resv_unlock(dmabuf->resv);
	if (rc)
		dma_buf_detach(dmabuf, imp->attach);
	return rc;
}

int hlrt_import(struct hlrt_ctx *ctx, struct hlrt_ext_import *arg, char *why)
{
	struct hlrt_import_range *imp;
	struct dma_buf *dmabuf;
	u64 len = arg->length;
	int rc;

	dmabuf = dma_buf_get(arg->fd);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	rc = hlrt_import_check(ctx, dmabuf->size, arg->offset, &len);
	if (rc)
		goto put;
	imp = kzalloc(sizeof(*imp), GFP_KERNEL);
	if (!imp) {
		rc = -ENOMEM;
		goto put;
	}
	INIT_LIST_HEAD(&imp->range.node);
	imp->range.kind = HLRT_RANGE_IMPORT;
	imp->range.len = len;
	imp->ctx = ctx;
	imp->dmabuf = dmabuf;
	imp->why = why;
	get_dma_buf(dmabuf); /* the import's own; it may be gone when the call returns */
	rc = hlrt_import_attach(imp, arg);
	if (!rc) {
		arg->mapped = len;
		goto put;
	}
	dma_buf_put(dmabuf);
	kfree(imp);
put:
	dma_buf_put(dmabuf);
	return rc;
}

struct dma_buf *hlrt_import_dmabuf(struct hlrt_range *range)
{
	return container_of(range, struct hlrt_import_range, range)->dmabuf;
}

void hlrt_import_release(struct hlrt_ctx *ctx, struct hlrt_range *range)
{
	struct hlrt_import_range *imp = container_of(range, struct hlrt_import_range, range);

	dma_resv_lock(imp->dmabuf->resv, NULL);
	hlrt_import_cut(imp);
	dma_resv_unlock(imp->dmabuf->resv);
	dma_buf_detach(imp->dmabuf, imp->attach);
	dma_buf_put(imp->dmabuf);
	kfree(imp);
}

int hlrt_unimport(struct hlrt_ctx *ctx, u64 va)
{
	struct hlrt_range *range;
	int rc = 0;

	mutex_lock(&ctx->mem_lock);
	range = hlrt_va_find(ctx, va);
	if (!range || range->kind != HLRT_RANGE_IMPORT || range->user_va != va) {
		rc = -EINVAL;
	} else if (range->entries && !hlrt_cs_seq_done(ctx, range->last_seq)) {
		rc = -EBUSY;
	} else {
		range->mapped = false;
		if (range->entries) {
			hlrt_mmu_unmap(&ctx->as, range->va, range->len);
			rc = hlrt_mmu_flush(ctx->dev);
			range->entries = false;
		}
		if (!rc)
			hlrt_va_remove(ctx, range);
	}
	mutex_unlock(&ctx->mem_lock);
	if (!rc)
		hlrt_import_release(ctx, range);
	return rc;
}
