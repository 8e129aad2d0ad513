// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* packets.c - the command processor: one packet at a time, by a table of opcodes. */
#include <string.h>

#include "chip.h"

#define STREAM_REG(c, reg) ((reg) + (c)->engine * GAUDI_DMA_QM_STRIDE + 4 * (c)->stream)
#define CORE_REG(c, reg) ((reg) + (c)->engine * GAUDI_DMA_CORE_STRIDE)
#define MSG_BASE_STRIDE 0x28 /* CP_MSG_BASE0_ADDR_LO to CP_MSG_BASE1_ADDR_LO */
#define BULK_SIZE_MASK 0xFFFFu

enum outcome {
	DONE,	   /* go on behind the packet */
	PARKED,	   /* try again later */
	UNDEFINED, /* opcode, or a mode of it that is not there */
	STOPPED
};

struct command {
	struct gaudi *g;
	struct gaudi_stream *s;
	unsigned int engine, stream;
	uint32_t word, ctl;
	const uint8_t *bytes;
};

static uint64_t quad(const struct command *c, unsigned int at)
{
	uint64_t value;

	memcpy(&value, c->bytes + at, sizeof(value));
	return value;
}

static void cp_error(const struct command *c, uint32_t cause)
{
	hlm_gaudi_qman_error(c->g, c->engine, c->stream, GAUDI_QM_CP_SHIFT, cause);
}

static enum outcome message(const struct command *c, uint64_t addr, bool force_secure)
{
	struct gaudi_initiator who =
		hlm_gaudi_qman_initiator(c->g, c->engine, c->stream, GAUDI_QM_CP_SHIFT, force_secure);
	bool lbw = addr >= GAUDI_CFG_BASE && addr < GAUDI_CFG_BASE + GAUDI_CFG_SIZE;

	if (c->ctl & GAUDI_PKT_MSG_OP_MASK)
		return UNDEFINED;
	/* Whoever reads what a message announces must find it written. */
	hlm_publish();
	switch (hlm_gaudi_bus_write(c->g, &who, addr, &c->word, sizeof(c->word))) {
	case GAUDI_BUS_OK:
	case GAUDI_BUS_ABORTED:
		break;
	default:
		cp_error(c, lbw ? GAUDI_QM_STS1_CP_LBW_ERR : GAUDI_QM_STS1_CP_HBW_ERR);
		break;
	}
	return DONE;
}

static enum outcome msg_long(struct command *c)
{
	return message(c, quad(c, 8), false);
}

static enum outcome msg_prot(struct command *c)
{
	return message(c, quad(c, 8), true);
}

static enum outcome msg_short(struct command *c)
{
	uint32_t base = (c->ctl & GAUDI_PKT_SHORT_BASE_MASK) >> GAUDI_PKT_SHORT_BASE_SHIFT;
	uint32_t low = STREAM_REG(c, GAUDI_DMA0_QM_CP_MSG_BASE0_ADDR_LO_0 + base * MSG_BASE_STRIDE);
	uint32_t high = STREAM_REG(c, GAUDI_DMA0_QM_CP_MSG_BASE0_ADDR_HI_0 + base * MSG_BASE_STRIDE);
	uint64_t addr = (uint64_t)hlm_gaudi_peek(c->g, high) << 32 | hlm_gaudi_peek(c->g, low);

	return message(c, addr + (c->ctl & GAUDI_PKT_SHORT_ADDR_MASK), false);
}

/* Registers of the engine's own 64 KiB: the core's and the queue manager's. */
static void write_own_register(struct command *c, uint32_t reg, uint32_t value)
{
	struct gaudi_initiator who = hlm_gaudi_qman_initiator(c->g, c->engine, c->stream, GAUDI_QM_CP_SHIFT, false);

	if (hlm_gaudi_lbw_write(c->g, &who, CORE_REG(c, GAUDI_DMA0_CORE_CFG_0) + (reg & 0xFFFC), value))
		cp_error(c, GAUDI_QM_STS1_CP_WREG_ERR);
}

