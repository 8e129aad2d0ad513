/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR MIT */
/*
 * What hlrt.ko offers beyond the habanalabs uAPI (hlabi.h).
 *
 * All are separate ioctls of type 'd', numbers 0x80 to 0x9f, on the compute node of either generation. Send
 * them only to a node whose driver is "hlrt" (sysfs driver link, or DRM_IOCTL_VERSION): the in-tree driver
 * logs an error for each ioctl that it does not know.
 *
 * Rules for every structure: fixed width, explicit padding, no bitfield or enum inside; reserved fields and
 * unknown flag bits must be zero (EINVAL). Addresses, sizes and offsets are bytes. A failed call changes
 * nothing and leaks nothing.
 */
#ifndef HLRT_EXT_H
#define HLRT_EXT_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define HLRT_EXT_VERSION 1

/* Capability bits of QUERY. */
#define HLRT_EXT_CAP_EXPORT (1ULL << 0) /* EXPORT and EXPORT_STATUS */
#define HLRT_EXT_CAP_IMPORT (1ULL << 1) /* IMPORT and UNIMPORT */
#define HLRT_EXT_CAP_REVOKE (1ULL << 2) /* REVOKE */
#define HLRT_EXT_CAP_SCRUB (1ULL << 3)  /* memory is zeroed between owners */
#define HLRT_EXT_CAP_FENCE_FD (1ULL << 4) /* FENCE_FD */
#define HLRT_EXT_CAP_EVENTS (1ULL << 5) /* EVENT; the eventfd tells the end of a reset and revocations as well */

/* QUERY: what this driver on this device can do. Errors: EINVAL, EFAULT. */
struct hlrt_ext_query {
	__u32 version; /* out: HLRT_EXT_VERSION of the driver */
	__u32 pad;
	__u64 caps;		  /* out: HLRT_EXT_CAP_* */
	__u64 export_granularity; /* out: an export's address and length are multiples of this */
	__u64 export_max;	  /* out: the largest single export */
	__u64 reserved[4];
};

/*
 * EXPORT: a dma-buf over [address + offset, address + offset + length) of device memory. The dma-buf starts
 * exactly there. On Gaudi address is a device physical address inside user DRAM; elsewhere it is what
 * MEMORY/MAP returned. flags takes O_CLOEXEC and O_RDWR (the only access mode).
 * Errors: EINVAL (alignment, zero length, overflow, unknown flag), ERANGE (outside user DRAM or the BAR
 * window), ENODEV (device in reset or gone), ENOMEM, EMFILE.
 */
struct hlrt_ext_export {
	__u64 address;
	__u64 offset;
	__u64 length;
	__u32 flags;
	__s32 fd; /* out */
	__u64 reserved[2];
};

/*
 * IMPORT: makes [offset, offset + length) of a dma-buf reachable by this device's DMA engines at device_va.
 * The fd is borrowed: the caller may close it at once. length 0 means up to the end of the buffer.
 * Errors: EBADF (no fd), EINVAL (not a dma-buf, alignment, overflow, unknown flag), ERANGE (beyond the
 * buffer), EXDEV (peer-to-peer not possible; the reason, if the exporter tells it, is at reason as well as in
 * the kernel log), ENODEV (revoked, or the exporter is gone), ENOMEM, EFAULT.
 */
struct hlrt_ext_import {
	__s32 fd;
	__u32 flags;
	__u64 offset;
	__u64 length;
	__u64 device_va; /* out */
	__u64 mapped;	 /* out: bytes mapped */
	__u64 reason;	 /* where the text of a refusal goes, ended by a NUL byte */
	__u32 reason_size; /* 0: nobody wants to know */
	__u32 pad;
};

/* UNIMPORT: undoes IMPORT. Errors: EINVAL (no such mapping), EBUSY (a submission that may use it runs). */
struct hlrt_ext_unimport {
	__u64 device_va;
	__u64 reserved[1];
};

