// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The PCI core: devices, drivers, BARs, configuration space, MSI. */
#include <errno.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <stdlib.h>

#include "device.h"
#include "kshim.h"

struct kshim_pci_host {
	struct kshim_pci_config config;
	struct kshim_phys_range range[PCI_NUM_RESOURCES];
	struct bar_ref {
		struct kshim_pci_host *host;
		unsigned int bar;
	} ref[PCI_NUM_RESOURCES];
};

static const struct bus_type pci_bus_type = { .name = "pci" };
static LIST_HEAD(drivers);
static LIST_HEAD(pci_devices);
static DEFINE_MUTEX(bus_lock);

bool dev_is_pci(const struct device *dev)
{
	return dev->bus == &pci_bus_type;
}

/* ---- configuration space ---- */

static u32 config_read(const struct pci_dev *dev, int where, unsigned int len)
{
	return dev->host->config.ops->config_read(dev->host->config.bus, where, len);
}

static void config_write(const struct pci_dev *dev, int where, unsigned int len, u32 v)
{
	dev->host->config.ops->config_write(dev->host->config.bus, where, len, v);
}

#define CONFIG_ACCESSORS(name, type, len) \
	int pci_read_config_##name(const struct pci_dev *dev, int where, type *v) \
	{ \
		*v = (type)config_read(dev, where, len); \
		return 0; \
	} \
	int pci_write_config_##name(const struct pci_dev *dev, int where, type v) \
	{ \
		config_write(dev, where, len, v); \
		return 0; \
	}

CONFIG_ACCESSORS(byte, u8, 1)
CONFIG_ACCESSORS(word, u16, 2)
CONFIG_ACCESSORS(dword, u32, 4)

u8 pci_find_capability(struct pci_dev *dev, int cap)
{
	u8 pos = config_read(dev, PCI_CAPABILITY_LIST, 1) & ~3u;

	for (int ttl = 48; pos >= 0x40 && ttl; ttl--) {
		if (config_read(dev, pos, 1) == (u32)cap)
			return pos;
		pos = config_read(dev, pos + 1, 1) & ~3u;
	}
	return 0;
}

u16 pci_find_ext_capability(struct pci_dev *dev, int cap)
{
	u32 pos = 0x100;

	for (int ttl = 480; pos >= 0x100 && ttl; ttl--) {
		u32 head = config_read(dev, pos, 4);

		if (!head || head == ~0u)
			return 0;
		if ((head & 0xffff) == (u32)cap)
			return pos;
		pos = head >> 20;
	}
	return 0;
}

int pcie_capability_read_dword(struct pci_dev *dev, int pos, u32 *v)
{
	u8 cap = pci_find_capability(dev, PCI_CAP_ID_EXP);

	*v = cap ? config_read(dev, cap + pos, 4) : 0;
	return cap ? 0 : -EINVAL;
}

int pcie_capability_read_word(struct pci_dev *dev, int pos, u16 *v)
{
	u8 cap = pci_find_capability(dev, PCI_CAP_ID_EXP);

	*v = cap ? config_read(dev, cap + pos, 2) : 0;
	return cap ? 0 : -EINVAL;
}

int pci_save_state(struct pci_dev *dev)
{
	for (int i = 0; i < 16; i++)
		dev->saved_config[i] = config_read(dev, 4 * i, 4);
	dev->state_saved = true;
	return 0;
}

/* The vectors' address and enable bit are the kernel's to put back, not the driver's. */
static void write_vectors(struct pci_dev *dev, unsigned int vectors);

