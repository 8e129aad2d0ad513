// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * dma.c - the DMA cores: linear copy and fill, started by LIN_DMA packets or by the COMMIT register.
 */
#include <string.h>

#include "engine.h"

#define CORE_FIELD(offset) ((offset) & (GAUDI_DMA_CORE_STRIDE - 1))
#define CORE_REG(engine, reg) ((reg) + (engine)*GAUDI_DMA_CORE_STRIDE)

static unsigned int engine_of(uint32_t offset)
{
	return (offset - GAUDI_DMA0_CORE_CFG_0) / GAUDI_DMA_CORE_STRIDE;
}

static struct hlm_initiator core_initiator(struct hlm_chip *g, unsigned int engine, bool secure)
{
	uint32_t props =
		hlm_peek(g, CORE_REG(engine, secure ? GAUDI_DMA0_CORE_SECURE_PROPS : GAUDI_DMA0_CORE_NON_SECURE_PROPS));

	return (struct hlm_initiator){ .port = HLM_PORT_DMA,
				       .index = engine,
				       .secure = secure,
				       .mmu_bypass = props & GAUDI_PROPS_MMBP,
				       .asid = props & GAUDI_PROPS_ASID_MASK };
}

static void report_error(struct hlm_chip *g, unsigned int engine, enum hlm_bus_status status, bool write)
{
	uint32_t config = hlm_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_ERR_CFG));
	bool secure = hlm_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_PROT)) & GAUDI_DMA_CORE_PROT_ERR_VAL;
	struct hlm_initiator who = core_initiator(g, engine, secure);
	uint32_t value = hlm_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_ERRMSG_WDATA));
	uint64_t addr = (uint64_t)hlm_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_ERRMSG_ADDR_HI)) << 32 |
			hlm_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_ERRMSG_ADDR_LO));

	hlm_trace(g->m, "fault", "DMA%u %s error: %s", engine, write ? "write" : "read", hlm_bus_text(status));
	hlm_poke_or(g, CORE_REG(engine, GAUDI_DMA0_CORE_ERR_CAUSE),
		    write ? GAUDI_DMA_CORE_ERR_HBW_WR : GAUDI_DMA_CORE_ERR_HBW_RD);
	if (config & GAUDI_DMA_CORE_ERR_CFG_STOP)
		atomic_store(&gaudi_of(g)->dma[engine].stopped, true);
	if (config & GAUDI_DMA_CORE_ERR_CFG_MSG_EN)
		hlm_bus_write(g, &who, addr, &value, sizeof(value));
}

static enum hlm_bus_status write_completion(struct hlm_chip *g, unsigned int engine, const struct hlm_initiator *who)
{
	uint32_t value = hlm_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_WR_COMP_WDATA));
	uint64_t addr = (uint64_t)hlm_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_WR_COMP_ADDR_HI)) << 32 |
			hlm_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_WR_COMP_ADDR_LO));

	return hlm_bus_write(g, who, addr, &value, sizeof(value));
}

enum hlm_bus_status hlm_gaudi_dma_run(struct hlm_chip *g, unsigned int engine, const struct gaudi_commit *job)
{
	bool secure = hlm_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_PROT)) & GAUDI_DMA_CORE_PROT_VAL;
	struct hlm_transfer t = { .src = job->src,
				  .dst = job->dst,
				  .size = job->size,
				  .who = core_initiator(g, engine, secure),
				  .memset = job->flags & GAUDI_DMA_CORE_COMMIT_MEMSET };
	enum hlm_bus_status status;

	hlm_trace(g->m, "dma", "DMA%u %s 0x%llx -> 0x%llx, 0x%x bytes, %s", engine, t.memset ? "fill" : "copy",
		  (unsigned long long)job->src, (unsigned long long)job->dst, job->size, secure ? "secure" : "user");
	atomic_store(&gaudi_of(g)->dma[engine].busy, true);
	status = hlm_transfer_run(g, &t);
	/* Whoever hears of the end may look at once. */
	atomic_store(&gaudi_of(g)->dma[engine].busy, false);
	if (!status && (job->flags & GAUDI_DMA_CORE_COMMIT_WR_COMP))
		status = write_completion(g, engine, &t.who);
	if (status && status != HLM_BUS_ABORTED)
		report_error(g, engine, status, t.write);
	hlm_trace(g->m, "dma", "DMA%u moved 0x%llx bytes: %s", engine, (unsigned long long)t.done,
		  hlm_bus_text(status));
	return status;
}

