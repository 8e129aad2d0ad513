/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* message.h - framing: whole vfio-user messages in and out of a stream socket. */
#ifndef VU_MESSAGE_H
#define VU_MESSAGE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "protocol.h"

/* One end of a connection. Receiving is for one thread; sending is for any. */
struct vu_channel {
	int fd;
	pthread_mutex_t send_lock;
	uint8_t *buffer; /* for received messages, VU_MAX_MESSAGE bytes */
};

struct vu_message {
	struct vu_header header;
	uint8_t *body; /* in the channel's buffer, until the next message is received */
	size_t body_len;
	int fds[VU_MAX_FDS]; /* a consumer that keeps one puts -1 in its place */
	unsigned int num_fds;
};

int vu_channel_init(struct vu_channel *ch, int fd);
void vu_channel_fini(struct vu_channel *ch);

/*
 * Receives the next message. 1: there is one, to be ended with vu_message_release(). 0: the peer closed.
 * -EPROTO: malformed, *why says how. Another negative errno: the socket failed.
 */
int vu_receive(struct vu_channel *ch, struct vu_message *msg, const char **why);
void vu_message_release(struct vu_message *msg);

struct vu_part {
	const void *data;
	size_t len;
};

/* Sends one message of a header, whose size is filled in here, and up to two parts. fd: goes along, or -1. */
int vu_send(struct vu_channel *ch, struct vu_header header, const struct vu_part *parts, unsigned int num_parts,
	    int fd);

#endif /* VU_MESSAGE_H */
