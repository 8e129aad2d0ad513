/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_XARRAY_H
#define KSHIM_LINUX_XARRAY_H

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>

/* Same interface and results as the kernel's; inside a sorted array, since a driver keeps few entries. */
struct kshim_xa_slot {
	unsigned long index;
	void *entry; /* NULL: reserved by xa_alloc(NULL) */
};

struct xarray {
	spinlock_t xa_lock;
	unsigned int flags;
	size_t count, capacity;
	struct kshim_xa_slot *slots;
};

struct xa_limit {
	u32 max, min;
};

#define XA_FLAGS_ALLOC 1u  /* ids from 0 */
#define XA_FLAGS_ALLOC1 2u /* ids from 1 */
#define XA_FLAGS_LOCK_IRQ 0u
#define XA_LIMIT(lo, hi) ((struct xa_limit){ .min = (lo), .max = (hi) })
#define xa_limit_32b XA_LIMIT(0, UINT_MAX)
#define xa_limit_31b XA_LIMIT(0, INT_MAX)
#define xa_limit_16b XA_LIMIT(0, 0xffff)
#define XARRAY_INIT(name, f) \
	{ \
		.xa_lock = __SPIN_LOCK_UNLOCKED(name.xa_lock), .flags = (f) \
	}
#define DEFINE_XARRAY(name) struct xarray name = XARRAY_INIT(name, 0)
#define DEFINE_XARRAY_ALLOC(name) struct xarray name = XARRAY_INIT(name, XA_FLAGS_ALLOC)
#define DEFINE_XARRAY_ALLOC1(name) struct xarray name = XARRAY_INIT(name, XA_FLAGS_ALLOC1)
#define DEFINE_XARRAY_FLAGS(name, f) struct xarray name = XARRAY_INIT(name, f)

void xa_init_flags(struct xarray *xa, unsigned int flags);
void xa_destroy(struct xarray *xa);
void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp);
int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp);
int xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, u32 *next, gfp_t gfp);
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, unsigned int filter);
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, unsigned int filter);
/* With xa_lock held. */
void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *__xa_erase(struct xarray *xa, unsigned long index);
int __xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
int __xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp);

#define XA_PRESENT 8u
#define xa_init(xa) xa_init_flags(xa, 0)
#define xa_store_irq xa_store
#define xa_erase_irq xa_erase
#define xa_alloc_irq xa_alloc
#define xa_insert_irq xa_insert
#define xa_lock(xa) spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa) spin_unlock(&(xa)->xa_lock)
#define xa_lock_irq xa_lock
#define xa_unlock_irq xa_unlock
#define xa_lock_irqsave(xa, flags) spin_lock_irqsave(&(xa)->xa_lock, flags)
#define xa_unlock_irqrestore(xa, flags) spin_unlock_irqrestore(&(xa)->xa_lock, flags)

static inline bool xa_is_err(const void *entry)
{
	return IS_ERR(entry);
}

static inline int xa_err(void *entry)
{
	return PTR_ERR_OR_ZERO(entry);
}

static inline bool xa_empty(const struct xarray *xa)
{
	return READ_ONCE(xa->count) == 0;
}

#define xa_for_each_range(xa, index, entry, first, last) \
	for ((index) = (first), (entry) = xa_find(xa, &(index), last, XA_PRESENT); entry; \
	     (entry) = xa_find_after(xa, &(index), last, XA_PRESENT))
#define xa_for_each_start(xa, index, entry, first) xa_for_each_range(xa, index, entry, first, ULONG_MAX)
#define xa_for_each(xa, index, entry) xa_for_each_start(xa, index, entry, 0)
#define xa_for_each_marked(xa, index, entry, mark) xa_for_each(xa, index, entry)

#endif
