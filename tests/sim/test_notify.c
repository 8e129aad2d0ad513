// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What the driver tells a program by itself: events with their details, and fences of submissions. */
#include <poll.h>

#include "driver.h"

#define PAGE 4096u
#define KEPT 64u     /* events that a context keeps */
#define WINDOW 1024u /* submissions whose results it keeps */
#define UNMAPPED_VA (GAUDI_VA_HOST_BASE + 0x40000000ull)

static int setup(void **state)
{
	(void)state;
	machine_start("gaudi*2:dram=4G,param.cs_timeout_ms=300");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_stop();
	return 0;
}

static long next_event(struct file *file, struct hlrt_ext_event *event)
{
	*event = (struct hlrt_ext_event){ 0 };
	return driver_ioctl(file, HLRT_EXT_EVENT, event);
}

static bool readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLIN);
}

static struct hlrt_ext_event expect_event(struct file *file, uint32_t type)
{
	struct hlrt_ext_event event;

	assert_eventually(!next_event(file, &event));
	assert_int_equal(event.type, type);
	assert_true(event.time_ns);
	return event;
}

static void expect_none(struct file *file)
{
	struct hlrt_ext_event event;

	assert_int_equal(next_event(file, &event), -EAGAIN);
}

/* ---- events ---- */

static void fault(struct file *file)
{
	struct commands c;
	uint64_t seq;

	commands_create(file, &c);
	add(&c, copy, USER_DRAM, UNMAPPED_VA, PAGE, 0);
	assert_int_equal(force(0, 0, c.at, c.len, &seq), 0);
	c.len = 0;
	assert_eventually(driver_poll(file, seq, NULL) == -EIO);
	commands_destroy(&c);
}

static void a_page_fault_is_told_with_its_address(void **state)
{
	struct file *file = node_open("hl0"), *other = node_open("hl1");
	unsigned int faults = 0, begun = 0;
	struct hlrt_ext_event event;

	(void)state;
	fault(file);
	/* The engine and its queue complain as well, in an order that is the chip's, perhaps while the reset begins. */
	do {
		assert_eventually(!next_event(file, &event));
		if (event.type == HLRT_EXT_EVENT_PAGE_FAULT)
			assert_int_equal(event.address, UNMAPPED_VA);
		else if (event.type != HLRT_EXT_EVENT_RESET_BEGIN && event.type != HLRT_EXT_EVENT_RESET_END)
			assert_int_equal(event.type, HLRT_EXT_EVENT_DEVICE_ERROR);
		faults += event.type == HLRT_EXT_EVENT_PAGE_FAULT;
		begun += event.type == HLRT_EXT_EVENT_RESET_BEGIN;
	} while (event.type != HLRT_EXT_EVENT_RESET_END);
	assert_int_equal(faults, 1);
	assert_int_equal(begun, 1);
	expect_none(file);
	expect_none(other);
	node_close(other);
	node_close(file);

	/* And not to the next owner. */
	file = node_open("hl0");
	expect_none(file);
	node_close(file);
}

static void events_wake_who_registers_late(void **state)
{
	struct file *file = node_open("hl0");
	int events;

	(void)state;
	notify(0, HLABI_EVENT_RAZWI, 0);
	events = event_register(file);
	assert_true(readable(events));
	expect_event(file, HLRT_EXT_EVENT_RAZWI);
	expect_none(file);
	close(events);
	node_close(file);
}

static void several_bits_are_several_events(void **state)
{
	struct file *file = node_open("hl0");

	(void)state;
	notify(0, HLABI_EVENT_USER_ENGINE_ERR | HLABI_EVENT_UNDEFINED_OPCODE | HLABI_EVENT_RAZWI, 0x1234);
	assert_int_equal(expect_event(file, HLRT_EXT_EVENT_RAZWI).address, 0x1234);
	expect_event(file, HLRT_EXT_EVENT_DEVICE_ERROR);
	expect_none(file);
	node_close(file);
}

static void what_nobody_reads_is_counted(void **state)
{
	struct file *file = node_open("hl0");
	struct hlrt_ext_event event;

	(void)state;
	for (uint64_t i = 0; i < KEPT + 10; i++)
		notify(0, HLABI_EVENT_PAGE_FAULT, 1000 + i);
	for (uint64_t i = 0; i < 2; i++)
		assert_int_equal(expect_event(file, HLRT_EXT_EVENT_PAGE_FAULT).address, 1000 + i);

	/* There is room again: the gap is told where it is, before what came after it. */
	notify(0, HLABI_EVENT_PAGE_FAULT, 5000);
	for (uint64_t i = 2; i < KEPT; i++)
		assert_int_equal(expect_event(file, HLRT_EXT_EVENT_PAGE_FAULT).address, 1000 + i);
	event = expect_event(file, HLRT_EXT_EVENT_LOST);
	assert_int_equal(event.count, 10);
	assert_int_equal(expect_event(file, HLRT_EXT_EVENT_PAGE_FAULT).address, 5000);
	expect_none(file);

	/* The gap may also be the last thing. */
	for (uint64_t i = 0; i < KEPT + 1; i++)
		notify(0, HLABI_EVENT_PAGE_FAULT, i);
	for (uint64_t i = 0; i < KEPT; i++)
		expect_event(file, HLRT_EXT_EVENT_PAGE_FAULT);
	assert_int_equal(expect_event(file, HLRT_EXT_EVENT_LOST).count, 1);
	expect_none(file);
	node_close(file);
}

