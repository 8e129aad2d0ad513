// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* From reset to running firmware, by the simple protocol or by COMMS. */

#include <linux/delay.h>
#include <linux/iopoll.h>
#include <linux/overflow.h>

#include "fw.h"
#include "hlrt.h"

#define HLRT_FW_POLL_US 1000
/* Images are device trees: devicetree.org. */
#define HLRT_FW_FDT_MAGIC 0xD00DFEED

u64 hlrt_fw_timeout_us(void)
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
	u32 offset = hlrt_read(dev, reg) & ~lower_32_bits(chip->region[HLRT_FW_SRAM].base);
	void __iomem *from = hlrt_fw_place(dev, chip, HLRT_FW_SRAM, offset, size);

	if (!from) {
		strscpy(version, "unavailable", size);
		return;
	}
	memcpy_fromio(version, from, size);
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
	dev->fw_resets = sts0 & HLRT_FW_STS0_FW_RESET;
	hlrt_comms_reset(dev, chip, sts0 & HLRT_FW_STS0_COMMS);
	if (!dev->comms.asked_for)
		hlrt_fw_version(dev, chip, chip->preboot_version, dev->prop.preboot_version,
				sizeof(dev->prop.preboot_version));
	return 0;
}

/* Learns what somebody else has started. */
static void hlrt_fw_adopt(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	u32 sts0 = hlrt_read(dev, chip->sts0);

	if (!(sts0 & HLRT_FW_STS0_ENABLED))
		sts0 = 0;
	dev->fw_runs = hlrt_read(dev, chip->boot_status) == HLRT_FW_SRAM_AVAIL;
	dev->fw_resets = sts0 & HLRT_FW_STS0_FW_RESET;
	hlrt_comms_reset(dev, chip, sts0 & HLRT_FW_STS0_COMMS);
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

void __iomem *hlrt_fw_place(struct hlrt_device *dev, const struct hlrt_fw_chip *chip,
			    enum hlrt_fw_ram ram, u64 offset, u64 len)
{
	const struct hlrt_fw_region *region = &chip->region[ram];
	u64 end;

	if (check_add_overflow(offset, len, &end) || end > region->size)
		return NULL;
	return dev->bar[region->bar] + offset;
}

/* The chip cannot see by the simple protocol where a file ends, so old bytes may follow. */
static bool hlrt_fw_cut_off(const struct firmware *fw)
{
	const __be32 *header = (const __be32 *)fw->data;

	return fw->size >= 2 * sizeof(*header) && be32_to_cpu(header[0]) == HLRT_FW_FDT_MAGIC &&
	       be32_to_cpu(header[1]) > fw->size;
}

int hlrt_fw_request(struct hlrt_device *dev, const char *name, const struct firmware **fw)
{
	int rc;

	rc = firmware_request_nowarn(fw, name, dev->dev);
	if (rc) {
		dev_err(dev->dev,
			"no firmware file %s (%d): the chip's maker has it, in the package habanalabs-firmware\n",
			name, rc);
		return rc;
	}
	if (hlrt_fw_cut_off(*fw)) {
		dev_err(dev->dev, "firmware file %s is cut off after %zu bytes\n", name,
			(*fw)->size);
		release_firmware(*fw);
		return -EBADMSG;
	}
	return 0;
}

static int hlrt_fw_load(struct hlrt_device *dev, const struct hlrt_fw_chip *chip,
			const struct hlrt_fw_image *image)
{
	const struct firmware *fw;
	void __iomem *to;
	int rc;

	rc = hlrt_fw_request(dev, image->name, &fw);
	if (rc)
		return rc;
	to = hlrt_fw_place(dev, chip, image->ram, image->offset, fw->size);
	if (to) {
		memcpy_toio(to, fw->data, fw->size);
	} else {
		dev_err(dev->dev, "firmware file %s has %zu bytes, at most %llu fit\n",
			image->name, fw->size, chip->region[image->ram].size - image->offset);
		rc = -EFBIG;
	}
	release_firmware(fw);
	return rc;
}

static int hlrt_fw_refused(struct hlrt_device *dev, const struct hlrt_fw_chip *chip,
			   const struct hlrt_fw_image *image, u32 status)
{
	dev_err(dev->dev, "boot CPU does not take firmware file %s: status %u, errors 0x%x\n",
		image->name, status, hlrt_read(dev, chip->boot_error));
	return -EIO;
}

static int hlrt_fw_send_boot_fit(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	u32 ack;
	int rc;

	rc = hlrt_fw_load(dev, chip, &chip->boot_fit);
	if (rc)
		return rc;
	hlrt_write(dev, chip->cpu_to_host, HLRT_FW_ACK_NONE);
	hlrt_write(dev, chip->msg_to_cpu, HLRT_FW_MSG_FIT_RDY);
	rc = readl_poll_timeout(dev->regs + chip->cpu_to_host, ack, ack != HLRT_FW_ACK_NONE,
				HLRT_FW_POLL_US, hlrt_fw_timeout_us());
	if (rc || ack != HLRT_FW_ACK_OK)
		return hlrt_fw_refused(dev, chip, &chip->boot_fit, ack);
	hlrt_write(dev, chip->msg_to_cpu, HLRT_FW_MSG_NONE);
	return 0;
}

static int hlrt_fw_send_linux(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	u32 status;
	int rc;

	rc = hlrt_fw_load(dev, chip, &chip->linux_fit);
	if (rc)
		return rc;
	hlrt_write(dev, chip->msg_to_cpu, HLRT_FW_MSG_FIT_RDY);
	rc = readl_poll_timeout(dev->regs + chip->boot_status, status,
				status == HLRT_FW_SRAM_AVAIL || status == HLRT_FW_FIT_CORRUPTED,
				HLRT_FW_POLL_US, hlrt_fw_timeout_us());
	hlrt_write(dev, chip->msg_to_cpu, HLRT_FW_MSG_NONE);
	if (rc || status != HLRT_FW_SRAM_AVAIL)
		return hlrt_fw_refused(dev, chip, &chip->linux_fit, status);
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

	if (dev->comms.asked_for)
		rc = hlrt_comms_start(dev, chip);
	else
		rc = hlrt_fw_start(dev, chip);
	if (rc)
		return rc;
	dev->fw_runs = true;
	if (!dev->comms.asked_for)
		hlrt_fw_version(dev, chip, chip->boot_version, dev->prop.boot_version,
				sizeof(dev->prop.boot_version));
	return 0;
}

void hlrt_fw_ask_reset(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	if (dev->comms.asked_for)
		hlrt_comms_ask_reset(dev);
	else
		hlrt_write(dev, chip->msg_to_cpu, HLRT_FW_MSG_RST_DEV);
}

void hlrt_fw_ask_halt(struct hlrt_device *dev, const struct hlrt_fw_chip *chip)
{
	if (dev->comms.asked_for) {
		hlrt_comms_ask_halt(dev);
		return;
	}
	hlrt_write(dev, chip->msg_to_cpu, HLRT_FW_MSG_GOTO_WFE);
	msleep(hlrt_halt_wait_ms);
	/* Preboot would read it again after the reset. */
	hlrt_write(dev, chip->msg_to_cpu, HLRT_FW_MSG_NONE);
}
