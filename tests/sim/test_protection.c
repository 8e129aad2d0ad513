// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * What a program's packets must not reach. Twice for each target: the driver refuses the buffer, and when the buffer
 * gets past the driver the chip refuses the access, says so, and the target is as it was.
 */
#include "driver.h"

#define PAGE 4096u
#define PATTERN 0x5A5A5A5A5A5A5A5Aull
#define W_S(reg, n) (GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_##reg + 4 * (n))
#define LAST_RESERVED_SOB 143u
#define LAST_RESERVED_MONITOR 71u

#define DRIVER_PAGE_TABLES 0x10000000ull /* roots of all address spaces come first */
#define CHIP_DRAM_SIZE 0x100000000ull	 /* of the machine below */
#define SCRATCHPAD 0x7FFBFE0000ull
#define HOST_BUS_ADDRESS (GAUDI_HOST_BASE + 0x1000000000ull) /* the first that the IOMMU gives to device 0 */
#define UNMAPPED_VA (GAUDI_VA_HOST_BASE + 0x40000000ull)
#define DBI_TRANSLATION_UNIT 0x300000u
#define PROTECTION_BITS(block) (((block) & ~0xFFFu) + GAUDI_PROT_BITS_OFFSET)
#define ENGINE_OFFSET(reg) (((reg)-GAUDI_DMA0_CORE_CFG_0) << GAUDI_WREG_REG_SHIFT) /* as WREG32 has it */

struct packet {
	uint32_t word0, ctl;
	uint64_t quad1, quad2;
};

enum watch { NOTHING, REGISTER, OWN_REGISTER, DRAM };

struct attack {
	const char *name;
	struct packet packet;
	uint32_t size;
	int refused;	/* what the driver says */
	uint64_t event; /* what comes of it if forced; 0: not forced */
	enum watch watch;
	uint64_t target;
};

#define OP(name) ((uint32_t)GAUDI_PKT_##name << GAUDI_PKT_CTL_OPCODE_SHIFT)
#define MESSAGE(reg, value) { value, OP(MSG_LONG) | GAUDI_PKT_CTL_MB, GAUDI_CFG_BASE + (reg), 0 }, 16
#define SHORT(base, offset, value) { value, OP(MSG_SHORT) | (base) << GAUDI_PKT_SHORT_BASE_SHIFT | (offset), 0, 0 }, 8
#define COPY(dst, src, len) { len, OP(LIN_DMA) | GAUDI_LIN_DMA_LIN, src, dst }, 24
#define FILL(dst, len) { len, OP(LIN_DMA) | GAUDI_LIN_DMA_LIN | GAUDI_LIN_DMA_MEMSET, PATTERN, dst }, 24
#define OWN(reg, value) { value, OP(WREG32) | ENGINE_OFFSET(reg), 0, 0 }, 8
#define FROM_MEMORY(cfg, src) { cfg, OP(LOAD_AND_EXE), src, 0 }, 16
#define REPEAT(flags, jump) { (flags) | (uint32_t)(jump) << GAUDI_REPEAT_JUMP_SHIFT, OP(REPEAT), 0, 0 }, 8
#define OTHER(op, size) { 0, (uint32_t)(op) << GAUDI_PKT_CTL_OPCODE_SHIFT, 0, 0 }, size

/* A register write that the chip refuses, too. */
#define CLOSED_REGISTER(name, reg, value) \
	{ \
		name, MESSAGE(reg, value), -EPERM, HLABI_EVENT_RAZWI, REGISTER, reg \
	}
#define CLOSED_OWN_REGISTER(name, reg, value) \
	{ \
		name, OWN(reg, value), -EPERM, HLABI_EVENT_RAZWI, OWN_REGISTER, reg \
	}

