/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * hlrt/sim.h - what a program may ask of the simulator (libhlsim.so.1, pkg-config libhlsim) beside what <hlrt/hlrt.h>
 * offers: faults at run time, and the chips' own counters. For tests and benchmarks.
 *
 * There is something to ask as soon as the library has listed devices with HLRT_SIM set. All functions may be called from any
 * thread, also while others use the devices. They return 0 or a negative errno and set no text.
 *
 * device is a name as in struct hlrt_device_info: "hl0", or a PCI address as "0000:01:00.0".
 */
#ifndef HLRT_SIM_H
#define HLRT_SIM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes something go wrong. knob is a name of docs/simulator.md, with "=VALUE" behind it where the knob has one ("late=250",
 * "alloc-fail=12"); device NULL: on every device. count: how many times, -1 until set to 0, 0 takes back what has not happened yet.
 * alloc-fail is the whole machine's, whatever the device. vanish returns when the driver has let go of the device.
 * Errors: -ENODEV (nothing is simulated here yet, or no such device, or it has vanished), -EINVAL (knob is NULL or unknown,
 * its value is none of its, count below -1 or above 1000000; count 0 of vanish, which cannot be taken back), -EPERM (in a
 * child by fork() of the process that simulates). Since 0.1.
 */
int hlsim_fault(const char *device, const char *knob, int64_t count);

/* Counters since the chip was made. */
struct hlsim_stats {
	uint32_t size; /* in: sizeof(struct hlsim_stats) */
	uint32_t pad;
	uint64_t doorbells;	/* times that software announced queue entries */
	uint64_t descriptors;	/* queue entries fetched */
	uint64_t packets;	/* executed */
	uint64_t transfers;	/* by DMA engines: copies and fills */
	uint64_t dma_bytes;	/* moved by them */
	uint64_t irqs;		/* sent */
	uint64_t page_faults;	/* of the MMU */
	uint64_t razwi;		/* accesses that protection refused */
	uint64_t bus_errors;	/* accesses that the host refused */
	uint64_t max_in_flight; /* the most queue entries that were announced and not yet worked off at one time */
};

/*
 * Reads a device's counters.
 * Errors: -ENODEV (nothing is simulated here yet, or no such device), -EINVAL (a NULL argument; stats->size too small),
 * -EPERM (as above). Since 0.1.
 */
int hlsim_stats(const char *device, struct hlsim_stats *stats);

#ifdef __cplusplus
}
#endif

#endif /* HLRT_SIM_H */
