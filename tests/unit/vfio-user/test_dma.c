/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The device's way to the guest's memory: by file, by message, and what an unmap means for both. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client.h"

#define RW (VU_MAP_READ | VU_MAP_WRITE)
#define RAM_SIZE 0x10000u

static struct answer answer;

struct ram {
	int fd;
	uint8_t *bytes;
};

static struct ram make_ram(void)
{
	struct ram ram = { .fd = memfd_create("ram", MFD_CLOEXEC) };

	assert_true(ram.fd >= 0);
	assert_int_equal(ftruncate(ram.fd, RAM_SIZE), 0);
	ram.bytes = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, ram.fd, 0);
	assert_ptr_not_equal(ram.bytes, MAP_FAILED);
	return ram;
}

static void drop_ram(struct ram *ram)
{
	munmap(ram->bytes, RAM_SIZE);
	close(ram->fd);
}

static int dma_read(uint64_t iova, void *buf, size_t len)
{
	return stub->ops->dma_read(stub->host, iova, buf, len);
}

static int dma_write(uint64_t iova, const void *buf, size_t len)
{
	return stub->ops->dma_write(stub->host, iova, buf, len);
}

static void mapped_memory_is_read_and_written(void **state)
{
	struct client *c = *state;
	struct ram ram = make_ram();
	char buf[16] = { 0 };

	assert_int_equal(client_map(c, 0x100000, 0x2000, RW, ram.fd, 0x1000), 0);
	memcpy(ram.bytes + 0x1010, "hello", 5);
	assert_int_equal(dma_read(0x100010, buf, 5), 0);
	assert_memory_equal(buf, "hello", 5);
	assert_int_equal(dma_write(0x101ffb, "world", 5), 0);
	assert_memory_equal(ram.bytes + 0x2ffb, "world", 5);
	drop_ram(&ram);
}

static void an_access_goes_over_pieces_in_any_order(void **state)
{
	struct client *c = *state;
	struct ram ram = make_ram();
	char buf[8] = { 0 };

	assert_int_equal(client_map(c, 0x5000, 0x1000, RW, ram.fd, 0x8000), 0);
	assert_int_equal(client_map(c, 0x4000, 0x1000, RW, ram.fd, 0x2000), 0);
	memcpy(ram.bytes + 0x2ffc, "abcd", 4);
	memcpy(ram.bytes + 0x8000, "efgh", 4);
	assert_int_equal(dma_read(0x4ffc, buf, 8), 0);
	assert_memory_equal(buf, "abcdefgh", 8);
	drop_ram(&ram);
}

static void the_topmost_page_can_be_mapped(void **state)
{
	struct client *c = *state;
	struct ram ram = make_ram();
	char byte = 0;

	assert_int_equal(client_map(c, UINT64_MAX - 0xfff, 0x1000, RW, ram.fd, 0), 0);
	ram.bytes[0xfff] = 'x';
	assert_int_equal(dma_read(UINT64_MAX, &byte, 1), 0);
	assert_int_equal(byte, 'x');
	assert_int_equal(client_unmap(c, UINT64_MAX - 0xfff, 0x1000), 0);
	drop_ram(&ram);
}

static void maps_that_cannot_be(void **state)
{
	struct client *c = *state;
	struct ram ram = make_ram();
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	assert_int_equal(client_map(c, 0x1000, 0, RW, ram.fd, 0), EINVAL);
	assert_int_equal(client_map(c, UINT64_MAX - 0xfff, 0x2000, RW, ram.fd, 0), EINVAL);
	assert_int_equal(client_map(c, 0x1000, 0x1000, RW, ram.fd, RAM_SIZE), EINVAL);
	assert_int_equal(client_map(c, 0x1000, 0x1000, RW, ram.fd, UINT64_MAX - 0xfff), EINVAL);
	assert_int_equal(client_map(c, 0x1000, 0x1000, RW | 8, ram.fd, 0), EINVAL);
	assert_int_equal(client_map(c, 0x1000, 0x1000, RW, null, 0), EINVAL);
	assert_int_equal(client_map(c, 0x1000, 0x1000, RW, ram.fd, 0), 0);
	assert_int_equal(client_map(c, 0x1800, 0x1000, RW, ram.fd, 0), EEXIST);
	assert_int_equal(client_unmap(c, 0x1800, 0x800), EINVAL);
	assert_int_equal(client_unmap(c, 0x1000, 0), EINVAL);
	close(null);
	drop_ram(&ram);
}

