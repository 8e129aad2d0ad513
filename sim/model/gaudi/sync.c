// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * sync.c - the four sync managers: 2048 counters (sync objects) and 512 monitors each. An armed monitor
 * watches up to eight neighbouring objects; when all hold, it disarms and writes its payload to a register.
 */
#include "chip.h"

/* Offsets inside a manager's object block, from SOB_OBJ_0 (gaudi_regs.h). */
#define MON_PAY_ADDRL \
	(GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_PAY_ADDRL_0 - GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0)
#define MON_PAY_ADDRH \
	(GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_PAY_ADDRH_0 - GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0)
#define MON_PAY_DATA (GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_PAY_DATA_0 - GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0)
#define MON_ARM (GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_ARM_0 - GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0)
#define MON_STATUS (GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_STATUS_0 - GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0)
#define MANAGER_STRIDE (GAUDI_SYNC_MNGR_E_S_SYNC_MNGR_OBJS_SOB_OBJ_0 - GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0)
#define SOBS_PER_MONITOR 8
#define SOB_INCREMENT GAUDI_SOB_MOD_ADD
#define MON_STATUS_VALID 0x1u
#define MON_STATUS_PENDING_SHIFT 1
#define SEI_AXI_RESPONSE 2 /* cpucp_if.h, hl_sm_sei_cause */
#define SEI_OVERFLOW 0
/* Two monitors that set each other off would go round for ever. */
#define MAX_FIRINGS 65536

static uint32_t base_of(unsigned int manager)
{
	return GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0 + manager * MANAGER_STRIDE;
}

static void sei_event(struct gaudi *g, unsigned int manager, uint32_t log, uint32_t cause)
{
	hlm_gaudi_note(g, "fault", "sync manager %u: error cause %u, 0x%x", manager, cause, log);
	hlm_gaudi_event(g, GAUDI_EVENT_DMA_IF_SEI_0 + manager, (uint64_t)cause << 32 | log);
}

/* Which of the watched objects do not hold yet. */
static uint32_t pending(struct gaudi *g, unsigned int manager, uint32_t arm)
{
	uint32_t first = (arm & GAUDI_MON_GROUP_MASK) * SOBS_PER_MONITOR;
	uint32_t skip = (arm & GAUDI_MON_MASK_MASK) >> GAUDI_MON_MASK_SHIFT;
	uint32_t target = arm >> GAUDI_MON_VALUE_SHIFT, bits = 0;

	for (unsigned int i = 0; i < SOBS_PER_MONITOR; i++) {
		uint32_t value = hlm_gaudi_raw(g, base_of(manager) + 4 * (first + i));
		bool holds = arm & GAUDI_MON_MODE_EQUAL ? value == target : value >= target;

		if (!(skip >> i & 1) && !holds)
			bits |= 1u << i;
	}
	return bits;
}

static void evaluate(struct gaudi *g, unsigned int manager, unsigned int monitor)
{
	uint32_t base = base_of(manager), status_reg = base + MON_STATUS + 4 * monitor;
	uint32_t bits;

	if (!(hlm_gaudi_raw(g, status_reg) & MON_STATUS_VALID))
		return;
	bits = pending(g, manager, hlm_gaudi_raw(g, base + MON_ARM + 4 * monitor));
	hlm_gaudi_set_raw(g, status_reg, bits ? MON_STATUS_VALID | bits << MON_STATUS_PENDING_SHIFT : 0);
	if (bits || g->num_fired == ARRAY_LEN(g->fired))
		return;
	g->fired[g->num_fired++] = (struct gaudi_sync_pending){ (uint16_t)manager, (uint16_t)monitor };
}

