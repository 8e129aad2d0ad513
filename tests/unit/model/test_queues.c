// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Queues, packets, synchronisation, DMA and translation, when all goes well. */
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "bench.h"

#define SOB(n) (GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0 + 4 * (n))
#define MONITORS_BASE 2 /* message base of the W_S monitors */
#define SOBS_BASE 3
#define MON_ADDRL 0x0000
#define MON_ADDRH 0x0800
#define MON_DATA 0x1000
#define MON_ARM 0x1800

static void map_data(struct bench *b, uint64_t bytes)
{
	for (uint64_t at = 0; at < bytes; at += PAGE)
		map_page(b, USER_VA + at, SECURE_HOST(AT_DATA + at), false);
}

static void fill_random(uint8_t *buf, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf[i] = (uint8_t)rand();
}

static void a_message_sets_a_sync_object(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_msg(b, GAUDI_PKT_MSG_LONG, GAUDI_CFG_BASE + SOB(100), 5);
	cb_msg_short(b, SOBS_BASE, 4 * 100, GAUDI_SOB_MOD_ADD | 3);
	submit(b);
	assert_int_equal(reg_get(b, SOB(100)), 8);
	assert_int_equal(reg_get(b, GAUDI_DMA0_QM_PQ_CI_0), 1);
	assert_int_equal(reg_get(b, GAUDI_DMA0_QM_GLBL_STS0) & 0x3FFF, 0x3FFF);
	assert_int_equal(stats_of(b).doorbells, 2); /* the first one by bring-up */
}

static void a_protected_message_reaches_the_host_and_interrupts(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_msg(b, GAUDI_PKT_MSG_PROT, SECURE_HOST(AT_FENCE), 0xCAFE);
	cb_msg(b, GAUDI_PKT_MSG_PROT, GAUDI_CFG_BASE + GAUDI_PCIE_MSI_INTR_0 + 4 * 2, 1);
	submit(b);
	assert_int_equal(*(uint32_t *)(b->host + AT_FENCE), 0xCAFE);
	assert_int_equal(b->irqs[2], 1);
}

static void an_interrupt_at_the_end_finds_the_queue_idle(void **state)
{
	struct bench *b = *state;

	b->look_at = GAUDI_DMA0_QM_GLBL_STS0;
	cb_begin(b);
	cb_msg(b, GAUDI_PKT_MSG_PROT, GAUDI_CFG_BASE + GAUDI_PCIE_MSI_INTR_0 + 4 * 2, 1);
	cb_words(b, 0, GAUDI_PKT_NOP << GAUDI_PKT_CTL_OPCODE_SHIFT);
	submit(b);
	assert_int_not_equal(b->seen & 0x3FFF, 0x3FFF); /* a packet is still to come */
	cb_begin(b);
	cb_msg(b, GAUDI_PKT_MSG_PROT, GAUDI_CFG_BASE + GAUDI_PCIE_MSI_INTR_0 + 4 * 2, 1);
	submit(b);
	assert_int_equal(b->seen & 0x3FFF, 0x3FFF);
}

static void a_queue_wraps_around_many_times(void **state)
{
	struct bench *b = *state;

	for (unsigned int i = 0; i < 300; i++) {
		cb_begin(b);
		cb_words(b, 0, GAUDI_PKT_NOP << GAUDI_PKT_CTL_OPCODE_SHIFT);
		cb_msg_short(b, SOBS_BASE, 0, GAUDI_SOB_MOD_ADD | 1);
		submit(b);
	}
	assert_int_equal(reg_get(b, SOB(0)), 300);
}

static void copies_go_both_ways_through_page_tables(void **state)
{
	struct bench *b = *state;
	uint64_t bytes = 3 * PAGE + 100;
	uint8_t *data = b->host + AT_DATA;

	fill_random(data, bytes + 8);
	map_data(b, 16 * PAGE);
	cb_begin(b);
	cb_lin_dma(b, USER_DRAM + 3, USER_VA + 8, (uint32_t)bytes, false);
	cb_lin_dma(b, USER_VA + 8 * PAGE + 1, USER_DRAM + 3, (uint32_t)bytes, false);
	submit(b);
	assert_memory_equal(data + 8 * PAGE + 1, data + 8, bytes);
	assert_int_equal(stats_of(b).lin_dma, 2);
	assert_int_equal(stats_of(b).dma_bytes, 2 * bytes);
	assert_true(b->pte_lines >= 5);
}

static void pages_may_lie_anywhere(void **state)
{
	struct bench *b = *state;
	uint8_t *data = b->host + AT_DATA;

	for (unsigned int i = 0; i < 8; i++) {
		memset(data + i * PAGE, (int)i, PAGE);
		map_page(b, USER_VA + (7 - i) * PAGE, SECURE_HOST(AT_DATA + i * PAGE), false);
	}
	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, USER_VA, 8 * PAGE, false);
	submit(b);
	for (unsigned int i = 0; i < 8; i++) {
		uint8_t byte;

		dram_read(b, USER_DRAM + i * PAGE + 17, &byte, 1);
		assert_int_equal(byte, 7 - i);
	}
}

