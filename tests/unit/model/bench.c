// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "bench.h"
#include "fit_image.h"

#define DBI_SELECT 0x300000u
#define CFG_LOW ((uint32_t)GAUDI_CFG_BASE)
#define BAR2_REGISTERS (GAUDI_CFG_BASE - GAUDI_SPI_FLASH_BASE)

static bool reachable(struct bench *b, uint64_t addr, size_t len)
{
	if (addr < HOST_BUS || addr - HOST_BUS > HOST_BYTES || len > HOST_BYTES - (addr - HOST_BUS))
		return false;
	for (uint64_t page = (addr - HOST_BUS) / PAGE; len && page <= (addr - HOST_BUS + len - 1) / PAGE; page++)
		if (b->unmapped[page])
			return false;
	return true;
}

static int host_read(void *host, uint64_t addr, void *buf, size_t len)
{
	struct bench *b = host;

	if (!reachable(b, addr, len))
		return -EFAULT;
	memcpy(buf, b->host + (addr - HOST_BUS), len);
	return 0;
}

static int host_write(void *host, uint64_t addr, const void *buf, size_t len)
{
	struct bench *b = host;

	if (!reachable(b, addr, len))
		return -EFAULT;
	memcpy(b->host + (addr - HOST_BUS), buf, len);
	return 0;
}

static void *host_get(void *host, uint64_t addr, size_t len, bool write, size_t *run)
{
	struct bench *b = host;

	(void)write;
	*run = len;
	return reachable(b, addr, len) ? b->host + (addr - HOST_BUS) : NULL;
}

static void host_put(void *host, uint64_t addr, void *ptr, size_t run, bool write)
{
	(void)host;
	(void)addr;
	(void)ptr;
	(void)run;
	(void)write;
}

static void host_irq(void *host, unsigned int vector)
{
	struct bench *b = host;

	b->irqs[vector]++;
	if (b->look_at)
		b->seen = reg_get(b, b->look_at);
}

static void host_kick(void *host)
{
	((struct bench *)host)->kicked = true;
}

static uint64_t host_clock(void *host)
{
	return ((struct bench *)host)->now += 1000;
}

static void host_trace(void *host, const char *kind, const char *line)
{
	struct bench *b = host;

	b->pte_lines += !strcmp(kind, "pte");
	b->fault_lines += !strcmp(kind, "fault");
	if (getenv("BENCH_TRACE"))
		print_message("%s: %s\n", kind, line);
}

static const struct hlm_host_ops ops = {
	.dma_read = host_read,
	.dma_write = host_write,
	.dma_get = host_get,
	.dma_put = host_put,
	.irq = host_irq,
	.kick = host_kick,
	.clock_ns = host_clock,
	.trace = host_trace,
};

struct bench *bench_new_chip(const char *asic, uint32_t flags)
{
	struct hlm_config config = { .size = sizeof(config), .flags = flags, .dram_size = TEST_DRAM, .module_id = 3 };
	struct bench *b = calloc(1, sizeof(*b));

	b->host = calloc(1, HOST_BYTES);
	b->next_table = TABLES + 2 * PAGE;
	b->m = hlm_create(asic, &config, &ops, b);
	assert_non_null(b->m);
	return b;
}

struct bench *bench_new(uint32_t flags)
{
	return bench_new_chip("gaudi", flags);
}

int bench_setup(void **state)
{
	*state = bench_new(0);
	return 0;
}

int bench_setup_up(void **state)
{
	struct bench *b;

	bench_setup(state);
	b = *state;
	step_pci(b);
	step_iatu(b);
	step_boot(b);
	step_mmu(b);
	step_qman(b, false);
	step_cpu_queues(b);
	return 0;
}

int bench_setup_armed(void **state)
{
	bench_setup_up(state);
	step_protect(*state);
	return 0;
}

int bench_teardown(void **state)
{
	struct bench *b = *state;

	hlm_destroy(b->m);
	free(b->host);
	free(b);
	return 0;
}

uint32_t reg_get(struct bench *b, uint32_t offset)
{
	uint32_t value = 0;

	assert_int_equal(hlm_bar_read(b->m, GAUDI_BAR_CFG, BAR2_REGISTERS + offset, &value, 4), 0);
	return value;
}

void reg_set(struct bench *b, uint32_t offset, uint32_t value)
{
	assert_int_equal(hlm_bar_write(b->m, GAUDI_BAR_CFG, BAR2_REGISTERS + offset, &value, 4), 0);
}

