// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The public packet encoders against the constants that driver and model decode by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <hlrt/gaudi.h>
#include <hw/gaudi_packets.h>
#include <hw/gaudi_regs.h>

struct packet {
	uint32_t word0, ctl;
	uint64_t a, b;
};

static uint32_t opcode(const struct packet *p)
{
	return (p->ctl & GAUDI_PKT_CTL_OPCODE_MASK) >> GAUDI_PKT_CTL_OPCODE_SHIFT;
}

static void flags_are_the_packets_own(void **state)
{
	(void)state;
	assert_int_equal(HLRT_GAUDI_EB, GAUDI_PKT_CTL_EB);
	assert_int_equal(HLRT_GAUDI_RB, GAUDI_PKT_CTL_RB);
	assert_int_equal(HLRT_GAUDI_MB, GAUDI_PKT_CTL_MB);
}

static void short_packets(void **state)
{
	struct packet p = { 0 };

	(void)state;
	assert_int_equal(hlrt_gaudi_nop(&p, HLRT_GAUDI_EB), HLRT_GAUDI_NOP_SIZE);
	assert_int_equal(opcode(&p), GAUDI_PKT_NOP);
	assert_int_equal(p.ctl & ~GAUDI_PKT_CTL_OPCODE_MASK, GAUDI_PKT_CTL_EB);
	assert_int_equal(p.word0, 0);

	assert_int_equal(hlrt_gaudi_wreg32(&p, 0x1234, 0xCAFE, 0), HLRT_GAUDI_WREG32_SIZE);
	assert_int_equal(opcode(&p), GAUDI_PKT_WREG32);
	assert_int_equal((p.ctl & GAUDI_WREG_REG_MASK) >> GAUDI_WREG_REG_SHIFT, 0x1234);
	assert_int_equal(p.ctl & GAUDI_PKT_PRED_MASK, 0);
	assert_int_equal(p.word0, 0xCAFE);

	assert_int_equal(hlrt_gaudi_fence(&p, 2, 7, 3, HLRT_GAUDI_MB), HLRT_GAUDI_FENCE_SIZE);
	assert_int_equal(opcode(&p), GAUDI_PKT_FENCE);
	assert_int_equal(p.word0 & GAUDI_FENCE_DEC_MASK, 3);
	assert_int_equal((p.word0 & GAUDI_FENCE_TARGET_MASK) >> GAUDI_FENCE_TARGET_SHIFT, 7);
	assert_int_equal(p.word0 >> GAUDI_FENCE_ID_SHIFT, 2);
	assert_true(p.ctl & GAUDI_PKT_CTL_MB);
}

static void arbitration_points(void **state)
{
	struct packet p = { 0 };

	(void)state;
	assert_int_equal(hlrt_gaudi_arb_point(&p, 200, 0, HLRT_GAUDI_RB), HLRT_GAUDI_ARB_POINT_SIZE);
	assert_int_equal(p.ctl, GAUDI_PKT_ARB_POINT << GAUDI_PKT_CTL_OPCODE_SHIFT | GAUDI_PKT_CTL_RB);
	assert_int_equal(p.word0 & GAUDI_ARB_PRIORITY_MASK, 200);
	assert_int_equal(p.word0 & GAUDI_ARB_RELEASE, 0);

	hlrt_gaudi_arb_point(&p, 0, 1, 0);
	assert_int_equal(p.ctl, GAUDI_PKT_ARB_POINT << GAUDI_PKT_CTL_OPCODE_SHIFT);
	assert_int_equal(p.word0, GAUDI_ARB_RELEASE);
}