static const struct attack attacks[] = {
	/* page tables, and what else of the memory is not the users' */
	{ "fill page tables", FILL(DRIVER_PAGE_TABLES, PAGE), -EPERM, HLABI_EVENT_RAZWI, DRAM,
	  DRIVER_PAGE_TABLES + PAGE },
	{ "fill into the last reserved page", FILL(USER_DRAM - PAGE, PAGE), -EPERM, HLABI_EVENT_RAZWI, DRAM,
	  USER_DRAM - PAGE },
	{ "fill across the border", FILL(USER_DRAM - 8, 16), -EPERM, HLABI_EVENT_RAZWI, DRAM, USER_DRAM - 8 },
	{ "fill firmware", FILL(0, PAGE), -EPERM, HLABI_EVENT_RAZWI, DRAM, 0 },
	{ "read page tables", COPY(USER_DRAM, DRIVER_PAGE_TABLES, PAGE), -EPERM, HLABI_EVENT_RAZWI, DRAM, USER_DRAM },
	{ "fill reserved SRAM", FILL(GAUDI_SRAM_BASE, 64), -EPERM, HLABI_EVENT_RAZWI, NOTHING, 0 },
	{ "fill the scratchpad", FILL(SCRATCHPAD, 64), -EPERM, HLABI_EVENT_RAZWI, NOTHING, 0 },
	{ "fill behind the end of memory", FILL(CHIP_DRAM_SIZE, PAGE), -EPERM, HLABI_EVENT_USER_ENGINE_ERR, NOTHING,
	  0 },
	{ "fill across the end of memory", FILL(CHIP_DRAM_SIZE - 8, 16), -EPERM, HLABI_EVENT_USER_ENGINE_ERR, NOTHING,
	  0 },
	{ "DMA into a register", FILL(GAUDI_CFG_BASE + GAUDI_STLB_INV_PS, 4), -EPERM, HLABI_EVENT_RAZWI, REGISTER,
	  GAUDI_STLB_INV_PS },
	{ "DMA out of a register", COPY(USER_DRAM, GAUDI_CFG_BASE + GAUDI_MMU_HOP0_PA43_12, 4), -EPERM,
	  HLABI_EVENT_RAZWI, DRAM, USER_DRAM },

	/* host memory other than by the context's own mappings */
	{ "read host memory by its bus address", COPY(USER_DRAM, HOST_BUS_ADDRESS, PAGE), -EPERM,
	  HLABI_EVENT_PAGE_FAULT, DRAM, USER_DRAM },
	{ "write host memory by its bus address", COPY(HOST_BUS_ADDRESS, USER_DRAM, PAGE), -EPERM,
	  HLABI_EVENT_PAGE_FAULT, NOTHING, 0 },
	{ "read at an address that is not mapped", COPY(USER_DRAM, UNMAPPED_VA, PAGE), -EPERM, HLABI_EVENT_PAGE_FAULT,
	  DRAM, USER_DRAM },
	{ "fill at an address that is not mapped", FILL(UNMAPPED_VA, PAGE), -EPERM, HLABI_EVENT_PAGE_FAULT, NOTHING,
	  0 },

	/* address translation, MMU, reset, interrupts */
	CLOSED_REGISTER("select the address translation unit", GAUDI_PCIE_AUX_DBI, DBI_TRANSLATION_UNIT),
	CLOSED_REGISTER("write through the DBI window", GAUDI_PCIE_DBI_DEVICE_ID_VENDOR_ID_REG + 8, ~0u),
	CLOSED_REGISTER("invalidate the STLB", GAUDI_STLB_INV_PS, 1),
	CLOSED_REGISTER("move the STLB's cache", GAUDI_STLB_CACHE_INV_BASE_39_8, 0x12345),
	CLOSED_REGISTER("switch the MMU off", GAUDI_MMU_UP_MMU_ENABLE, 0),
	CLOSED_REGISTER("choose an address space", GAUDI_MMU_ASID, 0),
	CLOSED_REGISTER("set a page-table root", GAUDI_MMU_HOP0_PA43_12, USER_DRAM >> 12),
	CLOSED_REGISTER("reset the chip", GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST, 1),
	CLOSED_REGISTER("talk to the device CPU", GAUDI_CPU_IF_PF_PQ_PI, 7),
	CLOSED_REGISTER("raise an interrupt of the device CPU", GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR,
			GAUDI_CPU_ID_HALT_MACHINE),
	CLOSED_REGISTER("raise an interrupt of the host", GAUDI_PCIE_CORE_MSI_REQ, 1),
	CLOSED_REGISTER("make the host's accesses insecure", GAUDI_PCIE_WRAP_LBW_PROT_OVR, 0),

	/* range registers and protection bits */
	CLOSED_REGISTER("disarm own range registers", GAUDI_DMA_IF_W_S + GAUDI_DMA_IF_DMA0_HIT_WPROT, 0),
	CLOSED_REGISTER("disarm the other engine's range registers", GAUDI_DMA_IF_E_S + GAUDI_DMA_IF_DMA0_HIT_WPROT, 0),
	CLOSED_REGISTER("disarm the sync manager's range registers", GAUDI_DMA_IF_W_S + GAUDI_DMA_IF_SOB_HIT_WPROT, 0),
	CLOSED_REGISTER("disarm memory ranges, channel 0",
			GAUDI_DMA_IF_W_S + GAUDI_DMA_IF_DOWN_CH0 + GAUDI_RANGE_SEC_HIT_AW, 0),
	CLOSED_REGISTER("disarm memory ranges, channel 1",
			GAUDI_DMA_IF_E_S + GAUDI_DMA_IF_DOWN_CH1 + GAUDI_RANGE_SEC_HIT_AR, 0),
	CLOSED_REGISTER("disarm a router's ranges", GAUDI_SIF_RTR_0 + GAUDI_RTR_LBW_HIT_AW, 0),
	CLOSED_REGISTER("open a queue manager's protection bits", PROTECTION_BITS(GAUDI_DMA0_QM_GLBL_CFG0), ~0u),
	CLOSED_REGISTER("open a DMA core's protection bits", PROTECTION_BITS(GAUDI_DMA0_CORE_CFG_0), ~0u),
	CLOSED_REGISTER("open the word that guards the bits", PROTECTION_BITS(GAUDI_DMA0_QM_GLBL_CFG0) + 31 * 4, ~0u),

	/* queue managers and DMA cores */
	CLOSED_REGISTER("make a queue manager trusted", GAUDI_DMA0_QM_GLBL_PROT, ~0u),
	CLOSED_REGISTER("make a DMA core secure", GAUDI_DMA0_CORE_PROT, GAUDI_DMA_CORE_PROT_VAL),
	CLOSED_REGISTER("bypass the MMU", GAUDI_DMA0_CORE_NON_SECURE_PROPS, GAUDI_PROPS_MMBP),
	CLOSED_REGISTER("choose a queue's address space", GAUDI_DMA0_QM_GLBL_NON_SECURE_PROPS_0, 0),
	CLOSED_REGISTER("move a queue", GAUDI_DMA0_QM_PQ_BASE_LO_0, 0x1000),
	CLOSED_REGISTER("ring a queue", GAUDI_DMA0_QM_PQ_PI_0 + 4, 99),
	CLOSED_REGISTER("count up a fence behind its back", GAUDI_DMA0_QM_CP_FENCE0_CNT_0, 1),
	CLOSED_REGISTER("start an engine that is not the users'", GAUDI_DMA0_QM_GLBL_CFG0 + 5 * GAUDI_DMA_QM_STRIDE,
			~0u),
	CLOSED_OWN_REGISTER("make the own queue manager trusted", GAUDI_DMA0_QM_GLBL_PROT, ~0u),
	CLOSED_OWN_REGISTER("make the own DMA core secure", GAUDI_DMA0_CORE_PROT, GAUDI_DMA_CORE_PROT_VAL),
	CLOSED_OWN_REGISTER("bypass the MMU from the own engine", GAUDI_DMA0_CORE_NON_SECURE_PROPS, GAUDI_PROPS_MMBP),
	{ "make the own queue manager trusted, in bulk",
	  { 1, OP(WREG_BULK) | ENGINE_OFFSET(GAUDI_DMA0_QM_GLBL_PROT), ~0ull, 0 },
	  16,
	  -EPERM,
	  HLABI_EVENT_RAZWI,
	  OWN_REGISTER,
	  GAUDI_DMA0_QM_GLBL_PROT },

	/* the driver's sync objects and monitors */
	CLOSED_REGISTER("set the first reserved sync object", W_S(SOB_OBJ_0, 0), 1),
	CLOSED_REGISTER("set the last reserved sync object", W_S(SOB_OBJ_0, LAST_RESERVED_SOB), 1),
	CLOSED_REGISTER("aim the first reserved monitor", W_S(MON_PAY_ADDRL_0, 0), 0x1000),
	CLOSED_REGISTER("load the last reserved monitor", W_S(MON_PAY_DATA_0, LAST_RESERVED_MONITOR), 1),
	CLOSED_REGISTER("arm the last reserved monitor", W_S(MON_ARM_0, LAST_RESERVED_MONITOR), 1u << 17),
	{ "set a reserved sync object by a short message", SHORT(HLRT_GAUDI_BASE_SOB, 0, 1), -EPERM, HLABI_EVENT_RAZWI,
	  REGISTER, W_S(SOB_OBJ_0, 0) },
	{ "reach a range register by a short message", SHORT(HLRT_GAUDI_BASE_SOB, 0xF000, 1), -EPERM, HLABI_EVENT_RAZWI,
	  REGISTER, W_S(SOB_OBJ_0, 0xF000 / 4) },
	{ "write a monitor's status", MESSAGE(W_S(MON_STATUS_0, 100), 1), -EPERM, 0, NOTHING, 0 },
	{ "write to an odd address", MESSAGE(W_S(SOB_OBJ_0, 200) + 2, 1), -EPERM, 0, NOTHING, 0 },

	/* packets and modes that are not on the list */
	{ "MSG_PROT", { 1, OP(MSG_PROT), GAUDI_CFG_BASE + W_S(SOB_OBJ_0, 200), 0 }, 16, -EPERM, 0, NOTHING, 0 },
	{ "CP_DMA", OTHER(GAUDI_PKT_CP_DMA, 16), -EPERM, HLABI_EVENT_UNDEFINED_OPCODE, NOTHING, 0 },
	{ "STOP", OTHER(GAUDI_PKT_STOP, 8), -EPERM, HLABI_EVENT_USER_ENGINE_ERR, NOTHING, 0 },
	{ "predicates out of page tables", FROM_MEMORY(GAUDI_LOAD, DRIVER_PAGE_TABLES), -EPERM, HLABI_EVENT_RAZWI,
	  NOTHING, 0 },
	{ "a packet out of page tables", FROM_MEMORY(GAUDI_LOAD | GAUDI_LOAD_SCALARS | GAUDI_EXECUTE, 0), -EPERM,
	  HLABI_EVENT_RAZWI, NOTHING, 0 },
	{ "a packet out of the user's own memory",
	  FROM_MEMORY(GAUDI_LOAD | GAUDI_LOAD_SCALARS | GAUDI_EXECUTE, USER_DRAM), -EPERM, 0, NOTHING, 0 },
	{ "predicates out of the user's own memory", FROM_MEMORY(GAUDI_LOAD, USER_DRAM), -EPERM, 0, NOTHING, 0 },
	{ "packet that depends on a predicate",
	  { 1, OP(MSG_LONG) | 5, GAUDI_CFG_BASE + W_S(SOB_OBJ_0, 200), 0 },
	  16,
	  -EPERM,
	  0,
	  NOTHING,
	  0 },
	{ "start of a loop", REPEAT(GAUDI_REPEAT_START, 2), -EPERM, 0, NOTHING, 0 },
	{ "start of an outer loop", REPEAT(GAUDI_REPEAT_START | GAUDI_REPEAT_OUTER, ~0u), -EPERM, 0, NOTHING, 0 },
	{ "end of a loop", REPEAT(0, 1), -EPERM, 0, NOTHING, 0 },
	{ "jump to itself", REPEAT(0, 0), -EPERM, 0, NOTHING, 0 },
	{ "jump out of the buffer", REPEAT(0, 0xFFFF), -EPERM, 0, NOTHING, 0 },
	{ "opcode 0", OTHER(0, 8), -EINVAL, HLABI_EVENT_UNDEFINED_OPCODE, NOTHING, 0 },
	{ "opcode 31", OTHER(31, 8), -EINVAL, HLABI_EVENT_UNDEFINED_OPCODE, NOTHING, 0 },
	{ "WAIT", OTHER(GAUDI_PKT_WAIT, 8), -EPERM, 0, NOTHING, 0 },
	{ "arbitration in a way that nobody knows", { 1u << 8, OP(ARB_POINT), 0, 0 }, 8, -EPERM, 0, NOTHING, 0 },
	{ "message in a mode that is not a write",
	  { 1, OP(MSG_LONG) | 1u << 20, GAUDI_CFG_BASE + W_S(SOB_OBJ_0, 200), 0 },
	  16,
	  -EPERM,
	  HLABI_EVENT_UNDEFINED_OPCODE,
	  NOTHING,
	  0 },
	{ "DMA that is not linear",
	  { 64, OP(LIN_DMA), USER_DRAM, USER_DRAM + PAGE },
	  24,
	  -EPERM,
	  HLABI_EVENT_UNDEFINED_OPCODE,
	  NOTHING,
	  0 },
	{ "DMA that reports its own end",
	  { 64, OP(LIN_DMA) | GAUDI_LIN_DMA_LIN | GAUDI_LIN_DMA_WRCOMP_EN, USER_DRAM, USER_DRAM + PAGE },
	  24,
	  -EPERM,
	  0,
	  NOTHING,
	  0 },

	/* malformed */
	{ "DMA of nothing", COPY(USER_DRAM, USER_DRAM + PAGE, 0), -EINVAL, 0, NOTHING, 0 },
	{ "DMA from around the end of all addresses", COPY(USER_DRAM, ~0ull - 8, PAGE), -EINVAL, 0, NOTHING, 0 },
	{ "DMA to an address of more bits than there are", COPY(1ull << 56 | USER_DRAM, USER_DRAM, 64), -EINVAL, 0,
	  NOTHING, 0 },
	{ "DMA packet cut off", COPY(USER_DRAM, USER_DRAM + PAGE, 64) - 8, -EINVAL, 0, NOTHING, 0 },
	{ "message cut off", MESSAGE(W_S(SOB_OBJ_0, 200), 1) - 8, -EINVAL, 0, NOTHING, 0 },
};

