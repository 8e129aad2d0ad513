// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Formatting with the kernel's %p extensions, the log, WARN and BUG. */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "kshim.h"

/* Here libc's own is meant. */
#undef snprintf

#define LINE_MAX_BYTES 1024

static struct {
	pthread_mutex_t lock;
	kshim_log_fn fn;
	void *arg;
	FILE *file;
	int max_level; /* highest level that anybody reads; -1: silent */
	int file_level;
	bool fatal;
	unsigned int warnings;
} log_sink = { .lock = PTHREAD_MUTEX_INITIALIZER, .max_level = -1 };

static void update_level(void)
{
	int level = log_sink.file ? log_sink.file_level : -1;

	if (log_sink.fn)
		level = 7;
	__atomic_store_n(&log_sink.max_level, level, __ATOMIC_RELAXED);
}

void kshim_set_log(kshim_log_fn fn, void *arg)
{
	pthread_mutex_lock(&log_sink.lock);
	log_sink.fn = fn;
	log_sink.arg = arg;
	update_level();
	pthread_mutex_unlock(&log_sink.lock);
}

void kshim_set_log_file(FILE *file, int max_level)
{
	pthread_mutex_lock(&log_sink.lock);
	log_sink.file = file;
	log_sink.file_level = max_level;
	update_level();
	pthread_mutex_unlock(&log_sink.lock);
}

bool kshim_log_enabled(int level)
{
	return level <= __atomic_load_n(&log_sink.max_level, __ATOMIC_RELAXED);
}

static void emit(int level, const char *line)
{
	pthread_mutex_lock(&log_sink.lock);
	if (log_sink.file && level <= log_sink.file_level) {
		fprintf(log_sink.file, "<%d>%s\n", level, line);
		fflush(log_sink.file);
	}
	if (log_sink.fn)
		log_sink.fn(log_sink.arg, level, line);
	pthread_mutex_unlock(&log_sink.lock);
}

/* ---- format ---- */

struct out {
	char *buf;
	size_t size, len;
};

static void put(struct out *o, const char *s, size_t n)
{
	if (o->len < o->size)
		memcpy(o->buf + o->len, s, min_t(size_t, n, o->size - o->len));
	o->len += n;
}

/* Those of the kernel's pointer formats that drivers like ours use; returns the letters that it took. */
static size_t put_pointer(struct out *o, const char *letters, void *p)
{
	char text[LINE_MAX_BYTES];
	size_t taken = 0;
	int n;

	if (letters[0] == 'a') {
		taken = letters[1] == 'd' || letters[1] == 'p' ? 2 : 1;
		n = snprintf(text, sizeof(text), "0x%llx", (unsigned long long)*(u64 *)p);
	} else if (letters[0] == 'e') {
		taken = 1;
		n = IS_ERR(p) ? snprintf(text, sizeof(text), "%ld", PTR_ERR(p)) : snprintf(text, sizeof(text), "%p", p);
	} else if (letters[0] == 'V') {
		struct va_format *vf = p;
		va_list ap;

		taken = 1;
		va_copy(ap, *vf->va);
		n = kshim_vsnprintf(text, sizeof(text), vf->fmt, ap);
		va_end(ap);
	} else {
		taken = letters[0] == 'K' || letters[0] == 'x' ? 1 : 0;
		n = snprintf(text, sizeof(text), "%p", p);
	}
	put(o, text, min_t(size_t, n, sizeof(text) - 1));
	return taken;
}

/* One conversion other than %p: libc formats it, with the argument fetched by its length modifier. */
static void put_plain(struct out *o, const char *spec, const char *length, char conv, va_list *ap)
{
	char text[LINE_MAX_BYTES];
	int n;

	if (conv == 's')
		n = snprintf(text, sizeof(text), spec, va_arg(*ap, const char *));
	else if (conv == 'c')
		n = snprintf(text, sizeof(text), spec, va_arg(*ap, int));
	else if (strchr(length, 'l') || strchr(length, 'z') || strchr(length, 'j') || strchr(length, 't') ||
		 strchr(length, 'L'))
		n = snprintf(text, sizeof(text), spec, va_arg(*ap, long long));
	else
		n = snprintf(text, sizeof(text), spec, va_arg(*ap, int));
	if (n > 0)
		put(o, text, min_t(size_t, n, sizeof(text) - 1));
}

/* Copies flags, width and precision of a conversion, with "*" replaced by its argument. */
static const char *copy_spec(const char *fmt, char *spec, size_t size, va_list *ap)
{
	size_t n = 0;

	spec[n++] = *fmt++;
	while (*fmt && strchr("-+ #0123456789.*", *fmt) && n < size - 16) {
		if (*fmt == '*')
			n += snprintf(spec + n, 12, "%d", va_arg(*ap, int));
		else
			spec[n++] = *fmt;
		fmt++;
	}
	spec[n] = 0;
	return fmt;
}

