// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * config_space.c - PCI configuration space of a chip: type 0 header, power management, MSI or MSI-X, PCI Express
 * capabilities, and the ELBI window through which a driver reaches registers before any BAR works.
 */
#include <string.h>

#include "model_priv.h"

/* Header and capability layout: PCI and PCI Express base specifications. */
#define PCI_VENDOR 0x00
#define PCI_DEVICE 0x02
#define PCI_COMMAND 0x04
#define PCI_COMMAND_MASTER 0x4
#define PCI_STATUS 0x06
#define PCI_STATUS_CAP_LIST 0x10
#define PCI_REVISION 0x08
#define PCI_CLASS 0x09
#define PCI_BAR0 0x10
#define PCI_SUBSYSTEM_VENDOR 0x2C
#define PCI_SUBSYSTEM 0x2E
#define PCI_CAP_PTR 0x34
#define PCI_INTERRUPT_LINE 0x3C
#define BAR_64BIT 0x4
#define BAR_PREFETCH 0x8

#define CAP_PM 0x40
#define CAP_MSI 0x50 /* or MSI-X */
#define CAP_EXP 0x70
#define CAP_ID_PM 0x01
#define CAP_ID_MSI 0x05
#define CAP_ID_EXP 0x10
#define CAP_ID_MSIX 0x11

#define MSI_CONTROL (CAP_MSI + 2)
#define MSI_CONTROL_ENABLE 0x1
#define MSI_CONTROL_MME_SHIFT 4
#define MSI_CONTROL_MME_MASK 0x7
#define MSI_CONTROL_64BIT 0x80
#define MSIX_CONTROL (CAP_MSI + 2)
#define MSIX_CONTROL_MASK_ALL 0x4000
#define MSIX_CONTROL_ENABLE 0x8000
#define MSIX_TABLE (CAP_MSI + 4)
#define MSIX_PENDING (CAP_MSI + 8)
#define EXP_DEVCTL (CAP_EXP + 8)
#define EXP_DEVCTL_FLR 0x8000

/* ELBI window (pci_general.h of the in-tree driver). */
#define ELBI_ADDR 0xFF0
#define ELBI_DATA 0xFF4
#define ELBI_CTRL 0xFF8
#define ELBI_CTRL_WRITE 0x80000000u
#define ELBI_STS 0xFFC
#define ELBI_STS_ERR 0x40000000u
#define ELBI_STS_DONE 0x80000000u

#define CLASS_ACCELERATOR 0x120000u
#define REVISION 1

static void put(uint8_t *space, unsigned int offset, unsigned int len, uint32_t value)
{
	for (unsigned int i = 0; i < len; i++)
		space[offset + i] = (uint8_t)(value >> (8 * i));
}

static uint32_t get(const uint8_t *space, unsigned int offset, unsigned int len)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < len; i++)
		value |= (uint32_t)space[offset + i] << (8 * i);
	return value;
}

struct field {
	uint16_t offset;
	uint8_t len;
	uint32_t value;
	uint32_t writable;
};

static const struct field fields[] = {
	{ PCI_COMMAND, 2, 0, 0x0547 },
	{ PCI_STATUS, 2, PCI_STATUS_CAP_LIST, 0 },
	{ PCI_REVISION, 1, REVISION, 0 },
	{ PCI_CLASS, 3, CLASS_ACCELERATOR, 0 },
	{ PCI_CAP_PTR, 1, CAP_PM, 0 },
	{ PCI_INTERRUPT_LINE, 1, 0, 0xFF },
	{ CAP_PM, 2, CAP_ID_PM | CAP_MSI << 8, 0 },
	{ CAP_PM + 2, 2, 0x0003, 0 },	   /* version 3 */
	{ CAP_PM + 4, 2, 0x0008, 0x0003 }, /* no soft reset */
	{ CAP_EXP, 2, CAP_ID_EXP, 0 },
	{ CAP_EXP + 2, 2, 0x0002, 0 },	   /* version 2, endpoint */
	{ CAP_EXP + 4, 4, 0x10008001, 0 }, /* function-level reset, role-based errors, 256-byte payload */
	{ EXP_DEVCTL, 2, 0x2810, 0x7FFF },
	{ CAP_EXP + 12, 4, 0x00000104, 0 }, /* link: 16 GT/s, x16 */
	{ CAP_EXP + 16, 2, 0, 0x0FFF },
	{ CAP_EXP + 18, 2, 0x0104, 0 },
	{ CAP_EXP + 36, 4, 0x00000012, 0 },
	{ CAP_EXP + 40, 2, 0, 0x001F },
	{ CAP_EXP + 44, 4, 0x0000001E, 0 },
	{ CAP_EXP + 48, 2, 0x0004, 0x000F },
	{ ELBI_ADDR, 4, 0, 0xFFFFFFFF },
	{ ELBI_DATA, 4, 0, 0xFFFFFFFF },
	{ ELBI_CTRL, 4, 0, 0xFFFFFFFF },
	{ ELBI_STS, 4, 0, 0xFFFFFFFF },
};

