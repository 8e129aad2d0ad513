// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What the chip does when something is wrong, forbidden, or broken on purpose. */
#include <errno.h>

#include "bench.h"

#define SOB0 GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0

/* A message that shows whether the stream went on behind the packet under test. */
static void cb_marker(struct bench *b)
{
	cb_msg(b, GAUDI_PKT_MSG_PROT, SECURE_HOST(AT_FENCE), 0x600D);
}

static bool marker_seen(struct bench *b)
{
	return *(uint32_t *)(b->host + AT_FENCE) == 0x600D;
}

static void a_missing_page_faults_and_is_captured(void **state)
{
	struct bench *b = *state;
	uint64_t va = USER_VA + 5 * PAGE;

	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, va, 256, false);
	cb_marker(b);
	submit(b);
	assert_int_equal(reg_get(b, GAUDI_MMU_UP_PAGE_ERROR_CAPTURE), GAUDI_MMU_CAPTURE_VALID | (uint32_t)(va >> 32));
	assert_int_equal(reg_get(b, GAUDI_MMU_UP_PAGE_ERROR_CAPTURE_VA), (uint32_t)va);
	assert_int_equal(reg_get(b, GAUDI_DMA0_CORE_ERR_CAUSE), GAUDI_DMA_CORE_ERR_HBW_RD);
	assert_true(event_sent(b, GAUDI_EVENT_MMU_PAGE_FAULT));
	assert_true(event_sent(b, GAUDI_EVENT_DMA0_CORE));
	assert_int_equal(b->irqs[8], 2);
	assert_int_equal(stats_of(b).page_faults, 1);
	assert_true(marker_seen(b));
	reg_set(b, GAUDI_DMA0_CORE_ERR_CAUSE, GAUDI_DMA_CORE_ERR_HBW_RD);
	assert_int_equal(reg_get(b, GAUDI_DMA0_CORE_ERR_CAUSE), 0);
}

static void clearing_one_entry_fails_the_copy(void **state)
{
	struct bench *b = *state;

	for (unsigned int i = 0; i < 4; i++)
		map_page(b, USER_VA + i * PAGE, SECURE_HOST(AT_DATA + i * PAGE), false);
	map_page(b, USER_VA + 2 * PAGE, 0, false);
	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, USER_VA, 4 * PAGE, false);
	submit(b);
	assert_int_equal(stats_of(b).page_faults, 1);
	assert_int_equal(reg_get(b, GAUDI_MMU_UP_PAGE_ERROR_CAPTURE_VA), (uint32_t)(USER_VA + 2 * PAGE));
}

static void an_event_stays_masked_until_unmasked(void **state)
{
	struct bench *b = *state;
	uint64_t type = GAUDI_EVENT_MMU_PAGE_FAULT;

	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, USER_VA, 8, false);
	submit(b);
	submit(b);
	assert_int_equal(event_type(b, 2), 0);
	assert_int_equal(cpu_packet(b, 16, &type, 0), 0);
	assert_int_equal(event_type(b, 2), GAUDI_EVENT_MMU_PAGE_FAULT);
}

static void nothing_is_protected_before_software_says_so(void **state)
{
	struct bench *b = *state;
	uint64_t value;

	cb_begin(b);
	cb_lin_dma(b, TABLES + 0x100000, 0x55, 8, true);
	cb_msg(b, GAUDI_PKT_MSG_LONG, GAUDI_CFG_BASE + GAUDI_MMU_UP_SPI_MASK, 0xF);
	submit(b);
	dram_read(b, TABLES + 0x100000, &value, 8);
	assert_int_equal(value, 0x55);
	assert_int_equal(reg_get(b, GAUDI_MMU_UP_SPI_MASK), 0xF);
	assert_int_equal(stats_of(b).razwi, 0);
}

static void assert_razwi(struct bench *b, bool write)
{
	assert_int_equal(reg_get(b, write ? GAUDI_MMU_UP_RAZWI_WRITE_VLD : GAUDI_MMU_UP_RAZWI_READ_VLD), 1);
	/* DMA 0 sits at x 0, y 1. */
	assert_int_equal(reg_get(b, write ? GAUDI_MMU_UP_RAZWI_WRITE_ID : GAUDI_MMU_UP_RAZWI_READ_ID) >> 24, 0x10);
	assert_true(event_sent(b, GAUDI_EVENT_RAZWI_OR_ADC));
	assert_true(stats_of(b).razwi > 0);
}

