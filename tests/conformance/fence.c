// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Fences: results that stay, time limits, file descriptors, and so many that the driver forgets. */
#include "conformance.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define MSEC 1000000LL

struct scene {
	struct hlrt_context *context;
	struct hlrt_mem *mem;
	struct hlrt_stream *stream;
};

static struct scene begin(void)
{
	struct scene s = { .context = test_open(0) };

	s.mem = test_alloc(s.context, 1 << 20);
	s.stream = hlrt_stream_create(s.context, NULL);
	EXPECT(s.stream);
	return s;
}

static void end(struct scene *s)
{
	EXPECT_OK(hlrt_stream_destroy(s->stream));
	EXPECT_OK(hlrt_mem_free(s->mem));
	EXPECT_OK(hlrt_close(s->context));
}

static struct hlrt_fence *queue_fill(struct scene *s, uint32_t word)
{
	struct hlrt_fence *fence = NULL;

	EXPECT_OK(hlrt_stream_fill(s->stream, s->mem, 0, word, 64, &fence));
	EXPECT(fence);
	return fence;
}

static void null_is_refused(void)
{
	EXPECT_ERROR(EINVAL, hlrt_fence_wait(NULL, 0));
	EXPECT_ERROR(EINVAL, hlrt_fence_fd(NULL));
	EXPECT_ERROR(EINVAL, hlrt_fence_destroy(NULL));
}

static void result_is_sticky(void)
{
	struct scene s = begin();
	struct hlrt_fence *first = queue_fill(&s, 1), *second = queue_fill(&s, 2);

	EXPECT_OK(hlrt_fence_wait(second, -1));
	EXPECT_OK(hlrt_fence_wait(second, 0));
	/* One stream is ordered. */
	EXPECT_OK(hlrt_fence_wait(first, 0));
	EXPECT_OK(hlrt_stream_sync(s.stream, 0));
	EXPECT_OK(hlrt_fence_destroy(first));
	EXPECT_OK(hlrt_fence_destroy(second));
	end(&s);
}

/* A fence of nothing has ended; one of a wait alone ends with what is waited for. */
static void empty_work(void)
{
	struct scene s = begin();
	struct hlrt_stream *other = hlrt_stream_create(s.context, NULL);
	struct hlrt_fence *none, *fence, *joined;
	uint32_t word = 0;

	EXPECT_OK(hlrt_stream_copy(s.stream, s.mem, 0, s.mem, 0, 0, &none));
	EXPECT_OK(hlrt_fence_wait(none, 0));
	EXPECT_OK(hlrt_stream_wait(other, none));
	fence = queue_fill(&s, 77);
	EXPECT_OK(hlrt_stream_wait(other, fence));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_stream_fill(other, s.mem, 0, 0, 0, &joined));
	EXPECT_OK(hlrt_fence_wait(joined, -1));
	EXPECT_OK(hlrt_mem_read(s.mem, 0, &word, sizeof(word)));
	EXPECT(word == 77);
	EXPECT_OK(hlrt_fence_destroy(joined));
	EXPECT_OK(hlrt_fence_destroy(none));
	EXPECT_OK(hlrt_stream_destroy(other));
	end(&s);
}

/* Results are collected before the driver forgets them, though nobody waits. */
static void ten_thousand_not_waited_for(void)
{
	enum { MANY = 10000 };
	static struct hlrt_fence *fence[MANY];
	struct scene s = begin();
	uint32_t word = 0;

	for (uint32_t i = 0; i < MANY; i++)
		fence[i] = queue_fill(&s, i);
	EXPECT_OK(hlrt_stream_sync(s.stream, -1));
	for (uint32_t i = 0; i < MANY; i++) {
		EXPECT_OK(hlrt_fence_wait(fence[i], 0));
		EXPECT_OK(hlrt_fence_destroy(fence[i]));
	}
	EXPECT_OK(hlrt_mem_read(s.mem, 0, &word, sizeof(word)));
	EXPECT(word == MANY - 1);
	end(&s);
}

