/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_FCNTL_H
#define KSHIM_LINUX_FCNTL_H

#include <fcntl.h> /* the uapi header beside it would define the same structures twice */

#endif
