// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * What the PCI core does to a device under its users: each time exports end, contexts die and are told, and the device
 * works for whoever comes next.
 */
#include "driver.h"

#define PAGE 4096u
#define LENGTH (1u << 20)

static int setup(void **state)
{
	(void)state;
	machine_start("gaudi*2:dram=4G,param.cs_timeout_ms=300,param.revoke_timeout_ms=200");
	return 0;
}

static int setup_goya(void **state)
{
	(void)state;
	machine_start("goya*2:dram=4G");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_stop();
	return 0;
}

static void function_reset(void)
{
	kshim_pci_reset(chip_pdev(0));
}

static void sleep_with_power(void)
{
	assert_int_equal(kshim_pci_suspend(chip_pdev(0), false), 0);
	assert_int_equal(node_try_open("hl0"), -EBUSY);
	assert_int_equal(kshim_pci_resume(chip_pdev(0)), 0);
}

static void sleep_without_power(void)
{
	assert_int_equal(kshim_pci_suspend(chip_pdev(0), true), 0);
	assert_int_equal(kshim_pci_resume(chip_pdev(0)), 0);
}

static void fatal_error(void)
{
	assert_true(kshim_pci_error(chip_pdev(0), KSHIM_PCI_FATAL));
}

static void other_error(void)
{
	assert_true(kshim_pci_error(chip_pdev(0), KSHIM_PCI_NON_FATAL));
}

static void (*const events[])(void) = { function_reset, sleep_with_power, sleep_without_power, fatal_error,
					other_error };

#define for_each_event(i) for (unsigned int i = 0; i < sizeof(events) / sizeof(events[0]); i++)

static void works(const char *name)
{
	struct file *file = node_open(name);
	struct hlabi_hw_ip_info info;

	assert_int_equal(driver_info(file, HLABI_INFO_HW_IP, &info, sizeof(info)), 0);
	node_close(file);
}

static void an_idle_device_comes_back(void **state)
{
	(void)state;
	for_each_event(i)
	{
		events[i]();
		assert_int_equal(node_hard_resets("hl0"), i + 1);
		works("hl0");
	}
	assert_int_equal(node_hard_resets("hl1"), 0);
}

/* ---- with an export that the other device maps ---- */

struct pair {
	struct file *exporter, *importer;
	struct commands own, across;
	uint64_t va;
	int fd, told;
};

static void pair_begin(struct pair *p)
{
	*p = (struct pair){ .exporter = node_open("hl0"), .importer = node_open("hl1") };
	p->told = event_register(p->exporter);
	assert_int_equal(driver_export(p->exporter, USER_DRAM, LENGTH, &p->fd), 0);
	assert_int_equal(driver_import(p->importer, p->fd, &p->va, NULL), 0);
	commands_create(p->exporter, &p->own);
	commands_create(p->importer, &p->across);
	add(&p->across, fill, p->va, 0x5A5A5A5A5A5A5A5Aull, PAGE, 0);
	assert_int_equal(commands_run(&p->across, 0), 0);
}

static void pair_end(struct pair *p)
{
	close(p->told);
	commands_destroy(&p->own);
	commands_destroy(&p->across);
	export_close(p->fd);
	node_close(p->importer);
	node_close(p->exporter);
}

static void exports_end_contexts_die_and_are_told(void **state)
{
	uint64_t seq, va;
	struct pair p;

	(void)state;
	for_each_event(i)
	{
		pair_begin(&p);
		events[i]();

		event_wait(p.exporter, p.told, HLABI_EVENT_DEVICE_RESET);
		add(&p.own, copy, USER_DRAM, USER_DRAM + PAGE, PAGE, 0);
		assert_int_equal(commands_submit(&p.own, 0, &seq), -ENODEV);
		add(&p.across, fill, p.va, 0, PAGE, 0);
		assert_int_equal(commands_submit(&p.across, 0, &seq), -EPERM);
		assert_int_equal(driver_import(p.importer, p.fd, &va, NULL), -ENODEV);
		assert_int_equal(driver_unimport(p.importer, p.va), 0);
		pair_end(&p);
		assert_int_equal(chip_word(0, USER_DRAM), 0);
		works("hl0");
	}
}

static void what_the_device_itself_imported_is_given_back(void **state)
{
	uint64_t seq;
	struct pair p;
	unsigned int revoked;

	(void)state;
	for_each_event(i)
	{
		p = (struct pair){ .exporter = node_open("hl1"), .importer = node_open("hl0") };
		assert_int_equal(driver_export(p.exporter, USER_DRAM, LENGTH, &p.fd), 0);
		assert_int_equal(driver_import(p.importer, p.fd, &p.va, NULL), 0);
		commands_create(p.importer, &p.across);
		add(&p.across, fence, 0, 1, 1, 0); /* never comes */
		add(&p.across, copy, USER_DRAM, p.va, LENGTH, 0);
		assert_int_equal(commands_submit(&p.across, 0, &seq), 0);
		events[i]();

		assert_int_equal(driver_wait(p.importer, seq, NULL), -EIO);
		assert_int_equal(driver_revoke(p.exporter, USER_DRAM, LENGTH, &revoked), 0);
		commands_destroy(&p.across);
		node_close(p.importer);
		export_close(p.fd);
		node_close(p.exporter);
		works("hl0");
	}
}

/* ---- what does not come back ---- */

static void a_permanent_failure_disables_the_device(void **state)
{
	struct pair p;

	(void)state;
	pair_begin(&p);
	assert_false(kshim_pci_error(chip_pdev(0), KSHIM_PCI_PERMANENT));
	event_wait(p.exporter, p.told, HLABI_EVENT_DEVICE_UNAVAILABLE);
	pair_end(&p);
	assert_int_equal(node_try_open("hl0"), -ENODEV);
	assert_int_equal(node_try_open("hl1"), 0);
}

static void a_shut_down_device_reaches_no_memory(void **state)
{
	struct pair p;

	(void)state;
	pair_begin(&p);
	kshim_pci_shutdown(chip_pdev(0));
	event_wait(p.exporter, p.told, HLABI_EVENT_DEVICE_UNAVAILABLE);
	assert_false(hlm_config_read(chip(0), 4, 2) & 4); /* bus master, in the command register */
	pair_end(&p);
	assert_int_equal(node_try_open("hl0"), -ENODEV);
}

/* The PCI core has it: neither the administrator's reset nor a lost look at it may touch it. */
static void nobody_else_resets_a_sleeping_device(void **state)
{
	(void)state;
	assert_int_equal(kshim_pci_suspend(chip_pdev(0), false), 0);
	reset_by_administrator(0);
	usleep(20000);
	assert_true(node_attr_is("hl0", "status", "in reset"));
	assert_int_equal(kshim_pci_resume(chip_pdev(0)), 0);
	assert_int_equal(node_hard_resets("hl0"), 1);
	works("hl0");
}

#define life_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		life_test(an_idle_device_comes_back),
		cmocka_unit_test_setup_teardown(an_idle_device_comes_back, setup_goya, teardown),
		life_test(exports_end_contexts_die_and_are_told),
		life_test(what_the_device_itself_imported_is_given_back),
		life_test(a_permanent_failure_disables_the_device),
		life_test(a_shut_down_device_reaches_no_memory),
		life_test(nobody_else_resets_a_sleeping_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
