/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_IO_64_NONATOMIC_HI_LO_H
#define KSHIM_LINUX_IO_64_NONATOMIC_HI_LO_H

#include <linux/io.h>

#endif
