// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * A checking IOMMU: one domain for each device. Addresses are never those of the memory behind them, are handed out in
 * ascending order with a gap after each mapping, and are not used again before the space is used up, so that a stale or
 * overlong access is a fault and not somebody else's data.
 */
#include "iommu.h"

#include <errno.h>
#include <linux/dma-mapping.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kshim.h"
#include "ranges.h"

#define GUARD PAGE_SIZE
#define BIG_PAGE (2UL << 20)

struct mapping {
	u64 iova, size; /* as the driver sees it, offset in page included */
	const char *kind;
	enum dma_data_direction dir;
	bool user, dropped, dying;
	unsigned int users; /* device accesses under way */
	unsigned int nsegs;
	struct kshim_iommu_seg segs[];
};

struct kshim_iommu {
	pthread_rwlock_t lock;
	struct kshim_ranges ranges; /* page-aligned cover of each mapping */
	u64 base, next;
	struct kshim_iommu_stats stats;
	int drop_next;
	kshim_iommu_trace_fn trace;
	void *trace_arg;
	char name[32];
};

static const char *const dir_names[] = { "both directions", "to device", "from device", "no direction" };

struct kshim_iommu *kshim_iommu_create(unsigned int number, const char *name)
{
	struct kshim_iommu *iommu = calloc(1, sizeof(*iommu));

	if (!iommu)
		return NULL;
	pthread_rwlock_init(&iommu->lock, NULL);
	/* Different for each device, so that one's address is another's fault. */
	iommu->base = ((u64)number + 1) << 36;
	iommu->next = iommu->base;
	snprintf(iommu->name, sizeof(iommu->name), "%s", name);
	return iommu;
}

size_t kshim_iommu_destroy(struct kshim_iommu *iommu)
{
	size_t leaked = iommu->ranges.count;

	for (size_t i = 0; i < leaked; i++) {
		struct mapping *m = iommu->ranges.at[i].item;

		printk(KERN_ERR "%s: leaked DMA mapping %s 0x%llx + 0x%llx", iommu->name, m->kind, m->iova, m->size);
		free(m);
	}
	free(iommu->ranges.at);
	pthread_rwlock_destroy(&iommu->lock);
	free(iommu);
	return leaked;
}

/* ---- map and unmap ---- */

/* Lowest address from start on at which size bytes and the guard fit below limit, or 0. */
static u64 find_gap(const struct kshim_iommu *iommu, u64 start, u64 size, u64 align, u64 limit)
{
	u64 at = ALIGN(start, align);

	for (size_t i = kshim_ranges_index(&iommu->ranges, at); i < iommu->ranges.count; i++) {
		const struct kshim_range *r = &iommu->ranges.at[i];

		if (at + size + GUARD <= r->base)
			break;
		at = ALIGN(r->base + r->size + GUARD, align);
	}
	return at + size - 1 <= limit ? at : 0;
}

static u64 choose_iova(struct kshim_iommu *iommu, u64 size, u64 limit)
{
	u64 align = min_t(u64, roundup_pow_of_two(size), BIG_PAGE);
	u64 low = limit < iommu->base ? BIG_PAGE : iommu->base;
	u64 at = 0;

	if (iommu->next >= low && iommu->next < limit)
		at = find_gap(iommu, iommu->next, size, align, limit);
	if (!at)
		at = find_gap(iommu, low, size, align, limit);
	if (at && at >= iommu->base)
		iommu->next = at + size + GUARD;
	return at;
}

u64 kshim_iommu_map(struct kshim_iommu *iommu, const struct kshim_iommu_request *req)
{
	struct mapping *m = kshim_alloc_fails() ? NULL : malloc(sizeof(*m) + req->nsegs * sizeof(m->segs[0]));
	u64 off = offset_in_page(req->segs[0].phys), cover, at = 0;

	if (!m)
		return DMA_MAPPING_ERROR;
	*m = (struct mapping){ .kind = req->kind, .dir = req->dir, .user = req->user, .nsegs = req->nsegs };
	for (unsigned int i = 0; i < req->nsegs; i++) {
		m->segs[i] = req->segs[i];
		m->size += req->segs[i].len;
	}
	cover = PAGE_ALIGN(off + m->size);
	pthread_rwlock_wrlock(&iommu->lock);
	if (m->size)
		at = choose_iova(iommu, cover, req->mask);
	if (at && kshim_ranges_insert(&iommu->ranges, at, cover, m))
		at = 0;
	if (at) {
		m->iova = at + off;
		iommu->stats.maps++;
		iommu->stats.bytes += m->size;
	}
	pthread_rwlock_unlock(&iommu->lock);
	if (!at) {
		free(m);
		return DMA_MAPPING_ERROR;
	}
	return m->iova;
}

static struct mapping *find(struct kshim_iommu *iommu, u64 iova)
{
	struct kshim_range *r = kshim_ranges_find(&iommu->ranges, iova);

	return r ? r->item : NULL;
}

