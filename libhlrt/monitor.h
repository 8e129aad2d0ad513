/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What the monitor's parts share: devices as uevents tell of them, buffers as they are collected, and netlink (monitor.c), which alone knows libnl. */
#ifndef HLRTI_MONITOR_H
#define HLRTI_MONITOR_H

#include "internal.h"

/* ---- monitor_devices.c: which devices there are, and what a uevent changes ---- */

struct hlrti_known {
	char name[32];
	char pci_address[16];
	bool present;
};

struct hlrti_devices {
	struct hlrt_sys *sys;
	struct hlrti_known *known; /* also those that were there once */
	size_t count, room;
	struct hlrt_monitor_event *pending; /* found by looking, in order */
	size_t first_pending, num_pending;
};

/* What is there already is known, and no event. */
int hlrti_devices_init(struct hlrti_devices *devices, struct hlrt_sys *sys);
void hlrti_devices_fini(struct hlrti_devices *devices);
/* One uevent of the kernel's, strings that each end with NUL. True: *event is one. */
bool hlrti_devices_uevent(struct hlrti_devices *devices, const char *text, size_t length,
			  struct hlrt_monitor_event *event);
/* After events were lost: compares with what is there now; hlrti_devices_next() tells the differences. */
int hlrti_devices_resync(struct hlrti_devices *devices);
bool hlrti_devices_next(struct hlrti_devices *devices, struct hlrt_monitor_event *event);

/* ---- monitor_buffers.c: a snapshot ---- */

struct hlrti_buffers {
	struct hlrt_buffer_info **list; /* ends with NULL */
	size_t count, room;
};

/* A new entry at the end; NULL: no memory. */
struct hlrt_buffer_info *hlrti_buffers_add(struct hlrti_buffers *buffers);
/* To the newest entry. */
int hlrti_buffers_add_importer(struct hlrti_buffers *buffers, const struct hlrt_importer_info *importer);
void hlrti_buffers_reset(struct hlrti_buffers *buffers);
/*
 * Calls dump() until it is not interrupted: -EINTR means that the table has changed meanwhile. Patience ends at -EAGAIN.
 */
int hlrti_buffers_settle(int (*dump)(struct hlrti_buffers *buffers, void *arg), void *arg,
			 struct hlrti_buffers *buffers);

#endif /* HLRTI_MONITOR_H */
