// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Workqueues: threads for each queue, one timer thread for delayed work. One lock covers all of it; work functions
 * run outside it. Threads appear with the first work, so that a program that never queues any has none.
 */
#include <errno.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <pthread.h>
#include <stdlib.h>

#include "kshim.h"

#define MAX_WORKERS 4

struct worker {
	pthread_t thread;
	struct workqueue_struct *wq;
	struct work_struct *running;
};

struct workqueue_struct {
	char name[TASK_COMM_LEN];
	struct list_head queue;
	pthread_cond_t more; /* work was queued, or stop */
	struct worker workers[MAX_WORKERS];
	unsigned int num_workers, max_workers, idle, busy;
	bool stop;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER; /* some work function returned */
static _Thread_local struct worker *this_worker;

static struct workqueue_struct system_queue = {
	.name = "events",
	.queue = LIST_HEAD_INIT(system_queue.queue),
	.more = PTHREAD_COND_INITIALIZER,
	.max_workers = MAX_WORKERS,
};
struct workqueue_struct *system_wq = &system_queue;

static struct {
	pthread_t thread;
	pthread_cond_t changed;
	struct list_head armed;
	bool running, stop;
} timer = { .armed = LIST_HEAD_INIT(timer.armed) };

static bool is_running(const struct workqueue_struct *wq, const struct work_struct *work)
{
	for (unsigned int i = 0; wq && i < wq->num_workers; i++)
		if (wq->workers[i].running == work)
			return true;
	return false;
}

/* The first work that no other worker runs already: a work item never runs twice at a time. */
static struct work_struct *next_work(struct workqueue_struct *wq)
{
	struct work_struct *work;

	list_for_each_entry(work, &wq->queue, entry)
		if (!is_running(wq, work))
			return work;
	return NULL;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct workqueue_struct *wq = w->wq;
	struct work_struct *work;

	kshim_thread_name(wq->name);
	this_worker = w;
	pthread_mutex_lock(&lock);
	for (;;) {
		work = next_work(wq);
		if (!work && wq->stop)
			break;
		if (!work) {
			wq->idle++;
			pthread_cond_wait(&wq->more, &lock);
			wq->idle--;
			continue;
		}
		list_del_init(&work->entry);
		WRITE_ONCE(work->pending, false);
		w->running = work;
		wq->busy++;
		pthread_mutex_unlock(&lock);
		work->func(work); /* may free the work */
		WARN(current->atomic_depth, "work function returned in atomic context");
		pthread_mutex_lock(&lock);
		w->running = NULL;
		wq->busy--;
		pthread_cond_broadcast(&done);
		pthread_cond_broadcast(&wq->more); /* a work that waited for this one may run now */
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void enqueue(struct workqueue_struct *wq, struct work_struct *work)
{
	struct worker *w;

	/* As the kernel does: work that runs on another queue stays there, so that it never runs twice at a time. */
	if (work->wq && work->wq != wq && is_running(work->wq, work))
		wq = work->wq;
	work->wq = wq;
	WRITE_ONCE(work->pending, true);
	list_add_tail(&work->entry, &wq->queue);
	if (!wq->idle && wq->num_workers < wq->max_workers) {
		w = &wq->workers[wq->num_workers];
		w->wq = wq;
		if (!pthread_create(&w->thread, NULL, worker_main, w))
			wq->num_workers++;
		BUG_ON(!wq->num_workers);
	}
	pthread_cond_signal(&wq->more);
}

bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	bool queued = false;

	pthread_mutex_lock(&lock);
	WARN(wq->stop, "work queued on %s, which is being destroyed", wq->name);
	if (!work->pending) {
		enqueue(wq, work);
		queued = true;
	}
	pthread_mutex_unlock(&lock);
	return queued;
}

static void wait_not_running(struct work_struct *work)
{
	WARN(this_worker && this_worker->running == work, "work waits for itself");
	while (is_running(work->wq, work))
		pthread_cond_wait(&done, &lock);
}

bool flush_work(struct work_struct *work)
{
	bool waited = false;

	might_sleep();
	pthread_mutex_lock(&lock);
	while (work->pending || is_running(work->wq, work)) {
		waited = true;
		pthread_cond_wait(&done, &lock);
	}
	pthread_mutex_unlock(&lock);
	return waited;
}

static bool take_back(struct work_struct *work)
{
	if (!work->pending || list_empty(&work->entry))
		return false;
	list_del_init(&work->entry);
	WRITE_ONCE(work->pending, false);
	pthread_cond_broadcast(&done);
	return true;
}

bool cancel_work(struct work_struct *work)
{
	bool was;

	pthread_mutex_lock(&lock);
	was = take_back(work);
	pthread_mutex_unlock(&lock);
	return was;
}

bool cancel_work_sync(struct work_struct *work)
{
	bool was;

	might_sleep();
	pthread_mutex_lock(&lock);
	was = take_back(work);
	wait_not_running(work);
	/* It may have queued itself again while it ran. */
	take_back(work);
	pthread_mutex_unlock(&lock);
	return was;
}

void flush_workqueue(struct workqueue_struct *wq)
{
	might_sleep();
	pthread_mutex_lock(&lock);
	WARN(this_worker && this_worker->wq == wq, "workqueue %s flushed by its own work", wq->name);
	while (!list_empty(&wq->queue) || wq->busy)
		pthread_cond_wait(&done, &lock);
	pthread_mutex_unlock(&lock);
}

void drain_workqueue(struct workqueue_struct *wq)
{
	flush_workqueue(wq);
}

struct work_struct *current_work(void)
{
	return this_worker ? this_worker->running : NULL;
}

/* ---- delayed work ---- */

static void disarm(struct delayed_work *dw)
{
	list_del_init(&dw->timer_entry);
	WRITE_ONCE(dw->armed, false);
}

/* Fires what is due; returns when the next one will be, or 0. */
static u64 fire_due(u64 now)
{
	struct delayed_work *dw, *tmp;
	u64 next = 0;

	list_for_each_entry_safe(dw, tmp, &timer.armed, timer_entry) {
		if (dw->due_ns <= now) {
			disarm(dw);
			if (!dw->work.pending)
				enqueue(dw->wq, &dw->work);
		} else if (!next || dw->due_ns < next) {
			next = dw->due_ns;
		}
	}
	return next;
}

static void *timer_main(void *arg)
{
	struct timespec ts;
	u64 next;

	(void)arg;
	kshim_thread_name("kshim-timer");
	pthread_mutex_lock(&lock);
	while (!timer.stop) {
		next = fire_due(ktime_get_ns());
		if (!next) {
			pthread_cond_wait(&timer.changed, &lock);
			continue;
		}
		ts = (struct timespec){ .tv_sec = next / NSEC_PER_SEC, .tv_nsec = next % NSEC_PER_SEC };
		pthread_cond_timedwait(&timer.changed, &lock, &ts);
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void start_timer(void)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC); /* not every libc has pthread_cond_clockwait() */
	pthread_cond_init(&timer.changed, &attr);
	pthread_condattr_destroy(&attr);
	timer.stop = false;
	timer.running = !pthread_create(&timer.thread, NULL, timer_main, NULL);
	BUG_ON(!timer.running);
}

static void stop_timer(void)
{
	if (!timer.running)
		return;
	pthread_mutex_lock(&lock);
	WARN(!list_empty(&timer.armed), "delayed work is still armed at the end");
	timer.stop = true;
	pthread_cond_signal(&timer.changed);
	pthread_mutex_unlock(&lock);
	pthread_join(timer.thread, NULL);
	pthread_cond_destroy(&timer.changed);
	timer.running = false;
}

static void arm(struct workqueue_struct *wq, struct delayed_work *dw, unsigned long delay)
{
	if (!delay) {
		enqueue(wq, &dw->work);
		return;
	}
	dw->wq = wq;
	dw->due_ns = ktime_get_ns() + jiffies_to_nsecs(delay);
	WRITE_ONCE(dw->armed, true);
	list_add_tail(&dw->timer_entry, &timer.armed);
	if (!timer.running)
		start_timer();
	pthread_cond_signal(&timer.changed);
}

bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dw, unsigned long delay)
{
	bool queued = false;

	pthread_mutex_lock(&lock);
	WARN(wq->stop, "delayed work queued on %s, which is being destroyed", wq->name);
	if (!dw->armed && !dw->work.pending) {
		arm(wq, dw, delay);
		queued = true;
	}
	pthread_mutex_unlock(&lock);
	return queued;
}

static bool take_back_delayed(struct delayed_work *dw)
{
	if (!dw->armed)
		return take_back(&dw->work);
	disarm(dw);
	return true;
}

bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dw, unsigned long delay)
{
	bool was;

	pthread_mutex_lock(&lock);
	was = take_back_delayed(dw);
	arm(wq, dw, delay);
	pthread_mutex_unlock(&lock);
	return was;
}

