// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Where user space places device memory, the driver cannot tell a freed range from a used one, so the library must not
 * hand out a range that an importer may still reach. A freed range that was ever exported waits here until the
 * driver says that no dma-buf covers it, or, when the driver cannot say, until the context closes.
 */
#include "internal.h"

#include <stdlib.h>

struct held {
	struct hlrti_list link;
	struct hlrt_provider_mem pmem;
};

static bool driver_can_tell(const struct hlrt_context *ctx)
{
	return ctx->ext_caps & HLRT_EXT_CAP_EXPORT;
}

/* Doubt counts as covered. */
static bool covered(struct hlrt_context *ctx, const struct hlrt_provider_mem *pmem)
{
	uint32_t count = 0;

	if (!driver_can_tell(ctx))
		return true;
	return hlrti_port_ext_export_status(&ctx->port, pmem->address, pmem->size, &count) || count;
}

static void give_back(struct hlrt_context *ctx, struct hlrt_provider_mem *pmem)
{
	uint64_t size = pmem->size;

	ctx->ops->mem_free(ctx->priv, pmem);
	pthread_mutex_lock(&ctx->lock);
	ctx->allocated -= size;
	pthread_mutex_unlock(&ctx->lock);
}

void hlrti_device_mem_release(struct hlrt_context *ctx, struct hlrt_provider_mem *pmem, bool was_exported)
{
	struct held *held;

	if (!was_exported || !covered(ctx, pmem)) {
		give_back(ctx, pmem);
		return;
	}
	held = malloc(sizeof(*held));
	if (!held) {
		/* Then it stays reserved until the context closes: less memory, but nobody else's. */
		hlrti_log(HLRT_LOG_WARNING, "no memory to remember an exported range; it stays reserved until close");
		return;
	}
	held->pmem = *pmem;
	pthread_mutex_lock(&ctx->lock);
	hlrti_list_append(&ctx->quarantine, &held->link);
	pthread_mutex_unlock(&ctx->lock);
	hlrti_log(HLRT_LOG_DEBUG, "%llu bytes at 0x%llx are still exported and wait for their importers",
		  (unsigned long long)pmem->size, (unsigned long long)pmem->address);
}

/* Takes the whole list, so that the driver is asked without the lock. */
static void take_all(struct hlrt_context *ctx, struct hlrti_list *to)
{
	struct hlrti_list *link;

	hlrti_list_init(to);
	pthread_mutex_lock(&ctx->lock);
	while ((link = hlrti_list_pop(&ctx->quarantine)))
		hlrti_list_append(to, link);
	pthread_mutex_unlock(&ctx->lock);
}

unsigned int hlrti_quarantine_sweep(struct hlrt_context *ctx)
{
	struct hlrti_list list, *link;
	unsigned int freed = 0;

	if (!driver_can_tell(ctx))
		return 0;
	take_all(ctx, &list);
	while ((link = hlrti_list_pop(&list))) {
		struct held *held = hlrti_entry(link, struct held, link);

		if (covered(ctx, &held->pmem)) {
			pthread_mutex_lock(&ctx->lock);
			hlrti_list_append(&ctx->quarantine, &held->link);
			pthread_mutex_unlock(&ctx->lock);
			continue;
		}
		give_back(ctx, &held->pmem);
		free(held);
		freed++;
	}
	return freed;
}

void hlrti_quarantine_destroy(struct hlrt_context *ctx)
{
	struct hlrti_list list, *link;

	/* The provider's map of the memory ends with the context, and the driver guards what is still exported. */
	take_all(ctx, &list);
	while ((link = hlrti_list_pop(&list))) {
		struct held *held = hlrti_entry(link, struct held, link);

		give_back(ctx, &held->pmem);
		free(held);
	}
}
