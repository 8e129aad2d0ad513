// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Mutexes, spinlocks, reader-writer semaphores, with the owner known for assertions. */
#include <errno.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

/* Identity of the calling thread. */
static _Thread_local char me;

static void set_owner(struct lockdep_map *map)
{
	__atomic_store_n(&map->owner, &me, __ATOMIC_RELAXED);
}

static void clear_owner(struct lockdep_map *map)
{
	__atomic_store_n(&map->owner, NULL, __ATOMIC_RELAXED);
}

bool kshim_lock_held_exclusive(const struct lockdep_map *map)
{
	return __atomic_load_n(&map->owner, __ATOMIC_RELAXED) == &me;
}

bool kshim_lock_held(const struct lockdep_map *map)
{
	return kshim_lock_held_exclusive(map) || __atomic_load_n(&map->readers, __ATOMIC_RELAXED) > 0;
}

void kshim_might_sleep(const char *file, int line)
{
	struct task_struct *t = current;

	if (unlikely(t->atomic_depth))
		kshim_warn(file, line, "sleeping function called in atomic context (%d spinlocks or interrupt)",
			   t->atomic_depth);
}

void mutex_init(struct mutex *m)
{
	pthread_mutex_init(&m->lock, NULL);
	m->dep_map = (struct lockdep_map){ NULL, 0 };
}

void mutex_destroy(struct mutex *m)
{
	WARN(mutex_is_locked(m), "mutex destroyed while locked");
	pthread_mutex_destroy(&m->lock);
}

void mutex_lock(struct mutex *m)
{
	might_sleep();
	BUG_ON(kshim_lock_held_exclusive(&m->dep_map));
	pthread_mutex_lock(&m->lock);
	set_owner(&m->dep_map);
}

int mutex_lock_interruptible(struct mutex *m)
{
	mutex_lock(m);
	return 0;
}

int mutex_trylock(struct mutex *m)
{
	if (pthread_mutex_trylock(&m->lock))
		return 0;
	set_owner(&m->dep_map);
	return 1;
}

void mutex_unlock(struct mutex *m)
{
	WARN(!kshim_lock_held_exclusive(&m->dep_map), "mutex unlocked by a thread that does not hold it");
	clear_owner(&m->dep_map);
	pthread_mutex_unlock(&m->lock);
}

bool mutex_is_locked(struct mutex *m)
{
	return __atomic_load_n(&m->dep_map.owner, __ATOMIC_RELAXED) != NULL;
}

void spin_lock_init(spinlock_t *l)
{
	pthread_mutex_init(&l->lock, NULL);
	l->dep_map = (struct lockdep_map){ NULL, 0 };
}

void spin_lock(spinlock_t *l)
{
	BUG_ON(kshim_lock_held_exclusive(&l->dep_map));
	pthread_mutex_lock(&l->lock);
	set_owner(&l->dep_map);
	current->atomic_depth++;
}

int spin_trylock(spinlock_t *l)
{
	if (pthread_mutex_trylock(&l->lock))
		return 0;
	set_owner(&l->dep_map);
	current->atomic_depth++;
	return 1;
}

void spin_unlock(spinlock_t *l)
{
	WARN(!kshim_lock_held_exclusive(&l->dep_map), "spinlock unlocked by a thread that does not hold it");
	current->atomic_depth--;
	clear_owner(&l->dep_map);
	pthread_mutex_unlock(&l->lock);
}

bool spin_is_locked(spinlock_t *l)
{
	return __atomic_load_n(&l->dep_map.owner, __ATOMIC_RELAXED) != NULL;
}

void init_rwsem(struct rw_semaphore *s)
{
	pthread_rwlock_init(&s->lock, NULL);
	s->dep_map = (struct lockdep_map){ NULL, 0 };
}

void down_read(struct rw_semaphore *s)
{
	might_sleep();
	BUG_ON(kshim_lock_held_exclusive(&s->dep_map));
	pthread_rwlock_rdlock(&s->lock);
	__atomic_add_fetch(&s->dep_map.readers, 1, __ATOMIC_RELAXED);
}

int down_read_trylock(struct rw_semaphore *s)
{
	if (pthread_rwlock_tryrdlock(&s->lock))
		return 0;
	__atomic_add_fetch(&s->dep_map.readers, 1, __ATOMIC_RELAXED);
	return 1;
}

void up_read(struct rw_semaphore *s)
{
	WARN(__atomic_sub_fetch(&s->dep_map.readers, 1, __ATOMIC_RELAXED) < 0, "rwsem released more often than taken");
	pthread_rwlock_unlock(&s->lock);
}

void down_write(struct rw_semaphore *s)
{
	might_sleep();
	BUG_ON(kshim_lock_held_exclusive(&s->dep_map));
	pthread_rwlock_wrlock(&s->lock);
	set_owner(&s->dep_map);
}

int down_write_trylock(struct rw_semaphore *s)
{
	if (pthread_rwlock_trywrlock(&s->lock))
		return 0;
	set_owner(&s->dep_map);
	return 1;
}

void up_write(struct rw_semaphore *s)
{
	WARN(!kshim_lock_held_exclusive(&s->dep_map), "rwsem released by a thread that does not hold it");
	clear_owner(&s->dep_map);
	pthread_rwlock_unlock(&s->lock);
}
