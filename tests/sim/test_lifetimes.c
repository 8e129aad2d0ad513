// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Things end in every order: devices, files, exports, imports, submissions, processes, and allocations that fail. */
#include <pthread.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "driver.h"

#define PAGE 4096u
#define LENGTH (1u << 20)

static int setup(void **state)
{
	(void)state;
	machine_start("gaudi*2:dram=4G,param.cs_timeout_ms=300");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_stop();
	return 0;
}

/* ---- allocations that fail ---- */

struct session {
	struct file *exporter, *importer;
	struct commands commands;
	uint8_t *memory;
	uint64_t host_va, import_va;
	int fd, events;
};

static long submit_and_wait(struct commands *c)
{
	add(c, copy, USER_DRAM, USER_DRAM + PAGE, PAGE, 0);
	return commands_run(c, 0);
}

static long register_events(struct file *file, int *fd)
{
	*fd = event_try_register(file);
	return *fd < 0 ? *fd : 0;
}

/* Everything that a program does, up to the first error. */
static long session_begin(struct session *s)
{
	long rc = kshim_file_open("hl0", O_RDWR, &s->exporter);

	if (!rc)
		rc = kshim_file_open("hl1", O_RDWR, &s->importer);
	if (!rc)
		rc = register_events(s->exporter, &s->events);
	if (!rc)
		rc = commands_try_create(s->exporter, &s->commands);
	if (!rc)
		rc = submit_and_wait(&s->commands);
	if (!rc)
		rc = driver_map(s->exporter, s->memory, LENGTH, &s->host_va);
	if (!rc)
		rc = driver_export(s->exporter, USER_DRAM, LENGTH, &s->fd);
	if (!rc)
		rc = driver_import(s->importer, s->fd, &s->import_va, NULL);
	if (!rc)
		rc = driver_unimport(s->importer, s->import_va);
	if (!rc)
		rc = driver_unmap(s->exporter, s->host_va);
	return rc;
}

/* As a dying process: only files and mappings are closed. */
static void session_end(struct session *s)
{
	if (s->commands.at)
		commands_destroy(&s->commands);
	if (s->fd >= 0)
		export_close(s->fd);
	if (s->events >= 0)
		close(s->events);
	if (s->exporter)
		node_close(s->exporter);
	if (s->importer)
		node_close(s->importer);
}

static bool operational(void)
{
	return node_attr_is("hl0", "status", "operational") && node_attr_is("hl1", "status", "operational");
}

struct inventory {
	long allocs, pins;
	size_t mappings[2];
};

static bool same_as(const struct inventory *then)
{
	for (unsigned int i = 0; i < 2; i++) {
		struct kshim_iommu_stats stats;

		kshim_iommu_get_stats(chip_pdev(i), &stats);
		if (stats.live != then->mappings[i])
			return false;
	}
	return kshim_live_allocs() == then->allocs && kshim_pinned_pages() == then->pins && !kshim_mappings();
}

static void take_inventory(struct inventory *now)
{
	*now = (struct inventory){ .allocs = kshim_live_allocs(), .pins = kshim_pinned_pages() };
	for (unsigned int i = 0; i < 2; i++) {
		struct kshim_iommu_stats stats;

		kshim_iommu_get_stats(chip_pdev(i), &stats);
		now->mappings[i] = stats.live;
	}
}

static void every_allocation_may_fail_once(void **state)
{
	uint8_t *memory = host_alloc(LENGTH);
	struct inventory before;
	unsigned int noticed = 0;
	bool beyond_the_last = false;

	(void)state;
	take_inventory(&before);
	for (unsigned int n = 1; !beyond_the_last; n++) {
		struct session s = { .memory = memory, .fd = -1, .events = -1 };
		long rc;

		kshim_fail_alloc(n);
		rc = session_begin(&s);
		session_end(&s);
		beyond_the_last = kshim_fail_alloc(0) != 0;
		assert_eventually(operational());
		if (rc && rc != -ENOMEM)
			fail_msg("allocation %u: error %ld", n, rc);
		assert_true(!rc || !beyond_the_last);
		noticed += rc != 0;
		assert_eventually(same_as(&before));
	}
	assert_true(noticed > 20);
	host_free(memory, LENGTH);
}