static void large_pages_end_the_walk_one_level_earlier(void **state)
{
	struct bench *b = *state;
	uint8_t *data = b->host + AT_DATA, back[64];

	fill_random(data, 4 << 20);
	map_page(b, USER_VA, SECURE_HOST(AT_DATA), true);
	map_page(b, USER_VA + (2 << 20), SECURE_HOST(AT_DATA + (2 << 20)), true);
	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, USER_VA, 4 << 20, false);
	submit(b);
	dram_read(b, USER_DRAM + (3 << 20), back, sizeof(back));
	assert_memory_equal(back, data + (3 << 20), sizeof(back));
	/* Two walks, but for those that were traced while looking ahead. */
	assert_true(stats_of(b).pte_reads <= 12);
}

static void a_fill_repeats_its_pattern(void **state)
{
	struct bench *b = *state;
	uint64_t pattern = 0x0123456789ABCDEF, words[2];

	map_data(b, 4 * PAGE);
	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, pattern, 1 << 20, true);
	cb_lin_dma(b, USER_VA, pattern, 3 * PAGE, true);
	submit(b);
	dram_read(b, USER_DRAM + (1 << 20) - 8, words, 16);
	assert_true(words[0] == pattern);
	assert_true(words[1] == 0);
	memcpy(words, b->host + AT_DATA + 3 * PAGE - 8, 16);
	assert_true(words[0] == pattern);
	assert_true(words[1] == 0);
}

static void a_large_zero_fill_gives_memory_back(void **state)
{
	struct bench *b = *state;
	uint8_t zero[64] = { 0 }, got[64];
	struct stat before, after;

	cb_begin(b);
	cb_lin_dma(b, USER_DRAM - PAGE, ~0ull, (64 << 20) + 2 * PAGE, true);
	submit(b);
	fstat(hlm_describe(b->m)->dram_fd, &before);
	cb_begin(b);
	cb_lin_dma(b, USER_DRAM + 100, 0, (64 << 20) - 200, true);
	submit(b);
	fstat(hlm_describe(b->m)->dram_fd, &after);
	assert_true(after.st_blocks * 512 + (56 << 20) < before.st_blocks * 512);
	dram_read(b, USER_DRAM + 100, got, sizeof(got));
	assert_memory_equal(got, zero, sizeof(got));
	dram_read(b, USER_DRAM + (64 << 20) - 164, got, sizeof(got));
	assert_memory_equal(got, zero, sizeof(got));
	dram_read(b, USER_DRAM + 36, got, sizeof(got));
	assert_int_equal(got[63], 0xFF);
	dram_read(b, USER_DRAM + (64 << 20) - 100, got, sizeof(got));
	assert_int_equal(got[0], 0xFF);
}

static void fence_on(struct bench *b, unsigned int monitor, unsigned int group, uint32_t target)
{
	uint64_t fence = GAUDI_CFG_BASE + GAUDI_DMA0_QM_CP_FENCE2_RDATA_0;

	cb_msg_short(b, MONITORS_BASE, MON_ADDRL + 4 * monitor, (uint32_t)fence);
	cb_msg_short(b, MONITORS_BASE, MON_ADDRH + 4 * monitor, (uint32_t)(fence >> 32));
	cb_msg_short(b, MONITORS_BASE, MON_DATA + 4 * monitor, 1);
	cb_msg_short(b, MONITORS_BASE, MON_ARM + 4 * monitor, group | 0xFE << 8 | target << 17);
	cb_words(b, 1 | 1 << 16 | 2u << 30, GAUDI_PKT_FENCE << GAUDI_PKT_CTL_OPCODE_SHIFT);
}

static void a_fence_parks_the_stream_until_its_monitor_fires(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	fence_on(b, 7, 20, 2);
	cb_msg(b, GAUDI_PKT_MSG_PROT, SECURE_HOST(AT_FENCE), 0x77);
	submit(b);
	assert_int_equal(*(uint32_t *)(b->host + AT_FENCE), 0);
	assert_int_equal(reg_get(b, GAUDI_DMA0_QM_CP_STS_0) & 0x700000, 0x600000);
	assert_int_not_equal(reg_get(b, GAUDI_DMA0_QM_GLBL_STS0) & 0x3FFF, 0x3FFF);
	reg_set(b, SOB(160), 1);
	bench_run(b);
	assert_int_equal(*(uint32_t *)(b->host + AT_FENCE), 0);
	reg_set(b, SOB(160), GAUDI_SOB_MOD_ADD | 1);
	bench_run(b);
	assert_int_equal(*(uint32_t *)(b->host + AT_FENCE), 0x77);
	assert_int_equal(reg_get(b, GAUDI_DMA0_QM_CP_FENCE2_CNT_0), 0);
}

