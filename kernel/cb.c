// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Command buffers that programs fill. The chip never fetches from them: a submission copies and
 * checks their contents first. So they are plain memory and may outlive the device in a mapping.
 */

#include <linux/bits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "hlrt.h"

/* Handles are page-aligned mmap offsets; the tag keeps other kinds of mappings apart. */
#define HLRT_CB_TAG BIT_ULL(40)

static void hlrt_cb_release(struct kref *ref)
{
	struct hlrt_cb *cb = container_of(ref, struct hlrt_cb, ref);

	vfree(cb->cpu);
	kfree(cb);
}

void hlrt_cb_put(struct hlrt_cb *cb)
{
	kref_put(&cb->ref, hlrt_cb_release);
}

static unsigned long hlrt_cb_index(u64 handle)
{
	if (!(handle & HLRT_CB_TAG) || !PAGE_ALIGNED(handle))
		return 0;
	return (handle & ~HLRT_CB_TAG) >> PAGE_SHIFT;
}

struct hlrt_cb *hlrt_cb_find(struct hlrt_ctx *ctx, u64 handle)
{
	unsigned long index = hlrt_cb_index(handle);
	struct hlrt_cb *cb;

	if (!index)
		return NULL;
	xa_lock(&ctx->cbs);
	cb = xa_load(&ctx->cbs, index);
	if (cb)
		kref_get(&cb->ref);
	xa_unlock(&ctx->cbs);
	return cb;
}

static int hlrt_cb_create(struct hlrt_ctx *ctx, u32 size, u64 *handle)
{
	struct hlrt_cb *cb;
	u32 index;
	int rc;

	if (size > HLABI_CB_MAX_SIZE)
		return -EINVAL;
	cb = kzalloc(sizeof(*cb), GFP_KERNEL);
	if (!cb)
		return -ENOMEM;
	kref_init(&cb->ref);
	/* The uAPI has no smaller one, whatever is asked for. */
	cb->size = PAGE_ALIGN(size ?: 1);
	cb->cpu = vmalloc_user(cb->size);
	if (!cb->cpu) {
		hlrt_cb_put(cb);
		return -ENOMEM;
	}
	rc = xa_alloc(&ctx->cbs, &index, cb, XA_LIMIT(1, 1 << 24), GFP_KERNEL);
	if (rc) {
		hlrt_cb_put(cb);
		return rc;
	}
	*handle = ((u64)index << PAGE_SHIFT) | HLRT_CB_TAG;
	cb->handle = *handle;
	return 0;
}

static int hlrt_cb_destroy(struct hlrt_ctx *ctx, u64 handle)
{
	unsigned long index = hlrt_cb_index(handle);
	struct hlrt_cb *cb = index ? xa_erase(&ctx->cbs, index) : NULL;

	if (!cb)
		return -EINVAL;
	hlrt_cb_put(cb);
	return 0;
}

void hlrt_cb_destroy_all(struct hlrt_ctx *ctx)
{
	struct hlrt_cb *cb;
	unsigned long index;

	xa_for_each(&ctx->cbs, index, cb) {
		xa_erase(&ctx->cbs, index);
		hlrt_cb_put(cb);
	}
}

int hlrt_cb_ioctl(struct hlrt_file *file, void *data)
{
	union hlabi_cb_args *args = data;
	u64 handle = args->in.cb_handle;
	struct hlrt_cb *cb;
	int rc;

	switch (args->in.op) {
	case HLABI_CB_OP_CREATE:
		if (args->in.flags)
			return -EOPNOTSUPP;
		rc = hlrt_cb_create(file->ctx, args->in.cb_size, &handle);
		memset(args, 0, sizeof(*args));
		if (!rc)
			args->out.cb_handle = handle;
		return rc;
	case HLABI_CB_OP_DESTROY:
		return hlrt_cb_destroy(file->ctx, handle);
	case HLABI_CB_OP_INFO:
		if (args->in.flags & HLABI_CB_FLAG_GET_DEVICE_VA)
			return -EOPNOTSUPP;
		cb = hlrt_cb_find(file->ctx, handle);
		if (!cb)
			return -EINVAL;
		memset(args, 0, sizeof(*args));
		hlrt_cb_put(cb);
		/* No submission holds on to a buffer: what was queued is a copy. */
		args->out.usage_cnt = 0;
		return 0;
	default:
		return hlrt_unknown_op();
	}
}

static void hlrt_cb_vm_open(struct vm_area_struct *vma)
{
	struct hlrt_cb *cb = vma->vm_private_data;

	kref_get(&cb->ref);
}

static void hlrt_cb_vm_close(struct vm_area_struct *vma)
{
	hlrt_cb_put(vma->vm_private_data);
}

static const struct vm_operations_struct hlrt_cb_vm_ops = {
	.open = hlrt_cb_vm_open,
	.close = hlrt_cb_vm_close,
};

int hlrt_cb_mmap(struct hlrt_ctx *ctx, struct vm_area_struct *vma)
{
	u64 handle = (u64)vma->vm_pgoff << PAGE_SHIFT;
	struct hlrt_cb *cb;
	int rc;

	cb = hlrt_cb_find(ctx, handle);
	if (!cb)
		return -EINVAL;
	if (vma->vm_end - vma->vm_start > cb->size) {
		rc = -EINVAL;
		goto put;
	}
	rc = remap_vmalloc_range(vma, cb->cpu, 0);
	if (rc)
		goto put;
	vma->vm_ops = &hlrt_cb_vm_ops;
	vma->vm_private_data = cb; /* with our reference */
	return 0;

put:
	hlrt_cb_put(cb);
	return rc;
}
