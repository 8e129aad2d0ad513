// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* hlrt-info: which accelerators there are, in what state, who holds their memory. See docs/monitor.md. */
#include "info.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static void usage(FILE *to)
{
	fprintf(to, "usage: hlrt-info [-v] [--json] [--buffers] [--watch]\n"
		    "\n"
		    "  -v, --verbose  opens each device that is free for a moment, and shows what it says of itself\n"
		    "  --json         for programs; hlrt-info.schema.json describes it\n"
		    "  --buffers      also which memory is exported, by whom and to whom\n"
		    "  --watch        what happens from now on, one event a line, and nothing else; with --buffers "
		    "also to\n"
		    "                 buffers (for administrators)\n"
		    "\n"
		    "Exit status: 0, or 1 when there is no device, or the buffers cannot be told.\n");
}

static int show(const struct options *options)
{
	char version[32];
	uint32_t v = hlrt_version();
	struct hlrt_device **devices = hlrt_get_devices(NULL);
	int status;

	if (!devices) {
		fprintf(stderr, "hlrt-info: %s\n", hlrt_last_error());
		return EXIT_FAILURE;
	}
	status = *devices ? EXIT_SUCCESS : EXIT_FAILURE;
	if (options->json) {
		snprintf(version, sizeof(version), "%u.%u.%u", v >> 16, v >> 8 & 0xff, v & 0xff);
		json_open(NULL, '{');
		json_string("version", version);
	}
	show_devices(devices, options);
	if (options->buffers && show_buffers(options))
		status = EXIT_FAILURE;
	if (options->json)
		json_close('}');
	hlrt_free_devices(devices);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option names[] = {
		{ "verbose", no_argument, NULL, 'v' }, { "json", no_argument, NULL, 'j' },
		{ "buffers", no_argument, NULL, 'b' }, { "watch", no_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'h' },    { NULL, 0, NULL, 0 },
	};
	struct options options = { 0 };
	int option;

	while ((option = getopt_long(argc, argv, "vh", names, NULL)) != -1) {
		switch (option) {
		case 'v':
			options.verbose = true;
			break;
		case 'j':
			options.json = true;
			break;
		case 'b':
			options.buffers = true;
			break;
		case 'w':
			options.watch = true;
			break;
		default:
			usage(option == 'h' ? stdout : stderr);
			return option == 'h' ? EXIT_SUCCESS : 2;
		}
	}
	if (optind < argc) {
		usage(stderr);
		return 2;
	}
	return options.watch ? watch(&options) : show(&options);
}
