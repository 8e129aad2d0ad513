/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What no QEMU sends: the server must end the connection, and neither crash nor hang nor leak. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static const struct vu_header good = { .id = 1, .command = VU_DEVICE_GET_INFO, .size = 32 };

static void a_header_smaller_than_itself(void **state)
{
	struct vu_header h = good;

	h.size = 15;
	client_send_raw(*state, &h, sizeof(h), NULL, 0);
	client_expect_cut_off(*state);
}

static void a_message_without_end(void **state)
{
	struct vu_header h = good;

	h.size = UINT32_MAX;
	client_send_raw(*state, &h, sizeof(h), NULL, 0);
	client_expect_cut_off(*state);
}

static void neither_request_nor_reply(void **state)
{
	struct vu_header h = good;

	h.flags = 2;
	client_send_raw(*state, &h, sizeof(h), NULL, 0);
	client_expect_cut_off(*state);
}

static void unknown_flags(void **state)
{
	struct vu_header h = good;

	h.flags = 0x40;
	client_send_raw(*state, &h, sizeof(h), NULL, 0);
	client_expect_cut_off(*state);
}

static void a_header_cut_short(void **state)
{
	struct client *c = *state;

	client_send_raw(c, &good, 9, NULL, 0);
	close(c->fd);
	c->fd = -1;
	pthread_join(c->thread, NULL);
	c->serving = false;
	assert_int_equal(c->result, -EPROTO);
}

static void a_body_cut_short(void **state)
{
	struct client *c = *state;

	client_send_raw(c, &good, sizeof(good), NULL, 0);
	close(c->fd);
	c->fd = -1;
	pthread_join(c->thread, NULL);
	c->serving = false;
	assert_int_equal(c->result, -EPROTO);
}

static void anything_before_version(void **state)
{
	struct vu_device_info info = { .argsz = sizeof(info) };

	client_send(*state, VU_DEVICE_GET_INFO, 0, &info, sizeof(info), NULL, 0);
	client_expect_cut_off(*state);
}

static void an_unknown_command_before_version(void **state)
{
	client_send(*state, 200, 0, NULL, 0, NULL, 0);
	client_expect_cut_off(*state);
}

static void another_major_version(void **state)
{
	client_send(*state, VU_VERSION, 0, "\1\0\0\0", 4, NULL, 0);
	client_expect_cut_off(*state);
}

static void version_without_end_of_text(void **state)
{
	client_send(*state, VU_VERSION, 0, "\0\0\0\0{}", 6, NULL, 0);
	client_expect_cut_off(*state);
}

static void version_that_can_move_nothing(void **state)
{
	static const char hello[] = "\0\0\0\0{\"capabilities\":{\"max_data_xfer_size\":0}}";

	client_send(*state, VU_VERSION, 0, hello, sizeof(hello), NULL, 0);
	client_expect_cut_off(*state);
}

static void a_second_version(void **state)
{
	client_send(*state, VU_VERSION, 0, "\0\0\0\0", 4, NULL, 0);
	client_expect_cut_off(*state);
}

static void a_reply_to_nothing(void **state)
{
	client_send(*state, VU_DMA_READ, VU_TYPE_REPLY, NULL, 0, NULL, 0);
	client_expect_cut_off(*state);
}

static void a_body_too_short_for_its_command(void **state)
{
	struct vu_dma_map map = { .argsz = sizeof(map) };

	client_send(*state, VU_DMA_MAP, 0, &map, sizeof(map) - 1, NULL, 0);
	client_expect_cut_off(*state);
}

static void a_body_too_long_for_its_command(void **state)
{
	uint8_t body[sizeof(struct vu_dma_unmap) + 1] = { sizeof(struct vu_dma_unmap) };

	client_send(*state, VU_DMA_UNMAP, 0, body, sizeof(body), NULL, 0);
	client_expect_cut_off(*state);
}

static void an_argsz_too_small(void **state)
{
	struct vu_region_info info = { .argsz = 8 };

	client_send(*state, VU_DEVICE_GET_REGION_INFO, 0, &info, sizeof(info), NULL, 0);
	client_expect_cut_off(*state);
}

static void a_write_with_less_than_it_says(void **state)
{
	struct vu_region_access a = { .region = STUB_BAR_TRAPPED, .count = 4 };

	client_send(*state, VU_REGION_WRITE, 0, &a, sizeof(a), NULL, 0);
	client_expect_cut_off(*state);
}

