// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Registers stay usable while an engine thread moves data; resets and invalidations cut in. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "bench.h"

#define COPY (8u << 20)

struct engine {
	struct bench *b;
	pthread_t thread;
	atomic_bool quit;
};

static void *engine_main(void *arg)
{
	struct engine *e = arg;

	while (!atomic_load(&e->quit)) {
		if (atomic_exchange(&e->b->kicked, false))
			hlm_run(e->b->m);
		else
			sched_yield();
	}
	return NULL;
}

static void start(struct engine *e, struct bench *b)
{
	e->b = b;
	atomic_init(&e->quit, false);
	assert_int_equal(pthread_create(&e->thread, NULL, engine_main, e), 0);
}

static void stop(struct engine *e)
{
	atomic_store(&e->quit, true);
	pthread_join(e->thread, NULL);
}

/* As bench's submit(), but the engine thread runs. */
static void ring(struct bench *b)
{
	uint64_t addr = SECURE_HOST(AT_CB);
	uint8_t *entry = b->host + AT_PQ + (b->pi & 63) * GAUDI_PQ_ENTRY_SIZE;

	memcpy(entry, &addr, 8);
	memcpy(entry + 8, &b->cb_used, 4);
	b->pi = (b->pi + 1) & 127;
	reg_set(b, GAUDI_DMA0_QM_PQ_PI_0, b->pi);
}

static void wait_idle(struct bench *b)
{
	while ((reg_get(b, GAUDI_DMA0_QM_GLBL_STS0) & 0x3FFF) != 0x3FFF ||
	       (reg_get(b, GAUDI_DMA0_CORE_STS0) & GAUDI_DMA_CORE_STS0_BUSY))
		sched_yield();
}

static void registers_answer_while_data_moves(void **state)
{
	struct bench *b = *state;
	struct engine e;

	for (uint64_t at = 0; at < COPY; at += PAGE)
		map_page(b, USER_VA + at, SECURE_HOST(AT_DATA + at), false);
	cb_begin(b);
	for (unsigned int i = 0; i < 8; i++)
		cb_lin_dma(b, USER_DRAM + i * COPY, USER_VA, COPY, false);
	start(&e, b);
	ring(b);
	for (unsigned int i = 0; i < 200; i++) {
		reg_set(b, GAUDI_SYNC_MNGR_E_S_SYNC_MNGR_OBJS_SOB_OBJ_0, GAUDI_SOB_MOD_ADD | 1);
		reg_set(b, GAUDI_STLB_INV_PS, 3);
		reg_set(b, GAUDI_STLB_INV_PS, 2);
		while (reg_get(b, GAUDI_STLB_INV_PS))
			sched_yield();
	}
	wait_idle(b);
	stop(&e);
	assert_int_equal(reg_get(b, GAUDI_SYNC_MNGR_E_S_SYNC_MNGR_OBJS_SOB_OBJ_0), 200);
	assert_true(stats_of(b).dma_bytes == 8ull * COPY);
	assert_int_equal(stats_of(b).page_faults, 0);
}

static void a_reset_cuts_a_transfer_short(void **state)
{
	struct bench *b = *state;
	struct engine e;

	start(&e, b);
	for (unsigned int round = 0; round < 20; round++) {
		cb_begin(b);
		for (unsigned int i = 0; i < 32; i++)
			cb_lin_dma(b, USER_DRAM, USER_DRAM + COPY, COPY, false);
		ring(b);
		while (!stats_of(b).lin_dma)
			sched_yield();
		reg_set(b, GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST, 1);
		while (reg_get(b, GAUDI_PSOC_GLOBAL_CONF_BTM_FSM))
			sched_yield();
		reg_set(b, GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU, 2);
		while (reg_get(b, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS) != 3)
			sched_yield();
		step_qman(b, false);
		cb_begin(b);
		cb_msg(b, GAUDI_PKT_MSG_LONG, GAUDI_CFG_BASE + GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0, 7);
		ring(b);
		while (reg_get(b, GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0) != 7)
			sched_yield();
	}
	wait_idle(b);
	stop(&e);
	assert_true(stats_of(b).dma_bytes < 20ull * 32 * COPY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(registers_answer_while_data_moves, bench_setup_up, bench_teardown),
		cmocka_unit_test_setup_teardown(a_reset_cuts_a_transfer_short, bench_setup_up, bench_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
