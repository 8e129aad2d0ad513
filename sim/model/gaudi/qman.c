// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * qman.c - the DMA engines' queue managers: four streams each, that fetch descriptors from their queue (PQ),
 * command buffers (CQ), and have the command processor (CP) execute them, in turn.
 */
#include <string.h>

#include "engine.h"

#define QM_FIELD(offset) (((offset) & (GAUDI_DMA_QM_STRIDE - 1)) | GAUDI_DMA0_CORE_CFG_0)
#define QM_REG(engine, reg) ((reg) + (engine)*GAUDI_DMA_QM_STRIDE)
#define STREAM_REG(engine, stream, reg) (QM_REG(engine, reg) + 4 * (stream))
#define PACKETS_PER_TURN 16
#define FENCE_COUNT_MAX 0x3FFFu
#define NUM_FENCES 4
#define PQ_SIZE_MAX 24 /* log2 of entries; more would wrap the arithmetic */
#define CGM_IDLE 0x700u

static unsigned int engine_of(uint32_t offset)
{
	return (offset - GAUDI_DMA0_CORE_CFG_0) / GAUDI_DMA_QM_STRIDE;
}

struct hlm_initiator hlm_gaudi_qman_initiator(struct hlm_chip *g, unsigned int engine, unsigned int stream,
					      unsigned int unit_shift, bool force_secure)
{
	bool secure =
		force_secure || (hlm_peek(g, QM_REG(engine, GAUDI_DMA0_QM_GLBL_PROT)) >> (unit_shift + stream) & 1);
	uint32_t props = hlm_peek(
		g, STREAM_REG(engine, stream,
			      secure ? GAUDI_DMA0_QM_GLBL_SECURE_PROPS_0 : GAUDI_DMA0_QM_GLBL_NON_SECURE_PROPS_0));

	return (struct hlm_initiator){ .port = HLM_PORT_DMA,
				       .index = engine,
				       .secure = secure,
				       .mmu_bypass = props & GAUDI_PROPS_MMBP,
				       .asid = props & GAUDI_PROPS_ASID_MASK };
}

static void error_message(struct hlm_chip *g, unsigned int engine)
{
	bool secure = hlm_peek(g, QM_REG(engine, GAUDI_DMA0_QM_GLBL_PROT)) & GAUDI_QM_PROT_ERR;
	struct hlm_initiator who = { .port = HLM_PORT_DMA, .index = engine, .secure = secure, .mmu_bypass = true };
	uint32_t value = hlm_peek(g, QM_REG(engine, GAUDI_DMA0_QM_GLBL_ERR_WDATA));
	uint64_t addr = (uint64_t)hlm_peek(g, QM_REG(engine, GAUDI_DMA0_QM_GLBL_ERR_ADDR_HI)) << 32 |
			hlm_peek(g, QM_REG(engine, GAUDI_DMA0_QM_GLBL_ERR_ADDR_LO));

	hlm_bus_write(g, &who, addr, &value, sizeof(value));
}

void hlm_gaudi_qman_error(struct hlm_chip *g, unsigned int engine, unsigned int stream, unsigned int unit_shift,
			  uint32_t cause)
{
	uint32_t config = hlm_peek(g, QM_REG(engine, GAUDI_DMA0_QM_GLBL_ERR_CFG));

	hlm_trace(g->m, "fault", "QMAN%u.%u error cause 0x%x", engine, stream, cause);
	hlm_poke_or(g, STREAM_REG(engine, stream, GAUDI_DMA0_QM_GLBL_STS1_0), cause);
	if (config >> (unit_shift + stream + GAUDI_QM_STOP_ON_ERR_SHIFT) & 1)
		atomic_store(&gaudi_of(g)->dma[engine].stream[stream].stopped, true);
	if (config >> (unit_shift + stream) & 1)
		error_message(g, engine);
}

static bool unit_runs(struct hlm_chip *g, unsigned int engine, unsigned int stream, unsigned int unit_shift)
{
	return (hlm_peek(g, QM_REG(engine, GAUDI_DMA0_QM_GLBL_CFG0)) >> (unit_shift + stream) & 1) &&
	       !(hlm_peek(g, QM_REG(engine, GAUDI_DMA0_QM_GLBL_CFG1)) >> (unit_shift + stream) & 1);
}

