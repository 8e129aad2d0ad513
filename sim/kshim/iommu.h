/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* iommu.h - the map side of a device's IOMMU domain, for the DMA API. The device side is in kshim.h. */
#ifndef KSHIM_IOMMU_H
#define KSHIM_IOMMU_H

#include <linux/dma-direction.h>
#include <linux/types.h>

struct kshim_iommu;

struct kshim_iommu_seg {
	u64 phys, len;
};

struct kshim_iommu_request {
	const char *kind; /* "coherent", "page", "sg", "resource" */
	enum dma_data_direction dir;
	const struct kshim_iommu_seg *segs; /* page-aligned but for the first's start and the last's end */
	unsigned int nsegs;
	bool user;
	u64 mask; /* highest address allowed */
};

/* The address, or DMA_MAPPING_ERROR. The offset of the first segment in its page is kept. */
u64 kshim_iommu_map(struct kshim_iommu *iommu, const struct kshim_iommu_request *req);
/* Undoes a mapping that began at iova; waits for accesses under way. Differences are reported. Returns its size. */
u64 kshim_iommu_unmap(struct kshim_iommu *iommu, u64 iova, u64 size, enum dma_data_direction dir, const char *kind);
/* Size of the mapping that begins at iova, or 0. */
u64 kshim_iommu_size(struct kshim_iommu *iommu, u64 iova);
/* Physical address behind iova and how far it goes on; false: nothing is mapped there. */
bool kshim_iommu_resolve(struct kshim_iommu *iommu, u64 iova, u64 *phys, size_t *run);

#endif /* KSHIM_IOMMU_H */
