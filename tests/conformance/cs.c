// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Command buffers of the program's own: what the driver takes, what it refuses, and their fences. */
#include "conformance.h"

#include <hlrt/gaudi.h>
#include <hlrt/goya.h>

#define CB_MAX ((2u << 20) - 32)

/* Packets are the ASIC's: what these cases need of them. */
struct packets {
	const char *asic;
	uint32_t queue[2];     /* two that move bytes inside the device, apart from each other */
	uint64_t nobodys;      /* a register that user buffers may not write */
	uint32_t sob, monitor; /* free for programs, and the ones behind them */
	size_t (*nop)(void *buf, uint32_t flags);
	size_t (*msg_long)(void *buf, uint64_t address, uint32_t value, uint32_t flags);
	size_t (*wait_sob)(void *buf, uint32_t queue, uint32_t sob, uint32_t value, uint32_t monitor, uint32_t fence);
	size_t (*sob_add)(void *buf, uint32_t sob, uint32_t value, uint32_t flags);
	size_t (*fill)(void *buf, uint64_t dst, uint64_t pattern, uint32_t length, uint32_t flags);
	size_t (*copy)(void *buf, uint64_t dst, uint64_t src, uint32_t length, uint32_t flags);
};

static size_t goya_copy(void *buf, uint64_t dst, uint64_t src, uint32_t length, uint32_t flags)
{
	return hlrt_goya_copy(buf, dst, src, length, HLRT_GOYA_DRAM_TO_DRAM, flags);
}

static const struct packets all_packets[] = {
	{ .asic = "gaudi",
	  .queue = { HLRT_GAUDI_QUEUE_DMA(0, 0), HLRT_GAUDI_QUEUE_DMA(1, 3) },
	  .nobodys = 0x7FFC508000, /* DMA0_QM_GLBL_CFG0 */
	  .sob = 1200,
	  .monitor = 300,
	  .nop = hlrt_gaudi_nop,
	  .msg_long = hlrt_gaudi_msg_long,
	  .wait_sob = hlrt_gaudi_wait_sob,
	  .sob_add = hlrt_gaudi_sob_add,
	  .fill = hlrt_gaudi_fill,
	  .copy = hlrt_gaudi_copy },
	{ .asic = "goya",
	  .queue = { HLRT_GOYA_QUEUE_DMA(0), HLRT_GOYA_QUEUE_DMA(4) },
	  .nobodys = 0x7FFC400000, /* DMA_QM_0_GLBL_CFG0 */
	  .sob = 200,
	  .monitor = 100,
	  .nop = hlrt_goya_nop,
	  .msg_long = hlrt_goya_msg_long,
	  .wait_sob = hlrt_goya_wait_sob,
	  .sob_add = hlrt_goya_sob_add,
	  .fill = hlrt_goya_fill,
	  .copy = goya_copy },
};

/* The barriers are the same bits in both. */
#define ALL_BARRIERS (HLRT_GAUDI_EB | HLRT_GAUDI_RB | HLRT_GAUDI_MB)

static const struct packets *packets_of_device(void)
{
	struct hlrt_device *device = test_device(0);
	struct hlrt_device_info info = { .size = sizeof(info) };

	EXPECT_OK(hlrt_device_query(device, &info));
	hlrt_device_unref(device);
	for (size_t i = 0; i < sizeof(all_packets) / sizeof(all_packets[0]); i++)
		if (!strcmp(info.asic, all_packets[i].asic))
			return &all_packets[i];
	test_skip("packets of %s are not known here", info.asic);
}

static struct hlrt_cb *new_cb(struct hlrt_context *context, uint64_t length)
{
	struct hlrt_cb *cb = hlrt_cb_create(context, length);

	if (!cb)
		test_fail(__FILE__, __LINE__, "creating a command buffer: %s", hlrt_last_error());
	return cb;
}

static void cb_bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);

	EXPECT_NULL(EINVAL, hlrt_cb_create(NULL, 4096));
	EXPECT_NULL(EINVAL, hlrt_cb_create(context, 0));
	EXPECT_NULL(EINVAL, hlrt_cb_create(context, CB_MAX + 1));
	EXPECT_TEXT("2097120");
	EXPECT_NULL(EINVAL, hlrt_cb_create(context, UINT64_MAX));
	EXPECT_ERROR(EINVAL, hlrt_cb_destroy(NULL));
	EXPECT(!hlrt_cb_data(NULL) && !hlrt_cb_length(NULL));
	EXPECT_OK(hlrt_close(context));
}

