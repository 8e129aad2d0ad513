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

#include "hlrt.h"
#include "p2p_path.h"

static int hlrt_p2p_refuse(struct pci_dev *provider, struct device *client, const char *who,
			   const char *why)
{
	dev_warn_ratelimited(&provider->dev, "%s may not reach this device's memory: %s%s\n",
			     dev_name(client), who, why);
	return -EXDEV;
}

int hlrt_p2p_check(struct pci_dev *provider, struct device *client)
{
	char why[160] = "";

	if (hlrt_p2p_unchecked)
		return 0;
#ifdef CONFIG_PCI_P2PDMA
	if (pci_p2pdma_distance_many(provider, &client, 1, true) >= 0)
		return 0;
	if (hlrt_p2p_path(provider, client, why, sizeof(why)))
		strscpy(why, "its list of host bridges lacks this one", sizeof(why));
	return hlrt_p2p_refuse(provider, client, "the kernel allows no path: ", why);
#else
	if (!hlrt_p2p_own_check)
		return hlrt_p2p_refuse(provider, client, "this kernel is built without PCI_P2PDMA",
				       " and cannot check the path (see p2p_own_check)");
	if (hlrt_p2p_path(provider, client, why, sizeof(why)))
		return 0;
	return hlrt_p2p_refuse(provider, client, "", why);
#endif
}