#define NUM_ATTACKS (sizeof(attacks) / sizeof(attacks[0]))

static int setup(void **state)
{
	(void)state;
	machine_start("gaudi:dram=4G");
	return 0;
}

static int setup_impatient(void **state)
{
	(void)state;
#ifdef __SANITIZE_THREAD__ /* under which everything else is slow, too */
	machine_start("gaudi:dram=4G,param.cs_timeout_ms=12000");
#else
	machine_start("gaudi:dram=4G,param.cs_timeout_ms=3000");
#endif
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_stop();
	return 0;
}

static void add_packet(struct commands *c, const struct attack *a)
{
	memcpy(c->at + c->len, &a->packet, a->size);
	c->len += a->size;
}

static uint64_t look_at(const struct attack *a, unsigned int engine)
{
	switch (a->watch) {
	case REGISTER:
		return chip_register(0, (uint32_t)a->target);
	case OWN_REGISTER:
		return chip_register(0, (uint32_t)a->target + engine * GAUDI_DMA_QM_STRIDE);
	case DRAM:
		return chip_word(0, a->target);
	default:
		return 0;
	}
}

/* ---- the driver ---- */

static void the_driver_refuses(void **state)
{
	struct hlm_stats before;
	struct commands c;
	struct file *file;
	uint64_t seq;

	(void)state;
	file = node_open("hl0");
	commands_create(file, &c);
	before = chip_stats(0);
	for (size_t i = 0; i < NUM_ATTACKS; i++) {
		for (unsigned int queue = 0; queue < USER_QUEUES; queue++) {
			long rc;

			/* Among innocent packets. */
			add(&c, nop, 0);
			add_packet(&c, &attacks[i]);
			rc = commands_submit(&c, queue, &seq);
			if (rc != attacks[i].refused)
				fail_msg("%s, queue %u: %ld", attacks[i].name, queue, rc);
		}
	}
	assert_int_equal(chip_stats(0).doorbells, before.doorbells);
	assert_int_equal(node_hard_resets("hl0"), 0);
	commands_destroy(&c);
	node_close(file);
}

