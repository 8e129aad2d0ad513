/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_ATOMIC_H
#define KSHIM_LINUX_ATOMIC_H

#include <linux/compiler.h>
#include <linux/types.h>

#define ATOMIC_INIT(i) \
	{ \
		(i) \
	}
#define ATOMIC64_INIT(i) \
	{ \
		(i) \
	}

/* One set of operations for both widths. Those that return a value are full barriers, as in the kernel. */
#define KSHIM_ATOMIC(name, box, val) \
	static inline val name##_read(const box *v) \
	{ \
		return __atomic_load_n(&v->counter, KSHIM_LOAD_ORDER); \
	} \
	static inline val name##_read_acquire(const box *v) \
	{ \
		return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE); \
	} \
	static inline void name##_set(box *v, val i) \
	{ \
		__atomic_store_n(&v->counter, i, KSHIM_STORE_ORDER); \
	} \
	static inline void name##_set_release(box *v, val i) \
	{ \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE); \
	} \
	static inline val name##_add_return(val i, box *v) \
	{ \
		return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST); \
	} \
	static inline val name##_sub_return(val i, box *v) \
	{ \
		return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST); \
	} \
	static inline val name##_fetch_add(val i, box *v) \
	{ \
		return __atomic_fetch_add(&v->counter, i, __ATOMIC_SEQ_CST); \
	} \
	static inline val name##_fetch_or(val i, box *v) \
	{ \
		return __atomic_fetch_or(&v->counter, i, __ATOMIC_SEQ_CST); \
	} \
	static inline val name##_fetch_and(val i, box *v) \
	{ \
		return __atomic_fetch_and(&v->counter, i, __ATOMIC_SEQ_CST); \
	} \
	static inline val name##_xchg(box *v, val i) \
	{ \
		return __atomic_exchange_n(&v->counter, i, __ATOMIC_SEQ_CST); \
	} \
	static inline val name##_cmpxchg(box *v, val old, val new_) \
	{ \
		__atomic_compare_exchange_n(&v->counter, &old, new_, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
		return old; \
	} \
	static inline bool name##_try_cmpxchg(box *v, val *old, val new_) \
	{ \
		return __atomic_compare_exchange_n(&v->counter, old, new_, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
	} \
	static inline bool name##_add_unless(box *v, val a, val u) \
	{ \
		val c = name##_read(v); \
\
		while (c != u) \
			if (name##_try_cmpxchg(v, &c, c + a)) \
				return true; \
		return false; \
	} \
	static inline void name##_add(val i, box *v) \
	{ \
		name##_add_return(i, v); \
	} \
	static inline void name##_sub(val i, box *v) \
	{ \
		name##_sub_return(i, v); \
	} \
	static inline void name##_or(val i, box *v) \
	{ \
		name##_fetch_or(i, v); \
	} \
	static inline void name##_inc(box *v) \
	{ \
		name##_add_return(1, v); \
	} \
	static inline void name##_dec(box *v) \
	{ \
		name##_sub_return(1, v); \
	} \
	static inline val name##_inc_return(box *v) \
	{ \
		return name##_add_return(1, v); \
	} \
	static inline val name##_dec_return(box *v) \
	{ \
		return name##_sub_return(1, v); \
	} \
	static inline bool name##_dec_and_test(box *v) \
	{ \
		return name##_sub_return(1, v) == 0; \
	} \
	static inline bool name##_sub_and_test(val i, box *v) \
	{ \
		return name##_sub_return(i, v) == 0; \
	} \
	static inline bool name##_inc_not_zero(box *v) \
	{ \
		return name##_add_unless(v, 1, 0); \
	}

KSHIM_ATOMIC(atomic, atomic_t, int)
KSHIM_ATOMIC(atomic64, atomic64_t, s64)

typedef atomic64_t atomic_long_t;
#define ATOMIC_LONG_INIT(i) ATOMIC64_INIT(i)
#define atomic_long_read atomic64_read
#define atomic_long_set atomic64_set
#define atomic_long_inc atomic64_inc
#define atomic_long_dec atomic64_dec
#define atomic_long_add atomic64_add
#define atomic_long_sub atomic64_sub

#define xchg(p, v) __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)
#define cmpxchg(p, o, n) \
	({ \
		__typeof__(*(p)) cmpxchg_old__ = (o); \
		__atomic_compare_exchange_n((p), &cmpxchg_old__, (n), false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
		cmpxchg_old__; \
	})

#endif
