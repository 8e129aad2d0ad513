// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* hlrt-bench-list: lists the devices, and is counted (list.c). Its exit status says how many there are. */
#include "bench.h"

int main(void)
{
	struct hlrt_device **devices;
	size_t count;

	trace_mark();
	devices = must_ptr((void *)hlrt_get_devices(&count), "listing devices");
	trace_mark();
	hlrt_free_devices(devices);
	return (int)count;
}
