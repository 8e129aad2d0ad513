// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The driver on bad days: each fault knob on one of two devices. What its program gets, what becomes of the device, that
 * the neighbour notices nothing, and that nothing is leaked (machine_stop).
 */
#include <hlrt/sim.h>
#include <sys/wait.h>

#include "driver.h"

#define PAGE 4096u
#define SIZE 65536u
/* Long enough for a slow machine to do its work in time, short enough to wait for. */
#define MACHINE \
	"gaudi*2:dram=1G,param.cs_timeout_ms=1500,param.cpu_timeout_ms=4000,param.boot_timeout_ms=2000," \
	"param.health_ms=20"
#define NOBODY_LOOKS ",param.health_ms=0,param.cpu_timeout_ms=1500"

/* A program with a buffer on one device. */
struct user {
	const char *node;
	struct file *file;
	struct commands commands;
	uint8_t *memory;
	uint64_t va;
	int events;
};

static void user_open(struct user *u, const char *node)
{
	*u = (struct user){ .node = node, .file = node_open(node), .memory = host_alloc(SIZE) };
	u->events = event_register(u->file);
	commands_create(u->file, &u->commands);
	assert_int_equal(driver_map(u->file, u->memory, SIZE, &u->va), 0);
}

static void user_close(struct user *u)
{
	commands_destroy(&u->commands);
	node_close(u->file);
	close(u->events);
	host_free(u->memory, SIZE);
}

/* Host to device and back; 0 when the bytes have come back. */
static long user_copy(struct user *u, unsigned int seed, bool *same)
{
	uint8_t *want = malloc(SIZE / 2);
	long rc;

	host_pattern(want, SIZE / 2, seed);
	memcpy(u->memory, want, SIZE / 2);
	memset(u->memory + SIZE / 2, 0, SIZE / 2);
	add(&u->commands, copy, USER_DRAM, u->va, SIZE / 2, 0);
	rc = commands_run(&u->commands, 0);
	if (!rc) {
		add(&u->commands, copy, u->va + SIZE / 2, USER_DRAM, SIZE / 2, 0);
		rc = commands_run(&u->commands, 0);
	}
	*same = memcmp(want, u->memory + SIZE / 2, SIZE / 2) == 0;
	free(want);
	return rc;
}

static void assert_works(const char *node)
{
	struct user u;
	bool same;

	user_open(&u, node);
	assert_int_equal(user_copy(&u, 3, &same), 0);
	assert_true(same);
	user_close(&u);
}

static bool status_is(const char *node, const char *status)
{
	return node_attr_is(node, "status", status);
}

enum after { UNTOUCHED, RESET, DISABLED, GONE };

static const struct outcome {
	const char *knob;
	int64_t count;
	long error; /* of the submission that meets it */
	bool corrupt;
	uint64_t events;
	enum after after;
} outcomes[] = {
	{ "corrupt-dma", 1, 0, true, 0, UNTOUCHED },
	{ "dma-error", 1, -EIO, false, HLABI_EVENT_USER_ENGINE_ERR | HLABI_EVENT_DEVICE_RESET, RESET },
	{ "iommu-fault", 1, -EIO, false, HLABI_EVENT_USER_ENGINE_ERR | HLABI_EVENT_DEVICE_RESET, RESET },
	{ "hang-queue", 1, -ETIMEDOUT, false, HLABI_EVENT_CS_TIMEOUT | HLABI_EVENT_DEVICE_RESET, RESET },
	{ "lose-irq", 2, 0, false, 0, UNTOUCHED },
	{ "late=30", 2, 0, false, 0, UNTOUCHED },
	{ "late=5000", 1, -ETIMEDOUT, false, HLABI_EVENT_CS_TIMEOUT | HLABI_EVENT_DEVICE_RESET, RESET },
	{ "corrupt-completion", 1, -EIO, false, HLABI_EVENT_DEVICE_RESET, RESET },
	{ "spurious-irq", 100, 0, false, 0, UNTOUCHED },
	{ "scrub-fail", 0, 0, false, 0, UNTOUCHED },
	{ "read-ones", 1, -EIO, false, HLABI_EVENT_DEVICE_UNAVAILABLE, DISABLED },
	{ "vanish", 1, -ENODEV, false, HLABI_EVENT_DEVICE_UNAVAILABLE, GONE },
};

