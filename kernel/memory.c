// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The MEMORY ioctl, and the end of a context's mappings. */

#include <linux/minmax.h>

#include "hlrt.h"

/*
 * The program places its buffers in user DRAM by itself; the driver only counts, and believes what
 * it is told: a program that frees without naming the size (the uAPI allows it) must not starve.
 */
static int hlrt_mem_alloc(struct hlrt_ctx *ctx, const struct hlabi_mem_in *in,
			  struct hlabi_mem_out *out)
{
	const struct hlrt_props *prop = &ctx->dev->prop;
	u64 limit = prop->dram_base + prop->dram_size - prop->dram_user_base;

	if (!in->alloc.mem_size)
		return -EINVAL;
	if (in->alloc.mem_size > limit)
		return -ENOMEM;
	mutex_lock(&ctx->mem_lock);
	ctx->dram_used = min(ctx->dram_used + in->alloc.mem_size, limit);
	mutex_unlock(&ctx->mem_lock);
	out->handle = 0;
	return 0;
}

static int hlrt_mem_free(struct hlrt_ctx *ctx, const struct hlabi_mem_in *in,
			 struct hlabi_mem_out *out)
{
	/* As in-tree: every handle is 0, so the field carries the size instead. */
	mutex_lock(&ctx->mem_lock);
	ctx->dram_used -= min(ctx->dram_used, in->alloc.mem_size);
	mutex_unlock(&ctx->mem_lock);
	return 0;
}

static int hlrt_mem_map(struct hlrt_ctx *ctx, const struct hlabi_mem_in *in,
			struct hlabi_mem_out *out)
{
	u64 va;
	int rc;

	if (!(in->flags & HLABI_MEM_USERPTR))
		return -EINVAL; /* device memory is addressed physically */
	rc = hlrt_host_map(ctx, in->map_host.host_virt_addr, in->map_host.mem_size,
			   in->map_host.hint_addr, in->flags & HLABI_MEM_FORCE_HINT, &va);
	if (!rc)
		out->device_virt_addr = va;
	return rc;
}

static int hlrt_mem_unmap(struct hlrt_ctx *ctx, const struct hlabi_mem_in *in,
			  struct hlabi_mem_out *out)
{
	return hlrt_host_unmap(ctx, in->unmap.device_virt_addr);
}

static int hlrt_mem_export(struct hlrt_ctx *ctx, const struct hlabi_mem_in *in,
			   struct hlabi_mem_out *out)
{
	int fd = hlrt_export(ctx, in->export_dmabuf_fd.addr, in->export_dmabuf_fd.mem_size,
			     in->flags);

	if (fd < 0)
		return fd;
	out->fd = fd;
	return 0;
}

typedef int (*hlrt_mem_fn)(struct hlrt_ctx *ctx, const struct hlabi_mem_in *in,
			   struct hlabi_mem_out *out);

static const hlrt_mem_fn hlrt_mem_ops[] = {
	[HLABI_MEM_OP_ALLOC] = hlrt_mem_alloc,
	[HLABI_MEM_OP_FREE] = hlrt_mem_free,
	[HLABI_MEM_OP_MAP] = hlrt_mem_map,
	[HLABI_MEM_OP_UNMAP] = hlrt_mem_unmap,
	[HLABI_MEM_OP_EXPORT_DMABUF_FD] = hlrt_mem_export,
};

int hlrt_memory_ioctl(struct hlrt_file *file, void *data)
{
	union hlabi_mem_args *args = data;
	struct hlabi_mem_in in = args->in;

	memset(args, 0, sizeof(*args));
	if (in.op > HLABI_MEM_OP_TS_ALLOC)
		return -ENOTTY;
	if (in.op >= ARRAY_SIZE(hlrt_mem_ops) || !hlrt_mem_ops[in.op])
		return -EOPNOTSUPP;
	return hlrt_mem_ops[in.op](file->ctx, &in, &args->out);
}

/* In the older generation the bytes of an export's offset are undefined and not looked at. */
int hlrt_accel_memory_ioctl(struct hlrt_file *file, void *data)
{
	const union hlabi_mem_args *args = data;

	/* An offset is into an allocation; there is none where programs place their own buffers. */
	if (args->in.op == HLABI_MEM_OP_EXPORT_DMABUF_FD && args->in.export_dmabuf_fd.offset)
		return -EINVAL;
	return hlrt_memory_ioctl(file, data);
}

/* First the chip forgets its translations, then the memory behind goes. */
void hlrt_memory_fini(struct hlrt_ctx *ctx, bool with_hw)
{
	struct hlrt_range *range;

	mutex_lock(&ctx->mem_lock);
	list_for_each_entry(range, &ctx->ranges, node)
		hlrt_range_set(range, false);
	hlrt_mmu_ctx_fini(ctx, with_hw);
	mutex_unlock(&ctx->mem_lock);
	for (;;) {
		mutex_lock(&ctx->mem_lock);
		range = list_first_entry_or_null(&ctx->ranges, struct hlrt_range, node);
		if (range)
			hlrt_va_remove(ctx, range);
		mutex_unlock(&ctx->mem_lock);
		if (!range)
			return;
		if (range->kind == HLRT_RANGE_HOST)
			hlrt_host_release(ctx, range);
		else
			hlrt_import_release(ctx, range);
	}
}
