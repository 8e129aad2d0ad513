/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fault.h - the fault knobs by name, the same names in HLRT_SIM, hlsim's options and control socket, and <hlrt/sim.h>.
 *
 * Text of a knob: NAME[=VALUE], with *COUNT behind it where counts are part of the text.
 */
#ifndef HLSIM_FAULT_H
#define HLSIM_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"

#define HLSIM_MAX_FAULTS 1000000 /* the largest count, and value */

enum hlsim_knob {
	HLSIM_CORRUPT_DMA,
	HLSIM_DMA_ERROR,
	HLSIM_SCRUB_FAIL,
	HLSIM_HANG_QUEUE,
	HLSIM_LOSE_IRQ,
	HLSIM_IOMMU_FAULT,
	HLSIM_BOOT_FAIL,
	HLSIM_ALLOC_FAIL,
	HLSIM_LATE,
	HLSIM_CORRUPT_COMPLETION,
	HLSIM_SPURIOUS_IRQ,
	HLSIM_READ_ONES,
	HLSIM_VANISH,
	HLSIM_NUM_KNOBS
};

struct hlsim_knob_info {
	const char *name;
	const char *effect; /* what the hardware does */
	const char *value;  /* what VALUE is, NULL if there is none */
	bool in_process;    /* needs more of the host than the chip: not under hlsim */
};

extern const struct hlsim_knob_info hlsim_knobs[HLSIM_NUM_KNOBS];

struct hlsim_fault {
	enum hlsim_knob knob;
	uint64_t value; /* 0: not given */
	int count;	/* -1: for ever */
};

/* NAME[=VALUE], and *COUNT too if counted; count is 1 otherwise. 0, or -EINVAL with what was wrong in err. */
int hlsim_fault_parse(const char *text, bool counted, struct hlsim_fault *fault, char *err, size_t err_size);

/* The part of a fault that is the chip's. 0, -EINVAL (value), -EOPNOTSUPP (nothing of it is). */
int hlsim_fault_chip(struct hlm *chip, const struct hlsim_fault *fault);

#endif /* HLSIM_FAULT_H */
