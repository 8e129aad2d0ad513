// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Exporting, importing, revoking. */
#include "conformance.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static struct hlrt_dmabuf *test_export(struct hlrt_mem *mem, uint64_t offset, uint64_t length)
{
	struct hlrt_dmabuf *dmabuf = hlrt_dmabuf_export(mem, offset, length, 0);

	if (!dmabuf)
		test_fail(__FILE__, __LINE__, "exporting: %s", hlrt_last_error());
	return dmabuf;
}

/* Where the kernel vouches for no path between the two devices the case ends, skipped, with the library's reason. */
static struct hlrt_mem *test_import_part(struct hlrt_context *context, struct hlrt_dmabuf *dmabuf, uint64_t offset,
					 uint64_t length)
{
	struct hlrt_mem *mem =
		hlrt_dmabuf_import(context, hlrt_dmabuf_fd(dmabuf), hlrt_dmabuf_offset(dmabuf) + offset, length, 0);

	if (!mem && errno == EXDEV)
		test_skip("%s", hlrt_last_error());
	if (!mem)
		test_fail(__FILE__, __LINE__, "importing: %s", hlrt_last_error());
	return mem;
}

static struct hlrt_mem *test_import(struct hlrt_context *context, struct hlrt_dmabuf *dmabuf)
{
	return test_import_part(context, dmabuf, 0, hlrt_dmabuf_length(dmabuf));
}

