// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* kmalloc family, vmalloc, pages; counting and fault injection. */
#include <errno.h>
#include <linux/bug.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "kshim.h"
#include "ranges.h"

static long live;
/* Before failures begin, and how many are left then: -1 without end. Under fail_lock unless nothing is to fail. */
static unsigned int fail_countdown;
static int fail_left;
static pthread_mutex_t fail_lock = PTHREAD_MUTEX_INITIALIZER;

/* Page-granular allocations: shared anonymous mappings, so that mremap() can make a second view. */
static struct {
	pthread_mutex_t lock;
	struct kshim_ranges ranges;
} pages = { .lock = PTHREAD_MUTEX_INITIALIZER };

unsigned int kshim_fail_allocs(unsigned int n, int count)
{
	unsigned int before;

	pthread_mutex_lock(&fail_lock);
	before = fail_countdown;
	fail_left = n ? count : 0;
	__atomic_store_n(&fail_countdown, fail_left ? n : 0, __ATOMIC_RELAXED);
	pthread_mutex_unlock(&fail_lock);
	return before;
}

unsigned int kshim_fail_alloc(unsigned int n)
{
	return kshim_fail_allocs(n, 1);
}

long kshim_live_allocs(void)
{
	return __atomic_load_n(&live, __ATOMIC_RELAXED);
}

bool kshim_alloc_fails(void)
{
	bool fails = false;

	if (!__atomic_load_n(&fail_countdown, __ATOMIC_RELAXED))
		return false;
	pthread_mutex_lock(&fail_lock);
	if (fail_countdown > 1) {
		__atomic_store_n(&fail_countdown, fail_countdown - 1, __ATOMIC_RELAXED);
	} else if (fail_countdown == 1) {
		fails = true;
		if (fail_left > 0 && --fail_left == 0)
			__atomic_store_n(&fail_countdown, 0, __ATOMIC_RELAXED);
	}
	pthread_mutex_unlock(&fail_lock);
	return fails;
}

static void *account(void *p)
{
	if (p)
		__atomic_add_fetch(&live, 1, __ATOMIC_RELAXED);
	return p;
}

static void *allocate(size_t size, gfp_t gfp)
{
	might_sleep_if(gfp & KSHIM_GFP_SLEEPS);
	if (size > (size_t)PTRDIFF_MAX || kshim_alloc_fails())
		return NULL;
	return account(gfp & __GFP_ZERO ? calloc(1, size) : malloc(size));
}

void *kmalloc(size_t size, gfp_t gfp)
{
	if (!size)
		return ZERO_SIZE_PTR;
	/* The real one fails above this; find it here. */
	return size > KMALLOC_MAX_SIZE ? NULL : allocate(size, gfp);
}

void *kvmalloc(size_t size, gfp_t gfp)
{
	return size ? allocate(size, gfp) : ZERO_SIZE_PTR;
}

void kfree(const void *p)
{
	if (!p || p == ZERO_SIZE_PTR)
		return;
	WARN(is_vmalloc_addr(p), "kfree() of a page allocation");
	__atomic_sub_fetch(&live, 1, __ATOMIC_RELAXED);
	free((void *)p);
}

void *krealloc(const void *p, size_t size, gfp_t gfp)
{
	void *bigger;

	if (!p || p == ZERO_SIZE_PTR)
		return kmalloc(size, gfp);
	if (!size) {
		kfree(p);
		return ZERO_SIZE_PTR;
	}
	if (kshim_alloc_fails())
		return NULL;
	bigger = realloc((void *)p, size);
	return bigger;
}

size_t ksize(const void *p)
{
	return malloc_usable_size((void *)p);
}

void *kshim_alloc_pages(size_t size)
{
	void *p;

	size = PAGE_ALIGN(size);
	if (!size || kshim_alloc_fails())
		return NULL;
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	pthread_mutex_lock(&pages.lock);
	if (kshim_ranges_insert(&pages.ranges, (u64)(uintptr_t)p, size, p)) {
		munmap(p, size);
		p = NULL;
	}
	pthread_mutex_unlock(&pages.lock);
	return account(p);
}

