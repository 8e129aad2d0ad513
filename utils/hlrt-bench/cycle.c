// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "cycle.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "abi/hlabi.h"
#include "abi/hlrt_ext.h"
#include "bench.h"

static void library_cycle(struct hlrt_context *context)
{
	struct hlrt_mem *mem = must_ptr(hlrt_mem_alloc(context, CYCLE_LENGTH, NULL), "hlrt_mem_alloc");
	struct hlrt_dmabuf *dmabuf = must_ptr(hlrt_dmabuf_export(mem, 0, CYCLE_LENGTH, 0), "hlrt_dmabuf_export");

	must(hlrt_dmabuf_close(dmabuf), "hlrt_dmabuf_close");
	must(hlrt_mem_free(mem), "hlrt_mem_free");
}

void library_cycles(void *arg, unsigned int count)
{
	while (count--)
		library_cycle(arg);
}

static void call(const struct raw *raw, unsigned long request, void *arg, const char *what)
{
	if (raw->ioctl(raw->fd, request, arg) < 0)
		die("%s: the raw call failed", what);
}

static union hlabi_mem_args memory(const struct raw *raw, enum hlabi_mem_op op, union hlabi_mem_args args)
{
	args.in.op = op;
	call(raw, raw->accel ? HLABI_ACCEL_MEMORY : HLABI_MISC_MEMORY, &args, "MEMORY");
	return args;
}

static int export_memory(const struct raw *raw, uint64_t address)
{
	struct hlrt_ext_export ext = { .address = address, .length = CYCLE_LENGTH, .flags = O_RDWR | O_CLOEXEC };
	union hlabi_mem_args args = { .in.export_dmabuf_fd = { .addr = address, .mem_size = CYCLE_LENGTH } };

	if (raw->extensions) {
		call(raw, HLRT_EXT_EXPORT, &ext, "EXPORT");
		return ext.fd;
	}
	args.in.flags = O_RDWR | O_CLOEXEC;
	return memory(raw, HLABI_MEM_OP_EXPORT_DMABUF_FD, args).out.fd;
}

static void raw_cycle(const struct raw *raw)
{
	union hlabi_mem_args args = { .in.alloc.mem_size = CYCLE_LENGTH };
	uint64_t handle, address = raw->address;

	handle = memory(raw, HLABI_MEM_OP_ALLOC, args).out.handle;
	if (handle) {
		args = (union hlabi_mem_args){ .in.map_device.handle = handle };
		address = memory(raw, HLABI_MEM_OP_MAP, args).out.device_virt_addr;
	}
	close(export_memory(raw, address));
	if (handle) {
		args = (union hlabi_mem_args){ .in.unmap.device_virt_addr = address };
		memory(raw, HLABI_MEM_OP_UNMAP, args);
	}
	/* Where there is no handle, FREE wants the size. */
	args = (union hlabi_mem_args){ .in.free.handle = handle ? handle : CYCLE_LENGTH };
	memory(raw, HLABI_MEM_OP_FREE, args);
}

void raw_cycles(void *arg, unsigned int count)
{
	while (count--)
		raw_cycle(arg);
}
