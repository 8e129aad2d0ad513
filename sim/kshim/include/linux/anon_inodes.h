/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_ANON_INODES_H
#define KSHIM_LINUX_ANON_INODES_H

#include <linux/fs.h>

#endif
