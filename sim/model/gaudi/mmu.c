// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* mmu.c - what of the MMU is Gaudi's own: which addresses go through it, and its command registers (mmu_v1_1.h). */
#include "engine.h"

#define BUSY 0x80000000u
#define INV_PS_START 2u

/* HBM goes by its own addresses. */
bool hlm_gaudi_translates(uint64_t addr)
{
	return addr >= GAUDI_HOST_BASE;
}

void hlm_gaudi_mmu_busy_write(struct hlm_chip *g, uint32_t offset, uint32_t value)
{
	if (value & BUSY)
		hlm_mmu_set_root(g, (uint16_t)(hlm_raw(g, GAUDI_MMU_ASID) % MAX_ASIDS),
				 (uint64_t)hlm_raw(g, GAUDI_MMU_HOP0_PA43_12) << 12 |
					 (uint64_t)hlm_raw(g, GAUDI_MMU_HOP0_PA49_44) << 44);
	hlm_set_raw(g, offset, value & ~BUSY);
}

void hlm_gaudi_stlb_write(struct hlm_chip *g, uint32_t offset, uint32_t value)
{
	hlm_set_raw(g, offset, value);
	if ((offset == GAUDI_STLB_INV_PS && value == INV_PS_START) ||
	    (offset == GAUDI_STLB_MEM_CACHE_INVALIDATION && (value & 1)))
		hlm_mmu_invalidate(g);
}

void hlm_gaudi_mmu_idle(struct hlm_chip *g)
{
	hlm_set_raw(g, GAUDI_STLB_INV_PS, 0);
	hlm_set_raw(g, GAUDI_STLB_MEM_CACHE_INVALIDATION, 0);
	hlm_set_raw(g, GAUDI_STLB_MEM_CACHE_INV_STATUS, 1);
}
