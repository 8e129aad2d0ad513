// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The providers of this process: found once, checked one by one, never unloaded. */
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>

static pthread_once_t find_once = PTHREAD_ONCE_INIT;
static struct hlrti_providers found;

static void find(void)
{
	hlrti_providers_find(&found);
}

void hlrti_provider_refuse(struct hlrti_providers *providers, const char *format, ...)
{
	size_t used = strlen(providers->failures);
	char text[384];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	hlrti_log(HLRT_LOG_ERROR, "provider refused: %s", text);
	snprintf(providers->failures + used, sizeof(providers->failures) - used, "%s%s", used ? "; " : "", text);
}

static bool complete(const struct hlrt_provider_ops *ops)
{
	return ops->asic && ops->ids && ops->num_ids && ops->context_init && ops->context_fini && ops->mem_alloc &&
	       ops->mem_free && ops->export_address && ops->encode_copy && ops->encode_fill && ops->choose_queue &&
	       ops->max_copy && ops->max_fill && ops->copy_packet_size && ops->fill_packet_size && ops->max_in_flight &&
	       !ops->encode_signal == !ops->encode_wait && !ops->encode_sob_clear == !ops->encode_wait &&
	       (!ops->encode_wait || (ops->sync_packet_size && ops->sob_max)) &&
	       hlrti_is_power_of_two(ops->alloc_granularity);
}

int hlrti_provider_add(struct hlrti_providers *providers, const struct hlrt_provider_ops *ops, const char *origin)
{
	/* Nothing of the table but these two words has a known meaning until both are right. */
	if (ops->abi != HLRT_PROVIDER_ABI) {
		hlrti_provider_refuse(providers, "%s has private ABI %u, this library has private ABI %u", origin,
				      ops->abi, HLRT_PROVIDER_ABI);
		return -EINVAL;
	}
	if (ops->size != sizeof(*ops)) {
		hlrti_provider_refuse(providers,
				      "%s has a table of %u bytes, this library of %zu (private ABI %u in both): they "
				      "are of different builds",
				      origin, ops->size, sizeof(*ops), HLRT_PROVIDER_ABI);
		return -EINVAL;
	}
	if (!complete(ops)) {
		hlrti_provider_refuse(providers, "%s leaves mandatory fields of its table empty", origin);
		return -EINVAL;
	}
	if (providers->count == HLRTI_MAX_PROVIDERS) {
		hlrti_provider_refuse(providers, "%s is one too many: at most %d are possible", origin,
				      HLRTI_MAX_PROVIDERS);
		return -EINVAL;
	}
	providers->ops[providers->count++] = ops;
	hlrti_log(HLRT_LOG_INFO, "provider %s from %s", ops->asic, origin);
	return 0;
}

const struct hlrt_provider_ops *hlrti_provider_match(uint16_t vendor, uint16_t device)
{
	pthread_once(&find_once, find);
	for (size_t p = 0; p < found.count; p++)
		for (size_t i = 0; i < found.ops[p]->num_ids; i++)
			if (found.ops[p]->ids[i].vendor == vendor && found.ops[p]->ids[i].device == device)
				return found.ops[p];
	return NULL;
}

void hlrti_provider_missing(uint16_t vendor, uint16_t device, char *buf, size_t size)
{
	pthread_once(&find_once, find);
	snprintf(buf, size, "no provider for PCI device %04x:%04x%s%s", vendor, device,
		 found.failures[0] ? "; refused: " : "", found.failures);
}
