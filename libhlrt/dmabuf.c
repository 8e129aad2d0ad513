// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Exporting device memory as a dma-buf, importing another device's, revoking. */
#include "internal.h"

#include <stdlib.h>
#include <unistd.h>

struct hlrt_dmabuf {
	struct hlrt_mem *mem;
	int fd;
	uint64_t offset; /* of the data inside the dma-buf */
	uint64_t length;
	uint64_t address; /* device address of the data */
};

static bool has_ext(const struct hlrt_context *ctx, uint64_t cap)
{
	return ctx->ext_caps & cap;
}

static int check_export(const struct hlrt_mem *mem, uint64_t offset, uint64_t length, uint32_t flags)
{
	uint64_t granularity;
	int rc;

	if (!mem)
		return hlrt_set_error(-EINVAL, "mem is NULL");
	rc = hlrti_context_enter(mem->ctx);
	if (rc)
		return rc;
	if (mem->kind != HLRT_MEM_DEVICE)
		return hlrt_set_error(-EINVAL, "memory of kind %d cannot be exported, only device memory", mem->kind);
	if (flags)
		return hlrt_set_error(-EINVAL, "export flags 0x%x are unknown; 0 is the only value", flags);
	if (!length)
		return hlrt_set_error(-EINVAL, "length is 0");
	rc = hlrt_check_capability(mem->ctx, HLRT_CAP_EXPORT);
	if (rc)
		return rc;
	granularity = mem->ctx->export_granularity;
	if (!hlrti_is_aligned(offset, granularity))
		return hlrt_set_error(-EINVAL, "offset %llu is not a multiple of %llu", (unsigned long long)offset,
				      (unsigned long long)granularity);
	if (!hlrti_is_aligned(length, granularity))
		return hlrt_set_error(-EINVAL, "length %llu is not a multiple of %llu", (unsigned long long)length,
				      (unsigned long long)granularity);
	rc = hlrti_mem_check_range(mem, offset, length, "offset");
	if (!rc && length > mem->ctx->export_max)
		rc = hlrt_set_error(-ERANGE, "length %llu is more than the device can export at once, %llu",
				    (unsigned long long)length, (unsigned long long)mem->ctx->export_max);
	return rc;
}

static int ask_export(struct hlrt_mem *mem, uint64_t offset, uint64_t length, int *fd)
{
	struct hlrt_context *ctx = mem->ctx;
	uint64_t address, beside;
	int rc = ctx->ops->export_address(ctx->priv, &mem->pmem, offset, length, &address, &beside);

	if (rc)
		return rc;
	if (has_ext(ctx, HLRT_EXT_CAP_EXPORT))
		return hlrti_port_ext_export(&ctx->port, address, beside, length, fd);
	return hlrti_port_export(&ctx->port, address, beside, length, fd);
}

HLRT_API struct hlrt_dmabuf *hlrt_dmabuf_export(struct hlrt_mem *mem, uint64_t offset, uint64_t length, uint32_t flags)
{
	struct hlrt_dmabuf *dmabuf;
	int rc = check_export(mem, offset, length, flags), fd;

	if (rc)
		return hlrti_null(rc);
	dmabuf = malloc(sizeof(*dmabuf)); /* see hlrti_mem_new() */
	if (!dmabuf)
		return hlrti_null(hlrt_set_error(-ENOMEM, "no memory for a dma-buf handle"));
	rc = ask_export(mem, offset, length, &fd);
	if (rc) {
		free(dmabuf);
		return hlrti_null(rc);
	}
	*dmabuf = (struct hlrt_dmabuf){
		.mem = mem,
		.fd = fd,
		.offset = 0, /* every driver's dma-buf begins exactly at the address that was asked for */
		.length = length,
		.address = mem->address + offset,
	};
	atomic_store(&mem->exported, true);
	atomic_fetch_add(&mem->users, 1);
	atomic_fetch_add(&mem->ctx->children, 1);
	return dmabuf;
}

