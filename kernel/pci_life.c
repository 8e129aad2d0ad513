// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * What the PCI core does to a device behind its driver's back: function and bus resets, recovery
 * from errors, sleep, shutdown. Each time the device is brought down before and up afterwards as in
 * any other reset: contexts that were open are dead, exports have been revoked.
 */

#include <linux/pm.h>

#include "hlrt.h"
#include "netlink.h"

/*
 * The PCI core calls these with the device's lock, so that the driver neither comes nor goes
 * meanwhile. Until unparked, nobody else resets the device or uses it. Some of these events cannot
 * be refused: then importers that do not let go see memory of a chip in reset, and it is said so.
 */
static unsigned int hlrt_park_locked(struct hlrt_device *dev, enum hlrt_reset_cause cause)
{
	unsigned int left = hlrt_down_locked(dev, cause);

	/* Whatever the chip's firmware still wants to say must not reach memory. */
	pci_clear_master(dev->pdev);
	dev->parked = true;
	dev->cold = true;
	return left;
}

static void hlrt_park(struct hlrt_device *dev, enum hlrt_reset_cause cause)
{
	char holder[HLRT_HOLDER_SIZE] = "";
	unsigned int left;

	mutex_lock(&dev->lock);
	left = hlrt_park_locked(dev, cause);
	mutex_unlock(&dev->lock);
	if (!left)
		return;
	hlrt_export_busy(dev, holder, sizeof(holder));
	dev_err(dev->dev, "importers keep %u mapping(s) of memory that goes: %s\n", left, holder);
}

static int hlrt_unpark(struct hlrt_device *dev)
{
	int rc;

	mutex_lock(&dev->lock);
	dev->parked = false;
	rc = hlrt_up_locked(dev);
	mutex_unlock(&dev->lock);
	return rc;
}

/* Until the administrator says otherwise. */
static void hlrt_give_up(struct hlrt_device *dev)
{
	mutex_lock(&dev->lock);
	dev->parked = false;
	WRITE_ONCE(dev->status, HLABI_STATUS_MALFUNCTION);
	hlrt_announce(dev, HLRT_NL_EVENT_RESET_END, hlrt_status_names[hlrt_status(dev)]);
	mutex_unlock(&dev->lock);
	hlrt_device_event(dev, HLABI_EVENT_DEVICE_UNAVAILABLE);
}

static void hlrt_reset_prepare(struct pci_dev *pdev)
{
	hlrt_park(pci_get_drvdata(pdev), HLRT_RESET_FUNCTION);
}

static void hlrt_reset_done(struct pci_dev *pdev)
{
	hlrt_unpark(pci_get_drvdata(pdev));
}

/*
 * Even an error that the bus survives has lost a transaction of the chip, and nobody knows which:
 * always a reset, of the chip alone where that can do.
 */
static pci_ers_result_t hlrt_error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct hlrt_device *dev = pci_get_drvdata(pdev);

	hlrt_park(dev, HLRT_RESET_PCI_ERROR);
	if (state == pci_channel_io_normal)
		return PCI_ERS_RESULT_CAN_RECOVER;
	if (state == pci_channel_io_frozen)
		return PCI_ERS_RESULT_NEED_RESET;
	hlrt_give_up(dev);
	return PCI_ERS_RESULT_DISCONNECT;
}

static pci_ers_result_t hlrt_recover(struct pci_dev *pdev, pci_ers_result_t otherwise)
{
	int rc = hlrt_unpark(pci_get_drvdata(pdev));

	/* -EBUSY: comes up when the importers have gone. */
	return !rc || rc == -EBUSY ? PCI_ERS_RESULT_RECOVERED : otherwise;
}

static pci_ers_result_t hlrt_mmio_enabled(struct pci_dev *pdev)
{
	return hlrt_recover(pdev, PCI_ERS_RESULT_NEED_RESET);
}

static pci_ers_result_t hlrt_slot_reset(struct pci_dev *pdev)
{
	pci_restore_state(pdev);
	return hlrt_recover(pdev, PCI_ERS_RESULT_DISCONNECT);
}

const struct pci_error_handlers hlrt_pci_error_handlers = {
	.error_detected = hlrt_error_detected,
	.mmio_enabled = hlrt_mmio_enabled,
	.slot_reset = hlrt_slot_reset,
	.reset_prepare = hlrt_reset_prepare,
	.reset_done = hlrt_reset_done,
};

/*
 * Called for all devices before the first one is suspended: what can be foreseen is refused before
 * anybody is harmed.
 */
static int hlrt_sleep_prepare(struct device *d)
{
	char holder[HLRT_HOLDER_SIZE] = "";

	if (!hlrt_export_pinned_by(dev_get_drvdata(d), holder, sizeof(holder)))
		return 0;
	dev_err(d, "cannot sleep: %s\n", holder);
	return -EBUSY;
}

static int hlrt_suspend(struct device *d)
{
	struct hlrt_device *dev = dev_get_drvdata(d);
	int rc = 0;

	mutex_lock(&dev->lock);
	if (hlrt_park_locked(dev, HLRT_RESET_SLEEP)) {
		dev->parked = false;
		rc = hlrt_up_locked(dev);
	}
	mutex_unlock(&dev->lock);
	return rc;
}

static int hlrt_resume(struct device *d)
{
	return hlrt_unpark(dev_get_drvdata(d));
}

const struct dev_pm_ops hlrt_pm_ops = {
	.prepare = pm_sleep_ptr(hlrt_sleep_prepare),
	SYSTEM_SLEEP_PM_OPS(hlrt_suspend, hlrt_resume)
};

/* For good: what runs next finds a chip that was in use, and resets it. */
void hlrt_pci_shutdown(struct pci_dev *pdev)
{
	struct hlrt_device *dev = pci_get_drvdata(pdev);

	if (!dev)
		return;
	hlrt_park(dev, HLRT_RESET_SHUTDOWN);
	WRITE_ONCE(dev->status, HLABI_STATUS_MALFUNCTION);
}
