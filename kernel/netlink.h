/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * netlink.h - what others are told: who listens to the netlink family (netlink.c), asks it for
 * buffers (netlink_buffers.c), or takes uevents (announce.c). In their place: sim/no_netlink.c.
 */
#ifndef HLRT_NETLINK_KERNEL_H
#define HLRT_NETLINK_KERNEL_H

#include <linux/types.h>

#include <abi/hlrt_netlink.h>

struct hlrt_device;
struct hlrt_export;
struct hlrt_export_user;
struct netlink_callback;
struct sk_buff;

enum hlrt_nl_group { HLRT_NL_TO_ALL, HLRT_NL_TO_ADMINS };

/* netlink.c */
int hlrt_netlink_init(void);
void hlrt_netlink_exit(void);
bool hlrt_netlink_heard(enum hlrt_nl_group group);
/*
 * For dumps, with pid and seq of the request, and for events, 0 and 0. NULL: no room. Ends with
 * genlmsg_end() or genlmsg_cancel().
 */
void *hlrt_netlink_begin(struct sk_buff *skb, u32 pid, u32 seq, int flags, u8 cmd);
/* skb NULL: there was no memory for an event, and the listeners learn that one is missing. */
void hlrt_netlink_send(struct sk_buff *skb, enum hlrt_nl_group group);
/* text may be NULL */
void hlrt_netlink_device_event(struct hlrt_device *dev, u32 event, const char *text);

/* netlink_buffers.c */
int hlrt_buffers_start(struct netlink_callback *cb);
int hlrt_buffers_dump(struct sk_buff *skb, struct netlink_callback *cb);
int hlrt_buffers_done(struct netlink_callback *cb);
/*
 * Something that a dump shows has changed. Under a lock under which the dump looks at it: the
 * device's exports_lock or the export's reservation.
 */
void hlrt_buffers_changed(void);
/* user NULL: of the buffer itself. exports_lock held, or while the export cannot go. */
void hlrt_buffer_event(const struct hlrt_export *ex, u32 event,
		       const struct hlrt_export_user *user);

/* owner.c: who has opened a device, for whoever asks later. */
struct hlrt_owner;
struct hlrt_owner *hlrt_owner_get_current(void); /* NULL: no memory */
struct hlrt_owner *hlrt_owner_get(struct hlrt_owner *owner);
void hlrt_owner_put(struct hlrt_owner *owner);

/* announce.c; dev->lock held. By netlink, and what the device model does not say by a uevent. */
void hlrt_announce(struct hlrt_device *dev, u32 event, const char *text);

#endif /* HLRT_NETLINK_KERNEL_H */
