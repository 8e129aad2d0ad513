// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Waiting for submissions. Results stay for HLRT_CS_WINDOW submissions and survive a reset. */

#include "hlrt.h"

/* Longer waits come back as "busy", and the caller asks again. */
#define HLRT_MAX_WAIT_US (1800ULL * USEC_PER_SEC)

static bool hlrt_cs_peek(struct hlrt_ctx *ctx, u64 seq, struct hlrt_cs_result *out, bool *issued)
{
	unsigned long flags;

	spin_lock_irqsave(&ctx->dev->queues_lock, flags);
	*issued = seq && seq < ctx->next_seq;
	*out = ctx->results[seq & (HLRT_CS_WINDOW - 1)];
	spin_unlock_irqrestore(&ctx->dev->queues_lock, flags);
	/*
	 * An older number than the slot's has ended: its slot could not have been taken otherwise.
	 */
	return !*issued || out->seq != seq || out->done;
}

bool hlrt_cs_seq_done(struct hlrt_ctx *ctx, u64 seq)
{
	struct hlrt_cs_result result;
	bool issued;

	return hlrt_cs_peek(ctx, seq, &result, &issued);
}

/* Everything up to and including seq: submissions on different queues end in any order. */
static bool hlrt_cs_all_done(struct hlrt_ctx *ctx, u64 seq)
{
	unsigned long flags;
	struct hlrt_cs *oldest;
	bool done;

	spin_lock_irqsave(&ctx->dev->queues_lock, flags);
	oldest = list_first_entry_or_null(&ctx->inflight, struct hlrt_cs, node);
	done = !oldest || oldest->seq > seq;
	spin_unlock_irqrestore(&ctx->dev->queues_lock, flags);
	return done;
}

bool hlrt_cs_wait_seq(struct hlrt_ctx *ctx, u64 seq, unsigned int timeout_ms)
{
	struct hlrt_device *dev = ctx->dev;

	wait_event_timeout(ctx->cs_wait,
			   hlrt_cs_all_done(ctx, seq) || READ_ONCE(dev->reset_pending),
			   msecs_to_jiffies(timeout_ms));
	return hlrt_cs_all_done(ctx, seq);
}

static int hlrt_wait_report(union hlabi_wait_cs_args *args, u64 seq,
			    const struct hlrt_cs_result *result)
{
	if (result->seq != seq) {
		args->out.status = HLABI_WAIT_COMPLETED;
		args->out.flags = HLABI_WAIT_OUT_GONE;
		return 0;
	}
	if (!result->done) {
		args->out.status = HLABI_WAIT_BUSY;
		return 0;
	}
	if (result->wants_time) {
		args->out.flags = HLABI_WAIT_OUT_TIMESTAMP;
		args->out.timestamp_nsec = result->time_ns;
	}
	switch (result->error) {
	case 0:
		args->out.status = HLABI_WAIT_COMPLETED;
		return 0;
	case -ETIMEDOUT:
		args->out.status = HLABI_WAIT_TIMEDOUT;
		return -ETIMEDOUT;
	default:
		args->out.status = HLABI_WAIT_ABORTED;
		return -EIO;
	}
}

int hlrt_wait_ioctl(struct hlrt_file *file, void *data)
{
	union hlabi_wait_cs_args *args = data;
	struct hlabi_wait_cs_in in = args->in;
	struct hlrt_ctx *ctx = file->ctx;
	struct hlrt_cs_result result;
	bool issued;
	long left;

	memset(args, 0, sizeof(*args));
	if (in.flags)
		return -EOPNOTSUPP;

	if (!hlrt_cs_peek(ctx, in.seq, &result, &issued) && in.timeout_us) {
		u64 us = min_t(u64, in.timeout_us, HLRT_MAX_WAIT_US);

		left = wait_event_interruptible_timeout(ctx->cs_wait,
							hlrt_cs_peek(ctx, in.seq, &result, &issued),
							usecs_to_jiffies(us) + 1);
		if (left < 0)
			return -EINTR;
	}
	if (!issued)
		return -EINVAL;
	return hlrt_wait_report(args, in.seq, &result);
}
