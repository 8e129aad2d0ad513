/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_UACCESS_H
#define KSHIM_LINUX_UACCESS_H

#include <linux/kernel.h>
#include <linux/types.h>

/* Return the number of bytes not copied; a bad address is no crash. */
unsigned long copy_from_user(void *to, const void __user *from, unsigned long n);
unsigned long copy_to_user(void __user *to, const void *from, unsigned long n);
unsigned long clear_user(void __user *to, unsigned long n);
int copy_struct_from_user(void *dst, size_t ksize, const void __user *src, size_t usize);
long strncpy_from_user(char *dst, const char __user *src, long n);
bool access_ok(const void __user *p, unsigned long n);
#define __copy_from_user copy_from_user
#define __copy_to_user copy_to_user

#define get_user(x, ptr) \
	({ \
		__typeof__(*(ptr)) get_user__; \
		int get_err__ = copy_from_user(&get_user__, (ptr), sizeof(*(ptr))) ? -EFAULT : 0; \
		(x) = get_err__ ? (__typeof__(*(ptr)))0 : get_user__; \
		get_err__; \
	})
#define put_user(x, ptr) \
	({ \
		__typeof__(*(ptr)) put_user__ = (x); \
		copy_to_user((ptr), &put_user__, sizeof(*(ptr))) ? -EFAULT : 0; \
	})

#endif
