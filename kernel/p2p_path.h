/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef HLRT_P2P_PATH_H
#define HLRT_P2P_PATH_H

#include <linux/types.h>

struct device;
struct pci_dev;

/* In a guest the PCI tree is the hypervisor's invention, ACS included. */
bool hlrt_p2p_tree_is_virtual(void);

/*
 * Would the PCI tree, as it looks, carry client's accesses to provider's BARs? When it says no, why
 * (size bytes) gets the reason.
 */
bool hlrt_p2p_path(struct pci_dev *provider, struct device *client, char *why, size_t size);

/* Which way they go, HLRT_NL_PATH_*, as the PCI tree looks. */
u32 hlrt_p2p_way(struct pci_dev *provider, struct device *client);

#endif /* HLRT_P2P_PATH_H */