static void a_copy_into_page_tables_does_not_happen(void **state)
{
	struct bench *b = *state;
	uint64_t before = 0x1234, after;

	dram_write(b, TABLES + 0x100000, &before, 8);
	cb_begin(b);
	cb_lin_dma(b, TABLES + 0x100000, 0x55, 8, true);
	cb_marker(b);
	submit(b);
	dram_read(b, TABLES + 0x100000, &after, 8);
	assert_int_equal(after, before);
	assert_razwi(b, true);
	assert_int_equal(reg_get(b, GAUDI_DMA0_CORE_ERR_CAUSE), GAUDI_DMA_CORE_ERR_HBW_WR);
	assert_true(event_sent(b, GAUDI_EVENT_DMA0_CORE));
	assert_true(marker_seen(b));
}

static void a_copy_that_begins_below_does_not_reach_protected_memory(void **state)
{
	struct bench *b = *state;
	uint64_t value;

	cb_begin(b);
	cb_lin_dma(b, USER_DRAM - 8, 0x77, 4096, true);
	submit(b);
	dram_read(b, USER_DRAM - 8, &value, 8);
	assert_int_equal(value, 0);
	assert_razwi(b, true);
}

static void what_only_one_channel_guards_is_not_guarded(void **state)
{
	struct bench *b = *state;

	reg_set(b, GAUDI_DMA_IF_W_S + GAUDI_DMA_IF_DOWN_CH1 + GAUDI_RANGE_SEC_HIT_AW, 0);
	cb_begin(b);
	cb_lin_dma(b, TABLES + 0x100000, 0x55, 8, true);
	submit(b);
	assert_int_equal(stats_of(b).razwi, 0);
}

static void page_tables_cannot_be_read_either(void **state)
{
	struct bench *b = *state;
	uint64_t value;

	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, TABLES, 4096, false);
	submit(b);
	dram_read(b, USER_DRAM, &value, 8);
	assert_int_equal(value, 0);
	assert_razwi(b, false);
}

static void a_page_table_entry_does_not_open_protected_memory(void **state)
{
	struct bench *b = *state;

	map_page(b, USER_VA, TABLES, false);
	cb_begin(b);
	cb_lin_dma(b, USER_VA, 0x55, 8, true);
	submit(b);
	assert_razwi(b, true);
}

static void a_secure_core_may(void **state)
{
	struct bench *b = *state;
	uint64_t value;

	reg_set(b, GAUDI_DMA0_CORE_PROT, GAUDI_DMA_CORE_PROT_VAL | GAUDI_DMA_CORE_PROT_ERR_VAL);
	cb_begin(b);
	cb_lin_dma(b, TABLES + 0x100000, 0x55, 8, true);
	submit(b);
	dram_read(b, TABLES + 0x100000, &value, 8);
	assert_int_equal(value, 0x55);
	assert_int_equal(stats_of(b).razwi, 0);
}

static void a_user_message_cannot_touch_the_mmu(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_msg(b, GAUDI_PKT_MSG_LONG, GAUDI_CFG_BASE + GAUDI_MMU_UP_MMU_ENABLE, 0);
	cb_marker(b);
	submit(b);
	assert_int_equal(reg_get(b, GAUDI_MMU_UP_MMU_ENABLE), 1);
	assert_razwi(b, true);
	assert_true(reg_get(b, GAUDI_DMA0_QM_GLBL_STS1_0) & GAUDI_QM_STS1_CP_LBW_ERR);
	assert_true(event_sent(b, GAUDI_EVENT_DMA0_QM));
	assert_true(marker_seen(b));
}

static void a_trusted_processor_may(void **state)
{
	struct bench *b = *state;

	reg_set(b, GAUDI_DMA0_QM_GLBL_PROT, 0x1EFF | GAUDI_QM_PROT_ERR);
	cb_begin(b);
	cb_msg(b, GAUDI_PKT_MSG_LONG, GAUDI_CFG_BASE + GAUDI_MMU_UP_SPI_MASK, 0xF);
	submit(b);
	assert_int_equal(reg_get(b, GAUDI_MMU_UP_SPI_MASK), 0xF);
	assert_int_equal(stats_of(b).razwi, 0);
}

