// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The whitelist of packets on user queues. What is not in the table is refused, and so is every
 * target outside of what the context owns.
 */

#include "../packets.h"
#include "gaudi.h"

#define GAUDI_SHORT_BASES 4

static int gaudi_check_lin_dma(struct hlrt_validate *v, const struct hlrt_packet *pkt)
{
	u64 dst = pkt->quad2 & GAUDI_LIN_DMA_DST_MASK;
	int rc;

	if (!pkt->word0 || dst != pkt->quad2)
		return -EINVAL;
	/* Anything but linear would take strides from registers that nobody checks. */
	if (!(pkt->ctl & GAUDI_LIN_DMA_LIN))
		return -EPERM;
	rc = hlrt_check_target(v, dst, pkt->word0);
	if (rc || pkt->ctl & GAUDI_LIN_DMA_MEMSET)
		return rc;
	return hlrt_check_target(v, pkt->quad1, pkt->word0);
}

static int gaudi_check_msg_long(struct hlrt_validate *v, const struct hlrt_packet *pkt)
{
	return hlrt_sync_check_write(v->dev, pkt->quad1, pkt->word0);
}

static int gaudi_check_msg_short(struct hlrt_validate *v, const struct hlrt_packet *pkt)
{
	/* As programmed in gaudi_queue.c. */
	static const u32 bases[GAUDI_SHORT_BASES] = {
		GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_MON_PAY_ADDRL_0,
		GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_SOB_OBJ_0,
		GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_PAY_ADDRL_0,
		GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0,
	};
	u32 base = (pkt->ctl & GAUDI_PKT_SHORT_BASE_MASK) >> GAUDI_PKT_SHORT_BASE_SHIFT;
	u64 addr = GAUDI_CFG_BASE + bases[base] + (pkt->ctl & GAUDI_PKT_SHORT_ADDR_MASK);

	return hlrt_sync_check_write(v->dev, addr, pkt->word0);
}

/* No target; with the arbiter off, as gaudi_queue.c has it, not even an effect. */
static int gaudi_check_arb_point(struct hlrt_validate *v, const struct hlrt_packet *pkt)
{
	return pkt->word0 & ~(GAUDI_ARB_PRIORITY_MASK | GAUDI_ARB_RELEASE) ? -EPERM : 0;
}

/*
 * Packets that the chip has and users do not get say why. One that nobody checked is worse than one
 * on a wrong target: it may be MSG_PROT, which is executed as secure.
 */
static const struct hlrt_packet_rule gaudi_rule[] = {
	[GAUDI_PKT_NOP] = { .name = "NOP", .size = 8 },
	[GAUDI_PKT_FENCE] = { .name = "FENCE", .size = 8 },
	[GAUDI_PKT_LIN_DMA] = { .name = "LIN_DMA",
				.size = 24,
				.ctl = GAUDI_LIN_DMA_LIN | GAUDI_LIN_DMA_MEMSET,
				.check = gaudi_check_lin_dma },
	[GAUDI_PKT_MSG_LONG] = { .name = "MSG_LONG", .size = 16, .check = gaudi_check_msg_long },
	[GAUDI_PKT_MSG_SHORT] = { .name = "MSG_SHORT",
				  .size = 8,
				  .ctl = GAUDI_PKT_SHORT_ADDR_MASK | GAUDI_PKT_SHORT_BASE_MASK,
				  .check = gaudi_check_msg_short },
	[GAUDI_PKT_ARB_POINT] = { .name = "ARB_POINT", .size = 8, .check = gaudi_check_arb_point },
	[GAUDI_PKT_WREG32] = { .why_not = "WREG32 reaches all registers of its engine" },
	[GAUDI_PKT_WREG_BULK] = { .why_not = "WREG_BULK reaches all registers of its engine" },
	[GAUDI_PKT_CP_DMA] = { .why_not = "CP_DMA executes a buffer that nobody checked" },
	/*
	 * In which units it jumps is not public. A fill pattern can read as MSG_PROT, so a wrong
	 * guess would hand out secure writes.
	 */
	[GAUDI_PKT_REPEAT] = { .why_not = "REPEAT may jump into the data of a packet" },
	[GAUDI_PKT_MSG_PROT] = { .why_not = "MSG_PROT is executed as secure" },
	[GAUDI_PKT_STOP] = { .why_not = "STOP ends the queue" },
	[GAUDI_PKT_WAIT] = { .why_not = "WAIT counts fences up behind the sync managers" },
	/* Predicates survive their context as well, and no register clears them. */
	[GAUDI_PKT_LOAD_AND_EXE] = { .why_not = "LOAD_AND_EXE executes what nobody checked" },
};

static const struct hlrt_packet_rules gaudi_rules = { gaudi_rule, ARRAY_SIZE(gaudi_rule) };

int gaudi_validate(struct hlrt_validate *v, const void *cb, u32 len)
{
	return hlrt_check_packets(v, &gaudi_rules, cb, len);
}