static void cb_sizes(void)
{
	static const uint64_t lengths[] = { 1, 4096, 4097, 1 << 20, CB_MAX };
	struct hlrt_context *context = test_open(0);

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct hlrt_cb *cb = new_cb(context, lengths[i]);

		EXPECT(hlrt_cb_length(cb) >= lengths[i] && hlrt_cb_length(cb) <= CB_MAX);
		memset(hlrt_cb_data(cb), 0xFF, hlrt_cb_length(cb));
		EXPECT_ERROR(EBUSY, hlrt_close(context));
		EXPECT_OK(hlrt_cb_destroy(cb));
	}
	EXPECT_OK(hlrt_close(context));
}

static void submit_bad_arguments(void)
{
	static struct hlrt_cs_chunk many[HLRT_CS_MAX_CHUNKS + 1];
	struct hlrt_context *context = test_open(0);
	struct hlrt_cb *cb = new_cb(context, 4096);
	struct hlrt_cs_chunk good = { .cb = cb, .length = 8 }, bad;
	struct hlrt_cs_options options = { .size = sizeof(options), .flags = 1 };

	EXPECT_ERROR(EINVAL, hlrt_cs_submit(NULL, &good, 1, NULL, NULL));
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, NULL, 1, NULL, NULL));
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, &good, 0, NULL, NULL));
	for (unsigned int i = 0; i <= HLRT_CS_MAX_CHUNKS; i++)
		many[i] = good;
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, many, HLRT_CS_MAX_CHUNKS + 1, NULL, NULL));
	EXPECT_TEXT("512");
	many[7] = (struct hlrt_cs_chunk){ .length = 8 };
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, many, 8, NULL, NULL));
	EXPECT_TEXT("chunk 7");
	bad = good;
	bad.length = 0;
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, &bad, 1, NULL, NULL));
	bad.length = 12;
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, &bad, 1, NULL, NULL));
	bad.length = hlrt_cb_length(cb) + 8;
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, &bad, 1, NULL, NULL));
	EXPECT_TEXT("4096");
	bad = good;
	bad.flags = 1;
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, &bad, 1, NULL, NULL));
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, &good, 1, &options, NULL));
	options.flags = 0;
	options.timeout_ns = -1;
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, &good, 1, &options, NULL));
	options.timeout_ns = INT64_MAX;
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, &good, 1, &options, NULL));
	EXPECT_OK(hlrt_cb_destroy(cb));
	EXPECT_OK(hlrt_close(context));
}

static void buffer_of_another_context(void)
{
	struct hlrt_context *context = test_open(0), *other = test_open(1);
	struct hlrt_cb *cb = new_cb(other, 4096);
	struct hlrt_cs_chunk chunk = { .cb = cb, .length = 8 };

	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, &chunk, 1, NULL, NULL));
	EXPECT_TEXT("another context");
	EXPECT_OK(hlrt_cb_destroy(cb));
	EXPECT_OK(hlrt_close(other));
	EXPECT_OK(hlrt_close(context));
}

static void driver_refuses(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_cb *cb = new_cb(context, 4096);
	const struct packets *p = packets_of_device();
	struct hlrt_cs_chunk chunk = { .cb = cb, .queue = 12345 };
	struct hlrt_fence *fence = NULL;

	chunk.length = p->nop(hlrt_cb_data(cb), 0);
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, &chunk, 1, NULL, &fence));
	EXPECT_TEXT("12345");
	chunk.queue = p->queue[0];
	/* Cut off in the middle. */
	p->msg_long(hlrt_cb_data(cb), p->nobodys, 1, 0);
	EXPECT_ERROR(EINVAL, hlrt_cs_submit(context, &chunk, 1, NULL, &fence));
	/* A register that is nobody's but the driver's. */
	chunk.length = p->msg_long(hlrt_cb_data(cb), p->nobodys, 1, 0);
	EXPECT_ERROR(EPERM, hlrt_cs_submit(context, &chunk, 1, NULL, &fence));
	EXPECT_TEXT("queue 0");
	EXPECT(!fence);
	EXPECT_OK(hlrt_cb_destroy(cb));
	EXPECT_OK(hlrt_close(context));
}

