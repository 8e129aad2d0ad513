/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* boot.h - how a chip's boot loader wants its firmware, by the names that HLRT_SIM and hlsim share. */
#ifndef HLSIM_BOOT_H
#define HLSIM_BOOT_H

#include <stdint.h>

#define HLSIM_BOOT_NAMES "simple, boot-fit, comms"

/*
 *	simple      the simple protocol; the first of the two images is in the card already
 *	boot-fit    the simple protocol, both images
 *	comms       the COMMS protocol
 *
 * 0 and HLM_FLAG_*, or -EINVAL.
 */
int hlsim_boot_flags(const char *name, uint32_t *flags);

#endif /* HLSIM_BOOT_H */