static void assert_after(const struct outcome *o)
{
	switch (o->after) {
	case UNTOUCHED:
		assert_int_equal(node_hard_resets("hl0"), 0);
		assert_works("hl0");
		return;
	case RESET:
		assert_eventually(status_is("hl0", "operational"));
		assert_int_equal(node_hard_resets("hl0"), 1);
		assert_works("hl0");
		return;
	case DISABLED:
		assert_eventually(status_is("hl0", "disabled"));
		assert_int_equal(node_hard_resets("hl0"), 0);
		assert_int_equal(node_try_open("hl0"), -ENODEV);
		return;
	case GONE:
		assert_int_equal(node_try_open("hl0"), -ENOENT);
		return;
	}
}

static void run_outcome(const struct outcome *o)
{
	struct user victim, neighbour;
	bool same;

	machine_start(MACHINE);
	user_open(&victim, "hl0");
	user_open(&neighbour, "hl1");
	assert_int_equal(hlsim_fault("hl0", o->knob, o->count), 0);
	assert_int_equal(user_copy(&victim, 1, &same), o->error);
	if (!o->error)
		assert_int_equal(same, !o->corrupt);
	assert_int_equal(user_copy(&neighbour, 2, &same), 0);
	assert_true(same);
	if (o->events)
		event_wait(victim.file, victim.events, o->events);
	if (o->after == RESET)
		assert_eventually(status_is("hl0", "operational"));
	if (o->after == DISABLED)
		assert_eventually(status_is("hl0", "disabled"));
	if (o->after != UNTOUCHED)
		assert_int_equal(user_copy(&victim, 1, &same), -ENODEV);
	user_close(&victim);
	assert_after(o);
	assert_int_equal(user_copy(&neighbour, 4, &same), 0);
	assert_true(same);
	user_close(&neighbour);
	machine_stop();
}

static void each_knob_ends_as_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		print_message("           %s\n", outcomes[i].knob);
		run_outcome(&outcomes[i]);
	}
}

/* ---- a device that goes ---- */

/* Everything of a device is in use when it goes: work, an export that the neighbour reads, a registration. */
static void vanish_under_use(const char *knob, const char *late)
{
	struct user victim, neighbour;
	uint64_t import_va, seq;
	uint32_t status;
	bool same;
	long rc;
	int fd;

	machine_start(MACHINE);
	user_open(&victim, "hl0");
	user_open(&neighbour, "hl1");
	assert_int_equal(driver_export(victim.file, USER_DRAM, SIZE, &fd), 0);
	assert_int_equal(driver_import(neighbour.file, fd, &import_va, NULL), 0);
	assert_int_equal(hlsim_fault("hl0", late, 1), 0);
	add(&victim.commands, copy, USER_DRAM, victim.va, SIZE / 2, 0);
	assert_int_equal(commands_submit(&victim.commands, 0, &seq), 0);

	assert_int_equal(hlsim_fault("hl0", knob, 1), 0);
	assert_int_equal(driver_wait(victim.file, seq, &status), -EIO);
	assert_int_equal(status, HLABI_WAIT_ABORTED);
	event_wait(victim.file, victim.events, HLABI_EVENT_DEVICE_UNAVAILABLE);
	/* What was imported from it goes, and nothing else. */
	do
		add(&neighbour.commands, copy, USER_DRAM, import_va, PAGE, 0);
	while (!(rc = commands_run(&neighbour.commands, 0)));
	assert_int_equal(rc, -EPERM);
	assert_int_equal(user_copy(&neighbour, 2, &same), 0);
	assert_true(same);
	assert_int_equal(driver_unimport(neighbour.file, import_va), 0);
	export_close(fd);
	user_close(&victim);
	user_close(&neighbour);
	machine_stop();
}

