// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The Goya model, driven by registers as a driver does it: bring-up, queues, translation, protection, resets. */
#include <stdlib.h>

#include <hw/goya_packets.h>
#include <hw/goya_regs.h>

#include "bench.h"

#define DBI_SELECT 0x300000u
#define MSIX_CONTROL 0x52
#define QUEUE_LOG2 6
#define DRAM_VA GOYA_VA_DRAM_BASE
#define USER_PA GOYA_DRAM_USER_BASE
#define HOST_VA GOYA_VA_HOST_BASE
#define HOST_PA(offset) (GOYA_HOST_BASE + HOST_BUS + (offset))
#define SOB(n) (GOYA_SYNC_MNGR_SOB_OBJ_0 + 4 * (n))
#define FILL_WORD 0x7777777777777777ull
#define RESET_SOFT 0x200600u /* TPC, MME, DMA */
#define RESET_HARD 0x7FFE00u

/* Bring-up, step by step. */

static uint32_t get(struct bench *b, uint32_t offset)
{
	uint32_t value = 0;

	assert_int_equal(hlm_bar_read(b->m, GOYA_BAR_SRAM_CFG, GOYA_CFG_BASE - GOYA_SRAM_BASE + offset, &value, 4), 0);
	return value;
}

static void set(struct bench *b, uint32_t offset, uint32_t value)
{
	assert_int_equal(hlm_bar_write(b->m, GOYA_BAR_SRAM_CFG, GOYA_CFG_BASE - GOYA_SRAM_BASE + offset, &value, 4), 0);
}

static void set_pair(struct bench *b, uint32_t low, uint64_t value)
{
	set(b, low, (uint32_t)value);
	set(b, low + 4, (uint32_t)(value >> 32));
}

static void iatu_set(struct bench *b, uint32_t reg, uint32_t value)
{
	elbi_set(b, GOYA_PCIE_AUX_DBI, DBI_SELECT);
	elbi_set(b, GOYA_PCIE_DBI_DEVICE_ID_VENDOR_ID_REG + reg, value);
}

static void bring_up_pci(struct bench *b)
{
	uint64_t limit = GOYA_HOST_BASE + GOYA_HOST_SIZE - 1;

	hlm_config_write(b->m, 0x04, 2, 0x0006);
	hlm_config_write(b->m, MSIX_CONTROL, 2, 0x8000);
	iatu_inbound(b, 0, GOYA_BAR_SRAM_CFG, GOYA_SRAM_BASE);
	iatu_inbound(b, 1, GOYA_BAR_DDR, 0);
	iatu_set(b, 0x08, (uint32_t)GOYA_HOST_BASE);
	iatu_set(b, 0x0C, (uint32_t)(GOYA_HOST_BASE >> 32));
	iatu_set(b, 0x10, (uint32_t)limit);
	iatu_set(b, 0x20, (uint32_t)(limit >> 32));
	iatu_set(b, 0x04, 0x80000000u);
	elbi_set(b, GOYA_PCIE_AUX_DBI, 0);
}

static void boot(struct bench *b)
{
	put_image(b, GOYA_BAR_DDR, LINUX_FIT);
	set(b, GOYA_KMD_MSG_TO_CPU, 2);
	bench_run(b);
	assert_int_equal(get(b, GOYA_CPU_BOOT_STATUS), 3);
	set(b, GOYA_KMD_MSG_TO_CPU, 0);
}

static void start_mmu(struct bench *b)
{
	for (uint32_t asid = 0; asid < 2; asid++) {
		uint64_t root = TABLES + asid * PAGE;

		set(b, GOYA_MMU_HOP0_PA43_12, (uint32_t)(root >> 12));
		set(b, GOYA_MMU_HOP0_PA49_44, (uint32_t)(root >> 44));
		set(b, GOYA_MMU_ASID_BUSY, 0x80000000u | asid);
		assert_int_equal(get(b, GOYA_MMU_ASID_BUSY) & 0x80000000u, 0);
	}
	set(b, GOYA_STLB_INV_ALL_START, 1);
	assert_int_equal(get(b, GOYA_STLB_INV_ALL_START), 0);
	set(b, GOYA_MMU_MMU_ENABLE, 1);
}

static uint32_t of_channel(unsigned int channel, uint32_t reg)
{
	return reg + channel * GOYA_DMA_STRIDE;
}

