// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* packets.c - the command processor: one packet at a time, by a table of opcodes. */
#include <string.h>

#include "cp.h"

#define CORE_REG(c, reg) ((reg) + (c)->engine * GAUDI_DMA_CORE_STRIDE)
#define MSG_BASE_STRIDE 0x28 /* CP_MSG_BASE0_ADDR_LO to CP_MSG_BASE1_ADDR_LO */

uint64_t hlm_gaudi_cp_quad(const struct gaudi_command *c, unsigned int at)
{
	uint64_t value;

	memcpy(&value, c->bytes + at, sizeof(value));
	return value;
}

void hlm_gaudi_cp_error(const struct gaudi_command *c, uint32_t cause)
{
	hlm_gaudi_qman_error(c->g, c->engine, c->stream, GAUDI_QM_CP_SHIFT, cause);
}

static enum gaudi_outcome message(const struct gaudi_command *c, uint64_t addr, bool force_secure)
{
	struct hlm_initiator who =
		hlm_gaudi_qman_initiator(c->g, c->engine, c->stream, GAUDI_QM_CP_SHIFT, force_secure);
	bool lbw = addr >= GAUDI_CFG_BASE && addr < GAUDI_CFG_BASE + GAUDI_CFG_SIZE;
	uint32_t word = c->word;

	if (c->ctl & GAUDI_PKT_MSG_OP_MASK)
		return GAUDI_CP_UNDEFINED;
	if (force_secure && addr >= GAUDI_HOST_BASE)
		word = hlm_completion(c->g, c->word);
	/* Whoever reads what a message announces must find it written, and a queue that has sent its last one idle. */
	if (c->last)
		atomic_store(&c->s->active, false);
	hlm_publish();
	switch (hlm_bus_write(c->g, &who, addr, &word, sizeof(word))) {
	case HLM_BUS_OK:
	case HLM_BUS_ABORTED:
		break;
	default:
		hlm_gaudi_cp_error(c, lbw ? GAUDI_QM_STS1_CP_LBW_ERR : GAUDI_QM_STS1_CP_HBW_ERR);
		break;
	}
	return GAUDI_CP_DONE;
}

static enum gaudi_outcome msg_long(struct gaudi_command *c)
{
	return message(c, hlm_gaudi_cp_quad(c, 8), false);
}

static enum gaudi_outcome msg_prot(struct gaudi_command *c)
{
	return message(c, hlm_gaudi_cp_quad(c, 8), true);
}

static enum gaudi_outcome msg_short(struct gaudi_command *c)
{
	uint32_t base = (c->ctl & GAUDI_PKT_SHORT_BASE_MASK) >> GAUDI_PKT_SHORT_BASE_SHIFT;
	uint32_t low = hlm_gaudi_cp_reg(c, GAUDI_DMA0_QM_CP_MSG_BASE0_ADDR_LO_0 + base * MSG_BASE_STRIDE);
	uint32_t high = hlm_gaudi_cp_reg(c, GAUDI_DMA0_QM_CP_MSG_BASE0_ADDR_HI_0 + base * MSG_BASE_STRIDE);
	uint64_t addr = (uint64_t)hlm_peek(c->g, high) << 32 | hlm_peek(c->g, low);

	return message(c, addr + (c->ctl & GAUDI_PKT_SHORT_ADDR_MASK), false);
}

/* Registers of the engine's own 64 KiB: the core's and the queue manager's. */
static void write_own_register(struct gaudi_command *c, uint32_t reg, uint32_t value)
{
	struct hlm_initiator who = hlm_gaudi_qman_initiator(c->g, c->engine, c->stream, GAUDI_QM_CP_SHIFT, false);

	if (hlm_lbw_write(c->g, &who, CORE_REG(c, GAUDI_DMA0_CORE_CFG_0) + (reg & 0xFFFC), value))
		hlm_gaudi_cp_error(c, GAUDI_QM_STS1_CP_WREG_ERR);
}

static uint32_t own_register(const struct gaudi_command *c)
{
	return (c->ctl & GAUDI_WREG_REG_MASK) >> GAUDI_WREG_REG_SHIFT;
}

static enum gaudi_outcome wreg32(struct gaudi_command *c)
{
	write_own_register(c, own_register(c), c->word);
	return GAUDI_CP_DONE;
}

static enum gaudi_outcome wreg_bulk(struct gaudi_command *c)
{
	uint32_t reg = own_register(c), count = c->word & GAUDI_WREG_BULK_SIZE_MASK;
	bool skip = !hlm_gaudi_cp_predicate(c);

