/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_WORDPART_H
#define KSHIM_LINUX_WORDPART_H

#include <linux/bits.h>

#endif
