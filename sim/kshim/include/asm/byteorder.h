/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_ASM_BYTEORDER_H
#define KSHIM_ASM_BYTEORDER_H

#include_next <asm/byteorder.h>

#define cpu_to_le16 __cpu_to_le16
#define cpu_to_le32 __cpu_to_le32
#define cpu_to_le64 __cpu_to_le64
#define le16_to_cpu __le16_to_cpu
#define le32_to_cpu __le32_to_cpu
#define le64_to_cpu __le64_to_cpu
#define cpu_to_be16 __cpu_to_be16
#define cpu_to_be32 __cpu_to_be32
#define cpu_to_be64 __cpu_to_be64
#define be16_to_cpu __be16_to_cpu
#define be32_to_cpu __be32_to_cpu
#define be64_to_cpu __be64_to_cpu
#define le32_to_cpup __le32_to_cpup
#define le64_to_cpup __le64_to_cpup
#define swab32 __swab32
#define swab64 __swab64

static inline void le32_add_cpu(__le32 *var, __u32 val)
{
	*var = __cpu_to_le32(__le32_to_cpu(*var) + val);
}

static inline void le64_add_cpu(__le64 *var, __u64 val)
{
	*var = __cpu_to_le64(__le64_to_cpu(*var) + val);
}

#endif
