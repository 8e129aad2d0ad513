// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* timestamp.c - PSOC_TIMESTAMP (psoc_timestamp_regs.h): a generic counter, here of nanoseconds. */
#include "chip.h"

#define CONTROL 0x0
#define LOW 0x8
#define HIGH 0xC

uint32_t hlm_timestamp_read(struct hlm_chip *c, uint32_t offset)
{
	uint32_t base = c->info->reg.timestamp;
	uint64_t ticks = 0;

	/* clock_ns is the one host operation that is called with the lock held: it reads a clock. */
	if (hlm_raw(c, base + CONTROL) & 1)
		ticks = c->m->ops->clock_ns(c->m->host) - c->timestamp_base;
	if (offset == base + LOW)
		return (uint32_t)ticks;
	return offset == base + HIGH ? (uint32_t)(ticks >> 32) : hlm_raw(c, offset);
}

void hlm_timestamp_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	uint32_t base = c->info->reg.timestamp;

	if (offset == base + CONTROL || offset == base + LOW)
		c->timestamp_base = c->m->ops->clock_ns(c->m->host);
	hlm_set_raw(c, offset, value);
}
