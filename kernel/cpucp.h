/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * cpucp.h - talking with the device CPU's firmware: a message queue to it, an event queue from it.
 * Message formats are those of every generation (cpucp_if.h); where the queues' registers are, the
 * chip knows.
 */
#ifndef HLRT_CPUCP_H
#define HLRT_CPUCP_H

#include <linux/mutex.h>
#include <linux/types.h>

struct hlrt_device;

/* Coherent memory that the chip reads or writes. bus is what the DMA API gave. */
struct hlrt_shared {
	void *cpu;
	dma_addr_t bus;
	size_t size;
};

/* Layout of the memory that the device CPU can reach (HL_CPU_ACCESSIBLE_MEM_SIZE in all). */
#define HLRT_CPUCP_SIZE 0x200000
#define HLRT_CPUCP_PQ_OFFSET 0x0
#define HLRT_CPUCP_PQ_LENGTH 4096 /* entries of 16 bytes */
#define HLRT_CPUCP_EQ_OFFSET 0x10000
#define HLRT_CPUCP_EQ_LENGTH 64 /* entries of 64 bytes */
#define HLRT_CPUCP_MSG_OFFSET 0x20000
#define HLRT_CPUCP_DATA_OFFSET 0x21000
#define HLRT_CPUCP_DATA_SIZE 0x1000

/* Message numbers (enum cpucp_packet_id). */
#define HLRT_CPUCP_ENABLE_PCI_ACCESS 2
#define HLRT_CPUCP_FREQUENCY_GET 10
#define HLRT_CPUCP_INFO_GET 14
#define HLRT_CPUCP_UNMASK_IRQ 16
#define HLRT_CPUCP_TEST 18
#define HLRT_CPUCP_FREQUENCY_CURR_GET 19
#define HLRT_CPUCP_MAX_POWER_GET 20
#define HLRT_CPUCP_PCIE_THROUGHPUT_GET 27
#define HLRT_CPUCP_PCIE_REPLAY_CNT_GET 28
#define HLRT_CPUCP_TOTAL_ENERGY_GET 29
#define HLRT_CPUCP_PLL_INFO_GET 30
#define HLRT_CPUCP_POWER_GET 32
#define HLRT_CPUCP_REPLACED_ROWS_GET 43
#define HLRT_CPUCP_PENDING_ROWS_GET 44

/* Where a chip has what the queues are set up with; offsets from dev->regs. */
struct hlrt_cpucp_regs {
	u32 pq_lo, pq_hi, pq_len;
	u32 cq_lo, cq_hi, cq_len;
	u32 eq_lo, eq_hi, eq_len, eq_ci;
	u32 pq_pi;
	u32 init;	  /* status: who waits for whom */
	u32 init_value;	  /* what the driver writes there */
	u32 sts0;	  /* capabilities of the firmware */
	u32 pi_interrupt; /* what interrupts the CPU */
};

struct hlrt_cpucp {
	struct mutex lock; /* one message at a time */
	struct hlrt_shared mem;
	u64 addr; /* of mem, as the device CPU addresses it */
	const struct hlrt_cpucp_regs *regs;
	u32 pi;
	u32 eq_ci;
	u64 dram_size; /* that the firmware found on the card; 0: it does not say */
	bool up;       /* both sides have agreed on the queues */
	bool pi_ack;   /* the firmware acknowledges with the producer index */
};

int hlrt_cpucp_init(struct hlrt_device *dev);
void hlrt_cpucp_fini(struct hlrt_device *dev);
/* Tells a running firmware where its queues are, and waits until it has taken them. */
int hlrt_cpucp_start(struct hlrt_device *dev);

/*
 * value goes in, *result (may be NULL) comes out. -EIO: refused; -ETIMEDOUT: the CPU does not
 * answer.
 */
int hlrt_cpucp_call(struct hlrt_device *dev, u32 opcode, u32 index, u64 value, u64 *result);
/* The same for an answer of size bytes, at most HLRT_CPUCP_DATA_SIZE. */
int hlrt_cpucp_fetch(struct hlrt_device *dev, u32 opcode, void *answer, u32 size);
int hlrt_cpucp_test(struct hlrt_device *dev);
/* Fills the firmware's part of dev->prop. */
int hlrt_cpucp_read_info(struct hlrt_device *dev);
int hlrt_cpucp_frequency(struct hlrt_device *dev, u32 pll, bool current_rate, u32 *mhz);
/* Is there one? In any context. */
bool hlrt_cpucp_event_pending(struct hlrt_device *dev);
/* Takes one event off the queue: false when there is none. */
bool hlrt_cpucp_next_event(struct hlrt_device *dev, u32 *type, u64 *data);

#endif /* HLRT_CPUCP_H */
