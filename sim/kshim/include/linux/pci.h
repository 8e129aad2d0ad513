/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_PCI_H
#define KSHIM_LINUX_PCI_H

#include_next <linux/pci.h>
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mod_devicetable.h>
#include <linux/pci_regs.h>
#include <linux/pm.h>

#define PCI_NUM_RESOURCES 6
#define PCI_STD_NUM_BARS 6
#ifndef PCI_SLOT
#define PCI_DEVFN(slot, fn) ((((slot)&0x1f) << 3) | ((fn)&7))
#define PCI_SLOT(devfn) (((devfn) >> 3) & 0x1f)
#define PCI_FUNC(devfn) ((devfn)&7)
#endif

typedef unsigned int pci_channel_state_t;
typedef unsigned int pci_ers_result_t;
typedef int pci_power_t;
enum { pci_channel_io_normal = 1, pci_channel_io_frozen = 2, pci_channel_io_perm_failure = 3 };
enum {
	PCI_ERS_RESULT_NONE = 1,
	PCI_ERS_RESULT_CAN_RECOVER,
	PCI_ERS_RESULT_NEED_RESET,
	PCI_ERS_RESULT_DISCONNECT,
	PCI_ERS_RESULT_RECOVERED
};
#define PCI_D0 0
#define PCI_D3hot 3
#define PCI_IRQ_LEGACY 1u
#define PCI_IRQ_INTX 1u
#define PCI_IRQ_MSI 2u
#define PCI_IRQ_MSIX 4u
#define PCI_IRQ_AFFINITY 8u
#define PCI_IRQ_ALL_TYPES 7u
#define PCI_CLASS_PROCESSING_ACCELERATOR 0x1200

struct kshim_pci_host; /* what the bus behind the device offers */

struct pci_bus {
	int domain_nr;
	unsigned char number;
	struct pci_dev *self;
};

struct pci_dev {
	struct pci_bus *bus;
	unsigned int devfn;
	u16 vendor, device, subsystem_vendor, subsystem_device;
	u32 class;
	u8 revision;
	unsigned int irq;
	struct resource resource[PCI_NUM_RESOURCES];
	struct pci_driver *driver;
	struct device dev;
	pci_channel_state_t error_state;
	unsigned int is_busmaster, msi_enabled, is_virtfn;
	int enable_cnt;

	/* kshim's own */
	struct pci_bus bus_storage;
	struct kshim_pci_host *host;
	struct list_head entry;
	bool master; /* command register's bus master bit, seen by the IOMMU */
	u64 dma_mask;
	struct device_dma_parameters dma_parms;
	unsigned int region_busy; /* bit by BAR */
	u32 saved_config[16];
	bool state_saved;
	unsigned int slot;
	int probe_result;
	unsigned int vectors; /* MSI vectors allocated */
	struct kshim_irqs *irqs;
};

struct pci_error_handlers {
	pci_ers_result_t (*error_detected)(struct pci_dev *dev, pci_channel_state_t state);
	pci_ers_result_t (*mmio_enabled)(struct pci_dev *dev);
	pci_ers_result_t (*slot_reset)(struct pci_dev *dev);
	void (*reset_prepare)(struct pci_dev *dev);
	void (*reset_done)(struct pci_dev *dev);
	void (*resume)(struct pci_dev *dev);
};

struct pci_driver {
	const char *name;
	const struct pci_device_id *id_table;
	int (*probe)(struct pci_dev *dev, const struct pci_device_id *id);
	void (*remove)(struct pci_dev *dev);
	void (*shutdown)(struct pci_dev *dev);
	const struct pci_error_handlers *err_handler;
	const struct attribute_group **groups;
	const struct attribute_group **dev_groups;
	struct device_driver driver;
	struct list_head entry;
};

#define to_pci_dev(d) container_of(d, struct pci_dev, dev)
#define PCI_DEVICE(vend, dev_) .vendor = (vend), .device = (dev_), .subvendor = PCI_ANY_ID, .subdevice = PCI_ANY_ID
#define PCI_VDEVICE(vend, dev_) PCI_DEVICE(PCI_VENDOR_ID_##vend, dev_)
#define module_pci_driver(drv) module_driver(drv, pci_register_driver, pci_unregister_driver)

int pci_register_driver(struct pci_driver *drv);
void pci_unregister_driver(struct pci_driver *drv);
bool dev_is_pci(const struct device *dev);

