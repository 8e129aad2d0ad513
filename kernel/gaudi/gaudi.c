// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Gaudi: its table of operations, and the order in which it is brought up. */

#include <linux/slab.h>

#include "gaudi.h"

/* Accesses through BARs count as secure (gaudi_masks.h). */
#define GAUDI_LBW_PROT_OVR_RD 0x700
#define GAUDI_LBW_PROT_OVR_WR 0x7000

#define GAUDI_CLK_PLL 5 /* uapi: HL_GAUDI_MME_PLL */

static void gaudi_set_props(struct hlrt_device *dev)
{
	dev->prop = (struct hlrt_props){
		.name = "GAUDI",
		.card_name = "HL205",
		.dma_bits = 48,
		.num_queues = GAUDI_USER_QUEUES,
		.dram_base = GAUDI_DRAM_BASE,
		.dram_user_base = GAUDI_DRAM_USER_BASE,
		.dram_bar = GAUDI_BAR_HBM,
		.sram_user_base = GAUDI_SRAM_BASE + GAUDI_SRAM_RESERVED,
		.sram_user_size = GAUDI_SRAM_SIZE - GAUDI_SRAM_RESERVED,
		/* One vector carries completions and events: the single-MSI mode. */
		.irq_flags = PCI_IRQ_MSI,
		.num_irqs = 1,
		.host_base = GAUDI_HOST_BASE,
		.va[HLRT_VA_HOST] = { GAUDI_VA_HOST_BASE, GAUDI_VA_HOST_END },
		.pgt_base = GAUDI_PGT_BASE,
		.pgt_size = GAUDI_PGT_SIZE,
		.max_asid = GAUDI_MAX_ASID,
		.first_user_sob = GAUDI_FIRST_USER_SOB,
		.first_user_monitor = GAUDI_FIRST_USER_MONITOR,
		.num_events = GAUDI_EVENT_SIZE,
		.idle_power_mw = 60000, /* gaudiP.h, DC_POWER_DEFAULT_PCI and _PMC */
		/*
		 * The BAR shows all of HBM or, on boards with little address space, its beginning.
		 */
		.dram_size =
			min_t(u64, GAUDI_DRAM_SIZE, pci_resource_len(dev->pdev, GAUDI_BAR_HBM)),
	};
}

static int gaudi_early_init(struct hlrt_device *dev)
{
	struct gaudi *gaudi;
	int rc;

	gaudi = kzalloc(sizeof(*gaudi), GFP_KERNEL);
	if (!gaudi)
		return -ENOMEM;
	dev->asic_priv = gaudi;
	gaudi_set_props(dev);
	rc = gaudi_map_bars(dev);
	if (rc) {
		dev->asic_priv = NULL;
		kfree(gaudi);
	}
	return rc;
}

static int gaudi_wake(struct hlrt_device *dev)
{
	return gaudi_point_bars(dev) ?: hlrt_fw_wake(dev, &gaudi_fw);
}

static void gaudi_early_fini(struct hlrt_device *dev)
{
	gaudi_unmap_bars(dev);
	kfree(dev->asic_priv);
	dev->asic_priv = NULL;
}

static void gaudi_claim(struct hlrt_device *dev)
{
	hlrt_write(dev, GAUDI_PCIE_WRAP_LBW_PROT_OVR,
		   GAUDI_LBW_PROT_OVR_RD | GAUDI_LBW_PROT_OVR_WR);
	hlrt_read(dev, GAUDI_PCIE_WRAP_LBW_PROT_OVR);
	hlrt_write(dev, GAUDI_HW_STATE, HLRT_FW_HW_DIRTY);
}

/* Protection stands before the first queue runs, and that before anybody can submit. */
static int gaudi_hw_init(struct hlrt_device *dev)
{
	int rc;

	gaudi_claim(dev);
	rc = gaudi_boot_cpu(dev);
	if (rc)
		return rc;
	rc = gaudi_init_mmu(dev);
	if (rc)
		return rc;
	gaudi_init_security(dev);
	hlrt_sync_init(dev);
	gaudi_init_queues(dev);
	gaudi_set_asid(dev, 1);
	hlrt_start_device_counter(dev, GAUDI_PSOC_TIMESTAMP_CNTCR, GAUDI_PSOC_TIMESTAMP_CNTCVL,
				  GAUDI_PSOC_TIMESTAMP_CNTCVU);
	rc = hlrt_cpucp_start(dev);
	if (rc)
		gaudi_halt_engines(dev);
	return rc;
}

static int gaudi_late_init(struct hlrt_device *dev)
{
	int rc;

	rc = hlrt_cpucp_test(dev);
	if (rc)
		return rc;
	rc = hlrt_cpucp_read_info(dev);
	if (rc)
		return rc;
	rc = hlrt_cpucp_call(dev, HLRT_CPUCP_ENABLE_PCI_ACCESS, 0, 0, NULL);
	if (rc)
		return rc;
	rc = hlrt_queues_test(dev);
	if (rc)
		return rc;
	/* From here on the firmware may send events. */
	hlrt_write(dev, dev->comms.irq[HLRT_FW_IRQ_EVENTS], GAUDI_CPU_ID_INTS_REGISTER);
	return 0;
}

static u64 gaudi_device_time(struct hlrt_device *dev)
{
	return hlrt_device_counter(dev, GAUDI_PSOC_TIMESTAMP_CNTCVL, GAUDI_PSOC_TIMESTAMP_CNTCVU);
}

static int gaudi_clk_rate(struct hlrt_device *dev, u32 *cur_mhz, u32 *max_mhz)
{
	return hlrt_cpucp_frequency(dev, GAUDI_CLK_PLL, true, cur_mhz)
		       ?: hlrt_cpucp_frequency(dev, GAUDI_CLK_PLL, false, max_mhz);
}

const struct hlrt_asic_ops hlrt_gaudi_ops = {
	.mmu = {
		.hops = GAUDI_MMU_HOPS,
		.shift = { 48, 39, 30, 21, 12 }, /* mmu_v1_1.h */
		.huge_hop = 3,
		.page_size = 4 << 10,
		.huge_page_size = 2 << 20,
		.addr_mask = ~GAUDI_PTE_FLAGS,
		.flag_present = GAUDI_PTE_PRESENT,
		.flag_last = GAUDI_PTE_LAST,
	},
	.early_init = gaudi_early_init,
	.early_fini = gaudi_early_fini,
	.wake = gaudi_wake,
	.sw_init = gaudi_alloc_cpu_memory,
	.sw_fini = hlrt_cpucp_fini,
	.hw_init = gaudi_hw_init,
	.late_init = gaudi_late_init,
	.halt = gaudi_halt_engines,
	.hw_reset = gaudi_hw_reset,
	.ring = gaudi_ring,
	.end_of_cb_size = gaudi_end_of_cb_size,
	.end_of_cb = gaudi_end_of_cb,
	.validate = gaudi_validate,
	.is_idle = gaudi_is_idle,
	.invalidate = gaudi_invalidate,
	.scrub = gaudi_scrub,
	.reset_user_registers = hlrt_sync_clear,
	.sync = &gaudi_sync,
	.dram_window = gaudi_dram_window,
	.device_time = gaudi_device_time,
	.clk_rate = gaudi_clk_rate,
	.event_rules = gaudi_event_rules,
	.num_event_rules = &gaudi_num_event_rules,
};
