// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Opening, closing, attributes, capabilities. */
#include "internal.h"

#include <fcntl.h>
#include <stdlib.h>

#define OPTIONS_SIZE_1 sizeof(struct hlrt_open_options) /* as first published */
#define ATTR_SIZE_1 sizeof(struct hlrt_attr)

#define OPEN_TIMEOUT_DEFAULT (10 * NSEC_PER_SEC)
#define OPEN_RETRY_MIN (1 * NSEC_PER_MSEC)
#define OPEN_RETRY_MAX (100 * NSEC_PER_MSEC)

int hlrti_context_enter(const struct hlrt_context *context)
{
	int rc;

	if (!context)
		return hlrt_set_error(-EINVAL, "context is NULL");
	rc = hlrti_process_check();
	if (rc)
		return rc;
	if (atomic_load_explicit(&context->port.lost, memory_order_relaxed))
		return hlrt_set_error(-ENODEV, "%s was reset or is gone; close the context and open it again",
				      context->device->sysdev.name);
	return 0;
}

/* ---- opening ---- */

/* Opens the node; while the driver says EAGAIN (reset, scrubbing, still releasing) tries again until the deadline. */
static int open_node(const struct hlrt_device *device, int64_t deadline)
{
	int64_t pause = OPEN_RETRY_MIN, left;
	int fd;

	for (;;) {
		fd = device->sys->ops->open(device->sys, device->sysdev.node, O_RDWR | O_CLOEXEC);
		if (fd != -EAGAIN && fd != -EINTR)
			return fd;
		left = deadline - hlrti_now();
		if (left <= 0)
			return -EAGAIN;
		hlrti_sleep(pause < left ? pause : left);
		pause = 2 * pause < OPEN_RETRY_MAX ? 2 * pause : OPEN_RETRY_MAX;
	}
}

/* What the node's errno means to the caller, with what is known about the reason. */
static int open_failed(const struct hlrt_device *device, int rc)
{
	const char *name = device->sysdev.name;
	char reason[256], holder[128];
	int obstacle = hlrti_device_obstacle(device, reason, sizeof(reason));

	switch (rc) {
	case -EAGAIN:
		return hlrt_set_error(
			-EBUSY,
			"%s is still being reset or scrubbed, or its last user's memory is still in use elsewhere",
			name);
	case -EBUSY:
		if (hlrti_device_holder(device, holder, sizeof(holder)))
			return hlrt_set_error(-EBUSY, "%s is in use: %s", name, holder);
		return hlrt_set_error(-EBUSY, "%s is in use by another process (the driver does not say by which)",
				      name);
	case -ENXIO:
	case -ENOENT:
	case -ENODEV:
		return hlrt_set_error(-ENODEV, "%s is gone or failed%s%s", name, obstacle ? ": " : "", reason);
	case -EPERM:
		/* The in-tree driver's answer when the device failed; else a container's device rules. */
		if (obstacle == -ENODEV)
			return hlrt_set_error(-ENODEV, "%s: %s", name, reason);
		return hlrt_set_error(-EPERM, "%s: %s may not be opened; in a container, allow the device", name,
				      device->sysdev.node);
	default:
		return hlrt_set_error(rc, "%s: opening %s: %s%s%s", name, device->sysdev.node, hlrti_strerror(rc),
				      obstacle ? "; " : "", reason);
	}
}

static int read_options(const struct hlrt_open_options *options, struct hlrt_open_options *known)
{
	int rc;

	*known = (struct hlrt_open_options){ .size = sizeof(*known) };
	if (options) {
		rc = hlrti_struct_in("struct hlrt_open_options", known, sizeof(*known), OPTIONS_SIZE_1, options);
		if (rc)
			return rc;
	}
	if (known->flags)
		return hlrt_set_error(-EINVAL, "open flags 0x%x are unknown; 0 is the only value", known->flags);
	if (!known->timeout_ns)
		known->timeout_ns = OPEN_TIMEOUT_DEFAULT;
	return 0;
}

static int query_extensions(struct hlrt_context *ctx)
{
	struct hlrt_ext_query query;
	int rc;

	ctx->export_granularity = hlrti_page_size();
	ctx->export_max = ctx->ip.dram_size;
	/* Any other driver logs an error for ioctls that it does not know, so it is not even asked. */
	if (strcmp(ctx->device->sysdev.driver, "hlrt") != 0)
		return 0;
	rc = hlrti_port_ext_query(&ctx->port, &query);
	if (rc)
		return rc;
	ctx->ext_caps = query.caps;
	if (hlrti_is_power_of_two(query.export_granularity))
		ctx->export_granularity = query.export_granularity;
	if (query.export_max)
		ctx->export_max = query.export_max;
	return 0;
}

