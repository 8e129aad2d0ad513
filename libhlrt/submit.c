// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Command buffers and submissions. Buffers are created and mapped once and used again; a submission's result
 * is asked for exactly once. The driver forgets results that are too old, so nothing is submitted while the oldest
 * result that was not collected yet would fall out of its memory.
 */
#include "internal.h"

#include <stdlib.h>

#define MAX_BATCHES 64			    /* command buffers of a context */
#define WAIT_SLICE_US 1000000ULL	    /* one WAIT_CS; a deadline is looked at in between */
#define FULL_RETRY_MIN (20 * NSEC_PER_USEC) /* while the queue is full */
#define FULL_RETRY_MAX (5 * NSEC_PER_MSEC)
#define FULL_TIMEOUT (60 * NSEC_PER_SEC) /* twice the in-tree driver's time limit for a submission */

struct hlrti_submitter {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct hlrti_list idle;	   /* buffers, ready for use */
	struct hlrti_list pending; /* in the order of their sequence numbers */
	unsigned int count;	   /* buffers that exist */
	uint64_t last_seq;
};

static struct hlrti_batch *to_batch(struct hlrti_list *link)
{
	return hlrti_entry(link, struct hlrti_batch, link);
}

static struct hlrt_sys *sys_of(const struct hlrt_context *ctx)
{
	return ctx->port.sys;
}

static int create_batch(struct hlrt_context *ctx, struct hlrti_batch **out)
{
	struct hlrti_batch *batch = calloc(1, sizeof(*batch));
	int rc, err = -ENOMEM;

	if (!batch)
		return hlrt_set_error(-ENOMEM, "no memory for a command buffer");
	hlrti_list_init(&batch->link);
	batch->ctx = ctx;
	batch->size = (uint32_t)hlrti_page_size();
	rc = hlrti_port_cb_create(&ctx->port, batch->size, &batch->cb_handle);
	if (rc)
		goto free_batch;
	batch->packets = sys_of(ctx)->ops->mmap(sys_of(ctx), ctx->port.fd, batch->cb_handle, batch->size, &err);
	if (!batch->packets) {
		rc = hlrt_set_error(err, "mapping a command buffer: %s", hlrti_strerror(err));
		goto destroy_cb;
	}
	*out = batch;
	return 0;

destroy_cb:
	hlrti_port_cb_destroy(&ctx->port, batch->cb_handle);
free_batch:
	free(batch);
	return rc;
}

static void destroy_batch(struct hlrti_batch *batch)
{
	struct hlrt_context *ctx = batch->ctx;

	sys_of(ctx)->ops->munmap(sys_of(ctx), batch->packets, batch->size);
	hlrti_port_cb_destroy(&ctx->port, batch->cb_handle);
	free(batch);
}

int hlrti_submitter_create(struct hlrt_context *ctx)
{
	struct hlrti_submitter *s = calloc(1, sizeof(*s));

	if (!s)
		return hlrt_set_error(-ENOMEM, "no memory for submissions");
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	hlrti_list_init(&s->idle);
	hlrti_list_init(&s->pending);
	ctx->submitter = s;
	return 0;
}

void hlrti_submitter_destroy(struct hlrt_context *ctx)
{
	struct hlrti_submitter *s = ctx->submitter;
	struct hlrti_list *link;

	while ((link = hlrti_list_pop(&s->idle)))
		destroy_batch(to_batch(link));
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	free(s);
	ctx->submitter = NULL;
}

int hlrti_batch_get(struct hlrt_context *ctx, uint32_t queue, struct hlrti_batch **out)
{
	struct hlrti_submitter *s = ctx->submitter;
	struct hlrti_batch *batch = NULL;
	struct hlrti_list *link;
	int rc = 0;

	pthread_mutex_lock(&s->lock);
	while (hlrti_list_empty(&s->idle) && s->count == MAX_BATCHES)
		pthread_cond_wait(&s->changed, &s->lock);
	link = hlrti_list_pop(&s->idle);
	if (!link)
		s->count++;
	pthread_mutex_unlock(&s->lock);

	if (link)
		batch = to_batch(link);
	else
		rc = create_batch(ctx, &batch);
	if (!batch) {
		pthread_mutex_lock(&s->lock);
		s->count--;
		pthread_cond_broadcast(&s->changed);
		pthread_mutex_unlock(&s->lock);
		return rc;
	}
	batch->queue = queue;
	batch->used = 0;
	*out = batch;
	return 0;
}

