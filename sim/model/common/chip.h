/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * chip.h - what the chips of this family share, and what each of them says about itself.
 *
 * Two kinds of code: register handlers run under m->lock on whatever thread touches a register, and only
 * note work; engines run inside hlm_run() on one thread, take the lock for each register that they use and
 * hold none while memory or the host is accessed. A reset increments epoch; an engine that notices drops
 * everything it was doing.
 */
#ifndef HLM_CHIP_H
#define HLM_CHIP_H

#include "../model_priv.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define REG_PAGE_SIZE 4096u
#define MAX_REG_BYTES 0x4000000u
#define MAX_ASIDS 1024
#define MAX_EVENTS 1024
#define MAX_DEFERRED_LINES 8
#define MAX_PENDING_MONITORS 512
#define EVENT_BACKLOG 64
#define MSIX_TABLE_BYTES 4096
/* Work units of one hlm_run(), which then asks to be called again: a loop of packets may have no end. */
#define RUN_BUDGET 65536
/* In each 4 KiB of registers the last 128 bytes hold one protection bit for each register (goya.h, gaudi.h). */
#define PROT_BITS_OFFSET 0xF80u

struct hlm_chip;

/* Who makes an access: selects range registers, decides on protection and translation. */
enum hlm_port { HLM_PORT_DMA, HLM_PORT_SYNC, HLM_PORT_PCI, HLM_PORT_CPU };

struct hlm_initiator {
	enum hlm_port port;
	unsigned int index; /* DMA engine or sync manager */
	bool secure;
	bool mmu_bypass;
	uint16_t asid;
};

/* Why an access is refused; decides what a read returns. */
enum hlm_refusal { HLM_ALLOWED = 0, HLM_REFUSED_BY_RANGE, HLM_REFUSED_BY_BIT };

/* What an access met. */
enum hlm_bus_status {
	HLM_BUS_OK = 0,
	HLM_BUS_ABORTED, /* a reset came between */
	HLM_BUS_PAGE_FAULT,
	HLM_BUS_PROTECTED, /* range register or protection bit */
	HLM_BUS_DECODE,	   /* nothing at that address */
	HLM_BUS_HOST,	   /* the host said no */
	HLM_BUS_INJECTED   /* fault knob */
};

enum hlm_span_kind { HLM_SPAN_MEMORY, HLM_SPAN_HOST, HLM_SPAN_REGISTERS };

/* A run of addresses that lie together in one place. */
struct hlm_span {
	enum hlm_span_kind kind;
	uint64_t len;
	uint8_t *ptr; /* memory */
	bool dram;
	uint64_t dram_addr; /* of ptr, when dram */
	uint64_t bus;	    /* host */
	uint32_t reg;	    /* registers */
};

/* Register file. Registers go by their offset from the configuration space's base. */
struct hlm_regs {
	uint32_t *page[MAX_REG_BYTES / REG_PAGE_SIZE];
	uint8_t told[MAX_REG_BYTES / 4 / 8]; /* one bit each: "todo" was traced */
};

typedef uint32_t (*hlm_reg_read_fn)(struct hlm_chip *c, uint32_t offset);
typedef void (*hlm_reg_write_fn)(struct hlm_chip *c, uint32_t offset, uint32_t value);

/* Registers [first, last]; NULL means plain storage. */
struct hlm_reg_block {
	uint32_t first, last;
	const char *name;
	hlm_reg_read_fn read;
	hlm_reg_write_fn write;
};

struct hlm_iatu_region {
	bool enabled;
	uint64_t base, limit, target;
};

struct hlm_tlb_entry {
	uint64_t tag; /* virtual page and ASID; 0: empty */
	uint64_t pa;
};

#define TLB_ENTRIES 4096

struct hlm_mmu {
	uint64_t hop0[MAX_ASIDS]; /* under m->lock */
	_Atomic uint32_t generation;
	bool invalidate_pending; /* under m->lock: busy until the running chunk is done */
	uint32_t seen_generation;
	struct hlm_tlb_entry small[TLB_ENTRIES], large[TLB_ENTRIES];
};

struct hlm_event {
	uint16_t type;
	uint64_t data;
};

struct hlm_eventq {
	struct hlm_event backlog[EVENT_BACKLOG];
	unsigned int count;
	uint8_t masked[MAX_EVENTS / 8], latched[MAX_EVENTS / 8];
	uint32_t pi;
	uint16_t index;
	bool asked_for, told_unasked;
};

/* What the boot loaders remember between commands of the COMMS protocol; under m->lock. */
struct hlm_comms {
	bool loader;	 /* preboot has started the boot loader */
	bool accepted;	 /* what was sent holds together */
	bool is_message; /* and is no image */
	uint8_t pending; /* command that was acknowledged and not carried out */
	uint32_t pending_size;
	uint32_t size; /* that there is room for; 0: none was asked for */
};

