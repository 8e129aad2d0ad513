// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* In place of monitor.c and its parts, where there was no libnl to build with. */
#include "internal.h"

static int no_netlink(void)
{
	return hlrt_set_error(-EOPNOTSUPP, "this libhlrt was built without libnl-3, and hears no events");
}

HLRT_API struct hlrt_monitor *hlrt_monitor_open(const struct hlrt_monitor_options *options)
{
	struct hlrt_monitor_options known = { 0 };
	int rc = options ? hlrti_struct_in("struct hlrt_monitor_options", &known, sizeof(known), sizeof(known), options)
			 : 0;

	if (!rc && (known.flags & ~HLRT_MONITOR_BUFFERS))
		rc = hlrt_set_error(-EINVAL, "monitor flags 0x%x: 0x%x is the only one known", known.flags,
				    HLRT_MONITOR_BUFFERS);
	return hlrti_null(rc ? rc : no_netlink());
}

/* There are no monitors. */
HLRT_API int hlrt_monitor_fd(const struct hlrt_monitor *monitor)
{
	(void)monitor;
	return hlrt_set_error(-EINVAL, "this is no monitor");
}

HLRT_API int hlrt_monitor_read(struct hlrt_monitor *monitor, struct hlrt_monitor_event *event)
{
	(void)monitor, (void)event;
	return hlrt_set_error(-EINVAL, "this is no monitor");
}

HLRT_API int hlrt_monitor_close(struct hlrt_monitor *monitor)
{
	(void)monitor;
	return hlrt_set_error(-EINVAL, "this is no monitor");
}

HLRT_API struct hlrt_buffer_info **hlrt_get_buffers(const char *pci_address, size_t *count)
{
	(void)pci_address, (void)count;
	return hlrti_null(no_netlink());
}

HLRT_API void hlrt_free_buffers(struct hlrt_buffer_info **buffers)
{
	(void)buffers;
}
