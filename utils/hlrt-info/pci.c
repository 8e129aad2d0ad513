// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The accelerators on the PCI bus as sysfs has them, driver or not: the library lists those that a driver shows. */
#include "info.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VENDOR_HABANA 0x1da3

static const char *root(void)
{
	const char *path = secure_getenv("HLRT_SYSFS_ROOT");

	return path && *path ? path : "/sys";
}

/* A number in hexadecimal; 0: there is none. */
static unsigned long read_id(const char *address, const char *name)
{
	char path[PATH_MAX], text[16] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/bus/pci/devices/%s/%s", root(), address, name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	return strtoul(text, NULL, 16);
}

static void read_driver(const char *address, char *driver, size_t size)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *slash;
	ssize_t n;

	driver[0] = '\0';
	snprintf(path, sizeof(path), "%s/bus/pci/devices/%s/driver", root(), address);
	n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0)
		return;
	target[n] = '\0';
	slash = strrchr(target, '/');
	snprintf(driver, size, "%.*s", (int)size - 1, slash ? slash + 1 : target);
}

static int compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int pci_scan(void (*found)(void *arg, const struct pci_function *function), void *arg)
{
	struct pci_function function;
	struct dirent **entries;
	char path[PATH_MAX];
	int count;

	snprintf(path, sizeof(path), "%s/bus/pci/devices", root());
	count = scandir(path, &entries, NULL, compare);
	if (count < 0)
		return -errno;
	for (int i = 0; i < count; i++) {
		const char *address = entries[i]->d_name;

		if (address[0] != '.' && read_id(address, "vendor") == VENDOR_HABANA) {
			snprintf(function.address, sizeof(function.address), "%.15s", address);
			function.device_id = (uint16_t)read_id(address, "device");
			read_driver(address, function.driver, sizeof(function.driver));
			found(arg, &function);
		}
		free(entries[i]);
	}
	free((void *)entries);
	return 0;
}

bool pci_driver_loaded(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/bus/pci/drivers/%s", root(), name);
	return !access(path, F_OK);
}
