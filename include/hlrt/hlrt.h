/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * libhlrt - an open runtime for Habana accelerators: device memory, data movement, dma-buf sharing.
 *
 * Rules that hold for every function
 *
 *  Errors      A function that returns int returns 0 (or what its text promises) or a negative errno. A function
 *              that returns a pointer returns NULL and sets errno. hlrt_last_error() then says what was
 *              wrong, with the value and the bound. A failed call changes nothing and leaks nothing.
 *              Beside the errors listed, any call that creates or moves something may fail with ENOMEM (no
 *              host memory, or none that may be pinned), any call on a context but those that release with ENODEV (the
 *              device was reset or is gone: release, close, open again), and any call but version, error, log and
 *              reference counting with EPERM (this is a child of the process that used the library first, by fork();
 *              it may only close fds. A process that forks before its first call is not concerned.)
 *  Ownership   Handles are opaque. Who creates one releases it. A parent with live children refuses
 *              to be closed (EBUSY).
 *  Units       Sizes, offsets and lengths are bytes, addresses are device addresses; all uint64_t.
 *  Structures  Begin with their own size in bytes, set by the caller to sizeof. Input: unknown bytes behind what
 *              the library knows must be zero (EINVAL). Output: the library fills what both know and zeroes
 *              the rest. A size smaller than the first published one is EINVAL.
 *  Threads     Devices, contexts and everything made from a context may be used from any thread at the same
 *              time, except that releasing a handle must not race with any other use of it.
 *              The library creates no threads.
 *  Output      Nothing is printed, unless hlrt_set_log() or HLRT_LOG=level[:file] asks for it.
 *  Simulator   With HLRT_SIM set (for example HLRT_SIM=gaudi*2) the devices are simulated ones in
 *              this process and nothing else is listed. See docs/simulator.md.
 *
 * "since" gives the library version that brought a function.
 */
#ifndef HLRT_HLRT_H
#define HLRT_HLRT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HLRT_VERSION_MAJOR 0
#define HLRT_VERSION_MINOR 1
#define HLRT_VERSION_PATCH 0

struct hlrt_device;
struct hlrt_context;
struct hlrt_mem;
struct hlrt_dmabuf;
struct hlrt_stream;
struct hlrt_fence;
struct hlrt_cb;
struct hlrt_event_reader;
struct hlrt_monitor;

/* ---- library --------------------------------------------------------------------------------------- */

/*
 * Version of the library that runs: major << 16 | minor << 8 | patch. The macros above are those of the header.
 * Errors: none. Since 0.1.
 */
uint32_t hlrt_version(void);

/*
 * This thread's text for its last failed hlrt call, without newline; "" if none has failed. Valid until the
 * thread's next hlrt call. Success does not clear it.
 * Errors: none. Since 0.1.
 */
const char *hlrt_last_error(void);

enum {
	HLRT_LOG_NONE = 0,
	HLRT_LOG_ERROR = 1,
	HLRT_LOG_WARNING = 2,
	HLRT_LOG_INFO = 3,
	HLRT_LOG_DEBUG = 4,
};

/* text has no newline and is valid during the call. Called from whatever thread logs, possibly several at once. */
typedef void (*hlrt_log_fn)(void *arg, int level, const char *text);

/*
 * Sends messages up to level to fn; fn NULL goes back to what HLRT_LOG says. Applies to the whole process.
 * Errors: -EINVAL (level outside HLRT_LOG_NONE to HLRT_LOG_DEBUG). Since 0.1.
 */
int hlrt_set_log(hlrt_log_fn fn, void *arg, int level);

/* ---- devices --------------------------------------------------------------------------------------- */

/*
 * Lists the devices of this system, also those that cannot be opened. Returns an array that ends with NULL and sets *count (may
 * be NULL); no device gives an array with no entry. Release it with hlrt_free_devices(); a device
 * that shall outlive the array needs hlrt_device_ref(). A context holds its device by itself.
 * Errors: EINVAL (HLRT_SIM is not understood), ENOENT (HLRT_SIM is set but the simulator library is not
 * installed). Since 0.1.
 */
struct hlrt_device **hlrt_get_devices(size_t *count);

/* Releases the array and its references. NULL is allowed. Errors: none. Since 0.1. */
void hlrt_free_devices(struct hlrt_device **devices);

