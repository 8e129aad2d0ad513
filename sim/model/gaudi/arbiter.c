// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * arbiter.c - who of a queue manager's streams may go on behind its ARB_POINT. One stream at a time holds the grant,
 * from an ARB_POINT until one with the release bit. Streams without ARB_POINT do not take part. (hl-thunk,
 * tests/command_submission.c; which of two priorities is the higher no source says: here the greater number.)
 */
#include "engine.h"

#define QM_REG(engine, reg) ((reg) + (engine)*GAUDI_DMA_QM_STRIDE)

static bool waits(struct hlm_chip *g, unsigned int engine, unsigned int stream)
{
	const struct gaudi_stream *s = &gaudi_of(g)->dma[engine].stream[stream];

	return gaudi_of(g)->dma[engine].arbiter.wanted[stream] && atomic_load(&s->active) && !atomic_load(&s->stopped);
}

static unsigned int by_priority(struct hlm_chip *g, unsigned int engine, unsigned int best)
{
	const struct gaudi_arbiter *a = &gaudi_of(g)->dma[engine].arbiter;

	for (unsigned int stream = 0; stream < GAUDI_QMAN_STREAMS; stream++)
		if (waits(g, engine, stream) && a->priority[stream] > a->priority[best])
			best = stream;
	return best;
}

/* Weighted round robin: the last holder again while its weight lasts, then the next that waits. */
static unsigned int by_turn(struct hlm_chip *g, unsigned int engine)
{
	const struct gaudi_arbiter *a = &gaudi_of(g)->dma[engine].arbiter;
	uint32_t weight = hlm_raw(g, QM_REG(engine, GAUDI_DMA0_QM_ARB_WRR_WEIGHT_0) + 4 * a->holder);
	unsigned int next = a->holder;

	if (waits(g, engine, next) && a->in_a_row < weight)
		return next;
	do
		next = (next + 1) % GAUDI_QMAN_STREAMS;
	while (!waits(g, engine, next)); /* the caller does */
	return next;
}

static bool take(struct hlm_chip *g, unsigned int engine, unsigned int stream, uint8_t priority)
{
	uint32_t config = hlm_raw(g, QM_REG(engine, GAUDI_DMA0_QM_ARB_CFG_0));
	struct gaudi_arbiter *a = &gaudi_of(g)->dma[engine].arbiter;
	unsigned int chosen;

	if (!(config & GAUDI_QM_ARB_CFG_0_EN))
		return true;
	if (!(config & GAUDI_QM_ARB_CFG_0_MASTER))
		return false; /* a slave waits for its master's choice; no master of another queue manager is modelled */
	if (a->held && a->holder == stream)
		return true;
	a->wanted[stream] = true;
	a->priority[stream] = priority;
	if (a->held)
		return false;
	chosen = config & GAUDI_QM_ARB_CFG_0_WRR ? by_turn(g, engine) : by_priority(g, engine, stream);
	if (chosen != stream)
		return false;
	a->in_a_row = a->holder == stream ? a->in_a_row + 1 : 1;
	a->holder = stream;
	a->held = true;
	a->wanted[stream] = false;
	return true;
}

bool hlm_gaudi_arb_take(struct hlm_chip *g, unsigned int engine, unsigned int stream, uint8_t priority)
{
	bool taken;

	hlm_lock(g);
	taken = take(g, engine, stream, priority);
	hlm_unlock(g);
	return taken;
}

void hlm_gaudi_arb_release(struct hlm_chip *g, unsigned int engine, unsigned int stream)
{
	struct gaudi_arbiter *a = &gaudi_of(g)->dma[engine].arbiter;

	hlm_lock(g);
	if (a->held && a->holder == stream)
		a->held = false;
	hlm_unlock(g);
}

void hlm_gaudi_arb_clear(struct hlm_chip *g, unsigned int engine)
{
	gaudi_of(g)->dma[engine].arbiter = (struct gaudi_arbiter){ 0 };
}
