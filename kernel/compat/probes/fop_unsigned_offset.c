// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* DRM wants files that declare their offsets unsigned; before, it did that by itself. */
#include <linux/fs.h>

extern const struct file_operations probe;
const struct file_operations probe = { .fop_flags = FOP_UNSIGNED_OFFSET };
