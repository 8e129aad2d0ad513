/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_GFP_H
#define KSHIM_LINUX_GFP_H

#include <linux/types.h>

#define __GFP_ZERO 0x100u
#define __GFP_NOWARN 0x200u
#define __GFP_NOFAIL 0x400u
#define __GFP_NORETRY 0x800u
#define __GFP_RETRY_MAYFAIL 0x1000u
#define __GFP_ACCOUNT 0x2000u
#define __GFP_COMP 0x4000u
#define KSHIM_GFP_SLEEPS 0x1u /* the caller allows sleeping: checked against atomic context */
#define GFP_KERNEL KSHIM_GFP_SLEEPS
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_USER KSHIM_GFP_SLEEPS
#define GFP_HIGHUSER KSHIM_GFP_SLEEPS
#define GFP_DMA32 KSHIM_GFP_SLEEPS
#define GFP_ATOMIC 0x2u
#define GFP_NOWAIT 0x4u

struct page;
struct page *alloc_pages(gfp_t gfp, unsigned int order);
void __free_pages(struct page *page, unsigned int order);
unsigned long __get_free_pages(gfp_t gfp, unsigned int order);
void free_pages(unsigned long addr, unsigned int order);
#define alloc_page(gfp) alloc_pages(gfp, 0)
#define __free_page(page) __free_pages(page, 0)
#define __get_free_page(gfp) __get_free_pages(gfp, 0)
#define get_zeroed_page(gfp) __get_free_pages((gfp) | __GFP_ZERO, 0)
#define free_page(addr) free_pages(addr, 0)

#endif