static const struct field msi_fields[] = {
	{ CAP_MSI, 2, CAP_ID_MSI | CAP_EXP << 8, 0 },
	{ CAP_MSI + 4, 4, 0, 0xFFFFFFFC },
	{ CAP_MSI + 8, 4, 0, 0xFFFFFFFF },
	{ CAP_MSI + 12, 2, 0, 0xFFFF },
};

static const struct field msix_fields[] = {
	{ CAP_MSI, 2, CAP_ID_MSIX | CAP_EXP << 8, 0 },
	{ MSIX_CONTROL, 2, 0, MSIX_CONTROL_ENABLE | MSIX_CONTROL_MASK_ALL },
};

static void put_fields(struct hlm_pci *pci, const struct field *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		put(pci->reg, list[i].offset, list[i].len, list[i].value);
		put(pci->writable, list[i].offset, list[i].len, list[i].writable);
	}
}

#define PUT_FIELDS(pci, list) put_fields(pci, list, sizeof(list) / sizeof((list)[0]))

static void reset_bars(struct hlm *m)
{
	for (unsigned int i = 0; i < HLM_NUM_BARS; i++) {
		const struct hlm_bar *bar = &m->desc.bar[i];
		unsigned int offset = PCI_BAR0 + 4 * i;
		uint64_t writable = ~(bar->size - 1);

		if (!bar->size)
			continue;
		put(m->pci.reg, offset, 4, (bar->is64 ? BAR_64BIT : 0) | (bar->prefetch ? BAR_PREFETCH : 0));
		put(m->pci.writable, offset, 4, (uint32_t)writable);
		if (bar->is64)
			put(m->pci.writable, offset + 4, 4, (uint32_t)(writable >> 32));
	}
}

static unsigned int log2_vectors(unsigned int vectors)
{
	unsigned int log2 = 0;

	while ((2u << log2) <= vectors)
		log2++;
	return log2;
}

static void reset_msi(struct hlm *m)
{
	PUT_FIELDS(&m->pci, msi_fields);
	put(m->pci.reg, MSI_CONTROL, 2, MSI_CONTROL_64BIT | log2_vectors(m->desc.msi_vectors) << 1);
	put(m->pci.writable, MSI_CONTROL, 2, MSI_CONTROL_ENABLE | MSI_CONTROL_MME_MASK << MSI_CONTROL_MME_SHIFT);
}

static void reset_msix(struct hlm *m)
{
	PUT_FIELDS(&m->pci, msix_fields);
	put(m->pci.reg, MSIX_CONTROL, 2, m->desc.msix_vectors - 1);
	put(m->pci.reg, MSIX_TABLE, 4, m->desc.msix_bar);
	put(m->pci.reg, MSIX_PENDING, 4, HLM_MSIX_PENDING_OFFSET | m->desc.msix_bar);
}

void hlm_pci_reset(struct hlm *m)
{
	struct hlm_pci *pci = &m->pci;

	memset(pci, 0, sizeof(*pci));
	PUT_FIELDS(pci, fields);
	put(pci->reg, PCI_VENDOR, 2, m->desc.vendor);
	put(pci->reg, PCI_DEVICE, 2, m->desc.device);
	put(pci->reg, PCI_SUBSYSTEM_VENDOR, 2, m->desc.vendor);
	put(pci->reg, PCI_SUBSYSTEM, 2, m->desc.device);
	if (m->desc.msix_vectors)
		reset_msix(m);
	else
		reset_msi(m);
	reset_bars(m);
}

uint32_t hlm_pci_get32(const struct hlm *m, unsigned int offset)
{
	return get(m->pci.reg, offset & (HLM_CONFIG_SIZE - 4), 4);
}

