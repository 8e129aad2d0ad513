/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_DEVICE_H
#define KSHIM_LINUX_DEVICE_H

#include <linux/device/class.h>
#include <linux/dev_printk.h>
#include <linux/kdev_t.h>
#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

struct device;
struct dev_pm_ops;
struct kshim_iommu;

struct device_driver {
	const char *name;
	struct module *owner;
	const struct attribute_group **groups;
	const struct attribute_group **dev_groups;
	const struct dev_pm_ops *pm;
};

struct bus_type {
	const char *name;
};

struct device_type {
	const char *name;
	const struct attribute_group **groups;
};

struct device_dma_parameters {
	unsigned int max_segment_size;
	unsigned long segment_boundary_mask;
};

struct device {
	struct kobject kobj;
	struct kref kref;
	struct device *parent;
	struct device_driver *driver;
	const struct bus_type *bus;
	const struct device_type *type;
	struct class *class;
	const struct attribute_group **groups;
	void (*release)(struct device *dev);
	void *driver_data;
	void *platform_data;
	dev_t devt;
	u32 id;
	char name[64];
	struct list_head entry;	     /* of all added devices */
	struct list_head attr_files; /* from device_create_file() */
	struct list_head devres;
	bool added;

	u64 *dma_mask;
	u64 coherent_dma_mask;
	struct device_dma_parameters *dma_parms;
	struct kshim_iommu *iommu; /* NULL: not behind the simulated IOMMU, no DMA */
};

struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf, size_t count);
};

#define DEVICE_ATTR(name, mode, show, store) \
	struct device_attribute dev_attr_##name = KSHIM_ATTR(name, mode, show, store)
#define DEVICE_ATTR_RO(name) DEVICE_ATTR(name, 0444, name##_show, NULL)
#define DEVICE_ATTR_WO(name) DEVICE_ATTR(name, 0200, NULL, name##_store)
#define DEVICE_ATTR_RW(name) DEVICE_ATTR(name, 0644, name##_show, name##_store)

void device_initialize(struct device *dev);
int device_add(struct device *dev);
int device_register(struct device *dev);
void device_del(struct device *dev);
void device_unregister(struct device *dev);
struct device *get_device(struct device *dev);
void put_device(struct device *dev);
int dev_set_name(struct device *dev, const char *fmt, ...) __printf(2, 3);
struct device *device_create(struct class *cls, struct device *parent, dev_t devt, void *drvdata, const char *fmt, ...)
	__printf(5, 6);
struct device *device_create_with_groups(struct class *cls, struct device *parent, dev_t devt, void *drvdata,
					 const struct attribute_group **groups, const char *fmt, ...) __printf(6, 7);
void device_destroy(struct class *cls, dev_t devt);
int device_create_file(struct device *dev, const struct device_attribute *attr);
void device_remove_file(struct device *dev, const struct device_attribute *attr);
int device_add_groups(struct device *dev, const struct attribute_group **groups);
void device_remove_groups(struct device *dev, const struct attribute_group **groups);
int device_for_each_child(struct device *parent, void *data, int (*fn)(struct device *dev, void *data));

static inline const char *dev_name(const struct device *dev)
{
	return dev->name;
}

static inline const char *dev_driver_string(const struct device *dev)
{
	return dev->driver ? dev->driver->name : "";
}

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

static inline int dev_to_node(struct device *dev)
{
	(void)dev;
	return -1;
}

#define kobj_to_dev(k) container_of(k, struct device, kobj)

void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp);
void devm_kfree(struct device *dev, const void *p);
char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...) __printf(3, 4);
char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp);
int devm_add_action(struct device *dev, void (*action)(void *), void *data);
int devm_add_action_or_reset(struct device *dev, void (*action)(void *), void *data);
#define devm_kzalloc(dev, size, gfp) devm_kmalloc(dev, size, (gfp) | __GFP_ZERO)
#define devm_kcalloc(dev, n, size, gfp) devm_kzalloc(dev, array_size(n, size), gfp)

#endif