static uint32_t pq_at(unsigned int channel)
{
	return AT_PQ + channel * PAGE;
}

/* As the drivers have it: fetchers and command processor trusted, so that MSG_PROT is secure; transfers are the user's. */
static void start_queue(struct bench *b, unsigned int channel)
{
	uint64_t gic = GOYA_CFG_BASE + GOYA_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR;

	set_pair(b, of_channel(channel, GOYA_DMA_QM_0_PQ_BASE_LO), HOST_PA(pq_at(channel)));
	set(b, of_channel(channel, GOYA_DMA_QM_0_PQ_SIZE), QUEUE_LOG2);
	set(b, of_channel(channel, GOYA_DMA_QM_0_PQ_PI), 0);
	set(b, of_channel(channel, GOYA_DMA_QM_0_PQ_CI), 0);
	set_pair(b, of_channel(channel, GOYA_DMA_QM_0_CP_MSG_BASE0_ADDR_LO),
		 GOYA_CFG_BASE + GOYA_SYNC_MNGR_MON_PAY_ADDRL_0);
	set_pair(b, of_channel(channel, GOYA_DMA_QM_0_CP_MSG_BASE1_ADDR_LO), GOYA_CFG_BASE + SOB(0));
	set_pair(b, of_channel(channel, GOYA_DMA_QM_0_GLBL_ERR_ADDR_LO), gic);
	set(b, of_channel(channel, GOYA_DMA_QM_0_GLBL_ERR_WDATA), GOYA_EVENT_DMA0_QM + channel);
	set_pair(b, of_channel(channel, GOYA_DMA_CH_0_ERRMSG_ADDR_LO), gic);
	set(b, of_channel(channel, GOYA_DMA_CH_0_ERRMSG_WDATA), GOYA_EVENT_DMA0_CH + channel);
	set(b, of_channel(channel, GOYA_DMA_QM_0_GLBL_ERR_CFG), GOYA_QM_ERR_MSG_EN);
	set(b, of_channel(channel, GOYA_DMA_QM_0_GLBL_PROT), GOYA_QM_PQF | GOYA_QM_CQF | GOYA_QM_CP | GOYA_QM_PROT_ERR);
	set(b, of_channel(channel, GOYA_DMA_QM_0_GLBL_NON_SECURE_PROPS), ASID);
	set(b, of_channel(channel, GOYA_DMA_QM_0_GLBL_CFG1), 0);
	set(b, of_channel(channel, GOYA_DMA_QM_0_GLBL_CFG0), GOYA_QM_ALL);
}

static void start_cpu_queues(struct bench *b)
{
	set_pair(b, GOYA_CPU_PQ_BASE_ADDR_LOW, HOST_PA(AT_CPU_PQ));
	set_pair(b, GOYA_CPU_EQ_BASE_ADDR_LOW, HOST_PA(AT_EQ));
	set(b, GOYA_CPU_PQ_LENGTH, 64 * GOYA_PQ_ENTRY_SIZE);
	set(b, GOYA_CPU_EQ_LENGTH, 64 * 64);
	set(b, GOYA_CPU_EQ_CI, 0);
	set(b, GOYA_CPU_IF_PF_PQ_PI, 0);
	set(b, GOYA_CPU_PQ_INIT_STATUS, 1);
	set(b, GOYA_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR, GOYA_CPU_ID_PI_UPDATE);
	bench_run(b);
	assert_int_equal(get(b, GOYA_CPU_PQ_INIT_STATUS), 2);
}

