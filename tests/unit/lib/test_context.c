// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Listing, reasons, opening, generations, capabilities, closing. */
#include "fake_sys.h"

#include <stdlib.h>

static void expect_reason(struct fake *fake, int error, const char *text)
{
	struct hlrt_device *device = fake_device();
	struct hlrt_device_info info = { .size = sizeof(info) };

	(void)fake;
	assert_ok(hlrt_device_query(device, &info));
	assert_int_equal(info.open_error, -error);
	if (!strstr(info.reason, text))
		fail_msg("reason '%s' does not say '%s'", info.reason, text);
	hlrt_device_unref(device);
}

static void device_is_described(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_device *device = fake_device();
	struct hlrt_device_info info = { .size = sizeof(info) };

	(void)state;
	assert_ok(hlrt_device_query(device, &info));
	assert_string_equal(info.name, "hl0");
	assert_string_equal(info.asic, "gaudi");
	assert_string_equal(info.pci_address, "0000:01:00.0");
	assert_string_equal(info.driver, "hlrt");
	assert_string_equal(info.node, "/dev/hl0");
	assert_int_equal(info.open_error, 0);
	assert_string_equal(info.reason, "");
	assert_int_equal(info.vendor_id, 0x1da3);
	assert_int_equal(info.device_id, 0x1000);
	assert_int_equal(info.numa_node, 1);
	assert_int_equal(info.simulated, 0);
	hlrt_device_unref(device);
	fake_delete(fake);
}

static void obstacles_have_reasons(void **state)
{
	struct fake *fake = fake_new(true, false);

	(void)state;
	fake->holder = "open: pid 42 (train)";
	expect_reason(fake, EBUSY, "pid 42 (train)");
	fake->status_attr = "needs reset";
	expect_reason(fake, ENODEV, "needs a reset");
	fake->status_attr = "in reset"; /* passes by itself */
	fake->holder = "";
	expect_reason(fake, 0, "");
	fake->device.driver[0] = '\0';
	expect_reason(fake, ENODEV, "no kernel driver");
	fake->device.device = 0x7777;
	expect_reason(fake, EOPNOTSUPP, "1da3:7777");
	assert_int_equal(fake->opens, 0); /* all without opening */
	fake_delete(fake);
}

static void generation_is_asked_not_guessed(void **state)
{
	(void)state;
	for (int accel = 0; accel < 2; accel++) {
		struct fake *fake = fake_new(true, accel);
		struct hlrt_context *context;

		/* The node's name says the other generation: asking finds the right one all the same. */
		strcpy(fake->device.node, accel ? "/dev/hl0" : "/dev/accel/accel0");
		context = fake_open();
		assert_string_equal(hlrti_port_generation(&context->port), accel ? "accel" : "misc");
		assert_ok(hlrt_close(context));
		assert_int_equal(fake->closes, 1);
		fake_delete(fake);
	}
}

