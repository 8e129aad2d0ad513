// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "fake_sys.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <hlrt/gaudi.h>

#include "../../../include/hw/gaudi_packets.h"

#define CB_HANDLE(n) ((uint64_t)(n) << 12 | 1ULL << 40)
#define MAX_CBS 256

static uint8_t *cb_memory[MAX_CBS];

static struct fake *to_fake(struct hlrt_sys *sys)
{
	return hlrti_entry(sys, struct fake, base);
}

/* ---- the device: copies and fills ---- */

static uint8_t *reach(struct fake *f, uint64_t address, uint64_t length)
{
	if (address >= FAKE_HOST_VA)
		return (uint8_t *)(uintptr_t)(address - FAKE_HOST_VA);
	assert_true(address >= FAKE_DRAM_BASE && address + length <= FAKE_DRAM_BASE + f->dram_size);
	return f->dram + (address - FAKE_DRAM_BASE);
}

static void run_lin_dma(struct fake *f, const uint8_t *packet, uint32_t size, uint32_t ctl)
{
	uint64_t src, dst;

	memcpy(&src, packet + 8, 8);
	memcpy(&dst, packet + 16, 8);
	if (ctl & GAUDI_LIN_DMA_MEMSET)
		for (uint64_t i = 0; i < size; i += 4)
			memcpy(reach(f, dst + i, 4), &src, 4);
	else
		memcpy(reach(f, dst, size), reach(f, src, size), size);
}

/* Submissions run one after the other here, so a wait that has not come true already never would. */
static void run_msg_short(struct fake *f, uint32_t value, uint32_t ctl)
{
	uint32_t base = (ctl & GAUDI_PKT_SHORT_BASE_MASK) >> GAUDI_PKT_SHORT_BASE_SHIFT;
	uint32_t offset = ctl & GAUDI_PKT_SHORT_ADDR_MASK;

	if (base == HLRT_GAUDI_BASE_SOB && value & GAUDI_SOB_MOD_ADD) {
		f->sobs[offset / 4] += (uint16_t)value;
		f->signals++;
	} else if (base == HLRT_GAUDI_BASE_SOB) {
		f->sobs[offset / 4] = (uint16_t)value;
		f->sob_clears++;
	} else if (offset >= HLRT_GAUDI_MON_ARM_OFFSET(0)) {
		uint32_t mask = ~(value >> 8) & 0xFF, sob = 8 * (value & 0xFF) + (uint32_t)__builtin_ctz(mask);

		assert_true(f->sobs[sob] >= value >> 17);
		f->waits++;
		f->late_waits += f->sobs[sob] > value >> 17;
	}
}

static void run_packets(struct fake *f, const uint8_t *packets, uint32_t bytes)
{
	uint32_t at = 0;

	while (at < bytes) {
		uint32_t word, ctl;

		memcpy(&word, packets + at, 4);
		memcpy(&ctl, packets + at + 4, 4);
		switch ((ctl & GAUDI_PKT_CTL_OPCODE_MASK) >> GAUDI_PKT_CTL_OPCODE_SHIFT) {
		case GAUDI_PKT_LIN_DMA:
			run_lin_dma(f, packets + at, word, ctl);
			at += HLRT_GAUDI_LIN_DMA_SIZE;
			break;
		case GAUDI_PKT_MSG_SHORT:
			run_msg_short(f, word, ctl);
			at += HLRT_GAUDI_MSG_SHORT_SIZE;
			break;
		case GAUDI_PKT_FENCE:
			at += HLRT_GAUDI_FENCE_SIZE;
			break;
		default:
			fail_msg("packet 0x%08x", ctl);
		}
	}
}

/* ---- what the driver answers ---- */

