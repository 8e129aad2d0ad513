// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* xarray, idr and ida over one sorted array. */
#include <errno.h>
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <stdlib.h>
#include <string.h>

/* An entry that is present but reads as NULL. */
static char reserved;

void xa_init_flags(struct xarray *xa, unsigned int flags)
{
	*xa = (struct xarray){ .flags = flags };
	spin_lock_init(&xa->xa_lock);
}

void xa_destroy(struct xarray *xa)
{
	spin_lock(&xa->xa_lock);
	kfree(xa->slots);
	xa->slots = NULL;
	xa->count = 0;
	xa->capacity = 0;
	spin_unlock(&xa->xa_lock);
}

/* Position of index, or where it would go. */
static size_t position(const struct xarray *xa, unsigned long index)
{
	size_t lo = 0, hi = xa->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (xa->slots[mid].index < index)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct kshim_xa_slot *find_slot(const struct xarray *xa, unsigned long index)
{
	size_t at = position(xa, index);

	return at < xa->count && xa->slots[at].index == index ? &xa->slots[at] : NULL;
}

static void *entry_of(const struct kshim_xa_slot *slot)
{
	return slot && slot->entry != &reserved ? slot->entry : NULL;
}

static int insert_slot(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	size_t at = position(xa, index);

	if (xa->count == xa->capacity) {
		size_t capacity = xa->capacity ? 2 * xa->capacity : 8;
		struct kshim_xa_slot *slots;

		/* The lock is held here, where the real one drops it to allocate. */
		slots = krealloc_array(xa->slots, capacity, sizeof(*slots), gfp & ~KSHIM_GFP_SLEEPS);
		if (!slots)
			return -ENOMEM;
		xa->slots = slots;
		xa->capacity = capacity;
	}
	memmove(&xa->slots[at + 1], &xa->slots[at], (xa->count - at) * sizeof(*xa->slots));
	xa->slots[at] = (struct kshim_xa_slot){ index, entry };
	WRITE_ONCE(xa->count, xa->count + 1);
	return 0;
}

static void remove_slot(struct xarray *xa, struct kshim_xa_slot *slot)
{
	size_t at = slot - xa->slots;

	WRITE_ONCE(xa->count, xa->count - 1);
	memmove(slot, slot + 1, (xa->count - at) * sizeof(*slot));
	/* The kernel's needs no xa_destroy() once it is empty. */
	if (!xa->count) {
		kfree(xa->slots);
		xa->slots = NULL;
		xa->capacity = 0;
	}
}

void *__xa_erase(struct xarray *xa, unsigned long index)
{
	struct kshim_xa_slot *slot = find_slot(xa, index);
	void *old = entry_of(slot);

	if (slot)
		remove_slot(xa, slot);
	return old;
}

void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	struct kshim_xa_slot *slot = find_slot(xa, index);
	void *old = entry_of(slot);
	int err;

	if (slot && !entry && !(xa->flags & (XA_FLAGS_ALLOC | XA_FLAGS_ALLOC1)))
		remove_slot(xa, slot);
	else if (slot)
		slot->entry = entry ? entry : (void *)&reserved;
	else if (entry) {
		err = insert_slot(xa, index, entry, gfp);
		if (err)
			return ERR_PTR(err);
	}
	return old;
}

int __xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	if (find_slot(xa, index))
		return -EBUSY;
	return insert_slot(xa, index, entry ? entry : (void *)&reserved, gfp);
}

/* The lowest free index in [from, max], or -EBUSY. */
static int lowest_free(struct xarray *xa, unsigned long from, unsigned long max, unsigned long *index)
{
	size_t at = position(xa, from);

	for (; at < xa->count && xa->slots[at].index == from; at++) {
		if (from == max)
			return -EBUSY;
		from++;
	}
	if (from > max)
		return -EBUSY;
	*index = from;
	return 0;
}

int __xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	unsigned long index = 0;
	int err;

	if (xa->flags & XA_FLAGS_ALLOC1)
		limit.min = max_t(u32, limit.min, 1);
	err = lowest_free(xa, limit.min, limit.max, &index);
	if (!err)
		err = insert_slot(xa, index, entry ? entry : (void *)&reserved, gfp);
	if (!err)
		*id = (u32)index;
	return err;
}

/* Readers need no lock in the kernel, so they may come with xa_lock held or without. */
static bool read_lock(struct xarray *xa)
{
	if (lockdep_is_held(&xa->xa_lock))
		return false;
	spin_lock(&xa->xa_lock);
	return true;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	bool locked = read_lock(xa);
	void *entry = entry_of(find_slot(xa, index));

	if (locked)
		spin_unlock(&xa->xa_lock);
	return entry;
}

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	void *old;

	might_sleep_if(gfp & KSHIM_GFP_SLEEPS);
	spin_lock(&xa->xa_lock);
	old = __xa_store(xa, index, entry, gfp);
	spin_unlock(&xa->xa_lock);
	return old;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	void *old;

	spin_lock(&xa->xa_lock);
	old = __xa_erase(xa, index);
	spin_unlock(&xa->xa_lock);
	return old;
}

