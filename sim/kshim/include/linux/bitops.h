/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_BITOPS_H
#define KSHIM_LINUX_BITOPS_H

#include <linux/bits.h>

static inline void set_bit(unsigned long nr, volatile unsigned long *p)
{
	__atomic_fetch_or(p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_SEQ_CST);
}

static inline void clear_bit(unsigned long nr, volatile unsigned long *p)
{
	__atomic_fetch_and(p + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_SEQ_CST);
}

static inline bool test_bit(unsigned long nr, const volatile unsigned long *p)
{
	return __atomic_load_n(p + BIT_WORD(nr), __ATOMIC_ACQUIRE) & BIT_MASK(nr);
}

static inline bool test_and_set_bit(unsigned long nr, volatile unsigned long *p)
{
	return __atomic_fetch_or(p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr);
}

static inline bool test_and_clear_bit(unsigned long nr, volatile unsigned long *p)
{
	return __atomic_fetch_and(p + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr);
}

static inline void __set_bit(unsigned long nr, unsigned long *p)
{
	p[BIT_WORD(nr)] |= BIT_MASK(nr);
}

static inline void __clear_bit(unsigned long nr, unsigned long *p)
{
	p[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}

static inline unsigned long __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

static inline unsigned long __fls(unsigned long word)
{
	return BITS_PER_LONG - 1 - __builtin_clzl(word);
}

static inline int fls(unsigned int word)
{
	return word ? 32 - __builtin_clz(word) : 0;
}

static inline int fls64(u64 word)
{
	return word ? 64 - __builtin_clzll(word) : 0;
}

static inline unsigned int hweight8(unsigned int w)
{
	return __builtin_popcount(w & 0xff);
}

static inline unsigned int hweight16(unsigned int w)
{
	return __builtin_popcount(w & 0xffff);
}

static inline unsigned int hweight32(unsigned int w)
{
	return __builtin_popcount(w);
}

static inline unsigned int hweight64(u64 w)
{
	return __builtin_popcountll(w);
}

static inline unsigned long hweight_long(unsigned long w)
{
	return __builtin_popcountl(w);
}

static inline unsigned long find_next_bit_value(const unsigned long *p, unsigned long size, unsigned long from,
						bool value)
{
	while (from < size && test_bit(from, p) != value)
		from++;
	return from < size ? from : size;
}

#define find_next_bit(p, size, from) find_next_bit_value(p, size, from, true)
#define find_first_bit(p, size) find_next_bit_value(p, size, 0, true)
#define find_next_zero_bit(p, size, from) find_next_bit_value(p, size, from, false)
#define find_first_zero_bit(p, size) find_next_bit_value(p, size, 0, false)
#define for_each_set_bit(bit, p, size) \
	for ((bit) = find_first_bit(p, size); (bit) < (size); (bit) = find_next_bit(p, size, (bit) + 1))
#define for_each_clear_bit(bit, p, size) \
	for ((bit) = find_first_zero_bit(p, size); (bit) < (size); (bit) = find_next_zero_bit(p, size, (bit) + 1))

#endif