static void the_driver_refuses_a_monitor_that_would_write_elsewhere(void **state)
{
	static const uint32_t low[] = {
		(uint32_t)(GAUDI_CFG_BASE + GAUDI_STLB_INV_PS),
		(uint32_t)(GAUDI_CFG_BASE + GAUDI_DMA0_QM_GLBL_PROT),
		(uint32_t)(GAUDI_CFG_BASE + W_S(SOB_OBJ_0, LAST_RESERVED_SOB)),
		(uint32_t)(GAUDI_CFG_BASE + W_S(MON_ARM_0, 100)),
		(uint32_t)(GAUDI_CFG_BASE + GAUDI_DMA0_QM_CP_FENCE0_RDATA_0 + 5 * GAUDI_DMA_QM_STRIDE),
		(uint32_t)USER_DRAM,
	};
	struct file *file;
	struct commands c;
	uint64_t seq;

	(void)state;
	file = node_open("hl0");
	commands_create(file, &c);
	for (size_t i = 0; i < sizeof(low) / sizeof(low[0]); i++) {
		add(&c, msg_long, HLRT_GAUDI_MON_PAY_ADDRL_ADDRESS(100), low[i], 0);
		assert_int_equal(commands_submit(&c, 0, &seq), -EPERM);
		add(&c, msg_short, HLRT_GAUDI_BASE_MONITOR, HLRT_GAUDI_MON_PAY_ADDRL_OFFSET(100), low[i], 0);
		assert_int_equal(commands_submit(&c, 0, &seq), -EPERM);
	}
	add(&c, msg_long, HLRT_GAUDI_MON_PAY_ADDRH_ADDRESS(100), 0x80, 0);
	assert_int_equal(commands_submit(&c, 0, &seq), -EPERM);
	commands_destroy(&c);
	node_close(file);
}

