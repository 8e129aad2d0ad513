// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * dma-buf fds. A buffer's fd is one end of a SEQPACKET pair in which a message waits. Whoever holds the fd, in whatever
 * process, peeks at the message: it says where the bytes are and carries, as rights, the device memory and a page that
 * tells of revocation. So the fd can be inherited, sent and dup()ed, outlives its exporter, and when its last copy is
 * closed the other end, which the exporter keeps, reports a hang-up.
 *
 * This is no security boundary between processes: who has the fd has all of the device's memory file. On a real system
 * the kernel stands there.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/slab.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dmabuf.h"
#include "kshim.h"

#define MAX_BACKINGS 64
#define REVOKE_WAIT_MS 1000

/* Everything behind the fds of one buffer. */
struct kshim_dmabuf_fds {
	struct dma_buf *buf;
	struct kshim_dmabuf_shared *shared;
	int shared_fd;
	ino_t shared_ino;
	unsigned int keepers; /* how many fds were given out and not closed */
};

/* One fd that user space was given; it owns a reference of the buffer's file. */
struct keeper {
	struct list_head entry;
	struct kshim_dmabuf_fds *fds;
	int fd; /* our end */
};

struct backing {
	struct pci_dev *pdev;
	u64 base, size, offset;
	int fd;
};

static DEFINE_MUTEX(lock);
static LIST_HEAD(keepers);
static unsigned int num_keepers;
static u64 next_generation = 1;
static struct backing backings[MAX_BACKINGS];

void kshim_dmabuf_set_backing(struct pci_dev *pdev, u64 base, u64 size, int fd, u64 offset)
{
	mutex_lock(&lock);
	for (unsigned int i = 0; i < MAX_BACKINGS; i++) {
		if (backings[i].pdev && backings[i].pdev != pdev)
			continue;
		backings[i] = (struct backing){ size ? pdev : NULL, base, size, offset, fd };
		break;
	}
	mutex_unlock(&lock);
}

static const struct backing *find_backing(u64 phys, u64 size)
{
	for (unsigned int i = 0; i < MAX_BACKINGS; i++) {
		const struct backing *b = &backings[i];

		if (b->pdev && phys >= b->base && size <= b->size && phys - b->base <= b->size - size)
			return b;
	}
	return NULL;
}

/* ---- giving out ---- */

static int make_shared(struct kshim_dmabuf_fds *fds)
{
	struct stat st;
	void *p;
	int fd = memfd_create("dma-buf revocation", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, PAGE_SIZE) || fstat(fd, &st) ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)) {
		close(fd);
		return -ENOMEM;
	}
	p = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED) {
		close(fd);
		return -ENOMEM;
	}
	fds->shared = p;
	fds->shared->magic = KSHIM_DMABUF_SHARED_MAGIC;
	fds->shared_fd = fd;
	fds->shared_ino = st.st_ino;
	return 0;
}

static struct kshim_dmabuf_fds *get_fds(struct dma_buf *buf)
{
	struct kshim_dmabuf_fds *fds = buf->fds;
	int err;

	if (fds)
		return fds;
	fds = kzalloc(sizeof(*fds), GFP_KERNEL);
	if (!fds)
		return ERR_PTR(-ENOMEM);
	err = make_shared(fds);
	if (err) {
		kfree(fds);
		return ERR_PTR(err);
	}
	fds->buf = buf;
	__atomic_store_n(&buf->fds, fds, __ATOMIC_RELEASE);
	return fds;
}

void kshim_dmabuf_free_fds(struct dma_buf *buf)
{
	struct kshim_dmabuf_fds *fds = buf->fds;

	if (!fds)
		return;
	/* Nobody in this process answers for the buffer any more, but the memory goes on to exist. */
	munmap(fds->shared, PAGE_SIZE);
	close(fds->shared_fd);
	kfree(fds);
	buf->fds = NULL;
}

