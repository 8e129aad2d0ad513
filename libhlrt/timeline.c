// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Order between queues without the host. A timeline is a sync object that counts the submissions of one stream; a
 * queue waits for a count by its monitor. Both are taken when they are first needed.
 *
 * A sync object keeps its count when it goes from one stream to the next, so "at least value" stays true for ever once it is. Only
 * the largest count ends that: such an object is retired, and cleared when nothing that was submitted refers to it.
 *
 * A queue is a FIFO that stands still while it waits, so it has at most one wait at a time and needs one monitor.
 *
 * Nothing here can wait for ever. A wait is only submitted for a signal that was submitted before it, so by the driver's numbers
 * every dependency points backwards: of all that has not ended, the submission with the smallest number has nothing in front of
 * it in its queue and nothing left to wait for. What never signals is what the driver aborts, and with it all the rest.
 */
#include "internal.h"

#include <stdlib.h>

static struct hlrti_timeline *to_timeline(struct hlrti_list *link)
{
	return hlrti_entry(link, struct hlrti_timeline, link);
}

static void lock(struct hlrt_context *ctx)
{
	pthread_mutex_lock(&ctx->submitter.lock);
}

static void unlock(struct hlrt_context *ctx)
{
	pthread_mutex_unlock(&ctx->submitter.lock);
}

void hlrti_timelines_init(struct hlrt_context *ctx)
{
	hlrti_list_init(&ctx->timelines.all_free);
	hlrti_list_init(&ctx->timelines.retired);
}

void hlrti_timelines_fini(struct hlrt_context *ctx)
{
	struct hlrti_timelines *t = &ctx->timelines;
	struct hlrti_list *link;

	while ((link = hlrti_list_pop(&t->all_free)) || (link = hlrti_list_pop(&t->retired)))
		free(to_timeline(link));
}

bool hlrti_timelines_possible(const struct hlrt_context *ctx)
{
	return ctx->ops->encode_wait && ctx->ops->num_sobs && ctx->ops->num_monitors;
}

bool hlrti_timeline_is_full(const struct hlrt_context *ctx, const struct hlrti_timeline *timeline)
{
	return timeline->value >= ctx->ops->sob_max;
}

/* One that nothing refers to any more. */
static struct hlrti_timeline *take_retired(struct hlrt_context *ctx)
{
	struct hlrti_timeline *found = NULL;
	uint64_t oldest;

	lock(ctx);
	oldest = hlrti_oldest_pending(ctx);
	for (struct hlrti_list *link = ctx->timelines.retired.next; !found && link != &ctx->timelines.retired;
	     link = link->next)
		if (!to_timeline(link)->pins && to_timeline(link)->last_seq < oldest)
			found = to_timeline(link);
	if (found)
		hlrti_list_remove(&found->link);
	unlock(ctx);
	return found;
}

/* Lets the device clear it, and waits for that: no wait for its new counts may see an old one. */
static int clear(struct hlrt_context *ctx, struct hlrti_timeline *timeline)
{
	uint32_t queue = ctx->ops->choose_queue(ctx->priv, HLRT_PLACE_DEVICE, HLRT_PLACE_DEVICE, 0);
	struct hlrti_work *work = hlrti_work_new(ctx, queue, NULL, NULL);
	struct hlrt_cb *cb;
	int rc;

	if (!work)
		return -ENOMEM;
	rc = hlrti_cb_get(ctx, &cb);
	if (!rc) {
		rc = hlrti_cb_append(
			cb, ctx->ops->encode_sob_clear(ctx->priv, timeline->sob, hlrti_cb_end(cb), hlrti_cb_room(cb)));
		if (!rc)
			rc = hlrti_work_submit_cb(work, cb);
		hlrti_cb_put(cb);
	}
	hlrti_work_close(work);
	hlrti_work_wait(work, INT64_MAX);
	if (!rc)
		rc = hlrti_work_result(work);
	hlrti_work_put(work);
	if (!rc)
		timeline->value = 0;
	return rc;
}

/* A fresh one is 0, as the driver leaves it, or to be cleared, where others may have counted with it. */
static struct hlrti_timeline *create(const struct hlrt_context *ctx, uint32_t sob)
{
	struct hlrti_timeline *timeline = calloc(1, sizeof(*timeline));

	if (timeline) {
		hlrti_list_init(&timeline->link);
		timeline->sob = sob;
		timeline->value = ctx->given ? ctx->ops->sob_max : 0;
	}
	return timeline;
}

/* One that is ready, or a new one; *retired says whether there are others. */
static struct hlrti_timeline *take_free(struct hlrt_context *ctx, bool *retired)
{
	struct hlrti_timelines *t = &ctx->timelines;
	struct hlrti_timeline *timeline = NULL;
	struct hlrti_list *link;

	lock(ctx);
	*retired = !hlrti_list_empty(&t->retired);
	link = hlrti_list_pop(&t->all_free);
	if (link) {
		timeline = to_timeline(link);
	} else if (t->created < ctx->ops->num_sobs) {
		timeline = create(ctx, t->created);
		t->created += timeline != NULL;
	}
	unlock(ctx);
	return timeline;
}

struct hlrti_timeline *hlrti_timeline_get(struct hlrt_context *ctx)
{
	struct hlrti_timeline *timeline;
	bool retired;

	if (!hlrti_timelines_possible(ctx))
		return NULL;
	timeline = take_free(ctx, &retired);
	if (!timeline && retired) {
		timeline = take_retired(ctx);
		if (!timeline) {
			hlrti_collect(ctx);
			timeline = take_retired(ctx);
		}
	}
	if (timeline && hlrti_timeline_is_full(ctx, timeline) && clear(ctx, timeline)) {
		hlrti_timeline_put(ctx, timeline);
		return NULL;
	}
	return timeline;
}

void hlrti_timeline_put(struct hlrt_context *ctx, struct hlrti_timeline *timeline)
{
	bool full = hlrti_timeline_is_full(ctx, timeline);

	lock(ctx);
	hlrti_list_append(full ? &ctx->timelines.retired : &ctx->timelines.all_free, &timeline->link);
	unlock(ctx);
}

uint32_t hlrti_timeline_advance(struct hlrt_context *ctx, struct hlrti_timeline *timeline, uint64_t seq)
{
	lock(ctx);
	timeline->last_seq = seq;
	unlock(ctx);
	return ++timeline->value;
}

void hlrti_timeline_pin(struct hlrt_context *ctx, struct hlrti_timeline *timeline)
{
	lock(ctx);
	timeline->pins++;
	unlock(ctx);
}

void hlrti_timeline_unpin(struct hlrt_context *ctx, struct hlrti_timeline *timeline, uint64_t seq)
{
	lock(ctx);
	timeline->pins--;
	if (seq > timeline->last_seq)
		timeline->last_seq = seq;
	unlock(ctx);
}

bool hlrti_timeline_monitor(struct hlrt_context *ctx, uint32_t queue, uint32_t *monitor)
{
	struct hlrti_timelines *t = &ctx->timelines;
	uint32_t most = ctx->ops->num_monitors < HLRTI_MAX_MONITORS ? ctx->ops->num_monitors : HLRTI_MAX_MONITORS;
	uint32_t i = 0;

	lock(ctx);
	while (i < t->num_monitors && t->monitor_queue[i] != queue)
		i++;
	if (i == t->num_monitors && i < most)
		t->monitor_queue[t->num_monitors++] = queue;
	unlock(ctx);
	*monitor = i;
	return i < most;
}
