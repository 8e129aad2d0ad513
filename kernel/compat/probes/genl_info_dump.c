// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* A dump's attributes are those of its genl_info. */
#include <net/genetlink.h>

struct nlattr **probe(struct netlink_callback *cb);
struct nlattr **probe(struct netlink_callback *cb)
{
	return genl_info_dump(cb)->attrs;
}
