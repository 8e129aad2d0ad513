// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * In place of kernel/netlink.c, netlink_buffers.c, owner.c and announce.c: a simulated machine has no kernel to whose netlink
 * others could listen, and its owner is this process.
 */
#include <linux/errno.h>

#include "hlrt.h"
#include "netlink.h"

int hlrt_netlink_init(void)
{
	return 0;
}

void hlrt_netlink_exit(void)
{
}

void hlrt_buffers_changed(void)
{
}

void hlrt_buffer_event(const struct hlrt_export *ex, u32 event, const struct hlrt_export_user *user)
{
}

struct hlrt_owner {
	int unused;
};

struct hlrt_owner *hlrt_owner_get_current(void)
{
	static struct hlrt_owner self;

	return &self;
}

struct hlrt_owner *hlrt_owner_get(struct hlrt_owner *owner)
{
	return owner;
}

void hlrt_owner_put(struct hlrt_owner *owner)
{
}

void hlrt_announce(struct hlrt_device *dev, u32 event, const char *text)
{
}
