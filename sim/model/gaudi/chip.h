/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * chip.h - the Gaudi model's parts and what they ask of one another.
 *
 * Two kinds of code: register handlers run under m->lock on whatever thread touches a register, and only
 * note work; engines run inside hlm_run() on one thread, take the lock for each register that they use and
 * hold none while memory or the host is accessed. A reset increments epoch; an engine that notices drops
 * everything it was doing.
 */
#ifndef HLM_GAUDI_CHIP_H
#define HLM_GAUDI_CHIP_H

#include <hw/gaudi_packets.h>
#include <hw/gaudi_regs.h>

#include "../model_priv.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define REG_PAGE_SIZE 4096u
#define REG_PAGES (GAUDI_CFG_SIZE / REG_PAGE_SIZE)
#define MAX_ASIDS 1024
#define MAX_DEFERRED_LINES 8
#define CB_WINDOW 4096
#define COMMIT_DEPTH 8
#define EVENT_BACKLOG 64
/* An engine holds on to a translation for at most this much data, so that an invalidation never waits long. */
#define DMA_CHUNK 0x100000ull
#define PUNCH_CHUNK 0x10000000ull

struct gaudi;

/* Who makes an access: selects range registers, decides on protection and translation. */
enum gaudi_port { GAUDI_PORT_DMA, GAUDI_PORT_SYNC, GAUDI_PORT_PCI, GAUDI_PORT_CPU };

struct gaudi_initiator {
	enum gaudi_port port;
	unsigned int index; /* DMA engine or sync manager */
	bool secure;
	bool mmu_bypass;
	uint16_t asid;
};

/* Why an access is refused; decides what a read returns. */
enum gaudi_refusal { GAUDI_ALLOWED = 0, GAUDI_REFUSED_BY_RANGE, GAUDI_REFUSED_BY_BIT };

/* What an access met. */
enum gaudi_bus_status {
	GAUDI_BUS_OK = 0,
	GAUDI_BUS_ABORTED, /* a reset came between */
	GAUDI_BUS_PAGE_FAULT,
	GAUDI_BUS_PROTECTED, /* range register or protection bit */
	GAUDI_BUS_DECODE,    /* nothing at that address */
	GAUDI_BUS_HOST,	     /* the host said no */
	GAUDI_BUS_INJECTED   /* fault knob */
};

enum gaudi_span_kind { GAUDI_SPAN_MEMORY, GAUDI_SPAN_HOST, GAUDI_SPAN_REGISTERS };

/* A run of addresses that lie together in one place. */
struct gaudi_span {
	enum gaudi_span_kind kind;
	uint64_t len;
	uint8_t *ptr; /* memory */
	bool dram;
	uint64_t dram_addr; /* of ptr, when dram */
	uint64_t bus;	    /* host */
	uint32_t reg;	    /* registers */
};

/* Register file. */
struct gaudi_regs {
	uint32_t *page[REG_PAGES];
	uint8_t told[GAUDI_CFG_SIZE / 4 / 8]; /* one bit each: "todo" was traced */
};

typedef uint32_t (*gaudi_reg_read_fn)(struct gaudi *g, uint32_t offset);
typedef void (*gaudi_reg_write_fn)(struct gaudi *g, uint32_t offset, uint32_t value);

/* Registers [first, last]; NULL means plain storage. */
struct gaudi_reg_block {
	uint32_t first, last;
	const char *name;
	gaudi_reg_read_fn read;
	gaudi_reg_write_fn write;
};

struct gaudi_iatu_region {
	bool enabled;
	uint64_t base, limit, target;
};

struct gaudi_stream {
	atomic_bool active; /* a command buffer is being executed; register handlers look at it */
	atomic_bool parked; /* at a fence */
	atomic_bool stopped;
	uint64_t cb_addr; /* next byte to fetch */
	uint32_t cb_left;
	uint32_t pos, fill; /* in window */
	bool yield;	    /* let the next stream have its turn */
	uint8_t window[CB_WINDOW];
};

struct gaudi_commit {
	uint64_t src, dst;
	uint32_t size, flags;
};

struct gaudi_dma {
	struct gaudi_stream stream[GAUDI_QMAN_STREAMS];
	struct gaudi_commit commit[COMMIT_DEPTH]; /* started through registers; under m->lock */
	unsigned int commits;
	atomic_bool busy, stopped;
};

struct gaudi_tlb_entry {
	uint64_t tag; /* virtual page and ASID; 0: empty */
	uint64_t pa;
};

#define TLB_ENTRIES 4096

struct gaudi_mmu {
	uint64_t hop0[MAX_ASIDS]; /* under m->lock */
	_Atomic uint32_t generation;
	bool invalidate_pending; /* under m->lock: busy until the running chunk is done */
	uint32_t seen_generation;
	struct gaudi_tlb_entry small[TLB_ENTRIES], large[TLB_ENTRIES];
};

struct gaudi_event {
	uint16_t type;
	uint64_t data;
};