struct hlm_cpu {
	bool pi_update, message; /* notified, not yet looked at */
	bool running;		 /* firmware answers the CPU queue */
	bool queue_ready, single_msi;
	bool gic_is_private; /* mailboxes in its place */
	bool versions_due;   /* in SRAM, after a reset */
	uint32_t pq_ci;
	uint64_t boot_time;
	struct hlm_comms comms;
	struct hlm_eventq events;
	uint64_t settings[8]; /* what SET packets wrote and GET packets return */
};

struct hlm_sync_pending {
	uint16_t manager, monitor;
};

/* A transfer of a DMA engine. src is the pattern when memset. */
struct hlm_transfer {
	uint64_t src, dst, size;
	struct hlm_initiator who;
	bool memset;
	/* Outcome: bytes moved, and which side an error was met on. */
	uint64_t done;
	bool write;
};

/* What the model's firmware says of itself and of its card. Units: those in which drivers take the numbers. */
struct hlm_identity {
	const char *card_name, *firmware, *kernel, *preboot, *uboot, *fuses, *thermal, *eeprom;
	uint32_t card_type, cpld, regulator;
	uint64_t clock_hz, max_power_mw, idle_power_mw, temperature_mdeg, voltage_mv, current_ma;
	uint64_t pll_mhz[4];
};

/* Registers of the shared units, by their places in this chip. */
struct hlm_chip_regs {
	/* Boot, and where the firmware's version texts are found. */
	uint32_t boot_status, boot_message, dev_sts0, dev_sts1, message_status, boot_err0, boot_err1;
	uint32_t preboot_version, uboot_version, btm_fsm;
	/* Queues of the device CPU. */
	uint32_t pq_base_low, pq_base_high, pq_length, pq_pi, queue_init;
	uint32_t eq_base_low, eq_base_high, eq_length, eq_ci;
	uint32_t aux_dbi;
	uint32_t mmu_enable, page_error_capture, page_error_capture_va;
	uint32_t timestamp;
	uint32_t gic; /* where the device CPU is interrupted */
	/* Eight registers that do it in place of the GIC, once firmware that was loaded by COMMS runs; 0: there are none. */
	uint32_t irq_mailboxes;
	/* What else the firmware's descriptor names. */
	uint32_t cq_base_low, cq_base_high, cq_length, hw_state;
};

/* Sync managers: objects, then for each monitor payload address low and high, payload, arm, status. */
struct hlm_sync_layout {
	uint32_t first, stride;
	unsigned int managers, objects, monitors;
	unsigned int watched; /* neighbouring objects that one monitor watches; a power of two */
	uint32_t value_mask;
	/* Reads an arm word: first object, which of the watched are left out, and the target. */
	void (*decode_arm)(uint32_t arm, uint32_t *first, uint32_t *skip, uint32_t *target, bool *equal);
};

/* One chip of the family. */
struct hlm_chip_info {
	const char *name;
	uint16_t device;
	size_t size; /* of the structure that begins with struct hlm_chip */
	/* Address map, as the chip's own engines see it. Device memory begins at 0. */
	uint64_t dram_size, min_dram, max_dram;
	uint64_t sram_base, sram_size, scratch_base, scratch_size;
	uint64_t cfg_base, cfg_size, host_base;
	/* BARs: device memory; the one with SRAM alone, of which hosts may map sram_bar_size bytes, or -1. */
	unsigned int dram_bar;
	int sram_bar;
	uint64_t sram_bar_size;
	struct hlm_bar other_bar[HLM_NUM_BARS]; /* trapped */
	unsigned int msi_vectors, msix_vectors, msix_bar;

	uint32_t boot_fit_offset, linux_fit_offset; /* images of the simple protocol: in SRAM, in device memory */

	struct hlm_chip_regs reg;
	const struct hlm_reg_block *blocks; /* sorted by address */
	size_t num_blocks;
	uint32_t pcie_first, pcie_last; /* registers that a reset by register leaves alone */
	struct hlm_sync_layout sync;
	const struct hlm_identity *identity;
	unsigned int event_vector, num_events;
	unsigned int event_page_fault; /* 0: none of the MMU's own */
	uint32_t read_refused_by_bit;

