/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_SWAP_H
#define KSHIM_LINUX_SWAP_H

#include <linux/mm.h>

#endif
