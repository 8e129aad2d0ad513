// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What the firmware's events mean. */

#include "gaudi.h"

/* More events (gaudi_async_events.h). */
#define GAUDI_EVENT_MMU_WR_PERM 381
#define GAUDI_EVENT_RAZWI_OR_ADC_SW 662
#define GAUDI_EVENT_DEV_RESET_REQ 646

/* The captured address of the first fault since the last acknowledgment. */
static bool gaudi_mmu_capture(struct hlrt_device *dev, u32 capture, u32 capture_va, u64 *va)
{
	u32 value = hlrt_read(dev, capture);

	if (!(value & GAUDI_MMU_CAPTURE_VALID))
		return false;
	*va = (u64)(value & GAUDI_MMU_CAPTURE_VA_49_32) << 32 | hlrt_read(dev, capture_va);
	hlrt_write(dev, capture, 0);
	return true;
}

static u64 gaudi_page_fault(struct hlrt_device *dev, u32 type)
{
	u64 va = 0;

	if (gaudi_mmu_capture(dev, GAUDI_MMU_UP_PAGE_ERROR_CAPTURE,
			      GAUDI_MMU_UP_PAGE_ERROR_CAPTURE_VA, &va))
		dev_err_ratelimited(dev->dev, "page fault at device address 0x%llx\n", va);
	if (gaudi_mmu_capture(dev, GAUDI_MMU_UP_ACCESS_ERROR_CAPTURE,
			      GAUDI_MMU_UP_ACCESS_ERROR_CAPTURE_VA, &va))
		dev_err_ratelimited(dev->dev, "access fault at device address 0x%llx\n", va);
	hlrt_device_event_at(dev, HLABI_EVENT_PAGE_FAULT, va);
	return 0;
}

static u64 gaudi_razwi(struct hlrt_device *dev, u32 type)
{
	if (hlrt_read(dev, GAUDI_MMU_UP_RAZWI_WRITE_VLD)) {
		dev_err_ratelimited(dev->dev, "RAZWI: illegal write by initiator 0x%x\n",
				    hlrt_read(dev, GAUDI_MMU_UP_RAZWI_WRITE_ID));
		hlrt_write(dev, GAUDI_MMU_UP_RAZWI_WRITE_VLD, 0);
	}
	if (hlrt_read(dev, GAUDI_MMU_UP_RAZWI_READ_VLD)) {
		dev_err_ratelimited(dev->dev, "RAZWI: illegal read by initiator 0x%x\n",
				    hlrt_read(dev, GAUDI_MMU_UP_RAZWI_READ_ID));
		hlrt_write(dev, GAUDI_MMU_UP_RAZWI_READ_VLD, 0);
	}
	return HLABI_EVENT_RAZWI;
}

static u64 gaudi_qm_error(struct hlrt_device *dev, u32 type)
{
	u32 dma = type - GAUDI_EVENT_DMA0_QM;
	u64 bits = HLABI_EVENT_USER_ENGINE_ERR;
	unsigned int s;

	for (s = 0; s < GAUDI_QMAN_STREAMS; s++) {
		u32 reg = GAUDI_DMA0_QM_GLBL_STS1_0 + dma * GAUDI_DMA_QM_STRIDE + s * 4;
		u32 cause = hlrt_read(dev, reg);

		if (!cause)
			continue;
		dev_err_ratelimited(dev->dev,
				    "queue manager error on DMA %u, stream %u: cause 0x%x\n", dma,
				    s, cause);
		if (cause & GAUDI_QM_STS1_CP_UNDEF_OPCODE)
			bits |= HLABI_EVENT_UNDEFINED_OPCODE;
		hlrt_write(dev, reg, cause);
	}
	return bits;
}

static u64 gaudi_core_error(struct hlrt_device *dev, u32 type)
{
	u32 dma = type - GAUDI_EVENT_DMA0_CORE;
	u32 reg = GAUDI_DMA0_CORE_ERR_CAUSE + dma * GAUDI_DMA_CORE_STRIDE;

	dev_err_ratelimited(dev->dev, "DMA %u error: cause 0x%x\n", dma, hlrt_read(dev, reg));
	return HLABI_EVENT_USER_ENGINE_ERR;
}

/* A sync object ran over, or a monitor's payload was refused: the user's mistake, nothing stops. */
static u64 gaudi_sync_error(struct hlrt_device *dev, u32 type)
{
	dev_err_ratelimited(dev->dev, "sync manager %u error\n", type - GAUDI_EVENT_DMA_IF_SEI_0);
	return HLABI_EVENT_USER_ENGINE_ERR;
}

static u64 gaudi_reset_wanted(struct hlrt_device *dev, u32 type)
{
	dev_err(dev->dev, "the firmware asks for a reset\n");
	return HLABI_EVENT_GENERAL_HW_ERR;
}

/* Streams stop on error, so after most of these only a reset makes the queue run again. */
const struct hlrt_event_rule gaudi_event_rules[] = {
	{ GAUDI_EVENT_MMU_PAGE_FAULT, GAUDI_EVENT_MMU_WR_PERM, true, gaudi_page_fault },
	{ GAUDI_EVENT_RAZWI_OR_ADC, GAUDI_EVENT_RAZWI_OR_ADC, true, gaudi_razwi },
	{ GAUDI_EVENT_RAZWI_OR_ADC_SW, GAUDI_EVENT_RAZWI_OR_ADC_SW, true, gaudi_razwi },
	{ GAUDI_EVENT_DMA0_QM, GAUDI_EVENT_DMA0_QM + GAUDI_NUM_DMA - 1, true, gaudi_qm_error },
	{ GAUDI_EVENT_DMA0_CORE, GAUDI_EVENT_DMA0_CORE + GAUDI_NUM_DMA - 1, true,
	  gaudi_core_error },
	{ GAUDI_EVENT_DEV_RESET_REQ, GAUDI_EVENT_DEV_RESET_REQ, true, gaudi_reset_wanted },
	{ GAUDI_EVENT_DMA_IF_SEI_0, GAUDI_EVENT_DMA_IF_SEI_0 + GAUDI_NUM_DMA_IF - 1, false,
	  gaudi_sync_error },
};

const unsigned int gaudi_num_event_rules = ARRAY_SIZE(gaudi_event_rules);
