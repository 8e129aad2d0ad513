// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Other devices' way to an export: who may attach, and under which addresses an importer finds the
 * memory. It is always mapped for the importer's device. Where the kernel vouches for the path, the
 * kernel also chooses the kind of address, for it alone may choose a raw bus address.
 */

#include <linux/dma-resv.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "dmabuf_export.h"

/* Bytes that follow each other on the importer's bus. */
struct hlrt_run {
	dma_addr_t bus;
	u64 len;
};

/* One importer's view, found again by its table. */
struct hlrt_export_view {
	struct sg_table sgt;
	struct sg_table *kernels; /* of the kernel's choosing; NULL: one run for each piece */
	unsigned int num_runs;
	struct hlrt_run run[];
};

static void hlrt_export_list_user(struct hlrt_export *ex, struct hlrt_export_user *user)
{
	dma_resv_lock(ex->dmabuf->resv, NULL);
	list_add_tail(&user->node, &ex->users);
	ex->num_users++;
	hlrt_buffers_changed();
	hlrt_buffer_event(ex, HLRT_NL_EVENT_ATTACHED, user);
	dma_resv_unlock(ex->dmabuf->resv);
}

int hlrt_export_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct hlrt_export *ex = dmabuf->priv;
	struct hlrt_export_user *user;
	struct hlrt_p2p_verdict verdict;
	char why[HLRT_REASON_SIZE];
	int rc;

	if (!attach->peer2peer && attach->importer_ops) {
		dev_dbg(ex->dev->dev, "%s does not do peer-to-peer\n", dev_name(attach->dev));
		return -EOPNOTSUPP;
	}
	/* A hint: mapping looks again, under the reservation. */
	if (READ_ONCE(ex->revoked))
		return -ENODEV;
	user = kzalloc(sizeof(*user), GFP_KERNEL);
	if (!user)
		return -ENOMEM;
	rc = hlrt_p2p_check(ex->dev, attach->dev, &verdict, why, sizeof(why));
	if (rc) {
		dev_warn_ratelimited(ex->dev->dev, "%s may not reach this device's memory: %s\n",
				     dev_name(attach->dev), why);
		hlrt_import_refused(attach, why);
		kfree(user);
		return rc;
	}
	user->by_kernel = verdict.by_kernel;
	user->judge = verdict.judge;
	user->attach = attach;
	attach->priv = user;
	hlrt_export_list_user(ex, user);
	return 0;
}

void hlrt_export_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct hlrt_export_user *user = attach->priv;
	struct hlrt_export *ex = dmabuf->priv;

	dma_resv_lock(dmabuf->resv, NULL);
	list_del(&user->node);
	ex->num_users--;
	hlrt_buffers_changed();
	hlrt_buffer_event(ex, HLRT_NL_EVENT_DETACHED, user);
	dma_resv_unlock(dmabuf->resv);
	kfree(user);
}

int hlrt_export_pin(struct dma_buf_attachment *attach)
{
	struct hlrt_export_user *user = attach->priv;
	struct hlrt_export *ex = attach->dmabuf->priv;

	dma_resv_assert_held(attach->dmabuf->resv);
	if (ex->revoked)
		return -ENODEV;
	user->pins++;
	hlrt_buffers_changed();
	return 0;
}

void hlrt_export_unpin(struct dma_buf_attachment *attach)
{
	struct hlrt_export_user *user = attach->priv;

	dma_resv_assert_held(attach->dmabuf->resv);
	user->pins--;
	hlrt_buffers_changed();
}

static bool hlrt_user_pinned(const struct dma_buf_attachment *attach)
{
	const struct hlrt_export_user *user = attach->priv;
	bool by_core = HLRT_CORE_PINS_MAPPINGS && attach->importer_ops;

	return user->pins > (by_core ? user->maps : 0);
}

u32 hlrt_export_user_mode(const struct hlrt_export_user *user)
{
	if (!user->attach->importer_ops)
		return HLRT_NL_MODE_STATIC;
	return hlrt_user_pinned(user->attach) ? HLRT_NL_MODE_PINNED : HLRT_NL_MODE_DYNAMIC;
}