/* Takes a reference; returns device. Errors: EINVAL (device is NULL). Since 0.1. */
struct hlrt_device *hlrt_device_ref(struct hlrt_device *device);

/* Gives a reference back. NULL is allowed. Errors: none. Since 0.1. */
void hlrt_device_unref(struct hlrt_device *device);

struct hlrt_device_info {
	uint32_t size;	    /* in: sizeof(struct hlrt_device_info) */
	int32_t open_error; /* 0, or the negative errno that opening would give, as far as can be told without opening */
	char name[32];	    /* "hl0", "accel0" */
	char asic[16];	    /* "gaudi"; "unknown" when no provider claims the device */
	char pci_address[16]; /* "0000:01:00.0" */
	char driver[32];      /* kernel driver bound to it; "" when none */
	char node[64];	      /* device node */
	char reason[256];     /* text for open_error: what is in the way and what to do */
	uint16_t vendor_id;   /* PCI */
	uint16_t device_id;
	int32_t numa_node;  /* -1: unknown */
	uint32_t simulated; /* 1: a simulated device */
	uint32_t pad;
	char status[32]; /* as its driver says: "operational", "in reset", "disabled" ...; "" when it does not */
};

/*
 * Describes a device without opening it.
 * Errors: -EINVAL (a NULL argument; info->size too small). Since 0.1.
 */
int hlrt_device_query(struct hlrt_device *device, struct hlrt_device_info *info);

/* ---- contexts -------------------------------------------------------------------------------------- */

struct hlrt_open_options {
	uint32_t size;
	uint32_t flags;	    /* 0 */
	int64_t timeout_ns; /* how long to wait while the device is being scrubbed or reset; 0: 10 s; negative: for ever */
};

/*
 * Opens a device for computing; one process at a time can. options may be NULL.
 * Errors: EINVAL (device is NULL; bad options), EBUSY (in use, or memory that it exported still is; the
 * text names the holder), EOPNOTSUPP (no provider for this ASIC), ENODEV (the device failed or is gone), and
 * whatever open(2) of the node gives, EACCES and EPERM above all. Since 0.1.
 */
struct hlrt_context *hlrt_open(struct hlrt_device *device, const struct hlrt_open_options *options);

enum {
	HLRT_FD_BORROW = 0, /* the program keeps the fd, and closes it after hlrt_close() */
	HLRT_FD_ADOPT = 1,  /* hlrt_close() closes it; when this call fails the fd still is the program's */
};

/*
 * Makes a context of a compute node's fd that the program has opened by itself. Where device memory is placed in
 * user space (Gaudi) the whole of it is then the context's: nobody else may allocate by this fd.
 * Errors: EBADF (fd is not open), EINVAL (fd is no compute node of a device known here; mode is neither),
 * EOPNOTSUPP (no provider for this ASIC), ENODEV. Since 0.1.
 */
struct hlrt_context *hlrt_context_from_fd(int fd, uint32_t mode);

/* The compute node's fd, owned by the context; for ioctls that the library does not make. Errors: -EINVAL (NULL). Since 0.1. */
int hlrt_context_fd(const struct hlrt_context *context);

/*
 * Closes. The device's memory is scrubbed before anybody else gets it.
 * Errors: -EINVAL (NULL), -EBUSY (memory, dma-buf, stream, fence, command buffer or event handles of this
 * context are still live). Since 0.1.
 */
int hlrt_close(struct hlrt_context *context);

struct hlrt_attr {
	uint32_t size;
	uint32_t asic_device_id; /* as the driver numbers ASICs (HW_IP_INFO) */
	uint64_t dram_base;	 /* first device address of user memory */
	uint64_t dram_size;	 /* user memory */
	uint64_t dram_free; /* of which this context could still allocate; fragmentation may make one piece smaller */
	uint64_t alloc_granularity;  /* allocations are rounded up to this */
	uint64_t export_granularity; /* offset and length of an export are multiples of this; 0: cannot export */
	uint64_t export_max;	     /* largest export */
	uint64_t copy_max;	     /* bytes that one packet moves; longer copies are split */
	uint32_t module_id;	     /* place of the card in its box */
	uint32_t max_in_flight;	     /* submissions that may be pending at once */
	char card_name[16];
	char firmware_version[64];
};

/* Attributes of an opened device. Errors: -EINVAL (a NULL argument; attr->size too small). Since 0.1. */
int hlrt_query(struct hlrt_context *context, struct hlrt_attr *attr);

