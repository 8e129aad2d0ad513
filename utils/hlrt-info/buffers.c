// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* --buffers: which memory is exported, by whom, and who has it. */
#include "info.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const modes[] = {
	[HLRT_IMPORTER_STATIC] = "static",
	[HLRT_IMPORTER_PINNED] = "pinned",
	[HLRT_IMPORTER_DYNAMIC] = "dynamic",
};

static const char *const paths[] = {
	[HLRT_PATH_OTHER] = "unknown",
	[HLRT_PATH_SWITCH] = "switch",
	[HLRT_PATH_HOST] = "host bridge",
	[HLRT_PATH_TRANSLATED] = "host bridge, translated",
};

static const char *const judges[] = {
	[HLRT_ALLOWED_BY_KERNEL] = "kernel",
	[HLRT_ALLOWED_BY_DRIVER] = "driver",
	[HLRT_ALLOWED_BY_ADMIN] = "administrator",
};

/* Numbers that a newer driver may have and this program has no name for are "unknown". */
static const char *name_of(const char *const *names, size_t count, uint32_t number)
{
	return number < count && names[number] ? names[number] : "unknown";
}
#define NAME(names, number) name_of(names, ARRAY_LENGTH(names), number)

static void importer_text(const struct hlrt_importer_info *importer)
{
	printf("\timporter %s: %s, %" PRIu32 " mapping(s), path: %s, allowed by %s\n", importer->device,
	       NAME(modes, importer->mode), importer->maps, NAME(paths, importer->path),
	       NAME(judges, importer->allowed_by));
}

static void importer_json(const struct hlrt_importer_info *importer)
{
	json_open(NULL, '{');
	json_string("device", importer->device);
	json_string("mode", NAME(modes, importer->mode));
	json_number("maps", importer->maps);
	json_string("path", NAME(paths, importer->path));
	json_string("allowed_by", NAME(judges, importer->allowed_by));
	json_close('}');
}

/* Processes choose their names: nothing that a terminal would obey. */
static void print_comm(const char *comm)
{
	for (; *comm; comm++)
		putchar(*comm >= ' ' && *comm <= '~' ? *comm : '?');
}

static void buffer_text(const struct hlrt_buffer_info *info)
{
	printf("%s: buffer %" PRIu64 ", %" PRIu64 " bytes at 0x%" PRIx64, info->name, info->number, info->length,
	       info->address);
	if (info->pid) {
		printf(", pid %d (", info->pid);
		print_comm(info->comm);
		printf(")");
	} else {
		printf(", of a process that is not visible here");
	}
	printf("%s%s\n", info->flags & HLRT_BUFFER_REVOKED ? ", revoked" : "",
	       info->flags & HLRT_BUFFER_VMAPPED ? ", mapped by the kernel" : "");
	for (uint32_t i = 0; i < info->num_listed; i++)
		importer_text(info->importers[i]);
	if (info->num_importers > info->num_listed)
		printf("\tand %" PRIu32 " more importer(s)\n", info->num_importers - info->num_listed);
}

static void buffer_json(const struct hlrt_buffer_info *info)
{
	json_open(NULL, '{');
	json_string("name", info->name);
	json_string("pci_address", info->pci_address);
	json_number("number", (int64_t)info->number);
	json_hex("address", info->address);
	json_number("length", (int64_t)info->length);
	json_number("pieces", info->pieces);
	json_number("pid", info->pid);
	json_string("comm", info->comm);
	json_bool("revoked", info->flags & HLRT_BUFFER_REVOKED);
	json_bool("vmapped", info->flags & HLRT_BUFFER_VMAPPED);
	json_number("num_importers", info->num_importers);
	json_open("importers", '[');
	for (uint32_t i = 0; i < info->num_listed; i++)
		importer_json(info->importers[i]);
	json_close(']');
	json_close('}');
}

int show_buffers(const struct options *options)
{
	size_t count;
	struct hlrt_buffer_info **buffers = hlrt_get_buffers(NULL, &count);

	if (!buffers) {
		if (options->json)
			json_string("buffers_error", hlrt_last_error());
		else
			printf("buffers: cannot be told: %s\n", hlrt_last_error());
		return EXIT_FAILURE;
	}
	if (options->json)
		json_open("buffers", '[');
	else if (!count)
		printf("no exported buffer that you may see\n");
	for (size_t i = 0; i < count; i++)
		(options->json ? buffer_json : buffer_text)(buffers[i]);
	if (options->json)
		json_close(']');
	hlrt_free_buffers(buffers);
	return EXIT_SUCCESS;
}
