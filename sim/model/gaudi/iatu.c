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

static uint32_t iatu_reg(struct gaudi *g, uint32_t region, uint32_t reg)
{
	return g->iatu[(region + reg) / 4];
}

static uint64_t iatu_pair(struct gaudi *g, uint32_t region, uint32_t low, uint32_t high)
{
	return (uint64_t)iatu_reg(g, region, high) << 32 | iatu_reg(g, region, low);
}

static void move_bar(struct gaudi *g, unsigned int bar, uint64_t target)
{
	struct hlm_bar *desc = &g->m->desc.bar[bar];

	/* A window into memory: where it begins in the file that hosts may map. */
	if (bar == GAUDI_BAR_HBM)
		desc->fd_offset = target;
}

static void latch_inbound(struct gaudi *g, uint32_t region)
{
	uint32_t ctrl2 = iatu_reg(g, region, REGION_CTRL2);
	unsigned int bar = ctrl2 >> CTRL2_BAR_SHIFT & CTRL2_BAR_MASK;

	/* Address match depends on where the host put the BAR; nobody uses it on Gaudi. */
	if (bar >= HLM_NUM_BARS || ((ctrl2 & CTRL2_ENABLE) && !(ctrl2 & CTRL2_BAR_MATCH))) {
		hlm_gaudi_note(g, "todo", "inbound region at 0x%x: only BAR match is modelled", region);
		return;
	}
	g->inbound[bar].enabled = ctrl2 & CTRL2_ENABLE;
	g->inbound[bar].target = iatu_pair(g, region, REGION_TARGET_LOW, REGION_TARGET_HIGH);
	move_bar(g, bar, g->inbound[bar].target);
	hlm_gaudi_note(g, "boot", "inbound: BAR %u -> 0x%llx", bar, (unsigned long long)g->inbound[bar].target);
}

static void latch_outbound(struct gaudi *g)
{
	g->outbound.enabled = iatu_reg(g, 0, REGION_CTRL2) & CTRL2_ENABLE;
	g->outbound.base = iatu_pair(g, 0, REGION_BASE_LOW, REGION_BASE_HIGH);
	g->outbound.limit = iatu_pair(g, 0, REGION_LIMIT_LOW, REGION_LIMIT_HIGH);
	g->outbound.target = iatu_pair(g, 0, REGION_TARGET_LOW, REGION_TARGET_HIGH);
	hlm_gaudi_note(g, "boot", "outbound: 0x%llx to 0x%llx -> 0x%llx", (unsigned long long)g->outbound.base,
		       (unsigned long long)g->outbound.limit, (unsigned long long)g->outbound.target);
}

void hlm_gaudi_iatu_write(struct gaudi *g, uint32_t offset, uint32_t value)
{
	uint32_t region = offset & ~(INBOUND - 1);

	g->iatu[offset / 4] = value;
	if ((offset & (INBOUND - 1)) != REGION_CTRL2)
		return;
	if (region & INBOUND)
		latch_inbound(g, region);
	else if (region == 0)
		latch_outbound(g);
}

static bool iatu_selected(struct gaudi *g)
{
	return hlm_gaudi_raw(g, GAUDI_PCIE_AUX_DBI) == DBI_SELECT_IATU;
}

uint32_t hlm_gaudi_dbi_read(struct gaudi *g, uint32_t offset)
{
	offset &= 0xFFC;
	return iatu_selected(g) ? g->iatu[offset / 4] : hlm_pci_get32(g->m, offset);
}

void hlm_gaudi_dbi_write(struct gaudi *g, uint32_t offset, uint32_t value)
{
	offset &= 0xFFC;
	if (iatu_selected(g))
		hlm_gaudi_iatu_write(g, offset, value);
	else
		hlm_pci_set32(g->m, offset, value);
}

void hlm_gaudi_iatu_reset(struct gaudi *g)
{
	memset(g->iatu, 0, sizeof(g->iatu));
	memset(g->inbound, 0, sizeof(g->inbound));
	memset(&g->outbound, 0, sizeof(g->outbound));
	move_bar(g, GAUDI_BAR_HBM, 0);
}

bool hlm_gaudi_iatu_inbound(struct gaudi *g, unsigned int bar, uint64_t offset, uint64_t *addr)
{
	*addr = g->inbound[bar].target + offset;
	return g->inbound[bar].enabled;
}

bool hlm_gaudi_iatu_outbound(struct gaudi *g, uint64_t addr, uint64_t len, uint64_t *bus)
{
	const struct gaudi_iatu_region *out = &g->outbound;

	*bus = addr - out->base + out->target;
	return out->enabled && addr >= out->base && len && addr + len - 1 <= out->limit && addr + len > addr;
}
