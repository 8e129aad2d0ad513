// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Queue managers of the five DMA channels.
 *
 * Trust: fetching entries and buffers, and the command processor, are the driver's business and
 * trusted; they bypass the MMU. Of what the command processor writes only MSG_PROT is secure, which
 * only the driver uses. Transfers are not trusted: they are translated in the user's address space
 * and meet the range registers.
 */

#include <linux/delay.h>
#include <linux/log2.h>

#include "../packets.h"
#include "goya.h"

/* Buffers of 2 and 8 cache lines (goya.c). */
#define GOYA_PQ_CFG1 0x00020002
#define GOYA_CQ_CFG1 0x00080008

#define GOYA_TRUSTED (GOYA_QM_PQF | GOYA_QM_CQF | GOYA_QM_CP | GOYA_QM_PROT_ERR)
#define GOYA_USER_ASID 1
/* 240 reads in flight: erratum H2 HW-23 (goya.c). */
#define GOYA_HOST_READ_CFG0 0x0FFF00F0u
#define GOYA_COMPLETION_ADD 0x80000001u /* to a sync object: one more */
#define GOYA_MSIX_VECTOR_MASK 0x7FFu

static void goya_write_addr(struct hlrt_device *dev, u32 lo, u32 hi, u64 addr)
{
	hlrt_write(dev, lo, lower_32_bits(addr));
	hlrt_write(dev, hi, upper_32_bits(addr));
}

static void goya_init_qman(struct hlrt_device *dev, unsigned int q)
{
	u64 pq = dev->queue[q].pq.bus + GOYA_HOST_BASE;
	u32 off = q * GOYA_DMA_STRIDE;

	goya_write_addr(dev, GOYA_DMA_QM_0_PQ_BASE_LO + off, GOYA_DMA_QM_0_PQ_BASE_HI + off, pq);
	hlrt_write(dev, GOYA_DMA_QM_0_PQ_SIZE + off, ilog2(HLRT_QUEUE_LENGTH));
	hlrt_write(dev, GOYA_DMA_QM_0_PQ_PI + off, 0);
	hlrt_write(dev, GOYA_DMA_QM_0_PQ_CI + off, 0);
	/* Bases that MSG_SHORT names by number; goya_validate.c knows them, too. */
	goya_write_addr(dev, GOYA_DMA_QM_0_CP_MSG_BASE0_ADDR_LO + off,
			GOYA_DMA_QM_0_CP_MSG_BASE0_ADDR_HI + off,
			GOYA_CFG_BASE + GOYA_SYNC_MNGR_MON_PAY_ADDRL_0);
	goya_write_addr(dev, GOYA_DMA_QM_0_CP_MSG_BASE1_ADDR_LO + off,
			GOYA_DMA_QM_0_CP_MSG_BASE1_ADDR_HI + off,
			GOYA_CFG_BASE + GOYA_SYNC_MNGR_SOB_OBJ_0);
	goya_write_addr(dev, GOYA_DMA_QM_0_GLBL_ERR_ADDR_LO + off,
			GOYA_DMA_QM_0_GLBL_ERR_ADDR_HI + off,
			GOYA_CFG_BASE + dev->comms.irq[HLRT_FW_IRQ_DMA_QM]);
	hlrt_write(dev, GOYA_DMA_QM_0_GLBL_ERR_WDATA + off, GOYA_EVENT_DMA0_QM + q);
	hlrt_write(dev, GOYA_DMA_QM_0_PQ_CFG1 + off, GOYA_PQ_CFG1);
	hlrt_write(dev, GOYA_DMA_QM_0_CQ_CFG1 + off, GOYA_CQ_CFG1);
	hlrt_write(dev, GOYA_DMA_QM_0_GLBL_SECURE_PROPS + off, GOYA_PROPS_MMBP);
	/* Everything that is not secure translates in this address space, never around the MMU. */
	hlrt_write(dev, GOYA_DMA_QM_0_GLBL_NON_SECURE_PROPS + off, GOYA_USER_ASID);
	goya_trust_dma(dev, q, false);
	/*
	 * A queue that met an error stops: what follows in its buffer was meant for a better world.
	 */
	hlrt_write(dev, GOYA_DMA_QM_0_GLBL_ERR_CFG + off, GOYA_QM_ERR_MSG_EN | GOYA_QM_ERR_STOP);
	hlrt_write(dev, GOYA_DMA_QM_0_GLBL_CFG1 + off, 0);
}

