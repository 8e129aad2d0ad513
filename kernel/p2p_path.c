// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The driver's own look at the way from one PCI function to another's BAR: for kernels that cannot
 * judge it (no PCI_P2PDMA), and to put a reason beside a refusal of those that can.
 *
 * What counts is the address that the importer uses. Behind a translating IOMMU it is an I/O
 * virtual one that matches no BAR on a switch: the traffic climbs to the host bridge, and only that
 * matters. With bus addresses a common switch passes it on, unless ACS redirects it upwards.
 */

#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/pci.h>

#include "hlrt.h"
#include "netlink.h"
#include "p2p_path.h"

#ifdef CONFIG_X86
#include <asm/cpufeature.h>
#include <asm/processor.h>
#endif

#define HLRT_ACS_REDIRECT (PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_EC)

bool hlrt_p2p_tree_is_virtual(void)
{
#ifdef CONFIG_X86
	return boot_cpu_has(X86_FEATURE_HYPERVISOR);
#else
	return false;
#endif
}

/* Host bridges that are known to pass traffic between their ports: those of AMD's Zen and later. */
static bool hlrt_p2p_host_bridge_passes(void)
{
#ifdef CONFIG_X86
	return boot_cpu_data.x86_vendor == X86_VENDOR_AMD && boot_cpu_data.x86 >= 0x17;
#else
	return false;
#endif
}

static bool hlrt_p2p_translated(struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	return domain && domain->type & __IOMMU_DOMAIN_PAGING;
}

static bool hlrt_p2p_redirects(struct pci_dev *bridge)
{
	int pos = pci_find_ext_capability(bridge, PCI_EXT_CAP_ID_ACS);
	u16 ctrl = 0;

	if (pos)
		pci_read_config_word(bridge, pos + PCI_ACS_CTRL, &ctrl);
	return ctrl & HLRT_ACS_REDIRECT;
}

static bool hlrt_p2p_is_above(struct pci_dev *bridge, struct pci_dev *pdev)
{
	for (; pdev; pdev = pci_upstream_bridge(pdev))
		if (pdev == bridge)
			return true;
	return false;
}

/* The lowest bridge that both are below, or NULL: they meet at the host bridge. */
static struct pci_dev *hlrt_p2p_meeting(struct pci_dev *a, struct pci_dev *b)
{
	struct pci_dev *bridge;

	for (bridge = pci_upstream_bridge(a); bridge; bridge = pci_upstream_bridge(bridge))
		if (hlrt_p2p_is_above(bridge, b))
			return bridge;
	return NULL;
}

/* A bridge between pdev and where the ways meet that sends peers' traffic upwards, or NULL. */
static struct pci_dev *hlrt_p2p_redirector(struct pci_dev *pdev, struct pci_dev *meeting)
{
	struct pci_dev *bridge;

	for (bridge = pci_upstream_bridge(pdev); bridge && bridge != meeting;
	     bridge = pci_upstream_bridge(bridge))
		if (hlrt_p2p_redirects(bridge))
			return bridge;
	return NULL;
}

static struct pci_dev *hlrt_p2p_function(struct device *dev)
{
	while (dev && !dev_is_pci(dev))
		dev = dev->parent;
	return dev ? to_pci_dev(dev) : NULL;
}

bool hlrt_p2p_path(struct pci_dev *provider, struct device *client, char *why, size_t size)
{
	struct pci_dev *from = hlrt_p2p_function(client), *meeting, *redirector;
	const char *climbs = "they share no switch";

	if (!from) {
		snprintf(why, size, "%s is no PCI device", dev_name(client));
		return false;
	}
	meeting = hlrt_p2p_meeting(provider, from);
	if (meeting && !hlrt_p2p_translated(&from->dev)) {
		redirector = hlrt_p2p_redirector(provider, meeting)
				     ?: hlrt_p2p_redirector(from, meeting);
		if (!redirector)
			return true;
		snprintf(why, size,
			 "ACS of bridge %s redirects to the host bridge (pci=disable_acs_redir=%s)",
			 pci_name(redirector), pci_name(redirector));
		return hlrt_p2p_host_bridge_passes();
	}
	if (meeting)
		climbs = "the importer's IOMMU translates, so the switch does not see the address";
	snprintf(why, size,
		 "%s, and this host bridge is not known to pass traffic between its ports", climbs);
	return hlrt_p2p_host_bridge_passes();
}

u32 hlrt_p2p_way(struct pci_dev *provider, struct device *client)
{
	struct pci_dev *from = hlrt_p2p_function(client), *meeting;

	if (!from)
		return HLRT_NL_PATH_OTHER;
	if (hlrt_p2p_translated(&from->dev))
		return HLRT_NL_PATH_TRANSLATED;
	meeting = hlrt_p2p_meeting(provider, from);
	if (meeting && !hlrt_p2p_redirector(provider, meeting) &&
	    !hlrt_p2p_redirector(from, meeting))
		return HLRT_NL_PATH_SWITCH;
	return HLRT_NL_PATH_HOST;
}
