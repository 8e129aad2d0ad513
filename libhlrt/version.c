// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "internal.h"

HLRT_API uint32_t hlrt_version(void)
{
	return HLRT_VERSION_MAJOR << 16 | HLRT_VERSION_MINOR << 8 | HLRT_VERSION_PATCH;
}
