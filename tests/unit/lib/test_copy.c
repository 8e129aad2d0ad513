// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Moving bytes: data, splitting, queues, and every way in which a submission can end. */
#include "fake_sys.h"

#include <stdlib.h>

#include <hlrt/gaudi.h>

static uint8_t *pattern(uint64_t length, uint32_t seed)
{
	uint8_t *buf = malloc(length);

	assert_non_null(buf);
	for (uint64_t i = 0; i < length; i++) {
		seed = seed * 1664525 + 1013904223;
		buf[i] = (uint8_t)(seed >> 24);
	}
	return buf;
}

static void write_read_round_trip(void **state)
{
	/* Around the halves of the staging buffer, 1 MiB each. */
	static const uint64_t lengths[] = { 1, 4095, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (5 << 20) + 77 };
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 8 << 20, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		uint8_t *out = pattern(lengths[i], (uint32_t)i), *in = calloc(1, lengths[i]);

		assert_ok(hlrt_mem_write(mem, 13, out, lengths[i]));
		assert_memory_equal(fake->dram + 13, out, lengths[i]);
		assert_ok(hlrt_mem_read(mem, 13, in, lengths[i]));
		assert_memory_equal(in, out, lengths[i]);
		free(out);
		free(in);
	}
	assert_int_equal(fake->host_maps, 1); /* one staging buffer, kept */
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void registered_memory_is_used_directly(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 1 << 20, NULL), *host;
	uint8_t *buf = pattern(1 << 20, 1);

	(void)state;
	host = hlrt_mem_register(context, buf, 1 << 20);
	assert_ok(hlrt_mem_write(mem, 0, buf + 7, 1000));
	assert_ok(hlrt_mem_read(mem, 0, buf + 2000, 1000));
	assert_memory_equal(buf + 7, buf + 2000, 1000);
	assert_int_equal(fake->host_maps, 1); /* the registration alone */
	assert_ok(hlrt_mem_copy(host, 4096, mem, 100, 500));
	assert_memory_equal(buf + 4096, buf + 107, 500);
	/* Beside a registration, not in it. */
	assert_ok(hlrt_mem_read(mem, 0, &(uint32_t){ 0 }, 4));
	assert_int_equal(fake->host_maps, 2);
	assert_ok(hlrt_mem_free(host));
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	free(buf);
	fake_delete(fake);
}