	/* Hooks; with the lock held unless said otherwise. */
	uint32_t (*initial_value)(uint32_t offset);
	void (*reset)(struct hlm_chip *c);	  /* engines: power-on state */
	void (*follow_reset)(struct hlm_chip *c); /* engine thread's own state, of a life before the reset */
	unsigned int (*run)(struct hlm_chip *c);  /* no lock: DMA engines */
	bool (*pci_is_secure)(struct hlm_chip *c, bool write);
	enum hlm_refusal (*lbw_refused)(struct hlm_chip *c, const struct hlm_initiator *who, uint32_t offset,
					bool write);
	/* va: as the initiator said it; pa: where that is. */
	bool (*hbw_refused)(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t va, uint64_t pa, uint64_t len,
			    bool write);
	void (*razwi)(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t addr, bool write);
	bool (*translates)(uint64_t addr); /* no lock */
	void (*mmu_idle)(struct hlm_chip *c);
	/* An address of the device CPU: returns the chip's, and as whom the CPU goes there. */
	uint64_t (*cpu_address)(struct hlm_chip *c, uint64_t addr, struct hlm_initiator *who);
	bool (*cpu_interrupt)(struct hlm_chip *c, uint32_t id); /* false: unknown */
	bool (*queue_base_ok)(uint32_t base_high);
	void (*sync_error)(struct hlm_chip *c, unsigned int manager, uint32_t log, uint32_t cause);
};

/* Each chip's structure begins with one. */
struct hlm_chip {
	struct hlm *m;
	const struct hlm_chip_info *info;
	int dram_fd, sram_fd;
	uint8_t *dram, *sram, *scratch;
	struct hlm_regs regs;
	uint8_t msix[MSIX_TABLE_BYTES]; /* the BAR with the MSI-X table: stored, and used by hosts alone */
	uint32_t iatu[1024];		/* registers of the address translation unit */
	struct hlm_iatu_region inbound[HLM_NUM_BARS], outbound;
	struct hlm_mmu mmu;
	struct hlm_cpu cpu;
	uint64_t timestamp_base;

