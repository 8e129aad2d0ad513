/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_FDTABLE_H
#define KSHIM_LINUX_FDTABLE_H

#include <linux/fs.h>

#endif
