// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* A device's life: created at probe, entered by users, cleaned between owners, removed. */

#include <linux/interrupt.h>
#include <linux/slab.h>

#include "hlrt.h"
#include "netlink.h"

static void hlrt_device_release(struct kref *ref)
{
	struct hlrt_device *dev = container_of(ref, struct hlrt_device, ref);

	xa_destroy(&dev->p2p_vouched);
	put_device(dev->dev);
	kfree(dev);
}

void hlrt_device_get(struct hlrt_device *dev)
{
	kref_get(&dev->ref);
}

void hlrt_device_put(struct hlrt_device *dev)
{
	kref_put(&dev->ref, hlrt_device_release);
}

/* A device in reset may come back by itself, a disabled one does not. */
static int hlrt_device_usable(struct hlrt_device *dev)
{
	switch (hlrt_status(dev)) {
	case HLABI_STATUS_OPERATIONAL:
		return 0;
	case HLABI_STATUS_MALFUNCTION:
		return -ENODEV;
	default:
		return -EBUSY;
	}
}

int hlrt_device_enter(struct hlrt_device *dev)
{
	int rc;

	/* Nobody should sit out a reset or a removal only to be refused. */
	if (READ_ONCE(dev->gone))
		return -ENODEV;
	rc = hlrt_device_usable(dev);
	if (rc)
		return rc;
	down_read(&dev->hw_sem);
	if (READ_ONCE(dev->gone)) {
		up_read(&dev->hw_sem);
		return -ENODEV;
	}
	rc = hlrt_device_usable(dev);
	if (rc)
		up_read(&dev->hw_sem);
	return rc;
}

void hlrt_device_leave(struct hlrt_device *dev)
{
	up_read(&dev->hw_sem);
}

void hlrt_device_request_reset(struct hlrt_device *dev, enum hlrt_reset_cause cause)
{
	WRITE_ONCE(dev->reset_cause, cause);
	WRITE_ONCE(dev->reset_pending, true);
	queue_work(dev->wq, &dev->reset_work);
}

/*
 * Device memory belongs to nobody now; make it zero before somebody else gets it. Called at close,
 * when the last export goes, and again at open, so that no order of these leaves anything behind.
 */
int hlrt_device_make_clean(struct hlrt_device *dev)
{
	int rc;

	lockdep_assert_held(&dev->lock);
	if (!dev->dirty)
		return 0;
	if (dev->ctx || hlrt_export_busy(dev, NULL, 0))
		return -EBUSY;

	rc = hlrt_device_enter(dev);
	if (rc)
		return rc;
	rc = dev->asic->scrub(dev);
	if (!rc)
		dev->asic->reset_user_registers(dev);
	hlrt_device_leave(dev);

	if (rc) {
		dev_err(dev->dev, "cannot scrub device memory (%d), resetting the device\n", rc);
		rc = hlrt_reset_locked(dev, HLRT_RESET_SCRUB);
		if (!rc)
			rc = hlrt_device_enter(dev);
		if (rc)
			return rc;
		rc = dev->asic->scrub(dev);
		hlrt_device_leave(dev);
	}
	if (rc) {
		dev_err(dev->dev, "device memory still cannot be scrubbed (%d): device disabled\n",
			rc);
		down_write(&dev->hw_sem);
		WRITE_ONCE(dev->status, HLABI_STATUS_MALFUNCTION);
		up_write(&dev->hw_sem);
		return -EIO;
	}
	dev->dirty = false;
	return 0;
}

static void hlrt_clean_work(struct work_struct *work)
{
	struct hlrt_device *dev = container_of(work, struct hlrt_device, clean_work);

	mutex_lock(&dev->lock);
	if (!dev->gone) {
		/* A reset that importers held up can go on when the last of them has gone. */
		if (hlrt_status(dev) == HLABI_STATUS_NEEDS_RESET && !hlrt_export_busy(dev, NULL, 0))
			hlrt_reset_locked(dev, READ_ONCE(dev->reset_cause));
		hlrt_device_make_clean(dev);
	}
	mutex_unlock(&dev->lock);
}

/* One line about who keeps the device busy, "" if nobody does. */
void hlrt_device_holder(struct hlrt_device *dev, char *buf, size_t size)
{
	struct hlrt_ctx *ctx = NULL;
	unsigned long flags;

	buf[0] = '\0';
	spin_lock_irqsave(&dev->queues_lock, flags);
	if (dev->ctx) {
		ctx = dev->ctx;
		hlrt_ctx_get(ctx);
	}
	spin_unlock_irqrestore(&dev->queues_lock, flags);
	if (ctx) {
		snprintf(buf, size, "open: pid %d (%s)", ctx->pid, ctx->comm);
		hlrt_ctx_put(ctx);
		return;
	}
	hlrt_export_busy(dev, buf, size);
}

