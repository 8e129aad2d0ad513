/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Gaudi registers that the driver and the model use: offsets from GAUDI_CFG_BASE.
 *
 * Facts about the hardware, shared by kernel/gaudi and sim/model so that each is written down once. Origin:
 * Linux, drivers/misc/habanalabs/include/gaudi; the comment behind each names the header there. Only what is
 * used stands here.
 */
#ifndef HW_GAUDI_REGS_H
#define HW_GAUDI_REGS_H

/* Address map of the chip, as its own engines see it (gaudi.h). */
#define GAUDI_DRAM_BASE 0x0ULL
#define GAUDI_DRAM_USER_BASE 0x20000000ULL /* gaudiP.h: the first 512 MiB belong to driver and firmware */
#define GAUDI_DRAM_SIZE 0x800000000ULL	   /* 32 GiB, gaudiP.h */
#define GAUDI_SRAM_BASE 0x7FF0000000ULL
#define GAUDI_SRAM_SIZE 0x1400000ULL
#define GAUDI_SPI_FLASH_BASE 0x7FF8000000ULL
#define GAUDI_CFG_BASE 0x7FFC000000ULL
#define GAUDI_CFG_SIZE 0x4000000ULL
#define GAUDI_HOST_BASE 0x8000000000ULL /* host memory: bus address + this */
#define GAUDI_HOST_SIZE 0x1000000000000ULL
#define GAUDI_VA_HOST_BASE 0x1000000000000ULL /* gaudiP.h: virtual addresses that the MMU translates */
#define GAUDI_VA_HOST_END 0x3FF8000000000ULL

/* BARs (gaudi.h). BAR 2 begins at GAUDI_SPI_FLASH_BASE. */
#define GAUDI_BAR_SRAM 0
#define GAUDI_BAR_CFG 2
#define GAUDI_BAR_HBM 4
#define GAUDI_BAR_SRAM_SIZE 0x4000000ULL
#define GAUDI_BAR_CFG_SIZE 0x8000000ULL
#define GAUDI_MSI_VECTORS 32

/* Queue managers: stride from one DMA engine to the next (gaudi_blocks.h), streams of each. */
#define GAUDI_DMA_QM_STRIDE 0x20000
#define GAUDI_DMA_CORE_STRIDE 0x20000
#define GAUDI_QMAN_STREAMS 4
#define GAUDI_QMAN_LOWER_CP 4 /* the fifth command processor: it has no queue, CP_DMA packets feed it */
#define GAUDI_QMAN_CPS 5
#define GAUDI_NUM_DMA 8
#define GAUDI_PQ_ENTRY_SIZE 16

/* In each 4 KiB block of registers the last 128 bytes hold one protection bit for each register (gaudi.h). */
#define GAUDI_PROT_BITS_OFFSET 0xF80

/* MMU command registers (mmu_v1_1.h). */
#define GAUDI_MMU_BUSY 0xC12000
#define GAUDI_MMU_ASID 0xC12004
#define GAUDI_MMU_HOP0_PA43_12 0xC12008
#define GAUDI_MMU_HOP0_PA49_44 0xC1200C