static void only_users_queues_are_open(void **state)
{
	static const unsigned int queues[] = { USER_QUEUES, USER_QUEUES + 1, 100, ~0u };
	struct file *file;
	struct commands c;
	uint64_t seq;

	(void)state;
	file = node_open("hl0");
	commands_create(file, &c);
	for (size_t i = 0; i < sizeof(queues) / sizeof(queues[0]); i++) {
		add(&c, nop, 0);
		assert_int_equal(commands_submit(&c, queues[i], &seq), -EINVAL);
	}
	commands_destroy(&c);
	node_close(file);
}

/* A program that rewrites its buffer after the check finds that nobody reads it any more. */
static void what_was_checked_is_what_runs(void **state)
{
	const uint32_t prot = chip_register(0, GAUDI_DMA0_QM_GLBL_PROT);
	struct file *file;
	struct commands c;
	uint64_t seq;

	(void)state;
	file = node_open("hl0");
	commands_create(file, &c);
	add(&c, fence, 0, 1, 1, 0);
	for (unsigned int i = 0; i < 100; i++)
		add(&c, msg_long, HLRT_GAUDI_SOB_ADDRESS(200 + i), 1, 0);
	assert_int_equal(commands_submit(&c, 0, &seq), 0);
	for (unsigned int i = 0; i < 100; i++)
		add(&c, msg_long, GAUDI_CFG_BASE + GAUDI_DMA0_QM_GLBL_PROT, ~0u, 0);
	chip_set_register(0, GAUDI_DMA0_QM_CP_FENCE0_RDATA_0, 1);

	assert_int_equal(driver_wait(file, seq, NULL), 0);
	assert_int_equal(chip_register(0, GAUDI_DMA0_QM_GLBL_PROT), prot);
	assert_int_equal(chip_register(0, W_S(SOB_OBJ_0, 299)), 1);
	assert_int_equal(chip_stats(0).razwi, 0);
	commands_destroy(&c);
	node_close(file);
}

