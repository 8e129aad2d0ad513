// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What exporters see of the work that names their memory: a fence for each submission, while it runs and no longer. */
#include <pthread.h>

#include "driver.h"

#define PAGE 4096u
#define LENGTH (1u << 20)

static int setup(void **state)
{
	(void)state;
	/* Work that hangs ends later than the importer waits for it by itself, and earlier than its exporter does. */
	machine_start("gaudi*3:dram=4G,param.cs_timeout_ms=500,param.revoke_timeout_ms=800");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_stop();
	return 0;
}

/* A device that has opened itself, exports a piece of its memory and may import others'. */
struct peer {
	unsigned int device;
	struct file *file;
	struct commands commands;
	int fd;
	long result;
};

static void peer_open(struct peer *p, unsigned int device)
{
	const char *const names[] = { "hl0", "hl1", "hl2" };

	*p = (struct peer){ .device = device, .file = node_open(names[device]) };
	commands_create(p->file, &p->commands);
	assert_int_equal(driver_export(p->file, USER_DRAM, LENGTH, &p->fd), 0);
}

static void peer_close(struct peer *p)
{
	commands_destroy(&p->commands);
	export_close(p->fd);
	node_close(p->file);
}

static uint64_t import_of(struct peer *importer, const struct peer *exporter)
{
	uint64_t va;

	assert_int_equal(driver_import(importer->file, exporter->fd, &va, NULL), 0);
	return va;
}

/* Work that names [va, va + PAGE) twice and never ends by itself. */
static uint64_t hang(struct peer *p, uint64_t dst, uint64_t src)
{
	uint64_t seq;

	add(&p->commands, fence, 0, 1, 1, 0);
	add(&p->commands, copy, dst, src, PAGE, 0);
	assert_int_equal(commands_submit(&p->commands, 0, &seq), 0);
	return seq;
}

static bool has_ended(struct peer *p, uint64_t seq)
{
	uint32_t status = HLABI_WAIT_BUSY;

	driver_poll(p->file, seq, &status);
	return status != HLABI_WAIT_BUSY;
}

static void *revoke_all(void *arg)
{
	struct peer *p = arg;
	unsigned int revoked;

	p->result = driver_revoke(p->file, USER_DRAM, LENGTH, &revoked);
	return NULL;
}

static void a_fence_lives_as_long_as_the_work(void **state)
{
	struct peer exporter, importer;
	uint64_t va, seq;

	(void)state;
	peer_open(&exporter, 0);
	peer_open(&importer, 1);
	va = import_of(&importer, &exporter);
	assert_false(import_is_fenced(1, va));
	seq = hang(&importer, USER_DRAM, USER_DRAM + PAGE);
	assert_false(import_is_fenced(1, va)); /* it does not name the import */
	assert_true(driver_wait(importer.file, seq, NULL) < 0);
	peer_close(&importer);

	peer_open(&importer, 1);
	va = import_of(&importer, &exporter);
	add(&importer.commands, copy, va, USER_DRAM, PAGE, 0);
	assert_int_equal(commands_run(&importer.commands, 0), 0);
	assert_false(import_is_fenced(1, va));
	hang(&importer, USER_DRAM, va);
	assert_true(import_is_fenced(1, va));
	peer_close(&importer);
	peer_close(&exporter);
}

static void two_imports_have_two_fences(void **state)
{
	struct peer first, second, importer;
	uint64_t a, b;

	(void)state;
	peer_open(&first, 0);
	peer_open(&second, 2);
	peer_open(&importer, 1);
	a = import_of(&importer, &first);
	b = import_of(&importer, &second);
	hang(&importer, a, b);
	assert_true(import_is_fenced(1, a));
	assert_true(import_is_fenced(1, b));
	peer_close(&importer);
	peer_close(&second);
	peer_close(&first);
}

static void one_buffer_imported_twice_is_locked_once(void **state)
{
	struct peer exporter, importer;
	uint64_t a, b;

	(void)state;
	peer_open(&exporter, 0);
	peer_open(&importer, 1);
	a = import_of(&importer, &exporter);
	b = import_of(&importer, &exporter);
	add(&importer.commands, copy, a, b + PAGE, PAGE, 0);
	assert_int_equal(commands_run(&importer.commands, 0), 0);
	peer_close(&importer);
	peer_close(&exporter);
}

