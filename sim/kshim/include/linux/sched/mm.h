/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_SCHED_MM_H
#define KSHIM_LINUX_SCHED_MM_H

#include <linux/sched.h>
#include <linux/mm.h>

#endif
