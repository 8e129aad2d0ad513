// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Allocating, registering, releasing. */
#include "conformance.h"

#include <sys/mman.h>
#include <unistd.h>

static void alloc_bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem_options options = { .size = sizeof(options), .align = 3 };

	EXPECT_NULL(EINVAL, hlrt_mem_alloc(NULL, 4096, NULL));
	EXPECT_NULL(EINVAL, hlrt_mem_alloc(context, 0, NULL));
	EXPECT_NULL(EINVAL, hlrt_mem_alloc(context, 4096, &options));
	EXPECT_TEXT("3");
	options = (struct hlrt_mem_options){ .size = sizeof(options), .flags = 1 };
	EXPECT_NULL(EINVAL, hlrt_mem_alloc(context, 4096, &options));
	options = (struct hlrt_mem_options){ .size = 1 };
	EXPECT_NULL(EINVAL, hlrt_mem_alloc(context, 4096, &options));
	EXPECT_OK(hlrt_close(context));
}

static void alloc_too_large(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_attr attr = { .size = sizeof(attr) };

	EXPECT_OK(hlrt_query(context, &attr));
	EXPECT_NULL(ENOMEM, hlrt_mem_alloc(context, attr.dram_size + 1, NULL));
	EXPECT_NULL(ENOMEM, hlrt_mem_alloc(context, UINT64_MAX, NULL));
	EXPECT_OK(hlrt_close(context));
}

static void alloc_everything_and_again(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_attr attr = { .size = sizeof(attr) };

	EXPECT_OK(hlrt_query(context, &attr));
	for (int i = 0; i < 2; i++) {
		struct hlrt_mem *all = test_alloc(context, attr.dram_free);

		EXPECT_NULL(ENOMEM, hlrt_mem_alloc(context, 1, NULL));
		EXPECT_OK(hlrt_mem_free(all));
	}
	EXPECT_OK(hlrt_close(context));
}

static void alloc_aligns_and_does_not_overlap(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem[32];

	for (unsigned int i = 0; i < 32; i++) {
		struct hlrt_mem_options options = { .size = sizeof(options), .align = 1ull << (12 + i % 12) };

		mem[i] = hlrt_mem_alloc(context, 1 + i * 70001, &options);
		EXPECT(mem[i]);
		EXPECT(hlrt_mem_address(mem[i]) % options.align == 0);
		EXPECT(hlrt_mem_length(mem[i]) == 1 + i * 70001);
		EXPECT(hlrt_mem_kind(mem[i]) == HLRT_MEM_DEVICE);
		for (unsigned int j = 0; j < i; j++)
			EXPECT(hlrt_mem_address(mem[i]) >= hlrt_mem_address(mem[j]) + hlrt_mem_length(mem[j]) ||
			       hlrt_mem_address(mem[j]) >= hlrt_mem_address(mem[i]) + hlrt_mem_length(mem[i]));
	}
	for (unsigned int i = 0; i < 32; i++)
		EXPECT_OK(hlrt_mem_free(mem[i]));
	EXPECT_OK(hlrt_close(context));
}

/* What one owner leaves, the next one does not see. */
static void memory_of_the_last_owner_is_gone(void)
{
	const uint64_t length = 8 << 20;
	struct hlrt_context *context = test_open(0);
	uint8_t *buf = test_buffer(length, 1);
	struct hlrt_mem *mem;
	uint64_t address;

	test_require(context, HLRT_CAP_SCRUB);
	mem = test_alloc(context, length);
	address = hlrt_mem_address(mem);
	EXPECT_OK(hlrt_mem_write(mem, 0, buf, length));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));

	context = test_open(0);
	mem = test_alloc(context, length);
	EXPECT(hlrt_mem_address(mem) == address); /* else the test would prove nothing */
	EXPECT_OK(hlrt_mem_read(mem, 0, buf, length));
	for (uint64_t i = 0; i < length; i++)
		EXPECT(buf[i] == 0);
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
	free(buf);
}

static void register_bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);
	char buf[64];

	EXPECT_NULL(EINVAL, hlrt_mem_register(NULL, buf, sizeof(buf)));
	EXPECT_NULL(EINVAL, hlrt_mem_register(context, NULL, sizeof(buf)));
	EXPECT_NULL(EINVAL, hlrt_mem_register(context, buf, 0));
	EXPECT_NULL(EINVAL, hlrt_mem_register(context, buf, UINT64_MAX));
	EXPECT_OK(hlrt_close(context));
}

static void register_unmapped(void)
{
	struct hlrt_context *context = test_open(0);
	/* Below all that is ever mapped: where something was, another thread may have something by now. */
	void *hole = (void *)(uintptr_t)(1 << 20);

	EXPECT_NULL(EFAULT, hlrt_mem_register(context, hole, 1 << 16));
	EXPECT_OK(hlrt_close(context));
}