static void read_only_memory_is_not_written(void **state)
{
	struct client *c = *state;
	struct ram ram = make_ram();
	size_t run;
	char byte;

	assert_int_equal(client_map(c, 0, 0x1000, VU_MAP_READ, ram.fd, 0), 0);
	assert_int_equal(dma_write(0, "x", 1), -EACCES);
	assert_int_equal(dma_read(0, &byte, 1), 0);
	assert_null(stub->ops->dma_get(stub->host, 0, 1, true, &run));
	assert_int_equal(ram.bytes[0], 0);
	drop_ram(&ram);
}

static void a_file_that_may_not_be_written_is_not_mapped_for_it(void **state)
{
	struct client *c = *state;
	struct ram ram = make_ram();
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", ram.fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(client_map(c, 0, 0x1000, RW, fd, 0), EACCES);
	assert_int_equal(client_map(c, 0, 0x1000, VU_MAP_READ, fd, 0), 0);
	close(fd);
	drop_ram(&ram);
}

static unsigned int open_files(void)
{
	unsigned int count = 0;

	for (int fd = 0; fd < 1024; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			count++;
	return count;
}

static void no_file_stays_open_however_many_pieces(void **state)
{
	struct client *c = *state;
	struct ram ram = make_ram();
	unsigned int before = open_files();

	for (uint64_t i = 0; i < 2000; i++)
		assert_int_equal(client_map(c, i << 13, 0x1000, RW, ram.fd, (i % 16) << 12), 0);
	/* A file is closed after its reply, and before the next. */
	assert_int_equal(client_unmap(c, 0, 0x1000), 0);
	assert_int_equal(open_files(), before);
	drop_ram(&ram);
}

static void pointers_go_as_far_as_memory_lies_in_one_piece(void **state)
{
	struct client *c = *state;
	struct ram ram = make_ram();
	size_t run = 0;
	char *p;

	assert_int_equal(client_map(c, 0x1000, 0x1000, RW, ram.fd, 0x3000), 0);
	assert_int_equal(client_map(c, 0x2000, 0x1000, RW, ram.fd, 0x4000), 0);
	assert_int_equal(client_map(c, 0x3000, 0x1000, RW, ram.fd, 0x9000), 0);
	p = stub->ops->dma_get(stub->host, 0x1800, 0x10000, true, &run);
	assert_non_null(p);
	assert_int_equal(run, 0x1800);
	memcpy(p, "direct", 6);
	assert_memory_equal(ram.bytes + 0x3800, "direct", 6);
	stub->ops->dma_put(stub->host, 0x1800, p, run, true);
	assert_null(stub->ops->dma_get(stub->host, 0x8000, 1, false, &run));
	drop_ram(&ram);
}

static void an_unmap_waits_for_whoever_holds_a_pointer(void **state)
{
	struct client *c = *state;
	struct ram ram = make_ram();
	struct vu_dma_unmap unmap = { .argsz = sizeof(unmap), .iova = 0x1000, .size = 0x1000 };
	size_t run = 0;
	uint16_t id;
	char *p;

	assert_int_equal(client_map(c, 0x1000, 0x1000, RW, ram.fd, 0), 0);
	assert_int_equal(client_map(c, 0x8000, 0x1000, RW, ram.fd, 0), 0);
	p = stub->ops->dma_get(stub->host, 0x1000, 16, false, &run);
	assert_non_null(p);

	id = client_send(c, VU_DMA_UNMAP, 0, &unmap, sizeof(unmap), NULL, 0);
	assert_true(client_silent(c, 50));
	/* Others are served meanwhile, and the range takes nobody new. */
	assert_int_equal(client_unmap(c, 0x8000, 0x1000), 0);
	assert_null(stub->ops->dma_get(stub->host, 0x1000, 16, false, &run));
	assert_int_equal(p[0], 0);

	stub->ops->dma_put(stub->host, 0x1000, p, 16, false);
	client_receive(c, &answer);
	assert_int_equal(answer.header.id, id);
	assert_int_equal(answer.header.command, VU_DMA_UNMAP);
	assert_memory_equal(answer.body, &unmap, sizeof(unmap));
	drop_ram(&ram);
}

static void everything_is_unmapped_at_once(void **state)
{
	struct client *c = *state;
	struct ram ram = make_ram();
	struct vu_dma_unmap unmap = { .argsz = sizeof(unmap), .flags = VU_UNMAP_ALL };
	size_t run;

	assert_int_equal(client_map(c, 0x1000, 0x1000, RW, ram.fd, 0), 0);
	assert_int_equal(client_map(c, 0x8000, 0x1000, RW, ram.fd, 0), 0);
	assert_int_equal(client_call(c, VU_DMA_UNMAP, &unmap, sizeof(unmap), -1, NULL), 0);
	assert_null(stub->ops->dma_get(stub->host, 0x1000, 1, false, &run));
	assert_null(stub->ops->dma_get(stub->host, 0x8000, 1, false, &run));
	drop_ram(&ram);
}

/* A DMA access as an engine makes it: in its own thread, which waits. */
struct transfer {
	uint64_t iova;
	uint8_t data[10000];
	size_t len;
	bool write;
	int result;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool done;
};

static void transfer_in_engine(struct hlm *m, void *arg)
{
	struct transfer *t = arg;
	int result = t->write ? m->ops->dma_write(m->host, t->iova, t->data, t->len)
			      : m->ops->dma_read(m->host, t->iova, t->data, t->len);

	pthread_mutex_lock(&t->lock);
	t->result = result;
	t->done = true;
	pthread_cond_signal(&t->changed);
	pthread_mutex_unlock(&t->lock);
}

static void start_transfer(struct transfer *t, uint64_t iova, size_t len, bool write)
{
	memset(t, 0, sizeof(*t));
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->changed, NULL);
	t->iova = iova;
	t->len = len;
	t->write = write;
	for (size_t i = 0; write && i < len; i++)
		t->data[i] = (uint8_t)(i * 7);
	stub->engine = transfer_in_engine;
	stub->engine_arg = t;
	stub->ops->kick(stub->host);
}

