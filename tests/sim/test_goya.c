// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Goya: memory that the driver places and maps, its exports in several pieces, the whitelist of its packets, and its
 * protection when a packet gets past the driver.
 */
#include "driver.h"
#include "hw/goya_packets.h"
#include "hw/goya_regs.h"
#include "providers/goya/goya.h"

#define DRAM_PAGE (2u << 20)
#define LENGTH (64u << 10)
#define MACHINE_DRAM (4ull << 30)
#define USER_PAGES ((MACHINE_DRAM - GOYA_DRAM_USER_BASE) / DRAM_PAGE)
#define CHANNEL_IN HLRT_GOYA_QUEUE_FROM_HOST
#define CHANNEL_OUT HLRT_GOYA_QUEUE_DMA(2u)
#define CHANNEL_INSIDE HLRT_GOYA_QUEUE_DMA(3u)

#define add_goya(c, packet, ...) ((c)->len += (uint32_t)hlrt_goya_##packet((c)->at + (c)->len, __VA_ARGS__))

struct user {
	struct file *file;
	struct commands commands;
	uint8_t *memory; /* LENGTH bytes with a pattern, mapped at va */
	uint64_t va;
};

static void user_begin(struct user *u, const char *node)
{
	u->file = node_open(node);
	commands_create(u->file, &u->commands);
	u->memory = host_alloc(LENGTH);
	host_pattern(u->memory, LENGTH, 3);
	assert_int_equal(driver_map(u->file, u->memory, LENGTH, &u->va), 0);
}

static void user_end(struct user *u)
{
	commands_destroy(&u->commands);
	node_close(u->file);
	host_free(u->memory, LENGTH);
}

static int setup(void **state)
{
	(void)state;
	machine_start("goya*2:dram=4G");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_stop();
	return 0;
}

/* ---- what the MEMORY ioctl says ---- */

static long mem_alloc(struct file *file, uint64_t size, uint64_t page_size, uint32_t flags, uint64_t *handle)
{
	union hlabi_mem_args args = { .in = { .op = HLABI_MEM_OP_ALLOC, .flags = flags } };
	long rc;

	args.in.alloc.mem_size = size;
	args.in.alloc.page_size = page_size;
	rc = driver_ioctl(file, HLABI_MISC_MEMORY, &args);
	*handle = args.out.handle;
	return rc;
}

static long mem_map(struct file *file, uint64_t handle, uint64_t hint, uint64_t *va)
{
	union hlabi_mem_args args = { .in = { .op = HLABI_MEM_OP_MAP } };
	long rc;

	args.in.map_device.handle = handle;
	args.in.map_device.hint_addr = hint;
	rc = driver_ioctl(file, HLABI_MISC_MEMORY, &args);
	*va = args.out.device_virt_addr;
	return rc;
}

static long mem_free(struct file *file, uint64_t handle)
{
	union hlabi_mem_args args = { .in = { .op = HLABI_MEM_OP_FREE } };

	args.in.free.handle = handle;
	return driver_ioctl(file, HLABI_MISC_MEMORY, &args);
}

static uint64_t free_memory(struct file *file)
{
	struct hlabi_dram_usage usage;

	assert_int_equal(driver_info(file, HLABI_INFO_DRAM_USAGE, &usage, sizeof(usage)), 0);
	return usage.dram_free_mem;
}

static void get_memory(struct file *file, uint64_t size, uint64_t *handle, uint64_t *va)
{
	assert_int_equal(mem_alloc(file, size, 0, 0, handle), 0);
	assert_int_equal(mem_map(file, *handle, 0, va), 0);
}

static void give_memory(struct file *file, uint64_t handle, uint64_t va)
{
	assert_int_equal(driver_unmap(file, va), 0);
	assert_int_equal(mem_free(file, handle), 0);
}

