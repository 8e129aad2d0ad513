// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* mmap of device files: the driver's pages get a second view in the address range that the program sees. */
#include <errno.h>
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <pthread.h>
#include <sys/mman.h>

#include "kshim.h"
#include "ranges.h"

static struct {
	pthread_mutex_t lock;
	struct kshim_ranges ranges; /* item: struct vm_area_struct */
} mappings = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void drop_vma(struct vm_area_struct *vma)
{
	munmap((void *)vma->vm_start, vma->vm_end - vma->vm_start);
	fput(vma->vm_file);
	free(vma);
}

void *kshim_file_mmap(struct file *file, u64 offset, size_t length, int *err)
{
	struct vm_area_struct *vma;
	size_t size = PAGE_ALIGN(length);
	void *at;

	*err = -EINVAL;
	if (!length || size < length || offset & ~PAGE_MASK)
		return NULL;
	*err = -ENODEV;
	if (!file->f_op->mmap)
		return NULL;
	*err = -ENOMEM;
	at = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED)
		return NULL;
	vma = kshim_alloc_fails() ? NULL : calloc(1, sizeof(*vma));
	if (!vma) {
		munmap(at, size);
		return NULL;
	}
	vma->vm_start = (unsigned long)at;
	vma->vm_end = vma->vm_start + size;
	vma->vm_pgoff = offset >> PAGE_SHIFT;
	vma->vm_flags = VM_READ | VM_WRITE | VM_SHARED | VM_MAYREAD | VM_MAYWRITE;
	vma->vm_file = get_file(file);
	vma->vm_mm = current->mm;
	*err = file->f_op->mmap(file, vma);
	if (*err) {
		drop_vma(vma);
		return NULL;
	}
	pthread_mutex_lock(&mappings.lock);
	if (kshim_ranges_insert(&mappings.ranges, vma->vm_start, size, vma))
		*err = -ENOMEM;
	pthread_mutex_unlock(&mappings.lock);
	if (*err) {
		if (vma->vm_ops && vma->vm_ops->close)
			vma->vm_ops->close(vma);
		drop_vma(vma);
		return NULL;
	}
	return at;
}

static void unmap(struct vm_area_struct *vma)
{
	if (vma->vm_ops && vma->vm_ops->close)
		vma->vm_ops->close(vma);
	drop_vma(vma);
}

/* Whole mappings only: no user of the sys seam splits one. */
int kshim_munmap(void *addr, size_t length)
{
	struct vm_area_struct *vma = NULL;
	struct kshim_range *r;

	pthread_mutex_lock(&mappings.lock);
	r = kshim_ranges_find(&mappings.ranges, (u64)(uintptr_t)addr);
	if (r && r->base == (u64)(uintptr_t)addr && r->size == PAGE_ALIGN(length))
		vma = kshim_ranges_remove(&mappings.ranges, r->base);
	pthread_mutex_unlock(&mappings.lock);
	if (!vma)
		return -EINVAL;
	unmap(vma);
	return 0;
}

unsigned int kshim_mappings(void)
{
	unsigned int n;

	pthread_mutex_lock(&mappings.lock);
	n = mappings.ranges.count;
	pthread_mutex_unlock(&mappings.lock);
	return n;
}

void kshim_munmap_all(void)
{
	for (;;) {
		struct vm_area_struct *vma = NULL;

		pthread_mutex_lock(&mappings.lock);
		if (mappings.ranges.count)
			vma = kshim_ranges_remove(&mappings.ranges, mappings.ranges.at[0].base);
		pthread_mutex_unlock(&mappings.lock);
		if (!vma)
			return;
		unmap(vma);
	}
}

/* ---- what a driver's mmap operation calls ---- */

static int map_at(struct vm_area_struct *vma, unsigned long addr, const void *p, size_t size)
{
	if (addr < vma->vm_start || addr + size > vma->vm_end)
		return -EINVAL;
	return kshim_dup_pages(p, size, (void *)addr);
}

int dma_mmap_attrs(struct device *dev, struct vm_area_struct *vma, void *cpu, dma_addr_t handle, size_t size,
		   unsigned long attrs)
{
	size_t want = vma->vm_end - vma->vm_start, skip = vma->vm_pgoff << PAGE_SHIFT;

	(void)dev, (void)handle, (void)attrs;
	if (skip >= PAGE_ALIGN(size) || want > PAGE_ALIGN(size) - skip)
		return -ENXIO;
	return map_at(vma, vma->vm_start, (char *)cpu + skip, want);
}

int remap_vmalloc_range(struct vm_area_struct *vma, void *addr, unsigned long pgoff)
{
	return map_at(vma, vma->vm_start, (char *)addr + (pgoff << PAGE_SHIFT), vma->vm_end - vma->vm_start);
}

int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn, unsigned long size,
		    pgprot_t prot)
{
	(void)prot;
	return map_at(vma, addr, (void *)(pfn << PAGE_SHIFT), size);
}

int vm_insert_page(struct vm_area_struct *vma, unsigned long addr, struct page *page)
{
	return map_at(vma, addr, page, PAGE_SIZE);
}

int vm_map_pages(struct vm_area_struct *vma, struct page **pages, unsigned long num)
{
	unsigned long n = (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
	int err = 0;

	if (vma->vm_pgoff >= num || n > num - vma->vm_pgoff)
		return -ENXIO;
	for (unsigned long i = 0; i < n && !err; i++)
		err = vm_insert_page(vma, vma->vm_start + (i << PAGE_SHIFT), pages[vma->vm_pgoff + i]);
	return err;
}
