// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* memory.c - device memory: sparse files that hosts may map as well. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model_priv.h"

#define PUNCH_GRAIN 0x200000ull /* smaller pieces are cheaper to write than to give back */

int hlm_memory_create(const char *name, uint64_t size, void **map)
{
	/* Sealable: a host that shares the file may want to promise that it never shrinks. */
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	void *ptr;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size) < 0)
		goto fail;
	ptr = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (ptr == MAP_FAILED)
		goto fail;
	*map = ptr;
	return fd;
fail:;
	int err = -errno;

	close(fd);
	return err;
}

void hlm_memory_destroy(int fd, void *map, uint64_t size)
{
	if (map)
		munmap(map, size);
	if (fd >= 0)
		close(fd);
}

void hlm_memory_zero(int fd, uint64_t offset, void *ptr, uint64_t len)
{
	uint64_t first = (offset + PUNCH_GRAIN - 1) & ~(PUNCH_GRAIN - 1);
	uint64_t last = (offset + len) & ~(PUNCH_GRAIN - 1);

	if (first >= last ||
	    fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)first, (off_t)(last - first)) < 0) {
		memset(ptr, 0, len);
		return;
	}
	memset(ptr, 0, first - offset);
	memset((uint8_t *)ptr + (last - offset), 0, offset + len - last);
}
