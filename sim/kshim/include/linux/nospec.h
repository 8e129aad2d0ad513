/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_NOSPEC_H
#define KSHIM_LINUX_NOSPEC_H

#define array_index_nospec(index, size) (index)

#endif
