// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The character-device front end: /dev/hlN (compute) and /dev/hl_controlDN, as the in-tree driver
 * has them on kernels before 6.7. Device N owns minors 2N and 2N + 1.
 */

#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "hlrt.h"

enum { HLRT_NODE_COMPUTE, HLRT_NODE_CONTROL, HLRT_NODES };

static dev_t hlrt_devt;
static struct class *hlrt_class;

static int hlrt_file_new(struct hlrt_device *dev, struct hlrt_ctx *ctx, struct file *filp)
{
	struct hlrt_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return -ENOMEM;
	hlrt_device_get(dev);
	file->dev = dev;
	file->ctx = ctx;
	filp->private_data = file;
	return 0;
}

static int hlrt_open(struct inode *inode, struct file *filp)
{
	struct hlrt_device *dev = hlrt_device_lookup(iminor(inode) / HLRT_NODES);
	struct hlrt_ctx *ctx;
	int rc;

	if (!dev)
		return -ENODEV;
	rc = hlrt_ctx_open(dev, &ctx);
	if (rc)
		goto put;
	rc = hlrt_file_new(dev, ctx, filp);
	if (rc)
		hlrt_ctx_close(ctx);
put:
	hlrt_device_put(dev);
	return rc;
}

static int hlrt_open_control(struct inode *inode, struct file *filp)
{
	struct hlrt_device *dev = hlrt_device_lookup(iminor(inode) / HLRT_NODES);
	int rc;

	if (!dev)
		return -ENODEV;
	rc = hlrt_file_new(dev, NULL, filp);
	hlrt_device_put(dev);
	return rc;
}

static int hlrt_release(struct inode *inode, struct file *filp)
{
	struct hlrt_file *file = filp->private_data;

	if (file->ctx)
		hlrt_ctx_close(file->ctx);
	hlrt_device_put(file->dev);
	kfree(file);
	return 0;
}

static long hlrt_unlocked_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	return hlrt_ioctl(filp->private_data, cmd, (void __user *)arg);
}

static int hlrt_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct hlrt_file *file = filp->private_data;

	return hlrt_cb_mmap(file->ctx, vma);
}

static const struct file_operations hlrt_fops = {
	.owner = THIS_MODULE,
	.open = hlrt_open,
	.release = hlrt_release,
	.unlocked_ioctl = hlrt_unlocked_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = hlrt_mmap,
};

static const struct file_operations hlrt_control_fops = {
	.owner = THIS_MODULE,
	.open = hlrt_open_control,
	.release = hlrt_release,
	.unlocked_ioctl = hlrt_unlocked_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static const struct {
	const char *name;
	const struct file_operations *fops;
} hlrt_nodes[HLRT_NODES] = {
	[HLRT_NODE_COMPUTE] = { "hl%u", &hlrt_fops },
	[HLRT_NODE_CONTROL] = { "hl_controlD%u", &hlrt_control_fops },
};

static int hlrt_node_add(struct hlrt_device *dev, unsigned int i)
{
	dev_t devt = MKDEV(MAJOR(hlrt_devt), dev->id * HLRT_NODES + i);
	struct cdev *cdev;
	int rc;

	/* Not embedded: an open file still needs it when the device has gone. */
	cdev = cdev_alloc();
	if (!cdev)
		return -ENOMEM;
	cdev->ops = hlrt_nodes[i].fops;
	cdev->owner = THIS_MODULE;
	rc = cdev_add(cdev, devt, 1);
	if (rc) {
		kobject_put(&cdev->kobj);
		return rc;
	}
	dev->node[i] = device_create_with_groups(hlrt_class, dev->dev, devt, dev,
						 i == HLRT_NODE_COMPUTE ? hlrt_attr_groups : NULL,
						 hlrt_nodes[i].name, dev->id);
	if (IS_ERR(dev->node[i])) {
		cdev_del(cdev);
		return PTR_ERR(dev->node[i]);
	}
	dev->cdev[i] = cdev;
	return 0;
}

static void hlrt_node_remove(struct hlrt_device *dev, unsigned int i)
{
	device_destroy(hlrt_class, dev->node[i]->devt);
	cdev_del(dev->cdev[i]);
}

int hlrt_chardev_add(struct hlrt_device *dev)
{
	int rc;

	rc = hlrt_node_add(dev, HLRT_NODE_CONTROL);
	if (rc)
		return rc;
	rc = hlrt_node_add(dev, HLRT_NODE_COMPUTE);
	if (rc)
		hlrt_node_remove(dev, HLRT_NODE_CONTROL);
	return rc;
}

void hlrt_chardev_remove(struct hlrt_device *dev)
{
	hlrt_node_remove(dev, HLRT_NODE_COMPUTE);
	hlrt_node_remove(dev, HLRT_NODE_CONTROL);
}

int hlrt_chardev_init(void)
{
	int rc;

	rc = alloc_chrdev_region(&hlrt_devt, 0, HLRT_MAX_DEVICES * HLRT_NODES, "habanalabs");
	if (rc)
		return rc;
	hlrt_class = hlrt_class_create("habanalabs");
	if (IS_ERR(hlrt_class)) {
		unregister_chrdev_region(hlrt_devt, HLRT_MAX_DEVICES * HLRT_NODES);
		return PTR_ERR(hlrt_class);
	}
	return 0;
}

void hlrt_chardev_exit(void)
{
	class_destroy(hlrt_class);
	unregister_chrdev_region(hlrt_devt, HLRT_MAX_DEVICES * HLRT_NODES);
}
