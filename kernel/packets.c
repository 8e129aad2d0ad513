// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Command packets: the whitelist's walk over a user's buffer, and the driver's own packets behind
 * it.
 */

#include <linux/overflow.h>

#include "hlrt.h"
#include "packets.h"

#define HLRT_PKT_MSG_PROT 0x7 /* executed as secure */
#define HLRT_PKT_NOP 0xA
#define HLRT_PKT_OPCODE_SHIFT 24
#define HLRT_PKT_OPCODE_MASK 0x1F000000u
#define HLRT_PKT_EB 0x20000000u /* engine barrier */
#define HLRT_PKT_MB 0x80000000u /* message barrier */
#define HLRT_PKT_BARRIERS 0xE0000000u

static bool hlrt_inside(u64 addr, u64 len, u64 base, u64 size)
{
	return addr >= base && addr - base < size && len <= size - (addr - base);
}

int hlrt_check_target(struct hlrt_validate *v, u64 addr, u64 len)
{
	const struct hlrt_props *prop = &v->dev->prop;
	u64 end;

	if (check_add_overflow(addr, len, &end))
		return -EINVAL;
	if (hlrt_inside(addr, len, prop->sram_user_base, prop->sram_user_size))
		return 0;
	/* Physical addresses are the context's only where there is nothing to keep apart. */
	if (prop->placement == HLRT_PLACE_USER &&
	    hlrt_inside(addr, len, prop->dram_user_base,
			prop->dram_base + prop->dram_size - prop->dram_user_base))
		return 0;
	return hlrt_validate_va(v, addr, len);
}

static int hlrt_refuse(struct hlrt_validate *v, u32 index, const char *why,
		       const struct hlrt_packet *pkt, int rc)
{
	struct device *dev = v->dev->dev;

	/* A program's mistake, not the device's. */
	dev_info_ratelimited(dev, "pid %d, queue %u: packet %u (%s) refused: %08x %08x %llx %llx\n",
			     v->ctx->pid, v->queue, index, why, pkt->word0, pkt->ctl, pkt->quad1,
			     pkt->quad2);
	return rc;
}

static void hlrt_load_packet(struct hlrt_packet *pkt, const void *at, u32 left)
{
	const __le32 *words = at;
	const __le64 *quads = at;

	*pkt = (struct hlrt_packet){ .word0 = le32_to_cpu(words[0]), .ctl = le32_to_cpu(words[1]) };
	if (left >= 16)
		pkt->quad1 = le64_to_cpu(quads[1]);
	if (left >= 24)
		pkt->quad2 = le64_to_cpu(quads[2]);
}

/* The packet's size, or a negative errno. */
static int hlrt_check_packet(struct hlrt_validate *v, const struct hlrt_packet_rules *rules,
			     const void *at, u32 left, u32 index)
{
	static const struct hlrt_packet_rule unknown = {};
	const struct hlrt_packet_rule *rule = &unknown;
	struct hlrt_packet pkt;
	u32 opcode;
	int rc;

	hlrt_load_packet(&pkt, at, left);
	opcode = (pkt.ctl & HLRT_PKT_OPCODE_MASK) >> HLRT_PKT_OPCODE_SHIFT;
	if (opcode < rules->num)
		rule = &rules->rule[opcode];
	if (!rule->size)
		return hlrt_refuse(v, index, rule->why_not ?: "no such packet", &pkt,
				   rule->why_not ? -EPERM : -EINVAL);
	if (rule->size > left)
		return hlrt_refuse(v, index, "cut off", &pkt, -EINVAL);
	if (pkt.ctl & ~(HLRT_PKT_OPCODE_MASK | HLRT_PKT_BARRIERS | rule->ctl))
		return hlrt_refuse(v, index, rule->name, &pkt, -EPERM);
	rc = rule->check ? rule->check(v, &pkt) : 0;
	return rc ? hlrt_refuse(v, index, rule->name, &pkt, rc) : rule->size;
}

int hlrt_check_packets(struct hlrt_validate *v, const struct hlrt_packet_rules *rules,
		       const void *cb, u32 len)
{
	u32 at = 0, index = 0;
	int size;

	if (!len || len % 8)
		return -EINVAL;
	while (at < len) {
		size = hlrt_check_packet(v, rules, cb + at, len - at, index++);
		if (size < 0)
			return size;
		at += size;
	}
	return 0;
}

struct hlrt_msg {
	__le32 value;
	__le32 ctl;
	__le64 addr;
};

static void hlrt_msg_prot(struct hlrt_msg *msg, u32 ctl, u64 addr, u32 value)
{
	msg->value = cpu_to_le32(value);
	msg->ctl = cpu_to_le32(HLRT_PKT_MSG_PROT << HLRT_PKT_OPCODE_SHIFT | HLRT_PKT_MB | ctl);
	msg->addr = cpu_to_le64(addr);
}

void hlrt_end_of_cb(void *cb, u32 len, u32 total, u64 cq_addr, u32 value, u64 irq_addr,
		    u32 irq_value)
{
	struct hlrt_msg *msg = cb + total - HLRT_END_OF_CB_SIZE;
	__le32 *nop;

	BUILD_BUG_ON(HLRT_END_OF_CB_SIZE != 2 * sizeof(*msg));
	for (nop = cb + len; (void *)nop < (void *)msg; nop += 2) {
		nop[0] = 0;
		nop[1] = cpu_to_le32(HLRT_PKT_NOP << HLRT_PKT_OPCODE_SHIFT);
	}
	/* The engine barrier: completion is not told before the transfers have ended. */
	hlrt_msg_prot(&msg[0], HLRT_PKT_EB, cq_addr, value);
	hlrt_msg_prot(&msg[1], 0, irq_addr, irq_value);
}
