// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What boot loaders take and refuse: images, and the COMMS protocol on both chips. */
#include <errno.h>
#include <stdlib.h>

#include <crc32.h>
#include <hw/goya_regs.h>

#include "bench.h"

/* A chip by its boot registers, which ELBI reaches before any BAR does. */
struct chip {
	const char *asic;
	uint32_t command, status, boot_status, error, sts0;
	unsigned int sram_bar, dram_bar;
	uint64_t sram_base, boot_fit;
};

static const struct chip chips[] = {
	{ "gaudi", GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU, GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_23,
	  GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS, GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_24,
	  GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_20, GAUDI_BAR_SRAM, GAUDI_BAR_HBM, GAUDI_SRAM_BASE, GAUDI_BOOT_FIT },
	{ "goya", GOYA_KMD_MSG_TO_CPU, GOYA_CPU_CMD_STATUS_TO_HOST, GOYA_CPU_BOOT_STATUS, GOYA_CPU_BOOT_ERR0,
	  GOYA_CPU_BOOT_DEV_STS0, GOYA_BAR_SRAM_CFG, GOYA_BAR_DDR, GOYA_SRAM_BASE, GOYA_BOOT_FIT },
};

enum { NOOP, CLEAR, RESET_STATE, PREPARE, DATA_READY, EXECUTE, RESET_DEVICE, GOTO_WFE };
enum { STS_NOOP, STS_ACK, STS_OK, STS_ERROR, STS_INVALID };
#define STS0_COMMS 0x10000u
#define CORRUPT 0x80000002u
#define FINE 0x80000000u

/* lkd_fw_comms_desc of Linux 6.1, by hand. */
struct descriptor {
	uint32_t magic, crc;
	uint16_t size;
	uint8_t version, reserved[5];
	uint32_t regs[58];
	char fuses[128], firmware[128], more[128];
	uint64_t image;
};

static struct bench *comms_bench(void **state, const struct chip *chip)
{
	struct bench *b = bench_new_chip(chip->asic, HLM_FLAG_COMMS);

	*state = b;
	if (!strcmp(chip->asic, "gaudi")) {
		step_iatu(b);
	} else {
		iatu_inbound(b, 0, GOYA_BAR_SRAM_CFG, GOYA_SRAM_BASE);
		iatu_inbound(b, 1, GOYA_BAR_DDR, 0);
		elbi_set(b, GOYA_PCIE_AUX_DBI, 0);
	}
	return b;
}

static void say(struct bench *b, const struct chip *chip, unsigned int command, uint32_t size)
{
	elbi_set(b, chip->command, command << 27 | size);
	bench_run(b);
}

static unsigned int status(struct bench *b, const struct chip *chip)
{
	return elbi_get(b, chip->status) >> 28;
}

/* The sequence that drivers follow; returns the last status, *word what stood there. */
static unsigned int call(struct bench *b, const struct chip *chip, unsigned int command, uint32_t size, uint32_t *word)
{
	uint32_t answer;

	say(b, chip, CLEAR, 0);
	assert_int_equal(status(b, chip), STS_NOOP);
	say(b, chip, command, size);
	if (status(b, chip) != STS_ACK)
		return status(b, chip);
	say(b, chip, CLEAR, 0);
	assert_int_equal(status(b, chip), STS_NOOP);
	say(b, chip, NOOP, 0);
	answer = elbi_get(b, chip->status);
	if (word)
		*word = answer;
	return answer >> 28;
}

static void prepare(struct bench *b, const struct chip *chip, size_t size, struct descriptor *d)
{
	uint32_t word;

	assert_int_equal(call(b, chip, PREPARE, (uint32_t)size, &word), STS_OK);
	assert_int_equal(hlm_bar_read(b->m, word >> 26 & 3 ? chip->dram_bar : chip->sram_bar,
				      (uint64_t)(word & 0x3FFFFFF) << 2, d, sizeof(*d)),
			 0);
}

static unsigned int image_bar(const struct chip *chip, const struct descriptor *d, uint64_t *offset)
{
	bool sram = d->image >= chip->sram_base;

	*offset = sram ? d->image - chip->sram_base : d->image;
	return sram ? chip->sram_bar : chip->dram_bar;
}

