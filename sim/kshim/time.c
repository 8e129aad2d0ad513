// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Clocks and sleeping. */
#include <errno.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <time.h>

#define NS_PER_JIFFY (NSEC_PER_SEC / HZ)

static s64 clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (s64)ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

ktime_t ktime_get(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

ktime_t ktime_get_real(void)
{
	return clock_ns(CLOCK_REALTIME);
}

time_t ktime_get_real_seconds(void)
{
	return time(NULL);
}

unsigned long kshim_jiffies(void)
{
	return (unsigned long)(ktime_get() / NS_PER_JIFFY);
}

unsigned long msecs_to_jiffies(unsigned int ms)
{
	return (int)ms < 0 ? (unsigned long)MAX_JIFFY_OFFSET : ((unsigned long)ms * HZ + 999) / 1000;
}

unsigned long usecs_to_jiffies(unsigned int us)
{
	return ((unsigned long)us * HZ + 999999) / 1000000;
}

unsigned long nsecs_to_jiffies(u64 ns)
{
	return ns / NS_PER_JIFFY;
}

unsigned int jiffies_to_msecs(unsigned long j)
{
	return j > UINT_MAX / (1000 / HZ) ? UINT_MAX : j * (1000 / HZ);
}

unsigned int jiffies_to_usecs(unsigned long j)
{
	return j > UINT_MAX / (1000000 / HZ) ? UINT_MAX : j * (1000000 / HZ);
}

u64 jiffies_to_nsecs(unsigned long j)
{
	return (u64)j * NS_PER_JIFFY;
}

static void sleep_ns(u64 ns)
{
	struct timespec left = { .tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC };

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
		;
}

void msleep(unsigned int ms)
{
	might_sleep();
	sleep_ns((u64)ms * NSEC_PER_MSEC);
}

unsigned long msleep_interruptible(unsigned int ms)
{
	msleep(ms);
	return 0;
}

void usleep_range(unsigned long min_us, unsigned long max_us)
{
	(void)max_us;
	might_sleep();
	sleep_ns((u64)min_us * NSEC_PER_USEC);
}

/* A simulated chip needs the CPU to get on, so even a busy wait gives it away. */
void udelay(unsigned long us)
{
	sleep_ns((u64)us * NSEC_PER_USEC);
}

void ndelay(unsigned long ns)
{
	sleep_ns(ns);
}