static int query_device(struct hlrt_context *ctx)
{
	struct hlabi_sync_manager sync;
	int rc = hlrti_port_info(&ctx->port, HLABI_INFO_HW_IP, &ctx->ip, sizeof(ctx->ip));

	if (!rc)
		rc = hlrti_port_info(&ctx->port, HLABI_INFO_SYNC_MANAGER, &sync, sizeof(sync));
	if (!rc)
		rc = query_extensions(ctx);
	if (rc)
		return rc;
	ctx->pdev = (struct hlrt_provider_device){
		.vendor = ctx->device->sysdev.vendor,
		.device = ctx->device->sysdev.device,
		.dram_base = ctx->ip.dram_base_address,
		.dram_size = ctx->ip.dram_size,
		.dram_page_size = ctx->ip.dram_page_size,
		.sram_base = ctx->ip.sram_base_address,
		.sram_size = ctx->ip.sram_size,
		.first_sob = sync.first_available_sync_object,
		.first_monitor = sync.first_available_monitor,
	};
	ctx->alloc_granularity = ctx->ops->alloc_granularity;
	if (ctx->alloc_granularity < ctx->export_granularity)
		ctx->alloc_granularity = ctx->export_granularity;
	return 0;
}

/* Everything behind an opened node; on failure all of it is undone, but the fd is the caller's. */
static int set_up(struct hlrt_context *ctx, int fd)
{
	struct hlrt_device *device = ctx->device;
	bool accel_first = !strncmp(device->sysdev.node, "/dev/accel/", strlen("/dev/accel/"));
	int rc = hlrti_port_init(&ctx->port, device->sys, fd, accel_first);

	if (!rc)
		rc = query_device(ctx);
	if (rc)
		return rc;
	rc = hlrti_submitter_create(ctx);
	if (rc)
		return rc;
	rc = ctx->ops->context_init(ctx, &ctx->pdev, &ctx->priv);
	if (rc)
		hlrti_submitter_destroy(ctx);
	return rc;
}

static struct hlrt_context *new_context(struct hlrt_device *device)
{
	struct hlrt_context *ctx = calloc(1, sizeof(*ctx));

	if (!ctx)
		return NULL;
	ctx->device = hlrt_device_ref(device);
	ctx->ops = device->ops;
	pthread_mutex_init(&ctx->lock, NULL);
	pthread_cond_init(&ctx->staging_cond, NULL);
	hlrti_list_init(&ctx->staging_idle);
	hlrti_list_init(&ctx->quarantine);
	return ctx;
}

static void delete_context(struct hlrt_context *ctx)
{
	pthread_cond_destroy(&ctx->staging_cond);
	pthread_mutex_destroy(&ctx->lock);
	hlrt_device_unref(ctx->device);
	free(ctx);
}

HLRT_API struct hlrt_context *hlrt_open(struct hlrt_device *device, const struct hlrt_open_options *options)
{
	struct hlrt_open_options known;
	struct hlrt_context *ctx;
	char reason[400];
	int rc, fd;

	if (!device)
		return hlrti_null(hlrt_set_error(-EINVAL, "device is NULL"));
	rc = read_options(options, &known);
	if (!rc)
		rc = hlrti_process_check();
	if (rc)
		return hlrti_null(rc);
	if (!device->ops) {
		hlrti_provider_missing(device->sysdev.vendor, device->sysdev.device, reason, sizeof(reason));
		return hlrti_null(hlrt_set_error(-EOPNOTSUPP, "%s: %s", device->sysdev.name, reason));
	}
	ctx = new_context(device);
	if (!ctx)
		return hlrti_null(hlrt_set_error(-ENOMEM, "no memory for a context"));

	fd = open_node(device, hlrti_deadline(known.timeout_ns));
	rc = fd < 0 ? open_failed(device, fd) : set_up(ctx, fd);
	if (rc) {
		if (fd >= 0) {
			hlrti_error_prefix(rc, "opening %s", device->sysdev.name);
			device->sys->ops->close(device->sys, fd);
		}
		delete_context(ctx);
		return hlrti_null(rc);
	}
	hlrti_log(HLRT_LOG_INFO, "%s open: %s, driver %s, %s uAPI, extensions 0x%llx", device->sysdev.name,
		  ctx->ops->asic, device->sysdev.driver, hlrti_port_generation(&ctx->port),
		  (unsigned long long)ctx->ext_caps);
	return ctx;
}