/* As goya_security.c of the in-tree driver: all ranges armed, the first 512 MiB and the MMU's registers in two. */
static void protect(struct bench *b)
{
	set(b, GOYA_DMA_MACRO_LBW_RANGE_HIT_BLOCK, 0xFFFF);
	set(b, GOYA_DMA_MACRO_HBW_RANGE_HIT_BLOCK, 0xFF);
	set(b, GOYA_DMA_MACRO_HBW_RANGE_BASE_31_0_0 + 4, 0);
	set(b, GOYA_DMA_MACRO_HBW_RANGE_BASE_49_32_0 + 4, 0);
	set(b, GOYA_DMA_MACRO_HBW_RANGE_MASK_31_0_0 + 4, 0xE0000000);
	set(b, GOYA_DMA_MACRO_HBW_RANGE_MASK_49_32_0 + 4, 0x3FFFF);
	set(b, GOYA_DMA_MACRO_LBW_RANGE_BASE_0 + 4, 0x480000);
	set(b, GOYA_DMA_MACRO_LBW_RANGE_MASK_0 + 4, 0x3F80000);
	for (unsigned int router = 0; router < GOYA_NUM_MME_RTR; router++) {
		uint32_t base = GOYA_MME1_RTR + router * GOYA_RTR_STRIDE;

		set(b, base + GOYA_RTR_LBW_RANGE_HIT, 0xFFFF);
		set(b, base + GOYA_RTR_LBW_RANGE_BASE_0, 0x480000);
		set(b, base + GOYA_RTR_LBW_RANGE_MASK_0, 0x3F80000);
	}
	/* GLBL_CFG0 of channel 0's queue manager: the first bit of its block. */
	set(b, GOYA_DMA_QM_0_GLBL_CFG0 + GOYA_PROT_BITS_OFFSET, ~1u);
}

static int setup(void **state)
{
	*state = bench_new_chip("goya", 0);
	return 0;
}

static int setup_up(void **state)
{
	struct bench *b;

	setup(state);
	b = *state;
	bring_up_pci(b);
	boot(b);
	start_mmu(b);
	for (unsigned int channel = 0; channel < GOYA_NUM_DMA; channel++)
		start_queue(b, channel);
	start_cpu_queues(b);
	return 0;
}

static int setup_armed(void **state)
{
	setup_up(state);
	protect(*state);
	return 0;
}

/* What is in the command buffer goes to a channel, and is worked off. */
static void submit_to(struct bench *b, unsigned int channel)
{
	uint32_t pi = get(b, of_channel(channel, GOYA_DMA_QM_0_PQ_PI));
	uint8_t *entry = b->host + pq_at(channel) + (pi & ((1u << QUEUE_LOG2) - 1)) * GOYA_PQ_ENTRY_SIZE;
	uint64_t addr = HOST_PA(AT_CB);

	memcpy(entry + GOYA_PQE_ADDR, &addr, 8);
	memcpy(entry + GOYA_PQE_LEN, &b->cb_used, 4);
	set(b, of_channel(channel, GOYA_DMA_QM_0_PQ_PI), (pi + 1) & ((2u << QUEUE_LOG2) - 1));
	bench_run(b);
}

static void cb_dma(struct bench *b, uint64_t dst, uint64_t src, uint32_t len, uint32_t flags)
{
	cb_words(b, len, GOYA_PKT_LIN_DMA << GOYA_PKT_CTL_OPCODE_SHIFT | GOYA_LIN_DMA_WO | flags);
	cb_words(b, (uint32_t)src, (uint32_t)(src >> 32));
	cb_words(b, (uint32_t)dst, (uint32_t)(dst >> 32));
}

static uint32_t cause(struct bench *b, unsigned int channel)
{
	return get(b, of_channel(channel, GOYA_DMA_QM_0_GLBL_STS1));
}

/* The tests. */

static void it_is_a_goya_with_three_bars_and_msix(void **state)
{
	struct bench *b = *state;
	const struct hlm_desc *desc = hlm_describe(b->m);

	assert_string_equal(desc->asic, "goya");
	assert_int_equal(hlm_config_read(b->m, 0, 4), 0x00011DA3);
	assert_int_equal(desc->bar[GOYA_BAR_SRAM_CFG].size, GOYA_BAR_SRAM_CFG_SIZE);
	assert_int_equal(desc->bar[GOYA_BAR_SRAM_CFG].fd, -1);
	assert_int_equal(desc->bar[GOYA_BAR_MSIX].size, GOYA_BAR_MSIX_SIZE);
	assert_int_equal(desc->bar[GOYA_BAR_DDR].size, TEST_DRAM);
	assert_true(desc->bar[GOYA_BAR_DDR].fd >= 0);
	assert_int_equal(desc->msi_vectors, 0);
	assert_int_equal(desc->msix_vectors, GOYA_MSIX_VECTORS);
	assert_int_equal(hlm_config_read(b->m, 0x50, 1), 0x11);
	assert_int_equal(hlm_config_read(b->m, MSIX_CONTROL, 2), GOYA_MSIX_VECTORS - 1);
	assert_int_equal(hlm_config_read(b->m, 0x54, 4), GOYA_BAR_MSIX);
	assert_int_equal(hlm_config_read(b->m, 0x58, 4), HLM_MSIX_PENDING_OFFSET | GOYA_BAR_MSIX);
}