static void messages(void **state)
{
	struct packet p = { 0 };

	(void)state;
	assert_int_equal(hlrt_gaudi_msg_long(&p, HLRT_GAUDI_SOB_ADDRESS(9), 77, HLRT_GAUDI_RB),
			 HLRT_GAUDI_MSG_LONG_SIZE);
	assert_int_equal(opcode(&p), GAUDI_PKT_MSG_LONG);
	assert_int_equal(p.word0, 77);
	assert_int_equal(p.a, GAUDI_CFG_BASE + GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0 + 36);
	assert_int_equal(p.ctl & GAUDI_PKT_MSG_OP_MASK, 0);

	assert_int_equal(hlrt_gaudi_msg_short(&p, 3, 0x44, 5, 0), HLRT_GAUDI_MSG_SHORT_SIZE);
	assert_int_equal(opcode(&p), GAUDI_PKT_MSG_SHORT);
	assert_int_equal((p.ctl & GAUDI_PKT_SHORT_BASE_MASK) >> GAUDI_PKT_SHORT_BASE_SHIFT, 3);
	assert_int_equal(p.ctl & GAUDI_PKT_SHORT_ADDR_MASK, 0x44);
	assert_int_equal(p.word0, 5);
}

static void sync_objects(void **state)
{
	struct packet p = { 0 };

	(void)state;
	hlrt_gaudi_sob_set(&p, 100, 0x8001, 0);
	assert_int_equal(p.word0, 1); /* cut to 15 bits, never the mode bit */
	assert_int_equal(p.ctl & GAUDI_PKT_SHORT_ADDR_MASK, 400);
	hlrt_gaudi_sob_add(&p, 100, 1, 0);
	assert_int_equal(p.word0, GAUDI_SOB_MOD_ADD | 1);

	hlrt_gaudi_monitor_arm(&p, 10, 100, 3, 0);
	assert_int_equal(p.word0 & GAUDI_MON_GROUP_MASK, 100 / 8);
	assert_int_equal((p.word0 & GAUDI_MON_MASK_MASK) >> GAUDI_MON_MASK_SHIFT, 0xFF & ~(1 << 100 % 8));
	assert_int_equal((p.word0 & GAUDI_MON_VALUE_MASK) >> GAUDI_MON_VALUE_SHIFT, 3);
	assert_int_equal(p.word0 & GAUDI_MON_MODE_EQUAL, 0);
	assert_int_equal(p.ctl & GAUDI_PKT_SHORT_ADDR_MASK, GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_ARM_0 -
								    GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_PAY_ADDRL_0 +
								    40);
	assert_int_equal(HLRT_GAUDI_MON_ARM_ADDRESS(0), GAUDI_CFG_BASE + GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_ARM_0);
	assert_int_equal(HLRT_GAUDI_MON_PAY_DATA_ADDRESS(0),
			 GAUDI_CFG_BASE + GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_PAY_DATA_0);
}

static void linear_dma(void **state)
{
	struct packet p = { 0 };

	(void)state;
	assert_int_equal(hlrt_gaudi_copy(&p, 0x11223344556677ull, 0x8000000000001000ull, 0xFFFFFFFF, 0),
			 HLRT_GAUDI_LIN_DMA_SIZE);
	assert_int_equal(opcode(&p), GAUDI_PKT_LIN_DMA);
	assert_int_equal(p.ctl & ~GAUDI_PKT_CTL_OPCODE_MASK, GAUDI_LIN_DMA_LIN);
	assert_int_equal(p.word0, 0xFFFFFFFF);
	assert_int_equal(p.a, 0x8000000000001000ull);
	assert_int_equal(p.b, 0x11223344556677ull);

	hlrt_gaudi_fill(&p, 0x20000000, 0x0102030405060708ull, 4096, HLRT_GAUDI_MB);
	assert_int_equal(p.ctl & ~GAUDI_PKT_CTL_OPCODE_MASK,
			 GAUDI_LIN_DMA_LIN | GAUDI_LIN_DMA_MEMSET | GAUDI_PKT_CTL_MB);
	assert_int_equal(p.a, 0x0102030405060708ull);
	assert_int_equal(p.b & ~GAUDI_LIN_DMA_DST_MASK, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_are_the_packets_own),
		cmocka_unit_test(short_packets),
		cmocka_unit_test(arbitration_points),
		cmocka_unit_test(messages),
		cmocka_unit_test(sync_objects),
		cmocka_unit_test(linear_dma),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
