// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Packets that steer the command processor: loops, predicates, arbitration, buffers and packets from elsewhere. */
#include "bench.h"

#define SOB(n) (GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0 + 4 * (n))
#define SOBS_BASE 3
#define OP(name) ((uint32_t)GAUDI_PKT_##name << GAUDI_PKT_CTL_OPCODE_SHIFT)
#define LOWER GAUDI_QMAN_LOWER_CP
#define STATUS(stream) (GAUDI_DMA0_QM_GLBL_STS1_0 + 4 * (stream))
#define UNITS_OF(stream) (1u << (GAUDI_QM_CQF_SHIFT + (stream)) | 1u << (GAUDI_QM_CP_SHIFT + (stream)))
#define FENCE_RDATA(stream) (GAUDI_DMA0_QM_CP_FENCE0_RDATA_0 + 4 * (stream))
#define FENCE_ONE (1u | 1u << 16) /* fence 0: wait for 1, take 1 */
#define AT_LOWER_CB (AT_CB + 0x8000)
#define AT_SCALARS (AT_DATA + PAGE)
#define SCALARS_VA (USER_VA + PAGE)
#define ALWAYS 0u

/* ---- packets ---- */

static void cb_quad(struct bench *b, uint64_t quad)
{
	cb_words(b, (uint32_t)quad, (uint32_t)(quad >> 32));
}

static void cb_count(struct bench *b, unsigned int sob)
{
	cb_msg_short(b, SOBS_BASE, 4 * sob, GAUDI_SOB_MOD_ADD | 1);
}

static void cb_repeat(struct bench *b, uint32_t flags, uint32_t jump)
{
	cb_words(b, flags | jump << GAUDI_REPEAT_JUMP_SHIFT, OP(REPEAT));
}

static void cb_load_and_exe(struct bench *b, uint32_t cfg, uint64_t src)
{
	cb_words(b, cfg, OP(LOAD_AND_EXE));
	cb_quad(b, src);
}

static void cb_cp_dma(struct bench *b, uint64_t src, uint32_t size)
{
	cb_words(b, size, OP(CP_DMA));
	cb_quad(b, src);
}

static uint32_t counted(struct bench *b, unsigned int sob)
{
	return reg_get(b, SOB(sob));
}

static uint32_t status(struct bench *b, unsigned int stream)
{
	return reg_get(b, STATUS(stream));
}

/* ---- the plain ones ---- */

static void every_opcode_that_is_none_is_reported(void **state)
{
	struct bench *b = *state;

	for (uint32_t opcode = 0; opcode < 32; opcode++) {
		bool none = !opcode || opcode == 0xE || opcode > 0xF;

		if (!none)
			continue;
		cb_begin(b);
		cb_words(b, 0, opcode << GAUDI_PKT_CTL_OPCODE_SHIFT);
		cb_count(b, 0);
		submit(b);
		assert_int_equal(status(b, 0), GAUDI_QM_STS1_CP_UNDEF_OPCODE);
		reg_set(b, STATUS(0), ~0u);
	}
	assert_int_equal(counted(b, 0), 0);
	assert_true(event_sent(b, GAUDI_EVENT_DMA0_QM));
}

static void a_wait_counts_its_own_fence_up(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_words(b, 100 | 3u << GAUDI_WAIT_INC_SHIFT | 2u << GAUDI_WAIT_ID_SHIFT, OP(WAIT));
	cb_words(b, 2 | 3u << 16 | 2u << GAUDI_FENCE_ID_SHIFT, OP(FENCE));
	cb_count(b, 0);
	submit(b);
	assert_int_equal(counted(b, 0), 1);
	assert_int_equal(reg_get(b, GAUDI_DMA0_QM_CP_FENCE2_CNT_0), 1);
}

