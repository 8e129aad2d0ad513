// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The device CPU: from preboot to a firmware that answers on its queues. */

#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/firmware.h>
#include <linux/iopoll.h>
#include <linux/module.h>

#include "../fw.h"
#include "gaudi.h"

#define GAUDI_BOOT_FIT_FILE "habanalabs/gaudi/gaudi-boot-fit.itb"
#define GAUDI_LINUX_FIT_FILE "habanalabs/gaudi/gaudi-fit.itb"
MODULE_FIRMWARE(GAUDI_BOOT_FIT_FILE);
MODULE_FIRMWARE(GAUDI_LINUX_FIT_FILE);

/* Where the images go (gaudi_fw_if.h). */
#define GAUDI_BOOT_FIT_OFFSET 0x100000	/* in SRAM */
#define GAUDI_LINUX_FIT_OFFSET 0x800000 /* in HBM */
#define GAUDI_FW_AREA 0x10000000	/* first 256 MiB of HBM */

/* Scratch registers with a meaning (gaudi_reg_map.h). */
#define GAUDI_CPU_BOOT_STS0 GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_20
#define GAUDI_CPU_TO_HOST GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_23
#define GAUDI_CPU_BOOT_ERR0 GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_24
#define GAUDI_PREBOOT_VERSION GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_28
#define GAUDI_UBOOT_VERSION GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_29

/* enum pq_init_status */
#define GAUDI_PQ_READY_FOR_HOST 2
#define GAUDI_PQ_READY_FOR_CP_SINGLE_MSI 3

/*
 * Host addresses as the CPU says them: bit 39 set, the rest of these bits clear; a register holds
 * them.
 */
#define GAUDI_CPU_MSB_MASK GENMASK_ULL(49, 39)

static struct hlrt_fw_regs gaudi_fw_regs(struct hlrt_device *dev)
{
	void __iomem *regs = to_gaudi(dev)->regs;

	return (struct hlrt_fw_regs){
		.boot_status = regs + GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS,
		.boot_error = regs + GAUDI_CPU_BOOT_ERR0,
		.msg_to_cpu = regs + GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU,
		.cpu_to_host = regs + GAUDI_CPU_TO_HOST,
	};
}

/* The firmware leaves its version strings in SRAM and their offsets in scratch registers. */
static void gaudi_read_version(struct hlrt_device *dev, u32 reg, char *version, size_t size)
{
	u32 offset = gaudi_read(dev, reg) & ~lower_32_bits(GAUDI_SRAM_BASE);

	if (offset >= GAUDI_SRAM_SIZE - size) {
		strscpy(version, "unavailable", size);
		return;
	}
	memcpy_fromio(version, dev->bar[GAUDI_BAR_SRAM] + offset, size);
	version[size - 1] = '\0';
}

int gaudi_wait_preboot(struct hlrt_device *dev)
{
	struct hlrt_fw_regs regs = gaudi_fw_regs(dev);
	u32 sts0;
	int rc;

	rc = hlrt_fw_wait_preboot(dev, &regs);
	if (rc)
		return rc;
	sts0 = gaudi_read(dev, GAUDI_CPU_BOOT_STS0);
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
	to_gaudi(dev)->fw_resets = sts0 & HLRT_FW_STS0_FW_RESET;
	gaudi_read_version(dev, GAUDI_PREBOOT_VERSION, dev->prop.preboot_version,
			   sizeof(dev->prop.preboot_version));
	return 0;
}

void gaudi_adopt_cpu(struct hlrt_device *dev)
{
	u32 sts0 = gaudi_read(dev, GAUDI_CPU_BOOT_STS0);
	struct gaudi *gaudi = to_gaudi(dev);

	gaudi->linux_runs =
		gaudi_read(dev, GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS) == HLRT_FW_SRAM_AVAIL;
	gaudi->fw_resets = (sts0 & HLRT_FW_STS0_ENABLED) && (sts0 & HLRT_FW_STS0_FW_RESET);
}

int gaudi_boot_cpu(struct hlrt_device *dev)
{
	struct hlrt_fw_regs regs = gaudi_fw_regs(dev);
	const struct hlrt_fw_image boot_fit = {
		.name = GAUDI_BOOT_FIT_FILE,
		.dst = dev->bar[GAUDI_BAR_SRAM] + GAUDI_BOOT_FIT_OFFSET,
		.max = GAUDI_SRAM_SIZE - GAUDI_BOOT_FIT_OFFSET,
	};
	const struct hlrt_fw_image linux_fit = {
		.name = GAUDI_LINUX_FIT_FILE,
		.dst = dev->bar[GAUDI_BAR_HBM] + GAUDI_LINUX_FIT_OFFSET,
		.max = GAUDI_FW_AREA - GAUDI_LINUX_FIT_OFFSET,
	};
	int rc;

	/* Bits 49:39 of the addresses that the CPU, with its 40 bits, cannot say. */
	gaudi_write(dev, GAUDI_CPU_IF_CPU_MSB_ADDR,
		    FIELD_GET(GAUDI_CPU_MSB_MASK, dev->cpucp.mem.bus + GAUDI_HOST_BASE));
	rc = hlrt_fw_boot(dev, &regs, &boot_fit, &linux_fit);
	if (rc)
		return rc;
	to_gaudi(dev)->linux_runs = true;
	gaudi_read_version(dev, GAUDI_UBOOT_VERSION, dev->prop.boot_version,
			   sizeof(dev->prop.boot_version));
	return 0;
}

