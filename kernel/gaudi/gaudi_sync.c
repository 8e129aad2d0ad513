// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Sync managers as users may use them: set sync objects, program and arm monitors. A monitor writes
 * its payload by itself later, so the payload's address is checked when it is programmed: only a
 * user's sync object or a fence of a user queue. Low and high words come in separate writes; every
 * allowed address has the same high word, so each can be judged alone.
 */

#include "gaudi.h"

enum gaudi_sync_array {
	GAUDI_SYNC_SOB,
	GAUDI_SYNC_PAY_ADDRL,
	GAUDI_SYNC_PAY_ADDRH,
	GAUDI_SYNC_PAY_DATA,
	GAUDI_SYNC_ARM,
	GAUDI_SYNC_STATUS,
	GAUDI_SYNC_ARRAYS
};

/* Offsets from a manager's first sync object (gaudi_regs.h: the same in all four). */
#define GAUDI_SYNC_OFFSET(reg) \
	(GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_##reg - GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0)

static const struct {
	u32 offset;
	u32 count;
} gaudi_sync_arrays[GAUDI_SYNC_ARRAYS] = {
	[GAUDI_SYNC_SOB] = { 0, GAUDI_NUM_SOBS },
	[GAUDI_SYNC_PAY_ADDRL] = { GAUDI_SYNC_OFFSET(MON_PAY_ADDRL_0), GAUDI_NUM_MONITORS },
	[GAUDI_SYNC_PAY_ADDRH] = { GAUDI_SYNC_OFFSET(MON_PAY_ADDRH_0), GAUDI_NUM_MONITORS },
	[GAUDI_SYNC_PAY_DATA] = { GAUDI_SYNC_OFFSET(MON_PAY_DATA_0), GAUDI_NUM_MONITORS },
	[GAUDI_SYNC_ARM] = { GAUDI_SYNC_OFFSET(MON_ARM_0), GAUDI_NUM_MONITORS },
	[GAUDI_SYNC_STATUS] = { GAUDI_SYNC_OFFSET(MON_STATUS_0), GAUDI_NUM_MONITORS },
};

static const struct {
	u32 base;
	u32 first_sob, first_monitor;
} gaudi_sync_mngrs[GAUDI_NUM_SYNC_MNGR] = {
	{ GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_SOB_OBJ_0, 0, 0 },
	{ GAUDI_SYNC_MNGR_E_S_SYNC_MNGR_OBJS_SOB_OBJ_0, 0, 0 },
	{ GAUDI_SYNC_MNGR_W_N_SYNC_MNGR_OBJS_SOB_OBJ_0, 0, 0 },
	{ GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0, GAUDI_FIRST_USER_SOB,
	  GAUDI_FIRST_USER_MONITOR },
};

struct gaudi_sync_reg {
	unsigned int mngr;
	enum gaudi_sync_array array;
	u32 index;
};

/* Finds out which sync register an address is; false for any other address. */
static bool gaudi_sync_decode(u64 addr, struct gaudi_sync_reg *reg)
{
	unsigned int m, a;

	if (addr < GAUDI_CFG_BASE || addr >= GAUDI_CFG_BASE + GAUDI_CFG_SIZE || addr & 3)
		return false;
	addr -= GAUDI_CFG_BASE;
	for (m = 0; m < GAUDI_NUM_SYNC_MNGR; m++) {
		for (a = 0; a < GAUDI_SYNC_ARRAYS; a++) {
			u32 first = gaudi_sync_mngrs[m].base + gaudi_sync_arrays[a].offset;

			if (addr >= first && addr < first + gaudi_sync_arrays[a].count * 4) {
				*reg = (struct gaudi_sync_reg){ m, a, (addr - first) / 4 };
				return true;
			}
		}
	}
	return false;
}

static bool gaudi_sync_is_users(const struct gaudi_sync_reg *reg)
{
	if (reg->array == GAUDI_SYNC_SOB)
		return reg->index >= gaudi_sync_mngrs[reg->mngr].first_sob;
	return reg->index >= gaudi_sync_mngrs[reg->mngr].first_monitor;
}

static bool gaudi_is_user_fence(u64 addr)
{
	unsigned int q, f;

	for (q = 0; q < GAUDI_USER_QUEUES; q++)
		for (f = 0; f < 4; f++)
			if (addr == GAUDI_CFG_BASE + GAUDI_DMA0_QM_CP_FENCE0_RDATA_0 +
					    q / GAUDI_QMAN_STREAMS * GAUDI_DMA_QM_STRIDE +
					    f * GAUDI_QM_FENCE_STRIDE + q % GAUDI_QMAN_STREAMS * 4)
				return true;
	return false;
}

static bool gaudi_payload_ok(struct hlrt_device *dev, u32 low)
{
	u64 addr = (GAUDI_CFG_BASE & ~(u64)U32_MAX) | low;
	struct gaudi_sync_reg reg;

	if (gaudi_is_user_fence(addr))
		return true;
	if (!gaudi_sync_decode(addr, &reg) || reg.array != GAUDI_SYNC_SOB ||
	    !gaudi_sync_is_users(&reg))
		return false;
	set_bit(reg.index, to_gaudi(dev)->used[reg.mngr].sob);
	return true;
}

int gaudi_sync_check_write(struct hlrt_device *dev, u64 addr, u32 value)
{
	struct gaudi_sync_reg reg;
	bool ok;

	if (!gaudi_sync_decode(addr, &reg) || !gaudi_sync_is_users(&reg))
		return -EPERM;
	switch (reg.array) {
	case GAUDI_SYNC_SOB:
		set_bit(reg.index, to_gaudi(dev)->used[reg.mngr].sob);
		return 0;
	case GAUDI_SYNC_PAY_ADDRL:
		ok = gaudi_payload_ok(dev, value);
		break;
	case GAUDI_SYNC_PAY_ADDRH:
		ok = value == upper_32_bits(GAUDI_CFG_BASE);
		break;
	case GAUDI_SYNC_PAY_DATA:
	case GAUDI_SYNC_ARM:
		ok = true;
		break;
	default:
		ok = false;
		break;
	}
	if (!ok)
		return -EPERM;
	set_bit(reg.index, to_gaudi(dev)->used[reg.mngr].monitor);
	return 0;
}

static void gaudi_clear_sync(struct hlrt_device *dev, unsigned int m)
{
	struct gaudi_sync_used *used = &to_gaudi(dev)->used[m];
	u32 base = gaudi_sync_mngrs[m].base;
	unsigned int i, a;

	/* Monitors first, or clearing an object could still set one off. */
	for_each_set_bit(i, used->monitor, GAUDI_NUM_MONITORS) {
		gaudi_write(dev, base + gaudi_sync_arrays[GAUDI_SYNC_STATUS].offset + i * 4, 0);
		for (a = GAUDI_SYNC_PAY_ADDRL; a <= GAUDI_SYNC_PAY_DATA; a++)
			gaudi_write(dev, base + gaudi_sync_arrays[a].offset + i * 4, 0);
	}
	for_each_set_bit(i, used->sob, GAUDI_NUM_SOBS)
		gaudi_write(dev, base + i * 4, 0);
	memset(used, 0, sizeof(*used));
}

void gaudi_reset_user_registers(struct hlrt_device *dev)
{
	unsigned int m, q, f;

	for (m = 0; m < GAUDI_NUM_SYNC_MNGR; m++)
		gaudi_clear_sync(dev, m);
	/*
	 * Fences that were signalled and not waited for would let the next owner's streams run
	 * ahead.
	 */
	for (q = 0; q < GAUDI_USER_QUEUES; q++)
		for (f = 0; f < 4; f++)
			gaudi_write(dev,
				    GAUDI_DMA0_QM_CP_FENCE0_CNT_0 +
					    q / GAUDI_QMAN_STREAMS * GAUDI_DMA_QM_STRIDE +
					    f * GAUDI_QM_FENCE_STRIDE + q % GAUDI_QMAN_STREAMS * 4,
				    0);
	gaudi_read(dev, GAUDI_DMA0_QM_CP_FENCE0_CNT_0);
}
