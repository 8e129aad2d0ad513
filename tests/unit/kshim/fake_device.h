/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A PCI device without behaviour: configuration space, one memory BAR (BAR 4), one trapped BAR (BAR 2), a test's hand on both. */
#ifndef FAKE_DEVICE_H
#define FAKE_DEVICE_H

#include <linux/pci.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* */
#include <cmocka.h>

#include "kshim/kshim.h"

#define FAKE_MEMORY_BAR 4
#define FAKE_TRAPPED_BAR 2
#define FAKE_MEMORY (16u << 20)

struct fake_device {
	unsigned char config[256];
	unsigned char registers[4096];
	unsigned char *memory;
	int memory_fd;
	struct pci_dev *pdev;
};

struct fake_device *fake_device_add(unsigned int slot);
/* Fails the test if the device leaves anything behind. */
void fake_device_remove(struct fake_device *fake);

#endif /* FAKE_DEVICE_H */
