// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What a submission does on its way: every step is the machine's, none is a short cut. */
#include "driver.h"
#include "trace.h"

#define LENGTH (64u << 10)
#define PAGE 4096u

/* A user with a command buffer and a mapped piece of host memory that begins in the middle of a page. */
struct user {
	struct file *file;
	struct commands commands;
	uint8_t *pages, *memory;
	uint64_t va;
	int events;
};

static void user_begin(struct user *u)
{
	u->file = node_open("hl0");
	commands_create(u->file, &u->commands);
	u->pages = host_alloc(LENGTH + PAGE);
	u->memory = u->pages + 100;
	host_pattern(u->memory, LENGTH, 1);
	assert_int_equal(driver_map(u->file, u->memory, LENGTH, &u->va), 0);
	u->events = event_register(u->file);
}

static void user_end(struct user *u)
{
	commands_destroy(&u->commands);
	close(u->events);
	node_close(u->file);
	host_free(u->pages, LENGTH + PAGE);
}

static long copy_in(struct user *u)
{
	add(&u->commands, copy, USER_DRAM, u->va, LENGTH, 0);
	return commands_run(&u->commands, HLRT_GAUDI_QUEUE_DMA(0, 1));
}

static void assert_arrived(const struct user *u, size_t len)
{
	static uint8_t got[LENGTH];

	chip_read(0, USER_DRAM, got, len);
	assert_memory_equal(got, u->memory, len);
}

/* Nothing of a failed copy's data reached the chip, the user was told, and the device serves the next user. */
static void assert_failed(struct user *u, uint64_t event)
{
	uint8_t first;

	chip_read(0, USER_DRAM, &first, 1);
	assert_int_equal(first, 0);
	event_wait(u->file, u->events, event | HLABI_EVENT_DEVICE_RESET);
	user_end(u);
	user_begin(u);
	assert_int_equal(copy_in(u), 0);
	assert_arrived(u, LENGTH);
	assert_int_equal(node_hard_resets("hl0"), 1);
}

static int setup(void **state)
{
	(void)state;
	trace_start();
	machine_start("gaudi:dram=4G");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_stop();
	trace_stop();
	return 0;
}

/* ---- the way of one request ---- */

static void an_idle_query_reads_the_chips_registers(void **state)
{
	struct file *control = node_open("hl_controlD0");
	struct hlabi_hw_idle idle;
	char line[64];

	(void)state;
	trace_clear();
	/* An engine comes to rest a moment after its last message. */
	assert_eventually(!driver_info(control, HLABI_INFO_HW_IDLE, &idle, sizeof(idle)) && idle.is_idle);

	snprintf(line, sizeof(line), "read 0x%x -> 0x%08x", GAUDI_DMA0_QM_GLBL_STS0,
		 chip_register(0, GAUDI_DMA0_QM_GLBL_STS0));
	assert_true(trace_find(0, "reg", line) >= 0);
	node_close(control);
}

static void a_copy_takes_every_step_in_order(void **state)
{
	static const struct {
		const char *kind, *text;
	} steps[] = {
		{ "doorbell", "QMAN0.1" },
		{ "fetch", "QMAN0.1 descriptor" },
		{ "packet", "QMAN0.1 LIN_DMA" },
		{ "dma", "DMA0 copy" },
		{ "pte", "hop 0" },
		{ "pte", "hop 1" },
		{ "pte", "hop 2" },
		{ "pte", "hop 3" },
		{ "pte", "hop 4" },
		{ "dma", "DMA0 moved 0x10000 bytes: ok" },
		{ "packet", "QMAN0.1 MSG_PROT" },
		{ "irq", "vector" },
	};
	struct user u;
	int at = 0;

	(void)state;
	user_begin(&u);
	trace_clear();
	assert_int_equal(copy_in(&u), 0);

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		at = trace_find(at, steps[i].kind, steps[i].text);
		if (at < 0) {
			trace_print();
			fail_msg("step %zu, %s '%s', is missing or too early", i, steps[i].kind, steps[i].text);
		}
	}
	assert_arrived(&u, LENGTH);
	user_end(&u);
}

