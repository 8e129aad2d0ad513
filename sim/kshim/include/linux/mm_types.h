/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_MM_TYPES_H
#define KSHIM_LINUX_MM_TYPES_H

#include <asm/page.h>
#include <linux/sched.h>
#include <linux/types.h>

/* A page is named by its own address; page + 1 is the page behind it. */
struct page {
	unsigned char bytes[PAGE_SIZE];
};

typedef struct {
	unsigned long pgprot;
} pgprot_t;

struct file;
struct vm_area_struct;

struct vm_fault {
	struct vm_area_struct *vma;
	pgoff_t pgoff;
	unsigned long address;
};

typedef int vm_fault_t;

struct vm_operations_struct {
	void (*open)(struct vm_area_struct *vma);
	void (*close)(struct vm_area_struct *vma);
	vm_fault_t (*fault)(struct vm_fault *vmf);
};

struct vm_area_struct {
	unsigned long vm_start, vm_end;
	unsigned long vm_pgoff;
	unsigned long vm_flags;
	pgprot_t vm_page_prot;
	struct file *vm_file;
	struct mm_struct *vm_mm;
	void *vm_private_data;
	const struct vm_operations_struct *vm_ops;
};

#endif
