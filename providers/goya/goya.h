/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * <hlrt/goya.h> - queues, sync objects and packets of Goya, for programs that write their own command buffers.
 *
 * Needs neither the library nor another header of it. Each encoder writes one packet (those named for what they achieve:
 * several) to buf, which need not be aligned, and returns the bytes written; HLRT_GOYA_*_SIZE are those sizes.
 * Little endian, as the chip is. flags are HLRT_GOYA_EB, _RB and _MB.
 *
 * Origin of the numbers: goya_packets.h, goya.c, goya_regs.h and the uAPI header of the in-tree driver; sync objects and
 * monitors: goya_packets.h and goya_regs.h of hl-thunk.
 */
#ifndef HLRT_GOYA_H
#define HLRT_GOYA_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- queues ---- */

/*
 * Queues that take command buffers, one for each of five DMA channels. Only number 1 may read memory of the host or of another
 * device; the drivers refuse that on the others. (uAPI header, GOYA_QUEUE_ID_DMA_0 and following)
 */
#define HLRT_GOYA_QUEUE_DMA(channel) (channel)
#define HLRT_GOYA_QUEUES 5u
#define HLRT_GOYA_QUEUE_FROM_HOST HLRT_GOYA_QUEUE_DMA(1u)

/* ---- sync objects and monitors ---- */

/*
 * There are so many. From object 1000 on they count write completions (below); streams of libhlrt take theirs from 999, and
 * from the last monitor, downwards.
 */
#define HLRT_GOYA_NUM_SOBS 1024u
#define HLRT_GOYA_NUM_MONITORS 256u
#define HLRT_GOYA_FIRST_COMPLETION_SOB 1000u

/* Device addresses, for MSG_LONG. */
#define HLRT_GOYA_SOB_ADDRESS(sob) (0x7FFC112000ull + 4ull * (sob))
#define HLRT_GOYA_MON_PAY_ADDRL_ADDRESS(mon) (0x7FFC113000ull + 4ull * (mon))
#define HLRT_GOYA_MON_PAY_ADDRH_ADDRESS(mon) (0x7FFC113400ull + 4ull * (mon))
#define HLRT_GOYA_MON_PAY_DATA_ADDRESS(mon) (0x7FFC113800ull + 4ull * (mon))
#define HLRT_GOYA_MON_ARM_ADDRESS(mon) (0x7FFC113C00ull + 4ull * (mon))

/* The same for MSG_SHORT: a base register and an offset. (goya.c, CP_MSG_BASE0 and CP_MSG_BASE1) */
#define HLRT_GOYA_BASE_MONITOR 0u
#define HLRT_GOYA_BASE_SOB 1u
#define HLRT_GOYA_SOB_OFFSET(sob) (4u * (sob))
#define HLRT_GOYA_MON_PAY_ADDRL_OFFSET(mon) (4u * (mon))
#define HLRT_GOYA_MON_PAY_ADDRH_OFFSET(mon) (0x400u + 4u * (mon))
#define HLRT_GOYA_MON_PAY_DATA_OFFSET(mon) (0x800u + 4u * (mon))
#define HLRT_GOYA_MON_ARM_OFFSET(mon) (0xC00u + 4u * (mon))

/*
 * A fence counter of a queue, as a monitor's payload address: the message adds to it. hlrt_stream_wait() uses number 3.
 * (dma_qm_0_regs.h, DMA_QM_0_CP_FENCE0_RDATA)
 */
#define HLRT_GOYA_FENCE_ADDRESS(queue, id) (0x7FFC400158ull + 0x8000ull * (queue) + 4ull * (id))

/* ---- packets ---- */

#define HLRT_GOYA_EB 0x20000000u /* engine barrier: wait until the engine is idle */
#define HLRT_GOYA_RB 0x40000000u /* register barrier */
#define HLRT_GOYA_MB 0x80000000u /* message barrier: wait for outstanding writes */

