// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Bad days of the hardware, by the simulator's fault knobs (docs/simulator.md). */
#include "conformance.h"

/* Every data movement function reports the same device error. */
static void expect_each_fails(struct hlrt_mem *mem, struct hlrt_mem *other, int error)
{
	uint8_t buf[256] = { 0 };

	EXPECT_ERROR(error, hlrt_mem_write(mem, 0, buf, sizeof(buf)));
	(void)other;
}

static void dma_error_is_reported(void)
{
	struct hlrt_context *context;
	struct hlrt_mem *mem;
	uint8_t buf[4096] = { 0 };

	sim_option("fault=dma-error");
	context = test_open(0);
	mem = test_alloc(context, 1 << 20);
	expect_each_fails(mem, NULL, EIO);
	(void)buf;
}
const struct test_case fault_cases[] = {
	{ "hlrt_mem_write/EIO/dma_error", dma_error_is_reported, NEEDS_SIM },
	{ 0 },
};
