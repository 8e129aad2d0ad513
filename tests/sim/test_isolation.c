// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Nothing of one owner reaches the next, and nobody gets a device that is somebody's. */
#include "driver.h"

#define PAGE 4096u
#define SECRET 0x5ec2e75ec2e75ec2ull
#define FIRST_SOB 144u
#define FIRST_MONITOR 72u
#define W_S(reg, n) (GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_##reg + 4 * (n))

static int setup(void **state)
{
	(void)state;
	kshim_thread_name("tenant");
	machine_start("gaudi:dram=4G");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_stop();
	return 0;
}

/* ---- what is left behind ---- */

static void ip_info(struct file *file, struct hlabi_hw_ip_info *ip)
{
	assert_int_equal(driver_info(file, HLABI_INFO_HW_IP, ip, sizeof(*ip)), 0);
}

#define PLACES 8u

/* Pages at both ends and in the middle of device memory, and in SRAM. */
static void places(const struct hlabi_hw_ip_info *ip, uint64_t place[PLACES])
{
	const uint64_t dram = ip->dram_base_address, sram = ip->sram_base_address;

	place[0] = dram;
	place[1] = dram + PAGE;
	place[2] = dram + ip->dram_size / 2 - PAGE / 2;
	place[3] = dram + (2ull << 20) - PAGE / 2;
	place[4] = dram + (2ull << 30) - PAGE / 2;
	place[5] = dram + ip->dram_size - PAGE;
	place[6] = sram;
	place[7] = sram + ip->sram_size - PAGE;
}

static void leave_secrets(struct file *file)
{
	struct hlabi_hw_ip_info ip;
	uint64_t place[PLACES];
	struct commands c;

	ip_info(file, &ip);
	places(&ip, place);
	commands_create(file, &c);
	for (unsigned int i = 0; i < PLACES; i++)
		add(&c, fill, place[i], SECRET, PAGE, 0);
	assert_int_equal(commands_run(&c, 0), 0);
	commands_destroy(&c);
}

/* True if there is a byte of them to be found. */
static bool finds_secrets(struct file *file)
{
	uint8_t *memory = host_alloc(PLACES * PAGE);
	struct hlabi_hw_ip_info ip;
	uint64_t place[PLACES], va;
	struct commands c;
	bool zero;

	memset(memory, 0xFF, PLACES * PAGE);
	ip_info(file, &ip);
	places(&ip, place);
	assert_int_equal(driver_map(file, memory, PLACES * PAGE, &va), 0);
	commands_create(file, &c);
	for (unsigned int i = 0; i < PLACES; i++)
		add(&c, copy, va + i * PAGE, place[i], PAGE, 0);
	assert_int_equal(commands_run(&c, 4), 0);
	zero = all_bytes_are(memory, PLACES * PAGE, 0);
	commands_destroy(&c);
	assert_int_equal(driver_unmap(file, va), 0);
	host_free(memory, PLACES * PAGE);
	return !zero;
}

static void memory_of_a_closed_owner_reads_zero_for_the_next(void **state)
{
	struct file *file = node_open("hl0");

	(void)state;
	leave_secrets(file);
	assert_true(finds_secrets(file));
	node_close(file);

	file = node_open("hl0");
	assert_false(finds_secrets(file));
	node_close(file);
	assert_int_equal(node_hard_resets("hl0"), 0);
}

static void sync_objects_monitors_and_fences_are_as_after_reset(void **state)
{
	const uint32_t fence = GAUDI_DMA0_QM_CP_FENCE0_RDATA_0, count = GAUDI_DMA0_QM_CP_FENCE0_CNT_0;
	uint32_t aim[2] = { chip_register(0, W_S(MON_PAY_ADDRL_0, FIRST_MONITOR)),
			    chip_register(0, W_S(MON_PAY_ADDRH_0, FIRST_MONITOR)) };
	struct file *file = node_open("hl0");
	struct commands c;

	(void)state;
	commands_create(file, &c);
	add(&c, sob_set, FIRST_SOB, 77, 0);
	add(&c, msg_long, GAUDI_CFG_BASE + GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_SOB_OBJ_0 + 4 * 2047, 78, 0);
	add(&c, msg_long, HLRT_GAUDI_MON_PAY_ADDRL_ADDRESS(FIRST_MONITOR), (uint32_t)(GAUDI_CFG_BASE + fence), 0);
	add(&c, msg_long, HLRT_GAUDI_MON_PAY_ADDRH_ADDRESS(FIRST_MONITOR), (uint32_t)(GAUDI_CFG_BASE >> 32), 0);
	add(&c, msg_long, HLRT_GAUDI_MON_PAY_DATA_ADDRESS(FIRST_MONITOR), 3, 0);
	add(&c, monitor_arm, FIRST_MONITOR, FIRST_SOB, 1, 0); /* fires at once */
	add(&c, monitor_arm, FIRST_MONITOR + 1, FIRST_SOB + 8, 1, 0);
	assert_int_equal(commands_run(&c, 0), 0);
	commands_destroy(&c);
	assert_int_equal(chip_register(0, W_S(SOB_OBJ_0, FIRST_SOB)), 77);
	assert_int_equal(chip_register(0, count), 3);
	assert_int_not_equal(chip_register(0, W_S(MON_STATUS_0, FIRST_MONITOR + 1)), 0);
	node_close(file);

	assert_int_equal(chip_register(0, W_S(SOB_OBJ_0, FIRST_SOB)), 0);
	assert_int_equal(chip_register(0, GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_SOB_OBJ_0 + 4 * 2047), 0);
	assert_int_equal(chip_register(0, W_S(MON_PAY_ADDRL_0, FIRST_MONITOR)), aim[0]);
	assert_int_equal(chip_register(0, W_S(MON_PAY_ADDRH_0, FIRST_MONITOR)), aim[1]);
	assert_int_equal(chip_register(0, W_S(MON_PAY_DATA_0, FIRST_MONITOR)), 0);
	assert_int_equal(chip_register(0, W_S(MON_STATUS_0, FIRST_MONITOR + 1)), 0);
	assert_int_equal(chip_register(0, count), 0);
	/* A monitor that was left armed would go off now. */
	chip_set_register(0, W_S(SOB_OBJ_0, FIRST_SOB + 8), 1);
	assert_int_equal(chip_register(0, count), 0);
	assert_int_equal(chip_stats(0).razwi, 0);
}

