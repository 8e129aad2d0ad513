/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_MUTEX_H
#define KSHIM_LINUX_MUTEX_H

#include <linux/list.h>
#include <linux/lockdep.h>
#include <pthread.h>

struct mutex {
	pthread_mutex_t lock;
	struct lockdep_map dep_map;
};

#define __MUTEX_INITIALIZER(name) \
	{ \
		.lock = PTHREAD_MUTEX_INITIALIZER \
	}
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)

void mutex_init(struct mutex *m);
void mutex_destroy(struct mutex *m);
void mutex_lock(struct mutex *m);
int mutex_lock_interruptible(struct mutex *m);
int mutex_trylock(struct mutex *m);
void mutex_unlock(struct mutex *m);
bool mutex_is_locked(struct mutex *m);
#define mutex_lock_killable mutex_lock_interruptible
#define mutex_lock_nested(m, subclass) mutex_lock(m)

#endif
