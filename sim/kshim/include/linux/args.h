/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_ARGS_H
#define KSHIM_LINUX_ARGS_H

#include <linux/kernel.h>

#endif