void elbi_set(struct bench *b, uint32_t offset, uint32_t value)
{
	hlm_config_write(b->m, 0xFFC, 4, 0);
	hlm_config_write(b->m, 0xFF0, 4, CFG_LOW + offset);
	hlm_config_write(b->m, 0xFF4, 4, value);
	hlm_config_write(b->m, 0xFF8, 4, 0x80000000u);
	assert_int_equal(hlm_config_read(b->m, 0xFFC, 4) & 0xC0000000u, 0x80000000u);
}

uint32_t elbi_get(struct bench *b, uint32_t offset)
{
	hlm_config_write(b->m, 0xFFC, 4, 0);
	hlm_config_write(b->m, 0xFF0, 4, CFG_LOW + offset);
	hlm_config_write(b->m, 0xFF8, 4, 0);
	assert_int_equal(hlm_config_read(b->m, 0xFFC, 4) & 0xC0000000u, 0x80000000u);
	return hlm_config_read(b->m, 0xFF4, 4);
}

void dram_write(struct bench *b, uint64_t addr, const void *buf, size_t len)
{
	assert_int_equal(hlm_bar_write(b->m, GAUDI_BAR_HBM, addr, buf, len), 0);
}

void dram_read(struct bench *b, uint64_t addr, void *buf, size_t len)
{
	assert_int_equal(hlm_bar_read(b->m, GAUDI_BAR_HBM, addr, buf, len), 0);
}

unsigned int bench_run(struct bench *b)
{
	unsigned int done = 0;

	while (b->kicked) {
		b->kicked = false;
		done += hlm_run(b->m);
	}
	return done;
}

void step_pci(struct bench *b)
{
	hlm_config_write(b->m, 0x04, 2, 0x0006);     /* memory, bus master */
	hlm_config_write(b->m, 0x52, 2, 5 << 4 | 1); /* MSI on, 32 vectors */
}

static void iatu_set(struct bench *b, uint32_t reg, uint32_t value)
{
	elbi_set(b, GAUDI_PCIE_AUX_DBI, DBI_SELECT);
	elbi_set(b, GAUDI_PCIE_DBI_DEVICE_ID_VENDOR_ID_REG + reg, value);
}

void iatu_inbound(struct bench *b, unsigned int region, unsigned int bar, uint64_t target)
{
	uint32_t base = 0x200 * region + 0x100;

	iatu_set(b, base + 0x14, (uint32_t)target);
	iatu_set(b, base + 0x18, (uint32_t)(target >> 32));
	iatu_set(b, base, 0);
	iatu_set(b, base + 4, 0xC0080000u | bar << 8);
}

void step_iatu(struct bench *b)
{
	uint64_t limit = GAUDI_HOST_BASE + GAUDI_HOST_SIZE - 1;

	iatu_inbound(b, 0, GAUDI_BAR_SRAM, GAUDI_SRAM_BASE);
	iatu_inbound(b, 1, GAUDI_BAR_CFG, GAUDI_SPI_FLASH_BASE);
	iatu_inbound(b, 2, GAUDI_BAR_HBM, GAUDI_DRAM_BASE);
	iatu_set(b, 0x08, (uint32_t)GAUDI_HOST_BASE);
	iatu_set(b, 0x0C, (uint32_t)(GAUDI_HOST_BASE >> 32));
	iatu_set(b, 0x10, (uint32_t)limit);
	iatu_set(b, 0x20, (uint32_t)(limit >> 32));
	iatu_set(b, 0x04, 0x80000000u);
	elbi_set(b, GAUDI_PCIE_AUX_DBI, 0);
	reg_set(b, GAUDI_PCIE_WRAP_LBW_PROT_OVR, 0x7700);
}

size_t put_image(struct bench *b, unsigned int bar, uint64_t offset)
{
	static const size_t data = 5000;
	size_t size = hlsim_fit_size(data);
	void *image = malloc(size);

	hlsim_fit_make(image, data, "a test's");
	assert_int_equal(hlm_bar_write(b->m, bar, offset, image, size), 0);
	free(image);
	return size;
}

void step_boot(struct bench *b)
{
	put_image(b, GAUDI_BAR_HBM, LINUX_FIT);
	reg_set(b, GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU, 2);
	bench_run(b);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 3);
	reg_set(b, GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU, 0);
}

