// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Events, and what is left of a context whose device was reset. */
#include "conformance.h"

#include <poll.h>
#include <unistd.h>

static struct hlrt_event_reader *open_reader(struct hlrt_context *context)
{
	struct hlrt_event_reader *reader = hlrt_events_open(context);

	if (!reader && errno == EOPNOTSUPP)
		test_skip("%s", hlrt_last_error());
	if (!reader)
		test_fail(__FILE__, __LINE__, "hlrt_events_open: %s", hlrt_last_error());
	return reader;
}

static bool readable(const struct hlrt_event_reader *reader, int timeout_ms)
{
	struct pollfd p = { .fd = hlrt_events_fd(reader), .events = POLLIN };

	return poll(&p, 1, timeout_ms) == 1;
}

/* The next event, which has to be of that type; waits for it. */
static struct hlrt_event expect_event(struct hlrt_event_reader *reader, uint32_t type)
{
	struct hlrt_event event = { .size = sizeof(event) };
	int rc;

	do {
		if (!readable(reader, 20000))
			test_fail(__FILE__, __LINE__, "event %u has not come", type);
		rc = hlrt_events_read(reader, &event);
	} while (rc == -EAGAIN); /* readable for what was read already */
	EXPECT_OK(rc);
	if (event.type != type)
		test_fail(__FILE__, __LINE__, "event %u has come, should be %u", event.type, type);
	return event;
}

static void expect_no_event(struct hlrt_event_reader *reader)
{
	struct hlrt_event event = { .size = sizeof(event) };

	EXPECT_ERROR(EAGAIN, hlrt_events_read(reader, &event));
	EXPECT(!readable(reader, 0));
}

/* ---- arguments ---- */

static void null_arguments(void)
{
	struct hlrt_event event = { .size = sizeof(event) };

	EXPECT_NULL(EINVAL, hlrt_events_open(NULL));
	EXPECT_ERROR(EINVAL, hlrt_events_read(NULL, &event));
	EXPECT_ERROR(EINVAL, hlrt_events_fd(NULL));
	EXPECT_ERROR(EINVAL, hlrt_events_close(NULL));
}

static void read_bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_event_reader *reader = open_reader(context);
	struct hlrt_event small = { .size = 4 };

	EXPECT_ERROR(EINVAL, hlrt_events_read(reader, NULL));
	EXPECT_ERROR(EINVAL, hlrt_events_read(reader, &small));
	EXPECT_OK(hlrt_events_close(reader));
	EXPECT_OK(hlrt_close(context));
}

static void nothing_happened(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_event_reader *reader = open_reader(context);

	expect_no_event(reader);
	EXPECT_OK(hlrt_events_close(reader));
	EXPECT_OK(hlrt_close(context));
}

static void one_reader(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_event_reader *reader = open_reader(context);

	EXPECT_NULL(EBUSY, hlrt_events_open(context));
	EXPECT_ERROR(EBUSY, hlrt_close(context));
	EXPECT_OK(hlrt_events_close(reader));
	reader = hlrt_events_open(context);
	EXPECT(reader);
	EXPECT_OK(hlrt_events_close(reader));
	EXPECT_OK(hlrt_close(context));
}

/* ---- what happens ---- */

/* A DMA error: the device says so, is reset, and comes back. */
static void fail_and_reset(struct hlrt_context *context, struct hlrt_event_reader *reader)
{
	struct hlrt_mem *mem = test_alloc(context, 4096);
	uint32_t word = 0;

	EXPECT_ERROR(EIO, hlrt_mem_write(mem, 0, &word, sizeof(word)));
	EXPECT(expect_event(reader, HLRT_EVENT_DEVICE_ERROR).time_ns);
	expect_event(reader, HLRT_EVENT_RESET_BEGIN);
	expect_event(reader, HLRT_EVENT_RESET_END);
	expect_no_event(reader);
	EXPECT_OK(hlrt_mem_free(mem));
}