void hlrt_device_quiesce(struct hlrt_device *dev)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&dev->queues_lock, flags);
	WRITE_ONCE(dev->accepting, false);
	spin_unlock_irqrestore(&dev->queues_lock, flags);
	/* No registers while the bus is in error: it is told to keep the chip away from memory. */
	if (pci_channel_offline(dev->pdev))
		pci_clear_master(dev->pdev);
	else
		dev->asic->halt(dev);
	for (i = 0; i < dev->prop.num_irqs; i++)
		synchronize_irq(dev->irq[i]);
	cancel_work_sync(&dev->event_work);
}

/* Whatever the vector: what has happened stands in the queues' memory. */
static irqreturn_t hlrt_irq_handler(int irq, void *arg)
{
	hlrt_device_poll(arg);
	return IRQ_HANDLED;
}

static void hlrt_irq_free(struct hlrt_device *dev, unsigned int n)
{
	while (n--)
		free_irq(dev->irq[n], dev);
	pci_free_irq_vectors(dev->pdev);
}

static int hlrt_irq_init(struct hlrt_device *dev)
{
	unsigned int i, n = dev->prop.num_irqs;
	int rc;

	if (WARN_ON(n > HLRT_MAX_IRQS))
		return -EINVAL;
	rc = pci_alloc_irq_vectors(dev->pdev, n, n, dev->prop.irq_flags);
	if (rc < 0)
		return rc;
	for (i = 0; i < n; i++) {
		dev->irq[i] = pci_irq_vector(dev->pdev, i);
		rc = request_irq(dev->irq[i], hlrt_irq_handler, 0, "hlrt", dev);
		if (rc) {
			hlrt_irq_free(dev, i);
			return rc;
		}
	}
	return 0;
}

static void hlrt_irq_fini(struct hlrt_device *dev)
{
	hlrt_irq_free(dev, dev->prop.num_irqs);
}

static void hlrt_device_setup(struct hlrt_device *dev)
{
	kref_init(&dev->ref);
	mutex_init(&dev->lock);
	init_rwsem(&dev->hw_sem);
	mutex_init(&dev->mmu_lock);
	mutex_init(&dev->exports_lock);
	mutex_init(&dev->dram_lock);
	spin_lock_init(&dev->queues_lock);
	INIT_LIST_HEAD(&dev->exports);
	xa_init(&dev->p2p_vouched);
	INIT_LIST_HEAD(&dev->reap);
	init_waitqueue_head(&dev->exports_wait);
	INIT_WORK(&dev->reset_work, hlrt_reset_work);
	INIT_WORK(&dev->event_work, hlrt_event_work);
	INIT_WORK(&dev->reap_work, hlrt_cs_reap_work);
	INIT_WORK(&dev->clean_work, hlrt_clean_work);
	INIT_DELAYED_WORK(&dev->watchdog, hlrt_cs_watchdog);
	INIT_DELAYED_WORK(&dev->health, hlrt_health_work);
	dev->status = HLABI_STATUS_IN_CREATION;
	/* Whoever had the device before this driver is a former owner, too. */
	dev->dirty = true;
}

/* The chip's firmware knows addresses of host memory that will be freed: make it forget them. */
static void hlrt_device_let_go(struct hlrt_device *dev)
{
	if (!hlrt_device_lost(dev) && !pci_channel_offline(dev->pdev) && dev->asic->hw_reset(dev))
		dev_warn(dev->dev, "the chip is left in a state that only a power cycle may end\n");
}

static int hlrt_device_start(struct hlrt_device *dev)
{
	int rc;

	rc = dev->asic->early_init(dev);
	if (rc)
		return rc;
	rc = hlrt_export_init(dev);
	if (rc)
		goto early_fini;
	rc = hlrt_mmu_init(dev);
	if (rc)
		goto early_fini;
	rc = dev->asic->sw_init(dev);
	if (rc)
		goto mmu_fini;
	rc = hlrt_events_init(dev);
	if (rc)
		goto sw_fini;
	rc = hlrt_queues_init(dev);
	if (rc)
		goto events_fini;
	rc = hlrt_irq_init(dev);
	if (rc)
		goto queues_fini;
	rc = dev->asic->wake(dev);
	if (rc)
		goto irq_fini;
	rc = hlrt_bring_up(dev);
	if (rc)
		goto let_go;
	/* The firmware has said how much there is. */
	rc = hlrt_dram_init(dev);
	if (rc)
		goto quiesce;
	WRITE_ONCE(dev->status, HLABI_STATUS_OPERATIONAL);
	return 0;

quiesce:
	hlrt_device_quiesce(dev);
let_go:
	hlrt_device_let_go(dev);
irq_fini:
	hlrt_irq_fini(dev);
queues_fini:
	hlrt_queues_fini(dev);
events_fini:
	hlrt_events_fini(dev);
sw_fini:
	dev->asic->sw_fini(dev);
mmu_fini:
	hlrt_mmu_fini(dev);
early_fini:
	dev->asic->early_fini(dev);
	return rc;
}