static void a_stop_ends_the_stream(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_words(b, 0, OP(STOP));
	cb_count(b, 0);
	submit(b);
	submit(b);
	assert_int_equal(status(b, 0), GAUDI_QM_STS1_CP_STOP);
	assert_int_equal(counted(b, 0), 0);
}

/* ---- the lower command processor ---- */

static void wire_lower(struct bench *b)
{
	uint64_t sobs = GAUDI_CFG_BASE + SOB(0);
	uint32_t base = GAUDI_DMA0_QM_CP_MSG_BASE3_ADDR_LO_0 + 4 * LOWER;

	reg_set(b, GAUDI_DMA0_QM_CP_LDMA_SRC_BASE_LO_OFFSET_0, GAUDI_DMA0_QM_CQ_PTR_LO_4 - GAUDI_DMA0_CORE_CFG_0);
	reg_set(b, GAUDI_DMA0_QM_CP_LDMA_TSIZE_OFFSET_0, GAUDI_DMA0_QM_CQ_TSIZE_4 - GAUDI_DMA0_CORE_CFG_0);
	reg_set(b, base, (uint32_t)sobs);
	reg_set(b, base + GAUDI_DMA0_QM_CP_MSG_BASE3_ADDR_HI_0 - GAUDI_DMA0_QM_CP_MSG_BASE3_ADDR_LO_0,
		(uint32_t)(sobs >> 32));
	reg_set(b, GAUDI_DMA0_QM_GLBL_PROT, reg_get(b, GAUDI_DMA0_QM_GLBL_PROT) | 1u << (GAUDI_QM_CQF_SHIFT + LOWER));
	reg_set(b, GAUDI_DMA0_QM_GLBL_CFG0, reg_get(b, GAUDI_DMA0_QM_GLBL_CFG0) | UNITS_OF(LOWER));
}

/* Packets that add() appends go to the lower processor's buffer; returns its length. */
static uint32_t lower_buffer(struct bench *b, void (*add)(struct bench *b))
{
	b->cb_used = AT_LOWER_CB - AT_CB;
	add(b);
	return b->cb_used - (AT_LOWER_CB - AT_CB);
}

static void add_counts(struct bench *b)
{
	cb_count(b, 1);
	cb_count(b, 1);
}

static void add_fence_and_count(struct bench *b)
{
	cb_words(b, FENCE_ONE, OP(FENCE));
	cb_count(b, 1);
}

static void add_cp_dma(struct bench *b)
{
	cb_cp_dma(b, SECURE_HOST(AT_LOWER_CB), 32);
	cb_count(b, 1);
}

static void cp_dma_feeds_the_lower_processor(void **state)
{
	struct bench *b = *state;
	uint32_t len = lower_buffer(b, add_counts);

	wire_lower(b);
	cb_begin(b);
	cb_cp_dma(b, SECURE_HOST(AT_LOWER_CB), len);
	cb_cp_dma(b, SECURE_HOST(AT_LOWER_CB), len);
	cb_cp_dma(b, 0, 0);
	cb_count(b, 0);
	submit(b);
	assert_int_equal(counted(b, 0), 1);
	assert_int_equal(counted(b, 1), 4);
	assert_int_equal(reg_get(b, GAUDI_DMA0_QM_GLBL_STS0) & 0x3FFF, 0x3FFF);
	assert_int_equal(status(b, 0) | status(b, LOWER), 0);
}

static void the_lower_processor_takes_one_buffer_at_a_time(void **state)
{
	struct bench *b = *state;
	uint32_t len = lower_buffer(b, add_fence_and_count);

	wire_lower(b);
	cb_begin(b);
	cb_cp_dma(b, SECURE_HOST(AT_LOWER_CB), len);
	cb_count(b, 0);
	cb_cp_dma(b, SECURE_HOST(AT_LOWER_CB), len);
	cb_count(b, 0);
	submit(b);
	assert_int_equal(counted(b, 0), 1);
	assert_int_equal(reg_get(b, GAUDI_DMA0_QM_GLBL_STS0) & UNITS_OF(LOWER), 0);
	reg_set(b, FENCE_RDATA(LOWER), 1);
	bench_run(b);
	assert_int_equal(counted(b, 0), 2);
	assert_int_equal(counted(b, 1), 1);
	reg_set(b, FENCE_RDATA(LOWER), 1);
	bench_run(b);
	assert_int_equal(counted(b, 1), 2);
}