static void reset_is_told(void)
{
	struct hlrt_context *context;
	struct hlrt_event_reader *reader;

	sim_option("fault=dma-error");
	context = test_open(0);
	reader = open_reader(context);
	fail_and_reset(context, reader);
	EXPECT_OK(hlrt_events_close(reader));
	EXPECT_OK(hlrt_close(context));
	EXPECT_OK(hlrt_close(test_open(0)));
}

/* What came before anybody listened, and after the device was lost, can still be read. */
static void reader_opened_after_the_loss(void)
{
	struct hlrt_context *context;
	struct hlrt_event_reader *reader;
	struct hlrt_mem *mem;
	uint32_t word = 0;

	sim_option("fault=dma-error");
	context = test_open(0);
	mem = test_alloc(context, 4096);
	EXPECT_ERROR(EIO, hlrt_mem_write(mem, 0, &word, sizeof(word)));
	EXPECT_ERROR(ENODEV, hlrt_mem_write(mem, 0, &word, sizeof(word)));
	reader = open_reader(context);
	expect_event(reader, HLRT_EVENT_DEVICE_ERROR);
	expect_event(reader, HLRT_EVENT_RESET_BEGIN);
	expect_event(reader, HLRT_EVENT_RESET_END);
	EXPECT_OK(hlrt_events_close(reader));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void timeout_is_told(void)
{
	struct hlrt_context *context;
	struct hlrt_event_reader *reader;
	struct hlrt_mem *mem;
	uint32_t word = 0;

	sim_option("param.cs_timeout_ms=200");
	context = test_open(0);
	reader = open_reader(context);
	mem = test_alloc(context, 4096);
	sim_fault("hang-queue", 1);
	EXPECT_ERROR(ETIMEDOUT, hlrt_mem_write(mem, 0, &word, sizeof(word)));
	expect_event(reader, HLRT_EVENT_TIMEOUT);
	expect_event(reader, HLRT_EVENT_RESET_BEGIN);
	expect_event(reader, HLRT_EVENT_RESET_END);
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_events_close(reader));
	EXPECT_OK(hlrt_close(context));
}

/* The importer learns which of its imports has gone; the exporter, whose doing it was, nothing. */
static void revocation_is_told(void)
{
	struct hlrt_context *exporter = test_open(0), *importer = test_open(1);
	struct hlrt_event_reader *reader, *own = open_reader(exporter);
	struct hlrt_mem *mem, *import;
	struct hlrt_dmabuf *dmabuf;
	struct hlrt_event event;

	test_require(exporter, HLRT_CAP_REVOKE);
	test_require(importer, HLRT_CAP_IMPORT);
	test_require(importer, HLRT_CAP_EVENT_DETAIL);
	reader = open_reader(importer);
	mem = test_alloc(exporter, 1 << 20);
	dmabuf = hlrt_dmabuf_export(mem, 0, 1 << 20, 0);
	EXPECT(dmabuf);
	import = hlrt_dmabuf_import(importer, hlrt_dmabuf_fd(dmabuf), 0, 0, 0);
	if (!import && errno == EXDEV)
		test_skip("%s", hlrt_last_error());
	EXPECT(import);
	EXPECT_OK(hlrt_dmabuf_revoke(dmabuf));
	event = expect_event(reader, HLRT_EVENT_REVOKED);
	EXPECT(event.address == hlrt_mem_address(import));
	EXPECT(event.length == 1 << 20);
	expect_no_event(reader);
	expect_no_event(own);

	EXPECT_OK(hlrt_mem_free(import));
	EXPECT_OK(hlrt_dmabuf_close(dmabuf));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_events_close(own));
	EXPECT_OK(hlrt_events_close(reader));
	EXPECT_OK(hlrt_close(importer));
	EXPECT_OK(hlrt_close(exporter));
}

/* ---- after a reset ---- */