static void put_in(struct user *u, uint64_t va)
{
	add_goya(&u->commands, copy, va, u->va, LENGTH, HLRT_GOYA_HOST_TO_DRAM, 0);
	assert_int_equal(commands_run(&u->commands, CHANNEL_IN), 0);
}

static void assert_holds_pattern(struct user *u, uint64_t va)
{
	uint8_t *copy = host_alloc(LENGTH);
	uint64_t copy_va;

	assert_int_equal(driver_map(u->file, copy, LENGTH, &copy_va), 0);
	add_goya(&u->commands, copy, copy_va, va, LENGTH, HLRT_GOYA_DRAM_TO_HOST, 0);
	assert_int_equal(commands_run(&u->commands, CHANNEL_OUT), 0);
	assert_memory_equal(copy, u->memory, LENGTH);
	assert_int_equal(driver_unmap(u->file, copy_va), 0);
	host_free(copy, LENGTH);
}

/* ---- memory ---- */

static void programs_are_told_of_virtual_memory(void **state)
{
	struct hlabi_hw_ip_info info;
	struct user u;

	(void)state;
	user_begin(&u, "hl0");
	assert_int_equal(driver_info(u.file, HLABI_INFO_HW_IP, &info, sizeof(info)), 0);
	assert_int_equal(info.dram_base_address, GOYA_VA_DRAM_BASE);
	assert_int_equal(info.dram_size, USER_PAGES * DRAM_PAGE);
	assert_int_equal(info.dram_page_size, DRAM_PAGE);
	assert_int_equal(info.sram_base_address, GOYA_SRAM_BASE + 0x8000);
	assert_int_equal(free_memory(u.file), USER_PAGES * DRAM_PAGE);
	user_end(&u);
}

static void memory_is_mapped_used_and_given_back(void **state)
{
	uint64_t handle, va, none;
	struct user u;

	(void)state;
	user_begin(&u, "hl0");
	get_memory(u.file, 1, &handle, &va);
	assert_int_equal(va % DRAM_PAGE, 0);
	assert_in_range(va, GOYA_VA_DRAM_BASE, GOYA_VA_DRAM_END - DRAM_PAGE);
	assert_int_equal(free_memory(u.file), (USER_PAGES - 1) * DRAM_PAGE);
	put_in(&u, va);
	assert_holds_pattern(&u, va);

	assert_int_equal(mem_free(u.file, handle), -EBUSY);
	assert_int_equal(driver_unmap(u.file, va + 4096), -EINVAL);
	give_memory(u.file, handle, va);
	assert_int_equal(mem_free(u.file, handle), -EINVAL);
	assert_int_equal(driver_unmap(u.file, va), -EINVAL);
	assert_int_equal(mem_map(u.file, handle, 0, &none), -EINVAL);
	assert_int_equal(free_memory(u.file), USER_PAGES * DRAM_PAGE);
	user_end(&u);
}

static void senseless_requests_are_refused(void **state)
{
	struct user u;
	uint64_t h;

	(void)state;
	user_begin(&u, "hl0");
	assert_int_equal(mem_alloc(u.file, 0, 0, 0, &h), -EINVAL);
	/* There is one page size, whatever is asked for. */
	assert_int_equal(mem_alloc(u.file, DRAM_PAGE, 4096, 0, &h), 0);
	assert_int_equal(mem_free(u.file, h), 0);
	assert_int_equal(mem_alloc(u.file, DRAM_PAGE, DRAM_PAGE, 0, &h), 0);
	assert_int_equal(mem_free(u.file, h), 0);
	assert_int_equal(mem_alloc(u.file, USER_PAGES * DRAM_PAGE + 1, 0, 0, &h), -ENOMEM);
	assert_int_equal(mem_alloc(u.file, UINT64_MAX, 0, 0, &h), -ENOMEM);
	assert_int_equal(mem_alloc(u.file, USER_PAGES * DRAM_PAGE, 0, HLABI_MEM_CONTIGUOUS, &h), 0);
	assert_int_equal(mem_free(u.file, h), 0);
	user_end(&u);
}

