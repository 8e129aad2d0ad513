// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Queue managers of the PCI DMA engines 0 and 1. Queue q is stream q % 4 of engine q / 4.
 *
 * Trust: fetching entries and buffers is the driver's business and trusted; the command processor
 * is not, so what a user's packet does meets range registers and protection bits. MSG_PROT, which
 * only the driver writes, is executed as secure whatever the stream is.
 */

#include <linux/delay.h>
#include <linux/log2.h>

#include "gaudi.h"

#define GAUDI_STREAMS_MASK 0xFu
#define GAUDI_QM_GROUPS(mask) \
	((mask) << GAUDI_QM_PQF_SHIFT | (mask) << GAUDI_QM_CQF_SHIFT | (mask) << GAUDI_QM_CP_SHIFT)
#define GAUDI_QM_ALL GAUDI_QM_GROUPS(GAUDI_STREAMS_MASK)
#define GAUDI_QM_TRUSTED \
	(GAUDI_STREAMS_MASK << GAUDI_QM_PQF_SHIFT | GAUDI_STREAMS_MASK << GAUDI_QM_CQF_SHIFT | \
	 GAUDI_QM_PROT_ERR)
#define GAUDI_ARB_WDT 0xEE6B27FFu /* gaudi.c: 8 seconds */
#define GAUDI_ARB_ERR_MSG_ALL 0x7
#define GAUDI_CP_BARRIER 0x100

/* Where LIN_DMA's parts go in the DMA core, from its first register (gaudiP.h). */
#define GAUDI_LDMA_TSIZE (GAUDI_DMA0_CORE_DST_TSIZE_0 - GAUDI_DMA0_CORE_CFG_0)
#define GAUDI_LDMA_SRC (GAUDI_DMA0_CORE_SRC_BASE_LO - GAUDI_DMA0_CORE_CFG_0)
#define GAUDI_LDMA_DST (GAUDI_DMA0_CORE_DST_BASE_LO - GAUDI_DMA0_CORE_CFG_0)

#define GAUDI_CACHE_LINE 128

/* Bases that MSG_SHORT names by number. */
static const struct {
	u32 lo, hi; /* register of stream 0 */
	u32 target;
} gaudi_msg_bases[] = {
	{ GAUDI_DMA0_QM_CP_MSG_BASE0_ADDR_LO_0, GAUDI_DMA0_QM_CP_MSG_BASE0_ADDR_HI_0,
	  GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_MON_PAY_ADDRL_0 },
	{ GAUDI_DMA0_QM_CP_MSG_BASE1_ADDR_LO_0, GAUDI_DMA0_QM_CP_MSG_BASE1_ADDR_HI_0,
	  GAUDI_SYNC_MNGR_E_N_SYNC_MNGR_OBJS_SOB_OBJ_0 },
	{ GAUDI_DMA0_QM_CP_MSG_BASE2_ADDR_LO_0, GAUDI_DMA0_QM_CP_MSG_BASE2_ADDR_HI_0,
	  GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_MON_PAY_ADDRL_0 },
	{ GAUDI_DMA0_QM_CP_MSG_BASE3_ADDR_LO_0, GAUDI_DMA0_QM_CP_MSG_BASE3_ADDR_HI_0,
	  GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0 },
};

static void gaudi_init_stream(struct hlrt_device *dev, unsigned int queue)
{
	u32 off = queue / GAUDI_QMAN_STREAMS * GAUDI_DMA_QM_STRIDE + queue % GAUDI_QMAN_STREAMS * 4;
	u64 pq = dev->queue[queue].pq.bus + GAUDI_HOST_BASE;
	unsigned int i;

	gaudi_write(dev, GAUDI_DMA0_QM_PQ_BASE_LO_0 + off, lower_32_bits(pq));
	gaudi_write(dev, GAUDI_DMA0_QM_PQ_BASE_HI_0 + off, upper_32_bits(pq));
	gaudi_write(dev, GAUDI_DMA0_QM_PQ_SIZE_0 + off, ilog2(HLRT_QUEUE_LENGTH));
	gaudi_write(dev, GAUDI_DMA0_QM_PQ_PI_0 + off, 0);
	gaudi_write(dev, GAUDI_DMA0_QM_PQ_CI_0 + off, 0);
	gaudi_write(dev, GAUDI_DMA0_QM_CP_LDMA_TSIZE_OFFSET_0 + off, GAUDI_LDMA_TSIZE);
	gaudi_write(dev, GAUDI_DMA0_QM_CP_LDMA_SRC_BASE_LO_OFFSET_0 + off, GAUDI_LDMA_SRC);
	gaudi_write(dev, GAUDI_DMA0_QM_CP_LDMA_DST_BASE_LO_OFFSET_0 + off, GAUDI_LDMA_DST);
	for (i = 0; i < ARRAY_SIZE(gaudi_msg_bases); i++) {
		u64 target = GAUDI_CFG_BASE + gaudi_msg_bases[i].target;

		gaudi_write(dev, gaudi_msg_bases[i].lo + off, lower_32_bits(target));
		gaudi_write(dev, gaudi_msg_bases[i].hi + off, upper_32_bits(target));
	}
	gaudi_write(dev, GAUDI_DMA0_QM_CP_BARRIER_CFG_0 + off, GAUDI_CP_BARRIER);
}

