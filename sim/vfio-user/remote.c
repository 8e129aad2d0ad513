/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "remote.h"

#include <errno.h>
#include <string.h>

struct vu_remote_request {
	struct vu_remote_request *next;
	uint64_t address;
	uint32_t count;
	uint16_t id;
	uint16_t command;
	void *buf;
	bool done;
	int result;
};

void vu_remote_init(struct vu_remote *remote)
{
	memset(remote, 0, sizeof(*remote));
	pthread_mutex_init(&remote->lock, NULL);
	pthread_cond_init(&remote->answered, NULL);
}

void vu_remote_fini(struct vu_remote *remote)
{
	pthread_cond_destroy(&remote->answered);
	pthread_mutex_destroy(&remote->lock);
}

void vu_remote_connect(struct vu_remote *remote, struct vu_channel *channel, uint32_t max_data)
{
	pthread_mutex_lock(&remote->lock);
	remote->channel = channel;
	remote->max_data = max_data;
	pthread_mutex_unlock(&remote->lock);
}

void vu_remote_disconnect(struct vu_remote *remote)
{
	pthread_mutex_lock(&remote->lock);
	remote->channel = NULL;
	for (struct vu_remote_request *req = remote->pending; req; req = req->next) {
		req->done = true;
		req->result = -ENOTCONN;
	}
	remote->pending = NULL;
	pthread_cond_broadcast(&remote->answered);
	pthread_mutex_unlock(&remote->lock);
}

static struct vu_remote_request *take_pending(struct vu_remote *remote, uint16_t id)
{
	for (struct vu_remote_request **p = &remote->pending; *p; p = &(*p)->next) {
		struct vu_remote_request *req = *p;

		if (req->id == id) {
			*p = req->next;
			return req;
		}
	}
	return NULL;
}

static int send_request(struct vu_channel *channel, const struct vu_remote_request *req)
{
	struct vu_header header = { .id = req->id, .command = req->command };
	struct vu_dma_access access = { .address = req->address, .count = req->count };
	struct vu_part parts[] = { { &access, sizeof(access) }, { req->buf, req->count } };

	return vu_send(channel, header, parts, req->command == VU_DMA_WRITE ? 2 : 1, -1);
}

static void note_reached(struct vu_remote *remote, uint64_t from, uint64_t to)
{
	bool first = remote->reached_from == remote->reached_to;

	if (first || from < remote->reached_from)
		remote->reached_from = from;
	if (first || to > remote->reached_to)
		remote->reached_to = to;
}

void vu_remote_reached(struct vu_remote *remote, uint64_t *from, uint64_t *to)
{
	pthread_mutex_lock(&remote->lock);
	*from = remote->reached_from;
	*to = remote->reached_to;
	remote->reached_from = remote->reached_to = 0;
	pthread_mutex_unlock(&remote->lock);
}

/* len: what is left to move; one message may move less of it. */
static int access_once(struct vu_remote *remote, struct vu_remote_request *req, size_t len)
{
	int ret;

	pthread_mutex_lock(&remote->lock);
	if (!remote->channel) {
		pthread_mutex_unlock(&remote->lock);
		return -ENOTCONN;
	}
	req->count = len < remote->max_data ? (uint32_t)len : remote->max_data;
	req->id = remote->next_id++;
	req->next = remote->pending;
	remote->pending = req;
	/* Sending inside the lock keeps the channel alive: vu_remote_disconnect() takes it away under the same lock. */
	ret = send_request(remote->channel, req);
	if (ret && take_pending(remote, req->id)) {
		pthread_mutex_unlock(&remote->lock);
		return -ENOTCONN;
	}
	while (!req->done)
		pthread_cond_wait(&remote->answered, &remote->lock);
	if (!req->result)
		note_reached(remote, req->address, req->address + req->count);
	pthread_mutex_unlock(&remote->lock);
	return req->result;
}

int vu_remote_access(struct vu_remote *remote, uint64_t address, void *buf, size_t len, bool write)
{
	uint8_t *at = buf;

	while (len) {
		struct vu_remote_request req = { .address = address,
						 .command = write ? VU_DMA_WRITE : VU_DMA_READ,
						 .buf = at };
		int ret = access_once(remote, &req, len);

		if (ret)
			return ret;
		address += req.count;
		at += req.count;
		len -= req.count;
	}
	return 0;
}

static const char *take_answer(struct vu_remote_request *req, const struct vu_message *msg)
{
	struct vu_dma_access access;

	if (msg->header.flags & VU_FLAG_ERROR) {
		req->result = -EIO;
		return NULL;
	}
	if (req->command == VU_DMA_WRITE)
		return NULL;
	if (msg->body_len < sizeof(access) + req->count)
		return "a reply to DMA_READ with too few bytes";
	memcpy(&access, msg->body, sizeof(access));
	if (access.address != req->address || access.count != req->count)
		return "a reply to DMA_READ that is about something else";
	memcpy(req->buf, msg->body + sizeof(access), req->count);
	return NULL;
}

const char *vu_remote_answer(struct vu_remote *remote, const struct vu_message *msg)
{
	struct vu_remote_request *req;
	const char *wrong;

	pthread_mutex_lock(&remote->lock);
	req = take_pending(remote, msg->header.id);
	if (!req) {
		wrong = "a reply to nothing";
	} else if (req->command != msg->header.command) {
		wrong = "a reply with another command than its request";
		req->result = -EIO;
		req->done = true;
	} else {
		wrong = take_answer(req, msg);
		if (wrong)
			req->result = -EIO;
		req->done = true;
	}
	pthread_cond_broadcast(&remote->answered);
	pthread_mutex_unlock(&remote->lock);
	return wrong;
}
