// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Command submission. A submission is a set of jobs, one buffer for one queue each; it has a
 * sequence number and ends when its last job has ended. Buffers are copied first and checked in the
 * copy, so that what was checked is what runs.
 */

#include <linux/dma-fence.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "hlrt.h"

#define HLRT_CS_FLAGS \
	(HLABI_CS_FLAG_FORCE_RESTORE | HLABI_CS_FLAG_TIMESTAMP | HLABI_CS_FLAG_CUSTOM_TIMEOUT)

/* queues_lock held. */
#define hlrt_count(ctx, what) \
	do { \
		struct hlrt_ctx *_ctx = (ctx); \
		_ctx->counters.ctx_##what++; \
		_ctx->dev->counters.total_##what++; \
	} while (0)

struct hlrt_cs *hlrt_cs_alloc(struct hlrt_ctx *ctx)
{
	struct hlrt_cs *cs = kzalloc(sizeof(*cs), GFP_KERNEL);

	if (!cs)
		return NULL;
	INIT_LIST_HEAD(&cs->node);
	INIT_LIST_HEAD(&cs->jobs);
	hlrt_ctx_get(ctx);
	cs->ctx = ctx;
	return cs;
}

void hlrt_cs_free(struct hlrt_cs *cs)
{
	struct hlrt_job *job, *next;

	list_for_each_entry_safe(job, next, &cs->jobs, node) {
		hlrt_shared_free(cs->ctx->dev, &job->cb);
		kfree(job);
	}
	dma_fence_put(cs->fence);
	hlrt_ctx_put(cs->ctx);
	kfree(cs);
}

struct hlrt_job *hlrt_cs_add_job(struct hlrt_cs *cs, unsigned int queue, const void *packets,
				 u32 len)
{
	struct hlrt_device *dev = cs->ctx->dev;
	struct hlrt_job *job = kzalloc(sizeof(*job), GFP_KERNEL);

	if (!job)
		return NULL;
	job->cs = cs;
	job->queue = queue;
	job->len = len;
	job->total = len + dev->asic->end_of_cb_size(len);
	if (hlrt_shared_alloc(dev, &job->cb, PAGE_ALIGN(job->total))) {
		kfree(job);
		return NULL;
	}
	memcpy(job->cb.cpu, packets, len);
	list_add_tail(&job->node, &cs->jobs);
	cs->num_jobs++;
	return job;
}

static struct hlrt_cs_result *hlrt_cs_result(struct hlrt_ctx *ctx, u64 seq)
{
	return &ctx->results[seq & (HLRT_CS_WINDOW - 1)];
}

/*
 * queues_lock held. The time limit is of work, not of waiting in a queue: it begins to count when
 * all older submissions with a limit have ended.
 */
static void hlrt_cs_time_oldest(struct hlrt_ctx *ctx)
{
	struct hlrt_cs *cs;

	list_for_each_entry(cs, &ctx->inflight, node) {
		if (!cs->has_deadline)
			continue;
		if (!cs->timed)
			cs->deadline = jiffies + cs->limit;
		cs->timed = true;
		return;
	}
}

static void hlrt_cs_finish(struct hlrt_cs *cs, int error)
{
	struct hlrt_ctx *ctx = cs->ctx;
	struct hlrt_cs_result *result = hlrt_cs_result(ctx, cs->seq);

	result->cs = NULL;
	result->error = error;
	result->time_ns = ktime_to_ns(ktime_get());
	result->done = true;
	if (cs->fence) {
		hlrt_fence_end(cs->fence, error);
		dma_fence_put(cs->fence);
		cs->fence = NULL;
	}
	list_move_tail(&cs->node, &ctx->dev->reap);
	hlrt_cs_time_oldest(ctx);
	queue_work(ctx->dev->wq, &ctx->dev->reap_work);
	wake_up_all(&ctx->cs_wait);
}

void hlrt_cs_job_done(struct hlrt_job *job)
{
	struct hlrt_cs *cs = job->cs;

	lockdep_assert_held(&cs->ctx->dev->queues_lock);
	if (!--cs->pending)
		hlrt_cs_finish(cs, cs->error);
}