/* ---- the chip ---- */

static uint64_t counted(uint64_t event)
{
	struct hlm_stats stats = chip_stats(0);

	if (event == HLABI_EVENT_RAZWI)
		return stats.razwi;
	return event == HLABI_EVENT_PAGE_FAULT ? stats.page_faults : 0;
}

static void attack_past_the_driver(const struct attack *a, unsigned int queue)
{
	const unsigned int engine = queue / HLRT_GAUDI_STREAMS, resets = node_hard_resets("hl0");
	struct file *file = node_open("hl0");
	const uint64_t pattern = PATTERN;
	uint64_t before, count, seq;
	struct commands c;
	int events = event_register(file);

	commands_create(file, &c);
	chip_write(0, USER_DRAM, &pattern, sizeof(pattern));
	before = look_at(a, engine);
	count = counted(a->event);
	add_packet(&c, a);

	resets_hold(0);
	assert_int_equal(force(0, queue, c.at, c.len, &seq), 0);
	event_wait(file, events, a->event);
	if (look_at(a, engine) != before)
		fail_msg("%s, queue %u: 0x%llx became 0x%llx", a->name, queue, (unsigned long long)before,
			 (unsigned long long)look_at(a, engine));
	if (a->event & (HLABI_EVENT_RAZWI | HLABI_EVENT_PAGE_FAULT) && counted(a->event) == count)
		fail_msg("%s, queue %u: not counted", a->name, queue);
	resets_go_on(0);

	assert_int_equal(driver_wait(file, seq, NULL), -EIO);
	event_wait(file, events, HLABI_EVENT_DEVICE_RESET);
	close(events);
	commands_destroy(&c);
	node_close(file);
	assert_int_equal(node_hard_resets("hl0"), resets + 1);
	assert_true(node_attr_is("hl0", "status", "operational"));
}