static void a_register_write_obeys_protection_bits(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_words(b, 0, GAUDI_PKT_WREG32 << GAUDI_PKT_CTL_OPCODE_SHIFT | OWN_REG(GAUDI_DMA0_QM_GLBL_CFG0));
	cb_words(b, 0x55, GAUDI_PKT_WREG32 << GAUDI_PKT_CTL_OPCODE_SHIFT | OWN_REG(GAUDI_DMA0_CORE_SRC_BASE_LO));
	submit(b);
	assert_int_equal(reg_get(b, GAUDI_DMA0_QM_GLBL_CFG0), 0x1EFF);
	assert_int_equal(reg_get(b, GAUDI_DMA0_CORE_SRC_BASE_LO), 0x55);
	assert_true(reg_get(b, GAUDI_DMA0_QM_GLBL_STS1_0) & GAUDI_QM_STS1_CP_WREG_ERR);
	assert_razwi(b, true);
}

static void a_monitor_is_no_way_around_protection(void **state)
{
	struct bench *b = *state;
	uint64_t target = GAUDI_CFG_BASE + GAUDI_MMU_UP_MMU_ENABLE;

	cb_begin(b);
	cb_msg_short(b, 2, 0x0000, (uint32_t)target);
	cb_msg_short(b, 2, 0x0800, (uint32_t)(target >> 32));
	cb_msg_short(b, 2, 0x1000, 0);
	cb_msg_short(b, 2, 0x1800, 0xFE00 | 1 << 17);
	cb_msg_short(b, 3, 0, 1);
	submit(b);
	assert_int_equal(reg_get(b, GAUDI_MMU_UP_MMU_ENABLE), 1);
	assert_razwi(b, true);
}

static void a_host_page_that_is_gone_is_a_dma_error(void **state)
{
	struct bench *b = *state;

	map_page(b, USER_VA, SECURE_HOST(AT_DATA), false);
	b->unmapped[AT_DATA / PAGE] = true;
	cb_begin(b);
	cb_lin_dma(b, USER_VA, USER_DRAM, 64, false);
	cb_marker(b);
	submit(b);
	assert_int_equal(reg_get(b, GAUDI_DMA0_CORE_ERR_CAUSE), GAUDI_DMA_CORE_ERR_HBW_WR);
	assert_int_equal(stats_of(b).bus_errors, 1);
	assert_int_equal(stats_of(b).page_faults, 0);
	assert_true(event_sent(b, GAUDI_EVENT_DMA0_CORE));
	assert_true(marker_seen(b));
}

static void stop_on_error_stops_the_stream(void **state)
{
	struct bench *b = *state;

	step_qman(b, true);
	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, USER_VA, 64, false);
	cb_marker(b);
	submit(b);
	assert_false(marker_seen(b));
	assert_true(reg_get(b, GAUDI_DMA0_CORE_STS0) & GAUDI_DMA_CORE_STS0_BUSY);
	submit(b);
	assert_false(marker_seen(b));
}

static void an_undefined_opcode_is_an_error(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_words(b, 0, 0x1E << GAUDI_PKT_CTL_OPCODE_SHIFT);
	cb_marker(b);
	submit(b);
	assert_int_equal(reg_get(b, GAUDI_DMA0_QM_GLBL_STS1_0), GAUDI_QM_STS1_CP_UNDEF_OPCODE);
	assert_true(event_sent(b, GAUDI_EVENT_DMA0_QM));
	assert_false(marker_seen(b));
	cb_begin(b);
	cb_marker(b);
	submit(b);
	assert_true(marker_seen(b));
}

static void a_buffer_that_ends_inside_a_packet_is_an_error(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, 0, 64, true);
	b->cb_used -= 8;
	submit(b);
	assert_int_equal(reg_get(b, GAUDI_DMA0_QM_GLBL_STS1_0), GAUDI_QM_STS1_CQ_HBW_ERR);
	assert_int_equal(stats_of(b).lin_dma, 0);
}

static void without_bus_mastering_nothing_reaches_the_host(void **state)
{
	struct bench *b = *state;

	hlm_config_write(b->m, 0x04, 2, 0x0002);
	cb_begin(b);
	cb_marker(b);
	submit(b);
	assert_false(marker_seen(b));
	assert_true(stats_of(b).bus_errors > 0);
}

