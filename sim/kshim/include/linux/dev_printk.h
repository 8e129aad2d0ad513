/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_DEV_PRINTK_H
#define KSHIM_LINUX_DEV_PRINTK_H

#include <linux/printk.h>
#include <linux/ratelimit.h>

struct device;

void kshim_dev_printk(int level, const struct device *dev, const char *fmt, ...) __printf(3, 4);
bool kshim_log_enabled(int level);
int dev_err_probe(const struct device *dev, int err, const char *fmt, ...) __printf(3, 4);

#define dev_fmt(fmt) fmt
#define KSHIM_DEV(level, dev, ...) \
	do { \
		if (kshim_log_enabled(level)) \
			kshim_dev_printk(level, dev, __VA_ARGS__); \
	} while (0)
#define dev_emerg(dev, ...) KSHIM_DEV(0, dev, __VA_ARGS__)
#define dev_crit(dev, ...) KSHIM_DEV(2, dev, __VA_ARGS__)
#define dev_err(dev, ...) KSHIM_DEV(3, dev, __VA_ARGS__)
#define dev_warn(dev, ...) KSHIM_DEV(4, dev, __VA_ARGS__)
#define dev_notice(dev, ...) KSHIM_DEV(5, dev, __VA_ARGS__)
#define dev_info(dev, ...) KSHIM_DEV(6, dev, __VA_ARGS__)
#define dev_dbg(dev, ...) KSHIM_DEV(7, dev, __VA_ARGS__)
/* Not limited here: a test that reads the log wants every line. */
#define dev_crit_ratelimited dev_crit
#define dev_err_ratelimited dev_err
#define dev_warn_ratelimited dev_warn
#define dev_notice_ratelimited dev_notice
#define dev_info_ratelimited dev_info
#define dev_dbg_ratelimited dev_dbg
#define dev_err_once(dev, ...) KSHIM_ONCE(dev_err(dev, __VA_ARGS__))
#define dev_warn_once(dev, ...) KSHIM_ONCE(dev_warn(dev, __VA_ARGS__))
#define dev_info_once(dev, ...) KSHIM_ONCE(dev_info(dev, __VA_ARGS__))
#define dev_WARN(dev, ...) WARN(1, __VA_ARGS__)
#define dev_WARN_ONCE(dev, cond, ...) WARN_ONCE(cond, __VA_ARGS__)

#endif