static int do_info(struct fake *f, struct hlabi_info_args *args)
{
	struct hlabi_hw_ip_info ip = {
		.dram_base_address = FAKE_DRAM_BASE,
		.dram_size = f->dram_size,
		.dram_page_size = 2 << 20,
		.device_id = HLABI_PCI_GAUDI,
		.module_id = 5,
		.card_name = "HL-fake",
		.cpucp_version = "1.2.3",
	};
	struct hlabi_device_status_info status = { .status = f->status };
	struct hlabi_sync_manager sync = { .first_available_sync_object = 64, .first_available_monitor = 64 };
	const void *answer = args->op == HLABI_INFO_HW_IP	   ? (void *)&ip
			     : args->op == HLABI_INFO_SYNC_MANAGER ? (void *)&sync
								   : (void *)&status;
	uint32_t size = args->op == HLABI_INFO_HW_IP	      ? (f->accel ? sizeof(ip) : HLABI_HW_IP_INFO_MISC_SIZE)
			: args->op == HLABI_INFO_SYNC_MANAGER ? sizeof(sync)
							      : sizeof(status);

	if (!args->return_pointer)
		return 0; /* registering and unregistering have no answer */
	memcpy((void *)(uintptr_t)args->return_pointer, answer, size < args->return_size ? size : args->return_size);
	return 0;
}

static int do_cb(struct fake *f, union hlabi_cb_args *args)
{
	unsigned int n = (args->in.cb_handle >> 12) & (MAX_CBS - 1);

	if (args->in.op == HLABI_CB_OP_DESTROY) {
		free(cb_memory[n]);
		cb_memory[n] = NULL;
		f->cbs--;
		return 0;
	}
	for (n = 0; cb_memory[n]; n++)
		assert_true(n < MAX_CBS - 1);
	cb_memory[n] = calloc(1, args->in.cb_size);
	f->cbs++;
	args->out.cb_handle = CB_HANDLE(n);
	return 0;
}

static int do_cs(struct fake *f, union hlabi_cs_args *args, const struct fake_record *record)
{
	if (f->execute)
		run_packets(f, record->packets, record->chunk.cb_size);
	f->busy_left = f->busy_waits;
	memset(args, 0, sizeof(*args));
	args->out.seq = f->next_seq++;
	return 0;
}

static int do_wait(struct fake *f, union hlabi_wait_cs_args *args)
{
	memset(args, 0, sizeof(*args));
	args->out.status = f->wait_status;
	args->out.flags = f->wait_flags;
	if (f->busy_left > 0) {
		f->busy_left--;
		args->out.status = HLABI_WAIT_BUSY;
	}
	return 0;
}

static int new_dmabuf(struct fake *f)
{
	int fd = memfd_create("fake dma-buf", MFD_CLOEXEC);

	assert_true(fd >= 0);
	f->exports++;
	return fd;
}

static int do_memory(struct fake *f, union hlabi_mem_args *args)
{
	uint64_t host = args->in.map_host.host_virt_addr;

	switch (args->in.op) {
	case HLABI_MEM_OP_ALLOC:
		args->out.handle = 0;
		return 0;
	case HLABI_MEM_OP_MAP:
		f->host_maps++;
		args->out.device_virt_addr = FAKE_HOST_VA + host;
		return 0;
	case HLABI_MEM_OP_UNMAP:
		f->host_maps--;
		return 0;
	case HLABI_MEM_OP_EXPORT_DMABUF_FD:
		args->out.fd = new_dmabuf(f);
		return 0;
	default:
		return 0;
	}
}

static int answer(struct fake *f, struct fake_record *record, void *arg)
{
	switch (record->call) {
	case FAKE_INFO:
		return do_info(f, arg);
	case FAKE_CB:
		return do_cb(f, arg);
	case FAKE_CS:
		return do_cs(f, arg, record);
	case FAKE_WAIT:
		return do_wait(f, arg);
	case FAKE_MEMORY:
		return do_memory(f, arg);
	case FAKE_QUERY:
		*(struct hlrt_ext_query *)arg = f->ext;
		return 0;
	case FAKE_EXPORT:
		((struct hlrt_ext_export *)arg)->fd = new_dmabuf(f);
		return 0;
	case FAKE_IMPORT:
		if (f->refusal) {
			strncpy((char *)(uintptr_t)record->in.import.reason, f->refusal, record->in.import.reason_size);
			return -EXDEV;
		}
		((struct hlrt_ext_import *)arg)->device_va = FAKE_PEER_VA;
		((struct hlrt_ext_import *)arg)->mapped = record->in.import.length ? record->in.import.length : 1 << 20;
		return 0;
	case FAKE_REVOKE:
		((struct hlrt_ext_revoke *)arg)->revoked = f->exports;
		return 0;
	case FAKE_STATUS:
		((struct hlrt_ext_export_status *)arg)->count = f->exports;
		return 0;
	case FAKE_EVENT:
		if (f->next_event == f->num_events)
			return -EAGAIN;
		*(struct hlrt_ext_event *)arg = f->events[f->next_event++];
		return 0;
	default:
		return 0;
	}
}