static void count_misuse(struct kshim_iommu *iommu)
{
	__atomic_add_fetch(&iommu->stats.misuse, 1, __ATOMIC_RELAXED);
}

u64 kshim_iommu_unmap(struct kshim_iommu *iommu, u64 iova, u64 size, enum dma_data_direction dir, const char *kind)
{
	struct mapping *m;
	u64 had;

	pthread_rwlock_wrlock(&iommu->lock);
	m = find(iommu, iova);
	if (m && (m->iova != iova || m->dying))
		m = NULL;
	if (m)
		WRITE_ONCE(m->dying, true);
	pthread_rwlock_unlock(&iommu->lock);
	if (!m) {
		count_misuse(iommu);
		WARN(1, "%s: DMA unmap (%s) of 0x%llx, where no mapping begins", iommu->name, kind, iova);
		return 0;
	}
	if (m->size != size || m->dir != dir || strcmp(m->kind, kind)) {
		count_misuse(iommu);
		WARN(1, "%s: DMA unmap of 0x%llx as %s, 0x%llx bytes, %s; mapped as %s, 0x%llx bytes, %s", iommu->name,
		     iova, kind, size, dir_names[dir & 3], m->kind, m->size, dir_names[m->dir & 3]);
	}
	while (__atomic_load_n(&m->users, __ATOMIC_ACQUIRE))
		usleep(50);
	pthread_rwlock_wrlock(&iommu->lock);
	kshim_ranges_remove(&iommu->ranges, m->iova & PAGE_MASK);
	iommu->stats.bytes -= m->size;
	pthread_rwlock_unlock(&iommu->lock);
	had = m->size;
	free(m);
	return had;
}

u64 kshim_iommu_size(struct kshim_iommu *iommu, u64 iova)
{
	struct mapping *m;
	u64 size;

	pthread_rwlock_rdlock(&iommu->lock);
	m = find(iommu, iova);
	size = m && m->iova == iova ? m->size : 0;
	pthread_rwlock_unlock(&iommu->lock);
	return size;
}

/* ---- device side ---- */

static void fault(struct kshim_iommu *iommu, u64 iova, size_t len, bool write, const char *why)
{
	char line[160];

	__atomic_add_fetch(&iommu->stats.faults, 1, __ATOMIC_RELAXED);
	snprintf(line, sizeof(line), "iommu fault: %s of 0x%zx bytes at 0x%llx: %s", write ? "write" : "read", len,
		 (unsigned long long)iova, why);
	if (iommu->trace)
		iommu->trace(iommu->trace_arg, line);
	if (kshim_log_enabled(3))
		printk(KERN_ERR "%s: %s", iommu->name, line);
}

static const char *check(const struct mapping *m, u64 iova, bool write)
{
	if (!m || READ_ONCE(m->dropped) || READ_ONCE(m->dying))
		return "not mapped";
	if (iova < m->iova || iova >= m->iova + m->size)
		return "beyond the mapping";
	if (m->dir == (write ? DMA_TO_DEVICE : DMA_FROM_DEVICE) || m->dir == DMA_NONE)
		return "against the mapping's direction";
	return NULL;
}

/* Where iova is; *run is cut to how far it goes on there. */
static u64 translate(const struct mapping *m, u64 iova, size_t *run)
{
	u64 off = iova - m->iova;

	for (unsigned int i = 0; i < m->nsegs; i++) {
		if (off < m->segs[i].len) {
			*run = min_t(u64, *run, m->segs[i].len - off);
			return m->segs[i].phys + off;
		}
		off -= m->segs[i].len;
	}
	BUG();
}

