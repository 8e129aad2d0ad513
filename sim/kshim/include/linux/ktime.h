/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_KTIME_H
#define KSHIM_LINUX_KTIME_H

#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/types.h>
#include <time.h>

typedef s64 ktime_t;

#define KTIME_MAX ((s64) ~(1ULL << 63))
#define NSEC_PER_SEC 1000000000L
#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_USEC 1000L
#define USEC_PER_SEC 1000000L
#define USEC_PER_MSEC 1000L
#define MSEC_PER_SEC 1000L

struct timespec64 {
	s64 tv_sec;
	long tv_nsec;
};

ktime_t ktime_get(void);
ktime_t ktime_get_real(void);
#define ktime_get_raw ktime_get
#define ktime_get_boottime ktime_get
#define ktime_get_ns() ((u64)ktime_get())
#define ktime_get_raw_ns() ((u64)ktime_get())
#define ktime_get_boottime_ns() ((u64)ktime_get())
#define ktime_get_real_ns() ((u64)ktime_get_real())
time_t ktime_get_real_seconds(void);

#define ktime_set(s, ns) ((ktime_t)(s)*NSEC_PER_SEC + (ns))
#define ktime_add(a, b) ((a) + (b))
#define ktime_sub(a, b) ((a) - (b))
#define ktime_add_ns(a, ns) ((ktime_t)((a) + (ns)))
#define ktime_add_us(a, us) ((ktime_t)((a) + (s64)(us)*NSEC_PER_USEC))
#define ktime_add_ms(a, ms) ((ktime_t)((a) + (s64)(ms)*NSEC_PER_MSEC))
#define ktime_to_ns(t) ((s64)(t))
#define ktime_to_us(t) ((s64)(t) / NSEC_PER_USEC)
#define ktime_to_ms(t) ((s64)(t) / NSEC_PER_MSEC)
#define ns_to_ktime(ns) ((ktime_t)(ns))
#define ms_to_ktime(ms) ((ktime_t)(ms)*NSEC_PER_MSEC)
#define us_to_ktime(us) ((ktime_t)(us)*NSEC_PER_USEC)
#define ktime_compare(a, b) ((a) < (b) ? -1 : (a) > (b))
#define ktime_after(a, b) ((a) > (b))
#define ktime_before(a, b) ((a) < (b))
#define ktime_us_delta(a, b) ktime_to_us(ktime_sub(a, b))
#define ktime_ms_delta(a, b) ktime_to_ms(ktime_sub(a, b))

#endif