#define HLRT_GOYA_WREG32_SIZE 8u
#define HLRT_GOYA_MSG_LONG_SIZE 16u
#define HLRT_GOYA_MSG_SHORT_SIZE 8u
#define HLRT_GOYA_FENCE_SIZE 8u
#define HLRT_GOYA_LIN_DMA_SIZE 24u
#define HLRT_GOYA_NOP_SIZE 8u
#define HLRT_GOYA_MONITOR_PAYLOAD_SIZE 24u
#define HLRT_GOYA_WAIT_SOB_SIZE 40u

/* Directions of a copy. The chip does not look at them; a driver without an MMU does. (enum hl_goya_dma_direction) */
#define HLRT_GOYA_HOST_TO_DRAM 0u
#define HLRT_GOYA_HOST_TO_SRAM 1u
#define HLRT_GOYA_DRAM_TO_SRAM 2u
#define HLRT_GOYA_SRAM_TO_DRAM 3u
#define HLRT_GOYA_SRAM_TO_HOST 4u
#define HLRT_GOYA_DRAM_TO_HOST 5u
#define HLRT_GOYA_DRAM_TO_DRAM 6u
#define HLRT_GOYA_SRAM_TO_SRAM 7u

/* The only register that WREG32 may write: where transfers with _WRCOMP count up, low word of a sync object's address. */
#define HLRT_GOYA_REG_WR_COMP_ADDR_LO 0x1020u
/* Beside the barriers, in flags of copies and fills: add 1 there once all has been written. */
#define HLRT_GOYA_WRCOMP 0x4u

/* Parts of the encoders, not for direct use. */
#define HLRT_GOYA_OPCODE_(op) ((uint32_t)(op) << 24)
#define HLRT_GOYA_LIN_DMA_WEAKLY_ORDERED_ 0x1u
#define HLRT_GOYA_LIN_DMA_MEMSET_ 0x40u

static inline size_t hlrt_goya_put2_(void *buf, uint32_t word0, uint32_t ctl)
{
	const uint32_t words[2] = { word0, ctl };

	memcpy(buf, words, sizeof(words));
	return sizeof(words);
}

/* Does nothing. */
static inline size_t hlrt_goya_nop(void *buf, uint32_t flags)
{
	return hlrt_goya_put2_(buf, 0, HLRT_GOYA_OPCODE_(0xA) | flags);
}

/* Writes a register by its offset from the queue manager. The drivers accept one: HLRT_GOYA_REG_WR_COMP_ADDR_LO. */
static inline size_t hlrt_goya_wreg32(void *buf, uint16_t reg, uint32_t value, uint32_t flags)
{
	return hlrt_goya_put2_(buf, value, HLRT_GOYA_OPCODE_(0x1) | flags | reg);
}

/* Writes value to a 64-bit device address. */
static inline size_t hlrt_goya_msg_long(void *buf, uint64_t address, uint32_t value, uint32_t flags)
{
	hlrt_goya_put2_(buf, value, HLRT_GOYA_OPCODE_(0x3) | flags);
	memcpy((char *)buf + 8, &address, sizeof(address));
	return HLRT_GOYA_MSG_LONG_SIZE;
}

/* Writes value to offset behind one of the base registers. */
static inline size_t hlrt_goya_msg_short(void *buf, uint32_t base, uint16_t offset, uint32_t value, uint32_t flags)
{
	return hlrt_goya_put2_(buf, value, HLRT_GOYA_OPCODE_(0x4) | flags | (base & 3u) << 22 | offset);
}

/* Sets a sync object, 0 to 65535. */
static inline size_t hlrt_goya_sob_set(void *buf, uint32_t sob, uint32_t value, uint32_t flags)
{
	return hlrt_goya_msg_short(buf, HLRT_GOYA_BASE_SOB, (uint16_t)HLRT_GOYA_SOB_OFFSET(sob), value & 0xFFFFu,
				   flags);
}

/* Adds to a sync object. */
static inline size_t hlrt_goya_sob_add(void *buf, uint32_t sob, uint32_t value, uint32_t flags)
{
	return hlrt_goya_msg_short(buf, HLRT_GOYA_BASE_SOB, (uint16_t)HLRT_GOYA_SOB_OFFSET(sob),
				   (value & 0xFFFFu) | 0x80000000u, flags);
}

