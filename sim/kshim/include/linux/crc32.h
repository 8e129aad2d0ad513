/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_CRC32_H
#define KSHIM_LINUX_CRC32_H

#include <linux/types.h>

#include "../../../model/crc32.h"

static inline u32 crc32_le(u32 crc, const void *p, size_t len)
{
	return hlm_crc32_raw(crc, p, len);
}

#endif /* KSHIM_LINUX_CRC32_H */
