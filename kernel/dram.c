// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Device memory where the driver places it: allocations of whole pages out of a bitmap, and their
 * mappings in a context's virtual addresses. An allocation lives as long as its handle, a mapping
 * or an export holds it.
 */

#include <linux/bitmap.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "hlrt.h"

struct hlrt_dram_range {
	struct hlrt_range range;
	struct hlrt_alloc *alloc;
};

int hlrt_dram_init(struct hlrt_device *dev)
{
	const struct hlrt_props *prop = &dev->prop;
	u64 end = prop->dram_base + prop->dram_size;

	if (prop->placement != HLRT_PLACE_KERNEL)
		return 0;
	dev->dram_pages = div64_u64(end - prop->dram_user_base, prop->dram_page);
	dev->dram_free = dev->dram_pages;
	dev->dram_bitmap = bitmap_zalloc(dev->dram_pages, GFP_KERNEL);
	return dev->dram_bitmap ? 0 : -ENOMEM;
}

void hlrt_dram_fini(struct hlrt_device *dev)
{
	bitmap_free(dev->dram_bitmap);
	dev->dram_bitmap = NULL;
}

/* The next run of free pages from *start on, at most max long; its length, 0 for none. */
static unsigned long hlrt_dram_run(struct hlrt_device *dev, unsigned long *start, unsigned long max)
{
	unsigned long end;

	*start = find_next_zero_bit(dev->dram_bitmap, dev->dram_pages, *start);
	if (*start >= dev->dram_pages)
		return 0;
	end = find_next_bit(dev->dram_bitmap, min(dev->dram_pages, *start + max), *start);
	return end - *start;
}

/* Where pages lie together, if they do. */
static bool hlrt_dram_find_whole(struct hlrt_device *dev, unsigned long pages, unsigned long *start)
{
	unsigned long run;

	for (*start = 0; (run = hlrt_dram_run(dev, start, pages)) != 0; *start += run)
		if (run == pages)
			return true;
	return false;
}

static unsigned int hlrt_dram_count_runs(struct hlrt_device *dev, unsigned long pages)
{
	unsigned long start = 0, run;
	unsigned int n = 0;

	for (; pages && (run = hlrt_dram_run(dev, &start, pages)) != 0; start += run, n++)
		pages -= run;
	return n;
}

static void hlrt_dram_take(struct hlrt_alloc *alloc, unsigned long start, unsigned long pages)
{
	struct hlrt_device *dev = alloc->dev;
	u64 page = dev->prop.dram_page;

	alloc->pieces[alloc->num_pieces++] = (struct hlrt_piece){
		.addr = dev->prop.dram_user_base + start * page,
		.len = pages * page,
	};
	bitmap_set(dev->dram_bitmap, start, pages);
	dev->dram_free -= pages;
}

/* dram_lock held. In one piece if there is one that large, scattered otherwise. */
static struct hlrt_alloc *hlrt_dram_alloc_locked(struct hlrt_device *dev, unsigned long pages,
						 bool contiguous)
{
	unsigned long start = 0, run;
	struct hlrt_alloc *alloc;
	bool whole;

	if (pages > dev->dram_free)
		return ERR_PTR(-ENOMEM);
	whole = hlrt_dram_find_whole(dev, pages, &start);
	if (!whole && contiguous)
		return ERR_PTR(-ENOMEM);
	alloc = kvzalloc(struct_size(alloc, pieces, whole ? 1 : hlrt_dram_count_runs(dev, pages)),
			 GFP_KERNEL);
	if (!alloc)
		return ERR_PTR(-ENOMEM);
	alloc->dev = dev;
	alloc->size = pages * dev->prop.dram_page;
	if (whole) {
		hlrt_dram_take(alloc, start, pages);
		return alloc;
	}
	for (start = 0; pages; start += run, pages -= run) {
		run = hlrt_dram_run(dev, &start, pages);
		hlrt_dram_take(alloc, start, run);
	}
	return alloc;
}

static struct hlrt_alloc *hlrt_alloc_new(struct hlrt_device *dev, u64 size, bool contiguous)
{
	u64 pages = div64_u64(size, dev->prop.dram_page);
	struct hlrt_alloc *alloc;

