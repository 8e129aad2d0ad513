/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * pci_elbi.h - reaching the chip through configuration space, before its BARs point anywhere, and
 * the PCIe address translation unit that makes them point (pci_general.h, pci.c).
 */
#ifndef HLRT_PCI_ELBI_H
#define HLRT_PCI_ELBI_H

#include <linux/pci.h>
#include <linux/types.h>

/* Where the translation unit's registers are found on a chip. */
struct hlrt_iatu {
	struct pci_dev *pdev;
	u64 dbi_base;	/* of the PCIe controller's registers */
	u64 dbi_window; /* register that moves the window onto the translation unit */
};

int hlrt_elbi_read(struct pci_dev *pdev, u64 addr, u32 *value);
int hlrt_elbi_write(struct pci_dev *pdev, u64 addr, u32 value);
/* BAR bar shows the chip's memory from target. region: 0 to 2. */
int hlrt_iatu_inbound(const struct hlrt_iatu *iatu, unsigned int region, unsigned int bar,
		      u64 target);
/* The chip's addresses [base, base + size) are host memory from bus address 0. */
int hlrt_iatu_outbound(const struct hlrt_iatu *iatu, u64 base, u64 size);

#endif /* HLRT_PCI_ELBI_H */
