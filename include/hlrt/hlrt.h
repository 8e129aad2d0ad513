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

/*
 * Closes. The device's memory is scrubbed before anybody else gets it.
 * Errors: -EINVAL (NULL), -EBUSY (memory or dma-buf handles of this context are still live). Since 0.1.
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
	HLRT_CAP_SCRUB = 6, /* memory is zeroed between owners */
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
 * Errors: EINVAL (context or addr is NULL; length 0; addr + length overflows), EFAULT (not mapped, or not
 * writable). Since 0.1.
 */
struct hlrt_mem *hlrt_mem_register(struct hlrt_context *context, void *addr, uint64_t length);

/*
 * Releases memory of any kind. NULL is not allowed.
 * Errors: -EINVAL (NULL), -EBUSY (a struct hlrt_dmabuf of it is still open, or a call that uses it is running). Since 0.1.
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

/* The dma-buf's file descriptor, close-on-exec, owned by the handle: dup() it to keep it. Errors: -EINVAL (NULL). Since 0.1. */
int hlrt_dmabuf_fd(const struct hlrt_dmabuf *dmabuf);
/* Where the exported data begins inside the dma-buf, as ibv_reg_dmabuf_mr() wants it; 0 for NULL. Errors: none. Since 0.1. */
uint64_t hlrt_dmabuf_offset(const struct hlrt_dmabuf *dmabuf);
/* Bytes exported; 0 for NULL. Errors: none. Since 0.1. */
uint64_t hlrt_dmabuf_length(const struct hlrt_dmabuf *dmabuf);

/*
 * Takes the buffer away from everybody who imported it, and with it every other export that overlaps its bytes.
 * Their next access fails; the handle stays, to be closed.
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

#ifdef __cplusplus
}
#endif

#endif /* HLRT_HLRT_H */
