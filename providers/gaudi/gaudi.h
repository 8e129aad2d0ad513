/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * <hlrt/gaudi.h> - queues, sync objects and packets of Gaudi, for programs that write their own command buffers.
 *
 * Needs neither the library nor another header of it. Each encoder writes one packet to buf, which need not be
 * aligned, and returns the bytes written; HLRT_GAUDI_*_SIZE are those sizes. Little endian, as the chip is.
 * flags are HLRT_GAUDI_EB, _RB and _MB.
 *
 * Origin of the numbers: gaudi_packets.h, gaudi.c, gaudi_regs.h and the uAPI header of the in-tree driver; gaudi_packets.h
 * of hl-thunk.
 */
#ifndef HLRT_GAUDI_H
#define HLRT_GAUDI_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- queues ---- */

/*
 * Queues that take command buffers: four streams on each of the two DMA engines that reach the host. Engine 0 is meant for
 * host to device, engine 1 for device to host. (uAPI header, GAUDI_QUEUE_ID_DMA_0_0 and following)
 */
#define HLRT_GAUDI_QUEUE_DMA(engine, stream) (4u * (engine) + (stream))
#define HLRT_GAUDI_STREAMS 4u

/* ---- sync objects and monitors ---- */

/* Device addresses, for MSG_LONG. The west-south sync manager is the one that user programs share with the DMA queues. */
#define HLRT_GAUDI_SOB_ADDRESS(sob) (0x7FFC492000ull + 4ull * (sob))
#define HLRT_GAUDI_MON_PAY_ADDRL_ADDRESS(mon) (0x7FFC494000ull + 4ull * (mon))
#define HLRT_GAUDI_MON_PAY_ADDRH_ADDRESS(mon) (0x7FFC494800ull + 4ull * (mon))
#define HLRT_GAUDI_MON_PAY_DATA_ADDRESS(mon) (0x7FFC495000ull + 4ull * (mon))
#define HLRT_GAUDI_MON_ARM_ADDRESS(mon) (0x7FFC495800ull + 4ull * (mon))

/* There are so many. The drivers keep the first ones for themselves, streams of libhlrt take theirs from the last down. */
#define HLRT_GAUDI_NUM_SOBS 2048u
#define HLRT_GAUDI_NUM_MONITORS 512u

/*
 * A fence counter of a queue, as a monitor's payload address: the message adds to it. hlrt_stream_wait() uses number 3, the
 * in-tree driver's own waits number 2. (gaudi_regs.h, DMA0_QM_CP_FENCE0_RDATA_0)
 */
#define HLRT_GAUDI_FENCE_ADDRESS(queue, id) \
	(0x7FFC508308ull + 0x20000ull * ((queue) / HLRT_GAUDI_STREAMS) + 0x14ull * (id) + \
	 4ull * ((queue) % HLRT_GAUDI_STREAMS))

/* The same for MSG_SHORT: a base register and an offset. (gaudi.c, CP_MSG_BASE0 to CP_MSG_BASE3) */
#define HLRT_GAUDI_BASE_MONITOR_EN 0u
#define HLRT_GAUDI_BASE_SOB_EN 1u
#define HLRT_GAUDI_BASE_MONITOR 2u
#define HLRT_GAUDI_BASE_SOB 3u
#define HLRT_GAUDI_SOB_OFFSET(sob) (4u * (sob))
#define HLRT_GAUDI_MON_PAY_ADDRL_OFFSET(mon) (4u * (mon))
#define HLRT_GAUDI_MON_PAY_ADDRH_OFFSET(mon) (0x800u + 4u * (mon))
#define HLRT_GAUDI_MON_PAY_DATA_OFFSET(mon) (0x1000u + 4u * (mon))
#define HLRT_GAUDI_MON_ARM_OFFSET(mon) (0x1800u + 4u * (mon))

/* ---- packets ---- */

#define HLRT_GAUDI_EB 0x20000000u /* engine barrier: wait until the engine is idle */
#define HLRT_GAUDI_RB 0x40000000u /* register barrier */
#define HLRT_GAUDI_MB 0x80000000u /* message barrier: wait for outstanding writes */

