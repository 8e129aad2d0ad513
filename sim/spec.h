/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * spec.h - the text of HLRT_SIM, which describes a simulated machine.
 *
 *	spec    = device { "," device } [ ":" option { "," option } ]
 *	device  = asic [ "*" count ]                       gaudi, gaudi*2
 *	option  = name "=" value
 *
 * Everything behind the first colon is options, and they belong to the whole machine; values contain no comma.
 *
 *	dram=SIZE           device memory, a power of two, suffix K, M, G or T
 *	trace=FILE          one line for each thing that a chip does ("-": standard error)
 *	log=FILE            the kernel log
 *	loglevel=N          lines of at most this level go to log (0 to 7, default 6)
 *	firmware=DIR        firmware files; without it, made-up ones that serve
 *	boot=NAME           how the chips want their firmware (boot.h)
 *	fault=KNOB[=VALUE][*COUNT]  a fault (fault.h) on every device; COUNT -1: for ever. boot-fail and alloc-fail count
 *	                    from the machine's beginning, the others when the driver has probed the devices
 *	param.NAME=VALUE    module parameter
 *	unprivileged=0|1    the driver sees no capabilities
 *	scatter=PAGES       host memory is mapped in pieces of at most this many pages
 *	fatal=0|1           a kernel warning or DMA misuse aborts the program
 */
#ifndef HLSIM_SPEC_H
#define HLSIM_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

#define HLSIM_MAX_DEVICES 32
#define HLSIM_MAX_PARAMS 16
#define HLSIM_MAX_PATH 512

struct hlsim_spec {
	unsigned int num_devices;
	char asic[HLSIM_MAX_DEVICES][16];
	uint64_t dram_size;
	uint32_t boot_flags; /* HLM_FLAG_* */
	char trace[HLSIM_MAX_PATH], log[HLSIM_MAX_PATH], firmware[HLSIM_MAX_PATH];
	unsigned int loglevel;
	struct hlsim_fault fault[HLSIM_NUM_KNOBS]; /* count 0: not set */
	struct hlsim_param {
		char name[48], value[80];
	} param[HLSIM_MAX_PARAMS];
	unsigned int num_params;
	bool unprivileged, fatal;
	unsigned int scatter;
};

/* 0, or -EINVAL with what was wrong in err. */
int hlsim_spec_parse(const char *text, struct hlsim_spec *spec, char *err, size_t err_size);

#endif /* HLSIM_SPEC_H */