struct dma_fence *hlrt_cs_fence(struct hlrt_ctx *ctx, u64 seq, struct dma_fence *spare)
{
	struct hlrt_cs_result *result = hlrt_cs_result(ctx, seq);

	lockdep_assert_held(&ctx->dev->queues_lock);
	if (!seq || seq >= ctx->next_seq)
		return ERR_PTR(-EINVAL);
	if (result->seq != seq)
		return ERR_PTR(-ENODATA);
	if (result->done) {
		hlrt_fence_end(spare, result->error);
		return dma_fence_get(spare);
	}
	/* Whoever waits for a fence counts on its end. */
	if (!result->cs->has_deadline)
		return ERR_PTR(-EOPNOTSUPP);
	if (!result->cs->fence)
		result->cs->fence = dma_fence_get(spare);
	return dma_fence_get(result->cs->fence);
}

/* Engines are halted: nothing of what is in flight will complete by itself. */
void hlrt_cs_abort_all(struct hlrt_device *dev, int error)
{
	struct hlrt_ctx *ctx;
	struct hlrt_cs *cs, *next;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&dev->queues_lock, flags);
	ctx = dev->ctx;
	if (ctx)
		list_for_each_entry_safe(cs, next, &ctx->inflight, node)
			hlrt_cs_finish(cs, cs->error ?: error);
	for (i = 0; i < dev->prop.num_queues; i++) {
		struct hlrt_queue *q = &dev->queue[i];

		memset(q->jobs, 0, HLRT_QUEUE_LENGTH * sizeof(*q->jobs));
		q->ci = q->pi;
	}
	spin_unlock_irqrestore(&dev->queues_lock, flags);
}

void hlrt_cs_reap_work(struct work_struct *work)
{
	struct hlrt_device *dev = container_of(work, struct hlrt_device, reap_work);
	struct hlrt_cs *cs, *next;
	LIST_HEAD(done);

	spin_lock_irq(&dev->queues_lock);
	list_splice_init(&dev->reap, &done);
	spin_unlock_irq(&dev->queues_lock);
	list_for_each_entry_safe(cs, next, &done, node)
		hlrt_cs_free(cs);
}

/* queues_lock held. Lets the watchdog come at the deadline, unless it comes earlier anyway. */
static void hlrt_cs_watch(struct hlrt_device *dev, unsigned long deadline)
{
	unsigned long now = jiffies;

	if (delayed_work_pending(&dev->watchdog) && !time_before(deadline, dev->watchdog_at))
		return;
	dev->watchdog_at = deadline;
	mod_delayed_work(dev->wq, &dev->watchdog, time_after(deadline, now) ? deadline - now : 1);
}

/*
 * Fails what has run out of time and lets the device be reset; else comes back for the next
 * deadline.
 */
void hlrt_cs_watchdog(struct work_struct *work)
{
	struct hlrt_device *dev = container_of(to_delayed_work(work), struct hlrt_device, watchdog);
	unsigned long next = 0;
	bool again = false, late = false;
	struct hlrt_cs *cs;

	hlrt_device_poll(dev); /* late may be the interrupt alone */
	spin_lock_irq(&dev->queues_lock);
	if (dev->ctx) {
		list_for_each_entry(cs, &dev->ctx->inflight, node) {
			unsigned long at = cs->timed ? cs->deadline : jiffies + cs->limit;

			if (!cs->has_deadline)
				continue;
			if (cs->timed && time_after_eq(jiffies, at)) {
				dev_err(dev->dev, "submission %llu of pid %d timed out\n", cs->seq,
					cs->ctx->pid);
				cs->error = -ETIMEDOUT;
				dev->last_timeout.seq = cs->seq;
				dev->last_timeout.timestamp = ktime_get_ns();
				late = true;
			} else if (!again || time_before(at, next)) {
				next = at;
				again = true;
			}
		}
	}
	if (again && !late)
		hlrt_cs_watch(dev, next);
	spin_unlock_irq(&dev->queues_lock);

	if (late) {
		hlrt_device_event(dev, HLABI_EVENT_CS_TIMEOUT);
		hlrt_device_request_reset(dev, HLRT_RESET_CS_TIMEOUT);
	}
}