static void the_table_of_interrupts_is_stored(void **state)
{
	struct bench *b = *state;
	uint32_t word = 0xFEE00000u;

	assert_int_equal(hlm_bar_write(b->m, GOYA_BAR_MSIX, 16, &word, 4), 0);
	word = 0;
	assert_int_equal(hlm_bar_read(b->m, GOYA_BAR_MSIX, 16, &word, 4), 0);
	assert_int_equal(word, 0xFEE00000u);
	hlm_reset(b->m);
	assert_int_equal(hlm_bar_read(b->m, GOYA_BAR_MSIX, 16, &word, 4), 0);
	assert_int_equal(word, 0);
}

static void a_completion_reaches_the_host_and_interrupts(void **state)
{
	struct bench *b = *state;

	for (unsigned int channel = 0; channel < GOYA_NUM_DMA; channel++) {
		cb_begin(b);
		cb_msg(b, GOYA_PKT_MSG_PROT, HOST_PA(AT_FENCE + 4 * channel), 0xCAFE0000u + channel);
		cb_msg(b, GOYA_PKT_MSG_PROT, GOYA_CFG_BASE + GOYA_PCIE_DBI_MSIX_DOORBELL_OFF, channel);
		submit_to(b, channel);
		assert_int_equal(((uint32_t *)(b->host + AT_FENCE))[channel], 0xCAFE0000u + channel);
		assert_int_equal(b->irqs[channel], 1);
		assert_int_equal(get(b, of_channel(channel, GOYA_DMA_QM_0_GLBL_STS0)), GOYA_QM_ALL);
	}
}

static void masked_interrupts_are_not_sent(void **state)
{
	struct bench *b = *state;
	static const uint32_t control[] = { 0x0000, 0xC000 }; /* off; on and all masked */

	for (unsigned int i = 0; i < 2; i++) {
		hlm_config_write(b->m, MSIX_CONTROL, 2, control[i]);
		set(b, GOYA_PCIE_DBI_MSIX_DOORBELL_OFF, 3);
		assert_int_equal(b->irqs[3], 0);
	}
	hlm_config_write(b->m, MSIX_CONTROL, 2, 0x8000);
	set(b, GOYA_PCIE_DBI_MSIX_DOORBELL_OFF, 3);
	assert_int_equal(b->irqs[3], 1);
	set(b, GOYA_PCIE_DBI_MSIX_DOORBELL_OFF, GOYA_MSIX_VECTORS);
	assert_int_equal(stats_of(b).irqs, 1);
}

static void the_device_cpu_answers_at_a_mapped_address(void **state)
{
	struct bench *b = *state;
	uint8_t *pkt = b->host + AT_CPU_PKT, *entry = b->host + AT_CPU_PQ;
	uint64_t value = 0x1234, addr = GOYA_VA_CPU_MEM;
	uint32_t ctl = 18u << 16, len = 24, fence = 0;

	/* The kernel's page tables, asid 0: the CPU's window at host memory. */
	map_page(b, GOYA_VA_CPU_MEM, HOST_PA(AT_CPU_PKT), false);
	set(b, GOYA_CPU_IF_ARUSER_OVR, ASID);
	set(b, GOYA_CPU_IF_AWUSER_OVR, ASID);
	set(b, GOYA_CPU_IF_ARUSER_OVR_EN, 0x7FF);
	set(b, GOYA_CPU_IF_AWUSER_OVR_EN, 0x7FF);
	map_page(b, HOST_PA(AT_CPU_PQ), HOST_PA(AT_CPU_PQ), false);
	memset(pkt, 0, 24);
	memcpy(pkt, &value, 8);
	memcpy(pkt + 8, &ctl, 4);
	memcpy(entry, &addr, 8);
	memcpy(entry + 8, &len, 4);
	set(b, GOYA_CPU_IF_PF_PQ_PI, 1);
	set(b, GOYA_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR, GOYA_CPU_ID_PI_UPDATE);
	bench_run(b);
	memcpy(&fence, pkt + 12, 4);
	assert_int_equal(fence, 0xFE8CE7A5u);
}

