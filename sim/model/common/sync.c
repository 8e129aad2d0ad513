// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * sync.c - sync managers: counters (sync objects) and monitors. An armed monitor watches one or some
 * neighbouring objects; when all hold, it disarms and writes its payload to a register.
 */
#include "chip.h"

/* Where a monitor's registers begin, from the manager's first object: one array after the other. */
enum monitor_array { PAY_ADDRL, PAY_ADDRH, PAY_DATA, ARM, STATUS };

#define SOB_INCREMENT 0x80000000u /* add instead of set */
#define MON_STATUS_VALID 0x1u
#define MON_STATUS_PENDING_SHIFT 1
#define SEI_AXI_RESPONSE 2 /* cpucp_if.h, hl_sm_sei_cause */
#define SEI_OVERFLOW 0
/* Two monitors that set each other off would go round for ever. */
#define MAX_FIRINGS 65536

static uint32_t base_of(const struct hlm_chip *c, unsigned int manager)
{
	return c->info->sync.first + manager * c->info->sync.stride;
}

static uint32_t monitor_reg(const struct hlm_chip *c, unsigned int manager, enum monitor_array array,
			    unsigned int monitor)
{
	const struct hlm_sync_layout *layout = &c->info->sync;

	return base_of(c, manager) + 4 * (layout->objects + array * layout->monitors + monitor);
}

static void report_error(struct hlm_chip *c, unsigned int manager, uint32_t log, uint32_t cause)
{
	hlm_note(c, "fault", "sync manager %u: error cause %u, 0x%x", manager, cause, log);
	c->info->sync_error(c, manager, log, cause);
}

/* Which of the watched objects do not hold yet. */
static uint32_t pending(struct hlm_chip *c, unsigned int manager, uint32_t arm)
{
	uint32_t first, skip, target, bits = 0;
	bool equal;

	c->info->sync.decode_arm(arm, &first, &skip, &target, &equal);
	for (unsigned int i = 0; i < c->info->sync.watched; i++) {
		uint32_t value = hlm_raw(c, base_of(c, manager) + 4 * (first + i));
		bool holds = equal ? value == target : value >= target;

		if (!(skip >> i & 1) && !holds)
			bits |= 1u << i;
	}
	return bits;
}

static void evaluate(struct hlm_chip *c, unsigned int manager, unsigned int monitor)
{
	uint32_t status = monitor_reg(c, manager, STATUS, monitor);
	uint32_t bits;

	if (!(hlm_raw(c, status) & MON_STATUS_VALID))
		return;
	bits = pending(c, manager, hlm_raw(c, monitor_reg(c, manager, ARM, monitor)));
	hlm_set_raw(c, status, bits ? MON_STATUS_VALID | bits << MON_STATUS_PENDING_SHIFT : 0);
	if (bits || c->num_fired == ARRAY_LEN(c->fired))
		return;
	c->fired[c->num_fired++] = (struct hlm_sync_pending){ (uint16_t)manager, (uint16_t)monitor };
}

static bool watches(struct hlm_chip *c, unsigned int manager, unsigned int monitor, uint32_t object)
{
	uint32_t first, skip, target;
	bool equal;

	if (!(hlm_raw(c, monitor_reg(c, manager, STATUS, monitor)) & MON_STATUS_VALID))
		return false;
	c->info->sync.decode_arm(hlm_raw(c, monitor_reg(c, manager, ARM, monitor)), &first, &skip, &target, &equal);
	return object - first < c->info->sync.watched;
}

static void write_sob(struct hlm_chip *c, unsigned int manager, uint32_t offset, uint32_t value)
{
	uint32_t mask = c->info->sync.value_mask, next = value & mask;
	uint32_t object = (offset - base_of(c, manager)) / 4;

	if (value & SOB_INCREMENT)
		next += hlm_raw(c, offset);
	if (next > mask) {
		next = mask;
		report_error(c, manager, object, SEI_OVERFLOW);
	}
	hlm_set_raw(c, offset, next);
	for (unsigned int monitor = 0; monitor < c->info->sync.monitors; monitor++)
		if (watches(c, manager, monitor, object))
			evaluate(c, manager, monitor);
}

void hlm_sync_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	const struct hlm_sync_layout *layout = &c->info->sync;
	unsigned int manager = layout->managers > 1 ? (offset - layout->first) / layout->stride : 0;
	uint32_t arm = monitor_reg(c, manager, ARM, 0);

	if (offset < base_of(c, manager) + 4 * layout->objects) {
		write_sob(c, manager, offset, value);
		return;
	}
	hlm_set_raw(c, offset, value);
	if (offset >= arm && offset < arm + 4 * layout->monitors) {
		unsigned int monitor = (offset - arm) / 4;

		hlm_set_raw(c, monitor_reg(c, manager, STATUS, monitor), MON_STATUS_VALID);
		evaluate(c, manager, monitor);
	}
}

static void fire(struct hlm_chip *c, const struct hlm_sync_pending *pending_monitor)
{
	unsigned int manager = pending_monitor->manager, monitor = pending_monitor->monitor;
	uint64_t addr = (uint64_t)hlm_raw(c, monitor_reg(c, manager, PAY_ADDRH, monitor)) << 32 |
			hlm_raw(c, monitor_reg(c, manager, PAY_ADDRL, monitor));
	uint32_t payload = hlm_raw(c, monitor_reg(c, manager, PAY_DATA, monitor));
	/* Monitors belong to whoever armed them: their messages are never secure. */
	struct hlm_initiator who = { .port = HLM_PORT_SYNC, .index = manager };
	uint32_t offset = (uint32_t)(addr - c->info->cfg_base);

	hlm_note(c, "packet", "sync manager %u monitor %u fires: 0x%x to 0x%llx", manager, monitor, payload,
		 (unsigned long long)addr);
	if (addr < c->info->cfg_base || addr >= c->info->cfg_base + c->info->cfg_size || (addr & 3)) {
		report_error(c, manager, (uint32_t)addr, SEI_AXI_RESPONSE);
		return;
	}
	if (c->info->lbw_refused(c, &who, offset, true)) {
		c->info->razwi(c, &who, addr, true);
		report_error(c, manager, (uint32_t)addr, SEI_AXI_RESPONSE);
		return;
	}
	hlm_reg_write(c, offset, payload);
}

void hlm_sync_drain(struct hlm_chip *c)
{
	unsigned int firings = 0;

	if (c->draining_monitors)
		return;
	c->draining_monitors = true;
	while (c->num_fired && firings++ < MAX_FIRINGS) {
		struct hlm_sync_pending next = c->fired[--c->num_fired];

		fire(c, &next);
	}
	if (c->num_fired)
		hlm_note(c, "fault", "monitors set each other off without end; dropped");
	c->num_fired = 0;
	c->draining_monitors = false;
}