bool hlrt_export_pinned(const struct hlrt_export *ex)
{
	const struct dma_buf_attachment *attach;

	dma_resv_assert_held(ex->dmabuf->resv);
	list_for_each_entry(attach, &ex->dmabuf->attachments, node)
		if (hlrt_user_pinned(attach))
			return true;
	return ex->vmapped;
}

void hlrt_export_name_users(const struct hlrt_export *ex, char *name, size_t size)
{
	const struct dma_buf_attachment *attach;
	const char *before = "; mapped by";
	size_t len = strlen(name);

	dma_resv_assert_held(ex->dmabuf->resv);
	list_for_each_entry(attach, &ex->dmabuf->attachments, node) {
		const struct hlrt_export_user *user = attach->priv;
		const char *mode = hlrt_user_pinned(attach) ? "pinned" : "dynamic";

		if (!user->maps && !user->pins)
			continue;
		len += scnprintf(name + len, size - len, "%s %s (%s)", before,
				 dev_name(attach->dev), attach->importer_ops ? mode : "static");
		before = ",";
	}
	if (ex->vmapped)
		scnprintf(name + len, size - len, "%s the kernel (vmap)", before);
}

/* ---- addresses ---- */

static struct hlrt_export_view *hlrt_view_alloc(unsigned int runs)
{
	struct hlrt_export_view *view = kvzalloc(struct_size(view, run, runs), GFP_KERNEL);

	if (view)
		view->num_runs = runs;
	return view;
}

static struct sg_table *hlrt_map_by_kernel(struct dma_buf_attachment *attach,
					   enum dma_data_direction dir)
{
	struct hlrt_export *ex = attach->dmabuf->priv;
	struct hlrt_phys_vec one, *vec = &one;
	struct sg_table *sgt;
	unsigned int i;

	if (ex->num_pieces > 1)
		vec = kvcalloc(ex->num_pieces, sizeof(*vec), GFP_KERNEL);
	if (!vec)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < ex->num_pieces; i++) {
		vec[i].paddr = hlrt_export_phys(ex, ex->pieces[i].addr);
		vec[i].len = ex->pieces[i].len;
	}
	sgt = hlrt_dma_buf_map(attach, ex->dev->pdev, ex->dev->prop.dram_bar, vec, ex->num_pieces,
			       ex->len, dir);
	if (vec != &one)
		kvfree(vec);
	return sgt;
}

/* The usual case: one segment, within the importer's limits as the kernel made it. */
static bool hlrt_is_whole(const struct sg_table *sgt, struct device *dev)
{
	u64 boundary = dma_get_seg_boundary(dev), len = sg_dma_len(sgt->sgl);

	return sgt->nents == 1 && len <= dma_get_max_seg_size(dev) &&
	       len - 1 <= boundary - (sg_dma_address(sgt->sgl) & boundary);
}

/* Of what the kernel mapped, which is the view's from then on. */
static struct hlrt_export_view *hlrt_view_by_kernel(struct dma_buf_attachment *attach,
						    struct sg_table *sgt,
						    enum dma_data_direction dir)
{
	struct hlrt_export_view *view;
	struct scatterlist *sg;
	unsigned int i;

	view = hlrt_view_alloc(sgt->nents);
	if (!view) {
		hlrt_dma_buf_unmap(attach, sgt, dir);
		return ERR_PTR(-ENOMEM);
	}
	view->kernels = sgt;
	for_each_sgtable_dma_sg(sgt, sg, i)
		view->run[i] = (struct hlrt_run){ sg_dma_address(sg), sg_dma_len(sg) };
	return view;
}

static void hlrt_unmap_runs(struct device *dev, const struct hlrt_export_view *view, unsigned int n,
			    enum dma_data_direction dir)
{
	while (n--)
		dma_unmap_resource(dev, view->run[n].bus, view->run[n].len, dir,
				   DMA_ATTR_SKIP_CPU_SYNC);
}

static struct hlrt_export_view *hlrt_view_by_pieces(struct dma_buf_attachment *attach,
						    enum dma_data_direction dir)
{
	struct hlrt_export *ex = attach->dmabuf->priv;
	struct hlrt_export_view *view = hlrt_view_alloc(ex->num_pieces);
	unsigned int i;
	int rc;