/* What a driver and device may or may not be able to do. */
enum {
	HLRT_CAP_EXPORT = 1,	      /* hlrt_dmabuf_export() */
	HLRT_CAP_EXPORT_SUBRANGE = 2, /* ... of a part, beginning anywhere */
	HLRT_CAP_IMPORT = 3,	      /* hlrt_dmabuf_import() */
	HLRT_CAP_REVOKE = 4,	      /* hlrt_dmabuf_revoke() */
	HLRT_CAP_EXPORT_STATUS =
		5, /* a freed range that was exported returns to use when its last importer is gone, not at close */
	HLRT_CAP_SCRUB = 6,	   /* memory is zeroed between owners */
	HLRT_CAP_FENCE_FD = 7,	   /* hlrt_fence_fd() */
	HLRT_CAP_EVENT_DETAIL = 8, /* events carry the faulting address and the end of a reset is told */
	HLRT_CAP_STREAM_WAIT = 9,  /* hlrt_stream_wait() makes the device wait; without it the call itself does */
};

/*
 * 0 when the context has the capability.
 * Errors: -EINVAL (context is NULL; no such capability number), -EOPNOTSUPP (it has not; the text says what is missing). Since 0.1.
 */
int hlrt_check_capability(struct hlrt_context *context, uint32_t capability);

/* ---- memory ---------------------------------------------------------------------------------------- */

/*
 * A struct hlrt_mem is a range of bytes that the device's DMA engines reach: device memory, registered host
 * memory, or an imported dma-buf. All three are read, written, filled and copied by the same functions, and all three
 * are released by hlrt_mem_free().
 */

enum {
	HLRT_MEM_DEVICE = 1,
	HLRT_MEM_HOST = 2,
	HLRT_MEM_IMPORTED = 3,
};

struct hlrt_mem_options {
	uint32_t size;
	uint32_t flags; /* 0 */
	uint64_t align; /* power of two; 0: alloc_granularity */
};

/*
 * Allocates device memory; its contents are zero or what this context left there, never another process's. options may be NULL.
 * Errors: EINVAL (context is NULL; length 0; bad options; align no power of two), ENOMEM (no free piece that large). Since 0.1.
 */
struct hlrt_mem *hlrt_mem_alloc(struct hlrt_context *context, uint64_t length, const struct hlrt_mem_options *options);

/*
 * Makes host memory [addr, addr + length) reachable and pins it. Any alignment. It counts against RLIMIT_MEMLOCK. The
 * memory must stay mapped until hlrt_mem_free(); it is not copied to a child on fork (MADV_DONTFORK) where it covers whole pages.
 * Errors: EINVAL (context or addr is NULL; length 0; addr + length overflows), EFAULT (not mapped, not writable, or a shared
 * mapping of a file, whose pages the file system may write back at any time). Since 0.1.
 */
struct hlrt_mem *hlrt_mem_register(struct hlrt_context *context, void *addr, uint64_t length);

enum {
	HLRT_NUMA_DEVICE = -1, /* the node nearest to the device, where the system knows it */
	HLRT_NUMA_ANY = -2,    /* no preference */
};

#define HLRT_HOST_HUGE_2M 0x1u /* of 2 MiB pages (hugetlb): -ENOMEM when the system has not reserved enough */

struct hlrt_host_options {
	uint32_t size;
	uint32_t flags;	   /* HLRT_HOST_* */
	int32_t numa_node; /* where to place it; HLRT_NUMA_DEVICE, HLRT_NUMA_ANY, or a node's number */
	uint32_t pad;
};

/*
 * Allocates zeroed host memory for the device and registers it; hlrt_mem_host() is its address. hlrt_mem_free()
 * releases both. options NULL: {numa_node = HLRT_NUMA_DEVICE}. A node asked for by number is honoured or the call fails;
 * a device whose node is not known is served as HLRT_NUMA_ANY.
 * Errors: EINVAL (context is NULL; length 0; bad options; no such node), ENOMEM (no memory, no huge pages left, or
 * RLIMIT_MEMLOCK: the text says which). Since 0.1.
 */
struct hlrt_mem *hlrt_mem_alloc_host(struct hlrt_context *context, uint64_t length,
				     const struct hlrt_host_options *options);

