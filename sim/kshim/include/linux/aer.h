/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_AER_H
#define KSHIM_LINUX_AER_H

#include <linux/pci.h>

#endif
