// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Streams. A stream's work goes to whatever queue suits it; where it moves from one queue to another, and where it waits for
 * another stream, the first submission begins with a wait for the other's timeline. Every submission ends with
 * a signal of the stream's own. Without timelines the host waits instead.
 */
#include "internal.h"

#include <stdlib.h>

#define OPTIONS_SIZE_1 sizeof(struct hlrt_stream_options) /* as first published */

static int enter(const struct hlrt_stream *stream)
{
	if (!stream)
		return hlrt_set_error(-EINVAL, "stream is NULL");
	return hlrti_context_enter(stream->ctx);
}

/* ---- what the next submission waits for ---- */

/* By the host, for want of anything better. */
static int host_wait(struct hlrti_work *work)
{
	hlrti_work_wait(work, INT64_MAX);
	return hlrti_work_failure(work);
}

/* False: there is no room for one more. */
static bool add_wait(struct hlrt_stream *stream, struct hlrti_work *work)
{
	for (unsigned int i = 0; i < stream->num_waits; i++) {
		struct hlrti_work *known = stream->waits[i];

		/* Counts only grow: the later one implies the other. */
		if (known->timeline != work->timeline)
			continue;
		if (known->value < work->value) {
			stream->waits[i] = work;
			hlrti_work_get(work);
			hlrti_work_put(known);
		}
		return true;
	}
	if (stream->num_waits == HLRTI_STREAM_WAITS)
		return false;
	hlrti_timeline_pin(stream->ctx, work->timeline);
	hlrti_work_get(work);
	stream->waits[stream->num_waits++] = work;
	return true;
}

/* seq: the submission that waits for them all; 0: they were waited for otherwise. */
static void drop_waits(struct hlrt_stream *stream, uint64_t seq)
{
	while (stream->num_waits) {
		struct hlrti_work *work = stream->waits[--stream->num_waits];

		hlrti_timeline_unpin(stream->ctx, work->timeline, seq);
		hlrti_work_put(work);
	}
}

static int encode_wait(struct hlrt_stream *stream, struct hlrti_work *work, uint32_t queue, struct hlrt_cb *cb)
{
	const struct hlrt_provider_ops *ops = stream->ctx->ops;
	uint32_t monitor;

	/* What stands before it in the same queue has ended when it begins. */
	if (work->queue == queue || hlrti_work_is_done(work))
		return 0;
	if (!hlrti_timeline_monitor(stream->ctx, queue, &monitor)) {
		host_wait(work);
		return 0;
	}
	return hlrti_cb_append(cb, ops->encode_wait(stream->ctx->priv, queue, work->timeline->sob, work->value, monitor,
						    hlrti_cb_end(cb), hlrti_cb_room(cb)));
}

/* The stream's own order, when it moves to another queue. */
static void wait_for_last(struct hlrt_stream *stream, uint32_t queue)
{
	struct hlrti_work *last = stream->last;

	if (!last || last->queue == queue || hlrti_work_is_done(last))
		return;
	if (!last->timeline || !add_wait(stream, last))
		host_wait(last); /* a failure is told by its own fence */
}

static int encode_waits(struct hlrt_stream *stream, uint32_t queue, struct hlrt_cb *cb)
{
	int rc = 0;

	for (unsigned int i = 0; i < stream->num_waits && !rc; i++)
		rc = encode_wait(stream, stream->waits[i], queue, cb);
	return rc;
}

/* ---- submitting ---- */

/* A stream without timeline tries again each time; one whose count is at its end gets another. */
static void refresh_timeline(struct hlrt_stream *stream)
{
	if (stream->timeline && hlrti_timeline_is_full(stream->ctx, stream->timeline)) {
		hlrti_timeline_put(stream->ctx, stream->timeline);
		stream->timeline = NULL;
	}
	if (!stream->timeline)
		stream->timeline = hlrti_timeline_get(stream->ctx);
}

/* Ends the buffer with the stream's signal and submits it. */
static int signal_and_submit(struct hlrt_stream *stream, struct hlrti_work *work, struct hlrt_cb *cb)
{
	const struct hlrt_provider_ops *ops = stream->ctx->ops;
	struct hlrti_timeline *timeline = stream->timeline;
	int rc = 0;

	if (timeline)
		rc = hlrti_cb_append(
			cb, ops->encode_signal(stream->ctx->priv, timeline->sob, hlrti_cb_end(cb), hlrti_cb_room(cb)));
	if (!rc)
		rc = hlrti_work_submit_cb(work, cb);
	if (rc)
		return rc;
	work->timeline = timeline;
	if (timeline)
		work->value = hlrti_timeline_advance(stream->ctx, timeline, work->last_seq);
	return 0;
}

