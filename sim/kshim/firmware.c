// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Firmware files: from a directory when one is given, else made up; no model executes their bytes. */
#include <errno.h>
#include <linux/device.h>
#include <linux/firmware.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <stdio.h>

#include "../fit_image.h"
#include "kshim.h"

#define BUILT_IN_DATA 4096

static char directory[512];

void kshim_firmware_dir(const char *dir)
{
	strscpy(directory, dir ? dir : "", sizeof(directory));
}

static struct firmware *read_all(FILE *f)
{
	struct firmware *fw = kzalloc(sizeof(*fw), GFP_KERNEL);
	long size = fseek(f, 0, SEEK_END) ? -1 : ftell(f);
	u8 *data = size > 0 ? vmalloc(size) : NULL;

	rewind(f);
	if (!fw || !data || fread(data, 1, size, f) != (size_t)size) {
		vfree(data);
		kfree(fw);
		return NULL;
	}
	fw->size = size;
	fw->data = data;
	return fw;
}

static struct firmware *built_in(const char *name)
{
	struct firmware *fw = kzalloc(sizeof(*fw), GFP_KERNEL);
	size_t size = hlsim_fit_size(BUILT_IN_DATA);
	u8 *data = vmalloc(size);

	if (!fw || !data) {
		vfree(data);
		kfree(fw);
		return NULL;
	}
	hlsim_fit_make(data, BUILT_IN_DATA, name);
	fw->size = size;
	fw->data = data;
	return fw;
}

int firmware_request_nowarn(const struct firmware **fw, const char *name, struct device *dev)
{
	char path[1024];
	FILE *f;

	(void)dev;
	*fw = NULL;
	if (!directory[0]) {
		*fw = built_in(name);
		return *fw ? 0 : -ENOMEM;
	}
	scnprintf(path, sizeof(path), "%s/%s", directory, name);
	f = fopen(path, "re");
	if (!f)
		return -ENOENT;
	*fw = read_all(f);
	fclose(f);
	return *fw ? 0 : -ENOMEM;
}

int request_firmware(const struct firmware **fw, const char *name, struct device *dev)
{
	int err = firmware_request_nowarn(fw, name, dev);

	if (err)
		dev_warn(dev, "Direct firmware load for %s failed with error %d", name, err);
	return err;
}

void release_firmware(const struct firmware *fw)
{
	if (!fw)
		return;
	vfree(fw->data);
	kfree(fw);
}