static void cp_dma_does_not_nest(void **state)
{
	struct bench *b = *state;
	uint32_t len = lower_buffer(b, add_cp_dma);

	wire_lower(b);
	cb_begin(b);
	cb_cp_dma(b, SECURE_HOST(AT_LOWER_CB), len);
	cb_count(b, 0);
	submit(b);
	assert_int_equal(status(b, LOWER), GAUDI_QM_STS1_CP_UNDEF_OPCODE);
	assert_int_equal(status(b, 0), 0);
	assert_int_equal(counted(b, 0), 1);
	assert_int_equal(counted(b, 1), 0);
}

static void cp_dma_needs_a_queue_that_is_wired_for_it(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_cp_dma(b, SECURE_HOST(AT_LOWER_CB), 8);
	submit(b);
	assert_int_equal(status(b, 0), GAUDI_QM_STS1_CP_UNDEF_OPCODE);
}

/* The lower processor's own trust bits count, not those of the stream that fed it. */
static void an_unsecured_lower_fetcher_goes_through_the_mmu(void **state)
{
	struct bench *b = *state;
	uint32_t len = lower_buffer(b, add_counts);

	wire_lower(b);
	reg_set(b, GAUDI_DMA0_QM_GLBL_PROT,
		reg_get(b, GAUDI_DMA0_QM_GLBL_PROT) & ~(1u << (GAUDI_QM_CQF_SHIFT + LOWER)));
	reg_set(b, GAUDI_DMA0_QM_GLBL_NON_SECURE_PROPS_0 + 4 * LOWER, ASID);
	cb_begin(b);
	cb_cp_dma(b, SECURE_HOST(AT_LOWER_CB), len);
	submit(b);
	assert_int_equal(status(b, LOWER), GAUDI_QM_STS1_CQ_HBW_ERR);
	assert_int_equal(counted(b, 1), 0);
	assert_int_equal(stats_of(b).page_faults, 1);
}

/* ---- loops ---- */

static void a_loop_runs_its_body_as_often_as_asked(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_repeat(b, GAUDI_REPEAT_START, 100);
	cb_count(b, 0);
	cb_words(b, 0, OP(NOP));
	cb_repeat(b, 0, 2);
	cb_count(b, 1);
	submit(b);
	assert_int_equal(counted(b, 0), 100);
	assert_int_equal(counted(b, 1), 1);
}

static void loops_nest_once(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_repeat(b, GAUDI_REPEAT_START | GAUDI_REPEAT_OUTER, 5);
	cb_repeat(b, GAUDI_REPEAT_START, 7);
	cb_count(b, 0);
	cb_repeat(b, 0, 1);
	cb_count(b, 1);
	cb_repeat(b, GAUDI_REPEAT_OUTER, 4);
	submit(b);
	assert_int_equal(counted(b, 0), 35);
	assert_int_equal(counted(b, 1), 5);
}

/* The window holds 4 KiB of a buffer; a body may be larger. */
static void a_loop_may_be_longer_than_the_window(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_repeat(b, GAUDI_REPEAT_START, 3);
	for (unsigned int i = 0; i < 1000; i++)
		cb_count(b, 0);
	cb_repeat(b, 0, 1000);
	submit(b);
	assert_int_equal(counted(b, 0), 3000);
}

static void a_loop_does_not_leave_its_buffer(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_repeat(b, GAUDI_REPEAT_START, 2);
	cb_repeat(b, 0, 2);
	cb_count(b, 0);
	submit(b);
	assert_int_equal(status(b, 0), GAUDI_QM_STS1_CP_UNDEF_OPCODE);
	assert_int_equal(counted(b, 0), 0);
}

