/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* bus.h - one chip on the in-process bus: its engine thread, its BARs, its way to memory through the IOMMU. */
#ifndef HLSIM_BUS_H
#define HLSIM_BUS_H

#include "machine.h"

struct hlsim_slot;

struct hlsim_slot_config {
	const char *asic;
	uint64_t dram_size;
	uint32_t flags;	    /* HLM_FLAG_* */
	unsigned int index; /* of the device; its PCI address is 0000:(index + 1):00.0 */
	int boot_fail;	    /* times */
	/* Optional: one line of what the chip did. */
	void (*trace)(void *arg, unsigned int device, const char *kind, const char *line);
	void *trace_arg;
};

/* Makes the chip and offers it to the loaded driver. NULL and errno if there can be no such chip. */
struct hlsim_slot *hlsim_slot_add(const struct hlsim_slot_config *config);
struct hlm *hlsim_slot_chip(struct hlsim_slot *slot);
struct pci_dev *hlsim_slot_pdev(struct hlsim_slot *slot);
/* Driver off, then the chip. Returns the number of DMA mappings that the driver leaked. */
unsigned int hlsim_slot_remove(struct hlsim_slot *slot);

#endif /* HLSIM_BUS_H */
