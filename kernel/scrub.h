/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* scrub.h - zeroing what users can write, by the device's own DMA. */
#ifndef HLRT_SCRUB_H
#define HLRT_SCRUB_H

#include <linux/types.h>

struct hlrt_device;

/* A fill packet of 24 bytes, the same layout on every generation (struct packet_lin_dma). */
struct hlrt_lin_dma {
	__le32 tsize;
	__le32 ctl;
	__le64 src; /* of a fill: the pattern */
	__le64 dst;
};

/*
 * Fills user DRAM and user SRAM with zeroes on queue, by packets with this control word. After an
 * error, be it one that only the registers tell, the engines are halted.
 */
int hlrt_scrub_run(struct hlrt_device *dev, unsigned int queue, u32 ctl,
		   u32 (*errors)(struct hlrt_device *dev));

#endif /* HLRT_SCRUB_H */
