// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * dma.c - the DMA cores: linear copy and fill, started by LIN_DMA packets or by the COMMIT register. Moved in
 * chunks, so that a reset or a TLB invalidation never waits for more than one.
 */
#include <string.h>

#include "chip.h"

#define BOUNCE_SIZE 0x10000u
#define CORE_FIELD(offset) ((offset) & (GAUDI_DMA_CORE_STRIDE - 1))
#define CORE_REG(engine, reg) ((reg) + (engine)*GAUDI_DMA_CORE_STRIDE)

static unsigned int engine_of(uint32_t offset)
{
	return (offset - GAUDI_DMA0_CORE_CFG_0) / GAUDI_DMA_CORE_STRIDE;
}

static struct gaudi_initiator core_initiator(struct gaudi *g, unsigned int engine, bool secure)
{
	uint32_t props = hlm_gaudi_peek(
		g, CORE_REG(engine, secure ? GAUDI_DMA0_CORE_SECURE_PROPS : GAUDI_DMA0_CORE_NON_SECURE_PROPS));

	return (struct gaudi_initiator){ .port = GAUDI_PORT_DMA,
					 .index = engine,
					 .secure = secure,
					 .mmu_bypass = props & GAUDI_PROPS_MMBP,
					 .asid = props & GAUDI_PROPS_ASID_MASK };
}

/* Moves between a piece of device memory and the host without a copy in between, where the host allows it. */
static enum gaudi_bus_status memory_to_host(struct gaudi *g, uint64_t bus, uint8_t *ptr, uint64_t len, bool to_host)
{
	const struct hlm_host_ops *ops = g->m->ops;

	while (len) {
		size_t run = len;
		void *host = NULL;
		int err = 0;

		if (ops->dma_get && hlm_pci_bus_master(g->m))
			host = ops->dma_get(g->m->host, bus, len, to_host, &run);
		if (host) {
			memcpy(to_host ? host : ptr, to_host ? ptr : host, run);
			ops->dma_put(g->m->host, bus, host, run, to_host);
		} else {
			run = len;
			err = to_host ? hlm_gaudi_host_write(g, bus, ptr, run) : hlm_gaudi_host_read(g, bus, ptr, run);
		}
		if (err)
			return GAUDI_BUS_HOST;
		bus += run;
		ptr += run;
		len -= run;
	}
	return GAUDI_BUS_OK;
}

static enum gaudi_bus_status host_to_host(struct gaudi *g, uint64_t dst, uint64_t src, uint64_t len)
{
	uint8_t bounce[BOUNCE_SIZE];

	while (len) {
		size_t piece = len < sizeof(bounce) ? len : sizeof(bounce);

		if (hlm_gaudi_host_read(g, src, bounce, piece) || hlm_gaudi_host_write(g, dst, bounce, piece))
			return GAUDI_BUS_HOST;
		dst += piece;
		src += piece;
		len -= piece;
	}
	return GAUDI_BUS_OK;
}

/* Registers in the middle: word by word, each checked. */
static enum gaudi_bus_status through_registers(struct gaudi *g, const struct gaudi_initiator *who,
					       const struct gaudi_span *dst, const struct gaudi_span *src, uint64_t len)
{
	enum gaudi_bus_status status = len & 3 ? GAUDI_BUS_DECODE : GAUDI_BUS_OK;

	for (uint64_t i = 0; i < len && !status; i += 4) {
		uint32_t word = 0;

		if (src->kind == GAUDI_SPAN_REGISTERS)
			status = hlm_gaudi_lbw_read(g, who, src->reg + (uint32_t)i, &word);
		else if (src->kind == GAUDI_SPAN_MEMORY)
			memcpy(&word, src->ptr + i, 4);
		else if (hlm_gaudi_host_read(g, src->bus + i, &word, 4))
			status = GAUDI_BUS_HOST;
		if (status)
			break;
		if (dst->kind == GAUDI_SPAN_REGISTERS)
			status = hlm_gaudi_lbw_write(g, who, dst->reg + (uint32_t)i, word);
		else if (dst->kind == GAUDI_SPAN_MEMORY)
			memcpy(dst->ptr + i, &word, 4);
		else if (hlm_gaudi_host_write(g, dst->bus + i, &word, 4))
			status = GAUDI_BUS_HOST;
	}
	return status;
}

