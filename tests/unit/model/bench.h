/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * bench.h - a chip on the bench: a host of 96 MiB behind a page-wise IOMMU, and the steps of a driver, each
 * by registers. Single-threaded: bench_run() is the engine thread (test_threads.c has a real one).
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <hw/gaudi_packets.h>
#include <hw/gaudi_regs.h>
#include <model.h>

#define PAGE 4096ull
#define HOST_BUS 0x4000000000ull /* above 32 bits, so that truncation shows */
#define HOST_BYTES (96ull << 20)
#define TEST_DRAM (4ull << 30)

/* Places in host memory, as offsets from HOST_BUS. */
#define AT_PQ 0x0
#define AT_CB 0x100000
#define AT_FENCE 0x200000
#define AT_CPU_PQ 0x300000
#define AT_CPU_PKT 0x310000
#define AT_CPU_DATA 0x320000
#define AT_EQ 0x340000
#define AT_DATA 0x1000000

/* Where the images go (hl_boot_if.h, gaudi_fw_if.h, goya_fw_if.h). */
#define GAUDI_BOOT_FIT 0x100000
#define GOYA_BOOT_FIT 0x200000
#define LINUX_FIT 0x800000

#define TABLES 0x10000000ull /* page tables in HBM, as the in-tree driver places them */
#define USER_VA GAUDI_VA_HOST_BASE
#define USER_DRAM GAUDI_DRAM_USER_BASE
#define ASID 1
#define SECURE_HOST(offset) (GAUDI_HOST_BASE + HOST_BUS + (offset)) /* for accesses that bypass the MMU */

/* A register of the engine's own block, as WREG32 and WREG_BULK name it. */
#define OWN_REG(reg) (((reg)&0xFFFFu) << GAUDI_WREG_REG_SHIFT)

struct bench {
	struct hlm *m;
	uint8_t *host;
	bool unmapped[HOST_BYTES / PAGE];
	_Atomic bool kicked;
	_Atomic unsigned int irqs[32];
	uint32_t look_at, seen; /* a register, and what it held at the last interrupt */
	_Atomic uint64_t now;
	uint64_t next_table; /* page-table allocator in HBM */
	uint32_t pi, cpu_pi, cb_used;
	_Atomic unsigned int pte_lines, fault_lines;
};

struct bench *bench_new_chip(const char *asic, uint32_t flags); /* HLM_FLAG_* */
struct bench *bench_new(uint32_t flags);			/* a Gaudi, as all below */
int bench_setup(void **state);					/* powered on, nothing done */
int bench_setup_up(void **state);				/* brought up, protection not armed */
int bench_setup_armed(void **state);
int bench_teardown(void **state);

uint32_t reg_get(struct bench *b, uint32_t offset);
void reg_set(struct bench *b, uint32_t offset, uint32_t value);
void elbi_set(struct bench *b, uint32_t offset, uint32_t value);
uint32_t elbi_get(struct bench *b, uint32_t offset);
void dram_write(struct bench *b, uint64_t addr, const void *buf, size_t len);
void dram_read(struct bench *b, uint64_t addr, void *buf, size_t len);
unsigned int bench_run(struct bench *b);
/* Firmware that a chip takes. Returns its size. */
size_t put_image(struct bench *b, unsigned int bar, uint64_t offset);

/* The steps of a driver. */
void step_pci(struct bench *b);
void step_iatu(struct bench *b);
void iatu_inbound(struct bench *b, unsigned int region, unsigned int bar, uint64_t target); /* either chip */
void step_boot(struct bench *b);
void step_mmu(struct bench *b);
void step_cpu_queues(struct bench *b);
void step_qman(struct bench *b, bool stop_on_err);
void step_protect(struct bench *b);

/* pte 0 clears. Returns where the entry lies in HBM. */
uint64_t map_page(struct bench *b, uint64_t va, uint64_t pa, bool large);
void tlb_invalidate(struct bench *b);

/* Packets go to one command buffer; submit() rings the doorbell and runs. */
void cb_begin(struct bench *b);
void cb_words(struct bench *b, uint32_t word, uint32_t ctl);
void cb_msg(struct bench *b, uint32_t opcode, uint64_t addr, uint32_t value);
void cb_msg_short(struct bench *b, unsigned int base, uint32_t offset, uint32_t value);
void cb_lin_dma(struct bench *b, uint64_t dst, uint64_t src, uint32_t len, bool fill);
void submit(struct bench *b);

/* One packet of 24 bytes to the device CPU; returns its result code, *value in and out. */
unsigned int cpu_packet(struct bench *b, unsigned int opcode, uint64_t *value, uint32_t index);

/* Type of the n-th event that was sent; 0: none. */
unsigned int event_type(struct bench *b, unsigned int n);
bool event_sent(struct bench *b, unsigned int type);

struct hlm_stats stats_of(struct bench *b);

#endif /* BENCH_H */
