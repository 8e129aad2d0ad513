// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Where the sync managers and the queues' fences are. */

#include "gaudi.h"

#define GAUDI_SYNC_OFFSET(reg) \
	(GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_##reg - GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0)

static u32 gaudi_fence(u32 first, unsigned int queue, unsigned int fence)
{
	return first + queue / GAUDI_QMAN_STREAMS * GAUDI_DMA_QM_STRIDE +
	       fence * GAUDI_QM_FENCE_STRIDE + queue % GAUDI_QMAN_STREAMS * 4;
}

static u32 gaudi_fence_rdata(unsigned int queue, unsigned int fence)
{
	return gaudi_fence(GAUDI_DMA0_QM_CP_FENCE0_RDATA_0, queue, fence);
}

static u32 gaudi_fence_count(unsigned int queue, unsigned int fence)
{
	return gaudi_fence(GAUDI_DMA0_QM_CP_FENCE0_CNT_0, queue, fence);
}

const struct hlrt_sync_chip gaudi_sync = {
	.cfg_base = GAUDI_CFG_BASE,
	.cfg_size = GAUDI_CFG_SIZE,
	.num_sobs = GAUDI_NUM_SOBS,
	.num_monitors = GAUDI_NUM_MONITORS,
	.array = {
		[HLRT_SYNC_PAY_ADDRL] = GAUDI_SYNC_OFFSET(MON_PAY_ADDRL_0),
		[HLRT_SYNC_PAY_ADDRH] = GAUDI_SYNC_OFFSET(MON_PAY_ADDRH_0),
		[HLRT_SYNC_PAY_DATA] = GAUDI_SYNC_OFFSET(MON_PAY_DATA_0),
		[HLRT_SYNC_ARM] = GAUDI_SYNC_OFFSET(MON_ARM_0),
		[HLRT_SYNC_STATUS] = GAUDI_SYNC_OFFSET(MON_STATUS_0),
	},
	.num_mngrs = GAUDI_NUM_SYNC_MNGR,
	.mngr = {
		{ GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_SOB_OBJ_0, 0, 0 },
		{ GAUDI_SYNC_MNGR_E_S_SYNC_MNGR_OBJS_SOB_OBJ_0, 0, 0 },
		{ GAUDI_SYNC_MNGR_W_N_SYNC_MNGR_OBJS_SOB_OBJ_0, 0, 0 },
		{ GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0, GAUDI_FIRST_USER_SOB,
		  GAUDI_FIRST_USER_MONITOR },
	},
	.fence_rdata = gaudi_fence_rdata,
	.fence_count = gaudi_fence_count,
};
