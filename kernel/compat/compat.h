/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * compat.h - the only place that knows kernels differ.
 *
 * Each HLRT_HAVE_* is the answer of a compile probe (kernel/compat/probes, run by kernel/Kbuild),
 * never of a version comparison: distributions backport.
 */
#ifndef HLRT_COMPAT_H
#define HLRT_COMPAT_H

#include <linux/device.h>
#include <linux/dma-buf.h>
#ifdef HLRT_HAVE_PHYS_VEC_TO_SGT
#include <linux/dma-buf-mapping.h>
#endif
#include <linux/dma-resv.h>
#include <linux/eventfd.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci-p2pdma.h>

#ifdef HLRT_HAVE_IMPORT_NS_STRING
#define hlrt_import_ns(ns) MODULE_IMPORT_NS(#ns)
#else
#define hlrt_import_ns(ns) MODULE_IMPORT_NS(ns)
#endif

static inline struct class *hlrt_class_create(const char *name)
{
#ifdef HLRT_HAVE_CLASS_CREATE_NAME
	return class_create(name);
#else
	return class_create(THIS_MODULE, name);
#endif
}

static inline void hlrt_eventfd_signal(struct eventfd_ctx *ctx)
{
#ifdef HLRT_HAVE_EVENTFD_SIGNAL_VOID
	eventfd_signal(ctx);
#else
	eventfd_signal(ctx, 1);
#endif
}

#ifdef HLRT_HAVE_INVALIDATE_MAPPINGS
#define hlrt_dma_buf_invalidate dma_buf_invalidate_mappings
#define HLRT_INVALIDATE_OP invalidate_mappings
#else
#define hlrt_dma_buf_invalidate dma_buf_move_notify
#define HLRT_INVALIDATE_OP move_notify
#endif

/*
 * Without move notices the dma-buf core pins, unasked, each mapping of a dynamic importer. It calls
 * the importers all the same when the exporter tells it to. Newer cores have no such option.
 */
#if defined(HLRT_HAVE_INVALIDATE_MAPPINGS) || IS_ENABLED(CONFIG_DMABUF_MOVE_NOTIFY)
#define HLRT_CORE_PINS_MAPPINGS false
#else
#define HLRT_CORE_PINS_MAPPINGS true
#endif

/*
 * The kernel maps device memory for an importer by itself, and chooses the kind of address; to be
 * used where it vouches for the path.
 */
#ifdef HLRT_HAVE_PHYS_VEC_TO_SGT
#define HLRT_KERNEL_MAPS true
#define hlrt_phys_vec phys_vec
#define hlrt_p2pdma_init pcim_p2pdma_init

static inline struct sg_table *hlrt_dma_buf_map(struct dma_buf_attachment *attach,
						struct pci_dev *pdev, int bar,
						struct hlrt_phys_vec *vec, size_t n, size_t size,
						enum dma_data_direction dir)
{
	return dma_buf_phys_vec_to_sgt(attach, pcim_p2pdma_provider(pdev, bar), vec, n, size, dir);
}

/*
 * Linux 7.2 clears the number of entries that it has allocated, and frees by it: unless it is
 * put back, the list is leaked.
 */
static inline void hlrt_dma_buf_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
				      enum dma_data_direction dir)
{
	sgt->orig_nents = sgt->nents;
	dma_buf_free_sgt(attach, sgt, dir);
}
#else
#define HLRT_KERNEL_MAPS false

struct hlrt_phys_vec {
	phys_addr_t paddr;
	size_t len;
};

static inline struct sg_table *hlrt_dma_buf_map(struct dma_buf_attachment *attach,
						struct pci_dev *pdev, int bar,
						struct hlrt_phys_vec *vec, size_t n, size_t size,
						enum dma_data_direction dir)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static inline void hlrt_dma_buf_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
				      enum dma_data_direction dir)
{
}

static inline int hlrt_p2pdma_init(struct pci_dev *pdev)
{
	return 0;
}
#endif

/* Cores without the unlocked calls do not hold the reservation around vmap operations. */
static inline void hlrt_vmap_lock(struct dma_buf *dmabuf)
{
#ifndef HLRT_HAVE_VMAP_UNLOCKED
	dma_resv_lock(dmabuf->resv, NULL);
#endif
}

static inline void hlrt_vmap_unlock(struct dma_buf *dmabuf)
{
#ifndef HLRT_HAVE_VMAP_UNLOCKED
	dma_resv_unlock(dmabuf->resv);
#endif
}

static inline void hlrt_vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
#ifdef HLRT_HAVE_VM_FLAGS_SET
	vm_flags_set(vma, flags);
#else
	vma->vm_flags |= flags;
#endif
}

#ifdef HLRT_HAVE_FOP_UNSIGNED_OFFSET
#define HLRT_FOP_UNSIGNED_OFFSET .fop_flags = FOP_UNSIGNED_OFFSET,
#else
#define HLRT_FOP_UNSIGNED_OFFSET
#endif

#ifdef HLRT_HAVE_DRM_DRIVER_DATE
#define HLRT_DRM_DRIVER_DATE .date = "0",
#else
#define HLRT_DRM_DRIVER_DATE
#endif

#endif /* HLRT_COMPAT_H */
