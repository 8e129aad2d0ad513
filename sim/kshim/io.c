// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * ioremap and register accesses. Memory BARs are plain pointers. A trapped BAR gets addresses in an arena that is
 * mapped with no access, so that a stray dereference faults; the accessors recognise them by one comparison.
 */
#include <errno.h>
#include <linux/io.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "kshim.h"

#define SLOT_SHIFT 26
#define SLOT_SIZE (1UL << SLOT_SHIFT)
#define SLOTS 512

struct slot {
	u64 phys; /* of the mapping's first byte; 0: free */
	char *start;
	unsigned long size;
};

static char *arena; /* set once */
static struct slot slots[SLOTS];
static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER;

static char *get_arena(void)
{
	if (!arena) {
		void *p = mmap(NULL, SLOTS * SLOT_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		if (p != MAP_FAILED)
			__atomic_store_n(&arena, p, __ATOMIC_RELEASE);
	}
	return arena;
}

static unsigned int free_run(unsigned int n)
{
	unsigned int run = 0;

	for (unsigned int i = 0; i < SLOTS; i++) {
		run = slots[i].phys ? 0 : run + 1;
		if (run == n)
			return i + 1 - n;
	}
	return SLOTS;
}

static void __iomem *map_trapped(u64 phys, unsigned long size)
{
	unsigned int n = (size + SLOT_SIZE - 1) >> SLOT_SHIFT, first;
	char *start = NULL;

	pthread_mutex_lock(&slots_lock);
	first = get_arena() ? free_run(n) : SLOTS;
	if (first < SLOTS) {
		start = arena + ((size_t)first << SLOT_SHIFT);
		for (unsigned int i = 0; i < n; i++)
			slots[first + i] = (struct slot){ phys, start, size };
	}
	pthread_mutex_unlock(&slots_lock);
	return start;
}

void __iomem *ioremap(resource_size_t phys, unsigned long size)
{
	struct kshim_phys_range *held;
	size_t run;
	void *p = kshim_phys_get(phys, size, true, false, &run, &held);

	if (!p)
		return phys >= KSHIM_PHYS_IO ? map_trapped(phys, size) : NULL;
	kshim_phys_put(held);
	return run == size ? p : NULL;
}

static struct slot *find_slot(const volatile void __iomem *p)
{
	char *base = __atomic_load_n(&arena, __ATOMIC_ACQUIRE);
	size_t off = (const volatile char *)p - base;

	return base && off < SLOTS * SLOT_SIZE ? &slots[off >> SLOT_SHIFT] : NULL;
}

void iounmap(volatile void __iomem *p)
{
	struct slot *s = find_slot(p);
	char *start;

	if (!s)
		return;
	pthread_mutex_lock(&slots_lock);
	start = s->start;
	WARN(start != p, "iounmap() of an address inside a mapping");
	for (; s < &slots[SLOTS] && s->start == start; s++)
		*s = (struct slot){ 0, NULL, 0 };
	pthread_mutex_unlock(&slots_lock);
}

static bool trapped(const volatile void __iomem *p, void *buf, size_t len, bool write)
{
	struct slot *s = find_slot(p);
	size_t off;
	int err;

	if (likely(!s))
		return false;
	off = (const volatile char *)p - s->start;
	if (!s->phys || off + len > s->size)
		err = -EFAULT;
	else
		err = kshim_phys_access(s->phys + off, buf, len, write, false);
	WARN(err && !write && !s->phys, "register access through a mapping that is gone");
	if (err && !write)
		memset(buf, 0xff, len);
	return true;
}

/* Ordered like the kernel's: everything before a register write is visible to the device, everything after a read is
 * read after it.
 */
#define ACCESSOR(suffix, type) \
	type read##suffix(const volatile void __iomem *p) \
	{ \
		type v; \
\
		if (!trapped(p, &v, sizeof(v), false)) \
			v = __atomic_load_n((const volatile type *)p, __ATOMIC_ACQUIRE); \
		return v; \
	} \
	void write##suffix(type v, volatile void __iomem *p) \
	{ \
		wmb(); \
		if (!trapped(p, &v, sizeof(v), true)) \
			__atomic_store_n((volatile type *)p, v, __ATOMIC_RELEASE); \
	}

ACCESSOR(b, u8)
ACCESSOR(w, u16)
ACCESSOR(l, u32)
ACCESSOR(q, u64)

void memcpy_toio(volatile void __iomem *to, const void *from, size_t n)
{
	if (!trapped(to, (void *)from, n, true))
		memcpy((void *)to, from, n);
}

void memcpy_fromio(void *to, const volatile void __iomem *from, size_t n)
{
	if (!trapped(from, to, n, false))
		memcpy(to, (const void *)from, n);
}

void memset_io(volatile void __iomem *p, int v, size_t n)
{
	char block[PAGE_SIZE];

	if (!find_slot(p)) {
		memset((void *)p, v, n);
		return;
	}
	memset(block, v, sizeof(block));
	while (n) {
		size_t part = min_t(size_t, n, sizeof(block));

		trapped(p, block, part, true);
		p = (volatile char *)p + part;
		n -= part;
	}
}