static enum outcome wreg32(struct command *c)
{
	if (c->ctl & GAUDI_WREG32_PRED_MASK)
		return UNDEFINED; /* predicates are not modelled */
	write_own_register(c, c->ctl & GAUDI_WREG32_REG_MASK, c->word);
	return DONE;
}

static enum outcome wreg_bulk(struct command *c)
{
	uint32_t reg = c->ctl & GAUDI_WREG32_REG_MASK, count = c->word & BULK_SIZE_MASK;

	if (c->ctl & GAUDI_WREG32_PRED_MASK)
		return UNDEFINED;
	c->s->pos += 8; /* the values follow, and may be more than the window holds */
	for (uint32_t i = 0; i < count; i++) {
		uint32_t value[2];

		if (hlm_gaudi_cb_need(c->g, c->engine, c->stream, sizeof(value))) {
			hlm_gaudi_qman_error(c->g, c->engine, c->stream, GAUDI_QM_CQF_SHIFT, GAUDI_QM_STS1_CQ_HBW_ERR);
			return STOPPED;
		}
		memcpy(value, c->s->window + c->s->pos, sizeof(value));
		c->s->pos += sizeof(value);
		write_own_register(c, reg + 8 * i, value[0]);
		write_own_register(c, reg + 8 * i + 4, value[1]);
	}
	return DONE;
}

static enum outcome fence(struct command *c)
{
	struct gaudi *g = c->g;
	uint32_t id = c->word >> GAUDI_FENCE_ID_SHIFT;
	uint32_t target = (c->word & GAUDI_FENCE_TARGET_MASK) >> GAUDI_FENCE_TARGET_SHIFT;
	uint32_t decrement = c->word & GAUDI_FENCE_DEC_MASK;
	uint32_t reg = STREAM_REG(c, GAUDI_DMA0_QM_CP_FENCE0_CNT_0 + id * GAUDI_QM_FENCE_STRIDE), count;
	bool reached;

	hlm_gaudi_lock(g);
	count = hlm_gaudi_raw(g, reg);
	reached = count >= target;
	if (reached)
		hlm_gaudi_set_raw(g, reg, count > decrement ? count - decrement : 0);
	hlm_gaudi_set_raw(g, STREAM_REG(c, GAUDI_DMA0_QM_CP_STS_0), id << 20);
	hlm_gaudi_unlock(g);
	return reached ? DONE : PARKED;
}

static enum outcome lin_dma(struct command *c)
{
	struct gaudi_commit job = { .src = quad(c, 8), .dst = quad(c, 16) & GAUDI_LIN_DMA_DST_MASK, .size = c->word };

	if (!(c->ctl & GAUDI_LIN_DMA_LIN))
		return UNDEFINED; /* tensor transfers are not modelled */
	if (!hlm_gaudi_dma_ready(c->g, c->engine))
		return PARKED;
	job.flags = (c->ctl & GAUDI_LIN_DMA_MEMSET ? GAUDI_DMA_CORE_COMMIT_MEMSET : 0) |
		    (c->ctl & GAUDI_LIN_DMA_WRCOMP_EN ? GAUDI_DMA_CORE_COMMIT_WR_COMP : 0);
	hlm_count(c->g->m, HLM_STAT_LIN_DMA, 1);
	hlm_gaudi_dma_run(c->g, c->engine, &job);
	c->s->yield = true;
	/* A core that stopped on an error never reports the transfer as done: nothing behind it runs. */
	if (atomic_load(&c->g->dma[c->engine].stopped))
		return STOPPED;
	return DONE;
}

static enum outcome nop(struct command *c)
{
	(void)c;
	return DONE;
}

static enum outcome stop(struct command *c)
{
	cp_error(c, GAUDI_QM_STS1_CP_STOP);
	return STOPPED;
}

