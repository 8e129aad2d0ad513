// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Moving bytes: write, read, fill, copy. */
#include "conformance.h"

#include <pthread.h>

static void write_bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 4096);
	uint8_t buf[16] = { 0 };

	EXPECT_ERROR(EINVAL, hlrt_mem_write(NULL, 0, buf, sizeof(buf)));
	EXPECT_ERROR(EINVAL, hlrt_mem_write(mem, 0, NULL, sizeof(buf)));
	EXPECT_ERROR(EINVAL, hlrt_mem_read(NULL, 0, buf, sizeof(buf)));
	EXPECT_ERROR(EINVAL, hlrt_mem_read(mem, 0, NULL, sizeof(buf)));
	EXPECT_OK(hlrt_mem_write(mem, 4096, NULL, 0));
	EXPECT_OK(hlrt_mem_read(mem, 4096, NULL, 0));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void out_of_range(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 4096), *other = test_alloc(context, 8192);
	uint8_t buf[16] = { 0 };

	EXPECT_ERROR(ERANGE, hlrt_mem_write(mem, 4090, buf, 7));
	EXPECT_TEXT("4096");
	EXPECT_ERROR(ERANGE, hlrt_mem_write(mem, UINT64_MAX, buf, 2));
	EXPECT_ERROR(ERANGE, hlrt_mem_read(mem, 4097, buf, 1));
	EXPECT_ERROR(ERANGE, hlrt_mem_read(mem, UINT64_MAX - 7, buf, 16));
	EXPECT_ERROR(ERANGE, hlrt_mem_fill(mem, 4092, 0, 8));
	EXPECT_ERROR(ERANGE, hlrt_mem_fill(mem, UINT64_MAX - 3, 0, 8));
	EXPECT_ERROR(ERANGE, hlrt_mem_copy(mem, 0, other, 0, 4097));
	EXPECT_ERROR(ERANGE, hlrt_mem_copy(other, 0, mem, 4000, 100));
	EXPECT_ERROR(ERANGE, hlrt_mem_copy(other, UINT64_MAX, mem, 0, 4));
	EXPECT_OK(hlrt_mem_free(other));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

/* Sizes around every boundary: byte, cache line, page, staging buffer. */
static void write_then_read(void)
{
	static const uint64_t sizes[] = { 1, 3, 127, 128, 129, 4095, 4096, 4097, 65537, (1 << 20) - 1, (5 << 20) + 3 };
	const uint64_t most = (5 << 20) + 3, at = 77;
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, most + 2 * at);
	uint8_t *buf = malloc(most);

	EXPECT(buf);
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t *data = test_buffer(sizes[i], i);
		uint8_t guard[2];

		EXPECT_OK(hlrt_mem_write(mem, at - 1, "\x11", 1));
		EXPECT_OK(hlrt_mem_write(mem, at + sizes[i], "\x22", 1));
		EXPECT_OK(hlrt_mem_write(mem, at, data, sizes[i]));
		memset(buf, 0xEE, sizes[i]);
		EXPECT_OK(hlrt_mem_read(mem, at, buf, sizes[i]));
		test_verify(buf, sizes[i], i);
		EXPECT_OK(hlrt_mem_read(mem, at - 1, &guard[0], 1));
		EXPECT_OK(hlrt_mem_read(mem, at + sizes[i], &guard[1], 1));
		EXPECT(guard[0] == 0x11 && guard[1] == 0x22);
		free(data);
	}
	free(buf);
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void fill_bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 4096);

	EXPECT_ERROR(EINVAL, hlrt_mem_fill(NULL, 0, 0, 4));
	EXPECT_ERROR(EINVAL, hlrt_mem_fill(mem, 2, 0, 4));
	EXPECT_TEXT("2");
	EXPECT_ERROR(EINVAL, hlrt_mem_fill(mem, 0, 0, 6));
	EXPECT_OK(hlrt_mem_fill(mem, 4096, 0, 0));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void fill_exactly(void)
{
	const uint64_t length = 3 << 20;
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, length);
	uint32_t *words = malloc(length);
	static const uint64_t spans[][2] = { { 0, 3 << 20 }, { 4, 4 },		{ 4, 8 },
					     { 12, 4092 },   { 4100, 2 << 20 }, { 8, (3 << 20) - 12 } };

	EXPECT(words);
	for (unsigned int i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		uint64_t begin = spans[i][0] / 4, end = begin + spans[i][1] / 4;

		EXPECT_OK(hlrt_mem_fill(mem, 0, 0x01020304, length));
		EXPECT_OK(hlrt_mem_fill(mem, spans[i][0], 0xDEADBEEF + i, spans[i][1]));
		EXPECT_OK(hlrt_mem_read(mem, 0, words, length));
		for (uint64_t w = 0; w < length / 4; w++)
			EXPECT(words[w] == (w >= begin && w < end ? 0xDEADBEEF + i : 0x01020304));
	}
	free(words);
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

