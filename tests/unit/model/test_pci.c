// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Before any queue: configuration space, ELBI, BARs, boot, the device CPU, resets. */
#include <errno.h>
#include <sys/mman.h>

#include "bench.h"

static void creation_refuses_what_it_does_not_know(void **state)
{
	struct hlm_config config = { .size = sizeof(config) };

	(void)state;
	errno = 0;
	assert_null(hlm_create("no-such-chip", &config, NULL, NULL));
	assert_int_equal(errno, EINVAL);
}

static void configuration_space_shows_a_gaudi(void **state)
{
	struct bench *b = *state;

	assert_int_equal(hlm_config_read(b->m, 0, 4), 0x10001DA3);
	assert_int_equal(hlm_config_read(b->m, 0x0A, 2), 0x1200);
	hlm_config_write(b->m, 0, 4, 0);
	assert_int_equal(hlm_config_read(b->m, 0, 2), 0x1DA3);
	assert_int_equal(hlm_config_read(b->m, 0x34, 1), 0x40);
	assert_int_equal(hlm_config_read(b->m, 0x50, 1), 0x05);
	assert_int_equal(hlm_config_read(b->m, 0x52, 2) >> 1 & 7, 5);
	assert_int_equal(hlm_config_read(b->m, 0x70, 1), 0x10);
	assert_int_equal(hlm_config_read(b->m, 1, 2), 0xFFFFFFFF);
}

static void bars_report_their_sizes(void **state)
{
	static const struct {
		unsigned int offset;
		uint64_t size;
	} bars[] = { { 0x10, 64ull << 20 }, { 0x18, 128ull << 20 }, { 0x20, TEST_DRAM } };
	struct bench *b = *state;

	for (size_t i = 0; i < 3; i++) {
		uint64_t value;

		hlm_config_write(b->m, bars[i].offset, 4, 0xFFFFFFFF);
		hlm_config_write(b->m, bars[i].offset + 4, 4, 0xFFFFFFFF);
		value = hlm_config_read(b->m, bars[i].offset, 4) |
			(uint64_t)hlm_config_read(b->m, bars[i].offset + 4, 4) << 32;
		assert_int_equal(value & 0xF, 0xC);
		assert_true(~(value & ~0xFull) + 1 == bars[i].size);
	}
}

static void elbi_reaches_registers_before_any_bar(void **state)
{
	struct bench *b = *state;

	assert_int_equal(elbi_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 15);
	hlm_config_write(b->m, 0xFF0, 4, 0x1000);
	hlm_config_write(b->m, 0xFF8, 4, 0);
	assert_int_equal(hlm_config_read(b->m, 0xFFC, 4), 0x40000000);
}

static void bars_are_dead_until_the_translation_unit_maps_them(void **state)
{
	struct bench *b = *state;

	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 0xFFFFFFFF);
	step_iatu(b);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 15);
}

static void bar_access_out_of_bounds_is_refused(void **state)
{
	struct bench *b = *state;
	uint32_t value = 0;

	assert_int_equal(hlm_bar_read(b->m, GAUDI_BAR_CFG, GAUDI_BAR_CFG_SIZE - 2, &value, 4), -EINVAL);
	assert_int_equal(value, 0xFFFFFFFF);
	assert_int_equal(hlm_bar_write(b->m, 1, 0, &value, 4), -EINVAL);
	assert_int_equal(hlm_bar_read(b->m, 77, 0, &value, 4), -EINVAL);
}

static void dram_is_one_file_for_bar_and_mapping(void **state)
{
	struct bench *b = *state;
	const struct hlm_bar *bar = &hlm_describe(b->m)->bar[GAUDI_BAR_HBM];
	uint8_t *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, bar->fd, (off_t)(bar->fd_offset + USER_DRAM));
	uint32_t value = 0x12345678;

	assert_ptr_not_equal(map, MAP_FAILED);
	step_iatu(b);
	dram_write(b, USER_DRAM, &value, 4);
	assert_memory_equal(map, &value, 4);
	munmap(map, 4096);
}

static void firmware_starts_when_told(void **state)
{
	struct bench *b = *state;
	char version[129] = "";

	step_iatu(b);
	step_boot(b);
	hlm_bar_read(b->m, GAUDI_BAR_SRAM, reg_get(b, GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_28) & 0xFFFFFFF, version, 128);
	assert_non_null(strstr(version, "fw-"));
}

