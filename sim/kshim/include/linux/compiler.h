/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_COMPILER_H
#define KSHIM_LINUX_COMPILER_H

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier() __asm__ __volatile__("" ::: "memory")

/* Annotations of sparse and of section placement: nothing in user space. */
#define __user
#define __iomem
#define __force
#define __kernel
#define __rcu
#define __percpu
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#define __init
#define __exit
#define __initdata
#define __exitdata
#define __ro_after_init
#define __init_or_module
#define __refdata

#define noinline __attribute__((noinline))
#define __maybe_unused __attribute__((unused))
#define __must_check __attribute__((warn_unused_result))
#define __printf(a, b) __attribute__((format(printf, a, b)))
#define __aligned(x) __attribute__((aligned(x)))
#define __cold __attribute__((cold))
#define __weak __attribute__((weak))
#ifndef __packed
#define __packed __attribute__((packed))
#endif
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#ifndef __section
#define __section(s) __attribute__((section(s)))
#endif
#ifndef __counted_by
#define __counted_by(m)
#endif
#define fallthrough __attribute__((fallthrough))

/*
 * The kernel's READ_ONCE is a volatile access that dependency and later barriers order. ThreadSanitizer sees no
 * order in fences, so under it the accesses themselves carry acquire and release.
 */
#ifdef __SANITIZE_THREAD__
#define KSHIM_LOAD_ORDER __ATOMIC_ACQUIRE
#define KSHIM_STORE_ORDER __ATOMIC_RELEASE
#else
#define KSHIM_LOAD_ORDER __ATOMIC_RELAXED
#define KSHIM_STORE_ORDER __ATOMIC_RELAXED
#endif

#define READ_ONCE(x) __atomic_load_n(&(x), KSHIM_LOAD_ORDER)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), (v), KSHIM_STORE_ORDER)
#define data_race(x) (x)

#include <asm/barrier.h>

#endif
