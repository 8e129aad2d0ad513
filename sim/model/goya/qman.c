// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * qman.c - the DMA channels' queue managers: each fetches descriptors from its queue (PQ), then command buffers
 * (CQ), and has its command processor (CP) execute them.
 */
#include <string.h>

#include "engine.h"

#define QM_FIELD(offset) (GOYA_DMA_QM_0_GLBL_CFG0 + ((offset)-GOYA_DMA_QM_0_GLBL_CFG0) % GOYA_DMA_STRIDE)
#define PACKETS_PER_TURN 16
#define FENCE_INCREMENT_MASK 0xFu /* dma_qm_0_masks.h */
#define FENCE_COUNT_MAX 0xFFu
#define NUM_FENCES 4
#define PQ_SIZE_MAX 24 /* log2 of entries; more would wrap the arithmetic */
#define ERR_CFG_BITS 3 /* of each unit: interrupt, message, stop */
#define ERR_CFG_MSG 0x2u
#define ERR_CFG_STOP 0x4u

static struct goya_queue *queue_of(struct hlm_chip *c, unsigned int channel)
{
	return &goya_of(c)->dma[channel].queue;
}

static struct hlm_initiator initiator(struct hlm_chip *c, unsigned int channel, bool secure)
{
	uint32_t props = hlm_peek(c, goya_dma_reg(channel, secure ? GOYA_DMA_QM_0_GLBL_SECURE_PROPS
								  : GOYA_DMA_QM_0_GLBL_NON_SECURE_PROPS));

	return (struct hlm_initiator){ .port = HLM_PORT_DMA,
				       .index = channel,
				       .secure = secure,
				       .mmu_bypass = props & GOYA_PROPS_MMBP,
				       .asid = props & GOYA_PROPS_ASID_MASK };
}

static bool trusted(struct hlm_chip *c, unsigned int channel, enum goya_unit unit)
{
	return hlm_peek(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_PROT)) >> unit & 1;
}

struct hlm_initiator hlm_goya_unit_initiator(struct hlm_chip *c, unsigned int channel, enum goya_unit unit)
{
	return initiator(c, channel, trusted(c, channel, unit));
}

struct hlm_initiator hlm_goya_message_initiator(struct hlm_chip *c, unsigned int channel, bool prot)
{
	return initiator(c, channel, prot && trusted(c, channel, GOYA_UNIT_CP));
}

static void error_message(struct hlm_chip *c, unsigned int channel, enum goya_unit unit)
{
	uint32_t prot = hlm_peek(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_PROT)) & GOYA_QM_PROT_ERR;
	struct hlm_initiator who = { .port = HLM_PORT_DMA, .index = channel, .mmu_bypass = true };
	uint32_t value = hlm_peek(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_ERR_WDATA));
	uint64_t addr = hlm_peek_pair(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_ERR_ADDR_LO),
				      goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_ERR_ADDR_HI));

	who.secure = prot >> (GOYA_QM_IS_STOP_SHIFT + unit) & 1;
	hlm_bus_write(c, &who, addr, &value, sizeof(value));
}

void hlm_goya_unit_error(struct hlm_chip *c, unsigned int channel, enum goya_unit unit, uint32_t cause)
{
	uint32_t config = hlm_peek(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_ERR_CFG)) >> ERR_CFG_BITS * unit;

	hlm_trace(c->m, "fault", "QMAN%u error cause 0x%x", channel, cause);
	hlm_poke_or(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_STS1), cause);
	if (config & ERR_CFG_STOP)
		atomic_store(&queue_of(c, channel)->stopped, true);
	if (config & ERR_CFG_MSG)
		error_message(c, channel, unit);
}

static bool unit_runs(struct hlm_chip *c, unsigned int channel, enum goya_unit unit)
{
	return (hlm_peek(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_CFG0)) >> unit & 1) &&
	       !(hlm_peek(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_CFG1)) >> unit & 1);
}

static uint32_t pq_entries(struct hlm_chip *c, unsigned int channel)
{
	uint32_t log2 = hlm_raw(c, goya_dma_reg(channel, GOYA_DMA_QM_0_PQ_SIZE));

	return 1u << (log2 < PQ_SIZE_MAX ? log2 : PQ_SIZE_MAX);
}

