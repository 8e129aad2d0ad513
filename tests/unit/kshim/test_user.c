// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Bad addresses from user space. */
#include "fake_device.h"

#include <linux/mm.h>
#include <linux/uaccess.h>
#include <sys/mman.h>
#include <sys/resource.h>

static char *area; /* page 0 writable, 1 read-only, 2 no access, 3 not mapped */

static int setup(void **state)
{
	(void)state;
	area = mmap(NULL, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(area, MAP_FAILED);
	memset(area, 'u', 4 * PAGE_SIZE);
	mprotect(area + PAGE_SIZE, PAGE_SIZE, PROT_READ);
	mprotect(area + 2 * PAGE_SIZE, PAGE_SIZE, PROT_NONE);
	munmap(area + 3 * PAGE_SIZE, PAGE_SIZE);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	munmap(area, 3 * PAGE_SIZE);
	return 0;
}

static void copy_counts_what_was_not_copied(void **state)
{
	char buf[64];

	(void)state;
	memset(buf, 'k', sizeof(buf));
	assert_int_equal(copy_from_user(buf, area + 2 * PAGE_SIZE - 10, 30), 20);
	assert_memory_equal(buf, "uuuuuuuuuu", 10);
	assert_int_equal(buf[10], 0);
	assert_int_equal(buf[29], 0);
	assert_int_equal(buf[30], 'k');
	assert_int_equal(copy_to_user(area + PAGE_SIZE - 8, buf, 24), 16);
	assert_int_equal(area[PAGE_SIZE], 'u');
	assert_int_equal(copy_from_user(buf, NULL, 8), 8);
	assert_int_equal(copy_to_user((void *)-4096L, buf, 8), 8);
	assert_int_equal(copy_from_user(buf, area + 3 * PAGE_SIZE, 8), 8);
}

static void get_and_put_user_say_efault(void **state)
{
	u64 v = 7;

	(void)state;
	assert_int_equal(put_user((u64)42, (u64 *)area), 0);
	assert_int_equal(get_user(v, (u64 *)area), 0);
	assert_int_equal(v, 42);
	assert_int_equal(get_user(v, (u64 *)(area + 2 * PAGE_SIZE)), -EFAULT);
	assert_int_equal(v, 0);
	assert_int_equal(put_user(v, (u64 *)(area + PAGE_SIZE)), -EFAULT);
	assert_ptr_equal(memdup_user(NULL, 16), ERR_PTR(-EFAULT));
}

static void pin_takes_only_pages_that_the_device_may_use(void **state)
{
	struct page *pages[4];
	unsigned long start = (unsigned long)area;

	(void)state;
	assert_int_equal(pin_user_pages_fast(start, 4, 0, pages), 2);
	assert_ptr_equal(page_address(pages[1]), area + PAGE_SIZE);
	assert_int_equal(kshim_pinned_pages(), 2);
	unpin_user_pages(pages, 2);
	assert_int_equal(pin_user_pages_fast(start, 4, FOLL_WRITE | FOLL_LONGTERM, pages), 1);
	unpin_user_page(pages[0]);
	assert_int_equal(pin_user_pages_fast(start + PAGE_SIZE, 1, FOLL_WRITE, pages), -EFAULT);
	assert_int_equal(pin_user_pages_fast(start + 2 * PAGE_SIZE, 1, 0, pages), -EFAULT);
	assert_int_equal(pin_user_pages_fast(start + 3 * PAGE_SIZE, 1, 0, pages), -EFAULT);
	assert_int_equal(kshim_pinned_pages(), 0);
}

static void locked_memory_is_limited(void **state)
{
	struct rlimit old, small = { 16 * PAGE_SIZE, 16 * PAGE_SIZE };

	(void)state;
	getrlimit(RLIMIT_MEMLOCK, &old);
	small.rlim_max = old.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &small), 0);
	kshim_set_unprivileged(true);
	assert_int_equal(account_locked_vm(current->mm, 10, true), 0);
	assert_int_equal(account_locked_vm(current->mm, 7, true), -ENOMEM);
	assert_int_equal(account_locked_vm(current->mm, 6, true), 0);
	assert_int_equal(account_locked_vm(current->mm, 16, false), 0);
	kshim_set_unprivileged(false);
	setrlimit(RLIMIT_MEMLOCK, &old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(copy_counts_what_was_not_copied, setup, teardown),
		cmocka_unit_test_setup_teardown(get_and_put_user_say_efault, setup, teardown),
		cmocka_unit_test_setup_teardown(pin_takes_only_pages_that_the_device_may_use, setup, teardown),
		cmocka_unit_test_setup_teardown(locked_memory_is_limited, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
