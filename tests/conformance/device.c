// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Listing, querying, opening, closing, capabilities. */
#include "conformance.h"

#include <unistd.h>

static void list_counts_and_ends(void)
{
	size_t count = 99;
	struct hlrt_device **devices = hlrt_get_devices(&count);

	EXPECT(devices);
	for (size_t i = 0; i < count; i++)
		EXPECT(devices[i]);
	EXPECT(!devices[count]);
	hlrt_free_devices(devices);
	hlrt_free_devices(NULL);
}

static void list_bad_specification(void)
{
	setenv("HLRT_SIM", "gaudi*banana", 1);
	EXPECT_NULL(EINVAL, hlrt_get_devices(NULL));
	EXPECT_TEXT("banana");
}

static void list_unknown_asic(void)
{
	setenv("HLRT_SIM", "abacus", 1);
	EXPECT_NULL(EINVAL, hlrt_get_devices(NULL));
	EXPECT_TEXT("abacus");
}

static void list_empty_variable_means_real_devices(void)
{
	struct hlrt_device **devices;

	setenv("HLRT_SIM", "", 1);
	devices = hlrt_get_devices(NULL);
	EXPECT(devices);
	for (struct hlrt_device **d = devices; *d; d++) {
		struct hlrt_device_info info = { .size = sizeof(info) };

		EXPECT_OK(hlrt_device_query(*d, &info));
		EXPECT(!info.simulated);
	}
	hlrt_free_devices(devices);
}

static void ref_null(void)
{
	EXPECT_NULL(EINVAL, hlrt_device_ref(NULL));
}

static void device_outlives_list(void)
{
	struct hlrt_device *device = test_device(0);
	struct hlrt_device_info info = { .size = sizeof(info) };

	EXPECT_OK(hlrt_device_query(device, &info));
	hlrt_device_unref(device);
	hlrt_device_unref(NULL);
}

static void query_describes(void)
{
	struct hlrt_device_info info = { .size = sizeof(info) };
	struct hlrt_device *device = test_device(0);

	EXPECT_OK(hlrt_device_query(device, &info));
	EXPECT(info.size == sizeof(info));
	EXPECT(*info.name && *info.node && *info.pci_address && *info.driver);
	EXPECT(info.vendor_id == 0x1da3);
	EXPECT(strcmp(info.asic, "unknown") != 0);
	EXPECT(info.open_error == 0 && !*info.reason);
	hlrt_device_unref(device);
}

static void query_bad_arguments(void)
{
	struct hlrt_device *device = test_device(0);
	struct hlrt_device_info info = { .size = 8 };

	EXPECT_ERROR(EINVAL, hlrt_device_query(device, &info));
	EXPECT_TEXT("8");
	EXPECT_ERROR(EINVAL, hlrt_device_query(device, NULL));
	info.size = sizeof(info);
	EXPECT_ERROR(EINVAL, hlrt_device_query(NULL, &info));
	hlrt_device_unref(device);
}

/* A program compiled against a later, larger structure: the tail is zeroed. */
static void query_zeroes_newer_tail(void)
{
	struct {
		struct hlrt_device_info info;
		uint8_t newer[16];
	} big;
	struct hlrt_device *device = test_device(0);

	memset(&big, 0xff, sizeof(big));
	big.info.size = sizeof(big);
	EXPECT_OK(hlrt_device_query(device, &big.info));
	for (size_t i = 0; i < sizeof(big.newer); i++)
		EXPECT(big.newer[i] == 0);
	hlrt_device_unref(device);
}

static void open_null(void)
{
	EXPECT_NULL(EINVAL, hlrt_open(NULL, NULL));
}

static void open_bad_options(void)
{
	struct {
		struct hlrt_open_options options;
		uint64_t newer;
	} big = { .options.size = sizeof(big), .newer = 1 };
	struct hlrt_open_options flags = { .size = sizeof(flags), .flags = 0x80 };
	struct hlrt_open_options small = { .size = 2 };
	struct hlrt_device *device = test_device(0);

	EXPECT_NULL(EINVAL, hlrt_open(device, &big.options));
	EXPECT_NULL(EINVAL, hlrt_open(device, &flags));
	EXPECT_TEXT("0x80");
	EXPECT_NULL(EINVAL, hlrt_open(device, &small));
	hlrt_device_unref(device);
}

static void open_twice(void)
{
	struct hlrt_device *device = test_device(0);
	struct hlrt_context *context = test_open(0);
	char pid[16];

	EXPECT_NULL(EBUSY, hlrt_open(device, NULL));
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	EXPECT_TEXT(pid);
	EXPECT_OK(hlrt_close(context));
	hlrt_device_unref(device);
}

