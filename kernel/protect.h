/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* protect.h - protection bits: one for each register, at the end of each 4 KiB block of them. */
#ifndef HLRT_PROTECT_H
#define HLRT_PROTECT_H

#include <linux/types.h>

struct hlrt_device;

struct hlrt_reg_range {
	u32 first, last; /* offsets of registers, inclusive */
};

/* Closes a block to unsecured accesses, but for the ranges of registers in open. */
void hlrt_protect_block(struct hlrt_device *dev, u32 block, const struct hlrt_reg_range *open,
			unsigned int n);

#endif /* HLRT_PROTECT_H */
