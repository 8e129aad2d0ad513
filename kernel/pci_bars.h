/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* pci_bars.h - a chip's PCI resources: what each BAR is expected to be and where it shall point. */
#ifndef HLRT_PCI_BARS_H
#define HLRT_PCI_BARS_H

#include <linux/types.h>

struct hlrt_device;

struct hlrt_bar {
	unsigned int bar;
	u64 size;     /* exactly; 0: more than map */
	u64 map;      /* bytes that the driver itself uses, write-combined; 0: all, uncached */
	bool pci_own; /* the PCI core's (MSI-X table): neither pointed nor mapped */
	u64 target;   /* the chip's address that it shall show */
};

struct hlrt_bars {
	const char *chip; /* for messages */
	const struct hlrt_bar *bar;
	unsigned int num;
	u64 dbi, dbi_window; /* as struct hlrt_iatu */
	u64 sts0;	     /* register with the firmware's capabilities */
	u64 host_base, host_size;
	unsigned int regs_bar; /* dev->regs: this far behind this BAR's beginning */
	u64 regs_offset;
};

/* Enables the function, maps the BARs; sets dev->bar and dev->regs. */
int hlrt_bars_map(struct hlrt_device *dev, const struct hlrt_bars *bars);
/* Lets them show what they shall; a reset of the function undoes it. */
int hlrt_bars_point(struct hlrt_device *dev, const struct hlrt_bars *bars);
void hlrt_bars_unmap(struct hlrt_device *dev, const struct hlrt_bars *bars);

#endif /* HLRT_PCI_BARS_H */