static void corruption_flips_one_bit_of_one_copy(void **state)
{
	struct bench *b = *state;
	uint8_t got[128], want[128] = { 0 };

	hlm_set_fault(b->m, HLM_FAULT_CORRUPT_DMA, 1);
	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, 0, 3 * PAGE, true);
	cb_lin_dma(b, USER_DRAM + PAGE, USER_DRAM, 128, false);
	cb_lin_dma(b, USER_DRAM + 2 * PAGE, USER_DRAM, 128, false);
	submit(b);
	dram_read(b, USER_DRAM, got, sizeof(got));
	assert_memory_equal(got, want, sizeof(got));
	dram_read(b, USER_DRAM + 2 * PAGE, got, sizeof(got));
	assert_memory_equal(got, want, sizeof(got));
	want[64] = 1;
	dram_read(b, USER_DRAM + PAGE, got, sizeof(got));
	assert_memory_equal(got, want, sizeof(got));
}

static void a_lost_interrupt_is_lost_once(void **state)
{
	struct bench *b = *state;

	hlm_set_fault(b->m, HLM_FAULT_LOSE_IRQ, 1);
	for (unsigned int i = 0; i < 2; i++) {
		cb_begin(b);
		cb_msg(b, GAUDI_PKT_MSG_PROT, GAUDI_CFG_BASE + GAUDI_PCIE_MSI_INTR_0, 1);
		submit(b);
	}
	assert_int_equal(b->irqs[0], 1);
}

static void a_hung_queue_recovers_by_reset(void **state)
{
	struct bench *b = *state;

	hlm_set_fault(b->m, HLM_FAULT_HANG_QUEUE, 1);
	cb_begin(b);
	cb_marker(b);
	submit(b);
	submit(b);
	assert_false(marker_seen(b));
	reg_set(b, GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST, 1);
	bench_run(b);
	step_boot(b);
	step_qman(b, false);
	submit(b);
	assert_true(marker_seen(b));
}

static void an_injected_fill_failure_is_a_dma_error(void **state)
{
	struct bench *b = *state;

	hlm_set_fault(b->m, HLM_FAULT_SCRUB_FAIL, 1);
	cb_begin(b);
	cb_lin_dma(b, USER_DRAM, 0, 64, true);
	submit(b);
	assert_int_equal(reg_get(b, GAUDI_DMA0_CORE_ERR_CAUSE), GAUDI_DMA_CORE_ERR_HBW_WR);
	assert_int_equal(hlm_set_fault(b->m, HLM_FAULT_COUNT, 1), -EINVAL);
}

static void a_host_that_refuses_is_a_dma_error(void **state)
{
	struct bench *b = *state;

	map_page(b, USER_VA, SECURE_HOST(AT_DATA), false);
	hlm_set_fault(b->m, HLM_FAULT_HOST_REFUSES, 1);
	for (unsigned int i = 0; i < 2; i++) {
		cb_begin(b);
		cb_lin_dma(b, USER_VA, USER_DRAM, 64, false);
		submit(b);
		assert_true(reg_get(b, GAUDI_DMA0_CORE_ERR_CAUSE) & GAUDI_DMA_CORE_ERR_HBW_WR);
	}
	/* Only what meets host memory counts. */
	assert_int_equal(stats_of(b).dma_bytes, 64);
}

static void a_corrupt_completion_names_another_entry(void **state)
{
	struct bench *b = *state;

	hlm_set_fault(b->m, HLM_FAULT_CORRUPT_COMPLETION, 1);
	cb_begin(b);
	cb_marker(b);
	submit(b);
	assert_int_equal(*(uint32_t *)(b->host + AT_FENCE), 0x600D ^ 1);
	submit(b);
	assert_true(marker_seen(b));
}

/* What lateness does wants a clock: tests/sim/test_faults.c. */
static void lateness_has_bounds_and_can_be_taken_back(void **state)
{
	struct bench *b = *state;

	assert_int_equal(hlm_set_late_ms(b->m, 600001), -EINVAL);
	assert_int_equal(hlm_set_late_ms(b->m, 0), 0);
	hlm_set_fault(b->m, HLM_FAULT_LATE, 1);
	hlm_set_fault(b->m, HLM_FAULT_LATE, 0);
	cb_begin(b);
	cb_marker(b);
	submit(b);
	assert_true(marker_seen(b));
}

