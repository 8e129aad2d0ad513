// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * eventq.c - what the firmware reports to the host: 64-byte entries in a ring of host memory, and an
 * interrupt. An event is masked once sent, until the host unmasks it; happening meanwhile, it is remembered.
 *
 * Drivers raise INTS_REGISTER when they are ready for events. Whether a firmware holds events back until then
 * cannot be read from any driver, so here they are sent at once, and a host that never asks is told of.
 */
#include <string.h>

#include "chip.h"

/* Entry layout: cpucp_if.h, struct hl_eq_entry. */
#define ENTRY_SIZE 64
#define ENTRY_CTL 4
#define ENTRY_DATA 8
#define CTL_READY 0x80000000u
#define CTL_TYPE_SHIFT 16
#define CTL_INDEX_MASK 0xFFFFu

static bool bit(const uint8_t *bits, unsigned int i)
{
	return bits[i / 8] >> (i % 8) & 1;
}

static void set_bit(uint8_t *bits, unsigned int i, bool on)
{
	bits[i / 8] = (uint8_t)((bits[i / 8] & ~(1u << (i % 8))) | (unsigned int)on << (i % 8));
}

void hlm_event(struct hlm_chip *c, unsigned int type, uint64_t data)
{
	struct hlm_eventq *q = &c->cpu.events;

	if (bit(q->masked, type) || q->count == EVENT_BACKLOG) {
		set_bit(q->latched, type, true);
		return;
	}
	set_bit(q->masked, type, true);
	q->backlog[q->count++] = (struct hlm_event){ .type = (uint16_t)type, .data = data };
	c->kick = true;
}

void hlm_event_unmask(struct hlm_chip *c, unsigned int type)
{
	struct hlm_eventq *q = &c->cpu.events;
	bool again;

	if (type >= c->info->num_events)
		return;
	again = bit(q->latched, type);
	set_bit(q->masked, type, false);
	set_bit(q->latched, type, false);
	if (again)
		hlm_event(c, type, 0);
}

/* The host has made room. */
void hlm_eventq_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	hlm_set_raw(c, offset, value);
	if (c->cpu.events.count)
		c->kick = true;
}

static bool next_entry(struct hlm_chip *c, struct hlm_event *event, uint64_t *addr, uint32_t *ctl)
{
	struct hlm_eventq *q = &c->cpu.events;
	uint32_t entries = hlm_raw(c, c->info->reg.eq_length) / ENTRY_SIZE;

	if (!c->cpu.queue_ready || !q->count || !entries ||
	    (q->pi + 1) % entries == hlm_raw(c, c->info->reg.eq_ci) % entries)
		return false;
	*event = q->backlog[0];
	memmove(q->backlog, q->backlog + 1, --q->count * sizeof(q->backlog[0]));
	*addr = (uint64_t)hlm_raw(c, c->info->reg.eq_base_high) << 32 | hlm_raw(c, c->info->reg.eq_base_low);
	*addr += (uint64_t)q->pi * ENTRY_SIZE;
	if (!q->asked_for && !q->told_unasked) {
		q->told_unasked = true;
		hlm_note(c, "boot", "events are sent that no INTS_REGISTER asked for; silicon may not");
	}
	*ctl = CTL_READY | (uint32_t)event->type << CTL_TYPE_SHIFT | (++q->index & CTL_INDEX_MASK);
	q->pi = (q->pi + 1) % entries;
	return true;
}

static bool send_one(struct hlm_chip *c)
{
	uint8_t entry[ENTRY_SIZE - ENTRY_DATA] = { 0 };
	struct hlm_event event;
	bool some, single;
	uint64_t addr;
	uint32_t ctl;

	hlm_lock(c);
	some = c->epoch == c->run_epoch && next_entry(c, &event, &addr, &ctl);
	single = c->cpu.single_msi;
	hlm_unlock(c);
	if (!some)
		return false;
	memcpy(entry, &event.data, sizeof(event.data));
	if (hlm_cpu_write(c, addr + ENTRY_DATA, entry, sizeof(entry)))
		return true;
	/* The word with the ready bit last, and once: the host polls it. */
	hlm_publish();
	if (hlm_cpu_write(c, addr + ENTRY_CTL, &ctl, sizeof(ctl)))
		return true;
	hlm_trace(c->m, "fault", "event %u sent", event.type);
	hlm_pci_msi(c->m, single ? 0 : c->info->event_vector);
	return true;
}

unsigned int hlm_eventq_run(struct hlm_chip *c)
{
	unsigned int sent = 0;

	while (send_one(c))
		sent++;
	return sent;
}