static void the_chip_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUM_ATTACKS; i++) {
		if (!attacks[i].event)
			continue;
		attack_past_the_driver(&attacks[i], HLRT_GAUDI_QUEUE_DMA(0, 0));
		attack_past_the_driver(&attacks[i], HLRT_GAUDI_QUEUE_DMA(1, 3));
	}
}

static void the_chip_refuses_a_monitor_that_would_write_elsewhere(void **state)
{
	const uint64_t target = GAUDI_CFG_BASE + GAUDI_MMU_UP_MMU_ENABLE;
	struct file *file;
	struct commands c;
	uint64_t seq;
	int events;

	(void)state;
	file = node_open("hl0");
	events = event_register(file);
	commands_create(file, &c);
	add(&c, msg_long, HLRT_GAUDI_MON_PAY_ADDRL_ADDRESS(100), (uint32_t)target, 0);
	add(&c, msg_long, HLRT_GAUDI_MON_PAY_ADDRH_ADDRESS(100), (uint32_t)(target >> 32), 0);
	add(&c, msg_long, HLRT_GAUDI_MON_PAY_DATA_ADDRESS(100), 0, 0);
	add(&c, monitor_arm, 100, 200, 1, 0);
	add(&c, sob_set, 200, 1, 0);

	resets_hold(0);
	assert_int_equal(force(0, 0, c.at, c.len, &seq), 0);
	event_wait(file, events, HLABI_EVENT_RAZWI);
	assert_int_equal(chip_register(0, GAUDI_MMU_UP_MMU_ENABLE), 1);
	assert_int_equal(chip_stats(0).razwi, 1);
	resets_go_on(0);

	event_wait(file, events, HLABI_EVENT_DEVICE_RESET);
	close(events);
	commands_destroy(&c);
	node_close(file);
}