static void a_hint_is_taken_where_it_is_free(void **state)
{
	const uint64_t hint = GOYA_VA_DRAM_BASE + (1ull << 30);
	uint64_t a, b, va, other;
	struct user u;

	(void)state;
	user_begin(&u, "hl0");
	assert_int_equal(mem_alloc(u.file, DRAM_PAGE, 0, 0, &a), 0);
	assert_int_equal(mem_alloc(u.file, DRAM_PAGE, 0, 0, &b), 0);
	assert_int_equal(mem_map(u.file, a, hint, &va), 0);
	assert_int_equal(va, hint);
	assert_int_equal(mem_map(u.file, b, hint, &other), 0);
	assert_int_not_equal(other, hint);
	/* Outside of the space for device memory. */
	assert_int_equal(driver_unmap(u.file, other), 0);
	assert_int_equal(mem_map(u.file, b, GOYA_VA_HOST_BASE, &other), 0);
	assert_in_range(other, GOYA_VA_DRAM_BASE, GOYA_VA_DRAM_END - DRAM_PAGE);
	user_end(&u);
}

/*
 * All memory in allocations of one page, every second one free: what is allocated now has no two pages together. The handles
 * that stay are the caller's no more; closing gives them back.
 */
static void make_holes(struct file *file)
{
	static uint64_t handles[USER_PAGES];

	for (unsigned int i = 0; i < USER_PAGES; i++)
		assert_int_equal(mem_alloc(file, DRAM_PAGE, 0, 0, &handles[i]), 0);
	assert_int_equal(free_memory(file), 0);
	for (unsigned int i = 0; i < USER_PAGES; i += 2)
		assert_int_equal(mem_free(file, handles[i]), 0);
}

static void scattered_memory_is_one_to_programs(void **state)
{
	uint64_t handle, va, none;
	struct user u;

	(void)state;
	user_begin(&u, "hl0");
	make_holes(u.file);
	assert_int_equal(mem_alloc(u.file, 2 * DRAM_PAGE, 0, HLABI_MEM_CONTIGUOUS, &none), -ENOMEM);
	get_memory(u.file, 3 * DRAM_PAGE, &handle, &va);
	/* Across the border of two pieces. */
	put_in(&u, va + DRAM_PAGE - LENGTH / 2);
	assert_holds_pattern(&u, va + DRAM_PAGE - LENGTH / 2);
	give_memory(u.file, handle, va);
	user_end(&u);

	/* Everything has been given back, and is the next owner's in one piece. */
	user_begin(&u, "hl0");
	assert_int_equal(mem_alloc(u.file, USER_PAGES * DRAM_PAGE, 0, HLABI_MEM_CONTIGUOUS, &handle), 0);
	user_end(&u);
}

static void the_next_owner_finds_zeroes(void **state)
{
	uint64_t handle, va, words[LENGTH / 8];
	struct user u;

	(void)state;
	user_begin(&u, "hl0");
	get_memory(u.file, DRAM_PAGE, &handle, &va);
	put_in(&u, va);
	chip_read(0, GOYA_DRAM_USER_BASE, words, sizeof(words));
	assert_memory_equal(words, u.memory, sizeof(words));
	user_end(&u);
	assert_int_equal(node_try_open("hl0"), 0);
	chip_read(0, GOYA_DRAM_USER_BASE, words, sizeof(words));
	assert_true(all_bytes_are((uint8_t *)words, sizeof(words), 0));
}

/* ---- exports ---- */