static void write_msi(struct pci_dev *dev, unsigned int vectors)
{
	u8 cap = pci_find_capability(dev, PCI_CAP_ID_MSI);
	u16 flags;

	if (!cap)
		return;
	flags = config_read(dev, cap + PCI_MSI_FLAGS, 2) & ~(PCI_MSI_FLAGS_QSIZE | PCI_MSI_FLAGS_ENABLE);
	if (vectors) {
		config_write(dev, cap + PCI_MSI_ADDRESS_LO, 4, 0xfee00000);
		if (flags & PCI_MSI_FLAGS_64BIT)
			config_write(dev, cap + PCI_MSI_ADDRESS_HI, 4, 0);
		config_write(dev, cap + (flags & PCI_MSI_FLAGS_64BIT ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32), 2,
			     pci_irq_vector(dev, 0));
		flags |= PCI_MSI_FLAGS_ENABLE | (u16)(__builtin_ctz(vectors) << 4);
	}
	config_write(dev, cap + PCI_MSI_FLAGS, 2, flags);
}

void pci_restore_state(struct pci_dev *dev)
{
	if (!dev->state_saved)
		return;
	for (int i = 15; i >= 0; i--)
		config_write(dev, 4 * i, 4, dev->saved_config[i]);
	WRITE_ONCE(dev->master, dev->saved_config[PCI_COMMAND / 4] & PCI_COMMAND_MASTER);
	if (dev->vectors)
		write_vectors(dev, dev->vectors);
	dev->state_saved = false;
}

static void command_bits(struct pci_dev *dev, u16 clear, u16 set)
{
	config_write(dev, PCI_COMMAND, 2, (config_read(dev, PCI_COMMAND, 2) & ~clear) | set);
}

int pci_set_power_state(struct pci_dev *dev, pci_power_t state)
{
	(void)dev, (void)state;
	return 0;
}

int pcie_flr(struct pci_dev *dev)
{
	dev->host->config.ops->reset(dev->host->config.bus);
	return 0;
}

int pcie_reset_flr(struct pci_dev *dev, bool probe)
{
	return probe ? 0 : pcie_flr(dev);
}

int pci_reset_function(struct pci_dev *dev)
{
	pci_save_state(dev);
	pcie_flr(dev);
	pci_restore_state(dev);
	return 0;
}

/* ---- what happens to a bound device ---- */

static const struct pci_error_handlers *handlers(const struct pci_dev *dev)
{
	static const struct pci_error_handlers none;

	return dev->driver && dev->driver->err_handler ? dev->driver->err_handler : &none;
}

void kshim_pci_reset(struct pci_dev *dev)
{
	const struct pci_error_handlers *h = handlers(dev);

	mutex_lock(&bus_lock);
	if (h->reset_prepare)
		h->reset_prepare(dev);
	pci_reset_function(dev);
	if (h->reset_done)
		h->reset_done(dev);
	mutex_unlock(&bus_lock);
}

bool kshim_pci_error(struct pci_dev *dev, enum kshim_pci_error error)
{
	const struct pci_error_handlers *h = handlers(dev);
	pci_channel_state_t state = (pci_channel_state_t)error;
	pci_ers_result_t result;

	mutex_lock(&bus_lock);
	dev->error_state = state;
	result = h->error_detected ? h->error_detected(dev, state) : PCI_ERS_RESULT_NONE;
	if (result == PCI_ERS_RESULT_CAN_RECOVER)
		result = h->mmio_enabled ? h->mmio_enabled(dev) : PCI_ERS_RESULT_RECOVERED;
	if (result == PCI_ERS_RESULT_NEED_RESET) {
		pcie_flr(dev);
		dev->error_state = pci_channel_io_normal;
		result = h->slot_reset ? h->slot_reset(dev) : PCI_ERS_RESULT_NONE;
	}
	if (result == PCI_ERS_RESULT_RECOVERED && h->resume)
		h->resume(dev);
	mutex_unlock(&bus_lock);
	return result == PCI_ERS_RESULT_RECOVERED;
}

/* With off, what the machine's sleep takes from a device without power. */
int kshim_pci_suspend(struct pci_dev *dev, bool off)
{
	int err = 0;

	mutex_lock(&bus_lock);
	dev->state_saved = false;
	if (dev->driver && dev->driver->driver.pm)
		err = dev->driver->driver.pm->prepare(&dev->dev) ?: dev->driver->driver.pm->suspend(&dev->dev);
	if (!err && !dev->state_saved)
		pci_save_state(dev);
	if (!err && off)
		pcie_flr(dev);
	mutex_unlock(&bus_lock);
	return err;
}