/* Passes that are left are not for the next buffer. */
static void a_loop_ends_with_its_buffer(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_repeat(b, GAUDI_REPEAT_START, 9);
	submit(b);
	cb_begin(b);
	cb_count(b, 0);
	cb_repeat(b, 0, 1);
	submit(b);
	assert_int_equal(counted(b, 0), 1);
}

/*
 * Why drivers must not let users jump: what was checked as the pattern of a fill runs as a packet, and one that is
 * secure. The range registers stand in the way of the fill, not of MSG_PROT.
 */
static void a_jump_into_data_executes_it(void **state)
{
	struct bench *b = *state;
	uint64_t header = (uint64_t)OP(MSG_PROT) << 32 | 0xCAFE;

	cb_begin(b);
	cb_repeat(b, GAUDI_REPEAT_START, 2);
	cb_words(b, 8, OP(LIN_DMA) | GAUDI_LIN_DMA_LIN | GAUDI_LIN_DMA_MEMSET);
	cb_quad(b, header);
	cb_quad(b, USER_DRAM);
	cb_repeat(b, 0, 2);
	submit(b);
	assert_int_equal(status(b, 0), 0);
	assert_int_equal(stats_of(b).lin_dma, 1);
	assert_int_equal(stats_of(b).packets, 5); /* start, fill, end, the message that nobody wrote, end */
}

static void cb_endless(struct bench *b)
{
	cb_begin(b);
	cb_repeat(b, GAUDI_REPEAT_START, 2);
	cb_words(b, 0, OP(NOP));
	cb_repeat(b, 0, 2); /* back to the start, which counts anew */
	cb_count(b, 0);
}

static void an_endless_loop_leaves_the_thread_free(void **state)
{
	struct bench *b = *state;
	uint8_t *entry = b->host + AT_PQ + b->pi * GAUDI_PQ_ENTRY_SIZE;
	uint64_t addr = SECURE_HOST(AT_CB);

	cb_endless(b);
	memcpy(entry, &addr, 8);
	memcpy(entry + 8, &b->cb_used, 4);
	reg_set(b, GAUDI_DMA0_QM_PQ_PI_0, ++b->pi);
	for (unsigned int i = 0; i < 3; i++) {
		b->kicked = false;
		assert_true(hlm_run(b->m) > 0);
		assert_true(b->kicked); /* there is more */
	}
	assert_int_equal(reg_get(b, GAUDI_DMA0_QM_GLBL_STS0) & UNITS_OF(0), 0);

	reg_set(b, GAUDI_DMA0_QM_GLBL_CFG1, 0xF << GAUDI_QM_CP_SHIFT);
	bench_run(b);
	assert_false(b->kicked);
	hlm_reset(b->m);
	bench_run(b);
	assert_false(b->kicked);
}

/* ---- predicates and packets from memory ---- */

static void load_predicates(struct bench *b, uint32_t set)
{
	uint32_t words[GAUDI_NUM_PREDICATES];

	for (unsigned int i = 0; i < GAUDI_NUM_PREDICATES; i++)
		words[i] = (set >> i & 1) | 0xFFFFFFFEu; /* only bit 0 counts */
	memcpy(b->host + AT_DATA, words, sizeof(words));
	map_page(b, USER_VA, SECURE_HOST(AT_DATA), false);
	cb_load_and_exe(b, GAUDI_LOAD, USER_VA);
}