#define HLRT_GAUDI_WREG32_SIZE 8u
#define HLRT_GAUDI_MSG_LONG_SIZE 16u
#define HLRT_GAUDI_MSG_SHORT_SIZE 8u
#define HLRT_GAUDI_FENCE_SIZE 8u
#define HLRT_GAUDI_LIN_DMA_SIZE 24u
#define HLRT_GAUDI_NOP_SIZE 8u
#define HLRT_GAUDI_MONITOR_PAYLOAD_SIZE 24u
#define HLRT_GAUDI_WAIT_SOB_SIZE 40u
#define HLRT_GAUDI_ARB_POINT_SIZE 8u

/* Parts of the encoders, not for direct use. */
#define HLRT_GAUDI_OPCODE_(op) ((uint32_t)(op) << 24)
#define HLRT_GAUDI_LIN_DMA_LINEAR_ 0x8u
#define HLRT_GAUDI_LIN_DMA_MEMSET_ 0x10u

static inline size_t hlrt_gaudi_put2_(void *buf, uint32_t word0, uint32_t ctl)
{
	const uint32_t words[2] = { word0, ctl };

	memcpy(buf, words, sizeof(words));
	return sizeof(words);
}

/* Does nothing. */
static inline size_t hlrt_gaudi_nop(void *buf, uint32_t flags)
{
	return hlrt_gaudi_put2_(buf, 0, HLRT_GAUDI_OPCODE_(0xA) | flags);
}

/*
 * Writes a register by its 16-bit offset in the engine's own block. hlrt.ko refuses it in user buffers: what starts the
 * engine stands there, too.
 */
static inline size_t hlrt_gaudi_wreg32(void *buf, uint16_t reg, uint32_t value, uint32_t flags)
{
	return hlrt_gaudi_put2_(buf, value, HLRT_GAUDI_OPCODE_(0x1) | flags | (uint32_t)reg << 8);
}

/* Writes value to a 64-bit device address. */
static inline size_t hlrt_gaudi_msg_long(void *buf, uint64_t address, uint32_t value, uint32_t flags)
{
	hlrt_gaudi_put2_(buf, value, HLRT_GAUDI_OPCODE_(0x3) | flags);
	memcpy((char *)buf + 8, &address, sizeof(address));
	return HLRT_GAUDI_MSG_LONG_SIZE;
}

/* Writes value to offset behind one of the four base registers. */
static inline size_t hlrt_gaudi_msg_short(void *buf, uint32_t base, uint16_t offset, uint32_t value, uint32_t flags)
{
	return hlrt_gaudi_put2_(buf, value, HLRT_GAUDI_OPCODE_(0x4) | flags | (base & 3u) << 22 | offset);
}

/* Sets a sync object, 0 to 32767. */
static inline size_t hlrt_gaudi_sob_set(void *buf, uint32_t sob, uint32_t value, uint32_t flags)
{
	return hlrt_gaudi_msg_short(buf, HLRT_GAUDI_BASE_SOB, (uint16_t)HLRT_GAUDI_SOB_OFFSET(sob), value & 0x7FFFu,
				    flags);
}

/* Adds to a sync object. */
static inline size_t hlrt_gaudi_sob_add(void *buf, uint32_t sob, uint32_t value, uint32_t flags)
{
	return hlrt_gaudi_msg_short(buf, HLRT_GAUDI_BASE_SOB, (uint16_t)HLRT_GAUDI_SOB_OFFSET(sob),
				    (value & 0x7FFFu) | 0x80000000u, flags);
}

/* Arms a monitor: it fires when sync object sob is at least value. (gaudi.c, monitor arm packet) */
static inline size_t hlrt_gaudi_monitor_arm(void *buf, uint32_t monitor, uint32_t sob, uint32_t value, uint32_t flags)
{
	const uint32_t others = ~(1u << (sob % 8u)) & 0xFFu;

	return hlrt_gaudi_msg_short(buf, HLRT_GAUDI_BASE_MONITOR, (uint16_t)HLRT_GAUDI_MON_ARM_OFFSET(monitor),
				    ((sob / 8u) & 0xFFu) | others << 8 | (value & 0x7FFFu) << 17, flags);
}

