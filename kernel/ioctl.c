// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* One table of ioctls, whatever node they arrive on. */

#include <linux/minmax.h>
#include <linux/uaccess.h>

#include "hlrt.h"

#define HLRT_IOCTL_CONTROL 0x1 /* also on the control node */
#define HLRT_IOCTL_NO_HW 0x2   /* works without a usable device; checks for itself what it needs */
#define HLRT_IOCTL_EXT \
	0x4 /* extension: a lost device is ENODEV, where the habanalabs uAPI has other errors */

struct hlrt_ioctl_desc {
	unsigned int cmd;
	unsigned int flags;
	unsigned int uapi; /* generations that have it */
	int (*handler)(struct hlrt_file *file, void *data);
};

#define HLRT_UAPI_BOTH (HLRT_UAPI_MISC | HLRT_UAPI_ACCEL)

static const struct hlrt_ioctl_desc hlrt_ioctls[] = {
	{ HLABI_MISC_INFO, HLRT_IOCTL_CONTROL | HLRT_IOCTL_NO_HW, HLRT_UAPI_MISC, hlrt_info_ioctl },
	{ HLABI_MISC_CB, 0, HLRT_UAPI_MISC, hlrt_cb_ioctl },
	{ HLABI_MISC_CS, 0, HLRT_UAPI_MISC, hlrt_cs_ioctl },
	{ HLABI_MISC_WAIT_CS, HLRT_IOCTL_NO_HW, HLRT_UAPI_MISC, hlrt_wait_ioctl },
	{ HLABI_MISC_MEMORY, 0, HLRT_UAPI_MISC, hlrt_memory_ioctl },
	{ HLABI_ACCEL_INFO, HLRT_IOCTL_CONTROL | HLRT_IOCTL_NO_HW, HLRT_UAPI_ACCEL,
	  hlrt_info_ioctl },
	{ HLABI_ACCEL_CB, 0, HLRT_UAPI_ACCEL, hlrt_cb_ioctl },
	{ HLABI_ACCEL_CS, 0, HLRT_UAPI_ACCEL, hlrt_cs_ioctl },
	{ HLABI_ACCEL_WAIT_CS, HLRT_IOCTL_NO_HW, HLRT_UAPI_ACCEL, hlrt_wait_ioctl },
	{ HLABI_ACCEL_MEMORY, 0, HLRT_UAPI_ACCEL, hlrt_accel_memory_ioctl },
	{ HLRT_EXT_QUERY, HLRT_IOCTL_NO_HW | HLRT_IOCTL_EXT, HLRT_UAPI_BOTH, hlrt_ext_query_ioctl },
	{ HLRT_EXT_EXPORT, HLRT_IOCTL_EXT, HLRT_UAPI_BOTH, hlrt_ext_export_ioctl },
	{ HLRT_EXT_IMPORT, HLRT_IOCTL_EXT, HLRT_UAPI_BOTH, hlrt_ext_import_ioctl },
	{ HLRT_EXT_UNIMPORT, HLRT_IOCTL_EXT, HLRT_UAPI_BOTH, hlrt_ext_unimport_ioctl },
	{ HLRT_EXT_REVOKE, HLRT_IOCTL_EXT, HLRT_UAPI_BOTH, hlrt_ext_revoke_ioctl },
	{ HLRT_EXT_EXPORT_STATUS, HLRT_IOCTL_NO_HW | HLRT_IOCTL_EXT, HLRT_UAPI_BOTH,
	  hlrt_ext_export_status_ioctl },
	{ HLRT_EXT_FENCE_FD, HLRT_IOCTL_NO_HW | HLRT_IOCTL_EXT, HLRT_UAPI_BOTH,
	  hlrt_ext_fence_fd_ioctl },
	{ HLRT_EXT_EVENT, HLRT_IOCTL_NO_HW | HLRT_IOCTL_EXT, HLRT_UAPI_BOTH, hlrt_ext_event_ioctl },
};

/* The largest argument of the table. */
union hlrt_ioctl_data {
	struct hlabi_info_args info;
	union hlabi_cb_args cb;
	union hlabi_cs_args cs;
	union hlabi_wait_cs_args wait;
	union hlabi_mem_args memory;
	struct hlrt_ext_query query;
	struct hlrt_ext_export export;
	struct hlrt_ext_import import;
	struct hlrt_ext_unimport unimport;
	struct hlrt_ext_revoke revoke;
	struct hlrt_ext_export_status export_status;
	struct hlrt_ext_fence_fd fence_fd;
	struct hlrt_ext_event event;
};

static const struct hlrt_ioctl_desc *hlrt_ioctl_find(unsigned int cmd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hlrt_ioctls); i++) {
		const struct hlrt_ioctl_desc *desc = &hlrt_ioctls[i];

		if (desc->cmd == cmd)
			return desc;
		/* The habanalabs uAPI is known by its numbers: its structures have grown. */
		if (!(desc->flags & HLRT_IOCTL_EXT) && _IOC_TYPE(desc->cmd) == _IOC_TYPE(cmd) &&
		    _IOC_NR(desc->cmd) == _IOC_NR(cmd))
			return desc;
	}
	return NULL;
}

static int hlrt_ioctl_call(struct hlrt_file *file, const struct hlrt_ioctl_desc *desc, void *data)
{
	int rc;

	if (!file->ctx && !(desc->flags & HLRT_IOCTL_CONTROL))
		return -ENOTTY;
	if (desc->flags & HLRT_IOCTL_NO_HW)
		return desc->handler(file, data);

	rc = hlrt_device_enter(file->dev);
	if (rc)
		return desc->flags & HLRT_IOCTL_EXT ? -ENODEV : rc;
	if (READ_ONCE(file->ctx->dead))
		rc = -ENODEV;
	else
		rc = desc->handler(file, data);
	/* What does not answer may not be there any more. */
	if ((rc == -ETIMEDOUT || rc == -EIO) && hlrt_device_lost(file->dev))
		rc = -ENODEV;
	hlrt_device_leave(file->dev);
	return rc;
}

long hlrt_ioctl(struct hlrt_file *file, unsigned int cmd, void __user *arg)
{
	const struct hlrt_ioctl_desc *desc = hlrt_ioctl_find(cmd);
	union hlrt_ioctl_data data;
	size_t size;
	int rc;

	if (!desc || !(desc->uapi & file->uapi))
		return -ENOTTY;
	/* What the caller does not know of is 0 going in, and not told. */
	size = min(_IOC_SIZE(cmd), _IOC_SIZE(desc->cmd));
	BUILD_BUG_ON(sizeof(data) < sizeof(struct hlrt_ext_query));
	memset(&data, 0, sizeof(data));
	if (cmd & IOC_IN && copy_from_user(&data, arg, size))
		return -EFAULT;
	rc = hlrt_ioctl_call(file, desc, &data);
	/* Results go out even with an error: WAIT_CS tells its reason there. */
	if (cmd & IOC_OUT && copy_to_user(arg, &data, size))
		return -EFAULT;
	return rc;
}