static void device_memory_is_virtual(void **state)
{
	struct bench *b = *state;
	const uint64_t large = 1ull << 21;
	char text[] = "two pages that lie apart, one after the other", back[sizeof(text)] = "";
	uint64_t at = large - 8;

	map_page(b, DRAM_VA, USER_PA + 4 * large, true);
	map_page(b, DRAM_VA + large, USER_PA, true);
	map_page(b, HOST_VA, HOST_PA(AT_DATA), false);
	memcpy(b->host + AT_DATA, text, sizeof(text));
	cb_begin(b);
	cb_dma(b, DRAM_VA + at, HOST_VA, sizeof(text), 0);
	submit_to(b, 1);
	assert_int_equal(cause(b, 1), 0);
	dram_read(b, USER_PA + 4 * large + at, back, 8);
	dram_read(b, USER_PA, back + 8, sizeof(text) - 8);
	assert_string_equal(back, text);
	assert_int_equal(stats_of(b).page_faults, 0);
}

static void what_is_not_mapped_faults_and_the_channel_tells(void **state)
{
	struct bench *b = *state;

	map_page(b, DRAM_VA, USER_PA, true);
	cb_begin(b);
	cb_dma(b, DRAM_VA, HOST_VA + 0x5000, 64, 0);
	submit_to(b, 2);
	assert_int_equal(cause(b, 2), GOYA_QM_STS1_DMA_RD_ERR);
	assert_int_equal(stats_of(b).page_faults, 1);
	assert_int_equal(get(b, GOYA_MMU_PAGE_ERROR_CAPTURE),
			 GOYA_MMU_CAPTURE_VALID | (uint32_t)((HOST_VA + 0x5000) >> 32));
	assert_int_equal(get(b, GOYA_MMU_PAGE_ERROR_CAPTURE_VA), (uint32_t)(HOST_VA + 0x5000));
	assert_true(event_sent(b, GOYA_EVENT_DMA0_CH + 2));
	assert_int_equal(b->irqs[GOYA_MSIX_EVENT_QUEUE], 1);
}

static void sram_is_not_translated(void **state)
{
	struct bench *b = *state;
	uint64_t word = 0;

	cb_begin(b);
	cb_dma(b, GOYA_SRAM_BASE + 0x10000, FILL_WORD, 4096, GOYA_LIN_DMA_MEMSET);
	submit_to(b, 0);
	assert_int_equal(cause(b, 0), 0);
	assert_int_equal(hlm_bar_read(b->m, GOYA_BAR_SRAM_CFG, 0x10000 + 4088, &word, 8), 0);
	assert_int_equal(word, FILL_WORD);
}

static void a_secure_fill_goes_past_translation_and_ranges(void **state)
{
	struct bench *b = *state;
	uint64_t word = 0;

	set(b, GOYA_DMA_QM_0_GLBL_PROT, GOYA_QM_ALL | GOYA_QM_PROT_ERR);
	cb_begin(b);
	cb_dma(b, TABLES + 0x100000, FILL_WORD, 4096, GOYA_LIN_DMA_MEMSET);
	submit_to(b, 0);
	assert_int_equal(cause(b, 0), 0);
	dram_read(b, TABLES + 0x100000, &word, 8);
	assert_int_equal(word, FILL_WORD);
}

static void a_translation_is_kept_until_it_is_invalidated(void **state)
{
	struct bench *b = *state;
	const uint64_t large = 1ull << 21;
	uint64_t word = 0;

	for (unsigned int round = 0; round < 2; round++) {
		map_page(b, DRAM_VA, USER_PA + round * large, true);
		cb_begin(b);
		cb_dma(b, DRAM_VA, FILL_WORD + round, 8, GOYA_LIN_DMA_MEMSET);
		submit_to(b, 0);
	}
	dram_read(b, USER_PA, &word, 8);
	assert_int_equal(word, FILL_WORD + 1);
	set(b, GOYA_STLB_INV_ALL_START, 1);
	assert_int_equal(get(b, GOYA_STLB_INV_ALL_START), 0);
	submit_to(b, 0);
	dram_read(b, USER_PA + large, &word, 8);
	assert_int_equal(word, FILL_WORD + 1);
}

