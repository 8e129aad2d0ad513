/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_RATELIMIT_H
#define KSHIM_LINUX_RATELIMIT_H

#include <linux/printk.h>

struct ratelimit_state {
	int interval, burst;
};

#define DEFINE_RATELIMIT_STATE(name, i, b) struct ratelimit_state name = { i, b }
#define __ratelimit(state) ((void)(state), 1)
#define printk_ratelimit() 1

#endif
