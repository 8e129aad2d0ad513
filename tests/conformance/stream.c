// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Streams: order, many at once, waits between them, memory that is in use. */
#include "conformance.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#define PILE_LENGTH (32u << 20)
#define PILE_COPIES 32

/* So much work that it has not ended when the next calls are made: 1 GiB through the DMA engine. */
static void pile_up(struct hlrt_stream *stream, struct hlrt_mem *mem, struct hlrt_fence **fence)
{
	for (int i = 0; i < PILE_COPIES; i++)
		EXPECT_OK(hlrt_stream_copy(stream, mem, 0, mem, PILE_LENGTH, PILE_LENGTH,
					   i == PILE_COPIES - 1 ? fence : NULL));
}

static void create_bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_stream_options options = { .size = sizeof(options), .flags = 1 };
	struct hlrt_stream *stream;

	EXPECT_NULL(EINVAL, hlrt_stream_create(NULL, NULL));
	EXPECT_NULL(EINVAL, hlrt_stream_create(context, &options));
	EXPECT_TEXT("0x1");
	options = (struct hlrt_stream_options){ .size = 3 };
	EXPECT_NULL(EINVAL, hlrt_stream_create(context, &options));
	options.size = sizeof(options);
	stream = hlrt_stream_create(context, &options);
	EXPECT(stream);
	EXPECT_OK(hlrt_stream_destroy(stream));
	EXPECT_ERROR(EINVAL, hlrt_stream_destroy(NULL));
	EXPECT_OK(hlrt_close(context));
}

static void bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 8192);
	struct hlrt_stream *stream = hlrt_stream_create(context, NULL);
	struct hlrt_fence *fence = NULL;

	EXPECT(stream);
	EXPECT_ERROR(EINVAL, hlrt_stream_copy(NULL, mem, 0, mem, 4096, 4, &fence));
	EXPECT_ERROR(EINVAL, hlrt_stream_copy(stream, NULL, 0, mem, 0, 4, &fence));
	EXPECT_ERROR(EINVAL, hlrt_stream_copy(stream, mem, 0, NULL, 0, 4, &fence));
	EXPECT_ERROR(EINVAL, hlrt_stream_copy(stream, mem, 0, mem, 100, 101, &fence));
	EXPECT_TEXT("overlap");
	EXPECT_ERROR(ERANGE, hlrt_stream_copy(stream, mem, 8191, mem, 0, 2, &fence));
	EXPECT_ERROR(ERANGE, hlrt_stream_copy(stream, mem, 0, mem, UINT64_MAX, 2, &fence));
	EXPECT_ERROR(EINVAL, hlrt_stream_fill(NULL, mem, 0, 0, 4, &fence));
	EXPECT_ERROR(EINVAL, hlrt_stream_fill(stream, NULL, 0, 0, 4, &fence));
	EXPECT_ERROR(EINVAL, hlrt_stream_fill(stream, mem, 2, 0, 4, &fence));
	EXPECT_ERROR(EINVAL, hlrt_stream_fill(stream, mem, 0, 0, 6, &fence));
	EXPECT_ERROR(ERANGE, hlrt_stream_fill(stream, mem, 8192, 0, 4, &fence));
	EXPECT_ERROR(EINVAL, hlrt_stream_wait(NULL, NULL));
	EXPECT_ERROR(EINVAL, hlrt_stream_wait(stream, NULL));
	EXPECT_ERROR(EINVAL, hlrt_stream_sync(NULL, 0));
	EXPECT(!fence);
	/* None of it was queued. */
	EXPECT_OK(hlrt_stream_sync(stream, 0));
	EXPECT_OK(hlrt_stream_destroy(stream));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void contexts_do_not_mix(void)
{
	struct hlrt_context *context = test_open(0), *other = test_open(1);
	struct hlrt_mem *mem = test_alloc(context, 8192), *far = test_alloc(other, 8192);
	struct hlrt_stream *stream = hlrt_stream_create(context, NULL), *distant = hlrt_stream_create(other, NULL);
	struct hlrt_fence *fence;

	EXPECT_ERROR(EINVAL, hlrt_stream_copy(stream, mem, 0, far, 0, 4, NULL));
	EXPECT_TEXT("another context");
	EXPECT_ERROR(EINVAL, hlrt_stream_copy(stream, far, 0, far, 4096, 4, NULL));
	EXPECT_ERROR(EINVAL, hlrt_stream_fill(stream, far, 0, 0, 4, NULL));
	EXPECT_OK(hlrt_stream_fill(distant, far, 0, 0, 4, &fence));
	EXPECT_ERROR(EINVAL, hlrt_stream_wait(stream, fence));
	EXPECT_TEXT("another context");
	EXPECT_OK(hlrt_fence_wait(fence, -1));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_stream_destroy(stream));
	EXPECT_OK(hlrt_stream_destroy(distant));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_mem_free(far));
	EXPECT_OK(hlrt_close(other));
	EXPECT_OK(hlrt_close(context));
}

