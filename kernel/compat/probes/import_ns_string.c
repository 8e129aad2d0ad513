// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * MODULE_IMPORT_NS() takes a string; where it takes a token it would put a string into quotes once
 * more.
 */
#include <linux/module.h>

#undef MODULE_INFO
#define MODULE_INFO(tag, info) _Static_assert(sizeof(info) == sizeof("X"), "token")
MODULE_IMPORT_NS("X");
