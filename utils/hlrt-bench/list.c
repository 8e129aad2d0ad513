// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * list_syscalls: what a whole program costs that lists devices, from exec to exit. The devices are a made-up sysfs, so the figure is the
 * same everywhere.
 */
#include "bench.h"

#include <dlfcn.h>
#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEVICES 8
/* What ibv_devices of rdma-core makes on a machine that has no device, and for each device one file to read and to spare. */
#define BOUND (71 + 8 * DEVICES)

/* ---- a sysfs as the drivers make it ---- */

static char root[64];

static void __attribute__((format(printf, 2, 3))) put(const char *text, const char *path, ...)
{
	char full[512];
	size_t length = (size_t)snprintf(full, sizeof(full), "%s/", root);
	va_list args;
	FILE *file;

	va_start(args, path);
	vsnprintf(full + length, sizeof(full) - length, path, args);
	va_end(args);
	for (char *slash = full + length; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		if (mkdir(full, 0755) && errno != EEXIST)
			die("%s: %s", full, strerror(errno));
	}
	file = fopen(full, "w");
	if (!file || fputs(text, file) < 0 || fclose(file))
		die("%s: %s", full, strerror(errno));
}

static void make_pci(unsigned int n)
{
	char uevent[128], path[64], link[160];

	snprintf(path, sizeof(path), "bus/pci/devices/0000:%02x:00.0", 0x10 + n);
	snprintf(uevent, sizeof(uevent),
		 "DRIVER=hlrt\nPCI_CLASS=120000\nPCI_ID=1DA3:1000\nPCI_SLOT_NAME=0000:%02x:00.0\n", 0x10 + n);
	put(uevent, "%s/uevent", path);
	put("0x1da3\n", "%s/vendor", path);
	put("0x1000\n", "%s/device", path);
	put("0\n", "%s/numa_node", path);
	put("", "bus/pci/drivers/hlrt/bind");
	snprintf(link, sizeof(link), "%s/%s/driver", root, path);
	if (symlink("../../drivers/hlrt", link))
		die("%s: %s", link, strerror(errno));
}

static void make_accel(unsigned int n)
{
	char text[64], target[64], link[160];

	snprintf(text, sizeof(text), "MAJOR=261\nMINOR=%u\nDEVNAME=accel/accel%u\n", n, n);
	put(text, "class/accel/accel%u/uevent", n);
	snprintf(target, sizeof(target), "../../../bus/pci/devices/0000:%02x:00.0", 0x10 + n);
	snprintf(link, sizeof(link), "%s/class/accel/accel%u/device", root, n);
	if (symlink(target, link))
		die("%s: %s", link, strerror(errno));
}

static void make_misc(unsigned int n)
{
	char text[64];

	snprintf(text, sizeof(text), "MAJOR=240\nMINOR=%u\nDEVNAME=hl%u\n", n, n);
	put(text, "class/habanalabs/hl%u/uevent", n);
	snprintf(text, sizeof(text), "0000:%02x:00.0\n", 0x10 + n);
	put(text, "class/habanalabs/hl%u/pci_addr", n);
	put("", "class/habanalabs/hl_controlD%u/uevent", n);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status, (void)kind, (void)walk;
	return remove(path);
}

/* ---- counting ---- */

/*
 * An installed program finds libhlrt in the loader's cache. One of the build tree has a run path, and the loader looks along it in a folder
 * for each kind of processor; hlrt-bench-list has none, and so has to be given the library.
 */
static void give_library(void)
{
	Dl_info library;

	if (!dladdr((void *)hlrt_get_devices, &library))
		die("where libhlrt is loaded from is not known");
	setenv("LD_PRELOAD", library.dli_fname, 1);
}

/* HLRT_SIM and HLRT_SYSFS_ROOT as given; back to what they were afterwards. */
static int trace_listing(const char *sim, const char *sysfs, struct trace *trace)
{
	char program[4096 + 8];
	const char *argv[] = { program, NULL };
	const char *was = getenv("HLRT_SIM");
	char *saved = was ? strdup(was) : NULL;
	int rc;

	snprintf(program, sizeof(program), "%s-list", program_path());
	setenv("HLRT_SIM", sim, 1);
	setenv("HLRT_SYSFS_ROOT", sysfs, 1);
	give_library();
	rc = trace_program(argv, trace);
	unsetenv("LD_PRELOAD");
	unsetenv("HLRT_SYSFS_ROOT");
	if (saved)
		setenv("HLRT_SIM", saved, 1);
	else
		unsetenv("HLRT_SIM");
	free(saved);
	if (!rc && (!WIFEXITED(trace->status) || WEXITSTATUS(trace->status) != DEVICES))
		die("the program that lists %d devices failed, status 0x%x", DEVICES, (unsigned int)trace->status);
	return rc;
}

static void list_sysfs(const char *name, void (*make_class)(unsigned int n))
{
	struct figure figure = {
		.name = name, .unit = "calls", .bound = BOUND_AT_MOST, .limit = BOUND - 1, .exact = true
	};
	struct trace trace;
	int rc;

	strcpy(root, "/tmp/hlrt-bench-XXXXXX");
	if (!mkdtemp(root))
		die("%s: %s", root, strerror(errno));
	for (unsigned int n = 0; n < DEVICES; n++) {
		make_pci(n);
		make_class(n);
	}
	rc = trace_listing("", root, &trace);
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	if (rc) {
		report_skipped(name, "ptrace: %s", strerror(-rc));
		return;
	}
	figure.value = (double)trace.total;
	figure_raw(&figure, "in_hlrt_get_devices", (double)trace.inside, "calls");
	figure_raw(&figure, "before_and_after", (double)(trace.total - trace.inside), "calls");
	report(&figure);
}

static void list_simulator(void)
{
	struct figure figure = { .name = "list_syscalls.simulator", .unit = "calls" };
	struct trace trace;
	char sim[32];

	snprintf(sim, sizeof(sim), "gaudi*%d", DEVICES);
	if (trace_listing(sim, "", &trace))
		return;
	figure.value = (double)trace.total;
	figure_raw(&figure, "in_hlrt_get_devices", (double)trace.inside, "calls");
	snprintf(figure.note, sizeof(figure.note), "devices and drivers come up in the process");
	report(&figure);
}

void bench_list_syscalls(const struct options *options)
{
	(void)options;
	list_sysfs("list_syscalls.accel", make_accel);
	list_sysfs("list_syscalls.misc", make_misc);
	if (getenv("HLRT_SIM"))
		list_simulator();
}