/* Each copy takes what the one before it brought, through memory of both kinds and so through several queues. */
static void one_stream_is_ordered(void)
{
	enum { LENGTH = 256 << 10, ROUNDS = 50 };
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *dev = test_alloc(context, 2 * LENGTH), *host;
	uint8_t *buf = test_buffer(2 * LENGTH, 1), *out = malloc(LENGTH);
	struct hlrt_stream *stream = hlrt_stream_create(context, NULL);

	host = hlrt_mem_register(context, buf, 2 * LENGTH);
	EXPECT(host && stream && out);
	memcpy(out, buf, LENGTH);
	for (int i = 0; i < ROUNDS; i++) {
		EXPECT_OK(hlrt_stream_copy(stream, dev, 0, host, 0, LENGTH, NULL));
		EXPECT_OK(hlrt_stream_fill(stream, host, 0, (uint32_t)i, LENGTH, NULL));
		EXPECT_OK(hlrt_stream_copy(stream, dev, LENGTH, dev, 0, LENGTH, NULL));
		EXPECT_OK(hlrt_stream_copy(stream, host, LENGTH, dev, LENGTH, LENGTH, NULL));
		EXPECT_OK(hlrt_stream_copy(stream, host, 0, host, LENGTH, LENGTH, NULL));
	}
	EXPECT_OK(hlrt_stream_sync(stream, -1));
	EXPECT(!memcmp(buf, out, LENGTH) && !memcmp(buf + LENGTH, out, LENGTH));
	EXPECT_OK(hlrt_stream_destroy(stream));
	EXPECT_OK(hlrt_mem_free(host));
	EXPECT_OK(hlrt_mem_free(dev));
	EXPECT_OK(hlrt_close(context));
	free(out);
	free(buf);
}

static void memory_in_use_is_not_freed(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 2 * PILE_LENGTH);
	struct hlrt_stream *stream = hlrt_stream_create(context, NULL);
	struct hlrt_fence *fence;

	pile_up(stream, mem, &fence);
	EXPECT_ERROR(EBUSY, hlrt_stream_destroy(stream));
	EXPECT_ERROR(EBUSY, hlrt_mem_free(mem));
	EXPECT_ERROR(ETIMEDOUT, hlrt_stream_sync(stream, 0));
	EXPECT_ERROR(ETIMEDOUT, hlrt_stream_sync(stream, 1000));
	EXPECT_ERROR(ETIMEDOUT, hlrt_fence_wait(fence, 0));
	EXPECT_ERROR(EBUSY, hlrt_close(context));
	EXPECT_OK(hlrt_fence_wait(fence, -1));
	/* The others have ended with it, without being asked. */
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_stream_destroy(stream));
	EXPECT_OK(hlrt_fence_wait(fence, 0));
	EXPECT_ERROR(EBUSY, hlrt_close(context));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_close(context));
}

