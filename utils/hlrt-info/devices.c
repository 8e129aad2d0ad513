// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The devices, one line or one object each; with -v what they say of themselves when they are opened. */
#include "info.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPEN_TIMEOUT 1000000000 /* ns: whoever only looks does not wait for a reset */

static const struct {
	uint32_t number;
	const char *name;
} capabilities[] = {
	{ HLRT_CAP_EXPORT, "export" },
	{ HLRT_CAP_EXPORT_SUBRANGE, "export-subrange" },
	{ HLRT_CAP_IMPORT, "import" },
	{ HLRT_CAP_REVOKE, "revoke" },
	{ HLRT_CAP_EXPORT_STATUS, "export-status" },
	{ HLRT_CAP_SCRUB, "scrub" },
	{ HLRT_CAP_FENCE_FD, "fence-fd" },
	{ HLRT_CAP_EVENT_DETAIL, "event-detail" },
	{ HLRT_CAP_STREAM_WAIT, "stream-wait" },
};

/* ---- attributes of an opened device ---- */

static void attribute(bool json, const char *name, const char *unit, uint64_t value)
{
	if (json)
		json_number(name, (int64_t)value);
	else
		printf("\t%-20s %" PRIu64 "%s%s\n", name, value, *unit ? " " : "", unit);
}

static void attributes_of(struct hlrt_context *context, bool json)
{
	struct hlrt_attr attr = { .size = sizeof(attr) };

	if (hlrt_query(context, &attr))
		return;
	if (json) {
		json_string("card", attr.card_name);
		json_string("firmware", attr.firmware_version);
		json_hex("dram_base", attr.dram_base);
	} else {
		printf("\t%-20s %s\n\t%-20s %s\n\t%-20s 0x%" PRIx64 "\n", "card", attr.card_name, "firmware",
		       attr.firmware_version, "dram_base", attr.dram_base);
	}
	attribute(json, "dram_size", "bytes", attr.dram_size);
	attribute(json, "alloc_granularity", "bytes", attr.alloc_granularity);
	attribute(json, "export_granularity", "bytes", attr.export_granularity);
	attribute(json, "export_max", "bytes", attr.export_max);
	attribute(json, "copy_max", "bytes", attr.copy_max);
	attribute(json, "max_in_flight", "", attr.max_in_flight);
	attribute(json, "module_id", "", attr.module_id);
}

static void capabilities_of(struct hlrt_context *context, bool json)
{
	if (json)
		json_open("capabilities", '[');
	else
		printf("\t%-20s", "capabilities");
	for (size_t i = 0; i < ARRAY_LENGTH(capabilities); i++) {
		if (hlrt_check_capability(context, capabilities[i].number))
			continue;
		if (json)
			json_string(NULL, capabilities[i].name);
		else
			printf(" %s", capabilities[i].name);
	}
	if (json)
		json_close(']');
	else
		printf("\n");
}

static void open_and_show(struct hlrt_device *device, bool json)
{
	const struct hlrt_open_options options = { .size = sizeof(options), .timeout_ns = OPEN_TIMEOUT };
	struct hlrt_context *context = hlrt_open(device, &options);

	if (!context) {
		if (json)
			json_string("open_failure", hlrt_last_error());
		else
			printf("\topening it failed:   %s\n", hlrt_last_error());
		return;
	}
	if (json)
		json_open("attributes", '{');
	attributes_of(context, json);
	capabilities_of(context, json);
	if (json)
		json_close('}');
	hlrt_close(context);
}

/* ---- one device ---- */

