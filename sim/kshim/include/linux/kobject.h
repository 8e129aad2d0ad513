/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_KOBJECT_H
#define KSHIM_LINUX_KOBJECT_H

#include <linux/kref.h>
#include <linux/sysfs.h>

#endif