static void gaudi_init_qman(struct hlrt_device *dev, unsigned int dma)
{
	u32 off = dma * GAUDI_DMA_QM_STRIDE;
	u64 gic = GAUDI_CFG_BASE + GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR;
	unsigned int i;

	/*
	 * A stream that met an error stops: what follows in its buffer was meant for a better
	 * world.
	 */
	gaudi_write(dev, GAUDI_DMA0_QM_GLBL_ERR_CFG + off,
		    GAUDI_QM_ALL | GAUDI_QM_GROUPS(GAUDI_STREAMS_MASK)
					   << GAUDI_QM_STOP_ON_ERR_SHIFT);
	gaudi_write(dev, GAUDI_DMA0_QM_GLBL_ERR_ADDR_LO + off, lower_32_bits(gic));
	gaudi_write(dev, GAUDI_DMA0_QM_GLBL_ERR_ADDR_HI + off, upper_32_bits(gic));
	gaudi_write(dev, GAUDI_DMA0_QM_GLBL_ERR_WDATA + off, GAUDI_CPU_ID_DMA0_QM + dma);
	gaudi_write(dev, GAUDI_DMA0_QM_ARB_ERR_MSG_EN + off, GAUDI_ARB_ERR_MSG_ALL);
	gaudi_write(dev, GAUDI_DMA0_QM_ARB_SLV_CHOISE_WDT + off, GAUDI_ARB_WDT);
	gaudi_write(dev, GAUDI_DMA0_QM_ARB_CFG_0 + off, 0);
	for (i = 0; i < GAUDI_QMAN_STREAMS; i++)
		gaudi_write(dev, GAUDI_DMA0_QM_GLBL_SECURE_PROPS_0 + off + i * 4, GAUDI_PROPS_MMBP);
	gaudi_write(dev, GAUDI_DMA0_QM_GLBL_PROT + off, GAUDI_QM_TRUSTED);
	gaudi_write(dev, GAUDI_DMA0_QM_GLBL_CFG1 + off, 0);
}

static void gaudi_init_dma_core(struct hlrt_device *dev, unsigned int dma)
{
	u32 off = dma * GAUDI_DMA_CORE_STRIDE;
	u64 gic = GAUDI_CFG_BASE + GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR;

	gaudi_write(dev, GAUDI_DMA0_CORE_RD_MAX_OUTSTAND + off, 0);
	gaudi_write(dev, GAUDI_DMA0_CORE_RD_MAX_SIZE + off, 0);
	gaudi_write(dev, GAUDI_DMA0_CORE_LBW_MAX_OUTSTAND + off, 15); /* erratum H3-2116 */
	gaudi_write(dev, GAUDI_DMA0_CORE_ERR_CFG + off,
		    GAUDI_DMA_CORE_ERR_CFG_MSG_EN | GAUDI_DMA_CORE_ERR_CFG_STOP);
	gaudi_write(dev, GAUDI_DMA0_CORE_ERRMSG_ADDR_LO + off, lower_32_bits(gic));
	gaudi_write(dev, GAUDI_DMA0_CORE_ERRMSG_ADDR_HI + off, upper_32_bits(gic));
	gaudi_write(dev, GAUDI_DMA0_CORE_ERRMSG_WDATA + off, GAUDI_CPU_ID_DMA0_CORE + dma);
	gaudi_write(dev, GAUDI_DMA0_CORE_PROT + off, GAUDI_DMA_CORE_PROT_ERR_VAL);
	gaudi_write(dev, GAUDI_DMA0_CORE_SECURE_PROPS + off, GAUDI_PROPS_MMBP);
	gaudi_write(dev, GAUDI_DMA0_CORE_CFG_1 + off, 0);
	gaudi_write(dev, GAUDI_DMA0_CORE_CFG_0 + off, 1);
}

void gaudi_init_queues(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < GAUDI_NUM_DMA; i++) {
		gaudi_write(dev, GAUDI_DMA0_QM_CGM_CFG + i * GAUDI_DMA_QM_STRIDE, 0);
		gaudi_write(dev, GAUDI_DMA0_QM_CGM_CFG1 + i * GAUDI_DMA_QM_STRIDE, 0);
	}
	for (i = 0; i < GAUDI_USER_QUEUES; i++)
		gaudi_init_stream(dev, i);
	for (i = 0; i < GAUDI_USER_DMAS; i++) {
		gaudi_init_qman(dev, i);
		gaudi_init_dma_core(dev, i);
		gaudi_write(dev, GAUDI_DMA0_QM_GLBL_CFG0 + i * GAUDI_DMA_QM_STRIDE, GAUDI_QM_ALL);
	}
}