bool cancel_delayed_work(struct delayed_work *dw)
{
	bool was;

	pthread_mutex_lock(&lock);
	was = take_back_delayed(dw);
	pthread_mutex_unlock(&lock);
	return was;
}

bool cancel_delayed_work_sync(struct delayed_work *dw)
{
	bool was;

	might_sleep();
	pthread_mutex_lock(&lock);
	was = take_back_delayed(dw);
	wait_not_running(&dw->work);
	take_back_delayed(dw);
	pthread_mutex_unlock(&lock);
	return was;
}

bool flush_delayed_work(struct delayed_work *dw)
{
	pthread_mutex_lock(&lock);
	if (dw->armed) {
		disarm(dw);
		enqueue(dw->wq, &dw->work);
	}
	pthread_mutex_unlock(&lock);
	return flush_work(&dw->work);
}

/* ---- life of a queue ---- */

struct workqueue_struct *kshim_workqueue(unsigned int flags, int max_active, const char *fmt, ...)
{
	struct workqueue_struct *wq = kzalloc(sizeof(*wq), GFP_KERNEL);
	va_list ap;

	if (!wq)
		return NULL;
	va_start(ap, fmt);
	kshim_vsnprintf(wq->name, sizeof(wq->name), fmt, ap);
	va_end(ap);
	INIT_LIST_HEAD(&wq->queue);
	pthread_cond_init(&wq->more, NULL);
	wq->max_workers = MAX_WORKERS;
	if (flags & KSHIM_WQ_ORDERED)
		wq->max_workers = 1;
	else if (max_active > 0 && max_active < MAX_WORKERS)
		wq->max_workers = max_active;
	return wq;
}

static void stop_workers(struct workqueue_struct *wq)
{
	pthread_mutex_lock(&lock);
	wq->stop = true;
	pthread_cond_broadcast(&wq->more);
	pthread_mutex_unlock(&lock);
	for (unsigned int i = 0; i < wq->num_workers; i++)
		pthread_join(wq->workers[i].thread, NULL);
	wq->num_workers = 0;
	wq->stop = false;
}

void destroy_workqueue(struct workqueue_struct *wq)
{
	flush_workqueue(wq);
	stop_workers(wq);
	pthread_cond_destroy(&wq->more);
	kfree(wq);
}

void kshim_workqueue_stop(void)
{
	stop_timer();
	flush_workqueue(system_wq);
	stop_workers(system_wq);
}
