/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * model.h - the seam between a register-level chip model and whatever hosts it.
 *
 * A model is a PCI function: configuration space, BARs, DMA into host memory, interrupts. It knows nothing
 * of QEMU and nothing of the driver. Two hosts exist: the in-process bus (sim/kshim) and the vfio-user
 * server (sim/vfio-user). What the model does is what the registers say, never what a host would like.
 *
 * Threads: every function may be called from any thread; the model has its own locks. Register and
 * configuration accesses never wait for DMA. All engine work (queue managers, boot CPU, DMA) happens inside
 * hlm_run(), which exactly one thread at a time may be in; the host calls it after each kick().
 * The model calls host operations without holding any lock that a register access takes, so a host may
 * call back into this or another model from inside them.
 */
#ifndef HLM_MODEL_H
#define HLM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlm; /* one chip */

#define HLM_NUM_BARS 6
#define HLM_CONFIG_SIZE 4096
#define HLM_MSIX_PENDING_OFFSET 0x800

/* What the model needs from its host. */
struct hlm_host_ops {
	/*
	 * Host memory as the device sees it on the bus: addr is a bus (IO virtual) address, already without
	 * the chip's own host window offset. Returns 0, or a negative errno if any byte is not reachable
	 * (IOMMU fault, unmapped); then nothing may be assumed about the bytes moved before.
	 */
	int (*dma_read)(void *host, uint64_t addr, void *buf, size_t len);
	int (*dma_write)(void *host, uint64_t addr, const void *buf, size_t len);
	/*
	 * Optional (may be NULL, may fail): direct access to host memory at addr. Returns a pointer and sets
	 * *run to the bytes that are contiguous there (1 <= *run <= len), or NULL. The pointer stays valid
	 * until dma_put() with the same arguments; the host may delay an unmap meanwhile.
	 */
	void *(*dma_get)(void *host, uint64_t addr, size_t len, bool write, size_t *run);
	void (*dma_put)(void *host, uint64_t addr, void *ptr, size_t run, bool write);
	/* Message-signalled interrupt. MSI: vector number; MSI-X: table entry. Must not block. */
	void (*irq)(void *host, unsigned int vector);
	/* There is work for hlm_run(). Called from any thread, must not block or call hlm_run() itself. */
	void (*kick)(void *host);
	/* Monotonic time in nanoseconds; what the chip's timestamp counter is made of. */
	uint64_t (*clock_ns)(void *host);
	/*
	 * Optional: one line about what the chip just did, without newline. kind is a stable word to filter
	 * by: "reg" (trapped register access), "doorbell", "fetch" (descriptor), "packet", "pte" (page-table
	 * read), "dma", "irq", "fault" (page fault, RAZWI, DMA error), "boot", "todo" (register without
	 * behaviour, once per register).
	 */
	void (*trace)(void *host, const char *kind, const char *line);
};

/* hlm_config.flags; others are refused. */
#define HLM_FLAG_ASK_BOOT_FIT 0x1u /* preboot asks for the boot fit (status 16); default: ready to boot (15) */
#define HLM_FLAG_SELF_BOOT 0x2u	   /* goes on from preboot to running firmware by itself after 0.5 s */
#define HLM_FLAG_COMMS 0x4u	   /* preboot asks for the COMMS protocol; not together with the others */

struct hlm_config {
	uint32_t size;	    /* sizeof(struct hlm_config) */
	uint32_t flags;	    /* HLM_FLAG_* */
	uint64_t dram_size; /* bytes; 0: the chip's own. A power of two: Gaudi 1 to 32 GiB, Goya 4 to 16 GiB */
	uint32_t module_id; /* what the firmware reports */
	uint32_t pad;
};

/* Chip descriptions that a host needs before it places a device. */
struct hlm_bar {
	uint64_t size; /* 0: not implemented */
	bool is64;
	bool prefetch;
	int fd;		    /* >= 0: plain memory, may be mapped shared; owned by the model. -1: trapped. */
	uint64_t fd_offset; /* of the BAR's first byte in fd; constant while the BAR window is not moved */
};

struct hlm_desc {
	const char *asic; /* "gaudi", "goya" */
	uint16_t vendor, device;
	struct hlm_bar bar[HLM_NUM_BARS];
	unsigned int msi_vectors;
	/*
	 * MSI-X instead of MSI. The table, at the beginning of BAR msix_bar, and the pending bits,
	 * HLM_MSIX_PENDING_OFFSET behind, are the host's business: the model stores what is written there, looks
	 * at the capability's enable and mask-all bits alone, and hands over the table entry's number.
	 */
	unsigned int msix_vectors;
	unsigned int msix_bar;
	uint64_t dram_size;
	int dram_fd; /* all of device memory, sparse; owned by the model */
};