/* Closed with an importer still holding the buffer: the device stays busy, and says because of whom. */
static void open_while_export_lives(void)
{
	struct hlrt_device *device = test_device(0);
	struct hlrt_context *context = test_open(0);
	struct hlrt_open_options impatient = { .size = sizeof(impatient), .timeout_ns = 1000000 };
	struct hlrt_mem *mem;
	struct hlrt_dmabuf *dmabuf;
	char pid[16];
	int fd;

	test_require(context, HLRT_CAP_EXPORT);
	mem = test_alloc(context, 1 << 20);
	dmabuf = hlrt_dmabuf_export(mem, 0, 1 << 20, 0);
	EXPECT(dmabuf);
	fd = dup(hlrt_dmabuf_fd(dmabuf));
	EXPECT(fd >= 0);
	EXPECT_OK(hlrt_dmabuf_close(dmabuf));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));

	EXPECT_NULL(EBUSY, hlrt_open(device, &impatient));
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	EXPECT_TEXT(pid);

	EXPECT(close(fd) == 0);
	context = hlrt_open(device, NULL);
	EXPECT(context);
	EXPECT_OK(hlrt_close(context));
	hlrt_device_unref(device);
}

static void close_null(void)
{
	EXPECT_ERROR(EINVAL, hlrt_close(NULL));
}

static void close_with_live_memory(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_mem *mem = test_alloc(context, 4096);

	EXPECT_ERROR(EBUSY, hlrt_close(context));
	EXPECT_OK(hlrt_mem_free(mem));
	EXPECT_OK(hlrt_close(context));
}

static void reopen_many_times(void)
{
	for (int i = 0; i < 8; i++)
		EXPECT_OK(hlrt_close(test_open(0)));
}

static void attributes_make_sense(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_attr attr = { .size = sizeof(attr) };

	EXPECT_OK(hlrt_query(context, &attr));
	EXPECT(attr.dram_size > 0 && attr.dram_free <= attr.dram_size);
	EXPECT(attr.alloc_granularity && !(attr.alloc_granularity & (attr.alloc_granularity - 1)));
	EXPECT(attr.copy_max > 0 && attr.max_in_flight > 0);
	EXPECT(attr.export_max <= attr.dram_size);
	EXPECT(*attr.card_name);
	EXPECT_OK(hlrt_close(context));
}

static void attributes_bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);
	struct hlrt_attr attr = { .size = 0 };

	EXPECT_ERROR(EINVAL, hlrt_query(context, &attr));
	EXPECT_ERROR(EINVAL, hlrt_query(context, NULL));
	attr.size = sizeof(attr);
	EXPECT_ERROR(EINVAL, hlrt_query(NULL, &attr));
	EXPECT_OK(hlrt_close(context));
}

static void capability_bad_arguments(void)
{
	struct hlrt_context *context = test_open(0);

	EXPECT_ERROR(EINVAL, hlrt_check_capability(context, 0));
	EXPECT_ERROR(EINVAL, hlrt_check_capability(context, 4096));
	EXPECT_TEXT("4096");
	EXPECT_ERROR(EINVAL, hlrt_check_capability(NULL, HLRT_CAP_EXPORT));
	EXPECT_OK(hlrt_close(context));
}

static void capability_is_yes_or_no_with_a_reason(void)
{
	struct hlrt_context *context = test_open(0);

	for (uint32_t cap = HLRT_CAP_EXPORT; cap <= HLRT_CAP_SCRUB; cap++) {
		int result = hlrt_check_capability(context, cap);

		EXPECT(result == 0 || (result == -EOPNOTSUPP && *hlrt_last_error()));
	}
	EXPECT_OK(hlrt_close(context));
}

const struct test_case device_cases[] = {
	{ "hlrt_get_devices/ok/counts_and_ends", list_counts_and_ends, NEEDS_NOTHING },
	{ "hlrt_get_devices/EINVAL/specification", list_bad_specification, NEEDS_SIM },
	{ "hlrt_get_devices/EINVAL/unknown_asic", list_unknown_asic, NEEDS_SIM },
	{ "hlrt_get_devices/ok/empty_variable", list_empty_variable_means_real_devices, NEEDS_NOTHING },
	{ "hlrt_device_ref/EINVAL/null", ref_null, NEEDS_NOTHING },
	{ "hlrt_device_ref/ok/outlives_list", device_outlives_list, 0 },
	{ "hlrt_device_query/ok/describes", query_describes, 0 },
	{ "hlrt_device_query/ok/newer_tail_is_zero", query_zeroes_newer_tail, 0 },
	{ "hlrt_device_query/EINVAL/arguments", query_bad_arguments, 0 },
	{ "hlrt_open/EINVAL/null", open_null, NEEDS_NOTHING },
	{ "hlrt_open/EINVAL/options", open_bad_options, 0 },
	{ "hlrt_open/EBUSY/twice", open_twice, 0 },
	{ "hlrt_open/EBUSY/export_lives", open_while_export_lives, 0 },
	{ "hlrt_open/ok/many_times", reopen_many_times, 0 },
	{ "hlrt_close/EINVAL/null", close_null, NEEDS_NOTHING },
	{ "hlrt_close/EBUSY/live_memory", close_with_live_memory, 0 },
	{ "hlrt_query/ok/makes_sense", attributes_make_sense, 0 },
	{ "hlrt_query/EINVAL/arguments", attributes_bad_arguments, 0 },
	{ "hlrt_check_capability/ok/yes_or_no", capability_is_yes_or_no_with_a_reason, 0 },
	{ "hlrt_check_capability/EINVAL/arguments", capability_bad_arguments, 0 },
	{ 0 },
};