static void an_export_of_pieces_is_one_to_importers(void **state)
{
	uint64_t handle, va, there, len, inside = 4096;
	struct user u, peer;
	int fd;

	(void)state;
	user_begin(&u, "hl0");
	user_begin(&peer, "hl1");
	make_holes(u.file);
	get_memory(u.file, 3 * DRAM_PAGE, &handle, &va);
	put_in(&u, va + DRAM_PAGE - LENGTH / 2);

	assert_int_equal(driver_export(u.file, va + inside, 3 * DRAM_PAGE - 2 * inside, &fd), 0);
	assert_int_equal(driver_import(peer.file, fd, &there, &len), 0);
	assert_int_equal(len, 3 * DRAM_PAGE - 2 * inside);

	/* The peer reads it, by the one channel that may. */
	add_goya(&peer.commands, copy, peer.va, there + DRAM_PAGE - LENGTH / 2 - inside, LENGTH, HLRT_GOYA_HOST_TO_DRAM,
		 0);
	memset(peer.memory, 0, LENGTH);
	assert_int_equal(commands_run(&peer.commands, CHANNEL_IN), 0);
	assert_memory_equal(peer.memory, u.memory, LENGTH);

	assert_int_equal(driver_unimport(peer.file, there), 0);
	export_close(fd);
	give_memory(u.file, handle, va);
	user_end(&peer);
	user_end(&u);
}

static void exported_memory_stays_until_it_is_released(void **state)
{
	unsigned int revoked;
	uint64_t handle, va;
	struct user u;
	int fd;

	(void)state;
	user_begin(&u, "hl0");
	get_memory(u.file, 2 * DRAM_PAGE, &handle, &va);
	assert_int_equal(driver_export(u.file, va + 3 * DRAM_PAGE, 4096, &fd), -ERANGE);
	assert_int_equal(driver_export(u.file, va + DRAM_PAGE, 2 * DRAM_PAGE, &fd), -ERANGE);
	assert_int_equal(driver_export(u.file, GOYA_DRAM_USER_BASE, 4096, &fd), -ERANGE);

	assert_int_equal(driver_export(u.file, va, DRAM_PAGE, &fd), 0);
	assert_int_equal(driver_unmap(u.file, va), -EBUSY);
	assert_int_equal(mem_free(u.file, handle), -EBUSY);
	export_close(fd);
	give_memory(u.file, handle, va);

	/* Revoked, nobody can reach it whoever still has the fd. */
	get_memory(u.file, DRAM_PAGE, &handle, &va);
	assert_int_equal(driver_export(u.file, va, DRAM_PAGE, &fd), 0);
	assert_int_equal(driver_revoke(u.file, va, DRAM_PAGE, &revoked), 0);
	assert_int_equal(revoked, 1);
	give_memory(u.file, handle, va);
	export_close(fd);
	user_end(&u);
}

static void an_export_outlives_its_context(void **state)
{
	uint64_t handle, va, there;
	struct user u, peer;
	int fd;

	(void)state;
	user_begin(&u, "hl0");
	user_begin(&peer, "hl1");
	get_memory(u.file, DRAM_PAGE, &handle, &va);
	put_in(&u, va);
	assert_int_equal(driver_export(u.file, va, DRAM_PAGE, &fd), 0);
	assert_int_equal(driver_import(peer.file, fd, &there, NULL), 0);
	user_end(&u);

	assert_int_equal(node_try_open("hl0"), -EBUSY);
	add_goya(&peer.commands, copy, peer.va, there, LENGTH, HLRT_GOYA_HOST_TO_DRAM, 0);
	assert_int_equal(commands_run(&peer.commands, CHANNEL_IN), 0);
	export_close(fd);
	user_end(&peer);
	kshim_dmabuf_poll();
	assert_eventually(node_try_open("hl0") == 0);
}

/* ---- packets ---- */

struct packet {
	uint32_t word0, ctl;
	uint64_t quad1, quad2;
};

#define OP(name) ((uint32_t)GOYA_PKT_##name << GOYA_PKT_CTL_OPCODE_SHIFT)
#define PAGE_TABLES 0x10000000ull
#define NOBODYS_VA (GOYA_VA_DRAM_BASE + (64ull << 30))