static void export_bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_attr attr = { .size = sizeof(attr) };
	struct hlrt_mem *mem, *host;
	static char page[4096];

	test_require(context, HLRT_CAP_EXPORT);
	EXPECT_OK(hlrt_query(context, &attr));
	mem = test_alloc(context, 1 << 20);
	host = hlrt_mem_register(context, page, sizeof(page));
	EXPECT(host);
	EXPECT_NULL(EINVAL, hlrt_dmabuf_export(NULL, 0, 4096, 0));
	EXPECT_NULL(EINVAL, hlrt_dmabuf_export(host, 0, 4096, 0));
	EXPECT_NULL(EINVAL, hlrt_dmabuf_export(mem, 0, 0, 0));
	EXPECT_NULL(EINVAL, hlrt_dmabuf_export(mem, 0, attr.export_granularity + 1, 0));
	EXPECT_NULL(EINVAL, hlrt_dmabuf_export(mem, 1, attr.export_granularity, 0));
	EXPECT_NULL(EINVAL, hlrt_dmabuf_export(mem, 0, 4096, 1));
	EXPECT_OK(hlrt_mem_free(host));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void export_out_of_range(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem;

	test_require(context, HLRT_CAP_EXPORT);
	mem = test_alloc(context, 1 << 20);
	EXPECT_NULL(ERANGE, hlrt_dmabuf_export(mem, 0, 2 << 20, 0));
	EXPECT_NULL(ERANGE, hlrt_dmabuf_export(mem, 1 << 20, 1 << 16, 0));
	EXPECT_NULL(ERANGE, hlrt_dmabuf_export(mem, UINT64_MAX - 65535, 1 << 16, 0));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void export_gives_a_usable_fd(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_dmabuf *dmabuf;
	struct hlrt_mem *mem;
	int fd;

	test_require(context, HLRT_CAP_EXPORT);
	mem = test_alloc(context, 1 << 20);
	dmabuf = test_export(mem, 0, 1 << 20);
	fd = hlrt_dmabuf_fd(dmabuf);
	EXPECT(fd >= 0);
	EXPECT(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	EXPECT(hlrt_dmabuf_length(dmabuf) == 1 << 20);
	EXPECT_OK(hlrt_dmabuf_close(dmabuf));
	EXPECT(fcntl(fd, F_GETFD) == -1);
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void null_handles(void)
{
	EXPECT_ERROR(EINVAL, hlrt_dmabuf_fd(NULL));
	EXPECT_ERROR(EINVAL, hlrt_dmabuf_close(NULL));
	EXPECT_ERROR(EINVAL, hlrt_dmabuf_revoke(NULL));
	EXPECT(hlrt_dmabuf_offset(NULL) == 0);
	EXPECT(hlrt_dmabuf_length(NULL) == 0);
}

static void import_bad_arguments(void)
{
	struct hlrt_context *a = test_open(0), *b = test_open(1);
	struct hlrt_dmabuf *dmabuf;
	struct hlrt_mem *mem;
	int pipes[2], fd;

	test_require(a, HLRT_CAP_EXPORT);
	test_require(b, HLRT_CAP_IMPORT);
	mem = test_alloc(a, 1 << 20);
	dmabuf = test_export(mem, 0, 1 << 20);
	fd = hlrt_dmabuf_fd(dmabuf);
	EXPECT(pipe(pipes) == 0);

	EXPECT_NULL(EINVAL, hlrt_dmabuf_import(NULL, fd, 0, 0, 0));
	EXPECT_NULL(EINVAL, hlrt_dmabuf_import(b, pipes[0], 0, 0, 0));
	EXPECT_NULL(EINVAL, hlrt_dmabuf_import(b, fd, 1, 4096, 0));
	EXPECT_NULL(EINVAL, hlrt_dmabuf_import(b, fd, 0, 4097, 0));
	EXPECT_NULL(EINVAL, hlrt_dmabuf_import(b, fd, 0, 0, 0x40));

	EXPECT_OK(hlrt_dmabuf_close(dmabuf));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(a));
	EXPECT_OK(hlrt_close(b));
}

static void import_bad_fd(void)
{
	struct hlrt_context *context = test_open(0);

	test_require(context, HLRT_CAP_IMPORT);
	EXPECT_NULL(EBADF, hlrt_dmabuf_import(context, -1, 0, 0, 0));
	EXPECT_NULL(EBADF, hlrt_dmabuf_import(context, 1000000, 0, 0, 0));
	EXPECT_OK(hlrt_close(context));
}

static void import_out_of_range(void)
{
	struct hlrt_context *a = test_open(0), *b = test_open(1);
	struct hlrt_dmabuf *dmabuf;
	struct hlrt_mem *mem;

	test_require(a, HLRT_CAP_EXPORT);
	test_require(b, HLRT_CAP_IMPORT);
	mem = test_alloc(a, 2 << 20);
	dmabuf = test_export(mem, 0, 1 << 20);
	EXPECT_NULL(ERANGE, hlrt_dmabuf_import(b, hlrt_dmabuf_fd(dmabuf), 0, 2 << 20, 0));
	EXPECT_NULL(ERANGE, hlrt_dmabuf_import(b, hlrt_dmabuf_fd(dmabuf), 1 << 20, 1 << 16, 0));
	EXPECT_NULL(ERANGE, hlrt_dmabuf_import(b, hlrt_dmabuf_fd(dmabuf), 1 << 20, 0, 0));
	EXPECT_NULL(ERANGE, hlrt_dmabuf_import(b, hlrt_dmabuf_fd(dmabuf), UINT64_MAX - 0xffff, 1 << 16, 0));
	EXPECT_OK(hlrt_dmabuf_close(dmabuf));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(a));
	EXPECT_OK(hlrt_close(b));
}

/* The importer's engine reads and writes exactly the exported part, nothing beside it. */
static void import_moves_data_both_ways(void)
{
	const uint64_t length = 3 << 20, part = 1 << 20, at = 1 << 20;
	struct hlrt_context *a = test_open(0), *b = test_open(1);
	struct hlrt_mem *mem, *local, *imported;
	struct hlrt_dmabuf *dmabuf;
	uint8_t *buf = test_buffer(length, 3), *want = test_buffer(part, 4);

	test_require(a, HLRT_CAP_EXPORT_SUBRANGE);
	test_require(b, HLRT_CAP_IMPORT);
	mem = test_alloc(a, length);
	local = test_alloc(b, part);
	EXPECT_OK(hlrt_mem_write(mem, 0, buf, length));
	dmabuf = test_export(mem, at, part);
	imported = test_import(b, dmabuf);
	EXPECT(hlrt_mem_kind(imported) == HLRT_MEM_IMPORTED);
	EXPECT(hlrt_mem_length(imported) == part);

	EXPECT_OK(hlrt_mem_copy(local, 0, imported, 0, part));
	memset(want, 0, part);
	EXPECT_OK(hlrt_mem_read(local, 0, want, part));
	EXPECT(memcmp(want, buf + at, part) == 0);

	free(want);
	want = test_buffer(part, 4);
	EXPECT_OK(hlrt_mem_write(local, 0, want, part));
	EXPECT_OK(hlrt_mem_copy(imported, 0, local, 0, part));
	memcpy(buf + at, want, part);
	want = realloc(want, length);
	EXPECT(want);
	EXPECT_OK(hlrt_mem_read(mem, 0, want, length));
	EXPECT(memcmp(want, buf, length) == 0);

	EXPECT_OK(hlrt_mem_free(imported));
	EXPECT_OK(hlrt_dmabuf_close(dmabuf));
	EXPECT_OK(hlrt_mem_free(local));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(a));
	EXPECT_OK(hlrt_close(b));
	free(buf);
	free(want);
}

