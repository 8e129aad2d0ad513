// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The Goya provider. The kernel places device memory and knows it by handles; programs see the virtual addresses at which
 * it is mapped.
 */
#include "provider.h"

#include <errno.h>
#include <stdlib.h>

#include "goya.h"

#define PCI_VENDOR_HABANA 0x1da3
#define PCI_DEVICE_GOYA 0x0001

#define GRANULARITY (2u << 20) /* the kernel hands out pages of 2 MiB */

/* tsize is 32 bits wide; these keep one packet's time short and 4 GiB a whole number of packets. */
#define MAX_COPY (1ull << 30)
#define MAX_FILL (2ull << 30)

/* The in-tree driver's range for host memory (goyaP.h, VA_HOST_SPACE_START, VA_HOST_SPACE_END). */
#define VA_HOST_START 0x1000000000000ull
#define VA_HOST_END 0x3FF8000000000ull

/* Results that the in-tree driver keeps (goyaP.h, GOYA_MAX_PENDING_CS); hlrt.ko keeps more. */
#define MAX_IN_FLIGHT 64

/* How often to look for an address of a larger alignment; the kernel's choice is even more often right. */
#define MAP_ATTEMPTS 16

struct goya {
	struct hlrt_context *ctx;
};

static int goya_init(struct hlrt_context *ctx, const struct hlrt_provider_device *dev, void **priv)
{
	struct goya *g;

	if (dev->dram_page_size && dev->dram_page_size != GRANULARITY)
		return hlrt_set_error(-ENODEV, "the driver hands out device memory in pages of %llu bytes, not %u",
				      (unsigned long long)dev->dram_page_size, GRANULARITY);
	g = calloc(1, sizeof(*g));
	if (!g)
		return hlrt_set_error(-ENOMEM, "no memory for the Goya provider");
	g->ctx = ctx;
	*priv = g;
	return 0;
}

static void goya_fini(void *priv)
{
	free(priv);
}

/* The kernel aligns to its pages; for more it is asked for the next address that would do, until that one is free. */
static int map_aligned(struct goya *g, uint64_t handle, uint64_t align, uint64_t *address)
{
	uint64_t hint = 0;
	int rc;

	for (int i = 0; i < MAP_ATTEMPTS; i++) {
		rc = hlrt_kernel_mem_map(g->ctx, handle, hint, address);
		if (rc || !(*address & (align - 1)))
			return rc;
		rc = hlrt_kernel_mem_unmap(g->ctx, *address);
		if (rc)
			return rc;
		hint = ((hint > *address ? hint : *address) + align) & ~(align - 1);
	}
	return hlrt_set_error(-ENOMEM, "no virtual address aligned to %llu found in %d attempts",
			      (unsigned long long)align, MAP_ATTEMPTS);
}

static int goya_mem_alloc(void *priv, uint64_t size, uint64_t align, struct hlrt_provider_mem *mem)
{
	struct goya *g = priv;
	uint64_t handle, address;
	int rc;

	size = (size + GRANULARITY - 1) & ~(uint64_t)(GRANULARITY - 1);
	rc = hlrt_kernel_mem_alloc(g->ctx, size, 0, false, &handle);
	if (rc)
		return rc;
	rc = map_aligned(g, handle, align, &address);
	if (rc) {
		hlrt_kernel_mem_free(g->ctx, handle);
		return rc;
	}
	*mem = (struct hlrt_provider_mem){ .address = address, .size = size, .handle = handle };
	return 0;
}

/* Exported memory is busy to UNMAP already; after a reset both fail, and the kernel has taken everything back by itself. */
static int goya_mem_free(void *priv, struct hlrt_provider_mem *mem)
{
	struct goya *g = priv;
	int rc = hlrt_kernel_mem_unmap(g->ctx, mem->address);

	if (!rc)
		hlrt_kernel_mem_free(g->ctx, mem->handle);
	return rc == -EBUSY ? rc : 0;
}

static int goya_export_address(void *priv, const struct hlrt_provider_mem *mem, uint64_t offset, uint64_t length,
			       uint64_t *address, uint64_t *address_offset)
{
	(void)priv;
	(void)length;
	/* The address that MAP returned, exactly; a part is named by an offset beside it. */
	*address = mem->address;
	*address_offset = offset;
	return 0;
}

static int no_room(size_t size, uint32_t needed)
{
	return hlrt_set_error(-ENOSPC, "%zu bytes are left in the command buffer, %u are needed", size, needed);
}

static uint32_t direction(const struct hlrt_provider_copy *copy)
{
	if (copy->src_place != HLRT_PLACE_DEVICE)
		return HLRT_GOYA_HOST_TO_DRAM;
	return copy->dst_place != HLRT_PLACE_DEVICE ? HLRT_GOYA_DRAM_TO_HOST : HLRT_GOYA_DRAM_TO_DRAM;
}

static int goya_encode_copy(void *priv, const struct hlrt_provider_copy *copy, void *buf, size_t size)
{
	(void)priv;
	if (size < HLRT_GOYA_LIN_DMA_SIZE)
		return no_room(size, HLRT_GOYA_LIN_DMA_SIZE);
	return (int)hlrt_goya_copy(buf, copy->dst, copy->src, (uint32_t)copy->length, direction(copy), HLRT_GOYA_RB);
}

