/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_VMALLOC_H
#define KSHIM_LINUX_VMALLOC_H

#include <linux/slab.h>

struct vm_area_struct;
struct page;

void *vmalloc(unsigned long size);
void *vzalloc(unsigned long size);
void *vmalloc_user(unsigned long size); /* may be mapped to user space by remap_vmalloc_range() */
void vfree(const void *p);
struct page *vmalloc_to_page(const void *p);
int remap_vmalloc_range(struct vm_area_struct *vma, void *addr, unsigned long pgoff);
bool is_vmalloc_addr(const void *p);

#endif
