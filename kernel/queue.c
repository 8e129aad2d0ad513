// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Hardware queues: a ring of entries that the chip fetches, a ring of completions that it writes.
 */

#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include "hlrt.h"

/* Completion entry (qman_if.h), the same on every generation. */
#define HLRT_CQE_READY 0x80000000u
#define HLRT_CQE_INDEX_VALID 0x40000000u
#define HLRT_CQE_INDEX_MASK 0x00000FFFu

#define HLRT_SLOT(i) ((i) & (HLRT_QUEUE_LENGTH - 1))

/* Queue entry as every generation's queue manager reads it. */
struct hlrt_pqe {
	__le64 addr;
	__le32 len;
	__le32 ctl;
};

static int hlrt_queue_init(struct hlrt_device *dev, struct hlrt_queue *q)
{
	int rc;

	rc = hlrt_shared_alloc(dev, &q->pq, HLRT_QUEUE_LENGTH * sizeof(struct hlrt_pqe));
	if (rc)
		return rc;
	rc = hlrt_shared_alloc(dev, &q->cq, HLRT_QUEUE_LENGTH * sizeof(__le32));
	if (rc)
		return rc;
	q->jobs = kcalloc(HLRT_QUEUE_LENGTH, sizeof(*q->jobs), GFP_KERNEL);
	return q->jobs ? 0 : -ENOMEM;
}

void hlrt_queues_fini(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < dev->prop.num_queues; i++) {
		struct hlrt_queue *q = &dev->queue[i];

		hlrt_shared_free(dev, &q->pq);
		hlrt_shared_free(dev, &q->cq);
		kfree(q->jobs);
		q->jobs = NULL;
	}
}

int hlrt_queues_init(struct hlrt_device *dev)
{
	unsigned int i;
	int rc;

	if (WARN_ON(dev->prop.num_queues > HLRT_MAX_QUEUES))
		return -EINVAL;
	for (i = 0; i < dev->prop.num_queues; i++) {
		rc = hlrt_queue_init(dev, &dev->queue[i]);
		if (rc) {
			hlrt_queues_fini(dev);
			return rc;
		}
	}
	return 0;
}

/* To be called while the chip is in reset: its queues start at entry 0 again. */
void hlrt_queues_reset(struct hlrt_device *dev)
{
	unsigned int i;

	for (i = 0; i < dev->prop.num_queues; i++) {
		struct hlrt_queue *q = &dev->queue[i];

		q->pi = 0;
		q->ci = 0;
		memset(q->pq.cpu, 0, q->pq.size);
		memset(q->cq.cpu, 0, q->cq.size);
	}
}

/* One entry stays free so that a full ring and an empty one look different to the chip. */
unsigned int hlrt_queue_free_slots(const struct hlrt_queue *q)
{
	return HLRT_QUEUE_LENGTH - 1 - (q->pi - q->ci);
}

static void hlrt_queue_write(struct hlrt_device *dev, unsigned int queue, dma_addr_t addr, u32 len)
{
	struct hlrt_queue *q = &dev->queue[queue];
	struct hlrt_pqe *pqe = (struct hlrt_pqe *)q->pq.cpu + HLRT_SLOT(q->pi);

	pqe->addr = cpu_to_le64(addr + dev->prop.host_base);
	pqe->len = cpu_to_le32(len);
	pqe->ctl = cpu_to_le32(HLRT_SLOT(q->pi));
	q->pi++;
	/* ring() is a writel(): the entry is visible before the doorbell. */
	dev->asic->ring(dev, queue, q->pi);
}

void hlrt_queue_push(struct hlrt_device *dev, unsigned int queue, struct hlrt_job *job)
{
	struct hlrt_queue *q = &dev->queue[queue];
	u32 slot = HLRT_SLOT(q->pi);
	u64 cq_addr = q->cq.bus + slot * sizeof(__le32);

	lockdep_assert_held(&dev->queues_lock);
	dev->asic->end_of_cb(dev, queue, job->cb.cpu, job->len, job->total, cq_addr,
			     HLRT_CQE_READY | HLRT_CQE_INDEX_VALID | slot);
	q->jobs[slot] = job;
	hlrt_queue_write(dev, queue, job->cb.bus, job->total);
}

