// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Allocating, registering, exporting, quarantine: each ioctl's every field, and what happens when one fails. */
#include "fake_sys.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void expect_memory_args(const struct fake_record *record, const union hlabi_mem_args *expected)
{
	assert_memory_equal(&record->in.mem, expected, sizeof(*expected));
}

static void allocation_is_placed_here_and_counted_there(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem_options options = { .size = sizeof(options), .align = 1 << 20 };
	struct hlrt_mem *a = hlrt_mem_alloc(context, 5000, NULL), *b = hlrt_mem_alloc(context, 1, &options);
	struct hlrt_attr attr = { .size = sizeof(attr) };

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(hlrt_mem_address(a), FAKE_DRAM_BASE);
	assert_int_equal(hlrt_mem_length(a), 5000);
	assert_int_equal(hlrt_mem_address(b), FAKE_DRAM_BASE + (1 << 20));
	expect_memory_args(fake_find(fake, FAKE_MEMORY, HLABI_MEM_OP_ALLOC, 0),
			   &(union hlabi_mem_args){ .in = { .alloc = { .mem_size = 8192 },
							    .op = HLABI_MEM_OP_ALLOC,
							    .flags = HLABI_MEM_CONTIGUOUS } });
	assert_ok(hlrt_query(context, &attr));
	assert_int_equal(attr.dram_free, FAKE_DRAM_SIZE - 8192 - 4096);
	assert_ok(hlrt_mem_free(a));
	/* On Gaudi FREE takes the size where other ASICs have a handle. */
	expect_memory_args(fake_find(fake, FAKE_MEMORY, HLABI_MEM_OP_FREE, 0),
			   &(union hlabi_mem_args){ .in = { .free = { .handle = 8192 }, .op = HLABI_MEM_OP_FREE } });
	assert_ok(hlrt_mem_free(b));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void failed_allocation_takes_nothing(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem;

	(void)state;
	fake_fail(fake, FAKE_MEMORY, HLABI_MEM_OP_ALLOC, -ENOMEM, 0, 1);
	assert_fails(ENOMEM, hlrt_mem_alloc(context, FAKE_DRAM_SIZE, NULL));
	mem = hlrt_mem_alloc(context, FAKE_DRAM_SIZE, NULL);
	assert_non_null(mem);
	assert_fails(ENOMEM, hlrt_mem_alloc(context, 4096, NULL));
	assert_text("no free piece of 4096 bytes");
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void registration_maps_whole_pages(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	uint64_t page = hlrti_page_size();
	uint8_t *base = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct hlrt_mem *mem = hlrt_mem_register(context, base + 100, 2 * page);

	(void)state;
	assert_non_null(mem);
	expect_memory_args(fake_find(fake, FAKE_MEMORY, HLABI_MEM_OP_MAP, 0),
			   &(union hlabi_mem_args){
				   .in = { .map_host = { .host_virt_addr = (uintptr_t)base, .mem_size = 3 * page },
					   .op = HLABI_MEM_OP_MAP,
					   .flags = HLABI_MEM_USERPTR } });
	assert_int_equal(hlrt_mem_address(mem), FAKE_HOST_VA + (uintptr_t)base + 100);
	assert_int_equal(hlrt_mem_kind(mem), HLRT_MEM_HOST);
	assert_ok(hlrt_mem_free(mem));
	expect_memory_args(
		fake_find(fake, FAKE_MEMORY, HLABI_MEM_OP_UNMAP, 0),
		&(union hlabi_mem_args){ .in = { .unmap = { .device_virt_addr = FAKE_HOST_VA + (uintptr_t)base },
						 .op = HLABI_MEM_OP_UNMAP } });

	fake_fail(fake, FAKE_MEMORY, HLABI_MEM_OP_MAP, -ENOMEM, 0, 1);
	assert_fails(ENOMEM, hlrt_mem_register(context, base, page));
	assert_text("pinning");
	munmap(base, 4 * page);
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void busy_unmap_keeps_the_handle(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	static char buf[64];
	struct hlrt_mem *mem = hlrt_mem_register(context, buf, sizeof(buf));

	(void)state;
	fake_fail(fake, FAKE_MEMORY, HLABI_MEM_OP_UNMAP, -EBUSY, 0, 1);
	assert_error(EBUSY, hlrt_mem_free(mem));
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* ---- export ---- */

static void hlrt_exports_by_its_extension(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 1 << 20, NULL);
	struct hlrt_dmabuf *dmabuf = hlrt_dmabuf_export(mem, 8192, 4096, 0);
	struct hlrt_ext_export expected = { .address = FAKE_DRAM_BASE + 8192,
					    .length = 4096,
					    .flags = O_RDWR | O_CLOEXEC };

	(void)state;
	assert_non_null(dmabuf);
	assert_memory_equal(&fake_find(fake, FAKE_EXPORT, 0, 0)->in, &expected, sizeof(expected));
	assert_int_equal(hlrt_dmabuf_offset(dmabuf), 0);
	assert_int_equal(fake_count(fake, FAKE_MEMORY, HLABI_MEM_OP_EXPORT_DMABUF_FD), 0);
	assert_ok(hlrt_dmabuf_close(dmabuf));
	fake->exports = 0;
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void in_tree_drivers_export_by_address(void **state)
{
	(void)state;
	for (int accel = 0; accel < 2; accel++) {
		struct fake *fake = fake_new(false, accel);
		struct hlrt_context *context = fake_open();
		struct hlrt_mem *mem = hlrt_mem_alloc(context, 1 << 20, NULL);
		struct hlrt_dmabuf *dmabuf = hlrt_dmabuf_export(mem, 8192, 4096, 0);

		assert_non_null(dmabuf);
		expect_memory_args(fake_find(fake, FAKE_MEMORY, HLABI_MEM_OP_EXPORT_DMABUF_FD, 0),
				   &(union hlabi_mem_args){ .in = { .export_dmabuf_fd = { .addr = FAKE_DRAM_BASE + 8192,
											  .mem_size = 4096,
											  .offset = 0 },
								    .op = HLABI_MEM_OP_EXPORT_DMABUF_FD,
								    .flags = O_RDWR | O_CLOEXEC } });
		/* errno-case: hlrt_dmabuf_revoke/EOPNOTSUPP/in_tree_driver */
		assert_error(EOPNOTSUPP, hlrt_dmabuf_revoke(dmabuf));
		/* errno-case: hlrt_dmabuf_import/EOPNOTSUPP/in_tree_driver */
		assert_fails(EOPNOTSUPP, hlrt_dmabuf_import(context, 0, 0, 0, 0));
		assert_ok(hlrt_dmabuf_close(dmabuf));
		assert_ok(hlrt_mem_free(mem));
		assert_ok(hlrt_close(context));
		fake_delete(fake);
	}
}

static void driver_without_export_is_not_asked(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context;
	struct hlrt_attr attr = { .size = sizeof(attr) };
	struct hlrt_mem *mem;

	(void)state;
	fake->ext.caps = HLRT_EXT_CAP_SCRUB;
	context = fake_open();
	mem = hlrt_mem_alloc(context, 1 << 20, NULL);
	/* errno-case: hlrt_dmabuf_export/EOPNOTSUPP/driver_without */
	assert_fails(EOPNOTSUPP, hlrt_dmabuf_export(mem, 0, 4096, 0));
	assert_ok(hlrt_query(context, &attr));
	assert_int_equal(attr.export_granularity, 0);
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void revoking_names_the_range(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 1 << 20, NULL);
	struct hlrt_dmabuf *dmabuf = hlrt_dmabuf_export(mem, 4096, 8192, 0);
	struct hlrt_ext_revoke expected = { .address = FAKE_DRAM_BASE + 4096, .length = 8192 };

	(void)state;
	/* errno-case: hlrt_dmabuf_revoke/EBUSY/pinned_importer */
	fake_fail(fake, FAKE_REVOKE, 0, -EBUSY, 0, 1);
	assert_error(EBUSY, hlrt_dmabuf_revoke(dmabuf));
	assert_ok(hlrt_dmabuf_revoke(dmabuf));
	assert_memory_equal(&fake_find(fake, FAKE_REVOKE, 0, 1)->in, &expected, sizeof(expected));
	assert_ok(hlrt_dmabuf_close(dmabuf));
	fake->exports = 0;
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* ---- import ---- */

static void import_and_its_errors(void **state)
{
	static const struct {
		int error;
		const char *text;
	} cases[] = {
		{ EBADF, "not an open" },
		{ EINVAL, "no dma-buf" },
		{ ERANGE, "beyond" },
		/* errno-case: hlrt_dmabuf_import/EXDEV/no_path */
		{ EXDEV, "peer-to-peer" },
		{ ENODEV, "revoked" },
		{ ENOMEM, "importing" },
	};
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	const struct hlrt_ext_import expected = { .fd = 9, .offset = 4096, .length = 8192 };
	struct hlrt_mem *mem;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_forget(fake);
		fake_fail(fake, FAKE_IMPORT, 0, -cases[i].error, 0, 1);
		assert_fails(cases[i].error, hlrt_dmabuf_import(context, 9, 4096, 8192, 0));
		assert_text(cases[i].text);
	}
	fake->refusal = "ACS of bridge 0000:00:01.0 redirects";
	assert_fails(EXDEV, hlrt_dmabuf_import(context, 9, 4096, 8192, 0));
	assert_text("between the two devices: ACS of bridge 0000:00:01.0 redirects");
	fake->refusal = NULL;
	/* A revoked buffer is no lost device. */
	fake_forget(fake);
	mem = hlrt_dmabuf_import(context, 9, 4096, 8192, 0);
	assert_non_null(mem);
	assert_memory_equal(&fake_find(fake, FAKE_IMPORT, 0, 0)->in, &expected,
			    offsetof(struct hlrt_ext_import, device_va));
	assert_int_equal(hlrt_mem_address(mem), FAKE_PEER_VA);
	assert_int_equal(hlrt_mem_length(mem), 8192);
	fake_fail(fake, FAKE_UNIMPORT, 0, -EBUSY, 0, 1);
	assert_error(EBUSY, hlrt_mem_free(mem));
	assert_ok(hlrt_mem_free(mem));
	mem = hlrt_dmabuf_import(context, 9, 0, 0, 0);
	assert_int_equal(hlrt_mem_length(mem), 1 << 20);
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* ---- quarantine ---- */

static void exported_range_waits_for_its_importers(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_attr attr = { .size = sizeof(attr) };
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 1 << 20, NULL), *other;
	struct hlrt_dmabuf *dmabuf = hlrt_dmabuf_export(mem, 0, 4096, 0);
	uint64_t address = hlrt_mem_address(mem);
	struct hlrt_ext_export_status expected = {
		.address = address,
		.length = 1 << 20,
		.flags = HLRT_EXT_STATUS_FREE,
	};

	(void)state;
	assert_error(EBUSY, hlrt_mem_free(mem));
	assert_ok(hlrt_dmabuf_close(dmabuf));
	assert_ok(hlrt_mem_free(mem)); /* an importer elsewhere still holds it: fake->exports is 1 */
	assert_memory_equal(&fake_find(fake, FAKE_STATUS, 0, 0)->in, &expected, sizeof(expected));
	other = hlrt_mem_alloc(context, 1 << 20, NULL);
	assert_int_not_equal(hlrt_mem_address(other), address);
	assert_ok(hlrt_mem_free(other));
	assert_fails(ENOMEM, hlrt_mem_alloc(context, FAKE_DRAM_SIZE, NULL));
	assert_ok(hlrt_query(context, &attr));
	assert_int_equal(attr.dram_free, FAKE_DRAM_SIZE - (1 << 20));

	fake->exports = 0; /* it lets go */
	other = hlrt_mem_alloc(context, FAKE_DRAM_SIZE, NULL);
	assert_non_null(other);
	assert_ok(hlrt_mem_free(other));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void in_tree_exported_range_waits_for_close(void **state)
{
	struct fake *fake = fake_new(false, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 1 << 20, NULL);
	struct hlrt_dmabuf *dmabuf = hlrt_dmabuf_export(mem, 0, 4096, 0);

	(void)state;
	assert_ok(hlrt_dmabuf_close(dmabuf));
	assert_ok(hlrt_mem_free(mem));
	assert_int_equal(fake_count(fake, FAKE_STATUS, 0), 0);
	assert_fails(ENOMEM, hlrt_mem_alloc(context, FAKE_DRAM_SIZE, NULL));
	assert_ok(hlrt_close(context));
	assert_int_equal(fake_count(fake, FAKE_MEMORY, HLABI_MEM_OP_FREE), 1);
	fake_delete(fake);
}

/* Doubt keeps it back. */
static void range_of_unknown_status_stays(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 1 << 20, NULL);
	struct hlrt_dmabuf *dmabuf = hlrt_dmabuf_export(mem, 0, 4096, 0);

	(void)state;
	assert_ok(hlrt_dmabuf_close(dmabuf));
	fake->exports = 0;
	fake_fail(fake, FAKE_STATUS, 0, -EINVAL, 0, 1);
	assert_ok(hlrt_mem_free(mem));
	assert_int_equal(fake_count(fake, FAKE_MEMORY, HLABI_MEM_OP_FREE), 0);
	mem = hlrt_mem_alloc(context, FAKE_DRAM_SIZE, NULL);
	assert_non_null(mem);
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* The question whether somebody still has it is the release as well, so that exported memory costs no system call more. */
static void freeing_exported_memory_is_one_call(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 1 << 20, NULL);
	struct hlrt_dmabuf *dmabuf = hlrt_dmabuf_export(mem, 0, 4096, 0);

	(void)state;
	assert_ok(hlrt_dmabuf_close(dmabuf));
	fake->exports = 0;
	fake_forget(fake);
	assert_ok(hlrt_mem_free(mem));
	assert_int_equal(fake->num_records, 1);
	assert_int_equal(fake_find(fake, FAKE_STATUS, 0, 0)->in.status.flags, HLRT_EXT_STATUS_FREE);
	mem = hlrt_mem_alloc(context, FAKE_DRAM_SIZE, NULL);
	assert_non_null(mem);
	assert_ok(hlrt_mem_free(mem)); /* never exported: by the ordinary call */
	assert_int_equal(fake_count(fake, FAKE_STATUS, 0), 1);
	assert_int_equal(fake_count(fake, FAKE_MEMORY, HLABI_MEM_OP_FREE), 1);
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static const struct hlrt_provider_ops *real_ops;
static bool kernel_says_busy;

static int free_unless_busy(void *priv, struct hlrt_provider_mem *mem)
{
	return kernel_says_busy ? -EBUSY : real_ops->mem_free(priv, mem);
}

/* Where the kernel places memory it knows what is still in use: it is not asked, it refuses. */
static void memory_that_the_kernel_holds_back_is_freed_later(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 1 << 20, NULL);
	struct hlrt_dmabuf *dmabuf = hlrt_dmabuf_export(mem, 0, 4096, 0);
	struct hlrt_attr attr = { .size = sizeof(attr) };
	struct hlrt_provider_ops ops = *context->ops;

	(void)state;
	real_ops = context->ops;
	ops.mem_free = free_unless_busy;
	context->ops = &ops;
	mem->pmem.handle = 1;
	assert_ok(hlrt_dmabuf_close(dmabuf));
	kernel_says_busy = true;
	assert_ok(hlrt_mem_free(mem));
	assert_int_equal(fake_count(fake, FAKE_STATUS, 0), 0);
	assert_ok(hlrt_query(context, &attr));
	assert_int_equal(attr.dram_free, FAKE_DRAM_SIZE - (1 << 20));
	kernel_says_busy = false;
	assert_ok(hlrt_query(context, &attr));
	assert_int_equal(attr.dram_free, FAKE_DRAM_SIZE);
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* ---- a device that was reset ---- */

static void reset_device_is_no_device(void **state)
{
	static const int answers[] = { -EBUSY, -EPERM, -ENODEV };

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct fake *fake = fake_new(true, false);
		struct hlrt_context *context = fake_open();
		struct hlrt_mem *mem = hlrt_mem_alloc(context, 4096, NULL);
		struct hlrt_attr attr = { .size = sizeof(attr) };
		uint32_t word;

		fake->status = HLABI_STATUS_IN_RESET;
		fake_fail(fake, FAKE_MEMORY, FAKE_ANY, answers[i], 0, -1);
		fake_fail(fake, FAKE_CB, FAKE_ANY, answers[i], 0, -1);
		assert_fails(ENODEV, hlrt_mem_alloc(context, 4096, NULL));
		assert_text("open it again");
		/* From now on without asking, even when the driver has recovered. */
		fake->status = HLABI_STATUS_OPERATIONAL;
		fake_forget(fake);
		assert_error(ENODEV, hlrt_mem_read(mem, 0, &word, sizeof(word)));
		assert_error(ENODEV, hlrt_query(context, &attr));
		assert_int_equal(fake->num_records, 0);
		assert_ok(hlrt_mem_free(mem));
		assert_ok(hlrt_close(context));
		fake_delete(fake);
	}
}

static void busy_without_reset_stays_busy(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();

	(void)state;
	fake_fail(fake, FAKE_MEMORY, HLABI_MEM_OP_ALLOC, -EPERM, 0, 1);
	assert_fails(EPERM, hlrt_mem_alloc(context, 4096, NULL));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocation_is_placed_here_and_counted_there),
		cmocka_unit_test(failed_allocation_takes_nothing),
		cmocka_unit_test(registration_maps_whole_pages),
		cmocka_unit_test(busy_unmap_keeps_the_handle),
		cmocka_unit_test(hlrt_exports_by_its_extension),
		cmocka_unit_test(in_tree_drivers_export_by_address),
		cmocka_unit_test(driver_without_export_is_not_asked),
		cmocka_unit_test(revoking_names_the_range),
		cmocka_unit_test(import_and_its_errors),
		cmocka_unit_test(exported_range_waits_for_its_importers),
		cmocka_unit_test(in_tree_exported_range_waits_for_close),
		cmocka_unit_test(range_of_unknown_status_stays),
		cmocka_unit_test(freeing_exported_memory_is_one_call),
		cmocka_unit_test(memory_that_the_kernel_holds_back_is_freed_later),
		cmocka_unit_test(reset_device_is_no_device),
		cmocka_unit_test(busy_without_reset_stays_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
