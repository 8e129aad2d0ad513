// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Wait queues and completions, on futexes so that a signal ends an interruptible wait. */
#include <errno.h>
#include <linux/completion.h>
#include <linux/futex.h>
#include <linux/ktime.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kshim.h"

/* While exported dma-bufs live, a waiter looks for their last close this often. */
#define POLL_SLICE (HZ / 50 ? HZ / 50 : 1)

void init_waitqueue_head(wait_queue_head_t *wq)
{
	wq->seq = 0;
	spin_lock_init(&wq->lock);
}

void kshim_wake(wait_queue_head_t *wq)
{
	__atomic_add_fetch(&wq->seq, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &wq->seq, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

unsigned int kshim_wait_begin(wait_queue_head_t *wq)
{
	return __atomic_load_n(&wq->seq, __ATOMIC_SEQ_CST);
}

/*
 * The waiter may hold locks that a release() takes, so the looking is done by a worker, as the kernel's fput() defers
 * to task work.
 */
static void poll_work(struct work_struct *work)
{
	(void)work;
	kshim_dmabuf_poll();
}

static void request_poll(void)
{
	static DECLARE_WORK(work, poll_work);

	if (system_wq)
		queue_work(system_wq, &work);
}

int kshim_wait_sleep(wait_queue_head_t *wq, unsigned int seen, long *left, bool intr)
{
	ktime_t before = ktime_get();
	bool poll = kshim_dmabuf_live();
	long slice = poll && *left > POLL_SLICE ? POLL_SLICE : *left;
	struct timespec ts, *timeout = NULL;
	u64 ns;
	long ret;

	might_sleep();
	if (slice < MAX_SCHEDULE_TIMEOUT) {
		ns = jiffies_to_nsecs(slice);
		ts = (struct timespec){ .tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC };
		timeout = &ts;
	}
	ret = syscall(SYS_futex, &wq->seq, FUTEX_WAIT_PRIVATE, seen, timeout, NULL, 0);
	if (ret && errno == EINTR && intr)
		return -ERESTARTSYS;
	if (ret && errno == ETIMEDOUT) {
		if (poll)
			request_poll();
		if (*left < MAX_SCHEDULE_TIMEOUT)
			*left -= slice;
		return 0;
	}
	if (*left < MAX_SCHEDULE_TIMEOUT) {
		long gone = nsecs_to_jiffies(ktime_get() - before);

		*left = gone >= *left ? 0 : *left - gone;
	}
	return 0;
}

#define DONE_ALL (UINT_MAX / 2)

void init_completion(struct completion *c)
{
	c->done = 0;
	init_waitqueue_head(&c->wait);
}

void reinit_completion(struct completion *c)
{
	spin_lock(&c->wait.lock);
	c->done = 0;
	spin_unlock(&c->wait.lock);
}

/* The waiter may free the completion as soon as it sees it done, hence everything happens under the lock. */
static void add_done(struct completion *c, unsigned int n)
{
	spin_lock(&c->wait.lock);
	c->done = c->done >= DONE_ALL ? DONE_ALL : c->done + n;
	kshim_wake(&c->wait);
	spin_unlock(&c->wait.lock);
}

void complete(struct completion *c)
{
	add_done(c, 1);
}

void complete_all(struct completion *c)
{
	add_done(c, DONE_ALL);
}

bool completion_done(struct completion *c)
{
	bool done;

	spin_lock(&c->wait.lock);
	done = c->done != 0;
	spin_unlock(&c->wait.lock);
	return done;
}

bool try_wait_for_completion(struct completion *c)
{
	bool done;

	spin_lock(&c->wait.lock);
	done = c->done != 0;
	if (done && c->done < DONE_ALL)
		c->done--;
	spin_unlock(&c->wait.lock);
	return done;
}

void wait_for_completion(struct completion *c)
{
	KSHIM_WAIT(&c->wait, try_wait_for_completion(c), MAX_SCHEDULE_TIMEOUT, false);
}

unsigned long wait_for_completion_timeout(struct completion *c, unsigned long timeout)
{
	return KSHIM_WAIT(&c->wait, try_wait_for_completion(c), (long)timeout, false);
}

int wait_for_completion_interruptible(struct completion *c)
{
	long ret = KSHIM_WAIT(&c->wait, try_wait_for_completion(c), MAX_SCHEDULE_TIMEOUT, true);

	return ret < 0 ? (int)ret : 0;
}

long wait_for_completion_interruptible_timeout(struct completion *c, unsigned long timeout)
{
	return KSHIM_WAIT(&c->wait, try_wait_for_completion(c), (long)timeout, true);
}