static void queues_follow_the_direction(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 4096, NULL);
	uint32_t word = 1;

	(void)state;
	for (int i = 0; i < 8; i++) {
		fake_forget(fake);
		assert_ok(hlrt_mem_write(mem, 0, &word, 4));
		assert_true(fake_find(fake, FAKE_CS, 0, 0)->chunk.queue_index < HLRT_GAUDI_QUEUE_DMA(1, 0));
		fake_forget(fake);
		assert_ok(hlrt_mem_read(mem, 0, &word, 4));
		assert_in_range(fake_find(fake, FAKE_CS, 0, 0)->chunk.queue_index, HLRT_GAUDI_QUEUE_DMA(1, 0),
				HLRT_GAUDI_QUEUE_DMA(1, 3));
	}
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void submission_fields(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 4096, NULL);
	const struct fake_record *cs, *wait;
	union hlabi_cs_args args;

	(void)state;
	assert_ok(hlrt_mem_fill(mem, 4, 0xAABBCCDD, 8));
	cs = fake_find(fake, FAKE_CS, 0, 0);
	args = (union hlabi_cs_args){ .in = { .chunks_execute = cs->in.cs.in.chunks_execute,
					      .num_chunks_execute = 1 } };
	assert_memory_equal(&cs->in.cs, &args, sizeof(args));
	assert_int_equal(cs->chunk.cb_size, HLRT_GAUDI_LIN_DMA_SIZE);
	assert_int_equal(cs->chunk.cs_chunk_flags, 0);
	wait = fake_find(fake, FAKE_WAIT, 0, 0);
	assert_int_equal(wait->in.wait.in.seq, 1);
	assert_int_equal(wait->in.wait.in.flags, 0);
	assert_true(wait->in.wait.in.timeout_us > 0);
	assert_int_equal(*(uint32_t *)(fake->dram + 4), 0xAABBCCDD);
	assert_int_equal(*(uint32_t *)(fake->dram + 8), 0xAABBCCDD);
	assert_int_equal(*(uint32_t *)(fake->dram + 12), 0);
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* 9 GiB and a bit: packets of at most what the provider says, without gap or overlap, submissions of bounded length. */
static void long_operations_are_split(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context;
	struct hlrt_mem *mem;
	uint64_t at = FAKE_DRAM_BASE, packets = 0, length = (9ULL << 30) + 12;

	(void)state;
	fake->dram_size = 32ULL << 30;
	fake->execute = false;
	context = fake_open();
	mem = hlrt_mem_alloc(context, length, NULL);
	assert_ok(hlrt_mem_fill(mem, 0, 5, length));
	assert_int_equal(fake_count(fake, FAKE_CS, 0), 3);
	for (unsigned int s = 0; s < 3; s++) {
		const struct fake_record *cs = fake_find(fake, FAKE_CS, 0, s);

		for (uint32_t p = 0; p < cs->chunk.cb_size; p += HLRT_GAUDI_LIN_DMA_SIZE, packets++) {
			uint32_t tsize;
			uint64_t dst;

			memcpy(&tsize, cs->packets + p, sizeof(tsize));
			memcpy(&dst, cs->packets + p + 16, sizeof(dst));
			assert_int_equal(dst, at);
			assert_true(tsize <= 2ULL << 30);
			at += tsize;
		}
	}
	assert_int_equal(at, FAKE_DRAM_BASE + length);
	assert_int_equal(packets, 5); /* 2 + 2 + 1 */
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void bad_ranges(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 5000, NULL);
	uint32_t word = 0;

	(void)state;
	assert_error(ERANGE, hlrt_mem_write(mem, 4999, &word, 4));
	assert_text("4999");
	assert_text("5000");
	assert_error(ERANGE, hlrt_mem_read(mem, UINT64_MAX, &word, 4));
	assert_error(EINVAL, hlrt_mem_fill(mem, 2, 0, 4));
	assert_error(EINVAL, hlrt_mem_fill(mem, 0, 0, 5));
	assert_error(EINVAL, hlrt_mem_copy(mem, 0, mem, 100, 101));
	assert_text("overlap");
	assert_ok(hlrt_mem_copy(mem, 0, mem, 101, 101));
	assert_ok(hlrt_mem_write(mem, 5000, NULL, 0));
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* ---- how submissions end ---- */

struct failure {
	int rc; /* of WAIT_CS */
	uint32_t status, flags;
	int error;
	const char *text;
};

static const struct failure failures[] = {
	{ -EIO, 0, 0, EIO, "aborted" },
	{ -ETIMEDOUT, 0, 0, ETIMEDOUT, "time limit" },
	{ 0, HLABI_WAIT_ABORTED, 0, EIO, "aborted" },
	{ 0, HLABI_WAIT_TIMEDOUT, 0, ETIMEDOUT, "time limit" },
	/* Forgotten is not finished. */
	{ 0, HLABI_WAIT_COMPLETED, HLABI_WAIT_OUT_GONE, EIO, "forgotten" },
};

static void begin_failure(struct fake *fake, const struct failure *f)
{
	fake_forget(fake);
	if (f->rc)
		fake_fail(fake, FAKE_WAIT, 0, f->rc, 0, -1);
	fake->wait_status = f->status;
	fake->wait_flags = f->flags;
}

/*
 * errno-case: hlrt_mem_write/ETIMEDOUT/driver_limit
 * errno-case: hlrt_mem_read/ETIMEDOUT/driver_limit
 * errno-case: hlrt_mem_fill/ETIMEDOUT/driver_limit
 * errno-case: hlrt_mem_copy/ETIMEDOUT/driver_limit
 * errno-case: hlrt_mem_write/EIO/device_error
 * errno-case: hlrt_mem_read/EIO/device_error
 * errno-case: hlrt_mem_fill/EIO/device_error
 * errno-case: hlrt_mem_copy/EIO/device_error
 */
static void every_call_reports_every_failure(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 8 << 20, NULL);
	uint8_t *buf = pattern(4 << 20, 3);

	(void)state;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		const struct failure *f = &failures[i];

		begin_failure(fake, f);
		assert_error(f->error, hlrt_mem_write(mem, 0, buf, 4 << 20));
		assert_text(f->text);
		assert_int_equal(errno, f->error);
		assert_error(f->error, hlrt_mem_read(mem, 0, buf, 4 << 20));
		assert_text(f->text);
		assert_error(f->error, hlrt_mem_fill(mem, 0, 0, 4));
		assert_error(f->error, hlrt_mem_copy(mem, 0, mem, 4096, 4096));
		/* The next one is not touched by it. */
		begin_failure(fake, &(struct failure){ 0 });
		assert_ok(hlrt_mem_write(mem, 0, buf, 4 << 20));
	}
	free(buf);
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void second_chunk_fails(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 8 << 20, NULL);
	uint8_t *buf = pattern(4 << 20, 3);

	(void)state;
	for (int skip = 0; skip < 4; skip++) {
		fake_forget(fake);
		fake_fail(fake, FAKE_WAIT, 0, -EIO, skip, 1);
		assert_error(EIO, hlrt_mem_write(mem, 0, buf, 4 << 20));
		fake_forget(fake);
		fake_fail(fake, FAKE_CS, 0, -EINVAL, skip, 1);
		assert_error(EINVAL, hlrt_mem_read(mem, 0, buf, 4 << 20));
		/* Each submission was waited for: none is left to write into a buffer that is used again. */
		assert_int_equal(fake_count(fake, FAKE_CS, 0) - 1, fake_count(fake, FAKE_WAIT, 0));
	}
	free(buf);
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void signals_and_full_queues_pass(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 4096, NULL);

	(void)state;
	fake_fail(fake, FAKE_WAIT, 0, -EINTR, 0, 3);
	fake_fail(fake, FAKE_CS, 0, -EAGAIN, 0, 4);
	fake_fail(fake, FAKE_CB, HLABI_CB_OP_CREATE, -EINTR, 0, 2);
	fake->busy_waits = 2;
	assert_ok(hlrt_mem_fill(mem, 0, 1, 4));
	assert_int_equal(fake_count(fake, FAKE_CS, 0), 5);
	assert_int_equal(fake_count(fake, FAKE_WAIT, 0), 6);
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

