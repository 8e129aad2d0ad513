// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* May this importer reach our BAR? */

#include <linux/device.h>
#include <linux/pci.h>
#ifdef CONFIG_PCI_P2PDMA
#include <linux/pci-p2pdma.h>
#endif

#include "hlrt.h"

#ifdef CONFIG_PCI_P2PDMA
static int hlrt_p2p_vouched(struct pci_dev *provider, struct device *client)
{
	int distance = pci_p2pdma_distance_many(provider, &client, 1, true);

	if (distance >= 0)
		return 0;
	dev_warn_ratelimited(&provider->dev,
			     "%s cannot reach this device's memory: the PCI core allows no path\n",
			     dev_name(client));
	return -EXDEV;
}
#else
static int hlrt_p2p_vouched(struct pci_dev *provider, struct device *client)
{
	dev_warn_ratelimited(&provider->dev,
			     "%s is refused: this kernel cannot check the path (see p2p_unchecked)\n",
			     dev_name(client));
	return -EXDEV;
}
#endif

int hlrt_p2p_check(struct pci_dev *provider, struct device *client)
{
	if (hlrt_p2p_unchecked)
		return 0;
	return hlrt_p2p_vouched(provider, client);
}