/* Submits one part: the waits, as much of the transfer (unless NULL) as fits, the signal. */
static int submit_part(struct hlrt_stream *stream, struct hlrti_work *work, struct hlrti_transfer *transfer)
{
	struct hlrt_cb *cb;
	int rc;

	refresh_timeline(stream);
	rc = hlrti_cb_get(stream->ctx, &cb);
	if (rc)
		return rc;
	rc = encode_waits(stream, work->queue, cb);
	if (!rc && transfer)
		rc = hlrti_transfer_encode(transfer, cb, stream->ctx->ops->sync_packet_size);
	/* A buffer for waits alone stays empty when none was needed. */
	if (!rc && cb->used)
		rc = signal_and_submit(stream, work, cb);
	hlrti_cb_put(cb);
	if (!rc)
		drop_waits(stream, work->last_seq);
	return rc;
}

static void begin(struct hlrt_stream *stream, struct hlrti_work *work)
{
	pthread_mutex_lock(&stream->ctx->submitter.lock);
	work->stream = stream;
	hlrti_list_append(&stream->works, &work->of_stream);
	pthread_mutex_unlock(&stream->ctx->submitter.lock);
}

/* Queues one piece of work; transfer NULL: only the waits. */
static int queue_work(struct hlrt_stream *stream, struct hlrti_transfer *transfer, uint32_t queue)
{
	struct hlrti_work *work =
		hlrti_work_new(stream->ctx, queue, transfer ? transfer->dst : NULL, transfer ? transfer->src : NULL);
	int rc;

	if (!work)
		return -ENOMEM;
	begin(stream, work);
	wait_for_last(stream, queue);
	do
		rc = submit_part(stream, work, transfer);
	while (!rc && transfer && transfer->left);
	hlrti_work_close(work);
	/* Also after a failure half-way: what was submitted runs. */
	if (work->last_seq) {
		hlrti_work_put(stream->last);
		stream->last = work;
	} else {
		hlrti_work_put(work);
	}
	return rc;
}

/* Makes what was only waited for part of what is queued. */
static int queue_waits(struct hlrt_stream *stream)
{
	const struct hlrt_provider_ops *ops = stream->ctx->ops;
	uint32_t queue;

	if (!stream->num_waits)
		return 0;
	queue = stream->last ? stream->last->queue
			     : ops->choose_queue(stream->ctx->priv, HLRT_PLACE_DEVICE, HLRT_PLACE_DEVICE, stream->hint);
	return queue_work(stream, NULL, queue);
}

/* A fence of what is queued; where that is nothing yet, of a work that has ended. */
static int set_fence(struct hlrt_stream *stream, struct hlrt_fence *fence)
{
	struct hlrti_work *work = stream->last;

	if (work) {
		hlrti_fence_set(fence, work);
		return 0;
	}
	work = hlrti_work_new(stream->ctx, HLRTI_ANY_QUEUE, NULL, NULL);
	if (!work)
		return -ENOMEM;
	hlrti_work_close(work);
	hlrti_fence_set(fence, work);
	hlrti_work_put(work);
	return 0;
}

/* Queues a checked transfer and makes the fence, which is created first: nothing may fail once work runs. */
static int queue_transfer(struct hlrt_stream *stream, struct hlrti_transfer *transfer, struct hlrt_fence **fence)
{
	struct hlrt_fence *handle = NULL;
	int rc = fence ? hlrti_fence_new(stream->ctx, &handle) : 0;

	if (rc)
		return rc;
	if (transfer->left)
		rc = queue_work(stream, transfer, hlrti_transfer_queue(transfer, stream->hint));
	else if (fence)
		rc = queue_waits(stream);
	if (!fence)
		return rc;
	if (!rc)
		rc = set_fence(stream, handle);
	if (rc)
		hlrti_fence_delete(handle);
	else
		*fence = handle;
	return rc;
}

/* ---- the public calls ---- */

HLRT_API struct hlrt_stream *hlrt_stream_create(struct hlrt_context *context, const struct hlrt_stream_options *options)
{
	struct hlrt_stream_options known = { .size = sizeof(known) };
	struct hlrt_stream *stream;
	int rc = hlrti_context_enter(context);

	if (!rc && options)
		rc = hlrti_struct_in("struct hlrt_stream_options", &known, sizeof(known), OPTIONS_SIZE_1, options);
	if (!rc && known.flags)
		rc = hlrt_set_error(-EINVAL, "stream flags 0x%x are unknown; 0 is the only value", known.flags);
	if (rc)
		return hlrti_null(rc);
	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return hlrti_null(hlrt_set_error(-ENOMEM, "no memory for a stream"));
	stream->ctx = context;
	stream->hint = atomic_fetch_add(&context->queue_hint, 1);
	hlrti_list_init(&stream->works);
	atomic_fetch_add(&context->children, 1);
	return stream;
}