/* Entries of a queue complete in order, each in the completion slot of its own number. */
void hlrt_queue_complete(struct hlrt_device *dev, unsigned int queue)
{
	struct hlrt_queue *q = &dev->queue[queue];
	__le32 *cq = q->cq.cpu;

	lockdep_assert_held(&dev->queues_lock);
	while (q->ci != q->pi) {
		u32 slot = HLRT_SLOT(q->ci);
		struct hlrt_job *job = q->jobs[slot];
		u32 entry = hlrt_shared_read_flag(&cq[slot]);

		if (!(entry & HLRT_CQE_READY) || !job)
			break;
		if ((entry & HLRT_CQE_INDEX_MASK) != slot) {
			dev_err_ratelimited(dev->dev, "queue %u: completion %u found in slot %u\n",
					    queue, entry & HLRT_CQE_INDEX_MASK, slot);
			hlrt_device_request_reset(dev, HLRT_RESET_HW_ERROR);
			break;
		}
		WRITE_ONCE(cq[slot], 0);
		q->jobs[slot] = NULL;
		q->ci++;
		hlrt_cs_job_done(job);
	}
}

/*
 * Driver's own work: no completion entry and no interrupt. The buffer has room behind len for
 * end_of_cb(), which here reports to the last word of the same buffer.
 */
int hlrt_queue_run(struct hlrt_device *dev, unsigned int queue, const struct hlrt_shared *cb,
		   u32 len)
{
	struct hlrt_queue *q = &dev->queue[queue];
	u32 total = len + dev->asic->end_of_cb_size(len);
	u32 flag_at = cb->size - sizeof(__le32);
	__le32 *flag = cb->cpu + flag_at;
	unsigned long flags;
	ktime_t end;
	u32 value;

	if (WARN_ON(total > flag_at))
		return -EINVAL;

	WRITE_ONCE(*flag, 0);
	spin_lock_irqsave(&dev->queues_lock, flags);
	if (!dev->accepting || q->pi != q->ci) {
		spin_unlock_irqrestore(&dev->queues_lock, flags);
		return -EBUSY;
	}
	dev->asic->end_of_cb(dev, queue, cb->cpu, len, total, cb->bus + flag_at, HLRT_CQE_READY);
	q->jobs[HLRT_SLOT(q->pi)] = NULL;
	hlrt_queue_write(dev, queue, cb->bus, total);
	spin_unlock_irqrestore(&dev->queues_lock, flags);

	end = ktime_add_ms(ktime_get(), hlrt_cpu_timeout_ms);
	while (!((value = hlrt_shared_read_flag(flag)) & HLRT_CQE_READY)) {
		/* An error has been reported meanwhile: the queue has stopped. */
		if (READ_ONCE(dev->reset_pending))
			return -EIO;
		if (ktime_after(ktime_get(), end)) {
			dev_err(dev->dev, "queue %u does not run the driver's packets\n", queue);
			return -ETIMEDOUT;
		}
		usleep_range(50, 100);
	}
	spin_lock_irqsave(&dev->queues_lock, flags);
	q->ci++;
	spin_unlock_irqrestore(&dev->queues_lock, flags);
	if (value != HLRT_CQE_READY) {
		dev_err(dev->dev, "queue %u reports 0x%x to the driver, should be 0x%x\n", queue,
			value, HLRT_CQE_READY);
		return -EIO;
	}
	return 0;
}

/* Each queue writes one word to the host. */
int hlrt_queues_test(struct hlrt_device *dev)
{
	struct hlrt_shared cb;
	unsigned int i;
	int rc;

	rc = hlrt_shared_alloc(dev, &cb, PAGE_SIZE);
	for (i = 0; !rc && i < dev->prop.num_queues; i++) {
		rc = hlrt_queue_run(dev, i, &cb, 0);
		if (rc)
			dev_err(dev->dev, "queue %u fails its test (%d)\n", i, rc);
	}
	/* What did not answer may still write. */
	if (rc)
		dev->asic->halt(dev);
	hlrt_shared_free(dev, &cb);
	return rc;
}
