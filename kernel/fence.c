// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Submissions as sync_files: pollable, and understood by every driver that takes fences. A fence is
 * made when somebody asks for one; it knows neither context nor device, so it may outlive both.
 *
 * It must not outlive the module, whose functions its ops are: each fence holds a reference. The
 * last thing that release does is to give it back, and the module's exit waits, by
 * synchronize_rcu_tasks(), until every task has left the few instructions after that.
 */

#include <linux/dma-fence.h>
#include <linux/file.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/sync_file.h>

#include "hlrt.h"

struct hlrt_fence {
	struct dma_fence base; /* first: dma_fence_free() frees the whole */
	spinlock_t lock;
	char timeline[24];
};

static const char *hlrt_fence_driver_name(struct dma_fence *fence)
{
	return "hlrt";
}

static const char *hlrt_fence_timeline_name(struct dma_fence *fence)
{
	return container_of(fence, struct hlrt_fence, base)->timeline;
}

static void hlrt_fence_release(struct dma_fence *fence)
{
	dma_fence_free(fence);
	module_put(THIS_MODULE);
}

static const struct dma_fence_ops hlrt_fence_ops = {
	.get_driver_name = hlrt_fence_driver_name,
	.get_timeline_name = hlrt_fence_timeline_name,
	.release = hlrt_fence_release,
};

void hlrt_fences_exit(void)
{
	synchronize_rcu_tasks();
}

bool hlrt_fence_fd_supported(void)
{
	return IS_ENABLED(CONFIG_SYNC_FILE);
}

struct dma_fence *hlrt_fence_alloc(struct hlrt_ctx *ctx, u64 seq)
{
	struct hlrt_fence *fence = kzalloc(sizeof(*fence), GFP_KERNEL);

	if (!fence)
		return NULL;
	__module_get(THIS_MODULE);
	spin_lock_init(&fence->lock);
	snprintf(fence->timeline, sizeof(fence->timeline), "hlrt%u", ctx->dev->id);
	/*
	 * A timeline of its own: fences of one timeline end in the order of their numbers, and
	 * submissions do not when they are on different queues.
	 */
	dma_fence_init(&fence->base, &hlrt_fence_ops, &fence->lock, dma_fence_context_alloc(1),
		       seq);
	return &fence->base;
}

void hlrt_fence_end(struct dma_fence *fence, int error)
{
	if (error)
		dma_fence_set_error(fence, error);
	dma_fence_signal(fence);
}

/* The fence of submission seq with a reference. */
static struct dma_fence *hlrt_fence_get(struct hlrt_ctx *ctx, u64 seq)
{
	struct dma_fence *spare = hlrt_fence_alloc(ctx, seq), *fence;
	unsigned long flags;

	if (!spare)
		return ERR_PTR(-ENOMEM);
	spin_lock_irqsave(&ctx->dev->queues_lock, flags);
	fence = hlrt_cs_fence(ctx, seq, spare);
	spin_unlock_irqrestore(&ctx->dev->queues_lock, flags);
	dma_fence_put(spare);
	return fence;
}

int hlrt_fence_fd(struct hlrt_ctx *ctx, u64 seq, u32 flags)
{
	struct dma_fence *fence;
	struct sync_file *sync;
	int fd;

	if (!IS_ENABLED(CONFIG_SYNC_FILE))
		return -EOPNOTSUPP;
	fence = hlrt_fence_get(ctx, seq);
	if (IS_ERR(fence))
		return PTR_ERR(fence);
	fd = get_unused_fd_flags(flags);
	if (fd < 0)
		goto put;
	sync = sync_file_create(fence);
	if (!sync) {
		put_unused_fd(fd);
		fd = -ENOMEM;
		goto put;
	}
	fd_install(fd, sync->file);
put:
	dma_fence_put(fence);
	return fd;
}
