// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What tests do with the driver behind its ioctls. The only file here that sees the driver's structures. */
#include <linux/dma-buf.h>
#include <linux/dma-resv.h>

#include "gaudi/gaudi.h"
#include "hlrt.h"

long force(unsigned int device, unsigned int queue, const void *packets, u32 len, u64 *seq);
long check_packets(unsigned int device, unsigned int queue, const void *packets, u32 len);
void notify(unsigned int device, u64 bits, u64 address);
void resets_hold(unsigned int device);
void resets_go_on(unsigned int device);
void reset_by_administrator(unsigned int device);
bool import_is_fenced(unsigned int device, u64 va);
void mmu_write_entry(unsigned int device, u64 addr, u64 value);
void mmu_invalidate(unsigned int device);
const char *comms_read(unsigned int device, u32 word, size_t size, u64 *offset);

static struct hlrt_device *get(unsigned int device)
{
	struct hlrt_device *dev = hlrt_device_lookup(device);

	BUG_ON(!dev);
	return dev;
}

long force(unsigned int device, unsigned int queue, const void *packets, u32 len, u64 *seq)
{
	struct hlrt_device *dev = get(device);
	struct hlrt_cs *cs = hlrt_cs_alloc(dev->ctx);
	long rc = -ENOMEM;

	if (!cs)
		goto put;
	cs->has_deadline = true;
	cs->limit = msecs_to_jiffies(hlrt_cs_timeout_ms);
	if (hlrt_cs_add_job(cs, queue, packets, len)) {
		*seq = dev->ctx->next_seq;
		rc = hlrt_cs_submit_raw(cs);
	}
	if (rc)
		hlrt_cs_free(cs);
put:
	hlrt_device_put(dev);
	return rc;
}

long check_packets(unsigned int device, unsigned int queue, const void *packets, u32 len)
{
	struct hlrt_device *dev = get(device);
	struct hlrt_validate v = { .dev = dev, .ctx = dev->ctx, .queue = queue };
	long rc;

	mutex_lock(&dev->ctx->mem_lock);
	v.seq = dev->ctx->next_seq;
	rc = dev->asic->validate(&v, packets, len);
	mutex_unlock(&dev->ctx->mem_lock);
	hlrt_device_put(dev);
	return rc;
}

void notify(unsigned int device, u64 bits, u64 address)
{
	struct hlrt_device *dev = get(device);

	hlrt_device_event_at(dev, bits, address);
	hlrt_device_put(dev);
}

void resets_hold(unsigned int device)
{
	mutex_lock(&get(device)->lock);
}

void resets_go_on(unsigned int device)
{
	struct hlrt_device *dev = get(device);

	mutex_unlock(&dev->lock);
	hlrt_device_put(dev);
	hlrt_device_put(dev); /* resets_hold()'s */
}

void reset_by_administrator(unsigned int device)
{
	struct hlrt_device *dev = get(device);

	hlrt_device_request_reset(dev, HLRT_RESET_USER);
	hlrt_device_put(dev);
}

bool import_is_fenced(unsigned int device, u64 va)
{
	struct hlrt_device *dev = get(device);
	struct dma_buf *dmabuf;
	bool fenced;

	mutex_lock(&dev->ctx->mem_lock);
	dmabuf = hlrt_import_dmabuf(hlrt_va_find(dev->ctx, va));
	get_dma_buf(dmabuf);
	mutex_unlock(&dev->ctx->mem_lock);
	fenced = !dma_resv_test_signaled(dmabuf->resv, DMA_RESV_USAGE_BOOKKEEP);
	dma_buf_put(dmabuf);
	hlrt_device_put(dev);
	return fenced;
}

void mmu_write_entry(unsigned int device, u64 addr, u64 value)
{
	struct hlrt_device *dev = get(device);

	mutex_lock(&dev->mmu_lock);
	hlrt_mmu_write_pte(dev, addr, value);
	mutex_unlock(&dev->mmu_lock);
	hlrt_device_put(dev);
}

void mmu_invalidate(unsigned int device)
{
	struct hlrt_device *dev = get(device);

	BUG_ON(hlrt_mmu_flush(dev));
	hlrt_device_put(dev);
}

const char *comms_read(unsigned int device, u32 word, size_t size, u64 *offset)
{
	struct hlrt_device *dev = get(device);
	struct hlrt_comms before = dev->comms;
	struct hlrt_comms_room room;
	const char *wrong = hlrt_comms_read(dev, &gaudi_fw, word, size, &room);

	if (wrong)
		BUG_ON(memcmp(&before, &dev->comms, sizeof(before)));
	else
		*offset = room.image - dev->bar[GAUDI_BAR_HBM];
	dev->comms = before;
	hlrt_device_put(dev);
	return wrong;
}