static void device_goes_on_while_the_host_does(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 2 * PILE_LENGTH);
	struct hlrt_stream *first = hlrt_stream_create(context, NULL), *second = hlrt_stream_create(context, NULL);
	struct hlrt_fence *fence;
	uint32_t word = 0;

	test_require(context, HLRT_CAP_STREAM_WAIT);
	EXPECT_OK(hlrt_stream_fill(first, mem, PILE_LENGTH, 0x12345678, PILE_LENGTH, NULL));
	pile_up(first, mem, &fence);
	EXPECT_OK(hlrt_stream_wait(second, fence));
	EXPECT_OK(hlrt_stream_copy(second, mem, PILE_LENGTH, mem, 0, 4096, NULL));
	/* That was queued behind work which still runs. */
	EXPECT_ERROR(ETIMEDOUT, hlrt_fence_wait(fence, 0));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_stream_sync(second, -1));
	/* It has ended before, but of two queues a driver may tell the later end first. */
	EXPECT_OK(hlrt_stream_sync(first, -1));
	EXPECT_OK(hlrt_mem_read(mem, PILE_LENGTH, &word, sizeof(word)));
	EXPECT(word == 0x12345678);
	EXPECT_OK(hlrt_stream_destroy(second));
	EXPECT_OK(hlrt_stream_destroy(first));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

/* ---- any order of copies that waits allow gives the bytes that one copy after the other would give ---- */

enum { BLOCKS = 24, BLOCK = 12 << 10, STREAMS = 6, STEPS = 1500, HOST_BLOCKS = 8 };

struct graph {
	struct hlrt_context *context;
	struct hlrt_mem *dev, *host;
	uint8_t *host_bytes;
	struct hlrt_stream *stream[STREAMS];
	uint8_t *expected;
	struct hlrt_fence *writer[BLOCKS];
	struct hlrt_fence *reader[BLOCKS][STREAMS]; /* newest of each stream since the last write */
	uint64_t random;
};

static unsigned int pick(struct graph *g, unsigned int below)
{
	g->random = g->random * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned int)(g->random >> 33) % below;
}

static struct hlrt_mem *block_of(const struct graph *g, unsigned int block, uint64_t *offset)
{
	bool host = block < HOST_BLOCKS;

	*offset = (uint64_t)(host ? block : block - HOST_BLOCKS) * BLOCK;
	return host ? g->host : g->dev;
}

static void drop(struct hlrt_fence **fence)
{
	if (*fence)
		EXPECT_OK(hlrt_fence_destroy(*fence));
	*fence = NULL;
}

static void wait_for(struct graph *g, unsigned int stream, struct hlrt_fence *fence)
{
	if (fence)
		EXPECT_OK(hlrt_stream_wait(g->stream[stream], fence));
}

/* The block's old contents are needed by nobody any more, once these have ended. */
static void wait_to_write(struct graph *g, unsigned int stream, unsigned int block)
{
	wait_for(g, stream, g->writer[block]);
	drop(&g->writer[block]);
	for (unsigned int s = 0; s < STREAMS; s++) {
		wait_for(g, stream, g->reader[block][s]);
		drop(&g->reader[block][s]);
	}
}

static void step(struct graph *g)
{
	unsigned int s = pick(g, STREAMS), to = pick(g, BLOCKS), from = pick(g, BLOCKS);
	uint32_t at = 4 * pick(g, BLOCK / 4), length = 4 * (1 + pick(g, (BLOCK - at) / 4)), value = (uint32_t)g->random;
	uint64_t to_offset, from_offset;
	struct hlrt_mem *dst = block_of(g, to, &to_offset), *src = block_of(g, from, &from_offset);

	if (to == from) {
		wait_to_write(g, s, to);
		EXPECT_OK(hlrt_stream_fill(g->stream[s], dst, to_offset + at, value, length, &g->writer[to]));
		for (uint32_t i = 0; i < length; i += 4)
			memcpy(g->expected + to * BLOCK + at + i, &value, 4);
		return;
	}
	wait_for(g, s, g->writer[from]);
	wait_to_write(g, s, to);
	drop(&g->reader[from][s]);
	EXPECT_OK(hlrt_stream_copy(g->stream[s], dst, to_offset + at, src, from_offset + at, length, &g->writer[to]));
	/* A second fence of the same work. */
	EXPECT_OK(hlrt_stream_fill(g->stream[s], dst, 0, 0, 0, &g->reader[from][s]));
	memcpy(g->expected + to * BLOCK + at, g->expected + from * BLOCK + at, length);
}

