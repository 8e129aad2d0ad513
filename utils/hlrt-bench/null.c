// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * hlrt-bench-null --once library|raw COUNT ASIC: cycles (cycle.h) over a device that does nothing, so that what is left to count is the
 * library. hlrt-bench runs it, under callgrind for instructions and by itself for system calls.
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "cycle.h"

#define DRAM_BASE 0x20000000ULL
#define MAPPED 0x1000000000ULL /* where the kernel maps what it has placed */
#define DRAM_SIZE (32ULL << 30)
#define NODE_FD 900 /* not open: what is closed here costs a system call and no more */
#define DMABUF_FD 901

/* ---- a driver of the newest kind that has nothing to do ---- */

/* One chip whose memory user space places, one whose memory the kernel does. */
static const struct null_asic {
	const char *name;
	uint16_t device;
	uint64_t handle; /* of what ALLOC gives; 0: it only counts */
} asics[] = {
	{ "gaudi", HLABI_PCI_GAUDI, 0 },
	{ "goya", HLABI_PCI_GOYA, 1 },
};

static const struct null_asic *asic;

static int answer_info(const struct hlabi_info_args *args)
{
	static const struct hlabi_hw_ip_info ip = { .dram_base_address = DRAM_BASE, .dram_size = DRAM_SIZE };
	const size_t size = args->return_size < sizeof(ip) ? args->return_size : sizeof(ip);

	/* Zeroes are a good answer to everything else. */
	if (args->op == HLABI_INFO_HW_IP)
		memcpy((void *)(uintptr_t)args->return_pointer, &ip, size); /* NOLINT(performance-no-int-to-ptr) */
	return 0;
}

static void answer_memory(union hlabi_mem_args *args)
{
	switch (args->in.op) {
	case HLABI_MEM_OP_ALLOC:
		args->out.handle = asic->handle;
		break;
	case HLABI_MEM_OP_MAP:
		args->out.device_virt_addr = MAPPED;
		break;
	default:
		break;
	}
}

static int null_ioctl(int fd, unsigned long request, void *arg)
{
	(void)fd;
	/* Stands for the ioctl, so that who counts system calls finds one. */
	syscall(SYS_getppid);
	switch (request) {
	case HLABI_MISC_INFO:
		return answer_info(arg);
	case HLRT_EXT_QUERY:
		((struct hlrt_ext_query *)arg)->caps = HLRT_EXT_CAP_EXPORT;
		return 0;
	case HLRT_EXT_EXPORT:
		((struct hlrt_ext_export *)arg)->fd = DMABUF_FD;
		return 0;
	case HLABI_MISC_MEMORY:
		answer_memory(arg);
		return 0;
	default:
		return 0;
	}
}

static int sys_ioctl(struct hlrt_sys *sys, int fd, unsigned long request, void *arg)
{
	(void)sys;
	return null_ioctl(fd, request, arg);
}

static int sys_enumerate(struct hlrt_sys *sys, int (*found)(void *arg, const struct hlrt_sys_device *dev), void *arg)
{
	const struct hlrt_sys_device device = {
		.name = "hl0",
		.node = "/dev/hl0",
		.driver = "hlrt",
		.vendor = HLABI_PCI_VENDOR,
		.device = asic->device,
	};

	(void)sys;
	return found(arg, &device);
}

static ssize_t sys_read_attr(struct hlrt_sys *sys, const char *device, const char *attr, char *buf, size_t size)
{
	(void)sys, (void)device, (void)attr, (void)buf, (void)size;
	return -ENOENT;
}

static int sys_open(struct hlrt_sys *sys, const char *node, int flags)
{
	(void)sys, (void)node, (void)flags;
	return NODE_FD;
}

static int sys_close(struct hlrt_sys *sys, int fd)
{
	(void)sys, (void)fd;
	return 0;
}

static const struct hlrt_sys_ops null_ops = {
	.abi = HLRT_SYS_ABI,
	.size = sizeof(null_ops),
	.name = "null",
	.enumerate = sys_enumerate,
	.read_attr = sys_read_attr,
	.open = sys_open,
	.close = sys_close,
	.ioctl = sys_ioctl,
};

/* ---- what is counted ---- */

/* callgrind collects inside of this function, trace.c between the marks. */
__attribute__((noinline)) void measured(const struct way *way, unsigned int count);
void measured(const struct way *way, unsigned int count)
{
	way->run(way->arg, count);
}

static void run(const struct way *way, unsigned int count)
{
	way->run(way->arg, 8); /* fills what is allocated only once */
	trace_mark();
	measured(way, count);
	trace_mark();
}

static void run_library(unsigned int count)
{
	struct hlrt_sys null = { .ops = &null_ops };
	struct hlrt_device **devices;
	struct hlrt_context *context;

	hlrti_process_bind();
	hlrti_sys_set(&null);
	devices = must_ptr((void *)hlrt_get_devices(NULL), "hlrt_get_devices");
	context = must_ptr(hlrt_open(devices[0], NULL), "hlrt_open");
	hlrt_free_devices(devices);
	run(&(struct way){ library_cycles, context }, count);
	must(hlrt_close(context), "hlrt_close");
}

static void run_raw(unsigned int count)
{
	struct raw raw = { .ioctl = null_ioctl, .fd = NODE_FD, .extensions = true, .address = DRAM_BASE };

	run(&(struct way){ raw_cycles, &raw }, count);
}

int main(int argc, char **argv)
{
	for (size_t i = 0; i < ARRAY_LENGTH(asics); i++)
		if (argc == 5 && !strcmp(argv[4], asics[i].name))
			asic = &asics[i];
	if (!asic)
		die("usage: hlrt-bench-null --once library|raw COUNT gaudi|goya");
	if (!strcmp(argv[2], "library"))
		run_library((unsigned int)strtoul(argv[3], NULL, 0));
	else
		run_raw((unsigned int)strtoul(argv[3], NULL, 0));
	return EXIT_SUCCESS;
}
