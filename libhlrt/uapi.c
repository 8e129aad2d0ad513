// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Builds every ioctl argument, for both generations of the uAPI, and translates what drivers answer. */
#include "internal.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>

struct hlrti_uapi {
	const char *name;
	unsigned long info, cb, cs, wait_cs, memory;
	bool export_has_offset;
};

static const struct hlrti_uapi misc = {
	.name = "misc",
	.info = HLABI_MISC_INFO,
	.cb = HLABI_MISC_CB,
	.cs = HLABI_MISC_CS,
	.wait_cs = HLABI_MISC_WAIT_CS,
	.memory = HLABI_MISC_MEMORY,
	.export_has_offset = false,
};

static const struct hlrti_uapi accel = {
	.name = "accel",
	.info = HLABI_ACCEL_INFO,
	.cb = HLABI_ACCEL_CB,
	.cs = HLABI_ACCEL_CS,
	.wait_cs = HLABI_ACCEL_WAIT_CS,
	.memory = HLABI_ACCEL_MEMORY,
	.export_has_offset = true,
};

static const char *const status_names[] = {
	[HLABI_STATUS_OPERATIONAL] = "operational",
	[HLABI_STATUS_IN_RESET] = "in reset",
	[HLABI_STATUS_MALFUNCTION] = "malfunctioning",
	[HLABI_STATUS_NEEDS_RESET] = "in need of a reset",
	[HLABI_STATUS_IN_CREATION] = "being created",
	[HLABI_STATUS_IN_RESET_AFTER_RELEASE] = "in reset after its last user",
};

#define NUM_STATUS (sizeof(status_names) / sizeof(status_names[0]))

static const char *status_name(uint32_t status)
{
	return status < NUM_STATUS ? status_names[status] : "in a state that this library does not know";
}

/* Pointers travel in 64-bit fields. */
static uint64_t to_user_ptr(const void *ptr)
{
	return (uint64_t)(uintptr_t)ptr;
}

static int raw_ioctl(struct hlrti_port *port, unsigned long request, void *arg)
{
	int rc;

	do
		rc = port->sys->ops->ioctl(port->sys, port->fd, request, arg);
	while (rc == -EINTR);
	return rc;
}

static int raw_info(struct hlrti_port *port, enum hlabi_info_op op, void *answer, uint32_t size)
{
	struct hlabi_info_args args = {
		.return_pointer = to_user_ptr(answer),
		.return_size = size,
		.op = op,
	};

	memset(answer, 0, size);
	return raw_ioctl(port, port->uapi->info, &args);
}

/* Text of a status that is not "operational", or NULL. A driver that cannot even say is taken for gone. */
static const char *trouble(struct hlrti_port *port)
{
	struct hlabi_device_status_info info;
	int rc = raw_info(port, HLABI_INFO_DEVICE_STATUS, &info, sizeof(info));

	if (rc < 0)
		return rc == -ENODEV ? "gone" : NULL;
	return info.status == HLABI_STATUS_OPERATIONAL ? NULL : status_name(info.status);
}

static int lost(struct hlrti_port *port, const char *what, const char *state)
{
	atomic_store(&port->lost, true);
	return hlrt_set_error(-ENODEV, "%s: the device is %s; close the context and open it again", what, state);
}

static bool may_hide_reset(int rc)
{
	return rc == -EBUSY || rc == -EPERM;
}

/* The exit of every call: text, and the translation of a device that is in reset. what says what was asked. */
static int HLRTI_PRINTF(3, 4) finish(struct hlrti_port *port, int rc, const char *format, ...)
{
	char what[160];
	const char *state;
	va_list args;

	if (rc >= 0)
		return 0;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);

	if (rc == -ENODEV)
		return lost(port, what, "gone or was reset");
	state = may_hide_reset(rc) ? trouble(port) : NULL;
	if (state)
		return lost(port, what, state);
	return hlrt_set_error(rc, "%s: the driver says: %s", what, hlrti_strerror(rc));
}

