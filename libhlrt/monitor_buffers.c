// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* A snapshot of the exported buffers, as it is collected and handed out. */
#include "monitor.h"

#include <stdlib.h>

#define TRIES 200
#define PAUSE (1 * NSEC_PER_MSEC)

struct hlrt_buffer_info *hlrti_buffers_add(struct hlrti_buffers *buffers)
{
	struct hlrt_buffer_info **grown, *info;

	if (buffers->count + 1 >= buffers->room) {
		size_t room = buffers->room ? 2 * buffers->room : 16;

		grown = realloc((void *)buffers->list, room * sizeof(*grown));
		if (!grown)
			return NULL;
		buffers->list = grown;
		buffers->room = room;
		buffers->list[buffers->count] = NULL;
	}
	info = calloc(1, sizeof(*info));
	if (!info)
		return NULL;
	info->size = sizeof(*info);
	buffers->list[buffers->count++] = info;
	buffers->list[buffers->count] = NULL;
	return info;
}

int hlrti_buffers_add_importer(struct hlrti_buffers *buffers, const struct hlrt_importer_info *importer)
{
	struct hlrt_buffer_info *info = buffers->list[buffers->count - 1];
	struct hlrt_importer_info **list = (struct hlrt_importer_info **)info->importers, *copy;

	list = realloc((void *)list, (info->num_listed + 1) * sizeof(*list));
	if (!list)
		return -ENOMEM;
	info->importers = (const struct hlrt_importer_info *const *)list;
	copy = malloc(sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	*copy = *importer;
	copy->size = sizeof(*copy);
	list[info->num_listed++] = copy;
	return 0;
}

HLRT_API void hlrt_free_buffers(struct hlrt_buffer_info **buffers)
{
	if (!buffers)
		return;
	for (struct hlrt_buffer_info **b = buffers; *b; b++) {
		for (uint32_t i = 0; i < (*b)->num_listed; i++)
			free((void *)(*b)->importers[i]);
		free((void *)(*b)->importers);
		free(*b);
	}
	free((void *)buffers);
}

void hlrti_buffers_reset(struct hlrti_buffers *buffers)
{
	hlrt_free_buffers(buffers->list);
	*buffers = (struct hlrti_buffers){ 0 };
}

int hlrti_buffers_settle(int (*dump)(struct hlrti_buffers *buffers, void *arg), void *arg,
			 struct hlrti_buffers *buffers)
{
	int rc = -EINTR;

	for (int i = 0; i < TRIES && rc == -EINTR; i++) {
		if (i)
			hlrti_sleep(PAUSE);
		hlrti_buffers_reset(buffers);
		rc = dump(buffers, arg);
	}
	if (rc == -EINTR)
		return hlrt_set_error(-EAGAIN, "the table of buffers changed each of %d times that it was read", TRIES);
	return rc;
}
