/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_KCONFIG_H
#define KSHIM_LINUX_KCONFIG_H

/* A CONFIG_ symbol counts as set only when it is defined as 1. No CONFIG_ symbol is set in the simulator. */
#define KSHIM_SECOND(ignored, second, ...) second
#define KSHIM_PROBE_1 0,
#define KSHIM_IS_ONE(placeholder) KSHIM_SECOND(placeholder 1, 0)
#define KSHIM_EXPAND(value) KSHIM_IS_ONE(KSHIM_PROBE_##value)
#define IS_ENABLED(option) KSHIM_EXPAND(option)
#define IS_BUILTIN(option) KSHIM_EXPAND(option)
#define IS_REACHABLE(option) KSHIM_EXPAND(option)

#endif