int hlrti_port_init(struct hlrti_port *port, struct hlrt_sys *sys, int fd, bool accel_first)
{
	const struct hlrti_uapi *order[2] = { accel_first ? &accel : &misc, accel_first ? &misc : &accel };
	struct hlabi_device_status_info info;
	int rc = -ENOTTY;

	port->sys = sys;
	port->fd = fd;
	atomic_init(&port->lost, false);
	for (int i = 0; i < 2; i++) {
		port->uapi = order[i];
		rc = raw_info(port, HLABI_INFO_DEVICE_STATUS, &info, sizeof(info));
		if (rc != -ENOTTY && rc != -EINVAL)
			break;
	}
	/* Whoever has the node open now has lost the device. */
	if (rc >= 0 && info.status != HLABI_STATUS_OPERATIONAL)
		return lost(port, "asking for the device's status", status_name(info.status));
	return finish(port, rc, "asking for the device's status");
}

const char *hlrti_port_generation(const struct hlrti_port *port)
{
	return port->uapi->name;
}

int hlrti_port_info(struct hlrti_port *port, enum hlabi_info_op op, void *answer, uint32_t size)
{
	return finish(port, raw_info(port, op, answer, size), "INFO %d", op);
}

/* ---- MEMORY ---- */

static int memory_ioctl(struct hlrti_port *port, enum hlabi_mem_op op, union hlabi_mem_args *args)
{
	args->in.op = op;
	return raw_ioctl(port, port->uapi->memory, args);
}

int hlrti_port_mem_alloc(struct hlrti_port *port, uint64_t size, uint64_t page_size, bool contiguous, uint64_t *handle)
{
	union hlabi_mem_args args = { .in.alloc = { .mem_size = size, .page_size = page_size } };
	int rc;

	args.in.flags = contiguous ? HLABI_MEM_CONTIGUOUS : 0;
	rc = memory_ioctl(port, HLABI_MEM_OP_ALLOC, &args);
	if (rc >= 0)
		*handle = args.out.handle;
	return finish(port, rc, "allocating %llu bytes", (unsigned long long)size);
}

int hlrti_port_mem_free(struct hlrti_port *port, uint64_t handle)
{
	union hlabi_mem_args args = { .in.free = { .handle = handle } };

	return finish(port, memory_ioctl(port, HLABI_MEM_OP_FREE, &args), "freeing handle %llu",
		      (unsigned long long)handle);
}

int hlrti_port_map_device(struct hlrti_port *port, uint64_t handle, uint64_t hint, uint64_t *address)
{
	union hlabi_mem_args args = { .in.map_device = { .hint_addr = hint, .handle = handle } };
	int rc = memory_ioctl(port, HLABI_MEM_OP_MAP, &args);

	if (rc >= 0)
		*address = args.out.device_virt_addr;
	return finish(port, rc, "mapping handle %llu", (unsigned long long)handle);
}

int hlrti_port_map_host(struct hlrti_port *port, void *addr, uint64_t length, uint64_t *address)
{
	union hlabi_mem_args args = { .in.map_host = { .host_virt_addr = to_user_ptr(addr), .mem_size = length } };
	int rc;

	args.in.flags = HLABI_MEM_USERPTR;
	rc = memory_ioctl(port, HLABI_MEM_OP_MAP, &args);
	if (rc >= 0)
		*address = args.out.device_virt_addr;
	return finish(port, rc, "mapping %llu bytes of host memory at %p", (unsigned long long)length, addr);
}

int hlrti_port_unmap(struct hlrti_port *port, uint64_t address)
{
	union hlabi_mem_args args = { .in.unmap = { .device_virt_addr = address } };

	return finish(port, memory_ioctl(port, HLABI_MEM_OP_UNMAP, &args), "unmapping 0x%llx",
		      (unsigned long long)address);
}

int hlrti_port_export(struct hlrti_port *port, uint64_t address, uint64_t offset, uint64_t length, int *fd)
{
	union hlabi_mem_args args = { .in.export_dmabuf_fd = { .addr = address, .mem_size = length } };
	uint64_t begin = address + offset;
	int rc;

	args.in.flags = O_RDWR | O_CLOEXEC;
	/* The misc generation leaves these bytes undefined; a driver must not be made to read them. */
	if (port->uapi->export_has_offset)
		args.in.export_dmabuf_fd.offset = offset;
	else if (offset)
		return hlrt_set_error(-EOPNOTSUPP,
				      "this driver exports allocations from their beginning only, not from offset %llu",
				      (unsigned long long)offset);
	rc = memory_ioctl(port, HLABI_MEM_OP_EXPORT_DMABUF_FD, &args);
	if (rc >= 0)
		*fd = args.out.fd;
	return finish(port, rc, "exporting %llu bytes at 0x%llx", (unsigned long long)length,
		      (unsigned long long)begin);
}

