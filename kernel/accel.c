// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The front end for kernels with an accel class: /dev/accel/accelN through DRM, and the control
 * node /dev/accel/accel_controlDN beside it. Twin of chardev.c. DRM gives the node its number, its
 * DRM_IOCTL_VERSION and the life of its open files; buffers and all else are the driver's own.
 */

#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/module.h>

#include <drm/drm_accel.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_ioctl.h>

#include "compat/compat.h"
#include "hlrt.h"

const enum hlrt_uapi hlrt_front_uapi = HLRT_UAPI_ACCEL;

/* DRM frees it after the last file is closed; the device it holds may be gone by then. */
struct hlrt_accel {
	struct drm_device drm;
	struct hlrt_device *dev;
};

static struct hlrt_accel *to_accel(struct drm_device *drm)
{
	return container_of(drm, struct hlrt_accel, drm);
}

static struct hlrt_file *hlrt_accel_file(struct file *filp)
{
	struct drm_file *drm_file = filp->private_data;

	return drm_file->driver_priv;
}

static int hlrt_accel_open(struct drm_device *drm, struct drm_file *drm_file)
{
	struct hlrt_file *file;
	int rc;

	rc = hlrt_file_open(to_accel(drm)->dev, &file);
	if (!rc)
		drm_file->driver_priv = file;
	return rc;
}

static void hlrt_accel_postclose(struct drm_device *drm, struct drm_file *drm_file)
{
	hlrt_file_close(drm_file->driver_priv);
}

static void hlrt_accel_release(struct drm_device *drm)
{
	hlrt_device_put(to_accel(drm)->dev);
}

/* drm_ioctl() looks at numbers alone: the older uAPI's 'H' would run into DRM's own. */
static long hlrt_accel_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	unsigned int nr = _IOC_NR(cmd);

	if (_IOC_TYPE(cmd) != DRM_IOCTL_BASE)
		return -ENOTTY;
	if (nr >= DRM_COMMAND_BASE && nr < DRM_COMMAND_END)
		return hlrt_ioctl(hlrt_accel_file(filp), cmd, (void __user *)arg);
	/* DRM's own arguments contain pointers; the driver's are the same for everybody. */
	if (in_compat_syscall())
		return -ENOTTY;
	return drm_ioctl(filp, cmd, arg);
}

static int hlrt_accel_mmap(struct file *filp, struct vm_area_struct *vma)
{
	return hlrt_cb_mmap(hlrt_accel_file(filp)->ctx, vma);
}

static const struct file_operations hlrt_accel_fops = {
	.owner = THIS_MODULE,
	.open = accel_open,
	.release = drm_release,
	.unlocked_ioctl = hlrt_accel_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = hlrt_accel_mmap,
	.llseek = noop_llseek,
	HLRT_FOP_UNSIGNED_OFFSET
};

static const struct drm_driver hlrt_accel_driver = {
	.driver_features = DRIVER_COMPUTE_ACCEL,
	.name = "hlrt",
	.desc = "Habana accelerators with dma-buf export",
	HLRT_DRM_DRIVER_DATE
	.major = 1,
	.fops = &hlrt_accel_fops,
	.open = hlrt_accel_open,
	.postclose = hlrt_accel_postclose,
	.release = hlrt_accel_release,
};

static int hlrt_accel_add_control(struct hlrt_device *dev, const struct drm_minor *minor)
{
	char name[32];

	snprintf(name, sizeof(name), "accel_controlD%d", minor->index);
	dev->node_class = minor->kdev->class;
	return hlrt_node_add(dev, HLRT_NODE_CONTROL, &hlrt_control_fops, name, NULL);
}

int hlrt_front_add(struct hlrt_device *dev)
{
	struct hlrt_accel *accel;
	int rc;

	accel = devm_drm_dev_alloc(dev->dev, &hlrt_accel_driver, struct hlrt_accel, drm);
	if (IS_ERR(accel))
		return PTR_ERR(accel);
	hlrt_device_get(dev);
	accel->dev = dev;
	dev->accel = accel;
	dev->node[HLRT_NODE_COMPUTE] = accel->drm.accel->kdev;
	strscpy(dev->node_name, dev_name(accel->drm.accel->kdev), sizeof(dev->node_name));

	rc = hlrt_accel_add_control(dev, accel->drm.accel);
	if (rc)
		return rc;
	/* On the PCI function, where users of the accel class look for them. */
	rc = device_add_groups(dev->dev, hlrt_attr_groups);
	if (rc)
		goto remove_control;
	rc = drm_dev_register(&accel->drm, 0);
	if (rc)
		goto remove_groups;
	return 0;

remove_groups:
	device_remove_groups(dev->dev, hlrt_attr_groups);
remove_control:
	hlrt_node_remove(dev, HLRT_NODE_CONTROL);
	return rc;
}

void hlrt_front_remove(struct hlrt_device *dev)
{
	/*
	 * Not drm_dev_unplug(): it would take the command buffers from under programs that have
	 * them mapped. The core refuses what comes after removal by itself.
	 */
	drm_dev_unregister(&dev->accel->drm);
	device_remove_groups(dev->dev, hlrt_attr_groups);
	hlrt_node_remove(dev, HLRT_NODE_CONTROL);
}

int hlrt_front_init(void)
{
	return hlrt_nodes_init();
}

void hlrt_front_exit(void)
{
	hlrt_nodes_exit();
}
