// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* --watch: events, one a line, until the program is ended. */
#include "info.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const types[] = {
	[HLRT_MONITOR_ADDED] = "added",
	[HLRT_MONITOR_REMOVED] = "removed",
	[HLRT_MONITOR_RESET_BEGIN] = "reset-begin",
	[HLRT_MONITOR_RESET_END] = "reset-end",
	[HLRT_MONITOR_OVERRUN] = "overrun",
	[HLRT_MONITOR_BUFFER_EXPORTED] = "exported",
	[HLRT_MONITOR_BUFFER_REVOKED] = "revoked",
	[HLRT_MONITOR_BUFFER_RELEASED] = "released",
	[HLRT_MONITOR_BUFFER_ATTACHED] = "attached",
	[HLRT_MONITOR_BUFFER_DETACHED] = "detached",
};

static void event_json(const struct hlrt_monitor_event *event)
{
	json_open(NULL, '{');
	json_string("event", types[event->type]);
	json_number("time_ns", (int64_t)event->time_ns);
	json_string("name", event->name);
	json_string("pci_address", event->pci_address);
	json_string("text", event->text);
	if (event->buffer) {
		json_number("number", (int64_t)event->buffer);
		json_hex("address", event->address);
		json_number("length", (int64_t)event->length);
		json_string("importer", event->importer);
	}
	json_close('}');
}

static void event_text(const struct hlrt_monitor_event *event)
{
	printf("%5" PRIu64 ".%06" PRIu64 " %s", event->time_ns / 1000000000, event->time_ns / 1000 % 1000000,
	       types[event->type]);
	if (event->name[0])
		printf(" %s %s", event->name, event->pci_address);
	if (event->text[0])
		printf(": %s", event->text);
	if (event->buffer)
		printf(": buffer %" PRIu64 ", %" PRIu64 " bytes at 0x%" PRIx64, event->buffer, event->length,
		       event->address);
	if (event->importer[0])
		printf(", importer %s", event->importer);
	printf("\n");
}

static int drain(struct hlrt_monitor *monitor, const struct options *options)
{
	struct hlrt_monitor_event event = { .size = sizeof(event) };
	int rc;

	while (!(rc = hlrt_monitor_read(monitor, &event)))
		if (event.type < ARRAY_LENGTH(types) && types[event.type])
			(options->json ? event_json : event_text)(&event);
	fflush(stdout);
	return rc == -EAGAIN && !ferror(stdout) ? 0 : rc;
}

int watch(const struct options *options)
{
	struct hlrt_monitor_options how = { .size = sizeof(how), .flags = options->buffers ? HLRT_MONITOR_BUFFERS : 0 };
	struct hlrt_monitor *monitor = hlrt_monitor_open(&how);
	struct pollfd fd = { .events = POLLIN };
	int rc = 0;

	if (!monitor) {
		fprintf(stderr, "hlrt-info: --watch: %s\n", hlrt_last_error());
		return EXIT_FAILURE;
	}
	fd.fd = hlrt_monitor_fd(monitor);
	while (!rc && (poll(&fd, 1, -1) >= 0 || errno == EINTR))
		rc = drain(monitor, options);
	fprintf(stderr, "hlrt-info: --watch: %s\n", hlrt_last_error());
	hlrt_monitor_close(monitor);
	return EXIT_FAILURE;
}
