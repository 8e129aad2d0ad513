// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Events of a driver with a queue and of one with bits, the eventfd's state between them, and contexts of foreign fds. */
#include "fake_sys.h"

#include <poll.h>
#include <unistd.h>

static bool readable(const struct hlrt_event_reader *reader)
{
	struct pollfd p = { .fd = hlrt_events_fd(reader), .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static struct hlrt_event expect_event(struct hlrt_event_reader *reader, uint32_t type)
{
	struct hlrt_event event = { .size = sizeof(event) };

	assert_true(readable(reader));
	assert_ok(hlrt_events_read(reader, &event));
	assert_int_equal(event.type, type);
	return event;
}

/* The one look that finds out that what made the fd readable was read already is allowed. */
static void expect_none(struct hlrt_event_reader *reader)
{
	struct hlrt_event event = { .size = sizeof(event) };

	assert_error(EAGAIN, hlrt_events_read(reader, &event));
	assert_false(readable(reader));
}

static struct hlrt_context *open_with_queue(struct fake *fake)
{
	fake->ext.caps |= HLRT_EXT_CAP_EVENTS;
	return fake_open();
}

/* ---- a driver that keeps a queue ---- */

static void queued_events_come_in_order_with_all_they_have(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = open_with_queue(fake);
	struct hlrt_event_reader *reader = hlrt_events_open(context);
	struct hlrt_event event;

	(void)state;
	assert_non_null(reader);
	assert_ok(hlrt_check_capability(context, HLRT_CAP_EVENT_DETAIL));
	expect_none(reader);
	fake_event(fake, HLRT_EXT_EVENT_PAGE_FAULT, 0x1000);
	fake_event(fake, HLRT_EXT_EVENT_REVOKED, 0x2000);
	fake->events[1].length = 4096;
	fake_event(fake, HLRT_EXT_EVENT_LOST, 0);
	fake->events[2].count = 5;
	event = expect_event(reader, HLRT_EVENT_PAGE_FAULT);
	assert_int_equal(event.address, 0x1000);
	assert_int_equal(event.time_ns, 77);
	event = expect_event(reader, HLRT_EVENT_REVOKED);
	assert_int_equal(event.length, 4096);
	event = expect_event(reader, HLRT_EVENT_LOST);
	assert_int_equal(event.count, 5);
	expect_none(reader);
	/* Of a newer driver. */
	fake_event(fake, 99, 0);
	expect_event(reader, HLRT_EVENT_DEVICE_ERROR);
	assert_ok(hlrt_events_close(reader));
	assert_int_equal(fake_count(fake, FAKE_INFO, HLABI_INFO_UNREGISTER_EVENTFD), 1);
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* What has been read need not be run into; reading goes on. */
static void a_reset_that_was_read_is_known(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = open_with_queue(fake);
	struct hlrt_event_reader *reader = hlrt_events_open(context);

	(void)state;
	fake_event(fake, HLRT_EXT_EVENT_RESET_BEGIN, 0);
	fake_event(fake, HLRT_EXT_EVENT_RESET_END, 0);
	expect_event(reader, HLRT_EVENT_RESET_BEGIN);
	assert_fails(ENODEV, hlrt_mem_alloc(context, 4096, NULL));
	expect_event(reader, HLRT_EVENT_RESET_END);
	assert_fails(ENODEV, hlrt_mem_alloc(context, 4096, NULL));
	assert_ok(hlrt_events_close(reader));
	reader = hlrt_events_open(context);
	assert_non_null(reader);
	assert_ok(hlrt_events_close(reader));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* ---- a driver with bits ---- */

static void bits_are_told_one_by_one(void **state)
{
	struct fake *fake = fake_new(false, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_event_reader *reader = hlrt_events_open(context);

	(void)state;
	assert_error(EOPNOTSUPP, hlrt_check_capability(context, HLRT_CAP_EVENT_DETAIL));
	fake_event_bits(fake, HLABI_EVENT_DEVICE_RESET | HLABI_EVENT_PAGE_FAULT | HLABI_EVENT_USER_ENGINE_ERR |
				      HLABI_EVENT_GENERAL_HW_ERR);
	assert_int_equal(expect_event(reader, HLRT_EVENT_PAGE_FAULT).address, 0);
	expect_event(reader, HLRT_EVENT_DEVICE_ERROR);
	expect_event(reader, HLRT_EVENT_RESET_BEGIN);
	expect_none(reader);
	fake_event_bits(fake, HLABI_EVENT_CS_TIMEOUT | HLABI_EVENT_RAZWI | HLABI_EVENT_DEVICE_UNAVAILABLE);
	expect_event(reader, HLRT_EVENT_RAZWI);
	expect_event(reader, HLRT_EVENT_TIMEOUT);
	expect_event(reader, HLRT_EVENT_REMOVED);
	expect_none(reader);
	assert_ok(hlrt_events_close(reader));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void a_device_that_is_gone_is_told_once(void **state)
{
	struct fake *fake = fake_new(false, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_event_reader *reader = hlrt_events_open(context);

	(void)state;
	fake->read_event_result = -ENODEV;
	fake_event_bits(fake, 0);
	expect_event(reader, HLRT_EVENT_REMOVED);
	expect_none(reader);
	assert_ok(hlrt_events_close(reader));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* errno-case: hlrt_events_open/EOPNOTSUPP/driver_without_events */
static void a_driver_without_events(void **state)
{
	struct fake *fake = fake_new(false, false);
	struct hlrt_context *context = fake_open();

	(void)state;
	fake->event_fd_result = -EINVAL;
	assert_fails(EOPNOTSUPP, hlrt_events_open(context));
	assert_text("habanalabs");
	fake->event_fd_result = -EMFILE;
	assert_fails(EMFILE, hlrt_events_open(context));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void somebody_else_reads(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = open_with_queue(fake);

	(void)state;
	fake->event_fd_result = -EINVAL;
	assert_fails(EBUSY, hlrt_events_open(context));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* ---- contexts of foreign fds ---- */

static void borrowed_is_not_closed_adopted_is(void **state)
{
	struct fake *fake = fake_new(true, true);
	struct hlrt_context *context = hlrt_context_from_fd(FAKE_FIRST_FD, HLRT_FD_BORROW);

	(void)state;
	assert_non_null(context);
	assert_int_equal(hlrt_context_fd(context), FAKE_FIRST_FD);
	assert_ok(hlrt_close(context));
	assert_int_equal(fake->opens, 0);
	assert_int_equal(fake->closes, 0);
	context = hlrt_context_from_fd(FAKE_FIRST_FD, HLRT_FD_ADOPT);
	assert_non_null(context);
	assert_ok(hlrt_close(context));
	assert_int_equal(fake->closes, 1);
	fake_delete(fake);
}

/* errno-case: hlrt_context_from_fd/EOPNOTSUPP/no_provider */
static void foreign_fds_that_are_refused_stay_open(void **state)
{
	struct fake *fake = fake_new(true, true);

	(void)state;
	assert_fails(EINVAL, hlrt_context_from_fd(FAKE_FIRST_FD, 7));
	fake->identify_result = -EINVAL;
	assert_fails(EINVAL, hlrt_context_from_fd(FAKE_FIRST_FD, HLRT_FD_ADOPT));
	fake->identify_result = -EBADF;
	assert_fails(EBADF, hlrt_context_from_fd(FAKE_FIRST_FD, HLRT_FD_ADOPT));
	fake->identify_result = 0;
	fake->device.device = 0x1020;
	assert_fails(EOPNOTSUPP, hlrt_context_from_fd(FAKE_FIRST_FD, HLRT_FD_ADOPT));
	fake->device.device = HLABI_PCI_GAUDI;
	fake->status = HLABI_STATUS_IN_RESET;
	assert_fails(ENODEV, hlrt_context_from_fd(FAKE_FIRST_FD, HLRT_FD_ADOPT));
	fake->status = HLABI_STATUS_OPERATIONAL;
	fake_fail(fake, FAKE_INFO, HLABI_INFO_HW_IP, -ENODEV, 0, 1);
	assert_fails(ENODEV, hlrt_context_from_fd(FAKE_FIRST_FD, HLRT_FD_ADOPT));
	assert_int_equal(fake->closes, 0);
	fake_delete(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queued_events_come_in_order_with_all_they_have),
		cmocka_unit_test(a_reset_that_was_read_is_known),
		cmocka_unit_test(bits_are_told_one_by_one),
		cmocka_unit_test(a_device_that_is_gone_is_told_once),
		cmocka_unit_test(a_driver_without_events),
		cmocka_unit_test(somebody_else_reads),
		cmocka_unit_test(borrowed_is_not_closed_adopted_is),
		cmocka_unit_test(foreign_fds_that_are_refused_stay_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