/* One stage, as a driver has it; what DATA_READY said. */
static unsigned int load(struct bench *b, const struct chip *chip, size_t said, int flip)
{
	struct descriptor d;
	uint64_t offset;
	unsigned int bar, answer;
	uint8_t byte;

	prepare(b, chip, said, &d);
	bar = image_bar(chip, &d, &offset);
	put_image(b, bar, offset);
	if (flip >= 0) {
		hlm_bar_read(b->m, bar, offset + (unsigned int)flip, &byte, 1);
		byte ^= 0x10;
		hlm_bar_write(b->m, bar, offset + (unsigned int)flip, &byte, 1);
	}
	answer = call(b, chip, DATA_READY, 0, NULL);
	if (answer == STS_OK)
		call(b, chip, EXECUTE, 0, NULL);
	return answer;
}

static size_t image_size(struct bench *b, const struct chip *chip)
{
	return put_image(b, chip->dram_bar, LINUX_FIT);
}

#define for_each_chip(chip) for (const struct chip *chip = chips; chip < chips + 2; chip++)

static void comms_starts_both_stages(void **state)
{
	for_each_chip(chip)
	{
		struct bench *b = comms_bench(state, chip);
		size_t size = image_size(b, chip);

		assert_int_equal(elbi_get(b, chip->boot_status), 16);
		assert_true(elbi_get(b, chip->sts0) & STS0_COMMS);
		assert_int_equal(call(b, chip, RESET_STATE, 0, NULL), STS_OK);
		assert_int_equal(load(b, chip, size, -1), STS_OK);
		assert_int_equal(elbi_get(b, chip->boot_status), 15);
		assert_int_equal(load(b, chip, size, -1), STS_OK);
		assert_int_equal(elbi_get(b, chip->boot_status), 3);
		assert_int_equal(elbi_get(b, chip->error), FINE);
		bench_teardown(state);
	}
}

static void descriptor_tells_where_everything_is(void **state)
{
	for_each_chip(chip)
	{
		struct bench *b = comms_bench(state, chip);
		struct descriptor d;

		prepare(b, chip, 1000, &d);
		assert_int_equal(d.magic, 0x4843444D);
		assert_int_equal(d.version, 1);
		assert_int_equal(d.size, sizeof(d) - 16);
		assert_int_equal(d.crc, hlm_crc32(d.regs, d.size));
		assert_true(d.image == chip->sram_base + chip->boot_fit);
		assert_int_equal(d.regs[24], chip->command);
		assert_int_equal(d.regs[25], chip->status);
		assert_int_equal(d.regs[16], chip->boot_status);
		assert_int_equal(d.regs[14], chip->error);
		assert_int_equal(d.regs[12], chip->sts0);
		assert_non_null(strstr(d.firmware, "Preboot"));
		bench_teardown(state);
	}
}

static void crc_is_the_usual_one(void **state)
{
	(void)state;
	assert_int_equal(hlm_crc32("123456789", 9), 0xCBF43926);
}

/* The flipped bits lie in the data, its hash, and the name of the hash's algorithm. */
static void comms_refuses_what_does_not_hold_together(void **state)
{
	for_each_chip(chip)
	{
		struct bench *b = comms_bench(state, chip);
		size_t size = image_size(b, chip);
		const int data = 1000, crc = (int)size - 28 - 6 * 4, magic = 0;

		call(b, chip, RESET_STATE, 0, NULL);
		assert_int_equal(load(b, chip, size, data), STS_INVALID);
		assert_int_equal(elbi_get(b, chip->error), CORRUPT);
		assert_int_equal(call(b, chip, EXECUTE, 0, NULL), STS_ERROR);
		assert_int_equal(load(b, chip, size, crc), STS_INVALID);
		assert_int_equal(load(b, chip, size, magic), STS_INVALID);
		assert_int_equal(load(b, chip, size - 1, -1), STS_INVALID);
		assert_int_equal(load(b, chip, 20, -1), STS_INVALID);
		assert_int_equal(elbi_get(b, chip->boot_status), 16);
		/* and takes a good one afterwards */
		call(b, chip, RESET_STATE, 0, NULL);
		assert_int_equal(elbi_get(b, chip->error), FINE);
		assert_int_equal(load(b, chip, size, -1), STS_OK);
		bench_teardown(state);
	}
}

