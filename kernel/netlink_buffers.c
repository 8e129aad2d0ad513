// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The table of exports, for who asks the netlink family, and its changes, for administrators.
 *
 * A dump goes from device to device and, by their numbers, from export to export, so that it goes
 * on where it was whatever has come or gone. Each row is right by itself; that all belong to one
 * moment is told by a number which every change raises, under the lock under which a row is made.
 */

#include <linux/dma-resv.h>
#include <linux/pid_namespace.h>
#include <net/genetlink.h>

#include "compat/netlink.h"
#include "dmabuf_export.h"
#include "netlink.h"
#include "owner.h"
#include "p2p_path.h"

static atomic_t hlrt_buffers_version = ATOMIC_INIT(1);

/* cb->ctx. As asked, not as read: the socket may have been handed on. */
struct hlrt_dump {
	struct pid_namespace *pid_ns;
	kuid_t uid;
	kgid_t gid;
	bool all;
	unsigned int device; /* where to go on */
	u64 after;	     /* last export told of it */
};

void hlrt_buffers_changed(void)
{
	atomic_inc(&hlrt_buffers_version);
}

/* nl_dump_check_consistent() takes 0 for "not known yet". */
static u32 hlrt_buffers_now(void)
{
	return (u32)atomic_read(&hlrt_buffers_version) ?: 1;
}

/* Only who asks waits for the walk through the PCI tree. */
static u32 hlrt_importer_path(const struct hlrt_export *ex, const struct hlrt_export_user *user)
{
	return hlrt_p2p_way(ex->dev->pdev, user->attach->dev);
}

