/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What a well-behaved QEMU sends, and gets. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client.h"

static struct answer answer;

static void version_is_0_0_with_capabilities(void **state)
{
	static const char hello[] = "\0\0\3\0{\"capabilities\":{\"max_msg_fds\":8}}";
	struct client *c = *state;

	assert_int_equal(client_call(c, VU_VERSION, hello, sizeof(hello), -1, &answer), 0);
	assert_memory_equal(answer.body, "\0\0\0\0", 4);
	assert_int_equal(answer.body[answer.len - 1], 0);
	assert_non_null(strstr((char *)answer.body + 4, "\"write_multiple\":true"));
}

static void version_needs_no_text(void **state)
{
	struct client *c = *state;

	assert_int_equal(client_call(c, VU_VERSION, "\0\0\0\0", 4, -1, NULL), 0);
}

static void an_unknown_command_is_refused_and_the_connection_lives(void **state)
{
	struct client *c = *state;
	struct vu_device_info info = { .argsz = sizeof(info) };

	assert_int_equal(client_call(c, 99, "abc", 3, -1, NULL), EOPNOTSUPP);
	assert_int_equal(client_call(c, 6, NULL, 0, -1, NULL), EOPNOTSUPP);
	assert_int_equal(client_call(c, VU_DEVICE_GET_INFO, &info, sizeof(info), -1, NULL), 0);
}

static void device_info(void **state)
{
	struct client *c = *state;
	struct vu_device_info info = { .argsz = sizeof(info) };

	assert_int_equal(client_call(c, VU_DEVICE_GET_INFO, &info, sizeof(info), -1, &answer), 0);
	assert_int_equal(answer.len, sizeof(info));
	memcpy(&info, answer.body, sizeof(info));
	assert_int_equal(info.flags, VU_DEVICE_FLAG_RESET | VU_DEVICE_FLAG_PCI);
	assert_int_equal(info.num_regions, 9);
	assert_int_equal(info.num_irqs, 5);
}

static struct vu_region_info region_info(struct client *c, uint32_t index)
{
	struct vu_region_info info = { .argsz = sizeof(info), .index = index };

	assert_int_equal(client_call(c, VU_DEVICE_GET_REGION_INFO, &info, sizeof(info), -1, &answer), 0);
	assert_int_equal(answer.len, sizeof(info));
	memcpy(&info, answer.body, sizeof(info));
	return info;
}

static void region_info_of_each_kind(void **state)
{
	struct client *c = *state;
	struct vu_region_info info = region_info(c, STUB_BAR_TRAPPED);
	struct vu_region_info beyond = { .argsz = sizeof(beyond), .index = 9 };

	assert_int_equal(info.flags, VU_REGION_FLAG_READ | VU_REGION_FLAG_WRITE);
	assert_int_equal(info.size, STUB_TRAPPED_SIZE);
	assert_int_equal(answer.fd, -1);
	info = region_info(c, 0);
	assert_int_equal(info.flags, 0);
	assert_int_equal(info.size, 0);
	info = region_info(c, VU_REGION_CONFIG);
	assert_int_equal(info.size, HLM_CONFIG_SIZE);
	assert_int_equal(client_call(c, VU_DEVICE_GET_REGION_INFO, &beyond, sizeof(beyond), -1, NULL), EINVAL);
}

static void a_memory_bar_comes_with_its_file(void **state)
{
	struct client *c = *state;
	struct vu_region_info info = region_info(c, STUB_BAR_MEMORY);
	uint8_t *ours, *theirs;

	assert_int_equal(info.flags, VU_REGION_FLAG_READ | VU_REGION_FLAG_WRITE | VU_REGION_FLAG_MMAP);
	assert_int_equal(info.offset, 0x1000);
	assert_true(answer.fd >= 0);
	ours = mmap(NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED, answer.fd, (off_t)info.offset);
	theirs = mmap(NULL, info.size, PROT_READ, MAP_SHARED, stub->desc.bar[STUB_BAR_MEMORY].fd, (off_t)info.offset);
	assert_ptr_not_equal(ours, MAP_FAILED);
	assert_ptr_not_equal(theirs, MAP_FAILED);
	ours[5] = 0x5a;
	assert_int_equal(theirs[5], 0x5a);
	munmap(ours, info.size);
	munmap(theirs, info.size);
	close(answer.fd);
}