HLRT_API int hlrt_dmabuf_fd(const struct hlrt_dmabuf *dmabuf)
{
	return dmabuf ? dmabuf->fd : hlrt_set_error(-EINVAL, "dmabuf is NULL");
}

HLRT_API uint64_t hlrt_dmabuf_offset(const struct hlrt_dmabuf *dmabuf)
{
	return dmabuf ? dmabuf->offset : 0;
}

HLRT_API uint64_t hlrt_dmabuf_length(const struct hlrt_dmabuf *dmabuf)
{
	return dmabuf ? dmabuf->length : 0;
}

HLRT_API int hlrt_dmabuf_revoke(struct hlrt_dmabuf *dmabuf)
{
	uint32_t revoked = 0;
	int rc;

	if (!dmabuf)
		return hlrt_set_error(-EINVAL, "dmabuf is NULL");
	rc = hlrt_check_capability(dmabuf->mem->ctx, HLRT_CAP_REVOKE);
	if (rc)
		return rc;
	rc = hlrti_port_ext_revoke(&dmabuf->mem->ctx->port, dmabuf->address, dmabuf->length, &revoked);
	if (!rc)
		hlrti_log(HLRT_LOG_DEBUG, "%u dma-bufs revoked", revoked);
	return rc;
}

HLRT_API int hlrt_dmabuf_close(struct hlrt_dmabuf *dmabuf)
{
	int rc;

	if (!dmabuf)
		return hlrt_set_error(-EINVAL, "dmabuf is NULL");
	rc = hlrti_process_check();
	if (rc)
		return rc;
	/* Plain close(2): a dma-buf's fd is an ordinary one, which others may have dup()ed. */
	close(dmabuf->fd);
	atomic_fetch_sub(&dmabuf->mem->users, 1);
	atomic_fetch_sub(&dmabuf->mem->ctx->children, 1);
	free(dmabuf);
	return 0;
}

/* ---- importing ---- */

static int check_import(struct hlrt_context *context, int fd, uint64_t offset, uint64_t length, uint32_t flags)
{
	uint64_t page = hlrti_page_size(), end;
	int rc = hlrti_context_enter(context);

	if (rc)
		return rc;
	if (flags)
		return hlrt_set_error(-EINVAL, "import flags 0x%x are unknown; 0 is the only value", flags);
	if (fd < 0)
		return hlrt_set_error(-EBADF, "fd %d is not an open file descriptor", fd);
	rc = hlrt_check_capability(context, HLRT_CAP_IMPORT);
	if (rc)
		return rc;
	if (!hlrti_is_aligned(offset, page) || !hlrti_is_aligned(length, page))
		return hlrt_set_error(-EINVAL, "offset %llu or length %llu is not a multiple of the page size %llu",
				      (unsigned long long)offset, (unsigned long long)length, (unsigned long long)page);
	if (__builtin_add_overflow(offset, length, &end))
		return hlrt_set_error(-ERANGE, "offset %llu + length %llu overflows", (unsigned long long)offset,
				      (unsigned long long)length);
	return 0;
}

HLRT_API struct hlrt_mem *hlrt_dmabuf_import(struct hlrt_context *context, int fd, uint64_t offset, uint64_t length,
					     uint32_t flags)
{
	struct hlrt_mem *mem;
	uint64_t mapped = 0;
	int rc = check_import(context, fd, offset, length, flags);

	if (rc)
		return hlrti_null(rc);
	mem = hlrti_mem_new(context, HLRT_MEM_IMPORTED, length);
	if (!mem)
		return hlrti_null(-ENOMEM);
	rc = hlrti_port_ext_import(&context->port, fd, offset, length, &mem->address, &mapped);
	if (rc) {
		hlrti_mem_delete(mem);
		return hlrti_null(rc);
	}
	mem->length = length ? length : mapped;
	return mem;
}
