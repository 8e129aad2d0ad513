// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The device list, references, and what can be told of a device without opening it. */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>

#define INFO_SIZE_1 sizeof(struct hlrt_device_info) /* as first published */

struct list {
	struct hlrt_sys *sys;
	struct hlrt_device **devices;
	size_t count, room;
};

struct hlrt_device *hlrti_device_new(struct hlrt_sys *sys, const struct hlrt_sys_device *sysdev)
{
	struct hlrt_device *device = calloc(1, sizeof(*device));

	if (!device)
		return NULL;
	atomic_init(&device->refs, 1);
	device->sys = sys;
	device->sysdev = *sysdev;
	return device;
}

static int add_device(void *arg, const struct hlrt_sys_device *sysdev)
{
	struct list *list = arg;
	struct hlrt_device **grown, *device;

	/* One place more, for the NULL at the end. */
	if (list->count + 1 >= list->room) {
		list->room = list->room ? 2 * list->room : 8;
		grown = realloc(list->devices, list->room * sizeof(struct hlrt_device *));
		if (!grown)
			return -ENOMEM;
		list->devices = grown;
	}
	device = hlrti_device_new(list->sys, sysdev);
	if (!device)
		return -ENOMEM;
	list->devices[list->count++] = device;
	list->devices[list->count] = NULL;
	return 0;
}

HLRT_API struct hlrt_device **hlrt_get_devices(size_t *count)
{
	struct list list = { .sys = hlrti_sys_get() };
	int rc;

	if (!list.sys)
		return NULL;
	list.devices = calloc(1, sizeof(struct hlrt_device *));
	list.room = 1;
	rc = list.devices ? list.sys->ops->enumerate(list.sys, add_device, &list) : -ENOMEM;
	if (rc) {
		if (list.devices)
			hlrt_free_devices(list.devices);
		return hlrti_null(hlrt_set_error(rc, "listing devices: %s", hlrti_strerror(rc)));
	}
	if (count)
		*count = list.count;
	return list.devices;
}

HLRT_API void hlrt_free_devices(struct hlrt_device **devices)
{
	if (!devices)
		return;
	for (struct hlrt_device **d = devices; *d; d++)
		hlrt_device_unref(*d);
	free((void *)devices);
}

HLRT_API struct hlrt_device *hlrt_device_ref(struct hlrt_device *device)
{
	if (!device)
		return hlrti_null(hlrt_set_error(-EINVAL, "device is NULL"));
	atomic_fetch_add(&device->refs, 1);
	return device;
}

HLRT_API void hlrt_device_unref(struct hlrt_device *device)
{
	if (device && atomic_fetch_sub(&device->refs, 1) == 1)
		free(device);
}

static ssize_t read_attr(const struct hlrt_device *device, const char *attr, char *buf, size_t size)
{
	return device->sys->ops->read_attr(device->sys, device->sysdev.name, attr, buf, size);
}

const struct hlrt_provider_ops *hlrti_device_provider(const struct hlrt_device *device)
{
	return hlrti_provider_match(device->sysdev.vendor, device->sysdev.device);
}

int32_t hlrti_device_numa_node(const struct hlrt_device *device)
{
	char text[16];

	return read_attr(device, "numa_node", text, sizeof(text)) > 0 ? (int32_t)strtol(text, NULL, 10) : -1;
}

bool hlrti_device_holder(const struct hlrt_device *device, char *buf, size_t size)
{
	return read_attr(device, "holder", buf, size) > 0;
}

/* ---- what may be in the way of opening; each returns 0 or a negative errno with a reason ---- */

static int no_provider(const struct hlrt_device *device, char *reason, size_t size)
{
	if (hlrti_device_provider(device))
		return 0;
	hlrti_provider_missing(device->sysdev.vendor, device->sysdev.device, reason, size);
	return -EOPNOTSUPP;
}

static int no_driver(const struct hlrt_device *device, char *reason, size_t size)
{
	if (device->sysdev.driver[0])
		return 0;
	snprintf(reason, size, "no kernel driver is bound to it; load hlrt.ko");
	return -ENODEV;
}