/* DMA queue manager block (DMA0; stride between engines: GAUDI_DMA_QM_STRIDE) */
#define GAUDI_DMA0_QM_GLBL_CFG0 0x508000 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_GLBL_CFG1 0x508004 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_GLBL_PROT 0x508008 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_GLBL_ERR_CFG 0x50800C /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_GLBL_SECURE_PROPS_0 0x508010 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_GLBL_NON_SECURE_PROPS_0 0x508024 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_GLBL_STS0 0x508038 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_GLBL_STS1_0 0x508040 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_GLBL_MSG_EN_0 0x508054 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_GLBL_ERR_ADDR_LO 0x508CD0 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_GLBL_ERR_ADDR_HI 0x508CD4 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_GLBL_ERR_WDATA 0x508CD8 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_PQ_BASE_LO_0 0x508070 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_PQ_BASE_HI_0 0x508080 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_PQ_SIZE_0 0x508090 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_PQ_PI_0 0x5080A0 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_PQ_CI_0 0x5080B0 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_PQ_CFG0_0 0x5080C0 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_PQ_CFG1_0 0x5080D0 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_PQ_ARUSER_31_11_0 0x5080E0 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_PQ_STS0_0 0x5080F0 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_PQ_STS1_0 0x508100 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CQ_CFG0_0 0x508110 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CQ_STS0_0 0x50814C /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CQ_PTR_LO_0 0x508174 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CQ_PTR_HI_0 0x508178 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CQ_TSIZE_0 0x50817C /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CQ_CTL_0 0x508180 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CQ_PTR_LO_4 0x5081B4 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CQ_PTR_HI_4 0x5081B8 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CQ_TSIZE_4 0x5081BC /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_MSG_BASE0_ADDR_LO_0 0x508228 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_MSG_BASE0_ADDR_HI_0 0x50823C /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_MSG_BASE1_ADDR_LO_0 0x508250 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_MSG_BASE1_ADDR_HI_0 0x508264 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_MSG_BASE2_ADDR_LO_0 0x508278 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_MSG_BASE2_ADDR_HI_0 0x50828C /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_MSG_BASE3_ADDR_LO_0 0x5082A0 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_MSG_BASE3_ADDR_HI_0 0x5082B4 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_LDMA_TSIZE_OFFSET_0 0x5082C8 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_LDMA_SRC_BASE_LO_OFFSET_0 0x5082E0 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_LDMA_DST_BASE_LO_OFFSET_0 0x5082F4 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_FENCE0_RDATA_0 0x508308 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_FENCE1_RDATA_0 0x50831C /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_FENCE2_RDATA_0 0x508330 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_FENCE3_RDATA_0 0x508344 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_FENCE0_CNT_0 0x508358 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_FENCE1_CNT_0 0x50836C /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_FENCE2_CNT_0 0x508380 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_FENCE3_CNT_0 0x508394 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_STS_0 0x5083A8 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_CURRENT_INST_LO_0 0x5083BC /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_CURRENT_INST_HI_0 0x5083D0 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CP_BARRIER_CFG_0 0x5083F4 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_ARB_CFG_0 0x508A00 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_ARB_WRR_WEIGHT_0 0x508A08 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_ARB_CFG_1 0x508A18 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_ARB_ERR_MSG_EN 0x508BA0 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_ARB_SLV_CHOISE_WDT 0x508B38 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CGM_CFG 0x508C70 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CGM_CFG1 0x508C78 /* dma0_qm_regs.h */
#define GAUDI_DMA0_QM_CGM_STS 0x508C74 /* dma0_qm_regs.h */

/* DMA core block (DMA0; stride: GAUDI_DMA_CORE_STRIDE) */
#define GAUDI_DMA0_CORE_CFG_0 0x500000 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_CFG_1 0x500004 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_LBW_MAX_OUTSTAND 0x500008 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_SRC_BASE_LO 0x500014 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_SRC_BASE_HI 0x500018 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_DST_BASE_LO 0x50001C /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_DST_BASE_HI 0x500020 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_DST_TSIZE_0 0x500074 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_COMMIT 0x500078 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_PROT 0x5000B8 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_SECURE_PROPS 0x5000F0 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_NON_SECURE_PROPS 0x5000F4 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_RD_MAX_OUTSTAND 0x500100 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_RD_MAX_SIZE 0x500104 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_ERR_CFG 0x500160 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_ERR_CAUSE 0x500164 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_ERRMSG_ADDR_LO 0x500170 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_ERRMSG_ADDR_HI 0x500174 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_ERRMSG_WDATA 0x500178 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_STS0 0x500190 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_STS1 0x500194 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_WR_COMP_ADDR_LO 0x500080 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_WR_COMP_ADDR_HI 0x500084 /* dma0_core_regs.h */
#define GAUDI_DMA0_CORE_WR_COMP_WDATA 0x50007C /* dma0_core_regs.h */

