// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* A DRM driver still has a date, and the core uses it unseen. */
#include <drm/drm_drv.h>

extern const struct drm_driver probe;
const struct drm_driver probe = { .date = "0" };