HLRT_API int hlrt_close(struct hlrt_context *context)
{
	unsigned int children;
	int rc;

	if (!context)
		return hlrt_set_error(-EINVAL, "context is NULL");
	rc = hlrti_process_check();
	if (rc)
		return rc;
	children = atomic_load(&context->children);
	if (children)
		return hlrt_set_error(-EBUSY, "%u memory and dma-buf handles of this context are still live", children);
	hlrti_staging_destroy(context);
	hlrti_quarantine_destroy(context);
	context->ops->context_fini(context->priv);
	hlrti_submitter_destroy(context);
	rc = context->port.sys->ops->close(context->port.sys, context->port.fd);
	if (rc)
		hlrti_log(HLRT_LOG_WARNING, "closing %s: %s", context->device->sysdev.name, hlrti_strerror(rc));
	hlrti_log(HLRT_LOG_INFO, "%s closed", context->device->sysdev.name);
	delete_context(context);
	return 0;
}

/* ---- attributes and capabilities ---- */

static bool has_legacy_export(const struct hlrt_context *ctx)
{
	return !(ctx->ext_caps & HLRT_EXT_CAP_EXPORT) && strcmp(ctx->device->sysdev.driver, "hlrt") != 0;
}

static bool can_export(const struct hlrt_context *ctx)
{
	return (ctx->ext_caps & HLRT_EXT_CAP_EXPORT) || has_legacy_export(ctx);
}

HLRT_API int hlrt_query(struct hlrt_context *context, struct hlrt_attr *attr)
{
	struct hlrt_attr out = { 0 };
	int rc;

	if (!attr)
		return hlrt_set_error(-EINVAL, "attr is NULL");
	rc = hlrti_context_enter(context);
	if (!rc)
		rc = hlrti_struct_out_check("struct hlrt_attr", attr, ATTR_SIZE_1);
	if (rc)
		return rc;
	hlrti_quarantine_sweep(context);
	out.asic_device_id = context->ip.device_id;
	out.dram_base = context->pdev.dram_base;
	out.dram_size = context->pdev.dram_size;
	pthread_mutex_lock(&context->lock);
	out.dram_free = out.dram_size - context->allocated;
	pthread_mutex_unlock(&context->lock);
	out.alloc_granularity = context->alloc_granularity;
	out.export_granularity = can_export(context) ? context->export_granularity : 0;
	out.export_max = can_export(context) ? context->export_max : 0;
	out.copy_max = context->ops->max_copy;
	out.module_id = context->ip.module_id;
	out.max_in_flight = context->ops->max_in_flight;
	hlrti_text(out.card_name, sizeof(out.card_name), context->ip.card_name, HLABI_CARD_NAME_MAX);
	hlrti_text(out.firmware_version, sizeof(out.firmware_version), context->ip.cpucp_version, HLABI_VERSION_MAX);
	hlrti_struct_out(attr, &out, sizeof(out));
	return 0;
}

static const struct capability {
	const char *name;
	uint64_t ext; /* the driver's bit for it */
	bool legacy;  /* the habanalabs uAPI offers it as well */
} capabilities[] = {
	[HLRT_CAP_EXPORT] = { "exporting device memory", HLRT_EXT_CAP_EXPORT, true },
	/* Where the kernel places memory the older uAPI exports whole allocations; no such ASIC is known here yet. */
	[HLRT_CAP_EXPORT_SUBRANGE] = { "exporting a part of an allocation", HLRT_EXT_CAP_EXPORT, true },
	[HLRT_CAP_IMPORT] = { "importing dma-bufs", HLRT_EXT_CAP_IMPORT, false },
	[HLRT_CAP_REVOKE] = { "revoking exports", HLRT_EXT_CAP_REVOKE, false },
	[HLRT_CAP_EXPORT_STATUS] = { "telling whether a range is still exported", HLRT_EXT_CAP_EXPORT, false },
	[HLRT_CAP_SCRUB] = { "zeroing memory between owners", HLRT_EXT_CAP_SCRUB, false },
};

HLRT_API int hlrt_check_capability(struct hlrt_context *context, uint32_t capability)
{
	int rc = hlrti_context_enter(context);
	const struct capability *cap;

	if (rc)
		return rc;
	if (capability < HLRT_CAP_EXPORT || capability >= sizeof(capabilities) / sizeof(capabilities[0]))
		return hlrt_set_error(-EINVAL, "capability %u is not between %d and %d", capability, HLRT_CAP_EXPORT,
				      HLRT_CAP_SCRUB);
	cap = &capabilities[capability];
	if ((context->ext_caps & cap->ext) || (cap->legacy && has_legacy_export(context)))
		return 0;
	return hlrt_set_error(
		-EOPNOTSUPP,
		"%s needs the hlrt kernel driver with that extension; %s is bound to driver %s, extensions 0x%llx",
		cap->name, context->device->sysdev.name, context->device->sysdev.driver,
		(unsigned long long)context->ext_caps);
}
