// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "boot.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "model/model.h"

static const struct {
	const char *name;
	uint32_t flags;
} boots[] = { { "simple", 0 }, { "boot-fit", HLM_FLAG_ASK_BOOT_FIT }, { "comms", HLM_FLAG_COMMS } };

int hlsim_boot_flags(const char *name, uint32_t *flags)
{
	for (size_t i = 0; i < sizeof(boots) / sizeof(boots[0]); i++)
		if (!strcmp(boots[i].name, name)) {
			*flags = boots[i].flags;
			return 0;
		}
	return -EINVAL;
}