static void extensions_are_asked_of_hlrt_alone(void **state)
{
	struct fake *fake = fake_new(false, true);
	struct hlrt_context *context = fake_open();

	(void)state;
	assert_int_equal(fake_count(fake, FAKE_QUERY, FAKE_ANY), 0);
	assert_ok(hlrt_check_capability(context, HLRT_CAP_EXPORT));
	/* errno-case: hlrt_check_capability/EOPNOTSUPP/in_tree_driver */
	assert_error(EOPNOTSUPP, hlrt_check_capability(context, HLRT_CAP_IMPORT));
	assert_text("habanalabs");
	assert_error(EOPNOTSUPP, hlrt_check_capability(context, HLRT_CAP_EXPORT_STATUS));
	assert_error(EINVAL, hlrt_check_capability(context, 0));
	assert_error(EINVAL, hlrt_check_capability(context, 10));
	assert_text("10");
	assert_ok(hlrt_close(context));
	fake_delete(fake);

	fake = fake_new(true, true);
	context = fake_open();
	assert_int_equal(fake_count(fake, FAKE_QUERY, FAKE_ANY), 1);
	for (uint32_t cap = HLRT_CAP_EXPORT; cap <= HLRT_CAP_SCRUB; cap++)
		assert_ok(hlrt_check_capability(context, cap));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void attributes_are_filled(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct {
		struct hlrt_attr attr;
		uint64_t newer;
	} out;

	(void)state;
	memset(&out, 0xff, sizeof(out));
	out.attr.size = sizeof(out);
	assert_ok(hlrt_query(context, &out.attr));
	assert_int_equal(out.attr.size, sizeof(out));
	assert_int_equal(out.newer, 0);
	assert_int_equal(out.attr.dram_base, FAKE_DRAM_BASE);
	assert_int_equal(out.attr.dram_size, FAKE_DRAM_SIZE);
	assert_int_equal(out.attr.dram_free, FAKE_DRAM_SIZE);
	assert_int_equal(out.attr.module_id, 5);
	assert_string_equal(out.attr.card_name, "HL-fake");
	assert_string_equal(out.attr.firmware_version, "1.2.3");
	out.attr.size = sizeof(out.attr) - 1;
	assert_error(EINVAL, hlrt_query(context, &out.attr));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void open_waits_while_the_driver_says_again(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context;

	(void)state;
	fake->open_results[0] = -EAGAIN;
	fake->open_results[1] = -EAGAIN;
	context = fake_open();
	assert_int_equal(fake->opens, 3);
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void open_gives_up_at_its_timeout(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_device *device = fake_device();
	struct hlrt_open_options options = { .size = sizeof(options), .timeout_ns = 3 * NSEC_PER_MSEC };
	int64_t start = hlrti_now();

	(void)state;
	for (int i = 0; i < 8; i++)
		fake->open_results[i] = -EAGAIN;
	assert_fails(EBUSY, hlrt_open(device, &options));
	assert_true(hlrti_now() - start >= options.timeout_ns);
	hlrt_device_unref(device);
	fake_delete(fake);
}

static void open_errors_are_explained(void **state)
{
	static const struct {
		int from_driver, error;
		const char *status, *holder, *text;
	} cases[] = {
		{ -EBUSY, EBUSY, NULL, "open: pid 7 (x)", "pid 7 (x)" },
		{ -EBUSY, EBUSY, NULL, NULL, "another process" },
		/* errno-case: hlrt_open/ENODEV/gone */
		{ -ENXIO, ENODEV, NULL, NULL, "gone" },
		{ -ENOENT, ENODEV, NULL, NULL, "gone" },
		/* errno-case: hlrt_open/EACCES/group */
		{ -EACCES, EACCES, NULL, NULL, "/dev/hl0" },
		/* errno-case: hlrt_open/EPERM/device_cgroup */
		{ -EPERM, EPERM, NULL, NULL, "container" },
		{ -EPERM, ENODEV, "disabled", NULL, "disabled" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake *fake = fake_new(true, false);
		struct hlrt_device *device = fake_device();

		fake->open_results[0] = cases[i].from_driver;
		fake->status_attr = cases[i].status;
		fake->holder = cases[i].holder;
		assert_fails(cases[i].error, hlrt_open(device, NULL));
		assert_text(cases[i].text);
		assert_text("hl0");
		hlrt_device_unref(device);
		fake_delete(fake);
	}
}

/* Whether an in-tree node opens is not told by the kernel's release, only by opening; then the text says what to do. */
static void in_tree_node_is_tried(void **state)
{
	struct fake *fake = fake_new(false, true);
	struct hlrt_device *device = fake_device();

	(void)state;
	expect_reason(fake, 0, "");
	fake->open_results[0] = -EINVAL;
	assert_fails(EINVAL, hlrt_open(device, NULL));
	assert_text("use hlrt.ko");
	hlrt_device_unref(device);
	fake_delete(fake);
}

static void unknown_asic_cannot_be_opened(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_device *device;

	(void)state;
	fake->device.device = 0x7777;
	device = fake_device();
	/* errno-case: hlrt_open/EOPNOTSUPP/no_provider */
	assert_fails(EOPNOTSUPP, hlrt_open(device, NULL));
	assert_text("1da3:7777");
	assert_int_equal(fake->opens, 0);
	hlrt_device_unref(device);
	fake_delete(fake);
}

/* Each call that opening makes fails once: the fd is closed, nothing is left. */
static void open_unwinds(void **state)
{
	static const struct {
		enum fake_call call;
		int op;
	} steps[] = {
		{ FAKE_INFO, HLABI_INFO_DEVICE_STATUS },
		{ FAKE_INFO, HLABI_INFO_HW_IP },
		{ FAKE_INFO, HLABI_INFO_SYNC_MANAGER },
		{ FAKE_QUERY, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct fake *fake = fake_new(true, false);
		struct hlrt_device *device = fake_device();

		fake_fail(fake, steps[i].call, steps[i].op, -EFAULT, 0, -1);
		assert_fails(EFAULT, hlrt_open(device, NULL));
		assert_text("opening hl0");
		assert_int_equal(fake->opens, fake->closes);
		hlrt_device_unref(device);
		fake_delete(fake);
	}
}

static void context_keeps_its_device(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open(); /* drops its reference */
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 1, NULL);

	(void)state;
	assert_non_null(mem);
	assert_string_equal(context->device->sysdev.name, "hl0");
	assert_error(EBUSY, hlrt_close(context));
	assert_text("1 handles");
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void missing_simulator_is_named(void **state)
{
	(void)state;
	hlrti_sys_set(NULL);
	setenv("HLRT_SIM", "gaudi", 1);
	/* errno-case: hlrt_get_devices/ENOENT/no_simulator */
	assert_fails(ENOENT, hlrt_get_devices(NULL));
	assert_text("libhlsim.so.1");
	unsetenv("HLRT_SIM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_is_described),
		cmocka_unit_test(obstacles_have_reasons),
		cmocka_unit_test(generation_is_asked_not_guessed),
		cmocka_unit_test(extensions_are_asked_of_hlrt_alone),
		cmocka_unit_test(attributes_are_filled),
		cmocka_unit_test(open_waits_while_the_driver_says_again),
		cmocka_unit_test(open_gives_up_at_its_timeout),
		cmocka_unit_test(open_errors_are_explained),
		cmocka_unit_test(in_tree_node_is_tried),
		cmocka_unit_test(unknown_asic_cannot_be_opened),
		cmocka_unit_test(open_unwinds),
		cmocka_unit_test(context_keeps_its_device),
		cmocka_unit_test(missing_simulator_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
