/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_ASM_BARRIER_H
#define KSHIM_ASM_BARRIER_H

#ifdef __SANITIZE_THREAD__
/* Fences are not modelled by ThreadSanitizer; see READ_ONCE. */
#define KSHIM_FENCE(order) __asm__ __volatile__("" ::: "memory")
#else
#define KSHIM_FENCE(order) __atomic_thread_fence(order)
#endif

#define mb() KSHIM_FENCE(__ATOMIC_SEQ_CST)
#define rmb() KSHIM_FENCE(__ATOMIC_ACQUIRE)
#define wmb() KSHIM_FENCE(__ATOMIC_RELEASE)
#define dma_mb() mb()
#define dma_rmb() rmb()
#define dma_wmb() wmb()
#define smp_mb() mb()
#define smp_rmb() rmb()
#define smp_wmb() wmb()
#define smp_mb__before_atomic() mb()
#define smp_mb__after_atomic() mb()
#define smp_load_acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define smp_store_mb(var, v) __atomic_store_n(&(var), (v), __ATOMIC_SEQ_CST)

#endif
