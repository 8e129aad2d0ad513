// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The kernel has the accel class, and accelerators are DRM devices. */
#include <drm/drm_accel.h>
#include <drm/drm_drv.h>

int probe(struct inode *inode, struct file *file);
int probe(struct inode *inode, struct file *file)
{
	return accel_open(inode, file) + DRIVER_COMPUTE_ACCEL;
}