	/* Rounded up without a sum that could overflow. */
	if (pages * dev->prop.dram_page != size)
		pages++;
	if (pages > dev->dram_pages)
		return ERR_PTR(-ENOMEM);
	mutex_lock(&dev->dram_lock);
	alloc = hlrt_dram_alloc_locked(dev, pages, contiguous);
	mutex_unlock(&dev->dram_lock);
	if (IS_ERR(alloc))
		return alloc;
	hlrt_device_get(dev);
	kref_init(&alloc->ref);
	atomic_set(&alloc->exports, 0);
	return alloc;
}

static void hlrt_alloc_release(struct kref *ref)
{
	struct hlrt_alloc *alloc = container_of(ref, struct hlrt_alloc, ref);
	struct hlrt_device *dev = alloc->dev;
	u64 page = dev->prop.dram_page;
	unsigned int i;

	mutex_lock(&dev->dram_lock);
	/* The last export may outlive the device's removal. */
	for (i = 0; dev->dram_bitmap && i < alloc->num_pieces; i++) {
		u64 at = alloc->pieces[i].addr - dev->prop.dram_user_base;

		bitmap_clear(dev->dram_bitmap, div64_u64(at, page),
			     div64_u64(alloc->pieces[i].len, page));
	}
	dev->dram_free += div64_u64(alloc->size, page);
	mutex_unlock(&dev->dram_lock);
	hlrt_device_put(dev);
	kvfree(alloc);
}

void hlrt_alloc_get(struct hlrt_alloc *alloc)
{
	kref_get(&alloc->ref);
}

void hlrt_alloc_put(struct hlrt_alloc *alloc)
{
	kref_put(&alloc->ref, hlrt_alloc_release);
}

int hlrt_dram_alloc(struct hlrt_ctx *ctx, u64 size, bool contiguous, u64 *handle)
{
	struct hlrt_alloc *alloc;
	u32 id;
	int rc;

	if (!size)
		return -EINVAL;
	alloc = hlrt_alloc_new(ctx->dev, size, contiguous);
	if (IS_ERR(alloc))
		return PTR_ERR(alloc);
	mutex_lock(&ctx->mem_lock);
	rc = xa_alloc(&ctx->allocs, &id, alloc, xa_limit_31b, GFP_KERNEL);
	if (!rc)
		ctx->dram_used += alloc->size;
	mutex_unlock(&ctx->mem_lock);
	if (rc) {
		hlrt_alloc_put(alloc);
		return rc;
	}
	*handle = id;
	return 0;
}

int hlrt_dram_free(struct hlrt_ctx *ctx, u64 handle)
{
	struct hlrt_alloc *alloc;
	int rc = 0;

	mutex_lock(&ctx->mem_lock);
	alloc = xa_load(&ctx->allocs, handle);
	if (!alloc) {
		rc = -EINVAL;
	} else if (alloc->maps || atomic_read(&alloc->exports)) {
		rc = -EBUSY;
	} else {
		xa_erase(&ctx->allocs, handle);
		ctx->dram_used -= alloc->size;
	}
	mutex_unlock(&ctx->mem_lock);
	if (!rc)
		hlrt_alloc_put(alloc);
	return rc;
}

static int hlrt_dram_map_pieces(struct hlrt_ctx *ctx, struct hlrt_alloc *alloc, u64 va)
{
	u64 done = 0;
	unsigned int i;
	int rc = 0;

	for (i = 0; !rc && i < alloc->num_pieces; i++) {
		rc = hlrt_mmu_map(&ctx->as, va + done, alloc->pieces[i].addr, alloc->pieces[i].len);
		if (!rc)
			done += alloc->pieces[i].len;
	}
	if (!rc)
		rc = hlrt_mmu_flush_new(ctx->dev);
	if (rc) {
		hlrt_mmu_unmap(&ctx->as, va, done);
		hlrt_mmu_flush(ctx->dev);
	}
	return rc;
}

