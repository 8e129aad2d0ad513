// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Opening, adopting fds, closing. */
#include "internal.h"

#include <fcntl.h>
#include <stdlib.h>

#define OPTIONS_SIZE_1 sizeof(struct hlrt_open_options) /* as first published */

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

/*
 * Since Linux 6.12 a DRM node needs FOP_UNSIGNED_OFFSET to be opened. That the in-tree driver lacks it shows only when it is
 * tried: the release says nothing about a kernel that has the driver mended.
 */
static bool node_may_be_broken(const struct hlrt_device *device)
{
	return strcmp(device->sysdev.driver, "habanalabs") == 0 &&
	       strncmp(device->sysdev.node, "/dev/accel/", strlen("/dev/accel/")) == 0;
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
	case -EINVAL:
		if (node_may_be_broken(device))
			return hlrt_set_error(
				-EINVAL,
				"%s: the in-tree habanalabs driver of this kernel cannot open its node; use hlrt.ko",
				name);
		/* fall through */
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
	hlrti_work_init(ctx);
	rc = ctx->ops->context_init(ctx, &ctx->pdev, &ctx->priv);
	if (rc)
		hlrti_work_fini(ctx);
	return rc;
}

static struct hlrt_context *new_context(struct hlrt_device *device)
{
	struct hlrt_context *ctx = calloc(1, sizeof(*ctx));

	if (!ctx)
		return NULL;
	ctx->device = hlrt_device_ref(device);
	ctx->ops = hlrti_device_provider(device);
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

/* A context of device without an fd; NULL with the error set. */
static struct hlrt_context *prepare(struct hlrt_device *device)
{
	const char *name = device->sysdev.name;
	struct hlrt_context *ctx;
	char reason[400];

	if (!hlrti_device_provider(device)) {
		hlrti_provider_missing(device->sysdev.vendor, device->sysdev.device, reason, sizeof(reason));
		return hlrti_null(hlrt_set_error(-EOPNOTSUPP, "%s: %s", name, reason));
	}
	ctx = new_context(device);
	return ctx ? ctx : hlrti_null(hlrt_set_error(-ENOMEM, "no memory for a context"));
}

static void log_open(const struct hlrt_context *ctx, const char *how)
{
	hlrti_log(HLRT_LOG_INFO, "%s %s: %s, driver %s, %s uAPI, extensions 0x%llx", ctx->device->sysdev.name, how,
		  ctx->ops->asic, ctx->device->sysdev.driver, hlrti_port_generation(&ctx->port),
		  (unsigned long long)ctx->ext_caps);
}

HLRT_API struct hlrt_context *hlrt_open(struct hlrt_device *device, const struct hlrt_open_options *options)
{
	struct hlrt_open_options known;
	struct hlrt_context *ctx;
	int rc, fd;

	if (!device)
		return hlrti_null(hlrt_set_error(-EINVAL, "device is NULL"));
	rc = read_options(options, &known);
	if (!rc)
		rc = hlrti_process_check();
	if (rc)
		return hlrti_null(rc);
	ctx = prepare(device);
	if (!ctx)
		return NULL;
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
	log_open(ctx, "open");
	return ctx;
}

/* The device that fd is the compute node of, with a reference; NULL with the error set. */
static struct hlrt_device *device_of(int fd)
{
	struct hlrt_sys *sys = hlrti_sys_get();
	struct hlrt_sys_device sysdev;
	struct hlrt_device *device;
	int rc;

	if (!sys)
		return NULL;
	rc = sys->ops->identify(sys, fd, &sysdev);
	if (rc)
		return hlrti_null(
			hlrt_set_error(rc, "fd %d %s", fd,
				       rc == -EBADF ? "is not open" : "is not a compute node of a device known here"));
	device = hlrti_device_new(sys, &sysdev);
	return device ? device : hlrti_null(hlrt_set_error(-ENOMEM, "no memory for a device"));
}

HLRT_API struct hlrt_context *hlrt_context_from_fd(int fd, uint32_t mode)
{
	struct hlrt_device *device;
	struct hlrt_context *ctx;
	int rc;

	if (mode != HLRT_FD_BORROW && mode != HLRT_FD_ADOPT)
		return hlrti_null(hlrt_set_error(-EINVAL, "mode %u is neither HLRT_FD_BORROW nor HLRT_FD_ADOPT", mode));
	device = device_of(fd);
	if (!device)
		return NULL;
	ctx = prepare(device);
	hlrt_device_unref(device);
	if (!ctx)
		return NULL;
	ctx->given = true;
	ctx->borrowed = mode == HLRT_FD_BORROW;
	rc = set_up(ctx, fd);
	if (rc) {
		hlrti_error_prefix(rc, "using fd %d", fd);
		delete_context(ctx);
		return hlrti_null(rc);
	}
	log_open(ctx, ctx->borrowed ? "borrowed" : "adopted");
	return ctx;
}

HLRT_API int hlrt_context_fd(const struct hlrt_context *context)
{
	return context ? context->port.fd : hlrt_set_error(-EINVAL, "context is NULL");
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
		return hlrt_set_error(-EBUSY, "%u handles made from this context are still live", children);
	hlrti_staging_destroy(context);
	hlrti_quarantine_destroy(context);
	context->ops->context_fini(context->priv);
	hlrti_work_fini(context);
	rc = context->borrowed ? 0 : context->port.sys->ops->close(context->port.sys, context->port.fd);
	if (rc)
		hlrti_log(HLRT_LOG_WARNING, "closing %s: %s", context->device->sysdev.name, hlrti_strerror(rc));
	hlrti_log(HLRT_LOG_INFO, "%s closed", context->device->sysdev.name);
	delete_context(context);
	return 0;
}