/* One piece of work on two queues: the first copies what the second has filled. */
static void two_queues_and_a_fence(void)
{
	const struct packets *p = packets_of_device();
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 4096);
	struct hlrt_cb *cb[2] = { new_cb(context, 4096), new_cb(context, 4096) };
	struct hlrt_cs_options options = { .size = sizeof(options), .timeout_ns = 5000000000ll };
	struct hlrt_cs_chunk chunks[2] = { 0 };
	struct hlrt_stream *stream = hlrt_stream_create(context, NULL);
	struct hlrt_fence *fence;
	uint8_t *at[2];
	uint32_t words[2];

	for (int i = 0; i < 2; i++) {
		at[i] = hlrt_cb_data(cb[i]);
		chunks[i].cb = cb[i];
		chunks[i].queue = p->queue[i];
	}
	at[0] += p->wait_sob(at[0], chunks[0].queue, p->sob, 1, p->monitor, 1);
	at[0] += p->copy(at[0], hlrt_mem_address(mem) + 8, hlrt_mem_address(mem), 8, 0);
	at[1] += p->fill(at[1], hlrt_mem_address(mem), 0x0123456789ABCDEFull, 8, 0);
	at[1] += p->sob_add(at[1], p->sob, 1, ALL_BARRIERS);
	for (int i = 0; i < 2; i++)
		chunks[i].length = (uint64_t)(at[i] - (uint8_t *)hlrt_cb_data(cb[i]));
	EXPECT_OK(hlrt_cs_submit(context, chunks, 2, &options, &fence));
	/* The driver has its copy. */
	EXPECT_OK(hlrt_cb_destroy(cb[1]));
	memset(hlrt_cb_data(cb[0]), 0xFF, 4096);
	EXPECT_OK(hlrt_stream_wait(stream, fence));
	EXPECT_OK(hlrt_stream_copy(stream, mem, 16, mem, 8, 8, NULL));
	EXPECT_OK(hlrt_fence_wait(fence, 0));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_stream_sync(stream, -1));
	EXPECT_OK(hlrt_mem_read(mem, 16, words, sizeof(words)));
	EXPECT(words[0] == 0x89ABCDEF && words[1] == 0x01234567);
	EXPECT_OK(hlrt_stream_destroy(stream));
	EXPECT_OK(hlrt_cb_destroy(cb[0]));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

/* The program's own limit ends what would wait for ever. */
static void own_time_limit(void)
{
	const struct packets *p = packets_of_device();
	struct hlrt_context *context = test_open(0);
	struct hlrt_cb *cb = new_cb(context, 4096);
	struct hlrt_cs_options options = { .size = sizeof(options), .timeout_ns = 1 };
	struct hlrt_cs_chunk chunk = { .cb = cb, .queue = p->queue[1] };
	struct hlrt_fence *fence;

	chunk.length = p->wait_sob(hlrt_cb_data(cb), chunk.queue, p->sob + 1, 1, p->monitor + 1, 0);
	EXPECT_OK(hlrt_cs_submit(context, &chunk, 1, &options, &fence));
	EXPECT_ERROR(ETIMEDOUT, hlrt_fence_wait(fence, 100000000));
	EXPECT_ERROR(EIO, hlrt_fence_wait(fence, 20000000000ll));
	EXPECT_TEXT("time limit");
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_cb_destroy(cb));
	EXPECT_OK(hlrt_close(context));
}

const struct test_case cs_cases[] = {
	{ "hlrt_cb_create/EINVAL/bad_arguments", cb_bad_arguments, 0 },
	{ "hlrt_cb_destroy/EINVAL/null", cb_bad_arguments, 0 },
	{ "hlrt_cb_create/ok/sizes", cb_sizes, 0 },
	{ "hlrt_cs_submit/EINVAL/bad_arguments", submit_bad_arguments, 0 },
	{ "hlrt_cs_submit/EINVAL/other_context", buffer_of_another_context, NEEDS_TWO },
	{ "hlrt_cs_submit/EINVAL/malformed", driver_refuses, 0 },
	{ "hlrt_cs_submit/EPERM/not_allowed", driver_refuses, 0 },
	{ "hlrt_cs_submit/ok/two_queues", two_queues_and_a_fence, 0 },
	{ "hlrt_cs_submit/ok/time_limit", own_time_limit, NEEDS_SIM },
	{ 0 },
};