static int goya_encode_fill(void *priv, const struct hlrt_provider_fill *fill, void *buf, size_t size)
{
	(void)priv;
	if (size < HLRT_GOYA_LIN_DMA_SIZE)
		return no_room(size, HLRT_GOYA_LIN_DMA_SIZE);
	return (int)hlrt_goya_fill(buf, fill->dst, (uint64_t)fill->pattern << 32 | fill->pattern,
				   (uint32_t)fill->length, HLRT_GOYA_RB);
}

/* ---- order between queues: sync objects below those of completions, monitors from the last, one fence counter ---- */

#define STREAM_SOBS 256u
#define STREAM_MONITORS HLRT_GOYA_QUEUES
#define STREAM_FENCE 3u
#define SOB_MAX 0x7FFFu /* half of what 16 bits hold: what happens at their end, no public source says */

static uint32_t sob_number(uint32_t sob)
{
	return HLRT_GOYA_FIRST_COMPLETION_SOB - 1 - sob;
}

static int goya_encode_signal(void *priv, uint32_t sob, void *buf, size_t size)
{
	(void)priv;
	if (size < HLRT_GOYA_MSG_SHORT_SIZE)
		return no_room(size, HLRT_GOYA_MSG_SHORT_SIZE);
	return (int)hlrt_goya_sob_add(buf, sob_number(sob), 1, HLRT_GOYA_EB | HLRT_GOYA_RB | HLRT_GOYA_MB);
}

static int goya_encode_sob_clear(void *priv, uint32_t sob, void *buf, size_t size)
{
	(void)priv;
	if (size < HLRT_GOYA_MSG_SHORT_SIZE)
		return no_room(size, HLRT_GOYA_MSG_SHORT_SIZE);
	return (int)hlrt_goya_sob_set(buf, sob_number(sob), 0, HLRT_GOYA_RB | HLRT_GOYA_MB);
}

static int goya_encode_wait(void *priv, uint32_t queue, uint32_t sob, uint32_t value, uint32_t monitor, void *buf,
			    size_t size)
{
	(void)priv;
	if (size < HLRT_GOYA_WAIT_SOB_SIZE)
		return no_room(size, HLRT_GOYA_WAIT_SOB_SIZE);
	return (int)hlrt_goya_wait_sob(buf, queue, sob_number(sob), value, HLRT_GOYA_NUM_MONITORS - 1 - monitor,
				       STREAM_FENCE);
}

/* Only one channel reads what is outside of the device; what goes out and what stays inside have channels of their own. */
static uint32_t goya_choose_queue(void *priv, enum hlrt_place dst, enum hlrt_place src, uint32_t hint)
{
	static const uint32_t inside[] = { HLRT_GOYA_QUEUE_DMA(0u), HLRT_GOYA_QUEUE_DMA(3u), HLRT_GOYA_QUEUE_DMA(4u) };

	(void)priv;
	if (src != HLRT_PLACE_DEVICE)
		return HLRT_GOYA_QUEUE_FROM_HOST;
	if (dst != HLRT_PLACE_DEVICE)
		return HLRT_GOYA_QUEUE_DMA(2u);
	return inside[hint % (sizeof(inside) / sizeof(inside[0]))];
}

/*
 * The in-tree driver takes a fill's value, which lies where a copy has its source, for an address: one that looks like host
 * memory it allows on the one queue only (goya.c, goya_validate_dma_pkt_mmu).
 */
static uint32_t goya_choose_fill_queue(void *priv, uint32_t pattern, uint32_t hint)
{
	bool host = pattern >= VA_HOST_START >> 32 && pattern <= VA_HOST_END >> 32;

	return goya_choose_queue(priv, HLRT_PLACE_DEVICE, host ? HLRT_PLACE_HOST : HLRT_PLACE_DEVICE, hint);
}

static const struct hlrt_pci_id goya_ids[] = {
	{ PCI_VENDOR_HABANA, PCI_DEVICE_GOYA },
};

static const struct hlrt_provider_ops goya_ops = {
	.abi = HLRT_PROVIDER_ABI,
	.size = sizeof(struct hlrt_provider_ops),
	.asic = "goya",
	.ids = goya_ids,
	.num_ids = sizeof(goya_ids) / sizeof(goya_ids[0]),
	.context_init = goya_init,
	.context_fini = goya_fini,
	.mem_alloc = goya_mem_alloc,
	.mem_free = goya_mem_free,
	.export_address = goya_export_address,
	.encode_copy = goya_encode_copy,
	.encode_fill = goya_encode_fill,
	.encode_signal = goya_encode_signal,
	.encode_sob_clear = goya_encode_sob_clear,
	.encode_wait = goya_encode_wait,
	.choose_queue = goya_choose_queue,
	.choose_fill_queue = goya_choose_fill_queue,
	.max_copy = MAX_COPY,
	.max_fill = MAX_FILL,
	.copy_packet_size = HLRT_GOYA_LIN_DMA_SIZE,
	.fill_packet_size = HLRT_GOYA_LIN_DMA_SIZE,
	.sync_packet_size = HLRT_GOYA_WAIT_SOB_SIZE,
	.num_sobs = STREAM_SOBS,
	.num_monitors = STREAM_MONITORS,
	.sob_max = SOB_MAX,
	.max_in_flight = MAX_IN_FLIGHT,
	.alloc_granularity = GRANULARITY,
};

HLRT_PROVIDER(goya, goya_ops)