struct gaudi_eventq {
	struct gaudi_event backlog[EVENT_BACKLOG];
	unsigned int count;
	uint8_t masked[(GAUDI_EVENT_SIZE + 7) / 8], latched[(GAUDI_EVENT_SIZE + 7) / 8];
	uint32_t pi;
	uint16_t index;
	bool asked_for, told_unasked;
};

struct gaudi_cpu {
	bool pi_update, message; /* notified, not yet looked at */
	bool running;		 /* firmware answers the CPU queue */
	bool queue_ready, single_msi;
	uint32_t pq_ci;
	uint64_t boot_time;
	struct gaudi_eventq events;
	uint64_t settings[8]; /* what SET packets wrote and GET packets return */
};

struct gaudi_sync_pending {
	uint16_t manager, monitor;
};

struct gaudi {
	struct hlm *m;
	int dram_fd, sram_fd;
	uint8_t *dram, *sram, *scratch;
	struct gaudi_regs regs;
	uint32_t iatu[1024]; /* registers of the address translation unit */
	struct gaudi_iatu_region inbound[HLM_NUM_BARS], outbound;
	struct gaudi_dma dma[GAUDI_NUM_DMA];
	struct gaudi_mmu mmu;
	struct gaudi_cpu cpu;
	uint64_t timestamp_base;

	/* Under m->lock. */
	uint32_t epoch;
	bool engine_busy; /* between hlm_gaudi_engine_begin() and hlm_gaudi_engine_end() */
	struct gaudi_sync_pending fired[GAUDI_NUM_MONITORS];
	unsigned int num_fired;
	bool draining_monitors;
	/* What the lock's holder wants done after it is dropped. */
	bool kick;
	uint64_t irqs; /* one bit for each vector */
	unsigned int num_lines;
	struct {
		const char *kind;
		char text[112];
	} line[MAX_DEFERRED_LINES];

	uint32_t run_epoch; /* engine thread only */
};

static inline struct gaudi *gaudi_of(struct hlm *m)
{
	return m->chip;
}

