/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_DELAY_H
#define KSHIM_LINUX_DELAY_H

#include <linux/kernel.h>
#include <linux/ktime.h>

void msleep(unsigned int ms);
unsigned long msleep_interruptible(unsigned int ms);
void usleep_range(unsigned long min_us, unsigned long max_us);
void udelay(unsigned long us);
void ndelay(unsigned long ns);
#define mdelay(ms) udelay((ms)*1000UL)
#define ssleep(s) msleep((s)*1000U)
#define fsleep(us) usleep_range(us, 2 * (us))

#endif
