// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Character devices and open files. */
#include <errno.h>
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "device.h"
#include "kshim.h"

#define DYNAMIC_MAJOR_FIRST 234 /* the kernel hands out majors from here downwards */

static LIST_HEAD(cdevs);
static DEFINE_MUTEX(cdevs_lock);
static unsigned int next_major = DYNAMIC_MAJOR_FIRST;

int alloc_chrdev_region(dev_t *dev, unsigned int first, unsigned int count, const char *name)
{
	(void)count, (void)name;
	mutex_lock(&cdevs_lock);
	*dev = MKDEV(next_major, first);
	next_major--;
	mutex_unlock(&cdevs_lock);
	return 0;
}

int register_chrdev_region(dev_t dev, unsigned int count, const char *name)
{
	(void)dev, (void)count, (void)name;
	return 0;
}

void unregister_chrdev_region(dev_t dev, unsigned int count)
{
	(void)count;
	mutex_lock(&cdevs_lock);
	if (MAJOR(dev) == next_major + 1)
		next_major++;
	mutex_unlock(&cdevs_lock);
}

static void cdev_release(struct kref *kref)
{
	struct cdev *cdev = container_of(kref, struct cdev, kref);
	struct device *parent = cdev->parent_dev;

	if (cdev->allocated)
		kfree(cdev);
	put_device(parent); /* may free the structure that an embedded cdev is in */
}

static void put_by_kobject(struct kobject *kobj)
{
	kref_put(&container_of(kobj, struct cdev, kobj)->kref, cdev_release);
}

void cdev_init(struct cdev *cdev, const struct file_operations *fops)
{
	*cdev = (struct cdev){ .kobj.put = put_by_kobject, .ops = fops };
	INIT_LIST_HEAD(&cdev->list);
	kref_init(&cdev->kref);
}

struct cdev *cdev_alloc(void)
{
	struct cdev *cdev = kmalloc(sizeof(*cdev), GFP_KERNEL);

	if (cdev) {
		cdev_init(cdev, NULL);
		cdev->allocated = true;
	}
	return cdev;
}

int cdev_add(struct cdev *cdev, dev_t dev, unsigned int count)
{
	if (kshim_alloc_fails())
		return -ENOMEM;
	cdev->dev = dev;
	cdev->count = count;
	get_device(cdev->parent_dev);
	mutex_lock(&cdevs_lock);
	list_add_tail(&cdev->list, &cdevs);
	mutex_unlock(&cdevs_lock);
	return 0;
}

void cdev_del(struct cdev *cdev)
{
	mutex_lock(&cdevs_lock);
	list_del_init(&cdev->list);
	mutex_unlock(&cdevs_lock);
	kref_put(&cdev->kref, cdev_release);
}

void cdev_set_parent(struct cdev *cdev, struct kobject *kobj)
{
	cdev->parent_dev = kobj_to_dev(kobj);
}

int cdev_device_add(struct cdev *cdev, struct device *dev)
{
	int err;

	if (dev->devt) {
		cdev->parent_dev = dev;
		err = cdev_add(cdev, dev->devt, 1);
		if (err)
			return err;
	}
	err = device_add(dev);
	if (err && dev->devt)
		cdev_del(cdev);
	return err;
}

void cdev_device_del(struct cdev *cdev, struct device *dev)
{
	device_del(dev);
	if (dev->devt)
		cdev_del(cdev);
}

static struct cdev *find_cdev(dev_t devt)
{
	struct cdev *cdev, *found = NULL;

	mutex_lock(&cdevs_lock);
	list_for_each_entry(cdev, &cdevs, list) {
		if (!found && devt >= cdev->dev && devt < cdev->dev + cdev->count) {
			kref_get(&cdev->kref);
			found = cdev;
		}
	}
	mutex_unlock(&cdevs_lock);
	return found;
}

/* ---- nodes ---- */

struct node_walk {
	struct pci_dev *pdev;
	int (*fn)(void *arg, const char *name);
	void *arg;
};

static bool below(const struct device *dev, const struct device *top)
{
	for (; dev; dev = dev->parent)
		if (dev == top)
			return true;
	return false;
}

static int visit_node(void *arg, struct device *dev)
{
	struct node_walk *w = arg;

	return dev->devt && below(dev->parent, &w->pdev->dev) ? w->fn(w->arg, dev->name) : 0;
}

int kshim_for_each_node(struct pci_dev *pdev, int (*fn)(void *arg, const char *name), void *arg)
{
	struct node_walk w = { pdev, fn, arg };

	return kshim_for_each_device(visit_node, &w);
}

/* ---- files ---- */

static void free_file(struct file *file)
{
	struct cdev *cdev = file->inode.i_cdev;
	struct module *owner = file->f_op->owner;

	kfree(file);
	module_put(owner);
	kref_put(&cdev->kref, cdev_release);
}

int kshim_file_open(const char *name, int flags, struct file **out)
{
	struct device *dev = kshim_find_device(name);
	struct cdev *cdev = dev ? find_cdev(dev->devt) : NULL;
	struct file *file;
	int err;

	if (!cdev) {
		put_device(dev);
		return -ENOENT;
	}
	file = kzalloc(sizeof(*file), GFP_KERNEL);
	if (!file) {
		kref_put(&cdev->kref, cdev_release);
		put_device(dev);
		return -ENOMEM;
	}
	file->f_op = cdev->ops;
	file->f_flags = flags;
	file->f_mode = (flags & O_ACCMODE) == O_RDWR	 ? FMODE_READ | FMODE_WRITE
		       : (flags & O_ACCMODE) == O_WRONLY ? FMODE_WRITE
							 : FMODE_READ;
	file->inode = (struct inode){ .i_rdev = dev->devt, .i_cdev = cdev };
	file->f_inode = &file->inode;
	atomic_long_set(&file->f_count, 1);
	put_device(dev);
	try_module_get(file->f_op->owner);
	err = file->f_op->open ? file->f_op->open(file->f_inode, file) : 0;
	if (err) {
		free_file(file);
		return err;
	}
	*out = file;
	return 0;
}

struct file *get_file(struct file *file)
{
	atomic_long_inc(&file->f_count);
	return file;
}

bool get_file_rcu(struct file *file)
{
	return atomic64_inc_not_zero(&file->f_count);
}

void fput(struct file *file)
{
	long left = atomic64_dec_return(&file->f_count);
	bool own; /* a dma-buf's file is part of the dma-buf, which its release() frees */

	WARN(left < 0, "file reference count below 0");
	if (left)
		return;
	own = file->f_inode != NULL;
	if (file->f_op->release)
		file->f_op->release(file->f_inode, file);
	if (own)
		free_file(file);
}

long kshim_file_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	long ret = -ENOTTY;

	if (file->f_op->unlocked_ioctl)
		ret = file->f_op->unlocked_ioctl(file, cmd, arg);
	WARN(current->atomic_depth, "ioctl returned in atomic context");
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}

loff_t no_llseek(struct file *file, loff_t pos, int whence)
{
	(void)file, (void)pos, (void)whence;
	return -ESPIPE;
}

loff_t noop_llseek(struct file *file, loff_t pos, int whence)
{
	(void)pos, (void)whence;
	return file->f_pos;
}

long compat_ptr_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return file->f_op->unlocked_ioctl(file, cmd, arg);
}

int nonseekable_open(struct inode *inode, struct file *file)
{
	(void)inode, (void)file;
	return 0;
}

int stream_open(struct inode *inode, struct file *file)
{
	(void)inode, (void)file;
	return 0;
}
