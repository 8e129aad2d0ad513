// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Eventfds that user space hands to a driver. */
#include <errno.h>
#include <fcntl.h>
#include <linux/eventfd.h>
#include <linux/slab.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct eventfd_ctx {
	int fd;
};

/* An eventfd is an anonymous inode; its name in /proc is the only thing that tells its kind. */
static bool is_eventfd(int fd)
{
	char link[64], target[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, target, sizeof(target) - 1);
	if (n < 0)
		return errno == ENOENT; /* without /proc take the caller's word */
	target[n] = 0;
	return strcmp(target, "anon_inode:[eventfd]") == 0;
}

struct eventfd_ctx *eventfd_ctx_fdget(int fd)
{
	struct eventfd_ctx *ctx;
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (own < 0)
		return ERR_PTR(-EBADF);
	if (!is_eventfd(fd)) {
		close(own);
		return ERR_PTR(-EINVAL);
	}
	ctx = kmalloc(sizeof(*ctx), GFP_KERNEL);
	if (!ctx) {
		close(own);
		return ERR_PTR(-ENOMEM);
	}
	ctx->fd = own;
	return ctx;
}

void eventfd_ctx_put(struct eventfd_ctx *ctx)
{
	close(ctx->fd);
	kfree(ctx);
}

/*
 * 6.1 flavour, with a count. The real one never blocks either: it saturates, which with poll() looks the same. A
 * blocking eventfd whose counter is full is left alone.
 */
u64 eventfd_signal(struct eventfd_ctx *ctx, u64 n)
{
	return write(ctx->fd, &n, sizeof(n)) == sizeof(n) ? n : 0;
}
