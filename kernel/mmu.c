// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Page tables in device memory. The driver keeps a copy of each table, so that it reads none back;
 * the chip walks what was stored. Tables come from a reserved area; the first of them are
 * the roots, one for each address space.
 */

#include <linux/bitmap.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "hlrt.h"

#define HLRT_PGT_ENTRIES 512
#define HLRT_PGT_SIZE (HLRT_PGT_ENTRIES * sizeof(u64))

struct hlrt_pgt {
	u64 addr; /* in device memory */
	unsigned int used;
	bool present[HLRT_PGT_ENTRIES];
	struct hlrt_pgt *next[HLRT_PGT_ENTRIES]; /* NULL for an entry that maps a page */
};

/* Tables are written through the BAR that shows device memory. */
static void __iomem *hlrt_pgt_bar(struct hlrt_device *dev, u64 addr)
{
	return dev->bar[dev->prop.dram_bar] + (addr - dev->prop.dram_base);
}

void hlrt_mmu_write_pte(struct hlrt_device *dev, u64 addr, u64 value)
{
	writeq(value, hlrt_pgt_bar(dev, addr));
}

static void hlrt_mmu_clear_table(struct hlrt_device *dev, u64 addr)
{
	memset_io(hlrt_pgt_bar(dev, addr), 0, HLRT_PGT_SIZE);
}

int hlrt_mmu_init_roots(struct hlrt_device *dev,
			int (*set_root)(struct hlrt_device *dev, u32 asid, u64 addr))
{
	u32 asid;
	u64 root;
	int rc;

	for (asid = 0; asid < dev->prop.max_asid; asid++) {
		root = dev->prop.pgt_base + asid * HLRT_PGT_SIZE;
		hlrt_mmu_clear_table(dev, root);
		rc = set_root(dev, asid, root);
		if (rc) {
			dev_err(dev->dev, "MMU does not take the root of address space %u\n", asid);
			return rc;
		}
	}
	return 0;
}

static unsigned int hlrt_pgt_index(struct hlrt_device *dev, unsigned int hop, u64 va)
{
	return (va >> dev->asic->mmu.shift[hop]) & (HLRT_PGT_ENTRIES - 1);
}

static struct hlrt_pgt *hlrt_pgt_new(struct hlrt_device *dev, unsigned int number)
{
	struct hlrt_pgt *pgt = kzalloc(sizeof(*pgt), GFP_KERNEL);

	if (!pgt)
		return NULL;
	pgt->addr = dev->prop.pgt_base + number * HLRT_PGT_SIZE;
	hlrt_mmu_clear_table(dev, pgt->addr);
	return pgt;
}

static struct hlrt_pgt *hlrt_pgt_alloc(struct hlrt_device *dev)
{
	unsigned long number =
		find_next_zero_bit(dev->pgt_bitmap, dev->pgt_count, dev->prop.max_asid);
	struct hlrt_pgt *pgt;

	if (number >= dev->pgt_count)
		return NULL;
	pgt = hlrt_pgt_new(dev, number);
	if (pgt)
		__set_bit(number, dev->pgt_bitmap);
	return pgt;
}

static void hlrt_pgt_free(struct hlrt_device *dev, struct hlrt_pgt *pgt)
{
	__clear_bit((pgt->addr - dev->prop.pgt_base) / HLRT_PGT_SIZE, dev->pgt_bitmap);
	kfree(pgt);
}

static void hlrt_pgt_set(struct hlrt_device *dev, struct hlrt_pgt *pgt, unsigned int index,
			 u64 value)
{
	bool present = value & dev->asic->mmu.flag_present;

	pgt->used += present;
	pgt->used -= pgt->present[index];
	pgt->present[index] = present;
	hlrt_mmu_write_pte(dev, pgt->addr + index * sizeof(u64), value);
}

int hlrt_mmu_init(struct hlrt_device *dev)
{
	dev->pgt_count = dev->prop.pgt_size / HLRT_PGT_SIZE;
	dev->pgt_bitmap = bitmap_zalloc(dev->pgt_count, GFP_KERNEL);
	return dev->pgt_bitmap ? 0 : -ENOMEM;
}

