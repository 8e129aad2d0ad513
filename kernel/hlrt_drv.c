// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The module: parameters, device numbers, the PCI driver. */

#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/xarray.h>

#include "compat/compat.h"
#include "hlrt.h"
#include "netlink.h"

unsigned int hlrt_cs_timeout_ms = 30000;
module_param_named(cs_timeout_ms, hlrt_cs_timeout_ms, uint, 0644);
MODULE_PARM_DESC(cs_timeout_ms, "A submission that runs longer makes the device reset (0: never)");

unsigned int hlrt_boot_timeout_ms = 30000;
module_param_named(boot_timeout_ms, hlrt_boot_timeout_ms, uint, 0444);
MODULE_PARM_DESC(boot_timeout_ms, "How long the boot CPU may take for each step");

unsigned int hlrt_cpu_timeout_ms = 4000;
module_param_named(cpu_timeout_ms, hlrt_cpu_timeout_ms, uint, 0644);
MODULE_PARM_DESC(cpu_timeout_ms, "How long the device CPU may take for a message");

unsigned int hlrt_reset_wait_ms = 2000;
module_param_named(reset_wait_ms, hlrt_reset_wait_ms, uint, 0644);
MODULE_PARM_DESC(reset_wait_ms, "How long the chip is left alone after its reset");

unsigned int hlrt_halt_wait_ms = 200;
module_param_named(halt_wait_ms, hlrt_halt_wait_ms, uint, 0644);
MODULE_PARM_DESC(halt_wait_ms, "How long the device CPU gets to halt before a reset");

unsigned int hlrt_revoke_timeout_ms = 5000;
module_param_named(revoke_timeout_ms, hlrt_revoke_timeout_ms, uint, 0644);
MODULE_PARM_DESC(revoke_timeout_ms, "How long importers get to unmap revoked memory");

unsigned int hlrt_health_ms = 1000;
module_param_named(health_ms, hlrt_health_ms, uint, 0644);
MODULE_PARM_DESC(health_ms, "How often to look whether the device is still there (0: never)");

bool hlrt_p2p_own_check;
module_param_named(p2p_own_check, hlrt_p2p_own_check, bool, 0644);
MODULE_PARM_DESC(p2p_own_check,
		 "Where the kernel has no PCI_P2PDMA: judge the PCIe path by the driver's own rules");

bool hlrt_p2p_unchecked;
module_param_named(p2p_unchecked, hlrt_p2p_unchecked, bool, 0644);
MODULE_PARM_DESC(p2p_unchecked,
		 "Let importers map device memory although nothing vouches for the PCIe path");

static DEFINE_XARRAY_ALLOC(hlrt_ids);

int hlrt_id_get(struct hlrt_device *dev)
{
	return xa_alloc(&hlrt_ids, &dev->id, dev, XA_LIMIT(0, HLRT_MAX_DEVICES - 1), GFP_KERNEL);
}

void hlrt_id_put(unsigned int id)
{
	xa_erase(&hlrt_ids, id);
}

struct hlrt_device *hlrt_device_lookup(unsigned int id)
{
	struct hlrt_device *dev;

	xa_lock(&hlrt_ids);
	dev = xa_load(&hlrt_ids, id);
	if (dev)
		hlrt_device_get(dev);
	xa_unlock(&hlrt_ids);
	return dev;
}

static int hlrt_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return hlrt_device_create(pdev, (const struct hlrt_asic_ops *)id->driver_data);
}

static void hlrt_pci_remove(struct pci_dev *pdev)
{
	hlrt_device_remove(pci_get_drvdata(pdev));
}

static const struct pci_device_id hlrt_pci_ids[] = {
	{ PCI_DEVICE(HLABI_PCI_VENDOR, HLABI_PCI_GOYA),
	  .driver_data = (kernel_ulong_t)&hlrt_goya_ops },
	{ PCI_DEVICE(HLABI_PCI_VENDOR, HLABI_PCI_GAUDI),
	  .driver_data = (kernel_ulong_t)&hlrt_gaudi_ops },
	{}
};
MODULE_DEVICE_TABLE(pci, hlrt_pci_ids);

static struct pci_driver hlrt_pci_driver = {
	.name = "hlrt",
	.id_table = hlrt_pci_ids,
	.probe = hlrt_pci_probe,
	.remove = hlrt_pci_remove,
	.shutdown = hlrt_pci_shutdown,
	.err_handler = &hlrt_pci_error_handlers,
	.driver.pm = pm_sleep_ptr(&hlrt_pm_ops),
};

static int __init hlrt_init(void)
{
	int rc;

	rc = hlrt_front_init();
	if (rc)
		return rc;
	rc = hlrt_netlink_init();
	if (rc)
		goto front_exit;
	rc = pci_register_driver(&hlrt_pci_driver);
	if (rc)
		goto netlink_exit;
	return 0;

netlink_exit:
	hlrt_netlink_exit();
front_exit:
	hlrt_front_exit();
	return rc;
}

static void __exit hlrt_exit(void)
{
	pci_unregister_driver(&hlrt_pci_driver);
	hlrt_netlink_exit();
	hlrt_front_exit();
	hlrt_fences_exit();
	xa_destroy(&hlrt_ids);
}

module_init(hlrt_init);
module_exit(hlrt_exit);

MODULE_DESCRIPTION("Habana accelerators with dma-buf export");
MODULE_LICENSE("Dual MIT/GPL");
hlrt_import_ns(DMA_BUF);