static void a_device_may_leave_the_bus_under_use(void **state)
{
	(void)state;
	vanish_under_use("read-ones", "late=60000");
	vanish_under_use("vanish", "late=60000");
}

static void a_device_nobody_uses_is_missed_too(void **state)
{
	(void)state;
	machine_start(MACHINE);
	assert_int_equal(hlsim_fault("hl0", "read-ones", 1), 0);
	assert_eventually(status_is("hl0", "disabled"));
	assert_int_equal(node_try_open("hl0"), -ENODEV);
	assert_works("hl1");
	machine_stop();
}

/* Whatever touches the device first, when nothing looks after it. */
static void what_meets_ones_ends(void **state)
{
	struct user u;
	uint8_t *more = host_alloc(PAGE);
	uint64_t va;
	bool same;

	(void)state;
	machine_start(MACHINE NOBODY_LOOKS);
	user_open(&u, "hl0");
	assert_int_equal(hlsim_fault("hl0", "read-ones", 1), 0);
	assert_true(driver_map(u.file, more, PAGE, &va) < 0);
	assert_eventually(status_is("hl0", "disabled"));
	user_close(&u);
	machine_stop();

	machine_start(MACHINE NOBODY_LOOKS);
	user_open(&u, "hl0");
	assert_int_equal(hlsim_fault("hl0", "read-ones", 1), 0);
	assert_int_equal(user_copy(&u, 1, &same), -ETIMEDOUT);
	assert_eventually(status_is("hl0", "disabled"));
	user_close(&u);
	machine_stop();

	machine_start(MACHINE NOBODY_LOOKS);
	user_open(&u, "hl0");
	assert_int_equal(hlsim_fault("hl0", "read-ones", 1), 0);
	user_close(&u);
	assert_true(status_is("hl0", "disabled"));
	machine_stop();

	machine_start(MACHINE NOBODY_LOOKS);
	assert_int_equal(hlsim_fault("hl0", "read-ones", 1), 0);
	assert_true(node_try_open("hl0") < 0);
	assert_int_equal(node_try_open("hl0"), -ENODEV);
	machine_stop();
	host_free(more, PAGE);
}

static void a_vanished_device_is_not_listed_and_cannot_fail_again(void **state)
{
	struct hlsim_stats stats = { .size = sizeof(stats) };

	(void)state;
	machine_start(MACHINE);
	assert_int_equal(hlsim_fault("hl0", "vanish", 0), -EINVAL);
	assert_int_equal(hlsim_fault("0000:01:00.0", "vanish", 1), 0);
	assert_int_equal(hlsim_fault("hl0", "vanish", 1), -ENODEV);
	assert_int_equal(hlsim_fault("hl0", "late", 1), -ENODEV);
	assert_int_equal(hlsim_stats("hl0", &stats), 0);
	assert_true(stats.packets > 0);
	assert_works("hl1");
	machine_stop();
}

/* ---- <hlrt/sim.h> ---- */