/* ---- devices, exports and imports ---- */

/* One device exports, the other imports and has its engine read and write there. */
struct pair {
	struct file *exporter, *importer;
	struct commands commands;
	uint64_t va;
	int fd;
	pthread_t thread;
	bool started; /* the engine has been there */
	long result;
};

static void pair_begin(struct pair *p)
{
	*p = (struct pair){ .exporter = node_open("hl0"), .importer = node_open("hl1") };
	assert_int_equal(driver_export(p->exporter, USER_DRAM, LENGTH, &p->fd), 0);
	assert_int_equal(driver_import(p->importer, p->fd, &p->va, NULL), 0);
	commands_create(p->importer, &p->commands);
}

static void pair_end(struct pair *p)
{
	commands_destroy(&p->commands);
	node_close(p->importer);
	node_close(p->exporter);
	export_close(p->fd);
}

static void *copy_until_error(void *arg)
{
	struct pair *p = arg;

	do {
		add(&p->commands, copy, p->va, USER_DRAM, LENGTH, 0);
		p->result = commands_run(&p->commands, 0);
		__atomic_store_n(&p->started, true, __ATOMIC_RELEASE);
	} while (!p->result);
	return NULL;
}

static void pair_start_dma(struct pair *p)
{
	assert_int_equal(pthread_create(&p->thread, NULL, copy_until_error, p), 0);
	assert_eventually(__atomic_load_n(&p->started, __ATOMIC_ACQUIRE));
}

/* The importer's submissions were refused from some moment on; none of them ran into a fault. */
static void assert_dma_ended_by_refusal(struct pair *p)
{
	uint64_t va;

	pthread_join(p->thread, NULL);
	assert_int_equal(p->result, -EPERM);
	assert_int_equal(chip_stats(1).page_faults, 0);
	assert_int_equal(node_hard_resets("hl1"), 0);
	assert_int_equal(driver_import(p->importer, p->fd, &va, NULL), -ENODEV);
	assert_int_equal(driver_unimport(p->importer, p->va), 0);
	assert_int_equal(driver_unimport(p->importer, p->va), -EINVAL);
	assert_int_equal(submit_and_wait(&p->commands), 0);
}

static void revocation_ends_an_import_under_dma(void **state)
{
	unsigned int revoked = 0;
	struct pair p;

	(void)state;
	pair_begin(&p);
	pair_start_dma(&p);
	assert_int_equal(driver_revoke(p.exporter, USER_DRAM + PAGE, PAGE, &revoked), 0);

	assert_int_equal(revoked, 1);
	assert_dma_ended_by_refusal(&p);
	pair_end(&p);
}

static void a_device_may_go_under_files_exports_and_imports(void **state)
{
	struct hlrt_ext_query query = { 0 };
	struct commands orphan;
	struct pair p;

	(void)state;
	pair_begin(&p);
	commands_create(p.exporter, &orphan);
	pair_start_dma(&p);
	kshim_pci_unbind(chip_pdev(0));

	assert_dma_ended_by_refusal(&p);
	assert_int_equal(driver_ioctl(p.exporter, HLRT_EXT_QUERY, &query), -ENODEV);
	assert_int_equal(submit_and_wait(&orphan), -ENODEV);
	assert_true(node_try_open("hl0") < 0);
	commands_destroy(&orphan);
	pair_end(&p);
}

static void an_importing_device_may_go_too(void **state)
{
	struct pair p;

	(void)state;
	pair_begin(&p);
	pair_start_dma(&p);
	kshim_pci_unbind(chip_pdev(1));
	pthread_join(p.thread, NULL);

	/* In flight it is cut off, afterwards there is no device. */
	assert_true(p.result == -ENODEV || p.result == -EIO);
	commands_destroy(&p.commands);
	node_close(p.importer);
	export_close(p.fd);
	node_close(p.exporter);
	assert_int_equal(node_try_open("hl0"), 0);
}

