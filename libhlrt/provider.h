/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * provider.h - private interface between libhlrt and its provider plug-ins.
 *
 * A provider knows what differs from one ASIC to the next in user space: who places device memory, which
 * queue a copy goes to, how its packets are encoded, how large one may be. The core owns everything else: file
 * descriptors, ioctls, fences, streams, errors. A provider never makes an ioctl itself; it asks the core by
 * the functions below, which carry the private symbol version HLRT_PRIVATE_1.
 *
 * Adding one: a folder providers/NAME with a CMakeLists.txt of one line, hlrt_provider(NAME source...), and a
 * file that defines HLRT_PROVIDER(NAME, ops). The build makes libNAME-hlrtp1.so and NAME.driver.
 *
 * Three locks keep a plug-in and a library of different builds apart: the *.driver file names the plug-in;
 * the plug-in's file name (-hlrtpN.so) and registration symbol (hlrt_provider_vN) carry the private ABI number
 * N; the private symbol version holds the functions below.
 *
 * Threads: the core calls context_init and context_fini alone, everything else from any thread; a provider
 * locks its own state. Errors: negative errno after hlrt_set_error() with a text that names the value and the bound.
 */
#ifndef HLRT_PROVIDER_H
#define HLRT_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLRT_PROVIDER_ABI 1

struct hlrt_pci_id {
	uint16_t vendor, device;
};

/* What the core tells a provider about an opened device; constant for the life of the context. */
struct hlrt_provider_device {
	uint16_t vendor, device;
	uint64_t dram_base, dram_size; /* user DRAM, bytes */
	uint64_t dram_page_size;
	uint64_t sram_base;
	uint32_t sram_size;
	uint32_t first_sob, first_monitor; /* first sync object and monitor that users may touch */
};

/* Opaque handle of the core, for the calls back into it. */
struct hlrt_context;

/* One piece of device memory. Filled by mem_alloc, kept by the core, given back to mem_free. */
struct hlrt_provider_mem {
	uint64_t address; /* device address that packets use */
	uint64_t size;	  /* bytes reserved, rounded up from the request */
	uint64_t handle;  /* kernel's handle, or 0 */
	void *cookie;	  /* the provider's own */
	bool uncounted; /* set by the core before mem_free: the kernel does not count it any more, nothing is left to tell */
};

enum hlrt_place { HLRT_PLACE_DEVICE, HLRT_PLACE_HOST, HLRT_PLACE_PEER };

/* A linear copy or fill on device addresses; length is at most max_copy and not 0. */
struct hlrt_provider_copy {
	uint64_t dst, src;
	uint64_t length;
	enum hlrt_place dst_place, src_place;
};

struct hlrt_provider_fill {
	uint64_t dst;
	uint64_t length;
	uint32_t pattern; /* repeated; dst and length are multiples of 4 */
};

struct hlrt_provider_ops {
	uint32_t abi;	  /* HLRT_PROVIDER_ABI */
	uint32_t size;	  /* sizeof(struct hlrt_provider_ops) */
	const char *asic; /* "gaudi": what hlrt_device_asic() returns */
	const struct hlrt_pci_id *ids;
	size_t num_ids;

	/* *priv is given to every other call. */
	int (*context_init)(struct hlrt_context *ctx, const struct hlrt_provider_device *dev, void **priv);
	void (*context_fini)(void *priv);

	/* align: power of two, at least 1. -ENOMEM when nothing that large is free. */
	int (*mem_alloc)(void *priv, uint64_t size, uint64_t align, struct hlrt_provider_mem *mem);
	/*
	 * 0, or -EBUSY where the kernel places memory and says that somebody outside still uses it: the core calls again
	 * later, with the same *mem. Any other failure means that a lost device has forgotten it: also 0.
	 */
	int (*mem_free)(void *priv, struct hlrt_provider_mem *mem);

	/* What EXPORT wants for [mem + offset, length): the address and the offset beside it. */
	int (*export_address)(void *priv, const struct hlrt_provider_mem *mem, uint64_t offset, uint64_t length,
			      uint64_t *address, uint64_t *address_offset);

	/* Append packets to buf (size bytes). Return the bytes written, or -ENOSPC. */
	int (*encode_copy)(void *priv, const struct hlrt_provider_copy *copy, void *buf, size_t size);
	int (*encode_fill)(void *priv, const struct hlrt_provider_fill *fill, void *buf, size_t size);

