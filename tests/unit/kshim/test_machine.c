// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The simulated machine through the sys seam: spec, life, threads, fork. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
/* */
#include <cmocka.h>

#include "abi/hlabi.h"
#include "abi/hlrt_ext.h"
#include "kshim/kshim.h"
#include "libhlrt/sys.h"
#include "machine.h"

int hlsim_sys_v1(const char *spec, struct hlrt_sys **sys, char *err, size_t err_size);

static struct hlrt_sys *sys;

static void create(const char *spec)
{
	char err[256];

	assert_int_equal(hlsim_sys_v1(spec, &sys, err, sizeof(err)), 0);
}

static void destroy(void)
{
	sys->ops->destroy(sys);
	assert_int_equal(kshim_live_allocs(), 0);
	assert_int_equal(kshim_pinned_pages(), 0);
	assert_int_equal(kshim_warnings(), 0);
}

static void expect_refused(const char *spec, const char *text)
{
	char err[256];

	assert_int_equal(hlsim_sys_v1(spec, &sys, err, sizeof(err)), -EINVAL);
	if (!strstr(err, text))
		fail_msg("'%s': '%s' does not name '%s'", spec, err, text);
}

static void bad_specs_are_refused_by_name(void **state)
{
	(void)state;
	expect_refused("gaudi*banana", "banana");
	expect_refused("gaudi*0", "'0'");
	expect_refused("abacus", "abacus");
	expect_refused("", "''");
	expect_refused("gaudi,", "''");
	expect_refused("gaudi:colour=red", "colour");
	expect_refused("gaudi:dram=3G", "3G");
	expect_refused("gaudi:trace", "trace");
	expect_refused("gaudi:fault=bitrot", "bitrot");
	expect_refused("gaudi:fault=corrupt-dma*x", "'x'");
	expect_refused("gaudi:param.none=1", "none");
}

static int count_device(void *arg, const struct hlrt_sys_device *dev)
{
	unsigned int *n = arg;
	char expect[32];

	snprintf(expect, sizeof(expect), "hl%u", *n);
	assert_string_equal(dev->name, expect);
	snprintf(expect, sizeof(expect), "/dev/hl%u", *n);
	assert_string_equal(dev->node, expect);
	snprintf(expect, sizeof(expect), "/dev/hl_controlD%u", *n);
	assert_string_equal(dev->control, expect);
	snprintf(expect, sizeof(expect), "0000:%02x:00.0", *n + 1);
	assert_string_equal(dev->pci_address, expect);
	assert_string_equal(dev->driver, "hlrt");
	assert_int_equal(dev->vendor, 0x1da3);
	(*n)++;
	return 0;
}

static void machine_can_be_made_again(void **state)
{
	struct hlrt_sys *second;
	char err[256], text[64];
	unsigned int n;

	(void)state;
	for (int round = 0; round < 3; round++) {
		create("gaudi*2:dram=4G");
		n = 0;
		assert_int_equal(sys->ops->enumerate(sys, count_device, &n), 0);
		assert_int_equal(n, 2);
		assert_true(sys->ops->read_attr(sys, "hl1", "status", text, sizeof(text)) > 0);
		assert_string_equal(text, "operational");
		assert_int_equal(sys->ops->read_attr(sys, "hl1", "status", text, 4), -ENOSPC);
		assert_int_equal(sys->ops->read_attr(sys, "hl1", "nothing", text, 4), -ENOENT);
		assert_int_equal(hlsim_sys_v1("gaudi", &second, err, sizeof(err)), -EBUSY);
		destroy();
	}
}

static void failed_boot_leaves_a_device_without_node(void **state)
{
	struct hlsim_spec spec;
	struct hlsim_machine *m;
	char err[256];

	(void)state;
	assert_int_equal(hlsim_spec_parse("gaudi:fault=boot-fail,param.boot_timeout_ms=100", &spec, err, sizeof(err)),
			 0);
	assert_int_equal(hlsim_machine_create(&spec, &m, err, sizeof(err)), 0);
	assert_true(kshim_pci_probe_result(hlsim_machine_device(m, 0)->pdev) < 0);
	assert_string_equal(hlsim_machine_device(m, 0)->node, "");
	assert_int_equal(hlsim_machine_destroy(m), 0);
	assert_int_equal(kshim_live_allocs(), 0);
}