static void compare(struct graph *g)
{
	uint8_t *bytes = malloc(BLOCK);

	for (unsigned int b = 0; b < BLOCKS; b++) {
		uint64_t offset;
		struct hlrt_mem *mem = block_of(g, b, &offset);

		EXPECT_OK(hlrt_mem_read(mem, offset, bytes, BLOCK));
		for (unsigned int i = 0; i < BLOCK; i++)
			if (bytes[i] != g->expected[b * BLOCK + i])
				test_fail(__FILE__, __LINE__, "byte %u of block %u is 0x%02x, should be 0x%02x", i, b,
					  bytes[i], g->expected[b * BLOCK + i]);
	}
	free(bytes);
}

static void random_graph_of_copies(void)
{
	struct graph g = { .context = test_open(0), .random = 1 };

	g.dev = test_alloc(g.context, (BLOCKS - HOST_BLOCKS) * BLOCK);
	g.expected = test_buffer(BLOCKS * BLOCK, 3);
	g.host_bytes = malloc(HOST_BLOCKS * BLOCK);
	memcpy(g.host_bytes, g.expected, HOST_BLOCKS * BLOCK);
	g.host = hlrt_mem_register(g.context, g.host_bytes, HOST_BLOCKS * BLOCK);
	EXPECT(g.host);
	EXPECT_OK(hlrt_mem_write(g.dev, 0, g.expected + HOST_BLOCKS * BLOCK, (BLOCKS - HOST_BLOCKS) * BLOCK));
	for (unsigned int s = 0; s < STREAMS; s++)
		EXPECT((g.stream[s] = hlrt_stream_create(g.context, NULL)));
	for (unsigned int i = 0; i < STEPS; i++)
		step(&g);
	for (unsigned int s = 0; s < STREAMS; s++)
		EXPECT_OK(hlrt_stream_sync(g.stream[s], -1));
	compare(&g);
	for (unsigned int b = 0; b < BLOCKS; b++) {
		drop(&g.writer[b]);
		for (unsigned int s = 0; s < STREAMS; s++)
			drop(&g.reader[b][s]);
	}
	for (unsigned int s = 0; s < STREAMS; s++)
		EXPECT_OK(hlrt_stream_destroy(g.stream[s]));
	EXPECT_OK(hlrt_mem_free(g.host));
	EXPECT_OK(hlrt_mem_free(g.dev));
	EXPECT_OK(hlrt_close(g.context));
	free(g.host_bytes);
	free(g.expected);
}

/* ---- numbers ---- */

/* More streams than any pool of sync objects has; a word goes from one to the next. */
static void more_streams_than_sync_objects(void)
{
	enum { MANY = 600 };
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 8 * MANY);
	struct hlrt_stream *stream[MANY];
	struct hlrt_fence *fence = NULL;
	uint32_t word = 0;

	EXPECT_OK(hlrt_mem_fill(mem, 0, 0, 8 * MANY));
	EXPECT_OK(hlrt_mem_fill(mem, 0, 0xC0FFEE00, 8));
	for (unsigned int i = 0; i < MANY; i++) {
		EXPECT((stream[i] = hlrt_stream_create(context, NULL)));
		if (fence) {
			EXPECT_OK(hlrt_stream_wait(stream[i], fence));
			EXPECT_OK(hlrt_fence_destroy(fence));
		}
		EXPECT_OK(hlrt_stream_copy(stream[i], mem, 8 * ((uint64_t)i + 1) % (8 * MANY), mem, 8 * (uint64_t)i, 8,
					   &fence));
	}
	EXPECT_OK(hlrt_fence_wait(fence, -1));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_mem_read(mem, 0, &word, sizeof(word)));
	EXPECT(word == 0xC0FFEE00);
	for (unsigned int i = 0; i < MANY; i++) {
		EXPECT_OK(hlrt_stream_sync(stream[i], -1));
		EXPECT_OK(hlrt_stream_destroy(stream[i]));
	}
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