static void comms_refuses_what_is_out_of_order(void **state)
{
	for_each_chip(chip)
	{
		struct bench *b = comms_bench(state, chip);

		assert_int_equal(call(b, chip, DATA_READY, 0, NULL), STS_ERROR);
		assert_int_equal(call(b, chip, EXECUTE, 0, NULL), STS_ERROR);
		assert_int_equal(call(b, chip, PREPARE, 0, NULL), STS_ERROR);
		if (chip == chips) /* Goya has room for whatever can be said */
			assert_int_equal(call(b, chip, PREPARE, 0x1FFFFFF, NULL), STS_ERROR);
		assert_int_equal(call(b, chip, 9, 0, NULL), STS_ERROR);
		assert_int_equal(call(b, chip, 31, 0, NULL), STS_ERROR);
		/* A command is not carried out before it is taken back, and none may come between. */
		say(b, chip, CLEAR, 0);
		say(b, chip, PREPARE, 1000);
		assert_int_equal(status(b, chip), STS_ACK);
		say(b, chip, RESET_STATE, 0);
		assert_int_equal(status(b, chip), STS_ERROR);
		assert_int_equal(call(b, chip, DATA_READY, 0, NULL), STS_ERROR);
		assert_int_equal(call(b, chip, RESET_STATE, 0, NULL), STS_OK);
		bench_teardown(state);
	}
}

/* As the in-tree driver sends it: no CRC, and the header's size for its own. */
static void comms_takes_the_reset_cause(void **state)
{
	struct {
		uint32_t magic, crc;
		uint16_t size;
		uint8_t version, type, reserved[4];
		uint8_t cause[1264];
	} message = { .magic = 0x48434D03, .size = 16, .type = 1, .cause = { 2 } };
	struct bench *b = comms_bench(state, chips);
	struct descriptor d;
	uint64_t offset;
	unsigned int bar;

	prepare(b, chips, sizeof(message), &d);
	bar = image_bar(chips, &d, &offset);
	hlm_bar_write(b->m, bar, offset, &message, sizeof(message));
	assert_int_equal(call(b, chips, DATA_READY, 0, NULL), STS_OK);
	assert_int_equal(call(b, chips, EXECUTE, 0, NULL), STS_OK);
	assert_int_equal(elbi_get(b, chips->boot_status), 16);
	message.crc = hlm_crc32(message.cause, 16) + 1;
	prepare(b, chips, sizeof(message), &d);
	hlm_bar_write(b->m, bar, offset, &message, sizeof(message));
	assert_int_equal(call(b, chips, DATA_READY, 0, NULL), STS_INVALID);
	message.crc = 0;
	message.size = 2000;
	prepare(b, chips, sizeof(message), &d);
	hlm_bar_write(b->m, bar, offset, &message, sizeof(message));
	assert_int_equal(call(b, chips, DATA_READY, 0, NULL), STS_INVALID);
}

static void comms_halts_and_resets(void **state)
{
	for_each_chip(chip)
	{
		struct bench *b = comms_bench(state, chip);

		call(b, chip, GOTO_WFE, 0, NULL);
		assert_int_equal(elbi_get(b, chip->boot_status), 1);
		call(b, chip, RESET_DEVICE, 0, NULL);
		assert_int_equal(elbi_get(b, chip->boot_status), 16);
		bench_teardown(state);
	}
}

static void running_firmware_does_not_listen(void **state)
{
	struct bench *b = comms_bench(state, chips);
	size_t size = image_size(b, chips);

	load(b, chips, size, -1);
	load(b, chips, size, -1);
	assert_int_equal(elbi_get(b, chips->boot_status), 3);
	say(b, chips, CLEAR, 0);
	say(b, chips, RESET_DEVICE, 0);
	assert_int_equal(status(b, chips), STS_NOOP);
	assert_int_equal(elbi_get(b, chips->boot_status), 3);
}

/* Gaudi's firmware then keeps the GIC to itself, and tells so. */
static void firmware_names_what_interrupts_it(void **state)
{
	struct bench *b = comms_bench(state, chips);
	size_t size = image_size(b, chips);
	struct descriptor d;

	load(b, chips, size, -1);
	prepare(b, chips, size, &d);
	load(b, chips, size, -1);
	assert_int_equal(elbi_get(b, chips->sts0) & 0x500000, 0x500000);
	assert_int_equal(d.regs[26], GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_0 + 4);
	assert_int_equal(d.regs[32], GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_0 + 28);
	elbi_set(b, GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR, 485);
	assert_int_equal(elbi_get(b, chips->boot_status), 3);
	elbi_set(b, d.regs[32], 485);
	assert_int_equal(elbi_get(b, chips->boot_status), 1);
}

