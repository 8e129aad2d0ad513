// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Goya: its table of operations, and the order in which it is brought up. */

#include <linux/slab.h>

#include "goya.h"

#define GOYA_CLK_PLL 3 /* uapi: HL_GOYA_MME_PLL */

static void goya_set_props(struct hlrt_device *dev)
{
	dev->prop = (struct hlrt_props){
		.name = "GOYA",
		.card_name = "HL1000",
		.dma_bits = 48,
		.num_queues = GOYA_USER_QUEUES,
		.dram_base = GOYA_DRAM_BASE,
		.dram_size = GOYA_DRAM_DEFAULT_SIZE,
		.dram_user_base = GOYA_DRAM_USER_BASE,
		.dram_bar = GOYA_BAR_DDR,
		.dram_page = GOYA_DRAM_PAGE,
		.placement = HLRT_PLACE_KERNEL,
		.sram_user_base = GOYA_SRAM_BASE + GOYA_SRAM_RESERVED,
		.sram_user_size = GOYA_SRAM_SIZE - GOYA_SRAM_RESERVED,
		.irq_flags = PCI_IRQ_MSIX,
		.num_irqs = GOYA_MSIX_VECTORS,
		.host_base = GOYA_HOST_BASE,
		.va = {
			[HLRT_VA_HOST] = { GOYA_VA_HOST_BASE, GOYA_VA_HOST_END },
			[HLRT_VA_DRAM] = { GOYA_VA_DRAM_BASE, GOYA_VA_DRAM_END, GOYA_DRAM_PAGE },
		},
		.pgt_base = GOYA_PGT_BASE,
		.pgt_size = GOYA_PGT_SIZE,
		.max_asid = GOYA_MAX_ASID,
		.num_events = GOYA_EVENT_SIZE,
		.idle_power_mw = 20000, /* goyaP.h, DC_POWER_DEFAULT */
	};
}

static int goya_early_init(struct hlrt_device *dev)
{
	struct goya *goya;
	int rc;

	goya = kzalloc(sizeof(*goya), GFP_KERNEL);
	if (!goya)
		return -ENOMEM;
	dev->asic_priv = goya;
	goya_set_props(dev);
	rc = goya_map_bars(dev);
	if (rc) {
		dev->asic_priv = NULL;
		kfree(goya);
	}
	return rc;
}

static int goya_wake(struct hlrt_device *dev)
{
	return goya_point_bars(dev) ?: hlrt_fw_wake(dev, &goya_fw);
}

static void goya_early_fini(struct hlrt_device *dev)
{
	goya_unmap_bars(dev);
	kfree(dev->asic_priv);
	dev->asic_priv = NULL;
}

/* Protection stands before the first queue runs, and that before anybody can submit. */
static int goya_hw_init(struct hlrt_device *dev)
{
	int rc;

	hlrt_write(dev, GOYA_HW_STATE, HLRT_FW_HW_DIRTY);
	rc = hlrt_fw_boot(dev, &goya_fw);
	if (rc)
		return rc;
	rc = goya_init_mmu(dev);
	if (rc)
		return rc;
	goya_init_security(dev);
	hlrt_sync_init(dev);
	goya_init_queues(dev);
	hlrt_start_device_counter(dev, GOYA_PSOC_TIMESTAMP_CNTCR, GOYA_PSOC_TIMESTAMP_CNTCVL,
				  GOYA_PSOC_TIMESTAMP_CNTCVU);
	rc = goya_map_cpu_memory(dev);
	if (!rc)
		rc = hlrt_cpucp_start(dev);
	if (rc)
		goya_halt_engines(dev);
	return rc;
}

static int goya_late_init(struct hlrt_device *dev)
{
	int rc;

	rc = hlrt_cpucp_test(dev);
	if (rc)
		return rc;
	rc = hlrt_cpucp_read_info(dev);
	if (rc)
		return rc;
	rc = goya_learn_dram_size(dev);
	if (rc)
		return rc;
	rc = hlrt_cpucp_call(dev, HLRT_CPUCP_ENABLE_PCI_ACCESS, 0, 0, NULL);
	if (rc)
		return rc;
	rc = hlrt_queues_test(dev);
	if (rc)
		return rc;
	/* From here on the firmware may send events. */
	hlrt_write(dev, dev->comms.irq[HLRT_FW_IRQ_EVENTS], GOYA_CPU_ID_INTS_REGISTER);
	return 0;
}

static u64 goya_device_time(struct hlrt_device *dev)
{
	return hlrt_device_counter(dev, GOYA_PSOC_TIMESTAMP_CNTCVL, GOYA_PSOC_TIMESTAMP_CNTCVU);
}

static int goya_clk_rate(struct hlrt_device *dev, u32 *cur_mhz, u32 *max_mhz)
{
	return hlrt_cpucp_frequency(dev, GOYA_CLK_PLL, true, cur_mhz)
		       ?: hlrt_cpucp_frequency(dev, GOYA_CLK_PLL, false, max_mhz);
}

const struct hlrt_asic_ops hlrt_goya_ops = {
	.mmu = {
		.hops = GOYA_MMU_HOPS,
		.shift = { 48, 39, 30, 21, 12 }, /* mmu_v1_0.h */
		.huge_hop = 3,
		.page_size = 4 << 10,
		.huge_page_size = 2 << 20,
		.addr_mask = ~GOYA_PTE_FLAGS,
		.flag_present = GOYA_PTE_PRESENT,
		.flag_last = GOYA_PTE_LAST,
		/* goya_mmu_invalidate_cache(): nothing to be done after mapping. */
		.absence_not_cached = true,
	},
	.early_init = goya_early_init,
	.early_fini = goya_early_fini,
	.wake = goya_wake,
	.sw_init = goya_alloc_cpu_memory,
	.sw_fini = goya_free_cpu_memory,
	.hw_init = goya_hw_init,
	.late_init = goya_late_init,
	.halt = goya_halt_engines,
	.hw_reset = goya_hw_reset,
	.ring = goya_ring,
	.end_of_cb_size = goya_end_of_cb_size,
	.end_of_cb = goya_end_of_cb,
	.validate = goya_validate,
	.is_idle = goya_is_idle,
	.invalidate = goya_invalidate,
	.scrub = goya_scrub,
	.reset_user_registers = goya_reset_user_registers,
	.dram_window = goya_dram_window,
	.device_time = goya_device_time,
	.clk_rate = goya_clk_rate,
	.sync = &goya_sync,
	.event_rules = goya_event_rules,
	.num_event_rules = &goya_num_event_rules,
};
