/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_COMPLETION_H
#define KSHIM_LINUX_COMPLETION_H

#include <linux/wait.h>

struct completion {
	unsigned int done;
	wait_queue_head_t wait;
};

#define COMPLETION_INITIALIZER(name) \
	{ \
		.wait = __WAIT_QUEUE_HEAD_INITIALIZER(name.wait) \
	}
#define COMPLETION_INITIALIZER_ONSTACK COMPLETION_INITIALIZER
#define DECLARE_COMPLETION(name) struct completion name = COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION_ONSTACK DECLARE_COMPLETION

void init_completion(struct completion *c);
void reinit_completion(struct completion *c);
void complete(struct completion *c);
void complete_all(struct completion *c);
bool completion_done(struct completion *c);
bool try_wait_for_completion(struct completion *c);
void wait_for_completion(struct completion *c);
unsigned long wait_for_completion_timeout(struct completion *c, unsigned long timeout);
int wait_for_completion_interruptible(struct completion *c);
long wait_for_completion_interruptible_timeout(struct completion *c, unsigned long timeout);
#define wait_for_completion_killable wait_for_completion_interruptible
#define wait_for_completion_killable_timeout wait_for_completion_interruptible_timeout

#endif
