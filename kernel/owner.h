/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef HLRT_OWNER_H
#define HLRT_OWNER_H

#include <linux/types.h>

struct hlrt_owner;
struct pid_namespace;

/* 0: not visible there. */
pid_t hlrt_owner_pid(const struct hlrt_owner *owner, struct pid_namespace *ns);
/* The rule of ptrace(2), without its exceptions: all of its user and group ids are the reader's. */
bool hlrt_owner_is(const struct hlrt_owner *owner, kuid_t uid, kgid_t gid);

#endif /* HLRT_OWNER_H */