static void host_memory_of_a_closed_owner_is_let_go(void **state)
{
	uint8_t *memory = host_alloc(16 * PAGE);
	struct kshim_iommu_stats before, after;
	struct file *file;
	uint64_t va;

	(void)state;
	kshim_iommu_get_stats(chip_pdev(0), &before);
	file = node_open("hl0");
	assert_int_equal(driver_map(file, memory, 16 * PAGE, &va), 0);
	assert_int_equal(kshim_pinned_pages(), 16);
	node_close(file);

	kshim_iommu_get_stats(chip_pdev(0), &after);
	assert_int_equal(after.live, before.live);
	assert_int_equal(kshim_pinned_pages(), 0);
	/* The way to the entry is cut at the root at least. */
	assert_int_equal(chip_word(0, page_table_entry(0, va, 0)) & GAUDI_PTE_PRESENT, 0);
	host_free(memory, 16 * PAGE);
}

static void a_failed_scrub_resets_and_the_next_owner_finds_zeros(void **state)
{
	struct file *file = node_open("hl0");

	(void)state;
	leave_secrets(file);
	hlm_set_fault(chip(0), HLM_FAULT_SCRUB_FAIL, 1);
	node_close(file);

	file = node_open("hl0");
	assert_int_equal(node_hard_resets("hl0"), 1);
	assert_true(node_attr_is("hl0", "status", "operational"));
	assert_false(finds_secrets(file));
	node_close(file);
}

static void memory_that_cannot_be_scrubbed_is_given_to_nobody(void **state)
{
	struct file *file = node_open("hl0");

	(void)state;
	leave_secrets(file);
	hlm_set_fault(chip(0), HLM_FAULT_SCRUB_FAIL, -1);
	node_close(file);

	assert_true(node_attr_is("hl0", "status", "disabled"));
	assert_true(node_try_open("hl0") < 0);
	hlm_set_fault(chip(0), HLM_FAULT_SCRUB_FAIL, 0);
	assert_true(node_try_open("hl0") < 0);
}

/* ---- who has the device ---- */

static void assert_holder(const char *how)
{
	char text[128], expect[64];

	node_attr("hl0", "holder", text, sizeof(text));
	snprintf(expect, sizeof(expect), "%s: pid %d (tenant)", how, getpid());
	if (strncmp(text, expect, strlen(expect)))
		fail_msg("holder is '%s', should be '%s'", text, expect);
}

static void a_second_open_is_refused_and_the_holder_named(void **state)
{
	struct file *file = node_open("hl0");

	(void)state;
	assert_int_equal(node_try_open("hl0"), -EBUSY);
	assert_holder("open");
	assert_int_equal(node_try_open("hl_controlD0"), 0);

	node_close(file);
	assert_true(node_attr_is("hl0", "holder", ""));
	assert_int_equal(node_try_open("hl0"), 0);
}

static void a_live_export_keeps_the_device_and_its_memory(void **state)
{
	struct file *file = node_open("hl0");
	int fd, copy;

	(void)state;
	leave_secrets(file);
	assert_int_equal(driver_export(file, USER_DRAM, PAGE, &fd), 0);
	node_close(file);

	assert_int_equal(node_try_open("hl0"), -EBUSY);
	assert_holder("export");
	assert_true(chip_word(0, USER_DRAM) == SECRET);
	copy = dup(fd);
	export_close(fd);
	assert_int_equal(node_try_open("hl0"), -EBUSY);
	export_close(copy);

	assert_eventually(node_attr_is("hl0", "holder", ""));
	file = node_open("hl0");
	assert_false(finds_secrets(file));
	node_close(file);
}

static void a_revoked_export_keeps_nothing(void **state)
{
	struct file *file = node_open("hl0");
	unsigned int revoked;
	int fd;

	(void)state;
	leave_secrets(file);
	assert_int_equal(driver_export(file, USER_DRAM, PAGE, &fd), 0);
	assert_int_equal(driver_revoke(file, USER_DRAM, PAGE, &revoked), 0);
	assert_int_equal(revoked, 1);
	node_close(file);

	file = node_open("hl0");
	assert_false(finds_secrets(file));
	node_close(file);
	export_close(fd);
}

#define isolation_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		isolation_test(memory_of_a_closed_owner_reads_zero_for_the_next),
		isolation_test(sync_objects_monitors_and_fences_are_as_after_reset),
		isolation_test(host_memory_of_a_closed_owner_is_let_go),
		isolation_test(a_failed_scrub_resets_and_the_next_owner_finds_zeros),
		isolation_test(memory_that_cannot_be_scrubbed_is_given_to_nobody),
		isolation_test(a_second_open_is_refused_and_the_holder_named),
		isolation_test(a_live_export_keeps_the_device_and_its_memory),
		isolation_test(a_revoked_export_keeps_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