static int send_message(int fd, const struct kshim_dmabuf_wire *wire, int memory_fd, int shared_fd)
{
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct iovec iov = { (void *)wire, sizeof(*wire) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int fds[2] = { shared_fd, memory_fd };

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN((memory_fd < 0 ? 1 : 2) * sizeof(int));
	msg.msg_controllen = c->cmsg_len;
	memcpy(CMSG_DATA(c), fds, sizeof(fds));
	return sendmsg(fd, &msg, MSG_NOSIGNAL) == (ssize_t)sizeof(*wire) ? 0 : -errno;
}

/* From physical pieces to pieces of the memory file; the file, or -1 if they are not all in one. */
static int locate(struct kshim_dmabuf_wire *wire)
{
	int fd = -1;

	for (u32 i = 0; i < wire->num_pieces; i++) {
		struct kshim_dmabuf_piece *p = &wire->piece[i];
		const struct backing *b = find_backing(p->offset, p->length);

		if (!b || (i && b->fd != fd)) {
			wire->num_pieces = 0;
			return -1;
		}
		fd = b->fd;
		p->offset = b->offset + (p->offset - b->base);
	}
	return fd;
}

static int fill_and_send(struct kshim_dmabuf_fds *fds, int fd, struct kshim_dmabuf_wire *wire)
{
	wire->magic = KSHIM_DMABUF_MAGIC;
	wire->version = KSHIM_DMABUF_VERSION;
	wire->size = sizeof(*wire);
	wire->dmabuf_size = fds->buf->size;
	wire->generation = next_generation++;
	return send_message(fd, wire, locate(wire), fds->shared_fd);
}

/* Makes the pair; the user's end, or a negative errno. Takes over the caller's file reference on success. */
static int give_out(struct dma_buf *buf, int flags, struct kshim_dmabuf_wire *wire)
{
	struct keeper *k = kzalloc(sizeof(*k), GFP_KERNEL);
	struct kshim_dmabuf_fds *fds = k ? get_fds(buf) : ERR_PTR(-ENOMEM);
	int pair[2], err = PTR_ERR_OR_ZERO(fds);

	if (!err && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		err = -errno;
	if (err) {
		kfree(k);
		return err;
	}
	err = fill_and_send(fds, pair[0], wire);
	if (!err && !(flags & O_CLOEXEC) && fcntl(pair[1], F_SETFD, 0))
		err = -errno;
	if (err) {
		close(pair[0]);
		close(pair[1]);
		kfree(k);
		return err;
	}
	k->fds = fds;
	k->fd = pair[0];
	fds->keepers++;
	list_add_tail(&k->entry, &keepers);
	__atomic_add_fetch(&num_keepers, 1, __ATOMIC_RELAXED);
	return pair[1];
}

int dma_buf_fd(struct dma_buf *buf, int flags)
{
	struct kshim_dmabuf_wire wire = { 0 };
	int fd;

	if (!buf)
		return -EINVAL;
	wire.num_pieces = kshim_dmabuf_probe(buf, wire.piece);
	mutex_lock(&lock);
	fd = give_out(buf, flags, &wire);
	mutex_unlock(&lock);
	return fd;
}

/* ---- taking in ---- */

static void close_rights(struct msghdr *msg, int *fds, unsigned int *n)
{
	struct cmsghdr *c;

	*n = 0;
	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		unsigned int count;
		int got[8];

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = min_t(size_t, (c->cmsg_len - CMSG_LEN(0)) / sizeof(int), ARRAY_SIZE(got));
		memcpy(got, CMSG_DATA(c), count * sizeof(int));
		for (unsigned int i = 0; i < count; i++) {
			if (*n < 2)
				fds[(*n)++] = got[i];
			else
				close(got[i]);
		}
	}
}

static void drop_peek(struct kshim_dmabuf_peek *peek)
{
	if (peek->memory_fd >= 0)
		close(peek->memory_fd);
	if (peek->shared_fd >= 0)
		close(peek->shared_fd);
}

/* Reads the message without taking it. -EBADF, or -EINVAL for whatever is no dma-buf. */
static int peek_message(int fd, struct kshim_dmabuf_peek *peek)
{
	union {
		char bytes[CMSG_SPACE(4 * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { &peek->wire, sizeof(peek->wire) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};
	int fds[2] = { -1, -1 }, type = 0;
	socklen_t len = sizeof(type);
	unsigned int n;
	ssize_t got;

	peek->memory_fd = -1;
	peek->shared_fd = -1;
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len))
		return errno == EBADF ? -EBADF : -EINVAL;
	if (type != SOCK_SEQPACKET)
		return -EINVAL;
	got = recvmsg(fd, &msg, MSG_PEEK | MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (got < 0)
		return -EINVAL;
	close_rights(&msg, fds, &n);
	peek->shared_fd = fds[0];
	peek->memory_fd = fds[1];
	if (got == (ssize_t)sizeof(peek->wire) && !(msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) && n &&
	    peek->wire.magic == KSHIM_DMABUF_MAGIC && peek->wire.version == KSHIM_DMABUF_VERSION &&
	    peek->wire.size == sizeof(peek->wire))
		return 0;
	drop_peek(peek);
	return -EINVAL;
}

/* The buffer of this process that the shared page belongs to; the page cannot be forged without having it. */
static struct dma_buf *find_local(int shared_fd)
{
	struct dma_buf *found = NULL;
	struct keeper *k;
	struct stat st, own;

	if (fstat(shared_fd, &st))
		return NULL;
	mutex_lock(&lock);
	list_for_each_entry(k, &keepers, entry) {
		if (k->fds->shared_ino != st.st_ino || fstat(k->fds->shared_fd, &own) || own.st_dev != st.st_dev)
			continue;
		if (get_file_rcu(k->fds->buf->file))
			found = k->fds->buf;
		break;
	}
	mutex_unlock(&lock);
	return found;
}

struct dma_buf *dma_buf_get(int fd)
{
	struct kshim_dmabuf_peek peek;
	struct dma_buf *buf;
	int err = peek_message(fd, &peek);

	if (err)
		return ERR_PTR(err);
	buf = find_local(peek.shared_fd);
	if (!buf)
		buf = kshim_dmabuf_foreign(&peek);
	drop_peek(&peek);
	return buf;
}

/* ---- last close, revocation ---- */

static bool closed(const struct keeper *k)
{
	struct pollfd p = { .fd = k->fd, .events = 0 };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR));
}

static struct keeper *take_keeper(bool only_closed)
{
	struct keeper *k, *found = NULL;

	mutex_lock(&lock);
	list_for_each_entry(k, &keepers, entry) {
		if (only_closed && !closed(k))
			continue;
		found = k;
		break;
	}
	if (found) {
		list_del(&found->entry);
		found->fds->keepers--;
		__atomic_sub_fetch(&num_keepers, 1, __ATOMIC_RELAXED);
	}
	mutex_unlock(&lock);
	return found;
}

/* The exporter's release() runs here, with no lock held. */
static void end_keeper(struct keeper *k)
{
	struct dma_buf *buf = k->fds->buf;

	close(k->fd);
	kfree(k);
	dma_buf_put(buf);
}

void kshim_dmabuf_poll(void)
{
	struct keeper *k;

	while (__atomic_load_n(&num_keepers, __ATOMIC_RELAXED) && (k = take_keeper(true)))
		end_keeper(k);
	kshim_dmabuf_poll_foreign();
}

bool kshim_dmabuf_live(void)
{
	return __atomic_load_n(&num_keepers, __ATOMIC_RELAXED) || kshim_dmabuf_foreign_live();
}

unsigned int kshim_dmabuf_abandon(void)
{
	struct keeper *k;
	unsigned int n = 0;

	for (kshim_dmabuf_poll(); (k = take_keeper(false)); n++)
		end_keeper(k);
	return n;
}

/* Other processes lose access before this returns; one that died inside does not hold it up for long. */
void kshim_dmabuf_revoke_shared(struct dma_buf *buf)
{
	struct kshim_dmabuf_fds *fds = __atomic_load_n(&buf->fds, __ATOMIC_ACQUIRE);

	if (!fds)
		return;
	__atomic_store_n(&fds->shared->revoked, 1, __ATOMIC_SEQ_CST);
	for (int ms = 0; ms < REVOKE_WAIT_MS && __atomic_load_n(&fds->shared->inside, __ATOMIC_SEQ_CST); ms++)
		usleep(1000);
}
