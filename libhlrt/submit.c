// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Submissions and their results. The driver forgets results that are too old, so nothing is submitted while the
 * oldest result that was not collected yet would fall out of its memory.
 */
#include "internal.h"

#include <stdlib.h>

#define WAIT_SLICE_US 1000000ULL	    /* one WAIT_CS; a deadline is looked at in between */
#define FULL_RETRY_MIN (20 * NSEC_PER_USEC) /* while the queue is full */
#define FULL_RETRY_MAX (5 * NSEC_PER_MSEC)
#define FULL_TIMEOUT (60 * NSEC_PER_SEC) /* twice the in-tree driver's time limit for a submission */

/* One submission whose result was not collected yet. */
struct part {
	struct hlrti_list order;   /* of all parts of the context */
	struct hlrti_list of_work; /* of the parts of one work */
	struct hlrti_work *work;   /* with a reference */
	uint64_t seq;
};

static struct part *in_order(struct hlrti_list *link)
{
	return hlrti_entry(link, struct part, order);
}

static struct part *of_work(struct hlrti_list *link)
{
	return hlrti_entry(link, struct part, of_work);
}

static void lock(struct hlrt_context *ctx)
{
	pthread_mutex_lock(&ctx->submitter.lock);
}

static void unlock(struct hlrt_context *ctx)
{
	pthread_mutex_unlock(&ctx->submitter.lock);
}

void hlrti_work_init(struct hlrt_context *ctx)
{
	pthread_mutex_init(&ctx->submitter.lock, NULL);
	hlrti_list_init(&ctx->submitter.pending);
	hlrti_cb_pool_init(ctx);
	hlrti_timelines_init(ctx);
}

void hlrti_work_fini(struct hlrt_context *ctx)
{
	struct hlrti_submitter *s = &ctx->submitter;
	struct hlrti_list *link;

	while ((link = hlrti_list_pop(&s->pending))) {
		struct part *part = in_order(link);

		hlrti_list_remove(&part->of_work);
		hlrti_work_put(part->work);
		free(part);
	}
	hlrti_timelines_fini(ctx);
	hlrti_cb_pool_fini(ctx);
	pthread_mutex_destroy(&s->lock);
}

/* ---- works ---- */

static void use(struct hlrt_mem *mem)
{
	if (mem)
		atomic_fetch_add(&mem->users, 1);
}

static void unuse(struct hlrt_mem *mem)
{
	if (mem)
		atomic_fetch_sub(&mem->users, 1);
}

struct hlrti_work *hlrti_work_new(struct hlrt_context *ctx, uint32_t queue, struct hlrt_mem *dst, struct hlrt_mem *src)
{
	struct hlrti_work *work = calloc(1, sizeof(*work));

	if (!work) {
		hlrt_set_error(-ENOMEM, "no memory for a submission");
		return NULL;
	}
	atomic_init(&work->refs, 1);
	work->ctx = ctx;
	work->queue = queue;
	work->open = true;
	work->mem[0] = dst;
	work->mem[1] = src;
	use(dst);
	use(src);
	hlrti_list_init(&work->parts);
	hlrti_list_init(&work->of_stream);
	return work;
}

void hlrti_work_get(struct hlrti_work *work)
{
	atomic_fetch_add_explicit(&work->refs, 1, memory_order_relaxed);
}

void hlrti_work_put(struct hlrti_work *work)
{
	if (work && atomic_fetch_sub_explicit(&work->refs, 1, memory_order_acq_rel) == 1)
		free(work);
}

/* The lock is held. */
static void end_if_complete(struct hlrti_work *work)
{
	struct hlrt_stream *stream = work->stream;

	if (work->open || work->done || !hlrti_list_empty(&work->parts))
		return;
	work->done = true;
	unuse(work->mem[0]);
	unuse(work->mem[1]);
	if (!stream)
		return;
	hlrti_list_remove(&work->of_stream);
	work->stream = NULL;
	if (work->result && !stream->failed) {
		hlrti_work_get(work);
		stream->failed = work;
	}
}

