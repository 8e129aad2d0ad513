// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Zeroing what users can write, by the device's own DMA. */

#include "../scrub.h"
#include "gaudi.h"

#define GAUDI_SCRUB_QUEUE 0

static u32 gaudi_dma_errors(struct hlrt_device *dev)
{
	return hlrt_read(dev, GAUDI_DMA0_CORE_ERR_CAUSE + GAUDI_SCRUB_QUEUE / GAUDI_QMAN_STREAMS *
								  GAUDI_DMA_CORE_STRIDE);
}

int gaudi_scrub(struct hlrt_device *dev)
{
	return hlrt_scrub_run(dev, GAUDI_SCRUB_QUEUE,
			      GAUDI_PKT_LIN_DMA << GAUDI_PKT_CTL_OPCODE_SHIFT | GAUDI_PKT_CTL_RB |
				      GAUDI_PKT_CTL_MB | GAUDI_LIN_DMA_LIN | GAUDI_LIN_DMA_MEMSET,
			      gaudi_dma_errors);
}