int kshim_pci_resume(struct pci_dev *dev)
{
	int err = 0;

	mutex_lock(&bus_lock);
	pci_restore_state(dev);
	if (dev->driver && dev->driver->driver.pm)
		err = dev->driver->driver.pm->resume(&dev->dev);
	mutex_unlock(&bus_lock);
	return err;
}

void kshim_pci_shutdown(struct pci_dev *dev)
{
	mutex_lock(&bus_lock);
	if (dev->driver && dev->driver->shutdown)
		dev->driver->shutdown(dev);
	mutex_unlock(&bus_lock);
}

bool pci_device_is_present(struct pci_dev *dev)
{
	return config_read(dev, PCI_VENDOR_ID, 2) == dev->vendor;
}

/* ---- enabling, regions ---- */

int pci_enable_device(struct pci_dev *dev)
{
	if (dev->enable_cnt++ == 0)
		command_bits(dev, 0, PCI_COMMAND_MEMORY);
	return 0;
}

int pci_enable_device_mem(struct pci_dev *dev)
{
	return pci_enable_device(dev);
}

void pci_disable_device(struct pci_dev *dev)
{
	WARN(dev->enable_cnt <= 0, "%s: disabled more often than enabled", pci_name(dev));
	if (--dev->enable_cnt == 0)
		pci_clear_master(dev);
}

static void devm_disable(void *dev)
{
	pci_disable_device(dev);
}

int pcim_enable_device(struct pci_dev *dev)
{
	int err = pci_enable_device(dev);

	return err ? err : devm_add_action_or_reset(&dev->dev, devm_disable, dev);
}

bool pci_is_enabled(struct pci_dev *dev)
{
	return dev->enable_cnt > 0;
}

static void set_master(struct pci_dev *dev, bool on)
{
	command_bits(dev, PCI_COMMAND_MASTER, on ? PCI_COMMAND_MASTER : 0);
	dev->is_busmaster = on;
	WRITE_ONCE(dev->master, on);
}

void pci_set_master(struct pci_dev *dev)
{
	set_master(dev, true);
}

void pci_clear_master(struct pci_dev *dev)
{
	set_master(dev, false);
}

int pci_request_region(struct pci_dev *dev, int bar, const char *name)
{
	(void)name;
	if (!pci_resource_len(dev, bar))
		return 0;
	if (dev->region_busy & (1u << bar))
		return -EBUSY;
	dev->region_busy |= 1u << bar;
	return 0;
}

void pci_release_region(struct pci_dev *dev, int bar)
{
	dev->region_busy &= ~(1u << bar);
}

int pci_request_selected_regions(struct pci_dev *dev, int bars, const char *name)
{
	if (dev->region_busy & bars)
		return -EBUSY;
	for (int i = 0; i < PCI_NUM_RESOURCES; i++)
		if (bars & (1 << i))
			pci_request_region(dev, i, name);
	return 0;
}

void pci_release_selected_regions(struct pci_dev *dev, int bars)
{
	dev->region_busy &= ~(unsigned int)bars;
}

int pci_request_regions(struct pci_dev *dev, const char *name)
{
	return pci_request_selected_regions(dev, (1 << PCI_NUM_RESOURCES) - 1, name);
}

void pci_release_regions(struct pci_dev *dev)
{
	dev->region_busy = 0;
}

int pci_select_bars(struct pci_dev *dev, unsigned long flags)
{
	int bars = 0;

	for (int i = 0; i < PCI_NUM_RESOURCES; i++)
		if (pci_resource_flags(dev, i) & flags)
			bars |= 1 << i;
	return bars;
}

void __iomem *pci_iomap(struct pci_dev *dev, int bar, unsigned long max)
{
	u64 len = pci_resource_len(dev, bar);

	if (!len)
		return NULL;
	if (max && max < len)
		len = max;
	return ioremap(pci_resource_start(dev, bar), len);
}

void pci_iounmap(struct pci_dev *dev, void __iomem *p)
{
	(void)dev;
	iounmap(p);
}

