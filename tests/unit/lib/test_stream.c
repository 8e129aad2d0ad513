// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Works, streams and fences on a driver that does as it is told: results, windows, timelines and their ends. */
#include "fake_sys.h"

#include <stdlib.h>

#include <hlrt/gaudi.h>

struct scene {
	struct fake *fake;
	struct hlrt_context *context;
	struct hlrt_mem *mem;
	struct hlrt_provider_ops ops; /* the context's own, for tests to change */
};

static void begin(struct scene *s, bool hlrt)
{
	s->fake = fake_new(hlrt, false);
	s->context = fake_open();
	s->mem = hlrt_mem_alloc(s->context, 1 << 20, NULL);
	assert_non_null(s->mem);
	s->ops = *s->context->ops;
	s->context->ops = &s->ops;
}

static void end(struct scene *s)
{
	assert_ok(hlrt_mem_free(s->mem));
	assert_ok(hlrt_close(s->context));
	fake_delete(s->fake);
}

static struct hlrti_work *submit_fill(struct scene *s)
{
	struct hlrti_work *work = hlrti_work_new(s->context, 0, s->mem, NULL);
	struct hlrt_cb *cb;

	assert_ok(hlrti_cb_get(s->context, &cb));
	cb->used = (uint32_t)hlrt_gaudi_fill(cb->data, hlrt_mem_address(s->mem), 0, 4, 0);
	assert_ok(hlrti_work_submit_cb(work, cb));
	hlrti_cb_put(cb);
	hlrti_work_close(work);
	return work;
}

static void deadline_leaves_the_work_valid(void **state)
{
	struct hlrti_work *work;
	struct scene s;

	(void)state;
	begin(&s, true);
	s.fake->busy_waits = 1000000;
	work = submit_fill(&s);
	assert_false(hlrti_work_wait(work, hlrti_deadline(0)));
	assert_false(hlrti_work_wait(work, hlrti_deadline(NSEC_PER_MSEC)));
	assert_error(EBUSY, hlrt_mem_free(s.mem));
	s.fake->busy_left = 0;
	assert_true(hlrti_work_wait(work, hlrti_deadline(-1)));
	assert_ok(hlrti_work_result(work));
	hlrti_work_put(work);
	end(&s);
}

/* One result is never asked for while many more submissions follow: it must not age out. */
static void results_do_not_age_out(void **state)
{
	struct hlrti_work *oldest;
	struct scene s;

	(void)state;
	begin(&s, true);
	oldest = submit_fill(&s);
	for (int i = 0; i < 600; i++)
		assert_ok(hlrt_mem_fill(s.mem, 0, 1, 4));
	/* By now it was collected on behalf of its owner, who gets that result whatever the driver says today. */
	assert_true(hlrti_work_is_done(oldest));
	s.fake->wait_flags = HLABI_WAIT_OUT_GONE;
	assert_true(hlrti_work_wait(oldest, INT64_MAX));
	assert_ok(hlrti_work_result(oldest));
	s.fake->wait_flags = 0;
	hlrti_work_put(oldest);
	end(&s);
}

/* The first result of many is late: no more are submitted than the driver can tell apart. */
static void window_is_kept(void **state)
{
	uint32_t window;
	struct scene s;

	(void)state;
	begin(&s, true);
	window = hlrti_window(s.context);
	s.fake->busy_waits = 1000;
	for (uint32_t i = 0; i < window + 50; i++) {
		struct hlrti_work *work = submit_fill(&s);

		s.fake->busy_left = i < window ? 1000 : s.fake->busy_left;
		hlrti_work_put(work);
		assert_true(s.context->submitter.num_pending <= window);
	}
	/* Buffers of works that nobody holds any more are in the pool. */
	assert_int_equal(s.context->cbs.count, 1);
	s.fake->busy_waits = s.fake->busy_left = 0;
	hlrti_collect(s.context);
	assert_int_equal(s.context->submitter.num_pending, 0);
	end(&s);
}

