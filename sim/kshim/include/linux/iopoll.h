/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_IOPOLL_H
#define KSHIM_LINUX_IOPOLL_H

#include <linux/delay.h>
#include <linux/io.h>
#include <linux/ktime.h>

/* The condition is tested once more after time has run out: a poller that lost the CPU must not fail for it. */
#define KSHIM_POLL(op, val, cond, sleep_us, timeout_us, nap, ...) \
	({ \
		const u64 poll_timeout__ = (timeout_us); \
		const ktime_t poll_end__ = ktime_add_us(ktime_get(), poll_timeout__); \
		bool poll_done__; \
		for (;;) { \
			bool poll_late__ = poll_timeout__ && ktime_after(ktime_get(), poll_end__); \
			(val) = op(__VA_ARGS__); \
			poll_done__ = (cond); \
			if (poll_done__ || poll_late__) \
				break; \
			nap(sleep_us); \
		} \
		poll_done__ ? 0 : -ETIMEDOUT; \
	})
#define KSHIM_POLL_SLEEP(us) usleep_range((us) ? ((us) >> 2) + 1 : 1, (us) ? (us) : 1)

#define read_poll_timeout(op, val, cond, sleep_us, timeout_us, sleep_before_read, ...) \
	({ \
		if (sleep_before_read) \
			KSHIM_POLL_SLEEP(sleep_us); \
		KSHIM_POLL(op, val, cond, sleep_us, timeout_us, KSHIM_POLL_SLEEP, __VA_ARGS__); \
	})
#define read_poll_timeout_atomic(op, val, cond, delay_us, timeout_us, delay_before_read, ...) \
	KSHIM_POLL(op, val, cond, delay_us, timeout_us, udelay, __VA_ARGS__)
#define readx_poll_timeout(op, addr, val, cond, sleep_us, timeout_us) \
	read_poll_timeout(op, val, cond, sleep_us, timeout_us, false, addr)
#define readl_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readl, addr, val, cond, sleep_us, timeout_us)
#define readl_relaxed_poll_timeout readl_poll_timeout
#define readq_poll_timeout(addr, val, cond, sleep_us, timeout_us) \
	readx_poll_timeout(readq, addr, val, cond, sleep_us, timeout_us)
#define readl_poll_timeout_atomic(addr, val, cond, delay_us, timeout_us) \
	read_poll_timeout_atomic(readl, val, cond, delay_us, timeout_us, false, addr)

#endif
