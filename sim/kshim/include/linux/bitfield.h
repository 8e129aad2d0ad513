/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_BITFIELD_H
#define KSHIM_LINUX_BITFIELD_H

#include <asm/byteorder.h>
#include <linux/bits.h>
#include <linux/build_bug.h>

#define KSHIM_FIELD_SHIFT(mask) (__builtin_ffsll(mask) - 1)
#define FIELD_MAX(mask) ((__typeof__(mask))((mask) >> KSHIM_FIELD_SHIFT(mask)))
#define FIELD_FIT(mask, val) (!((((__typeof__(mask))(val)) << KSHIM_FIELD_SHIFT(mask)) & ~(mask)))
#define FIELD_PREP(mask, val) (((__typeof__(mask))(val) << KSHIM_FIELD_SHIFT(mask)) & (mask))
#define FIELD_GET(mask, reg) ((__typeof__(mask))(((reg) & (mask)) >> KSHIM_FIELD_SHIFT(mask)))

#define KSHIM_FIELD_OPS(type, base, to, from) \
	static inline type type##_encode_bits(base v, base field) \
	{ \
		return to(FIELD_PREP(field, v)); \
	} \
	static inline base type##_get_bits(type v, base field) \
	{ \
		return FIELD_GET(field, from(v)); \
	} \
	static inline type type##_replace_bits(type old, base v, base field) \
	{ \
		return to((from(old) & ~field) | FIELD_PREP(field, v)); \
	} \
	static inline void type##p_replace_bits(type *p, base v, base field) \
	{ \
		*p = type##_replace_bits(*p, v, field); \
	}
#define KSHIM_FIELD_SAME(x) (x)

KSHIM_FIELD_OPS(u8, u8, KSHIM_FIELD_SAME, KSHIM_FIELD_SAME)
KSHIM_FIELD_OPS(u16, u16, KSHIM_FIELD_SAME, KSHIM_FIELD_SAME)
KSHIM_FIELD_OPS(u32, u32, KSHIM_FIELD_SAME, KSHIM_FIELD_SAME)
KSHIM_FIELD_OPS(u64, u64, KSHIM_FIELD_SAME, KSHIM_FIELD_SAME)

static inline __le32 le32_encode_bits(u32 v, u32 field)
{
	return cpu_to_le32(FIELD_PREP(field, v));
}

static inline u32 le32_get_bits(__le32 v, u32 field)
{
	return FIELD_GET(field, le32_to_cpu(v));
}

static inline __le64 le64_encode_bits(u64 v, u64 field)
{
	return cpu_to_le64(FIELD_PREP(field, v));
}

static inline u64 le64_get_bits(__le64 v, u64 field)
{
	return FIELD_GET(field, le64_to_cpu(v));
}

#endif
