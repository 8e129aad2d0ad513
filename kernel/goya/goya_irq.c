// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What the firmware's events mean. */

#include "goya.h"

static bool goya_page_fault(struct hlrt_device *dev, u32 capture, u32 capture_va, const char *what)
{
	u32 value = hlrt_read(dev, capture);
	u64 va;

	if (!(value & GOYA_MMU_CAPTURE_VALID))
		return false;
	va = (u64)(value & GOYA_MMU_CAPTURE_VA_49_32) << 32 | hlrt_read(dev, capture_va);
	hlrt_write(dev, capture, 0);
	dev_err_ratelimited(dev->dev, "%s fault at device address 0x%llx\n", what, va);
	hlrt_device_event_at(dev, HLABI_EVENT_PAGE_FAULT, va);
	return true;
}

static void goya_page_faults(struct hlrt_device *dev)
{
	goya_page_fault(dev, GOYA_MMU_PAGE_ERROR_CAPTURE, GOYA_MMU_PAGE_ERROR_CAPTURE_VA, "page");
	goya_page_fault(dev, GOYA_MMU_ACCESS_ERROR_CAPTURE, GOYA_MMU_ACCESS_ERROR_CAPTURE_VA,
			"access");
}

static u64 goya_mmu_event(struct hlrt_device *dev, u32 type)
{
	goya_page_faults(dev);
	return 0;
}

static u64 goya_razwi(struct hlrt_device *dev)
{
	static const struct {
		u32 valid, id;
		const char *what;
	} caught[] = {
		{ GOYA_DMA_MACRO_RAZWI_LBW_WT_VLD, GOYA_DMA_MACRO_RAZWI_LBW_WT_ID,
		  "write to a register" },
		{ GOYA_DMA_MACRO_RAZWI_LBW_RD_VLD, GOYA_DMA_MACRO_RAZWI_LBW_RD_ID,
		  "read of a register" },
		{ GOYA_DMA_MACRO_RAZWI_HBW_WT_VLD, GOYA_DMA_MACRO_RAZWI_HBW_WT_ID,
		  "write to memory" },
		{ GOYA_DMA_MACRO_RAZWI_HBW_RD_VLD, GOYA_DMA_MACRO_RAZWI_HBW_RD_ID,
		  "read of memory" },
	};
	u64 bits = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(caught); i++) {
		if (!hlrt_read(dev, caught[i].valid))
			continue;
		dev_err_ratelimited(dev->dev, "RAZWI: illegal %s by initiator 0x%x\n",
				    caught[i].what, hlrt_read(dev, caught[i].id));
		hlrt_write(dev, caught[i].valid, 0);
		bits = HLABI_EVENT_RAZWI;
	}
	return bits;
}

/* The firmware tells of the engine that stumbled; over what, the MMU and the DMA macro know. */
static u64 goya_dma_error(struct hlrt_device *dev, u32 dma)
{
	u32 reg = GOYA_DMA_QM_0_GLBL_STS1 + dma * GOYA_DMA_STRIDE;
	u32 cause = hlrt_read(dev, reg);
	u64 bits = HLABI_EVENT_USER_ENGINE_ERR;

	dev_err_ratelimited(dev->dev, "error on DMA %u: cause 0x%x\n", dma, cause);
	if (cause & GOYA_QM_STS1_CP_UNDEF_CMD)
		bits |= HLABI_EVENT_UNDEFINED_OPCODE;
	hlrt_write(dev, reg, cause);
	goya_page_faults(dev);
	return bits | goya_razwi(dev);
}

static u64 goya_qm_error(struct hlrt_device *dev, u32 type)
{
	return goya_dma_error(dev, type - GOYA_EVENT_DMA0_QM);
}

static u64 goya_channel_error(struct hlrt_device *dev, u32 type)
{
	return goya_dma_error(dev, type - GOYA_EVENT_DMA0_CH);
}

static u64 goya_reset_wanted(struct hlrt_device *dev, u32 type)
{
	dev_err(dev->dev, "the firmware asks for a reset\n");
	return HLABI_EVENT_GENERAL_HW_ERR;
}

/* Queues stop on error, so after all of these only a reset makes the queue run again. */
const struct hlrt_event_rule goya_event_rules[] = {
	{ GOYA_EVENT_MMU_PAGE_FAULT, GOYA_EVENT_MMU_WR_PERM, true, goya_mmu_event },
	{ GOYA_EVENT_DMA0_QM, GOYA_EVENT_DMA0_QM + GOYA_NUM_DMA - 1, true, goya_qm_error },
	{ GOYA_EVENT_DMA0_CH, GOYA_EVENT_DMA0_CH + GOYA_NUM_DMA - 1, true, goya_channel_error },
	{ GOYA_EVENT_PSOC_GPIO_05_SW_RESET, GOYA_EVENT_PSOC_GPIO_05_SW_RESET, true,
	  goya_reset_wanted },
};

const unsigned int goya_num_event_rules = ARRAY_SIZE(goya_event_rules);