static int finish_transfer(struct transfer *t)
{
	pthread_mutex_lock(&t->lock);
	while (!t->done)
		pthread_cond_wait(&t->changed, &t->lock);
	pthread_mutex_unlock(&t->lock);
	stub->engine = NULL;
	return t->result;
}

static struct vu_dma_access asked(struct client *c, uint16_t command)
{
	struct vu_dma_access access;

	client_receive(c, &answer);
	assert_int_equal(answer.header.command, command);
	assert_int_equal(answer.header.flags, 0);
	assert_true(answer.len >= sizeof(access));
	memcpy(&access, answer.body, sizeof(access));
	return access;
}

static void reply(struct client *c, uint32_t flags, const void *body, size_t len)
{
	struct {
		struct vu_header header;
		uint8_t body[5000];
	} m = { .header = { .id = answer.header.id,
			    .command = answer.header.command,
			    .size = (uint32_t)(sizeof(m.header) + len),
			    .flags = VU_TYPE_REPLY | flags,
			    .error = flags ? EFAULT : 0 } };

	if (len)
		memcpy(m.body, body, len);
	client_send_raw(c, &m, sizeof(m.header) + len, NULL, 0);
}

/* The reply to a read: what was asked for, and the data. */
static void reply_read(struct client *c, const struct vu_dma_access *access, uint8_t first)
{
	uint8_t body[5000] = { 0 };

	memcpy(body, access, sizeof(*access));
	for (uint64_t i = 0; i < access->count; i++)
		body[sizeof(*access) + i] = (uint8_t)(first + i);
	reply(c, 0, body, sizeof(*access) + access->count);
}

static void memory_without_a_file_is_read_by_message(void **state)
{
	struct client *c = *state;
	struct vu_dma_access access;
	struct transfer t;

	assert_int_equal(client_map(c, 0xe0000000, 0x10000, RW, -1, 0), 0);
	start_transfer(&t, 0xe0000100, 5000, false);
	access = asked(c, VU_DMA_READ);
	assert_int_equal(access.address, 0xe0000100);
	assert_int_equal(access.count, 4096); /* what the client said that it takes */
	reply_read(c, &access, 1);
	access = asked(c, VU_DMA_READ);
	assert_int_equal(access.address, 0xe0001100);
	assert_int_equal(access.count, 5000 - 4096);
	reply_read(c, &access, 100);
	assert_int_equal(finish_transfer(&t), 0);
	assert_int_equal(t.data[0], 1);
	assert_int_equal(t.data[4095], 0);
	assert_int_equal(t.data[4096], 100);
}

