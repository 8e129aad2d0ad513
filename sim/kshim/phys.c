// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The system's physical address space: memory by its virtual address, above it BARs and foreign device memory. */
#include <errno.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "kshim.h"
#include "ranges.h"

static struct {
	pthread_rwlock_t lock;
	struct kshim_ranges ranges; /* item: struct kshim_phys_range */
	u64 next;
} space = { .lock = PTHREAD_RWLOCK_INITIALIZER, .next = KSHIM_PHYS_IO };

int kshim_phys_add(struct kshim_phys_range *range)
{
	u64 align = roundup_pow_of_two(range->size);
	int err;

	pthread_rwlock_wrlock(&space.lock);
	range->base = ALIGN(space.next, align);
	range->gone = false;
	range->users = 0;
	err = kshim_ranges_insert(&space.ranges, range->base, range->size, range) ? -ENOMEM : 0;
	if (!err)
		space.next = range->base + range->size;
	pthread_rwlock_unlock(&space.lock);
	return err;
}

void kshim_phys_remove(struct kshim_phys_range *range)
{
	pthread_rwlock_wrlock(&space.lock);
	range->gone = true;
	pthread_rwlock_unlock(&space.lock);
	while (__atomic_load_n(&range->users, __ATOMIC_ACQUIRE))
		usleep(100);
	pthread_rwlock_wrlock(&space.lock);
	kshim_ranges_remove(&space.ranges, range->base);
	pthread_rwlock_unlock(&space.lock);
}

static struct kshim_phys_range *enter(u64 phys)
{
	struct kshim_phys_range *range = NULL;
	struct kshim_range *r;

	pthread_rwlock_rdlock(&space.lock);
	r = kshim_ranges_find(&space.ranges, phys);
	if (r && !((struct kshim_phys_range *)r->item)->gone) {
		range = r->item;
		__atomic_add_fetch(&range->users, 1, __ATOMIC_ACQUIRE);
	}
	pthread_rwlock_unlock(&space.lock);
	if (range && range->begin && !range->begin(range->arg)) {
		__atomic_sub_fetch(&range->users, 1, __ATOMIC_RELEASE);
		range = NULL;
	}
	return range;
}

void kshim_phys_put(struct kshim_phys_range *range)
{
	if (!range)
		return;
	if (range->end)
		range->end(range->arg);
	__atomic_sub_fetch(&range->users, 1, __ATOMIC_RELEASE);
}

void *kshim_phys_get(u64 phys, size_t len, bool write, bool user, size_t *run, struct kshim_phys_range **held)
{
	struct kshim_phys_range *range;

	*held = NULL;
	*run = len;
	if (phys < KSHIM_PHYS_IO)
		return !user || kshim_user_range_ok(phys, len, write) ? (void *)(uintptr_t)phys : NULL;
	range = enter(phys);
	if (!range)
		return NULL;
	if (!range->memory) {
		kshim_phys_put(range);
		return NULL;
	}
	*held = range;
	*run = min_t(u64, len, range->base + range->size - phys);
	return (char *)range->memory + (phys - range->base);
}

/* A range stays findable until its last user has left. */
struct kshim_phys_range *kshim_phys_holding(u64 phys)
{
	struct kshim_phys_range *range = NULL;
	struct kshim_range *r;

	if (phys < KSHIM_PHYS_IO)
		return NULL;
	pthread_rwlock_rdlock(&space.lock);
	r = kshim_ranges_find(&space.ranges, phys);
	if (r)
		range = r->item;
	pthread_rwlock_unlock(&space.lock);
	return range;
}

/*
 * Device writes of a word are what drivers poll for, so such a word appears at once and after what was written before
 * it, as PCI orders posted writes.
 */
static void move_bytes(void *memory, void *buf, size_t len, bool write)
{
	uintptr_t at = (uintptr_t)memory;

	if (!write)
		memcpy(buf, memory, len);
	else if (len == 4 && !(at & 3))
		__atomic_store_n((u32 *)memory, *(u32 *)memcpy(&(u32){ 0 }, buf, 4), __ATOMIC_RELEASE);
	else if (len == 8 && !(at & 7))
		__atomic_store_n((u64 *)memory, *(u64 *)memcpy(&(u64){ 0 }, buf, 8), __ATOMIC_RELEASE);
	else
		memcpy(memory, buf, len);
}

static int access_range(struct kshim_phys_range *range, u64 phys, void *buf, size_t len, bool write)
{
	u64 off = phys - range->base;

	if (len > range->size - off)
		return -EFAULT;
	if (range->memory)
		move_bytes((char *)range->memory + off, buf, len, write);
	else if (write)
		return range->write(range->arg, off, buf, len);
	else
		return range->read(range->arg, off, buf, len);
	return 0;
}

int kshim_phys_access(u64 phys, void *buf, size_t len, bool write, bool user)
{
	struct kshim_phys_range *range;
	int err;

	if (phys < KSHIM_PHYS_IO) {
		if (user && !kshim_user_range_ok(phys, len, write))
			return -EFAULT;
		move_bytes((void *)(uintptr_t)phys, buf, len, write);
		return 0;
	}
	range = enter(phys);
	if (!range)
		return -EFAULT;
	err = access_range(range, phys, buf, len, write);
	kshim_phys_put(range);
	return err;
}