static void register_read_only(void)
{
	struct hlrt_context *context = test_open(0);
	char *text = mmap(NULL, 1 << 16, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	EXPECT(text != MAP_FAILED);
	EXPECT_NULL(EFAULT, hlrt_mem_register(context, text, 1 << 16));
	EXPECT_OK(hlrt_close(context));
}

static void register_any_alignment(void)
{
	const uint64_t length = 100001;
	struct hlrt_context *context = test_open(0);
	uint8_t *buf = test_buffer(length + 64, 0);
	uint8_t *want = test_buffer(length, 5);
	struct hlrt_mem *mem = test_alloc(context, length);
	struct hlrt_mem *host = hlrt_mem_register(context, buf + 33, length);

	EXPECT(host);
	EXPECT(hlrt_mem_kind(host) == HLRT_MEM_HOST);
	EXPECT(hlrt_mem_length(host) == length);
	memcpy(buf + 33, want, length);
	EXPECT_OK(hlrt_mem_copy(mem, 0, host, 0, length));
	memset(buf, 0, length + 64);
	EXPECT_OK(hlrt_mem_copy(host, 0, mem, 0, length));
	EXPECT(memcmp(buf + 33, want, length) == 0);
	EXPECT(buf[32] == 0 && buf[33 + length] == 0);
	EXPECT_OK(hlrt_mem_free(host));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
	free(want);
	free(buf);
}

static void free_null(void)
{
	EXPECT_ERROR(EINVAL, hlrt_mem_free(NULL));
}

static void free_while_exported(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem;
	struct hlrt_dmabuf *dmabuf;

	test_require(context, HLRT_CAP_EXPORT);
	mem = test_alloc(context, 1 << 20);
	dmabuf = hlrt_dmabuf_export(mem, 0, 1 << 20, 0);
	EXPECT(dmabuf);
	EXPECT_ERROR(EBUSY, hlrt_mem_free(mem));
	EXPECT_ERROR(EBUSY, hlrt_close(context));
	EXPECT_OK(hlrt_dmabuf_close(dmabuf));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

/* A freed range that somebody outside still holds is not given out again until they let go. */
static void exported_range_is_quarantined(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_attr before = { .size = sizeof(before) }, attr = { .size = sizeof(attr) };
	struct hlrt_dmabuf *dmabuf;
	struct hlrt_mem *mem, *other;
	uint64_t address;
	int fd;

	test_require(context, HLRT_CAP_EXPORT);
	test_require(context, HLRT_CAP_EXPORT_STATUS);
	EXPECT_OK(hlrt_query(context, &before));
	mem = test_alloc(context, 2 << 20);
	address = hlrt_mem_address(mem);
	dmabuf = hlrt_dmabuf_export(mem, 0, 1 << 20, 0);
	EXPECT(dmabuf);
	fd = dup(hlrt_dmabuf_fd(dmabuf));
	EXPECT_OK(hlrt_dmabuf_close(dmabuf));
	EXPECT_OK(hlrt_mem_free(mem));

	other = test_alloc(context, 2 << 20);
	EXPECT(hlrt_mem_address(other) != address);
	EXPECT_OK(hlrt_mem_free(other));

	EXPECT(close(fd) == 0);
	other = test_alloc(context, before.dram_free);
	EXPECT_OK(hlrt_mem_free(other));
	EXPECT_OK(hlrt_query(context, &attr));
	EXPECT(attr.dram_free == before.dram_free);
	EXPECT_OK(hlrt_close(context));
}

static void kind_null(void)
{
	EXPECT_ERROR(EINVAL, hlrt_mem_kind(NULL));
	EXPECT(hlrt_mem_length(NULL) == 0);
	EXPECT(hlrt_mem_address(NULL) == 0);
}

const struct test_case memory_cases[] = {
	{ "hlrt_mem_alloc/EINVAL/arguments", alloc_bad_arguments, 0 },
	{ "hlrt_mem_alloc/ENOMEM/too_large", alloc_too_large, 0 },
	{ "hlrt_mem_alloc/ok/everything_and_again", alloc_everything_and_again, 0 },
	{ "hlrt_mem_alloc/ok/aligned_and_apart", alloc_aligns_and_does_not_overlap, 0 },
	{ "hlrt_mem_alloc/ok/last_owner_is_gone", memory_of_the_last_owner_is_gone, 0 },
	{ "hlrt_mem_register/EINVAL/arguments", register_bad_arguments, 0 },
	{ "hlrt_mem_register/EFAULT/unmapped", register_unmapped, 0 },
	{ "hlrt_mem_register/EFAULT/read_only", register_read_only, 0 },
	{ "hlrt_mem_register/ok/any_alignment", register_any_alignment, 0 },
	{ "hlrt_mem_free/EINVAL/null", free_null, NEEDS_NOTHING },
	{ "hlrt_mem_free/EBUSY/exported", free_while_exported, 0 },
	{ "hlrt_mem_free/ok/quarantine", exported_range_is_quarantined, 0 },
	{ "hlrt_mem_kind/EINVAL/null", kind_null, NEEDS_NOTHING },
	{ 0 },
};