static void users_packets_reach_only_what_is_theirs(void **state)
{
	enum { ANY = CHANNEL_INSIDE };
	uint64_t handle, va;
	struct user u;

	(void)state;
	user_begin(&u, "hl0");
	get_memory(u.file, DRAM_PAGE, &handle, &va);
	const struct {
		const char *name;
		unsigned int queue;
		struct packet packet;
		uint32_t size;
		int rc;
	} cases[] = {
		{ "fill", ANY, { 64, OP(LIN_DMA) | GOYA_LIN_DMA_MEMSET, 7, va }, 24, 0 },
		{ "fill with a pattern like a host address",
		  ANY,
		  { 64, OP(LIN_DMA) | GOYA_LIN_DMA_MEMSET, GOYA_VA_HOST_BASE, va },
		  24,
		  0 },
		{ "fill of SRAM", ANY, { 64, OP(LIN_DMA) | GOYA_LIN_DMA_MEMSET, 7, GOYA_SRAM_BASE + 0x8000 }, 24, 0 },
		{ "fill of the driver's SRAM",
		  ANY,
		  { 64, OP(LIN_DMA) | GOYA_LIN_DMA_MEMSET, 7, GOYA_SRAM_BASE },
		  24,
		  -EPERM },
		{ "size 0", ANY, { 0, OP(LIN_DMA), va, va + 4096 }, 24, -EINVAL },
		{ "host memory read by channel 1", CHANNEL_IN, { 64, OP(LIN_DMA), u.va, va }, 24, 0 },
		{ "host memory read by channel 0", 0, { 64, OP(LIN_DMA), u.va, va }, 24, -EPERM },
		{ "host memory read by channel 2", 2, { 64, OP(LIN_DMA), u.va, va }, 24, -EPERM },
		{ "host memory written by channel 4", 4, { 64, OP(LIN_DMA), va, u.va }, 24, 0 },
		{ "physical address", ANY, { 64, OP(LIN_DMA), GOYA_DRAM_USER_BASE, va }, 24, -EPERM },
		{ "page tables", ANY, { 64, OP(LIN_DMA) | GOYA_LIN_DMA_MEMSET, 7, PAGE_TABLES }, 24, -EPERM },
		{ "a hole", ANY, { 64, OP(LIN_DMA), NOBODYS_VA, va }, 24, -EPERM },
		{ "over the end", ANY, { 64, OP(LIN_DMA), va, va + DRAM_PAGE - 32 }, 24, -EPERM },
		{ "round the end of all addresses", ANY, { 64, OP(LIN_DMA), va, UINT64_MAX - 31 }, 24, -EINVAL },
		{ "read completion", ANY, { 64, OP(LIN_DMA) | GOYA_LIN_DMA_RDCOMP, va, va + 4096 }, 24, -EPERM },
		{ "write completion", ANY, { 64, OP(LIN_DMA) | GOYA_LIN_DMA_WRCOMP, va, va + 4096 }, 24, 0 },
		{ "sync object", ANY, { 1, OP(MSG_LONG), HLRT_GOYA_SOB_ADDRESS(0), 0 }, 16, 0 },
		{ "monitor's status",
		  ANY,
		  { 1, OP(MSG_LONG), GOYA_CFG_BASE + GOYA_SYNC_MNGR_MON_STATUS_0, 0 },
		  16,
		  -EPERM },
		{ "payload to a fence",
		  ANY,
		  { (uint32_t)HLRT_GOYA_FENCE_ADDRESS(4, 3), OP(MSG_LONG), HLRT_GOYA_MON_PAY_ADDRL_ADDRESS(9), 0 },
		  16,
		  0 },
		{ "payload to a register",
		  ANY,
		  { 0xFC000000u + GOYA_MMU_MMU_ENABLE, OP(MSG_LONG), HLRT_GOYA_MON_PAY_ADDRL_ADDRESS(9), 0 },
		  16,
		  -EPERM },
		{ "a register", ANY, { 0, OP(MSG_LONG), GOYA_CFG_BASE + GOYA_MMU_MMU_ENABLE, 0 }, 16, -EPERM },
		{ "a queue's trust",
		  ANY,
		  { 0xFF, OP(MSG_LONG), GOYA_CFG_BASE + GOYA_DMA_QM_0_GLBL_PROT, 0 },
		  16,
		  -EPERM },
		{ "base 2", ANY, { 0, OP(MSG_SHORT) | 2u << GOYA_PKT_SHORT_BASE_SHIFT, 0, 0 }, 8, -EPERM },
		{ "completion register",
		  ANY,
		  { (uint32_t)HLRT_GOYA_SOB_ADDRESS(5), OP(WREG32) | GOYA_WREG32_WR_COMP_ADDR_LO, 0, 0 },
		  8,
		  0 },
		{ "completion register to a fence",
		  ANY,
		  { (uint32_t)HLRT_GOYA_FENCE_ADDRESS(0, 0), OP(WREG32) | GOYA_WREG32_WR_COMP_ADDR_LO, 0, 0 },
		  8,
		  -EPERM },
		{ "next register",
		  ANY,
		  { (uint32_t)HLRT_GOYA_SOB_ADDRESS(5), OP(WREG32) | (GOYA_WREG32_WR_COMP_ADDR_LO + 4), 0, 0 },
		  8,
		  -EPERM },
		{ "MSG_PROT", ANY, { 1, OP(MSG_PROT), HLRT_GOYA_SOB_ADDRESS(0), 0 }, 16, -EPERM },
		{ "CP_DMA", ANY, { 64, OP(CP_DMA), va, 0 }, 16, -EPERM },
		{ "WREG_BULK", ANY, { 0, OP(WREG_BULK), 0, 0 }, 8, -EPERM },
		{ "STOP", ANY, { 0, OP(STOP), 0, 0 }, 8, -EPERM },
		{ "opcode 6", ANY, { 0, 6u << GOYA_PKT_CTL_OPCODE_SHIFT, 0, 0 }, 8, -EINVAL },
		{ "cut off", ANY, { 64, OP(LIN_DMA), va, va }, 16, -EINVAL },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		long rc = check_packets(0, cases[i].queue, &cases[i].packet, cases[i].size);

		if (rc != cases[i].rc)
			fail_msg("%s: %ld, should be %d", cases[i].name, rc, cases[i].rc);
	}
	user_end(&u);
}