static void a_clear_predicate_skips_a_packet(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	load_predicates(b, 1u << 10);
	cb_words(b, 1, OP(MSG_LONG) | 10);
	cb_quad(b, GAUDI_CFG_BASE + SOB(0));
	cb_words(b, 1, OP(MSG_LONG) | 11);
	cb_quad(b, GAUDI_CFG_BASE + SOB(1));
	cb_words(b, 1, OP(MSG_LONG) | ALWAYS);
	cb_quad(b, GAUDI_CFG_BASE + SOB(2));
	cb_words(b, FENCE_ONE, OP(FENCE) | 11); /* would wait for ever */
	cb_words(b, 1, OP(WREG_BULK) | OWN_REG(GAUDI_DMA0_CORE_SRC_BASE_LO) | 11);
	cb_words(b, 0x11, 0x22);
	cb_words(b, 0x33, OP(WREG32) | OWN_REG(GAUDI_DMA0_CORE_DST_BASE_LO) | 10);
	cb_count(b, 3);
	submit(b);
	assert_int_equal(counted(b, 0), 1);
	assert_int_equal(counted(b, 1), 0);
	assert_int_equal(counted(b, 2), 1);
	assert_int_equal(counted(b, 3), 1);
	assert_int_equal(reg_get(b, GAUDI_DMA0_CORE_SRC_BASE_LO), 0);
	assert_int_equal(reg_get(b, GAUDI_DMA0_CORE_DST_BASE_LO), 0x33);
}

static void predicates_outlive_their_buffer_but_not_a_reset(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	load_predicates(b, 2);
	submit(b);
	cb_begin(b);
	cb_words(b, 1, OP(MSG_LONG) | 1);
	cb_quad(b, GAUDI_CFG_BASE + SOB(0));
	submit(b);
	assert_int_equal(counted(b, 0), 1);

	hlm_reset(b->m);
	bench_run(b);
	step_pci(b);
	step_iatu(b);
	step_boot(b);
	step_qman(b, true);
	cb_begin(b);
	cb_words(b, 1, OP(MSG_LONG) | 1);
	cb_quad(b, GAUDI_CFG_BASE + SOB(0));
	submit(b);
	assert_int_equal(counted(b, 0), 0);
}

static void cb_scalars(struct bench *b, uint32_t cfg, const uint32_t *words)
{
	memcpy(b->host + AT_SCALARS, words, 16);
	map_page(b, SCALARS_VA, SECURE_HOST(AT_SCALARS), false);
	cb_load_and_exe(b, GAUDI_LOAD | GAUDI_LOAD_SCALARS | cfg, SCALARS_VA);
}

static void scalars_are_executed_as_a_packet(void **state)
{
	struct bench *b = *state;
	uint64_t sob = GAUDI_CFG_BASE + SOB(0);
	const uint32_t message[] = { 7, OP(MSG_LONG), (uint32_t)sob, (uint32_t)(sob >> 32) };
	const uint32_t halves[] = { GAUDI_SOB_MOD_ADD | 1, OP(MSG_SHORT) | SOBS_BASE << 22 | 4, GAUDI_SOB_MOD_ADD | 1,
				    OP(MSG_SHORT) | SOBS_BASE << 22 | 8 };

	cb_begin(b);
	cb_scalars(b, GAUDI_EXECUTE, message);
	submit(b);
	assert_int_equal(counted(b, 0), 7);

	cb_begin(b);
	cb_scalars(b, 0, halves);
	cb_load_and_exe(b, GAUDI_EXECUTE, 0);
	cb_load_and_exe(b, GAUDI_EXECUTE | GAUDI_EXECUTE_UPPER, 0);
	cb_load_and_exe(b, GAUDI_EXECUTE | GAUDI_EXECUTE_UPPER, 0);
	submit(b);
	assert_int_equal(counted(b, 1), 1);
	assert_int_equal(counted(b, 2), 2);
	assert_int_equal(status(b, 0), 0);
}

