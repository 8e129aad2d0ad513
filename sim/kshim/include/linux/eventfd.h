/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_EVENTFD_H
#define KSHIM_LINUX_EVENTFD_H

#include <linux/err.h>

struct eventfd_ctx;
struct eventfd_ctx *eventfd_ctx_fdget(int fd);
void eventfd_ctx_put(struct eventfd_ctx *ctx);
u64 eventfd_signal(struct eventfd_ctx *ctx, u64 n);

#endif
