// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Opening devices for a bench, or saying why there are none. */
#include "bench.h"

#include <stdio.h>

bool open_devices(const char *figure, size_t count, struct hlrt_context **contexts, struct hlrt_device_info *info)
{
	size_t listed, opened = 0;
	struct hlrt_device **devices = must_ptr((void *)hlrt_get_devices(&listed), "listing devices");

	info->size = sizeof(*info);
	if (listed < count)
		report_skipped(figure, "%zu devices, %zu needed (without cards: HLRT_SIM=gaudi*%zu)", listed, count,
			       count);
	for (; listed >= count && opened < count; opened++) {
		must(hlrt_device_query(devices[opened], info), "querying a device");
		contexts[opened] = hlrt_open(devices[opened], NULL);
		if (contexts[opened])
			continue;
		report_skipped(figure, "%s", hlrt_last_error());
		break;
	}
	hlrt_free_devices(devices);
	if (opened == count)
		return true;
	while (opened--)
		must(hlrt_close(contexts[opened]), "closing");
	return false;
}
