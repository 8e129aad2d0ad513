/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_PREFETCH_H
#define KSHIM_LINUX_PREFETCH_H

#include <linux/compiler.h>

#endif
