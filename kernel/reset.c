// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The one way down and the one way up, for whatever makes a device go or come: resets, errors of
 * the bus, sleep, removal. Down, everything in flight fails, contexts die, every export ends; up,
 * the chip starts anew.
 */

#include "hlrt.h"
#include "netlink.h"

static const char *const hlrt_reset_names[] = {
	[HLRT_RESET_USER] = "asked for",
	[HLRT_RESET_CS_TIMEOUT] = "a submission timed out",
	[HLRT_RESET_HW_ERROR] = "hardware error",
	[HLRT_RESET_SCRUB] = "memory could not be scrubbed",
	[HLRT_RESET_LOST] = "the device has left the bus",
	[HLRT_RESET_FUNCTION] = "the PCI function is being reset",
	[HLRT_RESET_PCI_ERROR] = "an error on the PCI bus",
	[HLRT_RESET_SLEEP] = "the system goes to sleep",
	[HLRT_RESET_SHUTDOWN] = "the system shuts down",
};

/*
 * The order is that of who waits for whom. First what this device was doing for others ends, and
 * with it the fences that other exporters wait for: nothing on the way to here takes a reservation,
 * nor hw_sem, whose readers may be waiting for one. Then its contexts give back what they imported.
 * Its own exports are last: their importers may take their time.
 */
unsigned int hlrt_stop_locked(struct hlrt_device *dev, unsigned int timeout_ms)
{
	unsigned int left;

	lockdep_assert_held(&dev->lock);
	cancel_delayed_work_sync(&dev->health);
	hlrt_device_quiesce(dev);
	hlrt_cs_abort_all(dev, -EIO);
	/* It may be about to ask for the reset that this is. */
	cancel_delayed_work_sync(&dev->watchdog);
	down_write(&dev->hw_sem);
	if (dev->ctx)
		hlrt_ctx_kill(dev->ctx);
	left = hlrt_export_revoke_all(dev, timeout_ms);
	up_write(&dev->hw_sem);
	return left;
}

/*
 * A device that has left the bus is not reset, only what depends on it is ended: whoever asks for a
 * reset need not have noticed.
 */
unsigned int hlrt_down_locked(struct hlrt_device *dev, enum hlrt_reset_cause cause)
{
	if (hlrt_device_lost(dev))
		cause = HLRT_RESET_LOST;
	WRITE_ONCE(dev->reset_cause, cause);
	dev_warn(dev->dev, "reset: %s\n", hlrt_reset_names[cause]);
	WRITE_ONCE(dev->status, HLABI_STATUS_IN_RESET);
	hlrt_announce(dev, HLRT_NL_EVENT_RESET_BEGIN, hlrt_reset_names[cause]);
	hlrt_device_event(dev, cause == HLRT_RESET_LOST || cause == HLRT_RESET_SHUTDOWN
				       ? HLABI_EVENT_DEVICE_UNAVAILABLE
				       : HLABI_EVENT_DEVICE_RESET);
	return hlrt_stop_locked(dev, hlrt_revoke_timeout_ms);
}

int hlrt_bring_up(struct hlrt_device *dev)
{
	unsigned long flags;
	int rc;

	pci_set_master(dev->pdev);
	/* What slot_reset() gives back to a function that has lost it. */
	pci_save_state(dev->pdev);
	hlrt_queues_reset(dev);
	memset(dev->sync_used, 0, sizeof(dev->sync_used));
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

/* hw_sem held for writing, nobody uses the chip. */
static int hlrt_start(struct hlrt_device *dev)
{
	int rc;

	if (hlrt_device_lost(dev)) {
		dev_err(dev->dev, "device is disabled until it is on the bus again and reset\n");
		return -ENODEV;
	}
	/* What the chip has complained about until now ends with this reset. */
	WRITE_ONCE(dev->reset_pending, false);
	WRITE_ONCE(dev->hard_resets, dev->hard_resets + 1);
	rc = dev->cold ? dev->asic->wake(dev) : dev->asic->hw_reset(dev);
	if (!rc)
		rc = hlrt_bring_up(dev);
	if (rc) {
		dev_err(dev->dev, "device does not come back from reset (%d): disabled\n", rc);
		hlrt_device_event(dev, HLABI_EVENT_DEVICE_UNAVAILABLE);
		return rc;
	}
	dev->cold = false;
	return 0;
}

static int hlrt_up(struct hlrt_device *dev)
{
	unsigned int left = hlrt_export_revoke_all(dev, 0);
	char holder[HLRT_HOLDER_SIZE] = "";
	int rc;

	lockdep_assert_held(&dev->lock);
	if (left && !hlrt_device_lost(dev)) {
		hlrt_export_busy(dev, holder, sizeof(holder));
		dev_err(dev->dev, "reset put off: importers keep %u mapping(s): %s\n", left,
			holder);
		WRITE_ONCE(dev->status, HLABI_STATUS_NEEDS_RESET);
		hlrt_health_start(dev); /* which sees them go */
		return -EBUSY;
	}
	down_write(&dev->hw_sem);
	rc = hlrt_start(dev);
	WRITE_ONCE(dev->status, rc ? HLABI_STATUS_MALFUNCTION : HLABI_STATUS_OPERATIONAL);
	up_write(&dev->hw_sem);
	if (rc)
		return rc;
	hlrt_device_event_reset_end(dev);
	hlrt_health_start(dev);
	return 0;
}

int hlrt_up_locked(struct hlrt_device *dev)
{
	int rc = hlrt_up(dev);

	hlrt_announce(dev, HLRT_NL_EVENT_RESET_END, hlrt_status_names[hlrt_status(dev)]);
	return rc;
}

int hlrt_reset_locked(struct hlrt_device *dev, enum hlrt_reset_cause cause)
{
	lockdep_assert_held(&dev->lock);
	if (dev->gone)
		return -ENODEV;
	if (dev->parked)
		return -EBUSY;
	hlrt_down_locked(dev, cause);
	return hlrt_up_locked(dev);
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
