// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Devices as the kernel's uevents tell of them: one stream for every driver. Of a device that has gone nothing can be looked up any
 * more, so what was known of it is kept.
 */
#include "monitor.h"

#include <stdlib.h>

static const char *basename_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static struct hlrti_known *find(const struct hlrti_devices *devices, const char *name)
{
	for (size_t i = 0; i < devices->count; i++)
		if (!strcmp(devices->known[i].name, name))
			return &devices->known[i];
	return NULL;
}

static struct hlrti_known *learn(struct hlrti_devices *devices, const char *name, const char *pci_address)
{
	struct hlrti_known *known = find(devices, name), *grown;

	if (!known) {
		if (devices->count == devices->room) {
			size_t room = devices->room ? 2 * devices->room : 8;

			grown = realloc(devices->known, room * sizeof(*grown));
			if (!grown)
				return NULL;
			devices->known = grown;
			devices->room = room;
		}
		known = &devices->known[devices->count++];
		*known = (struct hlrti_known){ 0 };
		hlrti_text(known->name, sizeof(known->name), name, SIZE_MAX);
	}
	if (*pci_address)
		hlrti_text(known->pci_address, sizeof(known->pci_address), pci_address, SIZE_MAX);
	return known;
}

static void describe(struct hlrt_monitor_event *event, uint32_t type, const struct hlrti_known *known)
{
	*event = (struct hlrt_monitor_event){ .type = type, .time_ns = (uint64_t)hlrti_now() };
	memcpy(event->name, known->name, sizeof(event->name));
	memcpy(event->pci_address, known->pci_address, sizeof(event->pci_address));
}

/* ---- what is there ---- */

static int learn_present(void *arg, const struct hlrt_sys_device *dev)
{
	struct hlrti_known *known = learn(arg, dev->name, dev->pci_address);

	if (!known)
		return -ENOMEM;
	known->present = true;
	return 0;
}

int hlrti_devices_init(struct hlrti_devices *devices, struct hlrt_sys *sys)
{
	*devices = (struct hlrti_devices){ .sys = sys };
	return sys->ops->enumerate(sys, learn_present, devices);
}

void hlrti_devices_fini(struct hlrti_devices *devices)
{
	free(devices->known);
	free(devices->pending);
}

/* ---- one uevent ---- */

struct uevent {
	const char *action, *subsystem, *devname, *devpath, *reset, *reason, *status;
};

static void parse(const char *text, size_t length, struct uevent *uevent)
{
	const struct {
		const char *name;
		const char **value;
	} fields[] = {
		{ "ACTION=", &uevent->action },	     { "SUBSYSTEM=", &uevent->subsystem },
		{ "DEVNAME=", &uevent->devname },    { "DEVPATH=", &uevent->devpath },
		{ "HLRT_RESET=", &uevent->reset },   { "HLRT_REASON=", &uevent->reason },
		{ "HLRT_STATUS=", &uevent->status },
	};

	*uevent = (struct uevent){ "", "", "", "", "", "", "" };
	for (const char *end = text + length; text < end; text += strlen(text) + 1)
		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			if (!strncmp(text, fields[i].name, strlen(fields[i].name)))
				*fields[i].value = text + strlen(fields[i].name);
}

struct search {
	const char *name;
	char pci_address[16];
};

static int is_wanted(void *arg, const struct hlrt_sys_device *dev)
{
	struct search *search = arg;

	if (strcmp(dev->name, search->name) != 0)
		return 0;
	memcpy(search->pci_address, dev->pci_address, sizeof(search->pci_address));
	return 1;
}

/* It may be gone again by now: then one that was known at its place tells what it was. */
static bool was_here(const struct hlrti_devices *devices, const char *devpath, char *pci_address, size_t size)
{
	char part[20];

	for (size_t i = 0; i < devices->count; i++) {
		if (!devices->known[i].pci_address[0])
			continue;
		hlrti_format(part, sizeof(part), "/%s/", devices->known[i].pci_address);
		if (!strstr(devpath, part))
			continue;
		hlrti_text(pci_address, size, devices->known[i].pci_address, SIZE_MAX);
		return true;
	}
	return false;
}

