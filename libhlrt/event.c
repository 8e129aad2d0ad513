// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Events of a context. hlrt.ko keeps a queue of them with addresses (the EVENT ioctl); any other driver only has a set of
 * bits, taken all at once, which are told here one after the other.
 */
#include "internal.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EVENT_SIZE_1 sizeof(struct hlrt_event) /* as first published */

struct hlrt_event_reader {
	struct hlrt_context *ctx;
	int fd;
	bool queued;   /* the driver keeps a queue */
	uint64_t bits; /* HLABI_EVENT_*: taken from a driver without one, not told yet */
	bool gone;     /* that driver has been found without its device, and this was told */
};

/* What the bits are as events, in the order in which they are told; every bit that is not here is a device error. */
static const struct {
	uint64_t bit;
	uint32_t type;
} bit_types[] = {
	{ HLABI_EVENT_PAGE_FAULT, HLRT_EVENT_PAGE_FAULT },    { HLABI_EVENT_RAZWI, HLRT_EVENT_RAZWI },
	{ HLABI_EVENT_CS_TIMEOUT, HLRT_EVENT_TIMEOUT },	      { 0, HLRT_EVENT_DEVICE_ERROR },
	{ HLABI_EVENT_DEVICE_RESET, HLRT_EVENT_RESET_BEGIN }, { HLABI_EVENT_DEVICE_UNAVAILABLE, HLRT_EVENT_REMOVED },
};

#define NUM_BIT_TYPES (sizeof(bit_types) / sizeof(bit_types[0]))

/* The driver's numbers are the interface's. */
_Static_assert(HLRT_EXT_EVENT_RESET_BEGIN == HLRT_EVENT_RESET_BEGIN, "");
_Static_assert(HLRT_EXT_EVENT_RESET_END == HLRT_EVENT_RESET_END, "");
_Static_assert(HLRT_EXT_EVENT_REMOVED == HLRT_EVENT_REMOVED, "");
_Static_assert(HLRT_EXT_EVENT_PAGE_FAULT == HLRT_EVENT_PAGE_FAULT, "");
_Static_assert(HLRT_EXT_EVENT_RAZWI == HLRT_EVENT_RAZWI, "");
_Static_assert(HLRT_EXT_EVENT_REVOKED == HLRT_EVENT_REVOKED, "");
_Static_assert(HLRT_EXT_EVENT_CS_TIMEOUT == HLRT_EVENT_TIMEOUT, "");
_Static_assert(HLRT_EXT_EVENT_DEVICE_ERROR == HLRT_EVENT_DEVICE_ERROR, "");
_Static_assert(HLRT_EXT_EVENT_LOST == HLRT_EVENT_LOST, "");

/* ---- the eventfd: readable while there is something to read ---- */

static void eventfd_clear(const struct hlrt_event_reader *reader)
{
	uint64_t count;

	/* Nothing to clear is as good. */
	if (read(reader->fd, &count, sizeof(count)) < 0)
		return;
}

static void eventfd_set(const struct hlrt_event_reader *reader)
{
	const uint64_t one = 1;

	/* A counter that is full is readable as well. */
	if (write(reader->fd, &one, sizeof(one)) < 0)
		return;
}

/* ---- a driver with a queue ---- */

static int next_queued(struct hlrt_event_reader *reader, struct hlrt_event *out)
{
	struct hlrt_ext_event event;
	int rc = hlrti_port_ext_event(&reader->ctx->port, &event);

	/* Cleared only when the queue is empty, and then looked at again: what came in between must be seen. */
	if (rc == -EAGAIN) {
		eventfd_clear(reader);
		rc = hlrti_port_ext_event(&reader->ctx->port, &event);
		if (!rc)
			eventfd_set(reader);
	}
	if (rc)
		return rc;
	out->type = event.type > HLRT_EXT_EVENT_LOST ? HLRT_EVENT_DEVICE_ERROR : event.type;
	out->address = event.address;
	out->length = event.length;
	out->count = event.count;
	out->time_ns = event.time_ns;
	return 0;
}

/* ---- a driver with bits ---- */

/* Takes what the driver has. A removed device cannot even be asked: that is the last event. */
static int take_bits(struct hlrt_event_reader *reader)
{
	struct hlrti_port *port = &reader->ctx->port;
	uint64_t bits = 0;
	int rc;

	eventfd_clear(reader);
	rc = port->sys->ops->read_event(port->sys, port->fd, &bits);
	if (rc == -ENODEV && !reader->gone) {
		reader->gone = true;
		bits = HLABI_EVENT_DEVICE_UNAVAILABLE;
	}
	reader->bits |= bits;
	return reader->bits ? 0 : hlrt_set_error(-EAGAIN, "there is no event");
}