static void a_fence_out_of_scalars_parks_and_goes_on(void **state)
{
	struct bench *b = *state;
	const uint32_t fence[] = { FENCE_ONE, OP(FENCE), 0, 0 };

	cb_begin(b);
	cb_scalars(b, GAUDI_EXECUTE, fence);
	cb_count(b, 0);
	submit(b);
	assert_int_equal(counted(b, 0), 0);
	memset(b->host + AT_SCALARS, 0, 16); /* loaded once is loaded */
	reg_set(b, FENCE_RDATA(0), 1);
	bench_run(b);
	assert_int_equal(counted(b, 0), 1);
	assert_int_equal(status(b, 0), 0);
}

static void scalars_execute_nothing_that_recurs_or_does_not_fit(void **state)
{
	static const uint32_t opcodes[] = { GAUDI_PKT_WREG_BULK, GAUDI_PKT_CP_DMA,	 GAUDI_PKT_REPEAT,
					    GAUDI_PKT_LIN_DMA,	 GAUDI_PKT_LOAD_AND_EXE, 0 };
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(opcodes) / sizeof(opcodes[0]); i++) {
		const uint32_t words[] = { GAUDI_EXECUTE, opcodes[i] << GAUDI_PKT_CTL_OPCODE_SHIFT, 0, 0 };

		cb_begin(b);
		cb_scalars(b, GAUDI_EXECUTE, words);
		submit(b);
		assert_int_equal(status(b, 0), GAUDI_QM_STS1_CP_UNDEF_OPCODE);
		reg_set(b, STATUS(0), ~0u);
	}
	{
		const uint32_t words[] = { 0, 0, 0, OP(MSG_LONG) };

		cb_begin(b);
		cb_scalars(b, GAUDI_EXECUTE | GAUDI_EXECUTE_UPPER, words);
		submit(b);
		assert_int_equal(status(b, 0), GAUDI_QM_STS1_CP_UNDEF_OPCODE);
	}
}

static void a_load_obeys_translation_and_alignment(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_load_and_exe(b, GAUDI_LOAD, USER_VA + 64);
	submit(b);
	assert_int_equal(status(b, 0), GAUDI_QM_STS1_CP_UNDEF_OPCODE);
	reg_set(b, STATUS(0), ~0u);

	cb_begin(b);
	cb_load_and_exe(b, GAUDI_LOAD, USER_VA);
	cb_count(b, 0);
	submit(b);
	assert_int_equal(status(b, 0), GAUDI_QM_STS1_CP_HBW_ERR);
	assert_int_equal(stats_of(b).page_faults, 1);
	assert_int_equal(counted(b, 0), 0);
}

static void a_load_obeys_the_range_registers(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_load_and_exe(b, GAUDI_LOAD | GAUDI_LOAD_SCALARS | GAUDI_EXECUTE, TABLES);
	submit(b);
	assert_int_equal(status(b, 0), GAUDI_QM_STS1_CP_HBW_ERR);
	assert_int_equal(stats_of(b).razwi, 1);
}

/* ---- arbitration ---- */

#define STREAM_CB(stream) (0x1000u * (stream))
#define ORDER_AT(n) (GAUDI_CFG_BASE + SOB(n))

static void stream_setup(struct bench *b, unsigned int stream)
{
	uint64_t pq = SECURE_HOST(AT_PQ + 0x1000 * stream), sobs = GAUDI_CFG_BASE + SOB(0);

	reg_set(b, GAUDI_DMA0_QM_PQ_BASE_LO_0 + 4 * stream, (uint32_t)pq);
	reg_set(b, GAUDI_DMA0_QM_PQ_BASE_HI_0 + 4 * stream, (uint32_t)(pq >> 32));
	reg_set(b, GAUDI_DMA0_QM_PQ_SIZE_0 + 4 * stream, 6);
	reg_set(b, GAUDI_DMA0_QM_CP_MSG_BASE3_ADDR_LO_0 + 4 * stream, (uint32_t)sobs);
	reg_set(b, GAUDI_DMA0_QM_CP_MSG_BASE3_ADDR_HI_0 + 4 * stream, (uint32_t)(sobs >> 32));
}

