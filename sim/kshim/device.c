// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* struct device: references, names, attributes, classes, managed resources. */
#include <errno.h>
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "device.h"
#include "kshim.h"

struct attr_file {
	struct list_head entry;
	const struct device_attribute *attr;   /* either one attribute */
	const struct attribute_group **groups; /* or groups */
};

struct devres {
	struct list_head entry;
	void (*action)(void *);
	void *data;
};

static LIST_HEAD(devices);
static DEFINE_MUTEX(devices_lock);

/* ---- life ---- */

static void device_release(struct kref *kref)
{
	struct device *dev = container_of(kref, struct device, kref);
	struct device *parent = dev->parent;

	WARN(dev->added, "device %s released while added", dev->name);
	if (dev->release)
		dev->release(dev);
	else if (dev->class && dev->class->dev_release)
		dev->class->dev_release(dev);
	else
		WARN(1, "device %s has no release function", dev->name);
	put_device(parent);
}

static void put_by_kobject(struct kobject *kobj)
{
	put_device(kobj_to_dev(kobj));
}

void device_initialize(struct device *dev)
{
	dev->kobj.put = put_by_kobject;
	kref_init(&dev->kref);
	INIT_LIST_HEAD(&dev->entry);
	INIT_LIST_HEAD(&dev->attr_files);
	INIT_LIST_HEAD(&dev->devres);
}

struct device *get_device(struct device *dev)
{
	if (dev)
		kref_get(&dev->kref);
	return dev;
}

void put_device(struct device *dev)
{
	if (dev)
		kref_put(&dev->kref, device_release);
}

int dev_set_name(struct device *dev, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	kshim_vsnprintf(dev->name, sizeof(dev->name), fmt, ap);
	va_end(ap);
	dev->kobj.name = dev->name;
	return 0;
}

int device_add(struct device *dev)
{
	struct device *other;
	int err = 0;

	get_device(dev->parent);
	mutex_lock(&devices_lock);
	list_for_each_entry(other, &devices, entry)
		if (!strcmp(other->name, dev->name) && other->class == dev->class)
			err = -EEXIST;
	if (!err) {
		list_add_tail(&dev->entry, &devices);
		dev->added = true;
	}
	mutex_unlock(&devices_lock);
	/* On success the parent's reference goes with device_release(). */
	if (err) {
		put_device(dev->parent);
		dev->parent = NULL;
	}
	return err;
}

int device_register(struct device *dev)
{
	device_initialize(dev);
	return device_add(dev);
}

void device_del(struct device *dev)
{
	struct attr_file *f, *tmp;

	mutex_lock(&devices_lock);
	list_del_init(&dev->entry);
	dev->added = false;
	list_for_each_entry_safe(f, tmp, &dev->attr_files, entry)
		kfree(f);
	INIT_LIST_HEAD(&dev->attr_files);
	mutex_unlock(&devices_lock);
}

void device_unregister(struct device *dev)
{
	device_del(dev);
	put_device(dev);
}

static void free_created(struct device *dev)
{
	kfree(dev);
}

static struct device *create(struct class *cls, struct device *parent, dev_t devt, void *drvdata,
			     const struct attribute_group **groups, const char *fmt, va_list ap)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int err;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	device_initialize(dev);
	dev->class = cls;
	dev->parent = parent;
	dev->devt = devt;
	dev->groups = groups;
	dev->release = free_created;
	dev->driver_data = drvdata;
	kshim_vsnprintf(dev->name, sizeof(dev->name), fmt, ap);
	err = device_add(dev);
	if (err) {
		put_device(dev);
		return ERR_PTR(err);
	}
	return dev;
}

struct device *device_create(struct class *cls, struct device *parent, dev_t devt, void *drvdata, const char *fmt, ...)
{
	struct device *dev;
	va_list ap;

	va_start(ap, fmt);
	dev = create(cls, parent, devt, drvdata, NULL, fmt, ap);
	va_end(ap);
	return dev;
}