static void outlives_stream_and_may_go_first(void)
{
	struct scene s = begin();
	struct hlrt_fence *fence = queue_fill(&s, 1);

	EXPECT_OK(hlrt_fence_destroy(fence)); /* its work may be running */
	fence = queue_fill(&s, 2);
	EXPECT_OK(hlrt_stream_sync(s.stream, -1));
	EXPECT_OK(hlrt_stream_destroy(s.stream));
	EXPECT_OK(hlrt_fence_wait(fence, 0));
	EXPECT_OK(hlrt_mem_free(s.mem));
	EXPECT_ERROR(EBUSY, hlrt_close(s.context));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_close(s.context));
}

static void *wait_for_it(void *fence)
{
	EXPECT_OK(hlrt_fence_wait(fence, -1));
	return NULL;
}

static void many_threads_wait_for_one(void)
{
	enum { THREADS = 8, ROUNDS = 50 };
	struct scene s = begin();

	for (uint32_t round = 0; round < ROUNDS; round++) {
		struct hlrt_fence *fence = queue_fill(&s, round);
		pthread_t thread[THREADS];

		for (int i = 0; i < THREADS; i++)
			EXPECT(pthread_create(&thread[i], NULL, wait_for_it, fence) == 0);
		for (int i = 0; i < THREADS; i++)
			pthread_join(thread[i], NULL);
		EXPECT_OK(hlrt_fence_destroy(fence));
	}
	EXPECT_OK(hlrt_stream_sync(s.stream, -1));
	end(&s);
}

/* ---- file descriptors ---- */

static bool readable(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, timeout_ms) == 1 && (p.revents & POLLIN);
}

static void fd_becomes_readable(void)
{
	struct scene s = begin();
	struct hlrt_fence *fence, *none;
	int fd, done;

	EXPECT_OK(hlrt_stream_copy(s.stream, s.mem, 0, s.mem, 0, 0, &none));
	if (hlrt_check_capability(s.context, HLRT_CAP_FENCE_FD) < 0) {
		EXPECT_ERROR(EOPNOTSUPP, hlrt_fence_fd(none));
		test_skip("%s", hlrt_last_error());
	}
	done = hlrt_fence_fd(none);
	EXPECT(done >= 0 && readable(done, 0));
	fence = queue_fill(&s, 1);
	fd = hlrt_fence_fd(fence);
	EXPECT_OK(fd);
	EXPECT(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	EXPECT(readable(fd, 10000));
	EXPECT_OK(hlrt_fence_wait(fence, 0));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT(readable(fd, 0)); /* it is the program's, not the fence's */
	close(fd);
	close(done);
	EXPECT_OK(hlrt_fence_destroy(none));
	EXPECT_OK(hlrt_stream_sync(s.stream, -1));
	end(&s);
}

static void no_fd_left(void)
{
	struct scene s = begin();
	struct hlrt_fence *fence = queue_fill(&s, 1);
	struct rlimit limit;
	int spare;

	test_require(s.context, HLRT_CAP_FENCE_FD);
	spare = dup(0);
	EXPECT(spare >= 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0);
	limit.rlim_cur = (rlim_t)spare;
	EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	EXPECT_ERROR(EMFILE, hlrt_fence_fd(fence));
	EXPECT_OK(hlrt_fence_wait(fence, -1));
	EXPECT_ERROR(EMFILE, hlrt_fence_fd(fence));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_stream_sync(s.stream, -1));
	end(&s);
}

/* ---- work that does not end by itself ---- */

static struct scene begin_hung(const char *limit)
{
	struct scene s;

	sim_option(limit);
	s = begin();
	/* Only now: scrubbing at open uses a queue as well. */
	sim_fault("hang-queue", 1);
	return s;
}

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 * MSEC + ts.tv_nsec;
}

