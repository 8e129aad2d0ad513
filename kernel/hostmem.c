// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Host memory of a program, pinned and mapped for the device: accounted, DMA-mapped, put into page
 * tables.
 */

#include <linux/backing-dev.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "hlrt.h"

struct hlrt_host_range {
	struct hlrt_range range;
	struct mm_struct *mm;
	struct page **pages;
	unsigned long npages;
	struct sg_table sgt;
};

/*
 * Pages that a shared mapping has of a file are written back by the file system when it likes, and
 * a device that writes to them behind its back corrupts the file. Newer kernels refuse to pin them
 * for writing, older ones leave it to the driver. Whoever maps such a file in between harms but his
 * own data.
 */
static bool hlrt_host_has_file(struct mm_struct *mm, u64 start, u64 end)
{
	struct vm_area_struct *vma;
	bool found = false;

	mmap_read_lock(mm);
	for (vma = find_vma(mm, start); vma && vma->vm_start < end && !found;
	     vma = find_vma(mm, vma->vm_end))
		found = vma->vm_file && vma->vm_flags & VM_SHARED &&
			mapping_can_writeback(vma->vm_file->f_mapping);
	mmap_read_unlock(mm);
	return found;
}

static int hlrt_host_pin(struct hlrt_host_range *host, u64 start)
{
	unsigned long done = 0;
	int rc;

	if (hlrt_host_has_file(host->mm, start, start + host->range.len))
		return -EFAULT;
	host->pages = kvcalloc(host->npages, sizeof(*host->pages), GFP_KERNEL);
	if (!host->pages)
		return -ENOMEM;
	while (done < host->npages) {
		rc = pin_user_pages_fast(start + done * PAGE_SIZE,
					 min(host->npages - done, 1UL << 20),
					 FOLL_WRITE | FOLL_LONGTERM, host->pages + done);
		if (rc <= 0) {
			unpin_user_pages(host->pages, done);
			kvfree(host->pages);
			return rc ?: -EFAULT;
		}
		done += rc;
	}
	return 0;
}

static void hlrt_host_unpin(struct hlrt_host_range *host)
{
	unpin_user_pages_dirty_lock(host->pages, host->npages, true);
	kvfree(host->pages);
}

static int hlrt_host_dma_map(struct hlrt_ctx *ctx, struct hlrt_host_range *host)
{
	struct device *dev = ctx->dev->dev;
	int rc;

	rc = sg_alloc_table_from_pages_segment(&host->sgt, host->pages, host->npages, 0,
					       (unsigned long)host->npages << PAGE_SHIFT,
					       dma_get_max_seg_size(dev), GFP_KERNEL);
	if (rc)
		return rc;
	rc = dma_map_sgtable(dev, &host->sgt, DMA_BIDIRECTIONAL, 0);
	if (rc)
		sg_free_table(&host->sgt);
	return rc;
}

static int hlrt_host_insert(struct hlrt_ctx *ctx, struct hlrt_host_range *host, u64 hint,
			    bool force)
{
	struct hlrt_range *range = &host->range;
	int rc;

	mutex_lock(&ctx->mem_lock);
	rc = hlrt_va_insert(ctx, range, hint, force, sg_dma_address(host->sgt.sgl));
	if (rc)
		goto unlock;
	rc = hlrt_mmu_map_sgt(&ctx->as, range->va, &host->sgt, 0, range->len);
	if (rc)
		hlrt_va_remove(ctx, range);
	else
		hlrt_range_set(range, true);
unlock:
	mutex_unlock(&ctx->mem_lock);
	return rc;
}

int hlrt_host_map(struct hlrt_ctx *ctx, u64 user, u64 size, u64 hint, bool force, u64 *va)
{
	u64 start = user & PAGE_MASK, offset = user & ~PAGE_MASK;
	struct hlrt_host_range *host;
	u64 end;
	int rc;

	if (!size || check_add_overflow(user, size, &end) || end > U64_MAX - PAGE_SIZE)
		return -EINVAL;
	host = kzalloc(sizeof(*host), GFP_KERNEL);
	if (!host)
		return -ENOMEM;
	INIT_LIST_HEAD(&host->range.node);
	host->range.kind = HLRT_RANGE_HOST;
	host->range.len = PAGE_ALIGN(end) - start;
	host->npages = host->range.len >> PAGE_SHIFT;
	host->mm = current->mm;
	mmgrab(host->mm);

	rc = account_locked_vm(host->mm, host->npages, true);
	if (rc)
		goto drop;
	rc = hlrt_host_pin(host, start);
	if (rc)
		goto unaccount;
	rc = hlrt_host_dma_map(ctx, host);
	if (rc)
		goto unpin;
	rc = hlrt_host_insert(ctx, host, hint, force);
	if (rc)
		goto unmap;
	host->range.user_va = host->range.va + offset;
	*va = host->range.user_va;
	return 0;

unmap:
	dma_unmap_sgtable(ctx->dev->dev, &host->sgt, DMA_BIDIRECTIONAL, 0);
	sg_free_table(&host->sgt);
unpin:
	hlrt_host_unpin(host);
unaccount:
	account_locked_vm(host->mm, host->npages, false);
drop:
	mmdrop(host->mm);
	kfree(host);
	return rc;
}

void hlrt_host_release(struct hlrt_ctx *ctx, struct hlrt_range *range)
{
	struct hlrt_host_range *host = container_of(range, struct hlrt_host_range, range);

	dma_unmap_sgtable(ctx->dev->dev, &host->sgt, DMA_BIDIRECTIONAL, 0);
	sg_free_table(&host->sgt);
	hlrt_host_unpin(host);
	account_locked_vm(host->mm, host->npages, false);
	mmdrop(host->mm);
	kfree(host);
}

int hlrt_host_unmap(struct hlrt_ctx *ctx, u64 va)
{
	struct hlrt_range *range;
	int rc = 0;

	mutex_lock(&ctx->mem_lock);
	range = hlrt_va_find(ctx, va);
	if (!range || range->kind != HLRT_RANGE_HOST || range->user_va != va) {
		rc = -EINVAL;
		goto unlock;
	}
	if (!hlrt_cs_seq_done(ctx, range->last_seq)) {
		rc = -EBUSY;
		goto unlock;
	}
	hlrt_mmu_unmap(&ctx->as, range->va, range->len);
	rc = hlrt_mmu_flush(ctx->dev);
	if (rc) {
		/*
		 * The chip may still translate: keep the pages until the reset that comes has ended
		 * that.
		 */
		range->mapped = false;
		goto unlock;
	}
	hlrt_va_remove(ctx, range);
unlock:
	mutex_unlock(&ctx->mem_lock);
	if (!rc)
		hlrt_host_release(ctx, range);
	return rc;
}
