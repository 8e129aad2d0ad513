/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* fault_inject.h - faults of a whole machine, where fault.h's are of one chip. */
#ifndef HLSIM_FAULT_INJECT_H
#define HLSIM_FAULT_INJECT_H

#include "fault.h"
#include "machine.h"

/* 0, -ENODEV (no such device, or it has vanished), -EINVAL (a count or value that the knob does not take). */
int hlsim_fault_inject(struct hlsim_machine *machine, unsigned int index, const struct hlsim_fault *fault);

#endif /* HLSIM_FAULT_INJECT_H */
