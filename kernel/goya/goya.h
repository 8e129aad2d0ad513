/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * goya.h - what the files of this folder share. Registers and packets: hw/goya_regs.h,
 * hw/goya_packets.h.
 */
#ifndef HLRT_GOYA_H
#define HLRT_GOYA_H

#include <linux/io.h>

#include <hw/goya_packets.h>
#include <hw/goya_regs.h>

#include "../fw.h"
#include "../hlrt.h"

#define GOYA_USER_QUEUES GOYA_NUM_DMA /* queue q is the queue manager of DMA channel q */
/*
 * The only one that may read host memory (goya.c: H2 erratum HW-23, for which that channel's
 * outstanding reads are limited).
 */
#define GOYA_HOST_READ_QUEUE 1

/*
 * The driver's part of DRAM (goyaP.h): 256 MiB firmware, 252 MiB page tables, 2 MiB that the
 * in-tree driver maps by default, 4 KiB MMU cache management.
 */
#define GOYA_FW_AREA 0x10000000ULL
#define GOYA_PGT_BASE GOYA_FW_AREA
#define GOYA_PGT_SIZE 0x0FC00000ULL
#define GOYA_MMU_CACHE_ADDR 0x1FE00000ULL
#define GOYA_SRAM_RESERVED 0x8000 /* uapi: GOYA_KMD_SRAM_RESERVED_SIZE_FROM_START */
#define GOYA_MAX_ASID 2		  /* goya.h */
#define GOYA_DRAM_PAGE 0x200000	  /* goya.c: dram_page_size */

/*
 * Where a transfer with the write completion flag counts up, unless a packet has said otherwise:
 * objects 1000 to 1003 for channels 1 to 4, 1007 for channel 0 (goya.c, goya_init_dma_ch()).
 */
#define GOYA_FIRST_COMPLETION_SOB 1000
#define GOYA_COMPLETION_SOB_0 1007
#define GOYA_COMPLETION_SOB(dma) \
	((dma) ? GOYA_FIRST_COMPLETION_SOB - 1 + (dma) : GOYA_COMPLETION_SOB_0)

struct goya {
	/* Address space 0: what the device CPU sees. */
	struct hlrt_as cpu;
};

static inline struct goya *to_goya(struct hlrt_device *dev)
{
	return dev->asic_priv;
}

/* goya_bars.c */
int goya_map_bars(struct hlrt_device *dev);
int goya_point_bars(struct hlrt_device *dev);
void goya_unmap_bars(struct hlrt_device *dev);
void goya_dram_window(struct hlrt_device *dev, u64 *base, u64 *size);

/* goya_boot.c */
extern const struct hlrt_fw_chip goya_fw;
int goya_alloc_cpu_memory(struct hlrt_device *dev);
int goya_map_cpu_memory(struct hlrt_device *dev);
void goya_free_cpu_memory(struct hlrt_device *dev);
int goya_learn_dram_size(struct hlrt_device *dev);

/* goya_queue.c */
void goya_init_queues(struct hlrt_device *dev);
void goya_trust_dma(struct hlrt_device *dev, unsigned int queue, bool trust);
void goya_reset_user_registers(struct hlrt_device *dev);
void goya_halt_engines(struct hlrt_device *dev);
void goya_ring(struct hlrt_device *dev, unsigned int queue, u32 pi);
u32 goya_end_of_cb_size(u32 len);
void goya_end_of_cb(struct hlrt_device *dev, unsigned int queue, void *cb, u32 len, u32 total,
		    u64 cq_addr, u32 value);
bool goya_is_idle(struct hlrt_device *dev, u64 *busy);

/* goya_mmu.c */
int goya_init_mmu(struct hlrt_device *dev);
int goya_invalidate(struct hlrt_device *dev);

/* goya_security.c */
void goya_init_security(struct hlrt_device *dev);

/* goya_sync.c */
extern const struct hlrt_sync_chip goya_sync;

/* goya_validate.c */
int goya_validate(struct hlrt_validate *v, const void *cb, u32 len);

/* goya_irq.c */
extern const struct hlrt_event_rule goya_event_rules[];
extern const unsigned int goya_num_event_rules;

/* goya_scrub.c */
int goya_scrub(struct hlrt_device *dev);

/* goya_reset.c */
int goya_hw_reset(struct hlrt_device *dev);

#endif /* HLRT_GOYA_H */
