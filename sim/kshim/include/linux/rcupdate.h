/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_RCUPDATE_H
#define KSHIM_LINUX_RCUPDATE_H

#include <linux/compiler.h>

/* No text is ever unloaded under a thread that runs in it. */
#define synchronize_rcu_tasks() ((void)0)

#endif