HLRT_API int hlrt_stream_destroy(struct hlrt_stream *stream)
{
	struct hlrt_context *ctx;
	bool busy;
	int rc;

	if (!stream)
		return hlrt_set_error(-EINVAL, "stream is NULL");
	rc = hlrti_process_check();
	if (rc)
		return rc;
	ctx = stream->ctx;
	hlrti_collect(ctx);
	pthread_mutex_lock(&ctx->submitter.lock);
	busy = !hlrti_list_empty(&stream->works);
	pthread_mutex_unlock(&ctx->submitter.lock);
	if (busy)
		return hlrt_set_error(-EBUSY, "work on this stream has not ended; hlrt_stream_sync() first");
	drop_waits(stream, 0);
	if (stream->timeline)
		hlrti_timeline_put(ctx, stream->timeline);
	hlrti_work_put(stream->last);
	hlrti_work_put(stream->failed);
	free(stream);
	atomic_fetch_sub(&ctx->children, 1);
	return 0;
}

static int check_context(const struct hlrt_stream *stream, const struct hlrt_mem *mem, const char *name)
{
	if (!mem)
		return hlrt_set_error(-EINVAL, "%s is NULL", name);
	if (mem->ctx != stream->ctx)
		return hlrt_set_error(-EINVAL, "%s belongs to another context than the stream", name);
	return 0;
}

HLRT_API int hlrt_stream_copy(struct hlrt_stream *stream, struct hlrt_mem *dst, uint64_t dst_offset,
			      struct hlrt_mem *src, uint64_t src_offset, uint64_t length, struct hlrt_fence **fence)
{
	struct hlrti_transfer transfer;
	int rc = enter(stream);

	if (!rc)
		rc = check_context(stream, dst, "dst");
	if (!rc)
		rc = check_context(stream, src, "src");
	if (!rc)
		rc = hlrti_transfer_copy(&transfer, dst, dst_offset, src, src_offset, length);
	return rc ? rc : queue_transfer(stream, &transfer, fence);
}

HLRT_API int hlrt_stream_fill(struct hlrt_stream *stream, struct hlrt_mem *mem, uint64_t offset, uint32_t pattern,
			      uint64_t length, struct hlrt_fence **fence)
{
	struct hlrti_transfer transfer;
	int rc = enter(stream);

	if (!rc)
		rc = check_context(stream, mem, "mem");
	if (!rc)
		rc = hlrti_transfer_fill(&transfer, mem, offset, pattern, length);
	return rc ? rc : queue_transfer(stream, &transfer, fence);
}

static int wait_on_device(struct hlrt_stream *stream, struct hlrti_work *work)
{
	int rc = 0;

	while (!rc && !add_wait(stream, work))
		rc = queue_waits(stream);
	return rc;
}

HLRT_API int hlrt_stream_wait(struct hlrt_stream *stream, struct hlrt_fence *fence)
{
	struct hlrti_work *work;
	int rc = enter(stream);

	if (!rc && !fence)
		rc = hlrt_set_error(-EINVAL, "fence is NULL");
	if (rc)
		return rc;
	work = hlrti_fence_work(fence);
	if (work->ctx != stream->ctx)
		return hlrt_set_error(-EINVAL, "fence belongs to another context than the stream");
	if (!work->timeline || hlrti_work_wait(work, 0))
		return host_wait(work);
	return wait_on_device(stream, work);
}

/* The work that failed first since the last sync; the stream lets go of it. */
static int take_failure(struct hlrt_stream *stream)
{
	struct hlrti_work *failed;
	int rc;

	pthread_mutex_lock(&stream->ctx->submitter.lock);
	failed = stream->failed;
	stream->failed = NULL;
	pthread_mutex_unlock(&stream->ctx->submitter.lock);
	if (!failed)
		return 0;
	rc = hlrti_work_failure(failed);
	hlrti_work_put(failed);
	return rc;
}

/* The stream's oldest work that is not done, with a reference; NULL: none. */
static struct hlrti_work *oldest_work(struct hlrt_stream *stream)
{
	struct hlrti_work *work = NULL;

	pthread_mutex_lock(&stream->ctx->submitter.lock);
	if (!hlrti_list_empty(&stream->works)) {
		work = hlrti_entry(stream->works.next, struct hlrti_work, of_stream);
		hlrti_work_get(work);
	}
	pthread_mutex_unlock(&stream->ctx->submitter.lock);
	return work;
}

HLRT_API int hlrt_stream_sync(struct hlrt_stream *stream, int64_t timeout_ns)
{
	int64_t deadline = hlrti_deadline(timeout_ns);
	struct hlrti_work *work;
	bool ended = true;
	int rc, lost;

	if (!stream)
		return hlrt_set_error(-EINVAL, "stream is NULL");
	rc = hlrti_process_check();
	if (rc)
		return rc;
	lost = enter(stream);
	if (!lost)
		lost = queue_waits(stream);
	/* The last one first: when it has ended the others have, and none of them has to be slept for. */
	if (stream->last)
		ended = hlrti_work_wait(stream->last, deadline);
	while (ended && (work = oldest_work(stream))) {
		ended = hlrti_work_wait(work, deadline);
		hlrti_work_put(work);
	}
	if (!ended)
		return hlrt_set_error(-ETIMEDOUT, "work on the stream has not ended within %lld ns",
				      (long long)timeout_ns);
	rc = take_failure(stream);
	return rc ? rc : lost;
}
