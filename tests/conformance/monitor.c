// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Monitors and the table of buffers, as far as one process shows it; what they tell is for guests (tests/vm/programs/monitor-*.c). */
#include "conformance.h"

static void options_are_checked(void)
{
	struct hlrt_monitor_options options = { .size = sizeof(options), .flags = 0x80000000u };

	EXPECT_NULL(EINVAL, hlrt_monitor_open(&options));
	EXPECT_TEXT("0x80000000");
	options.size = 4;
	EXPECT_NULL(EINVAL, hlrt_monitor_open(&options));
}

static void null_is_no_monitor(void)
{
	struct hlrt_monitor_event event = { .size = sizeof(event) };

	EXPECT_ERROR(EINVAL, hlrt_monitor_fd(NULL));
	EXPECT_ERROR(EINVAL, hlrt_monitor_read(NULL, &event));
	EXPECT_ERROR(EINVAL, hlrt_monitor_close(NULL));
	hlrt_free_buffers(NULL);
}

static void nobody_tells_of_simulated_devices(void)
{
	struct hlrt_monitor_options options = { .size = sizeof(options), .flags = HLRT_MONITOR_BUFFERS };
	size_t count;

	EXPECT_NULL(EOPNOTSUPP, hlrt_monitor_open(NULL));
	EXPECT_NULL(EOPNOTSUPP, hlrt_monitor_open(&options));
	EXPECT_NULL(EOPNOTSUPP, hlrt_get_buffers(NULL, &count));
}

const struct test_case monitor_cases[] = {
	{ "hlrt_monitor_open/EINVAL/options", options_are_checked, NEEDS_NOTHING },
	{ "hlrt_monitor_fd/EINVAL/null", null_is_no_monitor, NEEDS_NOTHING },
	{ "hlrt_monitor_read/EINVAL/null", null_is_no_monitor, NEEDS_NOTHING },
	{ "hlrt_monitor_close/EINVAL/null", null_is_no_monitor, NEEDS_NOTHING },
	{ "hlrt_monitor_open/EOPNOTSUPP/simulated", nobody_tells_of_simulated_devices, NEEDS_SIM },
	{ "hlrt_get_buffers/EOPNOTSUPP/simulated", nobody_tells_of_simulated_devices, NEEDS_SIM },
	{ 0 },
};
