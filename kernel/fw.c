// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Loading firmware by the simple protocol. */

#include <linux/firmware.h>
#include <linux/iopoll.h>

#include "fw.h"
#include "hlrt.h"

#define HLRT_FW_POLL_US 1000

static u64 hlrt_fw_timeout_us(void)
{
	return (u64)hlrt_boot_timeout_ms * 1000;
}

static bool hlrt_fw_preboot_ready(u32 status)
{
	return status == HLRT_FW_NIC_RDY || status == HLRT_FW_READY_TO_BOOT ||
	       status == HLRT_FW_WAITING_FOR_BOOT_FIT;
}

static bool hlrt_fw_loader_ready(u32 status)
{
	return status == HLRT_FW_DRAM_RDY || status == HLRT_FW_NIC_RDY ||
	       status == HLRT_FW_READY_TO_BOOT || status == HLRT_FW_SRAM_AVAIL;
}

static int hlrt_fw_failed(struct hlrt_device *dev, const struct hlrt_fw_chip *chip,
			  const char *what, u32 status)
{
	dev_err(dev->dev, "boot CPU %s: status %u, errors 0x%x\n", what, status,
		hlrt_read(dev, chip->boot_error));
	return -EIO;
}

/* The firmware leaves its version strings in SRAM and their offsets in scratch registers. */
static void hlrt_fw_version(struct hlrt_device *dev, const struct hlrt_fw_chip *chip, u32 reg,
			    char *version, size_t size)
{
	u32 offset = hlrt_read(dev, reg) & ~lower_32_bits(chip->sram_base);

	if (offset >= chip->sram_size - size) {
		strscpy(version, "unavailable", size);
		return;
	}
	memcpy_fromio(version, dev->bar[chip->sram_bar] + offset, size);
	version[size - 1] = '\0';
}

static int hlrt_fw_wait_preboot(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	u32 status;

	if (readl_poll_timeout(dev->regs + chip->boot_status, status, hlrt_fw_preboot_ready(status),
			       HLRT_FW_POLL_US, hlrt_fw_timeout_us()))
		return hlrt_fw_failed(dev, chip, "is not ready", status);
	return 0;
}

int hlrt_fw_preboot(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	u32 sts0;
	int rc;

	rc = hlrt_fw_wait_preboot(dev, chip);
	if (rc)
		return rc;
	sts0 = hlrt_read(dev, chip->sts0);
	if (!(sts0 & HLRT_FW_STS0_ENABLED))
		sts0 = 0;
	if (sts0 & HLRT_FW_STS0_SECURITY) {
		dev_err(dev->dev, "chips with secured firmware are not supported\n");
		return -EOPNOTSUPP;
	}
	if (sts0 & HLRT_FW_STS0_COMMS) {
		dev_err(dev->dev,
			"firmware asks for the COMMS loading protocol, which is not supported\n");
		return -EOPNOTSUPP;
	}
	dev->fw_resets = sts0 & HLRT_FW_STS0_FW_RESET;
	hlrt_fw_version(dev, chip, chip->preboot_version, dev->prop.preboot_version,
			sizeof(dev->prop.preboot_version));
	return 0;
}

/* Learns what somebody else has started. */
static void hlrt_fw_adopt(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	u32 sts0 = hlrt_read(dev, chip->sts0);

	dev->fw_runs = hlrt_read(dev, chip->boot_status) == HLRT_FW_SRAM_AVAIL;
	dev->fw_resets = (sts0 & HLRT_FW_STS0_ENABLED) && (sts0 & HLRT_FW_STS0_FW_RESET);
}

int hlrt_fw_wake(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	if (hlrt_read(dev, chip->hw_state) == HLRT_FW_HW_DIRTY) {
		dev_info(dev->dev, "the chip has been in use, resetting it\n");
		hlrt_fw_adopt(dev, chip);
		return dev->asic->hw_reset(dev);
	}
	dev->fw_runs = false;
	return hlrt_fw_preboot(dev, chip);
}

static int hlrt_fw_load(struct hlrt_device *dev, const struct hlrt_fw_image *image)
{
	const struct firmware *fw;
	int rc;

	rc = request_firmware(&fw, image->name, dev->dev);
	if (rc) {
		dev_err(dev->dev, "cannot load firmware %s (%d)\n", image->name, rc);
		return rc;
	}
	if (fw->size > image->max) {
		dev_err(dev->dev, "firmware %s has %zu bytes, at most %llu fit\n", image->name,
			fw->size, image->max);
		rc = -EFBIG;
	} else {
		memcpy_toio(dev->bar[image->bar] + image->offset, fw->data, fw->size);
	}
	release_firmware(fw);
	return rc;
}

static int hlrt_fw_send_boot_fit(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	u32 ack;
	int rc;

	rc = hlrt_fw_load(dev, &chip->boot_fit);
	if (rc)
		return rc;
	hlrt_write(dev, chip->cpu_to_host, HLRT_FW_ACK_NONE);
	hlrt_write(dev, chip->msg_to_cpu, HLRT_FW_MSG_FIT_RDY);
	if (readl_poll_timeout(dev->regs + chip->cpu_to_host, ack, ack == HLRT_FW_ACK_OK,
			       HLRT_FW_POLL_US, hlrt_fw_timeout_us()))
		return hlrt_fw_failed(dev, chip, "does not take the boot image", ack);
	hlrt_write(dev, chip->msg_to_cpu, HLRT_FW_MSG_NONE);
	return 0;
}

static int hlrt_fw_send_linux(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	u32 status;
	int rc;

	rc = hlrt_fw_load(dev, &chip->linux_fit);
	if (rc)
		return rc;
	hlrt_write(dev, chip->msg_to_cpu, HLRT_FW_MSG_FIT_RDY);
	rc = readl_poll_timeout(dev->regs + chip->boot_status, status, status == HLRT_FW_SRAM_AVAIL,
				HLRT_FW_POLL_US, hlrt_fw_timeout_us());
	hlrt_write(dev, chip->msg_to_cpu, HLRT_FW_MSG_NONE);
	if (rc)
		return hlrt_fw_failed(dev, chip, "does not start its system", status);
	return 0;
}

static int hlrt_fw_start(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	u32 status;
	int rc;

	rc = hlrt_fw_wait_preboot(dev, chip);
	if (rc)
		return rc;
	/* Boards with their boot loader in flash do not ask. */
	if (hlrt_read(dev, chip->boot_status) == HLRT_FW_WAITING_FOR_BOOT_FIT) {
		rc = hlrt_fw_send_boot_fit(dev, chip);
		if (rc)
			return rc;
	}
	if (readl_poll_timeout(dev->regs + chip->boot_status, status, hlrt_fw_loader_ready(status),
			       HLRT_FW_POLL_US, hlrt_fw_timeout_us()))
		return hlrt_fw_failed(dev, chip, "does not start its loader", status);
	if (status == HLRT_FW_SRAM_AVAIL)
		return 0;
	return hlrt_fw_send_linux(dev, chip);
}

int hlrt_fw_boot(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	int rc;

	rc = hlrt_fw_start(dev, chip);
	if (rc)
		return rc;
	dev->fw_runs = true;
	hlrt_fw_version(dev, chip, chip->boot_version, dev->prop.boot_version,
			sizeof(dev->prop.boot_version));
	return 0;
}