static void bytes_are_right_both_ways_at_any_offset(void **state)
{
	static const struct {
		uint32_t dst, src, len;
	} copies[] = { { 0, 0, LENGTH }, { 1, 0, 1 }, { 4095, 3, 4098 }, { 8191, 4093, PAGE }, { 7, 1, LENGTH - 8 } };
	uint8_t *back = host_alloc(LENGTH);
	struct user u;
	uint64_t va;

	(void)state;
	user_begin(&u);
	assert_int_equal(driver_map(u.file, back, LENGTH, &va), 0);
	for (size_t i = 0; i < sizeof(copies) / sizeof(copies[0]); i++) {
		add(&u.commands, fill, USER_DRAM, 0, LENGTH, 0);
		add(&u.commands, copy, USER_DRAM + copies[i].dst, u.va + copies[i].src, copies[i].len, HLRT_GAUDI_EB);
		add(&u.commands, copy, va, USER_DRAM, LENGTH, HLRT_GAUDI_EB);
		assert_int_equal(commands_run(&u.commands, HLRT_GAUDI_QUEUE_DMA(1, 0)), 0);

		assert_true(all_bytes_are(back, copies[i].dst, 0));
		assert_memory_equal(back + copies[i].dst, u.memory + copies[i].src, copies[i].len);
		assert_true(
			all_bytes_are(back + copies[i].dst + copies[i].len, LENGTH - copies[i].dst - copies[i].len, 0));
	}
	user_end(&u);
	host_free(back, LENGTH);
}

/* ---- translation ---- */

static void without_its_page_table_entry_a_copy_faults(void **state)
{
	struct hlm_stats before;
	struct user u;

	(void)state;
	user_begin(&u);
	before = chip_stats(0);
	mmu_write_entry(0, page_table_leaf(0, u.va), 0);
	mmu_invalidate(0);

	assert_int_equal(copy_in(&u), -EIO);
	assert_true(chip_stats(0).page_faults > before.page_faults);
	assert_failed(&u, HLABI_EVENT_PAGE_FAULT);
	user_end(&u);
}

/* The chip reads its tables from its own memory, not from what the driver remembers. */
static void an_entry_of_any_hop_counts(void **state)
{
	static const uint64_t none;

	(void)state;
	for (unsigned int hop = 0; hop < GAUDI_MMU_HOPS; hop++) {
		struct user u;
		uint64_t entry;

		user_begin(&u);
		entry = page_table_entry(0, u.va, hop);
		assert_true(chip_word(0, entry) & GAUDI_PTE_PRESENT);
		chip_write(0, entry, &none, sizeof(none));
		mmu_invalidate(0);
		assert_int_equal(copy_in(&u), -EIO);
		event_wait(u.file, u.events, HLABI_EVENT_PAGE_FAULT);
		user_end(&u);
	}
}

static void a_cleared_entry_lives_on_in_the_tlb_until_invalidation(void **state)
{
	struct hlm_stats before;
	struct user u;

	(void)state;
	user_begin(&u);
	assert_int_equal(copy_in(&u), 0);
	mmu_write_entry(0, page_table_leaf(0, u.va), 0);
	before = chip_stats(0);

	assert_int_equal(copy_in(&u), 0);
	assert_int_equal(chip_stats(0).pte_reads, before.pte_reads);
	assert_true(chip_stats(0).tlb_hits > before.tlb_hits);

	mmu_invalidate(0);
	assert_int_equal(copy_in(&u), -EIO);
	assert_true(chip_stats(0).pte_reads > before.pte_reads);
	event_wait(u.file, u.events, HLABI_EVENT_PAGE_FAULT);
	user_end(&u);
}

static void unmapping_takes_the_entries_and_the_tlb(void **state)
{
	uint64_t leaf, seq;
	struct user u;

	(void)state;
	user_begin(&u);
	assert_int_equal(copy_in(&u), 0);
	leaf = page_table_leaf(0, u.va);
	assert_int_equal(driver_unmap(u.file, u.va), 0);

	assert_int_equal(chip_word(0, leaf) & GAUDI_PTE_PRESENT, 0);
	add(&u.commands, copy, USER_DRAM, u.va, LENGTH, 0);
	assert_int_equal(force(0, 0, u.commands.at, u.commands.len, &seq), 0);
	assert_int_equal(driver_wait(u.file, seq, NULL), -EIO);
	event_wait(u.file, u.events, HLABI_EVENT_PAGE_FAULT);
	user_end(&u);
}