int pci_enable_device(struct pci_dev *dev);
int pci_enable_device_mem(struct pci_dev *dev);
void pci_disable_device(struct pci_dev *dev);
int pcim_enable_device(struct pci_dev *dev);
bool pci_is_enabled(struct pci_dev *dev);
void pci_set_master(struct pci_dev *dev);
void pci_clear_master(struct pci_dev *dev);
int pci_request_regions(struct pci_dev *dev, const char *name);
void pci_release_regions(struct pci_dev *dev);
int pci_request_region(struct pci_dev *dev, int bar, const char *name);
void pci_release_region(struct pci_dev *dev, int bar);
int pci_request_selected_regions(struct pci_dev *dev, int bars, const char *name);
void pci_release_selected_regions(struct pci_dev *dev, int bars);
int pci_select_bars(struct pci_dev *dev, unsigned long flags);
void __iomem *pci_iomap(struct pci_dev *dev, int bar, unsigned long max);
void pci_iounmap(struct pci_dev *dev, void __iomem *p);
#define pci_iomap_wc pci_iomap
#define pci_ioremap_bar(dev, bar) pci_iomap(dev, bar, 0)
#define pci_ioremap_wc_bar(dev, bar) pci_iomap(dev, bar, 0)
void __iomem *pcim_iomap(struct pci_dev *dev, int bar, unsigned long max);

#define pci_resource_start(dev, bar) ((dev)->resource[bar].start)
#define pci_resource_end(dev, bar) ((dev)->resource[bar].end)
#define pci_resource_flags(dev, bar) ((dev)->resource[bar].flags)
#define pci_resource_len(dev, bar) \
	((dev)->resource[bar].flags ? (dev)->resource[bar].end - (dev)->resource[bar].start + 1 : (resource_size_t)0)

int pci_read_config_byte(const struct pci_dev *dev, int where, u8 *v);
int pci_read_config_word(const struct pci_dev *dev, int where, u16 *v);
int pci_read_config_dword(const struct pci_dev *dev, int where, u32 *v);
int pci_write_config_byte(const struct pci_dev *dev, int where, u8 v);
int pci_write_config_word(const struct pci_dev *dev, int where, u16 v);
int pci_write_config_dword(const struct pci_dev *dev, int where, u32 v);
u8 pci_find_capability(struct pci_dev *dev, int cap);
u16 pci_find_ext_capability(struct pci_dev *dev, int cap);
int pcie_capability_read_word(struct pci_dev *dev, int pos, u16 *v);
int pcie_capability_read_dword(struct pci_dev *dev, int pos, u32 *v);
int pci_save_state(struct pci_dev *dev);
void pci_restore_state(struct pci_dev *dev);
int pci_set_power_state(struct pci_dev *dev, pci_power_t state);
int pcie_flr(struct pci_dev *dev);
int pcie_reset_flr(struct pci_dev *dev, bool probe);
int pci_reset_function(struct pci_dev *dev);
bool pci_device_is_present(struct pci_dev *dev);
#define pci_channel_offline(dev) ((dev)->error_state != pci_channel_io_normal)

int pci_alloc_irq_vectors(struct pci_dev *dev, unsigned int min, unsigned int max, unsigned int flags);
void pci_free_irq_vectors(struct pci_dev *dev);
int pci_irq_vector(struct pci_dev *dev, unsigned int nr);

static inline void *pci_get_drvdata(struct pci_dev *dev)
{
	return dev_get_drvdata(&dev->dev);
}

static inline void pci_set_drvdata(struct pci_dev *dev, void *data)
{
	dev_set_drvdata(&dev->dev, data);
}

static inline const char *pci_name(const struct pci_dev *dev)
{
	return dev_name(&dev->dev);
}

static inline struct pci_dev *pci_dev_get(struct pci_dev *dev)
{
	get_device(dev ? &dev->dev : NULL);
	return dev;
}

static inline void pci_dev_put(struct pci_dev *dev)
{
	put_device(dev ? &dev->dev : NULL);
}

static inline struct pci_dev *pci_upstream_bridge(struct pci_dev *dev)
{
	(void)dev;
	return NULL;
}

static inline struct pci_dev *pci_physfn(struct pci_dev *dev)
{
	return dev;
}

#define pci_domain_nr(bus) ((bus)->domain_nr)
#define pci_dev_id(dev) ((u16)(((dev)->bus->number << 8) | (dev)->devfn))
#define pci_print_link_status(dev)
#define pci_enable_pcie_error_reporting(dev) 0
#define pci_disable_pcie_error_reporting(dev) ((void)(dev))

#endif
