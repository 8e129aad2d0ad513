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
	if (mr->sgt && mr->mode == HLI_DYNAMIC) {
		dma_buf_unmap_attachment(attach, mr->sgt, DMA_BIDIRECTIONAL);
		mr->sgt = NULL;
	}
}

static const struct dma_buf_attach_ops hli_attach_ops = {
	.allow_peer2peer = true,
	.HLRT_INVALIDATE_OP = hli_invalidate,
};

/* A pin is held as long as the mapping. */
static int hli_map_dynamic(struct hli_mr *mr)
{
	bool pin = mr->mode == HLI_PINNED;
	struct sg_table *sgt;
	int rc;

	dma_resv_lock(mr->dmabuf->resv, NULL);
	rc = pin ? dma_buf_pin(mr->attach) : 0;
	if (rc)
		goto unlock;
	sgt = dma_buf_map_attachment(mr->attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(sgt)) {
		rc = PTR_ERR(sgt);
		if (pin)
			dma_buf_unpin(mr->attach);
		goto unlock;
	}
	mr->sgt = sgt;
unlock:
	dma_resv_unlock(mr->dmabuf->resv);
	return rc;
}

int hli_mr_map(struct hli_mr *mr)
{
	struct sg_table *sgt;

	if (mr->sgt)
		return -EBUSY;
	if (mr->mode != HLI_STATIC)
		return hli_map_dynamic(mr);
	sgt = hli_map_static(mr->attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(sgt))
		return PTR_ERR(sgt);
	mr->sgt = sgt;
	return 0;
}

static int hli_mr_attach(struct hli_mr *mr, struct device *dev)
{
	if (mr->mode == HLI_STATIC)
		mr->attach = dma_buf_attach(mr->dmabuf, dev);
	else
		mr->attach = dma_buf_dynamic_attach(mr->dmabuf, dev, &hli_attach_ops, mr);
	return PTR_ERR_OR_ZERO(mr->attach);
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
	mr->mode = mode;
	mr->offset = offset;
	mr->length = len ?: mr->dmabuf->size - min_t(u64, offset, mr->dmabuf->size);
	rc = -EINVAL;
	if (!mr->length || offset > mr->dmabuf->size || mr->length > mr->dmabuf->size - offset)
		goto err_put;
	rc = hli_mr_attach(mr, dev);
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
	if (mr->mode == HLI_STATIC) {
		if (mr->sgt)
			hli_unmap_static(mr->attach, mr->sgt, DMA_BIDIRECTIONAL);
	} else {
		dma_resv_lock(mr->dmabuf->resv, NULL);
		if (mr->sgt) {
			dma_buf_unmap_attachment(mr->attach, mr->sgt, DMA_BIDIRECTIONAL);
			if (mr->mode == HLI_PINNED)
				dma_buf_unpin(mr->attach);
		}
		dma_resv_unlock(mr->dmabuf->resv);
	}
	dma_buf_detach(mr->dmabuf, mr->attach);
	dma_buf_put(mr->dmabuf);
	kfree(mr);
}

int hli_mr_address(struct hli_mr *mr, u64 at, dma_addr_t *addr, u32 *run)
{
	struct scatterlist *sg;
	int i;

	dma_resv_assert_held(mr->dmabuf->resv);
	if (!mr->sgt)
		return -ENODEV;
	for_each_sgtable_dma_sg(mr->sgt, sg, i) {
		if (at < sg_dma_len(sg)) {
			*addr = sg_dma_address(sg) + at;
			*run = sg_dma_len(sg) - at;
			return 0;
		}
		at -= sg_dma_len(sg);
	}
	return -ERANGE;
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
	int rc = 0;
	u32 i;

	if (!ns)
		return -ENOMEM;
	for (i = 0; i < bench->loops && !rc; i++) {
		u64 start = ktime_get_ns();

		mr = hli_mr_create(dev, HLI_DYNAMIC, bench->fd, 0, 0);
		if (IS_ERR(mr)) {
			rc = PTR_ERR(mr);
			break;
		}
		rc = hli_mr_map(mr);
		hli_mr_destroy(mr);
		ns[i] = ktime_get_ns() - start;
		cond_resched();
	}
	if (!rc) {
		sort(ns, bench->loops, sizeof(*ns), hli_compare, NULL);
		bench->median_ns = ns[bench->loops / 2];
	}
	kvfree(ns);
	return rc;
}
