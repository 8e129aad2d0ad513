// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Lists the devices, opens the first, moves some bytes through its memory. */
#include "example.h"

static void list_devices(void)
{
	struct hlrt_device **devices = check_ptr(hlrt_get_devices(NULL), "listing devices");

	for (struct hlrt_device **d = devices; *d; d++) {
		struct hlrt_device_info info = { .size = sizeof(info) };

		check(hlrt_device_query(*d, &info), "querying a device");
		printf("%-8s %-8s %s  driver %s%s%s%s\n", info.name, info.asic, info.pci_address,
		       info.driver[0] ? info.driver : "none", info.simulated ? "  (simulated)" : "",
		       info.open_error ? "  cannot be opened: " : "", info.reason);
	}
	hlrt_free_devices(devices);
}

int main(void)
{
	static const char message[] = "hello, device";
	struct hlrt_device_info info;
	struct hlrt_attr attr = { .size = sizeof(attr) };
	struct hlrt_context *context;
	struct hlrt_mem *mem;
	char back[sizeof(message)] = "";

	list_devices();
	context = open_device(0, 1, &info);
	check(hlrt_query(context, &attr), "querying the context");
	printf("%s: card %s, firmware %s, %llu MiB of memory at 0x%llx\n", info.name, attr.card_name,
	       attr.firmware_version, (unsigned long long)(attr.dram_size >> 20), (unsigned long long)attr.dram_base);

	mem = check_ptr(hlrt_mem_alloc(context, 1 << 20, NULL), "allocating 1 MiB");
	check(hlrt_mem_write(mem, 4096, message, sizeof(message)), "writing");
	check(hlrt_mem_read(mem, 4096, back, sizeof(back)), "reading");
	if (memcmp(back, message, sizeof(message)) != 0)
		die("read back '%.*s' instead of '%s'", (int)sizeof(back), back, message);
	printf("device memory at 0x%llx says: %s\n", (unsigned long long)hlrt_mem_address(mem) + 4096, back);

	check(hlrt_mem_free(mem), "freeing");
	check(hlrt_close(context), "closing");
	return EXIT_SUCCESS;
}