/* A long copy is several submissions and one fence; the first part's failure is the fence's. */
static void fence_covers_all_parts(void **state)
{
	struct hlrt_stream *stream;
	struct hlrt_fence *fence;
	struct scene s;

	(void)state;
	begin(&s, true);
	s.ops.max_copy = 64;
	stream = hlrt_stream_create(s.context, NULL);
	assert_ok(hlrt_stream_copy(stream, s.mem, 0, s.mem, 1 << 19, 1 << 19, &fence));
	assert_true(fake_count(s.fake, FAKE_CS, 0) > 10);
	fake_fail(s.fake, FAKE_WAIT, 0, -ETIMEDOUT, 3, 1);
	assert_error(EIO, hlrt_fence_wait(fence, -1));
	assert_text("time limit");
	assert_int_equal(fake_count(s.fake, FAKE_CS, 0), fake_count(s.fake, FAKE_WAIT, 0));
	assert_error(EIO, hlrt_fence_wait(fence, 0));
	assert_error(EIO, hlrt_stream_sync(stream, -1));
	assert_ok(hlrt_stream_sync(stream, -1)); /* told once */
	assert_error(EIO, hlrt_fence_wait(fence, -1));
	assert_ok(hlrt_fence_destroy(fence));
	assert_ok(hlrt_stream_destroy(stream));
	end(&s);
}

/* The driver takes half of a long copy: an error, no fence, and the memory is used until that half has ended. */
static void failure_half_way(void **state)
{
	struct hlrt_fence *fence = NULL;
	struct hlrt_stream *stream;
	struct scene s;

	(void)state;
	begin(&s, true);
	s.ops.max_copy = 64;
	s.fake->busy_waits = 1;
	stream = hlrt_stream_create(s.context, NULL);
	fake_fail(s.fake, FAKE_CS, 0, -ENOMEM, 5, 1);
	assert_error(ENOMEM, hlrt_stream_copy(stream, s.mem, 0, s.mem, 1 << 19, 1 << 19, &fence));
	assert_null(fence);
	assert_int_equal(atomic_load(&s.mem->users), 2);
	assert_ok(hlrt_stream_sync(stream, -1));
	assert_int_equal(atomic_load(&s.mem->users), 0);
	assert_ok(hlrt_stream_destroy(stream));
	end(&s);
}

/* ---- order between streams ---- */

static struct hlrt_fence *fill(struct scene *s, struct hlrt_stream *stream)
{
	struct hlrt_fence *fence = NULL;

	assert_ok(hlrt_stream_fill(stream, s->mem, 0, 1, 4, &fence));
	return fence;
}

/* Two streams that wait for each other, `rounds` times, and never look at a result. */
static void ping_pong(struct scene *s, unsigned int rounds)
{
	struct hlrt_stream *stream[2] = { hlrt_stream_create(s->context, NULL), hlrt_stream_create(s->context, NULL) };
	struct hlrt_fence *fence = NULL;

	for (unsigned int i = 0; i < 2 * rounds; i++) {
		/* Not a result without being asked for it twice, so that the device's order is needed. */
		s->fake->busy_left = 2;
		if (fence) {
			assert_ok(hlrt_stream_wait(stream[i % 2], fence));
			assert_ok(hlrt_fence_destroy(fence));
		}
		fence = fill(s, stream[i % 2]);
	}
	s->fake->busy_left = 0;
	assert_ok(hlrt_fence_destroy(fence));
	for (int i = 0; i < 2; i++) {
		assert_ok(hlrt_stream_sync(stream[i], -1));
		assert_ok(hlrt_stream_destroy(stream[i]));
	}
}

static void device_waits(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, true);
	assert_ok(hlrt_check_capability(s.context, HLRT_CAP_STREAM_WAIT));
	ping_pong(&s, 20);
	assert_int_equal(s.fake->signals, 40);
	assert_int_equal(s.fake->waits, 39);
	/* Each for the newest count of the other stream: one less would let the device go too early. */
	assert_int_equal(s.fake->late_waits, 0);
	assert_int_equal(s.fake->sob_clears, 0);
	end(&s);
}

