/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "dma.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct vu_dma_file {
	dev_t device;
	ino_t inode;
	uint8_t *memory;
	uint64_t size;
	bool writable;
	struct vu_dma_file *next;
};

struct vu_dma_pin {
	uint64_t first;
	uint64_t last;
	struct vu_dma_pin *next;
};

void vu_dma_init(struct vu_dma *dma, void (*unmapped)(void *ctx, const struct vu_dma_waiter *waiter), void *ctx)
{
	memset(dma, 0, sizeof(*dma));
	pthread_rwlock_init(&dma->lock, NULL);
	pthread_mutex_init(&dma->pin_lock, NULL);
	dma->unmapped = unmapped;
	dma->ctx = ctx;
}

void vu_dma_clear(struct vu_dma *dma)
{
	pthread_rwlock_wrlock(&dma->lock);
	vu_ranges_clear(&dma->ranges);
	while (dma->files) {
		struct vu_dma_file *file = dma->files;

		dma->files = file->next;
		munmap(file->memory, file->size);
		free(file);
	}
	pthread_mutex_lock(&dma->pin_lock);
	while (dma->pins) {
		struct vu_dma_pin *pin = dma->pins;

		dma->pins = pin->next;
		free(pin);
	}
	while (dma->waiters) {
		struct vu_dma_waiter *waiter = dma->waiters;

		dma->waiters = waiter->next;
		free(waiter);
	}
	pthread_mutex_unlock(&dma->pin_lock);
	pthread_rwlock_unlock(&dma->lock);
}

void vu_dma_fini(struct vu_dma *dma)
{
	vu_dma_clear(dma);
	pthread_mutex_destroy(&dma->pin_lock);
	pthread_rwlock_destroy(&dma->lock);
}

static struct vu_dma_file *map_whole_file(int fd, const struct stat *st, bool writable)
{
	struct vu_dma_file *file = calloc(1, sizeof(*file));
	int prot = PROT_READ | (writable ? PROT_WRITE : 0);

