// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The extension ioctls (abi/hlrt_ext.h): arguments checked here, work done in dmabuf_*.c. */

#include <linux/fcntl.h>
#include <linux/overflow.h>
#include <linux/uaccess.h>

#include "hlrt.h"

static bool hlrt_zero(const u64 *words, unsigned int n)
{
	while (n--)
		if (words[n])
			return false;
	return true;
}

#define HLRT_RESERVED_ZERO(arg) hlrt_zero((arg)->reserved, ARRAY_SIZE((arg)->reserved))

int hlrt_ext_query_ioctl(struct hlrt_file *file, void *data)
{
	struct hlrt_ext_query *arg = data;

	if (arg->pad || !HLRT_RESERVED_ZERO(arg))
		return -EINVAL;
	if (READ_ONCE(file->dev->gone) || READ_ONCE(file->ctx->dead))
		return -ENODEV;
	arg->version = HLRT_EXT_VERSION;
	arg->caps = HLRT_EXT_CAP_EXPORT | HLRT_EXT_CAP_IMPORT | HLRT_EXT_CAP_REVOKE |
		    HLRT_EXT_CAP_SCRUB | HLRT_EXT_CAP_EVENTS;
	if (hlrt_fence_fd_supported())
		arg->caps |= HLRT_EXT_CAP_FENCE_FD;
	hlrt_export_limits(file->dev, &arg->export_granularity, &arg->export_max);
	return 0;
}

int hlrt_ext_export_ioctl(struct hlrt_file *file, void *data)
{
	struct hlrt_ext_export *arg = data;
	u64 addr;
	int fd;

	if (!HLRT_RESERVED_ZERO(arg) || check_add_overflow(arg->address, arg->offset, &addr))
		return -EINVAL;
	fd = hlrt_export(file->ctx, addr, arg->length, arg->flags);
	if (fd < 0)
		return fd;
	arg->fd = fd;
	return 0;
}

int hlrt_ext_import_ioctl(struct hlrt_file *file, void *data)
{
	struct hlrt_ext_import *arg = data;
	char why[HLRT_REASON_SIZE] = "";
	u32 size = min_t(u32, arg->reason_size, sizeof(why));
	int rc;

	if (arg->flags || arg->pad)
		return -EINVAL;
	rc = hlrt_import(file->ctx, arg, why);
	if (rc != -EXDEV || !size)
		return rc;
	why[size - 1] = '\0';
	return copy_to_user(u64_to_user_ptr(arg->reason), why, size) ? -EFAULT : rc;
}

int hlrt_ext_unimport_ioctl(struct hlrt_file *file, void *data)
{
	struct hlrt_ext_unimport *arg = data;

	if (!HLRT_RESERVED_ZERO(arg))
		return -EINVAL;
	return hlrt_unimport(file->ctx, arg->device_va);
}

int hlrt_ext_revoke_ioctl(struct hlrt_file *file, void *data)
{
	struct hlrt_ext_revoke *arg = data;
	u64 end;

	if (arg->pad || !HLRT_RESERVED_ZERO(arg) || !arg->length ||
	    check_add_overflow(arg->address, arg->length, &end))
		return -EINVAL;
	return hlrt_export_revoke(file->ctx, arg->address, arg->length, &arg->revoked);
}

int hlrt_ext_export_status_ioctl(struct hlrt_file *file, void *data)
{
	struct hlrt_ext_export_status *arg = data;
	u64 end;

	if (arg->flags & ~HLRT_EXT_STATUS_FREE || !HLRT_RESERVED_ZERO(arg) || !arg->length ||
	    check_add_overflow(arg->address, arg->length, &end))
		return -EINVAL;
	if (arg->flags && file->dev->prop.placement == HLRT_PLACE_KERNEL)
		return -EINVAL; /* there MEMORY/FREE wants a handle */
	if (READ_ONCE(file->dev->gone) || READ_ONCE(file->ctx->dead))
		return -ENODEV;
	arg->count = hlrt_export_count(file->dev, arg->address, arg->length);
	if (!arg->count && (arg->flags & HLRT_EXT_STATUS_FREE))
		hlrt_mem_uncount(file->ctx, arg->length);
	return 0;
}

int hlrt_ext_fence_fd_ioctl(struct hlrt_file *file, void *data)
{
	struct hlrt_ext_fence_fd *arg = data;
	int fd;

	if (arg->flags & ~O_CLOEXEC || !HLRT_RESERVED_ZERO(arg))
		return -EINVAL;
	fd = hlrt_fence_fd(file->ctx, arg->seq, arg->flags);
	if (fd < 0)
		return fd;
	arg->fd = fd;
	return 0;
}

int hlrt_ext_event_ioctl(struct hlrt_file *file, void *data)
{
	struct hlrt_ext_event *arg = data;

	if (arg->pad || !HLRT_RESERVED_ZERO(arg))
		return -EINVAL;
	return hlrt_ctx_next_event(file->ctx, arg);
}
