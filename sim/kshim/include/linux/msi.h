/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_MSI_H
#define KSHIM_LINUX_MSI_H

#include <linux/pci.h>

#endif