void step_mmu(struct bench *b)
{
	for (uint32_t asid = 0; asid < 2; asid++) {
		uint64_t root = TABLES + asid * PAGE;

		reg_set(b, GAUDI_MMU_ASID, asid);
		reg_set(b, GAUDI_MMU_HOP0_PA43_12, (uint32_t)(root >> 12));
		reg_set(b, GAUDI_MMU_HOP0_PA49_44, (uint32_t)(root >> 44));
		reg_set(b, GAUDI_MMU_BUSY, 0x80000000u);
		assert_int_equal(reg_get(b, GAUDI_MMU_BUSY) & 0x80000000u, 0);
	}
	tlb_invalidate(b);
	reg_set(b, GAUDI_MMU_UP_MMU_ENABLE, 1);
}

void tlb_invalidate(struct bench *b)
{
	reg_set(b, GAUDI_STLB_INV_PS, 3);
	reg_set(b, GAUDI_STLB_CACHE_INV, 1);
	reg_set(b, GAUDI_STLB_INV_PS, 2);
	assert_int_equal(reg_get(b, GAUDI_STLB_INV_PS), 0);
	reg_set(b, GAUDI_STLB_INV_SET, 0);
}

void step_cpu_queues(struct bench *b)
{
	uint64_t full = GAUDI_HOST_BASE + HOST_BUS;
	uint32_t high = (uint32_t)(((full & ((1ull << 39) - 1)) | 1ull << 39) >> 32);

	reg_set(b, GAUDI_CPU_IF_CPU_MSB_ADDR, (uint32_t)(full >> 39));
	reg_set(b, GAUDI_CPU_IF_PQ_BASE_ADDR_LOW, AT_CPU_PQ);
	reg_set(b, GAUDI_CPU_IF_PQ_BASE_ADDR_HIGH, high);
	reg_set(b, GAUDI_CPU_IF_EQ_BASE_ADDR_LOW, AT_EQ);
	reg_set(b, GAUDI_CPU_IF_EQ_BASE_ADDR_HIGH, high);
	reg_set(b, GAUDI_CPU_IF_PQ_LENGTH, 64 * GAUDI_PQ_ENTRY_SIZE);
	reg_set(b, GAUDI_CPU_IF_EQ_LENGTH, 64 * 64);
	reg_set(b, GAUDI_CPU_IF_EQ_RD_OFFS, 0);
	reg_set(b, GAUDI_CPU_IF_PF_PQ_PI, 0);
	reg_set(b, GAUDI_CPU_IF_QUEUE_INIT, 1);
	reg_set(b, GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR, GAUDI_CPU_ID_PI_UPDATE);
	bench_run(b);
	assert_int_equal(reg_get(b, GAUDI_CPU_IF_QUEUE_INIT), 2);
	b->cpu_pi = 0;
}

static void msg_base(struct bench *b, unsigned int base, uint32_t offset)
{
	uint64_t addr = GAUDI_CFG_BASE + offset;

	reg_set(b, GAUDI_DMA0_QM_CP_MSG_BASE0_ADDR_LO_0 + 0x28 * base, (uint32_t)addr);
	reg_set(b, GAUDI_DMA0_QM_CP_MSG_BASE0_ADDR_HI_0 + 0x28 * base, (uint32_t)(addr >> 32));
}