static void the_simulators_functions_refuse_what_is_wrong(void **state)
{
	struct hlsim_stats stats = { .size = sizeof(stats) }, small = { .size = sizeof(stats) - 1 };
	pid_t child;
	int status;

	(void)state;
	/* errno-case: hlsim_fault/ENODEV/no_machine */
	assert_int_equal(hlsim_fault(NULL, "late", 1), -ENODEV);
	/* errno-case: hlsim_stats/ENODEV/no_machine */
	assert_int_equal(hlsim_stats("hl0", &stats), -ENODEV);

	machine_start("gaudi*2:dram=1G");
	assert_int_equal(hlsim_fault("hl2", "late", 1), -ENODEV);
	assert_int_equal(hlsim_stats("hl2", &stats), -ENODEV);
	/* errno-case: hlsim_fault/EINVAL/knob_and_count */
	assert_int_equal(hlsim_fault("hl0", NULL, 1), -EINVAL);
	assert_int_equal(hlsim_fault("hl0", "lat", 1), -EINVAL);
	assert_int_equal(hlsim_fault("hl0", "late*3", 1), -EINVAL);
	assert_int_equal(hlsim_fault("hl0", "late=", 1), -EINVAL);
	assert_int_equal(hlsim_fault("hl0", "late=0", 1), -EINVAL);
	assert_int_equal(hlsim_fault("hl0", "late=700000", 1), -EINVAL);
	assert_int_equal(hlsim_fault("hl0", "lose-irq=1", 1), -EINVAL);
	assert_int_equal(hlsim_fault("hl0", "lose-irq", -2), -EINVAL);
	assert_int_equal(hlsim_fault("hl0", "lose-irq", 1000001), -EINVAL);
	/* errno-case: hlsim_stats/EINVAL/null_and_size */
	assert_int_equal(hlsim_stats(NULL, &stats), -EINVAL);
	assert_int_equal(hlsim_stats("hl0", NULL), -EINVAL);
	assert_int_equal(hlsim_stats("hl0", &small), -EINVAL);
	/* errno-case: hlsim_fault/EPERM/forked_child */
	/* errno-case: hlsim_stats/EPERM/forked_child */
	child = fork();
	if (!child)
		_exit(hlsim_fault("hl0", "late", 1) != -EPERM || hlsim_stats("hl0", &stats) != -EPERM);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(hlsim_fault(NULL, "lose-irq", 0), 0);
	machine_stop();
}

static void a_fault_is_that_devices_alone(void **state)
{
	struct user u;
	bool same;

	(void)state;
	machine_start(MACHINE);
	assert_int_equal(hlsim_fault("hl1", "corrupt-dma", 1), 0);
	assert_works("hl0");
	user_open(&u, "hl1");
	assert_int_equal(user_copy(&u, 1, &same), 0);
	assert_false(same);
	user_close(&u);
	machine_stop();
}

static void counters_say_what_was_done(void **state)
{
	struct hlsim_stats before = { .size = sizeof(before) }, after = before, other = before;
	struct user u;
	bool same;

	(void)state;
	machine_start(MACHINE);
	user_open(&u, "hl0");
	assert_int_equal(hlsim_stats("hl0", &before), 0);
	assert_int_equal(hlsim_stats("hl1", &other), 0);
	assert_int_equal(user_copy(&u, 1, &same), 0);
	assert_int_equal(hlsim_stats("0000:01:00.0", &after), 0);
	assert_int_equal(after.descriptors - before.descriptors, 2);
	assert_int_equal(after.transfers - before.transfers, 2);
	assert_int_equal(after.dma_bytes - before.dma_bytes, SIZE);
	assert_true(after.irqs > before.irqs);
	/* Two copies, one after the other; the first may still be counted when the second begins. */
	assert_in_range(after.max_in_flight, 1, before.max_in_flight + 1);

	/* The first is held up, so that all of them are in flight. */
	assert_int_equal(hlsim_fault("hl0", "late=1000", 1), 0);
	for (unsigned int i = 0; i < 12; i++) {
		uint64_t seq;

		add(&u.commands, nop, 0);
		assert_int_equal(commands_submit(&u.commands, i % USER_QUEUES, &seq), 0);
	}
	assert_int_equal(hlsim_stats("hl0", &after), 0);
	/* The first may not be counted any more, the one before it still. */
	assert_in_range(after.max_in_flight, 11, 13);
	assert_int_equal(hlsim_stats("hl1", &after), 0);
	assert_int_equal(after.descriptors, other.descriptors);
	user_close(&u);
	machine_stop();
}

/* ---- resets that fail ---- */

