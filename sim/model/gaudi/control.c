// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * control.c - packets that steer the command processor: predicates, a second buffer for the lower processor, loops,
 * arbitration, packets from memory. Their fields are public, their behaviour hardly is: a comment says where it is
 * this model's reading.
 */
#include <string.h>

#include "cp.h"

#define OWN_BLOCK(reg) ((reg)-GAUDI_DMA0_CORE_CFG_0)
#define ALWAYS 1u /* predicate 0 */
#define LOAD_ALIGN 128
#define WORD64 8u

bool hlm_gaudi_cp_predicate(const struct gaudi_command *c)
{
	return (c->s->predicates | ALWAYS) >> (c->ctl & GAUDI_PKT_PRED_MASK) & 1;
}

/* Has software wired this stream's CP_DMA to the lower processor's fetcher? (gaudiP.h, QMAN_CPDMA_*_OFFSET) */
static bool feeds_lower(const struct gaudi_command *c)
{
	return hlm_peek(c->g, hlm_gaudi_cp_reg(c, GAUDI_DMA0_QM_CP_LDMA_SRC_BASE_LO_OFFSET_0)) ==
		       OWN_BLOCK(GAUDI_DMA0_QM_CQ_PTR_LO_4) &&
	       hlm_peek(c->g, hlm_gaudi_cp_reg(c, GAUDI_DMA0_QM_CP_LDMA_TSIZE_OFFSET_0)) ==
		       OWN_BLOCK(GAUDI_DMA0_QM_CQ_TSIZE_4);
}

/*
 * Gives the lower processor a buffer. It takes one at a time, and has nobody below it: no recursion. Queues of the
 * host are wired to the DMA core instead; what the packet does there no source says, so it is undefined.
 */
enum gaudi_outcome hlm_gaudi_cp_dma(struct gaudi_command *c)
{
	uint32_t queue_manager = c->engine * GAUDI_DMA_QM_STRIDE;
	uint64_t src = hlm_gaudi_cp_quad(c, 8);

	if (c->stream == GAUDI_QMAN_LOWER_CP || !feeds_lower(c))
		return GAUDI_CP_UNDEFINED;
	if (atomic_load(&gaudi_of(c->g)->dma[c->engine].stream[GAUDI_QMAN_LOWER_CP].active))
		return GAUDI_CP_PARKED;
	hlm_lock(c->g);
	hlm_set_raw(c->g, GAUDI_DMA0_QM_CQ_PTR_LO_4 + queue_manager, (uint32_t)src);
	hlm_set_raw(c->g, GAUDI_DMA0_QM_CQ_PTR_HI_4 + queue_manager, (uint32_t)(src >> 32));
	hlm_set_raw(c->g, GAUDI_DMA0_QM_CQ_TSIZE_4 + queue_manager, c->word);
	hlm_unlock(c->g);
	hlm_gaudi_cb_start(c->g, c->engine, GAUDI_QMAN_LOWER_CP, src, c->word);
	return GAUDI_CP_DONE;
}

/*
 * Two loops, inner and outer, each from a start to an end packet. No public source says what the jump field counts,
 * or where the number of passes stands. Here: in the start packet it is the number of passes, in the end packet the
 * way back from that packet in units of eight bytes. A jump may lead anywhere in the buffer, also into the data of a
 * packet, which then runs as a packet; a jump out of the buffer is undefined.
 */
enum gaudi_outcome hlm_gaudi_cp_repeat(struct gaudi_command *c)
{
	struct gaudi_stream *s = c->s;
	uint32_t *left = &s->passes_left[c->word & GAUDI_REPEAT_OUTER ? 1 : 0];
	uint32_t field = c->word >> GAUDI_REPEAT_JUMP_SHIFT, here = s->cb_size - s->cb_left - (s->fill - s->pos);

	if (c->word & GAUDI_REPEAT_START) {
		*left = field ? field - 1 : 0;
		return GAUDI_CP_DONE;
	}
	if (!*left)
		return GAUDI_CP_DONE;
	if (field * WORD64 > here)
		return GAUDI_CP_UNDEFINED;
	(*left)--;
	hlm_gaudi_cb_seek(s, here - field * WORD64);
	return GAUDI_CP_MOVED;
}

/* The lower processor has no rivals; the arbiter is between streams. */
enum gaudi_outcome hlm_gaudi_cp_arb_point(struct gaudi_command *c)
{
	if (c->stream == GAUDI_QMAN_LOWER_CP)
		return GAUDI_CP_DONE;
	if (c->word & GAUDI_ARB_RELEASE) {
		hlm_gaudi_arb_release(c->g, c->engine, c->stream);
		return GAUDI_CP_DONE;
	}
	c->s->yield = true;
	return hlm_gaudi_arb_take(c->g, c->engine, c->stream, c->word & GAUDI_ARB_PRIORITY_MASK) ? GAUDI_CP_DONE
												 : GAUDI_CP_PARKED;
}

static enum hlm_bus_status load(struct gaudi_command *c)
{
	struct hlm_initiator who = hlm_gaudi_qman_initiator(c->g, c->engine, c->stream, GAUDI_QM_CP_SHIFT, false);
	uint64_t src = hlm_gaudi_cp_quad(c, 8);
	uint32_t words[GAUDI_NUM_PREDICATES], bits = 0;
	enum hlm_bus_status status;

	if (c->word & GAUDI_LOAD_SCALARS)
		return hlm_bus_read(c->g, &who, src, c->s->scalars, sizeof(c->s->scalars));
	status = hlm_bus_read(c->g, &who, src, words, sizeof(words));
	for (unsigned int i = 0; i < GAUDI_NUM_PREDICATES; i++)
		bits |= (words[i] & 1) << i;
	if (!status)
		c->s->predicates = bits;
	return status;
}

/* How the predicates lie in memory: hl-thunk, tests/command_submission.c. Where they start was only seen aligned. */
enum gaudi_outcome hlm_gaudi_cp_load_and_exe(struct gaudi_command *c)
{
	bool upper = c->word & GAUDI_EXECUTE_UPPER;
	enum hlm_bus_status status = HLM_BUS_OK;

	if (c->word & GAUDI_LOAD && !c->retry) {
		if (hlm_gaudi_cp_quad(c, 8) % LOAD_ALIGN)
			return GAUDI_CP_UNDEFINED;
		status = load(c);
	}
	if (status == HLM_BUS_ABORTED)
		return GAUDI_CP_PARKED;
	if (status) {
		hlm_gaudi_cp_error(c, GAUDI_QM_STS1_CP_HBW_ERR);
		return GAUDI_CP_STOPPED;
	}
	if (!(c->word & GAUDI_EXECUTE))
		return GAUDI_CP_DONE;
	return hlm_gaudi_cp_execute_held(c, c->s->scalars + (upper ? 2 : 0), upper ? 2 : GAUDI_NUM_SCALARS);
}

/* Counts a fence of its own stream up, after a number of cycles. The model has no cycles: at once. */
enum gaudi_outcome hlm_gaudi_cp_wait(struct gaudi_command *c)
{
	hlm_lock(c->g);
	hlm_gaudi_fence_add(c->g, c->engine, (c->word & GAUDI_WAIT_ID_MASK) >> GAUDI_WAIT_ID_SHIFT, c->stream,
			    (c->word & GAUDI_WAIT_INC_MASK) >> GAUDI_WAIT_INC_SHIFT);
	hlm_unlock(c->g);
	return GAUDI_CP_DONE;
}
