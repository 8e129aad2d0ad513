// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * What no interrupt tells: that the device has left the bus, or that an interrupt was lost. Looked
 * for now and then, and before a submission is called late.
 */

#include "hlrt.h"

/* Off the bus everything reads as ones, the vendor too. */
bool hlrt_device_lost(struct hlrt_device *dev)
{
	return !pci_device_is_present(dev->pdev);
}

/* Under the lock that ends acceptance: nothing is queued behind the back of who stops it. */
void hlrt_device_poll(struct hlrt_device *dev)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&dev->queues_lock, flags);
	if (dev->accepting) {
		for (i = 0; i < dev->prop.num_queues; i++)
			hlrt_queue_complete(dev, i);
		if (hlrt_cpucp_event_pending(dev))
			queue_work(dev->wq, &dev->event_work);
	}
	spin_unlock_irqrestore(&dev->queues_lock, flags);
}

void hlrt_health_start(struct hlrt_device *dev)
{
	if (hlrt_health_ms)
		queue_delayed_work(dev->wq, &dev->health, msecs_to_jiffies(hlrt_health_ms));
}

/* Ends by itself with the device; a reset that brings it back starts it again. */
void hlrt_health_work(struct work_struct *work)
{
	struct hlrt_device *dev = container_of(to_delayed_work(work), struct hlrt_device, health);

	if (READ_ONCE(dev->gone) || hlrt_status(dev) == HLABI_STATUS_MALFUNCTION)
		return;
	if (hlrt_device_lost(dev))
		hlrt_device_request_reset(dev, HLRT_RESET_LOST);
	else if (hlrt_status(dev) == HLABI_STATUS_NEEDS_RESET)
		queue_work(dev->wq, &dev->clean_work); /* the importers may have gone */
	else
		hlrt_device_poll(dev);
	hlrt_health_start(dev);
}
