// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* gaudi.c - the chip as a whole: memory, BARs, reset, and the loop that runs its engines. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chip.h"

#define VENDOR_HABANA 0x1DA3
#define DEVICE_GAUDI 0x1000
#define SCRATCH_SIZE 0x18000
#define MIN_DRAM 0x40000000ull /* user memory begins at 512 MiB */
/* ELBI carries the low half of a register's address (pci.c). */
#define ELBI_CFG_BASE ((uint32_t)GAUDI_CFG_BASE)
/* PCIE_WRAP_LBW_PROT_OVR: BAR accesses to registers count as secure (gaudi_masks.h). */
#define LBW_PROT_OVR_READ 0x700u
#define LBW_PROT_OVR_WRITE 0x7000u

static void describe(struct hlm *m, struct gaudi *g, uint64_t dram_size)
{
	m->desc = (struct hlm_desc){ .asic = "gaudi",
				     .vendor = VENDOR_HABANA,
				     .device = DEVICE_GAUDI,
				     .msi_vectors = GAUDI_MSI_VECTORS,
				     .dram_size = dram_size,
				     .dram_fd = g->dram_fd };
	for (unsigned int i = 0; i < HLM_NUM_BARS; i++)
		m->desc.bar[i].fd = -1;
	m->desc.bar[GAUDI_BAR_SRAM] = (struct hlm_bar){ GAUDI_BAR_SRAM_SIZE, true, true, g->sram_fd, 0 };
	m->desc.bar[GAUDI_BAR_CFG] = (struct hlm_bar){ GAUDI_BAR_CFG_SIZE, true, true, -1, 0 };
	m->desc.bar[GAUDI_BAR_HBM] = (struct hlm_bar){ dram_size, true, true, g->dram_fd, 0 };
}

static void gaudi_destroy(struct hlm *m)
{
	struct gaudi *g = gaudi_of(m);

	hlm_gaudi_regs_clear(g, false);
	hlm_memory_destroy(g->dram_fd, g->dram, m->desc.dram_size);
	hlm_memory_destroy(g->sram_fd, g->sram, GAUDI_BAR_SRAM_SIZE);
	free(g->scratch);
	free(g);
}

static int gaudi_create(struct hlm *m)
{
	uint64_t dram_size = m->config.dram_size ? m->config.dram_size : GAUDI_DRAM_SIZE;
	struct gaudi *g;
	int err;

	if (dram_size < MIN_DRAM || dram_size > GAUDI_DRAM_SIZE)
		return -EINVAL;
	g = calloc(1, sizeof(*g));
	if (!g)
		return -ENOMEM;
	g->m = m;
	g->scratch = calloc(1, SCRATCH_SIZE);
	g->sram_fd = -1;
	g->dram_fd = hlm_memory_create("gaudi-hbm", dram_size, (void **)&g->dram);
	err = g->dram_fd;
	if (g->dram_fd >= 0) {
		g->sram_fd = hlm_memory_create("gaudi-sram", GAUDI_BAR_SRAM_SIZE, (void **)&g->sram);
		err = g->sram_fd;
	}
	if (!g->scratch)
		err = -ENOMEM;
	m->chip = g;
	describe(m, g, dram_size);
	if (err < 0) {
		gaudi_destroy(m);
		return err;
	}
	return 0;
}

void hlm_gaudi_chip_reset(struct gaudi *g, bool keep_pcie)
{
	g->epoch++;
	hlm_gaudi_regs_clear(g, keep_pcie);
	if (!keep_pcie)
		hlm_gaudi_iatu_reset(g);
	for (unsigned int engine = 0; engine < GAUDI_NUM_DMA; engine++) {
		struct gaudi_dma *dma = &g->dma[engine];
		uint32_t core = engine * GAUDI_DMA_CORE_STRIDE;

		dma->commits = 0;
		atomic_store(&dma->busy, false);
		atomic_store(&dma->stopped, false);
		for (unsigned int stream = 0; stream < GAUDI_QMAN_STREAMS; stream++) {
			atomic_store(&dma->stream[stream].active, false);
			atomic_store(&dma->stream[stream].parked, false);
			atomic_store(&dma->stream[stream].stopped, false);
		}
		/* Software relies on secure streams to bypass the MMU without asking for it, and clears the rest. */
		for (unsigned int stream = 0; stream <= GAUDI_QMAN_STREAMS; stream++) {
			hlm_gaudi_set_raw(g, GAUDI_DMA0_QM_GLBL_SECURE_PROPS_0 + core + 4 * stream, GAUDI_PROPS_MMBP);
			hlm_gaudi_set_raw(g, GAUDI_DMA0_QM_GLBL_NON_SECURE_PROPS_0 + core + 4 * stream,
					  GAUDI_PROPS_MMBP);
		}
		hlm_gaudi_set_raw(g, GAUDI_DMA0_CORE_NON_SECURE_PROPS + core, GAUDI_PROPS_MMBP);
	}
	g->num_fired = 0;
	hlm_gaudi_mmu_reset(g);
	hlm_gaudi_boot_reset(g);
}

static void gaudi_reset(struct hlm *m)
{
	struct gaudi *g = gaudi_of(m);

	hlm_gaudi_lock(g);
	hlm_gaudi_chip_reset(g, false);
	hlm_gaudi_unlock(g);
}

static struct gaudi_initiator pci_initiator(struct gaudi *g, bool write)
{
	uint32_t override = hlm_gaudi_peek(g, GAUDI_PCIE_WRAP_LBW_PROT_OVR);
	uint32_t bits = write ? LBW_PROT_OVR_WRITE : LBW_PROT_OVR_READ;

	return (struct gaudi_initiator){ .port = GAUDI_PORT_PCI,
					 .secure = (override & bits) == bits,
					 .mmu_bypass = true };
}

