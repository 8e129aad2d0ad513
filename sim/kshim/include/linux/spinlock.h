/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_SPINLOCK_H
#define KSHIM_LINUX_SPINLOCK_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <pthread.h>

typedef struct spinlock {
	pthread_mutex_t lock;
	struct lockdep_map dep_map;
} spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name) \
	{ \
		.lock = PTHREAD_MUTEX_INITIALIZER \
	}
#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED(name)

void spin_lock_init(spinlock_t *l);
void spin_lock(spinlock_t *l);
int spin_trylock(spinlock_t *l);
void spin_unlock(spinlock_t *l);
bool spin_is_locked(spinlock_t *l);

/* Interrupt handlers run on a thread of their own here, so that keeping them out needs no more than the lock. */
#define spin_lock_irq spin_lock
#define spin_unlock_irq spin_unlock
#define spin_lock_bh spin_lock
#define spin_unlock_bh spin_unlock
#define spin_lock_irqsave(l, flags) \
	do { \
		(flags) = 0; \
		spin_lock(l); \
	} while (0)
#define spin_unlock_irqrestore(l, flags) \
	do { \
		(void)(flags); \
		spin_unlock(l); \
	} while (0)
#define assert_spin_locked(l) lockdep_assert_held(l)

typedef spinlock_t raw_spinlock_t;
#define DEFINE_RAW_SPINLOCK DEFINE_SPINLOCK
#define raw_spin_lock_irqsave spin_lock_irqsave
#define raw_spin_unlock_irqrestore spin_unlock_irqrestore

#endif