static bool hlrt_cs_fits(struct hlrt_cs *cs)
{
	struct hlrt_device *dev = cs->ctx->dev;
	unsigned int need[HLRT_MAX_QUEUES] = {};
	struct hlrt_job *job;

	list_for_each_entry(job, &cs->jobs, node)
		if (++need[job->queue] > hlrt_queue_free_slots(&dev->queue[job->queue]))
			return false;
	return true;
}

static int hlrt_cs_check_submit(struct hlrt_cs *cs)
{
	struct hlrt_ctx *ctx = cs->ctx;
	struct hlrt_cs_result *result = hlrt_cs_result(ctx, ctx->next_seq);

	if (READ_ONCE(ctx->dead) || !ctx->dev->accepting) {
		hlrt_count(ctx, device_in_reset_drop_cnt);
		return -ENODEV;
	}
	if (result->seq && !result->done) {
		hlrt_count(ctx, max_cs_in_flight_drop_cnt);
		return -EAGAIN;
	}
	if (!hlrt_cs_fits(cs)) {
		hlrt_count(ctx, queue_full_drop_cnt);
		return -EAGAIN;
	}
	return 0;
}

int hlrt_cs_submit_raw(struct hlrt_cs *cs)
{
	struct hlrt_ctx *ctx = cs->ctx;
	struct hlrt_device *dev = ctx->dev;
	struct hlrt_job *job;
	unsigned long flags;
	int rc;

	spin_lock_irqsave(&dev->queues_lock, flags);
	rc = hlrt_cs_check_submit(cs);
	if (rc)
		goto unlock;

	cs->seq = ctx->next_seq++;
	cs->pending = cs->num_jobs;
	*hlrt_cs_result(ctx, cs->seq) = (struct hlrt_cs_result){
		.seq = cs->seq,
		.cs = cs,
		.wants_time = cs->wants_time,
	};
	list_add_tail(&cs->node, &ctx->inflight);
	/* The lock keeps completions, and so the end of cs, away until all its jobs are queued. */
	list_for_each_entry(job, &cs->jobs, node)
		hlrt_queue_push(dev, job->queue, job);
	hlrt_cs_time_oldest(ctx);
	if (cs->has_deadline)
		hlrt_cs_watch(dev, jiffies + cs->limit);
unlock:
	spin_unlock_irqrestore(&dev->queues_lock, flags);
	return rc;
}

static int hlrt_cs_add_chunk(struct hlrt_cs *cs, const struct hlabi_cs_chunk *chunk)
{
	struct hlrt_device *dev = cs->ctx->dev;
	struct hlrt_cb *cb;
	struct hlrt_job *job;

	if (chunk->queue_index >= dev->prop.num_queues) {
		dev_dbg(dev->dev, "queue %u is not open to users\n", chunk->queue_index);
		return -EINVAL;
	}
	if (chunk->cs_chunk_flags || !chunk->cb_size || chunk->cb_size % 8 ||
	    chunk->cb_size > HLABI_CB_MAX_SIZE)
		return -EINVAL;
	cb = hlrt_cb_find(cs->ctx, chunk->cb_handle);
	if (!cb)
		return -EINVAL;
	if (chunk->cb_size > cb->size) {
		hlrt_cb_put(cb);
		return -EINVAL;
	}
	job = hlrt_cs_add_job(cs, chunk->queue_index, cb->cpu, chunk->cb_size);
	hlrt_cb_put(cb);
	return job ? 0 : -ENOMEM;
}