static int region_read(struct client *c, uint32_t region, uint64_t offset, uint32_t count)
{
	struct vu_region_access a = { .offset = offset, .region = region, .count = count };

	return client_call(c, VU_REGION_READ, &a, sizeof(a), -1, &answer);
}

static int region_write(struct client *c, uint32_t region, uint64_t offset, const void *data, uint32_t count)
{
	struct vu_region_access a = { .offset = offset, .region = region, .count = count };
	uint8_t body[64];

	memcpy(body, &a, sizeof(a));
	memcpy(body + sizeof(a), data, count);
	return client_call(c, VU_REGION_WRITE, body, sizeof(a) + count, -1, &answer);
}

static void registers_are_written_and_read(void **state)
{
	struct client *c = *state;

	assert_int_equal(region_write(c, STUB_BAR_TRAPPED, 0x100, "\x11\x22\x33\x44", 4), 0);
	assert_int_equal(answer.len, sizeof(struct vu_region_access));
	assert_memory_equal(stub->trapped + 0x100, "\x11\x22\x33\x44", 4);
	assert_int_equal(region_read(c, STUB_BAR_TRAPPED, 0x102, 2), 0);
	assert_int_equal(answer.len, sizeof(struct vu_region_access) + 2);
	assert_memory_equal(answer.body + sizeof(struct vu_region_access), "\x33\x44", 2);
}

static void configuration_space_in_any_length(void **state)
{
	struct client *c = *state;

	assert_int_equal(region_read(c, VU_REGION_CONFIG, 0, HLM_CONFIG_SIZE), 0);
	assert_memory_equal(answer.body + sizeof(struct vu_region_access), "\xa3\x1d\x00\x10", 4);
	assert_int_equal(region_write(c, VU_REGION_CONFIG, 0x41, "\1\2\3\4\5\6\7", 7), 0);
	assert_memory_equal(stub->config + 0x40, "\0\1\2\3\4\5\6\7\0", 9);
}

static void accesses_outside_of_a_region_are_refused(void **state)
{
	struct client *c = *state;

	assert_int_equal(region_read(c, STUB_BAR_TRAPPED, STUB_TRAPPED_SIZE - 2, 4), EINVAL);
	assert_int_equal(region_read(c, STUB_BAR_TRAPPED, UINT64_MAX - 1, 4), EINVAL);
	assert_int_equal(region_read(c, STUB_BAR_TRAPPED, 0, UINT32_MAX), EINVAL);
	assert_int_equal(region_read(c, 0, 0, 4), EINVAL);
	assert_int_equal(region_read(c, 1000, 0, 4), EINVAL);
	assert_int_equal(region_write(c, VU_REGION_CONFIG, HLM_CONFIG_SIZE - 2, "\1\2\3\4", 4), EINVAL);
	assert_int_equal(region_write(c, STUB_BAR_TRAPPED, STUB_TRAPPED_SIZE - 4, "\1\2\3\4", 4), 0);
}

static void a_write_that_wants_no_reply_gets_none(void **state)
{
	struct client *c = *state;
	struct {
		struct vu_region_access a;
		uint8_t data[4];
	} w = { { .offset = 8, .region = STUB_BAR_TRAPPED, .count = 4 }, { 9, 8, 7, 6 } };

	client_send(c, VU_REGION_WRITE, VU_FLAG_NO_REPLY, &w, sizeof(w.a) + sizeof(w.data), NULL, 0);
	/* The next reply that comes is this one's. */
	assert_int_equal(region_read(c, STUB_BAR_TRAPPED, 8, 4), 0);
	assert_memory_equal(answer.body + sizeof(struct vu_region_access), w.data, 4);
}

