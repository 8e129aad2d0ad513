/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the device is given to do: command buffers, submissions and their results, streams and what orders them.
 *
 * A work is one piece that a fence can stand for. It has a part for each submission to the driver, because long
 * copies are split. A part's result is asked for exactly once, by whoever comes first, and goes into the work.
 * No thread does that in the background: results are collected when something is submitted, waited for or freed.
 */
#ifndef HLRT_WORK_H
#define HLRT_WORK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <abi/hlabi.h>
#include "list.h"
#include "provider.h"

struct hlrt_context;
struct hlrt_fence;
struct hlrt_mem;

/* ---- cb.c: command buffers. The drivers copy them at submission, so they are free again at once. ---- */

struct hlrt_cb {
	struct hlrti_list link; /* idle list of the library's own */
	struct hlrt_context *ctx;
	uint64_t handle;
	uint8_t *data;
	uint32_t size, used;
};

struct hlrti_cb_pool {
	pthread_mutex_t lock;
	pthread_cond_t put;
	struct hlrti_list idle;
	unsigned int count; /* that exist */
};

void hlrti_cb_pool_init(struct hlrt_context *ctx);
void hlrti_cb_pool_fini(struct hlrt_context *ctx);
/* An empty one of the library's own; waits while too many are in use. */
int hlrti_cb_get(struct hlrt_context *ctx, struct hlrt_cb **cb);
void hlrti_cb_put(struct hlrt_cb *cb);
/* Takes over what an encoder of the provider wrote to the free bytes, or its error. */
int hlrti_cb_append(struct hlrt_cb *cb, int written);

static inline uint8_t *hlrti_cb_end(const struct hlrt_cb *cb)
{
	return cb->data + cb->used;
}

static inline uint32_t hlrti_cb_room(const struct hlrt_cb *cb)
{
	return cb->size - cb->used;
}

/* ---- submit.c: submissions and results ---- */

#define HLRTI_WORK_TEXT 160

struct hlrti_work {
	atomic_uint refs;
	struct hlrt_context *ctx;
	struct hlrt_mem *mem[2]; /* used until the end */
	uint32_t queue;		 /* all parts' */
	uint64_t last_seq;	 /* 0: nothing was submitted */
	/* Who sees timeline at value knows that the work has ended. NULL: only the host can know. */
	struct hlrti_timeline *timeline;
	uint32_t value;
	/* Under the submitter's lock. */
	struct hlrti_list parts; /* not collected, oldest first */
	bool open;		 /* more parts may come */
	bool done;
	struct hlrt_stream *stream; /* until done */
	struct hlrti_list of_stream;
	/* Constant once done. */
	int result; /* the first part's that failed */
	char text[HLRTI_WORK_TEXT];
};

struct hlrti_submitter {
	pthread_mutex_t lock;
	struct hlrti_list pending; /* parts in the order of their sequence numbers */
	unsigned int num_pending;
	uint64_t last_seq;
};

#define HLRTI_ANY_QUEUE UINT32_MAX /* of a work that uses several */

/* All that this header has in a context. What was not collected is dropped. */
void hlrti_work_init(struct hlrt_context *ctx);
void hlrti_work_fini(struct hlrt_context *ctx);
/* Submissions that this library keeps in flight on a driver that tells max_in_flight apart. */
uint32_t hlrti_window(const struct hlrt_context *ctx);

/* Sequence number of the oldest part that was not collected; UINT64_MAX: none. The lock is held. */
uint64_t hlrti_oldest_pending(const struct hlrt_context *ctx);

/* A work to which parts may be submitted, with one reference. dst and src may be NULL. */
struct hlrti_work *hlrti_work_new(struct hlrt_context *ctx, uint32_t queue, struct hlrt_mem *dst, struct hlrt_mem *src);
void hlrti_work_get(struct hlrti_work *work);
void hlrti_work_put(struct hlrti_work *work);
/* timeout_s: the driver's limit; 0: its default. Waits for room. */
int hlrti_work_submit(struct hlrti_work *work, const struct hlabi_cs_chunk *chunks, uint32_t num, uint32_t timeout_s);
/* One part: what is in cb, to the work's queue. */
int hlrti_work_submit_cb(struct hlrti_work *work, const struct hlrt_cb *cb);
/* No more parts come. Only then may it be waited for. */
void hlrti_work_close(struct hlrti_work *work);
/* Waits until the deadline (hlrti_deadline()); true when the work has ended. */
bool hlrti_work_wait(struct hlrti_work *work, int64_t deadline);
/* Of a work that has ended: 0, or its error with the thread's text set. */
int hlrti_work_result(const struct hlrti_work *work);
/* The same as fences tell it: any error is -EIO. */
int hlrti_work_failure(const struct hlrti_work *work);
/* The work's end is known, without asking. */
bool hlrti_work_is_done(struct hlrti_work *work);
/* Takes whatever results there are. Never waits. */
void hlrti_collect(struct hlrt_context *ctx);

