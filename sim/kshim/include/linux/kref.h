/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_KREF_H
#define KSHIM_LINUX_KREF_H

#include <linux/refcount.h>

struct kref {
	refcount_t refcount;
};

static inline void kref_init(struct kref *k)
{
	refcount_set(&k->refcount, 1);
}

static inline unsigned int kref_read(const struct kref *k)
{
	return refcount_read(&k->refcount);
}

static inline void kref_get(struct kref *k)
{
	refcount_inc(&k->refcount);
}

static inline int kref_get_unless_zero(struct kref *k)
{
	return refcount_inc_not_zero(&k->refcount);
}

static inline int kref_put(struct kref *k, void (*release)(struct kref *k))
{
	if (!refcount_dec_and_test(&k->refcount))
		return 0;
	release(k);
	return 1;
}

#define kref_put_mutex(k, fn, lock) \
	({ \
		int put__ = 0; \
		if (!atomic_add_unless(&(k)->refcount.refs, -1, 1)) { \
			mutex_lock(lock); \
			put__ = refcount_dec_and_test(&(k)->refcount); \
			if (put__) \
				fn(k); \
			else \
				mutex_unlock(lock); \
		} \
		put__; \
	})

#endif
