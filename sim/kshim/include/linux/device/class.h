/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_DEVICE_CLASS_H
#define KSHIM_LINUX_DEVICE_CLASS_H

#include <linux/types.h>

struct attribute_group;
struct device;
struct module;

struct class
{
	const char *name;
	struct module *owner;
	const struct attribute_group **class_groups;
	const struct attribute_group **dev_groups;
	char *(*devnode)(struct device *dev, umode_t *mode);
	void (*dev_release)(struct device *dev);
};

/* 6.1 flavour: the owner is given. */
struct class *class_create(struct module *owner, const char *name);
void class_destroy(struct class *cls);
int class_register(struct class *cls);
void class_unregister(struct class *cls);

#endif