/* The driver's limit ends the work and the device is reset; the fence says so as often as it is asked. */
static void hung_work_fails(void)
{
	struct scene s = begin_hung("param.cs_timeout_ms=300");
	struct hlrt_fence *fence = queue_fill(&s, 1), *behind = queue_fill(&s, 2);
	int64_t before = now();
	uint32_t word;

	EXPECT_ERROR(ETIMEDOUT, hlrt_fence_wait(fence, 20 * MSEC));
	EXPECT(now() - before >= 20 * MSEC);
	EXPECT_ERROR(ETIMEDOUT, hlrt_stream_sync(s.stream, 0));
	EXPECT_ERROR(EIO, hlrt_fence_wait(fence, -1));
	EXPECT_TEXT("time limit");
	EXPECT_ERROR(EIO, hlrt_fence_wait(behind, -1));
	EXPECT_ERROR(EIO, hlrt_stream_sync(s.stream, -1));
	EXPECT_ERROR(EIO, hlrt_fence_wait(fence, 0));
	EXPECT_ERROR(ENODEV, hlrt_mem_read(s.mem, 0, &word, sizeof(word)));
	EXPECT_ERROR(EIO, hlrt_fence_wait(behind, 0));
	EXPECT_OK(hlrt_fence_destroy(fence));
	EXPECT_OK(hlrt_fence_destroy(behind));
	end(&s);

	/* A device after its reset works. */
	s = begin();
	fence = queue_fill(&s, 3);
	EXPECT_OK(hlrt_fence_wait(fence, -1));
	EXPECT_OK(hlrt_fence_destroy(fence));
	end(&s);
}

static atomic_bool stop_signals;

static void on_signal(int number)
{
	(void)number;
}

static void *send_signals(void *target)
{
	struct timespec pause = { .tv_nsec = 2 * MSEC };

	while (!atomic_load(&stop_signals)) {
		pthread_kill(*(pthread_t *)target, SIGUSR1);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

static void signals_keep_the_deadline(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	pthread_t self = pthread_self(), sender;
	struct scene s = begin_hung("param.cs_timeout_ms=2000");
	struct hlrt_fence *fence = queue_fill(&s, 1);
	int64_t before, took;

	EXPECT(sigaction(SIGUSR1, &action, NULL) == 0);
	EXPECT(pthread_create(&sender, NULL, send_signals, &self) == 0);
	before = now();
	EXPECT_ERROR(ETIMEDOUT, hlrt_fence_wait(fence, 300 * MSEC));
	took = now() - before;
	EXPECT(took >= 300 * MSEC && took < 1500 * MSEC);
	EXPECT_ERROR(EIO, hlrt_fence_wait(fence, -1));
	atomic_store(&stop_signals, true);
	pthread_join(sender, NULL);
	EXPECT_OK(hlrt_fence_destroy(fence));
	end(&s);
}

const struct test_case fence_cases[] = {
	{ "hlrt_fence_wait/EINVAL/null", null_is_refused, NEEDS_NOTHING },
	{ "hlrt_fence_fd/EINVAL/null", null_is_refused, NEEDS_NOTHING },
	{ "hlrt_fence_destroy/EINVAL/null", null_is_refused, NEEDS_NOTHING },
	{ "hlrt_fence_wait/ok/sticky", result_is_sticky, 0 },
	{ "hlrt_fence_wait/ok/empty_work", empty_work, 0 },
	{ "hlrt_fence_wait/ok/ten_thousand", ten_thousand_not_waited_for, 0 },
	{ "hlrt_fence_wait/ok/threads", many_threads_wait_for_one, 0 },
	{ "hlrt_fence_destroy/ok/any_order", outlives_stream_and_may_go_first, 0 },
	{ "hlrt_fence_fd/ok/poll", fd_becomes_readable, 0 },
	{ "hlrt_fence_fd/EMFILE/none_left", no_fd_left, 0 },
	{ "hlrt_fence_wait/ETIMEDOUT/hung_queue", hung_work_fails, NEEDS_SIM },
	{ "hlrt_fence_wait/EIO/hung_queue", hung_work_fails, NEEDS_SIM },
	{ "hlrt_fence_wait/ETIMEDOUT/signals", signals_keep_the_deadline, NEEDS_SIM },
	{ 0 },
};