static void without_its_iommu_mapping_a_copy_fails(void **state)
{
	struct kshim_iommu_stats before, after;
	struct user u;
	uint64_t bus;

	(void)state;
	user_begin(&u);
	bus = (chip_word(0, page_table_entry(0, u.va, 4)) & ~GAUDI_PTE_FLAGS) - GAUDI_HOST_BASE;
	kshim_iommu_get_stats(chip_pdev(0), &before);
	assert_int_equal(kshim_iommu_drop(chip_pdev(0), bus), 0);
	trace_clear();

	assert_int_equal(copy_in(&u), -EIO);
	kshim_iommu_get_stats(chip_pdev(0), &after);
	assert_true(after.faults > before.faults);
	assert_true(chip_stats(0).bus_errors > 0);
	assert_true(trace_find(0, "iommu", "not mapped") >= 0);
	assert_int_equal(chip_stats(0).page_faults, 0);
	assert_failed(&u, HLABI_EVENT_USER_ENGINE_ERR);
	user_end(&u);
}

/* ---- synchronisation ---- */

#define FIRST_SOB 144u	  /* that users may have in sync manager W_S */
#define FIRST_MONITOR 72u /* likewise */
#define W_S_SOB(n) (GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0 + 4 * (n))

static void a_submitted_message_sets_its_sync_object(void **state)
{
	struct user u;

	(void)state;
	user_begin(&u);
	add(&u.commands, msg_long, HLRT_GAUDI_SOB_ADDRESS(FIRST_SOB), 1234, HLRT_GAUDI_MB);
	add(&u.commands, sob_set, FIRST_SOB + 1, 40, HLRT_GAUDI_MB);
	add(&u.commands, sob_add, FIRST_SOB + 1, 2, HLRT_GAUDI_MB);
	assert_int_equal(commands_run(&u.commands, 0), 0);

	assert_int_equal(chip_register(0, W_S_SOB(FIRST_SOB)), 1234);
	assert_int_equal(chip_register(0, W_S_SOB(FIRST_SOB + 1)), 42);
	user_end(&u);
}

/* Until object sob is at least one, whatever follows in that queue waits. Uses monitor and fence 0 of the stream. */
static void add_wait_for_object(struct commands *c, unsigned int queue, unsigned int monitor, unsigned int sob)
{
	uint64_t fence = GAUDI_CFG_BASE + GAUDI_DMA0_QM_CP_FENCE0_RDATA_0 +
			 queue / HLRT_GAUDI_STREAMS * GAUDI_DMA_QM_STRIDE + queue % HLRT_GAUDI_STREAMS * 4;

	add(c, msg_long, HLRT_GAUDI_MON_PAY_ADDRL_ADDRESS(monitor), (uint32_t)fence, HLRT_GAUDI_MB);
	add(c, msg_long, HLRT_GAUDI_MON_PAY_ADDRH_ADDRESS(monitor), (uint32_t)(fence >> 32), HLRT_GAUDI_MB);
	add(c, msg_long, HLRT_GAUDI_MON_PAY_DATA_ADDRESS(monitor), 1, HLRT_GAUDI_MB);
	add(c, monitor_arm, monitor, sob, 1, HLRT_GAUDI_MB);
	add(c, fence, 0, 1, 1, 0);
}

static void a_monitor_and_a_fence_order_two_streams(void **state)
{
	const unsigned int waiter = HLRT_GAUDI_QUEUE_DMA(0, 2), signaller = HLRT_GAUDI_QUEUE_DMA(1, 3);
	uint64_t second, word = 0x1111111111111111ull;
	uint32_t status;
	struct user u;

	(void)state;
	user_begin(&u);
	add_wait_for_object(&u.commands, waiter, FIRST_MONITOR, FIRST_SOB);
	add(&u.commands, copy, USER_DRAM + PAGE, USER_DRAM, 8, 0);
	assert_int_equal(commands_submit(&u.commands, waiter, &second), 0);
	assert_eventually(chip_register(0, GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_ARM_0 + 4 * FIRST_MONITOR) != 0);
	assert_int_equal(driver_poll(u.file, second, &status), 0);
	assert_int_equal(status, HLABI_WAIT_BUSY);

	add(&u.commands, fill, USER_DRAM, word, 8, 0);
	add(&u.commands, sob_set, FIRST_SOB, 1, HLRT_GAUDI_EB);
	assert_int_equal(commands_run(&u.commands, signaller), 0);
	assert_int_equal(driver_wait(u.file, second, &status), 0);
	assert_int_equal(status, HLABI_WAIT_COMPLETED);
	assert_true(chip_word(0, USER_DRAM + PAGE) == word);
	user_end(&u);
}