/*
 * Two streams wait for each other more often than a sync object counts. They hand a word from slot to slot; whoever does not
 * wait for the other hands on an old one. Now and then there is something to wait for: a fill, and then a new word.
 */
static void counts_wrap(void)
{
	enum { ROUNDS = 68000, NEWS = 1000, SLOTS = 777, SLOW = 4 << 20 };
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 4 * SLOTS), *other = test_alloc(context, SLOW);
	struct hlrt_stream *stream[2] = { hlrt_stream_create(context, NULL), hlrt_stream_create(context, NULL) };
	struct hlrt_fence *fence = NULL;
	uint32_t word = 0;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		struct hlrt_stream *mine = stream[i % 2];
		uint64_t from = 4 * (i % SLOTS), to = 4 * ((i + 1) % SLOTS);

		if (fence) {
			EXPECT_OK(hlrt_stream_wait(mine, fence));
			EXPECT_OK(hlrt_fence_destroy(fence));
		}
		if (i % NEWS == 0) {
			EXPECT_OK(hlrt_stream_fill(mine, other, 0, i | 1, SLOW, NULL));
			EXPECT_OK(hlrt_stream_fill(mine, mem, from, i, 4, NULL));
		}
		EXPECT_OK(hlrt_stream_copy(mine, mem, to, mem, from, 4, &fence));
	}
	EXPECT_OK(hlrt_fence_wait(fence, -1));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_mem_read(mem, 4 * (ROUNDS % SLOTS), &word, sizeof(word)));
	EXPECT(word == ROUNDS - NEWS);
	for (int i = 0; i < 2; i++) {
		EXPECT_OK(hlrt_stream_sync(stream[i], -1));
		EXPECT_OK(hlrt_stream_destroy(stream[i]));
	}
	EXPECT_OK(hlrt_mem_free(other));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

struct worker {
	struct hlrt_context *context;
	unsigned int seed;
};

/* A chain of copies through a buffer of its own, never waiting but at the end. */
static void *work(void *arg)
{
	enum { LENGTH = 16 << 10, LINKS = 16, ROUNDS = 25 };
	const struct worker *w = arg;
	struct hlrt_mem *mem = test_alloc(w->context, LENGTH * LINKS);
	uint8_t *in = test_buffer(LENGTH, w->seed), *out = malloc(LENGTH);
	struct hlrt_stream *stream = hlrt_stream_create(w->context, NULL);
	struct hlrt_fence *fence;

	EXPECT(out && stream);
	for (int round = 0; round < ROUNDS; round++) {
		EXPECT_OK(hlrt_mem_write(mem, 0, in, LENGTH));
		for (uint64_t i = 1; i < LINKS; i++)
			EXPECT_OK(hlrt_stream_copy(stream, mem, i * LENGTH, mem, (i - 1) * LENGTH, LENGTH,
						   i == LINKS - 1 ? &fence : NULL));
		EXPECT_OK(hlrt_fence_wait(fence, -1));
		EXPECT_OK(hlrt_fence_destroy(fence));
		EXPECT_OK(hlrt_mem_read(mem, (LINKS - 1) * LENGTH, out, LENGTH));
		test_verify(out, LENGTH, w->seed);
		EXPECT_OK(hlrt_stream_fill(stream, mem, 0, 0, LENGTH * LINKS, NULL));
		for (uint64_t i = 1; i + 1 < LINKS; i++)
			EXPECT_OK(hlrt_stream_copy(stream, mem, i * LENGTH, mem, (i + 1) * LENGTH, LENGTH, NULL));
		EXPECT_OK(hlrt_stream_sync(stream, -1));
	}
	EXPECT_OK(hlrt_stream_destroy(stream));
	EXPECT_OK(hlrt_mem_free(mem));
	free(out);
	free(in);
	return NULL;
}