void hlrti_work_close(struct hlrti_work *work)
{
	lock(work->ctx);
	work->open = false;
	end_if_complete(work);
	unlock(work->ctx);
}

bool hlrti_work_is_done(struct hlrti_work *work)
{
	bool done;

	lock(work->ctx);
	done = work->done;
	unlock(work->ctx);
	return done;
}

int hlrti_work_result(const struct hlrti_work *work)
{
	return work->result ? hlrt_set_error(work->result, "%s", work->text) : 0;
}

int hlrti_work_failure(const struct hlrti_work *work)
{
	return work->result ? hlrt_set_error(-EIO, "%s", work->text) : 0;
}

/* ---- results ---- */

/* The lock is held. A failed result comes with the thread's text. */
static void collected(struct part *part, int result)
{
	struct hlrti_work *work = part->work;

	hlrti_list_remove(&part->order);
	hlrti_list_remove(&part->of_work);
	work->ctx->submitter.num_pending--;
	if (result && !work->result) {
		work->result = result;
		hlrti_text(work->text, sizeof(work->text), hlrt_last_error(), sizeof(work->text));
	}
	free(part);
	end_if_complete(work);
	hlrti_work_put(work);
}

/* Takes the result if there is one; else false. The lock is held. */
static bool poll_part(struct hlrt_context *ctx, struct part *part)
{
	bool done;
	int rc = hlrti_port_wait(&ctx->port, part->seq, 0, &done);

	if (done)
		collected(part, rc);
	return done;
}

/* Waits for one submission to end, at most until the deadline; *done says whether it has. Without the lock. */
static int wait_for(struct hlrt_context *ctx, uint64_t seq, int64_t deadline, bool *done)
{
	int64_t left;
	uint64_t us;
	int rc;

	for (;;) {
		left = deadline == INT64_MAX ? INT64_MAX : deadline - hlrti_now();
		us = left > 0 ? (uint64_t)(left / NSEC_PER_USEC) : 0;
		rc = hlrti_port_wait(&ctx->port, seq, us < WAIT_SLICE_US ? us : WAIT_SLICE_US, done);
		if (*done || left <= 0)
			return rc;
	}
}

/*
 * Waits for the work's oldest part; false when the deadline came first. The lock is held, and dropped meanwhile: if
 * somebody else takes the result then, what the driver told this thread may be too late to be true.
 */
static bool wait_oldest_part(struct hlrti_work *work, int64_t deadline)
{
	struct hlrt_context *ctx = work->ctx;
	/* The checker takes the first part for one that was freed. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	uint64_t seq = of_work(work->parts.next)->seq;
	bool done;
	int rc;

	unlock(ctx);
	rc = wait_for(ctx, seq, deadline, &done);
	lock(ctx);
	if (hlrti_list_empty(&work->parts) || of_work(work->parts.next)->seq != seq)
		return true;
	if (done)
		collected(of_work(work->parts.next), rc);
	return done;
}

bool hlrti_work_wait(struct hlrti_work *work, int64_t deadline)
{
	bool done;

	lock(work->ctx);
	while (!work->done && wait_oldest_part(work, deadline))
		;
	done = work->done;
	unlock(work->ctx);
	return done;
}

void hlrti_collect(struct hlrt_context *ctx)
{
	struct hlrti_submitter *s = &ctx->submitter;
	struct hlrti_list *link, *next;
	uint64_t busy = 0; /* queues; what is behind a submission that has not ended has not ended either */

	lock(ctx);
	for (link = s->pending.next; link != &s->pending; link = next) {
		struct part *part = in_order(link);
		uint64_t queue = part->work->queue < 64 ? 1ULL << part->work->queue : 0;

		next = link->next;
		if (!(busy & queue) && !poll_part(ctx, part))
			busy |= queue;
	}
	unlock(ctx);
}

/* ---- submitting ---- */

