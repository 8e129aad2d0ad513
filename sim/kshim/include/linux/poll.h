/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_POLL_H
#define KSHIM_LINUX_POLL_H

#include_next <linux/poll.h>
#include <linux/fs.h>
#include <linux/wait.h>

#ifndef EPOLLIN
#define EPOLLIN ((__poll_t)0x1)
#define EPOLLPRI ((__poll_t)0x2)
#define EPOLLOUT ((__poll_t)0x4)
#define EPOLLERR ((__poll_t)0x8)
#define EPOLLHUP ((__poll_t)0x10)
#define EPOLLRDNORM ((__poll_t)0x40)
#endif

typedef struct poll_table_struct {
	int unused;
} poll_table;

static inline void poll_wait(struct file *file, wait_queue_head_t *wq, poll_table *pt)
{
	(void)file, (void)wq, (void)pt;
}

#endif