/* Where a copy has its source a fill has its value: one that looks like an address is still a value, on every queue. */
static void fill_any_pattern(void)
{
	static const uint32_t patterns[] = { 0, 0xFFFF, 0x10000, 0x20002, 0x3FF7F, 0x3FF80, 0x7FFC5080, UINT32_MAX };
	enum { TURNS = 4 };
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 4096);

	for (size_t i = 0; i < TURNS * sizeof(patterns) / sizeof(patterns[0]); i++) {
		uint32_t words[2] = { 0 }, pattern = patterns[i / TURNS];

		EXPECT_OK(hlrt_mem_fill(mem, 8, pattern, sizeof(words)));
		EXPECT_OK(hlrt_mem_read(mem, 8, words, sizeof(words)));
		EXPECT(words[0] == pattern && words[1] == pattern);
	}
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void fill_host_memory(void)
{
	struct hlrt_context *context = test_open(0);
	uint32_t words[64] = { 0 };
	struct hlrt_mem *host = hlrt_mem_register(context, words, sizeof(words));

	EXPECT(host);
	EXPECT_OK(hlrt_mem_fill(host, 8, 0xCAFEF00D, 16));
	EXPECT(words[1] == 0 && words[2] == 0xCAFEF00D && words[5] == 0xCAFEF00D && words[6] == 0);
	EXPECT_OK(hlrt_mem_free(host));
	EXPECT_OK(hlrt_close(context));
}

static void copy_bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 8192);

	EXPECT_ERROR(EINVAL, hlrt_mem_copy(NULL, 0, mem, 0, 4));
	EXPECT_ERROR(EINVAL, hlrt_mem_copy(mem, 0, NULL, 0, 4));
	EXPECT_ERROR(EINVAL, hlrt_mem_copy(mem, 0, mem, 100, 101));
	EXPECT_OK(hlrt_mem_copy(mem, 0, mem, 100, 100));
	EXPECT_OK(hlrt_mem_copy(mem, 0, mem, 0, 0));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void copy_between_contexts(void)
{
	struct hlrt_context *a = test_open(0), *b = test_open(1);
	struct hlrt_mem *mem_a = test_alloc(a, 4096), *mem_b = test_alloc(b, 4096);

	EXPECT_ERROR(EINVAL, hlrt_mem_copy(mem_a, 0, mem_b, 0, 4));
	EXPECT_OK(hlrt_mem_free(mem_a));
	EXPECT_OK(hlrt_mem_free(mem_b));
	EXPECT_OK(hlrt_close(a));
	EXPECT_OK(hlrt_close(b));
}

static void copy_device_to_device(void)
{
	const uint64_t length = (3 << 20) + 5;
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *src = test_alloc(context, length + 13), *dst = test_alloc(context, length + 31);
	uint8_t *buf = test_buffer(length, 9);

	EXPECT_OK(hlrt_mem_write(src, 13, buf, length));
	EXPECT_OK(hlrt_mem_copy(dst, 31, src, 13, length));
	memset(buf, 0, length);
	EXPECT_OK(hlrt_mem_read(dst, 31, buf, length));
	test_verify(buf, length, 9);
	EXPECT_OK(hlrt_mem_free(src));
	EXPECT_OK(hlrt_mem_free(dst));
	EXPECT_OK(hlrt_close(context));
	free(buf);
}

/* Each thread owns its memory; the context is shared. */
static void *copy_thread(void *arg)
{
	struct hlrt_context *context = arg;
	const uint64_t length = 200001;

	for (uint32_t i = 0; i < 10; i++) {
		struct hlrt_mem *mem = test_alloc(context, length);
		uint32_t seed = (uint32_t)(uintptr_t)&seed + i;
		uint8_t *buf = test_buffer(length, seed);

		EXPECT_OK(hlrt_mem_write(mem, 0, buf, length));
		memset(buf, 0, length);
		EXPECT_OK(hlrt_mem_read(mem, 0, buf, length));
		test_verify(buf, length, seed);
		EXPECT_ERROR(ERANGE, hlrt_mem_read(mem, length, buf, 1));
		EXPECT_OK(hlrt_mem_free(mem));
		free(buf);
	}
	return NULL;
}

static void copy_from_many_threads(void)
{
	struct hlrt_context *context = test_open(0);
	pthread_t threads[6];

	for (int i = 0; i < 6; i++)
		EXPECT(pthread_create(&threads[i], NULL, copy_thread, context) == 0);
	for (int i = 0; i < 6; i++)
		EXPECT(pthread_join(threads[i], NULL) == 0);
	EXPECT_OK(hlrt_close(context));
}

const struct test_case copy_cases[] = {
	{ "hlrt_mem_write/EINVAL/arguments", write_bad_arguments, 0 },
	{ "hlrt_mem_read/EINVAL/arguments", write_bad_arguments, 0 },
	{ "hlrt_mem_write/ERANGE/beyond", out_of_range, 0 },
	{ "hlrt_mem_read/ERANGE/beyond", out_of_range, 0 },
	{ "hlrt_mem_fill/ERANGE/beyond", out_of_range, 0 },
	{ "hlrt_mem_copy/ERANGE/beyond", out_of_range, 0 },
	{ "hlrt_mem_read/ok/what_was_written", write_then_read, 0 },
	{ "hlrt_mem_fill/EINVAL/arguments", fill_bad_arguments, 0 },
	{ "hlrt_mem_fill/ok/exactly", fill_exactly, 0 },
	{ "hlrt_mem_fill/ok/any_pattern", fill_any_pattern, 0 },
	{ "hlrt_mem_fill/ok/host_memory", fill_host_memory, 0 },
	{ "hlrt_mem_copy/EINVAL/arguments", copy_bad_arguments, 0 },
	{ "hlrt_mem_copy/EINVAL/contexts", copy_between_contexts, NEEDS_TWO },
	{ "hlrt_mem_copy/ok/device_to_device", copy_device_to_device, 0 },
	{ "hlrt_mem_write/ok/many_threads", copy_from_many_threads, 0 },
	{ 0 },
};
