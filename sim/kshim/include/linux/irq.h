/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_IRQ_H
#define KSHIM_LINUX_IRQ_H

#include <linux/interrupt.h>

#endif