int hlrt_cs_validate(struct hlrt_cs *cs, u64 *check)
{
	struct hlrt_ctx *ctx = cs->ctx;
	struct hlrt_validate v = {
		.dev = ctx->dev,
		.ctx = ctx,
		.seq = ctx->next_seq,
		.check = ++ctx->checks,
	};
	struct hlrt_job *job;
	int rc;

	lockdep_assert_held(&ctx->mem_lock);
	list_for_each_entry(job, &cs->jobs, node) {
		v.queue = job->queue;
		rc = ctx->dev->asic->validate(&v, job->cb.cpu, job->len);
		if (rc) {
			spin_lock_irq(&ctx->dev->queues_lock);
			hlrt_count(ctx, validation_drop_cnt);
			spin_unlock_irq(&ctx->dev->queues_lock);
			return rc;
		}
	}
	*check = v.imports ? v.check : 0;
	return 0;
}

/* With mem_lock from the check to the doorbell: no mapping goes in between. */
static int hlrt_cs_validate_and_submit(struct hlrt_cs *cs, u64 *seq)
{
	struct hlrt_imports *imports = NULL;
	struct hlrt_ctx *ctx = cs->ctx;
	u64 check;
	int rc;

	mutex_lock(&ctx->mem_lock);
	*seq = ctx->next_seq;
	rc = hlrt_cs_validate(cs, &check);
	if (!rc && !check)
		rc = hlrt_cs_submit_raw(cs); /* cs may be gone afterwards */
	else if (!rc)
		imports = hlrt_imports_get(ctx, check);
	mutex_unlock(&ctx->mem_lock);
	if (!imports)
		return !rc && check ? -ENOMEM : rc;
	rc = hlrt_cs_submit_fenced(cs, imports, seq);
	hlrt_imports_put(imports);
	return rc;
}

static int hlrt_cs_build(struct hlrt_cs *cs, const struct hlabi_cs_in *in)
{
	struct hlabi_cs_chunk *chunks;
	size_t size = array_size(in->num_chunks_execute, sizeof(*chunks));
	unsigned int i;
	int rc = 0;

	chunks = kvmalloc(size, GFP_KERNEL);
	if (!chunks)
		return -ENOMEM;
	if (copy_from_user(chunks, u64_to_user_ptr(in->chunks_execute), size))
		rc = -EFAULT;
	for (i = 0; !rc && i < in->num_chunks_execute; i++)
		rc = hlrt_cs_add_chunk(cs, &chunks[i]);
	kvfree(chunks);
	return rc;
}

static void hlrt_cs_set_deadline(struct hlrt_cs *cs, const struct hlabi_cs_in *in)
{
	unsigned int ms = hlrt_cs_timeout_ms;

	if (in->cs_flags & HLABI_CS_FLAG_CUSTOM_TIMEOUT)
		ms = min_t(u64, (u64)in->timeout * 1000, UINT_MAX);
	cs->has_deadline = ms != 0;
	cs->limit = msecs_to_jiffies(ms);
}

int hlrt_cs_ioctl(struct hlrt_file *file, void *data)
{
	union hlabi_cs_args *args = data;
	struct hlabi_cs_in in = args->in;
	struct hlrt_ctx *ctx = file->ctx;
	struct hlrt_cs *cs;
	u64 seq = 0;
	int rc;

	memset(args, 0, sizeof(*args));
	if (memchr_inv(in.pad, 0, sizeof(in.pad)))
		return -EINVAL;
	if (in.cs_flags & ~HLRT_CS_FLAGS || in.num_chunks_restore)
		return -EOPNOTSUPP;
	if (!in.num_chunks_execute || in.num_chunks_execute > HLABI_CS_MAX_CHUNKS)
		return -EINVAL;

	cs = hlrt_cs_alloc(ctx);
	if (!cs)
		return -ENOMEM;
	rc = hlrt_cs_build(cs, &in);
	if (rc) {
		hlrt_cs_free(cs);
		return rc;
	}
	hlrt_cs_set_deadline(cs, &in);
	cs->wants_time = in.cs_flags & HLABI_CS_FLAG_TIMESTAMP;

	rc = hlrt_cs_validate_and_submit(cs, &seq);
	if (rc) {
		hlrt_cs_free(cs);
		return rc;
	}
	args->out.seq = seq;
	return 0;
}
