// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * May this importer reach our BAR? The kernel decides where it can (PCI_P2PDMA). Where it cannot,
 * the answer is no, unless the administrator lets the driver look for itself (p2p_own_check) or
 * vouches for the path (p2p_unchecked).
 */

#include <linux/device.h>
#include <linux/pci.h>
#ifdef CONFIG_PCI_P2PDMA
#include <linux/pci-p2pdma.h>
#endif

#include "compat/compat.h"
#include "hlrt.h"
#include "netlink.h"
#include "p2p_path.h"

#ifdef CONFIG_PCI_P2PDMA
/* The place in the PCI tree that decides, as the key by which the kernel remembers a path, too. */
static unsigned long hlrt_p2p_place(struct pci_dev *client)
{
	return (unsigned long)pci_domain_nr(client->bus) << 16 | pci_dev_id(client);
}

/* A walk through the tree takes longer than all else that an attachment needs: one is enough. */
static bool hlrt_p2p_vouched(struct hlrt_device *dev, struct device *client)
{
	struct pci_dev *function = dev_is_pci(client) ? to_pci_dev(client) : NULL;

	if (function && xa_load(&dev->p2p_vouched, hlrt_p2p_place(function)))
		return true;
	if (pci_p2pdma_distance_many(dev->pdev, &client, 1, !hlrt_p2p_unchecked) < 0)
		return false;
	if (function)
		xa_store(&dev->p2p_vouched, hlrt_p2p_place(function), xa_mk_value(1), GFP_KERNEL);
	return true;
}

static bool hlrt_p2p_allowed(struct hlrt_device *dev, struct device *client,
			     struct hlrt_p2p_verdict *verdict, char *why, size_t size)
{
	size_t len;

	if (hlrt_p2p_vouched(dev, client)) {
		verdict->by_kernel = HLRT_KERNEL_MAPS;
		verdict->judge = HLRT_NL_JUDGE_KERNEL;
		return true;
	}
	len = scnprintf(why, size, "the kernel allows no path: ");
	if (hlrt_p2p_path(dev->pdev, client, why + len, size - len))
		strscpy(why + len, "its list of host bridges lacks this one", size - len);
	return false;
}
#else
static bool hlrt_p2p_allowed(struct hlrt_device *dev, struct device *client,
			     struct hlrt_p2p_verdict *verdict, char *why, size_t size)
{
	verdict->judge = HLRT_NL_JUDGE_DRIVER;
	if (hlrt_p2p_own_check && !hlrt_p2p_tree_is_virtual())
		return hlrt_p2p_path(dev->pdev, client, why, size);
	strscpy(why,
		hlrt_p2p_own_check ?
		"this is a virtual machine: the PCI tree that it shows says nothing" :
		"this kernel is built without PCI_P2PDMA and cannot check the path (see p2p_own_check)",
		size);
	return false;
}
#endif

int hlrt_p2p_check(struct hlrt_device *dev, struct device *client,
		   struct hlrt_p2p_verdict *verdict, char *why, size_t size)
{
	*verdict = (struct hlrt_p2p_verdict){};
	if (hlrt_p2p_allowed(dev, client, verdict, why, size))
		return 0;
	verdict->judge = HLRT_NL_JUDGE_ADMIN;
	return hlrt_p2p_unchecked ? 0 : -EXDEV;
}