/* Address of host memory, registered or allocated; NULL and EINVAL for any other. Errors: EINVAL. Since 0.1. */
void *hlrt_mem_host(const struct hlrt_mem *mem);

/*
 * Releases memory of any kind. NULL is not allowed.
 * Errors: -EINVAL (NULL), -EBUSY (a struct hlrt_dmabuf of it is still open, a call that uses it is running, or
 * work on a stream that uses it has not ended). Since 0.1.
 */
int hlrt_mem_free(struct hlrt_mem *mem);

/* HLRT_MEM_DEVICE, _HOST or _IMPORTED. Errors: -EINVAL (NULL). Since 0.1. */
int hlrt_mem_kind(const struct hlrt_mem *mem);
/* Length as asked for; 0 for NULL. Errors: none. Since 0.1. */
uint64_t hlrt_mem_length(const struct hlrt_mem *mem);
/* Device address of the first byte, for packets; 0 for NULL. Errors: none. Since 0.1. */
uint64_t hlrt_mem_address(const struct hlrt_mem *mem);

/*
 * Copies length bytes between host memory and mem, through a staging buffer where buf is not registered. Returns when the
 * bytes have arrived. length 0 does nothing.
 * Errors: -EINVAL (mem is NULL; buf is NULL and length is not 0), -ERANGE (offset + length beyond mem),
 * -EIO (the device reported an error), -ETIMEDOUT (the device did not finish in the driver's time limit). Since 0.1.
 */
int hlrt_mem_write(struct hlrt_mem *mem, uint64_t offset, const void *buf, uint64_t length);
/* The other direction. Errors: -EINVAL, -ERANGE, -EIO, -ETIMEDOUT, as hlrt_mem_write(). Since 0.1. */
int hlrt_mem_read(struct hlrt_mem *mem, uint64_t offset, void *buf, uint64_t length);

/*
 * Fills with a 32-bit pattern (in the machine's byte order, little endian); offset and length are multiples of 4. Returns when done.
 * Errors: -EINVAL (mem is NULL; offset or length no multiple of 4), -ERANGE (offset + length beyond mem), -EIO, -ETIMEDOUT. Since 0.1.
 */
int hlrt_mem_fill(struct hlrt_mem *mem, uint64_t offset, uint32_t pattern, uint64_t length);

/*
 * Copies by the device's DMA engine, between any two kinds of memory of one context. Returns when done. length 0 does nothing.
 * Errors: -EINVAL (a NULL mem; memory of different contexts; ranges overlap), -ERANGE (either range beyond its mem), -EIO,
 * -ETIMEDOUT. Since 0.1.
 */
int hlrt_mem_copy(struct hlrt_mem *dst, uint64_t dst_offset, struct hlrt_mem *src, uint64_t src_offset,
		  uint64_t length);

/* ---- dma-buf --------------------------------------------------------------------------------------- */

/*
 * Exports [offset, offset + length) of device memory as a dma-buf. While the handle lives its memory cannot be freed; an importer
 * that still holds the buffer after hlrt_dmabuf_close() keeps the range out of use, not the program waiting. flags: 0.
 * Errors: EINVAL (mem is NULL or not device memory; length 0; offset or length no multiple of export_granularity;
 * unknown flags), ERANGE (offset + length beyond mem, or the device cannot expose the range), EOPNOTSUPP (driver cannot export). Since 0.1.
 */
struct hlrt_dmabuf *hlrt_dmabuf_export(struct hlrt_mem *mem, uint64_t offset, uint64_t length, uint32_t flags);

/*
 * The dma-buf's file descriptor, close-on-exec, owned by the handle: dup() it to keep it. On real devices of the hlrt driver it can
 * be mapped, MAP_SHARED, for the CPU; what is revoked, also by a reset, gives SIGBUS from then on. Errors: -EINVAL (NULL). Since 0.1.
 */
int hlrt_dmabuf_fd(const struct hlrt_dmabuf *dmabuf);
/* Where the exported data begins inside the dma-buf, as ibv_reg_dmabuf_mr() wants it; 0 for NULL. Errors: none. Since 0.1. */
uint64_t hlrt_dmabuf_offset(const struct hlrt_dmabuf *dmabuf);
/* Bytes exported; 0 for NULL. Errors: none. Since 0.1. */
uint64_t hlrt_dmabuf_length(const struct hlrt_dmabuf *dmabuf);