uint32_t hlrti_window(const struct hlrt_context *ctx)
{
	/* Half of what the driver keeps: other users of the same node's numbers, if any, get the rest. */
	return ctx->ops->max_in_flight / 2;
}

uint64_t hlrti_oldest_pending(const struct hlrt_context *ctx)
{
	const struct hlrti_submitter *s = &ctx->submitter;

	return hlrti_list_empty(&s->pending) ? UINT64_MAX : in_order(s->pending.next)->seq;
}

/* May one more be submitted without the oldest uncollected result being forgotten? */
static bool window_open(struct hlrt_context *ctx)
{
	struct hlrti_submitter *s = &ctx->submitter;

	return hlrti_list_empty(&s->pending) || s->last_seq - hlrti_oldest_pending(ctx) + 1 < hlrti_window(ctx);
}

/* The lock is held, and dropped while waiting. */
static void make_room(struct hlrt_context *ctx)
{
	struct hlrti_submitter *s = &ctx->submitter;
	struct hlrti_work *work;

	/* Two for each that comes, so that a device which keeps up is never waited for. */
	for (int i = 0; i < 2 && s->num_pending > hlrti_window(ctx) / 2; i++)
		if (!poll_part(ctx, in_order(s->pending.next)))
			break;
	while (!window_open(ctx)) {
		work = in_order(s->pending.next)->work;
		/* As above. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		hlrti_work_get(work);
		wait_oldest_part(work, INT64_MAX);
		hlrti_work_put(work);
	}
}

/* Under the lock from the driver's number to the list, so that the list has the order of the numbers. */
static int try_submit(struct part *part, const struct hlabi_cs_chunk *chunks, uint32_t num, uint32_t timeout_s)
{
	struct hlrti_work *work = part->work;
	struct hlrt_context *ctx = work->ctx;
	int rc;

	lock(ctx);
	make_room(ctx);
	rc = hlrti_port_submit(&ctx->port, chunks, num, timeout_s, &part->seq);
	if (!rc) {
		hlrti_work_get(work);
		hlrti_list_append(&ctx->submitter.pending, &part->order);
		hlrti_list_append(&work->parts, &part->of_work);
		ctx->submitter.num_pending++;
		ctx->submitter.last_seq = part->seq;
		work->last_seq = part->seq;
	}
	unlock(ctx);
	return rc;
}

int hlrti_work_submit(struct hlrti_work *work, const struct hlabi_cs_chunk *chunks, uint32_t num, uint32_t timeout_s)
{
	int64_t deadline = hlrti_deadline(FULL_TIMEOUT), pause = FULL_RETRY_MIN;
	struct part *part = malloc(sizeof(*part));
	int rc;

	if (!part)
		return hlrt_set_error(-ENOMEM, "no memory for a submission");
	part->work = work;
	while ((rc = try_submit(part, chunks, num, timeout_s)) == -EAGAIN) {
		if (hlrti_now() >= deadline) {
			rc = hlrt_set_error(-ETIMEDOUT, "queue %u stayed full for %lld s", chunks[0].queue_index,
					    (long long)(FULL_TIMEOUT / NSEC_PER_SEC));
			break;
		}
		hlrti_sleep(pause);
		pause = 2 * pause < FULL_RETRY_MAX ? 2 * pause : FULL_RETRY_MAX;
	}
	if (rc)
		free(part);
	return rc;
}

int hlrti_work_submit_cb(struct hlrti_work *work, const struct hlrt_cb *cb)
{
	const struct hlabi_cs_chunk chunk = {
		.cb_handle = cb->handle,
		.queue_index = work->queue,
		.cb_size = cb->used,
	};

	int rc = hlrti_work_submit(work, &chunk, 1, 0);

	/* The packets are the library's own: what is refused is memory that was taken away meanwhile. */
	if (rc == -EPERM)
		rc = hlrt_set_error(-EIO, "queue %u may not use this memory: has an import's exporter revoked it?",
				    work->queue);
	return rc;
}