	c->s->pos += 8; /* the values follow, and may be more than the window holds */
	for (uint32_t i = 0; i < count; i++) {
		uint32_t value[2];

		if (hlm_gaudi_cb_need(c->g, c->engine, c->stream, sizeof(value))) {
			hlm_gaudi_qman_error(c->g, c->engine, c->stream, GAUDI_QM_CQF_SHIFT, GAUDI_QM_STS1_CQ_HBW_ERR);
			return GAUDI_CP_STOPPED;
		}
		memcpy(value, c->s->window + c->s->pos, sizeof(value));
		c->s->pos += sizeof(value);
		if (skip)
			continue;
		write_own_register(c, reg + 8 * i, value[0]);
		write_own_register(c, reg + 8 * i + 4, value[1]);
	}
	return GAUDI_CP_MOVED;
}

static enum gaudi_outcome fence(struct gaudi_command *c)
{
	struct hlm_chip *g = c->g;
	uint32_t id = c->word >> GAUDI_FENCE_ID_SHIFT;
	uint32_t target = (c->word & GAUDI_FENCE_TARGET_MASK) >> GAUDI_FENCE_TARGET_SHIFT;
	uint32_t decrement = c->word & GAUDI_FENCE_DEC_MASK;
	uint32_t reg = hlm_gaudi_cp_reg(c, GAUDI_DMA0_QM_CP_FENCE0_CNT_0 + id * GAUDI_QM_FENCE_STRIDE), count;
	bool reached;

	hlm_lock(g);
	count = hlm_raw(g, reg);
	reached = count >= target;
	if (reached)
		hlm_set_raw(g, reg, count > decrement ? count - decrement : 0);
	hlm_set_raw(g, hlm_gaudi_cp_reg(c, GAUDI_DMA0_QM_CP_STS_0),
		    id << 20 | (reached ? 0 : GAUDI_QM_CP_STS_FENCE_IN_PROGRESS));
	hlm_unlock(g);
	return reached ? GAUDI_CP_DONE : GAUDI_CP_PARKED;
}

static enum gaudi_outcome lin_dma(struct gaudi_command *c)
{
	struct gaudi_commit job = { .src = hlm_gaudi_cp_quad(c, 8),
				    .dst = hlm_gaudi_cp_quad(c, 16) & GAUDI_LIN_DMA_DST_MASK,
				    .size = c->word };

	if (!(c->ctl & GAUDI_LIN_DMA_LIN))
		return GAUDI_CP_UNDEFINED; /* tensor transfers are not modelled */
	if (!hlm_gaudi_dma_ready(c->g, c->engine))
		return GAUDI_CP_PARKED;
	job.flags = (c->ctl & GAUDI_LIN_DMA_MEMSET ? GAUDI_DMA_CORE_COMMIT_MEMSET : 0) |
		    (c->ctl & GAUDI_LIN_DMA_WRCOMP_EN ? GAUDI_DMA_CORE_COMMIT_WR_COMP : 0);
	hlm_count(c->g->m, HLM_STAT_LIN_DMA, 1);
	hlm_gaudi_dma_run(c->g, c->engine, &job);
	c->s->yield = true;
	/* A core that stopped on an error never reports the transfer as done: nothing behind it runs. */
	if (atomic_load(&gaudi_of(c->g)->dma[c->engine].stopped))
		return GAUDI_CP_STOPPED;
	return GAUDI_CP_DONE;
}

static enum gaudi_outcome nop(struct gaudi_command *c)
{
	(void)c;
	return GAUDI_CP_DONE;
}

static enum gaudi_outcome stop(struct gaudi_command *c)
{
	hlm_gaudi_cp_error(c, GAUDI_QM_STS1_CP_STOP);
	return GAUDI_CP_STOPPED;
}

enum trait {
	PREDICATED = 1, /* skipped when its predicate is clear */
	HOLDABLE = 2	/* may be executed out of the scalars; no recursion, no change of the buffer */
};

static const struct rule {
	const char *name;
	enum gaudi_outcome (*execute)(struct gaudi_command *c);
	uint32_t size;
	unsigned int traits;
} packets[] = {
	[GAUDI_PKT_WREG32] = { "WREG32", wreg32, 8, PREDICATED | HOLDABLE },
	[GAUDI_PKT_WREG_BULK] = { "WREG_BULK", wreg_bulk, 8, 0 }, /* skips its values itself */
	[GAUDI_PKT_MSG_LONG] = { "MSG_LONG", msg_long, 16, PREDICATED | HOLDABLE },
	[GAUDI_PKT_MSG_SHORT] = { "MSG_SHORT", msg_short, 8, HOLDABLE },
	[GAUDI_PKT_CP_DMA] = { "CP_DMA", hlm_gaudi_cp_dma, 16, PREDICATED },
	[GAUDI_PKT_REPEAT] = { "REPEAT", hlm_gaudi_cp_repeat, 8, PREDICATED },
	[GAUDI_PKT_MSG_PROT] = { "MSG_PROT", msg_prot, 16, PREDICATED | HOLDABLE },
	[GAUDI_PKT_FENCE] = { "FENCE", fence, 8, PREDICATED | HOLDABLE },
	[GAUDI_PKT_LIN_DMA] = { "LIN_DMA", lin_dma, 24, 0 },
	[GAUDI_PKT_NOP] = { "NOP", nop, 8, HOLDABLE },
	[GAUDI_PKT_STOP] = { "STOP", stop, 8, HOLDABLE },
	[GAUDI_PKT_ARB_POINT] = { "ARB_POINT", hlm_gaudi_cp_arb_point, 8, PREDICATED | HOLDABLE },
	[GAUDI_PKT_WAIT] = { "WAIT", hlm_gaudi_cp_wait, 8, HOLDABLE },
	[GAUDI_PKT_LOAD_AND_EXE] = { "LOAD_AND_EXE", hlm_gaudi_cp_load_and_exe, 16, PREDICATED },
};