/* Not where its reset value or its former owner points, but at the last sync object, a user's. */
static void a_monitor_that_nobody_aimed_does_no_harm(void **state)
{
	const uint32_t last = GAUDI_NUM_SOBS - 1;

	(void)state;
	for (int owner = 0; owner < 2; owner++) {
		struct file *file = node_open("hl0");
		struct commands c;
		uint64_t seq;

		commands_create(file, &c);
		add(&c, sob_set, last, 5, 0);
		add(&c, monitor_arm, 100, 200, 1, 0);
		add(&c, sob_set, 200, 1, HLRT_GAUDI_MB);
		assert_int_equal(commands_submit(&c, 0, &seq), 0);
		assert_int_equal(driver_wait(file, seq, NULL), 0);
		assert_int_equal(chip_register(0, W_S(SOB_OBJ_0, last)), 0);
		/* The next owner finds this one's aim gone. */
		c.len = 0;
		c.len +=
			(uint32_t)hlrt_gaudi_monitor_payload((char *)c.at + c.len, 100, HLRT_GAUDI_SOB_ADDRESS(300), 7);
		assert_int_equal(commands_submit(&c, 0, &seq), 0);
		assert_int_equal(driver_wait(file, seq, NULL), 0);
		commands_destroy(&c);
		node_close(file);
	}
	assert_int_equal(chip_stats(0).razwi, 0);
}

/* The chip's thread stays free, so the driver's watchdog and the reset work; the other queues go on meanwhile. */
static void a_loop_without_end_is_the_watchdogs(void **state)
{
	const uint32_t loop[] = { GAUDI_REPEAT_START | 2u << GAUDI_REPEAT_JUMP_SHIFT, OP(REPEAT),
				  1u << GAUDI_REPEAT_JUMP_SHIFT, OP(REPEAT) };
	struct file *file = node_open("hl0");
	struct commands c;
	uint64_t seq;

	(void)state;
	commands_create(file, &c);
	assert_int_equal(force(0, 0, loop, sizeof(loop), &seq), 0);
	add(&c, fill, USER_DRAM, PATTERN, PAGE, 0);
	assert_int_equal(commands_run(&c, HLRT_GAUDI_QUEUE_DMA(1, 0)), 0);
	assert_true(chip_word(0, USER_DRAM) == PATTERN);

	assert_int_equal(driver_wait(file, seq, NULL), -ETIMEDOUT);
	assert_eventually(node_hard_resets("hl0") == 1);
	commands_destroy(&c);
	node_close(file);
	file = node_open("hl0");
	commands_create(file, &c);
	add(&c, nop, 0);
	assert_int_equal(commands_run(&c, 0), 0);
	commands_destroy(&c);
	node_close(file);
}

static void nobody_reaches_what_a_former_context_had_mapped(void **state)
{
	uint8_t *memory = host_alloc(PAGE);
	struct hlm_stats before;
	struct file *file;
	struct commands c;
	uint64_t va, seq;
	int events;

	(void)state;
	file = node_open("hl0");
	commands_create(file, &c);
	assert_int_equal(driver_map(file, memory, PAGE, &va), 0);
	add(&c, copy, USER_DRAM, va, PAGE, 0); /* the TLB knows it now */
	assert_int_equal(commands_run(&c, 0), 0);
	commands_destroy(&c);
	node_close(file);

	file = node_open("hl0");
	events = event_register(file);
	commands_create(file, &c);
	before = chip_stats(0);
	add(&c, copy, USER_DRAM, va, PAGE, 0);
	assert_int_equal(commands_submit(&c, 0, &seq), -EPERM);
	add(&c, copy, USER_DRAM, va, PAGE, 0);
	assert_int_equal(force(0, 0, c.at, c.len, &seq), 0);

	assert_int_equal(driver_wait(file, seq, NULL), -EIO);
	assert_true(chip_stats(0).page_faults > before.page_faults);
	event_wait(file, events, HLABI_EVENT_PAGE_FAULT);
	close(events);
	commands_destroy(&c);
	node_close(file);
	host_free(memory, PAGE);
}

#define protection_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		protection_test(the_driver_refuses),
		protection_test(the_driver_refuses_a_monitor_that_would_write_elsewhere),
		protection_test(only_users_queues_are_open),
		protection_test(what_was_checked_is_what_runs),
		protection_test(the_chip_refuses),
		protection_test(the_chip_refuses_a_monitor_that_would_write_elsewhere),
		protection_test(a_monitor_that_nobody_aimed_does_no_harm),
		cmocka_unit_test_setup_teardown(a_loop_without_end_is_the_watchdogs, setup_impatient, teardown),
		protection_test(nobody_reaches_what_a_former_context_had_mapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
