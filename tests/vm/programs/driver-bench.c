// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * hlrt.ko against the in-tree driver, each with a device of the same kind in one guest: the same uAPI calls, taken in turns.
 * For each figure its time, and the register accesses that the device's server counted. Ratios are ours by theirs.
 *
 *	driver-bench OURS OUR-CONTROL-SOCKET THEIRS THEIR-CONTROL-SOCKET
 *
 * Control sockets are serial ports here. /dev/hli is the importer.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include <abi/hlabi.h>
#include <hlrt/gaudi.h>
#include <hlrt/goya.h>

#include "bench.h"
#include "uapi.h"

#define LENGTH (4u << 20) /* of memory and exports */
#define COPY 4096u
#define RATIO 1.5
#define TRIES 3
#define COUNT_ROUNDS 5
#define COUNT_CYCLES 4

struct side {
	const char *path;
	int node, control, hli;
	bool goya;
	void *host;
	uint64_t host_va, dram, cb;
	uint8_t *packets;
};

static void must_ioctl(int fd, unsigned long cmd, void *arg, const char *what)
{
	if (ioctl(fd, cmd, arg))
		die("%s: %s", what, strerror(errno));
}

static int must_open(const char *path)
{
	int fd;

	/* The in-tree driver goes on releasing after close() has returned. */
	for (int i = 0; i < 1000; i++) {
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd >= 0 || (errno != EAGAIN && errno != EBUSY))
			break;
		usleep(1000);
	}
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

static union hlabi_mem_args memory(const struct side *s, struct hlabi_mem_in in, const char *what)
{
	union hlabi_mem_args args = { .in = in };

	must_ioctl(s->node, HLABI_ACCEL_MEMORY, &args, what);
	return args;
}

static void unmap(const struct side *s, uint64_t va)
{
	memory(s, (struct hlabi_mem_in){ .op = HLABI_MEM_OP_UNMAP, .unmap.device_virt_addr = va }, "UNMAP");
}

static uint64_t map_host(const struct side *s)
{
	struct hlabi_mem_in in = { .op = HLABI_MEM_OP_MAP,
				   .flags = HLABI_MEM_USERPTR,
				   .map_host = { .host_virt_addr = (uintptr_t)s->host, .mem_size = 65536 } };

	return memory(s, in, "MAP of host memory").out.device_virt_addr;
}

/* Memory of the device where the driver places it: its address, and its handle. */
static uint64_t map_device(const struct side *s, uint64_t *handle)
{
	*handle = memory(s, (struct hlabi_mem_in){ .op = HLABI_MEM_OP_ALLOC, .alloc.mem_size = LENGTH }, "ALLOC")
			  .out.handle;
	if (!s->goya)
		return s->dram;
	return memory(s, (struct hlabi_mem_in){ .op = HLABI_MEM_OP_MAP, .map_device.handle = *handle }, "MAP")
		.out.device_virt_addr;
}

/* ---- sessions ---- */

static void session_begin(struct side *s)
{
	struct hlabi_hw_ip_info ip;
	struct hlabi_info_args info = { .op = HLABI_INFO_HW_IP, .return_size = sizeof(ip) };
	union hlabi_cb_args cb = { .in = { .op = HLABI_CB_OP_CREATE, .cb_size = 4096 } };
	uint64_t handle;

	s->node = must_open(s->path);
	info.return_pointer = (uintptr_t)&ip;
	must_ioctl(s->node, HLABI_ACCEL_INFO, &info, "HW_IP");
	s->goya = ip.device_id == HLABI_PCI_GOYA;
	s->dram = ip.dram_base_address;
	s->host_va = map_host(s);
	s->dram = map_device(s, &handle);
	must_ioctl(s->node, HLABI_ACCEL_CB, &cb, "CB");
	s->cb = cb.out.cb_handle;
	s->packets = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, s->node, (off_t)s->cb);
	if (s->packets == MAP_FAILED)
		die("mmap of a command buffer: %s", strerror(errno));
	if (s->goya)
		hlrt_goya_copy(s->packets, s->dram, s->host_va, COPY, HLRT_GOYA_HOST_TO_DRAM, 0);
	else
		hlrt_gaudi_copy(s->packets, s->dram, s->host_va, COPY, 0);
}

static void session_end(struct side *s)
{
	munmap(s->packets, 4096);
	close(s->node);
	s->node = -1;
}

/* ---- what is measured ---- */

static void open_close(void *arg, unsigned int count)
{
	struct side *s = arg;

	while (count--)
		close(must_open(s->path));
}

static void alloc_map_free(void *arg, unsigned int count)
{
	const struct side *s = arg;
	uint64_t handle, va;

	while (count--) {
		va = map_device(s, &handle);
		unmap(s, s->goya ? va : map_host(s));
		/* Where there is no handle, FREE wants the size. */
		memory(s, (struct hlabi_mem_in){ .op = HLABI_MEM_OP_FREE, .free.handle = s->goya ? handle : LENGTH },
		       "FREE");
	}
}

static void export_map_unmap_close(void *arg, unsigned int count)
{
	const struct side *s = arg;
	struct hlabi_mem_in in = { .op = HLABI_MEM_OP_EXPORT_DMABUF_FD,
				   .flags = O_RDWR | O_CLOEXEC,
				   .export_dmabuf_fd = { .addr = s->dram, .mem_size = LENGTH } };

	while (count--) {
		int fd = memory(s, in, "EXPORT").out.fd;
		union hli_reg reg = { .in.fd = (uint32_t)fd };
		struct hli_handle mr = { 0 };

		must_ioctl(s->hli, HLI_REG, &reg, "REG");
		mr.mr_handle = reg.out.mr_handle;
		must_ioctl(s->hli, HLI_DEREG, &mr, "DEREG");
		close(fd);
	}
}

