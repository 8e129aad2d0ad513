// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The process that the library's state belongs to, time, and small arithmetic. */
#include "internal.h"

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/*
 * A page of its own, so that the kernel can wipe it in a child (MADV_WIPEONFORK): then a check costs one load, and
 * holds for children that were made without fork()'s handlers as well. Where the kernel cannot, the pid is compared.
 */
static pthread_once_t bind_once = PTHREAD_ONCE_INIT;
static _Atomic(volatile pid_t *) owner;
static bool wiped_on_fork;

static void bind_process(void)
{
	volatile pid_t *page =
		mmap(NULL, hlrti_page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return;
#ifdef MADV_WIPEONFORK
	wiped_on_fork = madvise((void *)page, hlrti_page_size(), MADV_WIPEONFORK) == 0;
#endif
	*page = getpid();
	atomic_store(&owner, page);
}

int hlrti_process_bind(void)
{
	pthread_once(&bind_once, bind_process);
	if (!atomic_load(&owner))
		return hlrt_set_error(-ENOMEM, "no memory for the library's state");
	return hlrti_process_check();
}

int hlrti_process_check(void)
{
	volatile pid_t *page = atomic_load_explicit(&owner, memory_order_acquire);

	if (!page)
		return 0; /* nothing was set up yet that a child could have inherited */
	if (*page && (wiped_on_fork || *page == getpid()))
		return 0;
	return hlrt_set_error(-EPERM,
			      "this process is a forked child of the one that uses the library; it may only close fds");
}

int64_t hlrti_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

void hlrti_sleep(int64_t ns)
{
	struct timespec ts = { .tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC };

	nanosleep(&ts, NULL);
}

int64_t hlrti_deadline(int64_t timeout_ns)
{
	int64_t deadline;

	if (timeout_ns < 0 || __builtin_add_overflow(hlrti_now(), timeout_ns, &deadline))
		return INT64_MAX;
	return deadline;
}

uint64_t hlrti_page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

bool hlrti_is_power_of_two(uint64_t v)
{
	return v && !(v & (v - 1));
}

bool hlrti_is_aligned(uint64_t v, uint64_t granularity)
{
	return !(v & (granularity - 1));
}

bool hlrti_align_up(uint64_t v, uint64_t granularity, uint64_t *out)
{
	uint64_t sum;

	if (__builtin_add_overflow(v, granularity - 1, &sum))
		return false;
	*out = sum & ~(granularity - 1);
	return true;
}
