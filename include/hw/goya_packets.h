/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Goya command packets as the queue manager's command processor (CP) reads them. Little endian. Origin: goya_packets.h and
 * qman_if.h of the in-tree driver; sync objects and monitors, which that driver never writes by packet: hl-thunk's
 * goya_packets.h. Shared by kernel/goya and sim/model; programs use the encoders of <hlrt/goya.h>, which tests
 * compare with this file.
 *
 * Every packet begins with two 32-bit words: word 0 is the packet's own (value, cfg or tsize), word 1 is ctl.
 */
#ifndef HW_GOYA_PACKETS_H
#define HW_GOYA_PACKETS_H

/* Opcodes: ctl bits 28:24. */
#define GOYA_PKT_WREG32 0x1    /* 8 bytes: value; ctl 15:0 register offset */
#define GOYA_PKT_WREG_BULK 0x2 /* 8 + 8 * size64 */
#define GOYA_PKT_MSG_LONG 0x3  /* 16: value, ctl, address */
#define GOYA_PKT_MSG_SHORT 0x4 /* 8: value, ctl 15:0 offset, 23:22 base */
#define GOYA_PKT_CP_DMA 0x5    /* 16: tsize, ctl, source */
#define GOYA_PKT_MSG_PROT 0x7  /* 16: value, ctl, address; executed as secure when the CP is trusted */
#define GOYA_PKT_FENCE 0x8     /* 8: cfg 3:0 decrement, 23:16 target, 31:30 id */
#define GOYA_PKT_LIN_DMA 0x9   /* 24: tsize, ctl, source (or memset value), destination */
#define GOYA_PKT_NOP 0xA       /* 8 */
#define GOYA_PKT_STOP 0xB      /* 8 */

#define GOYA_PKT_CTL_OPCODE_SHIFT 24
#define GOYA_PKT_CTL_OPCODE_MASK 0x1F000000u
#define GOYA_PKT_CTL_EB 0x20000000u /* engine barrier: wait for the engine to be idle */
#define GOYA_PKT_CTL_RB 0x40000000u /* register barrier */
#define GOYA_PKT_CTL_MB 0x80000000u /* message barrier: wait for outstanding writes */

#define GOYA_PKT_MSG_OP_MASK 0x00300000u /* MSG_LONG and MSG_SHORT: 0 writes the value */
#define GOYA_PKT_SHORT_ADDR_MASK 0x0000FFFFu
#define GOYA_PKT_SHORT_BASE_SHIFT 22
#define GOYA_PKT_SHORT_BASE_MASK 0x00C00000u

/* A write to a sync object. */
#define GOYA_SOB_VALUE_MASK 0x0000FFFFu
#define GOYA_SOB_MOD_ADD 0x80000000u /* add instead of set */
/* A write to a monitor's arm register. */
#define GOYA_MON_SOB_MASK 0x000003FFu
#define GOYA_MON_MODE_EQUAL 0x00008000u /* 0: greater or equal. No public source says so of Goya; it is so on Gaudi. */
#define GOYA_MON_VALUE_SHIFT 16
#define GOYA_MON_VALUE_MASK 0xFFFF0000u

#define GOYA_FENCE_DEC_MASK 0x0000000Fu
#define GOYA_FENCE_TARGET_SHIFT 16
#define GOYA_FENCE_TARGET_MASK 0x00FF0000u
#define GOYA_FENCE_ID_SHIFT 30

#define GOYA_LIN_DMA_WO 0x00000001u /* weakly ordered */
#define GOYA_LIN_DMA_RDCOMP 0x00000002u
#define GOYA_LIN_DMA_WRCOMP 0x00000004u
#define GOYA_LIN_DMA_MEMSET 0x00000040u
#define GOYA_LIN_DMA_DIR_SHIFT 20
#define GOYA_LIN_DMA_DIR_MASK 0x00700000u
/* Directions (enum hl_goya_dma_direction of the uAPI header): a hint to the in-tree driver, nothing to the chip. */
#define GOYA_DMA_HOST_TO_DRAM 0
#define GOYA_DMA_HOST_TO_SRAM 1
#define GOYA_DMA_DRAM_TO_SRAM 2
#define GOYA_DMA_SRAM_TO_DRAM 3
#define GOYA_DMA_SRAM_TO_HOST 4
#define GOYA_DMA_DRAM_TO_HOST 5
#define GOYA_DMA_DRAM_TO_DRAM 6
#define GOYA_DMA_SRAM_TO_SRAM 7

#define GOYA_WREG32_REG_MASK 0x0000FFFFu
/* Register offsets of WREG32 count from the queue manager: its channel's block is the next (goya_validate_wreg32()). */
#define GOYA_WREG32_WR_COMP_ADDR_LO 0x1020u

/* Queue entry (qman_if.h, struct hl_bd): address, length in bytes, control. */
#define GOYA_PQE_ADDR 0
#define GOYA_PQE_LEN 8
#define GOYA_PQE_CTL 12

#endif /* HW_GOYA_PACKETS_H */