/* What gets past the driver meets the chip, which refuses it and says so; afterwards the device serves again. */
static void the_chip_refuses_what_the_driver_would(void **state)
{
	static const struct {
		const char *name;
		struct packet packet;
		uint32_t size;
		uint64_t event, watched;
	} attacks[] = {
		{ "page tables", { 4096, OP(LIN_DMA) | GOYA_LIN_DMA_MEMSET, 7, PAGE_TABLES }, 24, 0, PAGE_TABLES },
		{ "physical user memory",
		  { 4096, OP(LIN_DMA) | GOYA_LIN_DMA_MEMSET, 7, GOYA_DRAM_USER_BASE },
		  24,
		  HLABI_EVENT_PAGE_FAULT,
		  GOYA_DRAM_USER_BASE },
		{ "the MMU's switch",
		  { 0, OP(MSG_LONG), GOYA_CFG_BASE + GOYA_MMU_MMU_ENABLE, 0 },
		  16,
		  HLABI_EVENT_RAZWI,
		  0 },
		{ "a queue's trust",
		  { 0xFF, OP(MSG_LONG), GOYA_CFG_BASE + GOYA_DMA_QM_0_GLBL_PROT, 0 },
		  16,
		  HLABI_EVENT_RAZWI,
		  0 },
		{ "a range register",
		  { 0, OP(MSG_LONG), GOYA_CFG_BASE + GOYA_DMA_MACRO_LBW_RANGE_HIT_BLOCK, 0 },
		  16,
		  HLABI_EVENT_RAZWI,
		  0 },
		{ "the status of a monitor",
		  { 1, OP(MSG_LONG), GOYA_CFG_BASE + GOYA_SYNC_MNGR_MON_STATUS_0, 0 },
		  16,
		  HLABI_EVENT_RAZWI,
		  0 },
		{ "the reset",
		  { ~0u, OP(MSG_LONG), GOYA_CFG_BASE + GOYA_PSOC_GLOBAL_CONF_SW_ALL_RST_CFG, 0 },
		  16,
		  HLABI_EVENT_RAZWI,
		  0 },
	};
	struct user u;

	(void)state;
	for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
		uint64_t before, seq;
		int events;

		user_begin(&u, "hl0");
		events = event_register(u.file);
		before = chip_word(0, attacks[i].watched);
		assert_int_equal(force(0, CHANNEL_INSIDE, &attacks[i].packet, attacks[i].size, &seq), 0);
		event_wait(u.file, events, attacks[i].event | HLABI_EVENT_DEVICE_RESET);
		if (attacks[i].watched)
			assert_int_equal(chip_word(0, attacks[i].watched), before);
		close(events);
		user_end(&u);
	}
	user_begin(&u, "hl0");
	assert_int_equal(node_hard_resets("hl0"), sizeof(attacks) / sizeof(attacks[0]));
	user_end(&u);
}

