// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Version, error text, log, rules for every function. */
#include "conformance.h"

#include <sys/wait.h>
#include <unistd.h>

static void version_matches_header(void)
{
	EXPECT(hlrt_version() == (HLRT_VERSION_MAJOR << 16 | HLRT_VERSION_MINOR << 8 | HLRT_VERSION_PATCH));
}

static void last_error_is_empty_at_first(void)
{
	EXPECT(!*hlrt_last_error());
}

static void last_error_outlives_success(void)
{
	EXPECT_ERROR(EINVAL, hlrt_close(NULL));
	EXPECT_OK(hlrt_set_log(NULL, NULL, HLRT_LOG_NONE));
	EXPECT(*hlrt_last_error());
}

static void set_log_bad_level(void)
{
	EXPECT_ERROR(EINVAL, hlrt_set_log(NULL, NULL, HLRT_LOG_DEBUG + 1));
	EXPECT_ERROR(EINVAL, hlrt_set_log(NULL, NULL, -1));
	EXPECT_TEXT("-1");
}

static void count_messages(void *arg, int level, const char *text)
{
	unsigned int *count = arg;

	EXPECT(level >= HLRT_LOG_ERROR && level <= HLRT_LOG_DEBUG);
	EXPECT(text && !strchr(text, '\n'));
	++*count;
}

static void set_log_reaches_callback(void)
{
	unsigned int count = 0;

	EXPECT_OK(hlrt_set_log(count_messages, &count, HLRT_LOG_DEBUG));
	EXPECT_OK(hlrt_close(test_open(0)));
	EXPECT(count > 0);
}

static void set_log_none_is_silent(void)
{
	unsigned int count = 0;

	EXPECT_OK(hlrt_set_log(count_messages, &count, HLRT_LOG_NONE));
	EXPECT_ERROR(EINVAL, hlrt_close(NULL));
	EXPECT_OK(hlrt_close(test_open(0)));
	EXPECT(count == 0);
}

/* After fork the child may only close fds. */
static void child_is_refused(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 4096);
	struct hlrt_attr attr = { .size = sizeof(attr) };
	uint32_t word = 0;
	int status;
	pid_t child = fork();

	if (child == 0) {
		EXPECT_ERROR(EPERM, hlrt_query(context, &attr));
		EXPECT_ERROR(EPERM, hlrt_mem_read(mem, 0, &word, sizeof(word)));
		EXPECT_NULL(EPERM, hlrt_mem_alloc(context, 4096, NULL));
		EXPECT_NULL(EPERM, hlrt_dmabuf_export(mem, 0, 4096, 0));
		EXPECT_ERROR(EPERM, hlrt_close(context));
		_exit(EXIT_SUCCESS);
	}
	EXPECT(waitpid(child, &status, 0) == child && status == 0);
	EXPECT_OK(hlrt_mem_write(mem, 0, &word, sizeof(word)));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

const struct test_case library_cases[] = {
	{ "hlrt_version/ok/matches_header", version_matches_header, NEEDS_NOTHING },
	{ "hlrt_last_error/ok/empty_at_first", last_error_is_empty_at_first, NEEDS_NOTHING },
	{ "hlrt_last_error/ok/outlives_success", last_error_outlives_success, NEEDS_NOTHING },
	{ "hlrt_set_log/EINVAL/level", set_log_bad_level, NEEDS_NOTHING },
	{ "hlrt_set_log/ok/reaches_callback", set_log_reaches_callback, 0 },
	{ "hlrt_set_log/ok/none_is_silent", set_log_none_is_silent, 0 },
	{ "rules/EPERM/child_after_fork", child_is_refused, 0 },
	{ 0 },
};