	if (!view)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < ex->num_pieces; i++) {
		struct hlrt_run *run = &view->run[i];

		run->len = ex->pieces[i].len;
		run->bus = dma_map_resource(attach->dev, hlrt_export_phys(ex, ex->pieces[i].addr),
					    run->len, dir, DMA_ATTR_SKIP_CPU_SYNC);
		rc = dma_mapping_error(attach->dev, run->bus);
		if (rc) {
			hlrt_unmap_runs(attach->dev, view, i, dir);
			kvfree(view);
			return ERR_PTR(rc);
		}
	}
	return view;
}

static void hlrt_view_free(struct dma_buf_attachment *attach, struct hlrt_export_view *view,
			   enum dma_data_direction dir)
{
	if (view->kernels)
		hlrt_dma_buf_unmap(attach, view->kernels, dir);
	else
		hlrt_unmap_runs(attach->dev, view, view->num_runs, dir);
	kvfree(view);
}

/*
 * Cuts the runs into as few segments as the importer's limits allow; runs that meet are joined.
 * Returns how many, and fills sg unless it is NULL.
 */
static unsigned int hlrt_view_cut(const struct hlrt_export_view *view, struct device *dev,
				  struct scatterlist *sg)
{
	u64 max = round_down(min_t(u64, dma_get_max_seg_size(dev), U32_MAX), PAGE_SIZE);
	u64 boundary = dma_get_seg_boundary(dev), len = 0, part;
	unsigned int i, n = 0;
	dma_addr_t end = 0;

	max = max ?: PAGE_SIZE;
	for (i = 0; i < view->num_runs; i++) {
		dma_addr_t bus = view->run[i].bus;
		u64 left = view->run[i].len;

		for (; left; left -= part, bus += part) {
			if (!n || bus != end || len == max || !(bus & boundary)) {
				sg = n && sg ? sg_next(sg) : sg;
				len = 0;
				n++;
			}
			part = min(left, max - len);
			/* Up to the boundary, which may be the end of the address space. */
			if (part - 1 > boundary - (bus & boundary))
				part = boundary - (bus & boundary) + 1;
			len += part;
			end = bus + part;
			if (!sg)
				continue;
			/* There is no CPU side: whoever looks for pages finds none. */
			sg_set_page(sg, NULL, len, 0);
			sg_dma_address(sg) = end - len;
			sg_dma_len(sg) = len;
		}
	}
	return n;
}

struct sg_table *hlrt_export_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct hlrt_export_user *user = attach->priv;
	struct hlrt_export *ex = attach->dmabuf->priv;
	struct hlrt_export_view *view;
	struct sg_table *sgt = NULL;
	int rc;

	dma_resv_assert_held(attach->dmabuf->resv);
	if (ex->revoked)
		return ERR_PTR(-ENODEV);
	if (user->by_kernel) {
		sgt = hlrt_map_by_kernel(attach, dir);
		if (IS_ERR(sgt))
			return sgt;
		if (!user->whole && hlrt_is_whole(sgt, attach->dev)) {
			user->whole = sgt;
			goto mapped;
		}
	}
	view = sgt ? hlrt_view_by_kernel(attach, sgt, dir) : hlrt_view_by_pieces(attach, dir);
	if (IS_ERR(view))
		return ERR_CAST(view);
	rc = sg_alloc_table(&view->sgt, hlrt_view_cut(view, attach->dev, NULL), GFP_KERNEL);
	if (rc) {
		hlrt_view_free(attach, view, dir);
		return ERR_PTR(rc);
	}
	hlrt_view_cut(view, attach->dev, view->sgt.sgl);
	view->sgt.orig_nents = 0; /* no CPU side here, either */
	sgt = &view->sgt;
mapped:
	user->maps++;
	hlrt_export_get_map(ex);
	return sgt;
}

void hlrt_export_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		       enum dma_data_direction dir)
{
	struct hlrt_export_view *view = container_of(sgt, struct hlrt_export_view, sgt);
	struct hlrt_export_user *user = attach->priv;

	dma_resv_assert_held(attach->dmabuf->resv);
	if (sgt == user->whole) {
		user->whole = NULL;
		hlrt_dma_buf_unmap(attach, sgt, dir);
	} else {
		sgt->orig_nents = sgt->nents; /* what sg_alloc_table() made */
		sg_free_table(sgt);
		hlrt_view_free(attach, view, dir);
	}
	user->maps--;
	hlrt_export_put_map(attach->dmabuf->priv);
}