static uint32_t pq_entries(struct hlm_chip *g, unsigned int engine, unsigned int stream)
{
	uint32_t log2 = hlm_raw(g, STREAM_REG(engine, stream, GAUDI_DMA0_QM_PQ_SIZE_0));

	return 1u << (log2 < PQ_SIZE_MAX ? log2 : PQ_SIZE_MAX);
}

/* PI and CI count modulo twice the length, so that full and empty differ. Lock held. */
static uint32_t pq_pending(struct hlm_chip *g, unsigned int engine, unsigned int stream)
{
	uint32_t pi = hlm_raw(g, STREAM_REG(engine, stream, GAUDI_DMA0_QM_PQ_PI_0));
	uint32_t ci = hlm_raw(g, STREAM_REG(engine, stream, GAUDI_DMA0_QM_PQ_CI_0));

	return (pi - ci) & (2 * pq_entries(g, engine, stream) - 1);
}

static bool next_descriptor(struct hlm_chip *g, unsigned int engine, unsigned int stream, uint64_t *addr)
{
	uint32_t ci_reg = STREAM_REG(engine, stream, GAUDI_DMA0_QM_PQ_CI_0), entries, ci;
	bool pending;

	hlm_lock(g);
	/* After a reset the queue may be another one already. */
	pending = g->epoch == g->run_epoch && pq_pending(g, engine, stream);
	entries = pq_entries(g, engine, stream);
	ci = hlm_raw(g, ci_reg);
	*addr = (uint64_t)hlm_raw(g, STREAM_REG(engine, stream, GAUDI_DMA0_QM_PQ_BASE_HI_0)) << 32 |
		hlm_raw(g, STREAM_REG(engine, stream, GAUDI_DMA0_QM_PQ_BASE_LO_0));
	*addr += (uint64_t)(ci & (entries - 1)) * GAUDI_PQ_ENTRY_SIZE;
	if (pending)
		hlm_set_raw(g, ci_reg, (ci + 1) & (2 * entries - 1));
	hlm_unlock(g);
	return pending;
}

static bool fetch_descriptor(struct hlm_chip *g, unsigned int engine, unsigned int stream)
{
	struct gaudi_stream *s = &gaudi_of(g)->dma[engine].stream[stream];
	struct hlm_initiator who;
	uint8_t entry[GAUDI_PQ_ENTRY_SIZE];
	uint64_t addr, buffer;
	uint32_t size;

	if (!unit_runs(g, engine, stream, GAUDI_QM_PQF_SHIFT) || !next_descriptor(g, engine, stream, &addr))
		return false;
	if (hlm_fault_take(g->m, HLM_FAULT_HANG_QUEUE)) {
		hlm_trace(g->m, "fault", "injected: QMAN%u.%u hangs", engine, stream);
		atomic_store(&s->stopped, true);
		return false;
	}
	who = hlm_gaudi_qman_initiator(g, engine, stream, GAUDI_QM_PQF_SHIFT, false);
	if (hlm_bus_read(g, &who, addr, entry, sizeof(entry))) {
		hlm_gaudi_qman_error(g, engine, stream, GAUDI_QM_PQF_SHIFT, GAUDI_QM_STS1_PQ_HBW_ERR);
		return true;
	}
	memcpy(&buffer, entry + GAUDI_PQE_ADDR, sizeof(buffer));
	memcpy(&size, entry + GAUDI_PQE_LEN, sizeof(size));
	hlm_count(g->m, HLM_STAT_DESCRIPTORS, 1);
	hlm_trace(g->m, "fetch", "QMAN%u.%u descriptor at 0x%llx", engine, stream, (unsigned long long)addr);
	hlm_gaudi_cb_start(g, engine, stream, buffer, size);
	return true;
}

void hlm_gaudi_cb_start(struct hlm_chip *g, unsigned int engine, unsigned int stream, uint64_t addr, uint32_t size)
{
	struct gaudi_stream *s = &gaudi_of(g)->dma[engine].stream[stream];

	hlm_trace(g->m, "fetch", "QMAN%u.%u buffer 0x%llx, %u bytes", engine, stream, (unsigned long long)addr, size);
	s->cb_start = addr;
	s->cb_size = size;
	memset(s->passes_left, 0, sizeof(s->passes_left));
	hlm_gaudi_cb_seek(s, 0);
	atomic_store(&s->active, size != 0);
}

