/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_KERNEL_H
#define KSHIM_LINUX_KERNEL_H

#include_next <linux/kernel.h>
#include <asm/byteorder.h>
#include <limits.h>
#include <linux/align.h>
#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/kstrtox.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/types.h>
#include <stdio.h>

#define __ALIGN_KERNEL_MASK(x, mask) (((x) + (mask)) & ~(mask))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define U8_MAX 0xffU
#define U16_MAX 0xffffU
#define U32_MAX 0xffffffffU
#define U64_MAX (~0ULL)
#define S32_MAX 0x7fffffff
#define S64_MAX ((s64)(U64_MAX >> 1))
#define PHYS_ADDR_MAX (~(phys_addr_t)0)
#define u64_to_user_ptr(x) ((void __user *)(unsigned long)(x))
#define PTR_IF(cond, ptr) ((cond) ? (ptr) : NULL)
#define STRINGIFY_1(...) #__VA_ARGS__
#define __stringify(...) STRINGIFY_1(__VA_ARGS__)
#define typecheck(type, x) 1

void kshim_might_sleep(const char *file, int line);
#define might_sleep() kshim_might_sleep(__FILE__, __LINE__)
#define might_sleep_if(cond) \
	do { \
		if (cond) \
			might_sleep(); \
	} while (0)

/* The kernel's format: as libc's, plus the %p extensions that drivers use (pa, pad, pe, pV). */
int kshim_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);
int kshim_snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
#define snprintf kshim_snprintf
#define vsnprintf kshim_vsnprintf
int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

#endif
