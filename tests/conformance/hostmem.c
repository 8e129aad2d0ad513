// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Host memory: what may be registered, what the library allocates. */
#include "conformance.h"

#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define HUGE_PAGE (2u << 20)

/* The device writes what the CPU reads, and the other way round. */
static void expect_reachable(struct hlrt_context *context, struct hlrt_mem *host)
{
	const uint64_t length = hlrt_mem_length(host);
	struct hlrt_mem *mem = test_alloc(context, length);
	uint8_t *want = test_buffer(length, 3), *at = hlrt_mem_host(host);

	EXPECT(at);
	memcpy(at, want, length);
	EXPECT_OK(hlrt_mem_copy(mem, 0, host, 0, length));
	memset(at, 0, length);
	EXPECT_OK(hlrt_mem_copy(host, 0, mem, 0, length));
	EXPECT(!memcmp(at, want, length));
	free(want);
	EXPECT_OK(hlrt_mem_free(mem));
}

/* ---- registering ---- */

/* A nameless file that is not memory itself; the case is skipped where there is no file system for it. */
static int file_on_a_disk(uint64_t length)
{
	char path[] = "/var/tmp/hlrt-conformance-XXXXXX";
	int fd = mkstemp(path);
	struct statfs fs;

	if (fd < 0)
		test_skip("/var/tmp: %s", strerror(errno));
	EXPECT(unlink(path) == 0 && ftruncate(fd, (off_t)length) == 0 && fstatfs(fd, &fs) == 0);
	if (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)
		test_skip("/var/tmp is in memory");
	return fd;
}

