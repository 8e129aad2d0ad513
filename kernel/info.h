/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What the answers to INFO share. */
#ifndef HLRT_INFO_H
#define HLRT_INFO_H

#include "hlrt.h"

/* Cut to the size the caller knows. EINVAL: there is nowhere to write to. */
int hlrt_info_reply(const struct hlabi_info_args *args, const void *answer, size_t size);

/* What the firmware is asked. */
int hlrt_info_utilization(struct hlrt_file *file, const struct hlabi_info_args *args);
int hlrt_info_pci_counters(struct hlrt_file *file, const struct hlabi_info_args *args);
int hlrt_info_energy(struct hlrt_file *file, const struct hlabi_info_args *args);
int hlrt_info_pll(struct hlrt_file *file, const struct hlabi_info_args *args);
int hlrt_info_power(struct hlrt_file *file, const struct hlabi_info_args *args);
int hlrt_info_replaced_rows(struct hlrt_file *file, const struct hlabi_info_args *args);
int hlrt_info_pending_rows(struct hlrt_file *file, const struct hlabi_info_args *args);

#endif /* HLRT_INFO_H */
