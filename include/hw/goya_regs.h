/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Goya registers that the driver and the model use: offsets from GOYA_CFG_BASE.
 *
 * Facts about the hardware, shared by kernel/goya and sim/model so that each is written down once. Origin:
 * Linux, drivers/misc/habanalabs/include/goya; the comment behind each names the header there. Only what is
 * used stands here.
 */
#ifndef HW_GOYA_REGS_H
#define HW_GOYA_REGS_H

/* Address map of the chip, as its own engines see it (goya.h). */
#define GOYA_DRAM_BASE 0x0ULL
#define GOYA_DRAM_USER_BASE 0x20000000ULL   /* goyaP.h: the first 512 MiB belong to driver and firmware */
#define GOYA_DRAM_DEFAULT_SIZE 0x100000000ULL /* goyaP.h: 4 GiB unless the firmware says more */
#define GOYA_SRAM_BASE 0x7FF0000000ULL
#define GOYA_SRAM_SIZE 0x32A0000ULL
#define GOYA_CFG_BASE 0x7FFC000000ULL
#define GOYA_CFG_SIZE 0x4000000ULL
#define GOYA_HOST_BASE 0x8000000000ULL /* host memory: bus address + this */
#define GOYA_HOST_SIZE 0x1000000000000ULL
/* Virtual addresses that the MMU translates (goyaP.h): device memory, host memory, the device CPU's window. */
#define GOYA_VA_DRAM_BASE 0x800000000ULL
#define GOYA_VA_DRAM_END 0x2000000000ULL
#define GOYA_VA_HOST_BASE 0x1000000000000ULL
#define GOYA_VA_HOST_END 0x3FF8000000000ULL
#define GOYA_VA_CPU_MEM 0x8000000000ULL

/* BARs (goya.h). BAR 0 begins at GOYA_SRAM_BASE and reaches over the registers. */
#define GOYA_BAR_SRAM_CFG 0
#define GOYA_BAR_MSIX 2
#define GOYA_BAR_DDR 4
#define GOYA_BAR_SRAM_CFG_SIZE 0x10000000ULL
#define GOYA_BAR_MSIX_SIZE 0x1000ULL
#define GOYA_MSIX_VECTORS 8
#define GOYA_MSIX_EVENT_QUEUE 5 /* goya_fw_if.h; completion queue n has vector n */

/* DMA: channels, each with a queue manager of one stream; stride from one to the next (goya_blocks.h). */
#define GOYA_NUM_DMA 5
#define GOYA_DMA_STRIDE 0x8000
#define GOYA_PQ_ENTRY_SIZE 16

/* In each 4 KiB block of registers the last 128 bytes hold one protection bit for each register (goya.h). */
#define GOYA_PROT_BITS_OFFSET 0xF80

/* MMU command registers (mmu_v1_0.h). */
#define GOYA_MMU_ASID_BUSY 0x490000
#define GOYA_MMU_HOP0_PA43_12 0x490004
#define GOYA_MMU_HOP0_PA49_44 0x490008

/* Queue manager of DMA channel 0 (stride to the next: GOYA_DMA_STRIDE) */
#define GOYA_DMA_QM_0_GLBL_CFG0 0x400000 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_GLBL_CFG1 0x400004 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_GLBL_PROT 0x400008 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_GLBL_ERR_CFG 0x40000C /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_GLBL_ERR_ADDR_LO 0x400010 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_GLBL_ERR_ADDR_HI 0x400014 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_GLBL_ERR_WDATA 0x400018 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_GLBL_SECURE_PROPS 0x40001C /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_GLBL_NON_SECURE_PROPS 0x400020 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_GLBL_STS0 0x400024 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_GLBL_STS1 0x400028 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_PQ_BASE_LO 0x400060 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_PQ_BASE_HI 0x400064 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_PQ_SIZE 0x400068 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_PQ_PI 0x40006C /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_PQ_CI 0x400070 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_PQ_CFG0 0x400074 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_PQ_CFG1 0x400078 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_PQ_ARUSER 0x40007C /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_PQ_STS0 0x400090 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_PQ_STS1 0x400094 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CQ_CFG0 0x4000B0 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CQ_CFG1 0x4000B4 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CQ_PTR_LO 0x4000C0 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CQ_PTR_HI 0x4000C4 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CQ_TSIZE 0x4000C8 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CQ_CTL 0x4000CC /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CQ_STS0 0x4000E4 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_MSG_BASE0_ADDR_LO 0x400120 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_MSG_BASE0_ADDR_HI 0x400124 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_MSG_BASE1_ADDR_LO 0x400128 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_MSG_BASE1_ADDR_HI 0x40012C /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_MSG_BASE2_ADDR_LO 0x400130 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_MSG_BASE2_ADDR_HI 0x400134 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_MSG_BASE3_ADDR_LO 0x400138 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_MSG_BASE3_ADDR_HI 0x40013C /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_FENCE0_RDATA 0x400158 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_FENCE1_RDATA 0x40015C /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_FENCE2_RDATA 0x400160 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_FENCE3_RDATA 0x400164 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_FENCE0_CNT 0x400168 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_FENCE1_CNT 0x40016C /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_FENCE2_CNT 0x400170 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_FENCE3_CNT 0x400174 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_STS 0x400178 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_CURRENT_INST_LO 0x40017C /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_CURRENT_INST_HI 0x400180 /* dma_qm_0_regs.h */
#define GOYA_DMA_QM_0_CP_BARRIER_CFG 0x400184 /* dma_qm_0_regs.h */

