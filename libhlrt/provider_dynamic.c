// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The shared library's providers: plug-ins beside the library, then in the configured directory. */
#include "internal.h"

#include <limits.h>
#include <stdio.h>

void hlrti_providers_find(struct hlrti_providers *providers)
{
	char lib[PATH_MAX - 8], dir[PATH_MAX] = "";
	struct hlrti_names seen = { 0 };

	if (hlrti_library_dir(lib, sizeof(lib))) {
		hlrti_format(dir, sizeof(dir), "%s/hlrt", lib);
		hlrti_provider_load_dir(providers, dir, &seen);
	}
	/* A name that was refused above is not tried again here: no silent falling back to another build's. */
	if (strcmp(dir, HLRT_LIBDIR "/hlrt") != 0)
		hlrti_provider_load_dir(providers, HLRT_LIBDIR "/hlrt", &seen);
}
