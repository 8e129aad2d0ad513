// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * transfer.c - linear copy and fill, as DMA engines do it. Moved in chunks, so that a reset or a TLB
 * invalidation never waits for more than one.
 */
#include <string.h>

#include "chip.h"

#define BOUNCE_SIZE 0x10000u
#define FILL_PIECE 4096u
/* An engine holds on to a translation for at most this much data, so that an invalidation never waits long. */
#define DMA_CHUNK 0x100000ull
#define PUNCH_CHUNK 0x10000000ull

/* Moves between a piece of device memory and the host without a copy in between, where the host allows it. */
static enum hlm_bus_status memory_to_host(struct hlm_chip *c, uint64_t bus, uint8_t *ptr, uint64_t len, bool to_host)
{
	const struct hlm_host_ops *ops = c->m->ops;

	while (len) {
		size_t run = len;
		void *host = NULL;
		int err = 0;

		if (ops->dma_get && hlm_pci_bus_master(c->m))
			host = ops->dma_get(c->m->host, bus, len, to_host, &run);
		if (host) {
			memcpy(to_host ? host : ptr, to_host ? ptr : host, run);
			ops->dma_put(c->m->host, bus, host, run, to_host);
		} else {
			run = len;
			err = to_host ? hlm_host_write(c, bus, ptr, run) : hlm_host_read(c, bus, ptr, run);
		}
		if (err)
			return HLM_BUS_HOST;
		bus += run;
		ptr += run;
		len -= run;
	}
	return HLM_BUS_OK;
}

static enum hlm_bus_status host_to_host(struct hlm_chip *c, uint64_t dst, uint64_t src, uint64_t len)
{
	uint8_t bounce[BOUNCE_SIZE];

	while (len) {
		size_t piece = len < sizeof(bounce) ? len : sizeof(bounce);

		if (hlm_host_read(c, src, bounce, piece) || hlm_host_write(c, dst, bounce, piece))
			return HLM_BUS_HOST;
		dst += piece;
		src += piece;
		len -= piece;
	}
	return HLM_BUS_OK;
}

/* Registers in the middle: word by word, each checked. */
static enum hlm_bus_status through_registers(struct hlm_chip *c, const struct hlm_initiator *who,
					     const struct hlm_span *dst, const struct hlm_span *src, uint64_t len)
{
	enum hlm_bus_status status = len & 3 ? HLM_BUS_DECODE : HLM_BUS_OK;

	for (uint64_t i = 0; i < len && !status; i += 4) {
		uint32_t word = 0;

		if (src->kind == HLM_SPAN_REGISTERS)
			status = hlm_lbw_read(c, who, src->reg + (uint32_t)i, &word);
		else if (src->kind == HLM_SPAN_MEMORY)
			memcpy(&word, src->ptr + i, 4);
		else if (hlm_host_read(c, src->bus + i, &word, 4))
			status = HLM_BUS_HOST;
		if (status)
			break;
		if (dst->kind == HLM_SPAN_REGISTERS)
			status = hlm_lbw_write(c, who, dst->reg + (uint32_t)i, word);
		else if (dst->kind == HLM_SPAN_MEMORY)
			memcpy(dst->ptr + i, &word, 4);
		else if (hlm_host_write(c, dst->bus + i, &word, 4))
			status = HLM_BUS_HOST;
	}
	return status;
}

static enum hlm_bus_status copy_span(struct hlm_chip *c, const struct hlm_initiator *who, const struct hlm_span *dst,
				     const struct hlm_span *src, uint64_t len)
{
	if (dst->kind == HLM_SPAN_REGISTERS || src->kind == HLM_SPAN_REGISTERS)
		return through_registers(c, who, dst, src, len);
	if (dst->kind == HLM_SPAN_MEMORY && src->kind == HLM_SPAN_MEMORY) {
		memmove(dst->ptr, src->ptr, len);
		return HLM_BUS_OK;
	}
	if (dst->kind == HLM_SPAN_MEMORY)
		return memory_to_host(c, src->bus, dst->ptr, len, false);
	if (src->kind == HLM_SPAN_MEMORY)
		return memory_to_host(c, dst->bus, src->ptr, len, true);
	return host_to_host(c, dst->bus, src->bus, len);
}

/* phase: bytes of the pattern that were used up before this span. */
static void fill_pattern(uint8_t *buf, uint64_t len, uint64_t pattern, unsigned int phase)
{
	uint8_t bytes[8];

	memcpy(bytes, &pattern, sizeof(bytes));
	for (unsigned int i = 0; i < 8 && i < len; i++)
		buf[i] = bytes[(i + phase) % 8];
	for (uint64_t done = 8; done < len; done *= 2)
		memcpy(buf + done, buf, done < len - done ? done : len - done);
}

