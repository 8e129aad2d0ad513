// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The device list from a sysfs tree of either generation, made in a temporary directory. */
#include "fake_sys.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/hlrt-sysfs-XXXXXX";

/* Everything comes from one printf-like line, so that a tree reads as a list. */
static void shell(const char *format, ...)
{
	char command[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	assert_int_equal(system(command), 0);
}

static void pci_function(const char *address, const char *vendor, const char *device, const char *driver)
{
	shell("cd %s && mkdir -p bus/pci/devices/%s && cd bus/pci/devices/%s && echo 1 >numa_node && "
	      "printf '%s%s\\nPCI_CLASS=120000\\nPCI_ID=%s:%s\\nPCI_SLOT_NAME=%s\\n' >uevent",
	      root, address, address, driver[0] ? "DRIVER=" : "MODALIAS=none", driver, vendor, device, address);
}

/* Linux 6.1: attributes beside uevent, no parent link. */
static void misc_device(unsigned int n, const char *address)
{
	shell("mkdir -p %s/class/habanalabs/hl%u && cd %s/class/habanalabs/hl%u && echo %s >pci_addr && "
	      "echo operational >status && printf 'MAJOR=240\\nDEVNAME=hl%u\\n' >uevent && mkdir -p ../hl_controlD%u",
	      root, n, root, n, address, n, n);
}

/* Linux 6.7 and later: the class device points to the PCI function, which has the attributes. */
static void accel_device(unsigned int n, const char *address)
{
	shell("mkdir -p %s/class/accel/accel%u && cd %s/class/accel/accel%u && ln -s ../../../bus/pci/devices/%s "
	      "device && "
	      "printf 'MAJOR=261\\nDEVNAME=accel/accel%u\\n' >uevent && echo 'in reset' >device/status",
	      root, n, root, n, address, n);
}

static int setup(void **state)
{
	(void)state;
	strcpy(root + strlen(root) - 6, "XXXXXX");
	assert_non_null(mkdtemp(root));
	setenv("HLRT_SYSFS_ROOT", root, 1);
	unsetenv("HLRT_SIM");
	hlrti_sys_set(NULL);
	return 0;
}

static int teardown(void **state)
{
	struct hlrt_sys *sys = hlrti_sys_get();

	(void)state;
	hlrti_sys_set(NULL);
	sys->ops->destroy(sys);
	shell("rm -rf %s", root);
	return 0;
}

static struct hlrt_device_info query(struct hlrt_device *device)
{
	struct hlrt_device_info info = { .size = sizeof(info) };

	assert_ok(hlrt_device_query(device, &info));
	return info;
}

static void no_device_is_no_error(void **state)
{
	size_t count = 1;
	struct hlrt_device **devices = hlrt_get_devices(&count);

	(void)state;
	assert_non_null(devices);
	assert_int_equal(count, 0);
	assert_null(devices[0]);
	hlrt_free_devices(devices);
}

static void misc_generation(void **state)
{
	struct hlrt_device **devices;
	struct hlrt_device_info info;
	size_t count;

	(void)state;
	pci_function("0000:17:00.0", "1DA3", "1000", "hlrt");
	pci_function("0000:3a:00.0", "1DA3", "7777", "habanalabs");
	misc_device(10, "0000:3a:00.0");
	misc_device(2, "0000:17:00.0");
	devices = hlrt_get_devices(&count);
	assert_int_equal(count, 2);
	info = query(devices[0]);
	assert_string_equal(info.name, "hl2"); /* by number, not by text */
	assert_string_equal(info.pci_address, "0000:17:00.0");
	assert_string_equal(info.driver, "hlrt");
	assert_string_equal(info.node, "/dev/hl2");
	assert_string_equal(info.asic, "gaudi");
	assert_int_equal(info.numa_node, 1);
	assert_int_equal(info.simulated, 0);
	/* There is no such node here. */
	assert_int_equal(info.open_error, -ENODEV);
	assert_non_null(strstr(info.reason, "/dev/hl2"));
	info = query(devices[1]);
	assert_string_equal(info.name, "hl10");
	assert_string_equal(info.asic, "unknown");
	assert_int_equal(info.open_error, -EOPNOTSUPP);
	hlrt_free_devices(devices);
}

static void accel_generation_beside_other_vendors(void **state)
{
	struct hlrt_device **devices;
	struct hlrt_device_info info;
	char status[32];
	size_t count;

	(void)state;
	pci_function("0000:00:0b.0", "8086", "7D1D", "intel_vpu");
	pci_function("0000:65:00.0", "1DA3", "1000", "hlrt");
	pci_function("0000:66:00.0", "1DA3", "1000", "");
	accel_device(0, "0000:00:0b.0");
	accel_device(1, "0000:65:00.0");
	accel_device(2, "0000:66:00.0");
	devices = hlrt_get_devices(&count);
	assert_int_equal(count, 2);
	info = query(devices[0]);
	assert_string_equal(info.name, "accel1");
	assert_string_equal(info.node, "/dev/accel/accel1");
	assert_string_equal(info.pci_address, "0000:65:00.0");
	assert_true(devices[0]->sys->ops->read_attr(devices[0]->sys, "accel1", "status", status, sizeof(status)) > 0);
	assert_string_equal(status, "in reset");
	assert_int_equal(devices[0]->sys->ops->read_attr(devices[0]->sys, "accel1", "status", status, 3), -ENOSPC);
	assert_int_equal(devices[0]->sys->ops->read_attr(devices[0]->sys, "accel1", "no", status, 3), -ENOENT);
	info = query(devices[1]);
	assert_string_equal(info.driver, "");
	assert_int_equal(info.open_error, -ENODEV);
	assert_non_null(strstr(info.reason, "no kernel driver"));
	hlrt_free_devices(devices);
}

/* The tree says what /dev/null's number stands for. */
static int identify(const char *class_device, struct hlrt_sys_device *dev)
{
	struct hlrt_sys *sys = hlrti_sys_get();
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC), rc;

	assert_true(fd >= 0);
	shell("mkdir -p %s/dev/char && ln -sfn ../../class/%s %s/dev/char/1:3", root, class_device, root);
	rc = sys->ops->identify(sys, fd, dev);
	close(fd);
	return rc;
}