/* DMA channel 0 (same stride) */
#define GOYA_DMA_CH_0_CFG0 0x401000 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_CFG1 0x401004 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_ERRMSG_ADDR_LO 0x401008 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_ERRMSG_ADDR_HI 0x40100C /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_ERRMSG_WDATA 0x401010 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_RD_COMP_ADDR_LO 0x401014 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_RD_COMP_ADDR_HI 0x401018 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_RD_COMP_WDATA 0x40101C /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_WR_COMP_ADDR_LO 0x401020 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_WR_COMP_ADDR_HI 0x401024 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_WR_COMP_WDATA 0x401028 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_LDMA_SRC_ADDR_LO 0x40102C /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_LDMA_SRC_ADDR_HI 0x401030 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_LDMA_DST_ADDR_LO 0x401034 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_LDMA_DST_ADDR_HI 0x401038 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_LDMA_TSIZE 0x40103C /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_COMIT_TRANSFER 0x401040 /* dma_ch_0_regs.h */
#define GOYA_DMA_CH_0_STS0 0x401044 /* dma_ch_0_regs.h */

/* Range registers of the DMA macro, and what they caught */
#define GOYA_DMA_MACRO_LBW_RANGE_HIT_BLOCK 0x4B0000 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_LBW_RANGE_MASK_0 0x4B0004 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_LBW_RANGE_BASE_0 0x4B0044 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_HBW_RANGE_HIT_BLOCK 0x4B0084 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_HBW_RANGE_MASK_49_32_0 0x4B00A8 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_HBW_RANGE_MASK_31_0_0 0x4B00C8 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_HBW_RANGE_BASE_49_32_0 0x4B00E8 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_HBW_RANGE_BASE_31_0_0 0x4B0108 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_RAZWI_LBW_WT_VLD 0x4B013C /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_RAZWI_LBW_WT_ID 0x4B0140 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_RAZWI_LBW_RD_VLD 0x4B0144 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_RAZWI_LBW_RD_ID 0x4B0148 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_RAZWI_HBW_WT_VLD 0x4B014C /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_RAZWI_HBW_WT_ID 0x4B0150 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_RAZWI_HBW_RD_VLD 0x4B0154 /* dma_macro_regs.h */
#define GOYA_DMA_MACRO_RAZWI_HBW_RD_ID 0x4B0158 /* dma_macro_regs.h */