static enum hlm_bus_status fill_span(struct hlm_chip *c, const struct hlm_initiator *who, const struct hlm_span *dst,
				     uint64_t len, uint64_t pattern, unsigned int phase)
{
	uint8_t buf[FILL_PIECE];

	if (dst->kind == HLM_SPAN_MEMORY) {
		if (!pattern && dst->dram)
			hlm_memory_zero(c->dram_fd, dst->dram_addr, dst->ptr, len);
		else
			fill_pattern(dst->ptr, len, pattern, phase);
		return HLM_BUS_OK;
	}
	fill_pattern(buf, sizeof(buf) < len ? sizeof(buf) : len, pattern, phase);
	for (uint64_t done = 0; done < len; done += sizeof(buf)) {
		uint64_t piece = sizeof(buf) < len - done ? sizeof(buf) : len - done;
		struct hlm_span from = { .kind = HLM_SPAN_MEMORY, .ptr = buf }, to = *dst;
		enum hlm_bus_status status;

		to.bus += done;
		to.reg += (uint32_t)done;
		status = copy_span(c, who, &to, &from, piece);
		if (status)
			return status;
	}
	return HLM_BUS_OK;
}

/* The fault knob: one bit in the middle of the transfer. */
static void corrupt(struct hlm_chip *c, const struct hlm_span *dst, uint64_t at)
{
	uint8_t byte;

	hlm_trace(c->m, "fault", "injected: bit flipped in DMA data");
	if (dst->kind == HLM_SPAN_MEMORY) {
		dst->ptr[at] ^= 1;
	} else if (dst->kind == HLM_SPAN_HOST && !hlm_host_read(c, dst->bus + at, &byte, 1)) {
		byte ^= 1;
		hlm_host_write(c, dst->bus + at, &byte, 1);
	}
}

static bool host_refuses(struct hlm_chip *c, const struct hlm_span *dst, const struct hlm_span *src)
{
	return (dst->kind == HLM_SPAN_HOST || src->kind == HLM_SPAN_HOST) &&
	       hlm_fault_take(c->m, HLM_FAULT_HOST_REFUSES);
}

/* One chunk, inside engine_begin and engine_end. */
static enum hlm_bus_status transfer_chunk(struct hlm_chip *c, struct hlm_transfer *t, bool flip)
{
	uint64_t limit = t->memset && !t->src ? PUNCH_CHUNK : DMA_CHUNK;
	uint64_t left = t->size - t->done, len = left < limit ? left : limit, middle = t->size / 2;
	struct hlm_span dst, src = { 0 };
	enum hlm_bus_status status;

	t->write = true;
	status = hlm_resolve(c, &t->who, t->dst + t->done, len, true, &dst);
	if (status)
		return status;
	len = dst.len;
	if (!t->memset) {
		t->write = false;
		status = hlm_resolve(c, &t->who, t->src + t->done, len, false, &src);
		if (status)
			return status;
		len = src.len;
		status = host_refuses(c, &dst, &src) ? HLM_BUS_HOST : copy_span(c, &t->who, &dst, &src, len);
		t->write = src.kind == HLM_SPAN_MEMORY;
	} else {
		status = fill_span(c, &t->who, &dst, len, t->src, (unsigned int)(t->done % 8));
	}
	if (status)
		return status;
	if (flip && middle >= t->done && middle < t->done + len)
		corrupt(c, &dst, middle - t->done);
	t->done += len;
	hlm_count(c->m, HLM_STAT_DMA_BYTES, len);
	return HLM_BUS_OK;
}

enum hlm_bus_status hlm_transfer_run(struct hlm_chip *c, struct hlm_transfer *t)
{
	enum hlm_bus_status status = HLM_BUS_OK;
	bool flip;

	if (t->size && hlm_fault_take(c->m, t->memset ? HLM_FAULT_SCRUB_FAIL : HLM_FAULT_COPY_FAIL)) {
		status = HLM_BUS_INJECTED;
		t->write = true;
	}
	flip = t->size && !t->memset && hlm_fault_take(c->m, HLM_FAULT_CORRUPT_DMA);
	while (!status && t->done < t->size) {
		if (!hlm_engine_begin(c))
			return HLM_BUS_ABORTED;
		status = transfer_chunk(c, t, flip);
		hlm_engine_end(c);
	}
	return status;
}

static bool goes_on(void *chip)
{
	return hlm_same_life(chip);
}

uint32_t hlm_completion(struct hlm_chip *c, uint32_t word)
{
	hlm_fault_late(c->m, goes_on);
	if (!hlm_fault_take(c->m, HLM_FAULT_CORRUPT_COMPLETION))
		return word;
	hlm_trace(c->m, "fault", "injected: completion 0x%08x becomes 0x%08x", word, word ^ 1);
	return word ^ 1;
}
