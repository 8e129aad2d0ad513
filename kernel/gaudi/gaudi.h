/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * gaudi.h - what the files of this folder share. Registers and packets: hw/gaudi_regs.h,
 * hw/gaudi_packets.h.
 */
#ifndef HLRT_GAUDI_H
#define HLRT_GAUDI_H

#include <linux/io.h>

#include <hw/gaudi_packets.h>
#include <hw/gaudi_regs.h>

#include "../fw.h"
#include "../hlrt.h"

#define GAUDI_HW_STATE GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_0 /* gaudi_reg_map.h */

#define GAUDI_USER_QUEUES 8 /* four streams each of the PCI DMA engines 0 and 1 */
#define GAUDI_USER_DMAS 2

/*
 * First objects and monitors of sync manager W_S that users may have (uapi:
 * GAUDI_FIRST_AVAILABLE_W_S_*).
 */
#define GAUDI_FIRST_USER_SOB 144
#define GAUDI_FIRST_USER_MONITOR 72

/*
 * The driver's part of DRAM (gaudiP.h): 256 MiB firmware, 191 MiB page tables, 1 MiB MMU cache
 * management.
 */
#define GAUDI_PGT_BASE 0x10000000ULL
#define GAUDI_PGT_SIZE 0x0BF00000ULL
#define GAUDI_MMU_CACHE_ADDR (GAUDI_PGT_BASE + GAUDI_PGT_SIZE)
#define GAUDI_SRAM_RESERVED 0x80 /* uapi: GAUDI_DRIVER_SRAM_RESERVED_SIZE_FROM_START */
#define GAUDI_MAX_ASID 2	 /* gaudi.h */

/* psoc_timestamp_regs.h */
#define GAUDI_PSOC_TIMESTAMP_CNTCR 0xC49000
#define GAUDI_PSOC_TIMESTAMP_CNTCVL 0xC49008
#define GAUDI_PSOC_TIMESTAMP_CNTCVU 0xC4900C

struct gaudi {
	u32 invalidations; /* the chip counts them, too */
};

static inline struct gaudi *to_gaudi(struct hlrt_device *dev)
{
	return dev->asic_priv;
}

/* gaudi_iatu.c */
int gaudi_map_bars(struct hlrt_device *dev);
int gaudi_point_bars(struct hlrt_device *dev);
void gaudi_unmap_bars(struct hlrt_device *dev);
void gaudi_dram_window(struct hlrt_device *dev, u64 *base, u64 *size);

/* gaudi_boot.c */
extern const struct hlrt_fw_chip gaudi_fw;
int gaudi_boot_cpu(struct hlrt_device *dev);
int gaudi_alloc_cpu_memory(struct hlrt_device *dev);
void gaudi_halt_cpu(struct hlrt_device *dev);

/* gaudi_queue.c */
void gaudi_init_queues(struct hlrt_device *dev);
void gaudi_set_asid(struct hlrt_device *dev, u32 asid);
void gaudi_halt_engines(struct hlrt_device *dev);
void gaudi_ring(struct hlrt_device *dev, unsigned int queue, u32 pi);
u32 gaudi_end_of_cb_size(u32 len);
void gaudi_end_of_cb(struct hlrt_device *dev, unsigned int queue, void *cb, u32 len, u32 total,
		     u64 cq_addr, u32 value);
bool gaudi_is_idle(struct hlrt_device *dev, u64 *busy);

/* gaudi_mmu.c */
int gaudi_init_mmu(struct hlrt_device *dev);
int gaudi_invalidate(struct hlrt_device *dev);

/* gaudi_security.c */
void gaudi_init_security(struct hlrt_device *dev);

/* gaudi_validate.c */
int gaudi_validate(struct hlrt_validate *v, const void *cb, u32 len);

/* gaudi_sync.c */
extern const struct hlrt_sync_chip gaudi_sync;

/* gaudi_irq.c */
extern const struct hlrt_event_rule gaudi_event_rules[];
extern const unsigned int gaudi_num_event_rules;

/* gaudi_scrub.c */
int gaudi_scrub(struct hlrt_device *dev);

/* gaudi_reset.c */
int gaudi_hw_reset(struct hlrt_device *dev);

#endif /* HLRT_GAUDI_H */