static void access_register(struct gaudi *g, uint32_t offset, uint8_t *buf, unsigned int at, unsigned int len,
			    bool write)
{
	struct gaudi_initiator reader = pci_initiator(g, false), writer = pci_initiator(g, true);
	const struct gaudi_reg_block *block = hlm_gaudi_reg_find(offset);
	uint32_t value = 0;

	if (!write || len < 4)
		hlm_gaudi_lbw_read(g, &reader, offset, &value);
	if (write) {
		memcpy((uint8_t *)&value + at, buf, len);
		hlm_gaudi_lbw_write(g, &writer, offset, value);
	} else {
		memcpy(buf, (uint8_t *)&value + at, len);
	}
	hlm_trace(g->m, "reg", "%s 0x%06x %s 0x%08x %s", write ? "write" : "read", offset, write ? "<-" : "->", value,
		  block ? block->name : "");
}

static void access_registers(struct gaudi *g, uint64_t addr, uint8_t *buf, size_t len, bool write)
{
	while (len) {
		unsigned int at = addr & 3;
		unsigned int piece = len < 4 - at ? (unsigned int)len : 4 - at;

		access_register(g, (uint32_t)(addr - GAUDI_CFG_BASE) & ~3u, buf, at, piece, write);
		addr += piece;
		buf += piece;
		len -= piece;
	}
}

static void access_bar(struct gaudi *g, unsigned int bar, uint64_t offset, uint8_t *buf, size_t len, bool write)
{
	struct gaudi_initiator who = { .port = GAUDI_PORT_PCI, .secure = true, .mmu_bypass = true };

	while (len) {
		struct gaudi_span span = { 0 };
		uint64_t addr;
		bool mapped;

		hlm_gaudi_lock(g);
		mapped = hlm_gaudi_iatu_inbound(g, bar, offset, &addr);
		hlm_gaudi_unlock(g);
		if (!mapped || addr >= GAUDI_HOST_BASE || hlm_gaudi_resolve(g, &who, addr, len, write, &span) ||
		    span.kind == GAUDI_SPAN_HOST) {
			span.len = addr < GAUDI_CFG_BASE && addr + len > GAUDI_CFG_BASE ? GAUDI_CFG_BASE - addr : len;
			if (!mapped || !span.len)
				span.len = len;
			if (!write)
				memset(buf, 0xFF, span.len);
		} else if (span.kind == GAUDI_SPAN_REGISTERS) {
			access_registers(g, addr, buf, span.len, write);
		} else {
			memcpy(write ? span.ptr : buf, write ? buf : span.ptr, span.len);
		}
		offset += span.len;
		buf += span.len;
		len -= span.len;
	}
}

static int gaudi_bar_read(struct hlm *m, unsigned int bar, uint64_t offset, void *buf, size_t len)
{
	access_bar(gaudi_of(m), bar, offset, buf, len, false);
	return 0;
}

static int gaudi_bar_write(struct hlm *m, unsigned int bar, uint64_t offset, const void *buf, size_t len)
{
	access_bar(gaudi_of(m), bar, offset, (uint8_t *)buf, len, true);
	return 0;
}

static bool elbi_offset(uint32_t address, uint32_t *offset)
{
	*offset = (address - ELBI_CFG_BASE) & ~3u;
	return address >= ELBI_CFG_BASE;
}

static bool gaudi_elbi_read(struct hlm *m, uint32_t address, uint32_t *value)
{
	struct gaudi_initiator who = { .port = GAUDI_PORT_PCI, .secure = true };
	uint32_t offset;

	return elbi_offset(address, &offset) && !hlm_gaudi_lbw_read(gaudi_of(m), &who, offset, value);
}

static bool gaudi_elbi_write(struct hlm *m, uint32_t address, uint32_t value)
{
	struct gaudi_initiator who = { .port = GAUDI_PORT_PCI, .secure = true };
	uint32_t offset;

	return elbi_offset(address, &offset) && !hlm_gaudi_lbw_write(gaudi_of(m), &who, offset, value);
}

/* Engine state of a life before the reset. */
static void follow_reset(struct gaudi *g)
{
	hlm_gaudi_lock(g);
	if (g->run_epoch != g->epoch) {
		g->run_epoch = g->epoch;
		for (unsigned int engine = 0; engine < GAUDI_NUM_DMA; engine++)
			for (unsigned int stream = 0; stream < GAUDI_QMAN_STREAMS; stream++) {
				struct gaudi_stream *s = &g->dma[engine].stream[stream];

				atomic_store(&s->active, false);
				atomic_store(&s->parked, false);
				atomic_store(&s->stopped, false);
				s->cb_left = 0;
				s->pos = 0;
				s->fill = 0;
			}
	}
	hlm_gaudi_unlock(g);
}

static unsigned int gaudi_run(struct hlm *m)
{
	struct gaudi *g = gaudi_of(m);
	unsigned int total = 0, done;

	do {
		follow_reset(g);
		hlm_gaudi_boot_run(g);
		done = hlm_gaudi_cpucp_run(g);
		done += hlm_gaudi_dma_commits(g);
		done += hlm_gaudi_qman_run(g);
		done += hlm_gaudi_eventq_run(g);
		total += done;
	} while (done);
	return total;
}

const struct hlm_asic hlm_gaudi = {
	.name = "gaudi",
	.create = gaudi_create,
	.destroy = gaudi_destroy,
	.reset = gaudi_reset,
	.bar_read = gaudi_bar_read,
	.bar_write = gaudi_bar_write,
	.run = gaudi_run,
	.elbi_read = gaudi_elbi_read,
	.elbi_write = gaudi_elbi_write,
};
