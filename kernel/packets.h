/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * packets.h - what is the same in the command packets of every generation: the first two words,
 * opcodes and barriers (gaudi_packets.h, goya_packets.h), the whitelist's walk, the packets that
 * end a buffer.
 */
#ifndef HLRT_PACKETS_H
#define HLRT_PACKETS_H

#include <linux/types.h>

struct hlrt_device;
struct hlrt_validate;

/* A packet in words as the chip reads them. */
struct hlrt_packet {
	u32 word0;
	u32 ctl;
	u64 quad1; /* 16 and 24 byte packets */
	u64 quad2; /* 24 byte packets */
};

struct hlrt_packet_rule {
	const char *name;
	u32 size; /* 0: not for users */
	u32 ctl;  /* bits of the control word that may be set, beside opcode and barriers */
	int (*check)(struct hlrt_validate *v, const struct hlrt_packet *pkt); /* may be NULL */
	const char *why_not; /* of a packet that users do not get; NULL: there is no such packet */
};

/* By opcode. */
struct hlrt_packet_rules {
	const struct hlrt_packet_rule *rule;
	unsigned int num;
};

int hlrt_check_packets(struct hlrt_validate *v, const struct hlrt_packet_rules *rules,
		       const void *cb, u32 len);
/* -EPERM unless [addr, addr + len) is all the context's: user memory of the chip, or mapped. */
int hlrt_check_target(struct hlrt_validate *v, u64 addr, u64 len);

/* Bytes of the two messages that hlrt_end_of_cb() writes. */
#define HLRT_END_OF_CB_SIZE 32
/* Fills up with NOPs, then: value to cq_addr once the engine is done, irq_value to irq_addr. */
void hlrt_end_of_cb(void *cb, u32 len, u32 total, u64 cq_addr, u32 value, u64 irq_addr,
		    u32 irq_value);

#endif /* HLRT_PACKETS_H */
