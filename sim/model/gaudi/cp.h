/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* cp.h - what the files of the command processor share: packets.c (one packet at a time) and control.c. */
#ifndef HLM_GAUDI_CP_H
#define HLM_GAUDI_CP_H

#include "engine.h"

enum gaudi_outcome {
	GAUDI_CP_DONE,	    /* go on behind the packet */
	GAUDI_CP_MOVED,	    /* done, and the position says where to go on */
	GAUDI_CP_PARKED,    /* try again later */
	GAUDI_CP_UNDEFINED, /* opcode, or a mode of it that is not there */
	GAUDI_CP_STOPPED
};

struct gaudi_command {
	struct hlm_chip *g;
	struct gaudi_stream *s;
	unsigned int engine, stream;
	uint32_t word, ctl;
	const uint8_t *bytes;
	bool retry; /* the same packet was parked before */
	bool last;  /* nothing of the buffer follows */
};

/* Register of the packet's stream, given that of stream 0 of engine 0. */
static inline uint32_t hlm_gaudi_cp_reg(const struct gaudi_command *c, uint32_t reg)
{
	return reg + c->engine * GAUDI_DMA_QM_STRIDE + 4 * c->stream;
}

/* packets.c */
uint64_t hlm_gaudi_cp_quad(const struct gaudi_command *c, unsigned int at);
void hlm_gaudi_cp_error(const struct gaudi_command *c, uint32_t cause);
enum gaudi_outcome hlm_gaudi_cp_execute_held(struct gaudi_command *c, const uint32_t *words, unsigned int count);

/* control.c: packets that steer the command processor itself. */
bool hlm_gaudi_cp_predicate(const struct gaudi_command *c);
enum gaudi_outcome hlm_gaudi_cp_dma(struct gaudi_command *c);
enum gaudi_outcome hlm_gaudi_cp_repeat(struct gaudi_command *c);
enum gaudi_outcome hlm_gaudi_cp_arb_point(struct gaudi_command *c);
enum gaudi_outcome hlm_gaudi_cp_load_and_exe(struct gaudi_command *c);
enum gaudi_outcome hlm_gaudi_cp_wait(struct gaudi_command *c);

#endif /* HLM_GAUDI_CP_H */
