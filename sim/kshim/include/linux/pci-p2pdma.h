/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_PCI_P2PDMA_H
#define KSHIM_LINUX_PCI_P2PDMA_H

#include <linux/pci.h>

/* As with CONFIG_PCI_P2PDMA off (Debian 12 and 13): nothing vouches for any path. */
static inline int pci_p2pdma_distance_many(struct pci_dev *provider, struct device **clients, int num, bool verbose)
{
	(void)provider, (void)clients, (void)num, (void)verbose;
	return -1;
}

#endif
