// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Goya's public packet encoders against the constants that driver and model decode by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <hlrt/goya.h>
#include <hw/goya_packets.h>
#include <hw/goya_regs.h>

struct packet {
	uint32_t word0, ctl;
	uint64_t a, b;
};

static uint32_t opcode(const struct packet *p)
{
	return (p->ctl & GOYA_PKT_CTL_OPCODE_MASK) >> GOYA_PKT_CTL_OPCODE_SHIFT;
}

static void flags_are_the_packets_own(void **state)
{
	(void)state;
	assert_int_equal(HLRT_GOYA_EB, GOYA_PKT_CTL_EB);
	assert_int_equal(HLRT_GOYA_RB, GOYA_PKT_CTL_RB);
	assert_int_equal(HLRT_GOYA_MB, GOYA_PKT_CTL_MB);
	assert_int_equal(HLRT_GOYA_WRCOMP, GOYA_LIN_DMA_WRCOMP);
	assert_int_equal(HLRT_GOYA_REG_WR_COMP_ADDR_LO, GOYA_WREG32_WR_COMP_ADDR_LO);
	assert_int_equal(HLRT_GOYA_REG_WR_COMP_ADDR_LO, GOYA_DMA_CH_0_WR_COMP_ADDR_LO - GOYA_DMA_QM_0_GLBL_CFG0);
}

static void addresses_are_the_registers_own(void **state)
{
	const unsigned int last = HLRT_GOYA_NUM_MONITORS - 1;

	(void)state;
	assert_int_equal(HLRT_GOYA_NUM_SOBS, GOYA_NUM_SOBS);
	assert_int_equal(HLRT_GOYA_NUM_MONITORS, GOYA_NUM_MONITORS);
	assert_int_equal(HLRT_GOYA_QUEUES, GOYA_NUM_DMA);
	assert_int_equal(HLRT_GOYA_SOB_ADDRESS(1000u), GOYA_CFG_BASE + GOYA_SYNC_MNGR_SOB_OBJ_1000);
	assert_int_equal(HLRT_GOYA_MON_PAY_ADDRL_ADDRESS(0u), GOYA_CFG_BASE + GOYA_SYNC_MNGR_MON_PAY_ADDRL_0);
	assert_int_equal(HLRT_GOYA_MON_PAY_ADDRH_ADDRESS(0u), GOYA_CFG_BASE + GOYA_SYNC_MNGR_MON_PAY_ADDRH_0);
	assert_int_equal(HLRT_GOYA_MON_PAY_DATA_ADDRESS(0u), GOYA_CFG_BASE + GOYA_SYNC_MNGR_MON_PAY_DATA_0);
	assert_int_equal(HLRT_GOYA_MON_ARM_ADDRESS(last), GOYA_CFG_BASE + GOYA_SYNC_MNGR_MON_ARM_0 + 4 * last);
	assert_int_equal(HLRT_GOYA_MON_ARM_OFFSET(last),
			 HLRT_GOYA_MON_ARM_ADDRESS(last) - HLRT_GOYA_MON_PAY_ADDRL_ADDRESS(0u));
	assert_int_equal(HLRT_GOYA_MON_PAY_ADDRH_OFFSET(3u),
			 HLRT_GOYA_MON_PAY_ADDRH_ADDRESS(3u) - HLRT_GOYA_MON_PAY_ADDRL_ADDRESS(0u));
	assert_int_equal(HLRT_GOYA_MON_PAY_DATA_OFFSET(3u),
			 HLRT_GOYA_MON_PAY_DATA_ADDRESS(3u) - HLRT_GOYA_MON_PAY_ADDRL_ADDRESS(0u));
	assert_int_equal(HLRT_GOYA_FENCE_ADDRESS(4u, 3u),
			 GOYA_CFG_BASE + GOYA_DMA_QM_0_CP_FENCE3_RDATA + 4 * GOYA_DMA_STRIDE);
}

static void short_packets(void **state)
{
	struct packet p = { 0 };

	(void)state;
	assert_int_equal(hlrt_goya_nop(&p, HLRT_GOYA_EB), HLRT_GOYA_NOP_SIZE);
	assert_int_equal(opcode(&p), GOYA_PKT_NOP);
	assert_int_equal(p.ctl & ~GOYA_PKT_CTL_OPCODE_MASK, GOYA_PKT_CTL_EB);

	assert_int_equal(hlrt_goya_wreg32(&p, HLRT_GOYA_REG_WR_COMP_ADDR_LO, 0xCAFE, 0), HLRT_GOYA_WREG32_SIZE);
	assert_int_equal(opcode(&p), GOYA_PKT_WREG32);
	assert_int_equal(p.ctl & GOYA_WREG32_REG_MASK, GOYA_WREG32_WR_COMP_ADDR_LO);
	assert_int_equal(p.word0, 0xCAFE);

	assert_int_equal(hlrt_goya_fence(&p, 2, 7, 3, HLRT_GOYA_MB), HLRT_GOYA_FENCE_SIZE);
	assert_int_equal(opcode(&p), GOYA_PKT_FENCE);
	assert_int_equal(p.word0 & GOYA_FENCE_DEC_MASK, 3);
	assert_int_equal((p.word0 & GOYA_FENCE_TARGET_MASK) >> GOYA_FENCE_TARGET_SHIFT, 7);
	assert_int_equal(p.word0 >> GOYA_FENCE_ID_SHIFT, 2);
	assert_true(p.ctl & GOYA_PKT_CTL_MB);
}

