/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_PARTS 2u

int vu_channel_init(struct vu_channel *ch, int fd)
{
	ch->buffer = malloc(VU_MAX_MESSAGE);
	if (!ch->buffer)
		return -ENOMEM;
	ch->fd = fd;
	pthread_mutex_init(&ch->send_lock, NULL);
	return 0;
}

void vu_channel_fini(struct vu_channel *ch)
{
	/* After whoever is still sending. */
	pthread_mutex_lock(&ch->send_lock);
	close(ch->fd);
	ch->fd = -1;
	pthread_mutex_unlock(&ch->send_lock);
	pthread_mutex_destroy(&ch->send_lock);
	free(ch->buffer);
	ch->buffer = NULL;
}

static void close_all(const int *fds, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

void vu_message_release(struct vu_message *msg)
{
	close_all(msg->fds, msg->num_fds);
	msg->num_fds = 0;
}

/* Room for more than is allowed, so that too many are seen and closed and not cut off by the kernel. */
union fd_control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(2 * VU_MAX_FDS * sizeof(int))];
};

static int take_fds(struct vu_message *msg, struct msghdr *mh, const char **why)
{
	bool too_many = mh->msg_flags & MSG_CTRUNC;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(mh); c; c = CMSG_NXTHDR(mh, c)) {
		int got[2 * VU_MAX_FDS];
		size_t count;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		if (count > 2 * VU_MAX_FDS)
			count = 2 * VU_MAX_FDS;
		memcpy(got, CMSG_DATA(c), count * sizeof(int));
		if (msg->num_fds + count > VU_MAX_FDS) {
			close_all(got, (unsigned int)count);
			too_many = true;
			continue;
		}
		memcpy(msg->fds + msg->num_fds, got, count * sizeof(int));
		msg->num_fds += (unsigned int)count;
	}
	if (!too_many)
		return 0;
	*why = "more files with one message than offered";
	return -EPROTO;
}

/* Reads exactly len bytes. 1: done. 0: the stream ended before the first byte. Files come with any of them. */
static int receive_bytes(struct vu_channel *ch, struct vu_message *msg, void *buf, size_t len, const char **why)
{
	size_t done = 0;

	while (done < len) {
		union fd_control control;
		struct iovec iov = { .iov_base = (char *)buf + done, .iov_len = len - done };
		struct msghdr mh = {
			.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
		};
		ssize_t got = recvmsg(ch->fd, &mh, MSG_CMSG_CLOEXEC);
		int err;

		if (got < 0) {
			if (errno == EINTR)
				continue;
			return errno == ECONNRESET ? 0 : -errno;
		}
		err = take_fds(msg, &mh, why);
		if (err)
			return err;
		if (got == 0) {
			if (done == 0)
				return 0;
			*why = "the stream ends inside a message";
			return -EPROTO;
		}
		done += (size_t)got;
	}
	return 1;
}

static const char *check_header(const struct vu_header *h)
{
	uint32_t type = h->flags & VU_TYPE_MASK;

	if (h->size < sizeof(*h))
		return "message size is smaller than the header";
	if (h->size > VU_MAX_MESSAGE)
		return "message size is larger than any message may be";
	if (type != VU_TYPE_REQUEST && type != VU_TYPE_REPLY)
		return "message is neither a request nor a reply";
	if (h->flags & ~(VU_TYPE_MASK | VU_FLAG_NO_REPLY | VU_FLAG_ERROR))
		return "unknown bits in the header's flags";
	return NULL;
}

int vu_receive(struct vu_channel *ch, struct vu_message *msg, const char **why)
{
	int ret;

	memset(msg, 0, sizeof(*msg));
	ret = receive_bytes(ch, msg, &msg->header, sizeof(msg->header), why);
	if (ret <= 0)
		goto fail;
	*why = check_header(&msg->header);
	if (*why) {
		ret = -EPROTO;
		goto fail;
	}
	msg->body = ch->buffer;
	msg->body_len = msg->header.size - sizeof(msg->header);
	if (msg->body_len == 0)
		return 1;
	ret = receive_bytes(ch, msg, msg->body, msg->body_len, why);
	if (ret > 0)
		return ret;
	if (ret == 0) {
		*why = "the stream ends inside a message";
		ret = -EPROTO;
	}
fail:
	vu_message_release(msg);
	return ret;
}

static void attach_fd(struct msghdr *mh, union fd_control *control, int fd)
{
	struct cmsghdr *c;

	memset(control, 0, sizeof(*control));
	mh->msg_control = control;
	mh->msg_controllen = CMSG_SPACE(sizeof(int));
	c = CMSG_FIRSTHDR(mh);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
}

static void skip_sent(struct msghdr *mh, size_t sent)
{
	/* What went along went with the first bytes. */
	mh->msg_control = NULL;
	mh->msg_controllen = 0;
	while (mh->msg_iovlen && sent >= mh->msg_iov->iov_len) {
		sent -= mh->msg_iov->iov_len;
		mh->msg_iov++;
		mh->msg_iovlen--;
	}
	if (mh->msg_iovlen) {
		mh->msg_iov->iov_base = (char *)mh->msg_iov->iov_base + sent;
		mh->msg_iov->iov_len -= sent;
	}
}

int vu_send(struct vu_channel *ch, struct vu_header header, const struct vu_part *parts, unsigned int num_parts, int fd)
{
	struct iovec iov[1 + MAX_PARTS] = { { .iov_base = &header, .iov_len = sizeof(header) } };
	struct msghdr mh = { .msg_iov = iov, .msg_iovlen = 1 };
	union fd_control control;
	int ret = 0;

	if (num_parts > MAX_PARTS)
		return -EINVAL;
	header.size = sizeof(header);
	for (unsigned int i = 0; i < num_parts; i++) {
		iov[mh.msg_iovlen++] = (struct iovec){ (void *)(uintptr_t)parts[i].data, parts[i].len };
		header.size += (uint32_t)parts[i].len;
	}
	if (fd >= 0)
		attach_fd(&mh, &control, fd);

	pthread_mutex_lock(&ch->send_lock);
	while (mh.msg_iovlen) {
		ssize_t sent = sendmsg(ch->fd, &mh, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0) {
			ret = -errno;
			break;
		}
		skip_sent(&mh, (size_t)sent);
	}
	pthread_mutex_unlock(&ch->send_lock);
	return ret;
}