static void device_text(const struct hlrt_device_info *info, bool verbose)
{
	const char *note = device_note(info);

	printf("%s: %s %s [%04x:%04x], %s%s%s%s\n", info->name, info->pci_address, info->asic, info->vendor_id,
	       info->device_id, info->simulated ? "simulated" : "driver ", info->simulated ? "" : info->driver,
	       info->status[0] ? ", " : "", info->status);
	if (verbose) {
		printf("\t%-20s %s\n", "node", info->node);
		if (info->numa_node >= 0)
			printf("\t%-20s %d\n", "numa_node", info->numa_node);
	}
	if (info->open_error)
		printf("\tcannot be opened:    %s: %s\n\twhat to do:          %s\n", errno_name(info->open_error),
		       info->reason, device_advice(info));
	if (*note)
		printf("\tnote:                %s\n", note);
}

static void device_json(const struct hlrt_device_info *info)
{
	json_string("name", info->name);
	json_string("asic", info->asic);
	json_string("pci_address", info->pci_address);
	json_number("vendor_id", info->vendor_id);
	json_number("device_id", info->device_id);
	json_string("driver", info->driver);
	json_string("node", info->node);
	if (info->numa_node >= 0)
		json_number("numa_node", info->numa_node);
	else
		json_null("numa_node");
	json_string("status", info->status);
	json_bool("simulated", info->simulated);
	json_string("error", errno_name(info->open_error));
	json_string("reason", info->reason);
	json_string("advice", device_advice(info));
	json_string("note", device_note(info));
}

static void show_device(struct hlrt_device *device, const struct options *options)
{
	struct hlrt_device_info info = { .size = sizeof(info) };

	if (hlrt_device_query(device, &info))
		return;
	if (options->json) {
		json_open(NULL, '{');
		device_json(&info);
	} else {
		device_text(&info, options->verbose);
	}
	if (options->verbose && !info.open_error)
		open_and_show(device, options->json);
	if (options->json)
		json_close('}');
}

/* ---- accelerators that are not among them ---- */

struct unlisted {
	struct hlrt_device **devices;
	const struct options *options;
	size_t count;
};

static bool is_listed(struct hlrt_device **devices, const char *address)
{
	struct hlrt_device_info info = { .size = sizeof(info) };

	for (; *devices; devices++)
		if (!hlrt_device_query(*devices, &info) && !strcmp(info.pci_address, address))
			return true;
	return false;
}

static void show_unlisted(void *arg, const struct pci_function *function)
{
	struct unlisted *unlisted = arg;
	char reason[128], advice[160];

	if (is_listed(unlisted->devices, function->address))
		return;
	unlisted->count++;
	unlisted_reason(function, reason, sizeof(reason));
	unlisted_advice(function, advice, sizeof(advice));
	if (!unlisted->options->json) {
		printf("%s: [1da3:%04x] is no device: %s\n\twhat to do:          %s\n", function->address,
		       function->device_id, reason, advice);
		return;
	}
	json_open(NULL, '{');
	json_string("pci_address", function->address);
	json_number("device_id", function->device_id);
	json_string("driver", function->driver);
	json_string("reason", reason);
	json_string("advice", advice);
	json_close('}');
}

static void show_nothing(int scan, bool simulated, bool json)
{
	if (json) {
		json_string("reason", nothing_reason(scan, simulated));
		json_string("advice", nothing_advice(scan, simulated));
	} else {
		printf("no device: %s\n\twhat to do:          %s\n", nothing_reason(scan, simulated),
		       nothing_advice(scan, simulated));
	}
}

void show_devices(struct hlrt_device **devices, const struct options *options)
{
	const char *sim = secure_getenv("HLRT_SIM");
	bool simulated = sim && *sim;
	struct unlisted unlisted = { .devices = devices, .options = options };
	int scan = 0;

	if (options->json)
		json_open("devices", '[');
	for (struct hlrt_device **d = devices; *d; d++)
		show_device(*d, options);
	if (options->json) {
		json_close(']');
		json_open("unlisted", '[');
	}
	if (!simulated)
		scan = pci_scan(show_unlisted, &unlisted);
	if (options->json)
		json_close(']');
	if (!*devices && !unlisted.count)
		show_nothing(scan, simulated, options->json);
}
