// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * What a context is told. The habanalabs uAPI has one bit for each kind of event and an eventfd;
 * beside them a bounded queue keeps what the bits cannot say: order, addresses, the end of a reset.
 * Only the context that owns the device at the time gets an event, so that nobody learns another
 * process's addresses.
 */

#include <linux/eventfd.h>

#include "compat/compat.h"
#include "hlrt.h"

/* What each bit is in the queue; every other bit is a device error. */
static const struct {
	u64 bit;
	u32 type;
} hlrt_event_types[] = {
	{ HLABI_EVENT_DEVICE_RESET, HLRT_EXT_EVENT_RESET_BEGIN },
	{ HLABI_EVENT_DEVICE_UNAVAILABLE, HLRT_EXT_EVENT_REMOVED },
	{ HLABI_EVENT_CS_TIMEOUT, HLRT_EXT_EVENT_CS_TIMEOUT },
	{ HLABI_EVENT_PAGE_FAULT, HLRT_EXT_EVENT_PAGE_FAULT },
	{ HLABI_EVENT_RAZWI, HLRT_EXT_EVENT_RAZWI },
};

/* event_lock held. */
static void hlrt_event_append(struct hlrt_ctx *ctx, const struct hlrt_ext_event *event)
{
	ctx->event[(ctx->first_event + ctx->num_events++) % HLRT_EVENTS] = *event;
}

/* The same. What does not fit is counted, and told where it is missing once there is room. */
static void hlrt_event_push(struct hlrt_ctx *ctx, u32 type, u64 address, u64 length)
{
	unsigned int room = HLRT_EVENTS - ctx->num_events;
	struct hlrt_ext_event event = {
		.type = type,
		.address = address,
		.length = length,
		.time_ns = ktime_get_ns(),
	};

	if (room < (ctx->lost_events ? 2 : 1)) {
		if (!ctx->lost_events++)
			ctx->lost_since = event.time_ns;
		return;
	}
	if (ctx->lost_events) {
		struct hlrt_ext_event lost = {
			.type = HLRT_EXT_EVENT_LOST,
			.count = ctx->lost_events,
			.time_ns = ctx->lost_since,
		};

		hlrt_event_append(ctx, &lost);
		ctx->lost_events = 0;
	}
	hlrt_event_append(ctx, &event);
}

static void hlrt_event_push_bits(struct hlrt_ctx *ctx, u64 bits, u64 address)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hlrt_event_types); i++) {
		if (bits & hlrt_event_types[i].bit)
			hlrt_event_push(ctx, hlrt_event_types[i].type, address, 0);
		bits &= ~hlrt_event_types[i].bit;
	}
	if (bits)
		hlrt_event_push(ctx, HLRT_EXT_EVENT_DEVICE_ERROR, address, 0);
}

static void hlrt_event_signal(struct hlrt_ctx *ctx)
{
	if (ctx->eventfd)
		hlrt_eventfd_signal(ctx->eventfd);
}

void hlrt_ctx_event(struct hlrt_ctx *ctx, u32 type, u64 address, u64 length)
{
	spin_lock(&ctx->event_lock);
	hlrt_event_push(ctx, type, address, length);
	hlrt_event_signal(ctx);
	spin_unlock(&ctx->event_lock);
}

static void hlrt_ctx_event_bits(struct hlrt_ctx *ctx, u64 bits, u64 address)
{
	spin_lock(&ctx->event_lock);
	ctx->events |= bits;
	hlrt_event_push_bits(ctx, bits, address);
	hlrt_event_signal(ctx);
	spin_unlock(&ctx->event_lock);
}

/* The device's owner with a reference, or NULL. */
static struct hlrt_ctx *hlrt_device_owner(struct hlrt_device *dev)
{
	struct hlrt_ctx *ctx;
	unsigned long flags;

	/* queues_lock, not dev->lock: a reset that waits for this very work holds dev->lock. */
	spin_lock_irqsave(&dev->queues_lock, flags);
	ctx = dev->ctx;
	if (ctx)
		hlrt_ctx_get(ctx);
	spin_unlock_irqrestore(&dev->queues_lock, flags);
	return ctx;
}

void hlrt_device_event_at(struct hlrt_device *dev, u64 bits, u64 address)
{
	struct hlrt_ctx *ctx = bits ? hlrt_device_owner(dev) : NULL;

	if (!ctx)
		return;
	hlrt_ctx_event_bits(ctx, bits, address);
	hlrt_ctx_put(ctx);
}

void hlrt_device_event(struct hlrt_device *dev, u64 bits)
{
	hlrt_device_event_at(dev, bits, 0);
}

void hlrt_device_event_reset_end(struct hlrt_device *dev)
{
	struct hlrt_ctx *ctx = hlrt_device_owner(dev);

	if (!ctx)
		return;
	hlrt_ctx_event(ctx, HLRT_EXT_EVENT_RESET_END, 0, 0);
	hlrt_ctx_put(ctx);
}

int hlrt_ctx_next_event(struct hlrt_ctx *ctx, struct hlrt_ext_event *event)
{
	int rc = 0;

	spin_lock(&ctx->event_lock);
	if (ctx->num_events) {
		*event = ctx->event[ctx->first_event];
		ctx->first_event = (ctx->first_event + 1) % HLRT_EVENTS;
		ctx->num_events--;
	} else if (ctx->lost_events) {
		event->type = HLRT_EXT_EVENT_LOST;
		event->count = ctx->lost_events;
		event->time_ns = ctx->lost_since;
		ctx->lost_events = 0;
	} else {
		rc = -EAGAIN;
	}
	spin_unlock(&ctx->event_lock);
	return rc;
}

u64 hlrt_ctx_take_event_bits(struct hlrt_ctx *ctx)
{
	u64 events;

	spin_lock(&ctx->event_lock);
	events = ctx->events;
	ctx->events = 0;
	spin_unlock(&ctx->event_lock);
	return events;
}

int hlrt_ctx_set_eventfd(struct hlrt_ctx *ctx, int fd)
{
	struct eventfd_ctx *eventfd = eventfd_ctx_fdget(fd);
	int rc = 0;

	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);
	spin_lock(&ctx->event_lock);
	if (ctx->eventfd)
		rc = -EINVAL;
	else
		ctx->eventfd = eventfd;
	/* What came before anybody listened has not been told. */
	if (!rc && (ctx->num_events || ctx->lost_events))
		hlrt_event_signal(ctx);
	spin_unlock(&ctx->event_lock);
	if (rc)
		eventfd_ctx_put(eventfd);
	return rc;
}

int hlrt_ctx_clear_eventfd(struct hlrt_ctx *ctx)
{
	struct eventfd_ctx *eventfd;

	spin_lock(&ctx->event_lock);
	eventfd = ctx->eventfd;
	ctx->eventfd = NULL;
	spin_unlock(&ctx->event_lock);
	if (!eventfd)
		return -EINVAL;
	eventfd_ctx_put(eventfd);
	return 0;
}
