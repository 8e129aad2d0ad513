/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_COMPAT_H
#define KSHIM_LINUX_COMPAT_H

#include <linux/types.h>

#endif
