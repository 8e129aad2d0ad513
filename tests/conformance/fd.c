// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Contexts of fds that the program has opened. A duplicate of a context's fd stands for one that it opened by itself. */
#include "conformance.h"

#include <fcntl.h>
#include <unistd.h>

static int duplicate(const struct hlrt_context *context)
{
	int fd = fcntl(hlrt_context_fd(context), F_DUPFD_CLOEXEC, 0);

	EXPECT(fd >= 0);
	return fd;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void expect_works(struct hlrt_context *context)
{
	struct hlrt_mem *mem = test_alloc(context, 1 << 20);
	uint32_t word = 0x600DF00D;

	EXPECT_OK(hlrt_mem_write(mem, 4096, &word, sizeof(word)));
	word = 0;
	EXPECT_OK(hlrt_mem_read(mem, 4096, &word, sizeof(word)));
	EXPECT(word == 0x600DF00D);
	EXPECT_OK(hlrt_mem_free(mem));
}

static void borrowed(void)
{
	struct hlrt_context *first = test_open(0), *context;
	int fd = duplicate(first);

	/* Now the fd is all that holds the device. */
	EXPECT_OK(hlrt_close(first));
	context = hlrt_context_from_fd(fd, HLRT_FD_BORROW);
	if (!context)
		test_fail(__FILE__, __LINE__, "%s", hlrt_last_error());
	EXPECT(hlrt_context_fd(context) == fd);
	expect_works(context);
	EXPECT_OK(hlrt_close(context));
	EXPECT(is_open(fd));

	context = hlrt_context_from_fd(fd, HLRT_FD_BORROW);
	EXPECT(context);
	expect_works(context);
	EXPECT_OK(hlrt_close(context));
	EXPECT(close(fd) == 0);
	EXPECT_OK(hlrt_close(test_open(0)));
}

static void adopted(void)
{
	struct hlrt_context *first = test_open(0), *context;
	int fd = duplicate(first);

	EXPECT_OK(hlrt_close(first));
	context = hlrt_context_from_fd(fd, HLRT_FD_ADOPT);
	if (!context)
		test_fail(__FILE__, __LINE__, "%s", hlrt_last_error());
	expect_works(context);
	EXPECT_OK(hlrt_close(context));
	EXPECT(!is_open(fd));
	EXPECT_OK(hlrt_close(test_open(0)));
}

static void not_open(void)
{
	/* A number that nothing takes meanwhile. */
	int fd = fcntl(0, F_DUPFD, 900);

	EXPECT(fd >= 900 && close(fd) == 0);
	EXPECT_NULL(EBADF, hlrt_context_from_fd(fd, HLRT_FD_BORROW));
	EXPECT_NULL(EBADF, hlrt_context_from_fd(-1, HLRT_FD_ADOPT));
}

static void no_node(void)
{
	struct hlrt_context *context;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), pipe_fds[2];

	EXPECT(null >= 0 && pipe2(pipe_fds, O_CLOEXEC) == 0);
	EXPECT_NULL(EINVAL, hlrt_context_from_fd(null, HLRT_FD_BORROW));
	EXPECT_NULL(EINVAL, hlrt_context_from_fd(pipe_fds[0], HLRT_FD_ADOPT));
	EXPECT(is_open(pipe_fds[0])); /* a call that fails leaves it alone */

	context = test_open(0);
	EXPECT_NULL(EINVAL, hlrt_context_from_fd(hlrt_context_fd(context), 2));
	EXPECT_TEXT("2");
	EXPECT_OK(hlrt_close(context));
}

static void lost(void)
{
	struct hlrt_context *context;
	struct hlrt_mem *mem;
	uint32_t word = 0;

	sim_option("fault=dma-error");
	context = test_open(0);
	mem = test_alloc(context, 4096);
	EXPECT_ERROR(EIO, hlrt_mem_write(mem, 0, &word, sizeof(word)));
	EXPECT_ERROR(ENODEV, hlrt_mem_write(mem, 0, &word, sizeof(word)));
	EXPECT_NULL(ENODEV, hlrt_context_from_fd(hlrt_context_fd(context), HLRT_FD_BORROW));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void fd_null(void)
{
	EXPECT_ERROR(EINVAL, hlrt_context_fd(NULL));
}

const struct test_case fd_cases[] = {
	{ "hlrt_context_from_fd/ok/borrowed", borrowed, 0 },
	{ "hlrt_context_from_fd/ok/adopted", adopted, 0 },
	{ "hlrt_context_from_fd/EBADF/not_open", not_open, NEEDS_NOTHING },
	{ "hlrt_context_from_fd/EINVAL/no_node", no_node, 0 },
	{ "hlrt_context_from_fd/ENODEV/lost", lost, NEEDS_SIM },
	{ "hlrt_context_fd/EINVAL/null", fd_null, NEEDS_NOTHING },
	{ 0 },
};
