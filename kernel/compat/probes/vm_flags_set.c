// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* A mapping's flags change through calls. */
#include <linux/mm.h>

void probe(struct vm_area_struct *vma);
void probe(struct vm_area_struct *vma)
{
	vm_flags_set(vma, VM_IO);
}
