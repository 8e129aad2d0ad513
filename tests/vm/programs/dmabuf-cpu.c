// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * A dma-buf in the hands of the CPU: mmap of its fd.
 *
 *	dmabuf-cpu data		bytes go both ways; what mmap, mremap, madvise, fork and munmap may do and what not
 *	dmabuf-cpu pieces	the same bytes where the driver had to place the memory in several pieces (Goya)
 *	dmabuf-cpu revoke	after revocation SIGBUS, in the child as well, and EFAULT in system calls
 *	dmabuf-cpu wait FILE	makes FILE when it has a mapping, then touches it until SIGBUS
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <hlrt/hlrt.h>
#include "fail.h"
#include <linux/dma-buf.h>

#define PAGE 4096u
#define BUFFER (64 * PAGE)
#define GOYA_PAGE (2u << 20) /* what the driver places at once */
#define FAILED ((uint8_t *)MAP_FAILED)

static struct hlrt_context *context;
static struct hlrt_mem *mem;
static struct hlrt_dmabuf *dmabuf;
static sigjmp_buf bus_error;

static void expect(bool right, const char *what)
{
	if (!right)
		fail("not so: %s (errno: %s)", what, strerror(errno));
}

static void on_bus_error(int signal)
{
	siglongjmp(bus_error, signal);
}

/* A load, or a store. */
static bool faults(volatile uint8_t *at, bool write)
{
	if (sigsetjmp(bus_error, 1))
		return true;
	if (write)
		*at = 1;
	else
		(void)*at;
	return false;
}

static void open_device(void)
{
	struct hlrt_device **devices = hlrt_get_devices(NULL);
	struct sigaction action = { .sa_handler = on_bus_error };

	if (!devices || !devices[0])
		fail("no device");
	context = hlrt_open(devices[0], NULL);
	if (!context)
		fail("open: %s", hlrt_last_error());
	hlrt_free_devices(devices);
	sigaction(SIGBUS, &action, NULL);
}

static void export(struct hlrt_mem *of, uint64_t offset, uint64_t length)
{
	mem = of;
	dmabuf = mem ? hlrt_dmabuf_export(mem, offset, length, 0) : NULL;
	if (!dmabuf)
		fail("export: %s", hlrt_last_error());
}

static uint8_t *map(uint64_t offset, size_t length)
{
	return mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, hlrt_dmabuf_fd(dmabuf), (off_t)offset);
}

static void sync_end(void)
{
	struct dma_buf_sync arg = { .flags = DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW };

	expect(!ioctl(hlrt_dmabuf_fd(dmabuf), DMA_BUF_IOCTL_SYNC, &arg), "SYNC of the end of an access");
}

static uint8_t pattern(uint32_t seed, uint64_t at)
{
	return (uint8_t)((at + seed) * 2654435761u >> 24);
}

/* [0, length) of the export at p is what the device has at offset of mem, whoever of the two wrote last. */
static void exchange(uint8_t *p, uint64_t offset, uint32_t length)
{
	uint8_t *image = malloc(length);

	expect(image, "memory");
	for (uint32_t i = 0; i < length; i++)
		image[i] = pattern(1, i);
	check(hlrt_mem_write(mem, offset, image, length), "write");
	for (uint32_t i = 0; i < length; i++)
		if (p[i] != image[i])
			fail("the CPU reads 0x%02x at %u, not 0x%02x", p[i], i, image[i]);
	for (uint32_t i = 0; i < length; i++)
		p[i] = pattern(2, i);
	sync_end();
	check(hlrt_mem_read(mem, offset, image, length), "read");
	for (uint32_t i = 0; i < length; i++)
		if (image[i] != pattern(2, i))
			fail("the device has 0x%02x at %u, not 0x%02x", image[i], i, pattern(2, i));
	free(image);
}

static void in_child(uint8_t *p, uint8_t value)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		*p = value;
		_exit(0);
	}
	expect(waitpid(pid, &status, 0) == pid && !status, "the child could write");
	expect(*p == value, "the parent sees what its child wrote");
}