/* PI and CI count modulo twice the length, so that full and empty differ. Lock held. */
static uint32_t pq_pending(struct hlm_chip *c, unsigned int channel)
{
	return (hlm_raw(c, goya_dma_reg(channel, GOYA_DMA_QM_0_PQ_PI)) -
		hlm_raw(c, goya_dma_reg(channel, GOYA_DMA_QM_0_PQ_CI))) &
	       (2 * pq_entries(c, channel) - 1);
}

static bool next_descriptor(struct hlm_chip *c, unsigned int channel, uint64_t *addr)
{
	uint32_t ci_reg = goya_dma_reg(channel, GOYA_DMA_QM_0_PQ_CI), entries, ci;
	bool pending;

	hlm_lock(c);
	/* After a reset the queue may be another one already. */
	pending = c->epoch == c->run_epoch && pq_pending(c, channel);
	entries = pq_entries(c, channel);
	ci = hlm_raw(c, ci_reg);
	*addr = (uint64_t)hlm_raw(c, goya_dma_reg(channel, GOYA_DMA_QM_0_PQ_BASE_HI)) << 32 |
		hlm_raw(c, goya_dma_reg(channel, GOYA_DMA_QM_0_PQ_BASE_LO));
	*addr += (uint64_t)(ci & (entries - 1)) * GOYA_PQ_ENTRY_SIZE;
	if (pending)
		hlm_set_raw(c, ci_reg, (ci + 1) & (2 * entries - 1));
	hlm_unlock(c);
	return pending;
}

static bool fetch_descriptor(struct hlm_chip *c, unsigned int channel)
{
	struct goya_queue *q = queue_of(c, channel);
	struct hlm_initiator who;
	uint8_t entry[GOYA_PQ_ENTRY_SIZE];
	uint64_t addr;

	if (!unit_runs(c, channel, GOYA_UNIT_PQF) || !next_descriptor(c, channel, &addr))
		return false;
	if (hlm_fault_take(c->m, HLM_FAULT_HANG_QUEUE)) {
		hlm_trace(c->m, "fault", "injected: QMAN%u hangs", channel);
		atomic_store(&q->stopped, true);
		return false;
	}
	who = hlm_goya_unit_initiator(c, channel, GOYA_UNIT_PQF);
	if (hlm_bus_read(c, &who, addr, entry, sizeof(entry))) {
		hlm_goya_unit_error(c, channel, GOYA_UNIT_PQF, GOYA_QM_STS1_PQF_RD_ERR);
		return true;
	}
	memcpy(&q->cb_addr, entry + GOYA_PQE_ADDR, sizeof(q->cb_addr));
	memcpy(&q->cb_left, entry + GOYA_PQE_LEN, sizeof(q->cb_left));
	q->pos = 0;
	q->fill = 0;
	atomic_store(&q->active, q->cb_left != 0);
	hlm_count(c->m, HLM_STAT_DESCRIPTORS, 1);
	hlm_trace(c->m, "fetch", "QMAN%u descriptor at 0x%llx: buffer 0x%llx, %u bytes", channel,
		  (unsigned long long)addr, (unsigned long long)q->cb_addr, q->cb_left);
	return true;
}

enum hlm_bus_status hlm_goya_cb_need(struct hlm_chip *c, unsigned int channel, uint32_t bytes)
{
	struct goya_queue *q = queue_of(c, channel);
	struct hlm_initiator who;
	enum hlm_bus_status status;
	uint32_t room;

	if (q->fill - q->pos >= bytes)
		return HLM_BUS_OK;
	memmove(q->window, q->window + q->pos, q->fill - q->pos);
	q->fill -= q->pos;
	q->pos = 0;
	room = sizeof(q->window) - q->fill;
	if (room > q->cb_left)
		room = q->cb_left;
	if (q->fill + room < bytes)
		return HLM_BUS_DECODE; /* the buffer ends inside a packet */
	who = hlm_goya_unit_initiator(c, channel, GOYA_UNIT_CQF);
	status = hlm_bus_read(c, &who, q->cb_addr, q->window + q->fill, room);
	if (status)
		return status;
	q->fill += room;
	q->cb_addr += room;
	q->cb_left -= room;
	return HLM_BUS_OK;
}

