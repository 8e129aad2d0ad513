// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Bad days of the hardware, by the simulator's fault knobs (docs/simulator.md). */
#include "conformance.h"

/* The call that hits the fault says EIO; the device resets itself, so the context is lost; a new one works. */
static void expect_recovery(struct hlrt_context *context, struct hlrt_mem *mem)
{
	uint32_t word = 0x600DF00D;

	EXPECT_ERROR(ENODEV, hlrt_mem_write(mem, 0, &word, sizeof(word)));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));

	context = test_open(0);
	mem = test_alloc(context, 1 << 20);
	EXPECT_OK(hlrt_mem_write(mem, 0, &word, sizeof(word)));
	word = 0;
	EXPECT_OK(hlrt_mem_read(mem, 0, &word, sizeof(word)));
	EXPECT(word == 0x600DF00D);
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void dma_error_in_write(void)
{
	struct hlrt_context *context;
	struct hlrt_mem *mem;
	uint8_t buf[4096] = { 0 };

	sim_option("fault=dma-error");
	context = test_open(0);
	mem = test_alloc(context, 1 << 20);
	EXPECT_ERROR(EIO, hlrt_mem_write(mem, 0, buf, sizeof(buf)));
	expect_recovery(context, mem);
}

static void dma_error_in_read(void)
{
	struct hlrt_context *context;
	struct hlrt_mem *mem;
	uint8_t buf[4096];

	sim_option("fault=dma-error");
	context = test_open(0);
	mem = test_alloc(context, 1 << 20);
	EXPECT_ERROR(EIO, hlrt_mem_read(mem, 0, buf, sizeof(buf)));
	expect_recovery(context, mem);
}

static void dma_error_in_copy(void)
{
	struct hlrt_context *context;
	struct hlrt_mem *mem;

	sim_option("fault=dma-error");
	context = test_open(0);
	mem = test_alloc(context, 1 << 20);
	EXPECT_ERROR(EIO, hlrt_mem_copy(mem, 0, mem, 1 << 19, 1 << 19));
	expect_recovery(context, mem);
}

/* The IOMMU refuses an access that the driver had mapped. */
static void iommu_fault(void)
{
	struct hlrt_context *context;
	struct hlrt_mem *mem;
	uint8_t buf[4096] = { 0 };

	sim_option("fault=iommu-fault");
	context = test_open(0);
	mem = test_alloc(context, 1 << 20);
	EXPECT_ERROR(EIO, hlrt_mem_write(mem, 0, buf, sizeof(buf)));
	expect_recovery(context, mem);
}

/* One device's bad day is not its neighbour's. */
static void neighbour_goes_on(void)
{
	struct hlrt_context *a, *b;
	struct hlrt_mem *mem_a, *mem_b;
	uint32_t word = 1;

	a = test_open(0);
	b = test_open(1);
	mem_a = test_alloc(a, 4096);
	mem_b = test_alloc(b, 4096);
	EXPECT_OK(hlrt_mem_write(mem_b, 0, &word, sizeof(word)));
	EXPECT_OK(hlrt_mem_write(mem_a, 0, &word, sizeof(word)));
	EXPECT_OK(hlrt_mem_free(mem_a));
	EXPECT_OK(hlrt_close(a));
	word = 0;
	EXPECT_OK(hlrt_mem_read(mem_b, 0, &word, sizeof(word)));
	EXPECT(word == 1);
	EXPECT_OK(hlrt_mem_free(mem_b));
	EXPECT_OK(hlrt_close(b));
}

/* A device whose firmware does not come up is listed, with the reason, and cannot be opened. */
static void boot_failure_is_explained(void)
{
	struct hlrt_device_info info = { .size = sizeof(info) };
	struct hlrt_device *device;

	sim_option("fault=boot-fail");
	sim_option("param.boot_timeout_ms=200");
	device = test_device(0);
	EXPECT_OK(hlrt_device_query(device, &info));
	EXPECT(info.open_error < 0 && *info.reason);
	EXPECT_NULL(ENODEV, hlrt_open(device, NULL));
	hlrt_device_unref(device);
}

const struct test_case fault_cases[] = {
	{ "hlrt_mem_write/EIO/dma_error", dma_error_in_write, NEEDS_SIM },
	{ "hlrt_mem_read/EIO/dma_error", dma_error_in_read, NEEDS_SIM },
	{ "hlrt_mem_copy/EIO/dma_error", dma_error_in_copy, NEEDS_SIM },
	{ "hlrt_mem_write/EIO/iommu_fault", iommu_fault, NEEDS_SIM },
	{ "hlrt_mem_write/ok/neighbour_goes_on", neighbour_goes_on, NEEDS_TWO },
	{ "hlrt_open/ENODEV/boot_failure", boot_failure_is_explained, NEEDS_SIM },
	{ 0 },
};