static void a_device_that_does_not_boot_again_is_disabled(void **state)
{
	struct user u;
	bool same;

	(void)state;
	machine_start(MACHINE);
	user_open(&u, "hl0");
	assert_int_equal(hlsim_fault("hl0", "boot-fail", -1), 0);
	assert_int_equal(hlsim_fault("hl0", "dma-error", 1), 0);
	assert_int_equal(user_copy(&u, 1, &same), -EIO);
	event_wait(u.file, u.events, HLABI_EVENT_DEVICE_RESET | HLABI_EVENT_DEVICE_UNAVAILABLE);
	assert_eventually(status_is("hl0", "disabled"));
	assert_int_equal(user_copy(&u, 1, &same), -ENODEV);
	user_close(&u);
	assert_int_equal(node_try_open("hl0"), -ENODEV);
	assert_works("hl1");
	machine_stop();
}

static void memory_that_cannot_be_scrubbed_resets_and_then_disables(void **state)
{
	(void)state;
	machine_start(MACHINE);
	assert_int_equal(hlsim_fault("hl0", "scrub-fail", 1), 0);
	assert_works("hl0");
	assert_int_equal(node_hard_resets("hl0"), 1);
	assert_works("hl0");
	assert_int_equal(hlsim_fault("hl0", "scrub-fail", -1), 0);
	assert_works("hl0");
	assert_true(status_is("hl0", "disabled"));
	assert_int_equal(node_try_open("hl0"), -ENODEV);
	assert_works("hl1");
	machine_stop();
}

/* ---- the kernel's memory ---- */

/* The driver comes, a program does everything, the driver goes. The error that was met first. */
static long whole_life(const char *spec_text, bool *met)
{
	struct hlsim_machine *m;
	struct hlsim_spec spec;
	char err[256] = "";
	long rc;

	assert_int_equal(hlsim_spec_parse(spec_text, &spec, err, sizeof(err)), 0);
	rc = hlsim_machine_create(&spec, &m, err, sizeof(err));
	if (!rc) {
		rc = kshim_pci_probe_result(hlsim_machine_device(m, 0)->pdev);
		if (hlsim_machine_destroy(m))
			fail_msg("%s: leaks", spec_text);
	}
	*met = rc;
	return rc;
}

static void coming_up_may_lack_any_memory(void **state)
{
	unsigned int noticed = 0, quiet = 0;
	bool met;

	(void)state;
	kshim_forget_warnings();
	/* Some may do without: a run of successes is the end. */
	for (unsigned int n = 1; quiet < 20; n++) {
		char spec[96];
		long rc;

		snprintf(spec, sizeof(spec), "gaudi:dram=1G,fault=alloc-fail=%u", n);
		rc = whole_life(spec, &met);
		if (rc && rc != -ENOMEM)
			fail_msg("allocation %u: error %ld", n, rc);
		if (kshim_live_allocs() || kshim_pinned_pages() || kshim_mappings() || kshim_warnings())
			fail_msg("allocation %u: %ld allocations, %ld pins, %u warnings left", n, kshim_live_allocs(),
				 kshim_pinned_pages(), kshim_warnings());
		noticed += met;
		quiet = met ? 0 : quiet + 1;
	}
	assert_true(noticed > 20);
	print_message("           %u allocations failed\n", noticed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_knob_ends_as_documented),
		cmocka_unit_test(a_device_may_leave_the_bus_under_use),
		cmocka_unit_test(a_device_nobody_uses_is_missed_too),
		cmocka_unit_test(what_meets_ones_ends),
		cmocka_unit_test(a_vanished_device_is_not_listed_and_cannot_fail_again),
		cmocka_unit_test(the_simulators_functions_refuse_what_is_wrong),
		cmocka_unit_test(a_fault_is_that_devices_alone),
		cmocka_unit_test(counters_say_what_was_done),
		cmocka_unit_test(a_device_that_does_not_boot_again_is_disabled),
		cmocka_unit_test(memory_that_cannot_be_scrubbed_resets_and_then_disables),
		cmocka_unit_test(coming_up_may_lack_any_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
