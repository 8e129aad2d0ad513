// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What uevents mean, what is told after a loss, and how a snapshot is taken of a table that changes. */
#include "fake_sys.h"

#include "monitor.h"

static struct hlrt_sys_device present[8];
static size_t num_present;

static int enumerate(struct hlrt_sys *sys, int (*found)(void *arg, const struct hlrt_sys_device *dev), void *arg)
{
	int rc = 0;

	(void)sys;
	for (size_t i = 0; i < num_present && !rc; i++)
		rc = found(arg, &present[i]);
	return rc;
}

static const struct hlrt_sys_ops ops = { .enumerate = enumerate };
static struct hlrt_sys sys = { .ops = &ops };
static struct hlrti_devices devices;
static struct hlrt_monitor_event event;

static void plug(const char *name, const char *pci_address)
{
	present[num_present] = (struct hlrt_sys_device){ 0 };
	strcpy(present[num_present].name, name);
	strcpy(present[num_present++].pci_address, pci_address);
}

static int setup(void **state)
{
	(void)state;
	num_present = 0;
	plug("accel0", "0000:01:00.0");
	assert_ok(hlrti_devices_init(&devices, &sys));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	hlrti_devices_fini(&devices);
	return 0;
}

/* The strings of a uevent, separated by '|' for NUL. */
static bool told(const char *text)
{
	char buf[512];
	size_t length = strlen(text) + 1;

	memcpy(buf, text, length);
	for (size_t i = 0; i < length; i++)
		if (buf[i] == '|')
			buf[i] = '\0';
	memset(&event, 0, sizeof(event));
	return hlrti_devices_uevent(&devices, buf, length, &event);
}

static void is_event(uint32_t type, const char *name, const char *pci_address)
{
	assert_int_equal(event.type, type);
	assert_string_equal(event.name, name);
	assert_string_equal(event.pci_address, pci_address);
}

#define ADD \
	"add@/devices/pci0000:00/0000:02:00.0/accel/accel1|ACTION=add|" \
	"DEVPATH=/devices/pci0000:00/0000:02:00.0/accel/accel1|SUBSYSTEM=accel|DEVNAME=accel/accel1"

static void added_and_removed(void **state)
{
	(void)state;
	assert_false(told(ADD)); /* another vendor's: it is not listed */
	plug("accel1", "0000:02:00.0");
	assert_true(told(ADD));
	is_event(HLRT_MONITOR_ADDED, "accel1", "0000:02:00.0");
	assert_false(told(ADD));
	assert_true(told("remove@x|ACTION=remove|SUBSYSTEM=accel|DEVNAME=accel/accel1"));
	is_event(HLRT_MONITOR_REMOVED, "accel1", "0000:02:00.0");
	assert_false(told("remove@x|ACTION=remove|SUBSYSTEM=accel|DEVNAME=accel/accel1"));
}

static void gone_before_it_was_looked_at(void **state)
{
	(void)state;
	plug("accel1", "0000:02:00.0");
	assert_true(told(ADD));
	assert_true(told("remove@x|ACTION=remove|SUBSYSTEM=accel|DEVNAME=accel/accel1"));
	num_present = 1;
	assert_true(told(ADD)); /* its place was known */
	is_event(HLRT_MONITOR_ADDED, "accel1", "0000:02:00.0");
}

static void older_class_may_not_tell_its_place(void **state)
{
	(void)state;
	assert_true(told("add@/x|ACTION=add|DEVPATH=/x|SUBSYSTEM=habanalabs|DEVNAME=hl3"));
	is_event(HLRT_MONITOR_ADDED, "hl3", "");
	assert_false(told("add@/x|ACTION=add|DEVPATH=/x|SUBSYSTEM=habanalabs|DEVNAME=hl_controlD3"));
}

static void resets(void **state)
{
	(void)state;
	assert_true(told(
		"change@x|ACTION=change|SUBSYSTEM=accel|DEVNAME=accel/accel0|HLRT_RESET=begin|HLRT_REASON=asked for"));
	is_event(HLRT_MONITOR_RESET_BEGIN, "accel0", "0000:01:00.0");
	assert_string_equal(event.text, "asked for");
	assert_true(told(
		"change@x|ACTION=change|SUBSYSTEM=accel|DEVNAME=accel/accel0|HLRT_RESET=end|HLRT_STATUS=disabled"));
	is_event(HLRT_MONITOR_RESET_END, "accel0", "0000:01:00.0");
	assert_string_equal(event.text, "disabled");
	assert_false(told("change@x|ACTION=change|SUBSYSTEM=accel|DEVNAME=accel/accel0"));
}

