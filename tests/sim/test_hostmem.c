// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Registered host memory as the chip sees it: which pages its tables have, what is refused and what that leaves. */
#include <linux/magic.h>
#include <sys/vfs.h>

#include "driver.h"

#define PAGE 4096u
#define HUGE_PAGE (2u << 20)
#define HUGE_HOP 3u
#define SMALL_HOP 4u

static int setup(void **state)
{
	machine_start(*state ? *state : "gaudi:dram=4G");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_stop();
	return 0;
}

/* Mappable memory at an address that is offset from a huge page's. */
static uint8_t *aligned(size_t offset, size_t len)
{
	uint8_t *room = mmap(NULL, len + 2 * HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(room != MAP_FAILED);
	return room + (-(uintptr_t)room & (HUGE_PAGE - 1)) + offset;
}

static bool is_huge(uint64_t va)
{
	return page_table_leaf(0, va) && page_table_leaf(0, va) == page_table_entry(0, va, HUGE_HOP);
}

static bool is_small(uint64_t va)
{
	return page_table_leaf(0, va) && page_table_leaf(0, va) == page_table_entry(0, va, SMALL_HOP);
}

/* Both ways through the chip, at both ends. */
static void expect_reachable(struct file *file, uint8_t *memory, size_t len, uint64_t va)
{
	struct commands c;

	commands_create(file, &c);
	host_pattern(memory, PAGE, 1);
	memset(memory + len - PAGE, 0, PAGE);
	add(&c, copy, USER_DRAM, va, PAGE, 0);
	assert_int_equal(commands_run(&c, 0), 0);
	add(&c, copy, va + len - PAGE, USER_DRAM, PAGE, 0);
	assert_int_equal(commands_run(&c, 0), 0);
	assert_memory_equal(memory, memory + len - PAGE, PAGE);
	commands_destroy(&c);
}

static void contiguous_memory_gets_huge_entries(void **state)
{
	struct file *file = node_open("hl0");
	const size_t len = 4 * HUGE_PAGE;
	uint8_t *memory = aligned(0, len);
	uint64_t va;

	(void)state;
	assert_int_equal(driver_map(file, memory, len, &va), 0);
	for (uint64_t at = va; at < va + len; at += HUGE_PAGE)
		assert_true(is_huge(at));
	expect_reachable(file, memory, len, va);
	assert_int_equal(driver_unmap(file, va), 0);
	node_close(file);
}

/* The IOMMU makes any memory contiguous on the bus; what is left over behind whole huge pages gets small entries. */
static void unaligned_memory_gets_huge_entries_inside(void **state)
{
	struct file *file = node_open("hl0");
	const size_t len = 2 * HUGE_PAGE + 5 * PAGE;
	uint8_t *memory = aligned(3 * PAGE, len);
	uint64_t va;

	(void)state;
	assert_int_equal(driver_map(file, memory, len, &va), 0);
	assert_true(is_huge(va));
	assert_true(is_huge(va + HUGE_PAGE));
	assert_true(is_small(va + 2 * HUGE_PAGE));
	assert_true(is_small(va + len - PAGE));
	expect_reachable(file, memory, len, va);
	assert_int_equal(driver_unmap(file, va), 0);
	node_close(file);
}

static void scattered_memory_gets_small_entries(void **state)
{
	struct file *file = node_open("hl0");
	const size_t len = 2 * HUGE_PAGE;
	uint8_t *memory = aligned(0, len);
	uint64_t va;

	(void)state;
	assert_int_equal(driver_map(file, memory, len, &va), 0);
	assert_true(is_small(va));
	assert_true(is_small(va + HUGE_PAGE));
	expect_reachable(file, memory, len, va);
	assert_int_equal(driver_unmap(file, va), 0);
	node_close(file);
}

/* A file's pages in the middle of memory that may be registered: nothing is, and nothing stays pinned. */
static void shared_file_pages_are_refused(void **state)
{
	struct file *file = node_open("hl0");
	char path[] = "/var/tmp/hlrt-test-XXXXXX";
	int fd = mkstemp(path);
	uint8_t *memory = aligned(0, 4 * PAGE);
	struct statfs fs;
	uint64_t va;

	(void)state;
	assert_true(fd >= 0 && unlink(path) == 0 && ftruncate(fd, PAGE) == 0 && fstatfs(fd, &fs) == 0);
	if (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC) {
		close(fd);
		node_close(file);
		skip(); /* in memory */
	}
	assert_true(mmap(memory + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED);
	assert_int_equal(driver_map(file, memory, 4 * PAGE, &va), -EFAULT);
	assert_int_equal(kshim_pinned_pages(), 0);
	assert_int_equal(driver_map(file, memory, 2 * PAGE, &va), 0);
	assert_int_equal(driver_unmap(file, va), 0);
	close(fd);
	node_close(file);
}

int main(void)
{
	static char scattered[] = "gaudi:dram=4G,scatter=1";
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(contiguous_memory_gets_huge_entries, setup, teardown),
		cmocka_unit_test_setup_teardown(unaligned_memory_gets_huge_entries_inside, setup, teardown),
		cmocka_unit_test_prestate_setup_teardown(scattered_memory_gets_small_entries, setup, teardown,
							 scattered),
		cmocka_unit_test_setup_teardown(shared_file_pages_are_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
