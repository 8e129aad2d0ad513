// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The "misc" generation (Linux up to 6.6). */
#include <linux/types.h>
#include <misc/habanalabs.h>

#define CHECK_GROWN() \
	do { \
		assert_int_equal(HLABI_HW_IP_INFO_MISC_SIZE, sizeof(struct hl_info_hw_ip_info)); \
		assert_int_equal(sizeof(struct hl_info_hw_idle), 24); \
		assert_int_equal(sizeof(struct hl_info_time_sync), 16); \
	} while (0)

#include "compare.h"

static void ioctls_match(void **state)
{
	(void)state;
	assert_int_equal(HLABI_MISC_INFO, HL_IOCTL_INFO);
	assert_int_equal(HLABI_MISC_CB, HL_IOCTL_CB);
	assert_int_equal(HLABI_MISC_CS, HL_IOCTL_CS);
	assert_int_equal(HLABI_MISC_WAIT_CS, HL_IOCTL_WAIT_CS);
	assert_int_equal(HLABI_MISC_MEMORY, HL_IOCTL_MEMORY);
	assert_int_equal(HLABI_MISC_DEBUG, HL_IOCTL_DEBUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(structures_match),
		cmocka_unit_test(constants_match),
		cmocka_unit_test(ioctls_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