/* Of the class of Habana's own every device is one, and all but the control nodes are called hlN. */
static bool is_older_class(const struct uevent *uevent, const char *name)
{
	return !strcmp(uevent->subsystem, "habanalabs") && !strncmp(name, "hl", 2) && name[2] >= '0' && name[2] <= '9';
}

static bool added(struct hlrti_devices *devices, const struct uevent *uevent, const char *name,
		  struct hlrt_monitor_event *event)
{
	struct search search = { .name = name };
	struct hlrti_known *known;

	if (strstr(name, "control"))
		return false;
	if (devices->sys->ops->enumerate(devices->sys, is_wanted, &search) != 1 &&
	    !was_here(devices, uevent->devpath, search.pci_address, sizeof(search.pci_address)) &&
	    !is_older_class(uevent, name))
		return false;
	known = learn(devices, name, search.pci_address);
	if (!known || known->present)
		return false;
	known->present = true;
	describe(event, HLRT_MONITOR_ADDED, known);
	return true;
}

static bool changed(struct hlrti_known *known, const struct uevent *uevent, struct hlrt_monitor_event *event)
{
	bool begin = !strcmp(uevent->reset, "begin");

	if (!begin && strcmp(uevent->reset, "end") != 0)
		return false;
	describe(event, begin ? HLRT_MONITOR_RESET_BEGIN : HLRT_MONITOR_RESET_END, known);
	hlrti_text(event->text, sizeof(event->text), begin ? uevent->reason : uevent->status, SIZE_MAX);
	return true;
}

bool hlrti_devices_uevent(struct hlrti_devices *devices, const char *text, size_t length,
			  struct hlrt_monitor_event *event)
{
	struct hlrti_known *known;
	struct uevent uevent;
	const char *name;

	if (!length || text[length - 1])
		return false;
	parse(text, length, &uevent);
	if (strcmp(uevent.subsystem, "accel") != 0 && strcmp(uevent.subsystem, "habanalabs") != 0)
		return false;
	name = basename_of(uevent.devname);
	if (!strcmp(uevent.action, "add"))
		return added(devices, &uevent, name, event);
	known = find(devices, name);
	if (!known || !known->present)
		return false;
	if (!strcmp(uevent.action, "change"))
		return changed(known, &uevent, event);
	if (strcmp(uevent.action, "remove") != 0)
		return false;
	known->present = false;
	describe(event, HLRT_MONITOR_REMOVED, known);
	return true;
}

/* ---- after a loss ---- */

static void report(struct hlrti_devices *devices, uint32_t type, const struct hlrti_known *known)
{
	describe(&devices->pending[devices->num_pending++], type, known);
}

static void compare(struct hlrti_devices *devices, const struct hlrti_devices *now)
{
	for (size_t i = 0; i < devices->count; i++) {
		struct hlrti_known *known = &devices->known[i];
		const struct hlrti_known *there = find(now, known->name);

		if (!known->present || (there && !strcmp(there->pci_address, known->pci_address)))
			continue;
		known->present = false;
		report(devices, HLRT_MONITOR_REMOVED, known);
	}
	for (size_t i = 0; i < now->count; i++) {
		struct hlrti_known *known = learn(devices, now->known[i].name, now->known[i].pci_address);

		if (!known || known->present)
			continue;
		known->present = true;
		report(devices, HLRT_MONITOR_ADDED, known);
	}
}

int hlrti_devices_resync(struct hlrti_devices *devices)
{
	struct hlrti_devices now = { .sys = devices->sys };
	int rc = now.sys->ops->enumerate(now.sys, learn_present, &now);

	free(devices->pending);
	devices->first_pending = devices->num_pending = 0;
	devices->pending = calloc(devices->count + now.count + 1, sizeof(*devices->pending));
	if (!rc && !devices->pending)
		rc = -ENOMEM;
	if (!rc)
		compare(devices, &now);
	free(now.known);
	return rc;
}

bool hlrti_devices_next(struct hlrti_devices *devices, struct hlrt_monitor_event *event)
{
	if (devices->first_pending == devices->num_pending)
		return false;
	*event = devices->pending[devices->first_pending++];
	return true;
}
