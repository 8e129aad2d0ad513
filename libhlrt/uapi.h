/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The opened node and what can be asked of it. uapi.c is the only file that builds ioctl arguments and knows
 * that there are two generations of them; above it nobody sees an ioctl number.
 *
 * All return 0 or a negative errno with the thread's error text set. What the drivers answer while a device
 * is in reset or gone (EBUSY, EPERM) becomes ENODEV here, after asking for the device's status.
 */
#ifndef HLRT_UAPI_H
#define HLRT_UAPI_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <abi/hlabi.h>
#include <abi/hlrt_ext.h>

struct hlrt_sys;
struct hlrti_uapi;

struct hlrti_port {
	struct hlrt_sys *sys;
	int fd;
	const struct hlrti_uapi *uapi; /* generation */
	atomic_bool lost;	       /* the device was reset or is gone: nothing but close helps */
};

/* Finds the generation by asking; accel_first says which to try first. */
int hlrti_port_init(struct hlrti_port *port, struct hlrt_sys *sys, int fd, bool accel_first);
const char *hlrti_port_generation(const struct hlrti_port *port);

/* size bytes of the info op's answer; what the driver does not know stays zero. */
int hlrti_port_info(struct hlrti_port *port, enum hlabi_info_op op, void *answer, uint32_t size);

int hlrti_port_mem_alloc(struct hlrti_port *port, uint64_t size, uint64_t page_size, bool contiguous, uint64_t *handle);
int hlrti_port_mem_free(struct hlrti_port *port, uint64_t handle);
int hlrti_port_map_device(struct hlrti_port *port, uint64_t handle, uint64_t hint, uint64_t *address);
int hlrti_port_map_host(struct hlrti_port *port, void *addr, uint64_t length, uint64_t *address);
int hlrti_port_unmap(struct hlrti_port *port, uint64_t address);

int hlrti_port_cb_create(struct hlrti_port *port, uint32_t size, uint64_t *handle);
int hlrti_port_cb_destroy(struct hlrti_port *port, uint64_t handle);
/* timeout_s: the driver's limit for it, in seconds; 0: its default. */
int hlrti_port_submit(struct hlrti_port *port, const struct hlabi_cs_chunk *chunks, uint32_t num, uint32_t timeout_s,
		      uint64_t *seq);
/* One WAIT_CS: *done says whether the submission ended; it ended well when 0 is returned. */
int hlrti_port_wait(struct hlrti_port *port, uint64_t seq, uint64_t timeout_us, bool *done);

/* EXPORT of the habanalabs uAPI; offset must be 0 in the misc generation. fd is close-on-exec. */
int hlrti_port_export(struct hlrti_port *port, uint64_t address, uint64_t offset, uint64_t length, int *fd);

int hlrti_port_ext_query(struct hlrti_port *port, struct hlrt_ext_query *query);
int hlrti_port_ext_export(struct hlrti_port *port, uint64_t address, uint64_t offset, uint64_t length, int *fd);
int hlrti_port_ext_import(struct hlrti_port *port, int fd, uint64_t offset, uint64_t length, uint64_t *device_va,
			  uint64_t *mapped);
int hlrti_port_ext_unimport(struct hlrti_port *port, uint64_t device_va);
int hlrti_port_ext_revoke(struct hlrti_port *port, uint64_t address, uint64_t length, uint32_t *revoked);
/* flags: HLRT_EXT_STATUS_* */
int hlrti_port_ext_export_status(struct hlrti_port *port, uint64_t address, uint64_t length, uint32_t flags,
				 uint32_t *count);
/* A sync_file of submission seq, close-on-exec. */
int hlrti_port_ext_fence_fd(struct hlrti_port *port, uint64_t seq, int *fd);
/* Undoes what the sys seam's event_fd() did. */
void hlrti_port_unregister_eventfd(struct hlrti_port *port);
/* The oldest event; -EAGAIN when there is none. Works on a lost device. */
int hlrti_port_ext_event(struct hlrti_port *port, struct hlrt_ext_event *event);

#endif /* HLRT_UAPI_H */
