/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * dma.h - the guest's memory as the device sees it: which bus addresses QEMU has mapped, and to what.
 *
 * QEMU sends the file of the guest's memory anew with each piece it maps. The file is mapped here once, whole, and
 * stays mapped until the connection ends, so a pointer into it never dangles.
 */
#ifndef VU_DMA_H
#define VU_DMA_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ranges.h"

/* An unmap that waits for somebody to let go of a pointer. */
struct vu_dma_waiter {
	uint64_t iova;
	uint64_t size;
	uint16_t message_id;
	struct vu_dma_waiter *next;
};

struct vu_dma_file;
struct vu_dma_pin;

struct vu_dma {
	pthread_rwlock_t lock; /* ranges, files */
	struct vu_ranges ranges;
	struct vu_dma_file *files;

	pthread_mutex_t pin_lock; /* pins, waiters; taken inside lock */
	struct vu_dma_pin *pins;
	struct vu_dma_waiter *waiters;

	/* Called when a deferred unmap has come true, from the thread that let go. */
	void (*unmapped)(void *ctx, const struct vu_dma_waiter *waiter);
	void *ctx;
};

void vu_dma_init(struct vu_dma *dma, void (*unmapped)(void *ctx, const struct vu_dma_waiter *waiter), void *ctx);
/* Forgets all mappings. Nobody may hold a pointer any more. */
void vu_dma_clear(struct vu_dma *dma);
void vu_dma_fini(struct vu_dma *dma);

/*
 * fd stays the caller's; -1: memory that is reachable by messages only. 0, -EINVAL (empty, wraps, outside of the
 * file), -EEXIST (overlaps), -EACCES (the file cannot be read, or not be written as asked), -ENOMEM.
 */
int vu_dma_map(struct vu_dma *dma, uint64_t iova, uint64_t size, bool writable, int fd, uint64_t offset);

/*
 * Takes effect at once for what begins afterwards. 0: done. 1: a pointer is still held; unmapped() will be called
 * with message_id. -EINVAL: the range cuts a mapping in two.
 */
int vu_dma_unmap(struct vu_dma *dma, uint64_t iova, uint64_t size, uint16_t message_id);
int vu_dma_unmap_all(struct vu_dma *dma, uint16_t message_id);

/*
 * Copies as many of len bytes at iova as one mapped piece of memory holds. Returns their number; 0 when iova is not
 * in directly reachable memory (*run is then the number of bytes to move by messages); -EACCES when it is read-only.
 */
long vu_dma_copy(struct vu_dma *dma, uint64_t iova, void *buf, size_t len, bool write, size_t *run);

void *vu_dma_get(struct vu_dma *dma, uint64_t iova, size_t len, bool write, size_t *run);
void vu_dma_put(struct vu_dma *dma, uint64_t iova, size_t run);

#endif /* VU_DMA_H */