void hlrt_mmu_fini(struct hlrt_device *dev)
{
	bitmap_free(dev->pgt_bitmap);
	dev->pgt_bitmap = NULL;
}

static void hlrt_pgt_push(struct hlrt_device *dev)
{
	/* Entries went out write-combined; a read from the same memory brings them home. */
	wmb();
	readl(hlrt_pgt_bar(dev, dev->prop.pgt_base));
}

int hlrt_mmu_flush_new(struct hlrt_device *dev)
{
	if (!dev->asic->mmu.absence_not_cached)
		return hlrt_mmu_flush(dev);
	mutex_lock(&dev->mmu_lock);
	hlrt_pgt_push(dev);
	mutex_unlock(&dev->mmu_lock);
	return 0;
}

int hlrt_mmu_flush(struct hlrt_device *dev)
{
	int rc;

	mutex_lock(&dev->mmu_lock);
	hlrt_pgt_push(dev);
	rc = dev->asic->invalidate(dev);
	mutex_unlock(&dev->mmu_lock);
	if (rc) {
		/* A translation that cannot be taken back must not be used: only a reset helps. */
		dev_err(dev->dev, "MMU does not finish its invalidation (%d)\n", rc);
		hlrt_device_request_reset(dev, HLRT_RESET_HW_ERROR);
	}
	return rc;
}

int hlrt_as_init(struct hlrt_as *as)
{
	struct hlrt_device *dev = as->dev;

	mutex_lock(&dev->mmu_lock);
	as->root = hlrt_pgt_new(dev, as->asid);
	mutex_unlock(&dev->mmu_lock);
	if (!as->root)
		return -ENOMEM;
	return hlrt_mmu_flush(dev);
}

static void hlrt_pgt_free_tree(struct hlrt_device *dev, struct hlrt_pgt *pgt, unsigned int depth)
{
	unsigned int i;

	for (i = 0; i < HLRT_PGT_ENTRIES && depth < dev->asic->mmu.hops; i++)
		if (pgt->next[i])
			hlrt_pgt_free_tree(dev, pgt->next[i], depth + 1);
	hlrt_pgt_free(dev, pgt);
}

void hlrt_as_fini(struct hlrt_as *as, bool with_hw)
{
	struct hlrt_device *dev = as->dev;

	if (!as->root)
		return;
	mutex_lock(&dev->mmu_lock);
	if (with_hw)
		hlrt_mmu_clear_table(dev, as->root->addr);
	mutex_unlock(&dev->mmu_lock);
	if (with_hw)
		hlrt_mmu_flush(dev);
	mutex_lock(&dev->mmu_lock);
	hlrt_pgt_free_tree(dev, as->root, 1);
	as->root = NULL;
	mutex_unlock(&dev->mmu_lock);
}

/* The table of hop for va, made on the way if create says so. */
static struct hlrt_pgt *hlrt_pgt_walk(struct hlrt_as *as, u64 va, unsigned int hop, bool create)
{
	struct hlrt_device *dev = as->dev;
	struct hlrt_pgt *pgt = as->root;
	unsigned int i;

	for (i = 0; i < hop; i++) {
		unsigned int index = hlrt_pgt_index(dev, i, va);

		if (!pgt->next[index]) {
			if (!create || WARN_ON(pgt->present[index]))
				return NULL;
			pgt->next[index] = hlrt_pgt_alloc(dev);
			if (!pgt->next[index])
				return NULL;
			hlrt_pgt_set(dev, pgt, index,
				     (pgt->next[index]->addr & dev->asic->mmu.addr_mask) |
					     dev->asic->mmu.flag_present);
		}
		pgt = pgt->next[index];
	}
	return pgt;
}

/* Gives back tables that became empty, from hop upwards. */
static void hlrt_pgt_prune(struct hlrt_as *as, u64 va, unsigned int hop)
{
	struct hlrt_device *dev = as->dev;

	while (hop) {
		struct hlrt_pgt *parent = hlrt_pgt_walk(as, va, hop - 1, false);
		unsigned int index = hlrt_pgt_index(dev, hop - 1, va);

		if (!parent || !parent->next[index] || parent->next[index]->used)
			return;
		hlrt_pgt_set(dev, parent, index, 0);
		hlrt_pgt_free(dev, parent->next[index]);
		parent->next[index] = NULL;
		hop--;
	}
}