static enum gaudi_bus_status copy_span(struct gaudi *g, const struct gaudi_initiator *who, const struct gaudi_span *dst,
				       const struct gaudi_span *src, uint64_t len)
{
	if (dst->kind == GAUDI_SPAN_REGISTERS || src->kind == GAUDI_SPAN_REGISTERS)
		return through_registers(g, who, dst, src, len);
	if (dst->kind == GAUDI_SPAN_MEMORY && src->kind == GAUDI_SPAN_MEMORY) {
		memmove(dst->ptr, src->ptr, len);
		return GAUDI_BUS_OK;
	}
	if (dst->kind == GAUDI_SPAN_MEMORY)
		return memory_to_host(g, src->bus, dst->ptr, len, false);
	if (src->kind == GAUDI_SPAN_MEMORY)
		return memory_to_host(g, dst->bus, src->ptr, len, true);
	return host_to_host(g, dst->bus, src->bus, len);
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

static enum gaudi_bus_status fill_span(struct gaudi *g, const struct gaudi_initiator *who, const struct gaudi_span *dst,
				       uint64_t len, uint64_t pattern, unsigned int phase)
{
	uint8_t buf[CB_WINDOW];

	if (dst->kind == GAUDI_SPAN_MEMORY) {
		if (!pattern && dst->dram)
			hlm_memory_zero(g->dram_fd, dst->dram_addr, dst->ptr, len);
		else
			fill_pattern(dst->ptr, len, pattern, phase);
		return GAUDI_BUS_OK;
	}
	fill_pattern(buf, sizeof(buf) < len ? sizeof(buf) : len, pattern, phase);
	for (uint64_t done = 0; done < len; done += sizeof(buf)) {
		uint64_t piece = sizeof(buf) < len - done ? sizeof(buf) : len - done;
		struct gaudi_span from = { .kind = GAUDI_SPAN_MEMORY, .ptr = buf }, to = *dst;
		enum gaudi_bus_status status;

		to.bus += done;
		to.reg += (uint32_t)done;
		status = copy_span(g, who, &to, &from, piece);
		if (status)
			return status;
	}
	return GAUDI_BUS_OK;
}

/* The fault knob: one bit in the middle of the transfer. */
static void corrupt(struct gaudi *g, const struct gaudi_span *dst, uint64_t at)
{
	uint8_t byte;

	hlm_trace(g->m, "fault", "injected: bit flipped in DMA data");
	if (dst->kind == GAUDI_SPAN_MEMORY) {
		dst->ptr[at] ^= 1;
	} else if (dst->kind == GAUDI_SPAN_HOST && !hlm_gaudi_host_read(g, dst->bus + at, &byte, 1)) {
		byte ^= 1;
		hlm_gaudi_host_write(g, dst->bus + at, &byte, 1);
	}
}

struct transfer {
	const struct gaudi_commit *job;
	struct gaudi_initiator who;
	uint64_t done;
	bool memset, flip;
	bool write; /* the side that an error was met on */
};

/* One chunk, inside engine_begin and engine_end. */
static enum gaudi_bus_status transfer_chunk(struct gaudi *g, struct transfer *t)
{
	const struct gaudi_commit *job = t->job;
	uint64_t limit = t->memset && !job->src ? PUNCH_CHUNK : DMA_CHUNK;
	uint64_t left = job->size - t->done, len = left < limit ? left : limit, middle = job->size / 2;
	struct gaudi_span dst, src = { 0 };
	enum gaudi_bus_status status;

	t->write = true;
	status = hlm_gaudi_resolve(g, &t->who, job->dst + t->done, len, true, &dst);
	if (status)
		return status;
	len = dst.len;
	if (!t->memset) {
		t->write = false;
		status = hlm_gaudi_resolve(g, &t->who, job->src + t->done, len, false, &src);
		if (status)
			return status;
		len = src.len;
		status = copy_span(g, &t->who, &dst, &src, len);
		t->write = src.kind == GAUDI_SPAN_MEMORY;
	} else {
		status = fill_span(g, &t->who, &dst, len, job->src, (unsigned int)(t->done % 8));
	}
	if (status)
		return status;
	if (t->flip && middle >= t->done && middle < t->done + len)
		corrupt(g, &dst, middle - t->done);
	t->done += len;
	hlm_count(g->m, HLM_STAT_DMA_BYTES, len);
	return GAUDI_BUS_OK;
}

static void report_error(struct gaudi *g, unsigned int engine, enum gaudi_bus_status status, bool write)
{
	uint32_t config = hlm_gaudi_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_ERR_CFG));
	bool secure = hlm_gaudi_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_PROT)) & GAUDI_DMA_CORE_PROT_ERR_VAL;
	struct gaudi_initiator who = core_initiator(g, engine, secure);
	uint32_t value = hlm_gaudi_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_ERRMSG_WDATA));
	uint64_t addr = (uint64_t)hlm_gaudi_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_ERRMSG_ADDR_HI)) << 32 |
			hlm_gaudi_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_ERRMSG_ADDR_LO));

	hlm_trace(g->m, "fault", "DMA%u %s error: %s", engine, write ? "write" : "read", hlm_gaudi_bus_text(status));
	hlm_gaudi_poke_or(g, CORE_REG(engine, GAUDI_DMA0_CORE_ERR_CAUSE),
			  write ? GAUDI_DMA_CORE_ERR_HBW_WR : GAUDI_DMA_CORE_ERR_HBW_RD);
	if (config & GAUDI_DMA_CORE_ERR_CFG_STOP)
		atomic_store(&g->dma[engine].stopped, true);
	if (config & GAUDI_DMA_CORE_ERR_CFG_MSG_EN)
		hlm_gaudi_bus_write(g, &who, addr, &value, sizeof(value));
}