static void a_reset_of_the_exporter_ends_imports(void **state)
{
	uint64_t seq;
	struct pair p;

	(void)state;
	pair_begin(&p);
	pair_start_dma(&p);
	force(0, 0, &(uint64_t[3]){ 0 }, sizeof(uint64_t[3]), &seq); /* undefined opcodes */
	assert_int_equal(driver_wait(p.exporter, seq, NULL), -EIO);

	assert_dma_ended_by_refusal(&p);
	pair_end(&p);
	assert_eventually(operational());
	assert_int_equal(node_hard_resets("hl0"), 1);
	assert_int_equal(node_try_open("hl0"), 0);
}

/* ---- submissions that do not end ---- */

static void a_timeout_resets_and_the_device_can_be_opened_again(void **state)
{
	struct file *file = node_open("hl0");
	int events = event_register(file);
	struct commands c;
	uint32_t status;
	uint64_t seq;

	(void)state;
	commands_create(file, &c);
	hlm_set_fault(chip(0), HLM_FAULT_HANG_QUEUE, 1);
	add(&c, nop, 0);
	assert_int_equal(commands_submit(&c, 0, &seq), 0);
	assert_int_equal(driver_wait(file, seq, &status), -ETIMEDOUT);
	assert_int_equal(status, HLABI_WAIT_TIMEDOUT);
	event_wait(file, events, HLABI_EVENT_CS_TIMEOUT | HLABI_EVENT_DEVICE_RESET);
	assert_eventually(operational());
	assert_int_equal(submit_and_wait(&c), -ENODEV);
	close(events);
	commands_destroy(&c);
	node_close(file);

	file = node_open("hl0");
	commands_create(file, &c);
	assert_int_equal(submit_and_wait(&c), 0);
	assert_int_equal(node_hard_resets("hl0"), 1);
	commands_destroy(&c);
	node_close(file);
}

static void closing_with_work_that_never_ends_resets(void **state)
{
	uint8_t *memory = host_alloc(PAGE);
	struct file *file = node_open("hl0");
	struct commands c;
	uint64_t seq, va;

	(void)state;
	commands_create(file, &c);
	assert_int_equal(driver_map(file, memory, PAGE, &va), 0);
	add(&c, fence, 0, 1, 1, 0);
	add(&c, copy, va, USER_DRAM, PAGE, 0);
	assert_int_equal(commands_submit(&c, 0, &seq), 0);
	assert_int_equal(driver_unmap(file, va), -EBUSY);
	commands_destroy(&c);
	node_close(file);

	assert_int_equal(kshim_pinned_pages(), 0);
	assert_int_equal(node_try_open("hl0"), 0);
	assert_int_equal(node_hard_resets("hl0"), 1);
	host_free(memory, PAGE);
}

static void a_lost_interrupt_is_made_good_by_the_next(void **state)
{
	struct file *file = node_open("hl0");
	struct commands c;
	uint64_t first, second, descriptors = chip_stats(0).descriptors;
	uint32_t status;

	(void)state;
	commands_create(file, &c);
	hlm_set_fault(chip(0), HLM_FAULT_LOSE_IRQ, 1);
	add(&c, nop, 0);
	assert_int_equal(commands_submit(&c, 0, &first), 0);
	assert_eventually(chip_stats(0).descriptors > descriptors);
	add(&c, nop, 0);
	assert_int_equal(commands_submit(&c, 0, &second), 0);

	assert_int_equal(driver_wait(file, second, &status), 0);
	assert_int_equal(driver_wait(file, first, &status), 0);
	assert_int_equal(status, HLABI_WAIT_COMPLETED);
	commands_destroy(&c);
	node_close(file);
}

/* ---- processes ---- */

/* An fd, or -1 to say only "go on". */
static void send_fd(int sock, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct iovec iov = { "f", 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		CMSG_FIRSTHDR(&msg)->cmsg_level = SOL_SOCKET;
		CMSG_FIRSTHDR(&msg)->cmsg_type = SCM_RIGHTS;
		CMSG_FIRSTHDR(&msg)->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), &fd, sizeof(fd));
	}
	assert_int_equal(sendmsg(sock, &msg, MSG_NOSIGNAL), 1);
}

static int receive_fd(int sock)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	char byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};
	int fd = -1;

	assert_int_equal(recvmsg(sock, &msg, MSG_CMSG_CLOEXEC), 1);
	if (CMSG_FIRSTHDR(&msg))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

