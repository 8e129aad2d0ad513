// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Scatter-gather tables. */
#include <errno.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <string.h>

unsigned int kshim_scatter(void);

void sg_init_table(struct scatterlist *sgl, unsigned int nents)
{
	memset(sgl, 0, nents * sizeof(*sgl));
	sg_mark_end(&sgl[nents - 1]);
}

void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int len)
{
	sg_init_table(sg, 1);
	sg_set_page(sg, virt_to_page(buf), len, offset_in_page(buf));
}

int sg_alloc_table(struct sg_table *t, unsigned int nents, gfp_t gfp)
{
	memset(t, 0, sizeof(*t));
	if (!nents)
		return -EINVAL;
	t->sgl = kvmalloc_array(nents, sizeof(*t->sgl), gfp);
	if (!t->sgl)
		return -ENOMEM;
	sg_init_table(t->sgl, nents);
	t->nents = nents;
	t->orig_nents = nents;
	return 0;
}

void sg_free_table(struct sg_table *t)
{
	kvfree(t->sgl);
	t->sgl = NULL;
	t->nents = 0;
	t->orig_nents = 0;
}

int sg_nents(struct scatterlist *sg)
{
	int n = 0;

	for (; sg; sg = sg_next(sg))
		n++;
	return n;
}

/* How many of the pages from the first on make one segment. */
static unsigned int run_length(struct page **pages, unsigned int n, unsigned int max_pages)
{
	unsigned int run = 1;

	while (run < n && run < max_pages && pages[run] == pages[run - 1] + 1)
		run++;
	return run;
}

static unsigned int count_runs(struct page **pages, unsigned int n, unsigned int max_pages)
{
	unsigned int runs = 0;

	for (unsigned int i = 0; i < n; i += run_length(pages + i, n - i, max_pages))
		runs++;
	return runs;
}

int sg_alloc_table_from_pages_segment(struct sg_table *t, struct page **pages, unsigned int n, unsigned int offset,
				      unsigned long size, unsigned int max_segment, gfp_t gfp)
{
	unsigned int max_pages = max_segment >> PAGE_SHIFT, run;
	struct scatterlist *sg;
	int err;

	if (WARN_ON(!max_pages || !n))
		return -EINVAL;
	if (kshim_scatter())
		max_pages = min(max_pages, kshim_scatter());
	err = sg_alloc_table(t, count_runs(pages, n, max_pages), gfp);
	if (err)
		return err;
	for (sg = t->sgl; n; sg = sg_next(sg)) {
		unsigned long bytes;

		run = run_length(pages, n, max_pages);
		bytes = min_t(unsigned long, size, ((unsigned long)run << PAGE_SHIFT) - offset);
		sg_set_page(sg, pages[0], bytes, offset);
		size -= bytes;
		offset = 0;
		pages += run;
		n -= run;
	}
	return 0;
}