/* ---- recognising and recording ---- */

static const struct {
	unsigned long misc, accel;
	enum fake_call call;
	size_t size;
} requests[] = {
	{ HLABI_MISC_INFO, HLABI_ACCEL_INFO, FAKE_INFO, sizeof(struct hlabi_info_args) },
	{ HLABI_MISC_CB, HLABI_ACCEL_CB, FAKE_CB, sizeof(union hlabi_cb_args) },
	{ HLABI_MISC_CS, HLABI_ACCEL_CS, FAKE_CS, sizeof(union hlabi_cs_args) },
	{ HLABI_MISC_WAIT_CS, HLABI_ACCEL_WAIT_CS, FAKE_WAIT, sizeof(union hlabi_wait_cs_args) },
	{ HLABI_MISC_MEMORY, HLABI_ACCEL_MEMORY, FAKE_MEMORY, sizeof(union hlabi_mem_args) },
	{ HLRT_EXT_QUERY, HLRT_EXT_QUERY, FAKE_QUERY, sizeof(struct hlrt_ext_query) },
	{ HLRT_EXT_EXPORT, HLRT_EXT_EXPORT, FAKE_EXPORT, sizeof(struct hlrt_ext_export) },
	{ HLRT_EXT_IMPORT, HLRT_EXT_IMPORT, FAKE_IMPORT, sizeof(struct hlrt_ext_import) },
	{ HLRT_EXT_UNIMPORT, HLRT_EXT_UNIMPORT, FAKE_UNIMPORT, sizeof(struct hlrt_ext_unimport) },
	{ HLRT_EXT_REVOKE, HLRT_EXT_REVOKE, FAKE_REVOKE, sizeof(struct hlrt_ext_revoke) },
	{ HLRT_EXT_EXPORT_STATUS, HLRT_EXT_EXPORT_STATUS, FAKE_STATUS, sizeof(struct hlrt_ext_export_status) },
	{ HLRT_EXT_EVENT, HLRT_EXT_EVENT, FAKE_EVENT, sizeof(struct hlrt_ext_event) },
};

static int op_of(const struct fake_record *r)
{
	return r->call == FAKE_INFO	? (int)r->in.info.op
	       : r->call == FAKE_CB	? (int)r->in.cb.in.op
	       : r->call == FAKE_MEMORY ? (int)r->in.mem.in.op
					: 0;
}

static bool record(struct fake *f, unsigned long request, const void *arg, struct fake_record *r)
{
	memset(r, 0, sizeof(*r));
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		if (request != (f->accel ? requests[i].accel : requests[i].misc))
			continue;
		r->call = requests[i].call;
		memcpy(&r->in, arg, requests[i].size);
		r->op = op_of(r);
		if (r->call == FAKE_CS) {
			memcpy(&r->chunk, (void *)(uintptr_t)r->in.cs.in.chunks_execute, sizeof(r->chunk));
			memcpy(r->packets, cb_memory[(r->chunk.cb_handle >> 12) & (MAX_CBS - 1)], r->chunk.cb_size);
		}
		/* Doubled at each power of two: a copy each time would be most of a long test. */
		if (!(f->num_records & (f->num_records - 1)))
			f->records = realloc(f->records, (f->num_records ? 2 * f->num_records : 1) * sizeof(*r));
		f->records[f->num_records++] = *r;
		return true;
	}
	return false;
}

static int fault(struct fake *f, const struct fake_record *r)
{
	for (size_t i = 0; i < f->num_faults; i++) {
		struct fake_fault *fault = &f->faults[i];

		if (fault->call != r->call || (fault->op != FAKE_ANY && fault->op != r->op) || !fault->times)
			continue;
		if (fault->skip-- > 0)
			continue;
		fault->skip = 0;
		if (fault->times > 0)
			fault->times--;
		return fault->rc;
	}
	return 0;
}

