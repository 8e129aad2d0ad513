// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Access to the program's memory by addresses that may be bad; pinning; the locked-memory limit. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

#include "kshim.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

static long pinned;

bool access_ok(const void __user *p, unsigned long n)
{
	u64 end;

	return !__builtin_add_overflow((u64)(uintptr_t)p, (u64)n, &end) && end <= KSHIM_PHYS_IO;
}

/*
 * Where the sandbox forbids process_vm_readv(), a pipe does: write() and read() report bad addresses too. Moves one
 * page at most; bytes moved.
 */
static size_t copy_by_pipe(void *to, const void *from, size_t n)
{
	int fds[2];
	ssize_t in = -1, out = -1;

	if (pipe2(fds, O_CLOEXEC))
		return 0;
	in = write(fds[1], from, min_t(size_t, n, PAGE_SIZE));
	if (in > 0)
		out = read(fds[0], to, in);
	close(fds[0]);
	close(fds[1]);
	return out > 0 ? out : 0;
}

/* Bytes that could be moved, at most what one call moves. */
static size_t copy_some(void *to, const void *from, size_t n, bool to_user)
{
	struct iovec kernel = { to_user ? (void *)from : to, n };
	struct iovec user = { to_user ? to : (void *)from, n };
	ssize_t got;

	if (to_user)
		got = process_vm_writev(getpid(), &kernel, 1, &user, 1, 0);
	else
		got = process_vm_readv(getpid(), &kernel, 1, &user, 1, 0);
	if (got < 0 && (errno == EPERM || errno == ENOSYS))
		return copy_by_pipe(to, from, n);
	return got > 0 ? got : 0;
}

static unsigned long copy_user(void *to, const void *from, unsigned long n, bool to_user)
{
	might_sleep();
	if (!access_ok(to_user ? to : from, n))
		return n;
	while (n) {
		size_t moved = copy_some(to, from, n, to_user);

		if (!moved)
			break;
		to = (char *)to + moved;
		from = (const char *)from + moved;
		n -= moved;
	}
	return n;
}

unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
{
	unsigned long left = copy_user(to, from, n, false);

	memset((char *)to + n - left, 0, left);
	return left;
}

unsigned long copy_to_user(void __user *to, const void *from, unsigned long n)
{
	return copy_user(to, from, n, true);
}

unsigned long clear_user(void __user *to, unsigned long n)
{
	static const char zeros[PAGE_SIZE];

	while (n) {
		unsigned long part = min_t(unsigned long, n, sizeof(zeros));
		unsigned long left = copy_to_user(to, zeros, part);

		n -= part - left;
		if (left)
			break;
		to = (char *)to + part;
	}
	return n;
}

int copy_struct_from_user(void *dst, size_t ksize, const void __user *src, size_t usize)
{
	size_t both = min(ksize, usize);
	char byte;

	for (size_t i = both; i < usize; i++) {
		if (copy_from_user(&byte, (const char *)src + i, 1))
			return -EFAULT;
		if (byte)
			return -E2BIG;
	}
	memset((char *)dst + both, 0, ksize - both);
	return copy_from_user(dst, src, both) ? -EFAULT : 0;
}

long strncpy_from_user(char *dst, const char __user *src, long n)
{
	for (long i = 0; i < n; i++) {
		if (copy_from_user(&dst[i], src + i, 1))
			return -EFAULT;
		if (!dst[i])
			return i;
	}
	return n;
}

/* ---- pinning ---- */

/* For kernels without MADV_POPULATE: what /proc/self/maps says about one page. */
static bool mapped_in_proc(unsigned long addr, bool write)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long lo, hi;
	char perm[8], line[512];
	bool ok = false;

	while (maps && !ok && fgets(line, sizeof(line), maps))
		ok = sscanf(line, "%lx-%lx %7s", &lo, &hi, perm) == 3 && addr >= lo && addr < hi &&
		     perm[write ? 1 : 0] == (write ? 'w' : 'r');
	if (maps)
		fclose(maps);
	return ok;
}

static bool have_populate(void)
{
	static int have; /* 0: not known yet */
	int h = __atomic_load_n(&have, __ATOMIC_RELAXED);

	if (!h) {
		void *p = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		h = p != MAP_FAILED && !madvise(p, PAGE_SIZE, MADV_POPULATE_WRITE) ? 1 : -1;
		if (p != MAP_FAILED)
			munmap(p, PAGE_SIZE);
		__atomic_store_n(&have, h, __ATOMIC_RELAXED);
	}
	return h > 0;
}

/* Faults the range in as a DMA of that direction would need it; changes no byte. */
bool kshim_user_range_ok(unsigned long addr, size_t len, bool write)
{
	unsigned long first = addr & PAGE_MASK, size = PAGE_ALIGN(addr + len) - first;

	if (have_populate())
		return !madvise((void *)first, size, write ? MADV_POPULATE_WRITE : MADV_POPULATE_READ);
	for (unsigned long p = first; p < first + size; p += PAGE_SIZE)
		if (!mapped_in_proc(p, write))
			return false;
	return true;
}

int pin_user_pages_fast(unsigned long start, int nr, unsigned int flags, struct page **pages)
{
	bool write = flags & FOLL_WRITE;
	int n;

	might_sleep();
	start &= PAGE_MASK;
	if (nr <= 0)
		return -EINVAL;
	if (!access_ok((void *)start, (unsigned long)nr << PAGE_SHIFT))
		return -EFAULT;
	if (kshim_user_range_ok(start, (size_t)nr << PAGE_SHIFT, write))
		n = nr;
	else
		for (n = 0; n < nr && kshim_user_range_ok(start + ((unsigned long)n << PAGE_SHIFT), 1, write); n++)
			;
	for (int i = 0; i < n; i++)
		pages[i] = (struct page *)(start + ((unsigned long)i << PAGE_SHIFT));
	__atomic_add_fetch(&pinned, n, __ATOMIC_RELAXED);
	return n ? n : -EFAULT;
}

void unpin_user_pages(struct page **pages, unsigned long n)
{
	(void)pages;
	WARN(__atomic_sub_fetch(&pinned, (long)n, __ATOMIC_RELAXED) < 0, "more pages unpinned than were pinned");
}

void unpin_user_pages_dirty_lock(struct page **pages, unsigned long n, bool dirty)
{
	(void)dirty;
	unpin_user_pages(pages, n);
}

long kshim_pinned_pages(void)
{
	return __atomic_load_n(&pinned, __ATOMIC_RELAXED);
}

int account_locked_vm(struct mm_struct *mm, unsigned long pages, bool inc)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct rlimit limit;
	int err = 0;

	pthread_mutex_lock(&lock);
	if (!inc) {
		WARN(mm->locked_vm < pages, "locked_vm: %lu pages given back, %lu held", pages, mm->locked_vm);
		mm->locked_vm -= min(pages, mm->locked_vm);
	} else {
		getrlimit(RLIMIT_MEMLOCK, &limit);
		if (limit.rlim_cur != RLIM_INFINITY && mm->locked_vm + pages > limit.rlim_cur >> PAGE_SHIFT &&
		    !capable(CAP_IPC_LOCK))
			err = -ENOMEM;
		else
			mm->locked_vm += pages;
	}
	pthread_mutex_unlock(&lock);
	return err;
}
