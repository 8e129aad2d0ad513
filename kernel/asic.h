/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * asic.h - what the driver asks of a chip.
 *
 * The core (device life cycle, contexts, submission, memory, dma-buf) knows queues, virtual
 * addresses and user ranges; it knows no register and no packet. Everything below is the chip's.
 * One constant table per chip; every member is mandatory unless said otherwise.
 *
 * Contexts of calls: "process" may sleep; "atomic" runs under dev->queues_lock or in the interrupt
 * handler. Between halt() and hw_init() no call but hw_reset(), wake(), invalidate() and the
 * software ones is made.
 */
#ifndef HLRT_ASIC_H
#define HLRT_ASIC_H

#include <linux/types.h>

struct hlrt_ctx;
struct hlrt_device;
struct hlrt_queue;
struct hlrt_sync_chip;
struct hlrt_validate;

/* Who says where in device memory a program's buffers are. */
enum hlrt_placement {
	HLRT_PLACE_USER,   /* the program, by physical address */
	HLRT_PLACE_KERNEL, /* the driver; programs get handles, and map them at virtual addresses */
};

/* Virtual addresses that contexts may map, by what is mapped there. */
enum hlrt_va { HLRT_VA_HOST, HLRT_VA_DRAM, HLRT_VA_SPACES };

struct hlrt_va_space {
	u64 base, end;
	u64 page; /* alignment of every mapping; 0: the chip's smallest page */
};

/* Fixed at probe; the core reads, the chip's early_init() writes. Addresses are the chip's own. */
struct hlrt_props {
	const char *name; /* sysfs device_type */
	unsigned int dma_bits;
	unsigned int num_queues; /* user queues, ids 0 to num_queues - 1 */

	u64 dram_base;
	u64 dram_size;
	u64 dram_user_base;
	u64 sram_user_base;
	u64 sram_user_size;
	unsigned int dram_bar; /* BAR that shows device memory */
	enum hlrt_placement placement;
	u64 dram_page; /* what device memory is handed out in, where the driver places it */

	unsigned int irq_flags; /* PCI_IRQ_* */
	unsigned int num_irqs;

	u64 host_base; /* added to a bus address to reach host memory */
	struct hlrt_va_space va[HLRT_VA_SPACES];
	/* Device memory for page tables; the first max_asid of them are the roots. */
	u64 pgt_base, pgt_size;
	unsigned int max_asid;

	u32 first_user_sob;
	u32 first_user_monitor;
	u32 num_events;
	u32 idle_power_mw; /* that a card draws whatever it does */

	/* Learned from firmware. */
	u32 module_id;
	u32 cpld_version;
	char preboot_version[128];
	char boot_version[128];
	char cpucp_version[128];
	char kernel_version[128];
	char card_name[16];
};

/* Shape of the chip's page tables: five hops of 512 entries of eight bytes. */
struct hlrt_mmu_shape {
	unsigned int hops;
	unsigned int shift[5];
	unsigned int huge_hop; /* an entry of this hop may map a huge page */
	u64 page_size;
	u64 huge_page_size;
	u64 addr_mask;	  /* bits of an entry that hold an address */
	u64 flag_present; /* in entries of every hop */
	u64 flag_last;	  /* in entries that map a page */
	bool absence_not_cached; /* a new entry where there was none needs no invalidation */
};

/* Events first to last. */
struct hlrt_event_rule {
	u32 first, last;
	bool reset; /* afterwards only a reset makes the engine run again */
	/* Logs, acknowledges in the chip, returns event bits of the uAPI. Process. */
	u64 (*handle)(struct hlrt_device *dev, u32 type);
};

struct hlrt_asic_ops {
	struct hlrt_mmu_shape mmu;

	/*
	 * Bring-up, process context, in this order: early_init (BARs), sw_init (memory shared with
	 * the chip), wake (address translation, preboot; from any state, also after a reset of the
	 * bus or loss of power, to that before hw_init()), hw_init (firmware, MMU, protection,
	 * queues, event queue), late_init (firmware handshake, self-test). Each undoes itself when
	 * it fails.
	 */
	int (*early_init)(struct hlrt_device *dev);
	void (*early_fini)(struct hlrt_device *dev);
	int (*sw_init)(struct hlrt_device *dev);
	void (*sw_fini)(struct hlrt_device *dev);
	int (*wake)(struct hlrt_device *dev);
	int (*hw_init)(struct hlrt_device *dev);
	int (*late_init)(struct hlrt_device *dev);

	/*
	 * Stops every engine: on return the chip starts no further access to host memory. Process.
	 */
	void (*halt)(struct hlrt_device *dev);
	/*
	 * Back to the state before hw_init(). Page tables, queues and protection are lost. Process.
	 */
	int (*hw_reset)(struct hlrt_device *dev);

	/* Queues. ring: publishes producer index pi (free-running). Atomic. */
	void (*ring)(struct hlrt_device *dev, unsigned int queue, u32 pi);
	/* Bytes to add to a buffer of len bytes for the packets that end_of_cb() writes. */
	u32 (*end_of_cb_size)(u32 len);
	/*
	 * Ends a command buffer of len bytes in a space of total bytes: write value to bus address
	 * cq_addr, then interrupt the host. These packets are the driver's and run trusted.
	 */
	void (*end_of_cb)(struct hlrt_device *dev, unsigned int queue, void *cb, u32 len, u32 total,
			  u64 cq_addr, u32 value);
	/*
	 * Accepts or refuses the driver's private copy of a user buffer: -EPERM for a packet or
	 * target that is not on the whitelist, -EINVAL for a malformed one. Targets in virtual
	 * addresses are asked of hlrt_validate_va(). Process, ctx->mem_lock held.
	 */
	int (*validate)(struct hlrt_validate *v, const void *cb, u32 len);
	/* True when nothing runs; *busy gets one bit for each busy engine. Process. */
	bool (*is_idle)(struct hlrt_device *dev, u64 *busy);

	/*
	 * Returns when no stale translation can be used any more; the caller has ordered its stores
	 * to page tables before. Process, dev->mmu_lock held.
	 */
	int (*invalidate)(struct hlrt_device *dev);

	/*
	 * Zeroes memory that users can write. -EIO: some of it may not be zero. Process, device
	 * idle.
	 */
	int (*scrub)(struct hlrt_device *dev);
	/*
	 * Returns user-visible registers (sync objects, monitors, fences) to their reset value.
	 * Process.
	 */
	void (*reset_user_registers)(struct hlrt_device *dev);

	/* Bus address of the first byte that the DRAM BAR shows, and how much it shows. */
	void (*dram_window)(struct hlrt_device *dev, u64 *base, u64 *size);

	u64 (*device_time)(struct hlrt_device *dev);
	int (*clk_rate)(struct hlrt_device *dev, u32 *cur_mhz, u32 *max_mhz);

	const struct hlrt_sync_chip *sync;
	/* What to do about events of the device CPU; those in no rule are only counted. */
	const struct hlrt_event_rule *event_rules;
	const unsigned int *num_event_rules;
};

extern const struct hlrt_asic_ops hlrt_gaudi_ops;
extern const struct hlrt_asic_ops hlrt_goya_ops;

#endif /* HLRT_ASIC_H */
