// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * regs.c - the register file: a sparse store with handlers in front, and the lock around it. Whatever a
 * handler wants of the host (kick, interrupt, trace line) is noted and done after the lock is dropped.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip.h"

#define WORDS_PER_PAGE (REG_PAGE_SIZE / 4)
#define PROT_BITS_FIRST_WORD (GAUDI_PROT_BITS_OFFSET / 4)
/* Sync objects and monitors fill their blocks to the last register; there is no room for protection bits. */
#define SYNC_OBJECTS_BLOCK 0x12000
#define SYNC_OBJECTS_END 0x17000
/* What a reset by register leaves alone: "Tell ASIC not to re-initialize PCIe". */
#define PCIE_FIRST 0xC01000
#define PCIE_LAST 0xC10FFF

void hlm_gaudi_lock(struct gaudi *g)
{
	pthread_mutex_lock(&g->m->lock);
}

void hlm_gaudi_unlock(struct gaudi *g)
{
	uint64_t irqs = g->irqs;
	bool kick = g->kick;
	unsigned int lines = g->num_lines;
	char text[MAX_DEFERRED_LINES][sizeof(g->line[0].text)];
	const char *kind[MAX_DEFERRED_LINES];

	for (unsigned int i = 0; i < lines; i++) {
		kind[i] = g->line[i].kind;
		memcpy(text[i], g->line[i].text, sizeof(text[i]));
	}
	g->irqs = 0;
	g->kick = false;
	g->num_lines = 0;
	pthread_mutex_unlock(&g->m->lock);

	for (unsigned int i = 0; i < lines; i++)
		hlm_trace_line(g->m, kind[i], "%s", text[i]);
	for (unsigned int vector = 0; irqs; vector++, irqs >>= 1) {
		if (!(irqs & 1))
			continue;
		if (hlm_fault_take(g->m, HLM_FAULT_LOSE_IRQ)) {
			hlm_trace(g->m, "fault", "injected: interrupt vector %u lost", vector);
			continue;
		}
		hlm_pci_msi(g->m, vector);
	}
	if (kick)
		g->m->ops->kick(g->m->host);
}

void hlm_gaudi_note(struct gaudi *g, const char *kind, const char *format, ...)
{
	va_list args;

	if (!g->m->ops->trace || g->num_lines == MAX_DEFERRED_LINES)
		return;
	g->line[g->num_lines].kind = kind;
	va_start(args, format);
	vsnprintf(g->line[g->num_lines].text, sizeof(g->line[0].text), format, args);
	va_end(args);
	g->num_lines++;
}

bool hlm_gaudi_has_prot_bits(uint32_t offset)
{
	for (uint32_t base = GAUDI_DMA_IF_W_S; base <= GAUDI_DMA_IF_E_N; base += GAUDI_DMA_IF_E_S - GAUDI_DMA_IF_W_S)
		if (offset >= base + SYNC_OBJECTS_BLOCK && offset < base + SYNC_OBJECTS_END)
			return false;
	return true;
}

static uint32_t initial_value(uint32_t offset)
{
	/* A set bit lets anybody in: nothing is protected before software says so. */
	return (offset & 0xFFF) >= GAUDI_PROT_BITS_OFFSET && hlm_gaudi_has_prot_bits(offset) ? 0xFFFFFFFF : 0;
}

uint32_t hlm_gaudi_raw(const struct gaudi *g, uint32_t offset)
{
	const uint32_t *page = g->regs.page[offset / REG_PAGE_SIZE];

	return page ? page[offset % REG_PAGE_SIZE / 4] : initial_value(offset);
}

void hlm_gaudi_set_raw(struct gaudi *g, uint32_t offset, uint32_t value)
{
	uint32_t **page = &g->regs.page[offset / REG_PAGE_SIZE];

	if (!*page) {
		*page = calloc(WORDS_PER_PAGE, sizeof(**page));
		if (!*page) /* a register that forgets; better than a crash in a guest's face */
			return;
		for (uint32_t word = PROT_BITS_FIRST_WORD; word < WORDS_PER_PAGE; word++)
			(*page)[word] = initial_value((offset & ~(REG_PAGE_SIZE - 1)) + 4 * word);
	}
	(*page)[offset % REG_PAGE_SIZE / 4] = value;
}

static bool first_time(struct gaudi *g, uint32_t offset)
{
	uint8_t *told = &g->regs.told[offset / 4 / 8];
	uint8_t bit = (uint8_t)(1u << (offset / 4 % 8));
	bool first = !(*told & bit);

	*told |= bit;
	return first;
}

static void tell_todo(struct gaudi *g, uint32_t offset)
{
	if (first_time(g, offset))
		hlm_gaudi_note(g, "todo", "register 0x%06x: stored, no behaviour", offset);
}

void hlm_gaudi_inert_write(struct gaudi *g, uint32_t offset, uint32_t value)
{
	const struct gaudi_reg_block *block = hlm_gaudi_reg_find(offset);

	if (block && first_time(g, block->first))
		hlm_gaudi_note(g, "todo", "%s, registers 0x%06x to 0x%06x: stored and idle, no engine", block->name,
			       block->first, block->last);
	hlm_gaudi_set_raw(g, offset, value);
}

uint32_t hlm_gaudi_reg_read(struct gaudi *g, uint32_t offset)
{
	const struct gaudi_reg_block *block = hlm_gaudi_reg_find(offset);

	if (!block)
		tell_todo(g, offset);
	return block && block->read ? block->read(g, offset) : hlm_gaudi_raw(g, offset);
}

void hlm_gaudi_reg_write(struct gaudi *g, uint32_t offset, uint32_t value)
{
	const struct gaudi_reg_block *block = hlm_gaudi_reg_find(offset);

	if (!block)
		tell_todo(g, offset);
	if (block && block->write)
		block->write(g, offset, value);
	else
		hlm_gaudi_set_raw(g, offset, value);
}

void hlm_gaudi_regs_clear(struct gaudi *g, bool keep_pcie)
{
	for (uint32_t i = 0; i < REG_PAGES; i++) {
		uint32_t offset = i * REG_PAGE_SIZE;

		if (keep_pcie && offset >= PCIE_FIRST && offset <= PCIE_LAST)
			continue;
		free(g->regs.page[i]);
		g->regs.page[i] = NULL;
	}
}

uint32_t hlm_gaudi_peek(struct gaudi *g, uint32_t offset)
{
	uint32_t value;

	hlm_gaudi_lock(g);
	value = hlm_gaudi_raw(g, offset);
	hlm_gaudi_unlock(g);
	return value;
}

void hlm_gaudi_poke_or(struct gaudi *g, uint32_t offset, uint32_t bits)
{
	hlm_gaudi_lock(g);
	if (g->epoch == g->run_epoch) /* else the error belongs to a life before the reset */
		hlm_gaudi_set_raw(g, offset, hlm_gaudi_raw(g, offset) | bits);
	hlm_gaudi_unlock(g);
}
