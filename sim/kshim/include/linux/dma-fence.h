/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_DMA_FENCE_H
#define KSHIM_LINUX_DMA_FENCE_H

#include <linux/err.h>
#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct dma_fence;
struct dma_fence_cb;
typedef void (*dma_fence_func_t)(struct dma_fence *fence, struct dma_fence_cb *cb);

struct dma_fence_ops {
	const char *(*get_driver_name)(struct dma_fence *fence);
	const char *(*get_timeline_name)(struct dma_fence *fence);
	bool (*enable_signaling)(struct dma_fence *fence);
	bool (*signaled)(struct dma_fence *fence);
	void (*release)(struct dma_fence *fence);
};

#define DMA_FENCE_FLAG_SIGNALED_BIT 0

struct dma_fence {
	spinlock_t *lock;
	const struct dma_fence_ops *ops;
	struct list_head cb_list;
	u64 context, seqno;
	unsigned long flags;
	struct kref refcount;
	int error;
	wait_queue_head_t wq;
};

struct dma_fence_cb {
	struct list_head node;
	dma_fence_func_t func;
};

void dma_fence_init(struct dma_fence *f, const struct dma_fence_ops *ops, spinlock_t *lock, u64 context, u64 seqno);
int dma_fence_signal(struct dma_fence *f);
int dma_fence_signal_locked(struct dma_fence *f);
bool dma_fence_is_signaled(struct dma_fence *f);
long dma_fence_wait_timeout(struct dma_fence *f, bool intr, long timeout);
int dma_fence_add_callback(struct dma_fence *f, struct dma_fence_cb *cb, dma_fence_func_t func);
bool dma_fence_remove_callback(struct dma_fence *f, struct dma_fence_cb *cb);
u64 dma_fence_context_alloc(unsigned int n);
void dma_fence_release(struct kref *kref);
void dma_fence_free(struct dma_fence *f);

static inline struct dma_fence *dma_fence_get(struct dma_fence *f)
{
	if (f)
		kref_get(&f->refcount);
	return f;
}

static inline void dma_fence_put(struct dma_fence *f)
{
	if (f)
		kref_put(&f->refcount, dma_fence_release);
}

static inline void dma_fence_set_error(struct dma_fence *f, int error)
{
	f->error = error;
}

static inline long dma_fence_wait(struct dma_fence *f, bool intr)
{
	long ret = dma_fence_wait_timeout(f, intr, MAX_SCHEDULE_TIMEOUT);

	return ret < 0 ? ret : 0;
}

#endif
