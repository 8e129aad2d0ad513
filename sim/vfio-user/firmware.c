// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Firmware files for a guest. */
#include "firmware.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fit_image.h"

#define DATA_BYTES 65536u

/* Suffixes of what drivers ask for; the in-tree driver runs the last on the chip's tensor cores. */
static const char *const files[] = { "-boot-fit.itb", "-fit.itb", "_tpc.bin" };

static int write_file(const char *path, const char *name, uint8_t *image)
{
	size_t size = hlsim_fit_size(DATA_BYTES);
	FILE *f = fopen(path, "we");
	int wrong;

	if (!f)
		return -errno;
	hlsim_fit_make(image, DATA_BYTES, name);
	wrong = fwrite(image, size, 1, f) != 1;
	return fclose(f) || wrong ? -EIO : 0;
}

int vu_firmware_write(const char *asic, const char *folder)
{
	uint8_t *image = malloc(hlsim_fit_size(DATA_BYTES));
	int rc = image ? 0 : -ENOMEM;

	for (size_t i = 0; !rc && i < sizeof(files) / sizeof(files[0]); i++) {
		char name[64], path[4096];

		snprintf(name, sizeof(name), "%s%s", asic, files[i]);
		snprintf(path, sizeof(path), "%s/%s", folder, name);
		rc = write_file(path, name, image);
		if (rc)
			fprintf(stderr, "hlsim: %s: %s\n", path, strerror(-rc));
	}
	free(image);
	return rc ? 1 : 0;
}
