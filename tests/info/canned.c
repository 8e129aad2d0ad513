// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Buffers and events of each kind for hlrt-info, in place of the library's; also such as no driver of today sends. */
#include <errno.h>
#include <unistd.h>

#include <hlrt/hlrt.h>

static const struct hlrt_importer_info importers[] = {
	{ sizeof(importers[0]), HLRT_IMPORTER_STATIC, 1, HLRT_PATH_SWITCH, HLRT_ALLOWED_BY_KERNEL, 0, "0000:02:00.0" },
	{ sizeof(importers[0]), HLRT_IMPORTER_PINNED, 0, HLRT_PATH_HOST, HLRT_ALLOWED_BY_DRIVER, 0, "0000:03:00.0" },
	{ sizeof(importers[0]), HLRT_IMPORTER_DYNAMIC, 2, HLRT_PATH_TRANSLATED, HLRT_ALLOWED_BY_ADMIN, 0,
	  "0000:04:00.0" },
	{ sizeof(importers[0]), 99, 2, 99, 99, 0, "0000:05:00.0" },
};

static const struct hlrt_importer_info *const importer_list[] = { &importers[0], &importers[1], &importers[2],
								  &importers[3] };

static struct hlrt_buffer_info buffers[] = {
	{ .size = sizeof(buffers[0]),
	  .number = 1,
	  .address = 0x20000000,
	  .length = 4096,
	  .pieces = 1,
	  .pid = 42,
	  .comm = "a \"b\\\xff\n",
	  .name = "accel0",
	  .pci_address = "0000:01:00.0",
	  .num_importers = 6,
	  .num_listed = 4,
	  .importers = importer_list },
	{ .size = sizeof(buffers[0]),
	  .flags = HLRT_BUFFER_REVOKED | HLRT_BUFFER_VMAPPED,
	  .number = UINT64_C(1) << 40,
	  .address = UINT64_MAX - 4095,
	  .length = UINT64_C(32) << 30,
	  .pieces = 3,
	  .name = "hl1",
	  .pci_address = "0000:06:00.0" },
};

struct hlrt_buffer_info **hlrt_get_buffers(const char *pci_address, size_t *count)
{
	static struct hlrt_buffer_info *list[] = { &buffers[0], &buffers[1], NULL };

	(void)pci_address;
	*count = 2;
	return list;
}

void hlrt_free_buffers(struct hlrt_buffer_info **list)
{
	(void)list;
}

static uint32_t next_type;

struct hlrt_monitor *hlrt_monitor_open(const struct hlrt_monitor_options *options)
{
	(void)options;
	return (struct hlrt_monitor *)&next_type;
}

int hlrt_monitor_fd(const struct hlrt_monitor *monitor)
{
	(void)monitor;
	return STDIN_FILENO;
}

/* One of each type, one that is not known yet, and then the end of it all. */
int hlrt_monitor_read(struct hlrt_monitor *monitor, struct hlrt_monitor_event *event)
{
	(void)monitor;
	*event = (struct hlrt_monitor_event){ .size = sizeof(*event), .type = ++next_type, .time_ns = 1234567890 };
	if (next_type > HLRT_MONITOR_BUFFER_DETACHED + 1)
		return -EIO;
	if (next_type == HLRT_MONITOR_OVERRUN)
		return 0;
	*event = (struct hlrt_monitor_event){ .size = sizeof(*event),
					      .type = next_type,
					      .time_ns = 1234567890,
					      .name = "accel0",
					      .pci_address = "0000:01:00.0" };
	if (next_type < HLRT_MONITOR_BUFFER_EXPORTED)
		return 0;
	event->buffer = 7;
	event->address = 0x20000000;
	event->length = 4096;
	return 0;
}

int hlrt_monitor_close(struct hlrt_monitor *monitor)
{
	(void)monitor;
	return 0;
}
