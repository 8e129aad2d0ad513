// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The Gaudi provider. User space places device memory itself, at physical addresses of the HBM; the kernel's ALLOC only
 * counts. It is called nevertheless, so that the driver's usage numbers (INFO DRAM_USAGE, monitoring) are true;
 * its FREE wants the size where other ASICs have a handle.
 */
#include "provider.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "dram.h"
#include "gaudi.h"

#define PCI_VENDOR_HABANA 0x1da3
#define PCI_DEVICE_GAUDI 0x1000

#define GRANULARITY 4096u

/* tsize is 32 bits wide; these keep one packet's time short and 4 GiB a whole number of packets. */
#define MAX_COPY (1ull << 30)
#define MAX_FILL (2ull << 30)

/* Results that hlrt.ko keeps for a context; the in-tree driver keeps 16384 (gaudiP.h, GAUDI_MAX_PENDING_CS). */
#define MAX_IN_FLIGHT 1024

struct gaudi {
	struct hlrt_context *ctx;
	pthread_mutex_t lock;
	struct gaudi_dram *dram;
};

static int gaudi_init(struct hlrt_context *ctx, const struct hlrt_provider_device *dev, void **priv)
{
	uint64_t base = (dev->dram_base + GRANULARITY - 1) & ~(uint64_t)(GRANULARITY - 1);
	uint64_t lost = base - dev->dram_base;
	struct gaudi *g;

	if (dev->dram_size < lost + GRANULARITY || dev->dram_base > UINT64_MAX / 2 || dev->dram_size > UINT64_MAX / 2)
		return hlrt_set_error(-ENODEV,
				      "the driver reports user memory of %llu bytes at 0x%llx, which cannot be",
				      (unsigned long long)dev->dram_size, (unsigned long long)dev->dram_base);
	g = calloc(1, sizeof(*g));
	if (!g)
		return hlrt_set_error(-ENOMEM, "no memory for the Gaudi provider");
	g->ctx = ctx;
	g->dram = gaudi_dram_create(base, (dev->dram_size - lost) & ~(uint64_t)(GRANULARITY - 1), GRANULARITY);
	if (!g->dram) {
		free(g);
		return hlrt_set_error(-ENOMEM, "no memory for the device memory allocator");
	}
	pthread_mutex_init(&g->lock, NULL);
	*priv = g;
	return 0;
}

static void gaudi_fini(void *priv)
{
	struct gaudi *g = priv;

	gaudi_dram_destroy(g->dram);
	pthread_mutex_destroy(&g->lock);
	free(g);
}

static void release(struct gaudi *g, struct gaudi_dram_block *block)
{
	pthread_mutex_lock(&g->lock);
	gaudi_dram_free(g->dram, block);
	pthread_mutex_unlock(&g->lock);
}

static struct gaudi_dram_block *reserve(struct gaudi *g, uint64_t size, uint64_t align)
{
	struct gaudi_dram_block *block;
	uint64_t total, largest;
	bool no_host_memory;

	pthread_mutex_lock(&g->lock);
	block = gaudi_dram_alloc(g->dram, size, align, &no_host_memory);
	total = gaudi_dram_free_bytes(g->dram);
	largest = block ? 0 : gaudi_dram_largest(g->dram);
	pthread_mutex_unlock(&g->lock);
	if (block)
		return block;
	if (no_host_memory)
		hlrt_set_error(-ENOMEM, "no memory for the device memory allocator");
	else
		hlrt_set_error(
			-ENOMEM,
			"no free piece of %llu bytes aligned to %llu: %llu bytes are free, the largest piece has %llu",
			(unsigned long long)size, (unsigned long long)align, (unsigned long long)total,
			(unsigned long long)largest);
	return NULL;
}

static int gaudi_mem_alloc(void *priv, uint64_t size, uint64_t align, struct hlrt_provider_mem *mem)
{
	struct gaudi *g = priv;
	struct gaudi_dram_block *block;
	uint64_t handle;
	int rc;

	if (align < GRANULARITY)
		align = GRANULARITY;
	size = (size + GRANULARITY - 1) & ~(uint64_t)(GRANULARITY - 1);
	block = reserve(g, size, align);
	if (!block)
		return -ENOMEM;
	rc = hlrt_kernel_mem_alloc(g->ctx, size, 0, true, &handle);
	if (rc) {
		release(g, block);
		return rc;
	}
	*mem = (struct hlrt_provider_mem){
		.address = gaudi_dram_address(block),
		.size = size,
		.handle = handle,
		.cookie = block,
	};
	return 0;
}

static int gaudi_mem_free(void *priv, struct hlrt_provider_mem *mem)
{
	struct gaudi *g = priv;

	/* Only a count; after a reset it fails and does not matter. */
	if (!mem->uncounted)
		hlrt_kernel_mem_free(g->ctx, mem->size);
	release(g, mem->cookie);
	return 0;
}

static int gaudi_export_address(void *priv, const struct hlrt_provider_mem *mem, uint64_t offset, uint64_t length,
				uint64_t *address, uint64_t *address_offset)
{
	(void)priv;
	(void)length;
	/* A physical address, so a part begins at an address of its own; the drivers want no offset beside it. */
	*address = mem->address + offset;
	*address_offset = 0;
	return 0;
}

