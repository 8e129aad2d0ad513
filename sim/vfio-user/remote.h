/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * remote.h - DMA by message: our own requests to QEMU, for what has no file (another device's BAR) and for addresses
 * that nobody mapped, where QEMU and its IOMMU have the last word.
 *
 * QEMU answers from its main loop, which may itself be waiting for us: the thread that receives messages must never
 * call vu_remote_access().
 */
#ifndef VU_REMOTE_H
#define VU_REMOTE_H

#include "message.h"

struct vu_remote_request;

struct vu_remote {
	struct vu_channel *channel; /* NULL: nobody is connected */
	uint32_t max_data;	    /* per message, what both sides can take */
	pthread_mutex_t lock;
	pthread_cond_t answered;
	struct vu_remote_request *pending;
	uint16_t next_id;
	uint64_t reached_from,
		reached_to; /* what QEMU let pass since vu_remote_reached(); nothing when they are equal */
};

void vu_remote_init(struct vu_remote *remote);
void vu_remote_fini(struct vu_remote *remote);
void vu_remote_connect(struct vu_remote *remote, struct vu_channel *channel, uint32_t max_data);
/* Fails what is pending and what comes. */
void vu_remote_disconnect(struct vu_remote *remote);

/* Waits for the answer. 0, -EIO when QEMU says no, -ENOTCONN. */
int vu_remote_access(struct vu_remote *remote, uint64_t address, void *buf, size_t len, bool write);

/* Where the accesses since the last call lay, from the lowest byte to behind the highest; begins anew. */
void vu_remote_reached(struct vu_remote *remote, uint64_t *from, uint64_t *to);

/* A reply came. NULL, or what is wrong with it. */
const char *vu_remote_answer(struct vu_remote *remote, const struct vu_message *msg);

#endif /* VU_REMOTE_H */