/* Programs what a monitor writes once it fires: data to address. */
static inline size_t hlrt_goya_monitor_payload(void *buf, uint32_t monitor, uint64_t address, uint32_t data)
{
	char *at = (char *)buf;

	at += hlrt_goya_msg_short(at, HLRT_GOYA_BASE_MONITOR, (uint16_t)HLRT_GOYA_MON_PAY_ADDRL_OFFSET(monitor),
				  (uint32_t)address, HLRT_GOYA_RB);
	at += hlrt_goya_msg_short(at, HLRT_GOYA_BASE_MONITOR, (uint16_t)HLRT_GOYA_MON_PAY_ADDRH_OFFSET(monitor),
				  (uint32_t)(address >> 32), HLRT_GOYA_RB);
	at += hlrt_goya_msg_short(at, HLRT_GOYA_BASE_MONITOR, (uint16_t)HLRT_GOYA_MON_PAY_DATA_OFFSET(monitor), data,
				  HLRT_GOYA_RB);
	return (size_t)(at - (char *)buf);
}

/* Arms a monitor: it fires once when sync object sob is at least value. */
static inline size_t hlrt_goya_monitor_arm(void *buf, uint32_t monitor, uint32_t sob, uint32_t value, uint32_t flags)
{
	return hlrt_goya_msg_short(buf, HLRT_GOYA_BASE_MONITOR, (uint16_t)HLRT_GOYA_MON_ARM_OFFSET(monitor),
				   (sob & 0x3FFu) | (value & 0xFFFFu) << 16, flags);
}

/* Waits until fence counter id (0 to 3) is at least target, then subtracts decrement. */
static inline size_t hlrt_goya_fence(void *buf, uint32_t id, uint8_t target, uint8_t decrement, uint32_t flags)
{
	return hlrt_goya_put2_(buf, (decrement & 0xFu) | (uint32_t)target << 16 | (id & 3u) << 30,
			       HLRT_GOYA_OPCODE_(0x8) | flags);
}

/* Holds the queue back until sync object sob is at least value, by a monitor and a fence counter of the queue's. */
static inline size_t hlrt_goya_wait_sob(void *buf, uint32_t queue, uint32_t sob, uint32_t value, uint32_t monitor,
					uint32_t fence)
{
	char *at = (char *)buf;

	at += hlrt_goya_monitor_payload(at, monitor, HLRT_GOYA_FENCE_ADDRESS(queue, fence), 1);
	at += hlrt_goya_monitor_arm(at, monitor, sob, value, HLRT_GOYA_RB | HLRT_GOYA_MB);
	at += hlrt_goya_fence(at, fence, 1, 1, HLRT_GOYA_RB | HLRT_GOYA_MB);
	return (size_t)(at - (char *)buf);
}

static inline size_t hlrt_goya_lin_dma_(void *buf, uint64_t dst, uint64_t src, uint32_t length, uint32_t ctl)
{
	hlrt_goya_put2_(buf, length, HLRT_GOYA_OPCODE_(0x9) | HLRT_GOYA_LIN_DMA_WEAKLY_ORDERED_ | ctl);
	memcpy((char *)buf + 8, &src, sizeof(src));
	memcpy((char *)buf + 16, &dst, sizeof(dst));
	return HLRT_GOYA_LIN_DMA_SIZE;
}

/* Copies length bytes, not 0. */
static inline size_t hlrt_goya_copy(void *buf, uint64_t dst, uint64_t src, uint32_t length, uint32_t direction,
				    uint32_t flags)
{
	return hlrt_goya_lin_dma_(buf, dst, src, length, flags | (direction & 7u) << 20);
}

/* Fills length bytes, not 0, with a 64-bit pattern. */
static inline size_t hlrt_goya_fill(void *buf, uint64_t dst, uint64_t pattern, uint32_t length, uint32_t flags)
{
	return hlrt_goya_lin_dma_(buf, dst, pattern, length, HLRT_GOYA_LIN_DMA_MEMSET_ | flags);
}

#ifdef __cplusplus
}
#endif

#endif /* HLRT_GOYA_H */