/* ---- CB, CS, WAIT_CS ---- */

int hlrti_port_cb_create(struct hlrti_port *port, uint32_t size, uint64_t *handle)
{
	union hlabi_cb_args args = { .in = { .op = HLABI_CB_OP_CREATE, .cb_size = size } };
	int rc = raw_ioctl(port, port->uapi->cb, &args);

	if (rc >= 0)
		*handle = args.out.cb_handle;
	return finish(port, rc, "creating a command buffer of %u bytes", size);
}

int hlrti_port_cb_destroy(struct hlrti_port *port, uint64_t handle)
{
	union hlabi_cb_args args = { .in = { .op = HLABI_CB_OP_DESTROY, .cb_handle = handle } };

	return finish(port, raw_ioctl(port, port->uapi->cb, &args), "destroying command buffer 0x%llx",
		      (unsigned long long)handle);
}

int hlrti_port_submit(struct hlrti_port *port, const struct hlabi_cs_chunk *chunks, uint32_t num, uint32_t timeout_s,
		      uint64_t *seq)
{
	union hlabi_cs_args args = { .in = { .chunks_execute = to_user_ptr(chunks), .num_chunks_execute = num } };
	int rc;

	if (timeout_s) {
		args.in.cs_flags = HLABI_CS_FLAG_CUSTOM_TIMEOUT;
		args.in.timeout = timeout_s;
	}
	rc = raw_ioctl(port, port->uapi->cs, &args);
	if (rc >= 0)
		*seq = args.out.seq;
	return finish(port, rc, "submitting %u buffers, the first of %u bytes to queue %u", num, chunks[0].cb_size,
		      chunks[0].queue_index);
}

/* How the drivers end a submission that failed: by errno, or by status where the ioctl itself succeeded. */
static int submission_failed(uint64_t seq, int rc)
{
	const char *why = rc == -ETIMEDOUT ? "did not finish in the driver's time limit"
					   : "was aborted because the device reported an error";

	return hlrt_set_error(rc, "submission %llu %s", (unsigned long long)seq, why);
}

int hlrti_port_wait(struct hlrti_port *port, uint64_t seq, uint64_t timeout_us, bool *done)
{
	union hlabi_wait_cs_args args = { .in = { .seq = seq, .timeout_us = timeout_us } };
	int rc = port->sys->ops->ioctl(port->sys, port->fd, port->uapi->wait_cs, &args);

	*done = false;
	if (rc == -EINTR)
		return 0; /* the caller goes on with what is left of its time */
	*done = true;
	if (rc == -EIO || rc == -ETIMEDOUT)
		return submission_failed(seq, rc);
	if (rc < 0)
		return finish(port, rc, "waiting for submission %llu", (unsigned long long)seq);
	switch (args.out.status) {
	case HLABI_WAIT_COMPLETED:
		if (args.out.flags & HLABI_WAIT_OUT_GONE)
			return hlrt_set_error(-EIO, "the driver has forgotten the result of submission %llu",
					      (unsigned long long)seq);
		return 0;
	case HLABI_WAIT_BUSY:
		*done = false;
		return 0;
	case HLABI_WAIT_TIMEDOUT:
		return submission_failed(seq, -ETIMEDOUT);
	default:
		return submission_failed(seq, -EIO);
	}
}

/* ---- extensions of hlrt.ko ---- */

int hlrti_port_ext_query(struct hlrti_port *port, struct hlrt_ext_query *query)
{
	memset(query, 0, sizeof(*query));
	return finish(port, raw_ioctl(port, HLRT_EXT_QUERY, query), "asking for the driver's capabilities");
}

int hlrti_port_ext_export(struct hlrti_port *port, uint64_t address, uint64_t offset, uint64_t length, int *fd)
{
	struct hlrt_ext_export args = {
		.address = address,
		.offset = offset,
		.length = length,
		.flags = O_RDWR | O_CLOEXEC,
	};
	uint64_t begin = address + offset;
	int rc = raw_ioctl(port, HLRT_EXT_EXPORT, &args);

	if (rc >= 0)
		*fd = args.fd;
	return finish(port, rc, "exporting %llu bytes at 0x%llx", (unsigned long long)length,
		      (unsigned long long)begin);
}

