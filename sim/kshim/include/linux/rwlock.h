/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_RWLOCK_H
#define KSHIM_LINUX_RWLOCK_H

#include <linux/rwsem.h>

#endif
