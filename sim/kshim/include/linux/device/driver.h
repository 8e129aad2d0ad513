/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_DEVICE_DRIVER_H
#define KSHIM_LINUX_DEVICE_DRIVER_H

#include <linux/device.h>

#endif
