/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_FS_H
#define KSHIM_LINUX_FS_H

#include <fcntl.h>
#include <linux/kernel.h>
#include <linux/kdev_t.h>
#include <linux/mm_types.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

struct cdev;
struct file;
struct poll_table_struct;

struct inode {
	dev_t i_rdev;
	struct cdev *i_cdev;
	void *i_private;
};

struct address_space {
	struct inode *host;
	bool writeback; /* kshim's: its pages belong to a file on a disk */
};

struct file_operations {
	struct module *owner;
	loff_t (*llseek)(struct file *file, loff_t pos, int whence);
	ssize_t (*read)(struct file *file, char __user *buf, size_t n, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t n, loff_t *pos);
	__poll_t (*poll)(struct file *file, struct poll_table_struct *pt);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	long (*compat_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	int (*open)(struct inode *inode, struct file *file);
	int (*flush)(struct file *file, void *id);
	int (*release)(struct inode *inode, struct file *file);
	void (*show_fdinfo)(void *m, struct file *file);
};

struct file {
	const struct file_operations *f_op;
	unsigned int f_flags;
	fmode_t f_mode;
	loff_t f_pos;
	void *private_data;
	struct inode *f_inode;
	struct address_space *f_mapping;
	atomic_long_t f_count;
	struct inode inode; /* what f_inode points to */
};

#define FMODE_READ 1u
#define FMODE_WRITE 2u

static inline struct inode *file_inode(const struct file *file)
{
	return file->f_inode;
}

static inline unsigned int iminor(const struct inode *inode)
{
	return MINOR(inode->i_rdev);
}

static inline unsigned int imajor(const struct inode *inode)
{
	return MAJOR(inode->i_rdev);
}

struct file *get_file(struct file *file);
bool get_file_rcu(struct file *file); /* false when the last reference is gone already */
void fput(struct file *file);
#define file_count(f) atomic_long_read(&(f)->f_count)

loff_t no_llseek(struct file *file, loff_t pos, int whence);
loff_t noop_llseek(struct file *file, loff_t pos, int whence);
long compat_ptr_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
int nonseekable_open(struct inode *inode, struct file *file);
int stream_open(struct inode *inode, struct file *file);

int alloc_chrdev_region(dev_t *dev, unsigned int first, unsigned int count, const char *name);
int register_chrdev_region(dev_t dev, unsigned int count, const char *name);
void unregister_chrdev_region(dev_t dev, unsigned int count);
#define fops_get(f) (f)
#define fops_put(f) ((void)(f))

#endif
