// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The device CPU: from preboot to a firmware that answers on its queues. */

#include <linux/bitfield.h>
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

#define GAUDI_PQ_READY_FOR_CP_SINGLE_MSI 3 /* enum pq_init_status */

/*
 * Host addresses as the CPU says them: bit 39 set, the rest of these bits clear; a register holds
 * them.
 */
#define GAUDI_CPU_MSB_MASK GENMASK_ULL(49, 39)

const struct hlrt_fw_chip gaudi_fw = {
	.hw_state = GAUDI_HW_STATE,
	.boot_status = GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS,
	.boot_error = GAUDI_CPU_BOOT_ERR0,
	.msg_to_cpu = GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU,
	.cpu_to_host = GAUDI_CPU_TO_HOST,
	.sts0 = GAUDI_CPU_BOOT_STS0,
	.preboot_version = GAUDI_PREBOOT_VERSION,
	.boot_version = GAUDI_UBOOT_VERSION,
	.gic = GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR,
	.regs_size = GAUDI_CFG_SIZE,
	.region = {
		[HLRT_FW_SRAM] = { GAUDI_BAR_SRAM, GAUDI_SRAM_BASE, GAUDI_SRAM_SIZE },
		[HLRT_FW_DRAM] = { GAUDI_BAR_HBM, GAUDI_DRAM_BASE, GAUDI_FW_AREA },
	},
	.boot_fit = { GAUDI_BOOT_FIT_FILE, HLRT_FW_SRAM, GAUDI_BOOT_FIT_OFFSET },
	.linux_fit = { GAUDI_LINUX_FIT_FILE, HLRT_FW_DRAM, GAUDI_LINUX_FIT_OFFSET },
};

int gaudi_boot_cpu(struct hlrt_device *dev)
{
	/* Bits 49:39 of the addresses that the CPU, with its 40 bits, cannot say. */
	hlrt_write(dev, GAUDI_CPU_IF_CPU_MSB_ADDR,
		   FIELD_GET(GAUDI_CPU_MSB_MASK, dev->cpucp.mem.bus + GAUDI_HOST_BASE));
	return hlrt_fw_boot(dev, &gaudi_fw);
}

static const struct hlrt_cpucp_regs gaudi_cpucp_regs = {
	.pq_lo = GAUDI_CPU_IF_PQ_BASE_ADDR_LOW,
	.pq_hi = GAUDI_CPU_IF_PQ_BASE_ADDR_HIGH,
	.pq_len = GAUDI_CPU_IF_PQ_LENGTH,
	.cq_lo = GAUDI_CPU_IF_CQ_BASE_ADDR_LOW,
	.cq_hi = GAUDI_CPU_IF_CQ_BASE_ADDR_HIGH,
	.cq_len = GAUDI_CPU_IF_CQ_LENGTH,
	.eq_lo = GAUDI_CPU_IF_EQ_BASE_ADDR_LOW,
	.eq_hi = GAUDI_CPU_IF_EQ_BASE_ADDR_HIGH,
	.eq_len = GAUDI_CPU_IF_EQ_LENGTH,
	.eq_ci = GAUDI_CPU_IF_EQ_RD_OFFS,
	.pq_pi = GAUDI_CPU_IF_PF_PQ_PI,
	.init = GAUDI_CPU_IF_QUEUE_INIT,
	.init_value = GAUDI_PQ_READY_FOR_CP_SINGLE_MSI,
	.sts0 = GAUDI_CPU_BOOT_STS0,
	.pi_interrupt = GAUDI_CPU_ID_PI_UPDATE,
};

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
	cpucp->regs = &gaudi_cpucp_regs;
	return 0;
}

/* Before a reset: the CPU must not run into it. */
void gaudi_halt_cpu(struct hlrt_device *dev)
{
	if (dev->fw_runs)
		hlrt_write(dev, dev->comms.irq[HLRT_FW_IRQ_HALT], GAUDI_CPU_ID_HALT_MACHINE);
	else if (dev->fw_resets)
		hlrt_fw_ask_reset(dev, &gaudi_fw);
	else
		hlrt_fw_ask_halt(dev, &gaudi_fw);
	dev->fw_runs = false;
}