static void devm_unmap(void *p)
{
	iounmap(p);
}

void __iomem *pcim_iomap(struct pci_dev *dev, int bar, unsigned long max)
{
	void __iomem *p = pci_iomap(dev, bar, max);

	return p && devm_add_action_or_reset(&dev->dev, devm_unmap, p) ? NULL : p;
}

/* ---- MSI and MSI-X ---- */

/* Table entries: address, data, and a mask bit in the last of four words. */
static void write_msix(struct pci_dev *dev, unsigned int vectors)
{
	u8 cap = pci_find_capability(dev, PCI_CAP_ID_MSIX);
	u32 table;
	u16 flags;

	if (!cap)
		return;
	flags = config_read(dev, cap + PCI_MSIX_FLAGS, 2) & ~(PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	table = config_read(dev, cap + PCI_MSIX_TABLE, 4);
	for (unsigned int i = 0; i < vectors; i++) {
		const u32 entry[4] = { 0xfee00000, 0, (u32)pci_irq_vector(dev, i), 0 };

		dev->host->config.ops->bar_write(dev->host->config.bus, table & PCI_MSIX_TABLE_BIR,
						 (table & ~PCI_MSIX_TABLE_BIR) + i * sizeof(entry), entry,
						 sizeof(entry));
	}
	if (vectors)
		flags |= PCI_MSIX_FLAGS_ENABLE;
	config_write(dev, cap + PCI_MSIX_FLAGS, 2, flags);
}

static void write_vectors(struct pci_dev *dev, unsigned int vectors)
{
	if (dev->msi_enabled)
		write_msi(dev, vectors);
	else
		write_msix(dev, vectors);
}

/* How many of each kind there are; MSI's come in powers of two. */
static unsigned int vectors_of(const struct pci_dev *dev, unsigned int max, bool msix)
{
	unsigned int n = msix ? dev->host->config.msix_vectors : dev->host->config.msi_vectors;

	n = min(max, n);
	return msix || !n ? n : 1u << (31 - __builtin_clz(n));
}

/* MSI-X is preferred, as in the kernel. */
int pci_alloc_irq_vectors(struct pci_dev *dev, unsigned int min, unsigned int max, unsigned int flags)
{
	unsigned int msix = flags & PCI_IRQ_MSIX ? vectors_of(dev, max, true) : 0;
	unsigned int msi = flags & PCI_IRQ_MSI ? vectors_of(dev, max, false) : 0;
	unsigned int n = msix && msix >= min ? msix : msi;

	if (WARN(dev->vectors, "%s: interrupt vectors allocated twice", pci_name(dev)))
		return -EINVAL;
	if (!n || n < min)
		return -ENOSPC;
	if (kshim_alloc_fails())
		return -ENOMEM;
	dev->vectors = n;
	dev->msi_enabled = n != msix;
	dev->irq = pci_irq_vector(dev, 0);
	kshim_irq_start(dev, n);
	write_vectors(dev, n);
	return (int)n;
}

void pci_free_irq_vectors(struct pci_dev *dev)
{
	if (!dev->vectors)
		return;
	write_vectors(dev, 0);
	kshim_irq_stop(dev);
	dev->vectors = 0;
	dev->msi_enabled = 0;
	dev->irq = 0;
}

/* ---- drivers ---- */

static const struct pci_device_id *match(const struct pci_driver *drv, const struct pci_dev *dev)
{
	const struct pci_device_id *id = drv->id_table;

	for (; id && (id->vendor || id->subvendor || id->class_mask); id++)
		if ((id->vendor == PCI_ANY_ID || id->vendor == dev->vendor) &&
		    (id->device == PCI_ANY_ID || id->device == dev->device) &&
		    !((id->class ^ dev->class) & id->class_mask))
			return id;
	return NULL;
}

static void bind(struct pci_driver *drv, struct pci_dev *dev)
{
	const struct pci_device_id *id = match(drv, dev);

	if (!id || dev->driver)
		return;
	dev->driver = drv;
	dev->dev.driver = &drv->driver;
	dev->probe_result = drv->probe(dev, id);
	if (dev->probe_result > 0)
		dev->probe_result = 0;
	if (!dev->probe_result)
		return;
	dev_err(&dev->dev, "probe failed with error %d", dev->probe_result);
	kshim_devres_release(&dev->dev);
	dev->driver = NULL;
	dev->dev.driver = NULL;
	dev_set_drvdata(&dev->dev, NULL);
}

static void unbind(struct pci_dev *dev)
{
	if (!dev->driver)
		return;
	if (dev->driver->remove)
		dev->driver->remove(dev);
	kshim_devres_release(&dev->dev);
	dev->driver = NULL;
	dev->dev.driver = NULL;
	dev_set_drvdata(&dev->dev, NULL);
	WARN(dev->region_busy, "%s: BAR regions 0x%x were not released", pci_name(dev), dev->region_busy);
	WARN(dev->vectors, "%s: interrupt vectors were not freed", pci_name(dev));
	WARN(dev->enable_cnt, "%s: left enabled", pci_name(dev));
}

int pci_register_driver(struct pci_driver *drv)
{
	struct pci_dev *dev;

	drv->driver.name = drv->name;
	if (!drv->driver.dev_groups)
		drv->driver.dev_groups = drv->dev_groups;
	mutex_lock(&bus_lock);
	list_add_tail(&drv->entry, &drivers);
	list_for_each_entry(dev, &pci_devices, entry)
		bind(drv, dev);
	mutex_unlock(&bus_lock);
	return 0;
}

void pci_unregister_driver(struct pci_driver *drv)
{
	struct pci_dev *dev;

	mutex_lock(&bus_lock);
	list_del(&drv->entry);
	list_for_each_entry(dev, &pci_devices, entry)
		if (dev->driver == drv)
			unbind(dev);
	mutex_unlock(&bus_lock);
}

/* ---- the bus's side ---- */

static int bar_access_read(void *arg, u64 off, void *buf, size_t len)
{
	struct bar_ref *ref = arg;

	return ref->host->config.ops->bar_read(ref->host->config.bus, ref->bar, off, buf, len);
}

static int bar_access_write(void *arg, u64 off, const void *buf, size_t len)
{
	struct bar_ref *ref = arg;

	return ref->host->config.ops->bar_write(ref->host->config.bus, ref->bar, off, buf, len);
}

static int place_bar(struct pci_dev *dev, unsigned int i)
{
	struct kshim_pci_host *host = dev->host;
	const struct kshim_bar *bar = &host->config.bar[i];
	struct kshim_phys_range *range = &host->range[i];
	struct resource *r = &dev->resource[i];
	int where = PCI_BASE_ADDRESS_0 + 4 * (int)i;

	if (!bar->size)
		return 0;
	host->ref[i] = (struct bar_ref){ host, i };
	*range = (struct kshim_phys_range){
		.size = bar->size,
		.memory = bar->memory,
		.arg = &host->ref[i],
		.read = bar_access_read,
		.write = bar_access_write,
	};
	if (kshim_phys_add(range))
		return -ENOMEM;
	r->start = range->base;
	r->end = range->base + bar->size - 1;
	r->name = dev_name(&dev->dev);
	r->flags = IORESOURCE_MEM | (bar->is64 ? IORESOURCE_MEM_64 : 0) | (bar->prefetch ? IORESOURCE_PREFETCH : 0);
	config_write(dev, where, 4, (u32)range->base);
	if (bar->is64)
		config_write(dev, where + 4, 4, (u32)(range->base >> 32));
	return 0;
}

static void set_backing(struct pci_dev *dev, bool on)
{
	const struct kshim_pci_config *c = &dev->host->config;

	if (c->bar[c->dram_bar].memory)
		kshim_dmabuf_set_backing(dev, pci_resource_start(dev, c->dram_bar), on ? c->bar[c->dram_bar].size : 0,
					 c->dram_fd, c->dram_offset);
}

static void remove_bars(struct pci_dev *dev)
{
	for (unsigned int i = 0; i < PCI_NUM_RESOURCES; i++)
		if (dev->resource[i].flags)
			kshim_phys_remove(&dev->host->range[i]);
}

static void release_pci_dev(struct device *d)
{
	struct pci_dev *dev = to_pci_dev(d);

	free(dev->host);
	free(dev);
}

static void read_identity(struct pci_dev *dev)
{
	dev->vendor = config_read(dev, PCI_VENDOR_ID, 2);
	dev->device = config_read(dev, PCI_DEVICE_ID, 2);
	dev->revision = config_read(dev, PCI_REVISION_ID, 1);
	dev->class = config_read(dev, PCI_CLASS_REVISION, 4) >> 8;
	dev->subsystem_vendor = config_read(dev, PCI_SUBSYSTEM_VENDOR_ID, 2);
	dev->subsystem_device = config_read(dev, PCI_SUBSYSTEM_ID, 2);
}

static struct pci_dev *make_device(const struct kshim_pci_config *config)
{
	struct pci_dev *dev = calloc(1, sizeof(*dev));
	struct kshim_pci_host *host = calloc(1, sizeof(*host));

	if (!dev || !host) {
		free(dev);
		free(host);
		return NULL;
	}
	host->config = *config;
	dev->host = host;
	dev->slot = config->slot;
	dev->bus_storage.number = config->slot;
	dev->bus = &dev->bus_storage;
	dev->error_state = pci_channel_io_normal;
	dev->probe_result = -ENODEV;
	dev->dma_mask = 0xffffffffu;
	device_initialize(&dev->dev);
	dev->dev.release = release_pci_dev;
	dev->dev.bus = &pci_bus_type;
	dev->dev.dma_mask = &dev->dma_mask;
	dev->dev.coherent_dma_mask = 0xffffffffu;
	dev->dev.dma_parms = &dev->dma_parms;
	dev_set_name(&dev->dev, "0000:%02x:00.0", config->slot);
	return dev;
}

struct pci_dev *kshim_pci_add(const struct kshim_pci_config *config)
{
	struct pci_dev *dev = make_device(config);
	struct pci_driver *drv;

	if (!dev) {
		errno = ENOMEM;
		return NULL;
	}
	dev->dev.iommu = kshim_iommu_create(config->slot, dev_name(&dev->dev));
	for (unsigned int i = 0; dev->dev.iommu && i < PCI_NUM_RESOURCES; i++)
		if (place_bar(dev, i))
			break;
	set_backing(dev, true);
	read_identity(dev);
	device_add(&dev->dev);
	if (config->ops->added)
		config->ops->added(config->bus, dev);
	mutex_lock(&bus_lock);
	list_add_tail(&dev->entry, &pci_devices);
	list_for_each_entry(drv, &drivers, entry)
		bind(drv, dev);
	mutex_unlock(&bus_lock);
	return dev;
}

int kshim_pci_bind(struct pci_dev *dev)
{
	struct pci_driver *drv;

	mutex_lock(&bus_lock);
	list_for_each_entry(drv, &drivers, entry)
		bind(drv, dev);
	mutex_unlock(&bus_lock);
	return dev->probe_result;
}

void kshim_pci_unbind(struct pci_dev *dev)
{
	mutex_lock(&bus_lock);
	unbind(dev);
	mutex_unlock(&bus_lock);
}

unsigned int kshim_pci_remove(struct pci_dev *dev)
{
	unsigned int leaked;

	mutex_lock(&bus_lock);
	unbind(dev);
	list_del(&dev->entry);
	mutex_unlock(&bus_lock);
	set_backing(dev, false);
	device_del(&dev->dev);
	remove_bars(dev);
	leaked = kshim_iommu_destroy(dev->dev.iommu);
	dev->dev.iommu = NULL;
	WARN(leaked, "%s: %u DMA mappings leaked", pci_name(dev), leaked);
	put_device(&dev->dev);
	return leaked;
}

int kshim_pci_probe_result(const struct pci_dev *pdev)
{
	return pdev->probe_result;
}