static void others_are_nothing(void **state)
{
	(void)state;
	assert_false(told("add@/x|ACTION=add|SUBSYSTEM=net|DEVNAME=accel0"));
	assert_false(told("add@/x|ACTION=add|SUBSYSTEM=accel")); /* no node */
	assert_false(told("|"));
	assert_false(hlrti_devices_uevent(&devices, "ACTION=add", 10, &event)); /* without its NUL */
	assert_false(hlrti_devices_uevent(&devices, "", 0, &event));
}

/* accel0 has gone, accel1 is another one by that name, accel2 has come. */
static void what_changed_during_a_loss(void **state)
{
	(void)state;
	plug("accel1", "0000:02:00.0");
	assert_true(told(ADD));
	num_present = 0;
	plug("accel1", "0000:03:00.0");
	plug("accel2", "0000:02:00.0");
	assert_ok(hlrti_devices_resync(&devices));
	assert_true(hlrti_devices_next(&devices, &event));
	is_event(HLRT_MONITOR_REMOVED, "accel0", "0000:01:00.0");
	assert_true(hlrti_devices_next(&devices, &event));
	is_event(HLRT_MONITOR_REMOVED, "accel1", "0000:02:00.0");
	assert_true(hlrti_devices_next(&devices, &event));
	is_event(HLRT_MONITOR_ADDED, "accel1", "0000:03:00.0");
	assert_true(hlrti_devices_next(&devices, &event));
	is_event(HLRT_MONITOR_ADDED, "accel2", "0000:02:00.0");
	assert_false(hlrti_devices_next(&devices, &event));
}

static int interruptions; /* that are left */

static int dump(struct hlrti_buffers *buffers, void *arg)
{
	struct hlrt_importer_info importer = { .maps = 3 };

	(void)arg;
	assert_int_equal(buffers->count, 0);
	assert_non_null(hlrti_buffers_add(buffers));
	assert_ok(hlrti_buffers_add_importer(buffers, &importer));
	assert_ok(hlrti_buffers_add_importer(buffers, &importer));
	return interruptions && interruptions-- ? -EINTR : 0;
}

static void snapshots_are_whole(void **state)
{
	struct hlrti_buffers buffers = { 0 };

	(void)state;
	interruptions = 3;
	assert_ok(hlrti_buffers_settle(dump, NULL, &buffers));
	assert_int_equal(buffers.count, 1);
	assert_null(buffers.list[1]);
	assert_int_equal(buffers.list[0]->size, sizeof(struct hlrt_buffer_info));
	assert_int_equal(buffers.list[0]->num_listed, 2);
	assert_int_equal(buffers.list[0]->importers[1]->maps, 3);
	assert_int_equal(buffers.list[0]->importers[1]->size, sizeof(struct hlrt_importer_info));
	hlrti_buffers_reset(&buffers);
}

/* errno-case: hlrt_get_buffers/EAGAIN/always_interrupted */
static void patience_ends(void **state)
{
	struct hlrti_buffers buffers = { 0 };

	(void)state;
	interruptions = 1 << 20;
	assert_int_equal(hlrti_buffers_settle(dump, NULL, &buffers), -EAGAIN);
	assert_non_null(strstr(hlrt_last_error(), "changed"));
	hlrti_buffers_reset(&buffers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(added_and_removed, setup, teardown),
		cmocka_unit_test_setup_teardown(gone_before_it_was_looked_at, setup, teardown),
		cmocka_unit_test_setup_teardown(older_class_may_not_tell_its_place, setup, teardown),
		cmocka_unit_test_setup_teardown(resets, setup, teardown),
		cmocka_unit_test_setup_teardown(others_are_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(what_changed_during_a_loss, setup, teardown),
		cmocka_unit_test(snapshots_are_whole),
		cmocka_unit_test(patience_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