void step_qman(struct bench *b, bool stop_on_err)
{
	uint64_t gic = GAUDI_CFG_BASE + GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR;

	reg_set(b, GAUDI_DMA0_QM_PQ_BASE_LO_0, (uint32_t)SECURE_HOST(AT_PQ));
	reg_set(b, GAUDI_DMA0_QM_PQ_BASE_HI_0, (uint32_t)(SECURE_HOST(AT_PQ) >> 32));
	reg_set(b, GAUDI_DMA0_QM_PQ_SIZE_0, 6);
	reg_set(b, GAUDI_DMA0_QM_PQ_PI_0, 0);
	reg_set(b, GAUDI_DMA0_QM_PQ_CI_0, 0);
	msg_base(b, 0, GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_MON_PAY_ADDRL_0);
	msg_base(b, 1, GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_SOB_OBJ_0);
	msg_base(b, 2, GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_PAY_ADDRL_0);
	msg_base(b, 3, GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0);
	reg_set(b, GAUDI_DMA0_QM_GLBL_ERR_CFG, 0x1EFF | (stop_on_err ? 0x1EFFu << 16 : 0));
	reg_set(b, GAUDI_DMA0_QM_GLBL_ERR_ADDR_LO, (uint32_t)gic);
	reg_set(b, GAUDI_DMA0_QM_GLBL_ERR_ADDR_HI, (uint32_t)(gic >> 32));
	reg_set(b, GAUDI_DMA0_QM_GLBL_ERR_WDATA, GAUDI_CPU_ID_DMA0_QM);
	reg_set(b, GAUDI_DMA0_CORE_ERR_CFG, stop_on_err ? 3 : 1);
	reg_set(b, GAUDI_DMA0_CORE_ERRMSG_ADDR_LO, (uint32_t)gic);
	reg_set(b, GAUDI_DMA0_CORE_ERRMSG_ADDR_HI, (uint32_t)(gic >> 32));
	reg_set(b, GAUDI_DMA0_CORE_ERRMSG_WDATA, GAUDI_CPU_ID_DMA0_CORE);
	/* Fetchers trusted, command processor and transfers not: they are the user's. */
	reg_set(b, GAUDI_DMA0_QM_GLBL_PROT, 0xFF | GAUDI_QM_PROT_ERR);
	reg_set(b, GAUDI_DMA0_QM_GLBL_NON_SECURE_PROPS_0, ASID);
	reg_set(b, GAUDI_DMA0_CORE_NON_SECURE_PROPS, ASID);
	reg_set(b, GAUDI_DMA0_CORE_SECURE_PROPS, GAUDI_PROPS_MMBP);
	reg_set(b, GAUDI_DMA0_CORE_PROT, GAUDI_DMA_CORE_PROT_ERR_VAL);
	reg_set(b, GAUDI_DMA0_CORE_CFG_0, 1);
	reg_set(b, GAUDI_DMA0_QM_GLBL_CFG1, 0);
	reg_set(b, GAUDI_DMA0_QM_GLBL_CFG0, 0x1EFF);
	b->pi = 0;
}

/* What the in-tree driver arms: the first 512 MiB of HBM, registers from 0x600000 up to the MMU; one bit more. */
void step_protect(struct bench *b)
{
	for (unsigned int channel = 0; channel < 2; channel++) {
		uint32_t base = GAUDI_DMA_IF_W_S + GAUDI_DMA_IF_DOWN_CH0 + channel * PAGE;

		reg_set(b, base + GAUDI_RANGE_SEC_MASK_LOW_AW_0, 0xE0000000u);
		reg_set(b, base + GAUDI_RANGE_SEC_MASK_HIGH_AW_0, 0x3FFFF);
		reg_set(b, base + GAUDI_RANGE_SEC_MASK_LOW_AR_0, 0xE0000000u);
		reg_set(b, base + GAUDI_RANGE_SEC_MASK_HIGH_AR_0, 0x3FFFF);
		reg_set(b, base + GAUDI_RANGE_SEC_HIT_AW, 1);
		reg_set(b, base + GAUDI_RANGE_SEC_HIT_AR, 1);
	}
	reg_set(b, GAUDI_DMA_IF_W_S + GAUDI_DMA_IF_DMA0_MIN_WPROT_0, 0x5FFFFF);
	reg_set(b, GAUDI_DMA_IF_W_S + GAUDI_DMA_IF_DMA0_MAX_WPROT_0, 0xC49000);
	reg_set(b, GAUDI_DMA_IF_W_S + GAUDI_DMA_IF_DMA0_HIT_WPROT, 1);
	reg_set(b, GAUDI_DMA_IF_W_S + GAUDI_DMA_IF_SOB_MIN_WPROT_0, 0x5FFFFF);
	reg_set(b, GAUDI_DMA_IF_W_S + GAUDI_DMA_IF_SOB_MAX_WPROT_0, 0xC49000);
	reg_set(b, GAUDI_DMA_IF_W_S + GAUDI_DMA_IF_SOB_HIT_WPROT, 1);
	/* GLBL_CFG0 of the queue manager: the first bit of its block. */
	reg_set(b, (GAUDI_DMA0_QM_GLBL_CFG0 & ~0xFFFu) + GAUDI_PROT_BITS_OFFSET, ~1u);
}

uint64_t map_page(struct bench *b, uint64_t va, uint64_t pa, bool large)
{
	static const unsigned int shift[] = { 48, 39, 30, 21, 12 };
	uint64_t table = TABLES + ASID * PAGE, addr = 0, entry;
	unsigned int last = large ? 3 : 4;

	for (unsigned int hop = 0; hop <= last; hop++) {
		addr = table + (va >> shift[hop] & (hop ? 0x1FF : 3)) * 8;
		dram_read(b, addr, &entry, 8);
		if (hop < last && !(entry & GAUDI_PTE_PRESENT)) {
			entry = b->next_table | GAUDI_PTE_PRESENT;
			b->next_table += PAGE;
			dram_write(b, addr, &entry, 8);
		}
		table = entry & ~GAUDI_PTE_FLAGS;
	}
	entry = pa ? pa | GAUDI_PTE_LAST | GAUDI_PTE_PRESENT : 0;
	dram_write(b, addr, &entry, 8);
	return addr;
}