static void the_window_into_memory_moves(void **state)
{
	struct bench *b = *state;
	uint32_t word = 0xABCD, back = 0;

	dram_write(b, USER_PA, &word, 4);
	iatu_inbound(b, 1, GOYA_BAR_DDR, USER_PA);
	dram_read(b, 0, &back, 4);
	assert_int_equal(back, word);
	assert_int_equal(hlm_describe(b->m)->bar[GOYA_BAR_DDR].fd_offset, USER_PA);
}

static void a_monitor_wakes_a_queue_that_waits_at_a_fence(void **state)
{
	struct bench *b = *state;
	uint64_t fence = GOYA_CFG_BASE + of_channel(3, GOYA_DMA_QM_0_CP_FENCE0_RDATA);
	uint32_t base = GOYA_SYNC_MNGR_MON_PAY_ADDRL_0;

	cb_begin(b);
	cb_msg_short(b, 0, GOYA_SYNC_MNGR_MON_PAY_ADDRL_0 + 4 * 7 - base, (uint32_t)fence);
	cb_msg_short(b, 0, GOYA_SYNC_MNGR_MON_PAY_ADDRH_0 + 4 * 7 - base, (uint32_t)(fence >> 32));
	cb_msg_short(b, 0, GOYA_SYNC_MNGR_MON_PAY_DATA_0 + 4 * 7 - base, 1);
	cb_msg_short(b, 0, GOYA_SYNC_MNGR_MON_ARM_0 + 4 * 7 - base, 2u << GOYA_MON_VALUE_SHIFT | 1001);
	cb_words(b, 1u << GOYA_FENCE_TARGET_SHIFT | 1, GOYA_PKT_FENCE << GOYA_PKT_CTL_OPCODE_SHIFT);
	cb_msg(b, GOYA_PKT_MSG_LONG, GOYA_CFG_BASE + SOB(5), 77);
	submit_to(b, 3);
	assert_int_equal(get(b, SOB(5)), 0);
	assert_true(get(b, of_channel(3, GOYA_DMA_QM_0_CP_STS)) & GOYA_QM_CP_STS_FENCE_IN_PROGRESS);
	set(b, SOB(1001), GOYA_SOB_MOD_ADD | 1);
	bench_run(b);
	assert_int_equal(get(b, SOB(5)), 0);
	set(b, SOB(1001), GOYA_SOB_MOD_ADD | 1);
	bench_run(b);
	assert_int_equal(get(b, SOB(5)), 77);
	assert_int_equal(get(b, of_channel(3, GOYA_DMA_QM_0_CP_FENCE0_CNT)), 0);
}

static void a_transfer_reports_its_end_to_a_sync_object(void **state)
{
	struct bench *b = *state;

	map_page(b, DRAM_VA, USER_PA, true);
	set_pair(b, of_channel(4, GOYA_DMA_CH_0_WR_COMP_ADDR_LO), GOYA_CFG_BASE + GOYA_SYNC_MNGR_SOB_OBJ_1000);
	set(b, of_channel(4, GOYA_DMA_CH_0_WR_COMP_WDATA), 0x80000001u);
	cb_begin(b);
	/* Users may turn the report elsewhere, by the one register that is theirs. */
	cb_words(b, (uint32_t)(GOYA_CFG_BASE + GOYA_SYNC_MNGR_SOB_OBJ_1007),
		 GOYA_PKT_WREG32 << GOYA_PKT_CTL_OPCODE_SHIFT | GOYA_WREG32_WR_COMP_ADDR_LO);
	cb_dma(b, DRAM_VA, DRAM_VA + 0x1000, 0x1000, GOYA_LIN_DMA_WRCOMP);
	submit_to(b, 4);
	assert_int_equal(get(b, GOYA_SYNC_MNGR_SOB_OBJ_1000), 0);
	assert_int_equal(get(b, GOYA_SYNC_MNGR_SOB_OBJ_1007), 1);
}