static enum outcome arb_point(struct command *c)
{
	c->s->yield = true;
	return DONE;
}

static const struct {
	const char *name;
	uint32_t size;
	enum outcome (*execute)(struct command *c);
} packets[] = {
	[GAUDI_PKT_WREG32] = { "WREG32", 8, wreg32 },
	[GAUDI_PKT_WREG_BULK] = { "WREG_BULK", 8, wreg_bulk },
	[GAUDI_PKT_MSG_LONG] = { "MSG_LONG", 16, msg_long },
	[GAUDI_PKT_MSG_SHORT] = { "MSG_SHORT", 8, msg_short },
	[GAUDI_PKT_MSG_PROT] = { "MSG_PROT", 16, msg_prot },
	[GAUDI_PKT_FENCE] = { "FENCE", 8, fence },
	[GAUDI_PKT_LIN_DMA] = { "LIN_DMA", 24, lin_dma },
	[GAUDI_PKT_NOP] = { "NOP", 8, nop },
	[GAUDI_PKT_STOP] = { "STOP", 8, stop },
	[GAUDI_PKT_ARB_POINT] = { "ARB_POINT", 8, arb_point },
	[GAUDI_PKT_WAIT] = { "WAIT", 8, nop },
};

/* The rest of the buffer cannot be understood, or could not be read. */
static void drop_buffer(struct command *c)
{
	c->s->cb_left = 0;
	c->s->pos = 0;
	c->s->fill = 0;
}

static bool load(struct command *c, uint32_t bytes)
{
	enum gaudi_bus_status status = hlm_gaudi_cb_need(c->g, c->engine, c->stream, bytes);

	if (status == GAUDI_BUS_OK) {
		c->bytes = c->s->window + c->s->pos;
		return true;
	}
	drop_buffer(c);
	if (status != GAUDI_BUS_ABORTED)
		hlm_gaudi_qman_error(c->g, c->engine, c->stream, GAUDI_QM_CQF_SHIFT, GAUDI_QM_STS1_CQ_HBW_ERR);
	return false;
}

static bool finish(struct command *c, enum outcome outcome, uint32_t size, bool variable)
{
	atomic_store(&c->s->parked, outcome == PARKED);
	switch (outcome) {
	case DONE:
		if (!variable)
			c->s->pos += size;
		return true;
	case PARKED:
		return false;
	case UNDEFINED:
		drop_buffer(c);
		cp_error(c, GAUDI_QM_STS1_CP_UNDEF_OPCODE);
		return true;
	default:
		drop_buffer(c);
		atomic_store(&c->s->stopped, true);
		return true;
	}
}

bool hlm_gaudi_packet_execute(struct gaudi *g, unsigned int engine, unsigned int stream)
{
	struct command c = { .g = g, .s = &g->dma[engine].stream[stream], .engine = engine, .stream = stream };
	bool was_parked = atomic_load(&c.s->parked);
	enum outcome outcome = UNDEFINED;
	uint32_t opcode, size = 8;

	if (!load(&c, 8))
		return true;
	memcpy(&c.word, c.bytes, 4);
	memcpy(&c.ctl, c.bytes + 4, 4);
	opcode = (c.ctl & GAUDI_PKT_CTL_OPCODE_MASK) >> GAUDI_PKT_CTL_OPCODE_SHIFT;
	if (opcode < ARRAY_LEN(packets) && packets[opcode].execute) {
		size = packets[opcode].size;
		if (!load(&c, size))
			return true;
		if (!was_parked)
			hlm_trace(g->m, "packet", "QMAN%u.%u %s 0x%08x 0x%08x", engine, stream, packets[opcode].name,
				  c.word, c.ctl);
		outcome = packets[opcode].execute(&c);
	}
	if (outcome != PARKED)
		hlm_count(g->m, HLM_STAT_PACKETS, 1);
	return finish(&c, outcome, size, opcode == GAUDI_PKT_WREG_BULK);
}
