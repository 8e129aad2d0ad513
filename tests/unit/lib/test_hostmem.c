// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Host memory that the library allocates: what it maps, what it says where a node or the driver refuses. */
#include "fake_sys.h"

#include <stdio.h>
#include <sys/mman.h>

static char logged[1024];

static void keep(void *arg, int level, const char *text)
{
	(void)arg;
	(void)level;
	snprintf(logged, sizeof(logged), "%s", text);
}

static bool is_mapped(const void *at)
{
	unsigned char present;

	return !mincore((void *)((uintptr_t)at & ~(hlrti_page_size() - 1)), 1, &present);
}

static void memory_comes_and_goes_with_the_handle(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_host_options any = { .size = sizeof(any), .numa_node = HLRT_NUMA_ANY };
	struct hlrt_mem *mem = hlrt_mem_alloc_host(context, (4 << 20) + 1, &any);
	uint64_t page = hlrti_page_size();
	uint8_t *at = hlrt_mem_host(mem);

	(void)state;
	assert_non_null(mem);
	/* Where a huge page can begin, and no page more than asked for. */
	assert_int_equal((uintptr_t)at % (2 << 20), 0);
	assert_true(is_mapped(at));
	assert_true(is_mapped(at + (4 << 20)));
	assert_false(is_mapped(at + (4 << 20) + page));
	assert_int_equal(fake_find(fake, FAKE_MEMORY, HLABI_MEM_OP_MAP, 0)->in.mem.in.map_host.mem_size,
			 (4 << 20) + page);
	assert_int_equal(hlrt_mem_address(mem), FAKE_HOST_VA + (uintptr_t)at);

	/* A driver that keeps the mapping keeps the memory. */
	fake_fail(fake, FAKE_MEMORY, HLABI_MEM_OP_UNMAP, -EBUSY, 0, 1);
	assert_error(EBUSY, hlrt_mem_free(mem));
	assert_true(is_mapped(at));
	assert_ok(hlrt_mem_free(mem));
	assert_false(is_mapped(at));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void refused_registration_leaves_nothing(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	const struct fake_record *map;

	(void)state;
	fake_fail(fake, FAKE_MEMORY, HLABI_MEM_OP_MAP, -ENOMEM, 0, 1);
	assert_fails(ENOMEM, hlrt_mem_alloc_host(context, 4096, NULL));
	assert_text("pinning 4096 bytes");
	map = fake_find(fake, FAKE_MEMORY, HLABI_MEM_OP_MAP, 0);
	assert_false(is_mapped((void *)(uintptr_t)map->in.mem.in.map_host.host_virt_addr));
	fake_fail(fake, FAKE_MEMORY, HLABI_MEM_OP_MAP, -EFAULT, 0, 1);
	assert_fails(EFAULT, hlrt_mem_register(context, logged, 16));
	assert_text("shared mapping of a file");
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* The device says node 1. Where there is none, its memory is still good, but nobody is left believing otherwise. */
static void a_hint_that_cannot_be_honoured_is_reported(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_host_options node = { .size = sizeof(node), .numa_node = 1 };
	struct hlrt_mem *mem;

	(void)state;
	mem = hlrt_mem_alloc_host(context, 4096, &node);
	if (mem) {
		assert_ok(hlrt_mem_free(mem));
		assert_ok(hlrt_close(context));
		fake_delete(fake);
		skip(); /* this machine has a node 1 */
	}
	assert_int_equal(errno, EINVAL);
	assert_text("NUMA node 1");

	assert_ok(hlrt_set_log(keep, NULL, HLRT_LOG_WARNING));
	mem = hlrt_mem_alloc_host(context, 4096, NULL);
	assert_ok(hlrt_set_log(NULL, NULL, HLRT_LOG_NONE));
	assert_non_null(mem);
	assert_non_null(strstr(logged, "NUMA node 1"));
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_comes_and_goes_with_the_handle),
		cmocka_unit_test(refused_registration_leaves_nothing),
		cmocka_unit_test(a_hint_that_cannot_be_honoured_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