/*
 * Takes the buffer away from everybody who imported it, and with it every other export that overlaps its bytes.
 * Their next access gives -EIO; the handle stays, to be closed.
 * Errors: -EINVAL (NULL), -EOPNOTSUPP (driver cannot), -EBUSY (an importer that cannot be revoked has it mapped). Since 0.1.
 */
int hlrt_dmabuf_revoke(struct hlrt_dmabuf *dmabuf);

/* Closes the fd and releases the handle. Errors: -EINVAL (NULL). Since 0.1. */
int hlrt_dmabuf_close(struct hlrt_dmabuf *dmabuf);

/*
 * Makes [offset, offset + length) of another device's dma-buf reachable by this device, peer to peer. length 0: to the end of the buffer.
 * fd is borrowed. Never falls back to host memory: what cannot be reached fails, and the text says what forbids it. flags: 0.
 * Errors: EBADF (fd is not open), EINVAL (context is NULL; fd is no dma-buf; offset or length no multiple
 * of the page size; unknown flags), ERANGE (beyond the buffer), EXDEV (no peer-to-peer path), ENODEV
 * (revoked), EOPNOTSUPP (driver cannot import). Since 0.1.
 */
struct hlrt_mem *hlrt_dmabuf_import(struct hlrt_context *context, int fd, uint64_t offset, uint64_t length,
				    uint32_t flags);

/* ---- streams and fences ---------------------------------------------------------------------------- */

/*
 * A stream is a sequence of copies and fills that the device works off in order, while the program goes on. Two
 * streams are not ordered, except by hlrt_stream_wait(). A stream and its calls need external locking; different
 * streams may be used at the same time.
 *
 * A fence stands for the end of one piece of work and of everything before it on its stream. Its result is sticky. A
 * fence may be used from any thread, outlives its stream, and is released by hlrt_fence_destroy() at any time, also while its
 * work runs. Memory that pending work uses cannot be freed (EBUSY).
 */

struct hlrt_stream_options {
	uint32_t size;
	uint32_t flags; /* 0 */
};

/* options may be NULL. Errors: EINVAL (context is NULL; bad options). Since 0.1. */
struct hlrt_stream *hlrt_stream_create(struct hlrt_context *context, const struct hlrt_stream_options *options);

/* Errors: -EINVAL (NULL), -EBUSY (work has not ended: hlrt_stream_sync() first). Since 0.1. */
int hlrt_stream_destroy(struct hlrt_stream *stream);

/*
 * Queues a copy, as hlrt_mem_copy() does it at once. fence, unless NULL, receives a fence of it. Waits for room when
 * attr.max_in_flight submissions are pending. length 0: only the fence, of what is already queued.
 * Errors: -EINVAL (a NULL argument but fence; memory of another context than the stream's; ranges overlap), -ERANGE (either
 * range beyond its mem). Errors of the copy itself are the fence's, and of hlrt_stream_sync(). Since 0.1.
 */
int hlrt_stream_copy(struct hlrt_stream *stream, struct hlrt_mem *dst, uint64_t dst_offset, struct hlrt_mem *src,
		     uint64_t src_offset, uint64_t length, struct hlrt_fence **fence);

/*
 * Queues a fill, as hlrt_mem_fill() does it at once; host memory is filled by the device as well.
 * Errors: -EINVAL (a NULL argument but fence; memory of another context than the stream's; offset or length no
 * multiple of 4), -ERANGE (offset + length beyond mem). Since 0.1.
 */
int hlrt_stream_fill(struct hlrt_stream *stream, struct hlrt_mem *mem, uint64_t offset, uint32_t pattern,
		     uint64_t length, struct hlrt_fence **fence);

/*
 * What is queued on stream from now on begins after fence's work has ended. fence is of the same context; the caller
 * may destroy it at once. With HLRT_CAP_STREAM_WAIT the device waits, and this call returns at once; a fence of
 * hlrt_cs_submit(), and any fence without that capability, is waited for by this call.
 * Errors: -EINVAL (a NULL argument; fence of another context), -EIO (that work has failed). Since 0.1.
 */
int hlrt_stream_wait(struct hlrt_stream *stream, struct hlrt_fence *fence);

