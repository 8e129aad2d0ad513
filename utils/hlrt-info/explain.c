// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Why a device is not there or cannot be opened, and what to do about it. */
#include "info.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *errno_name(int rc)
{
	static const struct {
		int rc;
		const char *name;
	} names[] = {
		{ 0, "" },
		{ -EACCES, "EACCES" },
		{ -EAGAIN, "EAGAIN" },
		{ -EBUSY, "EBUSY" },
		{ -EINVAL, "EINVAL" },
		{ -EIO, "EIO" },
		{ -ENODEV, "ENODEV" },
		{ -ENOENT, "ENOENT" },
		{ -EOPNOTSUPP, "EOPNOTSUPP" },
		{ -EPERM, "EPERM" },
	};

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (names[i].rc == rc)
			return names[i].name;
	return strerror(-rc); /* NOLINT(concurrency-mt-unsafe): there is one thread */
}

/* The first line that fits is the advice; status NULL fits all. */
static const struct {
	int error;
	const char *status;
	const char *advice;
} advices[] = {
	{ -EACCES, NULL, "ask the administrator for the group of the node, or run as root" },
	{ -EPERM, NULL, "in a container, allow the device (docker run --device)" },
	{ -EBUSY, NULL,
	  "wait for that process, or end it; what is exported and left behind an administrator ends by writing 1 to "
	  "revoke in "
	  "the device's sysfs folder" },
	{ -ENODEV, "disabled", "read the kernel log (dmesg), then write 1 to hard_reset in the device's sysfs folder" },
	{ -ENODEV, "malfunction",
	  "read the kernel log (dmesg), then write 1 to hard_reset in the device's sysfs folder" },
	{ -ENODEV, "needs reset", "end the processes that the kernel log (dmesg) names: the reset follows by itself" },
	{ -ENODEV, NULL, "in a container, pass the node into it (docker run --device); else see whether udev runs" },
	{ -EOPNOTSUPP, NULL, "install the provider for this chip" },
};

const char *device_advice(const struct hlrt_device_info *info)
{
	if (!info->open_error)
		return "";
	for (size_t i = 0; i < ARRAY_LENGTH(advices); i++)
		if (advices[i].error == info->open_error &&
		    (!advices[i].status || !strcmp(advices[i].status, info->status)))
			return advices[i].advice;
	return "see the kernel log (dmesg)";
}

const char *device_note(const struct hlrt_device_info *info)
{
	if (!strcmp(info->driver, "habanalabs") && !strncmp(info->node, "/dev/accel/", strlen("/dev/accel/")))
		return "this is the in-tree driver; since Linux 6.12 it lets nobody open its node (EINVAL), which -v "
		       "tries; "
		       "hlrt.ko does: bind the device to it";
	if (!strcmp(info->driver, "habanalabs"))
		return "this is the in-tree driver; exports to other devices need hlrt.ko";
	if (strstr(info->status, "in reset"))
		return "opening it waits until the reset ends";
	if (strstr(info->status, "creation"))
		return "opening it waits until it has started";
	return "";
}

void unlisted_reason(const struct pci_function *function, char *buf, size_t size)
{
	if (!strcmp(function->driver, "hlrt") || !strcmp(function->driver, "habanalabs"))
		snprintf(buf, size, "driver %s has it, and shows no device", function->driver);
	else if (function->driver[0])
		snprintf(buf, size, "driver %s has it", function->driver);
	else if (pci_driver_loaded("hlrt"))
		snprintf(buf, size, "no driver is bound to it, though hlrt is loaded");
	else
		snprintf(buf, size, "no driver is bound to it");
}

void unlisted_advice(const struct pci_function *function, char *buf, size_t size)
{
	if (!strcmp(function->driver, "hlrt") || !strcmp(function->driver, "habanalabs"))
		snprintf(buf, size, "it is being started, or has failed: see the kernel log (dmesg)");
	else if (function->driver[0])
		snprintf(buf, size, "to use it here: echo %s >/sys/bus/pci/drivers/%s/unbind, then to .../hlrt/bind",
			 function->address, function->driver);
	else if (pci_driver_loaded("hlrt"))
		snprintf(buf, size,
			 "see the kernel log (dmesg) for why; echo %s >/sys/bus/pci/drivers/hlrt/bind tries again",
			 function->address);
	else
		snprintf(buf, size, "load one: modprobe hlrt");
}

const char *nothing_reason(int scan, bool simulated)
{
	if (simulated)
		return "HLRT_SIM names no device";
	if (scan)
		return "there is no list of PCI devices in /sys";
	return "there is no Habana device on the PCI bus (vendor 1da3)";
}

const char *nothing_advice(int scan, bool simulated)
{
	if (simulated)
		return "HLRT_SIM=gaudi is one Gaudi";
	if (scan)
		return "in a container, mount it (docker run -v /sys:/sys:ro)";
	return "without a card: HLRT_SIM='gaudi*2' hlrt-info; in a virtual machine, pass the device into it";
}