void hlm_gaudi_cb_seek(struct gaudi_stream *s, uint32_t offset)
{
	s->cb_addr = s->cb_start + offset;
	s->cb_left = s->cb_size - offset;
	s->pos = 0;
	s->fill = 0;
}

void hlm_gaudi_stream_idle(struct gaudi_stream *s)
{
	atomic_store(&s->active, false);
	atomic_store(&s->parked, false);
	atomic_store(&s->stopped, false);
}

void hlm_gaudi_stream_reset(struct gaudi_stream *s)
{
	hlm_gaudi_stream_idle(s);
	s->cb_size = 0;
	hlm_gaudi_cb_seek(s, 0);
	s->predicates = 0;
	memset(s->scalars, 0, sizeof(s->scalars));
}

enum hlm_bus_status hlm_gaudi_cb_need(struct hlm_chip *g, unsigned int engine, unsigned int stream, uint32_t bytes)
{
	struct gaudi_stream *s = &gaudi_of(g)->dma[engine].stream[stream];
	struct hlm_initiator who;
	enum hlm_bus_status status;
	uint32_t room;

	if (s->fill - s->pos >= bytes)
		return HLM_BUS_OK;
	memmove(s->window, s->window + s->pos, s->fill - s->pos);
	s->fill -= s->pos;
	s->pos = 0;
	room = sizeof(s->window) - s->fill;
	if (room > s->cb_left)
		room = s->cb_left;
	if (s->fill + room < bytes)
		return HLM_BUS_DECODE; /* the buffer ends inside a packet */
	who = hlm_gaudi_qman_initiator(g, engine, stream, GAUDI_QM_CQF_SHIFT, false);
	status = hlm_bus_read(g, &who, s->cb_addr, s->window + s->fill, room);
	if (status)
		return status;
	s->fill += room;
	s->cb_addr += room;
	s->cb_left -= room;
	return HLM_BUS_OK;
}

static unsigned int run_stream(struct hlm_chip *g, unsigned int engine, unsigned int stream)
{
	struct gaudi_stream *s = &gaudi_of(g)->dma[engine].stream[stream];
	unsigned int done = 0;

	if (atomic_load(&s->stopped))
		return 0;
	if (stream != GAUDI_QMAN_LOWER_CP && !atomic_load(&s->active) && fetch_descriptor(g, engine, stream))
		done++;
	s->yield = false;
	while (atomic_load(&s->active) && !atomic_load(&s->stopped) && !s->yield && done < PACKETS_PER_TURN) {
		if (!unit_runs(g, engine, stream, GAUDI_QM_CQF_SHIFT) ||
		    !unit_runs(g, engine, stream, GAUDI_QM_CP_SHIFT) || !hlm_gaudi_packet_execute(g, engine, stream))
			break;
		done++;
		if (s->pos == s->fill && !s->cb_left)
			atomic_store(&s->active, false);
	}
	return done;
}

unsigned int hlm_gaudi_qman_run(struct hlm_chip *g)
{
	unsigned int done = 0;

	for (unsigned int engine = 0; engine < GAUDI_NUM_DMA; engine++)
		for (unsigned int stream = 0; stream < GAUDI_QMAN_CPS; stream++)
			done += run_stream(g, engine, stream);
	return done;
}

void hlm_gaudi_fence_add(struct hlm_chip *g, unsigned int engine, unsigned int fence, unsigned int stream,
			 uint32_t value)
{
	uint32_t count = STREAM_REG(engine, stream, GAUDI_DMA0_QM_CP_FENCE0_CNT_0 + fence * GAUDI_QM_FENCE_STRIDE);
	uint32_t status = STREAM_REG(engine, stream, GAUDI_DMA0_QM_GLBL_STS1_0);
	uint64_t sum = (uint64_t)hlm_raw(g, count) + value;

	if (sum > FENCE_COUNT_MAX) {
		sum = FENCE_COUNT_MAX;
		hlm_set_raw(g, status, hlm_raw(g, status) | GAUDI_QM_STS1_FENCE_INC_CLIP << fence);
	}
	hlm_set_raw(g, count, (uint32_t)sum);
	g->kick = true;
}

