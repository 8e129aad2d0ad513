// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* A context: what one open of the compute node owns. One at a time; address space 1 of the chip. */

#include <linux/eventfd.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "hlrt.h"
#include "netlink.h"

#define HLRT_USER_ASID 1 /* 0 is the driver's */

static void hlrt_ctx_release(struct kref *ref)
{
	struct hlrt_ctx *ctx = container_of(ref, struct hlrt_ctx, ref);

	if (ctx->eventfd)
		eventfd_ctx_put(ctx->eventfd);
	xa_destroy(&ctx->cbs);
	xa_destroy(&ctx->allocs);
	kvfree(ctx->results);
	hlrt_owner_put(ctx->who);
	hlrt_device_put(ctx->dev);
	kfree(ctx);
}

void hlrt_ctx_get(struct hlrt_ctx *ctx)
{
	kref_get(&ctx->ref);
}

void hlrt_ctx_put(struct hlrt_ctx *ctx)
{
	kref_put(&ctx->ref, hlrt_ctx_release);
}

static struct hlrt_ctx *hlrt_ctx_alloc(struct hlrt_device *dev)
{
	struct hlrt_ctx *ctx = kzalloc(sizeof(*ctx), GFP_KERNEL);

	if (!ctx)
		return NULL;
	ctx->results = kvcalloc(HLRT_CS_WINDOW, sizeof(*ctx->results), GFP_KERNEL);
	ctx->who = hlrt_owner_get_current();
	if (!ctx->results || !ctx->who) {
		if (ctx->who)
			hlrt_owner_put(ctx->who);
		kvfree(ctx->results);
		kfree(ctx);
		return NULL;
	}
	kref_init(&ctx->ref);
	hlrt_device_get(dev);
	ctx->dev = dev;
	ctx->as = (struct hlrt_as){ .dev = dev, .asid = HLRT_USER_ASID };
	ctx->serial = ++dev->next_ctx_serial;
	ctx->pid = task_tgid_nr(current);
	get_task_comm(ctx->comm, current);
	xa_init_flags(&ctx->cbs, XA_FLAGS_ALLOC1);
	mutex_init(&ctx->mem_lock);
	xa_init_flags(&ctx->allocs, XA_FLAGS_ALLOC1);
	INIT_LIST_HEAD(&ctx->ranges);
	INIT_LIST_HEAD(&ctx->inflight);
	init_waitqueue_head(&ctx->cs_wait);
	spin_lock_init(&ctx->event_lock);
	ctx->next_seq = 1;
	return ctx;
}

static int hlrt_ctx_open_locked(struct hlrt_device *dev, struct hlrt_ctx **out)
{
	char holder[HLRT_HOLDER_SIZE];
	struct hlrt_ctx *ctx;
	int rc;

	if (dev->gone)
		return -ENODEV;
	if (dev->ctx || hlrt_export_busy(dev, NULL, 0)) {
		hlrt_device_holder(dev, holder, sizeof(holder));
		dev_info_ratelimited(dev->dev, "open refused to pid %d, device is held: %s\n",
				     task_tgid_nr(current), holder);
		return -EBUSY;
	}
	rc = hlrt_device_make_clean(dev);
	if (rc)
		return rc;

	ctx = hlrt_ctx_alloc(dev);
	if (!ctx)
		return -ENOMEM;
	rc = hlrt_device_enter(dev);
	if (rc)
		goto put;
	rc = hlrt_as_init(&ctx->as);
	if (!rc) {
		dev->dirty = true;
		spin_lock_irq(&dev->queues_lock);
		WRITE_ONCE(dev->ctx, ctx);
		dev->opens++;
		dev->opened_at = ktime_get();
		spin_unlock_irq(&dev->queues_lock);
	}
	hlrt_device_leave(dev);
	if (rc)
		goto put;
	*out = ctx;
	return 0;

put:
	hlrt_ctx_put(ctx);
	return rc;
}

int hlrt_ctx_open(struct hlrt_device *dev, struct hlrt_ctx **ctx)
{
	int rc;

	if (mutex_lock_interruptible(&dev->lock))
		return -EINTR;
	rc = hlrt_ctx_open_locked(dev, ctx);
	mutex_unlock(&dev->lock);
	return rc;
}

/* Takes everything from a context whose device is about to be reset or removed. */
void hlrt_ctx_kill(struct hlrt_ctx *ctx)
{
	if (ctx->dead)
		return;
	WRITE_ONCE(ctx->dead, true);
	hlrt_memory_fini(ctx, false);
	wake_up_all(&ctx->cs_wait);
}

/*
 * Order: nothing runs any more, then its memory goes (imports and pinned pages after the chip has
 * lost their translations), then the device is free for the next owner once it has been scrubbed.
 */
void hlrt_ctx_close(struct hlrt_ctx *ctx)
{
	struct hlrt_device *dev = ctx->dev;
	bool stuck = false;

	mutex_lock(&dev->lock);
	if (!ctx->dead) {
		unsigned int timeout_ms = hlrt_cs_timeout_ms ?: 30000;

		if (!hlrt_cs_wait_seq(ctx, ctx->next_seq - 1, timeout_ms)) {
			dev_err(dev->dev, "pid %d closed with work that does not end\n", ctx->pid);
			stuck = true;
		}
	}
	if (stuck)
		hlrt_reset_locked(dev, HLRT_RESET_CS_TIMEOUT);

	down_read(&dev->hw_sem);
	if (!ctx->dead) {
		/* What the chip says of this owner's work must not reach the next one. */
		hlrt_device_poll(dev);
		flush_work(&dev->event_work);
		hlrt_memory_fini(ctx, true);
	}
	up_read(&dev->hw_sem);

	hlrt_cb_destroy_all(ctx);
	spin_lock_irq(&dev->queues_lock);
	WRITE_ONCE(dev->ctx, NULL);
	dev->last_open_ms = ktime_ms_delta(ktime_get(), dev->opened_at);
	spin_unlock_irq(&dev->queues_lock);
	if (!dev->gone)
		hlrt_device_make_clean(dev);
	mutex_unlock(&dev->lock);
	hlrt_ctx_put(ctx);
}