/* ---- timeline.c: sync objects as clocks, one for each stream ---- */

struct hlrti_timeline {
	struct hlrti_list link; /* free or retired list */
	uint32_t sob;
	uint32_t value;	   /* signals that were submitted; its owner's */
	unsigned int pins; /* waits that were begun and not submitted */
	uint64_t last_seq; /* newest submission that signals it or waits for it */
};

#define HLRTI_MAX_MONITORS 32

struct hlrti_timelines { /* under the submitter's lock */
	struct hlrti_list all_free;
	struct hlrti_list retired; /* at their largest value, to be cleared */
	uint32_t created;
	uint32_t num_monitors;
	uint32_t monitor_queue[HLRTI_MAX_MONITORS]; /* whose monitor it is */
};

void hlrti_timelines_init(struct hlrt_context *ctx);
void hlrti_timelines_fini(struct hlrt_context *ctx);
/* Can this ASIC's queues wait for one another without the host? */
bool hlrti_timelines_possible(const struct hlrt_context *ctx);
/* NULL when there is none left. */
struct hlrti_timeline *hlrti_timeline_get(struct hlrt_context *ctx);
void hlrti_timeline_put(struct hlrt_context *ctx, struct hlrti_timeline *timeline);
bool hlrti_timeline_is_full(const struct hlrt_context *ctx, const struct hlrti_timeline *timeline);
/* One more signal was submitted, with seq; the count that it reaches. */
uint32_t hlrti_timeline_advance(struct hlrt_context *ctx, struct hlrti_timeline *timeline, uint64_t seq);
/* Keeps the sync object's count from being cleared until unpin; seq is of the submission that waits, or 0. */
void hlrti_timeline_pin(struct hlrt_context *ctx, struct hlrti_timeline *timeline);
void hlrti_timeline_unpin(struct hlrt_context *ctx, struct hlrti_timeline *timeline, uint64_t seq);
/* The queue's monitor; false when there is none left. */
bool hlrti_timeline_monitor(struct hlrt_context *ctx, uint32_t queue, uint32_t *monitor);

/* ---- copy.c: transfers ---- */

/* A copy or a fill, checked, of which `left` bytes are still to be encoded. */
struct hlrti_transfer {
	struct hlrt_mem *dst, *src; /* src NULL: a fill */
	struct hlrt_provider_copy copy;
	struct hlrt_provider_fill fill;
	uint64_t left;
};

int hlrti_transfer_copy(struct hlrti_transfer *t, struct hlrt_mem *dst, uint64_t dst_offset, struct hlrt_mem *src,
			uint64_t src_offset, uint64_t length);
int hlrti_transfer_fill(struct hlrti_transfer *t, struct hlrt_mem *mem, uint64_t offset, uint32_t pattern,
			uint64_t length);
uint32_t hlrti_transfer_queue(const struct hlrti_transfer *t, uint32_t hint);
/* Encodes as much as fits one submission, and leaves so many bytes of the buffer free. */
int hlrti_transfer_encode(struct hlrti_transfer *t, struct hlrt_cb *cb, uint32_t reserve);

/* ---- stream.c, fence.c ---- */

#define HLRTI_STREAM_WAITS 16

struct hlrt_stream {
	struct hlrt_context *ctx;
	uint32_t hint;
	struct hlrti_timeline *timeline; /* NULL: none was to be had */
	struct hlrti_work *last;	 /* newest piece of work, or NULL */
	/* What the next submission waits for; their timelines are pinned. */
	struct hlrti_work *waits[HLRTI_STREAM_WAITS];
	unsigned int num_waits;
	/* Under the submitter's lock. */
	struct hlrti_list works;   /* not done */
	struct hlrti_work *failed; /* the first since the last sync */
};

/* A handle to be completed by hlrti_fence_set(), or deleted. */
int hlrti_fence_new(struct hlrt_context *ctx, struct hlrt_fence **fence);
void hlrti_fence_set(struct hlrt_fence *fence, struct hlrti_work *work);
void hlrti_fence_delete(struct hlrt_fence *fence);
struct hlrti_work *hlrti_fence_work(struct hlrt_fence *fence);

#endif /* HLRT_WORK_H */