int hlrt_dram_map(struct hlrt_ctx *ctx, u64 handle, u64 hint, bool force, u64 *va)
{
	struct hlrt_dram_range *dram = kzalloc(sizeof(*dram), GFP_KERNEL);
	struct hlrt_alloc *alloc;
	int rc;

	if (!dram)
		return -ENOMEM;
	INIT_LIST_HEAD(&dram->range.node);
	dram->range.kind = HLRT_RANGE_DRAM;

	mutex_lock(&ctx->mem_lock);
	alloc = xa_load(&ctx->allocs, handle);
	if (!alloc) {
		rc = -EINVAL;
		goto unlock;
	}
	dram->alloc = alloc;
	dram->range.len = alloc->size;
	rc = hlrt_va_insert(ctx, &dram->range, hint, force, alloc->pieces[0].addr);
	if (rc)
		goto unlock;
	rc = hlrt_dram_map_pieces(ctx, alloc, dram->range.va);
	if (rc) {
		hlrt_va_remove(ctx, &dram->range);
		goto unlock;
	}
	dram->range.user_va = dram->range.va;
	hlrt_range_set(&dram->range, true);
	alloc->maps++;
	hlrt_alloc_get(alloc);
	*va = dram->range.va;
unlock:
	mutex_unlock(&ctx->mem_lock);
	if (rc)
		kfree(dram);
	return rc;
}

int hlrt_dram_unmap(struct hlrt_ctx *ctx, u64 va)
{
	struct hlrt_dram_range *dram = NULL;
	struct hlrt_range *range;
	int rc = 0;

	mutex_lock(&ctx->mem_lock);
	range = hlrt_va_find(ctx, va);
	if (!range || range->kind != HLRT_RANGE_DRAM || range->user_va != va) {
		rc = -EINVAL;
		goto unlock;
	}
	dram = container_of(range, struct hlrt_dram_range, range);
	/* Exports go by this address. */
	if (!hlrt_cs_seq_done(ctx, range->last_seq) || atomic_read(&dram->alloc->exports)) {
		rc = -EBUSY;
		goto unlock;
	}
	range->mapped = false;
	if (range->entries) {
		hlrt_mmu_unmap(&ctx->as, range->va, range->len);
		rc = hlrt_mmu_flush(ctx->dev);
		range->entries = false;
	}
	/* If the chip may still translate, the reset that comes takes the range away. */
	if (!rc) {
		hlrt_va_remove(ctx, range);
		dram->alloc->maps--;
	}
unlock:
	mutex_unlock(&ctx->mem_lock);
	if (!rc)
		hlrt_dram_release(range);
	return rc;
}

void hlrt_dram_release(struct hlrt_range *range)
{
	struct hlrt_dram_range *dram = container_of(range, struct hlrt_dram_range, range);

	hlrt_alloc_put(dram->alloc);
	kfree(dram);
}

/* The context's handles go; mappings went before, exports hold what they need. */
void hlrt_dram_free_all(struct hlrt_ctx *ctx)
{
	struct hlrt_alloc *alloc;
	unsigned long handle;

	mutex_lock(&ctx->mem_lock);
	xa_for_each(&ctx->allocs, handle, alloc) {
		xa_erase(&ctx->allocs, handle);
		hlrt_alloc_put(alloc);
	}
	ctx->dram_used = 0;
	mutex_unlock(&ctx->mem_lock);
}

/* The allocation mapped at [va, va + len), and where in it that begins; NULL if there is none. */
struct hlrt_alloc *hlrt_dram_find(struct hlrt_ctx *ctx, u64 va, u64 len, u64 *offset)
{
	struct hlrt_range *range = hlrt_va_find(ctx, va);

	if (!range || range->kind != HLRT_RANGE_DRAM || !range->mapped ||
	    len > range->len - (va - range->va))
		return NULL;
	*offset = va - range->va;
	return container_of(range, struct hlrt_dram_range, range)->alloc;
}

u64 hlrt_dram_free_bytes(struct hlrt_device *dev)
{
	u64 pages;

	mutex_lock(&dev->dram_lock);
	pages = dev->dram_free;
	mutex_unlock(&dev->dram_lock);
	return pages * dev->prop.dram_page;
}
