/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_BACKING_DEV_H
#define KSHIM_LINUX_BACKING_DEV_H

#include <linux/fs.h>

static inline bool mapping_can_writeback(const struct address_space *mapping)
{
	return mapping->writeback;
}

#endif