/* MMU */
#define GOYA_MMU_MMU_ENABLE 0x48000C /* mmu_regs.h */
#define GOYA_MMU_LOG2_DDR_SIZE 0x480020 /* mmu_regs.h */
#define GOYA_MMU_SPI_MASK 0x48002C /* mmu_regs.h */
#define GOYA_MMU_SPI_CAUSE 0x480030 /* mmu_regs.h */
#define GOYA_MMU_PAGE_ERROR_CAPTURE 0x480034 /* mmu_regs.h */
#define GOYA_MMU_PAGE_ERROR_CAPTURE_VA 0x480038 /* mmu_regs.h */
#define GOYA_MMU_ACCESS_ERROR_CAPTURE 0x48003C /* mmu_regs.h */
#define GOYA_MMU_ACCESS_ERROR_CAPTURE_VA 0x480040 /* mmu_regs.h */
#define GOYA_STLB_CACHE_INV 0x490010 /* stlb_regs.h */
#define GOYA_STLB_CACHE_INV_BASE_39_8 0x490014 /* stlb_regs.h */
#define GOYA_STLB_CACHE_INV_BASE_49_40 0x490018 /* stlb_regs.h */
#define GOYA_STLB_STLB_FEATURE_EN 0x49001C /* stlb_regs.h */
#define GOYA_STLB_HOP_CONFIGURATION 0x490024 /* stlb_regs.h */
#define GOYA_STLB_INV_ALL_START 0x490034 /* stlb_regs.h */
#define GOYA_STLB_INV_PS 0x49003C /* stlb_regs.h */

/* Sync manager */
#define GOYA_SYNC_MNGR_SOB_OBJ_0 0x112000 /* goya_regs.h */
#define GOYA_SYNC_MNGR_SOB_OBJ_1000 0x112FA0 /* goya_regs.h */
#define GOYA_SYNC_MNGR_SOB_OBJ_1007 0x112FBC /* goya_regs.h */
#define GOYA_SYNC_MNGR_SOB_OBJ_1023 0x112FFC /* goya_regs.h */
#define GOYA_SYNC_MNGR_MON_PAY_ADDRL_0 0x113000 /* goya_regs.h */
#define GOYA_SYNC_MNGR_MON_STATUS_0 0x114000 /* goya_regs.h */

/* Boot, PSOC, reset */
#define GOYA_PSOC_GLOBAL_CONF_SCRATCHPAD_0 0xC4B100 /* psoc_global_conf_regs.h */
#define GOYA_PSOC_GLOBAL_CONF_NON_RST_FLOPS_3 0xC4B00C /* psoc_global_conf_regs.h */
#define GOYA_PSOC_GLOBAL_CONF_BOOT_SEQ_RE_START 0xC4B024 /* psoc_global_conf_regs.h */
#define GOYA_PSOC_GLOBAL_CONF_BTM_FSM 0xC4B028 /* psoc_global_conf_regs.h */
#define GOYA_PSOC_GLOBAL_CONF_SW_BTM_FSM 0xC4B030 /* psoc_global_conf_regs.h */
#define GOYA_PSOC_GLOBAL_CONF_WARM_REBOOT 0xC4B300 /* psoc_global_conf_regs.h */
#define GOYA_PSOC_GLOBAL_CONF_UBOOT_MAGIC 0xC4B304 /* psoc_global_conf_regs.h */
#define GOYA_PSOC_GLOBAL_CONF_APP_STATUS 0xC4B320 /* psoc_global_conf_regs.h */
#define GOYA_PSOC_GLOBAL_CONF_BOOT_STRAP_PINS 0xC4B430 /* psoc_global_conf_regs.h */
#define GOYA_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG 0xC4B474 /* psoc_global_conf_regs.h */
#define GOYA_PSOC_TIMESTAMP_CNTCR 0xC49000 /* psoc_timestamp_regs.h */
#define GOYA_PSOC_TIMESTAMP_CNTCVL 0xC49008 /* psoc_timestamp_regs.h */
#define GOYA_PSOC_TIMESTAMP_CNTCVU 0xC4900C /* psoc_timestamp_regs.h */
#define GOYA_PSOC_MME_PLL_CLK_RLX_0 0xC71310 /* psoc_mme_pll_regs.h */
#define GOYA_IC_PLL_CLK_RLX_0 0x4A3310 /* ic_pll_regs.h */

/* Device CPU interface */
#define GOYA_CPU_IF_PF_PQ_PI 0x442100 /* cpu_if_regs.h */
#define GOYA_CPU_IF_ARUSER_OVR 0x442104 /* cpu_if_regs.h */
#define GOYA_CPU_IF_ARUSER_OVR_EN 0x442108 /* cpu_if_regs.h */
#define GOYA_CPU_IF_AWUSER_OVR 0x44210C /* cpu_if_regs.h */
#define GOYA_CPU_IF_AWUSER_OVR_EN 0x442110 /* cpu_if_regs.h */
#define GOYA_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR 0x800040 /* goya_regs.h */

