// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What a context can tell of its device: attributes and capabilities. */
#include "internal.h"

#define ATTR_SIZE_1 sizeof(struct hlrt_attr) /* as first published */

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
	out.dram_free = out.dram_size - atomic_load(&context->allocated);
	out.alloc_granularity = context->alloc_granularity;
	out.export_granularity = can_export(context) ? context->export_granularity : 0;
	out.export_max = can_export(context) ? context->export_max : 0;
	out.copy_max = context->ops->max_copy;
	out.module_id = context->ip.module_id;
	out.max_in_flight = hlrti_window(context);
	hlrti_text(out.card_name, sizeof(out.card_name), context->ip.card_name, HLABI_CARD_NAME_MAX);
	hlrti_text(out.firmware_version, sizeof(out.firmware_version), context->ip.cpucp_version, HLABI_VERSION_MAX);
	hlrti_struct_out(attr, &out, sizeof(out));
	return 0;
}

/* ---- capabilities ---- */

static bool can_order_queues(const struct hlrt_context *ctx)
{
	return ctx->ops->encode_wait;
}

static const struct capability {
	const char *name;
	uint64_t ext;				      /* the driver's bit for it; 0: it is no matter of the driver */
	bool legacy;				      /* the habanalabs uAPI offers it as well */
	bool (*asic)(const struct hlrt_context *ctx); /* what the ASIC must be able to do; NULL: nothing */
} capabilities[] = {
	[HLRT_CAP_EXPORT] = { "exporting device memory", HLRT_EXT_CAP_EXPORT, true, NULL },
	/* Of memory that the kernel places the oldest drivers export nothing, which only trying tells. */
	[HLRT_CAP_EXPORT_SUBRANGE] = { "exporting a part of an allocation", HLRT_EXT_CAP_EXPORT, true, NULL },
	[HLRT_CAP_IMPORT] = { "importing dma-bufs", HLRT_EXT_CAP_IMPORT, false, NULL },
	[HLRT_CAP_REVOKE] = { "revoking exports", HLRT_EXT_CAP_REVOKE, false, NULL },
	[HLRT_CAP_EXPORT_STATUS] = { "telling whether a range is still exported", HLRT_EXT_CAP_EXPORT, false, NULL },
	[HLRT_CAP_SCRUB] = { "zeroing memory between owners", HLRT_EXT_CAP_SCRUB, false, NULL },
	[HLRT_CAP_FENCE_FD] = { "a pollable fd for a fence", HLRT_EXT_CAP_FENCE_FD, false, NULL },
	[HLRT_CAP_EVENT_DETAIL] = { "telling details of events", HLRT_EXT_CAP_EVENTS, false, NULL },
	[HLRT_CAP_STREAM_WAIT] = { "waiting for other streams on the device", 0, false, can_order_queues },
};

#define NUM_CAPABILITIES (sizeof(capabilities) / sizeof(capabilities[0]))

static bool has_capability(const struct hlrt_context *ctx, const struct capability *cap)
{
	if (cap->asic && !cap->asic(ctx))
		return false;
	return !cap->ext || (ctx->ext_caps & cap->ext) || (cap->legacy && has_legacy_export(ctx));
}

HLRT_API int hlrt_check_capability(struct hlrt_context *context, uint32_t capability)
{
	int rc = hlrti_context_enter(context);
	const struct capability *cap;

	if (rc)
		return rc;
	if (capability < HLRT_CAP_EXPORT || capability >= NUM_CAPABILITIES)
		return hlrt_set_error(-EINVAL, "capability %u is not between %d and %zu", capability, HLRT_CAP_EXPORT,
				      NUM_CAPABILITIES - 1);
	cap = &capabilities[capability];
	if (has_capability(context, cap))
		return 0;
	if (!cap->ext)
		return hlrt_set_error(-EOPNOTSUPP, "%s: %s cannot", cap->name, context->ops->asic);
	return hlrt_set_error(
		-EOPNOTSUPP,
		"%s needs the hlrt kernel driver with that extension; %s is bound to driver %s, extensions 0x%llx",
		cap->name, context->device->sysdev.name, context->device->sysdev.driver,
		(unsigned long long)context->ext_caps);
}
