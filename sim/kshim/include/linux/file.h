/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_FILE_H
#define KSHIM_LINUX_FILE_H

#include <linux/fs.h>

#endif