int kshim_vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct out o = { buf, size ? size - 1 : 0, 0 };
	va_list ap;

	va_copy(ap, args);
	while (*fmt) {
		size_t text = strcspn(fmt, "%"), n, m = 0;
		char spec[64], length[8];

		put(&o, fmt, text);
		fmt += text;
		if (!*fmt)
			break;
		if (fmt[1] == '%') {
			put(&o, fmt, 1);
			fmt += 2;
			continue;
		}
		fmt = copy_spec(fmt, spec, sizeof(spec), &ap);
		while (*fmt && strchr("hlLzjt", *fmt) && m < sizeof(length) - 1)
			length[m++] = *fmt++;
		length[m] = 0;
		if (!*fmt)
			break;
		if (*fmt == 'p') {
			fmt += 1 + put_pointer(&o, fmt + 1, va_arg(ap, void *));
			continue;
		}
		n = strlen(spec);
		snprintf(spec + n, sizeof(spec) - n, "%s%c", length, *fmt);
		put_plain(&o, spec, length, *fmt, &ap);
		fmt++;
	}
	va_end(ap);
	if (size)
		buf[min_t(size_t, o.len, size - 1)] = 0;
	return (int)o.len;
}

int kshim_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = kshim_vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = kshim_vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return (size_t)n < size ? n : (int)(size ? size - 1 : 0);
}

/* ---- printk and device messages ---- */

static void strip_newline(char *line)
{
	size_t n = strlen(line);

	if (n && line[n - 1] == '\n')
		line[n - 1] = 0;
}

int printk(const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	int level = 4;
	va_list ap;

	if (fmt[0] == KERN_SOH[0] && fmt[1]) {
		level = fmt[1] >= '0' && fmt[1] <= '7' ? fmt[1] - '0' : 6;
		fmt += 2;
	}
	if (!kshim_log_enabled(level))
		return 0;
	va_start(ap, fmt);
	kshim_vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	strip_newline(line);
	emit(level, line);
	return (int)strlen(line);
}

static void dev_vprintk(int level, const struct device *dev, const char *fmt, va_list ap)
{
	char line[LINE_MAX_BYTES];
	int n = 0;

	if (dev)
		n = scnprintf(line, sizeof(line), "%s%s%s: ", dev_driver_string(dev), dev->driver ? " " : "",
			      dev_name(dev));
	kshim_vsnprintf(line + n, sizeof(line) - n, fmt, ap);
	strip_newline(line);
	emit(level, line);
}

void kshim_dev_printk(int level, const struct device *dev, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	dev_vprintk(level, dev, fmt, ap);
	va_end(ap);
}

int dev_err_probe(const struct device *dev, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (kshim_log_enabled(3))
		dev_vprintk(3, dev, fmt, ap);
	va_end(ap);
	return err;
}

/* ---- WARN and BUG ---- */

void kshim_set_fatal(bool fatal)
{
	__atomic_store_n(&log_sink.fatal, fatal, __ATOMIC_RELAXED);
}

unsigned int kshim_warnings(void)
{
	return __atomic_load_n(&log_sink.warnings, __ATOMIC_RELAXED);
}

void kshim_forget_warnings(void)
{
	__atomic_store_n(&log_sink.warnings, 0, __ATOMIC_RELAXED);
}

/* The last words before abort() go to stderr: there will be no other chance to see them. */
static void die(const char *line)
{
	fprintf(stderr, "%s\n", line);
	abort();
}

void kshim_warn(const char *file, int line, const char *fmt, ...)
{
	char text[LINE_MAX_BYTES];
	va_list ap;
	int n;

	n = scnprintf(text, sizeof(text), "WARNING: %s:%d: ", file, line);
	va_start(ap, fmt);
	kshim_vsnprintf(text + n, sizeof(text) - n, fmt, ap);
	va_end(ap);
	__atomic_add_fetch(&log_sink.warnings, 1, __ATOMIC_RELAXED);
	emit(4, text);
	if (__atomic_load_n(&log_sink.fatal, __ATOMIC_RELAXED))
		die(text);
}

void kshim_bug(const char *file, int line)
{
	char text[LINE_MAX_BYTES];

	scnprintf(text, sizeof(text), "kernel BUG at %s:%d", file, line);
	emit(0, text);
	die(text);
	abort();
}

void panic(const char *fmt, ...)
{
	char text[LINE_MAX_BYTES];
	va_list ap;

	va_start(ap, fmt);
	kshim_vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	die(text);
	abort();
}

void dump_stack(void)
{
}