static unsigned int run_queue(struct hlm_chip *c, unsigned int channel)
{
	struct goya_queue *q = queue_of(c, channel);
	unsigned int done = 0;

	if (atomic_load(&q->stopped))
		return 0;
	if (!atomic_load(&q->active) && fetch_descriptor(c, channel))
		done++;
	q->yield = false;
	while (atomic_load(&q->active) && !atomic_load(&q->stopped) && !q->yield && done < PACKETS_PER_TURN) {
		if (!unit_runs(c, channel, GOYA_UNIT_CQF) || !unit_runs(c, channel, GOYA_UNIT_CP) ||
		    !hlm_goya_packet_execute(c, channel))
			break;
		done++;
		if (q->pos == q->fill && !q->cb_left)
			atomic_store(&q->active, false);
	}
	return done;
}

unsigned int hlm_goya_qman_run(struct hlm_chip *c)
{
	unsigned int done = 0;

	for (unsigned int channel = 0; channel < GOYA_NUM_DMA; channel++)
		done += run_queue(c, channel);
	return done;
}

/* Queue entries announced and not yet worked off. Lock held. */
static uint32_t in_flight(struct hlm_chip *c)
{
	uint32_t entries = 0;

	for (unsigned int channel = 0; channel < GOYA_NUM_DMA; channel++)
		entries += pq_pending(c, channel) + atomic_load(&queue_of(c, channel)->active);
	return entries;
}

/* A message to a fence's RDATA register adds to its counter. */
static void fence_add(struct hlm_chip *c, unsigned int channel, unsigned int fence, uint32_t value)
{
	uint32_t count = goya_dma_reg(channel, GOYA_DMA_QM_0_CP_FENCE0_CNT + 4 * fence);
	uint32_t sum = hlm_raw(c, count) + (value & FENCE_INCREMENT_MASK);

	hlm_set_raw(c, count, sum < FENCE_COUNT_MAX ? sum : FENCE_COUNT_MAX);
	c->kick = true;
}

void hlm_goya_qman_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	uint32_t field = QM_FIELD(offset), fence = (field - GOYA_DMA_QM_0_CP_FENCE0_RDATA) / 4;
	unsigned int channel = (offset - GOYA_DMA_QM_0_GLBL_CFG0) / GOYA_DMA_STRIDE;

	if (field >= GOYA_DMA_QM_0_CP_FENCE0_RDATA && fence < NUM_FENCES) {
		fence_add(c, channel, fence, value);
		return;
	}
	if (field == GOYA_DMA_QM_0_GLBL_STS1) { /* write one to clear */
		hlm_set_raw(c, offset, hlm_raw(c, offset) & ~value);
		return;
	}
	hlm_set_raw(c, offset, value);
	if (field == GOYA_DMA_QM_0_PQ_PI) {
		hlm_count(c->m, HLM_STAT_DOORBELLS, 1);
		hlm_count_max(c->m, HLM_STAT_MAX_IN_FLIGHT, in_flight(c));
		hlm_note(c, "doorbell", "QMAN%u PI %u", channel, value);
		c->kick = true;
	} else if (field == GOYA_DMA_QM_0_GLBL_CFG0 || field == GOYA_DMA_QM_0_GLBL_CFG1) {
		c->kick = true;
	}
}

static uint32_t status0(struct hlm_chip *c, unsigned int channel)
{
	const struct goya_dma *dma = &goya_of(c)->dma[channel];
	uint32_t stop = hlm_raw(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_CFG1)) & GOYA_QM_ALL, idle = 0;

	if (!pq_pending(c, channel))
		idle |= GOYA_QM_PQF;
	if (!atomic_load(&dma->queue.active))
		idle |= GOYA_QM_CQF | GOYA_QM_CP;
	if (!dma->commits && !atomic_load(&dma->busy))
		idle |= GOYA_QM_DMA;
	if (atomic_load(&dma->queue.stopped))
		stop |= GOYA_QM_CP;
	if (atomic_load(&dma->stopped))
		stop |= GOYA_QM_DMA;
	return idle | stop << GOYA_QM_IS_STOP_SHIFT;
}

uint32_t hlm_goya_qman_read(struct hlm_chip *c, uint32_t offset)
{
	unsigned int channel = (offset - GOYA_DMA_QM_0_GLBL_CFG0) / GOYA_DMA_STRIDE;

	switch (QM_FIELD(offset)) {
	case GOYA_DMA_QM_0_GLBL_STS0:
		return status0(c, channel);
	case GOYA_DMA_QM_0_CP_STS:
		return hlm_raw(c, offset) |
		       (atomic_load(&queue_of(c, channel)->parked) ? GOYA_QM_CP_STS_FENCE_IN_PROGRESS : 0);
	default:
		return hlm_raw(c, offset);
	}
}
