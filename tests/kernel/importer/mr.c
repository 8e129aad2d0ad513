// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Imports, in the three ways that drivers use: static, dynamic but pinned, and dynamic. */

#include <linux/ktime.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "compat/compat.h"
#include "hli.h"

/* The exporter holds the reservation. */
static void hli_invalidate(struct dma_buf_attachment *attach)
{
	struct hli_mr *mr = attach->importer_priv;

	dma_resv_assert_held(attach->dmabuf->resv);
	mr->invalidations++;
	/* A pinned importer, as an RDMA card without page faults, cannot let go. */
	if (mr->sgt && !mr->pinned) {
		dma_buf_unmap_attachment(attach, mr->sgt, DMA_BIDIRECTIONAL);
		mr->sgt = NULL;
	}
}

static const struct dma_buf_attach_ops hli_attach_ops = {
	.allow_peer2peer = true,
	.HLRT_INVALIDATE_OP = hli_invalidate,
};

static int hli_map_dynamic(struct hli_mr *mr, bool pin)
{
	struct sg_table *sgt;
	int rc = 0;

	dma_resv_lock(mr->dmabuf->resv, NULL);
	if (pin) {
		rc = dma_buf_pin(mr->attach);
		if (rc)
			goto unlock;
		mr->pinned = true;
	}
	sgt = dma_buf_map_attachment(mr->attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(sgt)) {
		rc = PTR_ERR(sgt);
		if (pin)
			dma_buf_unpin(mr->attach);
		mr->pinned = false;
		goto unlock;
	}
	mr->sgt = sgt;
unlock:
	dma_resv_unlock(mr->dmabuf->resv);
	return rc;
}

static int hli_mr_attach(struct hli_mr *mr, struct device *dev, enum hli_mode mode)
{
	struct sg_table *sgt;
	int rc;

	if (mode == HLI_STATIC) {
		mr->attach = dma_buf_attach(mr->dmabuf, dev);
		if (IS_ERR(mr->attach))
			return PTR_ERR(mr->attach);
		sgt = hli_map_static(mr->attach, DMA_BIDIRECTIONAL);
		rc = PTR_ERR_OR_ZERO(sgt);
		mr->sgt = rc ? NULL : sgt;
	} else {
		mr->attach = dma_buf_dynamic_attach(mr->dmabuf, dev, &hli_attach_ops, mr);
		if (IS_ERR(mr->attach))
			return PTR_ERR(mr->attach);
		mr->dynamic = true;
		rc = hli_map_dynamic(mr, mode == HLI_PINNED);
	}
	if (rc)
		dma_buf_detach(mr->dmabuf, mr->attach);
	return rc;
}

struct hli_mr *hli_mr_create(struct device *dev, enum hli_mode mode, int fd, u64 offset, u64 len)
{
	struct hli_mr *mr = kzalloc(sizeof(*mr), GFP_KERNEL);
	int rc;

	if (!mr)
		return ERR_PTR(-ENOMEM);
	mr->dmabuf = dma_buf_get(fd);
	if (IS_ERR(mr->dmabuf)) {
		rc = PTR_ERR(mr->dmabuf);
		goto err_free;
	}
	mr->offset = offset;
	mr->length = len ?: mr->dmabuf->size - min_t(u64, offset, mr->dmabuf->size);
	rc = -EINVAL;
	if (!mr->length || offset > mr->dmabuf->size || mr->length > mr->dmabuf->size - offset)
		goto err_put;
	rc = hli_mr_attach(mr, dev, mode);
	if (rc)
		goto err_put;
	return mr;
err_put:
	dma_buf_put(mr->dmabuf);
err_free:
	kfree(mr);
	return ERR_PTR(rc);
}

void hli_mr_destroy(struct hli_mr *mr)
{
	if (mr->dynamic) {
		dma_resv_lock(mr->dmabuf->resv, NULL);
		if (mr->sgt)
			dma_buf_unmap_attachment(mr->attach, mr->sgt, DMA_BIDIRECTIONAL);
		if (mr->pinned)
			dma_buf_unpin(mr->attach);
		dma_resv_unlock(mr->dmabuf->resv);
	} else {
		hli_unmap_static(mr->attach, mr->sgt, DMA_BIDIRECTIONAL);
	}
	dma_buf_detach(mr->dmabuf, mr->attach);
	dma_buf_put(mr->dmabuf);
	kfree(mr);
}

int hli_mr_address(struct hli_mr *mr, u64 at, dma_addr_t *addr, u32 *run)
{
	struct scatterlist *sg;
	int i, rc = -ENODEV;

	dma_resv_lock(mr->dmabuf->resv, NULL);
	if (mr->sgt) {
		for_each_sgtable_dma_sg(mr->sgt, sg, i) {
			if (at < sg_dma_len(sg)) {
				*addr = sg_dma_address(sg) + at;
				*run = sg_dma_len(sg) - at;
				rc = 0;
				break;
			}
			at -= sg_dma_len(sg);
		}
	}
	dma_resv_unlock(mr->dmabuf->resv);
	return rc;
}

static int hli_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

int hli_bench(struct device *dev, struct hli_bench *bench)
{
	u64 *ns = kvmalloc_array(bench->loops, sizeof(*ns), GFP_KERNEL);
	struct hli_mr *mr;
	u32 i;

	if (!ns)
		return -ENOMEM;
	for (i = 0; i < bench->loops; i++) {
		u64 start = ktime_get_ns();

		mr = hli_mr_create(dev, HLI_DYNAMIC, bench->fd, 0, 0);
		if (IS_ERR(mr)) {
			kvfree(ns);
			return PTR_ERR(mr);
		}
		hli_mr_destroy(mr);
		ns[i] = ktime_get_ns() - start;
		cond_resched();
	}
	sort(ns, bench->loops, sizeof(*ns), hli_compare, NULL);
	bench->median_ns = ns[bench->loops / 2];
	kvfree(ns);
	return 0;
}
