// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The one module: load, unload, parameters, references. */
#include <errno.h>
#include <linux/module.h>
#include <linux/string.h>

#include "kshim.h"

struct module kshim_this_module = { .name = KBUILD_MODNAME };

/* Made by module_init() and module_exit(); absent in tests of kshim alone. */
int kshim_module_init(void) __weak;
void kshim_module_exit(void) __weak;

/* Bounds of the array that the linker gathers from module_param(). */
extern const struct kshim_param *const __start_kshim_params[] __weak __attribute__((visibility("hidden")));
extern const struct kshim_param *const __stop_kshim_params[] __weak __attribute__((visibility("hidden")));

bool try_module_get(struct module *m)
{
	if (m)
		__atomic_add_fetch(&m->refs, 1, __ATOMIC_SEQ_CST);
	return true;
}

void __module_get(struct module *m)
{
	try_module_get(m);
}

void module_put(struct module *m)
{
	if (m)
		WARN(__atomic_sub_fetch(&m->refs, 1, __ATOMIC_SEQ_CST) < 0, "module reference count below 0");
}

int kshim_module_load(void)
{
	return kshim_module_init ? kshim_module_init() : -ENOENT;
}

void kshim_module_unload(void)
{
	int refs = __atomic_load_n(&kshim_this_module.refs, __ATOMIC_SEQ_CST);

	WARN(refs, "module unloaded with %d references", refs);
	__atomic_store_n(&kshim_this_module.refs, 0, __ATOMIC_SEQ_CST);
	if (kshim_module_exit)
		kshim_module_exit();
}

static int set_param(const struct kshim_param *p, const char *value)
{
	unsigned long long u = 0;
	long long s = 0;
	int err;

	switch (p->type) {
	case KSHIM_PARAM_bool:
		return kstrtobool(value, p->value);
	case KSHIM_PARAM_charp:
		/* The driver may keep the pointer until the process ends, as the real one does until unload. */
		*(char **)p->value = strdup(value);
		return *(char **)p->value ? 0 : -ENOMEM;
	case KSHIM_PARAM_int:
		return kstrtoint(value, 0, p->value);
	case KSHIM_PARAM_uint:
		return kstrtouint(value, 0, p->value);
	case KSHIM_PARAM_long:
		err = kstrtoll(value, 0, &s);
		*(long *)p->value = err ? *(long *)p->value : s;
		return err;
	case KSHIM_PARAM_ulong:
	case KSHIM_PARAM_ullong:
		err = kstrtoull(value, 0, &u);
		*(unsigned long long *)p->value = err ? *(unsigned long long *)p->value : u;
		return err;
	case KSHIM_PARAM_ushort:
		err = kstrtoull(value, 0, &u);
		if (!err && u > USHRT_MAX)
			err = -ERANGE;
		*(unsigned short *)p->value = err ? *(unsigned short *)p->value : u;
		return err;
	}
	return -EINVAL;
}

int kshim_module_param(const char *name, const char *value)
{
	const struct kshim_param *const *p;

	for (p = __start_kshim_params; p != __stop_kshim_params; p++)
		if (!strcmp((*p)->name, name))
			return set_param(*p, value) ? -EINVAL : 0;
	return -ENOENT;
}