	/*
	 * Order between queues by sync objects, without the host. encode_signal appends what adds 1 to sync object sob once
	 * everything before it in the buffer has ended; encode_sob_clear what sets it to 0; encode_wait, for a buffer of
	 * queue, what holds back everything behind it until sob is at least value (1 to sob_max), by monitor. All three NULL: the ASIC cannot.
	 * sob and monitor count from 0 to num_sobs and num_monitors; the provider maps them to the last ones of what dev->first_sob and
	 * dev->first_monitor leave to users, so that programs with command buffers of their own begin at the first. All counts begin at 0.
	 */
	int (*encode_signal)(void *priv, uint32_t sob, void *buf, size_t size);
	int (*encode_sob_clear)(void *priv, uint32_t sob, void *buf, size_t size);
	int (*encode_wait)(void *priv, uint32_t queue, uint32_t sob, uint32_t value, uint32_t monitor, void *buf,
			   size_t size);

	/* Queue for a copy from src to dst; hint spreads independent streams over what there is. */
	uint32_t (*choose_queue)(void *priv, enum hlrt_place dst, enum hlrt_place src, uint32_t hint);
	/* NULL, or the queue for a fill where not every queue takes every pattern; else a fill is a copy inside the device. */
	uint32_t (*choose_fill_queue)(void *priv, uint32_t pattern, uint32_t hint);

	uint64_t max_copy; /* bytes that one packet moves */
	uint64_t max_fill;
	uint32_t copy_packet_size; /* bytes that encode_copy writes */
	uint32_t fill_packet_size;
	uint32_t sync_packet_size; /* bytes that the longest of signal, clear and wait writes */
	uint32_t num_sobs;	   /* that streams may have */
	uint32_t num_monitors;
	uint32_t sob_max;	    /* largest value that a wait can name */
	uint32_t max_in_flight;	    /* submissions that the driver can tell apart */
	uint32_t alloc_granularity; /* power of two; the core rounds size and align of mem_alloc up to it */
};

/* Calls that only providers make (symbol version HLRT_PRIVATE_1). */

/* Sets this thread's error text and returns err (a negative errno), so that a provider can return it. */
int hlrt_set_error(int err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The MEMORY ioctl's ALLOC and FREE: for ASICs whose memory the kernel places, and to count where it does not. */
int hlrt_kernel_mem_alloc(struct hlrt_context *ctx, uint64_t size, uint64_t page_size, bool contiguous,
			  uint64_t *handle);
int hlrt_kernel_mem_free(struct hlrt_context *ctx, uint64_t handle);
/* MAP and UNMAP of such a handle. */
int hlrt_kernel_mem_map(struct hlrt_context *ctx, uint64_t handle, uint64_t hint, uint64_t *address);
int hlrt_kernel_mem_unmap(struct hlrt_context *ctx, uint64_t address);

/* Registration: the one symbol that a plug-in exports. */
typedef const struct hlrt_provider_ops *(*hlrt_provider_fn)(void);
#define HLRT_PROVIDER_SYMBOL_PREFIX "hlrt_provider_v"
#define HLRT_PROVIDER_JOIN_(prefix, abi) prefix##abi
#define HLRT_PROVIDER_JOIN(prefix, abi) HLRT_PROVIDER_JOIN_(prefix, abi)
#define HLRT_PROVIDER_SYMBOL HLRT_PROVIDER_JOIN(hlrt_provider_v, HLRT_PROVIDER_ABI)

#ifdef HLRT_STATIC_PROVIDERS
#define HLRT_PROVIDER(name, ops_) \
	const struct hlrt_provider_ops *hlrt_provider_##name(void); \
	const struct hlrt_provider_ops *hlrt_provider_##name(void) \
	{ \
		return &(ops_); \
	}
#else
#define HLRT_PROVIDER(name, ops_) \
	__attribute__((visibility("default"))) const struct hlrt_provider_ops *HLRT_PROVIDER_SYMBOL(void); \
	const struct hlrt_provider_ops *HLRT_PROVIDER_SYMBOL(void) \
	{ \
		return &(ops_); \
	}
#endif

#endif /* HLRT_PROVIDER_H */
