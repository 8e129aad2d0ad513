// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What a first program looks like: lists the devices, the first one's kind on standard output. */
#include <hlrt/hlrt.h>
#include <stdio.h>

int main(void)
{
	struct hlrt_device_info info = { .size = sizeof(info) };
	struct hlrt_device **devices = hlrt_get_devices(NULL);

	if (!devices || !devices[0] || hlrt_device_query(devices[0], &info)) {
		fprintf(stderr, "no device: %s\n", hlrt_last_error());
		return 1;
	}
	puts(info.asic);
	hlrt_free_devices(devices);
	return 0;
}
