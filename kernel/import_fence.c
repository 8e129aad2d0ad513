// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Submissions that name imported memory. The memory's exporter sees each as a fence in the
 * reservation, and waits for it before the memory goes. Reservations are taken before
 * ctx->mem_lock, and which are needed is only known once the packets have been looked at under it:
 * so they are looked at twice. Submissions that name no import pay nothing.
 */

#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/slab.h>

#include "hlrt.h"

struct hlrt_imports {
	struct ww_acquire_ctx ww;
	unsigned int num;
	struct dma_buf *dmabuf[]; /* with references, each reservation once */
};

static bool hlrt_imports_have(const struct hlrt_imports *imports, const struct dma_buf *dmabuf)
{
	unsigned int i;

	for (i = 0; i < imports->num; i++)
		if (imports->dmabuf[i]->resv == dmabuf->resv)
			return true;
	return false;
}

static bool hlrt_range_named(const struct hlrt_range *range, u64 check)
{
	return range->kind == HLRT_RANGE_IMPORT && range->last_check == check;
}

struct hlrt_imports *hlrt_imports_get(struct hlrt_ctx *ctx, u64 check)
{
	struct hlrt_imports *imports;
	struct hlrt_range *range;
	unsigned int n = 0;

	lockdep_assert_held(&ctx->mem_lock);
	list_for_each_entry(range, &ctx->ranges, node)
		n += hlrt_range_named(range, check);
	imports = kvzalloc(struct_size(imports, dmabuf, n), GFP_KERNEL);
	if (!imports)
		return NULL;
	list_for_each_entry(range, &ctx->ranges, node) {
		struct dma_buf *dmabuf;

		if (!hlrt_range_named(range, check))
			continue;
		dmabuf = hlrt_import_dmabuf(range);
		if (hlrt_imports_have(imports, dmabuf))
			continue;
		get_dma_buf(dmabuf);
		imports->dmabuf[imports->num++] = dmabuf;
	}
	return imports;
}

void hlrt_imports_put(struct hlrt_imports *imports)
{
	while (imports->num--)
		dma_buf_put(imports->dmabuf[imports->num]);
	kvfree(imports);
}

static void hlrt_imports_unlock(struct hlrt_imports *imports, unsigned int n)
{
	while (n--)
		dma_resv_unlock(imports->dmabuf[n]->resv);
}

static void hlrt_imports_lock(struct hlrt_imports *imports)
{
	unsigned int i = 0;

	ww_acquire_init(&imports->ww, &reservation_ww_class);
	while (i < imports->num) {
		if (!dma_resv_lock(imports->dmabuf[i]->resv, &imports->ww)) {
			i++;
			continue;
		}
		/* Somebody else needs what is held here: give way, then begin with this one. */
		hlrt_imports_unlock(imports, i);
		dma_resv_lock_slow(imports->dmabuf[i]->resv, &imports->ww);
		swap(imports->dmabuf[0], imports->dmabuf[i]);
		i = 1;
	}
	ww_acquire_done(&imports->ww);
}

static int hlrt_imports_reserve(struct hlrt_imports *imports)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; !rc && i < imports->num; i++)
		rc = dma_resv_reserve_fences(imports->dmabuf[i]->resv, 1);
	return rc;
}

/* Everything named is among the locked? Not if the program maps anew what it is submitting. */
static bool hlrt_imports_cover(struct hlrt_imports *imports, struct hlrt_ctx *ctx, u64 check)
{
	struct hlrt_range *range;

	list_for_each_entry(range, &ctx->ranges, node)
		if (hlrt_range_named(range, check) &&
		    !hlrt_imports_have(imports, hlrt_import_dmabuf(range)))
			return false;
	return true;
}

/* Reservations held. */
static int hlrt_cs_submit_locked(struct hlrt_cs *cs, struct hlrt_imports *imports, u64 *seq)
{
	struct hlrt_ctx *ctx = cs->ctx;
	u64 check;
	int rc;

	mutex_lock(&ctx->mem_lock);
	*seq = ctx->next_seq;
	rc = hlrt_cs_validate(cs, &check);
	if (!rc && check && !hlrt_imports_cover(imports, ctx, check))
		rc = -EAGAIN;
	if (!rc)
		rc = hlrt_cs_submit_raw(cs);
	mutex_unlock(&ctx->mem_lock);
	return rc;
}

int hlrt_cs_submit_fenced(struct hlrt_cs *cs, struct hlrt_imports *imports, u64 *seq)
{
	struct dma_fence *fence;
	unsigned int i;
	int rc;

	/* Whoever waits for a fence counts on its end. */
	if (!cs->has_deadline) {
		dev_dbg(cs->ctx->dev->dev, "work without a time limit names imported memory\n");
		return -EOPNOTSUPP;
	}
	fence = hlrt_fence_alloc(cs->ctx, *seq);
	if (!fence)
		return -ENOMEM;
	cs->fence = dma_fence_get(fence);

	hlrt_imports_lock(imports);
	rc = hlrt_imports_reserve(imports);
	if (!rc)
		rc = hlrt_cs_submit_locked(cs, imports, seq);
	for (i = 0; !rc && i < imports->num; i++)
		dma_resv_add_fence(imports->dmabuf[i]->resv, fence, DMA_RESV_USAGE_BOOKKEEP);
	hlrt_imports_unlock(imports, imports->num);
	ww_acquire_fini(&imports->ww);
	dma_fence_put(fence);
	return rc;
}