static void watch_group(struct gaudi *g, unsigned int manager, uint32_t group)
{
	uint32_t arm_base = base_of(manager) + MON_ARM, status_base = base_of(manager) + MON_STATUS;

	for (unsigned int monitor = 0; monitor < GAUDI_NUM_MONITORS; monitor++)
		if ((hlm_gaudi_raw(g, status_base + 4 * monitor) & MON_STATUS_VALID) &&
		    (hlm_gaudi_raw(g, arm_base + 4 * monitor) & GAUDI_MON_GROUP_MASK) == group)
			evaluate(g, manager, monitor);
}

static void write_sob(struct gaudi *g, unsigned int manager, uint32_t offset, uint32_t value)
{
	uint32_t next = value & GAUDI_SOB_VALUE_MASK;

	if (value & SOB_INCREMENT)
		next += hlm_gaudi_raw(g, offset);
	if (next > GAUDI_SOB_VALUE_MASK) {
		next = GAUDI_SOB_VALUE_MASK;
		sei_event(g, manager, (offset - base_of(manager)) / 4, SEI_OVERFLOW);
	}
	hlm_gaudi_set_raw(g, offset, next);
	watch_group(g, manager, (offset - base_of(manager)) / (4 * SOBS_PER_MONITOR));
}

void hlm_gaudi_sync_write(struct gaudi *g, uint32_t offset, uint32_t value)
{
	unsigned int manager = (offset - base_of(0)) / MANAGER_STRIDE;
	uint32_t at = offset - base_of(manager);

	if (at < 4 * GAUDI_NUM_SOBS) {
		write_sob(g, manager, offset, value);
		return;
	}
	hlm_gaudi_set_raw(g, offset, value);
	if (at >= MON_ARM && at < MON_ARM + 4 * GAUDI_NUM_MONITORS) {
		unsigned int monitor = (at - MON_ARM) / 4;

		hlm_gaudi_set_raw(g, base_of(manager) + MON_STATUS + 4 * monitor, MON_STATUS_VALID);
		evaluate(g, manager, monitor);
	}
}

static void fire(struct gaudi *g, const struct gaudi_sync_pending *pending_monitor)
{
	unsigned int manager = pending_monitor->manager, monitor = pending_monitor->monitor;
	uint32_t base = base_of(manager) + 4 * monitor;
	uint64_t addr = (uint64_t)hlm_gaudi_raw(g, base + MON_PAY_ADDRH) << 32 | hlm_gaudi_raw(g, base + MON_PAY_ADDRL);
	/* Monitors belong to whoever armed them: their messages are never secure. */
	struct gaudi_initiator who = { .port = GAUDI_PORT_SYNC, .index = manager };
	uint32_t offset = (uint32_t)(addr - GAUDI_CFG_BASE);

	hlm_gaudi_note(g, "packet", "sync manager %u monitor %u fires: 0x%x to 0x%llx", manager, monitor,
		       hlm_gaudi_raw(g, base + MON_PAY_DATA), (unsigned long long)addr);
	if (addr < GAUDI_CFG_BASE || addr >= GAUDI_CFG_BASE + GAUDI_CFG_SIZE || (addr & 3)) {
		sei_event(g, manager, (uint32_t)addr, SEI_AXI_RESPONSE);
		return;
	}
	if (hlm_gaudi_lbw_refused(g, &who, offset, true)) {
		hlm_gaudi_razwi(g, &who, addr, true);
		sei_event(g, manager, (uint32_t)addr, SEI_AXI_RESPONSE);
		return;
	}
	hlm_gaudi_reg_write(g, offset, hlm_gaudi_raw(g, base + MON_PAY_DATA));
}

void hlm_gaudi_sync_drain(struct gaudi *g)
{
	unsigned int firings = 0;

	if (g->draining_monitors)
		return;
	g->draining_monitors = true;
	while (g->num_fired && firings++ < MAX_FIRINGS) {
		struct gaudi_sync_pending next = g->fired[--g->num_fired];

		fire(g, &next);
	}
	if (g->num_fired)
		hlm_gaudi_note(g, "fault", "monitors set each other off without end; dropped");
	g->num_fired = 0;
	g->draining_monitors = false;
}