static void *ask_often(void *arg)
{
	struct hlabi_hw_ip_info ip;
	struct hlabi_info_args args = { .return_pointer = (uintptr_t)&ip, .return_size = sizeof(ip) };

	for (int i = 0; i < 500; i++)
		if (sys->ops->ioctl(sys, *(int *)arg, HLABI_MISC_INFO, &args))
			return (void *)-1L;
	return NULL;
}

static void two_threads_may_call_at_once(void **state)
{
	pthread_t a, b;
	void *ra, *rb;
	int fd;

	(void)state;
	create("gaudi");
	fd = sys->ops->open(sys, "/dev/hl0", O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	pthread_create(&a, NULL, ask_often, &fd);
	pthread_create(&b, NULL, ask_often, &fd);
	pthread_join(a, &ra);
	pthread_join(b, &rb);
	assert_null(ra);
	assert_null(rb);
	assert_int_equal(sys->ops->close(sys, fd), 0);
	assert_int_equal(sys->ops->close(sys, fd), -EBADF);
	destroy();
}

static void child_may_only_close(void **state)
{
	int fd, status;
	pid_t pid;

	(void)state;
	create("gaudi");
	fd = sys->ops->open(sys, "/dev/hl0", O_RDWR);
	assert_true(fd >= 0);
	pid = fork();
	if (!pid) {
		int wrong = sys->ops->open(sys, "/dev/hl_controlD0", O_RDWR) != -EPERM;

		wrong += sys->ops->ioctl(sys, fd, HLRT_EXT_QUERY, NULL) != -EPERM;
		wrong += sys->ops->close(sys, fd) != 0;
		sys->ops->destroy(sys);
		_exit(wrong);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(sys->ops->close(sys, fd), 0);
	destroy();
}

static void bad_pointers_give_efault(void **state)
{
	int fd;

	(void)state;
	create("gaudi");
	fd = sys->ops->open(sys, "/dev/hl0", O_RDWR);
	assert_int_equal(sys->ops->ioctl(sys, fd, HLABI_MISC_INFO, (void *)8), -EFAULT);
	assert_int_equal(sys->ops->ioctl(sys, fd, HLRT_EXT_QUERY, NULL), -EFAULT);
	assert_int_equal(sys->ops->ioctl(sys, fd, _IO('x', 1), NULL), -ENOTTY);
	assert_int_equal(sys->ops->close(sys, fd), 0);
	destroy();
}

static void export_keeps_device_busy_until_the_fd_is_closed(void **state)
{
	struct hlrt_ext_export ex = { .address = 0x20000000, .length = 1 << 20, .flags = O_RDWR | O_CLOEXEC };
	int fd, again = -1;

	(void)state;
	create("gaudi");
	fd = sys->ops->open(sys, "/dev/hl0", O_RDWR);
	assert_int_equal(sys->ops->ioctl(sys, fd, HLRT_EXT_EXPORT, &ex), 0);
	assert_int_equal(sys->ops->close(sys, fd), 0);
	assert_int_equal(sys->ops->open(sys, "/dev/hl0", O_RDWR), -EBUSY);
	close(ex.fd);
	for (int ms = 0; again < 0 && ms < 2000; ms++) {
		again = sys->ops->open(sys, "/dev/hl0", O_RDWR);
		usleep(1000);
	}
	assert_true(again >= 0);
	assert_int_equal(sys->ops->close(sys, again), 0);
	destroy();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_specs_are_refused_by_name),
		cmocka_unit_test(machine_can_be_made_again),
		cmocka_unit_test(failed_boot_leaves_a_device_without_node),
		cmocka_unit_test(two_threads_may_call_at_once),
		cmocka_unit_test(child_may_only_close),
		cmocka_unit_test(bad_pointers_give_efault),
		cmocka_unit_test(export_keeps_device_busy_until_the_fd_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
