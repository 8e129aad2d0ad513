// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* bar.c - accesses that come over PCIe: BARs through the address translation unit, and the ELBI window. */
#include <string.h>

#include "chip.h"

static struct hlm_initiator pci_initiator(struct hlm_chip *c, bool write)
{
	struct hlm_initiator who = { .port = HLM_PORT_PCI, .mmu_bypass = true };

	hlm_lock(c);
	who.secure = c->info->pci_is_secure(c, write);
	hlm_unlock(c);
	return who;
}

static void access_register(struct hlm_chip *c, uint32_t offset, uint8_t *buf, unsigned int at, unsigned int len,
			    bool write)
{
	struct hlm_initiator reader = pci_initiator(c, false), writer = pci_initiator(c, true);
	const struct hlm_reg_block *block = hlm_reg_find(c, offset);
	uint32_t value = 0;

	hlm_count(c->m, write ? HLM_STAT_REG_WRITES : HLM_STAT_REG_READS, 1);
	if (!write || len < 4)
		hlm_lbw_read(c, &reader, offset, &value);
	if (write) {
		memcpy((uint8_t *)&value + at, buf, len);
		hlm_lbw_write(c, &writer, offset, value);
	} else {
		memcpy(buf, (uint8_t *)&value + at, len);
	}
	hlm_trace(c->m, "reg", "%s 0x%06x %s 0x%08x %s", write ? "write" : "read", offset, write ? "<-" : "->", value,
		  block ? block->name : "");
}

static void access_registers(struct hlm_chip *c, uint64_t addr, uint8_t *buf, size_t len, bool write)
{
	while (len) {
		unsigned int at = addr & 3;
		unsigned int piece = len < 4 - at ? (unsigned int)len : 4 - at;

		access_register(c, (uint32_t)(addr - c->info->cfg_base) & ~3u, buf, at, piece, write);
		addr += piece;
		buf += piece;
		len -= piece;
	}
}

static void access_bar(struct hlm_chip *c, unsigned int bar, uint64_t offset, uint8_t *buf, size_t len, bool write)
{
	struct hlm_initiator who = { .port = HLM_PORT_PCI, .secure = true, .mmu_bypass = true };
	uint64_t cfg_base = c->info->cfg_base;

	while (len) {
		struct hlm_span span = { 0 };
		uint64_t addr;
		bool mapped;

		hlm_lock(c);
		mapped = hlm_iatu_inbound(c, bar, offset, &addr);
		hlm_unlock(c);
		if (mapped && addr >= cfg_base && addr - cfg_base < c->info->cfg_size) {
			uint64_t left = cfg_base + c->info->cfg_size - addr;

			span.len = len < left ? len : left;
			access_registers(c, addr, buf, span.len, write);
		} else if (!mapped || addr >= c->info->host_base || hlm_resolve(c, &who, addr, len, write, &span) ||
			   span.kind != HLM_SPAN_MEMORY) {
			span.len = addr < cfg_base && addr + len > cfg_base ? cfg_base - addr : len;
			if (!mapped || !span.len)
				span.len = len;
			if (!write)
				memset(buf, 0xFF, span.len);
		} else {
			memcpy(write ? span.ptr : buf, write ? buf : span.ptr, span.len);
		}
		offset += span.len;
		buf += span.len;
		len -= span.len;
	}
}

static bool is_msix_bar(const struct hlm *m, unsigned int bar)
{
	return m->desc.msix_vectors && bar == m->desc.msix_bar;
}

static void access_msix(struct hlm_chip *c, uint64_t offset, uint8_t *buf, size_t len, bool write)
{
	hlm_lock(c);
	memcpy(write ? c->msix + offset : buf, write ? buf : c->msix + offset, len);
	hlm_unlock(c);
}

int hlm_chip_bar_read(struct hlm *m, unsigned int bar, uint64_t offset, void *buf, size_t len)
{
	if (is_msix_bar(m, bar))
		access_msix(hlm_chip_of(m), offset, buf, len, false);
	else
		access_bar(hlm_chip_of(m), bar, offset, buf, len, false);
	return 0;
}

int hlm_chip_bar_write(struct hlm *m, unsigned int bar, uint64_t offset, const void *buf, size_t len)
{
	if (is_msix_bar(m, bar))
		access_msix(hlm_chip_of(m), offset, (uint8_t *)buf, len, true);
	else
		access_bar(hlm_chip_of(m), bar, offset, (uint8_t *)buf, len, true);
	return 0;
}

/* ELBI carries the low half of a register's address (pci.c of the in-tree driver). */
static bool elbi_offset(const struct hlm_chip *c, uint32_t address, uint32_t *offset)
{
	uint32_t base = (uint32_t)c->info->cfg_base;

	*offset = (address - base) & ~3u;
	return address >= base;
}

bool hlm_chip_elbi_read(struct hlm *m, uint32_t address, uint32_t *value)
{
	struct hlm_initiator who = { .port = HLM_PORT_PCI, .secure = true };
	struct hlm_chip *c = hlm_chip_of(m);
	uint32_t offset;

	return elbi_offset(c, address, &offset) && !hlm_lbw_read(c, &who, offset, value);
}

bool hlm_chip_elbi_write(struct hlm *m, uint32_t address, uint32_t value)
{
	struct hlm_initiator who = { .port = HLM_PORT_PCI, .secure = true };
	struct hlm_chip *c = hlm_chip_of(m);
	uint32_t offset;

	return elbi_offset(c, address, &offset) && !hlm_lbw_write(c, &who, offset, value);
}