/* Waits until fence counter id (0 to 3) is at least target, then subtracts decrement. */
static inline size_t hlrt_gaudi_fence(void *buf, uint32_t id, uint8_t target, uint8_t decrement, uint32_t flags)
{
	return hlrt_gaudi_put2_(buf, (decrement & 0xFu) | (uint32_t)target << 16 | (id & 3u) << 30,
				HLRT_GAUDI_OPCODE_(0x8) | flags);
}

/*
 * Arbitration between the engine's four streams: with release false, waits until this stream is granted the engine; with
 * release true, gives it back. Does nothing while the engine's arbiter is off, as hlrt.ko has it.
 */
static inline size_t hlrt_gaudi_arb_point(void *buf, uint8_t priority, int release, uint32_t flags)
{
	return hlrt_gaudi_put2_(buf, priority | (release ? 0x80000000u : 0), HLRT_GAUDI_OPCODE_(0xC) | flags);
}

/* Programs what a monitor writes once it fires: data to address. */
static inline size_t hlrt_gaudi_monitor_payload(void *buf, uint32_t monitor, uint64_t address, uint32_t data)
{
	char *at = (char *)buf;

	at += hlrt_gaudi_msg_short(at, HLRT_GAUDI_BASE_MONITOR, (uint16_t)HLRT_GAUDI_MON_PAY_ADDRL_OFFSET(monitor),
				   (uint32_t)address, HLRT_GAUDI_RB);
	at += hlrt_gaudi_msg_short(at, HLRT_GAUDI_BASE_MONITOR, (uint16_t)HLRT_GAUDI_MON_PAY_ADDRH_OFFSET(monitor),
				   (uint32_t)(address >> 32), HLRT_GAUDI_RB);
	at += hlrt_gaudi_msg_short(at, HLRT_GAUDI_BASE_MONITOR, (uint16_t)HLRT_GAUDI_MON_PAY_DATA_OFFSET(monitor), data,
				   HLRT_GAUDI_RB);
	return (size_t)(at - (char *)buf);
}

/* Holds the queue back until sync object sob is at least value, by a monitor and a fence counter of the queue's. */
static inline size_t hlrt_gaudi_wait_sob(void *buf, uint32_t queue, uint32_t sob, uint32_t value, uint32_t monitor,
					 uint32_t fence)
{
	char *at = (char *)buf;

	at += hlrt_gaudi_monitor_payload(at, monitor, HLRT_GAUDI_FENCE_ADDRESS(queue, fence), 1);
	at += hlrt_gaudi_monitor_arm(at, monitor, sob, value, HLRT_GAUDI_RB | HLRT_GAUDI_MB);
	at += hlrt_gaudi_fence(at, fence, 1, 1, HLRT_GAUDI_RB | HLRT_GAUDI_MB);
	return (size_t)(at - (char *)buf);
}

static inline size_t hlrt_gaudi_lin_dma_(void *buf, uint64_t dst, uint64_t src, uint32_t length, uint32_t ctl)
{
	dst &= 0x00FFFFFFFFFFFFFFull;
	hlrt_gaudi_put2_(buf, length, HLRT_GAUDI_OPCODE_(0x9) | HLRT_GAUDI_LIN_DMA_LINEAR_ | ctl);
	memcpy((char *)buf + 8, &src, sizeof(src));
	memcpy((char *)buf + 16, &dst, sizeof(dst));
	return HLRT_GAUDI_LIN_DMA_SIZE;
}

/* Copies length bytes. */
static inline size_t hlrt_gaudi_copy(void *buf, uint64_t dst, uint64_t src, uint32_t length, uint32_t flags)
{
	return hlrt_gaudi_lin_dma_(buf, dst, src, length, flags);
}

/* Fills length bytes with a 64-bit pattern. */
static inline size_t hlrt_gaudi_fill(void *buf, uint64_t dst, uint64_t pattern, uint32_t length, uint32_t flags)
{
	return hlrt_gaudi_lin_dma_(buf, dst, pattern, length, HLRT_GAUDI_LIN_DMA_MEMSET_ | flags);
}

#ifdef __cplusplus
}
#endif

#endif /* HLRT_GAUDI_H */
