// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The "accel" generation (Linux 6.7 and later). */
#include <linux/types.h>
#include <drm/habanalabs_accel.h>

#define CHECK_GROWN() \
	do { \
		SAME_SIZE(struct hlabi_hw_ip_info, struct hl_info_hw_ip_info); \
		SAME_SIZE(struct hlabi_hw_idle, struct hl_info_hw_idle); \
		SAME_SIZE(struct hlabi_time_sync, struct hl_info_time_sync); \
		SAME_FIELD(struct hlabi_mem_in, struct hl_mem_in, export_dmabuf_fd.addr); \
		SAME_FIELD(struct hlabi_mem_in, struct hl_mem_in, export_dmabuf_fd.offset); \
		assert_int_equal(HLABI_EVENT_PAGE_FAULT, HL_NOTIFIER_EVENT_PAGE_FAULT); \
	} while (0)

#include "compare.h"

static void ioctls_match(void **state)
{
	(void)state;
	assert_int_equal(HLABI_ACCEL_INFO, DRM_IOCTL_HL_INFO);
	assert_int_equal(HLABI_ACCEL_CB, DRM_IOCTL_HL_CB);
	assert_int_equal(HLABI_ACCEL_CS, DRM_IOCTL_HL_CS);
	assert_int_equal(HLABI_ACCEL_WAIT_CS, DRM_IOCTL_HL_WAIT_CS);
	assert_int_equal(HLABI_ACCEL_MEMORY, DRM_IOCTL_HL_MEMORY);
	assert_int_equal(HLABI_ACCEL_DEBUG, DRM_IOCTL_HL_DEBUG);
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
