// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Freed memory that somebody outside may still reach waits here. Where the kernel places memory it keeps such a range itself,
 * and refuses to free it. Where user space does, the driver cannot tell a freed range from a used one, so the library must not hand it
 * out again: one that was ever exported waits until the driver says that no dma-buf covers it, or, when the driver
 * cannot say, until the context closes.
 */
#include "internal.h"

#include <stdlib.h>

struct held {
	struct hlrti_list link;
	struct hlrt_provider_mem pmem;
	bool was_exported;
};

static bool driver_can_tell(const struct hlrt_context *ctx)
{
	return ctx->ext_caps & HLRT_EXT_CAP_EXPORT;
}

/*
 * Asks the driver, and if nothing covers the range tells it of the release in the same call: freeing what was exported
 * costs no system call more than freeing anything else. Doubt counts as covered.
 */
static bool covered(struct hlrt_context *ctx, struct hlrt_provider_mem *pmem)
{
	const bool placed_by_kernel = pmem->handle;
	uint32_t count = 0;

	if (!driver_can_tell(ctx))
		return true;
	if (placed_by_kernel)
		return false; /* mem_free finds out */
	if (hlrti_port_ext_export_status(&ctx->port, pmem->address, pmem->size, HLRT_EXT_STATUS_FREE, &count) || count)
		return true;
	pmem->uncounted = true;
	return false;
}

/* False: somebody still reaches it. */
static bool give_back(struct hlrt_context *ctx, struct hlrt_provider_mem *pmem, bool was_exported)
{
	uint64_t size = pmem->size;

	if (was_exported && covered(ctx, pmem))
		return false;
	if (ctx->ops->mem_free(ctx->priv, pmem) == -EBUSY)
		return false;
	atomic_fetch_sub(&ctx->allocated, size);
	return true;
}

static void hold(struct hlrt_context *ctx, struct held *held)
{
	pthread_mutex_lock(&ctx->lock);
	hlrti_list_append(&ctx->quarantine, &held->link);
	pthread_mutex_unlock(&ctx->lock);
}

void hlrti_device_mem_release(struct hlrt_context *ctx, struct hlrt_provider_mem *pmem, bool was_exported)
{
	struct held *held;

	if (give_back(ctx, pmem, was_exported))
		return;
	held = malloc(sizeof(*held));
	if (!held) {
		/* Then it stays reserved until the context closes: less memory, but nobody else's. */
		hlrti_log(HLRT_LOG_WARNING,
			  "no memory to remember a range that is in use elsewhere; it stays reserved until close");
		return;
	}
	held->pmem = *pmem;
	held->was_exported = was_exported;
	hold(ctx, held);
	hlrti_log(HLRT_LOG_DEBUG, "%llu bytes at 0x%llx are still in use elsewhere and wait for that to end",
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

		if (!give_back(ctx, &held->pmem, held->was_exported)) {
			hold(ctx, held);
			continue;
		}
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

		give_back(ctx, &held->pmem, false);
		free(held);
	}
}