/*
 * Fault knobs, for tests: what real hardware would do on a bad day. Each acts once per unit of count and
 * returns to normal; -1 means until set to 0. Unknown knob: -EINVAL.
 */
enum hlm_fault {
	HLM_FAULT_CORRUPT_DMA,	/* flip one bit in the middle of a LIN_DMA copy's data (fills: SCRUB_FAIL) */
	HLM_FAULT_HANG_QUEUE,	/* a queue manager stops fetching */
	HLM_FAULT_LOSE_IRQ,	/* a completion interrupt is not sent */
	HLM_FAULT_BOOT_FAIL,	/* the boot CPU reports an error */
	HLM_FAULT_SCRUB_FAIL,	/* a memset LIN_DMA ends in a DMA error */
	HLM_FAULT_COPY_FAIL,	/* a LIN_DMA copy ends in a DMA error */
	HLM_FAULT_HOST_REFUSES, /* the host's memory refuses a LIN_DMA, as behind an IOMMU that lost the mapping */
	HLM_FAULT_LATE,		/* a completion comes late, by hlm_set_late_ms() */
	HLM_FAULT_CORRUPT_COMPLETION, /* a completion that the trusted packets write to the host names the wrong entry */
	HLM_FAULT_SPURIOUS_IRQ,	      /* an interrupt on each vector, without cause, when the engines are next run */
	HLM_FAULT_READ_ONES, /* off the bus until set to 0: reads give ones, writes vanish, no DMA, no interrupts */
	HLM_FAULT_COUNT
};

/* Counters, monotonic since creation; for tests and benchmarks. */
struct hlm_stats {
	uint64_t doorbells;
	uint64_t descriptors; /* queue entries fetched */
	uint64_t packets;
	uint64_t lin_dma;
	uint64_t dma_bytes;
	uint64_t pte_reads;
	uint64_t tlb_hits;
	uint64_t irqs;
	uint64_t page_faults;
	uint64_t razwi;
	uint64_t bus_errors; /* host said no */
	uint64_t reg_reads;  /* by the host, over a BAR */
	uint64_t reg_writes;
	uint64_t max_in_flight; /* the most queue entries that were announced and not yet worked off at one time */
};

/*
 * Creates a chip in its power-on state, its boot CPU waiting in preboot. asic: "gaudi" or "goya". ops and host must
 * outlive it. Returns NULL and errno: EINVAL (unknown asic, bad config), ENOMEM, EMFILE.
 */
struct hlm *hlm_create(const char *asic, const struct hlm_config *config, const struct hlm_host_ops *ops, void *host);
/* Nobody may be inside any other function of this chip. */
void hlm_destroy(struct hlm *m);
const struct hlm_desc *hlm_describe(const struct hlm *m);

/* len is 1, 2 or 4, naturally aligned; others read all ones and are ignored on write. */
uint32_t hlm_config_read(struct hlm *m, unsigned int offset, unsigned int len);
void hlm_config_write(struct hlm *m, unsigned int offset, unsigned int len, uint32_t value);

/*
 * Accesses to a trapped BAR, and to a memory BAR for hosts that do not map it. Any length that stays in
 * the BAR; registers see it split into naturally aligned 4-byte accesses. 0, or -EINVAL when out of
 * bounds (then buf reads all ones).
 */
int hlm_bar_read(struct hlm *m, unsigned int bar, uint64_t offset, void *buf, size_t len);
int hlm_bar_write(struct hlm *m, unsigned int bar, uint64_t offset, const void *buf, size_t len);

/*
 * Runs engines until nothing is left to do, or for as long as is decent (packets may loop): then it has called kick().
 * Returns the number of packets executed.
 */
unsigned int hlm_run(struct hlm *m);

/* PCI reset (FLR or bus reset): power-on state, memory contents undefined (the model clears nothing). */
void hlm_reset(struct hlm *m);

int hlm_set_fault(struct hlm *m, enum hlm_fault fault, int count);
/* How late HLM_FAULT_LATE is; 0: as at first, 100 ms. -EINVAL: more than ten minutes. */
int hlm_set_late_ms(struct hlm *m, unsigned int ms);
void hlm_get_stats(struct hlm *m, struct hlm_stats *stats);

#endif /* HLM_MODEL_H */