/* NULL: no such opcode. */
static const struct rule *rule_of(const struct gaudi_command *c)
{
	uint32_t opcode = (c->ctl & GAUDI_PKT_CTL_OPCODE_MASK) >> GAUDI_PKT_CTL_OPCODE_SHIFT;

	return opcode < ARRAY_LEN(packets) && packets[opcode].execute ? &packets[opcode] : NULL;
}

static enum gaudi_outcome execute(struct gaudi_command *c, const struct rule *rule)
{
	if (!c->retry)
		hlm_trace(c->g->m, "packet", "QMAN%u.%u %s 0x%08x 0x%08x", c->engine, c->stream, rule->name, c->word,
			  c->ctl);
	if (rule->traits & PREDICATED && !hlm_gaudi_cp_predicate(c))
		return GAUDI_CP_DONE;
	return rule->execute(c);
}

enum gaudi_outcome hlm_gaudi_cp_execute_held(struct gaudi_command *c, const uint32_t *words, unsigned int count)
{
	struct gaudi_command held = *c;
	const struct rule *rule;

	held.word = words[0];
	held.ctl = words[1];
	held.bytes = (const uint8_t *)words;
	rule = rule_of(&held);
	if (!rule || !(rule->traits & HOLDABLE) || rule->size > count * sizeof(*words))
		return GAUDI_CP_UNDEFINED;
	return execute(&held, rule);
}

/* The rest of the buffer cannot be understood, or could not be read. */
static void drop_buffer(struct gaudi_command *c)
{
	c->s->cb_left = 0;
	c->s->pos = 0;
	c->s->fill = 0;
}

static bool load(struct gaudi_command *c, uint32_t bytes)
{
	enum hlm_bus_status status = hlm_gaudi_cb_need(c->g, c->engine, c->stream, bytes);

	if (status == HLM_BUS_OK) {
		c->bytes = c->s->window + c->s->pos;
		return true;
	}
	drop_buffer(c);
	if (status != HLM_BUS_ABORTED)
		hlm_gaudi_qman_error(c->g, c->engine, c->stream, GAUDI_QM_CQF_SHIFT, GAUDI_QM_STS1_CQ_HBW_ERR);
	return false;
}

/* false: nothing was consumed. */
static bool finish(struct gaudi_command *c, enum gaudi_outcome outcome, uint32_t size)
{
	atomic_store(&c->s->parked, outcome == GAUDI_CP_PARKED);
	switch (outcome) {
	case GAUDI_CP_DONE:
		c->s->pos += size;
		return true;
	case GAUDI_CP_MOVED:
		return true;
	case GAUDI_CP_PARKED:
		return false;
	case GAUDI_CP_UNDEFINED:
		drop_buffer(c);
		hlm_gaudi_cp_error(c, GAUDI_QM_STS1_CP_UNDEF_OPCODE);
		return true;
	default:
		drop_buffer(c);
		atomic_store(&c->s->stopped, true);
		return true;
	}
}

bool hlm_gaudi_packet_execute(struct hlm_chip *g, unsigned int engine, unsigned int stream)
{
	struct gaudi_command c = {
		.g = g, .s = &gaudi_of(g)->dma[engine].stream[stream], .engine = engine, .stream = stream
	};
	enum gaudi_outcome outcome = GAUDI_CP_UNDEFINED;
	const struct rule *rule;

	if (!load(&c, 8))
		return true;
	c.retry = atomic_load(&c.s->parked);
	memcpy(&c.word, c.bytes, 4);
	memcpy(&c.ctl, c.bytes + 4, 4);
	rule = rule_of(&c);
	if (rule && !load(&c, rule->size))
		return true;
	if (rule) {
		c.last = c.s->pos + rule->size == c.s->fill && !c.s->cb_left;
		outcome = execute(&c, rule);
	}
	if (outcome != GAUDI_CP_PARKED)
		hlm_count(g->m, HLM_STAT_PACKETS, 1);
	return finish(&c, outcome, rule ? rule->size : 8);
}