/* One of everything, made before the reset. */
static struct lost {
	struct hlrt_context *context;
	struct hlrt_mem *mem, *host;
	struct hlrt_dmabuf *dmabuf;
	struct hlrt_stream *stream;
	struct hlrt_fence *fence;
	struct hlrt_cb *cb;
	struct hlrt_event_reader *reader;
	uint8_t buf[4096];
} lost;

static int null_result(const void *result)
{
	return result ? 0 : -errno;
}

static int lost_query(void)
{
	struct hlrt_attr attr = { .size = sizeof(attr) };

	return hlrt_query(lost.context, &attr);
}

static int lost_capability(void)
{
	return hlrt_check_capability(lost.context, HLRT_CAP_EXPORT);
}

static int lost_alloc(void)
{
	return null_result(hlrt_mem_alloc(lost.context, 4096, NULL));
}

static int lost_register(void)
{
	return null_result(hlrt_mem_register(lost.context, lost.buf, sizeof(lost.buf)));
}

static int lost_alloc_host(void)
{
	return null_result(hlrt_mem_alloc_host(lost.context, 4096, NULL));
}

static int lost_write(void)
{
	return hlrt_mem_write(lost.mem, 0, lost.buf, sizeof(lost.buf));
}

static int lost_read(void)
{
	return hlrt_mem_read(lost.mem, 0, lost.buf, sizeof(lost.buf));
}

static int lost_fill(void)
{
	return hlrt_mem_fill(lost.mem, 0, 0, 4096);
}

static int lost_copy(void)
{
	return hlrt_mem_copy(lost.mem, 0, lost.host, 0, 4096);
}

static int lost_export(void)
{
	return null_result(hlrt_dmabuf_export(lost.mem, 0, 4096, 0));
}

static int lost_revoke(void)
{
	return hlrt_dmabuf_revoke(lost.dmabuf);
}

static int lost_import(void)
{
	return null_result(hlrt_dmabuf_import(lost.context, hlrt_dmabuf_fd(lost.dmabuf), 0, 0, 0));
}

static int lost_stream_create(void)
{
	return null_result(hlrt_stream_create(lost.context, NULL));
}

static int lost_stream_copy(void)
{
	return hlrt_stream_copy(lost.stream, lost.mem, 0, lost.host, 0, 4096, NULL);
}

static int lost_stream_fill(void)
{
	return hlrt_stream_fill(lost.stream, lost.mem, 0, 0, 4096, NULL);
}

static int lost_stream_wait(void)
{
	return hlrt_stream_wait(lost.stream, lost.fence);
}

static int lost_fence_fd(void)
{
	return hlrt_fence_fd(lost.fence);
}

static int lost_cb_create(void)
{
	return null_result(hlrt_cb_create(lost.context, 4096));
}

static int lost_cs_submit(void)
{
	struct hlrt_cs_chunk chunk = { .cb = lost.cb, .length = 8 };

	return hlrt_cs_submit(lost.context, &chunk, 1, NULL, NULL);
}

static int lost_from_fd(void)
{
	return null_result(hlrt_context_from_fd(hlrt_context_fd(lost.context), HLRT_FD_BORROW));
}

static const struct {
	const char *name;
	int (*call)(void);
} calls[] = {
	{ "hlrt_query", lost_query },
	{ "hlrt_check_capability", lost_capability },
	{ "hlrt_mem_alloc", lost_alloc },
	{ "hlrt_mem_register", lost_register },
	{ "hlrt_mem_alloc_host", lost_alloc_host },
	{ "hlrt_mem_write", lost_write },
	{ "hlrt_mem_read", lost_read },
	{ "hlrt_mem_fill", lost_fill },
	{ "hlrt_mem_copy", lost_copy },
	{ "hlrt_dmabuf_export", lost_export },
	{ "hlrt_dmabuf_revoke", lost_revoke },
	{ "hlrt_dmabuf_import", lost_import },
	{ "hlrt_stream_create", lost_stream_create },
	{ "hlrt_stream_copy", lost_stream_copy },
	{ "hlrt_stream_fill", lost_stream_fill },
	{ "hlrt_stream_wait", lost_stream_wait },
	{ "hlrt_fence_fd", lost_fence_fd },
	{ "hlrt_cb_create", lost_cb_create },
	{ "hlrt_cs_submit", lost_cs_submit },
	{ "hlrt_context_from_fd", lost_from_fd },
};

