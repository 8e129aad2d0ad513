/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_MODULEPARAM_H
#define KSHIM_LINUX_MODULEPARAM_H

#include <linux/types.h>

enum kshim_param_type {
	KSHIM_PARAM_bool,
	KSHIM_PARAM_int,
	KSHIM_PARAM_uint,
	KSHIM_PARAM_long,
	KSHIM_PARAM_ulong,
	KSHIM_PARAM_ullong,
	KSHIM_PARAM_ushort,
	KSHIM_PARAM_charp
};

/* All parameters of the program are gathered by the linker in one array. */
struct kshim_param {
	const char *name;
	enum kshim_param_type type;
	void *value;
};

#define module_param_named(name_, value_, type_, perm_) \
	static const struct kshim_param kshim_param_##name_ = { #name_, KSHIM_PARAM_##type_, &(value_) }; \
	static const struct kshim_param *const kshim_param_ptr_##name_ \
		__attribute__((used, section("kshim_params"))) = &kshim_param_##name_
#define module_param(name, type, perm) module_param_named(name, name, type, perm)
#define module_param_unsafe module_param
#define MODULE_PARM_DESC(name, text) struct kshim_module_note

#endif
