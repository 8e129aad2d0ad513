// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Provider plug-ins that are wrong in one way each; the build says in which by KIND. */
#include <stddef.h>

#include "provider.h"

#define GOOD 1
#define WRONG_ABI 2
#define WRONG_SIZE 3
#define INCOMPLETE 4
#define NULL_TABLE 5
#define OTHER_SYMBOL 6
#define NO_SYMBOL 7
#define UNRESOLVED 8

#define EXPORT __attribute__((visibility("default")))

const struct hlrt_provider_ops *hlrt_provider_v1(void);
const struct hlrt_provider_ops *hlrt_provider_v7(void);
void plugin_is_no_provider(void);
int hlrt_call_of_another_build(void);

#if KIND == NO_SYMBOL
EXPORT void plugin_is_no_provider(void)
{
}
#elif KIND == OTHER_SYMBOL
EXPORT const struct hlrt_provider_ops *hlrt_provider_v7(void)
{
	return NULL;
}
#elif KIND == NULL_TABLE
EXPORT const struct hlrt_provider_ops *hlrt_provider_v1(void)
{
	return NULL;
}
#else

static int context_init(struct hlrt_context *ctx, const struct hlrt_provider_device *dev, void **priv)
{
	(void)ctx;
	(void)dev;
	*priv = NULL;
#if KIND == UNRESOLVED
	return hlrt_call_of_another_build();
#else
	return 0;
#endif
}

static void context_fini(void *priv)
{
	(void)priv;
}

static int mem_alloc(void *priv, uint64_t size, uint64_t align, struct hlrt_provider_mem *mem)
{
	(void)priv;
	*mem = (struct hlrt_provider_mem){ .address = align, .size = size };
	return 0;
}

static int mem_free(void *priv, struct hlrt_provider_mem *mem)
{
	(void)priv;
	(void)mem;
	return 0;
}

static int export_address(void *priv, const struct hlrt_provider_mem *mem, uint64_t offset, uint64_t length,
			  uint64_t *address, uint64_t *address_offset)
{
	(void)priv;
	(void)length;
	*address = mem->address;
	*address_offset = offset;
	return 0;
}

static int encode_copy(void *priv, const struct hlrt_provider_copy *copy, void *buf, size_t size)
{
	(void)priv;
	(void)copy;
	(void)buf;
	(void)size;
	return 8;
}

static int encode_fill(void *priv, const struct hlrt_provider_fill *fill, void *buf, size_t size)
{
	(void)priv;
	(void)fill;
	(void)buf;
	(void)size;
	return 8;
}

static uint32_t choose_queue(void *priv, enum hlrt_place dst, enum hlrt_place src, uint32_t hint)
{
	(void)priv;
	(void)dst;
	(void)src;
	return hint;
}

static const struct hlrt_pci_id ids[] = { { 0x1da3, 0x4242 } };

static const struct hlrt_provider_ops ops = {
	.abi = KIND == WRONG_ABI ? 9 : HLRT_PROVIDER_ABI,
	.size = sizeof(ops) - (KIND == WRONG_SIZE ? 8 : 0),
	.asic = "toy",
	.ids = ids,
	.num_ids = 1,
	.context_init = context_init,
	.context_fini = context_fini,
	.mem_alloc = mem_alloc,
	.mem_free = mem_free,
	.export_address = export_address,
	.encode_copy = encode_copy,
	.encode_fill = encode_fill,
	.choose_queue = KIND == INCOMPLETE ? NULL : choose_queue,
	.max_copy = 4096,
	.max_fill = 4096,
	.copy_packet_size = 8,
	.fill_packet_size = 8,
	.max_in_flight = 64,
	.alloc_granularity = 4096,
};

HLRT_PROVIDER(toy, ops)
#endif
