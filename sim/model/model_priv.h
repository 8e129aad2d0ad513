/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * model_priv.h - what all chip models share: the PCI function around a chip, memory, faults, counters, trace.
 *
 * A chip is a struct hlm_asic; model.c dispatches to it and config_space.c is its PCI configuration space.
 */
#ifndef HLM_MODEL_PRIV_H
#define HLM_MODEL_PRIV_H

#include <pthread.h>
#include <stdatomic.h>

#include "model.h"

/* Same order as struct hlm_stats. */
enum hlm_stat {
	HLM_STAT_DOORBELLS,
	HLM_STAT_DESCRIPTORS,
	HLM_STAT_PACKETS,
	HLM_STAT_LIN_DMA,
	HLM_STAT_DMA_BYTES,
	HLM_STAT_PTE_READS,
	HLM_STAT_TLB_HITS,
	HLM_STAT_IRQS,
	HLM_STAT_PAGE_FAULTS,
	HLM_STAT_RAZWI,
	HLM_STAT_BUS_ERRORS,
	HLM_STAT_REG_READS,
	HLM_STAT_REG_WRITES,
	HLM_STAT_MAX_IN_FLIGHT,
	HLM_STAT_COUNT
};

struct hlm_pci {
	uint8_t reg[HLM_CONFIG_SIZE];
	uint8_t writable[HLM_CONFIG_SIZE]; /* bits that software may change */
};

struct hlm_asic {
	const char *name;
	int (*create)(struct hlm *m); /* fills m->desc and m->chip; negative errno */
	void (*destroy)(struct hlm *m);
	void (*reset)(struct hlm *m); /* power-on state */
	int (*bar_read)(struct hlm *m, unsigned int bar, uint64_t offset, void *buf, size_t len);
	int (*bar_write)(struct hlm *m, unsigned int bar, uint64_t offset, const void *buf, size_t len);
	unsigned int (*run)(struct hlm *m);
	/* The register window in configuration space; address as software wrote it. false: no such register. */
	bool (*elbi_read)(struct hlm *m, uint32_t address, uint32_t *value);
	bool (*elbi_write)(struct hlm *m, uint32_t address, uint32_t value);
};

struct hlm {
	const struct hlm_asic *asic;
	struct hlm_config config;
	const struct hlm_host_ops *ops;
	void *host;
	struct hlm_desc desc;
	pthread_mutex_t lock; /* registers and configuration space; never held while the host is called */
	struct hlm_pci pci;
	_Atomic int faults[HLM_FAULT_COUNT];
	_Atomic unsigned int late_ms;
	_Atomic uint64_t stats[HLM_STAT_COUNT];
	void *chip;
};

extern const struct hlm_asic hlm_gaudi, hlm_goya;

/* fault.c. True once per unit of the fault's count. */
bool hlm_fault_take(struct hlm *m, enum hlm_fault fault);
void hlm_fault_init(struct hlm *m);
bool hlm_off_bus(struct hlm *m);
void hlm_fault_spurious_irq(struct hlm *m);
/* Engine thread, no lock held: holds a completion back while goes_on(chip) says that no reset has come. */
void hlm_fault_late(struct hlm *m, bool (*goes_on)(void *chip));

static inline void hlm_count(struct hlm *m, enum hlm_stat stat, uint64_t n)
{
	atomic_fetch_add_explicit(&m->stats[stat], n, memory_order_relaxed);
}

static inline void hlm_count_max(struct hlm *m, enum hlm_stat stat, uint64_t n)
{
	uint64_t most = atomic_load_explicit(&m->stats[stat], memory_order_relaxed);

	while (n > most && !atomic_compare_exchange_weak(&m->stats[stat], &most, n))
		;
}

/* Between data that the host finds by a mark, and the mark. */
static inline void hlm_publish(void)
{
#ifdef __SANITIZE_THREAD__ /* knows no fences; the data is the host's, so nothing is missed */
	atomic_signal_fence(memory_order_seq_cst);
#else
	atomic_thread_fence(memory_order_release);
#endif
}

/* Only outside of m->lock. The arguments are evaluated only when somebody listens. */
void hlm_trace_line(struct hlm *m, const char *kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
#define hlm_trace(m, ...) \
	do { \
		if ((m)->ops->trace) \
			hlm_trace_line((m), __VA_ARGS__); \
	} while (0)

/* config_space.c. The first three with m->lock held. */
void hlm_pci_reset(struct hlm *m);
uint32_t hlm_pci_get32(const struct hlm *m, unsigned int offset);
void hlm_pci_set32(struct hlm *m, unsigned int offset, uint32_t value);
bool hlm_pci_bus_master(struct hlm *m);
/* Sends MSI or MSI-X vector if software enabled it. */
void hlm_pci_msi(struct hlm *m, unsigned int vector);

/* memory.c */
int hlm_memory_create(const char *name, uint64_t size, void **map);
void hlm_memory_destroy(int fd, void *map, uint64_t size);
/* Fills [ptr, ptr + len), which lies at offset in fd's mapping, with zero; gives whole pages back to the system. */
void hlm_memory_zero(int fd, uint64_t offset, void *ptr, uint64_t len);

#endif /* HLM_MODEL_PRIV_H */
