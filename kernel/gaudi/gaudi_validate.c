// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The whitelist of packets on user queues. What is not in the table is refused, and so is every
 * target outside of what the context owns.
 */

#include <linux/overflow.h>

#include "gaudi.h"

#define GAUDI_CTL_BARRIERS (GAUDI_PKT_CTL_EB | GAUDI_PKT_CTL_RB | GAUDI_PKT_CTL_MB)
#define GAUDI_SHORT_BASES 4

/* A packet in words as the chip reads them. */
struct gaudi_packet {
	u32 word0;
	u32 ctl;
	u64 quad1; /* 16 and 24 byte packets */
	u64 quad2; /* 24 byte packets */
};

static bool gaudi_inside(u64 addr, u64 len, u64 base, u64 size)
{
	return addr >= base && addr - base < size && len <= size - (addr - base);
}

/* May the engines of this context touch [addr, addr + len)? */
static int gaudi_check_range(struct hlrt_validate *v, u64 addr, u64 len)
{
	const struct hlrt_props *prop = &v->dev->prop;
	u64 end;

	if (check_add_overflow(addr, len, &end))
		return -EINVAL;
	if (gaudi_inside(addr, len, prop->dram_user_base,
			 prop->dram_base + prop->dram_size - prop->dram_user_base))
		return 0;
	if (gaudi_inside(addr, len, prop->sram_user_base, prop->sram_user_size))
		return 0;
	return hlrt_validate_va(v, addr, len);
}

static int gaudi_check_lin_dma(struct hlrt_validate *v, const struct gaudi_packet *pkt)
{
	u64 dst = pkt->quad2 & GAUDI_LIN_DMA_DST_MASK;
	int rc;

	if (!pkt->word0 || dst != pkt->quad2)
		return -EINVAL;
	/* Anything but linear would take strides from registers that nobody checks. */
	if (!(pkt->ctl & GAUDI_LIN_DMA_LIN))
		return -EPERM;
	rc = gaudi_check_range(v, dst, pkt->word0);
	if (rc || pkt->ctl & GAUDI_LIN_DMA_MEMSET)
		return rc;
	return gaudi_check_range(v, pkt->quad1, pkt->word0);
}

static int gaudi_check_msg_long(struct hlrt_validate *v, const struct gaudi_packet *pkt)
{
	return gaudi_sync_check_write(v->dev, pkt->quad1, pkt->word0);
}

static int gaudi_check_msg_short(struct hlrt_validate *v, const struct gaudi_packet *pkt)
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

	return gaudi_sync_check_write(v->dev, addr, pkt->word0);
}

struct gaudi_packet_rule {
	const char *name;
	u32 size;
	u32 ctl; /* bits of the control word that may be set, beside opcode and barriers */
	int (*check)(struct hlrt_validate *v, const struct gaudi_packet *pkt);
};

static const struct gaudi_packet_rule gaudi_packet_rules[] = {
	[GAUDI_PKT_NOP] = { "NOP", 8, 0, NULL },
	[GAUDI_PKT_FENCE] = { "FENCE", 8, 0, NULL },
	[GAUDI_PKT_LIN_DMA] = { "LIN_DMA", 24, GAUDI_LIN_DMA_LIN | GAUDI_LIN_DMA_MEMSET,
				gaudi_check_lin_dma },
	[GAUDI_PKT_MSG_LONG] = { "MSG_LONG", 16, 0, gaudi_check_msg_long },
	[GAUDI_PKT_MSG_SHORT] = { "MSG_SHORT", 8,
				  GAUDI_PKT_SHORT_ADDR_MASK | GAUDI_PKT_SHORT_BASE_MASK,
				  gaudi_check_msg_short },
};

static int gaudi_refuse(struct hlrt_validate *v, u32 index, const char *name,
			const struct gaudi_packet *pkt, int rc)
{
	/* A program's mistake, not the device's. */
	dev_info_ratelimited(v->dev->dev,
			     "pid %d, queue %u: packet %u (%s) refused: 0x%x 0x%08x 0x%llx 0x%llx\n",
			     v->ctx->pid, v->queue, index, name, pkt->word0, pkt->ctl, pkt->quad1,
			     pkt->quad2);
	return rc;
}

static void gaudi_load_packet(struct gaudi_packet *pkt, const void *at, u32 left)
{
	const __le32 *words = at;
	const __le64 *quads = at;

	*pkt = (struct gaudi_packet){ .word0 = le32_to_cpu(words[0]),
				      .ctl = le32_to_cpu(words[1]) };
	if (left >= 16)
		pkt->quad1 = le64_to_cpu(quads[1]);
	if (left >= 24)
		pkt->quad2 = le64_to_cpu(quads[2]);
}

static int gaudi_check_packet(struct hlrt_validate *v, const void *at, u32 left, u32 index,
			      u32 *size)
{
	const struct gaudi_packet_rule *rule;
	struct gaudi_packet pkt;
	u32 opcode;
	int rc;

	gaudi_load_packet(&pkt, at, left);
	opcode = (pkt.ctl & GAUDI_PKT_CTL_OPCODE_MASK) >> GAUDI_PKT_CTL_OPCODE_SHIFT;
	if (opcode >= ARRAY_SIZE(gaudi_packet_rules) || !gaudi_packet_rules[opcode].size)
		return gaudi_refuse(v, index, "not on the whitelist", &pkt, -EPERM);
	rule = &gaudi_packet_rules[opcode];
	if (rule->size > left)
		return gaudi_refuse(v, index, "cut off", &pkt, -EINVAL);
	if (pkt.ctl & ~(GAUDI_PKT_CTL_OPCODE_MASK | GAUDI_CTL_BARRIERS | rule->ctl))
		return gaudi_refuse(v, index, rule->name, &pkt, -EPERM);
	rc = rule->check ? rule->check(v, &pkt) : 0;
	if (rc)
		return gaudi_refuse(v, index, rule->name, &pkt, rc);
	*size = rule->size;
	return 0;
}

int gaudi_validate(struct hlrt_validate *v, const void *cb, u32 len)
{
	u32 at = 0, index = 0, size;
	int rc;

	if (!len || len % 8)
		return -EINVAL;
	while (at < len) {
		rc = gaudi_check_packet(v, cb + at, len - at, index++, &size);
		if (rc)
			return rc;
		at += size;
	}
	return 0;
}
