// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* hlrt-bench: what the library costs, as ratios of two ways taken side by side. See docs/bench.md. */
#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct bench {
	const char *name;
	void (*run)(const struct options *options);
	const char *about;
} benches[] = {
	{ "call_ratio", bench_call_ratio, "alloc, export, close, free: the library against the raw calls" },
	{ "copy_vs_memcpy", bench_copy_vs_memcpy, "64 MiB from device to device against memcpy()" },
	{ "alloc_scale", bench_alloc_scale, "an allocation among 10^6 live ones against among 10^3" },
	{ "async_speedup", bench_async_speedup, "64 KiB copies on streams against the same, one after the other" },
	{ "list_syscalls", bench_list_syscalls, "system calls of a program that lists 8 devices" },
};

const char *program_path(void)
{
	static char path[4096];
	ssize_t n;

	if (!path[0]) {
		n = readlink("/proc/self/exe", path, sizeof(path) - 1);
		if (n <= 0)
			die("/proc/self/exe: %s", strerror(errno));
		path[n] = '\0';
	}
	return path;
}

static void usage(FILE *to)
{
	fprintf(to, "usage: hlrt-bench [--json] [--quick] [--list] [NAME...]\n"
		    "\n"
		    "  --json   one object for each figure\n"
		    "  --quick  a few rounds: shows that everything runs; missed times are no failure\n"
		    "  --list   the names\n"
		    "  NAME...  which ones; all when none is named\n"
		    "\n"
		    "Without a card: HLRT_SIM='gaudi*2' hlrt-bench\n"
		    "Exit status: 0, or 1 when a bound is missed. What a machine cannot measure is skipped with the "
		    "reason.\n");
}

static void list(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(benches); i++)
		printf("%-16s %s\n", benches[i].name, benches[i].about);
}

static const struct bench *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(benches); i++)
		if (!strcmp(benches[i].name, name))
			return &benches[i];
	die("no bench is called %s; --list names them", name);
}

/* hlrt-bench --once library|raw COUNT: what is counted from outside, and nothing else. */
static int run_once(int argc, char **argv)
{
	if (argc == 4)
		return once_cycles(argv[2], (unsigned int)strtoul(argv[3], NULL, 0));
	usage(stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const struct bench *chosen[ARRAY_LENGTH(benches)];
	struct options options = { 0 };
	size_t count = 0;

	if (argc > 1 && !strcmp(argv[1], "--once"))
		return run_once(argc, argv);
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json")) {
			options.json = true;
		} else if (!strcmp(argv[i], "--quick")) {
			options.quick = true;
		} else if (!strcmp(argv[i], "--list")) {
			list();
			return EXIT_SUCCESS;
		} else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			usage(stdout);
			return EXIT_SUCCESS;
		} else if (argv[i][0] == '-' || count == ARRAY_LENGTH(benches)) {
			usage(stderr);
			return 2;
		} else {
			chosen[count++] = find(argv[i]);
		}
	}
	if (!count)
		for (; count < ARRAY_LENGTH(benches); count++)
			chosen[count] = &benches[count];
	report_begin(&options);
	for (size_t i = 0; i < count; i++)
		chosen[i]->run(&options);
	return report_end();
}