bool hlm_gaudi_dma_ready(struct hlm_chip *g, unsigned int engine)
{
	return (hlm_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_CFG_0)) & 1) &&
	       !(hlm_peek(g, CORE_REG(engine, GAUDI_DMA0_CORE_CFG_1)) & 1) &&
	       !atomic_load(&gaudi_of(g)->dma[engine].stopped);
}

static bool take_commit(struct hlm_chip *g, unsigned int engine, struct gaudi_commit *job)
{
	struct gaudi_dma *dma = &gaudi_of(g)->dma[engine];
	bool some;

	if (!hlm_gaudi_dma_ready(g, engine))
		return false;
	hlm_lock(g);
	some = dma->commits > 0 && g->epoch == g->run_epoch;
	if (some) {
		*job = dma->commit[0];
		memmove(dma->commit, dma->commit + 1, --dma->commits * sizeof(*job));
		atomic_store(&dma->busy, true);
	}
	hlm_unlock(g);
	return some;
}

unsigned int hlm_gaudi_dma_commits(struct hlm_chip *g)
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

static void commit(struct hlm_chip *g, uint32_t offset, uint32_t flags)
{
	unsigned int engine = engine_of(offset);
	struct gaudi_dma *dma = &gaudi_of(g)->dma[engine];

	if (dma->commits == COMMIT_DEPTH) {
		uint32_t cause = CORE_REG(engine, GAUDI_DMA0_CORE_ERR_CAUSE);

		hlm_set_raw(g, cause, hlm_raw(g, cause) | GAUDI_DMA_CORE_ERR_DESC_OVF);
		return;
	}
	dma->commit[dma->commits++] = (struct gaudi_commit){
		.src = (uint64_t)hlm_raw(g, CORE_REG(engine, GAUDI_DMA0_CORE_SRC_BASE_HI)) << 32 |
		       hlm_raw(g, CORE_REG(engine, GAUDI_DMA0_CORE_SRC_BASE_LO)),
		.dst = (uint64_t)hlm_raw(g, CORE_REG(engine, GAUDI_DMA0_CORE_DST_BASE_HI)) << 32 |
		       hlm_raw(g, CORE_REG(engine, GAUDI_DMA0_CORE_DST_BASE_LO)),
		.size = hlm_raw(g, CORE_REG(engine, GAUDI_DMA0_CORE_DST_TSIZE_0)),
		.flags = flags,
	};
	g->kick = true;
}

void hlm_gaudi_dma_core_write(struct hlm_chip *g, uint32_t offset, uint32_t value)
{
	switch (CORE_FIELD(offset) | GAUDI_DMA0_CORE_CFG_0) {
	case GAUDI_DMA0_CORE_ERR_CAUSE: /* write one to clear */
		hlm_set_raw(g, offset, hlm_raw(g, offset) & ~value);
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
	hlm_set_raw(g, offset, value);
}

uint32_t hlm_gaudi_dma_core_read(struct hlm_chip *g, uint32_t offset)
{
	const struct gaudi_dma *dma = &gaudi_of(g)->dma[engine_of(offset)];

	if ((CORE_FIELD(offset) | GAUDI_DMA0_CORE_CFG_0) != GAUDI_DMA0_CORE_STS0)
		return hlm_raw(g, offset);
	return dma->commits || atomic_load(&dma->busy) || atomic_load(&dma->stopped) ? GAUDI_DMA_CORE_STS0_BUSY : 0;
}