static void import_a_part_without_the_fd(void)
{
	const uint64_t page = 64 << 10;
	struct hlrt_context *a = test_open(0), *b = test_open(1);
	uint8_t *buf = test_buffer(16 * page, 6), *back = malloc(2 * page);
	struct hlrt_mem *mem, *imported;
	struct hlrt_dmabuf *dmabuf;

	test_require(a, HLRT_CAP_EXPORT);
	test_require(b, HLRT_CAP_IMPORT);
	mem = test_alloc(a, 16 * page);
	EXPECT_OK(hlrt_mem_write(mem, 0, buf, 16 * page));
	dmabuf = test_export(mem, 0, 16 * page);
	imported = test_import_part(b, dmabuf, 5 * page, 2 * page);
	EXPECT(back);
	EXPECT_OK(hlrt_dmabuf_close(dmabuf)); /* the import holds the buffer by itself */
	EXPECT_OK(hlrt_mem_read(imported, 0, back, 2 * page));
	EXPECT(memcmp(back, buf + 5 * page, 2 * page) == 0);
	EXPECT_ERROR(ERANGE, hlrt_mem_read(imported, 2 * page, back, 1));
	EXPECT_OK(hlrt_mem_free(imported));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(a));
	EXPECT_OK(hlrt_close(b));
	free(buf);
	free(back);
}

static void import_again_and_again(void)
{
	struct hlrt_context *a = test_open(0), *b = test_open(1);
	struct hlrt_mem *mem;

	test_require(a, HLRT_CAP_EXPORT);
	test_require(b, HLRT_CAP_IMPORT);
	mem = test_alloc(a, 1 << 20);
	for (int i = 0; i < 50; i++) {
		struct hlrt_dmabuf *dmabuf = test_export(mem, 0, 1 << 20);
		struct hlrt_mem *imported = test_import(b, dmabuf);
		uint32_t word = 0;

		EXPECT_OK(hlrt_mem_fill(imported, 4096, 0x1000 + (uint32_t)i, 4));
		EXPECT_OK(hlrt_mem_read(mem, 4096, &word, sizeof(word)));
		EXPECT(word == 0x1000 + (uint32_t)i);
		EXPECT_OK(hlrt_mem_free(imported));
		EXPECT_OK(hlrt_dmabuf_close(dmabuf));
	}
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(a));
	EXPECT_OK(hlrt_close(b));
}

static void revoke_ends_access(void)
{
	struct hlrt_context *a = test_open(0), *b = test_open(1);
	struct hlrt_mem *mem, *imported;
	struct hlrt_dmabuf *dmabuf;
	uint32_t word = 0x5AFE5AFE;

	test_require(a, HLRT_CAP_REVOKE);
	test_require(b, HLRT_CAP_IMPORT);
	mem = test_alloc(a, 1 << 20);
	EXPECT_OK(hlrt_mem_write(mem, 0, &word, sizeof(word)));
	dmabuf = test_export(mem, 0, 1 << 20);
	imported = test_import(b, dmabuf);
	EXPECT_OK(hlrt_mem_read(imported, 0, &word, sizeof(word)));

	EXPECT_OK(hlrt_dmabuf_revoke(dmabuf));
	EXPECT_ERROR(EIO, hlrt_mem_fill(imported, 0, 0xBADBAD, 4));
	EXPECT_OK(hlrt_mem_read(mem, 0, &word, sizeof(word)));
	EXPECT(word == 0x5AFE5AFE);

	EXPECT_OK(hlrt_mem_free(imported));
	EXPECT_OK(hlrt_dmabuf_close(dmabuf));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(a));
	EXPECT_OK(hlrt_close(b));
}