/* "" when the driver does not say. The in-tree driver begins with a capital since Linux 6.7. */
static void read_status(const struct hlrt_device *device, char *status, size_t size)
{
	if (read_attr(device, "status", status, size) <= 0)
		status[0] = '\0';
	if (status[0] >= 'A' && status[0] <= 'Z')
		status[0] = (char)(status[0] - 'A' + 'a');
}

static int failed_device(const struct hlrt_device *device, char *reason, size_t size)
{
	/* What passes by itself, a reset or creation, is no obstacle: hlrt_open() waits for it. */
	static const struct {
		const char *status, *text;
	} dead[] = {
		{ "disabled", "is disabled" },
		{ "malfunction", "has failed" },
		{ "needs reset", "needs a reset, which somebody holds up" },
	};
	char status[64];

	read_status(device, status, sizeof(status));
	for (size_t i = 0; i < sizeof(dead) / sizeof(dead[0]); i++) {
		if (strcmp(status, dead[i].status) != 0)
			continue;
		snprintf(reason, size, "the device %s; the kernel log says why", dead[i].text);
		return -ENODEV;
	}
	return 0;
}

static int no_access(const struct hlrt_device *device, char *reason, size_t size)
{
	const char *node = device->sysdev.node;
	int rc = hlrti_sys_is_linux(device->sys) ? hlrti_sys_linux_access(node) : 0;

	if (rc == -EACCES || rc == -EPERM)
		snprintf(reason, size, "no permission for %s; join the group that owns it", node);
	else if (rc == -ENOENT)
		snprintf(reason, size, "%s does not exist; in a container, pass the node into it", node);
	else if (rc)
		snprintf(reason, size, "%s: %s", node, hlrti_strerror(rc));
	return rc == -ENOENT ? -ENODEV : rc;
}

static int held(const struct hlrt_device *device, char *reason, size_t size)
{
	char holder[128];

	if (!hlrti_device_holder(device, holder, sizeof(holder)))
		return 0;
	snprintf(reason, size, "in use: %s", holder);
	return -EBUSY;
}

int hlrti_device_obstacle(const struct hlrt_device *device, char *reason, size_t size)
{
	static int (*const checks[])(const struct hlrt_device *, char *, size_t) = {
		no_provider, no_driver, failed_device, no_access, held,
	};
	int rc = 0;

	reason[0] = '\0';
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && !rc; i++)
		rc = checks[i](device, reason, size);
	return rc;
}

HLRT_API int hlrt_device_query(struct hlrt_device *device, struct hlrt_device_info *info)
{
	const struct hlrt_provider_ops *provider;
	struct hlrt_device_info out = { 0 };
	int rc;

	if (!device || !info)
		return hlrt_set_error(-EINVAL, "%s is NULL", device ? "info" : "device");
	rc = hlrti_struct_out_check("struct hlrt_device_info", info, INFO_SIZE_1);
	if (!rc)
		rc = hlrti_process_check();
	if (rc)
		return rc;
	provider = hlrti_device_provider(device);
	out.open_error = hlrti_device_obstacle(device, out.reason, sizeof(out.reason));
	hlrti_text(out.name, sizeof(out.name), device->sysdev.name, SIZE_MAX);
	hlrti_text(out.asic, sizeof(out.asic), provider ? provider->asic : "unknown", SIZE_MAX);
	hlrti_text(out.pci_address, sizeof(out.pci_address), device->sysdev.pci_address, SIZE_MAX);
	hlrti_text(out.driver, sizeof(out.driver), device->sysdev.driver, SIZE_MAX);
	hlrti_text(out.node, sizeof(out.node), device->sysdev.node, SIZE_MAX);
	out.vendor_id = device->sysdev.vendor;
	out.device_id = device->sysdev.device;
	read_status(device, out.status, sizeof(out.status));
	out.numa_node = hlrti_device_numa_node(device);
	out.simulated = hlrti_sys_is_simulated(device->sys);
	hlrti_struct_out(info, &out, sizeof(out));
	return 0;
}