static void preboot_can_ask_for_the_boot_fit(void **state)
{
	struct bench *b = bench_new(HLM_FLAG_ASK_BOOT_FIT);

	*state = b;
	step_iatu(b);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 16);
	put_image(b, GAUDI_BAR_SRAM, GAUDI_BOOT_FIT);
	reg_set(b, GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU, 2);
	bench_run(b);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_23), 1);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 15);
	step_boot(b);
}

static void preboot_can_go_on_by_itself(void **state)
{
	struct bench *b = bench_new(HLM_FLAG_SELF_BOOT);

	*state = b;
	step_iatu(b);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 15);
	b->now += 1000000000;
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 3);
}

static void injected_boot_failure_is_reported_once(void **state)
{
	struct bench *b = *state;

	step_iatu(b);
	hlm_set_fault(b->m, HLM_FAULT_BOOT_FAIL, 1);
	reg_set(b, GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU, 2);
	bench_run(b);
	assert_int_not_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 3);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_24), 0x80000002u);
	hlm_reset(b->m);
	step_iatu(b);
	step_boot(b);
}

static void device_cpu_answers_packets(void **state)
{
	struct bench *b = *state;
	uint64_t value = 0xFE8CE7A5;

	assert_int_equal(cpu_packet(b, 18, &value, 0), 0);
	assert_int_equal(value, 0xFE8CE7A5);
	assert_int_equal(cpu_packet(b, 30, &value, 0), 0);
	assert_int_equal(value >> 32 & 0xFFFF, 1000);
	value = 0;
	assert_int_equal(cpu_packet(b, 23, &value, 0), 1);
	value = GAUDI_EVENT_SIZE;
	assert_int_equal(cpu_packet(b, 16, &value, 0), 4);
}

static void device_cpu_describes_the_card(void **state)
{
	struct bench *b = *state;
	uint64_t full = GAUDI_HOST_BASE + HOST_BUS + AT_CPU_DATA, dram;
	uint64_t value = (full & ((1ull << 39) - 1)) | 1ull << 39;
	uint32_t location;

	assert_int_equal(cpu_packet(b, 14, &value, 1768), 0);
	assert_int_equal(value, 1768);
	memcpy(&dram, b->host + AT_CPU_DATA + 1560, 8);
	memcpy(&location, b->host + AT_CPU_DATA + 1160, 4);
	assert_true(dram == TEST_DRAM);
	assert_int_equal(location, 3);
}

static void register_reset_keeps_memory_and_translation_unit(void **state)
{
	struct bench *b = *state;
	uint64_t magic = 0x1122334455667788, value = 0;

	dram_write(b, USER_DRAM, &magic, 8);
	reg_set(b, GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_0, 1);
	reg_set(b, GAUDI_PSOC_GLOBAL_CONF_BOOT_SEQ_RE_START, 1);
	reg_set(b, GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST, 1);
	bench_run(b);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_BTM_FSM), 0);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_0), 0);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 15);
	assert_int_equal(reg_get(b, GAUDI_MMU_UP_MMU_ENABLE), 0);
	dram_read(b, USER_DRAM, &value, 8);
	assert_true(value == magic);
	step_boot(b);
	step_cpu_queues(b);
}

static void function_level_reset_unmaps_the_bars(void **state)
{
	struct bench *b = *state;

	hlm_config_write(b->m, 0x78, 2, 0x8000);
	assert_int_equal(hlm_config_read(b->m, 0x04, 2), 0);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 0xFFFFFFFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(creation_refuses_what_it_does_not_know),
		cmocka_unit_test_setup_teardown(configuration_space_shows_a_gaudi, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(bars_report_their_sizes, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(elbi_reaches_registers_before_any_bar, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(bars_are_dead_until_the_translation_unit_maps_them, bench_setup,
						bench_teardown),
		cmocka_unit_test_setup_teardown(bar_access_out_of_bounds_is_refused, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(dram_is_one_file_for_bar_and_mapping, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(firmware_starts_when_told, bench_setup, bench_teardown),
		cmocka_unit_test_teardown(preboot_can_ask_for_the_boot_fit, bench_teardown),
		cmocka_unit_test_teardown(preboot_can_go_on_by_itself, bench_teardown),
		cmocka_unit_test_setup_teardown(injected_boot_failure_is_reported_once, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(device_cpu_answers_packets, bench_setup_up, bench_teardown),
		cmocka_unit_test_setup_teardown(device_cpu_describes_the_card, bench_setup_up, bench_teardown),
		cmocka_unit_test_setup_teardown(register_reset_keeps_memory_and_translation_unit, bench_setup_up,
						bench_teardown),
		cmocka_unit_test_setup_teardown(function_level_reset_unmaps_the_bars, bench_setup_up, bench_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