/* Register of a group with one register for each of count streams; returns the stream or -1. */
static int stream_reg(uint32_t field, uint32_t first, uint32_t count)
{
	return field >= first && field < first + 4 * count ? (int)((field - first) / 4) : -1;
}

/* Queue entries announced and not yet worked off, of all streams. Lock held. */
static uint32_t in_flight(struct hlm_chip *g)
{
	uint32_t entries = 0;

	for (unsigned int engine = 0; engine < GAUDI_NUM_DMA; engine++)
		for (unsigned int stream = 0; stream < GAUDI_QMAN_STREAMS; stream++)
			entries += pq_pending(g, engine, stream) +
				   atomic_load(&gaudi_of(g)->dma[engine].stream[stream].active);
	return entries;
}

static bool arbiter_ends(uint32_t field, uint32_t value)
{
	return (field == GAUDI_DMA0_QM_ARB_CFG_0 && !(value & GAUDI_QM_ARB_CFG_0_EN)) ||
	       (field == GAUDI_DMA0_QM_ARB_CFG_1 && value & GAUDI_QM_ARB_CFG_1_CLR);
}

void hlm_gaudi_qman_write(struct hlm_chip *g, uint32_t offset, uint32_t value)
{
	uint32_t field = QM_FIELD(offset);
	unsigned int engine = engine_of(offset);
	int stream = stream_reg(field, GAUDI_DMA0_QM_PQ_PI_0, GAUDI_QMAN_STREAMS);

	for (unsigned int fence = 0; fence < NUM_FENCES; fence++) {
		int s = stream_reg(field, GAUDI_DMA0_QM_CP_FENCE0_RDATA_0 + fence * GAUDI_QM_FENCE_STRIDE,
				   GAUDI_QMAN_CPS);

		if (s >= 0) {
			hlm_gaudi_fence_add(g, engine, fence, (unsigned int)s, value);
			return;
		}
	}
	if (field >= GAUDI_DMA0_QM_GLBL_STS1_0 && field < GAUDI_DMA0_QM_GLBL_STS1_0 + 20) {
		hlm_set_raw(g, offset, hlm_raw(g, offset) & ~value); /* write one to clear */
		return;
	}
	hlm_set_raw(g, offset, value);
	if (stream >= 0) {
		hlm_count(g->m, HLM_STAT_DOORBELLS, 1);
		hlm_count_max(g->m, HLM_STAT_MAX_IN_FLIGHT, in_flight(g));
		hlm_note(g, "doorbell", "QMAN%u.%d PI %u", engine, stream, value);
		g->kick = true;
	} else if (field == GAUDI_DMA0_QM_GLBL_CFG0 || field == GAUDI_DMA0_QM_GLBL_CFG1) {
		g->kick = true;
	} else if (arbiter_ends(field, value)) {
		hlm_gaudi_arb_clear(g, engine);
		g->kick = true;
	}
}

static uint32_t status0(struct hlm_chip *g, unsigned int engine)
{
	uint32_t status = 0;
	uint32_t stop = hlm_raw(g, QM_REG(engine, GAUDI_DMA0_QM_GLBL_CFG1)) & 0x3FFF;

	for (unsigned int stream = 0; stream < GAUDI_QMAN_CPS; stream++) {
		const struct gaudi_stream *s = &gaudi_of(g)->dma[engine].stream[stream];

		if (stream != GAUDI_QMAN_LOWER_CP && !pq_pending(g, engine, stream))
			status |= 1u << (GAUDI_QM_PQF_SHIFT + stream);
		if (!atomic_load(&s->active))
			status |= 1u << (GAUDI_QM_CQF_SHIFT + stream) | 1u << (GAUDI_QM_CP_SHIFT + stream);
		if (atomic_load(&s->stopped))
			stop |= 1u << (GAUDI_QM_CP_SHIFT + stream);
	}
	return status | stop << GAUDI_QM_STOP_ON_ERR_SHIFT;
}

uint32_t hlm_gaudi_qman_read(struct hlm_chip *g, uint32_t offset)
{
	uint32_t field = QM_FIELD(offset);

	if (field == GAUDI_DMA0_QM_GLBL_STS0)
		return status0(g, engine_of(offset));
	if (field == GAUDI_DMA0_QM_CGM_STS)
		return CGM_IDLE;
	return hlm_raw(g, offset);
}
