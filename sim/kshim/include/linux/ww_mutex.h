/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_WW_MUTEX_H
#define KSHIM_LINUX_WW_MUTEX_H

#include <linux/mutex.h>

#endif