void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp)
{
	void *now;

	spin_lock(&xa->xa_lock);
	now = entry_of(find_slot(xa, index));
	if (now == old) {
		void *ret = entry ? __xa_store(xa, index, entry, gfp) : __xa_erase(xa, index);

		if (IS_ERR(ret))
			now = ret;
	}
	spin_unlock(&xa->xa_lock);
	return now;
}

int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	int err;

	might_sleep_if(gfp & KSHIM_GFP_SLEEPS);
	spin_lock(&xa->xa_lock);
	err = __xa_insert(xa, index, entry, gfp);
	spin_unlock(&xa->xa_lock);
	return err;
}

int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	int err;

	might_sleep_if(gfp & KSHIM_GFP_SLEEPS);
	spin_lock(&xa->xa_lock);
	err = __xa_alloc(xa, id, entry, limit, gfp);
	spin_unlock(&xa->xa_lock);
	return err;
}

/* 1 when the search wrapped around, as the kernel tells it. */
int xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, u32 *next, gfp_t gfp)
{
	struct xa_limit upper = { .min = max_t(u32, *next, limit.min), .max = limit.max };
	int err, wrapped = 0;

	might_sleep_if(gfp & KSHIM_GFP_SLEEPS);
	spin_lock(&xa->xa_lock);
	err = __xa_alloc(xa, id, entry, upper, gfp);
	if (err == -EBUSY && upper.min > limit.min) {
		err = __xa_alloc(xa, id, entry, limit, gfp);
		wrapped = 1;
	}
	if (!err)
		*next = *id + 1;
	spin_unlock(&xa->xa_lock);
	return err ? err : wrapped;
}

void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, unsigned int filter)
{
	void *entry = NULL;
	bool locked;
	size_t at;

	(void)filter;
	locked = read_lock(xa);
	for (at = position(xa, *index); at < xa->count && xa->slots[at].index <= max; at++) {
		entry = entry_of(&xa->slots[at]);
		if (entry) {
			*index = xa->slots[at].index;
			break;
		}
	}
	if (locked)
		spin_unlock(&xa->xa_lock);
	return entry;
}

void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, unsigned int filter)
{
	unsigned long from = *index + 1;
	void *entry;

	if (!from)
		return NULL;
	entry = xa_find(xa, &from, max, filter);
	if (entry)
		*index = from;
	return entry;
}

/* ---- idr ---- */

void idr_init(struct idr *idr)
{
	xa_init_flags(&idr->xa, XA_FLAGS_ALLOC);
	idr->next = 0;
}

void idr_destroy(struct idr *idr)
{
	xa_destroy(&idr->xa);
}

static struct xa_limit idr_limit(int start, int end)
{
	return XA_LIMIT((u32)start, end > 0 ? (u32)end - 1 : INT_MAX);
}

int idr_alloc(struct idr *idr, void *p, int start, int end, gfp_t gfp)
{
	u32 id;
	int err = xa_alloc(&idr->xa, &id, p, idr_limit(start, end), gfp & ~KSHIM_GFP_SLEEPS);

	return err == -EBUSY ? -ENOSPC : err ? err : (int)id;
}

int idr_alloc_cyclic(struct idr *idr, void *p, int start, int end, gfp_t gfp)
{
	u32 id;
	int err = xa_alloc_cyclic(&idr->xa, &id, p, idr_limit(start, end), &idr->next, gfp & ~KSHIM_GFP_SLEEPS);

	return err == -EBUSY ? -ENOSPC : err < 0 ? err : (int)id;
}

void *idr_find(struct idr *idr, unsigned long id)
{
	return xa_load(&idr->xa, id);
}

void *idr_remove(struct idr *idr, unsigned long id)
{
	return xa_erase(&idr->xa, id);
}

void *idr_replace(struct idr *idr, void *p, unsigned long id)
{
	void *old = ERR_PTR(-ENOENT);

	spin_lock(&idr->xa.xa_lock);
	if (find_slot(&idr->xa, id))
		old = __xa_store(&idr->xa, id, p, 0);
	spin_unlock(&idr->xa.xa_lock);
	return old;
}

void *idr_get_next(struct idr *idr, int *id)
{
	unsigned long index = (unsigned long)*id;
	void *p = xa_find(&idr->xa, &index, INT_MAX, XA_PRESENT);

	if (p)
		*id = (int)index;
	return p;
}

int idr_for_each(struct idr *idr, int (*fn)(int id, void *p, void *data), void *data)
{
	int id, ret;
	void *p;

	idr_for_each_entry(idr, p, id)
	{
		ret = fn(id, p, data);
		if (ret)
			return ret;
	}
	return 0;
}

void ida_init(struct ida *ida)
{
	xa_init_flags(&ida->xa, XA_FLAGS_ALLOC);
}

void ida_destroy(struct ida *ida)
{
	xa_destroy(&ida->xa);
}

int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp)
{
	u32 id;
	int err = xa_alloc(&ida->xa, &id, NULL, XA_LIMIT(min, max), gfp);

	return err == -EBUSY ? -ENOSPC : err ? err : (int)id;
}

void ida_free(struct ida *ida, unsigned int id)
{
	spin_lock(&ida->xa.xa_lock);
	WARN(!find_slot(&ida->xa, id), "ida_free() of %u, which is free", id);
	__xa_erase(&ida->xa, id);
	spin_unlock(&ida->xa.xa_lock);
}
