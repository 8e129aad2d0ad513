/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_WAIT_H
#define KSHIM_LINUX_WAIT_H

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/spinlock.h>

/*
 * A waiter reads seq, tests its condition and sleeps until seq differs, so that no wake-up between test and sleep is
 * lost. Waking wakes all: more than the kernel does, never less.
 */
typedef struct wait_queue_head {
	unsigned int seq;
	spinlock_t lock;
} wait_queue_head_t;

#define __WAIT_QUEUE_HEAD_INITIALIZER(name) \
	{ \
		.lock = __SPIN_LOCK_UNLOCKED(name.lock) \
	}
#define DECLARE_WAIT_QUEUE_HEAD(name) wait_queue_head_t name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK DECLARE_WAIT_QUEUE_HEAD

void init_waitqueue_head(wait_queue_head_t *wq);
void kshim_wake(wait_queue_head_t *wq);
unsigned int kshim_wait_begin(wait_queue_head_t *wq);
/*
 * Sleeps until seq is no longer the value seen, or *left (jiffies, reduced by what went by) is 0. Returns
 * -ERESTARTSYS when a signal handler ran and intr is set.
 */
int kshim_wait_sleep(wait_queue_head_t *wq, unsigned int seen, long *left, bool intr);

#define wake_up kshim_wake
#define wake_up_all kshim_wake
#define wake_up_interruptible kshim_wake
#define wake_up_interruptible_all kshim_wake
#define wake_up_locked kshim_wake
#define wake_up_all_locked kshim_wake
#define wake_up_poll(wq, m) kshim_wake(wq)
#define wake_up_interruptible_poll(wq, m) kshim_wake(wq)
#define waitqueue_active(wq) ((void)(wq), true)

/* As in the kernel: jiffies left (at least 1), 0 when time ran out with the condition false, or -ERESTARTSYS. */
#define KSHIM_WAIT(wq, condition, timeout, intr) \
	({ \
		long left__ = (timeout); \
		int err__ = 0; \
		for (;;) { \
			unsigned int seen__ = kshim_wait_begin(wq); \
			if (condition) { \
				left__ = left__ ? left__ : 1; \
				break; \
			} \
			if (err__ || !left__) \
				break; \
			err__ = kshim_wait_sleep(wq, seen__, &left__, intr); \
			if (err__) { \
				left__ = err__; \
				break; \
			} \
		} \
		left__; \
	})

#define wait_event(wq, c) ((void)KSHIM_WAIT(&(wq), c, MAX_SCHEDULE_TIMEOUT, false))
#define wait_event_timeout(wq, c, t) KSHIM_WAIT(&(wq), c, t, false)
#define wait_event_interruptible(wq, c) \
	({ \
		long wei__ = KSHIM_WAIT(&(wq), c, MAX_SCHEDULE_TIMEOUT, true); \
		wei__ < 0 ? (int)wei__ : 0; \
	})
#define wait_event_interruptible_timeout(wq, c, t) KSHIM_WAIT(&(wq), c, t, true)
#define wait_event_killable(wq, c) wait_event_interruptible(wq, c)
#define wait_event_killable_timeout(wq, c, t) wait_event_interruptible_timeout(wq, c, t)
#define wait_event_lock_irq(wq, c, l) \
	do { \
		for (;;) { \
			long forever__ = MAX_SCHEDULE_TIMEOUT; \
			unsigned int seen__ = kshim_wait_begin(&(wq)); \
			if (c) \
				break; \
			spin_unlock_irq(&(l)); \
			kshim_wait_sleep(&(wq), seen__, &forever__, false); \
			spin_lock_irq(&(l)); \
		} \
	} while (0)

#endif