static bool must_drop(struct kshim_iommu *iommu)
{
	int n = __atomic_load_n(&iommu->drop_next, __ATOMIC_RELAXED);

	while (n > 0)
		if (__atomic_compare_exchange_n(&iommu->drop_next, &n, n - 1, false, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			return true;
	return n < 0;
}

/* The mapping that allows the access, held; *phys and *run: where iova is and how far it goes on there. */
static struct mapping *hold(struct kshim_iommu *iommu, u64 iova, size_t len, bool write, u64 *phys, size_t *run)
{
	struct mapping *m;
	const char *why;

	pthread_rwlock_rdlock(&iommu->lock);
	m = find(iommu, iova);
	if (m && m->user && !READ_ONCE(m->dropped) && must_drop(iommu))
		WRITE_ONCE(m->dropped, true);
	why = check(m, iova, write);
	if (!why)
		__atomic_add_fetch(&m->users, 1, __ATOMIC_ACQUIRE);
	pthread_rwlock_unlock(&iommu->lock);
	if (why) {
		fault(iommu, iova, len, write, why);
		return NULL;
	}
	*run = len;
	*phys = translate(m, iova, run);
	return m;
}

bool kshim_iommu_resolve(struct kshim_iommu *iommu, u64 iova, u64 *phys, size_t *run)
{
	struct mapping *m;
	bool found;

	*run = SIZE_MAX;
	pthread_rwlock_rdlock(&iommu->lock);
	m = find(iommu, iova);
	found = m && !m->dying && iova >= m->iova && iova < m->iova + m->size;
	if (found)
		*phys = translate(m, iova, run);
	pthread_rwlock_unlock(&iommu->lock);
	return found;
}

static void release(struct mapping *m)
{
	__atomic_sub_fetch(&m->users, 1, __ATOMIC_RELEASE);
}

static bool may_master(struct pci_dev *pdev, u64 iova, size_t len, bool write)
{
	if (READ_ONCE(pdev->master))
		return true;
	fault(pdev->dev.iommu, iova, len, write, "bus mastering is off");
	return false;
}

static int transfer(struct pci_dev *pdev, u64 iova, void *buf, size_t len, bool write)
{
	struct kshim_iommu *iommu = pdev->dev.iommu;
	u64 phys;
	size_t run;

	if (!may_master(pdev, iova, len, write))
		return -EFAULT;
	while (len) {
		struct mapping *m = hold(iommu, iova, len, write, &phys, &run);
		int err;

		if (!m)
			return -EFAULT;
		err = kshim_phys_access(phys, buf, run, write, m->user);
		release(m);
		if (err) {
			fault(iommu, iova, run, write, "nothing answers behind the mapping");
			return -EFAULT;
		}
		iova += run;
		buf = (char *)buf + run;
		len -= run;
	}
	return 0;
}

int kshim_dma_read(struct pci_dev *pdev, u64 iova, void *buf, size_t len)
{
	return transfer(pdev, iova, buf, len, false);
}

int kshim_dma_write(struct pci_dev *pdev, u64 iova, const void *buf, size_t len)
{
	return transfer(pdev, iova, (void *)buf, len, true);
}

void *kshim_dma_get(struct pci_dev *pdev, u64 iova, size_t len, bool write, size_t *run)
{
	struct kshim_phys_range *range;
	struct mapping *m;
	size_t avail;
	void *p;
	u64 phys;

	if (!len || !may_master(pdev, iova, len, write))
		return NULL;
	m = hold(pdev->dev.iommu, iova, len, write, &phys, run);
	if (!m)
		return NULL;
	p = kshim_phys_get(phys, *run, write, m->user, &avail, &range);
	if (!p) {
		release(m);
		return NULL;
	}
	*run = min(*run, avail);
	return p;
}

/* While held, neither the mapping nor the physical range can go, so both are found again by address. */
void kshim_dma_put(struct pci_dev *pdev, u64 iova, void *ptr, size_t run, bool write)
{
	struct kshim_iommu *iommu = pdev->dev.iommu;
	struct mapping *m;

	(void)ptr, (void)write;
	pthread_rwlock_rdlock(&iommu->lock);
	m = find(iommu, iova);
	pthread_rwlock_unlock(&iommu->lock);
	if (WARN(!m, "dma_put() of an address that is not held"))
		return;
	kshim_phys_put(kshim_phys_holding(translate(m, iova, &run)));
	release(m);
}

void kshim_iommu_get_stats(struct pci_dev *pdev, struct kshim_iommu_stats *stats)
{
	struct kshim_iommu *iommu = pdev->dev.iommu;

	pthread_rwlock_rdlock(&iommu->lock);
	*stats = iommu->stats;
	stats->live = iommu->ranges.count;
	pthread_rwlock_unlock(&iommu->lock);
}

int kshim_iommu_drop(struct pci_dev *pdev, u64 iova)
{
	struct kshim_iommu *iommu = pdev->dev.iommu;
	struct mapping *m;

	pthread_rwlock_wrlock(&iommu->lock);
	m = find(iommu, iova);
	if (m)
		WRITE_ONCE(m->dropped, true);
	pthread_rwlock_unlock(&iommu->lock);
	return m ? 0 : -ENOENT;
}

void kshim_iommu_drop_next(struct pci_dev *pdev, int n)
{
	__atomic_store_n(&pdev->dev.iommu->drop_next, n, __ATOMIC_RELAXED);
}

int kshim_iommu_for_each(struct pci_dev *pdev, int (*fn)(void *arg, u64 iova, u64 size, const char *kind), void *arg)
{
	struct kshim_iommu *iommu = pdev->dev.iommu;
	int ret = 0;

	pthread_rwlock_rdlock(&iommu->lock);
	for (size_t i = 0; i < iommu->ranges.count && !ret; i++) {
		struct mapping *m = iommu->ranges.at[i].item;

		ret = fn(arg, m->iova, m->size, m->kind);
	}
	pthread_rwlock_unlock(&iommu->lock);
	return ret;
}

void kshim_iommu_set_trace(struct pci_dev *pdev, kshim_iommu_trace_fn fn, void *arg)
{
	pdev->dev.iommu->trace = fn;
	pdev->dev.iommu->trace_arg = arg;
}
