// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* packets.c - the command processor: one packet at a time, by a table of opcodes. */
#include <string.h>

#include "engine.h"

#define MSG_BASE_STRIDE (GOYA_DMA_QM_0_CP_MSG_BASE1_ADDR_LO - GOYA_DMA_QM_0_CP_MSG_BASE0_ADDR_LO)
#define BULK_SIZE_MASK 0xFFFFu
/* A WREG packet reaches its queue manager and the channel behind it; offsets count from the former. */
#define WREG_WINDOW (GOYA_DMA_STRIDE - 4)
#define FIXED_ADDRESS 0x30u /* LIN_DMA: source or destination that does not advance */
#define TENSOR 0x80u

enum outcome {
	DONE,	   /* go on behind the packet */
	PARKED,	   /* try again later */
	UNDEFINED, /* opcode, or a mode of it that is not there */
	STOPPED
};

struct command {
	struct hlm_chip *c;
	struct goya_queue *q;
	unsigned int channel;
	uint32_t word, ctl;
	const uint8_t *bytes;
	bool last; /* nothing of the buffer follows */
};

static uint64_t quad(const struct command *p, unsigned int at)
{
	uint64_t value;

	memcpy(&value, p->bytes + at, sizeof(value));
	return value;
}

static void cp_error(const struct command *p, uint32_t cause)
{
	hlm_goya_unit_error(p->c, p->channel, GOYA_UNIT_CP, cause);
}

/*
 * "A protected area can be reached if and only if the CP is secured and MSG_PROT is used" says the head of goya.c: a trusted
 * CP's other messages are as unsecured as the user's who wrote them.
 */
static enum outcome message(const struct command *p, uint64_t addr, bool prot)
{
	struct hlm_initiator who = hlm_goya_message_initiator(p->c, p->channel, prot);
	uint32_t word = p->word;

	if (p->ctl & GOYA_PKT_MSG_OP_MASK)
		return UNDEFINED;
	if (prot && addr >= GOYA_HOST_BASE)
		word = hlm_completion(p->c, p->word);
	/* Whoever reads what a message announces must find it written, and a queue that has sent its last one idle. */
	if (p->last)
		atomic_store(&p->q->active, false);
	hlm_publish();
	switch (hlm_bus_write(p->c, &who, addr, &word, sizeof(word))) {
	case HLM_BUS_OK:
	case HLM_BUS_ABORTED:
		break;
	default:
		cp_error(p, GOYA_QM_STS1_CP_MSG_WR_ERR);
		break;
	}
	return DONE;
}

static enum outcome msg_long(struct command *p)
{
	return message(p, quad(p, 8), false);
}

static enum outcome msg_prot(struct command *p)
{
	return message(p, quad(p, 8), true);
}

static enum outcome msg_short(struct command *p)
{
	uint32_t base = (p->ctl & GOYA_PKT_SHORT_BASE_MASK) >> GOYA_PKT_SHORT_BASE_SHIFT;
	uint32_t low = goya_dma_reg(p->channel, GOYA_DMA_QM_0_CP_MSG_BASE0_ADDR_LO + base * MSG_BASE_STRIDE);

	return message(p, hlm_peek_pair(p->c, low, low + 4) + (p->ctl & GOYA_PKT_SHORT_ADDR_MASK), false);
}

static void write_own_register(struct command *p, uint32_t reg, uint32_t value)
{
	struct hlm_initiator who = hlm_goya_unit_initiator(p->c, p->channel, GOYA_UNIT_CP);

	if (hlm_lbw_write(p->c, &who, goya_dma_reg(p->channel, GOYA_DMA_QM_0_GLBL_CFG0) + (reg & WREG_WINDOW), value))
		cp_error(p, GOYA_QM_STS1_CP_MSG_WR_ERR);
}

static enum outcome wreg32(struct command *p)
{
	write_own_register(p, p->ctl & GOYA_WREG32_REG_MASK, p->word);
	return DONE;
}

static enum outcome wreg_bulk(struct command *p)
{
	uint32_t reg = p->ctl & GOYA_WREG32_REG_MASK, count = p->word & BULK_SIZE_MASK;

	p->q->pos += 8; /* the values follow, and may be more than the window holds */
	for (uint32_t i = 0; i < count; i++) {
		uint32_t value[2];

		if (hlm_goya_cb_need(p->c, p->channel, sizeof(value))) {
			hlm_goya_unit_error(p->c, p->channel, GOYA_UNIT_CQF, GOYA_QM_STS1_CQF_RD_ERR);
			return STOPPED;
		}
		memcpy(value, p->q->window + p->q->pos, sizeof(value));
		p->q->pos += sizeof(value);
		write_own_register(p, reg + 8 * i, value[0]);
		write_own_register(p, reg + 8 * i + 4, value[1]);
	}
	return DONE;
}

static enum outcome fence(struct command *p)
{
	uint32_t id = p->word >> GOYA_FENCE_ID_SHIFT;
	uint32_t target = (p->word & GOYA_FENCE_TARGET_MASK) >> GOYA_FENCE_TARGET_SHIFT;
	uint32_t decrement = p->word & GOYA_FENCE_DEC_MASK;
	uint32_t reg = goya_dma_reg(p->channel, GOYA_DMA_QM_0_CP_FENCE0_CNT + 4 * id), count;
	bool reached;