/* PCIe */
#define GOYA_PCIE_DBI_DEVICE_ID_VENDOR_ID_REG 0xC02000 /* goya_regs.h */
#define GOYA_PCIE_DBI_MSIX_DOORBELL_OFF 0xC02948 /* goya_regs.h */
#define GOYA_PCIE_AUX_DBI 0xC07490 /* pcie_aux_regs.h */
#define GOYA_PCIE_WRAP_PSOC_AWUSER 0xC01D10 /* pcie_wrap_regs.h */
#define GOYA_PCIE_WRAP_PSOC_ARUSER 0xC01D14 /* pcie_wrap_regs.h */

/* Scratchpad n. What each means: goya_reg_map.h. */
#define GOYA_SCRATCHPAD(n) (GOYA_PSOC_GLOBAL_CONF_SCRATCHPAD_0 + (n) * 4)
#define GOYA_CPU_PQ_BASE_ADDR_LOW GOYA_SCRATCHPAD(0)
#define GOYA_CPU_PQ_BASE_ADDR_HIGH GOYA_SCRATCHPAD(1)
#define GOYA_CPU_EQ_BASE_ADDR_LOW GOYA_SCRATCHPAD(2)
#define GOYA_CPU_EQ_BASE_ADDR_HIGH GOYA_SCRATCHPAD(3)
#define GOYA_CPU_EQ_LENGTH GOYA_SCRATCHPAD(4)
#define GOYA_CPU_PQ_LENGTH GOYA_SCRATCHPAD(5)
#define GOYA_CPU_EQ_CI GOYA_SCRATCHPAD(6)
#define GOYA_CPU_PQ_INIT_STATUS GOYA_SCRATCHPAD(7)
#define GOYA_CPU_CQ_BASE_ADDR_LOW GOYA_SCRATCHPAD(8)
#define GOYA_CPU_CQ_BASE_ADDR_HIGH GOYA_SCRATCHPAD(9)
#define GOYA_CPU_CQ_LENGTH GOYA_SCRATCHPAD(10)
#define GOYA_CPU_BOOT_DEV_STS0 GOYA_SCRATCHPAD(20)
#define GOYA_CPU_BOOT_DEV_STS1 GOYA_SCRATCHPAD(21)
#define GOYA_CPU_CMD_STATUS_TO_HOST GOYA_SCRATCHPAD(23)
#define GOYA_CPU_BOOT_ERR0 GOYA_SCRATCHPAD(24)
#define GOYA_CPU_BOOT_ERR1 GOYA_SCRATCHPAD(25)
#define GOYA_PREBOOT_VER_OFFSET GOYA_SCRATCHPAD(28)
#define GOYA_UBOOT_VER_OFFSET GOYA_SCRATCHPAD(29)
#define GOYA_CPU_BOOT_STATUS GOYA_PSOC_GLOBAL_CONF_WARM_REBOOT
#define GOYA_KMD_MSG_TO_CPU GOYA_PSOC_GLOBAL_CONF_UBOOT_MAGIC
#define GOYA_HW_STATE GOYA_PSOC_GLOBAL_CONF_APP_STATUS

/* Sync manager: one; objects, monitors (goya_regs.h; the three arrays between are hl-thunk's goya_regs.h). */
#define GOYA_NUM_SOBS 1024
#define GOYA_NUM_MONITORS 256
#define GOYA_SYNC_MNGR_MON_PAY_ADDRH_0 0x113400
#define GOYA_SYNC_MNGR_MON_PAY_DATA_0 0x113800
#define GOYA_SYNC_MNGR_MON_ARM_0 0x113C00

/*
 * Range registers: (address & mask) == base, on 26 bits of register addresses (LBW) and 50 bits of memory (HBW). With its
 * HIT bit set an unsecured access inside the range is refused; with it clear, one outside (goya_security.c, which
 * leaves ranges that it does not use at their reset value with HIT set). The DMA macro has one set for all channels.
 */
