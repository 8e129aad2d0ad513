// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * iatu.c - the PCIe controller's address translation unit and its DBI register window. PCIE_AUX_DBI selects
 * what the window shows: 0 the function's configuration space, 0x300000 the translation unit (pci.c of the
 * in-tree driver). Region r: outbound at 0x200 * r, inbound 0x100 behind.
 */
#include <string.h>

#include "chip.h"

#define DBI_SELECT_IATU 0x300000u
#define REGION_STRIDE 0x200u
#define INBOUND 0x100u
#define REGION_CTRL2 0x04
#define REGION_BASE_LOW 0x08
#define REGION_BASE_HIGH 0x0C
#define REGION_LIMIT_LOW 0x10
#define REGION_TARGET_LOW 0x14
#define REGION_TARGET_HIGH 0x18
#define REGION_LIMIT_HIGH 0x20
#define CTRL2_ENABLE 0x80000000u
#define CTRL2_BAR_MATCH 0x40000000u
#define CTRL2_BAR_SHIFT 8
#define CTRL2_BAR_MASK 0x7u

static uint32_t iatu_reg(struct hlm_chip *c, uint32_t region, uint32_t reg)
{
	return c->iatu[(region + reg) / 4];
}

static uint64_t iatu_pair(struct hlm_chip *c, uint32_t region, uint32_t low, uint32_t high)
{
	return (uint64_t)iatu_reg(c, region, high) << 32 | iatu_reg(c, region, low);
}

static void move_bar(struct hlm_chip *c, unsigned int bar, uint64_t target)
{
	struct hlm_bar *desc = &c->m->desc.bar[bar];

	/* A window into memory: where it begins in the file that hosts may map. */
	if (bar == c->info->dram_bar)
		desc->fd_offset = target;
}

static void latch_inbound(struct hlm_chip *c, uint32_t region)
{
	uint32_t ctrl2 = iatu_reg(c, region, REGION_CTRL2);
	unsigned int bar = ctrl2 >> CTRL2_BAR_SHIFT & CTRL2_BAR_MASK;

	/* Address match depends on where the host put the BAR; no driver uses it. */
	if (bar >= HLM_NUM_BARS || ((ctrl2 & CTRL2_ENABLE) && !(ctrl2 & CTRL2_BAR_MATCH))) {
		hlm_note(c, "todo", "inbound region at 0x%x: only BAR match is modelled", region);
		return;
	}
	c->inbound[bar].enabled = ctrl2 & CTRL2_ENABLE;
	c->inbound[bar].target = iatu_pair(c, region, REGION_TARGET_LOW, REGION_TARGET_HIGH);
	move_bar(c, bar, c->inbound[bar].target);
	hlm_note(c, "boot", "inbound: BAR %u -> 0x%llx", bar, (unsigned long long)c->inbound[bar].target);
}

static void latch_outbound(struct hlm_chip *c)
{
	c->outbound.enabled = iatu_reg(c, 0, REGION_CTRL2) & CTRL2_ENABLE;
	c->outbound.base = iatu_pair(c, 0, REGION_BASE_LOW, REGION_BASE_HIGH);
	c->outbound.limit = iatu_pair(c, 0, REGION_LIMIT_LOW, REGION_LIMIT_HIGH);
	c->outbound.target = iatu_pair(c, 0, REGION_TARGET_LOW, REGION_TARGET_HIGH);
	hlm_note(c, "boot", "outbound: 0x%llx to 0x%llx -> 0x%llx", (unsigned long long)c->outbound.base,
		 (unsigned long long)c->outbound.limit, (unsigned long long)c->outbound.target);
}

static void iatu_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	uint32_t region = offset & ~(INBOUND - 1);

	c->iatu[offset / 4] = value;
	if ((offset & (INBOUND - 1)) != REGION_CTRL2)
		return;
	if (region & INBOUND)
		latch_inbound(c, region);
	else if (region == 0)
		latch_outbound(c);
}

static bool iatu_selected(struct hlm_chip *c)
{
	return hlm_raw(c, c->info->reg.aux_dbi) == DBI_SELECT_IATU;
}

uint32_t hlm_dbi_read(struct hlm_chip *c, uint32_t offset)
{
	offset &= 0xFFC;
	return iatu_selected(c) ? c->iatu[offset / 4] : hlm_pci_get32(c->m, offset);
}

void hlm_dbi_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	offset &= 0xFFC;
	if (iatu_selected(c))
		iatu_write(c, offset, value);
	else
		hlm_pci_set32(c->m, offset, value);
}

void hlm_iatu_reset(struct hlm_chip *c)
{
	memset(c->iatu, 0, sizeof(c->iatu));
	memset(c->inbound, 0, sizeof(c->inbound));
	memset(&c->outbound, 0, sizeof(c->outbound));
	move_bar(c, c->info->dram_bar, 0);
}

bool hlm_iatu_inbound(struct hlm_chip *c, unsigned int bar, uint64_t offset, uint64_t *addr)
{
	*addr = c->inbound[bar].target + offset;
	return c->inbound[bar].enabled;
}

bool hlm_iatu_outbound(struct hlm_chip *c, uint64_t addr, uint64_t len, uint64_t *bus)
{
	const struct hlm_iatu_region *out = &c->outbound;

	*bus = addr - out->base + out->target;
	return out->enabled && addr >= out->base && len && addr + len - 1 <= out->limit && addr + len > addr;
}