static void many_writes_in_one_message(void **state)
{
	struct client *c = *state;
	struct {
		struct vu_write_multi multi;
		struct vu_single_write write[2];
	} m = { { 2 },
		{ { .offset = 0x10, .region = STUB_BAR_TRAPPED, .count = 4, .data = { 1, 2, 3, 4 } },
		  { .offset = 0x20, .region = STUB_BAR_TRAPPED, .count = 8, .data = { 8, 7, 6, 5, 4, 3, 2, 1 } } } };

	assert_int_equal(client_call(c, VU_REGION_WRITE_MULTI, &m, sizeof(m), -1, &answer), 0);
	assert_memory_equal(stub->trapped + 0x10, "\1\2\3\4", 4);
	assert_memory_equal(stub->trapped + 0x20, "\10\7\6\5\4\3\2\1", 8);
	assert_memory_equal(answer.body, "\2\0\0\0\0\0\0\0", 8);
}

static void reset_reaches_the_model(void **state)
{
	struct client *c = *state;

	assert_int_equal(client_call(c, VU_DEVICE_RESET, NULL, 0, -1, NULL), 0);
	assert_int_equal(stub->resets, 1);
}

static unsigned int irq_count(struct client *c, uint32_t index)
{
	struct vu_irq_info info = { .argsz = sizeof(info), .index = index };

	assert_int_equal(client_call(c, VU_DEVICE_GET_IRQ_INFO, &info, sizeof(info), -1, &answer), 0);
	memcpy(&info, answer.body, sizeof(info));
	return info.count;
}

static void interrupt_kinds(void **state)
{
	struct client *c = *state;
	struct vu_irq_info beyond = { .argsz = sizeof(beyond), .index = VU_NUM_IRQS };

	assert_int_equal(irq_count(c, VU_IRQ_INTX), 0);
	assert_int_equal(irq_count(c, VU_IRQ_MSI), STUB_MSI);
	assert_int_equal(irq_count(c, VU_IRQ_MSIX), STUB_MSIX);
	assert_int_equal(client_call(c, VU_DEVICE_GET_IRQ_INFO, &beyond, sizeof(beyond), -1, NULL), EINVAL);
}

static int set_irqs(struct client *c, uint32_t flags, uint32_t index, uint32_t start, uint32_t count, const int *fds,
		    unsigned int num_fds)
{
	struct vu_irq_set set = {
		.argsz = sizeof(set), .flags = flags, .index = index, .start = start, .count = count
	};
	uint16_t id = client_send(c, VU_DEVICE_SET_IRQS, 0, &set, sizeof(set), fds, num_fds);

	client_receive(c, &answer);
	assert_int_equal(answer.header.id, id);
	return answer.header.flags & VU_FLAG_ERROR ? (int)answer.header.error : 0;
}

