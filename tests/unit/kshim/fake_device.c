// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "fake_device.h"

#include <fcntl.h>
#include <linux/dma-mapping.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static u32 config_read(void *bus, unsigned int off, unsigned int len)
{
	u32 v = 0;

	memcpy(&v, ((struct fake_device *)bus)->config + off, len);
	return v;
}

static void config_write(void *bus, unsigned int off, unsigned int len, u32 v)
{
	memcpy(((struct fake_device *)bus)->config + off, &v, len);
}

static int bar_read(void *bus, unsigned int bar, u64 off, void *buf, size_t len)
{
	assert_int_equal(bar, FAKE_TRAPPED_BAR);
	memcpy(buf, ((struct fake_device *)bus)->registers + off, len);
	return 0;
}

static int bar_write(void *bus, unsigned int bar, u64 off, const void *buf, size_t len)
{
	assert_int_equal(bar, FAKE_TRAPPED_BAR);
	memcpy(((struct fake_device *)bus)->registers + off, buf, len);
	return 0;
}

static void reset(void *bus)
{
	memset(((struct fake_device *)bus)->registers, 0, 4096);
}

static const struct kshim_pci_ops ops = {
	.config_read = config_read,
	.config_write = config_write,
	.bar_read = bar_read,
	.bar_write = bar_write,
	.reset = reset,
};

struct fake_device *fake_device_add(unsigned int slot)
{
	struct fake_device *f = calloc(1, sizeof(*f));
	struct kshim_pci_config config = { .ops = &ops, .bus = f, .msi_vectors = 4, .slot = slot };

	config_write(f, PCI_VENDOR_ID, 4, 0x00011234);
	f->memory_fd = memfd_create("fake", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	assert_int_equal(ftruncate(f->memory_fd, FAKE_MEMORY), 0);
	assert_int_equal(fcntl(f->memory_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), 0);
	f->memory = mmap(NULL, FAKE_MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED, f->memory_fd, 0);
	assert_ptr_not_equal(f->memory, MAP_FAILED);
	config.bar[FAKE_MEMORY_BAR] = (struct kshim_bar){ FAKE_MEMORY, true, true, f->memory };
	config.bar[FAKE_TRAPPED_BAR] = (struct kshim_bar){ sizeof(f->registers), true, false, NULL };
	config.dram_bar = FAKE_MEMORY_BAR;
	config.dram_fd = f->memory_fd;
	f->pdev = kshim_pci_add(&config);
	assert_non_null(f->pdev);
	assert_int_equal(dma_set_mask_and_coherent(&f->pdev->dev, DMA_BIT_MASK(48)), 0);
	pci_set_master(f->pdev);
	return f;
}

void fake_device_remove(struct fake_device *f)
{
	assert_int_equal(kshim_pci_remove(f->pdev), 0);
	munmap(f->memory, FAKE_MEMORY);
	close(f->memory_fd);
	free(f);
}