/*
 * REVOKE: ends every export of this context that overlaps [address, address + length). Importers lose
 * access before the call returns. Errors: EINVAL, EBUSY (an importer that cannot be revoked stays; nothing
 * was changed for it).
 */
struct hlrt_ext_revoke {
	__u64 address;
	__u64 length;
	__u32 revoked; /* out: number of dma-bufs ended */
	__u32 pad;
	__u64 reserved[2];
};

/*
 * EXPORT_STATUS: is any byte of [address, address + length) still covered by a live dma-buf? Where programs place their
 * memory by themselves, HLRT_EXT_STATUS_FREE does what MEMORY/FREE does as well when the answer is no (count 0): length
 * leaves the number of bytes in use. So giving back memory that was exported is one call.
 * Errors: EINVAL (length 0, overflow, unknown flag, or FREE where the driver places memory), ENODEV.
 */
#define HLRT_EXT_STATUS_FREE 0x1u

struct hlrt_ext_export_status {
	__u64 address;
	__u64 length;
	__u32 count; /* out: live dma-bufs, of any process, that overlap */
	__u32 flags; /* HLRT_EXT_STATUS_* */
	__u64 reserved[2];
};

/*
 * FENCE_FD: a sync_file for submission seq of this context, also when it has ended; poll() finds it readable at the
 * end. flags takes O_CLOEXEC.
 * Errors: EINVAL (seq was never issued, unknown flag), ENODATA (seq is too old: its result is forgotten), EOPNOTSUPP (the
 * submission has no time limit, and a fence has to end), ENOMEM, EMFILE.
 */
struct hlrt_ext_fence_fd {
	__u64 seq;
	__u32 flags;
	__s32 fd; /* out */
	__u64 reserved[2];
};

/* Types of EVENT. */
#define HLRT_EXT_EVENT_RESET_BEGIN 1
#define HLRT_EXT_EVENT_RESET_END 2
#define HLRT_EXT_EVENT_REMOVED 3
#define HLRT_EXT_EVENT_PAGE_FAULT 4
#define HLRT_EXT_EVENT_RAZWI 5
#define HLRT_EXT_EVENT_REVOKED 6
#define HLRT_EXT_EVENT_CS_TIMEOUT 7
#define HLRT_EXT_EVENT_DEVICE_ERROR 8
#define HLRT_EXT_EVENT_LOST 9 /* count: events dropped because nobody read them */

/*
 * EVENT: takes the oldest event of this context. The driver keeps a bounded number; the eventfd registered by
 * INFO/REGISTER_EVENTFD is signalled for each. Works on a context that lost its device.
 * Errors: EAGAIN (none), EINVAL.
 */
struct hlrt_ext_event {
	__u32 type; /* out: HLRT_EXT_EVENT_* */
	__u32 pad;
	__u64 address; /* out: device virtual or physical address, or 0 */
	__u64 length;  /* out: REVOKED: of the mapping */
	__u64 count;   /* out: LOST */
	__u64 time_ns; /* out: CLOCK_MONOTONIC */
	__u64 reserved[2];
};

#define HLRT_EXT_QUERY _IOWR('d', 0x80, struct hlrt_ext_query)
#define HLRT_EXT_EXPORT _IOWR('d', 0x81, struct hlrt_ext_export)
#define HLRT_EXT_IMPORT _IOWR('d', 0x82, struct hlrt_ext_import)
#define HLRT_EXT_UNIMPORT _IOWR('d', 0x83, struct hlrt_ext_unimport)
#define HLRT_EXT_REVOKE _IOWR('d', 0x84, struct hlrt_ext_revoke)
#define HLRT_EXT_EXPORT_STATUS _IOWR('d', 0x85, struct hlrt_ext_export_status)
#define HLRT_EXT_FENCE_FD _IOWR('d', 0x86, struct hlrt_ext_fence_fd)
#define HLRT_EXT_EVENT _IOWR('d', 0x87, struct hlrt_ext_event)

#endif /* HLRT_EXT_H */