static void many_threads(void)
{
	enum { THREADS = 8 };
	struct hlrt_context *context = test_open(0);
	pthread_t thread[THREADS];
	struct worker worker[THREADS];

	for (unsigned int i = 0; i < THREADS; i++) {
		worker[i] = (struct worker){ context, i };
		EXPECT(pthread_create(&thread[i], NULL, work, &worker[i]) == 0);
	}
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	EXPECT_OK(hlrt_close(context));
}

/* ---- bad days ---- */

/* A failure is told once by sync, for ever by its fence, and to who would wait for it. */
static void failure_is_told(void)
{
	struct hlrt_context *context;
	struct hlrt_stream *stream, *other;
	struct hlrt_fence *fence;
	struct hlrt_mem *mem;

	sim_option("fault=dma-error");
	context = test_open(0);
	mem = test_alloc(context, 1 << 20);
	stream = hlrt_stream_create(context, NULL);
	other = hlrt_stream_create(context, NULL);
	EXPECT_OK(hlrt_stream_copy(stream, mem, 0, mem, 4096, 4096, &fence));
	EXPECT_ERROR(EIO, hlrt_fence_wait(fence, -1));
	EXPECT_ERROR(EIO, hlrt_stream_wait(other, fence));
	EXPECT_ERROR(EIO, hlrt_stream_sync(stream, -1));
	EXPECT_ERROR(EIO, hlrt_fence_wait(fence, 0));
	EXPECT_OK(hlrt_stream_sync(other, 0));
	/* The device resets itself: what is left is to release. */
	EXPECT_ERROR(ENODEV, hlrt_stream_copy(stream, mem, 0, mem, 4096, 4096, NULL));
	EXPECT_ERROR(ENODEV, hlrt_stream_wait(other, fence));
	EXPECT_ERROR(ENODEV, hlrt_stream_sync(stream, -1));
	EXPECT_ERROR(EIO, hlrt_fence_wait(fence, 0));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_stream_destroy(other));
	EXPECT_OK(hlrt_stream_destroy(stream));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

/* The driver's time limit is of a submission's own time, not of that in the queue behind others. */
static void deep_queues_are_not_late(void)
{
	enum {
		COPIES = 35
	}; /* of 100 ms each: the last would be far beyond the limit if it counted from its submission */
	struct hlrt_stream *stream, *behind;
	struct hlrt_context *context;
	struct hlrt_fence *fence;
	struct hlrt_mem *mem;

	sim_option("param.cs_timeout_ms=1500");
	context = test_open(0);
	mem = test_alloc(context, 8192);
	stream = hlrt_stream_create(context, NULL);
	sim_fault("late=100", COPIES);
	behind = hlrt_stream_create(context, NULL);
	for (int i = 0; i < COPIES; i++)
		EXPECT_OK(hlrt_stream_copy(stream, mem, 0, mem, 4096, 4096, i ? NULL : &fence));
	EXPECT_OK(hlrt_fence_wait(fence, -1));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_stream_fill(stream, mem, 0, 0, 0, &fence));
	EXPECT_OK(hlrt_stream_wait(behind, fence));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_stream_fill(behind, mem, 0, 1, 4, NULL));
	EXPECT_OK(hlrt_stream_sync(behind, -1));
	EXPECT_OK(hlrt_stream_sync(stream, -1));
	EXPECT_OK(hlrt_stream_destroy(behind));
	EXPECT_OK(hlrt_stream_destroy(stream));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