/* Sync managers */
#define GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_SOB_OBJ_0 0x4F2000 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_MON_PAY_ADDRL_0 0x4F4000 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_MON_PAY_ADDRH_0 0x4F4800 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_MON_PAY_DATA_0 0x4F5000 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_MON_ARM_0 0x4F5800 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_MON_STATUS_0 0x4F6000 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_E_S_SYNC_MNGR_OBJS_SOB_OBJ_0 0x4B2000 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_W_N_SYNC_MNGR_OBJS_SOB_OBJ_0 0x4D2000 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0 0x492000 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_PAY_ADDRL_0 0x494000 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_PAY_ADDRH_0 0x494800 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_PAY_DATA_0 0x495000 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_ARM_0 0x495800 /* gaudi_regs.h */
#define GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_STATUS_0 0x496000 /* gaudi_regs.h */

/* MMU */
#define GAUDI_MMU_UP_MMU_ENABLE 0xC1100C /* mmu_up_regs.h */
#define GAUDI_MMU_UP_SPI_MASK 0xC1102C /* mmu_up_regs.h */
#define GAUDI_MMU_UP_SPI_CAUSE 0xC11030 /* mmu_up_regs.h */
#define GAUDI_MMU_UP_PAGE_ERROR_CAPTURE 0xC11034 /* mmu_up_regs.h */
#define GAUDI_MMU_UP_PAGE_ERROR_CAPTURE_VA 0xC11038 /* mmu_up_regs.h */
#define GAUDI_MMU_UP_ACCESS_ERROR_CAPTURE 0xC1103C /* mmu_up_regs.h */
#define GAUDI_MMU_UP_ACCESS_ERROR_CAPTURE_VA 0xC11040 /* mmu_up_regs.h */
#define GAUDI_MMU_UP_RAZWI_WRITE_VLD 0xC1105C /* mmu_up_regs.h */
#define GAUDI_MMU_UP_RAZWI_WRITE_ID 0xC11060 /* mmu_up_regs.h */
#define GAUDI_MMU_UP_RAZWI_READ_VLD 0xC11064 /* mmu_up_regs.h */
#define GAUDI_MMU_UP_RAZWI_READ_ID 0xC11068 /* mmu_up_regs.h */
#define GAUDI_STLB_CACHE_INV 0xC12010 /* stlb_regs.h */
#define GAUDI_STLB_CACHE_INV_BASE_39_8 0xC12014 /* stlb_regs.h */
#define GAUDI_STLB_CACHE_INV_BASE_49_40 0xC12018 /* stlb_regs.h */
#define GAUDI_STLB_INV_PS 0xC1203C /* stlb_regs.h */
#define GAUDI_STLB_INV_SET 0xC12048 /* stlb_regs.h */
#define GAUDI_STLB_HOP_CONFIGURATION 0xC12024 /* stlb_regs.h */
#define GAUDI_STLB_MEM_CACHE_INVALIDATION 0xC12050 /* stlb_regs.h */
#define GAUDI_STLB_MEM_CACHE_INV_STATUS 0xC12054 /* stlb_regs.h */

/* Boot, PSOC, reset */
#define GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS 0xC4B300 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU 0xC4B304 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_0 0xC4B100 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_20 0xC4B150 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_21 0xC4B154 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_23 0xC4B15C /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_24 0xC4B160 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_25 0xC4B164 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_28 0xC4B170 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_29 0xC4B174 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_30 0xC4B178 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_31 0xC4B17C /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_COLD_RST_FLOPS_1 0xC4B074 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SOFT_RST_CFG_H 0xC4B4A8 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SOFT_RST_CFG_L 0xC4B4A4 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG_H 0xC4B494 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG_L 0xC4B490 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST 0xC4B498 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_BOOT_SEQ_RE_START 0xC4B024 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_GLOBAL_CONF_BTM_FSM 0xC4B028 /* psoc_global_conf_regs.h */
#define GAUDI_PSOC_TIMESTAMP 0xC49000 /* psoc_timestamp_regs.h */

