/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fit_image.h - makes firmware files that the models take: image trees as sim/model/common/fit.c checks them. The bytes inside
 * mean nothing; the models execute none.
 */
#ifndef HLSIM_FIT_IMAGE_H
#define HLSIM_FIT_IMAGE_H

#include <stddef.h>

/* The size of a file with so many bytes of data. */
size_t hlsim_fit_size(size_t data);
/* Writes hlsim_fit_size(data) bytes; name: what the image says that it is, shorter than 64 bytes. */
void hlsim_fit_make(void *image, size_t data, const char *name);

#endif /* HLSIM_FIT_IMAGE_H */
