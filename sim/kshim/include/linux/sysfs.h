/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_SYSFS_H
#define KSHIM_LINUX_SYSFS_H

#include <linux/kernel.h>
#include <linux/stat.h>

/* Only as a member of devices and cdevs; put drops their reference. */
struct kobject {
	const char *name;
	void (*put)(struct kobject *kobj);
};

static inline void kobject_put(struct kobject *kobj)
{
	if (kobj && kobj->put)
		kobj->put(kobj);
}

struct attribute {
	const char *name;
	umode_t mode;
};

struct bin_attribute;

struct attribute_group {
	const char *name;
	umode_t (*is_visible)(struct kobject *kobj, struct attribute *attr, int n);
	struct attribute **attrs;
	struct bin_attribute **bin_attrs;
};

#define KSHIM_ATTR(name_, mode_, show_, store_) \
	{ \
		.attr = { .name = #name_, .mode = (mode_) }, .show = (show_), .store = (store_) \
	}
#define __ATTR(name, mode, show, store) KSHIM_ATTR(name, mode, show, store)
#define __ATTR_RO(name) KSHIM_ATTR(name, 0444, name##_show, NULL)
#define ATTRIBUTE_GROUPS(name) \
	static const struct attribute_group name##_group = { .attrs = name##_attrs }; \
	static const struct attribute_group *name##_groups[] = { &name##_group, NULL }
#define __ATTRIBUTE_GROUPS(name) static const struct attribute_group *name##_groups[] = { &name##_group, NULL }

int sysfs_emit(char *buf, const char *fmt, ...) __printf(2, 3);
int sysfs_emit_at(char *buf, int at, const char *fmt, ...) __printf(3, 4);

#endif