struct worker {
	struct hlrt_context *context;
	unsigned int seed;
	int failed;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	uint64_t length = (2 << 20) + w->seed;
	struct hlrt_mem *mem = hlrt_mem_alloc(w->context, length, NULL);
	uint8_t *out = pattern(length, w->seed), *in = malloc(length);

	w->failed = !mem || !in;
	for (int i = 0; i < 5 && !w->failed; i++)
		w->failed = hlrt_mem_write(mem, 0, out, length) || hlrt_mem_read(mem, 0, in, length) ||
			    memcmp(in, out, length);
	if (mem)
		hlrt_mem_free(mem);
	free(out);
	free(in);
	return NULL;
}

static void eight_threads_share_a_context(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct worker workers[8];
	pthread_t threads[8];

	(void)state;
	for (unsigned int i = 0; i < 8; i++) {
		workers[i] = (struct worker){ context, i, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	}
	for (int i = 0; i < 8; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(workers[i].failed, 0);
	}
	assert_true(fake->host_maps <= 4);
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

static void staging_makes_do_with_less(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 4 << 20, NULL);
	uint8_t *buf = pattern(4 << 20, 8);

	(void)state;
	fake_fail(fake, FAKE_MEMORY, HLABI_MEM_OP_MAP, -ENOMEM, 0, 2);
	assert_ok(hlrt_mem_write(mem, 0, buf, 4 << 20));
	assert_memory_equal(fake->dram, buf, 4 << 20);
	free(buf);
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(write_read_round_trip),
		cmocka_unit_test(registered_memory_is_used_directly),
		cmocka_unit_test(queues_follow_the_direction),
		cmocka_unit_test(submission_fields),
		cmocka_unit_test(long_operations_are_split),
		cmocka_unit_test(bad_ranges),
		cmocka_unit_test(every_call_reports_every_failure),
		cmocka_unit_test(second_chunk_fails),
		cmocka_unit_test(signals_and_full_queues_pass),
		cmocka_unit_test(eight_threads_share_a_context),
		cmocka_unit_test(staging_makes_do_with_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