/* regs.c: lock and deferred work. Registers by offset from GAUDI_CFG_BASE. */
void hlm_gaudi_lock(struct gaudi *g);
void hlm_gaudi_unlock(struct gaudi *g);
void hlm_gaudi_note(struct gaudi *g, const char *kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
uint32_t hlm_gaudi_raw(const struct gaudi *g, uint32_t offset);
void hlm_gaudi_set_raw(struct gaudi *g, uint32_t offset, uint32_t value);
uint32_t hlm_gaudi_reg_read(struct gaudi *g, uint32_t offset);
void hlm_gaudi_reg_write(struct gaudi *g, uint32_t offset, uint32_t value);
bool hlm_gaudi_has_prot_bits(uint32_t offset);
/* Of a block whose engine is not modelled: stores, and says once that nothing comes of it. */
void hlm_gaudi_inert_write(struct gaudi *g, uint32_t offset, uint32_t value);
void hlm_gaudi_regs_clear(struct gaudi *g, bool keep_pcie);
/* Takes the lock itself; for engines. */
uint32_t hlm_gaudi_peek(struct gaudi *g, uint32_t offset);
void hlm_gaudi_poke_or(struct gaudi *g, uint32_t offset, uint32_t bits);

/* regmap.c */
const struct gaudi_reg_block *hlm_gaudi_reg_find(uint32_t offset);

/* protect.c; with the lock held. */
enum gaudi_refusal hlm_gaudi_lbw_refused(struct gaudi *g, const struct gaudi_initiator *who, uint32_t offset,
					 bool write);
bool hlm_gaudi_hbw_refused(struct gaudi *g, const struct gaudi_initiator *who, uint64_t addr, uint64_t len, bool write);
void hlm_gaudi_razwi(struct gaudi *g, const struct gaudi_initiator *who, uint64_t addr, bool write);

/* bus.c */
enum gaudi_bus_status hlm_gaudi_lbw_read(struct gaudi *g, const struct gaudi_initiator *who, uint32_t offset,
					 uint32_t *value);
enum gaudi_bus_status hlm_gaudi_lbw_write(struct gaudi *g, const struct gaudi_initiator *who, uint32_t offset,
					  uint32_t value);
/* With the lock held (hlm_gaudi_lbw_write takes it). */
enum gaudi_bus_status hlm_gaudi_lbw_write_locked(struct gaudi *g, const struct gaudi_initiator *who, uint32_t offset,
						 uint32_t value);
enum gaudi_bus_status hlm_gaudi_resolve(struct gaudi *g, const struct gaudi_initiator *who, uint64_t addr, uint64_t len,
					bool write, struct gaudi_span *span);
enum gaudi_bus_status hlm_gaudi_bus_read(struct gaudi *g, const struct gaudi_initiator *who, uint64_t addr, void *buf,
					 size_t len);
enum gaudi_bus_status hlm_gaudi_bus_write(struct gaudi *g, const struct gaudi_initiator *who, uint64_t addr,
					  const void *buf, size_t len);
int hlm_gaudi_host_read(struct gaudi *g, uint64_t bus, void *buf, size_t len);
int hlm_gaudi_host_write(struct gaudi *g, uint64_t bus, const void *buf, size_t len);
/* Bracket every use of a translation. false: a reset came, give up. */
bool hlm_gaudi_engine_begin(struct gaudi *g);
void hlm_gaudi_engine_end(struct gaudi *g);
const char *hlm_gaudi_bus_text(enum gaudi_bus_status status);

/* iatu.c; with the lock held. */
void hlm_gaudi_iatu_write(struct gaudi *g, uint32_t offset, uint32_t value);
uint32_t hlm_gaudi_dbi_read(struct gaudi *g, uint32_t offset);
void hlm_gaudi_dbi_write(struct gaudi *g, uint32_t offset, uint32_t value);
void hlm_gaudi_iatu_reset(struct gaudi *g);
/* Device address of a BAR offset; false: not mapped. */
bool hlm_gaudi_iatu_inbound(struct gaudi *g, unsigned int bar, uint64_t offset, uint64_t *addr);
bool hlm_gaudi_iatu_outbound(struct gaudi *g, uint64_t addr, uint64_t len, uint64_t *bus);

/* mmu.c */
enum gaudi_bus_status hlm_gaudi_translate(struct gaudi *g, uint16_t asid, uint64_t va, uint64_t len, bool write,
					  uint64_t *pa, uint64_t *run);
void hlm_gaudi_mmu_busy_write(struct gaudi *g, uint32_t offset, uint32_t value);
void hlm_gaudi_stlb_write(struct gaudi *g, uint32_t offset, uint32_t value);
void hlm_gaudi_mmu_finish_invalidate(struct gaudi *g);
void hlm_gaudi_mmu_reset(struct gaudi *g);

/* dma.c */
enum gaudi_bus_status hlm_gaudi_dma_run(struct gaudi *g, unsigned int engine, const struct gaudi_commit *job);
unsigned int hlm_gaudi_dma_commits(struct gaudi *g);
void hlm_gaudi_dma_core_write(struct gaudi *g, uint32_t offset, uint32_t value);
uint32_t hlm_gaudi_dma_core_read(struct gaudi *g, uint32_t offset);
bool hlm_gaudi_dma_ready(struct gaudi *g, unsigned int engine);

/* qman.c, packets.c */
unsigned int hlm_gaudi_qman_run(struct gaudi *g);
void hlm_gaudi_qman_write(struct gaudi *g, uint32_t offset, uint32_t value);
uint32_t hlm_gaudi_qman_read(struct gaudi *g, uint32_t offset);
void hlm_gaudi_qman_error(struct gaudi *g, unsigned int engine, unsigned int stream, unsigned int unit_shift,
			  uint32_t cause);
struct gaudi_initiator hlm_gaudi_qman_initiator(struct gaudi *g, unsigned int engine, unsigned int stream,
						unsigned int unit_shift, bool force_secure);
enum gaudi_bus_status hlm_gaudi_cb_need(struct gaudi *g, unsigned int engine, unsigned int stream, uint32_t bytes);
/* Executes the packet at the window's position; false: parked or stopped, nothing was consumed. */
bool hlm_gaudi_packet_execute(struct gaudi *g, unsigned int engine, unsigned int stream);

/* sync.c; handlers, and one fault seam. */
void hlm_gaudi_sync_write(struct gaudi *g, uint32_t offset, uint32_t value);
void hlm_gaudi_sync_drain(struct gaudi *g);

/* boot.c, cpucp.c, eventq.c */
void hlm_gaudi_boot_reset(struct gaudi *g);
void hlm_gaudi_boot_run(struct gaudi *g);
void hlm_gaudi_boot_write(struct gaudi *g, uint32_t offset, uint32_t value);
uint32_t hlm_gaudi_boot_read(struct gaudi *g, uint32_t offset);
void hlm_gaudi_gic_write(struct gaudi *g, uint32_t offset, uint32_t value);
unsigned int hlm_gaudi_cpucp_run(struct gaudi *g);
uint64_t hlm_gaudi_cpu_to_bus(struct gaudi *g, uint64_t cpu_addr);
void hlm_gaudi_event(struct gaudi *g, unsigned int type, uint64_t data); /* lock held */
void hlm_gaudi_event_unmask(struct gaudi *g, unsigned int type);	 /* lock held */
unsigned int hlm_gaudi_eventq_run(struct gaudi *g);
void hlm_gaudi_eventq_write(struct gaudi *g, uint32_t offset, uint32_t value);

/* gaudi.c; with the lock held. keep_pcie: a reset by register, which leaves the PCIe side alone. */
void hlm_gaudi_chip_reset(struct gaudi *g, bool keep_pcie);

#define GAUDI_EVENT_VECTOR 8 /* gaudi_fw_if.h, GAUDI_EVENT_QUEUE_MSI_IDX */

#endif /* HLM_GAUDI_CHIP_H */
