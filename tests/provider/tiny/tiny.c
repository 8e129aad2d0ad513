// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * About the least that a provider can be: Gaudi once more, by a name of its own. Memory is handed out from the bottom to the
 * top and comes back when all of it is free; there is one queue each way, and no order between queues by the device.
 */
#include "provider.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include <hlrt/gaudi.h>

#define GRANULARITY (64u << 10)

struct tiny {
	pthread_mutex_t lock;
	uint64_t base, end, next;
	unsigned int live;
};

static int tiny_init(struct hlrt_context *ctx, const struct hlrt_provider_device *dev, void **priv)
{
	struct tiny *t = calloc(1, sizeof(*t));

	(void)ctx;
	if (!t)
		return hlrt_set_error(-ENOMEM, "no memory for the context's %zu bytes", sizeof(*t));
	pthread_mutex_init(&t->lock, NULL);
	t->base = t->next = dev->dram_base;
	t->end = dev->dram_base + dev->dram_size;
	*priv = t;
	return 0;
}

static void tiny_fini(void *priv)
{
	struct tiny *t = priv;

	pthread_mutex_destroy(&t->lock);
	free(t);
}

static int tiny_mem_alloc(void *priv, uint64_t size, uint64_t align, struct hlrt_provider_mem *mem)
{
	struct tiny *t = priv;
	uint64_t address, left;

	pthread_mutex_lock(&t->lock);
	address = (t->next + align - 1) & ~(align - 1);
	left = address < t->end ? t->end - address : 0;
	if (size <= left) {
		t->next = address + size;
		t->live++;
	}
	pthread_mutex_unlock(&t->lock);
	if (size > left)
		return hlrt_set_error(-ENOMEM, "%llu bytes are wanted, %llu are left", (unsigned long long)size,
				      (unsigned long long)left);
	*mem = (struct hlrt_provider_mem){ .address = address, .size = size };
	return 0;
}

static int tiny_mem_free(void *priv, struct hlrt_provider_mem *mem)
{
	struct tiny *t = priv;

	(void)mem;
	pthread_mutex_lock(&t->lock);
	if (--t->live == 0)
		t->next = t->base;
	pthread_mutex_unlock(&t->lock);
	return 0;
}

static int tiny_export_address(void *priv, const struct hlrt_provider_mem *mem, uint64_t offset, uint64_t length,
			       uint64_t *address, uint64_t *address_offset)
{
	(void)priv;
	(void)length;
	*address = mem->address + offset;
	*address_offset = 0;
	return 0;
}

static int no_room(size_t size)
{
	return hlrt_set_error(-ENOSPC, "%zu bytes are left in the command buffer, %u are needed", size,
			      HLRT_GAUDI_LIN_DMA_SIZE);
}

static int tiny_encode_copy(void *priv, const struct hlrt_provider_copy *copy, void *buf, size_t size)
{
	(void)priv;
	if (size < HLRT_GAUDI_LIN_DMA_SIZE)
		return no_room(size);
	return (int)hlrt_gaudi_copy(buf, copy->dst, copy->src, (uint32_t)copy->length, 0);
}

static int tiny_encode_fill(void *priv, const struct hlrt_provider_fill *fill, void *buf, size_t size)
{
	(void)priv;
	if (size < HLRT_GAUDI_LIN_DMA_SIZE)
		return no_room(size);
	return (int)hlrt_gaudi_fill(buf, fill->dst, (uint64_t)fill->pattern << 32 | fill->pattern,
				    (uint32_t)fill->length, 0);
}

static uint32_t tiny_choose_queue(void *priv, enum hlrt_place dst, enum hlrt_place src, uint32_t hint)
{
	(void)priv;
	(void)hint;
	return HLRT_GAUDI_QUEUE_DMA(src == HLRT_PLACE_DEVICE && dst != HLRT_PLACE_DEVICE ? 1u : 0u, 0u);
}

static const struct hlrt_pci_id tiny_ids[] = { { 0x1da3, 0x1000 } };

static const struct hlrt_provider_ops tiny_ops = {
	.abi = HLRT_PROVIDER_ABI,
	.size = sizeof(struct hlrt_provider_ops),
	.asic = "tiny",
	.ids = tiny_ids,
	.num_ids = 1,
	.context_init = tiny_init,
	.context_fini = tiny_fini,
	.mem_alloc = tiny_mem_alloc,
	.mem_free = tiny_mem_free,
	.export_address = tiny_export_address,
	.encode_copy = tiny_encode_copy,
	.encode_fill = tiny_encode_fill,
	.choose_queue = tiny_choose_queue,
	.max_copy = 1u << 30,
	.max_fill = 1u << 30,
	.copy_packet_size = HLRT_GAUDI_LIN_DMA_SIZE,
	.fill_packet_size = HLRT_GAUDI_LIN_DMA_SIZE,
	.max_in_flight = 16,
	.alloc_granularity = GRANULARITY,
};

HLRT_PROVIDER(tiny, tiny_ops)
