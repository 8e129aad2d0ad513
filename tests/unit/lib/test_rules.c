// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What holds for every function: error text, structure sizes, log, fork. */
#include "fake_sys.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void *fail_in_thread(void *arg)
{
	(void)arg;
	assert_string_equal(hlrt_last_error(), "");
	hlrt_set_error(-EIO, "of the other thread");
	return NULL;
}

static void error_belongs_to_the_thread(void **state)
{
	pthread_t thread;

	(void)state;
	errno = 0;
	assert_int_equal(hlrt_set_error(-EINVAL, "length %d is not a multiple of %d", 12345, 4096), -EINVAL);
	assert_int_equal(errno, EINVAL);
	pthread_create(&thread, NULL, fail_in_thread, NULL);
	pthread_join(thread, NULL);
	assert_string_equal(hlrt_last_error(), "length 12345 is not a multiple of 4096");
	hlrti_error_prefix(-EINVAL, "opening %s", "hl0");
	assert_string_equal(hlrt_last_error(), "opening hl0: length 12345 is not a multiple of 4096");
	assert_null(hlrti_null(-ENOMEM));
	assert_int_equal(errno, ENOMEM);
}

struct small {
	uint32_t size, a;
};

struct large {
	uint32_t size, a;
	uint64_t newer;
};

static void input_structures_may_be_older_or_newer(void **state)
{
	struct large user = { .size = sizeof(user), .a = 7 }, known;
	struct small old;

	(void)state;
	/* A program that knows more than the library: fine while it does not use it. */
	assert_ok(hlrti_struct_in("s", &old, sizeof(old), sizeof(old), &user));
	assert_int_equal(old.a, 7);
	user.newer = 1ULL << 40;
	assert_error(EINVAL, hlrti_struct_in("s", &old, sizeof(old), sizeof(old), &user));
	assert_text("byte 13");
	/* One that knows less: the rest is zero. */
	memset(&known, 0xff, sizeof(known));
	old = (struct small){ .size = sizeof(old), .a = 9 };
	assert_ok(hlrti_struct_in("s", &known, sizeof(known), sizeof(old), &old));
	assert_int_equal(known.a, 9);
	assert_int_equal(known.newer, 0);
	old.size = 4;
	assert_error(EINVAL, hlrti_struct_in("s", &known, sizeof(known), sizeof(old), &old));
	assert_text("4");
}

static void output_structures_may_be_older_or_newer(void **state)
{
	struct large have = { .a = 3, .newer = 4 }, user;
	struct {
		struct small s;
		uint64_t guard;
	} old = { .s = { .size = sizeof(struct small) }, .guard = 0x1234 };

	(void)state;
	hlrti_struct_out(&old.s, &have, sizeof(have));
	assert_int_equal(old.s.a, 3);
	assert_int_equal(old.s.size, sizeof(struct small));
	assert_int_equal(old.guard, 0x1234);
	memset(&user, 0xff, sizeof(user));
	user.size = sizeof(user);
	hlrti_struct_out(&user, &(struct small){ .a = 5 }, sizeof(struct small));
	assert_int_equal(user.a, 5);
	assert_int_equal(user.newer, 0);
	assert_int_equal(user.size, sizeof(user));
}

static void text_never_overflows(void **state)
{
	char buf[4];

	(void)state;
	hlrti_text(buf, sizeof(buf), "abcdef", SIZE_MAX);
	assert_string_equal(buf, "abc");
	hlrti_text(buf, sizeof(buf), "abcdef", 2);
	assert_string_equal(buf, "ab");
	assert_true(hlrti_format(buf, sizeof(buf), "%d", 123));
	assert_false(hlrti_format(buf, sizeof(buf), "%d", 1234));
	assert_string_equal(buf, "");
}

static void arithmetic(void **state)
{
	uint64_t v;

	(void)state;
	assert_true(hlrti_align_up(4097, 4096, &v));
	assert_int_equal(v, 8192);
	assert_false(hlrti_align_up(UINT64_MAX, 4096, &v));
	assert_false(hlrti_is_power_of_two(0));
	assert_int_equal(hlrti_deadline(-1), INT64_MAX);
	assert_int_equal(hlrti_deadline(INT64_MAX), INT64_MAX);
}

static unsigned int messages;

static void count(void *arg, int level, const char *text)
{
	(void)arg;
	(void)level;
	assert_null(strchr(text, '\n'));
	messages++;
}

static void log_obeys_its_level(void **state)
{
	(void)state;
	assert_ok(hlrt_set_log(count, NULL, HLRT_LOG_WARNING));
	hlrti_log(HLRT_LOG_INFO, "no");
	assert_int_equal(messages, 0);
	errno = 77;
	hlrti_log(HLRT_LOG_ERROR, "yes %d", 1);
	assert_int_equal(messages, 1);
	assert_int_equal(errno, 77);
	assert_ok(hlrt_set_log(NULL, NULL, HLRT_LOG_NONE));
	hlrti_log(HLRT_LOG_ERROR, "no");
	assert_int_equal(messages, 1);
	assert_error(EINVAL, hlrt_set_log(count, NULL, 5));
}

static void child_is_refused(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	struct hlrt_mem *mem = hlrt_mem_alloc(context, 4096, NULL);
	struct hlrt_attr attr = { .size = sizeof(attr) };
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		uint32_t word;
		bool refused = hlrt_query(context, &attr) == -EPERM && hlrt_mem_read(mem, 0, &word, 4) == -EPERM &&
			       hlrt_mem_free(mem) == -EPERM && hlrt_close(context) == -EPERM &&
			       !hlrt_mem_alloc(context, 1, NULL) && errno == EPERM && !hlrt_get_devices(NULL) &&
			       errno == EPERM;

		_exit(refused ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_ok(hlrt_mem_free(mem));
	assert_ok(hlrt_close(context));
	fake_delete(fake);
}

/* Registered pages are hidden from a child; those that another registration covers stay hidden when one ends. */
static void registered_pages_are_not_in_the_child(void **state)
{
	struct fake *fake = fake_new(true, false);
	struct hlrt_context *context = fake_open();
	uint64_t page = hlrti_page_size();
	uint8_t *buf = aligned_alloc(page, 4 * page);
	struct hlrt_mem *a, *b;
	int pipes[2];

	(void)state;
	assert_non_null(buf);
	memset(buf, 1, 4 * page);
	a = hlrt_mem_register(context, buf, 3 * page);
	b = hlrt_mem_register(context, buf + page, 3 * page);
	assert_ok(hlrt_mem_free(a));
	assert_int_equal(pipe(pipes), 0);
	if (fork() == 0) {
		/* write(2) tells EFAULT where a load would kill. */
		bool right = write(pipes[1], buf, 1) == 1 && write(pipes[1], buf + page, 1) == -1 && errno == EFAULT;

		_exit(right ? 0 : 1);
	}
	int status;
	wait(&status);
	assert_int_equal(status, 0);
	close(pipes[0]);
	close(pipes[1]);
	assert_ok(hlrt_mem_free(b));
	assert_ok(hlrt_close(context));
	free(buf);
	fake_delete(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error_belongs_to_the_thread),
		cmocka_unit_test(input_structures_may_be_older_or_newer),
		cmocka_unit_test(output_structures_may_be_older_or_newer),
		cmocka_unit_test(text_never_overflows),
		cmocka_unit_test(arithmetic),
		cmocka_unit_test(log_obeys_its_level),
		cmocka_unit_test(child_is_refused),
		cmocka_unit_test(registered_pages_are_not_in_the_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