static int gaudi_encode_copy(void *priv, const struct hlrt_provider_copy *copy, void *buf, size_t size)
{
	(void)priv;
	if (size < HLRT_GAUDI_LIN_DMA_SIZE)
		return hlrt_set_error(-ENOSPC, "%zu bytes are left in the command buffer, a copy needs %u", size,
				      HLRT_GAUDI_LIN_DMA_SIZE);
	return (int)hlrt_gaudi_copy(buf, copy->dst, copy->src, (uint32_t)copy->length, 0);
}

static int gaudi_encode_fill(void *priv, const struct hlrt_provider_fill *fill, void *buf, size_t size)
{
	(void)priv;
	if (size < HLRT_GAUDI_LIN_DMA_SIZE)
		return hlrt_set_error(-ENOSPC, "%zu bytes are left in the command buffer, a fill needs %u", size,
				      HLRT_GAUDI_LIN_DMA_SIZE);
	return (int)hlrt_gaudi_fill(buf, fill->dst, (uint64_t)fill->pattern << 32 | fill->pattern,
				    (uint32_t)fill->length, 0);
}

/* ---- order between queues: sync objects and monitors from the last one down, and one fence counter of each queue ---- */

#define STREAM_SOBS 256u
#define STREAM_MONITORS (2u * HLRT_GAUDI_STREAMS) /* one for each queue that there is */
#define STREAM_FENCE 3u
#define SOB_MAX 0x7FFFu /* 15 bits */

static uint32_t sob_number(uint32_t sob)
{
	return HLRT_GAUDI_NUM_SOBS - 1 - sob;
}

static int no_room(size_t size, uint32_t needed)
{
	return hlrt_set_error(-ENOSPC, "%zu bytes are left in the command buffer, %u are needed", size, needed);
}

static int gaudi_encode_signal(void *priv, uint32_t sob, void *buf, size_t size)
{
	(void)priv;
	if (size < HLRT_GAUDI_MSG_SHORT_SIZE)
		return no_room(size, HLRT_GAUDI_MSG_SHORT_SIZE);
	return (int)hlrt_gaudi_sob_add(buf, sob_number(sob), 1, HLRT_GAUDI_EB | HLRT_GAUDI_RB | HLRT_GAUDI_MB);
}

static int gaudi_encode_sob_clear(void *priv, uint32_t sob, void *buf, size_t size)
{
	(void)priv;
	if (size < HLRT_GAUDI_MSG_SHORT_SIZE)
		return no_room(size, HLRT_GAUDI_MSG_SHORT_SIZE);
	return (int)hlrt_gaudi_sob_set(buf, sob_number(sob), 0, HLRT_GAUDI_RB | HLRT_GAUDI_MB);
}

static int gaudi_encode_wait(void *priv, uint32_t queue, uint32_t sob, uint32_t value, uint32_t monitor, void *buf,
			     size_t size)
{
	(void)priv;
	if (size < HLRT_GAUDI_WAIT_SOB_SIZE)
		return no_room(size, HLRT_GAUDI_WAIT_SOB_SIZE);
	return (int)hlrt_gaudi_wait_sob(buf, queue, sob_number(sob), value, HLRT_GAUDI_NUM_MONITORS - 1 - monitor,
					STREAM_FENCE);
}

/* Engine 0 brings in, engine 1 takes out; what stays inside is spread over both. */
static uint32_t gaudi_choose_queue(void *priv, enum hlrt_place dst, enum hlrt_place src, uint32_t hint)
{
	uint32_t engine = hint / HLRT_GAUDI_STREAMS % 2;

	(void)priv;
	if (src != HLRT_PLACE_DEVICE)
		engine = 0;
	else if (dst != HLRT_PLACE_DEVICE)
		engine = 1;
	return HLRT_GAUDI_QUEUE_DMA(engine, hint % HLRT_GAUDI_STREAMS);
}

static const struct hlrt_pci_id gaudi_ids[] = {
	{ PCI_VENDOR_HABANA, PCI_DEVICE_GAUDI },
};

static const struct hlrt_provider_ops gaudi_ops = {
	.abi = HLRT_PROVIDER_ABI,
	.size = sizeof(struct hlrt_provider_ops),
	.asic = "gaudi",
	.ids = gaudi_ids,
	.num_ids = sizeof(gaudi_ids) / sizeof(gaudi_ids[0]),
	.context_init = gaudi_init,
	.context_fini = gaudi_fini,
	.mem_alloc = gaudi_mem_alloc,
	.mem_free = gaudi_mem_free,
	.export_address = gaudi_export_address,
	.encode_copy = gaudi_encode_copy,
	.encode_fill = gaudi_encode_fill,
	.encode_signal = gaudi_encode_signal,
	.encode_sob_clear = gaudi_encode_sob_clear,
	.encode_wait = gaudi_encode_wait,
	.choose_queue = gaudi_choose_queue,
	.max_copy = MAX_COPY,
	.max_fill = MAX_FILL,
	.copy_packet_size = HLRT_GAUDI_LIN_DMA_SIZE,
	.fill_packet_size = HLRT_GAUDI_LIN_DMA_SIZE,
	.sync_packet_size = HLRT_GAUDI_WAIT_SOB_SIZE,
	.num_sobs = STREAM_SOBS,
	.num_monitors = STREAM_MONITORS,
	.sob_max = SOB_MAX,
	.max_in_flight = MAX_IN_FLIGHT,
	.alloc_granularity = GRANULARITY,
};

HLRT_PROVIDER(gaudi, gaudi_ops)