/* Device CPU interface */
#define GAUDI_CPU_IF_PQ_BASE_ADDR_LOW 0x442204 /* cpu_if_regs.h */
#define GAUDI_CPU_IF_PQ_BASE_ADDR_HIGH 0x442208 /* cpu_if_regs.h */
#define GAUDI_CPU_IF_EQ_BASE_ADDR_LOW 0x442220 /* cpu_if_regs.h */
#define GAUDI_CPU_IF_EQ_BASE_ADDR_HIGH 0x442224 /* cpu_if_regs.h */
#define GAUDI_CPU_IF_CQ_BASE_ADDR_LOW 0x442210 /* cpu_if_regs.h */
#define GAUDI_CPU_IF_CQ_BASE_ADDR_HIGH 0x442214 /* cpu_if_regs.h */
#define GAUDI_CPU_IF_PQ_LENGTH 0x44220C /* cpu_if_regs.h */
#define GAUDI_CPU_IF_EQ_LENGTH 0x442228 /* cpu_if_regs.h */
#define GAUDI_CPU_IF_CQ_LENGTH 0x442218 /* cpu_if_regs.h */
#define GAUDI_CPU_IF_EQ_RD_OFFS 0x44222C /* cpu_if_regs.h */
#define GAUDI_CPU_IF_PF_PQ_PI 0x442200 /* cpu_if_regs.h */
#define GAUDI_CPU_IF_QUEUE_INIT 0x442230 /* cpu_if_regs.h */
#define GAUDI_CPU_IF_CPU_MSB_ADDR 0x44212C /* cpu_if_regs.h */
#define GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR 0x800040 /* gaudi_regs.h */

/* PCIe */
#define GAUDI_PCIE_WRAP_LBW_PROT_OVR 0xC01B48 /* gaudi_regs.h */
#define GAUDI_PCIE_AUX_FLR_CTRL 0xC07394 /* gaudi_regs.h */
#define GAUDI_PCIE_AUX_DBI 0xC07490 /* gaudi_regs.h */
#define GAUDI_PCIE_MSI_INTR_0 0xC13000 /* gaudi_regs.h */
#define GAUDI_PCIE_CORE_MSI_REQ 0xC04100 /* gaudi_regs.h */
#define GAUDI_PCIE_DBI_DEVICE_ID_VENDOR_ID_REG 0xC02000 /* gaudi_regs.h */

/*
 * Range registers. LBW: 16 ranges of register offsets for each initiator port, exclusive bounds (min < offset
 * < max), bit n of HIT arms range n. HBW: 16 ranges, (address & mask) == base. An unsecured access inside an
 * armed range is refused. In-tree use: gaudi_security.c, gaudi_init_range_registers_lbw/hbw.
 */
