/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_MODULE_H
#define KSHIM_LINUX_MODULE_H

#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/sysfs.h>

struct module {
	const char *name;
	int refs;
};

extern struct module kshim_this_module;
#define THIS_MODULE (&kshim_this_module)
#ifndef KBUILD_MODNAME
#define KBUILD_MODNAME "hlrt"
#endif

bool try_module_get(struct module *m);
void __module_get(struct module *m);
void module_put(struct module *m);

/* One module lives in a process; the machine calls these two. */
#define module_init(fn) \
	int kshim_module_init(void); \
	int kshim_module_init(void) \
	{ \
		return fn(); \
	}
#define module_exit(fn) \
	void kshim_module_exit(void); \
	void kshim_module_exit(void) \
	{ \
		fn(); \
	}
#define module_driver(drv, reg, unreg) \
	static int drv##_init(void) \
	{ \
		return reg(&drv); \
	} \
	module_init(drv##_init) static void drv##_exit(void) \
	{ \
		unreg(&drv); \
	} \
	module_exit(drv##_exit)

#define KSHIM_MODULE_NOTE struct kshim_module_note
#define MODULE_LICENSE(x) KSHIM_MODULE_NOTE
#define MODULE_AUTHOR(x) KSHIM_MODULE_NOTE
#define MODULE_DESCRIPTION(x) KSHIM_MODULE_NOTE
#define MODULE_VERSION(x) KSHIM_MODULE_NOTE
#define MODULE_ALIAS(x) KSHIM_MODULE_NOTE
#define MODULE_FIRMWARE(x) KSHIM_MODULE_NOTE
#define MODULE_SOFTDEP(x) KSHIM_MODULE_NOTE
#define MODULE_INFO(t, x) KSHIM_MODULE_NOTE
#define MODULE_IMPORT_NS(x) KSHIM_MODULE_NOTE
#define MODULE_DEVICE_TABLE(t, x) KSHIM_MODULE_NOTE
#define EXPORT_SYMBOL(x) KSHIM_MODULE_NOTE
#define EXPORT_SYMBOL_GPL(x) KSHIM_MODULE_NOTE

#endif