static int next_bit(struct hlrt_event_reader *reader, struct hlrt_event *out)
{
	uint64_t known = 0, mask;
	int rc = reader->bits ? 0 : take_bits(reader);

	if (rc)
		return rc;
	for (size_t i = 0; i < NUM_BIT_TYPES; i++)
		known |= bit_types[i].bit;
	for (size_t i = 0; i < NUM_BIT_TYPES; i++) {
		mask = bit_types[i].bit ? bit_types[i].bit : ~known;
		if (!(reader->bits & mask))
			continue;
		out->type = bit_types[i].type;
		reader->bits &= ~mask;
		break;
	}
	if (reader->bits)
		eventfd_set(reader);
	return 0;
}

/* ---- the interface ---- */

static int open_eventfd(struct hlrt_event_reader *reader)
{
	struct hlrti_port *port = &reader->ctx->port;
	const struct hlrt_sys_device *dev = &reader->ctx->device->sysdev;

	reader->fd = port->sys->ops->event_fd(port->sys, port->fd);
	if (reader->fd >= 0)
		return 0;
	if (reader->fd != -EINVAL)
		return hlrt_set_error(reader->fd, "registering an eventfd: %s", hlrti_strerror(reader->fd));
	/* "Not twice", and of a driver that is not ours perhaps "unknown". */
	if (reader->queued)
		return hlrt_set_error(-EBUSY, "somebody else reads the events of this node's fd");
	return hlrt_set_error(-EOPNOTSUPP, "driver %s of %s takes no eventfd", dev->driver, dev->name);
}

HLRT_API struct hlrt_event_reader *hlrt_events_open(struct hlrt_context *context)
{
	struct hlrt_event_reader *reader;
	int rc;

	if (!context)
		return hlrti_null(hlrt_set_error(-EINVAL, "context is NULL"));
	rc = hlrti_process_check();
	if (rc)
		return hlrti_null(rc);
	if (atomic_exchange(&context->has_reader, true))
		return hlrti_null(hlrt_set_error(-EBUSY, "this context has an event reader; close it first"));
	reader = calloc(1, sizeof(*reader));
	if (!reader) {
		rc = hlrt_set_error(-ENOMEM, "no memory for an event reader");
	} else {
		reader->ctx = context;
		reader->queued = context->ext_caps & HLRT_EXT_CAP_EVENTS;
		rc = open_eventfd(reader);
	}
	if (rc) {
		free(reader);
		atomic_store(&context->has_reader, false);
		return hlrti_null(rc);
	}
	atomic_fetch_add(&context->children, 1);
	return reader;
}

HLRT_API int hlrt_events_fd(const struct hlrt_event_reader *reader)
{
	return reader ? reader->fd : hlrt_set_error(-EINVAL, "reader is NULL");
}

HLRT_API int hlrt_events_read(struct hlrt_event_reader *reader, struct hlrt_event *event)
{
	struct hlrt_event out = { 0 };
	int rc;

	if (!reader || !event)
		return hlrt_set_error(-EINVAL, "%s is NULL", reader ? "event" : "reader");
	rc = hlrti_struct_out_check("struct hlrt_event", event, EVENT_SIZE_1);
	if (!rc)
		rc = hlrti_process_check();
	if (!rc)
		rc = reader->queued ? next_queued(reader, &out) : next_bit(reader, &out);
	if (rc)
		return rc;
	/* Who has read it shall not need to run into it. */
	if (out.type == HLRT_EVENT_RESET_BEGIN || out.type == HLRT_EVENT_REMOVED)
		atomic_store(&reader->ctx->port.lost, true);
	hlrti_struct_out(event, &out, sizeof(out));
	return 0;
}

HLRT_API int hlrt_events_close(struct hlrt_event_reader *reader)
{
	int rc;

	if (!reader)
		return hlrt_set_error(-EINVAL, "reader is NULL");
	rc = hlrti_process_check();
	if (rc)
		return rc;
	hlrti_port_unregister_eventfd(&reader->ctx->port);
	close(reader->fd);
	atomic_store(&reader->ctx->has_reader, false);
	atomic_fetch_sub(&reader->ctx->children, 1);
	free(reader);
	return 0;
}
