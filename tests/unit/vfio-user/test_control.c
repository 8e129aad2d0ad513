// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The control socket: what is asked reaches the model, and what cannot be is said. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
/* after what it needs */
#include <cmocka.h>

#include "control.h"
#include "stub_model.h"

struct bench {
	struct hlm *model;
	struct vu_control control;
	struct vu_remote remote; /* nobody is connected */
	struct sockaddr_un address;
};

static int setup(void **state)
{
	static struct bench bench;
	struct hlm_config config = { .size = sizeof(config) };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	bench.model = hlm_create("stub", &config, NULL, NULL);
	/* An abstract name leaves no file behind. */
	bench.address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(bench.address.sun_path + 1, sizeof(bench.address.sun_path) - 1, "hlsim-control-%d", getpid());
	assert_int_equal(bind(listener, (struct sockaddr *)&bench.address, sizeof(bench.address)), 0);
	assert_int_equal(listen(listener, 1), 0);
	vu_remote_init(&bench.remote);
	assert_int_equal(vu_control_start(&bench.control, bench.model, &bench.remote, listener), 0);
	*state = &bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	vu_control_stop(&bench->control);
	vu_control_stop(&bench->control); /* does no harm */
	vu_remote_fini(&bench->remote);
	hlm_destroy(bench->model);
	return 0;
}

static FILE *peer(struct bench *bench)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	FILE *file;

	assert_int_equal(connect(fd, (struct sockaddr *)&bench->address, sizeof(bench->address)), 0);
	file = fdopen(fd, "r+");
	setvbuf(file, NULL, _IONBF, 0);
	return file;
}

static const char *ask(FILE *file, const char *line)
{
	static char answer[1024];

	assert_true(fputs(line, file) >= 0);
	assert_ptr_not_equal(fgets(answer, sizeof(answer), file), NULL);
	return answer;
}

static void a_fault_reaches_the_model(void **state)
{
	struct bench *bench = *state;
	FILE *file = peer(bench);

	assert_string_equal(ask(file, "fault dma-error 3\n"), "ok\n");
	assert_int_equal(bench->model->fault[HLM_FAULT_COPY_FAIL], 3);
	assert_string_equal(ask(file, "fault late=250 -1\r\n"), "ok\n");
	assert_int_equal(bench->model->fault[HLM_FAULT_LATE], -1);
	assert_int_equal(bench->model->late_ms, 250);
	assert_string_equal(ask(file, "fault vanish 1\n"), "ok\n");
	assert_int_equal(bench->model->fault[HLM_FAULT_READ_ONES], 1);
	fclose(file);
}

static void counters_are_told_by_name(void **state)
{
	FILE *file = peer(*state);
	const char *answer = ask(file, "stats\n");

	assert_int_equal(strncmp(answer, "ok doorbells=", 13), 0);
	assert_ptr_not_equal(strstr(answer, " max_in_flight="), NULL);
	fclose(file);
}

static void nothing_is_reached_while_nobody_is_connected(void **state)
{
	FILE *file = peer(*state);

	assert_int_equal(strncmp(ask(file, "read 0x1000\n"), "error ", 6), 0);
	assert_string_equal(ask(file, "reached\n"), "ok 0x0 0x0\n");
	fclose(file);
}

static void what_is_wrong_is_said_and_the_line_stays_open(void **state)
{
	static const char *const wrong[] = {
		"fault\n",
		"fault dma-error\n",
		"fault dma-error x\n",
		"fault dma-error -2\n",
		"fault nonsense 1\n",
		"fault late= 1\n",
		"fault late=x 1\n",
		"fault alloc-fail=3 1\n",
		"fault lose-irq=1 1\n",
		"quit\n",
	};
	FILE *file = peer(*state);
	char longer[600];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(strncmp(ask(file, wrong[i]), "error ", 6), 0);
	memset(longer, 'x', sizeof(longer));
	memcpy(longer + sizeof(longer) - 2, "\n", 2);
	assert_int_equal(strncmp(ask(file, longer), "error ", 6), 0);
	assert_string_equal(ask(file, "fault hang-queue 1\n"), "ok\n");
	fclose(file);
}

static void another_may_connect_when_one_has_gone(void **state)
{
	FILE *file = peer(*state);

	fclose(file);
	file = peer(*state);
	assert_string_equal(ask(file, "fault hang-queue 1\n"), "ok\n");
	fclose(file);
}

static void the_end_does_not_wait_for_a_silent_peer(void **state)
{
	struct bench *bench = *state;
	FILE *file = peer(bench);

	assert_string_equal(ask(file, "fault hang-queue 1\n"), "ok\n");
	vu_control_stop(&bench->control);
	assert_int_equal(getc(file), EOF);
	fclose(file);
}

#define control_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		control_test(a_fault_reaches_the_model),
		control_test(counters_are_told_by_name),
		control_test(nothing_is_reached_while_nobody_is_connected),
		control_test(what_is_wrong_is_said_and_the_line_stays_open),
		control_test(another_may_connect_when_one_has_gone),
		control_test(the_end_does_not_wait_for_a_silent_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