/*
 * Waits until everything queued on the stream has ended. The result is that of the first piece that failed since the
 * last call. timeout_ns as of hlrt_fence_wait().
 * Errors: -EINVAL (NULL), -ETIMEDOUT (not yet), -EIO (work failed). Since 0.1.
 */
int hlrt_stream_sync(struct hlrt_stream *stream, int64_t timeout_ns);

/*
 * Waits for a fence; negative: for ever, 0: only looks. A signal does not shorten or lengthen the wait. 0 when the work ended well.
 * Errors: -EINVAL (NULL), -ETIMEDOUT (not yet; the fence stays valid), -EIO (the work failed, was stopped by the driver's time
 * limit or by a reset, or its result is not known any more). Since 0.1.
 */
int hlrt_fence_wait(struct hlrt_fence *fence, int64_t timeout_ns);

/*
 * A new close-on-exec fd, owned by the caller, that poll() finds readable once the work has ended, well or not. Under
 * hlrt.ko it is a sync_file.
 * Errors: -EINVAL (NULL), -EOPNOTSUPP (without HLRT_CAP_FENCE_FD), -EMFILE. Since 0.1.
 */
int hlrt_fence_fd(struct hlrt_fence *fence);

/* Releases the fence; its work goes on. Errors: -EINVAL (NULL). Since 0.1. */
int hlrt_fence_destroy(struct hlrt_fence *fence);

/* ---- command buffers ------------------------------------------------------------------------------- */

/*
 * A command buffer holds packets of the ASIC's own format: <hlrt/gaudi.h> and <hlrt/goya.h> encode them. The driver
 * copies and checks it at submission: it may be changed and submitted again at once.
 */

/* length is rounded up to the page size; at most 2 MiB - 32. Errors: EINVAL (context is NULL; length 0 or too large). Since 0.1. */
struct hlrt_cb *hlrt_cb_create(struct hlrt_context *context, uint64_t length);
/* Its memory, writable; NULL for NULL. Errors: none. Since 0.1. */
void *hlrt_cb_data(struct hlrt_cb *cb);
/* Bytes that fit; 0 for NULL. Errors: none. Since 0.1. */
uint64_t hlrt_cb_length(const struct hlrt_cb *cb);
/* Errors: -EINVAL (NULL). Since 0.1. */
int hlrt_cb_destroy(struct hlrt_cb *cb);

struct hlrt_cs_chunk {
	struct hlrt_cb *cb;
	uint64_t length; /* bytes of packets in it, a multiple of 8 */
	uint32_t queue;	 /* as the ASIC's header numbers them */
	uint32_t flags;	 /* 0 */
};

#define HLRT_CS_MAX_CHUNKS 512u

struct hlrt_cs_options {
	uint32_t size;
	uint32_t flags;	    /* 0 */
	int64_t timeout_ns; /* the driver's limit for this submission, rounded up to seconds; 0: the driver's default */
};

/*
 * Submits num command buffers, each to its queue, as one piece of work; fence, unless NULL, receives its fence. Not ordered with
 * streams but by fences. options may be NULL. The memory that packets name must stay allocated: the library cannot see it.
 * Errors: -EINVAL (a NULL argument but fence; num 0 or above HLRT_CS_MAX_CHUNKS; a bad chunk or option; a cb of another
 * context; a malformed packet), -EPERM (a packet or target that the driver does not allow). Since 0.1.
 */
int hlrt_cs_submit(struct hlrt_context *context, const struct hlrt_cs_chunk *chunks, size_t num,
		   const struct hlrt_cs_options *options, struct hlrt_fence **fence);

/* ---- events ---------------------------------------------------------------------------------------- */

enum {
	HLRT_EVENT_RESET_BEGIN = 1,  /* the device is being reset; every context on it is lost */
	HLRT_EVENT_RESET_END = 2,    /* it is back: close and open again (HLRT_CAP_EVENT_DETAIL) */
	HLRT_EVENT_REMOVED = 3,	     /* the device is gone */
	HLRT_EVENT_PAGE_FAULT = 4,   /* an engine used an address that is not mapped */
	HLRT_EVENT_RAZWI = 5,	     /* an engine was kept from a register or range that is not this program's */
	HLRT_EVENT_REVOKED = 6,	     /* an imported buffer was taken away: address and length of the import */
	HLRT_EVENT_TIMEOUT = 7,	     /* a submission exceeded the driver's time limit */
	HLRT_EVENT_DEVICE_ERROR = 8, /* any other error that the device reported; also while a reset has begun */
	HLRT_EVENT_LOST = 9,	     /* events came faster than they were read: count of what is missing */
};