static int hlrt_mmu_map_page(struct hlrt_as *as, u64 va, u64 addr, unsigned int hop)
{
	const struct hlrt_mmu_shape *mmu = &as->dev->asic->mmu;
	struct hlrt_pgt *pgt = hlrt_pgt_walk(as, va, hop, true);
	unsigned int index = hlrt_pgt_index(as->dev, hop, va);

	if (!pgt)
		return -ENOMEM;
	if (WARN_ON(pgt->present[index]))
		return -EEXIST;
	hlrt_pgt_set(as->dev, pgt, index,
		     (addr & mmu->addr_mask) | mmu->flag_last | mmu->flag_present);
	return 0;
}

int hlrt_mmu_map(struct hlrt_as *as, u64 va, u64 addr, u64 len)
{
	const struct hlrt_mmu_shape *mmu = &as->dev->asic->mmu;
	u64 done = 0;
	int rc = 0;

	if (!IS_ALIGNED(va | addr | len, mmu->page_size))
		return -EINVAL;
	mutex_lock(&as->dev->mmu_lock);
	while (done < len) {
		bool huge = IS_ALIGNED((va + done) | (addr + done), mmu->huge_page_size) &&
			    len - done >= mmu->huge_page_size;

		rc = hlrt_mmu_map_page(as, va + done, addr + done,
				       huge ? mmu->huge_hop : mmu->hops - 1);
		if (rc)
			break;
		done += huge ? mmu->huge_page_size : mmu->page_size;
	}
	mutex_unlock(&as->dev->mmu_lock);
	if (rc)
		hlrt_mmu_unmap(as, va, done);
	return rc;
}

static u64 hlrt_mmu_unmap_one(struct hlrt_as *as, u64 va)
{
	const struct hlrt_mmu_shape *mmu = &as->dev->asic->mmu;
	struct hlrt_pgt *pgt = hlrt_pgt_walk(as, va, mmu->huge_hop, false);
	unsigned int index = hlrt_pgt_index(as->dev, mmu->huge_hop, va);
	unsigned int hop = mmu->huge_hop;

	if (pgt && pgt->next[index]) {
		pgt = pgt->next[index];
		hop = mmu->hops - 1;
		index = hlrt_pgt_index(as->dev, hop, va);
	}
	if (!pgt || !pgt->present[index])
		return mmu->page_size;
	hlrt_pgt_set(as->dev, pgt, index, 0);
	hlrt_pgt_prune(as, va, hop);
	return hop == mmu->huge_hop ? mmu->huge_page_size : mmu->page_size;
}

void hlrt_mmu_unmap(struct hlrt_as *as, u64 va, u64 len)
{
	u64 done = 0;

	mutex_lock(&as->dev->mmu_lock);
	while (done < len)
		done += hlrt_mmu_unmap_one(as, va + done);
	mutex_unlock(&as->dev->mmu_lock);
}

/* Maps len bytes of what sgt describes, leaving out the first skip bytes; merges neighbours. */
int hlrt_mmu_map_sgt(struct hlrt_as *as, u64 va, struct sg_table *sgt, u64 skip, u64 len)
{
	u64 start = 0, run = 0, done = 0;
	struct scatterlist *sg;
	int rc = 0, i;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		u64 addr = sg_dma_address(sg) + as->dev->prop.host_base, size = sg_dma_len(sg);

		if (skip >= size) {
			skip -= size;
			continue;
		}
		addr += skip;
		size = min(size - skip, len - done - run);
		skip = 0;
		if (run && start + run == addr) {
			run += size;
		} else {
			if (run)
				rc = hlrt_mmu_map(as, va + done, start, run);
			if (rc)
				goto undo;
			done += run;
			start = addr;
			run = size;
		}
		if (done + run == len)
			break;
	}
	if (done + run != len)
		rc = -ERANGE;
	else
		rc = hlrt_mmu_map(as, va + done, start, run);
	if (!rc)
		rc = hlrt_mmu_flush_new(as->dev);
	if (!rc)
		return 0;
undo:
	hlrt_mmu_unmap(as, va, len);
	hlrt_mmu_flush(as->dev);
	return rc;
}