static void a_user_cannot_reach_page_tables_nor_the_mmu(void **state)
{
	struct bench *b = *state;
	uint64_t word = 0;

	/* Even where a table says so: the ranges are before translation. */
	map_page(b, TABLES & ~((1ull << 21) - 1), USER_PA, true);
	cb_begin(b);
	cb_dma(b, TABLES, FILL_WORD, 8, GOYA_LIN_DMA_MEMSET);
	cb_msg(b, GOYA_PKT_MSG_LONG, GOYA_CFG_BASE + GOYA_MMU_MMU_ENABLE, 0);
	submit_to(b, 1);
	dram_read(b, TABLES & ((1ull << 21) - 1), &word, 8);
	assert_int_not_equal(word, FILL_WORD);
	assert_int_equal(get(b, GOYA_MMU_MMU_ENABLE), 1);
	assert_int_equal(cause(b, 1), GOYA_QM_STS1_DMA_WR_ERR | GOYA_QM_STS1_CP_MSG_WR_ERR);
	assert_int_equal(get(b, GOYA_DMA_MACRO_RAZWI_HBW_WT_VLD), 1);
	assert_int_equal(get(b, GOYA_DMA_MACRO_RAZWI_LBW_WT_VLD), 1);
	assert_int_equal(stats_of(b).razwi, 2);
	assert_true(event_sent(b, GOYA_EVENT_DMA0_CH + 1));
	assert_true(event_sent(b, GOYA_EVENT_DMA0_QM + 1));
}

static void a_clear_protection_bit_keeps_users_out(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_msg(b, GOYA_PKT_MSG_LONG, GOYA_CFG_BASE + GOYA_DMA_QM_0_GLBL_CFG0, 0);
	cb_msg(b, GOYA_PKT_MSG_LONG, GOYA_CFG_BASE + GOYA_DMA_QM_0_GLBL_ERR_WDATA, 5);
	submit_to(b, 1);
	assert_int_equal(get(b, GOYA_DMA_QM_0_GLBL_CFG0), GOYA_QM_ALL);
	assert_int_equal(get(b, GOYA_DMA_QM_0_GLBL_ERR_WDATA), 5);
}

static void a_monitor_is_no_way_around(void **state)
{
	struct bench *b = *state;

	set_pair(b, GOYA_SYNC_MNGR_MON_PAY_ADDRL_0, 0);
	set(b, GOYA_SYNC_MNGR_MON_PAY_ADDRL_0, (uint32_t)(GOYA_CFG_BASE + GOYA_MMU_MMU_ENABLE));
	set(b, GOYA_SYNC_MNGR_MON_PAY_ADDRH_0, (uint32_t)(GOYA_CFG_BASE >> 32));
	set(b, GOYA_SYNC_MNGR_MON_PAY_DATA_0, 0);
	set(b, GOYA_SYNC_MNGR_MON_ARM_0, 1u << GOYA_MON_VALUE_SHIFT | 20);
	cb_begin(b);
	cb_msg_short(b, 1, 4 * 20, 1);
	submit_to(b, 1);
	assert_int_equal(get(b, SOB(20)), 1);
	assert_int_equal(get(b, GOYA_MMU_MMU_ENABLE), 1);
	assert_int_equal(stats_of(b).razwi, 1);
}

static void a_transfer_of_nothing_hangs_the_channel(void **state)
{
	struct bench *b = *state;

	map_page(b, DRAM_VA, USER_PA, true);
	cb_begin(b);
	cb_dma(b, DRAM_VA, DRAM_VA, 0, 0);
	cb_msg(b, GOYA_PKT_MSG_PROT, HOST_PA(AT_FENCE), 1);
	submit_to(b, 1);
	assert_int_equal(*(uint32_t *)(b->host + AT_FENCE), 0);
	assert_true(get(b, of_channel(1, GOYA_DMA_CH_0_STS0)) & GOYA_DMA_CH_STS0_BUSY);
	set(b, GOYA_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG, RESET_SOFT);
	assert_int_equal(get(b, of_channel(1, GOYA_DMA_CH_0_STS0)), 0);
}