/* A sync object at its largest count is cleared before it counts again, and every wait is for a count that comes. */
static void full_counts_are_cleared(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, true);
	s.ops.sob_max = 5;
	s.ops.num_sobs = 3;
	ping_pong(&s, 50);
	assert_true(s.fake->sob_clears > 10);
	for (size_t i = 0; i < sizeof(s.fake->sobs) / sizeof(s.fake->sobs[0]); i++)
		assert_true(s.fake->sobs[i] <= 5);
	end(&s);
}

/* Without enough of anything the host waits, and the order is the same. */
static void host_waits_where_the_device_cannot(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, true);
	s.ops.num_monitors = 1;
	ping_pong(&s, 10);
	assert_true(s.fake->waits < 19);
	s.fake->waits = s.fake->signals = 0;
	s.ops.encode_signal = NULL;
	s.ops.encode_wait = NULL;
	s.ops.encode_sob_clear = NULL;
	ping_pong(&s, 10);
	assert_int_equal(s.fake->waits + s.fake->signals, 0);
	end(&s);
}

/* Work that moves to another queue waits for the stream's own; in the same queue it need not. */
static void own_order_over_queues(void **state)
{
	uint8_t *host_bytes = calloc(1, 4096);
	struct hlrt_stream *stream;
	struct hlrt_mem *host;
	struct scene s;

	(void)state;
	begin(&s, true);
	host = hlrt_mem_register(s.context, host_bytes, 4096);
	stream = hlrt_stream_create(s.context, NULL);
	s.fake->busy_waits = 1000;
	assert_ok(hlrt_stream_copy(stream, s.mem, 0, host, 0, 64, NULL));
	assert_ok(hlrt_stream_copy(stream, s.mem, 64, host, 0, 64, NULL));
	assert_int_equal(s.fake->waits, 0);
	assert_ok(hlrt_stream_copy(stream, host, 0, s.mem, 64, 64, NULL));
	assert_int_equal(s.fake->waits, 1);
	s.fake->busy_left = 0;
	assert_ok(hlrt_stream_sync(stream, -1));
	assert_ok(hlrt_stream_destroy(stream));
	assert_ok(hlrt_mem_free(host));
	free(host_bytes);
	end(&s);
}

/* More waits than a stream remembers become part of what is queued. */
static void many_waits_before_one_copy(void **state)
{
	enum { MANY = 40 };
	struct hlrt_stream *stream[MANY], *last;
	struct scene s;

	(void)state;
	begin(&s, true);
	last = hlrt_stream_create(s.context, NULL);
	for (int i = 0; i < MANY; i++) {
		struct hlrt_fence *fence;

		stream[i] = hlrt_stream_create(s.context, NULL);
		fence = fill(&s, stream[i]);
		s.fake->busy_left = 1000;
		assert_ok(hlrt_stream_wait(last, fence));
		assert_ok(hlrt_fence_destroy(fence));
	}
	assert_ok(hlrt_stream_fill(last, s.mem, 0, 1, 4, NULL));
	/* Those in the queue of the waiting stream are before it anyway. */
	assert_in_range(s.fake->waits, MANY / 2, MANY);
	s.fake->busy_left = 0;
	assert_ok(hlrt_stream_sync(last, -1));
	assert_ok(hlrt_stream_destroy(last));
	for (int i = 0; i < MANY; i++) {
		assert_ok(hlrt_stream_sync(stream[i], -1));
		assert_ok(hlrt_stream_destroy(stream[i]));
	}
	end(&s);
}

/* errno-case: hlrt_fence_fd/EOPNOTSUPP/in_tree_driver */
static void no_fence_fd_in_tree(void **state)
{
	struct hlrt_stream *stream;
	struct hlrt_fence *fence;
	struct scene s;

	(void)state;
	begin(&s, false);
	stream = hlrt_stream_create(s.context, NULL);
	fence = fill(&s, stream);
	assert_error(EOPNOTSUPP, hlrt_fence_fd(fence));
	assert_ok(hlrt_fence_wait(fence, -1));
	assert_error(EOPNOTSUPP, hlrt_fence_fd(fence));
	assert_ok(hlrt_fence_destroy(fence));
	assert_ok(hlrt_stream_destroy(stream));
	end(&s);
}