static enum gaudi_bus_status write_completion(struct gaudi *g, unsigned int engine, const struct gaudi_initiator *who)
{
	uint32_t value = hlm_gaudi_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_WR_COMP_WDATA));
	uint64_t addr = (uint64_t)hlm_gaudi_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_WR_COMP_ADDR_HI)) << 32 |
			hlm_gaudi_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_WR_COMP_ADDR_LO));

	return hlm_gaudi_bus_write(g, who, addr, &value, sizeof(value));
}

enum gaudi_bus_status hlm_gaudi_dma_run(struct gaudi *g, unsigned int engine, const struct gaudi_commit *job)
{
	bool secure = hlm_gaudi_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_PROT)) & GAUDI_DMA_CORE_PROT_VAL;
	struct transfer t = { .job = job,
			      .who = core_initiator(g, engine, secure),
			      .memset = job->flags & GAUDI_DMA_CORE_COMMIT_MEMSET };
	enum gaudi_bus_status status = GAUDI_BUS_OK;

	hlm_trace(g->m, "dma", "DMA%u %s 0x%llx -> 0x%llx, 0x%x bytes, %s", engine, t.memset ? "fill" : "copy",
		  (unsigned long long)job->src, (unsigned long long)job->dst, job->size, secure ? "secure" : "user");
	atomic_store(&g->dma[engine].busy, true);
	if (job->size && hlm_fault_take(g->m, t.memset ? HLM_FAULT_SCRUB_FAIL : HLM_FAULT_COPY_FAIL)) {
		status = GAUDI_BUS_INJECTED;
		t.write = true;
	}
	t.flip = job->size && !t.memset && hlm_fault_take(g->m, HLM_FAULT_CORRUPT_DMA);
	while (!status && t.done < job->size) {
		if (!hlm_gaudi_engine_begin(g)) {
			status = GAUDI_BUS_ABORTED;
			break;
		}
		status = transfer_chunk(g, &t);
		hlm_gaudi_engine_end(g);
	}
	if (!status && (job->flags & GAUDI_DMA_CORE_COMMIT_WR_COMP))
		status = write_completion(g, engine, &t.who);
	if (status && status != GAUDI_BUS_ABORTED)
		report_error(g, engine, status, t.write);
	hlm_trace(g->m, "dma", "DMA%u moved 0x%llx bytes: %s", engine, (unsigned long long)t.done,
		  hlm_gaudi_bus_text(status));
	atomic_store(&g->dma[engine].busy, false);
	return status;
}