/* Errors of IMPORT that are about the buffer, with what its user can do about them. */
static const struct {
	int rc;
	const char *text;
} import_errors[] = {
	{ -EBADF, "it is not an open file descriptor" },
	{ -EINVAL, "it is no dma-buf, or the range is not aligned to pages" },
	{ -ERANGE, "the range reaches beyond the end of the buffer" },
	{ -EXDEV, "there is no peer-to-peer path between the two devices" }, /* and the driver says why */
	{ -ENODEV, "it was revoked, or its exporter is gone" },
};

int hlrti_port_ext_import(struct hlrti_port *port, int fd, uint64_t offset, uint64_t length, uint64_t *device_va,
			  uint64_t *mapped)
{
	char why[256] = "";
	struct hlrt_ext_import args = {
		.fd = fd, .offset = offset, .length = length, .reason = (uintptr_t)why, .reason_size = sizeof(why)
	};
	int rc = raw_ioctl(port, HLRT_EXT_IMPORT, &args);
	const char *state = rc == -ENODEV ? trouble(port) : NULL;

	if (rc >= 0) {
		*device_va = args.device_va;
		*mapped = args.mapped;
		return 0;
	}
	if (state)
		return lost(port, "importing a dma-buf", state);
	for (size_t i = 0; i < sizeof(import_errors) / sizeof(import_errors[0]); i++)
		if (rc == import_errors[i].rc)
			return hlrt_set_error(rc, "importing [%llu, +%llu) of fd %d: %s%s%s",
					      (unsigned long long)offset, (unsigned long long)length, fd,
					      import_errors[i].text, *why ? ": " : "", why);
	return finish(port, rc, "importing [%llu, +%llu) of fd %d", (unsigned long long)offset,
		      (unsigned long long)length, fd);
}

int hlrti_port_ext_unimport(struct hlrti_port *port, uint64_t device_va)
{
	struct hlrt_ext_unimport args = { .device_va = device_va };

	return finish(port, raw_ioctl(port, HLRT_EXT_UNIMPORT, &args), "ending the import at 0x%llx",
		      (unsigned long long)device_va);
}

int hlrti_port_ext_revoke(struct hlrti_port *port, uint64_t address, uint64_t length, uint32_t *revoked)
{
	struct hlrt_ext_revoke args = { .address = address, .length = length };
	int rc = raw_ioctl(port, HLRT_EXT_REVOKE, &args);

	if (rc >= 0)
		*revoked = args.revoked;
	return finish(port, rc, "revoking the exports of %llu bytes at 0x%llx", (unsigned long long)length,
		      (unsigned long long)address);
}

int hlrti_port_ext_fence_fd(struct hlrti_port *port, uint64_t seq, int *fd)
{
	struct hlrt_ext_fence_fd args = { .seq = seq, .flags = O_CLOEXEC };
	int rc = raw_ioctl(port, HLRT_EXT_FENCE_FD, &args);

	if (rc >= 0)
		*fd = args.fd;
	return finish(port, rc, "asking for a fence of submission %llu", (unsigned long long)seq);
}

void hlrti_port_unregister_eventfd(struct hlrti_port *port)
{
	struct hlabi_info_args args = { .op = HLABI_INFO_UNREGISTER_EVENTFD };
	int rc = raw_ioctl(port, port->uapi->info, &args);

	if (rc < 0)
		hlrti_log(HLRT_LOG_DEBUG, "unregistering an eventfd: %s", hlrti_strerror(rc));
}

int hlrti_port_ext_event(struct hlrti_port *port, struct hlrt_ext_event *event)
{
	int rc;

	memset(event, 0, sizeof(*event));
	rc = raw_ioctl(port, HLRT_EXT_EVENT, event);
	return rc == -EAGAIN ? hlrt_set_error(rc, "there is no event") : finish(port, rc, "taking an event");
}

int hlrti_port_ext_export_status(struct hlrti_port *port, uint64_t address, uint64_t length, uint32_t flags,
				 uint32_t *count)
{
	struct hlrt_ext_export_status args = { .address = address, .length = length, .flags = flags };
	int rc = raw_ioctl(port, HLRT_EXT_EXPORT_STATUS, &args);

	if (rc >= 0)
		*count = args.count;
	return finish(port, rc, "asking for the exports of %llu bytes at 0x%llx", (unsigned long long)length,
		      (unsigned long long)address);
}