/* Everything but the write that fails, which resets the device. */
static void make_and_lose(void)
{
	sim_option("fault=dma-error");
	lost.context = test_open(0);
	lost.reader = open_reader(lost.context);
	lost.mem = test_alloc(lost.context, 1 << 20);
	lost.host = hlrt_mem_alloc_host(lost.context, 1 << 20, NULL);
	lost.dmabuf = hlrt_dmabuf_export(lost.mem, 0, 1 << 20, 0);
	lost.stream = hlrt_stream_create(lost.context, NULL);
	lost.cb = hlrt_cb_create(lost.context, 4096);
	EXPECT(lost.host && lost.dmabuf && lost.stream && lost.cb);
	/* No copy of device memory yet: the fault waits for one. */
	EXPECT_OK(hlrt_stream_fill(lost.stream, lost.mem, 0, 0, 4096, &lost.fence));
	EXPECT_OK(hlrt_stream_sync(lost.stream, -1));
	EXPECT_ERROR(EIO, lost_write());
}

static void every_call_after_a_reset(void)
{
	unsigned int wrong = 0;

	make_and_lose();
	expect_event(lost.reader, HLRT_EVENT_DEVICE_ERROR);
	expect_event(lost.reader, HLRT_EVENT_RESET_BEGIN);
	expect_event(lost.reader, HLRT_EVENT_RESET_END);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		int rc = calls[i].call();

		if (rc != -ENODEV)
			printf("  %s gives %d\n", calls[i].name, rc);
		wrong += rc != -ENODEV;
	}
	EXPECT(!wrong);

	/* Its work had ended, and well: that stays so. */
	EXPECT_OK(hlrt_fence_wait(lost.fence, 0));
	expect_no_event(lost.reader);

	EXPECT_OK(hlrt_fence_destroy(lost.fence));
	EXPECT_OK(hlrt_cb_destroy(lost.cb));
	EXPECT_OK(hlrt_stream_destroy(lost.stream));
	EXPECT_OK(hlrt_dmabuf_close(lost.dmabuf));
	EXPECT_OK(hlrt_mem_free(lost.host));
	EXPECT_OK(hlrt_mem_free(lost.mem));
	EXPECT_OK(hlrt_events_close(lost.reader));
	EXPECT_OK(hlrt_close(lost.context));
	EXPECT_OK(hlrt_close(test_open(0)));
}

const struct test_case event_cases[] = {
	{ "hlrt_events_open/EINVAL/null", null_arguments, NEEDS_NOTHING },
	{ "hlrt_events_open/EBUSY/one_reader", one_reader, 0 },
	{ "hlrt_events_fd/EINVAL/null", null_arguments, NEEDS_NOTHING },
	{ "hlrt_events_read/EINVAL/arguments", read_bad_arguments, 0 },
	{ "hlrt_events_read/EAGAIN/nothing_happened", nothing_happened, 0 },
	{ "hlrt_events_close/EINVAL/null", null_arguments, NEEDS_NOTHING },
	{ "hlrt_events_read/ok/reset", reset_is_told, NEEDS_SIM },
	{ "hlrt_events_open/ok/after_the_loss", reader_opened_after_the_loss, NEEDS_SIM },
	{ "hlrt_events_read/ok/timeout", timeout_is_told, NEEDS_SIM },
	{ "hlrt_events_read/ok/revoked", revocation_is_told, NEEDS_TWO },
	{ "reset/ok/every_call_is_ENODEV", every_call_after_a_reset, NEEDS_SIM },
	{ 0 },
};
