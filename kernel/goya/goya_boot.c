// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The device CPU: its images, its queues, and the address space in which it sees host memory. */

#include <linux/log2.h>
#include <linux/module.h>

#include "goya.h"

#define GOYA_BOOT_FIT_FILE "habanalabs/goya/goya-boot-fit.itb"
#define GOYA_LINUX_FIT_FILE "habanalabs/goya/goya-fit.itb"
MODULE_FIRMWARE(GOYA_BOOT_FIT_FILE);
MODULE_FIRMWARE(GOYA_LINUX_FIT_FILE);

#define GOYA_BOOT_FIT_OFFSET 0x200000  /* in SRAM (hl_boot_if.h) */
#define GOYA_LINUX_FIT_OFFSET 0x800000 /* in DDR (goya_fw_if.h) */

#define GOYA_PQ_READY_FOR_CP 1 /* enum pq_init_status */

#define GOYA_CPU_ASID 0
#define GOYA_USER_BITS 0x7FFu /* address space and MMU bypass, in CPU_IF's overrides */

const struct hlrt_fw_chip goya_fw = {
	.hw_state = GOYA_HW_STATE,
	.boot_status = GOYA_CPU_BOOT_STATUS,
	.boot_error = GOYA_CPU_BOOT_ERR0,
	.msg_to_cpu = GOYA_KMD_MSG_TO_CPU,
	.cpu_to_host = GOYA_CPU_CMD_STATUS_TO_HOST,
	.sts0 = GOYA_CPU_BOOT_DEV_STS0,
	.preboot_version = GOYA_PREBOOT_VER_OFFSET,
	.boot_version = GOYA_UBOOT_VER_OFFSET,
	.gic = GOYA_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR,
	.regs_size = GOYA_CFG_SIZE,
	.region = {
		[HLRT_FW_SRAM] = { GOYA_BAR_SRAM_CFG, GOYA_SRAM_BASE, GOYA_SRAM_SIZE },
		[HLRT_FW_DRAM] = { GOYA_BAR_DDR, GOYA_DRAM_BASE, GOYA_FW_AREA },
	},
	.boot_fit = { GOYA_BOOT_FIT_FILE, HLRT_FW_SRAM, GOYA_BOOT_FIT_OFFSET },
	.linux_fit = { GOYA_LINUX_FIT_FILE, HLRT_FW_DRAM, GOYA_LINUX_FIT_OFFSET },
};

static const struct hlrt_cpucp_regs goya_cpucp_regs = {
	.pq_lo = GOYA_CPU_PQ_BASE_ADDR_LOW,
	.pq_hi = GOYA_CPU_PQ_BASE_ADDR_HIGH,
	.pq_len = GOYA_CPU_PQ_LENGTH,
	.cq_lo = GOYA_CPU_CQ_BASE_ADDR_LOW,
	.cq_hi = GOYA_CPU_CQ_BASE_ADDR_HIGH,
	.cq_len = GOYA_CPU_CQ_LENGTH,
	.eq_lo = GOYA_CPU_EQ_BASE_ADDR_LOW,
	.eq_hi = GOYA_CPU_EQ_BASE_ADDR_HIGH,
	.eq_len = GOYA_CPU_EQ_LENGTH,
	.eq_ci = GOYA_CPU_EQ_CI,
	.pq_pi = GOYA_CPU_IF_PF_PQ_PI,
	.init = GOYA_CPU_PQ_INIT_STATUS,
	.init_value = GOYA_PQ_READY_FOR_CP,
	.sts0 = GOYA_CPU_BOOT_DEV_STS0,
	.pi_interrupt = GOYA_CPU_ID_PI_UPDATE,
};

int goya_alloc_cpu_memory(struct hlrt_device *dev)
{
	int rc;

	rc = hlrt_cpucp_init(dev);
	if (rc)
		return rc;
	dev->cpucp.addr = GOYA_VA_CPU_MEM;
	dev->cpucp.regs = &goya_cpucp_regs;
	return 0;
}

/* From now on the CPU's accesses are translated, in its own address space. */
static void goya_translate_cpu(struct hlrt_device *dev)
{
	static const u32 overrides[] = { GOYA_CPU_IF_ARUSER_OVR, GOYA_CPU_IF_AWUSER_OVR };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(overrides); i++)
		hlrt_write(dev, overrides[i],
			   (hlrt_read(dev, overrides[i]) & ~GOYA_USER_BITS) | GOYA_CPU_ASID);
	hlrt_write(dev, GOYA_CPU_IF_ARUSER_OVR_EN, GOYA_USER_BITS);
	hlrt_write(dev, GOYA_CPU_IF_AWUSER_OVR_EN, GOYA_USER_BITS);
	hlrt_read(dev, GOYA_CPU_IF_AWUSER_OVR_EN);
}

int goya_map_cpu_memory(struct hlrt_device *dev)
{
	struct hlrt_as *as = &to_goya(dev)->cpu;
	int rc;

	hlrt_as_fini(as, false); /* of before the reset */
	*as = (struct hlrt_as){ .dev = dev, .asid = GOYA_CPU_ASID };
	rc = hlrt_as_init(as);
	if (rc)
		return rc;
	/* Its image, where it is; its queues, where its registers can name them. */
	rc = hlrt_mmu_map(as, GOYA_DRAM_BASE, GOYA_DRAM_BASE, GOYA_FW_AREA);
	if (!rc)
		rc = hlrt_mmu_map(as, GOYA_VA_CPU_MEM, dev->cpucp.mem.bus + GOYA_HOST_BASE,
				  dev->cpucp.mem.size);
	if (!rc)
		rc = hlrt_mmu_flush(dev);
	if (rc)
		return rc;
	goya_translate_cpu(dev);
	return 0;
}

void goya_free_cpu_memory(struct hlrt_device *dev)
{
	hlrt_as_fini(&to_goya(dev)->cpu, false);
	hlrt_cpucp_fini(dev);
}

/* The firmware knows how much memory the card has; without a sound answer it is the least. */
int goya_learn_dram_size(struct hlrt_device *dev)
{
	u64 size = dev->cpucp.dram_size;

	if (size && (!is_power_of_2(size) || size < GOYA_DRAM_DEFAULT_SIZE)) {
		dev_warn(dev->dev, "firmware tells of %llu bytes of DRAM, using %llu\n", size,
			 GOYA_DRAM_DEFAULT_SIZE);
		size = 0;
	}
	if (!size)
		size = GOYA_DRAM_DEFAULT_SIZE;
	/* What is handed out already does not change. */
	if (dev->dram_bitmap && size != dev->prop.dram_size)
		return -EIO;
	dev->prop.dram_size = size;
	hlrt_write(dev, GOYA_MMU_LOG2_DDR_SIZE, ilog2(size));
	return 0;
}
