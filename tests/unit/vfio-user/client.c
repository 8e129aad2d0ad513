/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void *serve(void *arg)
{
	struct client *c = arg;

	c->result = vu_server_serve(&c->server, c->peer_fd);
	return NULL;
}

int client_setup(void **state)
{
	struct client *c = calloc(1, sizeof(*c));
	struct hlm_config config = { .size = sizeof(config) };
	int pair[2];

	assert_non_null(c);
	assert_int_equal(vu_server_init(&c->server, "stub", &config, NULL), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	c->fd = pair[0];
	c->peer_fd = pair[1];
	assert_int_equal(pthread_create(&c->thread, NULL, serve, c), 0);
	c->serving = true;
	*state = c;
	return 0;
}

int client_setup_negotiated(void **state)
{
	static const char hello[] = "\0\0\0\0{\"capabilities\":{\"max_msg_fds\":8,\"max_data_xfer_size\":4096}}";
	struct client *c;

	client_setup(state);
	c = *state;
	assert_int_equal(client_call(c, VU_VERSION, hello, sizeof(hello), -1, NULL), 0);
	return 0;
}

static void join(struct client *c)
{
	if (c->serving)
		pthread_join(c->thread, NULL);
	c->serving = false;
}

int client_teardown(void **state)
{
	struct client *c = *state;

	close(c->fd);
	join(c);
	vu_server_fini(&c->server);
	free(c);
	return 0;
}

void client_send_raw(struct client *c, const void *bytes, size_t len, const int *fds, unsigned int num_fds)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(64 * sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = len };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (num_fds) {
		struct cmsghdr *h;

		mh.msg_control = &control;
		mh.msg_controllen = CMSG_SPACE(num_fds * sizeof(int));
		h = CMSG_FIRSTHDR(&mh);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(num_fds * sizeof(int));
		memcpy(CMSG_DATA(h), fds, num_fds * sizeof(int));
	}
	assert_int_equal(sendmsg(c->fd, &mh, MSG_NOSIGNAL), (ssize_t)len);
}

uint16_t client_send(struct client *c, uint16_t command, uint32_t flags, const void *body, size_t len, const int *fds,
		     unsigned int num_fds)
{
	struct vu_header header = {
		.id = c->next_id++, .command = command, .size = (uint32_t)(sizeof(header) + len), .flags = flags
	};
	uint8_t *bytes = malloc(sizeof(header) + len);

	assert_non_null(bytes);
	memcpy(bytes, &header, sizeof(header));
	if (len)
		memcpy(bytes + sizeof(header), body, len);
	client_send_raw(c, bytes, sizeof(header) + len, fds, num_fds);
	free(bytes);
	return header.id;
}

bool client_silent(struct client *c, int ms)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };

	return poll(&p, 1, ms) == 0;
}

static void receive_bytes(struct client *c, void *buf, size_t len, int *fd)
{
	size_t done = 0;

	while (done < len) {
		union {
			struct cmsghdr align;
			char bytes[CMSG_SPACE(sizeof(int))];
		} control;
		struct iovec iov = { .iov_base = (char *)buf + done, .iov_len = len - done };
		struct msghdr mh = {
			.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
		};
		struct cmsghdr *h;
		ssize_t got;

		assert_false(client_silent(c, TIMEOUT_MS));
		got = recvmsg(c->fd, &mh, 0);
		assert_true(got > 0);
		h = CMSG_FIRSTHDR(&mh);
		if (h)
			memcpy(fd, CMSG_DATA(h), sizeof(*fd));
		done += (size_t)got;
	}
}

void client_receive(struct client *c, struct answer *answer)
{
	answer->fd = -1;
	receive_bytes(c, &answer->header, sizeof(answer->header), &answer->fd);
	assert_in_range(answer->header.size, sizeof(answer->header), sizeof(answer->header) + sizeof(answer->body));
	answer->len = answer->header.size - sizeof(answer->header);
	receive_bytes(c, answer->body, answer->len, &answer->fd);
}

int client_call(struct client *c, uint16_t command, const void *body, size_t len, int fd, struct answer *answer)
{
	struct answer *got = answer ? answer : malloc(sizeof(*got));
	uint16_t id = client_send(c, command, 0, body, len, &fd, fd >= 0 ? 1 : 0);
	int err;

	assert_non_null(got);
	client_receive(c, got);
	assert_int_equal(got->header.id, id);
	assert_int_equal(got->header.command, command);
	assert_int_equal(got->header.flags & VU_TYPE_MASK, VU_TYPE_REPLY);
	err = got->header.flags & VU_FLAG_ERROR ? (int)got->header.error : 0;
	if (!answer)
		free(got);
	return err;
}

int client_map(struct client *c, uint64_t iova, uint64_t size, uint32_t flags, int fd, uint64_t offset)
{
	struct vu_dma_map map = { .argsz = sizeof(map), .flags = flags, .offset = offset, .iova = iova, .size = size };

	return client_call(c, VU_DMA_MAP, &map, sizeof(map), fd, NULL);
}

int client_unmap(struct client *c, uint64_t iova, uint64_t size)
{
	struct vu_dma_unmap unmap = { .argsz = sizeof(unmap), .iova = iova, .size = size };

	return client_call(c, VU_DMA_UNMAP, &unmap, sizeof(unmap), -1, NULL);
}

static void expect_end(struct client *c, int result)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN | POLLHUP };
	char byte;

	assert_int_equal(poll(&p, 1, TIMEOUT_MS), 1);
	assert_true(recv(c->fd, &byte, 1, 0) <= 0);
	join(c);
	assert_int_equal(c->result, result);
}

void client_expect_cut_off(struct client *c)
{
	expect_end(c, -EPROTO);
}

void client_expect_clean_end(struct client *c)
{
	shutdown(c->fd, SHUT_WR);
	expect_end(c, 0);
}