static uint64_t fired(int fd)
{
	uint64_t count = 0;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

static void an_interrupt_fires_its_own_eventfd(void **state)
{
	const uint32_t arm = VU_IRQ_DATA_EVENTFD | VU_IRQ_ACTION_TRIGGER;
	struct client *c = *state;
	int fds[2] = { eventfd(0, EFD_NONBLOCK), eventfd(0, EFD_NONBLOCK) };

	assert_int_equal(set_irqs(c, arm, VU_IRQ_MSI, 1, 2, fds, 2), 0);
	stub->ops->irq(stub->host, 2);
	assert_int_equal(fired(fds[0]), 0);
	assert_int_equal(fired(fds[1]), 1);
	/* Not armed, not there: nothing happens. */
	stub->ops->irq(stub->host, 0);
	stub->ops->irq(stub->host, 5000);
	/* Taken away by no files, all by no count. */
	assert_int_equal(set_irqs(c, arm, VU_IRQ_MSI, 2, 1, NULL, 0), 0);
	stub->ops->irq(stub->host, 2);
	assert_int_equal(fired(fds[1]), 0);
	stub->ops->irq(stub->host, 1);
	assert_int_equal(fired(fds[0]), 1);
	assert_int_equal(set_irqs(c, VU_IRQ_DATA_NONE | VU_IRQ_ACTION_TRIGGER, VU_IRQ_MSI, 0, 0, NULL, 0), 0);
	stub->ops->irq(stub->host, 1);
	assert_int_equal(fired(fds[0]), 0);
	close(fds[0]);
	close(fds[1]);
}

static void msix_goes_before_msi(void **state)
{
	const uint32_t arm = VU_IRQ_DATA_EVENTFD | VU_IRQ_ACTION_TRIGGER;
	struct client *c = *state;
	int msi = eventfd(0, EFD_NONBLOCK), msix = eventfd(0, EFD_NONBLOCK);

	assert_int_equal(set_irqs(c, arm, VU_IRQ_MSI, 0, 1, &msi, 1), 0);
	assert_int_equal(set_irqs(c, arm, VU_IRQ_MSIX, 0, 1, &msix, 1), 0);
	stub->ops->irq(stub->host, 0);
	assert_int_equal(fired(msi), 0);
	assert_int_equal(fired(msix), 1);
	close(msi);
	close(msix);
}

static void vectors_that_are_not_there_cannot_be_armed(void **state)
{
	const uint32_t arm = VU_IRQ_DATA_EVENTFD | VU_IRQ_ACTION_TRIGGER;
	struct client *c = *state;
	int fd = eventfd(0, EFD_NONBLOCK);

	assert_int_equal(set_irqs(c, arm, VU_IRQ_MSI, STUB_MSI, 1, &fd, 1), EINVAL);
	assert_int_equal(set_irqs(c, arm, VU_IRQ_MSI, 1, UINT32_MAX, &fd, 1), EINVAL);
	assert_int_equal(set_irqs(c, arm, VU_IRQ_INTX, 0, 1, &fd, 1), EINVAL);
	assert_int_equal(set_irqs(c, arm, 77, 0, 1, &fd, 1), EINVAL);
	assert_int_equal(set_irqs(c, arm, VU_IRQ_MSI, 0, 2, &fd, 1), EINVAL);
	close(fd);
}

static void the_model_is_reset_when_the_peer_goes(void **state)
{
	struct client *c = *state;

	client_expect_clean_end(c);
	assert_int_equal(stub->resets, 1);
}

static void the_server_takes_the_next_connection(void **state)
{
	const uint32_t arm = VU_IRQ_DATA_EVENTFD | VU_IRQ_ACTION_TRIGGER;
	struct client *c = *state;
	int fd = eventfd(0, EFD_NONBLOCK);
	void *second;

	/* What the first left armed must not fire in the second. */
	assert_int_equal(set_irqs(c, arm, VU_IRQ_MSI, 0, 1, &fd, 1), 0);
	client_expect_clean_end(c);
	stub->ops->irq(stub->host, 0);
	assert_int_equal(fired(fd), 0);
	assert_int_equal(client_setup(&second), 0);
	client_teardown(&second);
	stub = c->server.model;
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(version_is_0_0_with_capabilities, client_setup, client_teardown),
		cmocka_unit_test_setup_teardown(version_needs_no_text, client_setup, client_teardown),
#define NEGOTIATED(test) cmocka_unit_test_setup_teardown(test, client_setup_negotiated, client_teardown)
		NEGOTIATED(an_unknown_command_is_refused_and_the_connection_lives),
		NEGOTIATED(device_info),
		NEGOTIATED(region_info_of_each_kind),
		NEGOTIATED(a_memory_bar_comes_with_its_file),
		NEGOTIATED(registers_are_written_and_read),
		NEGOTIATED(configuration_space_in_any_length),
		NEGOTIATED(accesses_outside_of_a_region_are_refused),
		NEGOTIATED(a_write_that_wants_no_reply_gets_none),
		NEGOTIATED(many_writes_in_one_message),
		NEGOTIATED(reset_reaches_the_model),
		NEGOTIATED(interrupt_kinds),
		NEGOTIATED(an_interrupt_fires_its_own_eventfd),
		NEGOTIATED(msix_goes_before_msi),
		NEGOTIATED(vectors_that_are_not_there_cannot_be_armed),
		NEGOTIATED(the_model_is_reset_when_the_peer_goes),
		NEGOTIATED(the_server_takes_the_next_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
