// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What providers call back into the core (symbol version HLRT_PRIVATE_1); hlrt_set_error() is in error.c. */
#include "internal.h"

HLRT_API int hlrt_kernel_mem_alloc(struct hlrt_context *ctx, uint64_t size, uint64_t page_size, bool contiguous,
				   uint64_t *handle)
{
	return hlrti_port_mem_alloc(&ctx->port, size, page_size, contiguous, handle);
}

HLRT_API int hlrt_kernel_mem_free(struct hlrt_context *ctx, uint64_t handle)
{
	return hlrti_port_mem_free(&ctx->port, handle);
}

HLRT_API int hlrt_kernel_mem_map(struct hlrt_context *ctx, uint64_t handle, uint64_t hint, uint64_t *address)
{
	return hlrti_port_map_device(&ctx->port, handle, hint, address);
}

HLRT_API int hlrt_kernel_mem_unmap(struct hlrt_context *ctx, uint64_t address)
{
	return hlrti_port_unmap(&ctx->port, address);
}
