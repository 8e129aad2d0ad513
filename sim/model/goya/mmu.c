// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * mmu.c - what of the MMU is Goya's own: it stands before device memory and the host, so that virtual
 * addresses of both go through it and SRAM and registers do not; and its command registers (mmu_v1_0.h).
 */
#include "engine.h"

#define BUSY 0x80000000u

bool hlm_goya_translates(uint64_t addr)
{
	return addr < GOYA_SRAM_BASE || addr >= GOYA_HOST_BASE;
}

void hlm_goya_stlb_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	hlm_set_raw(c, offset, value);
	if (offset == GOYA_MMU_ASID_BUSY && (value & BUSY)) {
		hlm_mmu_set_root(c, (uint16_t)(value & ~BUSY) % MAX_ASIDS,
				 (uint64_t)hlm_raw(c, GOYA_MMU_HOP0_PA43_12) << 12 |
					 (uint64_t)hlm_raw(c, GOYA_MMU_HOP0_PA49_44) << 44);
		hlm_set_raw(c, offset, value & ~BUSY);
	} else if (offset == GOYA_STLB_INV_ALL_START && (value & 1)) {
		hlm_mmu_invalidate(c);
	}
}

void hlm_goya_mmu_idle(struct hlm_chip *c)
{
	hlm_set_raw(c, GOYA_STLB_INV_ALL_START, 0);
}
