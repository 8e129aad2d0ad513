/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_TIMEKEEPING_H
#define KSHIM_LINUX_TIMEKEEPING_H

#include <linux/ktime.h>

#endif
