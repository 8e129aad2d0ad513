// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The DMA API on the checking IOMMU. */
#include <errno.h>
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <stdlib.h>

#include "iommu.h"
#include "kshim.h"

#define DEFAULT_MAX_SEGMENT 0x10000u /* the kernel's, for a device that sets none */

static unsigned int scatter; /* pages; 0: off */

void kshim_set_scatter(unsigned int n)
{
	__atomic_store_n(&scatter, n, __ATOMIC_RELAXED);
}

unsigned int kshim_scatter(void)
{
	return __atomic_load_n(&scatter, __ATOMIC_RELAXED);
}

static u64 mask_of(struct device *dev)
{
	return dev->dma_mask ? *dev->dma_mask : 0;
}

static dma_addr_t map(struct device *dev, const char *kind, const struct kshim_iommu_seg *segs, unsigned int n,
		      enum dma_data_direction dir, u64 mask)
{
	struct kshim_iommu_request req = {
		.kind = kind,
		.dir = dir,
		.segs = segs,
		.nsegs = n,
		.user = segs[0].phys < KSHIM_PHYS_IO && !is_vmalloc_addr((void *)(uintptr_t)segs[0].phys),
		.mask = mask,
	};

	if (WARN(!dev->iommu, "DMA mapping for %s, which is no bus master", dev_name(dev)))
		return DMA_MAPPING_ERROR;
	return kshim_iommu_map(dev->iommu, &req);
}

/* ---- coherent ---- */

void *dma_alloc_attrs(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp, unsigned long attrs)
{
	void *cpu;

	(void)attrs;
	might_sleep_if(gfp & KSHIM_GFP_SLEEPS);
	cpu = kshim_alloc_pages(size);
	if (!cpu)
		return NULL;
	*handle = map(dev, "coherent", &(struct kshim_iommu_seg){ virt_to_phys(cpu), PAGE_ALIGN(size) }, 1,
		      DMA_BIDIRECTIONAL, dev->coherent_dma_mask);
	if (*handle == DMA_MAPPING_ERROR) {
		kshim_free_pages(cpu, size);
		return NULL;
	}
	return cpu;
}

void dma_free_attrs(struct device *dev, size_t size, void *cpu, dma_addr_t handle, unsigned long attrs)
{
	(void)attrs;
	if (!cpu)
		return;
	kshim_iommu_unmap(dev->iommu, handle, PAGE_ALIGN(size), DMA_BIDIRECTIONAL, "coherent");
	kshim_free_pages(cpu, size);
}

/* ---- single pages and I/O resources ---- */

dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page, size_t offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	(void)attrs;
	return map(dev, "page", &(struct kshim_iommu_seg){ page_to_phys(page) + offset, size }, 1, dir, mask_of(dev));
}

void dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size, enum dma_data_direction dir,
			  unsigned long attrs)
{
	(void)attrs;
	kshim_iommu_unmap(dev->iommu, addr, size, dir, "page");
}

dma_addr_t dma_map_single_attrs(struct device *dev, void *p, size_t size, enum dma_data_direction dir,
				unsigned long attrs)
{
	return dma_map_page_attrs(dev, virt_to_page(p), offset_in_page(p), size, dir, attrs);
}

dma_addr_t dma_map_resource(struct device *dev, phys_addr_t phys, size_t size, enum dma_data_direction dir,
			    unsigned long attrs)
{
	(void)attrs;
	/* The kernel refuses memory here; only device addresses have no struct page. */
	if (WARN(phys < KSHIM_PHYS_IO, "dma_map_resource() of memory"))
		return DMA_MAPPING_ERROR;
	return map(dev, "resource", &(struct kshim_iommu_seg){ phys, size }, 1, dir, mask_of(dev));
}

void dma_unmap_resource(struct device *dev, dma_addr_t addr, size_t size, enum dma_data_direction dir,
			unsigned long attrs)
{
	(void)attrs;
	kshim_iommu_unmap(dev->iommu, addr, size, dir, "resource");
}

/* ---- tables ---- */

