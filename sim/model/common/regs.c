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

void hlm_lock(struct hlm_chip *c)
{
	pthread_mutex_lock(&c->m->lock);
}

void hlm_unlock(struct hlm_chip *c)
{
	uint64_t irqs = c->irqs;
	bool kick = c->kick;
	unsigned int lines = c->num_lines;
	char text[MAX_DEFERRED_LINES][sizeof(c->line[0].text)];
	const char *kind[MAX_DEFERRED_LINES];

	for (unsigned int i = 0; i < lines; i++) {
		kind[i] = c->line[i].kind;
		memcpy(text[i], c->line[i].text, sizeof(text[i]));
	}
	c->irqs = 0;
	c->kick = false;
	c->num_lines = 0;
	pthread_mutex_unlock(&c->m->lock);

	for (unsigned int i = 0; i < lines; i++)
		hlm_trace_line(c->m, kind[i], "%s", text[i]);
	for (unsigned int vector = 0; irqs; vector++, irqs >>= 1) {
		if (!(irqs & 1))
			continue;
		if (hlm_fault_take(c->m, HLM_FAULT_LOSE_IRQ)) {
			hlm_trace(c->m, "fault", "injected: interrupt vector %u lost", vector);
			continue;
		}
		hlm_pci_msi(c->m, vector);
	}
	if (kick)
		c->m->ops->kick(c->m->host);
}

void hlm_note(struct hlm_chip *c, const char *kind, const char *format, ...)
{
	va_list args;

	if (!c->m->ops->trace || c->num_lines == MAX_DEFERRED_LINES)
		return;
	c->line[c->num_lines].kind = kind;
	va_start(args, format);
	vsnprintf(c->line[c->num_lines].text, sizeof(c->line[0].text), format, args);
	va_end(args);
	c->num_lines++;
}

uint32_t hlm_raw(const struct hlm_chip *c, uint32_t offset)
{
	const uint32_t *page = c->regs.page[offset / REG_PAGE_SIZE];

	return page ? page[offset % REG_PAGE_SIZE / 4] : c->info->initial_value(offset);
}

void hlm_set_raw(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	uint32_t **page = &c->regs.page[offset / REG_PAGE_SIZE];

	if (!*page) {
		*page = calloc(WORDS_PER_PAGE, sizeof(**page));
		if (!*page) /* a register that forgets; better than a crash in a guest's face */
			return;
		for (uint32_t word = 0; word < WORDS_PER_PAGE; word++)
			(*page)[word] = c->info->initial_value((offset & ~(REG_PAGE_SIZE - 1)) + 4 * word);
	}
	(*page)[offset % REG_PAGE_SIZE / 4] = value;
}

bool hlm_prot_bit_clear(struct hlm_chip *c, uint32_t offset)
{
	uint32_t word = (offset & ~(REG_PAGE_SIZE - 1)) + PROT_BITS_OFFSET + (offset >> 7 & 0x1F) * 4;

	return !(hlm_raw(c, word) >> (offset >> 2 & 0x1F) & 1);
}

const struct hlm_reg_block *hlm_reg_find(const struct hlm_chip *c, uint32_t offset)
{
	const struct hlm_reg_block *blocks = c->info->blocks;
	size_t low = 0, high = c->info->num_blocks;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (offset > blocks[mid].last)
			low = mid + 1;
		else if (offset < blocks[mid].first)
			high = mid;
		else
			return &blocks[mid];
	}
	return NULL;
}

static bool first_time(struct hlm_chip *c, uint32_t offset)
{
	uint8_t *told = &c->regs.told[offset / 4 / 8];
	uint8_t bit = (uint8_t)(1u << (offset / 4 % 8));
	bool first = !(*told & bit);

	*told |= bit;
	return first;
}

static void tell_todo(struct hlm_chip *c, uint32_t offset)
{
	if (first_time(c, offset))
		hlm_note(c, "todo", "register 0x%06x: stored, no behaviour", offset);
}

void hlm_inert_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	const struct hlm_reg_block *block = hlm_reg_find(c, offset);

	if (block && first_time(c, block->first))
		hlm_note(c, "todo", "%s, registers 0x%06x to 0x%06x: stored and idle, no engine", block->name,
			 block->first, block->last);
	hlm_set_raw(c, offset, value);
}

uint32_t hlm_reg_read(struct hlm_chip *c, uint32_t offset)
{
	const struct hlm_reg_block *block = hlm_reg_find(c, offset);

	if (!block)
		tell_todo(c, offset);
	return block && block->read ? block->read(c, offset) : hlm_raw(c, offset);
}

void hlm_reg_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	const struct hlm_reg_block *block = hlm_reg_find(c, offset);

	if (!block)
		tell_todo(c, offset);
	if (block && block->write)
		block->write(c, offset, value);
	else
		hlm_set_raw(c, offset, value);
}

void hlm_regs_clear(struct hlm_chip *c, bool keep_pcie)
{
	for (uint32_t i = 0; i < c->info->cfg_size / REG_PAGE_SIZE; i++) {
		uint32_t offset = i * REG_PAGE_SIZE;

		if (keep_pcie && offset >= c->info->pcie_first && offset <= c->info->pcie_last)
			continue;
		free(c->regs.page[i]);
		c->regs.page[i] = NULL;
	}
}

uint32_t hlm_peek(struct hlm_chip *c, uint32_t offset)
{
	uint32_t value;

	hlm_lock(c);
	value = hlm_raw(c, offset);
	hlm_unlock(c);
	return value;
}

void hlm_poke_or(struct hlm_chip *c, uint32_t offset, uint32_t bits)
{
	hlm_lock(c);
	if (c->epoch == c->run_epoch) /* else the error belongs to a life before the reset */
		hlm_set_raw(c, offset, hlm_raw(c, offset) | bits);
	hlm_unlock(c);
}

uint64_t hlm_peek_pair(struct hlm_chip *c, uint32_t low, uint32_t high)
{
	uint64_t value;

	hlm_lock(c);
	value = (uint64_t)hlm_raw(c, high) << 32 | hlm_raw(c, low);
	hlm_unlock(c);
	return value;
}

bool hlm_same_life(struct hlm_chip *c)
{
	bool same;

	hlm_lock(c);
	same = c->epoch == c->run_epoch;
	hlm_unlock(c);
	return same;
}
