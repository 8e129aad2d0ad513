/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * engine.h - Gaudi's own parts: eight DMA engines, each with a queue manager of four streams, and what guards
 * them. The rest is common/. In these files a chip goes by the name g.
 */
#ifndef HLM_GAUDI_ENGINE_H
#define HLM_GAUDI_ENGINE_H

#include <hw/gaudi_packets.h>
#include <hw/gaudi_regs.h>

#include "../common/chip.h"

#define CB_WINDOW 4096
#define COMMIT_DEPTH 8

/* A command processor and what fetches for it. */
struct gaudi_stream {
	atomic_bool active; /* a command buffer is being executed; register handlers look at it */
	atomic_bool parked; /* at a packet that cannot go on yet */
	atomic_bool stopped;
	uint64_t cb_start; /* of the whole buffer */
	uint32_t cb_size;
	uint64_t cb_addr; /* next byte to fetch */
	uint32_t cb_left;
	uint32_t pos, fill; /* in window */
	bool yield;	    /* let the next stream have its turn */
	/* Of the command processor; these outlive a buffer, but for the loops. */
	uint32_t passes_left[2]; /* of the inner and the outer loop */
	uint32_t predicates;
	uint32_t scalars[GAUDI_NUM_SCALARS];
	uint8_t window[CB_WINDOW];
};

/* Under m->lock. */
struct gaudi_arbiter {
	bool held;
	unsigned int holder; /* now, or last */
	uint32_t in_a_row;   /* grants that it got */
	bool wanted[GAUDI_QMAN_STREAMS];
	uint8_t priority[GAUDI_QMAN_STREAMS];
};

struct gaudi_commit {
	uint64_t src, dst;
	uint32_t size, flags;
};

struct gaudi_dma {
	struct gaudi_stream stream[GAUDI_QMAN_CPS];
	struct gaudi_arbiter arbiter;
	struct gaudi_commit commit[COMMIT_DEPTH]; /* started through registers; under m->lock */
	unsigned int commits;
	atomic_bool busy, stopped;
};

struct gaudi {
	struct hlm_chip chip;
	struct gaudi_dma dma[GAUDI_NUM_DMA];
};

static inline struct gaudi *gaudi_of(struct hlm_chip *g)
{
	return (struct gaudi *)g;
}

/* regmap.c */
#define GAUDI_NUM_BLOCKS 30
extern const struct hlm_reg_block hlm_gaudi_blocks[GAUDI_NUM_BLOCKS];

/* protect.c; with the lock held. */
bool hlm_gaudi_has_prot_bits(uint32_t offset);
enum hlm_refusal hlm_gaudi_lbw_refused(struct hlm_chip *g, const struct hlm_initiator *who, uint32_t offset,
				       bool write);
bool hlm_gaudi_hbw_refused(struct hlm_chip *g, const struct hlm_initiator *who, uint64_t va, uint64_t pa, uint64_t len,
			   bool write);
void hlm_gaudi_razwi(struct hlm_chip *g, const struct hlm_initiator *who, uint64_t addr, bool write);

/* mmu.c */
bool hlm_gaudi_translates(uint64_t addr);
void hlm_gaudi_mmu_busy_write(struct hlm_chip *g, uint32_t offset, uint32_t value);
void hlm_gaudi_stlb_write(struct hlm_chip *g, uint32_t offset, uint32_t value);
void hlm_gaudi_mmu_idle(struct hlm_chip *g);

/* dma.c */
enum hlm_bus_status hlm_gaudi_dma_run(struct hlm_chip *g, unsigned int engine, const struct gaudi_commit *job);
unsigned int hlm_gaudi_dma_commits(struct hlm_chip *g);
void hlm_gaudi_dma_core_write(struct hlm_chip *g, uint32_t offset, uint32_t value);
uint32_t hlm_gaudi_dma_core_read(struct hlm_chip *g, uint32_t offset);
bool hlm_gaudi_dma_ready(struct hlm_chip *g, unsigned int engine);

/* qman.c */
unsigned int hlm_gaudi_qman_run(struct hlm_chip *g);
void hlm_gaudi_qman_write(struct hlm_chip *g, uint32_t offset, uint32_t value);
uint32_t hlm_gaudi_qman_read(struct hlm_chip *g, uint32_t offset);
void hlm_gaudi_qman_error(struct hlm_chip *g, unsigned int engine, unsigned int stream, unsigned int unit_shift,
			  uint32_t cause);
struct hlm_initiator hlm_gaudi_qman_initiator(struct hlm_chip *g, unsigned int engine, unsigned int stream,
					      unsigned int unit_shift, bool force_secure);
void hlm_gaudi_cb_start(struct hlm_chip *g, unsigned int engine, unsigned int stream, uint64_t addr, uint32_t size);
void hlm_gaudi_cb_seek(struct gaudi_stream *s, uint32_t offset);
enum hlm_bus_status hlm_gaudi_cb_need(struct hlm_chip *g, unsigned int engine, unsigned int stream, uint32_t bytes);
void hlm_gaudi_stream_idle(struct gaudi_stream *s);  /* as seen by registers */
void hlm_gaudi_stream_reset(struct gaudi_stream *s); /* all of it; engine thread only */
/* Lock held. A message to a fence's RDATA register, or a WAIT packet, adds to its counter. */
void hlm_gaudi_fence_add(struct hlm_chip *g, unsigned int engine, unsigned int fence, unsigned int stream,
			 uint32_t value);

/* packets.c: executes the packet at the window's position; false: parked or stopped, nothing was consumed. */
bool hlm_gaudi_packet_execute(struct hlm_chip *g, unsigned int engine, unsigned int stream);

/* arbiter.c. May the stream go on? false: not yet, ask again. clear: lock held. */
bool hlm_gaudi_arb_take(struct hlm_chip *g, unsigned int engine, unsigned int stream, uint8_t priority);
void hlm_gaudi_arb_release(struct hlm_chip *g, unsigned int engine, unsigned int stream);
void hlm_gaudi_arb_clear(struct hlm_chip *g, unsigned int engine);

#endif /* HLM_GAUDI_ENGINE_H */
