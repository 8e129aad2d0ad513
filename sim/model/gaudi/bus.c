// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * bus.c - the chip's address map: HBM, SRAM, scratch memories, registers, and host memory through the MMU or
 * past it. Protection is checked on the address that is finally used.
 */
#include <string.h>

#include "chip.h"

#define SCRATCH_BASE 0x7FFBFE0000ull /* PSOC scratchpad, then PCIe firmware SRAM (gaudi.h) */
#define SCRATCH_SIZE 0x18000ull
#define READ_REFUSED_BY_BIT 0xBABA0BADu /* gaudi_security.c; refused by range, a read returns 0 */

const char *hlm_gaudi_bus_text(enum gaudi_bus_status status)
{
	static const char *const text[] = {
		[GAUDI_BUS_OK] = "ok",
		[GAUDI_BUS_ABORTED] = "aborted by reset",
		[GAUDI_BUS_PAGE_FAULT] = "page fault",
		[GAUDI_BUS_PROTECTED] = "protected",
		[GAUDI_BUS_DECODE] = "no such address",
		[GAUDI_BUS_HOST] = "refused by the host",
		[GAUDI_BUS_INJECTED] = "injected fault",
	};

	return text[status];
}

bool hlm_gaudi_engine_begin(struct gaudi *g)
{
	bool same;

	hlm_gaudi_lock(g);
	same = g->epoch == g->run_epoch;
	g->engine_busy = same;
	hlm_gaudi_unlock(g);
	return same;
}

void hlm_gaudi_engine_end(struct gaudi *g)
{
	hlm_gaudi_lock(g);
	g->engine_busy = false;
	hlm_gaudi_mmu_finish_invalidate(g);
	hlm_gaudi_unlock(g);
}

enum gaudi_bus_status hlm_gaudi_lbw_write_locked(struct gaudi *g, const struct gaudi_initiator *who, uint32_t offset,
						 uint32_t value)
{
	if (hlm_gaudi_lbw_refused(g, who, offset, true)) {
		hlm_gaudi_razwi(g, who, GAUDI_CFG_BASE + offset, true);
		return GAUDI_BUS_PROTECTED;
	}
	hlm_gaudi_reg_write(g, offset, value);
	hlm_gaudi_sync_drain(g);
	return GAUDI_BUS_OK;
}

enum gaudi_bus_status hlm_gaudi_lbw_write(struct gaudi *g, const struct gaudi_initiator *who, uint32_t offset,
					  uint32_t value)
{
	enum gaudi_bus_status status;

	hlm_gaudi_lock(g);
	status = hlm_gaudi_lbw_write_locked(g, who, offset, value);
	hlm_gaudi_unlock(g);
	return status;
}

enum gaudi_bus_status hlm_gaudi_lbw_read(struct gaudi *g, const struct gaudi_initiator *who, uint32_t offset,
					 uint32_t *value)
{
	enum gaudi_refusal refusal;

	hlm_gaudi_lock(g);
	refusal = hlm_gaudi_lbw_refused(g, who, offset, false);
	if (refusal) {
		hlm_gaudi_razwi(g, who, GAUDI_CFG_BASE + offset, false);
		*value = refusal == GAUDI_REFUSED_BY_BIT ? READ_REFUSED_BY_BIT : 0;
	} else {
		*value = hlm_gaudi_reg_read(g, offset);
	}
	hlm_gaudi_unlock(g);
	return refusal ? GAUDI_BUS_PROTECTED : GAUDI_BUS_OK;
}

struct region {
	uint64_t base, size;
	uint8_t *ptr;
};

/* Where pa lies, and how much of [pa, pa + len) lies there with it. */
static enum gaudi_bus_status decode(struct gaudi *g, uint64_t pa, uint64_t len, struct gaudi_span *span)
{
	const struct region memories[] = {
		{ GAUDI_DRAM_BASE, g->m->desc.dram_size, g->dram },
		{ GAUDI_SRAM_BASE, GAUDI_SRAM_SIZE, g->sram },
		{ SCRATCH_BASE, SCRATCH_SIZE, g->scratch },
	};
	bool mapped;

	for (size_t i = 0; i < ARRAY_LEN(memories); i++) {
		uint64_t inside = pa - memories[i].base;

		if (pa < memories[i].base || inside >= memories[i].size)
			continue;
		*span = (struct gaudi_span){
			.kind = GAUDI_SPAN_MEMORY, .ptr = memories[i].ptr + inside, .dram = i == 0, .dram_addr = pa
		};
		span->len = len < memories[i].size - inside ? len : memories[i].size - inside;
		return GAUDI_BUS_OK;
	}
	if (pa >= GAUDI_CFG_BASE && pa < GAUDI_CFG_BASE + GAUDI_CFG_SIZE) {
		uint64_t left = GAUDI_CFG_BASE + GAUDI_CFG_SIZE - pa;

		*span = (struct gaudi_span){ .kind = GAUDI_SPAN_REGISTERS, .reg = (uint32_t)(pa - GAUDI_CFG_BASE) };
		span->len = len < left ? len : left;
		return pa & 3 ? GAUDI_BUS_DECODE : GAUDI_BUS_OK;
	}
	*span = (struct gaudi_span){ .kind = GAUDI_SPAN_HOST, .len = len };
	hlm_gaudi_lock(g);
	mapped = pa >= GAUDI_HOST_BASE && hlm_gaudi_iatu_outbound(g, pa, len, &span->bus);
	hlm_gaudi_unlock(g);
	return mapped ? GAUDI_BUS_OK : GAUDI_BUS_DECODE;
}