static int fake_ioctl(struct hlrt_sys *sys, int fd, unsigned long request, void *arg)
{
	struct fake *f = to_fake(sys);
	struct fake_record r;
	int rc;

	assert_true(fd >= FAKE_FIRST_FD);
	pthread_mutex_lock(&f->lock);
	if (!record(f, request, arg, &r)) {
		rc = -ENOTTY;
	} else {
		rc = fault(f, &r);
		if (!rc)
			rc = answer(f, &r, arg);
	}
	pthread_mutex_unlock(&f->lock);
	return rc;
}

/* ---- the rest of the table ---- */

static int fake_enumerate(struct hlrt_sys *sys, int (*found)(void *arg, const struct hlrt_sys_device *dev), void *arg)
{
	return found(arg, &to_fake(sys)->device);
}

static ssize_t fake_read_attr(struct hlrt_sys *sys, const char *device, const char *attr, char *buf, size_t size)
{
	struct fake *f = to_fake(sys);
	const char *value = !strcmp(attr, "holder")	 ? f->holder
			    : !strcmp(attr, "status")	 ? f->status_attr
			    : !strcmp(attr, "numa_node") ? "1"
							 : NULL;

	assert_string_equal(device, f->device.name);
	if (!value)
		return -ENOENT;
	return snprintf(buf, size, "%s", value);
}

static int fake_open_node(struct hlrt_sys *sys, const char *node, int flags)
{
	struct fake *f = to_fake(sys);
	int rc = f->opens < 8 ? f->open_results[f->opens] : 0;

	assert_string_equal(node, f->device.node);
	assert_int_equal(flags, O_RDWR | O_CLOEXEC);
	f->opens++;
	return rc ? rc : FAKE_FIRST_FD;
}

static int fake_close_node(struct hlrt_sys *sys, int fd)
{
	assert_int_equal(fd, FAKE_FIRST_FD);
	to_fake(sys)->closes++;
	return 0;
}

static void *fake_mmap(struct hlrt_sys *sys, int fd, uint64_t offset, size_t length, int *err)
{
	struct fake *f = to_fake(sys);
	void *memory;

	(void)fd;
	(void)length;
	(void)err;
	pthread_mutex_lock(&f->lock);
	f->mmaps++;
	memory = cb_memory[(offset >> 12) & (MAX_CBS - 1)];
	pthread_mutex_unlock(&f->lock);
	return memory;
}

static int fake_munmap(struct hlrt_sys *sys, void *addr, size_t length)
{
	(void)addr;
	(void)length;
	to_fake(sys)->munmaps++;
	return 0;
}

static int fake_event_fd(struct hlrt_sys *sys, int fd)
{
	struct fake *f = to_fake(sys);
	int event;

	assert_int_equal(fd, FAKE_FIRST_FD);
	if (f->event_fd_result)
		return f->event_fd_result;
	event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	assert_true(event >= 0);
	f->eventfd = dup(event);
	return event;
}

static int fake_read_event(struct hlrt_sys *sys, int fd, uint64_t *events)
{
	struct fake *f = to_fake(sys);

	assert_int_equal(fd, FAKE_FIRST_FD);
	*events = f->event_bits;
	f->event_bits = 0;
	return f->read_event_result;
}

static int fake_identify(struct hlrt_sys *sys, int fd, struct hlrt_sys_device *dev)
{
	struct fake *f = to_fake(sys);

	if (f->identify_result)
		return f->identify_result;
	assert_int_equal(fd, FAKE_FIRST_FD);
	*dev = f->device;
	return 0;
}

static void wake(struct fake *fake)
{
	if (fake->eventfd >= 0)
		eventfd_write(fake->eventfd, 1);
}

void fake_event_bits(struct fake *fake, uint64_t bits)
{
	fake->event_bits |= bits;
	wake(fake);
}

void fake_event(struct fake *fake, uint32_t type, uint64_t address)
{
	fake->events[fake->num_events++] = (struct hlrt_ext_event){ .type = type, .address = address, .time_ns = 77 };
	wake(fake);
}