static void gaudi_ring_cpu(struct hlrt_device *dev, u32 pi)
{
	gaudi_write(dev, GAUDI_CPU_IF_PF_PQ_PI, pi);
	gaudi_write(dev, GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR, GAUDI_CPU_ID_PI_UPDATE);
}

int gaudi_alloc_cpu_memory(struct hlrt_device *dev)
{
	struct hlrt_cpucp *cpucp = &dev->cpucp;
	u64 first, last;
	int rc;

	rc = hlrt_cpucp_init(dev);
	if (rc)
		return rc;
	first = cpucp->mem.bus + GAUDI_HOST_BASE;
	last = first + cpucp->mem.size - 1;
	if ((first & GAUDI_CPU_MSB_MASK) != (last & GAUDI_CPU_MSB_MASK)) {
		dev_err(dev->dev, "memory for the device CPU lies across a 512 GiB boundary\n");
		hlrt_cpucp_fini(dev);
		return -ENOMEM;
	}
	cpucp->addr = (first & ~GAUDI_CPU_MSB_MASK) | BIT_ULL(39);
	cpucp->ring = gaudi_ring_cpu;
	return 0;
}

static void gaudi_write_pair(struct hlrt_device *dev, u32 lo, u32 hi, u64 value)
{
	gaudi_write(dev, lo, lower_32_bits(value));
	gaudi_write(dev, hi, upper_32_bits(value));
}

int gaudi_start_cpu_queues(struct hlrt_device *dev)
{
	struct hlrt_cpucp *cpucp = &dev->cpucp;
	u32 status, sts0;

	hlrt_cpucp_reset(dev);
	gaudi_write_pair(dev, GAUDI_CPU_IF_PQ_BASE_ADDR_LOW, GAUDI_CPU_IF_PQ_BASE_ADDR_HIGH,
			 cpucp->addr + HLRT_CPUCP_PQ_OFFSET);
	gaudi_write_pair(dev, GAUDI_CPU_IF_EQ_BASE_ADDR_LOW, GAUDI_CPU_IF_EQ_BASE_ADDR_HIGH,
			 cpucp->addr + HLRT_CPUCP_EQ_OFFSET);
	gaudi_write_pair(dev, GAUDI_CPU_IF_CQ_BASE_ADDR_LOW, GAUDI_CPU_IF_CQ_BASE_ADDR_HIGH,
			 cpucp->addr);
	gaudi_write(dev, GAUDI_CPU_IF_PQ_LENGTH, HLRT_CPUCP_PQ_LENGTH * 16);
	gaudi_write(dev, GAUDI_CPU_IF_EQ_LENGTH, HLRT_CPUCP_EQ_LENGTH * 64);
	gaudi_write(dev, GAUDI_CPU_IF_CQ_LENGTH, HLRT_CPUCP_SIZE);
	gaudi_write(dev, GAUDI_CPU_IF_EQ_RD_OFFS, 0);
	gaudi_write(dev, GAUDI_CPU_IF_PF_PQ_PI, 0);
	gaudi_write(dev, GAUDI_CPU_IF_QUEUE_INIT, GAUDI_PQ_READY_FOR_CP_SINGLE_MSI);
	gaudi_write(dev, GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR, GAUDI_CPU_ID_PI_UPDATE);

	if (readl_poll_timeout(to_gaudi(dev)->regs + GAUDI_CPU_IF_QUEUE_INIT, status,
			       status == GAUDI_PQ_READY_FOR_HOST, 1000,
			       (u64)hlrt_boot_timeout_ms * 1000)) {
		dev_err(dev->dev, "device CPU does not take its queues: status %u\n", status);
		return -EIO;
	}
	sts0 = gaudi_read(dev, GAUDI_CPU_BOOT_STS0);
	cpucp->pi_ack = (sts0 & HLRT_FW_STS0_ENABLED) && (sts0 & HLRT_FW_STS0_PI_ACK);
	mutex_lock(&cpucp->lock);
	cpucp->up = true;
	mutex_unlock(&cpucp->lock);
	return 0;
}

/* Before a reset: the CPU must not run into it. */
void gaudi_halt_cpu(struct hlrt_device *dev)
{
	struct gaudi *gaudi = to_gaudi(dev);

	if (gaudi->linux_runs) {
		gaudi_write(dev, GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR,
			    GAUDI_CPU_ID_HALT_MACHINE);
	} else if (gaudi->fw_resets) {
		gaudi_write(dev, GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU, HLRT_FW_MSG_RST_DEV);
	} else {
		gaudi_write(dev, GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU, HLRT_FW_MSG_GOTO_WFE);
		msleep(hlrt_halt_wait_ms);
		/* Preboot would read it again after the reset. */
		gaudi_write(dev, GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU, HLRT_FW_MSG_NONE);
	}
	gaudi->linux_runs = false;
}