static int hlrt_put_importer(struct sk_buff *skb, const struct hlrt_export *ex,
			     const struct hlrt_export_user *user)
{
	struct nlattr *nest = nla_nest_start(skb, HLRT_NL_A_IMPORTER);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(skb, HLRT_NL_I_DEVICE, dev_name(user->attach->dev)) ||
	    nla_put_u32(skb, HLRT_NL_I_MODE, hlrt_export_user_mode(user)) ||
	    nla_put_u32(skb, HLRT_NL_I_MAPS, user->maps) ||
	    nla_put_u32(skb, HLRT_NL_I_JUDGE, user->judge) ||
	    nla_put_u32(skb, HLRT_NL_I_PATH, hlrt_importer_path(ex, user))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* What never changes; pid_ns: whose numbers processes have for the reader. */
static int hlrt_put_export(struct sk_buff *skb, const struct hlrt_export *ex,
			   struct pid_namespace *pid_ns)
{
	if (nla_put_u64_64bit(skb, HLRT_NL_A_ID, ex->id, HLRT_NL_A_PAD) ||
	    nla_put_string(skb, HLRT_NL_A_PCI_ADDRESS, pci_name(ex->dev->pdev)) ||
	    nla_put_string(skb, HLRT_NL_A_NAME, ex->dev->node_name) ||
	    nla_put_u64_64bit(skb, HLRT_NL_A_ADDRESS, ex->addr, HLRT_NL_A_PAD) ||
	    nla_put_u64_64bit(skb, HLRT_NL_A_SIZE, ex->len, HLRT_NL_A_PAD) ||
	    nla_put_u32(skb, HLRT_NL_A_PIECES, ex->num_pieces) ||
	    nla_put_u32(skb, HLRT_NL_A_PID, hlrt_owner_pid(ex->who, pid_ns)) ||
	    nla_put_string(skb, HLRT_NL_A_COMM, ex->comm))
		return -EMSGSIZE;
	return 0;
}

static u32 hlrt_export_flags(const struct hlrt_export *ex)
{
	return (READ_ONCE(ex->revoked) ? HLRT_NL_BUFFER_REVOKED : 0) |
	       (READ_ONCE(ex->vmapped) ? HLRT_NL_BUFFER_VMAPPED : 0);
}

/* What does: reservation held. may_cut: rather fewer importers than no message. */
static int hlrt_put_state(struct sk_buff *skb, const struct hlrt_export *ex, bool may_cut)
{
	const struct hlrt_export_user *user;

	dma_resv_assert_held(ex->dmabuf->resv);
	if (nla_put_u32(skb, HLRT_NL_A_FLAGS, hlrt_export_flags(ex)) ||
	    nla_put_u32(skb, HLRT_NL_A_NUM_IMPORTERS, ex->num_users))
		return -EMSGSIZE;
	list_for_each_entry(user, &ex->users, node)
		if (hlrt_put_importer(skb, ex, user))
			return may_cut ? 0 : -EMSGSIZE;
	return 0;
}

/* ---- the dump ---- */

int hlrt_buffers_start(struct netlink_callback *cb)
{
	struct hlrt_dump *dump = (struct hlrt_dump *)cb->ctx;
	const struct cred *cred = current_cred();

	BUILD_BUG_ON(sizeof(*dump) > sizeof(cb->ctx));
	memset(dump, 0, sizeof(*dump));
	dump->pid_ns = get_pid_ns(task_active_pid_ns(current));
	dump->uid = cred->uid;
	dump->gid = cred->gid;
	/* Of who asks and of who has opened the socket. */
	dump->all = netlink_capable(cb->skb, CAP_NET_ADMIN);
	return 0;
}

int hlrt_buffers_done(struct netlink_callback *cb)
{
	struct hlrt_dump *dump = (struct hlrt_dump *)cb->ctx;

	put_pid_ns(dump->pid_ns);
	return 0;
}

/* exports_lock held. */
static int hlrt_dump_export(struct sk_buff *skb, struct netlink_callback *cb,
			    const struct hlrt_export *ex)
{
	const struct hlrt_dump *dump = (const struct hlrt_dump *)cb->ctx;
	bool first = !skb->len;
	void *head;
	int rc;

	head = hlrt_netlink_begin(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, NLM_F_MULTI,
				  HLRT_NL_BUFFER);
	if (!head)
		return -EMSGSIZE;
	dma_resv_lock(ex->dmabuf->resv, NULL);
	rc = hlrt_put_export(skb, ex, dump->pid_ns);
	if (!rc)
		rc = hlrt_put_state(skb, ex, first);
	cb->seq = hlrt_buffers_now();
	dma_resv_unlock(ex->dmabuf->resv);
	if (rc) {
		genlmsg_cancel(skb, head);
		return rc;
	}
	genl_dump_check_consistent(cb, head);
	genlmsg_end(skb, head);
	return 0;
}

static int hlrt_dump_device(struct sk_buff *skb, struct netlink_callback *cb,
			    struct hlrt_device *dev)
{
	struct hlrt_dump *dump = (struct hlrt_dump *)cb->ctx;
	const struct hlrt_export *ex;
	int rc = 0;

	mutex_lock(&dev->exports_lock);
	list_for_each_entry(ex, &dev->exports, node) {
		if (ex->id <= dump->after ||
		    (!dump->all && !hlrt_owner_is(ex->who, dump->uid, dump->gid)))
			continue;
		rc = hlrt_dump_export(skb, cb, ex);
		if (rc)
			break;
		dump->after = ex->id;
	}
	mutex_unlock(&dev->exports_lock);
	return rc;
}

static bool hlrt_dump_wants(struct netlink_callback *cb, struct hlrt_device *dev)
{
	const struct nlattr *address = hlrt_dump_attrs(cb)[HLRT_NL_A_PCI_ADDRESS];

	return !address || !nla_strcmp(address, pci_name(dev->pdev));
}

int hlrt_buffers_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hlrt_dump *dump = (struct hlrt_dump *)cb->ctx;
	struct hlrt_device *dev;
	int rc = 0;

	for (; dump->device < HLRT_MAX_DEVICES; dump->device++, dump->after = 0) {
		dev = hlrt_device_lookup(dump->device);
		if (!dev)
			continue;
		if (hlrt_dump_wants(cb, dev))
			rc = hlrt_dump_device(skb, cb, dev);
		hlrt_device_put(dev);
		if (rc)
			break;
	}
	/* The end of the dump is compared as well. */
	cb->seq = hlrt_buffers_now();
	/* What did not fit comes in the next one; nothing fits an empty one: an error. */
	return skb->len ?: rc;
}

/* ---- events ---- */

static int hlrt_buffer_event_fill(struct sk_buff *skb, const struct hlrt_export *ex, u32 event,
				  const struct hlrt_export_user *user)
{
	void *head = hlrt_netlink_begin(skb, 0, 0, 0, HLRT_NL_BUFFER_EVENT);

	if (!head || nla_put_u32(skb, HLRT_NL_A_EVENT, event) ||
	    nla_put_u64_64bit(skb, HLRT_NL_A_TIME, ktime_get_ns(), HLRT_NL_A_PAD) ||
	    /* Who listens has the machine's namespaces. */
	    hlrt_put_export(skb, ex, &init_pid_ns) ||
	    nla_put_u32(skb, HLRT_NL_A_FLAGS, hlrt_export_flags(ex)) ||
	    (user && hlrt_put_importer(skb, ex, user)))
		return -EMSGSIZE;
	genlmsg_end(skb, head);
	return 0;
}

void hlrt_buffer_event(const struct hlrt_export *ex, u32 event, const struct hlrt_export_user *user)
{
	struct sk_buff *skb;

	if (!hlrt_netlink_heard(HLRT_NL_TO_ADMINS))
		return;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (skb && hlrt_buffer_event_fill(skb, ex, event, user)) {
		nlmsg_free(skb);
		skb = NULL;
	}
	hlrt_netlink_send(skb, HLRT_NL_TO_ADMINS);
}
