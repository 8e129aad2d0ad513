/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_LOCKDEP_H
#define KSHIM_LINUX_LOCKDEP_H

#include <linux/bug.h>

/* Every lock twin carries one; owner is the address of a thread-local of the exclusive holder. */
struct lockdep_map {
	const void *owner;
	int readers;
};

struct lock_class_key {
	char unused;
};

bool kshim_lock_held(const struct lockdep_map *map);
bool kshim_lock_held_exclusive(const struct lockdep_map *map);

#define lockdep_is_held(l) kshim_lock_held(&(l)->dep_map)
#define lockdep_assert_held(l) ((void)WARN_ON(!kshim_lock_held(&(l)->dep_map)))
#define lockdep_assert_held_write(l) ((void)WARN_ON(!kshim_lock_held_exclusive(&(l)->dep_map)))
#define lockdep_assert_held_read(l) lockdep_assert_held(l)
#define lockdep_assert_not_held(l) ((void)WARN_ON(kshim_lock_held_exclusive(&(l)->dep_map)))
#define lockdep_set_class(l, k) ((void)(k))

#endif