/* One contiguous range for the whole table, as the kernel's IOMMU layer makes it, cut by the largest segment. */
static int map_merged(struct device *dev, struct sg_table *t, enum dma_data_direction dir)
{
	struct kshim_iommu_seg *segs = calloc(t->orig_nents, sizeof(*segs));
	u64 largest = dma_get_max_seg_size(dev);
	struct scatterlist *sg, *out = NULL;
	unsigned int i, nents = 0;
	dma_addr_t addr;

	if (!segs)
		return -ENOMEM;
	for_each_sgtable_sg(t, sg, i)
		segs[i] = (struct kshim_iommu_seg){ sg_phys(sg), sg->length };
	addr = map(dev, "sg", segs, t->orig_nents, dir, mask_of(dev));
	free(segs);
	if (addr == DMA_MAPPING_ERROR)
		return -ENOMEM;
	for_each_sgtable_sg(t, sg, i) {
		if (out && (u64)out->dma_length + sg->length <= largest) {
			out->dma_length += sg->length;
		} else {
			out = out ? sg_next(out) : t->sgl;
			out->dma_address = addr;
			out->dma_length = sg->length;
			nents++;
		}
		addr += sg->length;
	}
	t->nents = nents;
	return 0;
}

static void unmap_first(struct device *dev, struct sg_table *t, unsigned int n, enum dma_data_direction dir)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sg(t->sgl, sg, n, i)
		kshim_iommu_unmap(dev->iommu, sg->dma_address, sg->dma_length, dir, "sg");
}

/* Every segment on its own, with gaps between: what a machine without an IOMMU would show a driver. */
static int map_apart(struct device *dev, struct sg_table *t, enum dma_data_direction dir)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_sg(t, sg, i) {
		sg->dma_address =
			map(dev, "sg", &(struct kshim_iommu_seg){ sg_phys(sg), sg->length }, 1, dir, mask_of(dev));
		sg->dma_length = sg->length;
		if (sg->dma_address == DMA_MAPPING_ERROR) {
			unmap_first(dev, t, i, dir);
			return -EIO;
		}
	}
	t->nents = t->orig_nents;
	return 0;
}

/* Only page boundaries may lie inside a merged range. */
static bool mergeable(struct sg_table *t)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_sg(t, sg, i) {
		if (i && sg->offset)
			return false;
		if (i + 1 < t->orig_nents && !PAGE_ALIGNED(sg->offset + sg->length))
			return false;
	}
	return true;
}

int dma_map_sgtable(struct device *dev, struct sg_table *t, enum dma_data_direction dir, unsigned long attrs)
{
	(void)attrs;
	if (!t->orig_nents)
		return -EINVAL;
	if (kshim_scatter() || !mergeable(t))
		return map_apart(dev, t, dir);
	return map_merged(dev, t, dir);
}

void dma_unmap_sgtable(struct device *dev, struct sg_table *t, enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *sg;
	u64 total = 0;
	unsigned int i;

	(void)attrs;
	for_each_sgtable_sg(t, sg, i)
		total += sg->length;
	if (kshim_iommu_size(dev->iommu, sg_dma_address(t->sgl)) == total)
		kshim_iommu_unmap(dev->iommu, sg_dma_address(t->sgl), total, dir, "sg");
	else
		unmap_first(dev, t, t->nents, dir);
}

/* ---- masks and limits ---- */

int dma_mapping_error(struct device *dev, dma_addr_t addr)
{
	(void)dev;
	return addr == DMA_MAPPING_ERROR ? -ENOMEM : 0;
}

int dma_set_mask(struct device *dev, u64 mask)
{
	if (!dev->dma_mask)
		return -EIO;
	*dev->dma_mask = mask;
	return 0;
}

int dma_set_coherent_mask(struct device *dev, u64 mask)
{
	dev->coherent_dma_mask = mask;
	return 0;
}

int dma_set_mask_and_coherent(struct device *dev, u64 mask)
{
	int err = dma_set_mask(dev, mask);

	return err ? err : dma_set_coherent_mask(dev, mask);
}

u64 dma_get_required_mask(struct device *dev)
{
	(void)dev;
	return DMA_BIT_MASK(48);
}

unsigned int dma_get_max_seg_size(struct device *dev)
{
	return dev->dma_parms && dev->dma_parms->max_segment_size ? dev->dma_parms->max_segment_size
								  : DEFAULT_MAX_SEGMENT;
}

int dma_set_max_seg_size(struct device *dev, unsigned int size)
{
	if (!dev->dma_parms)
		return -EIO;
	dev->dma_parms->max_segment_size = size;
	return 0;
}

unsigned long dma_get_seg_boundary(struct device *dev)
{
	return dev->dma_parms && dev->dma_parms->segment_boundary_mask ? dev->dma_parms->segment_boundary_mask
								       : DMA_BIT_MASK(32);
}

size_t dma_max_mapping_size(struct device *dev)
{
	(void)dev;
	return SIZE_MAX;
}

struct iommu_domain *iommu_get_domain_for_dev(struct device *dev)
{
	static struct iommu_domain translating = { .type = IOMMU_DOMAIN_DMA };

	return dev->iommu ? &translating : NULL;
}