#define GAUDI_NUM_RANGES 16
#define GAUDI_NUM_DMA_IF 4
/* DMA interfaces (gaudi_blocks.h): W_S holds DMA 0 and 2, E_S 1 and 3, W_N 4 and 6, E_N 5 and 7. */
#define GAUDI_DMA_IF_W_S 0x480000
#define GAUDI_DMA_IF_E_S 0x4A0000
#define GAUDI_DMA_IF_W_N 0x4C0000
#define GAUDI_DMA_IF_E_N 0x4E0000
/* LBW range registers of a DMA interface: ports SOB (its sync manager), DMA0, DMA1 (dma_if_w_s_regs.h). */
#define GAUDI_DMA_IF_SOB_MIN_RPROT_0 0x100
#define GAUDI_DMA_IF_SOB_MAX_RPROT_0 0x140
#define GAUDI_DMA_IF_SOB_MIN_WPROT_0 0x180
#define GAUDI_DMA_IF_SOB_MAX_WPROT_0 0x1C0
#define GAUDI_DMA_IF_DMA0_MIN_RPROT_0 0x300
#define GAUDI_DMA_IF_DMA0_MAX_RPROT_0 0x340
#define GAUDI_DMA_IF_DMA0_MIN_WPROT_0 0x380
#define GAUDI_DMA_IF_DMA0_MAX_WPROT_0 0x3C0
#define GAUDI_DMA_IF_DMA1_MIN_RPROT_0 0x500
#define GAUDI_DMA_IF_DMA1_MAX_RPROT_0 0x540
#define GAUDI_DMA_IF_DMA1_MIN_WPROT_0 0x580
#define GAUDI_DMA_IF_DMA1_MAX_WPROT_0 0x5C0
#define GAUDI_DMA_IF_SOB_HIT_RPROT 0x700
#define GAUDI_DMA_IF_SOB_HIT_WPROT 0x704
#define GAUDI_DMA_IF_DMA0_HIT_RPROT 0x71C
#define GAUDI_DMA_IF_DMA0_HIT_WPROT 0x720
#define GAUDI_DMA_IF_DMA1_HIT_RPROT 0x730
#define GAUDI_DMA_IF_DMA1_HIT_WPROT 0x734
/* HBW range registers of a DMA interface's two channels (dma_if_w_s_down_ch0_regs.h) and of a router. */
#define GAUDI_DMA_IF_DOWN_CH0 0x1000
#define GAUDI_DMA_IF_DOWN_CH1 0x2000
#define GAUDI_RANGE_SEC_BASE_LOW_AW_0 0x5E4
#define GAUDI_RANGE_SEC_BASE_HIGH_AW_0 0x624
#define GAUDI_RANGE_SEC_MASK_LOW_AW_0 0x664
#define GAUDI_RANGE_SEC_MASK_HIGH_AW_0 0x6A4
#define GAUDI_RANGE_SEC_BASE_LOW_AR_0 0x824
#define GAUDI_RANGE_SEC_BASE_HIGH_AR_0 0x864
#define GAUDI_RANGE_SEC_MASK_LOW_AR_0 0x8A4
#define GAUDI_RANGE_SEC_MASK_HIGH_AR_0 0x8E4
#define GAUDI_RANGE_SEC_HIT_AW 0xA64
#define GAUDI_RANGE_SEC_HIT_AR 0xA68
/* Routers: SIF 0 to 7 from 0x300000, NIF 0 to 7 from 0x380000, CTRL block 0x6000 behind (gaudi_blocks.h). */
#define GAUDI_SIF_RTR_0 0x300000
#define GAUDI_NIF_RTR_0 0x380000
#define GAUDI_RTR_STRIDE 0x10000
#define GAUDI_NUM_RTR 8
#define GAUDI_RTR_CTRL 0x6000
#define GAUDI_RTR_LBW_HIT_AW 0x400 /* sif_rtr_0: LBW_RANGE_PROT_* */
#define GAUDI_RTR_LBW_MIN_AW_0 0x410
#define GAUDI_RTR_LBW_MAX_AW_0 0x450
#define GAUDI_RTR_LBW_HIT_AR 0x490
#define GAUDI_RTR_LBW_MIN_AR_0 0x4A0
#define GAUDI_RTR_LBW_MAX_AR_0 0x4E0

