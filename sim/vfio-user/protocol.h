/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * protocol.h - what goes over a vfio-user socket, version 0.0.
 *
 * Facts from QEMU's docs/interop/vfio-user.rst; where QEMU 11.1 differs from that text, the comment says so.
 * Both ends run on one machine: numbers are in host byte order.
 */
#ifndef VU_PROTOCOL_H
#define VU_PROTOCOL_H

#include <assert.h>
#include <stdint.h>

enum vu_command {
	VU_VERSION = 1,
	VU_DMA_MAP = 2,
	VU_DMA_UNMAP = 3,
	VU_DEVICE_GET_INFO = 4,
	VU_DEVICE_GET_REGION_INFO = 5,
	VU_DEVICE_GET_IRQ_INFO = 7,
	VU_DEVICE_SET_IRQS = 8,
	VU_REGION_READ = 9,
	VU_REGION_WRITE = 10,
	VU_DMA_READ = 11,  /* from us to QEMU */
	VU_DMA_WRITE = 12, /* from us to QEMU */
	VU_DEVICE_RESET = 13,
	VU_REGION_WRITE_MULTI = 15,
	VU_COMMANDS
};

#define VU_TYPE_MASK 0xfu
#define VU_TYPE_REQUEST 0x0u
#define VU_TYPE_REPLY 0x1u
#define VU_FLAG_NO_REPLY 0x10u
#define VU_FLAG_ERROR 0x20u

struct vu_header {
	uint16_t id;
	uint16_t command;
	uint32_t size; /* of the whole message */
	uint32_t flags;
	uint32_t error; /* errno, in a reply with VU_FLAG_ERROR */
};

struct vu_version {
	uint16_t major;
	uint16_t minor;
	/* then JSON text with its terminating NUL */
};

#define VU_MAP_READ 0x1u
#define VU_MAP_WRITE 0x2u

struct vu_dma_map {
	uint32_t argsz;
	uint32_t flags;
	uint64_t offset; /* in the file that comes along */
	uint64_t iova;
	uint64_t size;
};

#define VU_UNMAP_ALL 0x2u /* VFIO_DMA_UNMAP_FLAG_ALL of linux/vfio.h */

struct vu_dma_unmap {
	uint32_t argsz;
	uint32_t flags;
	uint64_t iova;
	uint64_t size;
};

#define VU_DEVICE_FLAG_RESET 0x1u
#define VU_DEVICE_FLAG_PCI 0x2u

struct vu_device_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t num_regions;
	uint32_t num_irqs;
};

/* Region numbers of a PCI device (linux/vfio.h): BAR 0 to 5, expansion ROM, configuration space, VGA. */
#define VU_REGION_CONFIG 7u
#define VU_NUM_REGIONS 9u

#define VU_REGION_FLAG_READ 0x1u
#define VU_REGION_FLAG_WRITE 0x2u
#define VU_REGION_FLAG_MMAP 0x4u

struct vu_region_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t cap_offset;
	uint64_t size;
	uint64_t offset; /* for mmap of the file that comes along */
};

/* Interrupt kinds of a PCI device (linux/vfio.h). */
enum vu_irq_index { VU_IRQ_INTX, VU_IRQ_MSI, VU_IRQ_MSIX, VU_IRQ_ERR, VU_IRQ_REQ, VU_NUM_IRQS };

#define VU_IRQ_INFO_EVENTFD 0x1u
#define VU_IRQ_INFO_NORESIZE 0x8u

struct vu_irq_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t count;
};

#define VU_IRQ_DATA_NONE 0x1u
#define VU_IRQ_DATA_BOOL 0x2u
#define VU_IRQ_DATA_EVENTFD 0x4u
#define VU_IRQ_DATA_MASK 0x7u
#define VU_IRQ_ACTION_MASK 0x8u
#define VU_IRQ_ACTION_UNMASK 0x10u
#define VU_IRQ_ACTION_TRIGGER 0x20u

struct vu_irq_set {
	uint32_t argsz;
	uint32_t flags;
	uint32_t index;
	uint32_t start;
	uint32_t count;
	/* then count bytes with VU_IRQ_DATA_BOOL; with VU_IRQ_DATA_EVENTFD files come along */
};

struct vu_region_access {
	uint64_t offset;
	uint32_t region;
	uint32_t count;
	/* then count bytes: in a write, and in the reply to a read */
};

struct vu_write_multi {
	uint64_t count;
	/* then count times struct vu_single_write */
};

struct vu_single_write {
	uint64_t offset;
	uint32_t region;
	uint32_t count; /* at most 8 */
	uint8_t data[8];
};

/*
 * DMA_READ and DMA_WRITE. QEMU 11.1 answers a write with the bare header, and an address that the device cannot reach
 * with ENODEV.
 */
struct vu_dma_access {
	uint64_t address;
	uint64_t count;
	/* then count bytes: in a write, and in the reply to a read */
};

static_assert(sizeof(struct vu_header) == 16, "vfio-user header");
static_assert(sizeof(struct vu_dma_map) == 32, "DMA_MAP");
static_assert(sizeof(struct vu_dma_unmap) == 24, "DMA_UNMAP");
static_assert(sizeof(struct vu_region_info) == 32, "region info");
static_assert(sizeof(struct vu_irq_set) == 20, "SET_IRQS");
static_assert(sizeof(struct vu_region_access) == 16, "region access");
static_assert(sizeof(struct vu_single_write) == 24, "single write");
static_assert(sizeof(struct vu_dma_access) == 16, "DMA access");

#define VU_MAX_DATA (1u << 20) /* bytes moved by one message: the protocol's default */
/*
 * What one of our own DMA requests moves at most: found by trial. QEMU 11.1 never answered requests of 1 MiB; the cause is
 * not known.
 */
#define VU_MAX_DMA_REQUEST (64u << 10)
#define VU_MAX_MESSAGE (sizeof(struct vu_header) + sizeof(struct vu_region_access) + VU_MAX_DATA)
#define VU_MAX_FDS 16u

#endif /* VU_PROTOCOL_H */
