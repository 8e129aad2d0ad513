// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * bus.c - a chip's address map: device memory, SRAM, scratch memories, registers, and host memory through the MMU or
 * past it. Protection is checked on the address that is finally used.
 */
#include <string.h>

#include "chip.h"

const char *hlm_bus_text(enum hlm_bus_status status)
{
	static const char *const text[] = {
		[HLM_BUS_OK] = "ok",
		[HLM_BUS_ABORTED] = "aborted by reset",
		[HLM_BUS_PAGE_FAULT] = "page fault",
		[HLM_BUS_PROTECTED] = "protected",
		[HLM_BUS_DECODE] = "no such address",
		[HLM_BUS_HOST] = "refused by the host",
		[HLM_BUS_INJECTED] = "injected fault",
	};

	return text[status];
}

bool hlm_engine_begin(struct hlm_chip *c)
{
	bool same;

	hlm_lock(c);
	same = c->epoch == c->run_epoch;
	c->engine_busy = same;
	hlm_unlock(c);
	return same;
}

void hlm_engine_end(struct hlm_chip *c)
{
	hlm_lock(c);
	c->engine_busy = false;
	hlm_mmu_finish_invalidate(c);
	hlm_boot_finish_reset(c);
	hlm_unlock(c);
}

enum hlm_bus_status hlm_lbw_write_locked(struct hlm_chip *c, const struct hlm_initiator *who, uint32_t offset,
					 uint32_t value)
{
	if (c->info->lbw_refused(c, who, offset, true)) {
		c->info->razwi(c, who, c->info->cfg_base + offset, true);
		return HLM_BUS_PROTECTED;
	}
	hlm_reg_write(c, offset, value);
	hlm_sync_drain(c);
	return HLM_BUS_OK;
}

enum hlm_bus_status hlm_lbw_write(struct hlm_chip *c, const struct hlm_initiator *who, uint32_t offset, uint32_t value)
{
	enum hlm_bus_status status;

	hlm_lock(c);
	status = hlm_lbw_write_locked(c, who, offset, value);
	hlm_unlock(c);
	return status;
}

enum hlm_bus_status hlm_lbw_read(struct hlm_chip *c, const struct hlm_initiator *who, uint32_t offset, uint32_t *value)
{
	enum hlm_refusal refusal;

	hlm_lock(c);
	refusal = c->info->lbw_refused(c, who, offset, false);
	if (refusal) {
		c->info->razwi(c, who, c->info->cfg_base + offset, false);
		*value = refusal == HLM_REFUSED_BY_BIT ? c->info->read_refused_by_bit : 0;
	} else {
		*value = hlm_reg_read(c, offset);
	}
	hlm_unlock(c);
	return refusal ? HLM_BUS_PROTECTED : HLM_BUS_OK;
}

struct region {
	uint64_t base, size;
	uint8_t *ptr;
};

/* Where pa lies, and how much of [pa, pa + len) lies there with it. */
static enum hlm_bus_status decode(struct hlm_chip *c, uint64_t pa, uint64_t len, struct hlm_span *span)
{
	const struct hlm_chip_info *info = c->info;
	const struct region memories[] = {
		{ 0, c->m->desc.dram_size, c->dram },
		{ info->sram_base, info->sram_size, c->sram },
		{ info->scratch_base, info->scratch_size, c->scratch },
	};
	bool mapped;

	for (size_t i = 0; i < ARRAY_LEN(memories); i++) {
		uint64_t inside = pa - memories[i].base;

		if (pa < memories[i].base || inside >= memories[i].size)
			continue;
		*span = (struct hlm_span){
			.kind = HLM_SPAN_MEMORY, .ptr = memories[i].ptr + inside, .dram = i == 0, .dram_addr = pa
		};
		span->len = len < memories[i].size - inside ? len : memories[i].size - inside;
		return HLM_BUS_OK;
	}
	if (pa >= info->cfg_base && pa - info->cfg_base < info->cfg_size) {
		uint64_t left = info->cfg_base + info->cfg_size - pa;

		*span = (struct hlm_span){ .kind = HLM_SPAN_REGISTERS, .reg = (uint32_t)(pa - info->cfg_base) };
		span->len = len < left ? len : left;
		return pa & 3 ? HLM_BUS_DECODE : HLM_BUS_OK;
	}
	*span = (struct hlm_span){ .kind = HLM_SPAN_HOST, .len = len };
	hlm_lock(c);
	mapped = pa >= info->host_base && hlm_iatu_outbound(c, pa, len, &span->bus);
	hlm_unlock(c);
	return mapped ? HLM_BUS_OK : HLM_BUS_DECODE;
}

