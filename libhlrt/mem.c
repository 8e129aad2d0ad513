// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Memory handles: device memory, what is common to all kinds, release. */
#include "internal.h"

#include <stdlib.h>

#define OPTIONS_SIZE_1 sizeof(struct hlrt_mem_options) /* as first published */

struct hlrt_mem *hlrti_mem_new(struct hlrt_context *ctx, int kind, uint64_t length)
{
	/* Not calloc(): glibc's leaves out the thread's own cache, which is most of what an allocation costs. */
	struct hlrt_mem *mem = malloc(sizeof(*mem));

	if (!mem) {
		hlrt_set_error(-ENOMEM, "no memory for a handle");
		return NULL;
	}
	*mem = (struct hlrt_mem){ .ctx = ctx, .kind = kind, .length = length };
	hlrti_list_init(&mem->link);
	atomic_fetch_add(&ctx->children, 1);
	return mem;
}

void hlrti_mem_delete(struct hlrt_mem *mem)
{
	atomic_fetch_sub(&mem->ctx->children, 1);
	free(mem);
}

int hlrti_mem_check_range(const struct hlrt_mem *mem, uint64_t offset, uint64_t length, const char *what)
{
	uint64_t end;

	if (__builtin_add_overflow(offset, length, &end) || end > mem->length)
		return hlrt_set_error(-ERANGE, "%s %llu + length %llu is beyond the %llu bytes of the memory", what,
				      (unsigned long long)offset, (unsigned long long)length,
				      (unsigned long long)mem->length);
	return 0;
}

enum hlrt_place hlrti_mem_place(const struct hlrt_mem *mem)
{
	switch (mem->kind) {
	case HLRT_MEM_DEVICE:
		return HLRT_PLACE_DEVICE;
	case HLRT_MEM_HOST:
		return HLRT_PLACE_HOST;
	default:
		return HLRT_PLACE_PEER;
	}
}

/* ---- device memory ---- */

static int read_options(const struct hlrt_context *ctx, const struct hlrt_mem_options *options, uint64_t *align)
{
	struct hlrt_mem_options known = { .size = sizeof(known) };
	int rc;

	*align = ctx->alloc_granularity;
	if (options) {
		rc = hlrti_struct_in("struct hlrt_mem_options", &known, sizeof(known), OPTIONS_SIZE_1, options);
		if (rc)
			return rc;
	}
	if (known.flags)
		return hlrt_set_error(-EINVAL, "memory flags 0x%x are unknown; 0 is the only value", known.flags);
	if (known.align && !hlrti_is_power_of_two(known.align))
		return hlrt_set_error(-EINVAL, "align %llu is not a power of two", (unsigned long long)known.align);
	if (known.align > *align)
		*align = known.align;
	return 0;
}

/* One attempt; a second one after the quarantine gave back what nobody uses any more. */
static int reserve(struct hlrt_context *ctx, uint64_t size, uint64_t align, struct hlrt_provider_mem *pmem)
{
	int rc = ctx->ops->mem_alloc(ctx->priv, size, align, pmem);

	if (rc == -ENOMEM && hlrti_quarantine_sweep(ctx))
		rc = ctx->ops->mem_alloc(ctx->priv, size, align, pmem);
	return rc;
}

HLRT_API struct hlrt_mem *hlrt_mem_alloc(struct hlrt_context *context, uint64_t length,
					 const struct hlrt_mem_options *options)
{
	uint64_t align = 0, size;
	struct hlrt_mem *mem;
	int rc = hlrti_context_enter(context);

	if (!rc && !length)
		rc = hlrt_set_error(-EINVAL, "length is 0");
	if (!rc)
		rc = read_options(context, options, &align);
	if (rc)
		return hlrti_null(rc);
	if (!hlrti_align_up(length, context->alloc_granularity, &size) || size > context->pdev.dram_size)
		return hlrti_null(hlrt_set_error(-ENOMEM, "length %llu is more than the device's %llu bytes",
						 (unsigned long long)length,
						 (unsigned long long)context->pdev.dram_size));
	mem = hlrti_mem_new(context, HLRT_MEM_DEVICE, length);
	if (!mem)
		return hlrti_null(-ENOMEM);
	rc = reserve(context, size, align, &mem->pmem);
	if (rc) {
		hlrti_mem_delete(mem);
		return hlrti_null(rc);
	}
	mem->address = mem->pmem.address;
	atomic_fetch_add(&context->allocated, mem->pmem.size);
	return mem;
}

/* ---- release, by kind ---- */

static int release_device(struct hlrt_mem *mem)
{
	hlrti_device_mem_release(mem->ctx, &mem->pmem, atomic_load(&mem->exported));
	return 0;
}

static int release_imported(struct hlrt_mem *mem)
{
	return hlrti_port_ext_unimport(&mem->ctx->port, mem->address);
}

HLRT_API int hlrt_mem_free(struct hlrt_mem *mem)
{
	static int (*const release[])(struct hlrt_mem *) = {
		[HLRT_MEM_DEVICE] = release_device,
		[HLRT_MEM_HOST] = hlrti_host_unregister,
		[HLRT_MEM_IMPORTED] = release_imported,
	};
	unsigned int users;
	int rc;

	if (!mem)
		return hlrt_set_error(-EINVAL, "mem is NULL");
	rc = hlrti_process_check();
	if (rc)
		return rc;
	/* Work that has ended holds it until somebody takes the result. */
	if (atomic_load(&mem->users))
		hlrti_collect(mem->ctx);
	users = atomic_load(&mem->users);
	if (users)
		return hlrt_set_error(-EBUSY, "%u dma-bufs, running calls or pieces of work still use this memory",
				      users);
	rc = release[mem->kind](mem);
	/* A device that was reset has forgotten the mapping by itself. */
	if (rc && rc != -ENODEV)
		return rc;
	hlrti_mem_delete(mem);
	return 0;
}

HLRT_API int hlrt_mem_kind(const struct hlrt_mem *mem)
{
	return mem ? mem->kind : hlrt_set_error(-EINVAL, "mem is NULL");
}

HLRT_API uint64_t hlrt_mem_length(const struct hlrt_mem *mem)
{
	return mem ? mem->length : 0;
}

HLRT_API uint64_t hlrt_mem_address(const struct hlrt_mem *mem)
{
	return mem ? mem->address : 0;
}
