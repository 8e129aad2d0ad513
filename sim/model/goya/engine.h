/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * engine.h - Goya's own parts: five DMA channels, each with a queue manager of one stream, and what guards
 * them. The rest is common/.
 */
#ifndef HLM_GOYA_ENGINE_H
#define HLM_GOYA_ENGINE_H

#include <hw/goya_packets.h>
#include <hw/goya_regs.h>

#include "../common/chip.h"

#define CB_WINDOW 4096
#define COMMIT_DEPTH 8

/* The units of a queue manager, by their bits in its registers (GOYA_QM_*) and by their place in GLBL_ERR_CFG. */
enum goya_unit { GOYA_UNIT_PQF, GOYA_UNIT_CQF, GOYA_UNIT_CP, GOYA_UNIT_DMA };

struct goya_commit {
	uint64_t src, dst;
	uint32_t size, flags; /* GOYA_LIN_DMA_*, which are the bits of COMIT_TRANSFER as well */
};

struct goya_queue {
	atomic_bool active; /* a command buffer is being executed; register handlers look at it */
	atomic_bool parked; /* at a fence */
	atomic_bool stopped;
	uint64_t cb_addr; /* next byte to fetch */
	uint32_t cb_left;
	uint32_t pos, fill; /* in window */
	bool yield;	    /* let the next queue have its turn */
	uint8_t window[CB_WINDOW];
};

struct goya_dma {
	struct goya_queue queue;
	struct goya_commit commit[COMMIT_DEPTH]; /* started through registers; under m->lock */
	unsigned int commits;
	atomic_bool busy, stopped;
};

struct goya {
	struct hlm_chip chip;
	struct goya_dma dma[GOYA_NUM_DMA];
};

static inline struct goya *goya_of(struct hlm_chip *c)
{
	return (struct goya *)c;
}

static inline uint32_t goya_dma_reg(unsigned int channel, uint32_t reg)
{
	return reg + channel * GOYA_DMA_STRIDE;
}

/* goya.c: the chip, with its table of registers from regmap.c. */
#define GOYA_NUM_BLOCKS 31
extern const struct hlm_reg_block hlm_goya_blocks[GOYA_NUM_BLOCKS];
bool hlm_goya_has_prot_bits(uint32_t offset);
void hlm_goya_reset_engines(struct hlm_chip *c);

/* protect.c; with the lock held. */
enum hlm_refusal hlm_goya_lbw_refused(struct hlm_chip *c, const struct hlm_initiator *who, uint32_t offset, bool write);
bool hlm_goya_hbw_refused(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t va, uint64_t pa, uint64_t len,
			  bool write);
void hlm_goya_razwi(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t addr, bool write);
bool hlm_goya_is_range_register(uint32_t offset);

/* mmu.c */
bool hlm_goya_translates(uint64_t addr);
void hlm_goya_stlb_write(struct hlm_chip *c, uint32_t offset, uint32_t value);
void hlm_goya_mmu_idle(struct hlm_chip *c);

/* dma.c */
enum hlm_bus_status hlm_goya_dma_run(struct hlm_chip *c, unsigned int channel, const struct goya_commit *job);
unsigned int hlm_goya_dma_commits(struct hlm_chip *c);
bool hlm_goya_dma_ready(struct hlm_chip *c, unsigned int channel);
void hlm_goya_channel_write(struct hlm_chip *c, uint32_t offset, uint32_t value);
uint32_t hlm_goya_channel_read(struct hlm_chip *c, uint32_t offset);

/* qman.c */
unsigned int hlm_goya_qman_run(struct hlm_chip *c);
void hlm_goya_qman_write(struct hlm_chip *c, uint32_t offset, uint32_t value);
uint32_t hlm_goya_qman_read(struct hlm_chip *c, uint32_t offset);
void hlm_goya_unit_error(struct hlm_chip *c, unsigned int channel, enum goya_unit unit, uint32_t cause);
struct hlm_initiator hlm_goya_unit_initiator(struct hlm_chip *c, unsigned int channel, enum goya_unit unit);
/* The same for what the command processor's messages write; prot: MSG_PROT. */
struct hlm_initiator hlm_goya_message_initiator(struct hlm_chip *c, unsigned int channel, bool prot);
enum hlm_bus_status hlm_goya_cb_need(struct hlm_chip *c, unsigned int channel, uint32_t bytes);

/* packets.c: executes the packet at the window's position; false: parked or stopped, nothing was consumed. */
bool hlm_goya_packet_execute(struct hlm_chip *c, unsigned int channel);

#endif /* HLM_GOYA_ENGINE_H */