	hlm_lock(p->c);
	count = hlm_raw(p->c, reg);
	reached = count >= target;
	if (reached)
		hlm_set_raw(p->c, reg, count > decrement ? count - decrement : 0);
	hlm_set_raw(p->c, goya_dma_reg(p->channel, GOYA_DMA_QM_0_CP_STS), id << 20);
	hlm_unlock(p->c);
	return reached ? DONE : PARKED;
}

static enum outcome lin_dma(struct command *p)
{
	struct goya_dma *dma = &goya_of(p->c)->dma[p->channel];
	struct goya_commit job = { .src = quad(p, 8), .dst = quad(p, 16), .size = p->word, .flags = p->ctl & 0xFFFF };

	if (p->ctl & (FIXED_ADDRESS | TENSOR))
		return UNDEFINED; /* not modelled */
	if (!hlm_goya_dma_ready(p->c, p->channel))
		return PARKED;
	hlm_count(p->c->m, HLM_STAT_LIN_DMA, 1);
	if (!job.size) {
		/* "DMA with size 0 ... QMAN DMA to get stuck" (goya.c). */
		hlm_trace(p->c->m, "fault", "DMA%u: a transfer of 0 bytes, the channel is stuck", p->channel);
		atomic_store(&dma->stopped, true);
		return STOPPED;
	}
	hlm_goya_dma_run(p->c, p->channel, &job);
	p->q->yield = true;
	/* A channel that stopped on an error never reports the transfer as done: nothing behind it runs. */
	return atomic_load(&dma->stopped) ? STOPPED : DONE;
}

static enum outcome nop(struct command *p)
{
	(void)p;
	return DONE;
}

static enum outcome stop(struct command *p)
{
	cp_error(p, GOYA_QM_STS1_CP_STOP_OP);
	return STOPPED;
}

/* CP_DMA is for the command queues of TPC and MME, which are not modelled. */
static const struct {
	const char *name;
	uint32_t size;
	enum outcome (*execute)(struct command *p);
} packets[] = {
	[GOYA_PKT_WREG32] = { "WREG32", 8, wreg32 },
	[GOYA_PKT_WREG_BULK] = { "WREG_BULK", 8, wreg_bulk },
	[GOYA_PKT_MSG_LONG] = { "MSG_LONG", 16, msg_long },
	[GOYA_PKT_MSG_SHORT] = { "MSG_SHORT", 8, msg_short },
	[GOYA_PKT_MSG_PROT] = { "MSG_PROT", 16, msg_prot },
	[GOYA_PKT_FENCE] = { "FENCE", 8, fence },
	[GOYA_PKT_LIN_DMA] = { "LIN_DMA", 24, lin_dma },
	[GOYA_PKT_NOP] = { "NOP", 8, nop },
	[GOYA_PKT_STOP] = { "STOP", 8, stop },
};

/* The rest of the buffer cannot be understood, or could not be read. */
static void drop_buffer(struct command *p)
{
	p->q->cb_left = 0;
	p->q->pos = 0;
	p->q->fill = 0;
}

static bool load(struct command *p, uint32_t bytes)
{
	enum hlm_bus_status status = hlm_goya_cb_need(p->c, p->channel, bytes);

	if (status == HLM_BUS_OK) {
		p->bytes = p->q->window + p->q->pos;
		return true;
	}
	drop_buffer(p);
	if (status != HLM_BUS_ABORTED)
		hlm_goya_unit_error(p->c, p->channel, GOYA_UNIT_CQF, GOYA_QM_STS1_CQF_RD_ERR);
	return false;
}

static bool finish(struct command *p, enum outcome outcome, uint32_t size, bool variable)
{
	atomic_store(&p->q->parked, outcome == PARKED);
	switch (outcome) {
	case DONE:
		if (!variable)
			p->q->pos += size;
		return true;
	case PARKED:
		return false;
	case UNDEFINED:
		drop_buffer(p);
		cp_error(p, GOYA_QM_STS1_CP_UNDEF_CMD);
		return true;
	default:
		drop_buffer(p);
		atomic_store(&p->q->stopped, true);
		return true;
	}
}

bool hlm_goya_packet_execute(struct hlm_chip *c, unsigned int channel)
{
	struct command p = { .c = c, .q = &goya_of(c)->dma[channel].queue, .channel = channel };
	bool was_parked = atomic_load(&p.q->parked);
	enum outcome outcome = UNDEFINED;
	uint32_t opcode, size = 8;

	if (!load(&p, 8))
		return true;
	memcpy(&p.word, p.bytes, 4);
	memcpy(&p.ctl, p.bytes + 4, 4);
	opcode = (p.ctl & GOYA_PKT_CTL_OPCODE_MASK) >> GOYA_PKT_CTL_OPCODE_SHIFT;
	if (opcode < ARRAY_LEN(packets) && packets[opcode].execute) {
		size = packets[opcode].size;
		if (!load(&p, size))
			return true;
		if (!was_parked)
			hlm_trace(c->m, "packet", "QMAN%u %s 0x%08x 0x%08x", channel, packets[opcode].name, p.word,
				  p.ctl);
		p.last = p.q->pos + size == p.q->fill && !p.q->cb_left;
		outcome = packets[opcode].execute(&p);
	}
	if (outcome != PARKED)
		hlm_count(c->m, HLM_STAT_PACKETS, 1);
	return finish(&p, outcome, size, opcode == GOYA_PKT_WREG_BULK);
}
