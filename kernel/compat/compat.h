/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * compat.h - the only place that knows kernels differ.
 *
 * Each HLRT_HAVE_* is the answer of a compile probe (kernel/compat/probes, run by kernel/Kbuild),
 * never of a version comparison: distributions backport.
 */
#ifndef HLRT_COMPAT_H
#define HLRT_COMPAT_H

#include <linux/device.h>
#include <linux/dma-buf.h>
#include <linux/eventfd.h>
#include <linux/module.h>

#ifdef HLRT_HAVE_IMPORT_NS_STRING
#define hlrt_import_ns(ns) MODULE_IMPORT_NS(#ns)
#else
#define hlrt_import_ns(ns) MODULE_IMPORT_NS(ns)
#endif

static inline struct class *hlrt_class_create(const char *name)
{
#ifdef HLRT_HAVE_CLASS_CREATE_NAME
	return class_create(name);
#else
	return class_create(THIS_MODULE, name);
#endif
}

static inline void hlrt_eventfd_signal(struct eventfd_ctx *ctx)
{
#ifdef HLRT_HAVE_EVENTFD_SIGNAL_VOID
	eventfd_signal(ctx);
#else
	eventfd_signal(ctx, 1);
#endif
}

#ifdef HLRT_HAVE_INVALIDATE_MAPPINGS
#define hlrt_dma_buf_invalidate dma_buf_invalidate_mappings
#define HLRT_INVALIDATE_OP invalidate_mappings
#else
#define hlrt_dma_buf_invalidate dma_buf_move_notify
#define HLRT_INVALIDATE_OP move_notify
#endif

/*
 * Without move notices the dma-buf core pins, unasked, each mapping of a dynamic importer. It calls
 * the importers all the same when the exporter tells it to. Newer cores have no such option.
 */
#if defined(HLRT_HAVE_INVALIDATE_MAPPINGS) || IS_ENABLED(CONFIG_DMABUF_MOVE_NOTIFY)
#define HLRT_CORE_PINS_MAPPINGS false
#else
#define HLRT_CORE_PINS_MAPPINGS true
#endif

#ifdef HLRT_HAVE_FOP_UNSIGNED_OFFSET
#define HLRT_FOP_UNSIGNED_OFFSET .fop_flags = FOP_UNSIGNED_OFFSET,
#else
#define HLRT_FOP_UNSIGNED_OFFSET
#endif

#ifdef HLRT_HAVE_DRM_DRIVER_DATE
#define HLRT_DRM_DRIVER_DATE .date = "0",
#else
#define HLRT_DRM_DRIVER_DATE
#endif

#endif /* HLRT_COMPAT_H */