static void data(void)
{
	int fd;
	uint8_t *p, *part, *moved;

	/* From the middle of a buffer, so that a wrong page would be one that is there. */
	export(hlrt_mem_alloc(context, 3 * BUFFER, NULL), BUFFER, BUFFER);
	fd = hlrt_dmabuf_fd(dmabuf);
	p = map(0, BUFFER);
	expect(p != FAILED, "mmap of all");
	exchange(p, BUFFER, BUFFER);
	part = map(5 * PAGE, 2 * PAGE);
	expect(part != FAILED && !memcmp(part, p + 5 * PAGE, 2 * PAGE), "mmap of a part shows that part");

	expect(map(0, BUFFER + PAGE) == FAILED && errno == EINVAL, "mmap beyond the end is refused");
	expect(map(BUFFER, PAGE) == FAILED && errno == EINVAL, "mmap behind the end is refused");
	expect(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED && errno == EINVAL,
	       "MAP_PRIVATE is refused");
	expect(mremap(part, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED, "a mapping does not grow");
	expect(madvise(part, PAGE, MADV_DONTNEED) && errno == EINVAL, "MADV_DONTNEED is refused");
	expect(!hlrt_mem_register(context, part, PAGE) && errno == EFAULT, "device memory is not registered");
	moved = mmap(NULL, 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	moved = mremap(part, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, moved);
	expect(moved != FAILED && !memcmp(moved, p + 5 * PAGE, 2 * PAGE), "a moved mapping shows the same");
	in_child(moved, 0x5a);
	expect(p[5 * PAGE] == 0x5a, "all mappings show the same");
	expect(!munmap(p + PAGE, PAGE) && p[2 * PAGE] == pattern(2, 2 * PAGE), "munmap takes a page out");
	check(hlrt_dmabuf_close(dmabuf), "close");
	expect(p[3 * PAGE] == pattern(2, 3 * PAGE), "a mapping outlives the fd");
	expect(hlrt_mem_free(mem) == 0 || errno == EBUSY, "free");
	printf("data right both ways; refused is what has to be\n");
}

/* Two pages that are free and not neighbours: between them lies one that is taken, and so is all the rest. */
static void pieces(void)
{
	struct hlrt_mem *page[4], *two;
	uint8_t *p;

	for (int i = 0; i < 4; i++)
		expect((page[i] = hlrt_mem_alloc(context, GOYA_PAGE, NULL)) != NULL, "allocate");
	for (uint64_t size = 4ull << 30; size >= GOYA_PAGE; size /= 2)
		while (hlrt_mem_alloc(context, size, NULL))
			;
	check(hlrt_mem_free(page[0]), "free");
	check(hlrt_mem_free(page[2]), "free");
	two = hlrt_mem_alloc(context, 2 * GOYA_PAGE, NULL);
	if (!two)
		fail("memory in two pieces: %s", hlrt_last_error());
	export(two, GOYA_PAGE - BUFFER, 2 * BUFFER);
	p = map(0, 2 * BUFFER);
	expect(p != FAILED, "mmap");
	exchange(p, GOYA_PAGE - BUFFER, 2 * BUFFER);
	printf("right across two pieces\n");
}

static void revoked(void)
{
	int ready[2], pipes[2], status;
	uint8_t *p, *other;
	char byte;
	pid_t child;

	export(hlrt_mem_alloc(context, BUFFER, NULL), 0, BUFFER);
	p = map(0, BUFFER);
	other = map(PAGE, PAGE);
	expect(p != FAILED && other != FAILED && !pipe(ready) && !pipe(pipes), "set up");
	memset(p, 1, BUFFER);
	child = fork();
	if (!child) {
		close(ready[1]);
		if (p[PAGE] != 1 || write(pipes[1], "", 1) != 1 || read(ready[0], &byte, 1) != 0)
			_exit(2);
		_exit(faults(p + PAGE, false) && faults(p + 2 * PAGE, true) ? 0 : 3);
	}
	expect(read(pipes[0], &byte, 1) == 1, "the child has its page");
	check(hlrt_dmabuf_revoke(dmabuf), "revoke");
	expect(faults(p, false) && faults(p + PAGE, true) && faults(other, false), "SIGBUS after revocation");
	expect(write(pipes[1], p, 16) < 0 && errno == EFAULT, "EFAULT in system calls after revocation");
	expect(map(0, PAGE) == FAILED && errno == ENODEV, "mmap gives ENODEV after revocation");
	close(ready[1]);
	expect(waitpid(child, &status, 0) == child, "wait");
	expect(WIFEXITED(status) && !WEXITSTATUS(status), "SIGBUS in the child after revocation");
	sync_end();
	printf("revoked: SIGBUS everywhere\n");
}

static void wait_for_end(const char *file)
{
	uint8_t *p;
	int fd;

	export(hlrt_mem_alloc(context, BUFFER, NULL), 0, BUFFER);
	p = map(0, BUFFER);
	expect(p != FAILED, "mmap");
	memset(p, 1, BUFFER);
	fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	expect(fd >= 0, "the file");
	while (!faults(p, false) && !faults(p + BUFFER - 1, true))
		usleep(1000);
	expect(faults(p + PAGE, true) && faults(p + 2 * PAGE, false), "SIGBUS on every page");
	expect(map(0, PAGE) == FAILED && errno == ENODEV, "mmap gives ENODEV");
	printf("ended: SIGBUS everywhere\n");
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	open_device();
	if (!strcmp(what, "data"))
		data();
	else if (!strcmp(what, "pieces"))
		pieces();
	else if (!strcmp(what, "revoke"))
		revoked();
	else if (!strcmp(what, "wait") && argc > 2)
		wait_for_end(argv[2]);
	else
		fail("usage: dmabuf-cpu data|pieces|revoke|wait FILE");
	return 0;
}
