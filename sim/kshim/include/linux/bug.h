/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_BUG_H
#define KSHIM_LINUX_BUG_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <stdbool.h>

/* Counted, logged, and fatal when kshim_panic_on_warn is set (tests set it). */
void kshim_warn(const char *file, int line, const char *fmt, ...) __printf(3, 4) __cold;
void kshim_bug(const char *file, int line) __attribute__((noreturn)) __cold;
void panic(const char *fmt, ...) __printf(1, 2) __attribute__((noreturn));
void dump_stack(void);

#define BUG() kshim_bug(__FILE__, __LINE__)
#define BUG_ON(cond) \
	do { \
		if (unlikely(cond)) \
			BUG(); \
	} while (0)
#define WARN(cond, ...) \
	({ \
		bool warn__ = !!(cond); \
		if (unlikely(warn__)) \
			kshim_warn(__FILE__, __LINE__, __VA_ARGS__); \
		unlikely(warn__); \
	})
#define WARN_ON(cond) WARN(cond, "%s", #cond)
#define WARN_ONCE(cond, ...) \
	({ \
		static bool warned__; \
		bool once__ = !!(cond); \
		if (unlikely(once__) && !__atomic_exchange_n(&warned__, true, __ATOMIC_RELAXED)) \
			kshim_warn(__FILE__, __LINE__, __VA_ARGS__); \
		unlikely(once__); \
	})
#define WARN_ON_ONCE(cond) WARN_ONCE(cond, "%s", #cond)

#endif