static void import_revoked(void)
{
	struct hlrt_context *a = test_open(0), *b = test_open(1);
	struct hlrt_mem *mem;
	struct hlrt_dmabuf *dmabuf;

	test_require(a, HLRT_CAP_REVOKE);
	test_require(b, HLRT_CAP_IMPORT);
	mem = test_alloc(a, 1 << 20);
	dmabuf = test_export(mem, 0, 1 << 20);
	EXPECT_OK(hlrt_dmabuf_revoke(dmabuf));
	EXPECT_NULL(ENODEV, hlrt_dmabuf_import(b, hlrt_dmabuf_fd(dmabuf), 0, 0, 0));
	EXPECT_OK(hlrt_dmabuf_close(dmabuf));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(a));
	EXPECT_OK(hlrt_close(b));
}

/* The exporter goes away altogether; the importer's buffer stays valid or is cleanly refused, never somebody else's memory. */
static void import_outlives_the_exporting_context(void)
{
	struct hlrt_context *a = test_open(0), *b = test_open(1);
	struct hlrt_mem *mem, *imported;
	struct hlrt_dmabuf *dmabuf;
	uint32_t word = 0xABCD1234;

	test_require(a, HLRT_CAP_EXPORT);
	test_require(b, HLRT_CAP_IMPORT);
	mem = test_alloc(a, 1 << 20);
	EXPECT_OK(hlrt_mem_write(mem, 0, &word, sizeof(word)));
	dmabuf = test_export(mem, 0, 1 << 20);
	imported = test_import(b, dmabuf);
	EXPECT_OK(hlrt_dmabuf_close(dmabuf));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(a));

	word = 0;
	if (hlrt_mem_read(imported, 0, &word, sizeof(word)) == 0)
		EXPECT(word == 0xABCD1234 || word == 0);
	EXPECT_OK(hlrt_mem_free(imported));
	EXPECT_OK(hlrt_close(b));
	EXPECT_OK(hlrt_close(test_open(0)));
}

const struct test_case dmabuf_cases[] = {
	{ "hlrt_dmabuf_export/EINVAL/arguments", export_bad_arguments, 0 },
	{ "hlrt_dmabuf_export/ERANGE/beyond", export_out_of_range, 0 },
	{ "hlrt_dmabuf_export/ok/usable_fd", export_gives_a_usable_fd, 0 },
	{ "hlrt_dmabuf_fd/EINVAL/null", null_handles, NEEDS_NOTHING },
	{ "hlrt_dmabuf_close/EINVAL/null", null_handles, NEEDS_NOTHING },
	{ "hlrt_dmabuf_revoke/EINVAL/null", null_handles, NEEDS_NOTHING },
	{ "hlrt_dmabuf_import/EINVAL/arguments", import_bad_arguments, NEEDS_TWO },
	{ "hlrt_dmabuf_import/EBADF/fd", import_bad_fd, 0 },
	{ "hlrt_dmabuf_import/ERANGE/beyond", import_out_of_range, NEEDS_TWO },
	{ "hlrt_dmabuf_import/ENODEV/revoked", import_revoked, NEEDS_TWO },
	{ "hlrt_dmabuf_import/ok/both_ways", import_moves_data_both_ways, NEEDS_TWO },
	{ "hlrt_dmabuf_import/ok/a_part", import_a_part_without_the_fd, NEEDS_TWO },
	{ "hlrt_dmabuf_import/ok/again_and_again", import_again_and_again, NEEDS_TWO },
	{ "hlrt_dmabuf_import/ok/outlives_context", import_outlives_the_exporting_context, NEEDS_TWO },
	{ "hlrt_dmabuf_revoke/ok/ends_access", revoke_ends_access, NEEDS_TWO },
	{ 0 },
};
