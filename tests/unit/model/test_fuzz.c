// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * A hundred thousand command buffers of chance, none of them seen by a driver: the chip neither falls over nor keeps
 * the thread that runs it, and can be used again after a reset. Worth most under AddressSanitizer.
 */
#include "bench.h"

#define BUFFERS 100000
#define MAX_WORDS64 24
#define MAX_RUNS 3 /* each is bounded */
#define FENCES 4
#define SMALL 0xFFFFu

static uint64_t state_;

static uint64_t any(void)
{
	state_ ^= state_ << 13;
	state_ ^= state_ >> 7;
	state_ ^= state_ << 17;
	return state_;
}

static uint64_t address(void)
{
	static const uint64_t places[] = { USER_DRAM,
					   USER_VA,
					   TABLES,
					   SECURE_HOST(AT_CB),
					   SECURE_HOST(AT_DATA),
					   GAUDI_SRAM_BASE,
					   TEST_DRAM - 64,
					   GAUDI_CFG_BASE + GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0,
					   GAUDI_CFG_BASE + GAUDI_DMA0_QM_CP_FENCE0_RDATA_0,
					   GAUDI_CFG_BASE + GAUDI_DMA0_CORE_CFG_0,
					   0 };
	uint64_t place = places[any() % (sizeof(places) / sizeof(places[0]))];

	return any() % 8 ? place + 8 * (any() % 64) : any();
}

static uint64_t header(void)
{
	static const uint8_t steering[] = { GAUDI_PKT_CP_DMA, GAUDI_PKT_REPEAT, GAUDI_PKT_ARB_POINT,
					    GAUDI_PKT_LOAD_AND_EXE, GAUDI_PKT_WREG_BULK };
	uint64_t opcode = any() % 3 ? any() % 32 : steering[any() % sizeof(steering)], ctl = opcode << 24;

	if (any() % 2)
		ctl |= any() & 0xE0FFFFFF;
	if (opcode == GAUDI_PKT_REPEAT)
		return ctl << 32 | (any() % 8) << GAUDI_REPEAT_JUMP_SHIFT | (any() & 3);
	return ctl << 32 | (any() & (any() % 2 ? SMALL : 0xFFFFFFFF));
}

/* Wherever a jump lands, what looks like a transfer is a small one. */
static uint64_t tamed(uint64_t word)
{
	return (word >> 56 & 0x1F) == GAUDI_PKT_LIN_DMA ? word & ~0xFFFF0000ull : word;
}

static void cb_chance(struct bench *b)
{
	unsigned int words = 1 + any() % MAX_WORDS64;

	cb_begin(b);
	while (words--) {
		uint64_t word = tamed(any() % 3 ? header() : address());

		cb_words(b, (uint32_t)word, (uint32_t)(word >> 32));
	}
	if (any() % 32 == 0)
		b->cb_used -= any() % 8;
}

static bool idle(struct bench *b)
{
	return (reg_get(b, GAUDI_DMA0_QM_GLBL_STS0) & 0x3FFF) == 0x3FFF &&
	       !(reg_get(b, GAUDI_DMA0_CORE_STS0) & GAUDI_DMA_CORE_STS0_BUSY);
}

static void wire(struct bench *b)
{
	reg_set(b, GAUDI_DMA0_QM_CP_LDMA_SRC_BASE_LO_OFFSET_0, GAUDI_DMA0_QM_CQ_PTR_LO_4 - GAUDI_DMA0_CORE_CFG_0);
	reg_set(b, GAUDI_DMA0_QM_CP_LDMA_TSIZE_OFFSET_0, GAUDI_DMA0_QM_CQ_TSIZE_4 - GAUDI_DMA0_CORE_CFG_0);
	reg_set(b, GAUDI_DMA0_QM_GLBL_CFG0, 0x3FFF);
}

static void power_cycle(struct bench *b)
{
	hlm_reset(b->m);
	hlm_run(b->m);
	step_pci(b);
	step_iatu(b);
	step_mmu(b);
	step_qman(b, false);
	wire(b);
}

static void run_a_little(struct bench *b)
{
	for (unsigned int i = 0; i < MAX_RUNS && b->kicked; i++) {
		b->kicked = false;
		hlm_run(b->m);
	}
}

/* What waits at a fence goes on; false: it does something else, or nothing. */
static bool let_go(struct bench *b)
{
	for (unsigned int fence = 0; fence < FENCES && !idle(b); fence++) {
		uint32_t rdata = GAUDI_DMA0_QM_CP_FENCE0_RDATA_0 + fence * GAUDI_QM_FENCE_STRIDE;

		reg_set(b, rdata, 255);
		reg_set(b, rdata + 4 * GAUDI_QMAN_LOWER_CP, 255);
		run_a_little(b);
	}
	return idle(b);
}

static void the_queue_still_works(struct bench *b)
{
	uint32_t sob = GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0 + 4 * 2000;

	power_cycle(b);
	cb_begin(b);
	cb_msg(b, GAUDI_PKT_MSG_PROT, GAUDI_CFG_BASE + sob, 0x123);
	submit(b);
	assert_int_equal(reg_get(b, sob), 0x123);
}

static void nothing_upsets_the_chip(void **state)
{
	struct bench *b = *state;
	unsigned int resets = 0;

	wire(b);
	for (unsigned int i = 0; i < BUFFERS; i++) {
		uint8_t *entry = b->host + AT_PQ + (b->pi & 63) * GAUDI_PQ_ENTRY_SIZE;
		uint64_t addr = SECURE_HOST(AT_CB);

		cb_chance(b);
		memcpy(entry, &addr, 8);
		memcpy(entry + 8, &b->cb_used, 4);
		b->pi = (b->pi + 1) & 127;
		reg_set(b, GAUDI_DMA0_QM_PQ_PI_0, b->pi);
		run_a_little(b);
		if (!let_go(b)) {
			power_cycle(b);
			resets++;
		}
		if (i % 1000 == 0)
			the_queue_still_works(b);
	}
	the_queue_still_works(b);
	print_message("%u buffers, %llu packets, %u resets\n", BUFFERS, (unsigned long long)stats_of(b).packets,
		      resets);
	assert_true(stats_of(b).packets > BUFFERS);
}

static int setup(void **state)
{
	state_ = 0x2545F4914F6CDD1D;
	return bench_setup_armed(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_upsets_the_chip, setup, bench_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
