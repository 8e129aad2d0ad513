/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_ASM_UNALIGNED_H
#define KSHIM_ASM_UNALIGNED_H

#include <asm/byteorder.h>
#include <linux/types.h>
#include <string.h>

#define get_unaligned(p) \
	({ \
		__typeof__(*(p)) unaligned__; \
		memcpy(&unaligned__, (p), sizeof(*(p))); \
		unaligned__; \
	})
#define put_unaligned(v, p) \
	do { \
		__typeof__(*(p)) unaligned__ = (v); \
		memcpy((p), &unaligned__, sizeof(*(p))); \
	} while (0)
#define get_unaligned_le32(p) le32_to_cpu(get_unaligned((const __le32 *)(p)))
#define get_unaligned_le64(p) le64_to_cpu(get_unaligned((const __le64 *)(p)))

#endif
