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

#include "../packets.h"
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

	hlrt_write(dev, GAUDI_DMA0_QM_PQ_BASE_LO_0 + off, lower_32_bits(pq));
	hlrt_write(dev, GAUDI_DMA0_QM_PQ_BASE_HI_0 + off, upper_32_bits(pq));
	hlrt_write(dev, GAUDI_DMA0_QM_PQ_SIZE_0 + off, ilog2(HLRT_QUEUE_LENGTH));
	hlrt_write(dev, GAUDI_DMA0_QM_PQ_PI_0 + off, 0);
	hlrt_write(dev, GAUDI_DMA0_QM_PQ_CI_0 + off, 0);
	hlrt_write(dev, GAUDI_DMA0_QM_CP_LDMA_TSIZE_OFFSET_0 + off, GAUDI_LDMA_TSIZE);
	hlrt_write(dev, GAUDI_DMA0_QM_CP_LDMA_SRC_BASE_LO_OFFSET_0 + off, GAUDI_LDMA_SRC);
	hlrt_write(dev, GAUDI_DMA0_QM_CP_LDMA_DST_BASE_LO_OFFSET_0 + off, GAUDI_LDMA_DST);
	for (i = 0; i < ARRAY_SIZE(gaudi_msg_bases); i++) {
		u64 target = GAUDI_CFG_BASE + gaudi_msg_bases[i].target;

		hlrt_write(dev, gaudi_msg_bases[i].lo + off, lower_32_bits(target));
		hlrt_write(dev, gaudi_msg_bases[i].hi + off, upper_32_bits(target));
	}
	hlrt_write(dev, GAUDI_DMA0_QM_CP_BARRIER_CFG_0 + off, GAUDI_CP_BARRIER);
}

static void gaudi_init_qman(struct hlrt_device *dev, unsigned int dma)
{
	u32 off = dma * GAUDI_DMA_QM_STRIDE;
	u64 irq = GAUDI_CFG_BASE + dev->comms.irq[HLRT_FW_IRQ_DMA_QM];
	unsigned int i;

	/*
	 * A stream that met an error stops: what follows in its buffer was meant for a better
	 * world.
	 */
	hlrt_write(dev, GAUDI_DMA0_QM_GLBL_ERR_CFG + off,
		   GAUDI_QM_ALL | GAUDI_QM_GROUPS(GAUDI_STREAMS_MASK)
					  << GAUDI_QM_STOP_ON_ERR_SHIFT);
	hlrt_write(dev, GAUDI_DMA0_QM_GLBL_ERR_ADDR_LO + off, lower_32_bits(irq));
	hlrt_write(dev, GAUDI_DMA0_QM_GLBL_ERR_ADDR_HI + off, upper_32_bits(irq));
	hlrt_write(dev, GAUDI_DMA0_QM_GLBL_ERR_WDATA + off, GAUDI_CPU_ID_DMA0_QM + dma);
	hlrt_write(dev, GAUDI_DMA0_QM_ARB_ERR_MSG_EN + off, GAUDI_ARB_ERR_MSG_ALL);
	hlrt_write(dev, GAUDI_DMA0_QM_ARB_SLV_CHOISE_WDT + off, GAUDI_ARB_WDT);
	hlrt_write(dev, GAUDI_DMA0_QM_ARB_CFG_0 + off, 0);
	for (i = 0; i < GAUDI_QMAN_STREAMS; i++)
		hlrt_write(dev, GAUDI_DMA0_QM_GLBL_SECURE_PROPS_0 + off + i * 4, GAUDI_PROPS_MMBP);
	hlrt_write(dev, GAUDI_DMA0_QM_GLBL_PROT + off, GAUDI_QM_TRUSTED);
	hlrt_write(dev, GAUDI_DMA0_QM_GLBL_CFG1 + off, 0);
}

static void gaudi_init_dma_core(struct hlrt_device *dev, unsigned int dma)
{
	u32 off = dma * GAUDI_DMA_CORE_STRIDE;
	u64 irq = GAUDI_CFG_BASE + dev->comms.irq[HLRT_FW_IRQ_DMA_CORE];

	hlrt_write(dev, GAUDI_DMA0_CORE_RD_MAX_OUTSTAND + off, 0);
	hlrt_write(dev, GAUDI_DMA0_CORE_RD_MAX_SIZE + off, 0);
	hlrt_write(dev, GAUDI_DMA0_CORE_LBW_MAX_OUTSTAND + off, 15); /* erratum H3-2116 */
	hlrt_write(dev, GAUDI_DMA0_CORE_ERR_CFG + off,
		   GAUDI_DMA_CORE_ERR_CFG_MSG_EN | GAUDI_DMA_CORE_ERR_CFG_STOP);
	hlrt_write(dev, GAUDI_DMA0_CORE_ERRMSG_ADDR_LO + off, lower_32_bits(irq));
	hlrt_write(dev, GAUDI_DMA0_CORE_ERRMSG_ADDR_HI + off, upper_32_bits(irq));
	hlrt_write(dev, GAUDI_DMA0_CORE_ERRMSG_WDATA + off, GAUDI_CPU_ID_DMA0_CORE + dma);
	hlrt_write(dev, GAUDI_DMA0_CORE_PROT + off, GAUDI_DMA_CORE_PROT_ERR_VAL);
	hlrt_write(dev, GAUDI_DMA0_CORE_SECURE_PROPS + off, GAUDI_PROPS_MMBP);
	hlrt_write(dev, GAUDI_DMA0_CORE_CFG_1 + off, 0);
	hlrt_write(dev, GAUDI_DMA0_CORE_CFG_0 + off, 1);
}