static void messages(void **state)
{
	struct packet p = { 0 };

	(void)state;
	assert_int_equal(hlrt_goya_msg_long(&p, HLRT_GOYA_SOB_ADDRESS(9u), 77, HLRT_GOYA_RB), HLRT_GOYA_MSG_LONG_SIZE);
	assert_int_equal(opcode(&p), GOYA_PKT_MSG_LONG);
	assert_int_equal(p.word0, 77);
	assert_int_equal(p.a, GOYA_CFG_BASE + GOYA_SYNC_MNGR_SOB_OBJ_0 + 36);

	assert_int_equal(hlrt_goya_sob_add(&p, 9, 3, 0), HLRT_GOYA_MSG_SHORT_SIZE);
	assert_int_equal(opcode(&p), GOYA_PKT_MSG_SHORT);
	assert_int_equal(p.word0, 3 | GOYA_SOB_MOD_ADD);
	assert_int_equal((p.ctl & GOYA_PKT_SHORT_BASE_MASK) >> GOYA_PKT_SHORT_BASE_SHIFT, HLRT_GOYA_BASE_SOB);
	assert_int_equal(p.ctl & GOYA_PKT_SHORT_ADDR_MASK, 36);

	hlrt_goya_sob_set(&p, 1, 0x12345, 0);
	assert_int_equal(p.word0, 0x12345 & GOYA_SOB_VALUE_MASK);

	hlrt_goya_monitor_arm(&p, 200, 1001, 40000, 0);
	assert_int_equal((p.ctl & GOYA_PKT_SHORT_BASE_MASK) >> GOYA_PKT_SHORT_BASE_SHIFT, HLRT_GOYA_BASE_MONITOR);
	assert_int_equal(p.ctl & GOYA_PKT_SHORT_ADDR_MASK, HLRT_GOYA_MON_ARM_OFFSET(200));
	assert_int_equal(p.word0 & GOYA_MON_SOB_MASK, 1001);
	assert_int_equal((p.word0 & GOYA_MON_VALUE_MASK) >> GOYA_MON_VALUE_SHIFT, 40000);
	assert_int_equal(p.word0 & GOYA_MON_MODE_EQUAL, 0);
}

static void transfers(void **state)
{
	struct packet p = { 0 };

	(void)state;
	assert_int_equal(hlrt_goya_copy(&p, 0x800000000, 0x1000000000000, 4096, HLRT_GOYA_DRAM_TO_DRAM, HLRT_GOYA_RB),
			 HLRT_GOYA_LIN_DMA_SIZE);
	assert_int_equal(opcode(&p), GOYA_PKT_LIN_DMA);
	assert_int_equal(p.word0, 4096);
	assert_int_equal(p.a, 0x1000000000000);
	assert_int_equal(p.b, 0x800000000);
	assert_int_equal(p.ctl & ~GOYA_PKT_CTL_OPCODE_MASK,
			 GOYA_LIN_DMA_WO | GOYA_DMA_DRAM_TO_DRAM << GOYA_LIN_DMA_DIR_SHIFT | GOYA_PKT_CTL_RB);

	assert_int_equal(hlrt_goya_fill(&p, 0x800000000, 0x55, 16, HLRT_GOYA_WRCOMP), HLRT_GOYA_LIN_DMA_SIZE);
	assert_int_equal(p.ctl & ~GOYA_PKT_CTL_OPCODE_MASK,
			 GOYA_LIN_DMA_WO | GOYA_LIN_DMA_MEMSET | GOYA_LIN_DMA_WRCOMP);
	assert_int_equal(p.a, 0x55);
}

/* Three words of payload, the arming, the fence: in this order, or the monitor fires into nothing. */
static void a_wait_is_a_monitor_and_a_fence(void **state)
{
	struct packet p[HLRT_GOYA_WAIT_SOB_SIZE / 8];
	uint8_t buf[HLRT_GOYA_WAIT_SOB_SIZE];
	const uint64_t fence = HLRT_GOYA_FENCE_ADDRESS(2u, 3u);

	(void)state;
	assert_int_equal(hlrt_goya_wait_sob(buf, 2, 17, 5, 9, 3), HLRT_GOYA_WAIT_SOB_SIZE);
	for (size_t i = 0; i < sizeof(p) / sizeof(p[0]); i++)
		memcpy(&p[i], buf + 8 * i, 8);
	assert_int_equal(p[0].word0, (uint32_t)fence);
	assert_int_equal(p[0].ctl & GOYA_PKT_SHORT_ADDR_MASK, HLRT_GOYA_MON_PAY_ADDRL_OFFSET(9));
	assert_int_equal(p[1].word0, fence >> 32);
	assert_int_equal(p[1].ctl & GOYA_PKT_SHORT_ADDR_MASK, HLRT_GOYA_MON_PAY_ADDRH_OFFSET(9));
	assert_int_equal(p[2].word0, 1);
	assert_int_equal(p[2].ctl & GOYA_PKT_SHORT_ADDR_MASK, HLRT_GOYA_MON_PAY_DATA_OFFSET(9));
	assert_int_equal(p[3].word0, 17 | 5 << GOYA_MON_VALUE_SHIFT);
	assert_int_equal(opcode(&p[4]), GOYA_PKT_FENCE);
	assert_int_equal(p[4].word0 >> GOYA_FENCE_ID_SHIFT, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_are_the_packets_own),
		cmocka_unit_test(addresses_are_the_registers_own),
		cmocka_unit_test(short_packets),
		cmocka_unit_test(messages),
		cmocka_unit_test(transfers),
		cmocka_unit_test(a_wait_is_a_monitor_and_a_fence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
