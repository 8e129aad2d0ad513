# SPDX-License-Identifier: MIT OR GPL-2.0-only
# What the in-tree driver of Linux 7.2 lacks to start a Goya and to open the compute node of any chip. One line each; all
# else of the module is as Debian has it. docs/intree.md says what happens without.

# The size of the pool of page table hops. All pools of the kind are made of it since 6.12, and only Goya never sets it.
# in: goya/goya.c
/prop->dmmu\.page_size = /a\	prop->dmmu.pgt_size = prop->mmu_pgt_size;

# drm_open_helper() refuses every open of a node without it.
# in: common/habanalabs_drv.c
/^static const struct file_operations hl_fops = {/a\	.fop_flags = FOP_UNSIGNED_OFFSET,
