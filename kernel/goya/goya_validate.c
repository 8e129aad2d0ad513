// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The whitelist of packets on user queues. What is not in the table is refused, and so is every
 * target outside of what the context owns.
 */

#include "../packets.h"
#include "goya.h"

static bool goya_is_host_va(u64 addr)
{
	return addr >= GOYA_VA_HOST_BASE && addr < GOYA_VA_HOST_END;
}

static int goya_check_lin_dma(struct hlrt_validate *v, const struct hlrt_packet *pkt)
{
	int rc;

	/* Of size 0 the channel may never come back (goya.c). */
	if (!pkt->word0)
		return -EINVAL;
	rc = hlrt_check_target(v, pkt->quad2, pkt->word0);
	if (rc || pkt->ctl & GOYA_LIN_DMA_MEMSET)
		return rc;
	if (goya_is_host_va(pkt->quad1) && v->queue != GOYA_HOST_READ_QUEUE)
		return -EPERM;
	return hlrt_check_target(v, pkt->quad1, pkt->word0);
}

static int goya_check_msg_long(struct hlrt_validate *v, const struct hlrt_packet *pkt)
{
	return hlrt_sync_check_write(v->dev, pkt->quad1, pkt->word0);
}

static int goya_check_msg_short(struct hlrt_validate *v, const struct hlrt_packet *pkt)
{
	/* As programmed in goya_queue.c; the other two are not. */
	static const u32 bases[] = { GOYA_SYNC_MNGR_MON_PAY_ADDRL_0, GOYA_SYNC_MNGR_SOB_OBJ_0 };
	u32 base = (pkt->ctl & GOYA_PKT_SHORT_BASE_MASK) >> GOYA_PKT_SHORT_BASE_SHIFT;
	u32 offset = pkt->ctl & GOYA_PKT_SHORT_ADDR_MASK;

	if (base >= ARRAY_SIZE(bases))
		return -EPERM;
	return hlrt_sync_check_write(v->dev, GOYA_CFG_BASE + bases[base] + offset, pkt->word0);
}

/* Only where the channel's write completions count up, and only to a sync object. */
static int goya_check_wreg32(struct hlrt_validate *v, const struct hlrt_packet *pkt)
{
	if ((pkt->ctl & GOYA_WREG32_REG_MASK) != GOYA_WREG32_WR_COMP_ADDR_LO)
		return -EPERM;
	return hlrt_sync_is_user_sob(v->dev, pkt->word0) ? 0 : -EPERM;
}

static const struct hlrt_packet_rule goya_rule[] = {
	[GOYA_PKT_NOP] = { .name = "NOP", .size = 8 },
	[GOYA_PKT_FENCE] = { .name = "FENCE", .size = 8 },
	[GOYA_PKT_LIN_DMA] = { .name = "LIN_DMA",
			       .size = 24,
			       .ctl = GOYA_LIN_DMA_WO | GOYA_LIN_DMA_WRCOMP | GOYA_LIN_DMA_MEMSET |
				      GOYA_LIN_DMA_DIR_MASK,
			       .check = goya_check_lin_dma },
	[GOYA_PKT_MSG_LONG] = { .name = "MSG_LONG", .size = 16, .check = goya_check_msg_long },
	[GOYA_PKT_MSG_SHORT] = { .name = "MSG_SHORT",
				 .size = 8,
				 .ctl = GOYA_PKT_SHORT_ADDR_MASK | GOYA_PKT_SHORT_BASE_MASK,
				 .check = goya_check_msg_short },
	[GOYA_PKT_WREG32] = { .name = "WREG32",
			      .size = 8,
			      .ctl = GOYA_WREG32_REG_MASK,
			      .check = goya_check_wreg32 },
	[GOYA_PKT_WREG_BULK] = { .why_not = "WREG_BULK reaches all registers of its engine" },
	[GOYA_PKT_CP_DMA] = { .why_not = "CP_DMA executes a buffer that nobody checked" },
	[GOYA_PKT_MSG_PROT] = { .why_not = "MSG_PROT is executed as secure" },
	[GOYA_PKT_STOP] = { .why_not = "STOP ends the queue" },
};

static const struct hlrt_packet_rules goya_rules = { goya_rule, ARRAY_SIZE(goya_rule) };

int goya_validate(struct hlrt_validate *v, const void *cb, u32 len)
{
	return hlrt_check_packets(v, &goya_rules, cb, len);
}
