// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* A program that asks the simulator about the devices that the library found: there has to be one machine, not two. */
#include <hlrt/hlrt.h>
#include <hlrt/sim.h>
#include <stdio.h>

int main(void)
{
	struct hlrt_device_info info = { .size = sizeof(info) };
	struct hlsim_stats stats = { .size = sizeof(stats) };
	struct hlrt_device **devices = hlrt_get_devices(NULL);
	int rc;

	if (!devices || !devices[0] || hlrt_device_query(devices[0], &info)) {
		fprintf(stderr, "no device: %s\n", hlrt_last_error());
		return 1;
	}
	rc = hlsim_stats(info.name, &stats);
	if (rc) {
		fprintf(stderr, "the simulator knows no %s: %d\n", info.name, rc);
		return 1;
	}
	puts(info.asic);
	hlrt_free_devices(devices);
	return 0;
}