struct fake *fake_new(bool hlrt, bool accel)
{
	struct fake *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->ops = (struct hlrt_sys_ops){
		.abi = HLRT_SYS_ABI,
		.size = sizeof(f->ops),
		.name = "fake",
		.enumerate = fake_enumerate,
		.read_attr = fake_read_attr,
		.open = fake_open_node,
		.close = fake_close_node,
		.ioctl = fake_ioctl,
		.mmap = fake_mmap,
		.munmap = fake_munmap,
		.event_fd = fake_event_fd,
		.read_event = fake_read_event,
		.identify = fake_identify,
	};
	f->base.ops = &f->ops;
	pthread_mutex_init(&f->lock, NULL);
	f->accel = accel;
	f->device = (struct hlrt_sys_device){ .vendor = 0x1da3, .device = 0x1000 };
	strcpy(f->device.name, accel ? "accel0" : "hl0");
	strcpy(f->device.node, accel ? "/dev/accel/accel0" : "/dev/hl0");
	strcpy(f->device.pci_address, "0000:01:00.0");
	strcpy(f->device.driver, hlrt ? "hlrt" : "habanalabs");
	f->ext = (struct hlrt_ext_query){
		.version = HLRT_EXT_VERSION,
		.caps = HLRT_EXT_CAP_EXPORT | HLRT_EXT_CAP_IMPORT | HLRT_EXT_CAP_REVOKE | HLRT_EXT_CAP_SCRUB,
		.export_granularity = 4096,
		.export_max = 1ULL << 40,
	};
	f->dram_size = FAKE_DRAM_SIZE;
	f->dram = mmap(NULL, FAKE_DRAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(f->dram != MAP_FAILED);
	f->execute = true;
	f->next_seq = 1;
	f->eventfd = -1;
	hlrti_sys_set(&f->base);
	return f;
}

void fake_delete(struct fake *fake)
{
	/* What every test must leave behind: nothing. */
	assert_int_equal(fake->cbs, 0);
	assert_int_equal(fake->mmaps, fake->munmaps);
	assert_int_equal(fake->host_maps, 0);
	hlrti_sys_set(NULL);
	if (fake->eventfd >= 0)
		close(fake->eventfd);
	munmap(fake->dram, FAKE_DRAM_SIZE);
	pthread_mutex_destroy(&fake->lock);
	free(fake->records);
	free(fake);
}

void fake_fail(struct fake *fake, enum fake_call call, int op, int rc, int skip, int times)
{
	fake->faults[fake->num_faults++] = (struct fake_fault){ call, op, rc, skip, times };
}

void fake_forget(struct fake *fake)
{
	fake->num_records = 0;
	fake->num_faults = 0;
}

const struct fake_record *fake_find(struct fake *fake, enum fake_call call, int op, unsigned int nth)
{
	for (size_t i = 0; i < fake->num_records; i++) {
		const struct fake_record *r = &fake->records[i];

		if (r->call == call && (op == FAKE_ANY || r->op == op) && nth-- == 0)
			return r;
	}
	fail_msg("call %d, op %d was not made that often", call, op);
	return NULL;
}

unsigned int fake_count(struct fake *fake, enum fake_call call, int op)
{
	unsigned int count = 0;

	for (size_t i = 0; i < fake->num_records; i++)
		count += fake->records[i].call == call && (op == FAKE_ANY || fake->records[i].op == op);
	return count;
}

struct hlrt_device *fake_device(void)
{
	struct hlrt_device **devices = hlrt_get_devices(NULL), *device;

	if (!devices || !devices[0])
		fail_msg("no device: %s", hlrt_last_error());
	device = hlrt_device_ref(devices[0]);
	hlrt_free_devices(devices);
	return device;
}

struct hlrt_context *fake_open(void)
{
	struct hlrt_device *device = fake_device();
	struct hlrt_context *context = hlrt_open(device, NULL);

	if (!context)
		fail_msg("hlrt_open: %s", hlrt_last_error());
	hlrt_device_unref(device);
	return context;
}

void assert_ok_(int rc, const char *call, const char *file, int line)
{
	if (rc < 0)
		fail_msg("%s:%d: %s gives %d: %s", file, line, call, rc, hlrt_last_error());
}

void assert_error_(int error, int rc, const char *call, const char *file, int line)
{
	if (rc != -error)
		fail_msg("%s:%d: %s gives %d instead of %d: %s", file, line, call, rc, -error, hlrt_last_error());
}

void assert_fails_(int error, const void *result, const char *call, const char *file, int line)
{
	if (result || errno != error)
		fail_msg("%s:%d: %s gives %p, errno %d instead of %d: %s", file, line, call, result, errno, error,
			 hlrt_last_error());
}
