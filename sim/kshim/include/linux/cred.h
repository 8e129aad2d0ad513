/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_CRED_H
#define KSHIM_LINUX_CRED_H

#include <linux/sched.h>
#include <linux/capability.h>

#endif
