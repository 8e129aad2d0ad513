/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Gaudi command packets as the queue manager's command processor (CP) reads them. Little endian. Origin:
 * gaudi_packets.h and qman_if.h of the in-tree driver; what that leaves out (predicates, register offsets, the
 * words of ARB_POINT, REPEAT, WAIT and LOAD_AND_EXE) is in gaudi_packets.h of hl-thunk, written as bit fields.
 * Shared by kernel/gaudi and sim/model; programs use the encoders of <hlrt/gaudi.h>, which tests compare with
 * this file.
 *
 * Every packet begins with two 32-bit words: word 0 is the packet's own (value, cfg or tsize), word 1 is ctl.
 */
#ifndef HW_GAUDI_PACKETS_H
#define HW_GAUDI_PACKETS_H

/* Opcodes: ctl bits 28:24. */
#define GAUDI_PKT_WREG32 0x1	   /* 8 bytes: value; ctl 23:8 register offset */
#define GAUDI_PKT_WREG_BULK 0x2	   /* 8 + 8 * size64; ctl 23:8 register offset */
#define GAUDI_PKT_MSG_LONG 0x3	   /* 16: value, ctl, address */
#define GAUDI_PKT_MSG_SHORT 0x4	   /* 8: value, ctl 15:0 offset, 23:22 base */
#define GAUDI_PKT_CP_DMA 0x5	   /* 16: tsize, ctl, source */
#define GAUDI_PKT_REPEAT 0x6	   /* 8: cfg 0 start, 1 outer loop, 31:16 jump */
#define GAUDI_PKT_MSG_PROT 0x7	   /* 16: value, ctl, address; executed as secure */
#define GAUDI_PKT_FENCE 0x8	   /* 8: cfg 3:0 decrement, 23:16 target, 31:30 id */
#define GAUDI_PKT_LIN_DMA 0x9	   /* 24: tsize, ctl, source (or memset value), destination 55:0 */
#define GAUDI_PKT_NOP 0xA	   /* 8 */
#define GAUDI_PKT_STOP 0xB	   /* 8 */
#define GAUDI_PKT_ARB_POINT 0xC	   /* 8: cfg 7:0 priority, 31 release */
#define GAUDI_PKT_WAIT 0xD	   /* 8: cfg 23:0 cycles, 27:24 increment, 29:28 fence id */
#define GAUDI_PKT_LOAD_AND_EXE 0xF /* 16: cfg, ctl, source */

#define GAUDI_PKT_CTL_OPCODE_SHIFT 24
#define GAUDI_PKT_CTL_OPCODE_MASK 0x1F000000u
#define GAUDI_PKT_CTL_EB 0x20000000u /* engine barrier: wait for the engine to be idle */
#define GAUDI_PKT_CTL_RB 0x40000000u /* register barrier */
#define GAUDI_PKT_CTL_MB 0x80000000u /* message barrier: wait for outstanding writes */

/* All but LIN_DMA, MSG_SHORT, NOP, STOP and WAIT are executed only if predicate ctl 4:0 is set; number 0 always is. */
#define GAUDI_PKT_PRED_MASK 0x0000001Fu
#define GAUDI_NUM_PREDICATES 32

#define GAUDI_PKT_MSG_OP_MASK 0x00300000u /* MSG_LONG and MSG_SHORT: 0 writes the value */
#define GAUDI_PKT_SHORT_ADDR_MASK 0x0000FFFFu
#define GAUDI_PKT_SHORT_BASE_SHIFT 22
#define GAUDI_PKT_SHORT_BASE_MASK 0x00C00000u

/* MSG_SHORT to a sync object. */
#define GAUDI_SOB_VALUE_MASK 0x00007FFFu
#define GAUDI_SOB_MOD_ADD 0x80000000u /* add instead of set */
/* MSG_SHORT to a monitor's arm register. */
#define GAUDI_MON_GROUP_MASK 0x000000FFu /* sync object id / 8 */
#define GAUDI_MON_MASK_SHIFT 8		 /* a 1 leaves that object of the group out */
#define GAUDI_MON_MASK_MASK 0x0000FF00u
#define GAUDI_MON_MODE_EQUAL 0x00010000u /* 0: greater or equal */
#define GAUDI_MON_VALUE_SHIFT 17
#define GAUDI_MON_VALUE_MASK 0xFFFE0000u

#define GAUDI_FENCE_DEC_MASK 0x0000000Fu
#define GAUDI_FENCE_TARGET_SHIFT 16
#define GAUDI_FENCE_TARGET_MASK 0x00FF0000u
#define GAUDI_FENCE_ID_SHIFT 30

#define GAUDI_LIN_DMA_WRCOMP_EN 0x00000001u
#define GAUDI_LIN_DMA_LIN 0x00000008u
#define GAUDI_LIN_DMA_MEMSET 0x00000010u
#define GAUDI_LIN_DMA_DST_MASK 0x00FFFFFFFFFFFFFFull

#define GAUDI_WREG_REG_SHIFT 8
#define GAUDI_WREG_REG_MASK 0x00FFFF00u
#define GAUDI_WREG_BULK_SIZE_MASK 0x0000FFFFu /* in pairs of registers */

#define GAUDI_REPEAT_START 0x00000001u
#define GAUDI_REPEAT_OUTER 0x00000002u
#define GAUDI_REPEAT_JUMP_SHIFT 16

#define GAUDI_ARB_PRIORITY_MASK 0x000000FFu
#define GAUDI_ARB_RELEASE 0x80000000u

#define GAUDI_WAIT_INC_SHIFT 24
#define GAUDI_WAIT_INC_MASK 0x0F000000u
#define GAUDI_WAIT_ID_SHIFT 28
#define GAUDI_WAIT_ID_MASK 0x30000000u

#define GAUDI_LOAD_SCALARS 0x00000001u /* 0: predicates, bit 0 of each of 32 words */
#define GAUDI_LOAD 0x00000100u
#define GAUDI_EXECUTE 0x00000200u	/* what the four scalars hold */
#define GAUDI_EXECUTE_UPPER 0x00000400u /* the last two of them, a packet of 8 bytes */
#define GAUDI_NUM_SCALARS 4

/* Queue entry (qman_if.h, struct hl_bd): address, length in bytes, control. */
#define GAUDI_PQE_ADDR 0
#define GAUDI_PQE_LEN 8
#define GAUDI_PQE_CTL 12

/* Completion queue entry (qman_if.h). */
#define GAUDI_CQE_READY 0x80000000u
#define GAUDI_CQE_INDEX_VALID 0x40000000u
#define GAUDI_CQE_INDEX_MASK 0x00000FFFu

#endif /* HW_GAUDI_PACKETS_H */
