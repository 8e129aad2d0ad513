/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * /dev/hli, a test's importer of dma-bufs. Numbers 1 to 4 are the interface that hl-thunk's tests expect of such a
 * module; what stands in their reserved words, and the numbers from 5 on, are ours.
 */
#ifndef HLI_UAPI_H
#define HLI_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

enum hli_mode { HLI_DEFAULT, HLI_STATIC, HLI_PINNED, HLI_DYNAMIC }; /* default: what the module parameter "mode" says */

#define HLI_ATTACH_ONLY 1u /* MAP does the rest */

/* REG: imports [offset, offset + length) of a dma-buf. */
union hli_reg {
	struct {
		__u64 offset;
		__u64 length;
		__u64 iova; /* not used */
		__u32 fd;
		__u32 access_flags; /* not used */
		__u32 mode;	    /* enum hli_mode */
		__u32 flags;	    /* HLI_ATTACH_ONLY */
		__u64 res[3];
	} in;
	struct {
		__u64 mr_handle;
		__u64 segments;	     /* of the whole dma-buf, as mapped */
		__u64 first_address; /* bus address of its first byte */
		__u64 res[5];
	} out;
};

/* DEREG, MAP */
struct hli_handle {
	__u64 mr_handle;
	__u64 res[3];
};

/* WRITE and READ: between the program's memory and the import; res must be 0. */
struct hli_access {
	__u64 mr_handle;
	__u64 userptr;
	__u32 size;
	__u32 offset;
	__u64 res;
};

/* STATE: what the exporter has done to the import since. */
struct hli_state {
	__u64 mr_handle;
	__u32 mapped;
	__u32 invalidations;
};

/* RAW: the DMA engine reads size bytes (at most 4096) of a bus address, mapped or not. */
struct hli_raw {
	__u64 address;
	__u64 userptr;
	__u32 size;
	__u32 pad;
};

/* BENCH: median nanoseconds of attach, map, unmap and detach together, over loops of them. */
struct hli_bench {
	__u32 fd;
	__u32 loops;
	__u64 median_ns;
};

#define HLI_REG _IOWR('I', 1, union hli_reg)
#define HLI_DEREG _IOWR('I', 2, struct hli_handle)
#define HLI_WRITE _IOWR('I', 3, struct hli_access)
#define HLI_READ _IOWR('I', 4, struct hli_access)
#define HLI_STATE _IOWR('I', 5, struct hli_state)
#define HLI_RAW _IOWR('I', 6, struct hli_raw)
#define HLI_BENCH _IOWR('I', 7, struct hli_bench)
#define HLI_MAP _IOWR('I', 8, struct hli_handle)

#endif /* HLI_UAPI_H */