enum hlm_bus_status hlm_resolve(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t addr, uint64_t len,
				bool write, struct hlm_span *span)
{
	enum hlm_bus_status status;
	uint64_t pa = addr, run = len;
	bool refused;

	if (c->info->translates(addr) && !who->mmu_bypass && (hlm_peek(c, c->info->reg.mmu_enable) & 1)) {
		status = hlm_translate(c, who->asid, addr, len, write, &pa, &run);
		if (status)
			return status;
	}
	status = decode(c, pa, run, span);
	if (status)
		return status;
	if (span->kind == HLM_SPAN_REGISTERS) /* checked register by register */
		return HLM_BUS_OK;
	hlm_lock(c);
	refused = c->info->hbw_refused(c, who, addr, pa, span->len, write);
	if (refused)
		c->info->razwi(c, who, pa, write);
	hlm_unlock(c);
	return refused ? HLM_BUS_PROTECTED : HLM_BUS_OK;
}

static int host_result(struct hlm_chip *c, int err, const char *what, uint64_t bus, size_t len)
{
	if (!err)
		return 0;
	hlm_count(c->m, HLM_STAT_BUS_ERRORS, 1);
	hlm_trace(c->m, "fault", "host refused %s of 0x%llx, 0x%zx bytes: error %d", what, (unsigned long long)bus, len,
		  -err);
	return err;
}

int hlm_host_read(struct hlm_chip *c, uint64_t bus, void *buf, size_t len)
{
	int err = hlm_pci_bus_master(c->m) ? c->m->ops->dma_read(c->m->host, bus, buf, len) : -1;

	return host_result(c, err, "read", bus, len);
}

int hlm_host_write(struct hlm_chip *c, uint64_t bus, const void *buf, size_t len)
{
	int err = hlm_pci_bus_master(c->m) ? c->m->ops->dma_write(c->m->host, bus, buf, len) : -1;

	return host_result(c, err, "write", bus, len);
}

static enum hlm_bus_status move_registers(struct hlm_chip *c, const struct hlm_initiator *who, uint32_t reg,
					  uint8_t *buf, uint64_t len, bool write)
{
	enum hlm_bus_status status = HLM_BUS_OK;

	if (len & 3)
		return HLM_BUS_DECODE;
	for (uint64_t i = 0; i < len && !status; i += 4) {
		uint32_t value;

		memcpy(&value, buf + i, 4);
		status = write ? hlm_lbw_write(c, who, reg + (uint32_t)i, value)
			       : hlm_lbw_read(c, who, reg + (uint32_t)i, &value);
		if (!write)
			memcpy(buf + i, &value, 4);
	}
	return status;
}

static enum hlm_bus_status move(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t addr, uint8_t *buf,
				size_t len, bool write)
{
	while (len) {
		struct hlm_span span;
		enum hlm_bus_status status = hlm_resolve(c, who, addr, len, write, &span);
		int err = 0;

		if (status)
			return status;
		switch (span.kind) {
		case HLM_SPAN_MEMORY:
			memcpy(write ? span.ptr : buf, write ? buf : span.ptr, span.len);
			break;
		case HLM_SPAN_HOST:
			err = write ? hlm_host_write(c, span.bus, buf, span.len)
				    : hlm_host_read(c, span.bus, buf, span.len);
			break;
		case HLM_SPAN_REGISTERS:
			status = move_registers(c, who, span.reg, buf, span.len, write);
			break;
		}
		if (err || status)
			return err ? HLM_BUS_HOST : status;
		addr += span.len;
		buf += span.len;
		len -= span.len;
	}
	return HLM_BUS_OK;
}

enum hlm_bus_status hlm_bus_read(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t addr, void *buf,
				 size_t len)
{
	enum hlm_bus_status status;

	if (!hlm_engine_begin(c))
		return HLM_BUS_ABORTED;
	status = move(c, who, addr, buf, len, false);
	hlm_engine_end(c);
	return status;
}

enum hlm_bus_status hlm_bus_write(struct hlm_chip *c, const struct hlm_initiator *who, uint64_t addr, const void *buf,
				  size_t len)
{
	enum hlm_bus_status status;

	if (!hlm_engine_begin(c))
		return HLM_BUS_ABORTED;
	status = move(c, who, addr, (uint8_t *)buf, len, true);
	hlm_engine_end(c);
	return status;
}
