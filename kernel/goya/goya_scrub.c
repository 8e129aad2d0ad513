// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Zeroing what users can write, by the device's own DMA. */

#include "../scrub.h"
#include "goya.h"

#define GOYA_SCRUB_QUEUE 0

static u32 goya_dma_errors(struct hlrt_device *dev)
{
	return hlrt_read(dev, GOYA_DMA_QM_0_GLBL_STS1 + GOYA_SCRUB_QUEUE * GOYA_DMA_STRIDE);
}

/* By physical address, for which the transfers have to be trusted. Nobody else uses the queue. */
int goya_scrub(struct hlrt_device *dev)
{
	int rc;

	goya_trust_dma(dev, GOYA_SCRUB_QUEUE, true);
	rc = hlrt_scrub_run(dev, GOYA_SCRUB_QUEUE,
			    GOYA_PKT_LIN_DMA << GOYA_PKT_CTL_OPCODE_SHIFT | GOYA_PKT_CTL_RB |
				    GOYA_PKT_CTL_MB | GOYA_LIN_DMA_WO | GOYA_LIN_DMA_MEMSET |
				    GOYA_DMA_HOST_TO_DRAM << GOYA_LIN_DMA_DIR_SHIFT,
			    goya_dma_errors);
	goya_trust_dma(dev, GOYA_SCRUB_QUEUE, false);
	return rc;
}
