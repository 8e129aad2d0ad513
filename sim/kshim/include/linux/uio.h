/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_UIO_H
#define KSHIM_LINUX_UIO_H

#include <linux/uaccess.h>

#endif