static void stream_begin(struct bench *b, unsigned int stream)
{
	b->cb_used = STREAM_CB(stream);
}

/* Without running anything. */
static void stream_submit(struct bench *b, unsigned int stream)
{
	uint64_t addr = SECURE_HOST(AT_CB + STREAM_CB(stream));
	uint32_t len = b->cb_used - STREAM_CB(stream), pi = reg_get(b, GAUDI_DMA0_QM_PQ_PI_0 + 4 * stream);
	uint8_t *entry = b->host + AT_PQ + 0x1000 * stream + (pi & 63) * GAUDI_PQ_ENTRY_SIZE;

	memcpy(entry, &addr, 8);
	memcpy(entry + 8, &len, 4);
	reg_set(b, GAUDI_DMA0_QM_PQ_PI_0 + 4 * stream, (pi + 1) & 127);
}

static void cb_arb(struct bench *b, uint32_t cfg)
{
	cb_words(b, cfg, OP(ARB_POINT));
}

static void arbiter_on(struct bench *b, uint32_t config)
{
	reg_set(b, GAUDI_DMA0_QM_ARB_CFG_0, GAUDI_QM_ARB_CFG_0_EN | config);
	for (unsigned int stream = 1; stream < GAUDI_QMAN_STREAMS; stream++)
		stream_setup(b, stream);
}

/* Where in the order of events the stream was: SOB 10 counts, and is copied by the core to SOB 20 + stream. */
static void cb_take_a_number(struct bench *b, unsigned int stream, uint32_t priority, unsigned int fence)
{
	cb_arb(b, priority);
	if (fence)
		cb_words(b, FENCE_ONE, OP(FENCE));
	cb_count(b, 10);
	cb_lin_dma(b, ORDER_AT(20 + stream), ORDER_AT(10), 4, false);
	cb_arb(b, GAUDI_ARB_RELEASE);
}

static void with_the_arbiter_off_a_point_is_nothing(void **state)
{
	struct bench *b = *state;

	cb_begin(b);
	cb_arb(b, 3);
	cb_arb(b, 3);
	cb_arb(b, GAUDI_ARB_RELEASE);
	cb_arb(b, GAUDI_ARB_RELEASE);
	cb_count(b, 0);
	submit(b);
	assert_int_equal(counted(b, 0), 1);
}

/* Stream 0 holds the grant at a fence while the others queue up. */
static void three_wait_for_the_first(struct bench *b, uint32_t config)
{
	static const uint32_t priority[] = { 9, 1, 3, 2 };

	arbiter_on(b, GAUDI_QM_ARB_CFG_0_MASTER | config);
	for (unsigned int stream = 0; stream < GAUDI_QMAN_STREAMS; stream++) {
		stream_begin(b, stream);
		cb_take_a_number(b, stream, priority[stream], stream == 0);
		stream_submit(b, stream);
		bench_run(b);
	}
	assert_int_equal(counted(b, 10), 0);
	reg_set(b, FENCE_RDATA(0), 1);
	bench_run(b);
	assert_int_equal(counted(b, 10), 4);
	assert_int_equal(counted(b, 20), 1);
}

static void the_greater_priority_goes_first(void **state)
{
	struct bench *b = *state;

	three_wait_for_the_first(b, 0);
	assert_int_equal(counted(b, 22), 2);
	assert_int_equal(counted(b, 23), 3);
	assert_int_equal(counted(b, 21), 4);
}

static void round_robin_ignores_priority(void **state)
{
	struct bench *b = *state;

	three_wait_for_the_first(b, GAUDI_QM_ARB_CFG_0_WRR);
	assert_int_equal(counted(b, 21), 2);
	assert_int_equal(counted(b, 22), 3);
	assert_int_equal(counted(b, 23), 4);
}

