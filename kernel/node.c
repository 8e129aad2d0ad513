// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Character devices of the driver's own, and what their open files are. The control node is one on
 * every kernel; the compute node is one where there is no accel class to join (chardev.c).
 */

#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "hlrt.h"

static dev_t hlrt_devt;

static struct hlrt_file *hlrt_file_new(struct hlrt_device *dev, struct hlrt_ctx *ctx)
{
	struct hlrt_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return NULL;
	hlrt_device_get(dev);
	file->dev = dev;
	file->ctx = ctx;
	file->uapi = hlrt_front_uapi;
	return file;
}

int hlrt_file_open(struct hlrt_device *dev, struct hlrt_file **file)
{
	struct hlrt_ctx *ctx;
	int rc;

	rc = hlrt_ctx_open(dev, &ctx);
	if (rc)
		return rc;
	*file = hlrt_file_new(dev, ctx);
	if (*file)
		return 0;
	hlrt_ctx_close(ctx);
	return -ENOMEM;
}

void hlrt_file_close(struct hlrt_file *file)
{
	struct hlrt_device *dev = file->dev;

	if (file->ctx)
		hlrt_ctx_close(file->ctx);
	kfree(file);
	hlrt_device_put(dev);
}

struct hlrt_device *hlrt_node_device(struct inode *inode)
{
	return hlrt_device_lookup(iminor(inode) / HLRT_NODES);
}

int hlrt_node_release(struct inode *inode, struct file *filp)
{
	hlrt_file_close(filp->private_data);
	return 0;
}

long hlrt_node_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	return hlrt_ioctl(filp->private_data, cmd, (void __user *)arg);
}

static int hlrt_control_open(struct inode *inode, struct file *filp)
{
	struct hlrt_device *dev = hlrt_node_device(inode);

	if (!dev)
		return -ENODEV;
	filp->private_data = hlrt_file_new(dev, NULL);
	hlrt_device_put(dev);
	return filp->private_data ? 0 : -ENOMEM;
}

const struct file_operations hlrt_control_fops = {
	.owner = THIS_MODULE,
	.open = hlrt_control_open,
	.release = hlrt_node_release,
	.unlocked_ioctl = hlrt_node_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

int hlrt_node_add(struct hlrt_device *dev, enum hlrt_node i, const struct file_operations *fops,
		  const char *name, const struct attribute_group **groups)
{
	dev_t devt = MKDEV(MAJOR(hlrt_devt), dev->id * HLRT_NODES + i);
	struct cdev *cdev;
	int rc;

	/* Not embedded: an open file still needs it when the device has gone. */
	cdev = cdev_alloc();
	if (!cdev)
		return -ENOMEM;
	cdev->ops = fops;
	cdev->owner = THIS_MODULE;
	rc = cdev_add(cdev, devt, 1);
	if (rc) {
		kobject_put(&cdev->kobj);
		return rc;
	}
	dev->node[i] =
		device_create_with_groups(dev->node_class, dev->dev, devt, dev, groups, "%s", name);
	if (IS_ERR(dev->node[i])) {
		cdev_del(cdev);
		return PTR_ERR(dev->node[i]);
	}
	dev->cdev[i] = cdev;
	return 0;
}

void hlrt_node_remove(struct hlrt_device *dev, enum hlrt_node i)
{
	device_destroy(dev->node_class, dev->node[i]->devt);
	cdev_del(dev->cdev[i]);
}

int hlrt_nodes_init(void)
{
	return alloc_chrdev_region(&hlrt_devt, 0, HLRT_MAX_DEVICES * HLRT_NODES, "habanalabs");
}

void hlrt_nodes_exit(void)
{
	unregister_chrdev_region(hlrt_devt, HLRT_MAX_DEVICES * HLRT_NODES);
}