struct hlrt_event {
	uint32_t size;	  /* in: sizeof(struct hlrt_event) */
	uint32_t type;	  /* HLRT_EVENT_* */
	uint64_t address; /* device address, where the type has one and the driver tells it; else 0 */
	uint64_t length;
	uint64_t count;
	uint64_t time_ns; /* CLOCK_MONOTONIC, when the driver noted it; 0: not told */
};

/*
 * Begins to deliver the context's events to a reader; one at a time. It needs external locking. It stays usable after the device
 * is lost.
 * Errors: EINVAL (context is NULL), EBUSY (there is a reader), EOPNOTSUPP (the driver has no events). Since 0.1.
 */
struct hlrt_event_reader *hlrt_events_open(struct hlrt_context *context);
/* poll() finds it readable while there are events. Owned by the reader. Errors: -EINVAL (NULL). Since 0.1. */
int hlrt_events_fd(const struct hlrt_event_reader *reader);
/*
 * Takes the oldest event. Never blocks.
 * Errors: -EINVAL (a NULL argument; event->size too small), -EAGAIN (none). Since 0.1.
 */
int hlrt_events_read(struct hlrt_event_reader *reader, struct hlrt_event *event);
/* Errors: -EINVAL (NULL). Since 0.1. */
int hlrt_events_close(struct hlrt_event_reader *reader);

/* ---- monitor --------------------------------------------------------------------------------------- */

/*
 * What becomes of the devices of this machine and of the memory that they export, whoever uses them. It comes by the kernel's netlink:
 * without it (a kernel or a library built without, a seccomp filter, simulated devices) these calls give EOPNOTSUPP, and all others
 * work. docs/monitor.md says who sees what.
 */

enum {
	HLRT_MONITOR_ADDED = 1,	      /* a device and its node are there; udev may not yet have set the node's owner */
	HLRT_MONITOR_REMOVED = 2,     /* a device is gone */
	HLRT_MONITOR_RESET_BEGIN = 3, /* hlrt driver only. text: why */
	HLRT_MONITOR_RESET_END = 4,   /* text: its status then; "operational" when it is back */
	/*
	 * Events came faster than they were read, and some are missing. What has come and gone meanwhile is told next, by ADDED and
	 * REMOVED; what else was missed is not. Whoever keeps a table of buffers takes it anew.
	 */
	HLRT_MONITOR_OVERRUN = 5,
	/* With HLRT_MONITOR_BUFFERS: */
	HLRT_MONITOR_BUFFER_EXPORTED = 6,
	HLRT_MONITOR_BUFFER_REVOKED = 7,
	HLRT_MONITOR_BUFFER_RELEASED = 8, /* the last reference to the dma-buf is gone */
	HLRT_MONITOR_BUFFER_ATTACHED = 9, /* importer: whose device */
	HLRT_MONITOR_BUFFER_DETACHED = 10,
};

struct hlrt_monitor_event {
	uint32_t size;	      /* in: sizeof(struct hlrt_monitor_event) */
	uint32_t type;	      /* HLRT_MONITOR_*; types that this header does not know are to be skipped */
	uint64_t time_ns;     /* CLOCK_MONOTONIC: when the driver noted it (buffers), when it was read (devices) */
	char name[32];	      /* "accel0"; "" in OVERRUN */
	char pci_address[16]; /* "" when the driver does not tell it */
	char text[64];
	char importer[32]; /* "0000:02:00.0" */
	uint64_t buffer;   /* number of the buffer, as in struct hlrt_buffer_info; 0 when it is no event of a buffer */
	uint64_t address;
	uint64_t length;
};

#define HLRT_MONITOR_BUFFERS 0x1u /* events of buffers as well, of everybody's: for administrators (CAP_NET_ADMIN) */

struct hlrt_monitor_options {
	uint32_t size;
	uint32_t flags; /* HLRT_MONITOR_BUFFERS */
};

/*
 * Begins to listen; options may be NULL. Works with any driver. It needs external locking. Events from now on are kept until they are read or
 * there is no room; devices that are there already are no event.
 * Errors: EINVAL (bad options; HLRT_SIM is not understood), EOPNOTSUPP (no netlink; simulated devices), and with
 * HLRT_MONITOR_BUFFERS ENOENT (hlrt.ko is not loaded, or this is not the machine's own network namespace) and EPERM (no
 * administrator); whatever else socket(2) and bind(2) give. Since 0.1.
 */