/* A weight of 2 gives two grants in a row. */
static void weight_is_grants_in_a_row(void **state)
{
	struct bench *b = *state;

	arbiter_on(b, GAUDI_QM_ARB_CFG_0_MASTER | GAUDI_QM_ARB_CFG_0_WRR);
	reg_set(b, GAUDI_DMA0_QM_ARB_WRR_WEIGHT_0, 2);
	stream_begin(b, 0);
	cb_take_a_number(b, 0, 0, 1);
	cb_take_a_number(b, 0, 0, 0);
	cb_take_a_number(b, 0, 0, 0);
	stream_submit(b, 0);
	bench_run(b);
	stream_begin(b, 1);
	cb_take_a_number(b, 1, 0, 0);
	stream_submit(b, 1);
	bench_run(b);
	reg_set(b, FENCE_RDATA(0), 1);
	bench_run(b);
	assert_int_equal(counted(b, 21), 3);
	assert_int_equal(counted(b, 20), 4);
}

static void only_the_holder_releases(void **state)
{
	struct bench *b = *state;

	arbiter_on(b, GAUDI_QM_ARB_CFG_0_MASTER);
	stream_begin(b, 0);
	cb_arb(b, 1);
	stream_submit(b, 0);
	stream_begin(b, 1);
	cb_arb(b, GAUDI_ARB_RELEASE);
	cb_count(b, 1);
	cb_arb(b, 1);
	cb_count(b, 1);
	stream_submit(b, 1);
	bench_run(b);
	assert_int_equal(counted(b, 1), 1);

	reg_set(b, GAUDI_DMA0_QM_ARB_CFG_1, GAUDI_QM_ARB_CFG_1_CLR);
	bench_run(b);
	assert_int_equal(counted(b, 1), 2);
}

static void a_slave_waits_for_a_master(void **state)
{
	struct bench *b = *state;

	arbiter_on(b, 0);
	stream_begin(b, 0);
	cb_arb(b, 1);
	cb_count(b, 0);
	stream_submit(b, 0);
	bench_run(b);
	assert_int_equal(counted(b, 0), 0);
	reg_set(b, GAUDI_DMA0_QM_ARB_CFG_0, 0);
	bench_run(b);
	assert_int_equal(counted(b, 0), 1);
}

#define UP(test) cmocka_unit_test_setup_teardown(test, bench_setup_up, bench_teardown)
#define ARMED(test) cmocka_unit_test_setup_teardown(test, bench_setup_armed, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UP(every_opcode_that_is_none_is_reported),
		UP(a_wait_counts_its_own_fence_up),
		UP(a_stop_ends_the_stream),
		UP(cp_dma_feeds_the_lower_processor),
		UP(the_lower_processor_takes_one_buffer_at_a_time),
		UP(cp_dma_does_not_nest),
		UP(cp_dma_needs_a_queue_that_is_wired_for_it),
		UP(an_unsecured_lower_fetcher_goes_through_the_mmu),
		UP(a_loop_runs_its_body_as_often_as_asked),
		UP(loops_nest_once),
		UP(a_loop_may_be_longer_than_the_window),
		UP(a_loop_does_not_leave_its_buffer),
		UP(a_loop_ends_with_its_buffer),
		UP(a_jump_into_data_executes_it),
		UP(an_endless_loop_leaves_the_thread_free),
		UP(a_clear_predicate_skips_a_packet),
		UP(predicates_outlive_their_buffer_but_not_a_reset),
		UP(scalars_are_executed_as_a_packet),
		UP(a_fence_out_of_scalars_parks_and_goes_on),
		UP(scalars_execute_nothing_that_recurs_or_does_not_fit),
		UP(a_load_obeys_translation_and_alignment),
		ARMED(a_load_obeys_the_range_registers),
		UP(with_the_arbiter_off_a_point_is_nothing),
		UP(the_greater_priority_goes_first),
		UP(round_robin_ignores_priority),
		UP(weight_is_grants_in_a_row),
		UP(only_the_holder_releases),
		UP(a_slave_waits_for_a_master),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
