/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_KSTRTOX_H
#define KSHIM_LINUX_KSTRTOX_H

#include <linux/types.h>

/* Whole string, one trailing newline allowed; -EINVAL or -ERANGE. */
int kstrtoull(const char *s, unsigned int base, unsigned long long *res);
int kstrtoll(const char *s, unsigned int base, long long *res);
int kstrtoul(const char *s, unsigned int base, unsigned long *res);
int kstrtou64(const char *s, unsigned int base, u64 *res);
int kstrtouint(const char *s, unsigned int base, unsigned int *res);
int kstrtoint(const char *s, unsigned int base, int *res);
int kstrtobool(const char *s, bool *res);
#define kstrtou32 kstrtouint
#define kstrtos32 kstrtoint

#endif
