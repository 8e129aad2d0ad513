// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The MMU: roots, invalidation. */

#include <linux/iopoll.h>

#include "gaudi.h"

#define GAUDI_MMU_BUSY_BIT 0x80000000u
#define GAUDI_STLB_HOPS 0x30440 /* five hops from VA bit 49 down (gaudi.c) */

static int gaudi_set_root(struct hlrt_device *dev, u32 asid, u64 addr)
{
	u32 busy;

	hlrt_write(dev, GAUDI_MMU_ASID, asid);
	hlrt_write(dev, GAUDI_MMU_HOP0_PA43_12, addr >> 12);
	hlrt_write(dev, GAUDI_MMU_HOP0_PA49_44, addr >> 44);
	hlrt_write(dev, GAUDI_MMU_BUSY, GAUDI_MMU_BUSY_BIT);
	return readl_poll_timeout(dev->regs + GAUDI_MMU_BUSY, busy, !(busy & GAUDI_MMU_BUSY_BIT),
				  100, HLRT_MMU_TIMEOUT_US);
}

int gaudi_init_mmu(struct hlrt_device *dev)
{
	int rc;

	rc = hlrt_mmu_init_roots(dev, gaudi_set_root);
	if (rc)
		return rc;
	hlrt_write(dev, GAUDI_STLB_CACHE_INV_BASE_39_8, GAUDI_MMU_CACHE_ADDR >> 8);
	hlrt_write(dev, GAUDI_STLB_CACHE_INV_BASE_49_40, GAUDI_MMU_CACHE_ADDR >> 40);
	hlrt_write(dev, GAUDI_STLB_MEM_CACHE_INVALIDATION, 1);
	/* The chip wants 1 for the first invalidation after a reset. */
	to_gaudi(dev)->invalidations = 1;
	rc = gaudi_invalidate(dev);
	if (rc)
		return rc;
	hlrt_write(dev, GAUDI_MMU_UP_MMU_ENABLE, 1);
	hlrt_write(dev, GAUDI_MMU_UP_SPI_MASK, 0xF);
	hlrt_write(dev, GAUDI_STLB_HOP_CONFIGURATION, GAUDI_STLB_HOPS);
	return 0;
}

int gaudi_invalidate(struct hlrt_device *dev)
{
	u32 status;
	int rc;

	hlrt_write(dev, GAUDI_STLB_INV_PS, 3);
	hlrt_write(dev, GAUDI_STLB_CACHE_INV, to_gaudi(dev)->invalidations++);
	hlrt_write(dev, GAUDI_STLB_INV_PS, 2);
	rc = readl_poll_timeout(dev->regs + GAUDI_STLB_INV_PS, status, !status, 20,
				HLRT_MMU_TIMEOUT_US);
	hlrt_write(dev, GAUDI_STLB_INV_SET, 0);
	return rc;
}
