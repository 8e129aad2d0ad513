// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Attributes, in /sys/class/habanalabs/hlN or /sys/class/accel/accelN/device: the in-tree driver's
 * names, plus holder, driver and revoke.
 */

#include <linux/device.h>
#include <linux/sysfs.h>

#include "hlrt.h"

const char *const hlrt_status_names[] = {
	[HLABI_STATUS_OPERATIONAL] = "operational",
	[HLABI_STATUS_IN_RESET] = "in reset",
	[HLABI_STATUS_MALFUNCTION] = "disabled",
	[HLABI_STATUS_NEEDS_RESET] = "needs reset",
	[HLABI_STATUS_IN_CREATION] = "in device creation",
	[HLABI_STATUS_IN_RESET_AFTER_RELEASE] = "in reset after device release",
};

static ssize_t status_show(struct device *node, struct device_attribute *attr, char *buf)
{
	struct hlrt_device *dev = dev_get_drvdata(node);

	return sysfs_emit(buf, "%s\n", hlrt_status_names[hlrt_status(dev)]);
}
static DEVICE_ATTR_RO(status);

static ssize_t device_type_show(struct device *node, struct device_attribute *attr, char *buf)
{
	struct hlrt_device *dev = dev_get_drvdata(node);

	return sysfs_emit(buf, "%s\n", dev->prop.name);
}
static DEVICE_ATTR_RO(device_type);

static ssize_t pci_addr_show(struct device *node, struct device_attribute *attr, char *buf)
{
	struct hlrt_device *dev = dev_get_drvdata(node);

	return sysfs_emit(buf, "%s\n", pci_name(dev->pdev));
}
static DEVICE_ATTR_RO(pci_addr);

static ssize_t module_id_show(struct device *node, struct device_attribute *attr, char *buf)
{
	struct hlrt_device *dev = dev_get_drvdata(node);

	return sysfs_emit(buf, "%u\n", dev->prop.module_id);
}
static DEVICE_ATTR_RO(module_id);

static ssize_t driver_show(struct device *node, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "hlrt\n");
}
static DEVICE_ATTR_RO(driver);

static ssize_t holder_show(struct device *node, struct device_attribute *attr, char *buf)
{
	char holder[HLRT_HOLDER_SIZE];

	hlrt_device_holder(dev_get_drvdata(node), holder, sizeof(holder));
	return sysfs_emit(buf, "%s\n", holder);
}
static DEVICE_ATTR_RO(holder);

static ssize_t hard_reset_cnt_show(struct device *node, struct device_attribute *attr, char *buf)
{
	struct hlrt_device *dev = dev_get_drvdata(node);

	return sysfs_emit(buf, "%u\n", READ_ONCE(dev->hard_resets));
}
static DEVICE_ATTR_RO(hard_reset_cnt);

static ssize_t soft_reset_cnt_show(struct device *node, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0\n");
}
static DEVICE_ATTR_RO(soft_reset_cnt);

static ssize_t preboot_btl_ver_show(struct device *node, struct device_attribute *attr, char *buf)
{
	struct hlrt_device *dev = dev_get_drvdata(node);

	return sysfs_emit(buf, "%s\n", dev->prop.preboot_version);
}
static DEVICE_ATTR_RO(preboot_btl_ver);

static ssize_t uboot_ver_show(struct device *node, struct device_attribute *attr, char *buf)
{
	struct hlrt_device *dev = dev_get_drvdata(node);

	return sysfs_emit(buf, "%s\n", dev->prop.boot_version);
}
static DEVICE_ATTR_RO(uboot_ver);

static ssize_t cpucp_ver_show(struct device *node, struct device_attribute *attr, char *buf)
{
	struct hlrt_device *dev = dev_get_drvdata(node);

	return sysfs_emit(buf, "%s\n", dev->prop.cpucp_version);
}
static DEVICE_ATTR_RO(cpucp_ver);

static ssize_t cpucp_kernel_ver_show(struct device *node, struct device_attribute *attr, char *buf)
{
	struct hlrt_device *dev = dev_get_drvdata(node);

	return sysfs_emit(buf, "%s\n", dev->prop.kernel_version);
}
static DEVICE_ATTR_RO(cpucp_kernel_ver);

static ssize_t hard_reset_store(struct device *node, struct device_attribute *attr, const char *buf,
				size_t count)
{
	struct hlrt_device *dev = dev_get_drvdata(node);
	unsigned int value;

	if (kstrtouint(buf, 0, &value) || value != 1)
		return -EINVAL;
	hlrt_device_request_reset(dev, HLRT_RESET_USER);
	return count;
}
static DEVICE_ATTR_WO(hard_reset);

/* The administrator's way to end exports whose owner is gone. */
static ssize_t revoke_store(struct device *node, struct device_attribute *attr, const char *buf,
			    size_t count)
{
	struct hlrt_device *dev = dev_get_drvdata(node);
	unsigned int value;

	if (kstrtouint(buf, 0, &value) || value != 1)
		return -EINVAL;
	if (hlrt_export_revoke_all(dev, hlrt_revoke_timeout_ms))
		return -EBUSY;
	return count;
}
static DEVICE_ATTR_WO(revoke);

static struct attribute *hlrt_attrs[] = {
	&dev_attr_cpucp_kernel_ver.attr, &dev_attr_cpucp_ver.attr,
	&dev_attr_device_type.attr,	 &dev_attr_hard_reset.attr,
	&dev_attr_hard_reset_cnt.attr,	 &dev_attr_holder.attr,
	&dev_attr_module_id.attr,	 &dev_attr_pci_addr.attr,
	&dev_attr_preboot_btl_ver.attr,	 &dev_attr_revoke.attr,
	&dev_attr_soft_reset_cnt.attr,	 &dev_attr_status.attr,
	&dev_attr_uboot_ver.attr,	 NULL,
};

static const struct attribute_group hlrt_attr_group = {
	.attrs = hlrt_attrs,
};

/* Where a PCI function has its link of that name. */
static struct attribute *hlrt_node_attrs[] = {
	&dev_attr_driver.attr,
	NULL,
};

static const struct attribute_group hlrt_node_attr_group = {
	.attrs = hlrt_node_attrs,
};

const struct attribute_group *hlrt_attr_groups[] = {
	&hlrt_attr_group,
	NULL,
};

const struct attribute_group *hlrt_node_attr_groups[] = {
	&hlrt_attr_group,
	&hlrt_node_attr_group,
	NULL,
};
