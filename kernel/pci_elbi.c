// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Registers through configuration space, and the address translation unit behind them. */

#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/ktime.h>

#include "pci_elbi.h"

/* Configuration space (pci_general.h). */
#define ELBI_ADDR 0xFF0
#define ELBI_DATA 0xFF4
#define ELBI_CTRL 0xFF8
#define ELBI_CTRL_WRITE BIT(31)
#define ELBI_STS 0xFFC
#define ELBI_STS_ERR BIT(30)
#define ELBI_STS_DONE BIT(31)
#define ELBI_TIMEOUT_MS 10

/* Translation unit: region r's registers begin at r * 0x200, inbound ones 0x100 later (pci.c). */
#define IATU_WINDOW 0x00300000
#define IATU_INBOUND(region) (0x100 + 0x200 * (region))
#define IATU_CTRL1 0x00
#define IATU_CTRL2 0x04
#define IATU_BASE_LO 0x08
#define IATU_BASE_HI 0x0C
#define IATU_LIMIT 0x10
#define IATU_TARGET_LO 0x14
#define IATU_TARGET_HI 0x18
#define IATU_LIMIT_HI 0x20
#define IATU_CTRL1_INCREASE_SIZE BIT(13)
#define IATU_CTRL2_ENABLE BIT(31)
#define IATU_CTRL2_MATCH_BAR BIT(30)
#define IATU_CTRL2_MATCH_ENABLE BIT(19)
#define IATU_CTRL2_BAR_SHIFT 8

static int elbi_wait(struct pci_dev *pdev)
{
	ktime_t end = ktime_add_ms(ktime_get(), ELBI_TIMEOUT_MS);
	bool late;
	u32 status;

	do {
		late = ktime_after(ktime_get(), end);
		pci_read_config_dword(pdev, ELBI_STS, &status);
		if (status & ELBI_STS_ERR)
			return -EIO;
		if (status & ELBI_STS_DONE)
			return 0;
		usleep_range(50, 100);
	} while (!late);
	return -ETIMEDOUT;
}

int hlrt_elbi_read(struct pci_dev *pdev, u64 addr, u32 *value)
{
	int rc;

	pci_write_config_dword(pdev, ELBI_STS, 0);
	pci_write_config_dword(pdev, ELBI_ADDR, lower_32_bits(addr));
	pci_write_config_dword(pdev, ELBI_CTRL, 0);
	rc = elbi_wait(pdev);
	if (!rc)
		pci_read_config_dword(pdev, ELBI_DATA, value);
	return rc;
}

int hlrt_elbi_write(struct pci_dev *pdev, u64 addr, u32 value)
{
	pci_write_config_dword(pdev, ELBI_STS, 0);
	pci_write_config_dword(pdev, ELBI_ADDR, lower_32_bits(addr));
	pci_write_config_dword(pdev, ELBI_DATA, value);
	pci_write_config_dword(pdev, ELBI_CTRL, ELBI_CTRL_WRITE);
	return elbi_wait(pdev);
}

struct iatu_write {
	u32 offset;
	u32 value;
};

static int iatu_program(const struct hlrt_iatu *iatu, u32 region, const struct iatu_write *writes,
			unsigned int n)
{
	unsigned int i;
	int rc;

	rc = hlrt_elbi_write(iatu->pdev, iatu->dbi_window, IATU_WINDOW);
	for (i = 0; !rc && i < n; i++)
		rc = hlrt_elbi_write(iatu->pdev, iatu->dbi_base + region + writes[i].offset,
				     writes[i].value);
	/* The window goes back whatever happened. */
	return hlrt_elbi_write(iatu->pdev, iatu->dbi_window, 0) ?: rc;
}

int hlrt_iatu_inbound(const struct hlrt_iatu *iatu, unsigned int region, unsigned int bar,
		      u64 target)
{
	const struct iatu_write writes[] = {
		{ IATU_TARGET_LO, lower_32_bits(target) },
		{ IATU_TARGET_HI, upper_32_bits(target) },
		{ IATU_CTRL1, 0 },
		{ IATU_CTRL2, IATU_CTRL2_ENABLE | IATU_CTRL2_MATCH_BAR | IATU_CTRL2_MATCH_ENABLE |
				      bar << IATU_CTRL2_BAR_SHIFT },
	};

	return iatu_program(iatu, IATU_INBOUND(region), writes, ARRAY_SIZE(writes));
}

int hlrt_iatu_outbound(const struct hlrt_iatu *iatu, u64 base, u64 size)
{
	u64 limit = base + size - 1;
	const struct iatu_write writes[] = {
		{ IATU_BASE_LO, lower_32_bits(base) },
		{ IATU_BASE_HI, upper_32_bits(base) },
		{ IATU_LIMIT, lower_32_bits(limit) },
		{ IATU_TARGET_LO, 0 },
		{ IATU_TARGET_HI, 0 },
		{ IATU_LIMIT_HI, upper_32_bits(limit) },
		{ IATU_CTRL1, IATU_CTRL1_INCREASE_SIZE },
		{ IATU_CTRL2, IATU_CTRL2_ENABLE },
	};

	return iatu_program(iatu, 0, writes, ARRAY_SIZE(writes));
}