static void register_shared_file(void)
{
	struct hlrt_context *context = test_open(0);
	int fd = file_on_a_disk(1 << 16);
	uint8_t *shared, *private;
	struct hlrt_mem *mem;

	shared = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	private = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	EXPECT(shared != MAP_FAILED && private != MAP_FAILED);
	EXPECT_NULL(EFAULT, hlrt_mem_register(context, shared, 1 << 16));
	EXPECT_TEXT("shared mapping of a file");
	/* A private copy of a file is memory like any other. */
	mem = hlrt_mem_register(context, private, 1 << 16);
	EXPECT(mem);
	expect_reachable(context, mem);
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void register_shared_memory(void)
{
	struct hlrt_context *context = test_open(0);
	int fd = memfd_create("conformance", MFD_CLOEXEC);
	uint8_t *at;
	struct hlrt_mem *mem;

	EXPECT(fd >= 0 && ftruncate(fd, 1 << 16) == 0);
	at = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	EXPECT(at != MAP_FAILED);
	mem = hlrt_mem_register(context, at, 1 << 16);
	EXPECT(mem);
	expect_reachable(context, mem);
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void register_beyond_memlock(void)
{
	const struct rlimit limit = { 1 << 18, 1 << 18 };
	struct hlrt_context *context;
	struct hlrt_mem *mem;
	static uint8_t buf[1 << 20];

	sim_option("unprivileged=1");
	context = test_open(0);
	EXPECT(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
	EXPECT_NULL(ENOMEM, hlrt_mem_register(context, buf, sizeof(buf)));
	EXPECT_TEXT("RLIMIT_MEMLOCK is 262144 bytes");
	EXPECT_NULL(ENOMEM, hlrt_mem_alloc_host(context, sizeof(buf), NULL));
	EXPECT_TEXT("RLIMIT_MEMLOCK");
	mem = hlrt_mem_register(context, buf, 1 << 16);
	EXPECT(mem);
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

/* true if a child sees the byte. */
static bool child_sees(const uint8_t *at)
{
	int status, fds[2];
	pid_t child;

	EXPECT(pipe(fds) == 0);
	child = fork();
	if (!child)
		_exit(write(fds[1], at, 1) == 1);
	EXPECT(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
	close(fds[0]);
	close(fds[1]);
	return WEXITSTATUS(status);
}

static void hidden_from_children(void)
{
	struct hlrt_context *context = test_open(0);
	uint8_t *at = mmap(NULL, 3 << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct hlrt_mem *mem, *host;
	uint8_t *own;

	EXPECT(at != MAP_FAILED);
	mem = hlrt_mem_register(context, at + 1, 2 << 12);
	host = hlrt_mem_alloc_host(context, 4096, NULL);
	EXPECT(mem && host);
	own = hlrt_mem_host(host);
	EXPECT(child_sees(at)); /* shares its page with what is not registered */
	EXPECT(!child_sees(at + 4096));
	EXPECT(!child_sees(own));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT(child_sees(at + 4096));
	EXPECT_OK(hlrt_mem_free(host));
	EXPECT_OK(hlrt_close(context));
}

/* ---- allocating ---- */

static void alloc_bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);
	const struct hlrt_host_options flags = { .size = sizeof(flags), .flags = 0x80 };
	const struct hlrt_host_options pad = { .size = sizeof(pad), .pad = 1 };
	const struct hlrt_host_options small = { .size = 4 };
	const struct hlrt_host_options below = { .size = sizeof(below), .numa_node = HLRT_NUMA_ANY - 1 };
	const struct hlrt_host_options beyond = { .size = sizeof(beyond), .numa_node = 1 << 20 };
	const struct hlrt_host_options absent = { .size = sizeof(absent), .numa_node = 1023 };

	EXPECT_NULL(EINVAL, hlrt_mem_alloc_host(NULL, 4096, NULL));
	EXPECT_NULL(EINVAL, hlrt_mem_alloc_host(context, 0, NULL));
	EXPECT_NULL(EINVAL, hlrt_mem_alloc_host(context, 4096, &flags));
	EXPECT_TEXT("0x80");
	EXPECT_NULL(EINVAL, hlrt_mem_alloc_host(context, 4096, &pad));
	EXPECT_NULL(EINVAL, hlrt_mem_alloc_host(context, 4096, &small));
	EXPECT_NULL(EINVAL, hlrt_mem_alloc_host(context, 4096, &below));
	EXPECT_NULL(EINVAL, hlrt_mem_alloc_host(context, 4096, &beyond));
	EXPECT_NULL(EINVAL, hlrt_mem_alloc_host(context, 4096, &absent));
	EXPECT_TEXT("1023");
	EXPECT_OK(hlrt_close(context));
}

static void alloc_too_large(void)
{
	struct hlrt_context *context = test_open(0);
	const struct hlrt_host_options huge = { .size = sizeof(huge),
						.flags = HLRT_HOST_HUGE_2M,
						.numa_node = HLRT_NUMA_ANY };

	EXPECT_NULL(ENOMEM, hlrt_mem_alloc_host(context, 1ull << 60, NULL));
	EXPECT_NULL(ENOMEM, hlrt_mem_alloc_host(context, UINT64_MAX, NULL));
	EXPECT_NULL(ENOMEM, hlrt_mem_alloc_host(context, 1ull << 60, &huge));
	EXPECT_TEXT("huge pages");
	EXPECT_OK(hlrt_close(context));
}

static void alloc_is_zero_and_reachable(void)
{
	struct hlrt_context *context = test_open(0);
	static const uint64_t lengths[] = { 1, 4096, 100001, 5u << 20 };

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct hlrt_mem *host = hlrt_mem_alloc_host(context, lengths[i], NULL);
		uint8_t *at;

		EXPECT(host);
		EXPECT(hlrt_mem_length(host) == lengths[i]);
		EXPECT(hlrt_mem_kind(host) == HLRT_MEM_HOST);
		at = hlrt_mem_host(host);
		for (uint64_t b = 0; b < lengths[i]; b++)
			EXPECT(at[b] == 0);
		expect_reachable(context, host);
		EXPECT_OK(hlrt_mem_free(host));
	}
	EXPECT_OK(hlrt_close(context));
}

static void alloc_on_a_node(void)
{
	struct hlrt_context *context = test_open(0);
	static const int32_t nodes[] = { HLRT_NUMA_ANY, HLRT_NUMA_DEVICE, 0 };

	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		const struct hlrt_host_options options = { .size = sizeof(options), .numa_node = nodes[i] };
		struct hlrt_mem *host = hlrt_mem_alloc_host(context, 1 << 20, &options);

		if (!host)
			test_fail(__FILE__, __LINE__, "node %d: %s", nodes[i], hlrt_last_error());
		expect_reachable(context, host);
		EXPECT_OK(hlrt_mem_free(host));
	}
	EXPECT_OK(hlrt_close(context));
}

static void alloc_huge_pages(void)
{
	struct hlrt_context *context = test_open(0);
	const struct hlrt_host_options options = { .size = sizeof(options),
						   .flags = HLRT_HOST_HUGE_2M,
						   .numa_node = HLRT_NUMA_ANY };
	struct hlrt_mem *host = hlrt_mem_alloc_host(context, HUGE_PAGE + 1, &options);

	if (host) {
		EXPECT((uintptr_t)hlrt_mem_host(host) % HUGE_PAGE == 0);
		EXPECT(hlrt_mem_length(host) == HUGE_PAGE + 1);
		expect_reachable(context, host);
		EXPECT_OK(hlrt_mem_free(host));
	} else {
		/* None reserved: never small ones instead. */
		EXPECT(errno == ENOMEM);
		EXPECT_TEXT("huge pages");
	}
	EXPECT_OK(hlrt_close(context));
}

static void host_of_other_memory(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 4096);
	static uint8_t buf[64];
	struct hlrt_mem *registered = hlrt_mem_register(context, buf, sizeof(buf));

	EXPECT_NULL(EINVAL, hlrt_mem_host(NULL));
	EXPECT_NULL(EINVAL, hlrt_mem_host(mem));
	EXPECT(registered && hlrt_mem_host(registered) == buf);
	EXPECT_OK(hlrt_mem_free(registered));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

const struct test_case hostmem_cases[] = {
	{ "hlrt_mem_register/EFAULT/shared_file", register_shared_file, 0 },
	{ "hlrt_mem_register/ok/shared_memory", register_shared_memory, 0 },
	{ "hlrt_mem_register/ok/memlock_is_named", register_beyond_memlock, NEEDS_SIM },
	{ "hlrt_mem_register/ok/hidden_from_children", hidden_from_children, 0 },
	{ "hlrt_mem_alloc_host/EINVAL/arguments", alloc_bad_arguments, 0 },
	{ "hlrt_mem_alloc_host/ENOMEM/too_large", alloc_too_large, 0 },
	{ "hlrt_mem_alloc_host/ok/zero_and_reachable", alloc_is_zero_and_reachable, 0 },
	{ "hlrt_mem_alloc_host/ok/node", alloc_on_a_node, 0 },
	{ "hlrt_mem_alloc_host/ok/huge_pages", alloc_huge_pages, 0 },
	{ "hlrt_mem_host/EINVAL/no_host_memory", host_of_other_memory, 0 },
	{ 0 },
};
