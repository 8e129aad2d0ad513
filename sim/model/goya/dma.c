// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* dma.c - the DMA channels: linear copy and fill, started by LIN_DMA packets or by the COMIT_TRANSFER register. */
#include <string.h>

#include "engine.h"

#define CHANNEL_FIELD(offset) (GOYA_DMA_CH_0_CFG0 + ((offset)-GOYA_DMA_CH_0_CFG0) % GOYA_DMA_STRIDE)

static unsigned int channel_of(uint32_t offset)
{
	return (offset - GOYA_DMA_QM_0_GLBL_CFG0) / GOYA_DMA_STRIDE;
}

static void error_message(struct hlm_chip *c, unsigned int channel)
{
	uint32_t prot = hlm_peek(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_PROT));
	struct hlm_initiator who = { .port = HLM_PORT_DMA, .index = channel, .mmu_bypass = true };
	uint32_t value = hlm_peek(c, goya_dma_reg(channel, GOYA_DMA_CH_0_ERRMSG_WDATA));
	uint64_t addr = hlm_peek_pair(c, goya_dma_reg(channel, GOYA_DMA_CH_0_ERRMSG_ADDR_LO),
				      goya_dma_reg(channel, GOYA_DMA_CH_0_ERRMSG_ADDR_HI));

	who.secure = prot & GOYA_QM_DMA << GOYA_QM_IS_STOP_SHIFT;
	hlm_bus_write(c, &who, addr, &value, sizeof(value));
}

static void report_error(struct hlm_chip *c, unsigned int channel, uint32_t cause)
{
	uint32_t config = hlm_peek(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_ERR_CFG)) >> 3 * GOYA_UNIT_DMA;

	hlm_poke_or(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_STS1), cause);
	if (config & GOYA_QM_ERR_STOP & 0x7)
		atomic_store(&goya_of(c)->dma[channel].stopped, true);
	if (config & GOYA_QM_ERR_MSG_EN & 0x7)
		error_message(c, channel);
}

/* Messages at the end of a transfer go out as the channel itself does. */
static bool completion(struct hlm_chip *c, const struct hlm_initiator *who, uint32_t addr_low)
{
	uint32_t value = hlm_peek(c, addr_low + 8);

	return !hlm_bus_write(c, who, hlm_peek_pair(c, addr_low, addr_low + 4), &value, sizeof(value));
}

static uint32_t completions(struct hlm_chip *c, unsigned int channel, const struct hlm_initiator *who, uint32_t flags)
{
	uint32_t cause = 0;

	if ((flags & GOYA_LIN_DMA_RDCOMP) && !completion(c, who, goya_dma_reg(channel, GOYA_DMA_CH_0_RD_COMP_ADDR_LO)))
		cause |= GOYA_QM_STS1_DMA_RD_MSG_ERR;
	if ((flags & GOYA_LIN_DMA_WRCOMP) && !completion(c, who, goya_dma_reg(channel, GOYA_DMA_CH_0_WR_COMP_ADDR_LO)))
		cause |= GOYA_QM_STS1_DMA_WR_MSG_ERR;
	return cause;
}

enum hlm_bus_status hlm_goya_dma_run(struct hlm_chip *c, unsigned int channel, const struct goya_commit *job)
{
	struct goya_dma *dma = &goya_of(c)->dma[channel];
	struct hlm_transfer t = { .src = job->src,
				  .dst = job->dst,
				  .size = job->size,
				  .who = hlm_goya_unit_initiator(c, channel, GOYA_UNIT_DMA),
				  .memset = job->flags & GOYA_LIN_DMA_MEMSET };
	enum hlm_bus_status status;
	uint32_t cause = 0;

