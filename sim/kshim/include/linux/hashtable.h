/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_HASHTABLE_H
#define KSHIM_LINUX_HASHTABLE_H

#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/log2.h>

#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define DEFINE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define HASH_SIZE(t) ARRAY_SIZE(t)
#define HASH_BITS(t) ilog2(HASH_SIZE(t))
#define hash_init(t) \
	do { \
		for (size_t hash_i__ = 0; hash_i__ < HASH_SIZE(t); hash_i__++) \
			INIT_HLIST_HEAD(&(t)[hash_i__]); \
	} while (0)
#define hash_64(v, bits) ((u32)(((u64)(v)*0x61C8864680B583EBull) >> (64 - (bits))))
#define hash_min(v, bits) hash_64(v, bits)
#define hash_add(t, node, key) hlist_add_head(node, &(t)[hash_min(key, HASH_BITS(t))])
#define hash_del(node) hlist_del_init(node)
#define hash_for_each_possible(t, obj, member, key) hlist_for_each_entry(obj, &(t)[hash_min(key, HASH_BITS(t))], member)
#define hash_for_each(t, bkt, obj, member) \
	for ((bkt) = 0, obj = NULL; !obj && (size_t)(bkt) < HASH_SIZE(t); (bkt)++) \
		hlist_for_each_entry(obj, &(t)[bkt], member)
#define hash_for_each_safe(t, bkt, tmp, obj, member) \
	for ((bkt) = 0, obj = NULL; !obj && (size_t)(bkt) < HASH_SIZE(t); (bkt)++) \
	hlist_for_each_entry_safe(obj, tmp, &(t)[bkt], member)

#endif
