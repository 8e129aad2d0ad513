/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_MM_H
#define KSHIM_LINUX_MM_H

#include <linux/align.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm_types.h>
#include <linux/slab.h>
#include <string.h>

#define PAGE_ALIGN(x) ALIGN(x, PAGE_SIZE)
#define PAGE_ALIGN_DOWN(x) ALIGN_DOWN(x, PAGE_SIZE)
#define PAGE_ALIGNED(x) IS_ALIGNED((unsigned long)(x), PAGE_SIZE)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)
#define PFN_UP(x) (((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x) ((x) >> PAGE_SHIFT)
#define PFN_PHYS(x) ((phys_addr_t)(x) << PAGE_SHIFT)
#define PHYS_PFN(x) ((unsigned long)((x) >> PAGE_SHIFT))

/* System memory's physical address is its virtual one. */
#define page_address(p) ((void *)(p))
#define page_to_pfn(p) ((unsigned long)(p) >> PAGE_SHIFT)
#define pfn_to_page(pfn) ((struct page *)((unsigned long)(pfn) << PAGE_SHIFT))
#define page_to_phys(p) ((phys_addr_t)(unsigned long)(p))
#define virt_to_page(v) ((struct page *)((unsigned long)(v)&PAGE_MASK))
#define virt_to_phys(v) ((phys_addr_t)(unsigned long)(v))
#define get_page(p) ((void)(p))
#define put_page(p) ((void)(p))
#define set_page_dirty_lock(p) ((void)(p))
#define set_page_dirty(p) ((void)(p))
#define get_order(size) ((size) <= PAGE_SIZE ? 0 : fls64(((size)-1) >> PAGE_SHIFT))
#define page_size(p) PAGE_SIZE
#define totalram_pages() (1UL << 22)

#define VM_READ 0x1UL
#define VM_WRITE 0x2UL
#define VM_EXEC 0x4UL
#define VM_SHARED 0x8UL
#define VM_MAYREAD 0x10UL
#define VM_MAYWRITE 0x20UL
#define VM_MAYEXEC 0x40UL
#define VM_PFNMAP 0x400UL
#define VM_IO 0x4000UL
#define VM_DONTCOPY 0x20000UL
#define VM_DONTEXPAND 0x40000UL
#define VM_DONTDUMP 0x4000000UL
#define VM_MIXEDMAP 0x10000000UL
#define VM_NORESERVE 0x200000UL

#define FOLL_WRITE 0x01
#define FOLL_FORCE 0x10
#define FOLL_LONGTERM 0x10000

/* Number of pages pinned from start on (less than asked for when a later one cannot be), or -EFAULT for the first. */
int pin_user_pages_fast(unsigned long start, int nr, unsigned int flags, struct page **pages);
void unpin_user_pages(struct page **pages, unsigned long n);
void unpin_user_pages_dirty_lock(struct page **pages, unsigned long n, bool dirty);
#define unpin_user_page(p) \
	do { \
		struct page *unpin__ = (p); \
		unpin_user_pages(&unpin__, 1); \
	} while (0)
/* The first mapping that ends above addr. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
int account_locked_vm(struct mm_struct *mm, unsigned long pages, bool inc);

#define mmap_read_lock(mm) ((void)(mm))
#define mmap_read_unlock(mm) ((void)(mm))
#define mmgrab(mm) ((void)(mm))
#define mmdrop(mm) ((void)(mm))

#define pgprot_writecombine(p) (p)
#define pgprot_noncached(p) (p)
/* 6.1 flavour: a driver sets vma->vm_flags itself, or through its compat layer. */
int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn, unsigned long size,
		    pgprot_t prot);
int vm_insert_page(struct vm_area_struct *vma, unsigned long addr, struct page *page);
int vm_map_pages(struct vm_area_struct *vma, struct page **pages, unsigned long num);
#define io_remap_pfn_range remap_pfn_range

#endif
