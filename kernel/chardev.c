// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The character-device front end, for kernels without an accel class: /dev/hlN (compute) and
 * /dev/hl_controlDN of class habanalabs. Twin of accel.c.
 */

#include <linux/fs.h>
#include <linux/module.h>

#include "compat/compat.h"
#include "hlrt.h"

const enum hlrt_uapi hlrt_front_uapi = HLRT_UAPI_MISC;

static struct class *hlrt_class;

static int hlrt_open(struct inode *inode, struct file *filp)
{
	struct hlrt_device *dev = hlrt_node_device(inode);
	struct hlrt_file *file;
	int rc;

	if (!dev)
		return -ENODEV;
	rc = hlrt_file_open(dev, &file);
	if (!rc)
		filp->private_data = file;
	hlrt_device_put(dev);
	return rc;
}

static int hlrt_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct hlrt_file *file = filp->private_data;

	return hlrt_cb_mmap(file->ctx, vma);
}

static const struct file_operations hlrt_fops = {
	.owner = THIS_MODULE,
	.open = hlrt_open,
	.release = hlrt_node_release,
	.unlocked_ioctl = hlrt_node_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = hlrt_mmap,
	.llseek = noop_llseek,
};

int hlrt_front_add(struct hlrt_device *dev)
{
	char name[32];
	int rc;

	snprintf(dev->node_name, sizeof(dev->node_name), "hl%u", dev->id);
	dev->node_class = hlrt_class;
	snprintf(name, sizeof(name), "hl_controlD%u", dev->id);
	rc = hlrt_node_add(dev, HLRT_NODE_CONTROL, &hlrt_control_fops, name, NULL);
	if (rc)
		return rc;
	rc = hlrt_node_add(dev, HLRT_NODE_COMPUTE, &hlrt_fops, dev->node_name,
			   hlrt_node_attr_groups);
	if (rc)
		hlrt_node_remove(dev, HLRT_NODE_CONTROL);
	return rc;
}

void hlrt_front_remove(struct hlrt_device *dev)
{
	hlrt_node_remove(dev, HLRT_NODE_COMPUTE);
	hlrt_node_remove(dev, HLRT_NODE_CONTROL);
}

int hlrt_front_init(void)
{
	int rc;

	rc = hlrt_nodes_init();
	if (rc)
		return rc;
	hlrt_class = hlrt_class_create("habanalabs");
	if (IS_ERR(hlrt_class)) {
		hlrt_nodes_exit();
		return PTR_ERR(hlrt_class);
	}
	return 0;
}

void hlrt_front_exit(void)
{
	class_destroy(hlrt_class);
	hlrt_nodes_exit();
}
