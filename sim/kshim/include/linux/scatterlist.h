/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_SCATTERLIST_H
#define KSHIM_LINUX_SCATTERLIST_H

#include <linux/bug.h>
#include <linux/mm.h>
#include <linux/types.h>

/* Tables are flat arrays here: no chaining, so sg + 1 is right, yet callers must go through sg_next(). */
struct scatterlist {
	struct page *page;
	unsigned int offset, length;
	dma_addr_t dma_address;
	unsigned int dma_length;
	bool last;
};

struct sg_table {
	struct scatterlist *sgl;
	unsigned int nents, orig_nents;
};

#define SG_MAX_SINGLE_ALLOC 128
#define SCATTERLIST_MAX_SEGMENT (UINT_MAX & PAGE_MASK)
#define sg_dma_address(sg) ((sg)->dma_address)
#define sg_dma_len(sg) ((sg)->dma_length)

static inline struct scatterlist *sg_next(struct scatterlist *sg)
{
	return sg->last ? NULL : sg + 1;
}

static inline struct page *sg_page(struct scatterlist *sg)
{
	return sg->page;
}

static inline void sg_assign_page(struct scatterlist *sg, struct page *page)
{
	sg->page = page;
}

static inline void sg_set_page(struct scatterlist *sg, struct page *page, unsigned int len, unsigned int offset)
{
	sg->page = page;
	sg->offset = offset;
	sg->length = len;
}

static inline phys_addr_t sg_phys(struct scatterlist *sg)
{
	return page_to_phys(sg->page) + sg->offset;
}

static inline void *sg_virt(struct scatterlist *sg)
{
	return (char *)page_address(sg->page) + sg->offset;
}

static inline bool sg_is_last(struct scatterlist *sg)
{
	return sg->last;
}

static inline void sg_mark_end(struct scatterlist *sg)
{
	sg->last = true;
}

void sg_init_table(struct scatterlist *sgl, unsigned int nents);
void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int len);
int sg_alloc_table(struct sg_table *t, unsigned int nents, gfp_t gfp);
int sg_alloc_table_from_pages_segment(struct sg_table *t, struct page **pages, unsigned int n, unsigned int offset,
				      unsigned long size, unsigned int max_segment, gfp_t gfp);
void sg_free_table(struct sg_table *t);
int sg_nents(struct scatterlist *sg);

static inline int sg_alloc_table_from_pages(struct sg_table *t, struct page **pages, unsigned int n,
					    unsigned int offset, unsigned long size, gfp_t gfp)
{
	return sg_alloc_table_from_pages_segment(t, pages, n, offset, size, UINT_MAX, gfp);
}

#define for_each_sg(sgl, sg, nr, i) for ((i) = 0, (sg) = (sgl); (i) < (nr); (i)++, (sg) = sg_next(sg))
#define for_each_sgtable_sg(t, sg, i) for_each_sg((t)->sgl, sg, (t)->orig_nents, i)
#define for_each_sgtable_dma_sg(t, sg, i) for_each_sg((t)->sgl, sg, (t)->nents, i)

#endif
