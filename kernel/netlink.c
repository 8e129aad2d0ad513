// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The generic netlink family: its operations, its groups, and how events go out. In the initial
 * network namespace alone: devices belong to the machine, and a namespace that was given none of
 * them learns nothing.
 */

#include <net/genetlink.h>

#include "compat/netlink.h"
#include "hlrt.h"
#include "netlink.h"

static const struct nla_policy hlrt_nl_policy[HLRT_NL_A_LAST + 1] = {
	[HLRT_NL_A_PCI_ADDRESS] = { .type = NLA_NUL_STRING, .len = 31 },
};

static const struct genl_ops hlrt_nl_ops[] = {
	{
		.cmd = HLRT_NL_GET_BUFFERS,
		.start = hlrt_buffers_start,
		.dumpit = hlrt_buffers_dump,
		.done = hlrt_buffers_done,
	},
};

static const struct genl_multicast_group hlrt_nl_groups[] = {
	[HLRT_NL_TO_ALL] = { .name = HLRT_NL_GROUP_DEVICES },
	[HLRT_NL_TO_ADMINS] = { .name = HLRT_NL_GROUP_BUFFERS, .flags = HLRT_MCAST_ADMINS },
};

static struct genl_family hlrt_nl_family = {
	.name = HLRT_NL_FAMILY,
	.version = HLRT_NL_VERSION,
	.maxattr = HLRT_NL_A_LAST,
	.policy = hlrt_nl_policy,
	.module = THIS_MODULE,
	.ops = hlrt_nl_ops,
	.n_ops = ARRAY_SIZE(hlrt_nl_ops),
	.mcgrps = hlrt_nl_groups,
	.n_mcgrps = ARRAY_SIZE(hlrt_nl_groups),
	/* A dump may have to wait for a reservation: other families' users shall not. */
	.parallel_ops = true,
};

bool hlrt_netlink_heard(enum hlrt_nl_group group)
{
	return genl_has_listeners(&hlrt_nl_family, &init_net, group);
}

void *hlrt_netlink_begin(struct sk_buff *skb, u32 pid, u32 seq, int flags, u8 cmd)
{
	return genlmsg_put(skb, pid, seq, &hlrt_nl_family, flags, cmd);
}

void hlrt_netlink_send(struct sk_buff *skb, enum hlrt_nl_group group)
{
	if (skb)
		genlmsg_multicast(&hlrt_nl_family, skb, 0, group, GFP_KERNEL);
	else
		genl_set_err(&hlrt_nl_family, &init_net, 0, group, -ENOBUFS);
}

static int hlrt_device_event_fill(struct sk_buff *skb, struct hlrt_device *dev, u32 event,
				  const char *text)
{
	void *head = hlrt_netlink_begin(skb, 0, 0, 0, HLRT_NL_DEVICE_EVENT);

	if (!head)
		return -EMSGSIZE;
	if (nla_put_u32(skb, HLRT_NL_A_EVENT, event) ||
	    nla_put_u64_64bit(skb, HLRT_NL_A_TIME, ktime_get_ns(), HLRT_NL_A_PAD) ||
	    nla_put_string(skb, HLRT_NL_A_PCI_ADDRESS, pci_name(dev->pdev)) ||
	    nla_put_string(skb, HLRT_NL_A_NAME, dev->node_name) ||
	    (text && nla_put_string(skb, HLRT_NL_A_TEXT, text)))
		return -EMSGSIZE;
	genlmsg_end(skb, head);
	return 0;
}

void hlrt_netlink_device_event(struct hlrt_device *dev, u32 event, const char *text)
{
	struct sk_buff *skb;

	if (!hlrt_netlink_heard(HLRT_NL_TO_ALL))
		return;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (skb && hlrt_device_event_fill(skb, dev, event, text)) {
		nlmsg_free(skb);
		skb = NULL;
	}
	hlrt_netlink_send(skb, HLRT_NL_TO_ALL);
}

int hlrt_netlink_init(void)
{
	return genl_register_family(&hlrt_nl_family);
}

void hlrt_netlink_exit(void)
{
	genl_unregister_family(&hlrt_nl_family);
}