/* ---- many at once ---- */

#define SUBMISSIONS 1024u /* as many as the driver keeps results of */
#define CHUNKS 4u	  /* of each, one for every stream of engine 0 */

/* Each chunk copies its own word of host memory to its own place. */
static long submit_words(struct user *u, struct commands chunk_buffers[CHUNKS], unsigned int number, uint64_t *seq)
{
	struct hlabi_cs_chunk chunks[CHUNKS] = { 0 };
	union hlabi_cs_args args = {
		.in = { .chunks_execute = (uintptr_t)chunks, .num_chunks_execute = CHUNKS },
	};
	long rc;

	for (unsigned int i = 0; i < CHUNKS; i++) {
		struct commands *c = &chunk_buffers[i];
		uint64_t offset = (number * CHUNKS + i) * 4;

		c->len = 0;
		add(c, copy, USER_DRAM + offset, u->va + offset, 4, 0);
		chunks[i] = (struct hlabi_cs_chunk){ .cb_handle = c->handle, .queue_index = i, .cb_size = c->len };
	}
	rc = driver_ioctl(u->file, HLABI_MISC_CS, &args);
	*seq = args.out.seq;
	return rc;
}

static void thousands_in_flight_all_end_right(void **state)
{
	struct commands chunk_buffers[CHUNKS];
	uint64_t seq, last = 0;
	struct user u;

	(void)state;
	user_begin(&u);
	for (unsigned int i = 0; i < CHUNKS; i++) {
		commands_create(u.file, &chunk_buffers[i]);
		add_wait_for_object(&u.commands, i, FIRST_MONITOR + i, FIRST_SOB);
		assert_int_equal(commands_submit(&u.commands, i, &seq), 0);
	}
	for (unsigned int i = 0; i < SUBMISSIONS - CHUNKS; i++)
		assert_int_equal(submit_words(&u, chunk_buffers, i, &last), 0);
	assert_int_equal(submit_words(&u, chunk_buffers, 0, &seq), -EAGAIN);
	assert_int_equal(chip_word(0, USER_DRAM), 0);

	/* From outside: the user has no room for another submission. */
	chip_set_register(0, W_S_SOB(FIRST_SOB), 1);
	for (uint64_t s = 1; s <= last; s++)
		assert_int_equal(driver_wait(u.file, s, NULL), 0);

	assert_arrived(&u, (SUBMISSIONS - CHUNKS) * CHUNKS * 4);
	for (unsigned int i = 0; i < CHUNKS; i++)
		commands_destroy(&chunk_buffers[i]);
	user_end(&u);
}

static void queues_go_round_many_times(void **state)
{
	const unsigned int rounds = 3 * 4096 + 5; /* a queue has 4096 entries */
	uint64_t seq = 0, first;
	struct user u;

	(void)state;
	user_begin(&u);
	for (unsigned int i = 0; i < rounds; i++) {
		add(&u.commands, sob_add, FIRST_SOB, 1, 0);
		if (i >= SUBMISSIONS / 2)
			assert_int_equal(driver_wait(u.file, seq - SUBMISSIONS / 2 + 1, NULL), 0);
		assert_int_equal(commands_submit(&u.commands, 5, &seq), 0);
		if (!i)
			first = seq;
	}
	assert_int_equal(driver_wait(u.file, seq, NULL), 0);
	assert_int_equal(seq - first + 1, rounds);
	assert_int_equal(chip_register(0, W_S_SOB(FIRST_SOB)), rounds);
	user_end(&u);
}

#define path_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		path_test(an_idle_query_reads_the_chips_registers),
		path_test(a_copy_takes_every_step_in_order),
		path_test(bytes_are_right_both_ways_at_any_offset),
		path_test(without_its_page_table_entry_a_copy_faults),
		path_test(an_entry_of_any_hop_counts),
		path_test(a_cleared_entry_lives_on_in_the_tlb_until_invalidation),
		path_test(unmapping_takes_the_entries_and_the_tlb),
		path_test(without_its_iommu_mapping_a_copy_fails),
		path_test(a_submitted_message_sets_its_sync_object),
		path_test(a_monitor_and_a_fence_order_two_streams),
		path_test(thousands_in_flight_all_end_right),
		path_test(queues_go_round_many_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
