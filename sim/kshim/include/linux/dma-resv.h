/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_DMA_RESV_H
#define KSHIM_LINUX_DMA_RESV_H

#include <linux/dma-fence.h>
#include <linux/ww_mutex.h>

extern struct ww_class reservation_ww_class;

enum dma_resv_usage { DMA_RESV_USAGE_KERNEL, DMA_RESV_USAGE_WRITE, DMA_RESV_USAGE_READ, DMA_RESV_USAGE_BOOKKEEP };

struct kshim_resv_slot {
	struct dma_fence *fence;
	enum dma_resv_usage usage;
};

struct dma_resv {
	struct mutex lock;
	struct ww_acquire_ctx *ctx; /* with which it is locked */
	struct kshim_resv_slot *slots;
	unsigned int count, capacity, reserved;
};

void dma_resv_init(struct dma_resv *r);
void dma_resv_fini(struct dma_resv *r);
int dma_resv_lock(struct dma_resv *r, struct ww_acquire_ctx *ctx);
void dma_resv_lock_slow(struct dma_resv *r, struct ww_acquire_ctx *ctx);
bool dma_resv_trylock(struct dma_resv *r);
void dma_resv_unlock(struct dma_resv *r);
bool dma_resv_is_locked(struct dma_resv *r);
int dma_resv_reserve_fences(struct dma_resv *r, unsigned int n);
void dma_resv_add_fence(struct dma_resv *r, struct dma_fence *f, enum dma_resv_usage usage);
long dma_resv_wait_timeout(struct dma_resv *r, enum dma_resv_usage usage, bool intr, unsigned long timeout);
bool dma_resv_test_signaled(struct dma_resv *r, enum dma_resv_usage usage);

#define dma_resv_lock_interruptible(r, ctx) dma_resv_lock(r, ctx)
#define dma_resv_held(r) lockdep_is_held(&(r)->lock)
#define dma_resv_assert_held(r) lockdep_assert_held(&(r)->lock)

#endif