static void a_soft_reset_leaves_all_but_the_engines(void **state)
{
	struct bench *b = *state;

	set(b, SOB(3), 9);
	set(b, GOYA_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG, RESET_SOFT);
	bench_run(b);
	assert_int_equal(get(b, GOYA_PSOC_GLOBAL_CONF_BTM_FSM) & 0xF, 0);
	assert_int_equal(get(b, GOYA_DMA_QM_0_GLBL_CFG0), 0);
	assert_int_equal(get(b, SOB(3)), 9);
	assert_int_equal(get(b, GOYA_MMU_MMU_ENABLE), 1);
	assert_int_equal(get(b, GOYA_CPU_BOOT_STATUS), 3);
	start_queue(b, 0);
	cb_begin(b);
	cb_msg(b, GOYA_PKT_MSG_PROT, HOST_PA(AT_FENCE), 0x51);
	submit_to(b, 0);
	assert_int_equal(*(uint32_t *)(b->host + AT_FENCE), 0x51);
}

static void a_hard_reset_begins_anew(void **state)
{
	struct bench *b = *state;

	set(b, GOYA_HW_STATE, 1);
	set(b, GOYA_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG, RESET_HARD);
	bench_run(b);
	assert_int_equal(get(b, GOYA_HW_STATE), 0);
	assert_int_equal(get(b, GOYA_CPU_BOOT_STATUS), 15);
	assert_int_equal(get(b, GOYA_MMU_MMU_ENABLE), 0);
	boot(b);
}

static void random_packets_do_no_harm(void **state)
{
	struct bench *b = *state;

	srand(7);
	for (unsigned int round = 0; round < 3000; round++) {
		cb_begin(b);
		for (unsigned int i = 0; i < 8; i++)
			cb_words(b, (uint32_t)rand(), (uint32_t)rand() ^ (uint32_t)rand() << 16);
		submit_to(b, round % GOYA_NUM_DMA);
		if (round % 50 == 49) {
			set(b, GOYA_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG, RESET_SOFT);
			bench_run(b);
			for (unsigned int channel = 0; channel < GOYA_NUM_DMA; channel++)
				start_queue(b, channel);
		}
	}
	assert_int_equal(get(b, GOYA_MMU_MMU_ENABLE), 1);
	assert_true(stats_of(b).packets > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_a_goya_with_three_bars_and_msix, setup, bench_teardown),
		cmocka_unit_test_setup_teardown(the_table_of_interrupts_is_stored, setup, bench_teardown),
		cmocka_unit_test_setup_teardown(a_completion_reaches_the_host_and_interrupts, setup_up, bench_teardown),
		cmocka_unit_test_setup_teardown(masked_interrupts_are_not_sent, setup_up, bench_teardown),
		cmocka_unit_test_setup_teardown(the_device_cpu_answers_at_a_mapped_address, setup_up, bench_teardown),
		cmocka_unit_test_setup_teardown(device_memory_is_virtual, setup_armed, bench_teardown),
		cmocka_unit_test_setup_teardown(what_is_not_mapped_faults_and_the_channel_tells, setup_armed,
						bench_teardown),
		cmocka_unit_test_setup_teardown(sram_is_not_translated, setup_armed, bench_teardown),
		cmocka_unit_test_setup_teardown(a_secure_fill_goes_past_translation_and_ranges, setup_armed,
						bench_teardown),
		cmocka_unit_test_setup_teardown(a_translation_is_kept_until_it_is_invalidated, setup_up,
						bench_teardown),
		cmocka_unit_test_setup_teardown(the_window_into_memory_moves, setup_up, bench_teardown),
		cmocka_unit_test_setup_teardown(a_monitor_wakes_a_queue_that_waits_at_a_fence, setup_armed,
						bench_teardown),
		cmocka_unit_test_setup_teardown(a_transfer_reports_its_end_to_a_sync_object, setup_armed,
						bench_teardown),
		cmocka_unit_test_setup_teardown(a_user_cannot_reach_page_tables_nor_the_mmu, setup_armed,
						bench_teardown),
		cmocka_unit_test_setup_teardown(a_clear_protection_bit_keeps_users_out, setup_armed, bench_teardown),
		cmocka_unit_test_setup_teardown(a_monitor_is_no_way_around, setup_armed, bench_teardown),
		cmocka_unit_test_setup_teardown(a_transfer_of_nothing_hangs_the_channel, setup_armed, bench_teardown),
		cmocka_unit_test_setup_teardown(a_soft_reset_leaves_all_but_the_engines, setup_armed, bench_teardown),
		cmocka_unit_test_setup_teardown(a_hard_reset_begins_anew, setup_armed, bench_teardown),
		cmocka_unit_test_setup_teardown(random_packets_do_no_harm, setup_armed, bench_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