void hlrti_batch_put(struct hlrti_batch *batch)
{
	struct hlrti_submitter *s = batch->ctx->submitter;

	pthread_mutex_lock(&s->lock);
	hlrti_list_append(&s->idle, &batch->link);
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

/* May one more be submitted without the oldest uncollected result being forgotten? The lock is held. */
static bool window_open(const struct hlrt_context *ctx, const struct hlrti_submitter *s)
{
	/* Half of what the driver keeps: other users of the same node's numbers, if any, get the rest. */
	uint64_t window = ctx->ops->max_in_flight / 2;

	return hlrti_list_empty(&s->pending) || s->last_seq - to_batch(s->pending.next)->seq + 1 < window;
}

/* Waits for one submission to end, at most until the deadline; *done says whether it has. */
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

static void collected(struct hlrti_submitter *s, struct hlrti_batch *batch, int result)
{
	hlrti_list_remove(&batch->link);
	batch->pending = false;
	batch->result = result;
	pthread_cond_broadcast(&s->changed);
}

/*
 * Takes the oldest result on behalf of whoever waits for it. Only waiting for that thread could be for ever: it may
 * be this one, which submits its next part before it asks for the last. The lock is held, and dropped meanwhile.
 */
static void collect_oldest(struct hlrt_context *ctx, struct hlrti_submitter *s)
{
	struct hlrti_batch *oldest = to_batch(s->pending.next);
	uint64_t seq = oldest->seq;
	bool done;
	int rc;

	pthread_mutex_unlock(&s->lock);
	rc = wait_for(ctx, seq, INT64_MAX, &done);
	pthread_mutex_lock(&s->lock);
	if (oldest->pending && oldest->seq == seq)
		collected(s, oldest, rc);
}

static int try_submit(struct hlrti_batch *batch)
{
	struct hlrti_submitter *s = batch->ctx->submitter;
	int rc;

	/* Under the lock, so that the list's order is the order of the sequence numbers. */
	pthread_mutex_lock(&s->lock);
	while (!window_open(batch->ctx, s))
		collect_oldest(batch->ctx, s);
	rc = hlrti_port_submit(&batch->ctx->port, batch->cb_handle, batch->used, batch->queue, &batch->seq);
	if (!rc) {
		s->last_seq = batch->seq;
		batch->pending = true;
		hlrti_list_append(&s->pending, &batch->link);
	}
	pthread_mutex_unlock(&s->lock);
	return rc;
}

int hlrti_batch_submit(struct hlrti_batch *batch)
{
	int64_t deadline = hlrti_deadline(FULL_TIMEOUT), pause = FULL_RETRY_MIN;
	int rc;

	while ((rc = try_submit(batch)) == -EAGAIN) {
		if (hlrti_now() >= deadline)
			return hlrt_set_error(-ETIMEDOUT, "queue %u stayed full for %lld s", batch->queue,
					      (long long)(FULL_TIMEOUT / NSEC_PER_SEC));
		hlrti_sleep(pause);
		pause = 2 * pause < FULL_RETRY_MAX ? 2 * pause : FULL_RETRY_MAX;
	}
	return rc;
}

int hlrti_batch_wait(struct hlrti_batch *batch, int64_t deadline)
{
	struct hlrti_submitter *s = batch->ctx->submitter;
	uint64_t seq = batch->seq;
	bool done;
	int rc = wait_for(batch->ctx, seq, deadline, &done);

	pthread_mutex_lock(&s->lock);
	if (!batch->pending) {
		/* Another thread has asked first; what the driver told this one may be too late to be true. */
		if (rc != batch->result && batch->result)
			hlrt_set_error(batch->result, "submission %llu failed: %s", (unsigned long long)seq,
				       hlrti_strerror(batch->result));
		rc = batch->result;
		done = true;
	} else if (done) {
		collected(s, batch, rc);
	}
	pthread_mutex_unlock(&s->lock);
	if (!done)
		return hlrt_set_error(-ETIMEDOUT, "submission %llu did not finish in time", (unsigned long long)seq);
	return rc;
}