static size_t release_pages(void *p)
{
	struct kshim_range *r;
	size_t size = 0;

	pthread_mutex_lock(&pages.lock);
	r = kshim_ranges_find(&pages.ranges, (u64)(uintptr_t)p);
	if (r && r->item == p) {
		size = r->size;
		kshim_ranges_remove(&pages.ranges, (u64)(uintptr_t)p);
	}
	pthread_mutex_unlock(&pages.lock);
	if (size) {
		__atomic_sub_fetch(&live, 1, __ATOMIC_RELAXED);
		munmap(p, size);
	}
	return size;
}

void kshim_free_pages(void *p, size_t size)
{
	size_t had;

	if (!p)
		return;
	had = release_pages(p);
	WARN(had != PAGE_ALIGN(size), "pages freed with size %zu, allocated with %zu", size, had);
}

int kshim_dup_pages(const void *p, size_t size, void *at)
{
	struct kshim_range *r;
	bool inside;

	pthread_mutex_lock(&pages.lock);
	r = kshim_ranges_find(&pages.ranges, (u64)(uintptr_t)p);
	inside = r && (u64)(uintptr_t)p + size <= r->base + r->size;
	pthread_mutex_unlock(&pages.lock);
	if (!inside)
		return -EINVAL;
	/* An old size of 0 asks for another view of a shared mapping. */
	if (mremap((void *)p, 0, size, MREMAP_MAYMOVE | MREMAP_FIXED, at) == MAP_FAILED)
		return -errno;
	return 0;
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	might_sleep_if(gfp & KSHIM_GFP_SLEEPS);
	return kshim_alloc_pages(PAGE_SIZE << order);
}

void __free_pages(struct page *page, unsigned int order)
{
	kshim_free_pages(page, PAGE_SIZE << order);
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	return (unsigned long)alloc_pages(gfp, order);
}

void free_pages(unsigned long addr, unsigned int order)
{
	kshim_free_pages((void *)addr, PAGE_SIZE << order);
}

void *vmalloc(unsigned long size)
{
	might_sleep();
	return kshim_alloc_pages(size);
}

void *vzalloc(unsigned long size)
{
	return vmalloc(size);
}

void *vmalloc_user(unsigned long size)
{
	return vmalloc(size);
}

void vfree(const void *p)
{
	if (p)
		WARN(!release_pages((void *)p), "vfree() of something else");
}

bool is_vmalloc_addr(const void *p)
{
	bool found;

	pthread_mutex_lock(&pages.lock);
	found = kshim_ranges_find(&pages.ranges, (u64)(uintptr_t)p) != NULL;
	pthread_mutex_unlock(&pages.lock);
	return found;
}

void kvfree(const void *p)
{
	if (p && is_vmalloc_addr(p))
		vfree(p);
	else
		kfree(p);
}

struct page *vmalloc_to_page(const void *p)
{
	return virt_to_page(p);
}

struct kmem_cache {
	unsigned int size;
	void (*ctor)(void *);
};

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align, unsigned int flags,
				     void (*ctor)(void *))
{
	struct kmem_cache *c = kmalloc(sizeof(*c), GFP_KERNEL);

	(void)name, (void)align, (void)flags;
	if (c)
		*c = (struct kmem_cache){ size, ctor };
	return c;
}

void kmem_cache_destroy(struct kmem_cache *c)
{
	kfree(c);
}

void *kmem_cache_alloc(struct kmem_cache *c, gfp_t gfp)
{
	void *p = kmalloc(c->size, gfp);

	if (p && c->ctor)
		c->ctor(p);
	return p;
}

void kmem_cache_free(struct kmem_cache *c, void *p)
{
	(void)c;
	kfree(p);
}