static void goya_init_channel(struct hlrt_device *dev, unsigned int dma)
{
	u64 sob = GOYA_CFG_BASE + GOYA_SYNC_MNGR_SOB_OBJ_0 + GOYA_COMPLETION_SOB(dma) * 4;
	u32 off = dma * GOYA_DMA_STRIDE;

	if (dma == GOYA_HOST_READ_QUEUE)
		hlrt_write(dev, GOYA_DMA_CH_0_CFG0 + off, GOYA_HOST_READ_CFG0);
	goya_write_addr(dev, GOYA_DMA_CH_0_ERRMSG_ADDR_LO + off, GOYA_DMA_CH_0_ERRMSG_ADDR_HI + off,
			GOYA_CFG_BASE + dev->comms.irq[HLRT_FW_IRQ_DMA_CORE]);
	hlrt_write(dev, GOYA_DMA_CH_0_ERRMSG_WDATA + off, GOYA_EVENT_DMA0_CH + dma);
	goya_write_addr(dev, GOYA_DMA_CH_0_WR_COMP_ADDR_LO + off,
			GOYA_DMA_CH_0_WR_COMP_ADDR_HI + off, sob);
	hlrt_write(dev, GOYA_DMA_CH_0_WR_COMP_WDATA + off, GOYA_COMPLETION_ADD);
}

void goya_init_queues(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < GOYA_NUM_DMA; i++) {
		goya_init_channel(dev, i);
		goya_init_qman(dev, i);
		hlrt_write(dev, GOYA_DMA_QM_0_GLBL_CFG0 + i * GOYA_DMA_STRIDE, GOYA_QM_ALL);
	}
}

/* A trusted channel bypasses the MMU and the range registers. Its queue is idle. */
void goya_trust_dma(struct hlrt_device *dev, unsigned int queue, bool trust)
{
	u32 reg = GOYA_DMA_QM_0_GLBL_PROT + queue * GOYA_DMA_STRIDE;

	hlrt_write(dev, reg, GOYA_TRUSTED | (trust ? GOYA_QM_DMA : 0));
	hlrt_read(dev, reg);
}

/* Sync objects, monitors, fences, and the one register that WREG32 reaches. */
void goya_reset_user_registers(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < GOYA_NUM_DMA; i++) {
		u32 sob = GOYA_SYNC_MNGR_SOB_OBJ_0 + GOYA_COMPLETION_SOB(i) * 4;

		hlrt_write(dev, GOYA_DMA_CH_0_WR_COMP_ADDR_LO + i * GOYA_DMA_STRIDE,
			   lower_32_bits(GOYA_CFG_BASE + sob));
		hlrt_write(dev, sob, 0);
	}
	hlrt_sync_clear(dev);
}

static void goya_write_all(struct hlrt_device *dev, u32 reg, u32 value)
{
	unsigned int i;

	for (i = 0; i < GOYA_NUM_DMA; i++)
		hlrt_write(dev, reg + i * GOYA_DMA_STRIDE, value);
}

void goya_halt_engines(struct hlrt_device *dev)
{
	goya_write_all(dev, GOYA_DMA_QM_0_GLBL_CFG1, GOYA_QM_PQF | GOYA_QM_CQF | GOYA_QM_CP);
	usleep_range(1000, 2000);
	goya_write_all(dev, GOYA_DMA_QM_0_GLBL_CFG1, GOYA_QM_ALL);
	usleep_range(1000, 2000);
	goya_write_all(dev, GOYA_DMA_QM_0_GLBL_CFG0, 0);
	hlrt_write(dev, GOYA_PSOC_TIMESTAMP_CNTCR, 0);
	hlrt_read(dev, GOYA_DMA_QM_0_GLBL_CFG0);
}

void goya_ring(struct hlrt_device *dev, unsigned int queue, u32 pi)
{
	/* One bit more than the ring's index, so that full and empty differ. */
	hlrt_write(dev, GOYA_DMA_QM_0_PQ_PI + queue * GOYA_DMA_STRIDE,
		   pi & (2 * HLRT_QUEUE_LENGTH - 1));
}

u32 goya_end_of_cb_size(u32 len)
{
	return HLRT_END_OF_CB_SIZE;
}

void goya_end_of_cb(struct hlrt_device *dev, unsigned int queue, void *cb, u32 len, u32 total,
		    u64 cq_addr, u32 value)
{
	/* Each queue has an interrupt vector of its own. */
	hlrt_end_of_cb(cb, len, total, cq_addr + GOYA_HOST_BASE, value,
		       GOYA_CFG_BASE + GOYA_PCIE_DBI_MSIX_DOORBELL_OFF,
		       queue & GOYA_MSIX_VECTOR_MASK);
}

bool goya_is_idle(struct hlrt_device *dev, u64 *busy)
{
	unsigned int i;

	*busy = 0;
	for (i = 0; i < GOYA_NUM_DMA; i++) {
		u32 qm = hlrt_read(dev, GOYA_DMA_QM_0_GLBL_STS0 + i * GOYA_DMA_STRIDE);
		u32 channel = hlrt_read(dev, GOYA_DMA_CH_0_STS0 + i * GOYA_DMA_STRIDE);

		if ((qm & GOYA_QM_ALL) != GOYA_QM_ALL || (channel & GOYA_DMA_CH_STS0_BUSY))
			*busy |= BIT_ULL(i);
	}
	return !*busy;
}
