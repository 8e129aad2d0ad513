/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* device.h - what kshim's own files share about devices; include/linux/device.h is what drivers see. */
#ifndef KSHIM_DEVICE_H
#define KSHIM_DEVICE_H

#include <linux/device.h>

struct device *kshim_find_device(const char *name); /* class device; a reference, or NULL */
/* Under the device list's lock: fn must not add or remove devices. */
int kshim_for_each_device(int (*fn)(void *arg, struct device *dev), void *arg);
void kshim_devres_release(struct device *dev);

#endif /* KSHIM_DEVICE_H */
