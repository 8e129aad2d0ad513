// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The MMU: roots, invalidation. */

#include <linux/iopoll.h>

#include "goya.h"

#define GOYA_MMU_BUSY 0x80000000u
#define GOYA_MMU_SPI_ALL 0xF

static int goya_set_root(struct hlrt_device *dev, u32 asid, u64 addr)
{
	u32 busy;

	hlrt_write(dev, GOYA_MMU_HOP0_PA43_12, addr >> 12);
	hlrt_write(dev, GOYA_MMU_HOP0_PA49_44, addr >> 44);
	hlrt_write(dev, GOYA_MMU_ASID_BUSY, GOYA_MMU_BUSY | asid);
	return readl_poll_timeout(dev->regs + GOYA_MMU_ASID_BUSY, busy, !(busy & GOYA_MMU_BUSY),
				  100, HLRT_MMU_TIMEOUT_US);
}

int goya_init_mmu(struct hlrt_device *dev)
{
	int rc;

	rc = hlrt_mmu_init_roots(dev, goya_set_root);
	if (rc)
		return rc;
	hlrt_write(dev, GOYA_STLB_CACHE_INV_BASE_39_8, GOYA_MMU_CACHE_ADDR >> 8);
	hlrt_write(dev, GOYA_STLB_CACHE_INV_BASE_49_40, GOYA_MMU_CACHE_ADDR >> 40);
	/* Slow for a reason that nobody tells (goya.c). */
	hlrt_write(dev, GOYA_STLB_STLB_FEATURE_EN,
		   hlrt_read(dev, GOYA_STLB_STLB_FEATURE_EN) & ~GOYA_STLB_FOLLOWER_EN);
	rc = hlrt_mmu_flush(dev);
	if (rc)
		return rc;
	hlrt_write(dev, GOYA_MMU_MMU_ENABLE, 1);
	hlrt_write(dev, GOYA_MMU_SPI_MASK, GOYA_MMU_SPI_ALL);
	return 0;
}

int goya_invalidate(struct hlrt_device *dev)
{
	u32 status;

	/* There is no smaller unit than everything. */
	hlrt_write(dev, GOYA_STLB_INV_ALL_START, 1);
	return readl_poll_timeout(dev->regs + GOYA_STLB_INV_ALL_START, status, !status, 20,
				  HLRT_MMU_TIMEOUT_US);
}
