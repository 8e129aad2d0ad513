// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Exporter and importer in two processes: the dma-buf's fd travels over a Unix socket, as it would between two
 * programs that know nothing of each other but the socket's name.
 */
#include "example.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct offer {
	uint64_t offset;
	uint64_t length;
};

static void send_offer(int sock, const struct offer *offer, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec iov = { .iov_base = (void *)offer, .iov_len = sizeof(*offer) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	if (sendmsg(sock, &msg, 0) != sizeof(*offer))
		die("sending the fd: %s", strerror(errno));
}

static int receive_offer(int sock, struct offer *offer)
{
	int fd;
	char control[CMSG_SPACE(sizeof(fd))];
	struct iovec iov = { .iov_base = offer, .iov_len = sizeof(*offer) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)
	};
	struct cmsghdr *cmsg;

	if (recvmsg(sock, &msg, MSG_CMSG_CLOEXEC) != sizeof(*offer))
		die("receiving the fd: the exporter sent nothing");
	cmsg = CMSG_FIRSTHDR(&msg);
	if (!cmsg || cmsg->cmsg_type != SCM_RIGHTS)
		die("receiving the fd: no fd in the message");
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

/* Device 1: reads what the exporter wrote, writes something of its own back. */
static void importer(int sock)
{
	struct hlrt_device_info info;
	struct hlrt_context *context = open_device(1, 2, &info);
	struct hlrt_mem *imported;
	struct offer offer;
	uint8_t *buf;
	int fd = receive_offer(sock, &offer);

	imported = check_ptr(hlrt_dmabuf_import(context, fd, offer.offset, offer.length, 0), "importing");
	close(fd); /* the import keeps the buffer, not the fd */

	buf = check_ptr(malloc(offer.length), "host memory");
	check(hlrt_mem_read(imported, 0, buf, offer.length), "reading the exporter's memory");
	pattern_verify(buf, offer.length, 7, "importer");
	printf("importer (pid %d, %s): %llu bytes from the exporter, every byte right\n", (int)getpid(), info.name,
	       (unsigned long long)offer.length);

	pattern_write(buf, offer.length, 8);
	check(hlrt_mem_write(imported, 0, buf, offer.length), "writing the exporter's memory");
	check(hlrt_mem_free(imported), "releasing the import");
	check(hlrt_close(context), "closing");
	free(buf);
	if (write(sock, "k", 1) != 1)
		die("answering: %s", strerror(errno));
}

/* Device 0: exports the middle of an allocation. */
static void exporter(int sock)
{
	const uint64_t length = 1 << 20, at = 64 << 10;
	struct hlrt_device_info info;
	struct hlrt_context *context = open_device(0, 2, &info);
	struct hlrt_mem *mem = check_ptr(hlrt_mem_alloc(context, 4 * length, NULL), "allocating");
	uint8_t *buf = check_ptr(malloc(length), "host memory");
	struct hlrt_dmabuf *dmabuf;
	struct offer offer = { .length = length };
	char answer;

	pattern_write(buf, length, 7);
	check(hlrt_mem_write(mem, at, buf, length), "writing");
	dmabuf = check_ptr(hlrt_dmabuf_export(mem, at, length, 0), "exporting");
	offer.offset = hlrt_dmabuf_offset(dmabuf);
	printf("exporter (pid %d, %s): sharing %llu bytes as fd %d\n", (int)getpid(), info.name,
	       (unsigned long long)length, hlrt_dmabuf_fd(dmabuf));
	fflush(stdout);
	send_offer(sock, &offer, hlrt_dmabuf_fd(dmabuf));

	if (read(sock, &answer, 1) != 1)
		die("the importer failed");
	check(hlrt_mem_read(mem, at, buf, length), "reading back");
	pattern_verify(buf, length, 8, "exporter");
	printf("exporter (pid %d, %s): the importer's bytes have arrived, every byte right\n", (int)getpid(),
	       info.name);

	check(hlrt_dmabuf_close(dmabuf), "closing the dma-buf");
	check(hlrt_mem_free(mem), "freeing");
	check(hlrt_close(context), "closing");
	free(buf);
}

int main(void)
{
	int sockets[2], status;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
		die("socketpair: %s", strerror(errno));
	child = fork(); /* before the first hlrt call: each process has its own */
	if (child < 0)
		die("fork: %s", strerror(errno));
	if (child == 0) {
		close(sockets[0]);
		importer(sockets[1]);
		return EXIT_SUCCESS;
	}
	close(sockets[1]);
	exporter(sockets[0]);
	if (waitpid(child, &status, 0) != child || status != 0)
		die("the importer failed");
	printf("share-fd: PASS\n");
	return EXIT_SUCCESS;
}