static void revocation_waits_for_the_work(void **state)
{
	struct peer exporter, importer;
	uint64_t seq;

	(void)state;
	peer_open(&exporter, 0);
	peer_open(&importer, 1);
	seq = hang(&importer, USER_DRAM, import_of(&importer, &exporter));
	revoke_all(&exporter);
	assert_int_equal(exporter.result, 0);
	assert_true(has_ended(&importer, seq));
	peer_close(&importer);
	peer_close(&exporter);
}

static void two_that_import_from_each_other_can_revoke_at_once(void **state)
{
	struct peer a, b;
	pthread_t thread;
	uint64_t seq_a, seq_b;

	(void)state;
	peer_open(&a, 0);
	peer_open(&b, 1);
	seq_a = hang(&a, USER_DRAM, import_of(&a, &b));
	seq_b = hang(&b, USER_DRAM, import_of(&b, &a));
	assert_int_equal(pthread_create(&thread, NULL, revoke_all, &a), 0);
	revoke_all(&b);
	pthread_join(thread, NULL);
	assert_eventually(has_ended(&a, seq_a) && has_ended(&b, seq_b));
	peer_close(&a);
	peer_close(&b);
}

static void work_without_a_limit_may_not_name_an_import(void **state)
{
	struct peer exporter, importer;
	uint64_t va, seq;

	(void)state;
	peer_open(&exporter, 0);
	peer_open(&importer, 1);
	va = import_of(&importer, &exporter);
	add(&importer.commands, copy, USER_DRAM, va, PAGE, 0);
	assert_int_equal(commands_submit_timeout(&importer.commands, 0, 0, &seq), -EOPNOTSUPP);
	add(&importer.commands, copy, USER_DRAM, USER_DRAM + PAGE, PAGE, 0);
	assert_int_equal(commands_submit_timeout(&importer.commands, 0, 0, &seq), 0);
	assert_int_equal(driver_wait(importer.file, seq, NULL), 0);
	peer_close(&importer);
	peer_close(&exporter);
}

/* ---- many at once ---- */

#define ROUNDS 300

struct copier {
	struct peer *peer;
	uint64_t dst, src;
};

static void *copy_many(void *arg)
{
	struct copier *c = arg;

	for (int i = 0; i < ROUNDS && !c->peer->result; i++) {
		add(&c->peer->commands, copy, c->dst, c->src, PAGE, 0);
		c->peer->result = commands_run(&c->peer->commands, 0);
	}
	return NULL;
}

/* Each device's list of imports has its own order, and so has its way to take their locks. */
static void locks_are_taken_in_any_order(void **state)
{
	struct peer p[3];
	struct copier c[2];
	pthread_t thread;

	(void)state;
	for (unsigned int i = 0; i < 3; i++)
		peer_open(&p[i], i);
	c[0] = (struct copier){ .peer = &p[0], .dst = import_of(&p[0], &p[1]), .src = import_of(&p[0], &p[2]) };
	c[1] = (struct copier){ .peer = &p[1],
				.dst = import_of(&p[1], &p[2]) + PAGE,
				.src = import_of(&p[1], &p[1]) + PAGE };
	assert_int_equal(pthread_create(&thread, NULL, copy_many, &c[0]), 0);
	copy_many(&c[1]);
	pthread_join(thread, NULL);
	assert_int_equal(p[0].result, 0);
	assert_int_equal(p[1].result, 0);
	for (unsigned int i = 0; i < 3; i++)
		peer_close(&p[i]);
}

#define fence_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		fence_test(a_fence_lives_as_long_as_the_work),
		fence_test(two_imports_have_two_fences),
		fence_test(one_buffer_imported_twice_is_locked_once),
		fence_test(revocation_waits_for_the_work),
		fence_test(two_that_import_from_each_other_can_revoke_at_once),
		fence_test(work_without_a_limit_may_not_name_an_import),
		fence_test(locks_are_taken_in_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
