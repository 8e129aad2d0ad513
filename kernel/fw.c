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

static int hlrt_fw_failed(struct hlrt_device *dev, const struct hlrt_fw_regs *regs,
			  const char *what, u32 status)
{
	dev_err(dev->dev, "boot CPU %s: status %u, errors 0x%x\n", what, status,
		readl(regs->boot_error));
	return -EIO;
}

int hlrt_fw_wait_preboot(struct hlrt_device *dev, const struct hlrt_fw_regs *regs)
{
	u32 status;

	if (readl_poll_timeout(regs->boot_status, status, hlrt_fw_preboot_ready(status),
			       HLRT_FW_POLL_US, hlrt_fw_timeout_us()))
		return hlrt_fw_failed(dev, regs, "is not ready", status);
	return 0;
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
		dev_err(dev->dev, "firmware %s has %zu bytes, at most %zu fit\n", image->name,
			fw->size, image->max);
		rc = -EFBIG;
	} else {
		memcpy_toio(image->dst, fw->data, fw->size);
	}
	release_firmware(fw);
	return rc;
}

static int hlrt_fw_send_boot_fit(struct hlrt_device *dev, const struct hlrt_fw_regs *regs,
				 const struct hlrt_fw_image *image)
{
	u32 ack;
	int rc;

	rc = hlrt_fw_load(dev, image);
	if (rc)
		return rc;
	writel(HLRT_FW_ACK_NONE, regs->cpu_to_host);
	writel(HLRT_FW_MSG_FIT_RDY, regs->msg_to_cpu);
	if (readl_poll_timeout(regs->cpu_to_host, ack, ack == HLRT_FW_ACK_OK, HLRT_FW_POLL_US,
			       hlrt_fw_timeout_us()))
		return hlrt_fw_failed(dev, regs, "does not take the boot image", ack);
	writel(HLRT_FW_MSG_NONE, regs->msg_to_cpu);
	return 0;
}

static int hlrt_fw_send_linux(struct hlrt_device *dev, const struct hlrt_fw_regs *regs,
			      const struct hlrt_fw_image *image)
{
	u32 status;
	int rc;

	rc = hlrt_fw_load(dev, image);
	if (rc)
		return rc;
	writel(HLRT_FW_MSG_FIT_RDY, regs->msg_to_cpu);
	rc = readl_poll_timeout(regs->boot_status, status, status == HLRT_FW_SRAM_AVAIL,
				HLRT_FW_POLL_US, hlrt_fw_timeout_us());
	writel(HLRT_FW_MSG_NONE, regs->msg_to_cpu);
	if (rc)
		return hlrt_fw_failed(dev, regs, "does not start its system", status);
	return 0;
}

int hlrt_fw_boot(struct hlrt_device *dev, const struct hlrt_fw_regs *regs,
		 const struct hlrt_fw_image *boot_fit, const struct hlrt_fw_image *linux_fit)
{
	u32 status;
	int rc;

	rc = hlrt_fw_wait_preboot(dev, regs);
	if (rc)
		return rc;
	/* Boards with their boot loader in flash do not ask. */
	if (readl(regs->boot_status) == HLRT_FW_WAITING_FOR_BOOT_FIT) {
		rc = hlrt_fw_send_boot_fit(dev, regs, boot_fit);
		if (rc)
			return rc;
	}
	if (readl_poll_timeout(regs->boot_status, status, hlrt_fw_loader_ready(status),
			       HLRT_FW_POLL_US, hlrt_fw_timeout_us()))
		return hlrt_fw_failed(dev, regs, "does not start its loader", status);
	if (status == HLRT_FW_SRAM_AVAIL)
		return 0;
	return hlrt_fw_send_linux(dev, regs, linux_fit);
}