void gaudi_init_queues(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < GAUDI_NUM_DMA; i++) {
		hlrt_write(dev, GAUDI_DMA0_QM_CGM_CFG + i * GAUDI_DMA_QM_STRIDE, 0);
		hlrt_write(dev, GAUDI_DMA0_QM_CGM_CFG1 + i * GAUDI_DMA_QM_STRIDE, 0);
	}
	for (i = 0; i < GAUDI_USER_QUEUES; i++)
		gaudi_init_stream(dev, i);
	for (i = 0; i < GAUDI_USER_DMAS; i++) {
		gaudi_init_qman(dev, i);
		gaudi_init_dma_core(dev, i);
		hlrt_write(dev, GAUDI_DMA0_QM_GLBL_CFG0 + i * GAUDI_DMA_QM_STRIDE, GAUDI_QM_ALL);
	}
}

/* Everything that is not secure translates in this address space, and never around the MMU. */
void gaudi_set_asid(struct hlrt_device *dev, u32 asid)
{
	unsigned int i, s;

	for (i = 0; i < GAUDI_USER_DMAS; i++) {
		for (s = 0; s < GAUDI_QMAN_STREAMS + 1; s++)
			hlrt_write(dev,
				   GAUDI_DMA0_QM_GLBL_NON_SECURE_PROPS_0 + i * GAUDI_DMA_QM_STRIDE +
					   s * 4,
				   asid);
		hlrt_write(dev, GAUDI_DMA0_CORE_NON_SECURE_PROPS + i * GAUDI_DMA_CORE_STRIDE, asid);
	}
}

void gaudi_halt_engines(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < GAUDI_USER_DMAS; i++)
		hlrt_write(dev, GAUDI_DMA0_QM_GLBL_CFG1 + i * GAUDI_DMA_QM_STRIDE, GAUDI_QM_ALL);
	usleep_range(1000, 2000);
	for (i = 0; i < GAUDI_USER_DMAS; i++)
		hlrt_write(dev, GAUDI_DMA0_CORE_CFG_1 + i * GAUDI_DMA_CORE_STRIDE, 1);
	usleep_range(1000, 2000);
	for (i = 0; i < GAUDI_USER_DMAS; i++)
		hlrt_write(dev, GAUDI_DMA0_QM_GLBL_CFG0 + i * GAUDI_DMA_QM_STRIDE, 0);
	hlrt_write(dev, GAUDI_PSOC_TIMESTAMP_CNTCR, 0);
	hlrt_read(dev, GAUDI_DMA0_QM_GLBL_CFG0);
}

void gaudi_ring(struct hlrt_device *dev, unsigned int queue, u32 pi)
{
	u32 off = queue / GAUDI_QMAN_STREAMS * GAUDI_DMA_QM_STRIDE + queue % GAUDI_QMAN_STREAMS * 4;

	/* One bit more than the ring's index, so that full and empty differ. */
	hlrt_write(dev, GAUDI_DMA0_QM_PQ_PI_0 + off, pi & (2 * HLRT_QUEUE_LENGTH - 1));
}

/*
 * Two messages that do not share a cache line with what comes before, or all in one line (gaudi.c).
 */
u32 gaudi_end_of_cb_size(u32 len)
{
	u32 line_end = round_up(len, GAUDI_CACHE_LINE);

	return len + HLRT_END_OF_CB_SIZE > line_end ? line_end - len + HLRT_END_OF_CB_SIZE
						    : HLRT_END_OF_CB_SIZE;
}

void gaudi_end_of_cb(struct hlrt_device *dev, unsigned int queue, void *cb, u32 len, u32 total,
		     u64 cq_addr, u32 value)
{
	hlrt_end_of_cb(cb, len, total, cq_addr + GAUDI_HOST_BASE, value,
		       GAUDI_CFG_BASE + GAUDI_PCIE_CORE_MSI_REQ, 1);
}

bool gaudi_is_idle(struct hlrt_device *dev, u64 *busy)
{
	unsigned int i;

	*busy = 0;
	for (i = 0; i < GAUDI_USER_DMAS; i++) {
		u32 qm = hlrt_read(dev, GAUDI_DMA0_QM_GLBL_STS0 + i * GAUDI_DMA_QM_STRIDE);
		u32 core = hlrt_read(dev, GAUDI_DMA0_CORE_STS0 + i * GAUDI_DMA_CORE_STRIDE);

		if ((qm & GAUDI_QM_ALL) != GAUDI_QM_ALL || (core & GAUDI_DMA_CORE_STS0_BUSY))
			*busy |= BIT_ULL(i);
	}
	return !*busy;
}
