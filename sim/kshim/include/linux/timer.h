/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_TIMER_H
#define KSHIM_LINUX_TIMER_H

#include <linux/jiffies.h>
#include <linux/ktime.h>

#endif
