/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_PID_H
#define KSHIM_LINUX_PID_H

#include <linux/sched.h>

#endif
