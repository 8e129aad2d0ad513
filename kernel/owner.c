// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Who has opened a device: while anything of his lives, and whatever becomes of his process. */

#include <linux/cred.h>
#include <linux/kref.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "netlink.h"
#include "owner.h"

struct hlrt_owner {
	struct kref ref;
	struct pid *pid;
	const struct cred *cred;
};

struct hlrt_owner *hlrt_owner_get_current(void)
{
	struct hlrt_owner *owner = kzalloc(sizeof(*owner), GFP_KERNEL);

	if (!owner)
		return NULL;
	kref_init(&owner->ref);
	owner->pid = get_pid(task_tgid(current));
	owner->cred = get_current_cred();
	return owner;
}

struct hlrt_owner *hlrt_owner_get(struct hlrt_owner *owner)
{
	kref_get(&owner->ref);
	return owner;
}

static void hlrt_owner_release(struct kref *ref)
{
	struct hlrt_owner *owner = container_of(ref, struct hlrt_owner, ref);

	put_cred(owner->cred);
	put_pid(owner->pid);
	kfree(owner);
}

void hlrt_owner_put(struct hlrt_owner *owner)
{
	kref_put(&owner->ref, hlrt_owner_release);
}

pid_t hlrt_owner_pid(const struct hlrt_owner *owner, struct pid_namespace *ns)
{
	return pid_nr_ns(owner->pid, ns);
}

bool hlrt_owner_is(const struct hlrt_owner *owner, kuid_t uid, kgid_t gid)
{
	const struct cred *cred = owner->cred;

	return uid_eq(uid, cred->uid) && uid_eq(uid, cred->euid) && uid_eq(uid, cred->suid) &&
	       gid_eq(gid, cred->gid) && gid_eq(gid, cred->egid) && gid_eq(gid, cred->sgid);
}