enum gaudi_bus_status hlm_gaudi_resolve(struct gaudi *g, const struct gaudi_initiator *who, uint64_t addr, uint64_t len,
					bool write, struct gaudi_span *span)
{
	enum gaudi_bus_status status;
	uint64_t pa = addr, run = len;
	bool refused;

	if (addr >= GAUDI_HOST_BASE && !who->mmu_bypass && (hlm_gaudi_peek(g, GAUDI_MMU_UP_MMU_ENABLE) & 1)) {
		status = hlm_gaudi_translate(g, who->asid, addr, len, write, &pa, &run);
		if (status)
			return status;
	}
	status = decode(g, pa, run, span);
	if (status)
		return status;
	if (span->kind == GAUDI_SPAN_REGISTERS) /* checked register by register */
		return GAUDI_BUS_OK;
	hlm_gaudi_lock(g);
	refused = hlm_gaudi_hbw_refused(g, who, pa, span->len, write);
	if (refused)
		hlm_gaudi_razwi(g, who, pa, write);
	hlm_gaudi_unlock(g);
	return refused ? GAUDI_BUS_PROTECTED : GAUDI_BUS_OK;
}

static int host_result(struct gaudi *g, int err, const char *what, uint64_t bus, size_t len)
{
	if (!err)
		return 0;
	hlm_count(g->m, HLM_STAT_BUS_ERRORS, 1);
	hlm_trace(g->m, "fault", "host refused %s of 0x%llx, 0x%zx bytes: error %d", what, (unsigned long long)bus, len,
		  -err);
	return err;
}

int hlm_gaudi_host_read(struct gaudi *g, uint64_t bus, void *buf, size_t len)
{
	int err = hlm_pci_bus_master(g->m) ? g->m->ops->dma_read(g->m->host, bus, buf, len) : -1;

	return host_result(g, err, "read", bus, len);
}

int hlm_gaudi_host_write(struct gaudi *g, uint64_t bus, const void *buf, size_t len)
{
	int err = hlm_pci_bus_master(g->m) ? g->m->ops->dma_write(g->m->host, bus, buf, len) : -1;

	return host_result(g, err, "write", bus, len);
}

static enum gaudi_bus_status move_registers(struct gaudi *g, const struct gaudi_initiator *who, uint32_t reg,
					    uint8_t *buf, uint64_t len, bool write)
{
	enum gaudi_bus_status status = GAUDI_BUS_OK;

	if (len & 3)
		return GAUDI_BUS_DECODE;
	for (uint64_t i = 0; i < len && !status; i += 4) {
		uint32_t value;

		memcpy(&value, buf + i, 4);
		status = write ? hlm_gaudi_lbw_write(g, who, reg + (uint32_t)i, value)
			       : hlm_gaudi_lbw_read(g, who, reg + (uint32_t)i, &value);
		if (!write)
			memcpy(buf + i, &value, 4);
	}
	return status;
}

static enum gaudi_bus_status move(struct gaudi *g, const struct gaudi_initiator *who, uint64_t addr, uint8_t *buf,
				  size_t len, bool write)
{
	while (len) {
		struct gaudi_span span;
		enum gaudi_bus_status status = hlm_gaudi_resolve(g, who, addr, len, write, &span);
		int err = 0;

		if (status)
			return status;
		switch (span.kind) {
		case GAUDI_SPAN_MEMORY:
			memcpy(write ? span.ptr : buf, write ? buf : span.ptr, span.len);
			break;
		case GAUDI_SPAN_HOST:
			err = write ? hlm_gaudi_host_write(g, span.bus, buf, span.len)
				    : hlm_gaudi_host_read(g, span.bus, buf, span.len);
			break;
		case GAUDI_SPAN_REGISTERS:
			status = move_registers(g, who, span.reg, buf, span.len, write);
			break;
		}
		if (err || status)
			return err ? GAUDI_BUS_HOST : status;
		addr += span.len;
		buf += span.len;
		len -= span.len;
	}
	return GAUDI_BUS_OK;
}

enum gaudi_bus_status hlm_gaudi_bus_read(struct gaudi *g, const struct gaudi_initiator *who, uint64_t addr, void *buf,
					 size_t len)
{
	enum gaudi_bus_status status;

	if (!hlm_gaudi_engine_begin(g))
		return GAUDI_BUS_ABORTED;
	status = move(g, who, addr, buf, len, false);
	hlm_gaudi_engine_end(g);
	return status;
}

enum gaudi_bus_status hlm_gaudi_bus_write(struct gaudi *g, const struct gaudi_initiator *who, uint64_t addr,
					  const void *buf, size_t len)
{
	enum gaudi_bus_status status;

	if (!hlm_gaudi_engine_begin(g))
		return GAUDI_BUS_ABORTED;
	status = move(g, who, addr, (uint8_t *)buf, len, true);
	hlm_gaudi_engine_end(g);
	return status;
}