	/* Under m->lock. */
	uint32_t epoch;
	bool engine_busy; /* between hlm_engine_begin() and hlm_engine_end() */
	struct hlm_sync_pending fired[MAX_PENDING_MONITORS];
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

static inline struct hlm_chip *hlm_chip_of(struct hlm *m)
{
	return m->chip;
}

/* chip.c: what struct hlm_asic asks for, for any chip of the family. */
int hlm_chip_create(struct hlm *m, const struct hlm_chip_info *info);
void hlm_chip_destroy(struct hlm *m);
void hlm_chip_power_on(struct hlm *m);
unsigned int hlm_chip_run(struct hlm *m);
/* With the lock held. keep_pcie: a reset by register, which leaves the PCIe side alone. */
void hlm_chip_reset(struct hlm_chip *c, bool keep_pcie);

/* bar.c */
int hlm_chip_bar_read(struct hlm *m, unsigned int bar, uint64_t offset, void *buf, size_t len);
int hlm_chip_bar_write(struct hlm *m, unsigned int bar, uint64_t offset, const void *buf, size_t len);
bool hlm_chip_elbi_read(struct hlm *m, uint32_t address, uint32_t *value);
bool hlm_chip_elbi_write(struct hlm *m, uint32_t address, uint32_t value);

/* regs.c: lock and deferred work, register file. */
void hlm_lock(struct hlm_chip *c);
void hlm_unlock(struct hlm_chip *c);
void hlm_note(struct hlm_chip *c, const char *kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
uint32_t hlm_raw(const struct hlm_chip *c, uint32_t offset);
void hlm_set_raw(struct hlm_chip *c, uint32_t offset, uint32_t value);
uint32_t hlm_reg_read(struct hlm_chip *c, uint32_t offset);
void hlm_reg_write(struct hlm_chip *c, uint32_t offset, uint32_t value);
const struct hlm_reg_block *hlm_reg_find(const struct hlm_chip *c, uint32_t offset);
/* Of a block whose engine is not modelled: stores, and says once that nothing comes of it. */
void hlm_inert_write(struct hlm_chip *c, uint32_t offset, uint32_t value);
void hlm_regs_clear(struct hlm_chip *c, bool keep_pcie);
bool hlm_prot_bit_clear(struct hlm_chip *c, uint32_t offset);
/* Take the lock themselves; for engines. */
uint32_t hlm_peek(struct hlm_chip *c, uint32_t offset);
uint64_t hlm_peek_pair(struct hlm_chip *c, uint32_t low, uint32_t high);
void hlm_poke_or(struct hlm_chip *c, uint32_t offset, uint32_t bits);
bool hlm_same_life(struct hlm_chip *c); /* no reset has come between */

/* timestamp.c: a generic counter, here of nanoseconds. */
uint32_t hlm_timestamp_read(struct hlm_chip *c, uint32_t offset);
void hlm_timestamp_write(struct hlm_chip *c, uint32_t offset, uint32_t value);

/* bus.c */
enum hlm_bus_status hlm_lbw_read(struct hlm_chip *c, const struct hlm_initiator *who, uint32_t offset, uint32_t *value);
enum hlm_bus_status hlm_lbw_write(struct hlm_chip *c, const struct hlm_initiator *who, uint32_t offset, uint32_t value);
/* With the lock held (hlm_lbw_write takes it). */
enum hlm_bus_status hlm_lbw_write_locked(struct hlm_chip *c, const struct hlm_initiator *who, uint32_t offset,
					 uint32_t value);
enum hlm_bus_status hlm_resolve(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t addr, uint64_t len,
				bool write, struct hlm_span *span);
enum hlm_bus_status hlm_bus_read(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t addr, void *buf,
				 size_t len);
enum hlm_bus_status hlm_bus_write(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t addr, const void *buf,
				  size_t len);
int hlm_host_read(struct hlm_chip *c, uint64_t bus, void *buf, size_t len);
int hlm_host_write(struct hlm_chip *c, uint64_t bus, const void *buf, size_t len);
/* Bracket every use of a translation. false: a reset came, give up. */
bool hlm_engine_begin(struct hlm_chip *c);
void hlm_engine_end(struct hlm_chip *c);
const char *hlm_bus_text(enum hlm_bus_status status);

/* transfer.c: moves or fills, chunk by chunk. */
enum hlm_bus_status hlm_transfer_run(struct hlm_chip *c, struct hlm_transfer *t);
/* What a trusted packet tells the host is a completion: the fault knobs that are about these. */
uint32_t hlm_completion(struct hlm_chip *c, uint32_t word);

/* iatu.c; with the lock held. */
uint32_t hlm_dbi_read(struct hlm_chip *c, uint32_t offset);
void hlm_dbi_write(struct hlm_chip *c, uint32_t offset, uint32_t value);
void hlm_iatu_reset(struct hlm_chip *c);
/* Device address of a BAR offset; false: not mapped. */
bool hlm_iatu_inbound(struct hlm_chip *c, unsigned int bar, uint64_t offset, uint64_t *addr);
bool hlm_iatu_outbound(struct hlm_chip *c, uint64_t addr, uint64_t len, uint64_t *bus);

/* mmu.c */
enum hlm_bus_status hlm_translate(struct hlm_chip *c, uint16_t asid, uint64_t va, uint64_t len, bool write,
				  uint64_t *pa, uint64_t *run);
/* With the lock held. */
void hlm_mmu_set_root(struct hlm_chip *c, uint16_t asid, uint64_t table);
void hlm_mmu_invalidate(struct hlm_chip *c);
void hlm_mmu_finish_invalidate(struct hlm_chip *c);
void hlm_mmu_reset(struct hlm_chip *c);

/* sync.c; handlers, and one fault seam. */
void hlm_sync_write(struct hlm_chip *c, uint32_t offset, uint32_t value);
void hlm_sync_drain(struct hlm_chip *c);

/* fit.c. What is wrong with a firmware image of at most size bytes; NULL: nothing. */
const char *hlm_fit_wrong(const uint8_t *image, size_t size);

/* comms.c. A command that was found in the message register; no lock held. */
void hlm_comms_run(struct hlm_chip *c, uint32_t command);

/* boot.c, cpucp.c, eventq.c */
/* What an image starts, and what a bad one leaves in the error register. With the lock held. */
void hlm_boot_start_loader(struct hlm_chip *c);
void hlm_boot_start_firmware(struct hlm_chip *c);
void hlm_boot_corrupt(struct hlm_chip *c, const char *why); /* NULL: not any more */
void hlm_boot_halt(struct hlm_chip *c);
/* No lock held. Whether the image is one; why not is in *why. */
bool hlm_boot_image_ok(struct hlm_chip *c, const uint8_t *image, size_t size, const char **why);
void hlm_boot_reset(struct hlm_chip *c);
/* The part of a reset that writes memory: once no engine does any more. */
void hlm_boot_finish_reset(struct hlm_chip *c);
void hlm_boot_run(struct hlm_chip *c);
void hlm_boot_write(struct hlm_chip *c, uint32_t offset, uint32_t value);
uint32_t hlm_boot_read(struct hlm_chip *c, uint32_t offset);
void hlm_gic_write(struct hlm_chip *c, uint32_t offset, uint32_t value);
unsigned int hlm_cpucp_run(struct hlm_chip *c);
/* Memory as the device CPU sees it; no lock held. */
enum hlm_bus_status hlm_cpu_read(struct hlm_chip *c, uint64_t addr, void *buf, size_t len);
enum hlm_bus_status hlm_cpu_write(struct hlm_chip *c, uint64_t addr, const void *buf, size_t len);
void hlm_event(struct hlm_chip *c, unsigned int type, uint64_t data); /* lock held */
void hlm_event_unmask(struct hlm_chip *c, unsigned int type);	      /* lock held */
unsigned int hlm_eventq_run(struct hlm_chip *c);
void hlm_eventq_write(struct hlm_chip *c, uint32_t offset, uint32_t value);

#endif /* HLM_CHIP_H */