static void removal_is_told_to_who_is_left(void **state)
{
	struct file *file = node_open("hl0");

	(void)state;
	kshim_pci_unbind(chip_pdev(0));
	expect_event(file, HLRT_EXT_EVENT_REMOVED);
	expect_none(file);
	node_close(file);
}

static void event_arguments_are_checked(void **state)
{
	struct file *file = node_open("hl0");
	struct hlrt_ext_event pad = { .pad = 1 }, reserved = { .reserved = { 0, 1 } };

	(void)state;
	assert_int_equal(driver_ioctl(file, HLRT_EXT_EVENT, &pad), -EINVAL);
	assert_int_equal(driver_ioctl(file, HLRT_EXT_EVENT, &reserved), -EINVAL);
	node_close(file);
}

/* ---- fences ---- */

static long fence_fd(struct file *file, uint64_t seq)
{
	struct hlrt_ext_fence_fd args = { .seq = seq, .flags = O_CLOEXEC };
	long rc = driver_ioctl(file, HLRT_EXT_FENCE_FD, &args);

	return rc ? rc : args.fd;
}

static int expect_fence(struct file *file, uint64_t seq)
{
	long fd = fence_fd(file, seq);

	if (fd < 0)
		fail_msg("FENCE_FD gives %ld", fd);
	assert_true(fcntl((int)fd, F_GETFD) & FD_CLOEXEC);
	return (int)fd;
}

static uint64_t hang(struct commands *c)
{
	uint64_t seq;

	hlm_set_fault(chip(0), HLM_FAULT_HANG_QUEUE, 1);
	add(c, nop, 0);
	assert_int_equal(commands_submit(c, 0, &seq), 0);
	return seq;
}

static void a_fence_is_readable_when_the_work_has_ended(void **state)
{
	struct file *file = node_open("hl0");
	struct commands c;
	uint64_t seq;
	int late, first, second;

	(void)state;
	commands_create(file, &c);
	seq = hang(&c);
	first = expect_fence(file, seq);
	second = expect_fence(file, seq);
	assert_false(readable(first));
	assert_false(readable(second));
	assert_eventually(readable(first)); /* the driver's time limit ends it */
	assert_eventually(readable(second));
	assert_int_equal(driver_wait(file, seq, NULL), -ETIMEDOUT);
	late = expect_fence(file, seq);
	assert_true(readable(late));
	close(first);
	close(second);
	close(late);
	commands_destroy(&c);
	node_close(file);
}

/* The fd is closed before the work ends, or outlives context and device. */
static void a_fence_fd_has_a_life_of_its_own(void **state)
{
	struct file *file = node_open("hl0");
	struct commands c;
	int fd;

	(void)state;
	commands_create(file, &c);
	close(expect_fence(file, hang(&c)));
	assert_int_equal(driver_wait(file, 1, NULL), -ETIMEDOUT);
	commands_destroy(&c);
	node_close(file);

	file = node_open("hl0");
	commands_create(file, &c);
	fd = expect_fence(file, hang(&c));
	kshim_pci_unbind(chip_pdev(0));
	assert_true(readable(fd));
	commands_destroy(&c);
	node_close(file);
	assert_true(readable(fd));
	close(fd);
}

static void fences_of_nothing_are_refused(void **state)
{
	struct file *file = node_open("hl0");
	struct hlrt_ext_fence_fd flags = { .seq = 1, .flags = O_RDWR }, reserved = { .seq = 1, .reserved = { 1 } };
	struct commands c;
	uint64_t seq;

	(void)state;
	assert_int_equal(fence_fd(file, 0), -EINVAL);
	assert_int_equal(fence_fd(file, 1), -EINVAL);
	commands_create(file, &c);
	for (uint64_t i = 1; i <= WINDOW + 1; i++) {
		add(&c, nop, 0);
		assert_int_equal(commands_submit(&c, 0, &seq), 0);
		assert_int_equal(driver_wait(file, seq, NULL), 0);
	}
	assert_int_equal(fence_fd(file, 1), -ENODATA);
	close(expect_fence(file, 2));
	assert_int_equal(fence_fd(file, seq + 1), -EINVAL);
	assert_int_equal(driver_ioctl(file, HLRT_EXT_FENCE_FD, &flags), -EINVAL);
	assert_int_equal(driver_ioctl(file, HLRT_EXT_FENCE_FD, &reserved), -EINVAL);
	commands_destroy(&c);
	node_close(file);
}

/* Whoever waits for a fence counts on its end: there is none of work that may run for ever. */
static void work_without_a_limit_has_no_fence(void **state)
{
	struct file *file = node_open("hl0");
	struct commands c;
	uint64_t seq;

	(void)state;
	commands_create(file, &c);
	add(&c, fence, 0, 1, 1, 0);
	assert_int_equal(commands_submit_timeout(&c, 0, 0, &seq), 0);
	assert_int_equal(fence_fd(file, seq), -EOPNOTSUPP);
	commands_destroy(&c);
	node_close(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_page_fault_is_told_with_its_address, setup, teardown),
		cmocka_unit_test_setup_teardown(events_wake_who_registers_late, setup, teardown),
		cmocka_unit_test_setup_teardown(several_bits_are_several_events, setup, teardown),
		cmocka_unit_test_setup_teardown(what_nobody_reads_is_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(removal_is_told_to_who_is_left, setup, teardown),
		cmocka_unit_test_setup_teardown(event_arguments_are_checked, setup, teardown),
		cmocka_unit_test_setup_teardown(a_fence_is_readable_when_the_work_has_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(a_fence_fd_has_a_life_of_its_own, setup, teardown),
		cmocka_unit_test_setup_teardown(fences_of_nothing_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(work_without_a_limit_has_no_fence, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
