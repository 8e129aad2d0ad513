// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Where the sync manager and the queues' fences are. Users may have all of it. */

#include "goya.h"

#define GOYA_SYNC_OFFSET(reg) (GOYA_SYNC_MNGR_##reg - GOYA_SYNC_MNGR_SOB_OBJ_0)

static u32 goya_fence_rdata(unsigned int queue, unsigned int fence)
{
	return GOYA_DMA_QM_0_CP_FENCE0_RDATA + queue * GOYA_DMA_STRIDE + fence * 4;
}

static u32 goya_fence_count(unsigned int queue, unsigned int fence)
{
	return GOYA_DMA_QM_0_CP_FENCE0_CNT + queue * GOYA_DMA_STRIDE + fence * 4;
}

const struct hlrt_sync_chip goya_sync = {
	.cfg_base = GOYA_CFG_BASE,
	.cfg_size = GOYA_CFG_SIZE,
	.num_sobs = GOYA_NUM_SOBS,
	.num_monitors = GOYA_NUM_MONITORS,
	.array = {
		[HLRT_SYNC_PAY_ADDRL] = GOYA_SYNC_OFFSET(MON_PAY_ADDRL_0),
		[HLRT_SYNC_PAY_ADDRH] = GOYA_SYNC_OFFSET(MON_PAY_ADDRH_0),
		[HLRT_SYNC_PAY_DATA] = GOYA_SYNC_OFFSET(MON_PAY_DATA_0),
		[HLRT_SYNC_ARM] = GOYA_SYNC_OFFSET(MON_ARM_0),
		[HLRT_SYNC_STATUS] = GOYA_SYNC_OFFSET(MON_STATUS_0),
	},
	.num_mngrs = 1,
	.mngr = { { GOYA_SYNC_MNGR_SOB_OBJ_0, 0, 0 } },
	.fence_rdata = goya_fence_rdata,
	.fence_count = goya_fence_count,
};