/* What hlrt_device_start() has made; the device is quiet. */
static void hlrt_device_fini(struct hlrt_device *dev)
{
	hlrt_device_let_go(dev);
	hlrt_irq_fini(dev);
	cancel_work_sync(&dev->reap_work);
	hlrt_cs_reap_work(&dev->reap_work);
	hlrt_dram_fini(dev);
	hlrt_queues_fini(dev);
	hlrt_events_fini(dev);
	dev->asic->sw_fini(dev);
	hlrt_mmu_fini(dev);
	dev->asic->early_fini(dev);
}

int hlrt_device_create(struct pci_dev *pdev, const struct hlrt_asic_ops *asic)
{
	struct hlrt_device *dev;
	int rc;

	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return -ENOMEM;
	dev->pdev = pdev;
	dev->dev = get_device(&pdev->dev);
	dev->asic = asic;
	hlrt_device_setup(dev);

	rc = hlrt_id_get(dev);
	if (rc < 0)
		goto put;
	dev->wq = alloc_workqueue("hlrt%u", WQ_UNBOUND, 0, dev->id);
	if (!dev->wq) {
		rc = -ENOMEM;
		goto put_id;
	}
	rc = hlrt_device_start(dev);
	if (rc)
		goto destroy_wq;
	pci_set_drvdata(pdev, dev);

	/* Everything that can fail has not: now users may see it. */
	rc = hlrt_front_add(dev);
	if (rc)
		goto stop;
	mutex_lock(&dev->lock);
	hlrt_announce(dev, HLRT_NL_EVENT_ADDED, NULL);
	mutex_unlock(&dev->lock);
	hlrt_health_start(dev);
	dev_info(dev->dev, "%s, %llu MiB, module %u, is %s\n", dev->prop.name,
		 dev->prop.dram_size >> 20, dev->prop.module_id,
		 dev_name(dev->node[HLRT_NODE_COMPUTE]));
	return 0;

stop:
	pci_set_drvdata(pdev, NULL);
	hlrt_device_quiesce(dev);
	hlrt_device_fini(dev);
destroy_wq:
	destroy_workqueue(dev->wq);
put_id:
	hlrt_id_put(dev->id);
put:
	hlrt_device_put(dev);
	return rc;
}

/*
 * remove() cannot fail, and no importer may keep an address of this device beyond it: wait, aloud,
 * and without a lock: whoever holds a mapping may be about to close the device before letting go.
 */
static void hlrt_wait_for_importers(struct hlrt_device *dev)
{
	unsigned int left, patience = hlrt_revoke_timeout_ms;
	char holder[HLRT_HOLDER_SIZE];

	for (; (left = hlrt_export_revoke_all(dev, patience)) != 0; patience = 10000) {
		holder[0] = '\0';
		hlrt_export_busy(dev, holder, sizeof(holder));
		dev_warn(dev->dev, "removal waits for %u mapping(s) of importers: %s\n", left,
			 holder);
	}
}

void hlrt_device_remove(struct hlrt_device *dev)
{
	if (!dev)
		return;
	mutex_lock(&dev->lock);
	hlrt_announce(dev, HLRT_NL_EVENT_REMOVED, NULL);
	mutex_unlock(&dev->lock);
	hlrt_front_remove(dev);
	pci_set_drvdata(dev->pdev, NULL); /* attributes may have used it until here */

	mutex_lock(&dev->lock);
	WRITE_ONCE(dev->gone, true);
	WRITE_ONCE(dev->status, HLABI_STATUS_MALFUNCTION);
	hlrt_device_event(dev, HLABI_EVENT_DEVICE_UNAVAILABLE);
	hlrt_stop_locked(dev, 0);
	mutex_unlock(&dev->lock);

	/* These take dev->lock, find the device gone and return. */
	cancel_delayed_work_sync(&dev->watchdog);
	cancel_work_sync(&dev->reset_work);
	cancel_work_sync(&dev->clean_work);
	hlrt_wait_for_importers(dev);

	hlrt_device_fini(dev);
	destroy_workqueue(dev->wq);
	hlrt_id_put(dev->id);
	hlrt_device_put(dev);
}
