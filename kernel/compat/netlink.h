/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Where kernels differ in generic netlink; not in compat.h, which user space compiles as well. */
#ifndef HLRT_COMPAT_NETLINK_H
#define HLRT_COMPAT_NETLINK_H

#include <net/genetlink.h>

/* A group for who has CAP_NET_ADMIN in the namespace's own user namespace. */
#ifdef GENL_MCAST_CAP_NET_ADMIN
#define HLRT_MCAST_ADMINS GENL_MCAST_CAP_NET_ADMIN
#else
#define HLRT_MCAST_ADMINS GENL_UNS_ADMIN_PERM
#endif

static inline struct nlattr **hlrt_dump_attrs(struct netlink_callback *cb)
{
#ifdef HLRT_HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* HLRT_COMPAT_NETLINK_H */