	if (!file)
		return NULL;
	file->memory = mmap(NULL, (size_t)st->st_size, prot, MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (file->memory == MAP_FAILED) {
		free(file);
		return NULL;
	}
	/* Guests' memory has no business in a core file of this program. */
	madvise(file->memory, (size_t)st->st_size, MADV_DONTDUMP);
	file->device = st->st_dev;
	file->inode = st->st_ino;
	file->size = (uint64_t)st->st_size;
	file->writable = writable;
	return file;
}

/* Called with the lock held for writing. A file that has grown is mapped once more; old pointers stay good. */
static int find_file(struct vu_dma *dma, int fd, uint64_t end, bool writable, struct vu_dma_file **found)
{
	struct vu_dma_file *file;
	struct stat st;
	int mode;

	if (fstat(fd, &st))
		return -errno;
	for (file = dma->files; file; file = file->next) {
		if (file->device == st.st_dev && file->inode == st.st_ino && file->size >= end &&
		    (file->writable || !writable)) {
			*found = file;
			return 0;
		}
	}
	if (!S_ISREG(st.st_mode) || st.st_size < 0 || (uint64_t)st.st_size < end)
		return -EINVAL;
	mode = fcntl(fd, F_GETFL);
	if (mode < 0)
		return -errno;
	mode &= O_ACCMODE;
	if (mode == O_WRONLY || (writable && mode != O_RDWR))
		return -EACCES;
	file = map_whole_file(fd, &st, mode == O_RDWR);
	if (!file)
		return -ENOMEM;
	file->next = dma->files;
	dma->files = file;
	*found = file;
	return 0;
}

int vu_dma_map(struct vu_dma *dma, uint64_t iova, uint64_t size, bool writable, int fd, uint64_t offset)
{
	struct vu_range range = { .first = iova, .last = iova + size - 1, .writable = writable };
	int ret = 0;

	if (size == 0 || range.last < iova || offset + size < offset)
		return -EINVAL;
	pthread_rwlock_wrlock(&dma->lock);
	if (fd >= 0) {
		struct vu_dma_file *file = NULL;

		ret = find_file(dma, fd, offset + size, writable, &file);
		if (!ret)
			range.memory = file->memory + offset;
	}
	if (!ret)
		ret = vu_ranges_insert(&dma->ranges, &range);
	pthread_rwlock_unlock(&dma->lock);
	return ret;
}

static bool pinned(const struct vu_dma *dma, uint64_t first, uint64_t last)
{
	for (const struct vu_dma_pin *pin = dma->pins; pin; pin = pin->next)
		if (pin->first <= last && pin->last >= first)
			return true;
	return false;
}

/* iova and size are what the request said, and what its reply will repeat. */
static int remove_range(struct vu_dma *dma, uint64_t first, uint64_t last, struct vu_dma_waiter waiter)
{
	struct vu_dma_waiter *deferred;
	int ret;

	pthread_rwlock_wrlock(&dma->lock);
	ret = vu_ranges_remove(&dma->ranges, first, last);
	pthread_mutex_lock(&dma->pin_lock);
	pthread_rwlock_unlock(&dma->lock);
	if (!ret && pinned(dma, first, last)) {
		deferred = malloc(sizeof(*deferred));
		if (deferred) {
			*deferred = waiter;
			deferred->next = dma->waiters;
			dma->waiters = deferred;
			ret = 1;
		} else {
			ret = -ENOMEM;
		}
	}
	pthread_mutex_unlock(&dma->pin_lock);
	return ret;
}

int vu_dma_unmap(struct vu_dma *dma, uint64_t iova, uint64_t size, uint16_t message_id)
{
	struct vu_dma_waiter waiter = { .iova = iova, .size = size, .message_id = message_id };
	uint64_t last = iova + size - 1;

	if (size == 0 || last < iova)
		return -EINVAL;
	return remove_range(dma, iova, last, waiter);
}

int vu_dma_unmap_all(struct vu_dma *dma, uint16_t message_id)
{
	struct vu_dma_waiter waiter = { .message_id = message_id };

	return remove_range(dma, 0, UINT64_MAX, waiter);
}

static size_t bytes_in(const struct vu_range *range, uint64_t iova, size_t len)
{
	uint64_t left = range->last - iova; /* one less than there are: all 64 bits may be mapped */

	return left < len ? (size_t)left + 1 : len;
}

/*
 * What drivers poll for and then clear is one word, so a word is stored once: memcpy() of four bytes may be two stores of
 * the same, and the second would bring back what the guest has just cleared. It comes after what was written before it.
 */
static void store(uint8_t *memory, const void *buf, size_t len)
{
	uint32_t word;

	if (len != sizeof(word) || (uintptr_t)memory % sizeof(word)) {
		memcpy(memory, buf, len);
		return;
	}
	memcpy(&word, buf, sizeof(word));
	__atomic_store_n((uint32_t *)(void *)memory, word, __ATOMIC_RELEASE);
}

long vu_dma_copy(struct vu_dma *dma, uint64_t iova, void *buf, size_t len, bool write, size_t *run)
{
	const struct vu_range *range;
	long ret = 0;

	pthread_rwlock_rdlock(&dma->lock);
	range = vu_ranges_find(&dma->ranges, iova);
	/* To an address that nobody mapped QEMU gives its own answer, and the guest sees the fault. */
	*run = range ? bytes_in(range, iova, len) : len;
	if (range && write && !range->writable) {
		ret = -EACCES;
	} else if (range && range->memory) {
		uint8_t *memory = range->memory + (iova - range->first);

		if (write)
			store(memory, buf, *run);
		else
			memcpy(buf, memory, *run);
		ret = (long)*run;
	}
	pthread_rwlock_unlock(&dma->lock);
	return ret;
}

/* How far memory goes on without a gap: an IOMMU maps page by page what lies in one piece in the guest's memory. */
static size_t contiguous(const struct vu_dma *dma, const struct vu_range *range, uint64_t iova, size_t len, bool write)
{
	size_t run = bytes_in(range, iova, len);

	while (run < len && range->last != UINT64_MAX) {
		const struct vu_range *next = vu_ranges_find(&dma->ranges, range->last + 1);

		if (!next || !next->memory || next->memory != range->memory + (range->last - range->first) + 1 ||
		    (write && !next->writable))
			break;
		run += bytes_in(next, next->first, len - run);
		range = next;
	}
	return run;
}

void *vu_dma_get(struct vu_dma *dma, uint64_t iova, size_t len, bool write, size_t *run)
{
	struct vu_dma_pin *pin = len ? malloc(sizeof(*pin)) : NULL;
	const struct vu_range *range;
	void *memory = NULL;

	if (!pin)
		return NULL;
	pthread_rwlock_rdlock(&dma->lock);
	range = vu_ranges_find(&dma->ranges, iova);
	if (range && range->memory && (range->writable || !write)) {
		memory = range->memory + (iova - range->first);
		*run = contiguous(dma, range, iova, len, write);
		pin->first = iova;
		pin->last = iova + *run - 1;
		pthread_mutex_lock(&dma->pin_lock);
		pin->next = dma->pins;
		dma->pins = pin;
		pthread_mutex_unlock(&dma->pin_lock);
	}
	pthread_rwlock_unlock(&dma->lock);
	if (!memory)
		free(pin);
	return memory;
}

static void drop_pin(struct vu_dma *dma, uint64_t first, uint64_t last)
{
	for (struct vu_dma_pin **p = &dma->pins; *p; p = &(*p)->next) {
		struct vu_dma_pin *pin = *p;

		if (pin->first == first && pin->last == last) {
			*p = pin->next;
			free(pin);
			return;
		}
	}
}

/* The waiters that nothing holds up any more, taken off the list. */
static struct vu_dma_waiter *take_ready(struct vu_dma *dma)
{
	struct vu_dma_waiter *ready = NULL, **p = &dma->waiters;

	while (*p) {
		struct vu_dma_waiter *waiter = *p;
		uint64_t last = waiter->size ? waiter->iova + waiter->size - 1 : UINT64_MAX;

		if (pinned(dma, waiter->iova, last)) {
			p = &waiter->next;
		} else {
			*p = waiter->next;
			waiter->next = ready;
			ready = waiter;
		}
	}
	return ready;
}

void vu_dma_put(struct vu_dma *dma, uint64_t iova, size_t run)
{
	struct vu_dma_waiter *ready;

	pthread_mutex_lock(&dma->pin_lock);
	drop_pin(dma, iova, iova + run - 1);
	ready = take_ready(dma);
	pthread_mutex_unlock(&dma->pin_lock);
	while (ready) {
		struct vu_dma_waiter *waiter = ready;

		ready = waiter->next;
		dma->unmapped(dma->ctx, waiter);
		free(waiter);
	}
}
