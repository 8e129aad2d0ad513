// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * How the driver starts a chip: both chips by both protocols; with firmware that is missing, cut off or corrupt it says so in
 * one line and leaves the chip reset, and with good files it starts it; and what it makes of COMMS descriptors.
 */
#include "driver.h"

#include <hw/goya_regs.h>
#include <sys/stat.h>

#include "fit_image.h"
#include "model/crc32.h"

#define DATA_BYTES 20000u
#define MAX_ERRORS 8

static const char *const asics[] = { "gaudi", "goya" };
static const char *const boots[] = { "simple", "boot-fit", "comms" };

#define for_each(what, list) \
	for (unsigned int what##_ = 0; what##_ < sizeof(list) / sizeof((list)[0]); what##_++) \
		for (const char *what = (list)[what##_]; what; what = NULL)

/* ---- the driver's errors ---- */

static char errors[MAX_ERRORS][256];
static unsigned int num_errors;
static bool was_in_use;

static void keep_error(void *arg, int level, const char *line)
{
	(void)arg;
	if (strstr(line, "has been in use"))
		was_in_use = true;
	if (level > 3 || strstr(line, "probe failed"))
		return;
	if (num_errors < MAX_ERRORS)
		snprintf(errors[num_errors], sizeof(errors[0]), "%s", line);
	num_errors++;
}

/* ---- firmware files ---- */

static char folder[64];

static void file_path(char *path, size_t size, const char *asic, const char *kind)
{
	snprintf(path, size, "%s/habanalabs/%s/%s-%s.itb", folder, asic, asic, kind);
}

enum damage { GOOD, MISSING, CUT_OFF, SHORT, CORRUPT };

static void write_firmware(const char *asic, const char *kind, enum damage damage)
{
	size_t size = hlsim_fit_size(DATA_BYTES);
	uint8_t *image = malloc(size);
	char path[256];
	FILE *f;

	file_path(path, sizeof(path), asic, kind);
	hlsim_fit_make(image, DATA_BYTES, kind);
	if (damage == CUT_OFF)
		size = size / 2;
	if (damage == SHORT)
		size = 7;
	if (damage == CORRUPT)
		image[size / 2] ^= 1;
	unlink(path);
	if (damage != MISSING) {
		f = fopen(path, "we");
		assert_non_null(f);
		assert_int_equal(fwrite(image, size, 1, f), 1);
		fclose(f);
	}
	free(image);
}

static void write_good(const char *asic)
{
	write_firmware(asic, "boot-fit", GOOD);
	write_firmware(asic, "fit", GOOD);
}

static int setup(void **state)
{
	char path[128];

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/hlrt-firmware.XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/habanalabs", folder);
	mkdir(path, 0700);
	for_each(asic, asics)
	{
		snprintf(path, sizeof(path), "%s/habanalabs/%s", folder, asic);
		mkdir(path, 0700);
		write_good(asic);
	}
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	kshim_set_log(NULL, NULL);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

/* ---- the machine ---- */

static void start(const char *asic, const char *boot)
{
	char spec[256];

	snprintf(spec, sizeof(spec), "%s:dram=4G,firmware=%s,boot=%s,param.boot_timeout_ms=20000", asic, folder, boot);
	machine_start(spec);
	num_errors = 0;
	was_in_use = false;
	kshim_set_log(keep_error, NULL);
}

static void stop(void)
{
	kshim_set_log(NULL, NULL);
	machine_stop();
}

static void every_chip_starts_by_every_protocol(void **state)
{
	char version[128];

	(void)state;
	for_each(asic, asics) for_each(boot, boots)
	{
		start(asic, boot);
		node_attr("hl0", "preboot_btl_ver", version, sizeof(version));
		assert_non_null(strstr(version, "Preboot version hl-"));
		node_attr("hl0", "uboot_ver", version, sizeof(version));
		assert_non_null(strstr(version, "U-Boot"));
		reset_by_administrator(0);
		assert_eventually(node_hard_resets("hl0") == 1 && node_attr_is("hl0", "status", "operational"));
		assert_int_equal(num_errors, 0);
		stop();
	}
}

/* On a driver that ran before: unbound, and bound again with other files. */
static void fails_once(const char *asic, const char *boot, const char *kind, enum damage damage)
{
	static const char *const says[] = { NULL, "no firmware file", "is cut off", "does not take", "does not take" };
	char name[64];
	int rc;

	snprintf(name, sizeof(name), "habanalabs/%s/%s-%s.itb", asic, asic, kind);
	write_firmware(asic, kind, damage);
	num_errors = 0;
	rc = kshim_pci_bind(chip_pdev(0));
	if (!rc || num_errors != 1 || !strstr(errors[0], says[damage]) || !strstr(errors[0], name))
		fail_msg("%s by %s, %s with damage %u: probe %d, %u errors, first: %s", asic, boot, kind, damage, rc,
			 num_errors, num_errors ? errors[0] : "");
	if (damage == MISSING)
		assert_non_null(strstr(errors[0], "habanalabs-firmware"));
	write_firmware(asic, kind, GOOD);
	num_errors = 0;
	assert_int_equal(kshim_pci_bind(chip_pdev(0)), 0);
	assert_int_equal(num_errors, 0);
	assert_false(was_in_use);
	kshim_pci_unbind(chip_pdev(0));
}

static void bad_firmware_is_one_line_and_a_reset(void **state)
{
	(void)state;
	for_each(asic, asics) for_each(boot, boots)
	{
		start(asic, boot);
		kshim_pci_unbind(chip_pdev(0));
		for (enum damage damage = MISSING; damage <= CORRUPT; damage++) {
			/* The simple protocol knows no lengths: what the last image left behind completes this one. */
			if (damage == SHORT && strcmp(boot, "comms"))
				continue;
			fails_once(asic, boot, "fit", damage);
			if (strcmp(boot, "simple"))
				fails_once(asic, boot, "boot-fit", damage);
		}
		assert_int_equal(kshim_pci_bind(chip_pdev(0)), 0);
		stop();
	}
}

/* A driver that died in the middle of the conversation: the next one finds the chip in use, and starts it. */
static void a_chip_left_half_started_is_reset(void **state)
{
	const uint32_t prepare = 3u << 27 | 1000;

	(void)state;
	start("gaudi", "comms");
	kshim_pci_unbind(chip_pdev(0));
	chip_set_register(0, GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_0, 1);
	chip_set_register(0, GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU, prepare);
	assert_eventually(chip_register(0, GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_23) >> 28 == 1);
	assert_int_equal(kshim_pci_bind(chip_pdev(0)), 0);
	assert_true(was_in_use);
	assert_int_equal(num_errors, 0);
	stop();
}

/* ---- descriptors ---- */

struct descriptor {
	uint32_t magic, crc;
	uint16_t size;
	uint8_t version, reserved[5];
	uint32_t regs[58];
	char fuses[128], firmware[128], more[128];
	uint64_t image;
	uint8_t newer[1000];
};

#define AT 0x4000u
#define OLD_SIZE 624u
#define DRAM_WORD(at) (1u << 26 | (at) >> 2)
#define FW_AREA 0x10000000ull
#define IMAGE_SIZE 100000u

static struct descriptor good_descriptor(void)
{
	struct descriptor d = { .magic = 0x4843444D, .size = OLD_SIZE, .version = 1, .image = 0x800000 };

	for (unsigned int i = 0; i < 58; i++)
		d.regs[i] = 0x1000 + 4 * i;
	return d;
}

static const char *read_descriptor(struct descriptor *d, uint32_t at, uint64_t *offset)
{
	if (!d->crc)
		d->crc = hlm_crc32(d->regs, d->size);
	if (at + sizeof(*d) <= FW_AREA)
		chip_write(0, at, d, sizeof(*d));
	return comms_read(0, DRAM_WORD(at), IMAGE_SIZE, offset);
}

static void expect_wrong(struct descriptor d, const char *wrong)
{
	uint64_t offset;
	const char *said = read_descriptor(&d, AT, &offset);

	if (!said || strcmp(said, wrong))
		fail_msg("wrong is %s, should be %s", said ? said : "nothing", wrong);
}

#define EXPECT_WRONG(change, wrong) \
	do { \
		struct descriptor d = good_descriptor(); \
		change; \
		expect_wrong(d, wrong); \
	} while (0)

static void good_descriptors_are_taken(void **state)
{
	struct descriptor d = good_descriptor();
	uint64_t offset = 0;

	(void)state;
	start("gaudi", "comms");
	assert_null(read_descriptor(&d, AT, &offset));
	assert_int_equal(offset, 0x800000);
	/* Newer ones are longer, and their magic counts versions. */
	d = good_descriptor();
	d.magic = 0x48434D03;
	d.version = 3;
	d.size = OLD_SIZE + sizeof(d.newer);
	memset(d.newer, 0x5A, sizeof(d.newer));
	d.image = FW_AREA - IMAGE_SIZE;
	assert_null(read_descriptor(&d, AT, &offset));
	assert_int_equal(offset, FW_AREA - IMAGE_SIZE);
	stop();
}

static void bad_descriptors_are_refused(void **state)
{
	struct descriptor d = good_descriptor();
	uint64_t offset;

	(void)state;
	start("gaudi", "comms");
	EXPECT_WRONG(d.magic = 0x4843444E, "magic");
	EXPECT_WRONG(d.version = 0, "version");
	EXPECT_WRONG(d.size = OLD_SIZE - 1, "size");
	EXPECT_WRONG(d.size = 0, "size");
	EXPECT_WRONG(d.crc = 1, "CRC");
	EXPECT_WRONG(d.size = 0xFFFF; d.crc = 1, "CRC");
	EXPECT_WRONG(d.regs[24] = 0, "registers");
	EXPECT_WRONG(d.regs[24] = 0x1002, "registers");
	EXPECT_WRONG(d.regs[25] = (uint32_t)GAUDI_CFG_SIZE, "registers");
	EXPECT_WRONG(d.regs[16] = 0xFFFFFFFC, "registers");
	EXPECT_WRONG(d.regs[14] = 0, "registers");
	EXPECT_WRONG(d.regs[12] = 0x7FFFFFFC, "registers");
	EXPECT_WRONG(d.image = FW_AREA - IMAGE_SIZE + 1, "image address");
	EXPECT_WRONG(d.image = USER_DRAM, "image address");
	EXPECT_WRONG(d.image = UINT64_MAX - 100, "image address");
	EXPECT_WRONG(d.image = GAUDI_SRAM_BASE + GAUDI_SRAM_SIZE - IMAGE_SIZE + 4, "image address");
	EXPECT_WRONG(d.image = GAUDI_SRAM_BASE - 4, "image address");
	/* The status word's own: unknown memory, and the descriptor or its tail outside of firmware's memory. */
	assert_string_equal(comms_read(0, 2u << 26, IMAGE_SIZE, &offset), "place");
	assert_string_equal(comms_read(0, 3u << 26, IMAGE_SIZE, &offset), "place");
	assert_string_equal(comms_read(0, DRAM_WORD((uint32_t)FW_AREA - 8), IMAGE_SIZE, &offset), "place");
	assert_string_equal(comms_read(0, (uint32_t)GAUDI_SRAM_SIZE >> 2, IMAGE_SIZE, &offset), "place");
	chip_write(0, FW_AREA - 32, &d, 32);
	assert_string_equal(comms_read(0, DRAM_WORD((uint32_t)FW_AREA - 32), IMAGE_SIZE, &offset), "place");
	stop();
}

static void what_boot_is_not_known_is_said(void **state)
{
	struct hlsim_spec spec;
	char err[256];

	(void)state;
	assert_int_equal(hlsim_spec_parse("gaudi:boot=slowly", &spec, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "simple, boot-fit, comms"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_chip_starts_by_every_protocol),
		cmocka_unit_test(bad_firmware_is_one_line_and_a_reset),
		cmocka_unit_test(a_chip_left_half_started_is_reset),
		cmocka_unit_test(good_descriptors_are_taken),
		cmocka_unit_test(bad_descriptors_are_refused),
		cmocka_unit_test(what_boot_is_not_known_is_said),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
