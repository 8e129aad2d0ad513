/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_TIME_H
#define KSHIM_LINUX_TIME_H

#include <linux/ktime.h>

#endif
