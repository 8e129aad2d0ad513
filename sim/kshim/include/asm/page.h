/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_ASM_PAGE_H
#define KSHIM_ASM_PAGE_H

#undef PAGE_SHIFT
#undef PAGE_SIZE
#undef PAGE_MASK
#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

#endif