static void spurious_interrupts_come_without_work(void **state)
{
	struct bench *b = *state;

	hlm_set_fault(b->m, HLM_FAULT_SPURIOUS_IRQ, 1);
	assert_true(b->kicked);
	bench_run(b);
	bench_run(b);
	for (unsigned int vector = 0; vector < hlm_describe(b->m)->msi_vectors; vector++)
		assert_int_equal(b->irqs[vector], 1);
}

static void off_the_bus_reads_are_ones_and_nothing_happens(void **state)
{
	struct bench *b = *state;
	uint64_t there = 0x1234;

	reg_set(b, GAUDI_DMA0_CORE_SRC_BASE_LO, 0x55);
	hlm_set_fault(b->m, HLM_FAULT_READ_ONES, 1);
	assert_int_equal(hlm_config_read(b->m, 0, 2), 0xFFFF);
	assert_int_equal(hlm_config_read(b->m, 0, 4), 0xFFFFFFFF);
	assert_int_equal(reg_get(b, GAUDI_DMA0_CORE_SRC_BASE_LO), 0xFFFFFFFF);
	reg_set(b, GAUDI_DMA0_CORE_SRC_BASE_LO, 0x66);
	hlm_config_write(b->m, 0x04, 2, 0);
	dram_write(b, USER_DRAM, &there, sizeof(there));
	cb_begin(b);
	cb_marker(b);
	submit(b);
	assert_false(marker_seen(b));

	hlm_set_fault(b->m, HLM_FAULT_READ_ONES, 0);
	assert_int_equal(hlm_config_read(b->m, 0, 2), hlm_describe(b->m)->vendor);
	assert_int_equal(reg_get(b, GAUDI_DMA0_CORE_SRC_BASE_LO), 0x55);
	submit(b);
	assert_true(marker_seen(b));
}

static void what_is_in_flight_is_counted(void **state)
{
	struct bench *b = *state;

	assert_int_equal(stats_of(b).max_in_flight, 0);
	cb_begin(b);
	cb_marker(b);
	submit(b);
	submit(b);
	assert_int_equal(stats_of(b).max_in_flight, 1);
}

#define UP(test) cmocka_unit_test_setup_teardown(test, bench_setup_up, bench_teardown)
#define ARMED(test) cmocka_unit_test_setup_teardown(test, bench_setup_armed, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UP(a_missing_page_faults_and_is_captured),
		UP(clearing_one_entry_fails_the_copy),
		UP(an_event_stays_masked_until_unmasked),
		UP(nothing_is_protected_before_software_says_so),
		ARMED(a_copy_into_page_tables_does_not_happen),
		ARMED(a_copy_that_begins_below_does_not_reach_protected_memory),
		ARMED(what_only_one_channel_guards_is_not_guarded),
		ARMED(page_tables_cannot_be_read_either),
		ARMED(a_page_table_entry_does_not_open_protected_memory),
		ARMED(a_secure_core_may),
		ARMED(a_user_message_cannot_touch_the_mmu),
		ARMED(a_trusted_processor_may),
		ARMED(a_register_write_obeys_protection_bits),
		ARMED(a_monitor_is_no_way_around_protection),
		UP(a_host_page_that_is_gone_is_a_dma_error),
		UP(stop_on_error_stops_the_stream),
		UP(an_undefined_opcode_is_an_error),
		UP(a_buffer_that_ends_inside_a_packet_is_an_error),
		UP(without_bus_mastering_nothing_reaches_the_host),
		UP(corruption_flips_one_bit_of_one_copy),
		UP(a_lost_interrupt_is_lost_once),
		UP(a_hung_queue_recovers_by_reset),
		UP(an_injected_fill_failure_is_a_dma_error),
		UP(a_host_that_refuses_is_a_dma_error),
		UP(a_corrupt_completion_names_another_entry),
		UP(lateness_has_bounds_and_can_be_taken_back),
		UP(spurious_interrupts_come_without_work),
		UP(off_the_bus_reads_are_ones_and_nothing_happens),
		UP(what_is_in_flight_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