static void more_writes_than_there_are(void **state)
{
	struct vu_write_multi multi = { .count = UINT64_MAX / 24 };

	client_send(*state, VU_REGION_WRITE_MULTI, 0, &multi, sizeof(multi), NULL, 0);
	client_expect_cut_off(*state);
}

static void a_single_write_longer_than_eight_bytes(void **state)
{
	struct {
		struct vu_write_multi multi;
		struct vu_single_write write;
	} m = { { 1 }, { .region = STUB_BAR_TRAPPED, .count = 9 } };

	client_send(*state, VU_REGION_WRITE_MULTI, 0, &m, sizeof(m), NULL, 0);
	client_expect_cut_off(*state);
}

static void irq_bools_that_are_not_there(void **state)
{
	struct vu_irq_set set = {
		.argsz = sizeof(set), .flags = VU_IRQ_DATA_BOOL | VU_IRQ_ACTION_TRIGGER, .index = VU_IRQ_MSI, .count = 3
	};

	client_send(*state, VU_DEVICE_SET_IRQS, 0, &set, sizeof(set), NULL, 0);
	client_expect_cut_off(*state);
}

static void files_that_nobody_asked_for(void **state)
{
	struct vu_device_info info = { .argsz = sizeof(info) };
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	client_send(*state, VU_DEVICE_GET_INFO, 0, &info, sizeof(info), &fd, 1);
	close(fd);
	client_expect_cut_off(*state);
}

static void more_files_than_offered(void **state)
{
	struct vu_irq_set set = { .argsz = sizeof(set), .flags = VU_IRQ_DATA_EVENTFD | VU_IRQ_ACTION_TRIGGER };
	int fds[VU_MAX_FDS + 1];

	for (unsigned int i = 0; i < VU_MAX_FDS + 1; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	client_send(*state, VU_DEVICE_SET_IRQS, 0, &set, sizeof(set), fds, VU_MAX_FDS + 1);
	for (unsigned int i = 0; i < VU_MAX_FDS + 1; i++)
		close(fds[i]);
	client_expect_cut_off(*state);
}

/* Neither a crash nor a hang, whatever comes: the end is a cut or a wait for more. */
static void noise(void **state)
{
	uint32_t x = 1;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct {
			struct vu_header header;
			uint8_t body[64];
		} m;
		void *one;
		struct client *c;

		client_setup_negotiated(&one);
		c = one;
		for (size_t i = 0; i < sizeof(m); i++) {
			x = x * 1664525u + 1013904223u;
			((uint8_t *)&m)[i] = (uint8_t)(x >> 24);
		}
		m.header.command = (uint16_t)(round % VU_COMMANDS);
		m.header.size = sizeof(m.header) + x % sizeof(m.body);
		m.header.flags = 0;
		client_send_raw(c, &m, m.header.size, NULL, 0);
		client_teardown(&one);
	}
}

int main(void)
{
#define FRESH(test) cmocka_unit_test_setup_teardown(test, client_setup, client_teardown)
#define NEGOTIATED(test) cmocka_unit_test_setup_teardown(test, client_setup_negotiated, client_teardown)
	const struct CMUnitTest tests[] = {
		FRESH(anything_before_version),
		FRESH(an_unknown_command_before_version),
		FRESH(another_major_version),
		FRESH(version_without_end_of_text),
		FRESH(version_that_can_move_nothing),
		NEGOTIATED(a_second_version),
		NEGOTIATED(a_header_smaller_than_itself),
		NEGOTIATED(a_message_without_end),
		NEGOTIATED(neither_request_nor_reply),
		NEGOTIATED(unknown_flags),
		NEGOTIATED(a_header_cut_short),
		NEGOTIATED(a_body_cut_short),
		NEGOTIATED(a_reply_to_nothing),
		NEGOTIATED(a_body_too_short_for_its_command),
		NEGOTIATED(a_body_too_long_for_its_command),
		NEGOTIATED(an_argsz_too_small),
		NEGOTIATED(a_write_with_less_than_it_says),
		NEGOTIATED(more_writes_than_there_are),
		NEGOTIATED(a_single_write_longer_than_eight_bytes),
		NEGOTIATED(irq_bools_that_are_not_there),
		NEGOTIATED(files_that_nobody_asked_for),
		NEGOTIATED(more_files_than_offered),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
