// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * A sync_file for the program is an eventfd that becomes readable with the fence. Unlike the kernel's it does not keep
 * the fence: that is let go as soon as it has signalled, because nobody tells when the program closes an eventfd.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/file.h>
#include <linux/slab.h>
#include <linux/sync_file.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* kshim's copy of the fd that this thread has reserved and not installed yet: installing cannot fail. */
static __thread int reserved = -1;

int get_unused_fd_flags(unsigned int flags)
{
	int err, fd = eventfd(0, EFD_NONBLOCK | (flags & O_CLOEXEC ? EFD_CLOEXEC : 0));

	if (fd < 0)
		return -errno;
	reserved = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (reserved < 0) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

void put_unused_fd(unsigned int fd)
{
	close((int)fd);
	close(reserved);
}

struct sync_file *sync_file_create(struct dma_fence *fence)
{
	struct sync_file *sync = kzalloc(sizeof(*sync), GFP_KERNEL);
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!sync || !file) {
		kfree(sync);
		kfree(file);
		return NULL;
	}
	file->private_data = sync;
	sync->file = file;
	sync->fence = dma_fence_get(fence);
	return sync;
}

/* Who signals holds a reference, so this is never the last one, whose end would free the lock that is held. */
static void signalled(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct sync_file *sync = container_of(cb, struct sync_file, cb);
	const u64 one = 1;

	if (write(sync->fd, &one, sizeof(one)) != sizeof(one))
		WARN(1, "a new eventfd cannot be written");
	close(sync->fd);
	kfree(sync->file);
	kfree(sync);
	dma_fence_put(fence);
}

void fd_install(unsigned int fd, struct file *file)
{
	struct sync_file *sync = file->private_data;

	(void)fd;
	sync->fd = reserved;
	if (dma_fence_add_callback(sync->fence, &sync->cb, signalled))
		signalled(sync->fence, &sync->cb);
}
