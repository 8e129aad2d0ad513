// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Our own extensions: sizes and numbers that programs in the field rely on, written out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <abi/hlrt_ext.h>

static void numbers_do_not_move(void **state)
{
	(void)state;
	assert_int_equal(HLRT_EXT_QUERY, 0xc0406480);
	assert_int_equal(HLRT_EXT_EXPORT, 0xc0306481);
	assert_int_equal(HLRT_EXT_IMPORT, 0xc0386482);
	assert_int_equal(HLRT_EXT_UNIMPORT, 0xc0106483);
	assert_int_equal(HLRT_EXT_REVOKE, 0xc0286484);
	assert_int_equal(HLRT_EXT_EXPORT_STATUS, 0xc0286485);
	assert_int_equal(HLRT_EXT_FENCE_FD, 0xc0206486);
	assert_int_equal(HLRT_EXT_EVENT, 0xc0386487);
}

static void fields_do_not_move(void **state)
{
	(void)state;
	assert_int_equal(offsetof(struct hlrt_ext_query, caps), 8);
	assert_int_equal(offsetof(struct hlrt_ext_query, export_max), 24);
	assert_int_equal(offsetof(struct hlrt_ext_export, flags), 24);
	assert_int_equal(offsetof(struct hlrt_ext_export, fd), 28);
	assert_int_equal(offsetof(struct hlrt_ext_import, offset), 8);
	assert_int_equal(offsetof(struct hlrt_ext_import, device_va), 24);
	assert_int_equal(offsetof(struct hlrt_ext_revoke, revoked), 16);
	assert_int_equal(offsetof(struct hlrt_ext_export_status, count), 16);
	assert_int_equal(offsetof(struct hlrt_ext_export_status, flags), 20);
	assert_int_equal(offsetof(struct hlrt_ext_fence_fd, flags), 8);
	assert_int_equal(offsetof(struct hlrt_ext_fence_fd, fd), 12);
	assert_int_equal(offsetof(struct hlrt_ext_event, address), 8);
	assert_int_equal(offsetof(struct hlrt_ext_event, count), 24);
	assert_int_equal(offsetof(struct hlrt_ext_event, time_ns), 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_do_not_move),
		cmocka_unit_test(fields_do_not_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