static void export_close(void *arg, unsigned int count)
{
	const struct side *s = arg;
	struct hlabi_mem_in in = { .op = HLABI_MEM_OP_EXPORT_DMABUF_FD,
				   .flags = O_RDWR | O_CLOEXEC,
				   .export_dmabuf_fd = { .addr = s->dram, .mem_size = LENGTH } };

	while (count--)
		close(memory(s, in, "EXPORT").out.fd);
}

static void submit_wait(void *arg, unsigned int count)
{
	const struct side *s = arg;
	struct hlabi_cs_chunk chunk = { .cb_handle = s->cb, .queue_index = s->goya, .cb_size = 24 };

	while (count--) {
		union hlabi_cs_args cs = { .in = { .chunks_execute = (uintptr_t)&chunk, .num_chunks_execute = 1 } };
		union hlabi_wait_cs_args wait = { .in.timeout_us = 10000000 };

		must_ioctl(s->node, HLABI_ACCEL_CS, &cs, "CS");
		wait.in.seq = cs.out.seq;
		must_ioctl(s->node, HLABI_ACCEL_WAIT_CS, &wait, "WAIT_CS");
		if (wait.out.status != HLABI_WAIT_COMPLETED)
			die("a copy of 4 KiB ends as %u", wait.out.status);
	}
}

/* ---- register accesses, by the server's own count ---- */

static int open_serial(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios settings;

	if (fd < 0 || tcgetattr(fd, &settings))
		die("%s: %s", path, strerror(errno));
	cfmakeraw(&settings);
	if (tcsetattr(fd, TCSAFLUSH, &settings))
		die("%s: %s", path, strerror(errno));
	return fd;
}

static double counter(const char *line, const char *name)
{
	const char *at = strstr(line, name);

	if (!at)
		die("no %s in: %s", name, line);
	return (double)strtoull(at + strlen(name), NULL, 10);
}

static double register_accesses(const struct side *s)
{
	char line[1024];
	size_t n = 0;

	if (write(s->control, "stats\n", 6) != 6)
		die("control socket: %s", strerror(errno));
	while (n < sizeof(line) - 1 && (!n || line[n - 1] != '\n'))
		if (read(s->control, line + n++, 1) != 1)
			die("control socket: %s", strerror(errno));
	line[n] = '\0';
	return counter(line, " reg_reads=") + counter(line, " reg_writes=");
}

/* The median keeps away what a driver does by itself now and then. */
static double accesses_of(void (*run)(void *, unsigned int), struct side *s)
{
	double counts[COUNT_ROUNDS];

	for (size_t i = 0; i < COUNT_ROUNDS; i++) {
		double before = register_accesses(s);

		run(s, COUNT_CYCLES);
		counts[i] = (register_accesses(s) - before) / COUNT_CYCLES;
	}
	return median(counts, COUNT_ROUNDS);
}

/* ---- reports ---- */

static void report_ratio(const char *name, const char *what, const char *unit, double ours, double theirs, double ratio)
{
	struct figure figure = { .unit = "ratio", .value = ratio, .bound = BOUND_AT_MOST, .limit = RATIO };
	char full[64];

	snprintf(full, sizeof(full), "%s.%s", name, what);
	figure.name = full;
	figure_raw(&figure, "ours", ours, unit);
	figure_raw(&figure, "in-tree", theirs, unit);
	report(&figure);
}

static void compare(const char *name, void (*run)(void *, unsigned int), struct side *ours, struct side *theirs,
		    unsigned int rounds, unsigned int count)
{
	struct way a = { run, ours }, b = { run, theirs };
	struct pair time = measure_pair(&a, &b, rounds, count);
	double regs[2];

	/* A busy machine can slow one of the two down for a whole measurement, but not each time the same. */
	for (int again = 1; again < TRIES && time.ratio > RATIO; again++)
		time = measure_pair(&a, &b, rounds, count);
	regs[0] = accesses_of(run, ours);
	regs[1] = accesses_of(run, theirs);
	report_ratio(name, "time", "us", time.a_ns / 1e3, time.b_ns / 1e3, time.ratio);
	/* None against none is the same; none of ours is better than any. */
	report_ratio(name, "registers", "accesses", regs[0], regs[1], regs[1] > 0 ? regs[0] / regs[1] : 1 + regs[0]);
}

static void side_init(struct side *s, const char *node, const char *control)
{
	s->path = node;
	s->control = open_serial(control);
	s->hli = must_open("/dev/hli");
	s->host = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (s->host == MAP_FAILED)
		die("mmap: %s", strerror(errno));
}

/* One processor for all: else it is measured who wakes whom where. The test has put the interrupts there as well. */
static void stay_on_one_processor(void)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (sched_setaffinity(0, sizeof(first), &first))
		die("sched_setaffinity: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	static const struct options options = { .quick = false };
	struct side ours, theirs;

	if (argc != 5)
		die("usage: driver-bench OURS OUR-CONTROL THEIRS THEIR-CONTROL");
	stay_on_one_processor();
	side_init(&ours, argv[1], argv[2]);
	side_init(&theirs, argv[3], argv[4]);
	report_begin(&options);
	compare("open_close", open_close, &ours, &theirs, 9, 1);
	session_begin(&ours);
	session_begin(&theirs);
	compare("alloc_map_free", alloc_map_free, &ours, &theirs, 101, 8);
	compare("export_map_unmap_close", export_map_unmap_close, &ours, &theirs, 101, 8);
	compare("export_close", export_close, &ours, &theirs, 101, 8);
	compare("submit_wait_4KiB", submit_wait, &ours, &theirs, 51, 8);
	session_end(&ours);
	session_end(&theirs);
	return report_end();
}
