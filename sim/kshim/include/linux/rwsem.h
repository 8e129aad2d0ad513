/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_RWSEM_H
#define KSHIM_LINUX_RWSEM_H

#include <linux/lockdep.h>
#include <pthread.h>

struct rw_semaphore {
	pthread_rwlock_t lock;
	struct lockdep_map dep_map;
};

#define __RWSEM_INITIALIZER(name) \
	{ \
		.lock = PTHREAD_RWLOCK_INITIALIZER \
	}
#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)

void init_rwsem(struct rw_semaphore *s);
void down_read(struct rw_semaphore *s);
int down_read_trylock(struct rw_semaphore *s);
void up_read(struct rw_semaphore *s);
void down_write(struct rw_semaphore *s);
int down_write_trylock(struct rw_semaphore *s);
void up_write(struct rw_semaphore *s);
#define down_read_interruptible(s) (down_read(s), 0)
#define down_read_killable(s) (down_read(s), 0)
#define down_write_killable(s) (down_write(s), 0)

#endif