static void a_stopped_processor_waits_and_goes_on(void **state)
{
	struct bench *b = *state;

	reg_set(b, GAUDI_DMA0_QM_GLBL_CFG1, 0xF << 9);
	cb_begin(b);
	cb_msg_short(b, SOBS_BASE, 0, 9);
	submit(b);
	assert_int_equal(reg_get(b, SOB(0)), 0);
	reg_set(b, GAUDI_DMA0_QM_GLBL_CFG1, 0);
	bench_run(b);
	assert_int_equal(reg_get(b, SOB(0)), 9);
}

static void bulk_writes_set_registers_in_a_row(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_words(b, 2, GAUDI_PKT_WREG_BULK << GAUDI_PKT_CTL_OPCODE_SHIFT | OWN_REG(GAUDI_DMA0_CORE_SRC_BASE_LO));
	cb_words(b, 0x11, 0x22);
	cb_words(b, 0x33, 0x44);
	submit(b);
	assert_int_equal(reg_get(b, GAUDI_DMA0_CORE_SRC_BASE_LO), 0x11);
	assert_int_equal(reg_get(b, GAUDI_DMA0_CORE_DST_BASE_HI), 0x44);
}

static void a_core_started_by_registers_reports_idle_when_done(void **state)
{
	struct bench *b = *state;
	uint32_t word;

	reg_set(b, GAUDI_DMA0_CORE_SRC_BASE_LO, 0x5A5A5A5A);
	reg_set(b, GAUDI_DMA0_CORE_SRC_BASE_HI, 0x5A5A5A5A);
	reg_set(b, GAUDI_DMA0_CORE_DST_BASE_LO, (uint32_t)USER_DRAM);
	reg_set(b, GAUDI_DMA0_CORE_DST_BASE_HI, 0);
	reg_set(b, GAUDI_DMA0_CORE_DST_TSIZE_0, 4096);
	reg_set(b, GAUDI_DMA0_CORE_COMMIT, GAUDI_DMA_CORE_COMMIT_LIN | GAUDI_DMA_CORE_COMMIT_MEMSET);
	assert_true(reg_get(b, GAUDI_DMA0_CORE_STS0) & GAUDI_DMA_CORE_STS0_BUSY);
	bench_run(b);
	assert_false(reg_get(b, GAUDI_DMA0_CORE_STS0) & GAUDI_DMA_CORE_STS0_BUSY);
	dram_read(b, USER_DRAM + 4092, &word, 4);
	assert_int_equal(word, 0x5A5A5A5A);
}

static void a_stale_translation_is_used_until_invalidated(void **state)
{
	struct bench *b = *state;
	uint8_t byte;

	b->host[AT_DATA] = 1;
	b->host[AT_DATA + PAGE] = 2;
	map_page(b, USER_VA, SECURE_HOST(AT_DATA), false);
	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, USER_VA, 64, false);
	submit(b);
	map_page(b, USER_VA, SECURE_HOST(AT_DATA + PAGE), false);
	submit(b);
	dram_read(b, USER_DRAM, &byte, 1);
	assert_int_equal(byte, 1);
	tlb_invalidate(b);
	submit(b);
	dram_read(b, USER_DRAM, &byte, 1);
	assert_int_equal(byte, 2);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void bulk_copies_run_at_memory_speed(void **state)
{
	struct bench *b = *state;
	uint32_t bytes = 64 << 20;
	double start;

	map_data(b, bytes);
	fill_random(b->host + AT_DATA, 4096);
	b->host[AT_DATA + bytes - 1] = 0x42;
	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, USER_VA, bytes, false);
	for (unsigned int round = 0; round < 2; round++) { /* the second does not fault memory in */
		uint8_t last;

		start = seconds();
		submit(b);
		print_message("64 MiB host to HBM: %.0f MiB/s\n", 64 / (seconds() - start));
		dram_read(b, USER_DRAM + bytes - 1, &last, 1);
		assert_int_equal(last, 0x42);
	}
}

#define UP(test) cmocka_unit_test_setup_teardown(test, bench_setup_up, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UP(a_message_sets_a_sync_object),
		UP(a_protected_message_reaches_the_host_and_interrupts),
		UP(an_interrupt_at_the_end_finds_the_queue_idle),
		UP(a_queue_wraps_around_many_times),
		UP(copies_go_both_ways_through_page_tables),
		UP(pages_may_lie_anywhere),
		UP(large_pages_end_the_walk_one_level_earlier),
		UP(a_fill_repeats_its_pattern),
		UP(a_large_zero_fill_gives_memory_back),
		UP(a_fence_parks_the_stream_until_its_monitor_fires),
		UP(a_stopped_processor_waits_and_goes_on),
		UP(bulk_writes_set_registers_in_a_row),
		UP(a_core_started_by_registers_reports_idle_when_done),
		UP(a_stale_translation_is_used_until_invalidated),
		UP(bulk_copies_run_at_memory_speed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