/* A lost device ends everything, and everything can be released. */
static void lost_device(void **state)
{
	struct hlrt_stream *stream;
	struct hlrt_fence *fence;
	struct hlrt_cb *cb;
	struct scene s;

	(void)state;
	begin(&s, true);
	stream = hlrt_stream_create(s.context, NULL);
	cb = hlrt_cb_create(s.context, 4096);
	fence = fill(&s, stream);
	fake_fail(s.fake, FAKE_WAIT, 0, -ENODEV, 0, -1);
	fake_fail(s.fake, FAKE_CS, 0, -ENODEV, 0, -1);
	assert_error(ENODEV, hlrt_stream_fill(stream, s.mem, 0, 1, 4, NULL));
	assert_error(EIO, hlrt_fence_wait(fence, -1));
	assert_error(EIO, hlrt_stream_sync(stream, -1));
	assert_error(ENODEV, hlrt_stream_sync(stream, -1));
	assert_fails(ENODEV, hlrt_stream_create(s.context, NULL));
	assert_fails(ENODEV, hlrt_cb_create(s.context, 4096));
	assert_error(EIO, hlrt_fence_wait(fence, 0));
	assert_ok(hlrt_fence_destroy(fence));
	assert_ok(hlrt_stream_destroy(stream));
	assert_ok(hlrt_cb_destroy(cb));
	end(&s);
}

/* ---- command buffers ---- */

static void submission_arguments(void **state)
{
	struct hlrt_cs_options options = { .size = sizeof(options), .timeout_ns = 1500000000 };
	struct hlrt_cs_chunk chunks[2] = { { .length = 24, .queue = 3 }, { .length = 24, .queue = 6 } };
	const struct fake_record *cs;
	struct scene s;

	(void)state;
	begin(&s, true);
	for (int i = 0; i < 2; i++) {
		chunks[i].cb = hlrt_cb_create(s.context, 100);
		assert_int_equal(hlrt_cb_length(chunks[i].cb), 4096);
		hlrt_gaudi_fill(hlrt_cb_data(chunks[i].cb), hlrt_mem_address(s.mem), 0, 8, 0);
	}
	assert_ok(hlrt_cs_submit(s.context, chunks, 2, &options, NULL));
	cs = fake_find(s.fake, FAKE_CS, 0, 0);
	assert_int_equal(cs->in.cs.in.num_chunks_execute, 2);
	assert_int_equal(cs->in.cs.in.cs_flags, HLABI_CS_FLAG_CUSTOM_TIMEOUT);
	assert_int_equal(cs->in.cs.in.timeout, 2); /* rounded up */
	assert_int_equal(cs->chunk.queue_index, 3);
	assert_int_equal(cs->chunk.cb_size, 24);
	fake_forget(s.fake);
	assert_ok(hlrt_cs_submit(s.context, chunks, 1, NULL, NULL));
	cs = fake_find(s.fake, FAKE_CS, 0, 0);
	assert_int_equal(cs->in.cs.in.cs_flags, 0);
	assert_int_equal(cs->in.cs.in.timeout, 0);
	fake_fail(s.fake, FAKE_CS, 0, -EPERM, 0, 1);
	assert_error(EPERM, hlrt_cs_submit(s.context, chunks, 2, NULL, NULL));
	assert_text("chunks 0 to 1");
	for (int i = 0; i < 2; i++)
		assert_ok(hlrt_cb_destroy(chunks[i].cb));
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deadline_leaves_the_work_valid),
		cmocka_unit_test(results_do_not_age_out),
		cmocka_unit_test(window_is_kept),
		cmocka_unit_test(fence_covers_all_parts),
		cmocka_unit_test(failure_half_way),
		cmocka_unit_test(device_waits),
		cmocka_unit_test(full_counts_are_cleared),
		cmocka_unit_test(host_waits_where_the_device_cannot),
		cmocka_unit_test(own_order_over_queues),
		cmocka_unit_test(many_waits_before_one_copy),
		cmocka_unit_test(no_fence_fd_in_tree),
		cmocka_unit_test(lost_device),
		cmocka_unit_test(submission_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