/* A child has the handles but not the device. */
static void child_may_not(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 8192);
	struct hlrt_stream *stream = hlrt_stream_create(context, NULL);
	struct hlrt_cb *cb = hlrt_cb_create(context, 4096);
	struct hlrt_cs_chunk chunk = { .cb = cb, .length = 8 };
	struct hlrt_fence *fence;
	int status;
	pid_t child;

	EXPECT_OK(hlrt_stream_fill(stream, mem, 0, 0, 4, &fence));
	child = fork();
	if (child == 0) {
		EXPECT_NULL(EPERM, hlrt_stream_create(context, NULL));
		EXPECT_ERROR(EPERM, hlrt_stream_copy(stream, mem, 0, mem, 4096, 4, NULL));
		EXPECT_ERROR(EPERM, hlrt_stream_fill(stream, mem, 0, 0, 4, NULL));
		EXPECT_ERROR(EPERM, hlrt_stream_wait(stream, fence));
		EXPECT_ERROR(EPERM, hlrt_stream_sync(stream, 0));
		EXPECT_ERROR(EPERM, hlrt_stream_destroy(stream));
		EXPECT_ERROR(EPERM, hlrt_fence_wait(fence, 0));
		EXPECT_ERROR(EPERM, hlrt_fence_fd(fence));
		EXPECT_ERROR(EPERM, hlrt_fence_destroy(fence));
		EXPECT_NULL(EPERM, hlrt_cb_create(context, 4096));
		EXPECT_ERROR(EPERM, hlrt_cs_submit(context, &chunk, 1, NULL, NULL));
		EXPECT_ERROR(EPERM, hlrt_cb_destroy(cb));
		_exit(0);
	}
	EXPECT(child > 0 && waitpid(child, &status, 0) == child && status == 0);
	EXPECT_OK(hlrt_fence_wait(fence, -1));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_cb_destroy(cb));
	EXPECT_OK(hlrt_stream_destroy(stream));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

const struct test_case stream_cases[] = {
	{ "hlrt_stream_create/EINVAL/bad_arguments", create_bad_arguments, 0 },
	{ "hlrt_stream_destroy/EINVAL/null", create_bad_arguments, 0 },
	{ "hlrt_stream_copy/EINVAL/bad_arguments", bad_arguments, 0 },
	{ "hlrt_stream_copy/ERANGE/beyond_the_end", bad_arguments, 0 },
	{ "hlrt_stream_fill/EINVAL/bad_arguments", bad_arguments, 0 },
	{ "hlrt_stream_fill/ERANGE/beyond_the_end", bad_arguments, 0 },
	{ "hlrt_stream_wait/EINVAL/bad_arguments", bad_arguments, 0 },
	{ "hlrt_stream_sync/EINVAL/null", bad_arguments, 0 },
	{ "hlrt_stream_copy/EINVAL/other_context", contexts_do_not_mix, NEEDS_TWO },
	{ "hlrt_stream_copy/ok/in_order", one_stream_is_ordered, 0 },
	{ "hlrt_stream_destroy/EBUSY/work_pending", memory_in_use_is_not_freed, 0 },
	{ "hlrt_stream_sync/ETIMEDOUT/work_pending", memory_in_use_is_not_freed, 0 },
	{ "hlrt_mem_free/EBUSY/work_pending", memory_in_use_is_not_freed, 0 },
	{ "hlrt_close/EBUSY/stream_and_fence", memory_in_use_is_not_freed, 0 },
	{ "hlrt_stream_wait/ok/device_waits", device_goes_on_while_the_host_does, 0 },
	{ "hlrt_stream_wait/ok/random_graph", random_graph_of_copies, 0 },
	{ "hlrt_stream_wait/ok/more_than_sync_objects", more_streams_than_sync_objects, 0 },
	{ "hlrt_stream_wait/ok/counts_wrap", counts_wrap, NEEDS_SIM }, /* some minutes in a guest */
	{ "hlrt_stream_copy/ok/threads", many_threads, 0 },
	{ "hlrt_stream_copy/ok/fork", child_may_not, 0 },
	{ "hlrt_stream_copy/ok/deep_queue", deep_queues_are_not_late, NEEDS_SIM },
	{ "hlrt_stream_sync/EIO/dma_error", failure_is_told, NEEDS_SIM },
	{ "hlrt_stream_wait/EIO/dma_error", failure_is_told, NEEDS_SIM },
	{ 0 },
};
