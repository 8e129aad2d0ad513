/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_CAPABILITY_H
#define KSHIM_LINUX_CAPABILITY_H

#include_next <linux/capability.h>
#include <stdbool.h>

bool capable(int cap);

#endif