struct hlrt_monitor *hlrt_monitor_open(const struct hlrt_monitor_options *options);
/* poll() finds it readable when there may be events: then read until -EAGAIN. Owned by the monitor. Errors: -EINVAL (NULL). Since 0.1. */
int hlrt_monitor_fd(const struct hlrt_monitor *monitor);
/*
 * Takes the next event. Never blocks. Events of devices and events of buffers are two sequences, each in order.
 * Errors: -EINVAL (a NULL argument; event->size too small), -EAGAIN (none). Since 0.1.
 */
int hlrt_monitor_read(struct hlrt_monitor *monitor, struct hlrt_monitor_event *event);
/* Errors: -EINVAL (NULL). Since 0.1. */
int hlrt_monitor_close(struct hlrt_monitor *monitor);

enum {
	HLRT_IMPORTER_STATIC = 1, /* cannot be told of revocation */
	HLRT_IMPORTER_PINNED = 2, /* could be, but relies on memory that stays */
	HLRT_IMPORTER_DYNAMIC = 3,
};

enum {
	HLRT_PATH_OTHER = 0,	  /* not known */
	HLRT_PATH_SWITCH = 1,	  /* through the switch that both devices are below */
	HLRT_PATH_HOST = 2,	  /* through the host bridge */
	HLRT_PATH_TRANSLATED = 3, /* through the host bridge, by an address that an IOMMU translates */
};

enum {
	HLRT_ALLOWED_BY_KERNEL = 1, /* PCI_P2PDMA vouches for the path */
	HLRT_ALLOWED_BY_DRIVER = 2, /* the driver's own look at the PCI tree */
	HLRT_ALLOWED_BY_ADMIN = 3,  /* nothing does: module parameter p2p_unchecked */
};

struct hlrt_importer_info {
	uint32_t size;
	uint32_t mode;	     /* HLRT_IMPORTER_* */
	uint32_t maps;	     /* live mappings; 0: it is attached, and could not reach the memory now */
	uint32_t path;	     /* HLRT_PATH_*, as the PCI tree shows it */
	uint32_t allowed_by; /* HLRT_ALLOWED_* */
	uint32_t pad;
	char device[32]; /* "0000:02:00.0" */
};

#define HLRT_BUFFER_REVOKED 0x1u /* nobody new gets it; who is listed with mappings has not let go yet */
#define HLRT_BUFFER_VMAPPED 0x2u /* the kernel itself has it mapped and pinned */

struct hlrt_buffer_info {
	uint32_t size;
	uint32_t flags;	 /* HLRT_BUFFER_* */
	uint64_t number; /* never used again while the driver is loaded */
	uint64_t address;
	uint64_t length;
	uint32_t pieces; /* in how many it lies in device memory */
	int32_t pid; /* of who has opened the exporting device, in this process's pid namespace; 0: not visible here */
	char comm[16]; /* what that process was called */
	char name[32];
	char pci_address[16];
	uint32_t num_importers; /* that there are */
	uint32_t num_listed;	/* of which are listed here; fewer when there are very many */
	const struct hlrt_importer_info *const *importers;
};

/*
 * The buffers that devices export at this moment, of one device or, with pci_address NULL, of all: those that this process may see,
 * which for an administrator (CAP_NET_ADMIN) are all, else those of processes with the same user and group. Returns an array
 * that ends with NULL and sets *count (may be NULL). Entries are read through their pointers; fields beyond an entry's size are not there.
 * Release the array, and all it points to, with hlrt_free_buffers(). From any thread.
 * Errors: EOPNOTSUPP (no netlink; simulated devices), ENOENT (hlrt.ko is not loaded, or this is not the machine's own
 * network namespace), EAGAIN (the table changed each time while it was read). Since 0.1.
 */
struct hlrt_buffer_info **hlrt_get_buffers(const char *pci_address, size_t *count);
/* NULL is allowed. Errors: none. Since 0.1. */
void hlrt_free_buffers(struct hlrt_buffer_info **buffers);

#ifdef __cplusplus
}
#endif

#endif /* HLRT_HLRT_H */