static void memory_without_a_file_is_written_by_message(void **state)
{
	struct client *c = *state;
	struct vu_dma_access access;
	struct transfer t;

	start_transfer(&t, 0xe0000004, 4100, true);
	access = asked(c, VU_DMA_WRITE);
	assert_int_equal(access.address, 0xe0000004);
	assert_int_equal(access.count, 4096);
	assert_int_equal(answer.len, sizeof(access) + 4096);
	assert_memory_equal(answer.body + sizeof(access), t.data, 4096);
	reply(c, 0, NULL, 0);
	access = asked(c, VU_DMA_WRITE);
	assert_int_equal(access.count, 4);
	assert_int_equal(answer.len, sizeof(access) + 4);
	assert_memory_equal(answer.body + sizeof(access), t.data + 4096, 4);
	reply(c, 0, NULL, 0);
	assert_int_equal(finish_transfer(&t), 0);
}

static void a_fault_of_the_iommu_is_an_error_for_the_engine(void **state)
{
	struct client *c = *state;
	struct transfer t;

	start_transfer(&t, 0x12345000, 8, false);
	asked(c, VU_DMA_READ);
	reply(c, VU_FLAG_ERROR, NULL, 0);
	assert_int_equal(finish_transfer(&t), -EIO);
}

static void requests_are_served_while_our_own_waits(void **state)
{
	struct client *c = *state;
	struct vu_region_access a = { .offset = 0x10, .region = STUB_BAR_TRAPPED, .count = 4 };
	struct vu_dma_access access;
	struct answer *own = malloc(sizeof(*own));
	struct transfer t;

	assert_non_null(own);
	start_transfer(&t, 0xe0000000, 8, false);
	access = asked(c, VU_DMA_READ);
	assert_int_equal(client_call(c, VU_REGION_READ, &a, sizeof(a), -1, own), 0);
	assert_int_equal(client_map(c, 0x1000, 0x1000, RW, -1, 0), 0);
	reply_read(c, &access, 5);
	assert_int_equal(finish_transfer(&t), 0);
	assert_int_equal(t.data[0], 5);
	free(own);
}

static void a_peer_that_goes_fails_what_waits(void **state)
{
	struct client *c = *state;
	struct transfer t;

	start_transfer(&t, 0xe0000000, 8, true);
	asked(c, VU_DMA_WRITE);
	client_expect_clean_end(c);
	assert_int_equal(finish_transfer(&t), -ENOTCONN);
}

static void a_reply_that_is_too_short_ends_the_connection(void **state)
{
	struct client *c = *state;
	struct vu_dma_access access;
	struct transfer t;

	start_transfer(&t, 0xe0000000, 64, false);
	access = asked(c, VU_DMA_READ);
	reply(c, 0, &access, sizeof(access));
	client_expect_cut_off(c);
	assert_int_equal(finish_transfer(&t), -EIO);
}

static void a_reply_about_something_else_ends_the_connection(void **state)
{
	struct client *c = *state;
	struct vu_dma_access access;
	struct transfer t;

	start_transfer(&t, 0xe0000000, 8, false);
	access = asked(c, VU_DMA_READ);
	access.address++;
	reply_read(c, &access, 0);
	client_expect_cut_off(c);
	assert_int_equal(finish_transfer(&t), -EIO);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, client_setup_negotiated, client_teardown)
	const struct CMUnitTest tests[] = {
		TEST(mapped_memory_is_read_and_written),
		TEST(an_access_goes_over_pieces_in_any_order),
		TEST(the_topmost_page_can_be_mapped),
		TEST(maps_that_cannot_be),
		TEST(read_only_memory_is_not_written),
		TEST(a_file_that_may_not_be_written_is_not_mapped_for_it),
		TEST(no_file_stays_open_however_many_pieces),
		TEST(pointers_go_as_far_as_memory_lies_in_one_piece),
		TEST(an_unmap_waits_for_whoever_holds_a_pointer),
		TEST(everything_is_unmapped_at_once),
		TEST(memory_without_a_file_is_read_by_message),
		TEST(memory_without_a_file_is_written_by_message),
		TEST(a_fault_of_the_iommu_is_an_error_for_the_engine),
		TEST(requests_are_served_while_our_own_waits),
		TEST(a_peer_that_goes_fails_what_waits),
		TEST(a_reply_that_is_too_short_ends_the_connection),
		TEST(a_reply_about_something_else_ends_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
