/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * sync.h - sync managers as users may use them: set sync objects, program and arm monitors. A
 * monitor writes its payload by itself later, so the payload's address is checked when it is
 * programmed: only a user's sync object or a fence of a user queue. Low and high words come in
 * separate writes; every allowed address has the same high word, so each can be judged alone.
 */
#ifndef HLRT_SYNC_H
#define HLRT_SYNC_H

#include <linux/bitmap.h>
#include <linux/types.h>

struct hlrt_device;

#define HLRT_MAX_SOBS 2048 /* of a manager */
#define HLRT_MAX_MONITORS 512
#define HLRT_MAX_SYNC_MNGRS 4

enum hlrt_sync_array {
	HLRT_SYNC_SOB,
	HLRT_SYNC_PAY_ADDRL,
	HLRT_SYNC_PAY_ADDRH,
	HLRT_SYNC_PAY_DATA,
	HLRT_SYNC_ARM,
	HLRT_SYNC_STATUS,
	HLRT_SYNC_ARRAYS
};

struct hlrt_sync_mngr {
	u32 base;		      /* register of its first sync object */
	u32 first_sob, first_monitor; /* that users may have */
};

struct hlrt_sync_chip {
	u64 cfg_base, cfg_size; /* where the chip's engines see its registers */
	u32 num_sobs, num_monitors;
	u32 array[HLRT_SYNC_ARRAYS]; /* from the manager's first sync object */
	unsigned int num_mngrs;
	struct hlrt_sync_mngr mngr[HLRT_MAX_SYNC_MNGRS];
	/* Registers of fences 0 to 3: where signals arrive, what they have added up to. */
	u32 (*fence_rdata)(unsigned int queue, unsigned int fence);
	u32 (*fence_count)(unsigned int queue, unsigned int fence);
};

/* Objects and monitors of a manager that were handed to a packet since the last clean-up. */
struct hlrt_sync_used {
	DECLARE_BITMAP(sob, HLRT_MAX_SOBS);
	DECLARE_BITMAP(monitor, HLRT_MAX_MONITORS);
};

/* May a user's packet write value to the chip's address addr? ctx->mem_lock held. */
int hlrt_sync_check_write(struct hlrt_device *dev, u64 addr, u32 value);
/* Is the address with this low word a sync object that users may change? It counts as changed. */
bool hlrt_sync_is_user_sob(struct hlrt_device *dev, u32 low);
/* After each reset of the chip, before users get at it. */
void hlrt_sync_init(struct hlrt_device *dev);
/* Returns what users touched to the state that hlrt_sync_init() and a reset leave. */
void hlrt_sync_clear(struct hlrt_device *dev);

#endif /* HLRT_SYNC_H */