/* Everything that is not secure translates in this address space, and never around the MMU. */
void gaudi_set_asid(struct hlrt_device *dev, u32 asid)
{
	unsigned int i, s;

	for (i = 0; i < GAUDI_USER_DMAS; i++) {
		for (s = 0; s < GAUDI_QMAN_STREAMS + 1; s++)
			gaudi_write(dev,
				    GAUDI_DMA0_QM_GLBL_NON_SECURE_PROPS_0 +
					    i * GAUDI_DMA_QM_STRIDE + s * 4,
				    asid);
		gaudi_write(dev, GAUDI_DMA0_CORE_NON_SECURE_PROPS + i * GAUDI_DMA_CORE_STRIDE,
			    asid);
	}
}

void gaudi_halt_engines(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < GAUDI_USER_DMAS; i++)
		gaudi_write(dev, GAUDI_DMA0_QM_GLBL_CFG1 + i * GAUDI_DMA_QM_STRIDE, GAUDI_QM_ALL);
	usleep_range(1000, 2000);
	for (i = 0; i < GAUDI_USER_DMAS; i++)
		gaudi_write(dev, GAUDI_DMA0_CORE_CFG_1 + i * GAUDI_DMA_CORE_STRIDE, 1);
	usleep_range(1000, 2000);
	for (i = 0; i < GAUDI_USER_DMAS; i++)
		gaudi_write(dev, GAUDI_DMA0_QM_GLBL_CFG0 + i * GAUDI_DMA_QM_STRIDE, 0);
	gaudi_write(dev, GAUDI_PSOC_TIMESTAMP_CNTCR, 0);
	gaudi_read(dev, GAUDI_DMA0_QM_GLBL_CFG0);
}

void gaudi_ring(struct hlrt_device *dev, unsigned int queue, u32 pi)
{
	u32 off = queue / GAUDI_QMAN_STREAMS * GAUDI_DMA_QM_STRIDE + queue % GAUDI_QMAN_STREAMS * 4;

	/* One bit more than the ring's index, so that full and empty differ. */
	gaudi_write(dev, GAUDI_DMA0_QM_PQ_PI_0 + off, pi & (2 * HLRT_QUEUE_LENGTH - 1));
}

struct gaudi_msg {
	__le32 value;
	__le32 ctl;
	__le64 addr;
};

/*
 * Two messages that do not share a cache line with what comes before, or all in one line (gaudi.c).
 */
u32 gaudi_end_of_cb_size(u32 len)
{
	u32 line_end = round_up(len, GAUDI_CACHE_LINE);
	u32 msgs = 2 * sizeof(struct gaudi_msg);

	return len + msgs > line_end ? line_end - len + msgs : msgs;
}

static void gaudi_msg_prot(struct gaudi_msg *msg, u32 ctl, u64 addr, u32 value)
{
	msg->value = cpu_to_le32(value);
	msg->ctl = cpu_to_le32(GAUDI_PKT_MSG_PROT << GAUDI_PKT_CTL_OPCODE_SHIFT | GAUDI_PKT_CTL_MB |
			       ctl);
	msg->addr = cpu_to_le64(addr);
}

void gaudi_end_of_cb(struct hlrt_device *dev, void *cb, u32 len, u32 total, u64 cq_addr, u32 value)
{
	struct gaudi_msg *msg = cb + total - 2 * sizeof(*msg);
	__le32 *nop;

	for (nop = cb + len; (void *)nop < (void *)msg; nop += 2) {
		nop[0] = 0;
		nop[1] = cpu_to_le32(GAUDI_PKT_NOP << GAUDI_PKT_CTL_OPCODE_SHIFT);
	}
	/* The engine barrier: completion is not told before the transfers have ended. */
	gaudi_msg_prot(&msg[0], GAUDI_PKT_CTL_EB, cq_addr + GAUDI_HOST_BASE, value);
	gaudi_msg_prot(&msg[1], 0, GAUDI_CFG_BASE + GAUDI_PCIE_CORE_MSI_REQ, 1);
}

bool gaudi_is_idle(struct hlrt_device *dev, u64 *busy)
{
	unsigned int i;

	*busy = 0;
	for (i = 0; i < GAUDI_USER_DMAS; i++) {
		u32 qm = gaudi_read(dev, GAUDI_DMA0_QM_GLBL_STS0 + i * GAUDI_DMA_QM_STRIDE);
		u32 core = gaudi_read(dev, GAUDI_DMA0_CORE_STS0 + i * GAUDI_DMA_CORE_STRIDE);

		if ((qm & GAUDI_QM_ALL) != GAUDI_QM_ALL || (core & GAUDI_DMA_CORE_STS0_BUSY))
			*busy |= BIT_ULL(i);
	}
	return !*busy;
}

/* Each queue writes one word to the host. */
int gaudi_test_queues(struct hlrt_device *dev)
{
	struct hlrt_shared cb;
	unsigned int i;
	int rc;

	rc = hlrt_shared_alloc(dev, &cb, PAGE_SIZE);
	for (i = 0; !rc && i < GAUDI_USER_QUEUES; i++) {
		rc = hlrt_queue_run(dev, i, &cb, 0);
		if (rc)
			dev_err(dev->dev, "queue %u fails its test (%d)\n", i, rc);
	}
	/* What did not answer may still write. */
	if (rc)
		gaudi_halt_engines(dev);
	hlrt_shared_free(dev, &cb);
	return rc;
}