static void masked_write(struct hlm *m, unsigned int offset, unsigned int len, uint32_t value)
{
	uint32_t mask = get(m->pci.writable, offset, len);
	uint32_t old = get(m->pci.reg, offset, len);

	put(m->pci.reg, offset, len, (old & ~mask) | (value & mask));
}

void hlm_pci_set32(struct hlm *m, unsigned int offset, uint32_t value)
{
	masked_write(m, offset & (HLM_CONFIG_SIZE - 4), 4, value);
}

bool hlm_pci_bus_master(struct hlm *m)
{
	bool on;

	pthread_mutex_lock(&m->lock);
	on = get(m->pci.reg, PCI_COMMAND, 2) & PCI_COMMAND_MASTER;
	pthread_mutex_unlock(&m->lock);
	return on && !hlm_off_bus(m);
}

/* May vector be sent? With fewer MSI vectors granted than asked for, only that many low bits of it can differ. */
static bool vector_goes(const struct hlm *m, uint32_t control, unsigned int *vector)
{
	uint32_t granted = 1u << (control >> MSI_CONTROL_MME_SHIFT & MSI_CONTROL_MME_MASK);

	if (m->desc.msix_vectors)
		return (control & MSIX_CONTROL_ENABLE) && !(control & MSIX_CONTROL_MASK_ALL) &&
		       *vector < m->desc.msix_vectors;
	*vector &= granted - 1;
	return control & MSI_CONTROL_ENABLE;
}

void hlm_pci_msi(struct hlm *m, unsigned int vector)
{
	uint32_t control, command;
	bool goes;

	pthread_mutex_lock(&m->lock);
	control = get(m->pci.reg, MSI_CONTROL, 2); /* MSIX_CONTROL lies there as well */
	command = get(m->pci.reg, PCI_COMMAND, 2);
	pthread_mutex_unlock(&m->lock);
	if (hlm_off_bus(m))
		return;
	goes = vector_goes(m, control, &vector);
	if (!goes || !(command & PCI_COMMAND_MASTER)) {
		hlm_trace(m, "irq", "vector %u not sent: %s", vector, goes ? "not bus master" : "interrupts disabled");
		return;
	}
	hlm_count(m, HLM_STAT_IRQS, 1);
	hlm_trace(m, "irq", "vector %u", vector);
	m->ops->irq(m->host, vector);
}

static bool access_ok(unsigned int offset, unsigned int len)
{
	return (len == 1 || len == 2 || len == 4) && !(offset & (len - 1)) && offset <= HLM_CONFIG_SIZE - len;
}

uint32_t hlm_config_read(struct hlm *m, unsigned int offset, unsigned int len)
{
	uint32_t value;

	if (!access_ok(offset, len))
		return 0xFFFFFFFF;
	if (hlm_off_bus(m))
		return 0xFFFFFFFF >> (32 - 8 * len);
	pthread_mutex_lock(&m->lock);
	value = get(m->pci.reg, offset, len);
	pthread_mutex_unlock(&m->lock);
	return value;
}

static void elbi(struct hlm *m, uint32_t control)
{
	uint32_t address, data;
	bool ok;

	pthread_mutex_lock(&m->lock);
	address = get(m->pci.reg, ELBI_ADDR, 4);
	data = get(m->pci.reg, ELBI_DATA, 4);
	pthread_mutex_unlock(&m->lock);

	if (control & ELBI_CTRL_WRITE)
		ok = m->asic->elbi_write(m, address, data);
	else
		ok = m->asic->elbi_read(m, address, &data);

	pthread_mutex_lock(&m->lock);
	put(m->pci.reg, ELBI_DATA, 4, data);
	put(m->pci.reg, ELBI_STS, 4, ok ? ELBI_STS_DONE : ELBI_STS_ERR);
	pthread_mutex_unlock(&m->lock);
}

void hlm_config_write(struct hlm *m, unsigned int offset, unsigned int len, uint32_t value)
{
	if (!access_ok(offset, len) || hlm_off_bus(m))
		return;
	pthread_mutex_lock(&m->lock);
	masked_write(m, offset, len, value);
	pthread_mutex_unlock(&m->lock);

	if (offset == ELBI_CTRL && len == 4)
		elbi(m, value);
	else if (offset == EXP_DEVCTL && len >= 2 && (value & EXP_DEVCTL_FLR))
		hlm_reset(m);
}
