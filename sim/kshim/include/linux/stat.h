/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_STAT_H
#define KSHIM_LINUX_STAT_H

#include_next <linux/stat.h>

#define S_IRUGO 0444
#define S_IWUGO 0222

#endif