bool hlm_gaudi_dma_ready(struct gaudi *g, unsigned int engine)
{
	return (hlm_gaudi_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_CFG_0)) & 1) &&
	       !(hlm_gaudi_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_CFG_1)) & 1) &&
	       !atomic_load(&g->dma[engine].stopped);
}

static bool take_commit(struct gaudi *g, unsigned int engine, struct gaudi_commit *job)
{
	struct gaudi_dma *dma = &g->dma[engine];
	bool some;

	if (!hlm_gaudi_dma_ready(g, engine))
		return false;
	hlm_gaudi_lock(g);
	some = dma->commits > 0 && g->epoch == g->run_epoch;
	if (some) {
		*job = dma->commit[0];
		memmove(dma->commit, dma->commit + 1, --dma->commits * sizeof(*job));
		atomic_store(&dma->busy, true);
	}
	hlm_gaudi_unlock(g);
	return some;
}

unsigned int hlm_gaudi_dma_commits(struct gaudi *g)
{
	unsigned int done = 0;
	struct gaudi_commit job;

	for (unsigned int engine = 0; engine < GAUDI_NUM_DMA; engine++)
		while (take_commit(g, engine, &job)) {
			hlm_gaudi_dma_run(g, engine, &job);
			done++;
		}
	return done;
}

static void commit(struct gaudi *g, uint32_t offset, uint32_t flags)
{
	unsigned int engine = engine_of(offset);
	struct gaudi_dma *dma = &g->dma[engine];

	if (dma->commits == COMMIT_DEPTH) {
		uint32_t cause = CORE_REG(engine, GAUDI_DMA0_CORE_ERR_CAUSE);

		hlm_gaudi_set_raw(g, cause, hlm_gaudi_raw(g, cause) | GAUDI_DMA_CORE_ERR_DESC_OVF);
		return;
	}
	dma->commit[dma->commits++] = (struct gaudi_commit){
		.src = (uint64_t)hlm_gaudi_raw(g, CORE_REG(engine, GAUDI_DMA0_CORE_SRC_BASE_HI)) << 32 |
		       hlm_gaudi_raw(g, CORE_REG(engine, GAUDI_DMA0_CORE_SRC_BASE_LO)),
		.dst = (uint64_t)hlm_gaudi_raw(g, CORE_REG(engine, GAUDI_DMA0_CORE_DST_BASE_HI)) << 32 |
		       hlm_gaudi_raw(g, CORE_REG(engine, GAUDI_DMA0_CORE_DST_BASE_LO)),
		.size = hlm_gaudi_raw(g, CORE_REG(engine, GAUDI_DMA0_CORE_DST_TSIZE_0)),
		.flags = flags,
	};
	g->kick = true;
}

void hlm_gaudi_dma_core_write(struct gaudi *g, uint32_t offset, uint32_t value)
{
	switch (CORE_FIELD(offset) | GAUDI_DMA0_CORE_CFG_0) {
	case GAUDI_DMA0_CORE_ERR_CAUSE: /* write one to clear */
		hlm_gaudi_set_raw(g, offset, hlm_gaudi_raw(g, offset) & ~value);
		return;
	case GAUDI_DMA0_CORE_COMMIT:
		commit(g, offset, value);
		break;
	case GAUDI_DMA0_CORE_CFG_0:
	case GAUDI_DMA0_CORE_CFG_1:
		g->kick = true;
		break;
	default:
		break;
	}
	hlm_gaudi_set_raw(g, offset, value);
}

uint32_t hlm_gaudi_dma_core_read(struct gaudi *g, uint32_t offset)
{
	const struct gaudi_dma *dma = &g->dma[engine_of(offset)];

	if ((CORE_FIELD(offset) | GAUDI_DMA0_CORE_CFG_0) != GAUDI_DMA0_CORE_STS0)
		return hlm_gaudi_raw(g, offset);
	return dma->commits || atomic_load(&dma->busy) || atomic_load(&dma->stopped) ? GAUDI_DMA_CORE_STS0_BUSY : 0;
}