struct device *device_create_with_groups(struct class *cls, struct device *parent, dev_t devt, void *drvdata,
					 const struct attribute_group **groups, const char *fmt, ...)
{
	struct device *dev;
	va_list ap;

	va_start(ap, fmt);
	dev = create(cls, parent, devt, drvdata, groups, fmt, ap);
	va_end(ap);
	return dev;
}

void device_destroy(struct class *cls, dev_t devt)
{
	struct device *dev, *found = NULL;

	mutex_lock(&devices_lock);
	list_for_each_entry(dev, &devices, entry)
		if (dev->class == cls && dev->devt == devt)
			found = dev;
	mutex_unlock(&devices_lock);
	if (found)
		device_unregister(found);
}

int device_for_each_child(struct device *parent, void *data, int (*fn)(struct device *dev, void *data))
{
	struct device *dev, *tmp;
	int ret = 0;

	mutex_lock(&devices_lock);
	list_for_each_entry_safe(dev, tmp, &devices, entry) {
		if (dev->parent == parent)
			ret = fn(dev, data);
		if (ret)
			break;
	}
	mutex_unlock(&devices_lock);
	return ret;
}

/* ---- classes ---- */

struct class *class_create(struct module *owner, const char *name)
{
	struct class *cls = kzalloc(sizeof(*cls), GFP_KERNEL);

	if (!cls)
		return ERR_PTR(-ENOMEM);
	cls->name = name;
	cls->owner = owner;
	return cls;
}

int class_register(struct class *cls)
{
	(void)cls;
	return 0;
}

void class_unregister(struct class *cls)
{
	struct device *dev;

	mutex_lock(&devices_lock);
	list_for_each_entry(dev, &devices, entry)
		WARN(dev->class == cls, "class %s goes while device %s is in it", cls->name, dev->name);
	mutex_unlock(&devices_lock);
}

void class_destroy(struct class *cls)
{
	if (IS_ERR_OR_NULL(cls))
		return;
	class_unregister(cls);
	kfree(cls);
}

/* ---- attributes ---- */

static int add_attr_file(struct device *dev, const struct device_attribute *attr, const struct attribute_group **groups)
{
	struct attr_file *f = kmalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	f->attr = attr;
	f->groups = groups;
	mutex_lock(&devices_lock);
	list_add_tail(&f->entry, &dev->attr_files);
	mutex_unlock(&devices_lock);
	return 0;
}

static void remove_attr_file(struct device *dev, const void *what)
{
	struct attr_file *f, *tmp;

	mutex_lock(&devices_lock);
	list_for_each_entry_safe(f, tmp, &dev->attr_files, entry) {
		if (f->attr == what || (const void *)f->groups == what) {
			list_del(&f->entry);
			kfree(f);
		}
	}
	mutex_unlock(&devices_lock);
}

int device_create_file(struct device *dev, const struct device_attribute *attr)
{
	return add_attr_file(dev, attr, NULL);
}

void device_remove_file(struct device *dev, const struct device_attribute *attr)
{
	remove_attr_file(dev, attr);
}

int device_add_groups(struct device *dev, const struct attribute_group **groups)
{
	return add_attr_file(dev, NULL, groups);
}

void device_remove_groups(struct device *dev, const struct attribute_group **groups)
{
	remove_attr_file(dev, groups);
}

static const struct device_attribute *find_in_groups(struct device *dev, const struct attribute_group **groups,
						     const char *name)
{
	for (; groups && *groups; groups++) {
		const struct attribute_group *g = *groups;

		for (int i = 0; g->attrs && g->attrs[i]; i++) {
			struct attribute *a = g->attrs[i];

			if (!strcmp(a->name, name) && (!g->is_visible || g->is_visible(&dev->kobj, a, i)))
				return container_of(a, struct device_attribute, attr);
		}
	}
	return NULL;
}

