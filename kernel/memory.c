// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The MEMORY ioctl, and the end of a context's mappings. */

#include <linux/minmax.h>
#include <linux/overflow.h>

#include "hlrt.h"

/*
 * Where the program places its buffers by itself the driver only counts, and believes what it is
 * told: a program that frees without naming the size (the uAPI allows it) must not starve.
 */
static int hlrt_mem_alloc(struct hlrt_ctx *ctx, const struct hlabi_mem_in *in,
			  struct hlabi_mem_out *out)
{
	const struct hlrt_props *prop = &ctx->dev->prop;
	u64 limit = prop->dram_base + prop->dram_size - prop->dram_user_base;

	if (prop->placement == HLRT_PLACE_KERNEL)
		/* The page size is for chips that have more than one. */
		return hlrt_dram_alloc(ctx, in->alloc.mem_size, in->flags & HLABI_MEM_CONTIGUOUS,
				       &out->handle);
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

void hlrt_mem_uncount(struct hlrt_ctx *ctx, u64 size)
{
	mutex_lock(&ctx->mem_lock);
	ctx->dram_used -= min(ctx->dram_used, size);
	mutex_unlock(&ctx->mem_lock);
}

static int hlrt_mem_free(struct hlrt_ctx *ctx, const struct hlabi_mem_in *in,
			 struct hlabi_mem_out *out)
{
	if (ctx->dev->prop.placement == HLRT_PLACE_KERNEL)
		return hlrt_dram_free(ctx, in->free.handle);
	/* As in-tree: every handle is 0, so the field carries the size instead. */
	hlrt_mem_uncount(ctx, in->alloc.mem_size);
	return 0;
}

static int hlrt_mem_map(struct hlrt_ctx *ctx, const struct hlabi_mem_in *in,
			struct hlabi_mem_out *out)
{
	bool force = in->flags & HLABI_MEM_FORCE_HINT;
	u64 va;
	int rc;

	if (in->flags & HLABI_MEM_USERPTR)
		rc = hlrt_host_map(ctx, in->map_host.host_virt_addr, in->map_host.mem_size,
				   in->map_host.hint_addr, force, &va);
	else if (ctx->dev->prop.placement == HLRT_PLACE_KERNEL)
		rc = hlrt_dram_map(ctx, in->map_device.handle, in->map_device.hint_addr, force,
				   &va);
	else
		rc = -EINVAL; /* device memory is addressed physically */
	if (!rc)
		out->device_virt_addr = va;
	return rc;
}

static int hlrt_mem_unmap(struct hlrt_ctx *ctx, const struct hlabi_mem_in *in,
			  struct hlabi_mem_out *out)
{
	u64 va = in->unmap.device_virt_addr;
	const struct hlrt_range *range;
	bool dram;

	/* Each looks again, and closer. */
	mutex_lock(&ctx->mem_lock);
	range = hlrt_va_find(ctx, va);
	dram = range && range->kind == HLRT_RANGE_DRAM;
	mutex_unlock(&ctx->mem_lock);
	return dram ? hlrt_dram_unmap(ctx, va) : hlrt_host_unmap(ctx, va);
}

static int hlrt_mem_export(struct hlrt_ctx *ctx, const struct hlabi_mem_in *in,
			   struct hlabi_mem_out *out)
{
	int fd = hlrt_export(ctx, in->export_dmabuf_fd.addr, in->export_dmabuf_fd.mem_size,
			     in->flags);

	/* The uAPI's own export has one errno for all of a bad range. */
	if (fd < 0)
		return fd == -ERANGE ? -EINVAL : fd;
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
		return hlrt_unknown_op();
	if (in.op >= ARRAY_SIZE(hlrt_mem_ops) || !hlrt_mem_ops[in.op])
		return -EOPNOTSUPP;
	return hlrt_mem_ops[in.op](file->ctx, &in, &args->out);
}

/*
 * The newer generation's export has an offset into a mapped allocation; where programs place their
 * own buffers there is none. In the older one these bytes are undefined and not looked at.
 */
int hlrt_accel_memory_ioctl(struct hlrt_file *file, void *data)
{
	union hlabi_mem_args *args = data;
	u64 offset = args->in.export_dmabuf_fd.offset;

	if (args->in.op == HLABI_MEM_OP_EXPORT_DMABUF_FD && offset) {
		if (file->dev->prop.placement != HLRT_PLACE_KERNEL ||
		    check_add_overflow(args->in.export_dmabuf_fd.addr, offset,
				       &args->in.export_dmabuf_fd.addr))
			return -EINVAL;
	}
	return hlrt_memory_ioctl(file, data);
}

static void hlrt_range_release(struct hlrt_ctx *ctx, struct hlrt_range *range)
{
	switch (range->kind) {
	case HLRT_RANGE_HOST:
		hlrt_host_release(ctx, range);
		break;
	case HLRT_RANGE_IMPORT:
		hlrt_import_release(ctx, range);
		break;
	case HLRT_RANGE_DRAM:
		hlrt_dram_release(range);
		break;
	}
}

/* First the chip forgets its translations, then the memory behind goes. */
void hlrt_memory_fini(struct hlrt_ctx *ctx, bool with_hw)
{
	struct hlrt_range *range;

	mutex_lock(&ctx->mem_lock);
	list_for_each_entry(range, &ctx->ranges, node)
		hlrt_range_set(range, false);
	hlrt_as_fini(&ctx->as, with_hw);
	mutex_unlock(&ctx->mem_lock);
	for (;;) {
		mutex_lock(&ctx->mem_lock);
		range = list_first_entry_or_null(&ctx->ranges, struct hlrt_range, node);
		if (range)
			hlrt_va_remove(ctx, range);
		mutex_unlock(&ctx->mem_lock);
		if (!range)
			break;
		hlrt_range_release(ctx, range);
	}
	hlrt_dram_free_all(ctx);
}