#define GOYA_NUM_LBW_RANGES 16
#define GOYA_NUM_HBW_RANGES 8
#define GOYA_LBW_RANGE_BITS 0x3FFFFFFu /* dma_macro_masks.h */
/* The same in routers, from their first register (mme1_rtr_regs.h, tpc0_nrtr_regs.h). */
#define GOYA_RTR_HBW_RANGE_HIT 0x470
#define GOYA_RTR_HBW_RANGE_MASK_L_0 0x480
#define GOYA_RTR_HBW_RANGE_MASK_H_0 0x4A0
#define GOYA_RTR_HBW_RANGE_BASE_L_0 0x4C0
#define GOYA_RTR_HBW_RANGE_BASE_H_0 0x4E0
#define GOYA_RTR_LBW_RANGE_HIT 0x500
#define GOYA_RTR_LBW_RANGE_MASK_0 0x510
#define GOYA_RTR_LBW_RANGE_BASE_0 0x550
/* Routers of MME 1 to 6 and of TPC 0 to 7 (goya_blocks.h). */
#define GOYA_MME1_RTR 0x40000
#define GOYA_NUM_MME_RTR 6
#define GOYA_TPC0_RTR 0xE00000
#define GOYA_NUM_TPC_RTR 8
#define GOYA_RTR_STRIDE 0x40000

/* Bits of a queue manager (dma_qm_0_masks.h): fetcher of entries, of buffers, command processor, DMA channel. */
#define GOYA_QM_PQF 0x1u
#define GOYA_QM_CQF 0x2u
#define GOYA_QM_CP 0x4u
#define GOYA_QM_DMA 0x8u
#define GOYA_QM_ALL 0xFu	       /* GLBL_CFG0: enable; GLBL_CFG1: stop; GLBL_PROT: trusted; GLBL_STS0: idle */
#define GOYA_QM_IS_STOP_SHIFT 4	       /* GLBL_STS0 */
#define GOYA_QM_PROT_ERR 0xF0u	       /* GLBL_PROT: error messages of all four */
#define GOYA_QM_ERR_MSG_EN 0x492u      /* GLBL_ERR_CFG: three bits for each of the four: interrupt, message, stop */
#define GOYA_QM_ERR_STOP 0x924u
#define GOYA_QM_STS1_PQF_RD_ERR 0x1u
#define GOYA_QM_STS1_CQF_RD_ERR 0x2u
#define GOYA_QM_STS1_CP_RD_ERR 0x4u
#define GOYA_QM_STS1_CP_UNDEF_CMD 0x8u
#define GOYA_QM_STS1_CP_STOP_OP 0x10u
#define GOYA_QM_STS1_CP_MSG_WR_ERR 0x20u
#define GOYA_QM_STS1_DMA_RD_ERR 0x100u
#define GOYA_QM_STS1_DMA_WR_ERR 0x200u
#define GOYA_QM_STS1_DMA_RD_MSG_ERR 0x400u
#define GOYA_QM_STS1_DMA_WR_MSG_ERR 0x800u
#define GOYA_QM_CP_STS_FENCE_IN_PROGRESS 0x400000u
#define GOYA_DMA_CH_STS0_BUSY 0x1u /* dma_ch_0_masks.h */
#define GOYA_PROPS_ASID_MASK 0x3FFu
#define GOYA_PROPS_MMBP 0x400u	     /* bypass the MMU */
#define GOYA_STLB_FOLLOWER_EN 0x40u  /* stlb_masks.h */

/* Page-table entries and the walk (mmu_general.h, mmu_v1_0.h: as MMU v1.1). */
#define GOYA_PTE_PRESENT 0x1ull
#define GOYA_PTE_LAST 0x800ull
#define GOYA_PTE_FLAGS 0xFFFull
#define GOYA_MMU_HOPS 5
#define GOYA_MMU_CAPTURE_VALID 0x40000u /* mmu_masks.h */
#define GOYA_MMU_CAPTURE_VA_49_32 0x3FFFFu

/* What the device CPU is told through GICD_SETSPI_NSR, and events that it sends (goya_async_events.h). */
#define GOYA_CPU_ID_PI_UPDATE 484
#define GOYA_CPU_ID_HALT_MACHINE 485
#define GOYA_CPU_ID_INTS_REGISTER 486
#define GOYA_CPU_ID_SOFT_RESET 487
#define GOYA_EVENT_MMU_PAGE_FAULT 280
#define GOYA_EVENT_MMU_WR_PERM 281
#define GOYA_EVENT_PSOC_GPIO_05_SW_RESET 356
#define GOYA_EVENT_DMA0_QM 449
#define GOYA_EVENT_DMA0_CH 455
#define GOYA_EVENT_SIZE 1024

#endif /* HW_GOYA_REGS_H */