/* Bits of the DMA core and of its queue manager (dma0_core_masks.h, dma0_qm_masks.h). */
#define GAUDI_DMA_CORE_PROT_VAL 0x1u	 /* transfers are secure */
#define GAUDI_DMA_CORE_PROT_ERR_VAL 0x2u /* error messages are secure */
#define GAUDI_PROPS_ASID_MASK 0x3FFu
#define GAUDI_PROPS_MMBP 0x400u /* bypass the MMU */
#define GAUDI_DMA_CORE_ERR_CFG_MSG_EN 0x1u
#define GAUDI_DMA_CORE_ERR_CFG_STOP 0x2u
#define GAUDI_DMA_CORE_ERR_HBW_RD 0x1u
#define GAUDI_DMA_CORE_ERR_HBW_WR 0x2u
#define GAUDI_DMA_CORE_ERR_LBW_WR 0x4u
#define GAUDI_DMA_CORE_ERR_DESC_OVF 0x8u
#define GAUDI_DMA_CORE_STS0_BUSY 0x80000000u
#define GAUDI_DMA_CORE_COMMIT_WR_COMP 0x1u
#define GAUDI_DMA_CORE_COMMIT_LIN 0x8u
#define GAUDI_DMA_CORE_COMMIT_MEMSET 0x10u
/* One bit for each stream, in CFG0 (enable), CFG1 (stop), PROT (trusted), STS0 (idle), ERR_CFG (message). */
#define GAUDI_QM_PQF_SHIFT 0
#define GAUDI_QM_CQF_SHIFT 4
#define GAUDI_QM_CP_SHIFT 9
#define GAUDI_QM_PROT_ERR 0x4000u
#define GAUDI_QM_STOP_ON_ERR_SHIFT 16 /* ERR_CFG and STS0: the same three groups again, 16 bits up */
#define GAUDI_QM_STS1_PQ_HBW_ERR 0x1u /* gaudi.c, gaudi_qman_error_cause */
#define GAUDI_QM_STS1_CQ_HBW_ERR 0x2u
#define GAUDI_QM_STS1_CP_HBW_ERR 0x4u
#define GAUDI_QM_STS1_CP_UNDEF_OPCODE 0x8u
#define GAUDI_QM_STS1_CP_STOP 0x10u
#define GAUDI_QM_STS1_CP_LBW_ERR 0x20u
#define GAUDI_QM_STS1_CP_WREG_ERR 0x40u
#define GAUDI_QM_STS1_FENCE_INC_CLIP 0x100u /* fence 0; one bit for each of the four */
#define GAUDI_QM_ARB_CFG_0_WRR 0x1u	    /* dma0_qm_masks.h; 0: by priority */
#define GAUDI_QM_ARB_CFG_0_MASTER 0x10u
#define GAUDI_QM_ARB_CFG_0_EN 0x100u
#define GAUDI_QM_ARB_CFG_1_CLR 0x1u
#define GAUDI_QM_CP_STS_FENCE_IN_PROGRESS 0x400000u
#define GAUDI_QM_FENCE_STRIDE 0x14	    /* between the register groups of two fences */

/* Page-table entries and the walk (mmu_general.h, mmu_v1_1.h). */
#define GAUDI_PTE_PRESENT 0x1ull
#define GAUDI_PTE_SWAP_OUT 0x4ull
#define GAUDI_PTE_LAST 0x800ull
#define GAUDI_PTE_FLAGS 0xFFFull
#define GAUDI_MMU_HOPS 5
#define GAUDI_MMU_CAPTURE_VALID 0x40000u /* gaudi_masks.h */
#define GAUDI_MMU_CAPTURE_VA_49_32 0x3FFFFu

/* Sync managers: four of them, objects and monitors of each (gaudi_regs.h). */
#define GAUDI_NUM_SYNC_MNGR 4
#define GAUDI_NUM_SOBS 2048
#define GAUDI_NUM_MONITORS 512

/* What the device CPU is told through GICD_SETSPI_NSR, and events that it sends (gaudi_async_*.h). */
#define GAUDI_CPU_ID_PI_UPDATE 484
#define GAUDI_CPU_ID_HALT_MACHINE 485
#define GAUDI_CPU_ID_INTS_REGISTER 486
#define GAUDI_CPU_ID_DMA0_QM 432
#define GAUDI_CPU_ID_DMA0_CORE 453
#define GAUDI_EVENT_DMA_IF_SEI_0 277
#define GAUDI_EVENT_MMU_PAGE_FAULT 380
#define GAUDI_EVENT_RAZWI_OR_ADC 548
#define GAUDI_EVENT_DMA0_QM 583
#define GAUDI_EVENT_DMA0_CORE 604
#define GAUDI_EVENT_SIZE 663

#endif /* HW_GAUDI_REGS_H */