static void fds_are_known_by_device_number(void **state)
{
	struct hlrt_sys *sys = hlrti_sys_get();
	struct hlrt_sys_device dev;
	int fds[2];

	(void)state;
	pci_function("0000:17:00.0", "1DA3", "1000", "hlrt");
	pci_function("0000:00:0b.0", "8086", "7D1D", "intel_vpu");
	misc_device(2, "0000:17:00.0");
	accel_device(0, "0000:00:0b.0");
	accel_device(1, "0000:17:00.0");
	assert_ok(identify("habanalabs/hl2", &dev));
	assert_string_equal(dev.name, "hl2");
	assert_string_equal(dev.driver, "hlrt");
	assert_int_equal(dev.device, 0x1000);
	assert_ok(identify("accel/accel1", &dev));
	assert_string_equal(dev.name, "accel1");
	assert_string_equal(dev.pci_address, "0000:17:00.0");
	/* Other vendors' accelerators, control nodes, anything else. */
	assert_int_equal(identify("accel/accel0", &dev), -EINVAL);
	assert_int_equal(identify("habanalabs/hl_controlD2", &dev), -EINVAL);
	assert_int_equal(identify("mem/null", &dev), -EINVAL);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(sys->ops->identify(sys, fds[0], &dev), -EINVAL);
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(sys->ops->identify(sys, fds[0], &dev), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_device_is_no_error, setup, teardown),
		cmocka_unit_test_setup_teardown(misc_generation, setup, teardown),
		cmocka_unit_test_setup_teardown(accel_generation_beside_other_vendors, setup, teardown),
		cmocka_unit_test_setup_teardown(fds_are_known_by_device_number, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
