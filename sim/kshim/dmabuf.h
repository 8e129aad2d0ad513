/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* dmabuf.h - between the dma-buf core (dmabuf.c), its fds (dmabuf_fd.c) and buffers of other processes (dmabuf_foreign.c). */
#ifndef KSHIM_DMABUF_H
#define KSHIM_DMABUF_H

#include <linux/dma-buf.h>

/*
 * One page shared by everybody who holds a buffer's fd, whatever the process. Foreign users enter, look at revoked, and
 * leave; the exporter sets revoked and waits until nobody is inside.
 */
struct kshim_dmabuf_shared {
	u64 magic;
	u32 revoked;
	u32 inside;
};

#define KSHIM_DMABUF_SHARED_MAGIC 0x6876686d64623031ull
#define KSHIM_DMABUF_MAGIC 0x686c646d61627566ull
#define KSHIM_DMABUF_VERSION 2
#define KSHIM_DMABUF_PIECES 128 /* a buffer of more works in its exporter's process only */

struct kshim_dmabuf_piece {
	u64 offset, length; /* in the memory fd, or physical */
};

/* The message that waits in every dma-buf fd; memory fd and shared page travel beside it. */
struct kshim_dmabuf_wire {
	u64 magic;
	u32 version, size; /* of this structure */
	u64 dmabuf_size;
	u64 generation;
	u32 num_pieces; /* in the memory fd; 0: usable in the exporter's process only */
	u32 pad;
	struct kshim_dmabuf_piece piece[KSHIM_DMABUF_PIECES];
};

struct kshim_dmabuf_peek {
	struct kshim_dmabuf_wire wire;
	int memory_fd, shared_fd;
};

/* Physical pieces behind the buffer, KSHIM_DMABUF_PIECES at most, found by a trial mapping; 0: too many, or revoked. */
unsigned int kshim_dmabuf_probe(struct dma_buf *buf, struct kshim_dmabuf_piece *pieces);

/* dmabuf_fd.c */
void kshim_dmabuf_revoke_shared(struct dma_buf *buf);
void kshim_dmabuf_free_fds(struct dma_buf *buf);

/* dmabuf_foreign.c */
struct dma_buf *kshim_dmabuf_foreign(const struct kshim_dmabuf_peek *peek); /* takes no fd */
void kshim_dmabuf_poll_foreign(void);
bool kshim_dmabuf_foreign_live(void);

#endif /* KSHIM_DMABUF_H */
