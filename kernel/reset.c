// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Hard reset: everything in flight fails, every export ends, the chip starts anew. */

#include "hlrt.h"

static const char *const hlrt_reset_names[] = {
	[HLRT_RESET_USER] = "asked for",
	[HLRT_RESET_CS_TIMEOUT] = "a submission timed out",
	[HLRT_RESET_HW_ERROR] = "hardware error",
	[HLRT_RESET_SCRUB] = "memory could not be scrubbed",
	[HLRT_RESET_LOST] = "the device has left the bus",
};

/* hw_sem held for writing; engines may still run. */
static int hlrt_reset_stop(struct hlrt_device *dev)
{
	unsigned int left;

	/* Importers first: they must not see the memory of a chip in reset. */
	left = hlrt_export_revoke_all(dev, hlrt_revoke_timeout_ms);
	hlrt_device_quiesce(dev);
	/* What the chip complained about until now ends with this reset. */
	WRITE_ONCE(dev->reset_pending, false);
	hlrt_cs_abort_all(dev, -EIO);
	if (dev->ctx)
		hlrt_ctx_kill(dev->ctx);
	if (left) {
		char holder[128] = "";

		hlrt_export_busy(dev, holder, sizeof(holder));
		dev_err(dev->dev, "reset put off: importers keep %u mapping(s): %s\n", left,
			holder);
		return -EBUSY;
	}
	return 0;
}

static int hlrt_reset_start(struct hlrt_device *dev)
{
	unsigned long flags;
	int rc;

	rc = dev->asic->hw_reset(dev);
	if (rc)
		return rc;
	hlrt_queues_reset(dev);
	rc = dev->asic->hw_init(dev);
	if (rc)
		return rc;
	spin_lock_irqsave(&dev->queues_lock, flags);
	WRITE_ONCE(dev->accepting, true);
	spin_unlock_irqrestore(&dev->queues_lock, flags);
	rc = dev->asic->late_init(dev);
	if (rc)
		hlrt_device_quiesce(dev);
	return rc;
}

/*
 * A device that has left the bus is not reset, only what depends on it is ended: whoever asks for a
 * reset need not have noticed.
 */
int hlrt_reset_locked(struct hlrt_device *dev, enum hlrt_reset_cause cause)
{
	bool lost = hlrt_device_lost(dev);
	int rc;

	lockdep_assert_held(&dev->lock);
	if (dev->gone)
		return -ENODEV;

	if (lost)
		cause = HLRT_RESET_LOST;
	WRITE_ONCE(dev->reset_cause, cause);
	dev_warn(dev->dev, "reset: %s\n", hlrt_reset_names[cause]);
	WRITE_ONCE(dev->status, HLABI_STATUS_IN_RESET);
	hlrt_device_event(dev, lost ? HLABI_EVENT_DEVICE_UNAVAILABLE : HLABI_EVENT_DEVICE_RESET);

	down_write(&dev->hw_sem);
	rc = hlrt_reset_stop(dev);
	if (rc) {
		WRITE_ONCE(dev->status, HLABI_STATUS_NEEDS_RESET);
		up_write(&dev->hw_sem);
		return rc;
	}
	rc = lost ? -ENODEV : hlrt_reset_start(dev);
	WRITE_ONCE(dev->hard_resets, dev->hard_resets + !lost);
	WRITE_ONCE(dev->status, rc ? HLABI_STATUS_MALFUNCTION : HLABI_STATUS_OPERATIONAL);
	up_write(&dev->hw_sem);

	if (lost) {
		dev_err(dev->dev, "device is disabled until it is on the bus again and reset\n");
	} else if (rc) {
		dev_err(dev->dev, "device does not come back from reset (%d): disabled\n", rc);
		hlrt_device_event(dev, HLABI_EVENT_DEVICE_UNAVAILABLE);
	} else {
		hlrt_device_event_reset_end(dev);
		hlrt_health_start(dev);
	}
	return rc;
}

/*
 * Somebody may have done it meanwhile; a device that does not even start is not reset; and one that
 * was disabled stays so whatever events are still on their way, unless the administrator says
 * otherwise.
 */
static bool hlrt_reset_wanted(struct hlrt_device *dev)
{
	u32 status = hlrt_status(dev);

	if (dev->gone || !READ_ONCE(dev->reset_pending) || status == HLABI_STATUS_IN_CREATION)
		return false;
	return status != HLABI_STATUS_MALFUNCTION ||
	       READ_ONCE(dev->reset_cause) == HLRT_RESET_USER;
}

void hlrt_reset_work(struct work_struct *work)
{
	struct hlrt_device *dev = container_of(work, struct hlrt_device, reset_work);

	struct hlrt_ctx *ctx;
	unsigned long flags;

	/*
	 * Whoever waits for work to end, perhaps with dev->lock held, shall not wait for what never
	 * ends.
	 */
	spin_lock_irqsave(&dev->queues_lock, flags);
	ctx = dev->ctx;
	if (ctx)
		wake_up_all(&ctx->cs_wait);
	spin_unlock_irqrestore(&dev->queues_lock, flags);

	mutex_lock(&dev->lock);
	if (hlrt_reset_wanted(dev))
		hlrt_reset_locked(dev, READ_ONCE(dev->reset_cause));
	mutex_unlock(&dev->lock);
}