static void injected_failure_is_reported_by_comms(void **state)
{
	struct bench *b = comms_bench(state, chips);
	size_t size = image_size(b, chips);

	hlm_set_fault(b->m, HLM_FAULT_BOOT_FAIL, 1);
	assert_int_equal(load(b, chips, size, -1), STS_INVALID);
	assert_int_equal(elbi_get(b, chips->error), CORRUPT);
	assert_int_equal(load(b, chips, size, -1), STS_OK);
}

static void flags_that_contradict_each_other_are_refused(void **state)
{
	struct hlm_config config = { .size = sizeof(config), .flags = HLM_FLAG_COMMS | HLM_FLAG_SELF_BOOT };
	struct hlm_host_ops none = { 0 };

	(void)state;
	errno = 0;
	assert_null(hlm_create("gaudi", &config, &none, NULL));
	assert_int_equal(errno, EINVAL);
}

/* ---- the simple protocol ---- */

static void message(struct bench *b, uint32_t value)
{
	reg_set(b, GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU, value);
	bench_run(b);
}

static void simple_refuses_a_corrupt_boot_fit(void **state)
{
	struct bench *b = bench_new(HLM_FLAG_ASK_BOOT_FIT);
	uint32_t word = 0;

	*state = b;
	step_iatu(b);
	put_image(b, GAUDI_BAR_SRAM, GAUDI_BOOT_FIT);
	hlm_bar_write(b->m, GAUDI_BAR_SRAM, GAUDI_BOOT_FIT + 1000, &word, sizeof(word));
	message(b, 2);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_23), 2);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 9);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_24), CORRUPT);
}

static void simple_refuses_a_missing_or_cut_off_image(void **state)
{
	struct bench *b = *state;
	uint8_t nothing[64] = "";
	size_t size;

	step_iatu(b);
	message(b, 2);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 9);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_24), CORRUPT);
	hlm_reset(b->m);
	step_iatu(b);
	size = put_image(b, GAUDI_BAR_HBM, LINUX_FIT);
	dram_write(b, LINUX_FIT + size - sizeof(nothing), nothing, sizeof(nothing));
	message(b, 2);
	assert_int_equal(reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS), 9);
}

/* Whatever stands in it, the check ends inside of it: under AddressSanitizer this shows more. */
static void images_of_noise_are_refused_in_bounds(void **state)
{
	struct bench *b = comms_bench(state, chips);
	size_t size = image_size(b, chips);
	struct descriptor d;
	uint64_t offset;
	unsigned int bar;

	srand(1);
	for (unsigned int round = 0; round < 300; round++) {
		prepare(b, chips, size, &d);
		bar = image_bar(chips, &d, &offset);
		put_image(b, bar, offset);
		for (unsigned int i = 0; i < 1 + round % 8; i++) {
			/* Structure and header, where lengths are. */
			uint32_t at = (uint32_t)rand() % 240, word = (uint32_t)rand();

			if (round & 1)
				at = (uint32_t)size - 1 - at;
			if (round & 2)
				word |= 0xFFFFFF00;
			hlm_bar_write(b->m, bar, offset + (at & ~3u), &word, sizeof(word));
		}
		assert_in_range(call(b, chips, DATA_READY, 0, NULL), STS_OK, STS_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comms_starts_both_stages),
		cmocka_unit_test(descriptor_tells_where_everything_is),
		cmocka_unit_test(crc_is_the_usual_one),
		cmocka_unit_test(comms_refuses_what_does_not_hold_together),
		cmocka_unit_test(comms_refuses_what_is_out_of_order),
		cmocka_unit_test_teardown(comms_takes_the_reset_cause, bench_teardown),
		cmocka_unit_test(comms_halts_and_resets),
		cmocka_unit_test_teardown(running_firmware_does_not_listen, bench_teardown),
		cmocka_unit_test_teardown(firmware_names_what_interrupts_it, bench_teardown),
		cmocka_unit_test_teardown(injected_failure_is_reported_by_comms, bench_teardown),
		cmocka_unit_test(flags_that_contradict_each_other_are_refused),
		cmocka_unit_test_teardown(simple_refuses_a_corrupt_boot_fit, bench_teardown),
		cmocka_unit_test_setup_teardown(simple_refuses_a_missing_or_cut_off_image, bench_setup, bench_teardown),
		cmocka_unit_test_teardown(images_of_noise_are_refused_in_bounds, bench_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
