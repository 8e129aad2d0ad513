// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The static library's providers: an explicit table, which the build makes from the folders below
 * providers/. No constructors, because a linker leaves out archive members that nobody names.
 */
#include "internal.h"

#include "static_providers.h"

void hlrti_providers_find(struct hlrti_providers *providers)
{
	for (size_t i = 0; i < sizeof(static_providers) / sizeof(static_providers[0]); i++) {
		const struct hlrt_provider_ops *ops = static_providers[i]();

		hlrti_provider_add(providers, ops, ops->asic);
	}
}