static const struct device_attribute *find_attr(struct device *dev, const char *name)
{
	const struct device_attribute *a = find_in_groups(dev, dev->groups, name);
	struct attr_file *f;

	if (!a && dev->class)
		a = find_in_groups(dev, dev->class->dev_groups, name);
	if (!a && dev->type)
		a = find_in_groups(dev, dev->type->groups, name);
	if (!a && dev->driver)
		a = find_in_groups(dev, dev->driver->dev_groups, name);
	list_for_each_entry(f, &dev->attr_files, entry) {
		if (!a && f->attr && !strcmp(f->attr->attr.name, name))
			a = f->attr;
		if (!a && f->groups)
			a = find_in_groups(dev, f->groups, name);
	}
	return a;
}

/* As sysfs does with the driver's core attributes, those of the PCI device are found through the class device too. */
static ssize_t show(struct device *dev, const char *attr, char *page)
{
	const struct device_attribute *a;

	for (; dev; dev = dev->parent) {
		a = find_attr(dev, attr);
		if (a && !a->show)
			return -EACCES;
		if (a)
			return a->show(dev, (struct device_attribute *)a, page);
		if (!dev->class)
			break;
	}
	return -ENOENT;
}

struct device *kshim_find_device(const char *name)
{
	struct device *dev, *found = NULL;

	mutex_lock(&devices_lock);
	list_for_each_entry(dev, &devices, entry)
		if (!found && dev->class && !strcmp(dev->name, name))
			found = get_device(dev);
	mutex_unlock(&devices_lock);
	return found;
}

ssize_t kshim_device_attr(const char *name, const char *attr, char *buf, size_t size)
{
	struct device *dev = kshim_find_device(name);
	char *page;
	ssize_t n;

	if (!dev)
		return -ENOENT;
	page = (char *)get_zeroed_page(GFP_KERNEL);
	n = page ? show(dev, attr, page) : -ENOMEM;
	if (n > 0 && page[n - 1] == '\n')
		n--;
	if (n >= 0 && (size_t)n >= size)
		n = -ENOSPC;
	if (n >= 0) {
		memcpy(buf, page, n);
		buf[n] = 0;
	}
	if (page)
		free_page((unsigned long)page);
	put_device(dev);
	return n;
}

int kshim_for_each_device(int (*fn)(void *arg, struct device *dev), void *arg)
{
	struct device *dev;
	int ret = 0;

	mutex_lock(&devices_lock);
	list_for_each_entry(dev, &devices, entry) {
		ret = fn(arg, dev);
		if (ret)
			break;
	}
	mutex_unlock(&devices_lock);
	return ret;
}

/* ---- managed resources ---- */

int devm_add_action(struct device *dev, void (*action)(void *), void *data)
{
	struct devres *r = kmalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	r->action = action;
	r->data = data;
	list_add(&r->entry, &dev->devres);
	return 0;
}

int devm_add_action_or_reset(struct device *dev, void (*action)(void *), void *data)
{
	int err = devm_add_action(dev, action, data);

	if (err)
		action(data);
	return err;
}

static void free_memory(void *p)
{
	kfree(p);
}

void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
{
	void *p = kmalloc(size, gfp);

	if (p && devm_add_action_or_reset(dev, free_memory, p))
		return NULL;
	return p;
}

void devm_kfree(struct device *dev, const void *p)
{
	struct devres *r, *tmp;

	list_for_each_entry_safe(r, tmp, &dev->devres, entry) {
		if (r->data == p && r->action == free_memory) {
			list_del(&r->entry);
			kfree(r);
			kfree(p);
			return;
		}
	}
	WARN(1, "devm_kfree() of memory that is not the device's");
}

char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = kvasprintf(gfp, fmt, ap);
	va_end(ap);
	if (s && devm_add_action_or_reset(dev, free_memory, s))
		return NULL;
	return s;
}

char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp)
{
	return devm_kasprintf(dev, gfp, "%s", s);
}

void kshim_devres_release(struct device *dev)
{
	while (!list_empty(&dev->devres)) {
		struct devres *r = list_first_entry(&dev->devres, struct devres, entry);

		list_del(&r->entry);
		r->action(r->data);
		kfree(r);
	}
}
