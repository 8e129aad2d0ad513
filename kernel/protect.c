// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Protection bits, the same on every generation (goya_security.c, gaudi_security.c). */

#include "hlrt.h"
#include "protect.h"

#define HLRT_PROT_BITS_OFFSET 0xF80
#define HLRT_PROT_WORDS 32
#define HLRT_BLOCK_MASK 0xFFFu

static bool hlrt_reg_open(u32 reg, const struct hlrt_reg_range *open, unsigned int n)
{
	for (; n; n--, open++)
		if (reg >= (open->first & HLRT_BLOCK_MASK) && reg <= (open->last & HLRT_BLOCK_MASK))
			return true;
	return false;
}

/* A set bit opens its register to everybody; the last word guards the bits themselves. */
void hlrt_protect_block(struct hlrt_device *dev, u32 block, const struct hlrt_reg_range *open,
			unsigned int n)
{
	u32 word, bit, bits;

	for (word = 0; word < HLRT_PROT_WORDS; word++) {
		bits = 0;
		for (bit = 0; bit < 32 && word < HLRT_PROT_WORDS - 1; bit++)
			if (hlrt_reg_open((word * 32 + bit) * 4, open, n))
				bits |= BIT(bit);
		hlrt_write(dev, block + HLRT_PROT_BITS_OFFSET + word * 4, bits);
	}
}
