/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_WW_MUTEX_H
#define KSHIM_LINUX_WW_MUTEX_H

#include <linux/mutex.h>

struct ww_class {
	char unused;
};

struct ww_acquire_ctx {
	unsigned int held;
};

static inline void ww_acquire_init(struct ww_acquire_ctx *ctx, struct ww_class *class)
{
	(void)class;
	ctx->held = 0;
}

static inline void ww_acquire_done(struct ww_acquire_ctx *ctx)
{
	(void)ctx;
}

static inline void ww_acquire_fini(struct ww_acquire_ctx *ctx)
{
	WARN(ctx->held, "%u locks held at the end of their acquisition", ctx->held);
}

#endif
