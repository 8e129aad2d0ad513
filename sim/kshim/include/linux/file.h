/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_FILE_H
#define KSHIM_LINUX_FILE_H

#include <linux/fs.h>

/* The only files that the driver installs by itself are sync_files: sync_file.c. */
int get_unused_fd_flags(unsigned int flags);
void put_unused_fd(unsigned int fd);
void fd_install(unsigned int fd, struct file *file);

#endif