/* A wait on one channel for what another does, by monitor and fence. */
static void channels_wait_for_each_other(void **state)
{
	uint64_t handle, va, waiting, done;
	struct user u;
	uint32_t status;

	(void)state;
	user_begin(&u, "hl0");
	get_memory(u.file, DRAM_PAGE, &handle, &va);
	add_goya(&u.commands, wait_sob, CHANNEL_OUT, 17, 1, 4, 3);
	add_goya(&u.commands, copy, u.va, va, LENGTH, HLRT_GOYA_DRAM_TO_HOST, 0);
	assert_int_equal(commands_submit(&u.commands, CHANNEL_OUT, &waiting), 0);
	assert_int_equal(driver_poll(u.file, waiting, &status), 0);
	assert_int_equal(status, HLABI_WAIT_BUSY);

	/* The completion of this fill counts up the object that the other channel waits for. */
	add_goya(&u.commands, wreg32, HLRT_GOYA_REG_WR_COMP_ADDR_LO, (uint32_t)HLRT_GOYA_SOB_ADDRESS(17), 0);
	add_goya(&u.commands, fill, va, 0x0101010101010101ull, LENGTH, HLRT_GOYA_WRCOMP);
	assert_int_equal(commands_submit(&u.commands, CHANNEL_INSIDE, &done), 0);
	assert_int_equal(driver_wait(u.file, waiting, NULL), 0);
	assert_true(all_bytes_are(u.memory, LENGTH, 1));
	user_end(&u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(programs_are_told_of_virtual_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(memory_is_mapped_used_and_given_back, setup, teardown),
		cmocka_unit_test_setup_teardown(senseless_requests_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_hint_is_taken_where_it_is_free, setup, teardown),
		cmocka_unit_test_setup_teardown(scattered_memory_is_one_to_programs, setup, teardown),
		cmocka_unit_test_setup_teardown(the_next_owner_finds_zeroes, setup, teardown),
		cmocka_unit_test_setup_teardown(an_export_of_pieces_is_one_to_importers, setup, teardown),
		cmocka_unit_test_setup_teardown(exported_memory_stays_until_it_is_released, setup, teardown),
		cmocka_unit_test_setup_teardown(an_export_outlives_its_context, setup, teardown),
		cmocka_unit_test_setup_teardown(users_packets_reach_only_what_is_theirs, setup, teardown),
		cmocka_unit_test_setup_teardown(the_chip_refuses_what_the_driver_would, setup, teardown),
		cmocka_unit_test_setup_teardown(channels_wait_for_each_other, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