	hlm_trace(c->m, "dma", "DMA%u %s 0x%llx -> 0x%llx, 0x%x bytes, %s", channel, t.memset ? "fill" : "copy",
		  (unsigned long long)job->src, (unsigned long long)job->dst, job->size,
		  t.who.secure ? "secure" : "user");
	atomic_store(&dma->busy, true);
	status = hlm_transfer_run(c, &t);
	/* Whoever hears of the end may look at once. */
	atomic_store(&dma->busy, false);
	if (status == HLM_BUS_OK)
		cause = completions(c, channel, &t.who, job->flags);
	else if (status != HLM_BUS_ABORTED)
		cause = t.write ? GOYA_QM_STS1_DMA_WR_ERR : GOYA_QM_STS1_DMA_RD_ERR;
	if (cause) {
		hlm_trace(c->m, "fault", "DMA%u %s error: %s", channel, t.write ? "write" : "read",
			  hlm_bus_text(status));
		report_error(c, channel, cause);
	}
	hlm_trace(c->m, "dma", "DMA%u moved 0x%llx bytes: %s", channel, (unsigned long long)t.done,
		  hlm_bus_text(status));
	return status;
}

bool hlm_goya_dma_ready(struct hlm_chip *c, unsigned int channel)
{
	return (hlm_peek(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_CFG0)) & GOYA_QM_DMA) &&
	       !(hlm_peek(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_CFG1)) & GOYA_QM_DMA) &&
	       !atomic_load(&goya_of(c)->dma[channel].stopped);
}

static bool take_commit(struct hlm_chip *c, unsigned int channel, struct goya_commit *job)
{
	struct goya_dma *dma = &goya_of(c)->dma[channel];
	bool some;

	if (!hlm_goya_dma_ready(c, channel))
		return false;
	hlm_lock(c);
	some = dma->commits > 0 && c->epoch == c->run_epoch;
	if (some) {
		*job = dma->commit[0];
		memmove(dma->commit, dma->commit + 1, --dma->commits * sizeof(*job));
		atomic_store(&dma->busy, true);
	}
	hlm_unlock(c);
	return some;
}

unsigned int hlm_goya_dma_commits(struct hlm_chip *c)
{
	unsigned int done = 0;
	struct goya_commit job;

	for (unsigned int channel = 0; channel < GOYA_NUM_DMA; channel++)
		while (take_commit(c, channel, &job)) {
			hlm_goya_dma_run(c, channel, &job);
			done++;
		}
	return done;
}

static void commit(struct hlm_chip *c, unsigned int channel, uint32_t flags)
{
	struct goya_dma *dma = &goya_of(c)->dma[channel];
	uint32_t base = goya_dma_reg(channel, 0);

	if (dma->commits == COMMIT_DEPTH) {
		hlm_note(c, "fault", "DMA%u: too many transfers committed, one dropped", channel);
		return;
	}
	dma->commit[dma->commits++] = (struct goya_commit){
		.src = (uint64_t)hlm_raw(c, base + GOYA_DMA_CH_0_LDMA_SRC_ADDR_HI) << 32 |
		       hlm_raw(c, base + GOYA_DMA_CH_0_LDMA_SRC_ADDR_LO),
		.dst = (uint64_t)hlm_raw(c, base + GOYA_DMA_CH_0_LDMA_DST_ADDR_HI) << 32 |
		       hlm_raw(c, base + GOYA_DMA_CH_0_LDMA_DST_ADDR_LO),
		.size = hlm_raw(c, base + GOYA_DMA_CH_0_LDMA_TSIZE),
		.flags = flags,
	};
	c->kick = true;
}

void hlm_goya_channel_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	hlm_set_raw(c, offset, value);
	if (CHANNEL_FIELD(offset) == GOYA_DMA_CH_0_COMIT_TRANSFER)
		commit(c, channel_of(offset), value);
}

uint32_t hlm_goya_channel_read(struct hlm_chip *c, uint32_t offset)
{
	const struct goya_dma *dma = &goya_of(c)->dma[channel_of(offset)];

	if (CHANNEL_FIELD(offset) != GOYA_DMA_CH_0_STS0)
		return hlm_raw(c, offset);
	return dma->commits || atomic_load(&dma->busy) || atomic_load(&dma->stopped) ? GOYA_DMA_CH_STS0_BUSY : 0;
}