void cb_begin(struct bench *b)
{
	b->cb_used = 0;
}

static void cb_put(struct bench *b, const void *bytes, uint32_t len)
{
	memcpy(b->host + AT_CB + b->cb_used, bytes, len);
	b->cb_used += len;
}

void cb_words(struct bench *b, uint32_t word, uint32_t ctl)
{
	cb_put(b, &word, 4);
	cb_put(b, &ctl, 4);
}

void cb_msg(struct bench *b, uint32_t opcode, uint64_t addr, uint32_t value)
{
	cb_words(b, value, opcode << GAUDI_PKT_CTL_OPCODE_SHIFT);
	cb_put(b, &addr, 8);
}

void cb_msg_short(struct bench *b, unsigned int base, uint32_t offset, uint32_t value)
{
	cb_words(b, value, GAUDI_PKT_MSG_SHORT << GAUDI_PKT_CTL_OPCODE_SHIFT | base << 22 | offset);
}

void cb_lin_dma(struct bench *b, uint64_t dst, uint64_t src, uint32_t len, bool fill)
{
	cb_words(b, len,
		 GAUDI_PKT_LIN_DMA << GAUDI_PKT_CTL_OPCODE_SHIFT | GAUDI_LIN_DMA_LIN |
			 (fill ? GAUDI_LIN_DMA_MEMSET : 0));
	cb_put(b, &src, 8);
	cb_put(b, &dst, 8);
}

void submit(struct bench *b)
{
	uint64_t addr = SECURE_HOST(AT_CB);
	uint8_t *entry = b->host + AT_PQ + (b->pi & 63) * GAUDI_PQ_ENTRY_SIZE;

	memcpy(entry, &addr, 8);
	memcpy(entry + 8, &b->cb_used, 4);
	b->pi = (b->pi + 1) & 127;
	reg_set(b, GAUDI_DMA0_QM_PQ_PI_0, b->pi);
	bench_run(b);
}

unsigned int cpu_packet(struct bench *b, unsigned int opcode, uint64_t *value, uint32_t index)
{
	uint64_t full = GAUDI_HOST_BASE + HOST_BUS + AT_CPU_PKT;
	uint64_t cpu_addr = (full & ((1ull << 39) - 1)) | 1ull << 39;
	uint32_t ctl = opcode << 16, fence = 0xFFFFFFFF, len = 24;
	uint8_t *pkt = b->host + AT_CPU_PKT, *entry = b->host + AT_CPU_PQ + (b->cpu_pi & 63) * GAUDI_PQ_ENTRY_SIZE;

	memset(pkt, 0, 24);
	memcpy(pkt, value, 8);
	memcpy(pkt + 8, &ctl, 4);
	memcpy(pkt + 12, &fence, 4);
	memcpy(pkt + 16, &index, 4);
	memcpy(entry, &cpu_addr, 8);
	memcpy(entry + 8, &len, 4);
	b->cpu_pi = (b->cpu_pi + 1) & 127;
	reg_set(b, GAUDI_CPU_IF_PF_PQ_PI, b->cpu_pi);
	reg_set(b, GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR, GAUDI_CPU_ID_PI_UPDATE);
	bench_run(b);
	memcpy(&fence, pkt + 12, 4);
	assert_int_equal(fence, 0xFE8CE7A5u);
	memcpy(value, pkt, 8);
	memcpy(&ctl, pkt + 8, 4);
	return ctl >> 12 & 0xF;
}

unsigned int event_type(struct bench *b, unsigned int n)
{
	uint32_t ctl;

	memcpy(&ctl, b->host + AT_EQ + 64 * n + 4, 4);
	return ctl & 0x80000000u ? ctl >> 16 & 0xFFF : 0;
}

bool event_sent(struct bench *b, unsigned int type)
{
	for (unsigned int n = 0; n < 64; n++)
		if (event_type(b, n) == type)
			return true;
	return false;
}

struct hlm_stats stats_of(struct bench *b)
{
	struct hlm_stats stats;

	hlm_get_stats(b->m, &stats);
	return stats;
}
