/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_SYNC_FILE_H
#define KSHIM_LINUX_SYNC_FILE_H

#include <linux/dma-fence.h>
#include <linux/fs.h>

struct sync_file {
	struct file *file;
	struct dma_fence *fence;
	struct dma_fence_cb cb;
	int fd; /* kshim's own copy of what the program polls */
};

/* Takes a reference of its own. Belongs to the fd once it is installed. NULL: no memory. */
struct sync_file *sync_file_create(struct dma_fence *fence);

#endif
