// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Fences and reservation objects, as much of them as an exporter and an importer need. */
#include <errno.h>
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/slab.h>

void dma_fence_init(struct dma_fence *f, const struct dma_fence_ops *ops, spinlock_t *lock, u64 context, u64 seqno)
{
	*f = (struct dma_fence){ .lock = lock, .ops = ops, .context = context, .seqno = seqno };
	INIT_LIST_HEAD(&f->cb_list);
	kref_init(&f->refcount);
	init_waitqueue_head(&f->wq);
}

u64 dma_fence_context_alloc(unsigned int n)
{
	static u64 next = 1;

	return __atomic_fetch_add(&next, n, __ATOMIC_RELAXED);
}

void dma_fence_free(struct dma_fence *f)
{
	kfree(f);
}

void dma_fence_release(struct kref *kref)
{
	struct dma_fence *f = container_of(kref, struct dma_fence, refcount);

	WARN(!list_empty(&f->cb_list) && !dma_fence_is_signaled(f), "fence freed with callbacks and not signalled");
	if (f->ops->release)
		f->ops->release(f);
	else
		dma_fence_free(f);
}

bool dma_fence_is_signaled(struct dma_fence *f)
{
	return test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags);
}

int dma_fence_signal_locked(struct dma_fence *f)
{
	struct dma_fence_cb *cb, *tmp;

	lockdep_assert_held(f->lock);
	if (test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags))
		return -EINVAL;
	list_for_each_entry_safe(cb, tmp, &f->cb_list, node) {
		list_del_init(&cb->node);
		cb->func(f, cb);
	}
	kshim_wake(&f->wq);
	return 0;
}

int dma_fence_signal(struct dma_fence *f)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(f->lock, flags);
	ret = dma_fence_signal_locked(f);
	spin_unlock_irqrestore(f->lock, flags);
	return ret;
}

int dma_fence_add_callback(struct dma_fence *f, struct dma_fence_cb *cb, dma_fence_func_t func)
{
	unsigned long flags;
	int ret = 0;

	INIT_LIST_HEAD(&cb->node);
	cb->func = func;
	spin_lock_irqsave(f->lock, flags);
	if (dma_fence_is_signaled(f))
		ret = -ENOENT;
	else
		list_add_tail(&cb->node, &f->cb_list);
	spin_unlock_irqrestore(f->lock, flags);
	return ret;
}

bool dma_fence_remove_callback(struct dma_fence *f, struct dma_fence_cb *cb)
{
	unsigned long flags;
	bool was;

	spin_lock_irqsave(f->lock, flags);
	was = !list_empty(&cb->node);
	if (was)
		list_del_init(&cb->node);
	spin_unlock_irqrestore(f->lock, flags);
	return was;
}

long dma_fence_wait_timeout(struct dma_fence *f, bool intr, long timeout)
{
	return KSHIM_WAIT(&f->wq, dma_fence_is_signaled(f), timeout, intr);
}

/* ---- reservation objects ---- */

void dma_resv_init(struct dma_resv *r)
{
	*r = (struct dma_resv){ .count = 0 };
	mutex_init(&r->lock);
}

void dma_resv_fini(struct dma_resv *r)
{
	for (unsigned int i = 0; i < r->count; i++)
		dma_fence_put(r->slots[i].fence);
	kfree(r->slots);
	mutex_destroy(&r->lock);
}

struct ww_class reservation_ww_class;

static void locked_with(struct dma_resv *r, struct ww_acquire_ctx *ctx)
{
	WRITE_ONCE(r->ctx, ctx);
	if (ctx)
		ctx->held++;
}

/* The kernel lets the older of two have its way; here whoever already holds one always gives way. */
int dma_resv_lock(struct dma_resv *r, struct ww_acquire_ctx *ctx)
{
	if (ctx && READ_ONCE(r->ctx) == ctx)
		return -EALREADY;
	if (!ctx || !ctx->held)
		mutex_lock(&r->lock);
	else if (!mutex_trylock(&r->lock))
		return -EDEADLK;
	locked_with(r, ctx);
	return 0;
}

void dma_resv_lock_slow(struct dma_resv *r, struct ww_acquire_ctx *ctx)
{
	WARN(ctx->held, "waiting for a lock with others held");
	mutex_lock(&r->lock);
	locked_with(r, ctx);
}

bool dma_resv_trylock(struct dma_resv *r)
{
	return mutex_trylock(&r->lock);
}

void dma_resv_unlock(struct dma_resv *r)
{
	r->reserved = 0;
	if (r->ctx)
		r->ctx->held--;
	WRITE_ONCE(r->ctx, NULL);
	mutex_unlock(&r->lock);
}

bool dma_resv_is_locked(struct dma_resv *r)
{
	return mutex_is_locked(&r->lock);
}

static void drop_signaled(struct dma_resv *r)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < r->count; i++) {
		if (dma_fence_is_signaled(r->slots[i].fence))
			dma_fence_put(r->slots[i].fence);
		else
			r->slots[kept++] = r->slots[i];
	}
	r->count = kept;
}

int dma_resv_reserve_fences(struct dma_resv *r, unsigned int n)
{
	struct kshim_resv_slot *slots;

	dma_resv_assert_held(r);
	drop_signaled(r);
	if (r->count + n > r->capacity) {
		slots = krealloc_array(r->slots, r->count + n, sizeof(*slots), GFP_KERNEL);
		if (!slots)
			return -ENOMEM;
		r->slots = slots;
		r->capacity = r->count + n;
	}
	r->reserved = n;
	return 0;
}

void dma_resv_add_fence(struct dma_resv *r, struct dma_fence *f, enum dma_resv_usage usage)
{
	dma_resv_assert_held(r);
	for (unsigned int i = 0; i < r->count; i++) {
		struct kshim_resv_slot *s = &r->slots[i];

		/* A later fence of the same timeline stands for the earlier one. */
		if (s->fence->context == f->context && s->usage >= usage && f->seqno >= s->fence->seqno) {
			dma_fence_put(s->fence);
			*s = (struct kshim_resv_slot){ dma_fence_get(f), usage };
			return;
		}
	}
	BUG_ON(!r->reserved || r->count >= r->capacity); /* dma_resv_reserve_fences() was forgotten */
	r->reserved--;
	r->slots[r->count++] = (struct kshim_resv_slot){ dma_fence_get(f), usage };
}

/* The kernel's needs no lock; here the caller's is used, or taken to copy the slot. */
static struct dma_fence *next_unsignaled(struct dma_resv *r, enum dma_resv_usage usage)
{
	bool held = dma_resv_held(r);
	struct dma_fence *f = NULL;

	if (!held)
		dma_resv_lock(r, NULL);
	for (unsigned int i = 0; i < r->count && !f; i++)
		if (r->slots[i].usage <= usage && !dma_fence_is_signaled(r->slots[i].fence))
			f = dma_fence_get(r->slots[i].fence);
	if (!held)
		mutex_unlock(&r->lock);
	return f;
}

long dma_resv_wait_timeout(struct dma_resv *r, enum dma_resv_usage usage, bool intr, unsigned long timeout)
{
	long left = timeout ? (long)timeout : 1;
	struct dma_fence *f;

	while (left > 0 && (f = next_unsignaled(r, usage))) {
		left = dma_fence_wait_timeout(f, intr, timeout ? left : 0);
		dma_fence_put(f);
	}
	return left;
}

bool dma_resv_test_signaled(struct dma_resv *r, enum dma_resv_usage usage)
{
	struct dma_fence *f = next_unsignaled(r, usage);

	dma_fence_put(f);
	return !f;
}