/* Runs fn in a process of its own, which makes a machine of its own and exits from inside fn. */
static pid_t in_another_process(void (*fn)(int sock), int *sock)
{
	int pair[2];
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(pair[0]);
		setenv("CMOCKA_TEST_ABORT", "1", 1); /* a failure ends the process */
		fn(pair[1]);
		_exit(1);
	}
	close(pair[1]);
	*sock = pair[0];
	return pid;
}

static void assert_exits(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

#define WORD 0x1234567890ABCDEFull

static void import_and_die(int sock)
{
	struct file *file;
	struct commands c;
	uint64_t va;

	machine_start("gaudi:dram=4G");
	file = node_open("hl0");
	commands_create(file, &c);
	assert_int_equal(driver_import(file, receive_fd(sock), &va, NULL), 0);
	add(&c, fill, va + PAGE, WORD, PAGE, 0);
	assert_int_equal(commands_run(&c, 0), 0);
	_exit(0); /* with everything open */
}

static void a_foreign_importer_that_dies_holds_up_nobody(void **state)
{
	unsigned int revoked;
	struct file *file;
	int sock, fd;
	pid_t pid;

	(void)state;
	pid = in_another_process(import_and_die, &sock);
	machine_start("gaudi:dram=4G");
	file = node_open("hl0");
	assert_int_equal(driver_export(file, USER_DRAM, LENGTH, &fd), 0);
	send_fd(sock, fd);
	assert_exits(pid);

	assert_true(chip_word(0, USER_DRAM + 2 * PAGE - 8) == WORD);
	assert_int_equal(chip_word(0, USER_DRAM + 2 * PAGE), 0);
	assert_int_equal(driver_revoke(file, USER_DRAM, LENGTH, &revoked), 0);
	assert_int_equal(revoked, 1);
	node_close(file);
	assert_int_equal(node_try_open("hl0"), 0);
	close(sock);
	export_close(fd);
	machine_stop();
}

static void export_and_lose_the_device(int sock)
{
	struct file *file;
	struct commands c;
	int fd;

	machine_start("gaudi:dram=4G");
	file = node_open("hl0");
	commands_create(file, &c);
	add(&c, fill, USER_DRAM, WORD, PAGE, 0);
	assert_int_equal(commands_run(&c, 0), 0);
	assert_int_equal(driver_export(file, USER_DRAM, LENGTH, &fd), 0);
	send_fd(sock, fd);
	receive_fd(sock);
	kshim_pci_unbind(chip_pdev(0));
	send_fd(sock, -1);
	receive_fd(sock);
	commands_destroy(&c);
	node_close(file);
	export_close(fd);
	machine_stop();
	_exit(0);
}

static void an_exporter_in_another_process_takes_its_memory_back(void **state)
{
	struct file *file;
	struct commands c;
	uint64_t va, seq;
	int sock, fd;
	pid_t pid;

	(void)state;
	pid = in_another_process(export_and_lose_the_device, &sock);
	machine_start("gaudi:dram=4G");
	file = node_open("hl0");
	commands_create(file, &c);
	fd = receive_fd(sock);
	assert_int_equal(driver_import(file, fd, &va, NULL), 0);
	add(&c, copy, USER_DRAM, va, PAGE, 0);
	assert_int_equal(commands_run(&c, 0), 0);
	assert_true(chip_word(0, USER_DRAM + PAGE - 8) == WORD);

	send_fd(sock, -1);
	receive_fd(sock);
	kshim_dmabuf_poll();
	add(&c, copy, USER_DRAM, va, PAGE, 0);
	assert_int_equal(commands_submit(&c, 0, &seq), -EPERM);
	assert_int_equal(driver_unimport(file, va), 0);
	assert_int_equal(driver_import(file, fd, &va, NULL), -ENODEV);

	export_close(fd);
	send_fd(sock, -1);
	assert_exits(pid);
	close(sock);
	commands_destroy(&c);
	node_close(file);
	machine_stop();
}

static void export_and_die(int sock)
{
	struct file *file;
	struct commands c;
	int fd;

	machine_start("gaudi:dram=4G");
	file = node_open("hl0");
	commands_create(file, &c);
	add(&c, fill, USER_DRAM, WORD, PAGE, 0);
	assert_int_equal(commands_run(&c, 0), 0);
	assert_int_equal(driver_export(file, USER_DRAM, LENGTH, &fd), 0);
	send_fd(sock, fd);
	receive_fd(sock);
	_exit(0);
}

/* No driver is left to scrub or to take back: the bytes stay as long as somebody maps them, as the fd promises. */
static void an_import_outlives_the_process_that_exported(void **state)
{
	struct file *file;
	struct commands c;
	int sock, fd;
	uint64_t va;
	pid_t pid;

	(void)state;
	pid = in_another_process(export_and_die, &sock);
	machine_start("gaudi:dram=4G");
	file = node_open("hl0");
	commands_create(file, &c);
	fd = receive_fd(sock);
	assert_int_equal(driver_import(file, fd, &va, NULL), 0);
	send_fd(sock, -1);
	assert_exits(pid);

	close(fd);
	kshim_dmabuf_poll();
	add(&c, copy, USER_DRAM, va, PAGE, 0);
	assert_int_equal(commands_run(&c, 0), 0);
	assert_true(chip_word(0, USER_DRAM) == WORD);
	close(sock);
	commands_destroy(&c);
	node_close(file);
	machine_stop();
}

/* ---- the driver's count of memory in use ---- */

static uint64_t bytes_in_use(struct file *file)
{
	struct hlabi_dram_usage usage;

	assert_int_equal(driver_info(file, HLABI_INFO_DRAM_USAGE, &usage, sizeof(usage)), 0);
	return usage.ctx_dram_mem;
}

static void memory_leaves_the_count_when_its_last_export_is_gone(void **state)
{
	struct file *file = node_open("hl0");
	union hlabi_mem_args alloc = { .in = { .op = HLABI_MEM_OP_ALLOC, .alloc = { .mem_size = LENGTH } } };
	struct hlrt_ext_export_status status = { .address = USER_DRAM, .length = LENGTH };
	int fd;

	(void)state;
	assert_int_equal(driver_ioctl(file, HLABI_MISC_MEMORY, &alloc), 0);
	assert_int_equal(driver_export(file, USER_DRAM, PAGE, &fd), 0);
	status.flags = HLRT_EXT_STATUS_FREE;
	assert_int_equal(driver_ioctl(file, HLRT_EXT_EXPORT_STATUS, &status), 0);
	assert_int_equal(status.count, 1);
	assert_int_equal(bytes_in_use(file), LENGTH);
	export_close(fd);
	status.flags = 0; /* a mere question */
	assert_int_equal(driver_ioctl(file, HLRT_EXT_EXPORT_STATUS, &status), 0);
	assert_int_equal(status.count, 0);
	assert_int_equal(bytes_in_use(file), LENGTH);
	status.flags = HLRT_EXT_STATUS_FREE;
	assert_int_equal(driver_ioctl(file, HLRT_EXT_EXPORT_STATUS, &status), 0);
	assert_int_equal(bytes_in_use(file), 0);
	status.flags = HLRT_EXT_STATUS_FREE << 1;
	assert_int_equal(driver_ioctl(file, HLRT_EXT_EXPORT_STATUS, &status), -EINVAL);
	node_close(file);
}

#define lifetime_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* These fork, so they come while the process has no threads. */
		cmocka_unit_test(a_foreign_importer_that_dies_holds_up_nobody),
		cmocka_unit_test(an_exporter_in_another_process_takes_its_memory_back),
		cmocka_unit_test(an_import_outlives_the_process_that_exported),
		lifetime_test(every_allocation_may_fail_once),
		lifetime_test(revocation_ends_an_import_under_dma),
		lifetime_test(a_device_may_go_under_files_exports_and_imports),
		lifetime_test(an_importing_device_may_go_too),
		lifetime_test(a_reset_of_the_exporter_ends_imports),
		lifetime_test(a_timeout_resets_and_the_device_can_be_opened_again),
		lifetime_test(closing_with_work_that_never_ends_resets),
		lifetime_test(a_lost_interrupt_is_made_good_by_the_next),
		lifetime_test(memory_leaves_the_count_when_its_last_export_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
