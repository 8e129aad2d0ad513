// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* String helpers and number parsing. */
#include <ctype.h>
#include <errno.h>
#include <linux/kstrtox.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>
#include <stdlib.h>

ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t n = strnlen(src, size);

	if (!size)
		return -E2BIG;
	if (n == size) {
		memcpy(dst, src, size - 1);
		dst[size - 1] = 0;
		return -E2BIG;
	}
	memcpy(dst, src, n + 1);
	return (ssize_t)n;
}

ssize_t strscpy_pad(char *dst, const char *src, size_t size)
{
	ssize_t n = strscpy(dst, src, size);

	if (n >= 0)
		memset(dst + n, 0, size - n);
	return n;
}

char *strim(char *s)
{
	size_t n;

	while (isspace((unsigned char)*s))
		s++;
	n = strlen(s);
	while (n && isspace((unsigned char)s[n - 1]))
		s[--n] = 0;
	return s;
}

bool sysfs_streq(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	n -= n && a[n - 1] == '\n';
	m -= m && b[m - 1] == '\n';
	return n == m && !memcmp(a, b, n);
}

int match_string(const char *const *array, size_t n, const char *string)
{
	for (size_t i = 0; i < n && array[i]; i++)
		if (!strcmp(array[i], string))
			return (int)i;
	return -EINVAL;
}

void *memchr_inv(const void *p, int c, size_t n)
{
	const unsigned char *b = p;

	for (; n; n--, b++)
		if (*b != (unsigned char)c)
			return (void *)b;
	return NULL;
}

void *kmemdup(const void *p, size_t n, gfp_t gfp)
{
	void *copy = kmalloc(n, gfp);

	return copy ? memcpy(copy, p, n) : NULL;
}

char *kstrndup(const char *s, size_t max, gfp_t gfp)
{
	size_t n;
	char *copy;

	if (!s)
		return NULL;
	n = strnlen(s, max);
	copy = kmalloc(n + 1, gfp);
	if (!copy)
		return NULL;
	memcpy(copy, s, n);
	copy[n] = 0;
	return copy;
}

char *kstrdup(const char *s, gfp_t gfp)
{
	return kstrndup(s, SIZE_MAX / 2, gfp);
}

static void *fill_from_user(void *copy, const void __user *p, size_t n)
{
	if (!copy)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(copy, p, n)) {
		kvfree(copy);
		return ERR_PTR(-EFAULT);
	}
	return copy;
}

void *memdup_user(const void __user *p, size_t n)
{
	return fill_from_user(kmalloc(n, GFP_USER), p, n);
}

void *vmemdup_user(const void __user *p, size_t n)
{
	return fill_from_user(kvmalloc(n, GFP_USER), p, n);
}

char *kvasprintf(gfp_t gfp, const char *fmt, va_list ap)
{
	int n = kshim_vsnprintf(NULL, 0, fmt, ap);
	char *s = kmalloc(n + 1, gfp);

	if (s)
		kshim_vsnprintf(s, n + 1, fmt, ap);
	return s;
}

char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = kvasprintf(gfp, fmt, ap);
	va_end(ap);
	return s;
}

static int emit_at(char *buf, int at, const char *fmt, va_list ap)
{
	int n;

	if (WARN(at < 0 || at >= (int)PAGE_SIZE, "sysfs_emit_at: offset %d", at))
		return 0;
	n = kshim_vsnprintf(buf + at, PAGE_SIZE - at, fmt, ap);
	return min_t(int, n, PAGE_SIZE - at - 1);
}

int sysfs_emit(char *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = emit_at(buf, 0, fmt, ap);
	va_end(ap);
	return n;
}

int sysfs_emit_at(char *buf, int at, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = emit_at(buf, at, fmt, ap);
	va_end(ap);
	return n;
}

/* ---- numbers ---- */

static int check_end(const char *s, const char *end)
{
	if (end == s || isspace((unsigned char)*s))
		return -EINVAL;
	if (*end == '\n')
		end++;
	return *end ? -EINVAL : 0;
}

int kstrtoull(const char *s, unsigned int base, unsigned long long *res)
{
	unsigned long long v;
	char *end;
	int err;

	if (*s == '-')
		return -EINVAL;
	errno = 0;
	v = strtoull(s, &end, (int)base);
	if (errno == ERANGE)
		return -ERANGE;
	err = check_end(s, end);
	if (!err)
		*res = v;
	return err;
}

int kstrtoll(const char *s, unsigned int base, long long *res)
{
	long long v;
	char *end;
	int err;

	errno = 0;
	v = strtoll(s, &end, (int)base);
	if (errno == ERANGE)
		return -ERANGE;
	err = check_end(s, end);
	if (!err)
		*res = v;
	return err;
}

#define NARROW(name, wide, wide_type, type) \
	int name(const char *s, unsigned int base, type *res) \
	{ \
		wide_type v; \
		int err = wide(s, base, &v); \
\
		if (err) \
			return err; \
		if ((wide_type)(type)v != v) \
			return -ERANGE; \
		*res = (type)v; \
		return 0; \
	}

NARROW(kstrtoul, kstrtoull, unsigned long long, unsigned long)
NARROW(kstrtou64, kstrtoull, unsigned long long, u64)
NARROW(kstrtouint, kstrtoull, unsigned long long, unsigned int)
NARROW(kstrtoint, kstrtoll, long long, int)

int kstrtobool(const char *s, bool *res)
{
	static const char yes[] = "yY1tT", no[] = "nN0fF";
	char c = s ? s[0] : 0;

	if (c && (strchr(yes, c) || (strchr("oO", c) && strchr("nN", s[1]) && s[1])))
		*res = true;
	else if (c && (strchr(no, c) || (strchr("oO", c) && strchr("fF", s[1]) && s[1])))
		*res = false;
	else
		return -EINVAL;
	return 0;
}
