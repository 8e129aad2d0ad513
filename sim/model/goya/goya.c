// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* goya.c - Goya as one chip of the family: its map, its registers of the shared units, its hooks. */
#include "engine.h"
#include "identity.h"

#define DEVICE_GOYA 0x0001
#define DRAM_SIZE 0x400000000ull     /* 16 GiB, as the cards have */
#define SCRATCH_BASE 0x7FFBFE0000ull /* PSOC scratchpad, then PCIe firmware SRAM */
#define SCRATCH_SIZE 0x18000ull
#define PCIE_FIRST 0xC01000
#define PCIE_LAST 0xC10FFF
#define SYNC_PAGES_END 0x115000
#define OVERRIDE_ALL 0x7FFu /* CPU_IF_*USER_OVR_EN: ASID and bypass, bit by bit */

/* Objects and monitors fill their pages; no driver writes protection bits there, nor is there room for them. */
bool hlm_goya_has_prot_bits(uint32_t offset)
{
	return offset < GOYA_SYNC_MNGR_SOB_OBJ_0 || offset >= SYNC_PAGES_END;
}

static uint32_t initial_value(uint32_t offset)
{
	/* A set protection bit lets anybody in, and a range that is all ones catches nothing. */
	if ((offset & (REG_PAGE_SIZE - 1)) >= PROT_BITS_OFFSET && hlm_goya_has_prot_bits(offset))
		return 0xFFFFFFFF;
	return hlm_goya_is_range_register(offset) ? 0xFFFFFFFF : 0;
}

static void engine_idle(struct goya_dma *dma)
{
	dma->commits = 0;
	atomic_store(&dma->busy, false);
	atomic_store(&dma->stopped, false);
	atomic_store(&dma->queue.active, false);
	atomic_store(&dma->queue.parked, false);
	atomic_store(&dma->queue.stopped, false);
}

static void power_on(struct hlm_chip *c)
{
	for (unsigned int channel = 0; channel < GOYA_NUM_DMA; channel++) {
		engine_idle(&goya_of(c)->dma[channel]);
		/* Software relies on secure units to bypass the MMU without asking for it, and clears the rest. */
		hlm_set_raw(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_SECURE_PROPS), GOYA_PROPS_MMBP);
		hlm_set_raw(c, goya_dma_reg(channel, GOYA_DMA_QM_0_GLBL_NON_SECURE_PROPS), GOYA_PROPS_MMBP);
	}
}

/* The soft reset: DMA channels as at power-on, the rest as it is. What they were doing is dropped. */
void hlm_goya_reset_engines(struct hlm_chip *c)
{
	c->epoch++;
	for (uint32_t offset = GOYA_DMA_QM_0_GLBL_CFG0; offset < goya_dma_reg(GOYA_NUM_DMA, GOYA_DMA_QM_0_GLBL_CFG0);
	     offset += 4)
		if (hlm_raw(c, offset) && (offset & (REG_PAGE_SIZE - 1)) < PROT_BITS_OFFSET)
			hlm_set_raw(c, offset, 0);
	c->num_fired = 0;
	power_on(c);
}

static void follow_reset(struct hlm_chip *c)
{
	for (unsigned int channel = 0; channel < GOYA_NUM_DMA; channel++) {
		struct goya_queue *q = &goya_of(c)->dma[channel].queue;

		atomic_store(&q->active, false);
		atomic_store(&q->parked, false);
		atomic_store(&q->stopped, false);
		q->cb_left = 0;
		q->pos = 0;
		q->fill = 0;
	}
}

static unsigned int run(struct hlm_chip *c)
{
	unsigned int done = hlm_goya_dma_commits(c);

	return done + hlm_goya_qman_run(c);
}

/* The in-tree driver reaches protected registers through BAR 0 without asking for anything. */
static bool pci_is_secure(struct hlm_chip *c, bool write)
{
	(void)c;
	(void)write;
	return true;
}

/* Until software overrides what the CPU's interface says of it, the CPU goes past the MMU. */
static uint64_t cpu_address(struct hlm_chip *c, uint64_t addr, struct hlm_initiator *who)
{
	uint32_t user = hlm_raw(c, GOYA_CPU_IF_ARUSER_OVR);
	bool overridden = hlm_raw(c, GOYA_CPU_IF_ARUSER_OVR_EN) == OVERRIDE_ALL;

	*who = (struct hlm_initiator){ .port = HLM_PORT_CPU,
				       .secure = true,
				       .mmu_bypass = !overridden || (user & GOYA_PROPS_MMBP),
				       .asid = user & GOYA_PROPS_ASID_MASK };
	return addr;
}

static bool queue_base_ok(uint32_t base_high)
{
	return base_high >= (uint32_t)(GOYA_HOST_BASE >> 32);
}

/* Errors of queue managers and channels carry the number of the event that is to be sent. */
static bool cpu_interrupt(struct hlm_chip *c, uint32_t id)
{
	if (id == GOYA_CPU_ID_SOFT_RESET) {
		hlm_note(c, "boot", "the host tells of its soft reset");
		return true;
	}
	if ((id < GOYA_EVENT_DMA0_QM || id >= GOYA_EVENT_DMA0_QM + GOYA_NUM_DMA) &&
	    (id < GOYA_EVENT_DMA0_CH || id >= GOYA_EVENT_DMA0_CH + GOYA_NUM_DMA))
		return false;
	hlm_event(c, id, 0);
	return true;
}

/* No event of the sync manager is known. */
static void sync_error(struct hlm_chip *c, unsigned int manager, uint32_t log, uint32_t cause)
{
	(void)c;
	(void)manager;
	(void)log;
	(void)cause;
}

static void decode_arm(uint32_t arm, uint32_t *first, uint32_t *skip, uint32_t *target, bool *equal)
{
	*first = arm & GOYA_MON_SOB_MASK;
	*skip = 0;
	*target = arm >> GOYA_MON_VALUE_SHIFT;
	*equal = arm & GOYA_MON_MODE_EQUAL;
}

static const struct hlm_identity identity = {
	.card_name = GOYA_MODEL_CARD_NAME,
	.firmware = GOYA_MODEL_FIRMWARE,
	.kernel = GOYA_MODEL_KERNEL,
	.preboot = GOYA_MODEL_PREBOOT,
	.uboot = GOYA_MODEL_UBOOT,
	.fuses = GOYA_MODEL_FUSES,
	.thermal = GOYA_MODEL_THERMAL,
	.eeprom = GOYA_MODEL_EEPROM,
	.card_type = GOYA_MODEL_CARD_TYPE,
	.cpld = GOYA_MODEL_CPLD,
	.regulator = GOYA_MODEL_REGULATOR,
	.clock_hz = GOYA_MODEL_CLOCK_HZ,
	.max_power_mw = GOYA_MODEL_MAX_POWER_MW,
	.idle_power_mw = GOYA_MODEL_IDLE_POWER_MW,
	.temperature_mdeg = GOYA_MODEL_TEMPERATURE_MDEG,
	.voltage_mv = GOYA_MODEL_VOLTAGE_MV,
	.current_ma = GOYA_MODEL_CURRENT_MA,
	.pll_mhz = { GOYA_MODEL_PLL0_MHZ, GOYA_MODEL_PLL1_MHZ, GOYA_MODEL_PLL2_MHZ, GOYA_MODEL_PLL3_MHZ },
};

static const struct hlm_chip_info info = {
	.name = "goya",
	.device = DEVICE_GOYA,
	.size = sizeof(struct goya),
	.dram_size = DRAM_SIZE,
	.min_dram = GOYA_DRAM_DEFAULT_SIZE, /* told of less, drivers take this much for granted */
	.max_dram = DRAM_SIZE,
	.sram_base = GOYA_SRAM_BASE,
	.sram_size = GOYA_SRAM_SIZE,
	.scratch_base = SCRATCH_BASE,
	.scratch_size = SCRATCH_SIZE,
	.cfg_base = GOYA_CFG_BASE,
	.cfg_size = GOYA_CFG_SIZE,
	.host_base = GOYA_HOST_BASE,
	.dram_bar = GOYA_BAR_DDR,
	.sram_bar = -1, /* SRAM shares its BAR with the registers */
	.other_bar = {
		[GOYA_BAR_SRAM_CFG] = { .size = GOYA_BAR_SRAM_CFG_SIZE, .is64 = true, .prefetch = true },
		[GOYA_BAR_MSIX] = { .size = GOYA_BAR_MSIX_SIZE, .is64 = true },
	},
	.msix_vectors = GOYA_MSIX_VECTORS,
	.msix_bar = GOYA_BAR_MSIX,
	.boot_fit_offset = 0x200000, /* hl_boot_if.h */
	.linux_fit_offset = 0x800000, /* goya_fw_if.h */
	.reg = {
		.boot_status = GOYA_CPU_BOOT_STATUS,
		.boot_message = GOYA_KMD_MSG_TO_CPU,
		.dev_sts0 = GOYA_CPU_BOOT_DEV_STS0,
		.dev_sts1 = GOYA_CPU_BOOT_DEV_STS1,
		.message_status = GOYA_CPU_CMD_STATUS_TO_HOST,
		.boot_err0 = GOYA_CPU_BOOT_ERR0,
		.boot_err1 = GOYA_CPU_BOOT_ERR1,
		.preboot_version = GOYA_PREBOOT_VER_OFFSET,
		.uboot_version = GOYA_UBOOT_VER_OFFSET,
		.btm_fsm = GOYA_PSOC_GLOBAL_CONF_BTM_FSM,
		.pq_base_low = GOYA_CPU_PQ_BASE_ADDR_LOW,
		.pq_base_high = GOYA_CPU_PQ_BASE_ADDR_HIGH,
		.pq_length = GOYA_CPU_PQ_LENGTH,
		.pq_pi = GOYA_CPU_IF_PF_PQ_PI,
		.queue_init = GOYA_CPU_PQ_INIT_STATUS,
		.eq_base_low = GOYA_CPU_EQ_BASE_ADDR_LOW,
		.eq_base_high = GOYA_CPU_EQ_BASE_ADDR_HIGH,
		.eq_length = GOYA_CPU_EQ_LENGTH,
		.eq_ci = GOYA_CPU_EQ_CI,
		.aux_dbi = GOYA_PCIE_AUX_DBI,
		.mmu_enable = GOYA_MMU_MMU_ENABLE,
		.page_error_capture = GOYA_MMU_PAGE_ERROR_CAPTURE,
		.page_error_capture_va = GOYA_MMU_PAGE_ERROR_CAPTURE_VA,
		.timestamp = GOYA_PSOC_TIMESTAMP_CNTCR,
		.gic = GOYA_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR,
		.cq_base_low = GOYA_CPU_CQ_BASE_ADDR_LOW,
		.cq_base_high = GOYA_CPU_CQ_BASE_ADDR_HIGH,
		.cq_length = GOYA_CPU_CQ_LENGTH,
		.hw_state = GOYA_HW_STATE,
	},
	.blocks = hlm_goya_blocks,
	.num_blocks = GOYA_NUM_BLOCKS,
	.pcie_first = PCIE_FIRST,
	.pcie_last = PCIE_LAST,
	.sync = {
		.first = GOYA_SYNC_MNGR_SOB_OBJ_0,
		.managers = 1,
		.objects = GOYA_NUM_SOBS,
		.monitors = GOYA_NUM_MONITORS,
		.watched = 1,
		.value_mask = GOYA_SOB_VALUE_MASK,
		.decode_arm = decode_arm,
	},
	.identity = &identity,
	.event_vector = GOYA_MSIX_EVENT_QUEUE,
	.num_events = GOYA_EVENT_SIZE,
	/* A page fault is seen as the error of the channel that met it: drivers know no event of the MMU's own. */
	.event_page_fault = 0,
	.initial_value = initial_value,
	.reset = power_on,
	.follow_reset = follow_reset,
	.run = run,
	.pci_is_secure = pci_is_secure,
	.lbw_refused = hlm_goya_lbw_refused,
	.hbw_refused = hlm_goya_hbw_refused,
	.razwi = hlm_goya_razwi,
	.translates = hlm_goya_translates,
	.mmu_idle = hlm_goya_mmu_idle,
	.cpu_address = cpu_address,
	.cpu_interrupt = cpu_interrupt,
	.queue_base_ok = queue_base_ok,
	.sync_error = sync_error,
};

static int goya_create(struct hlm *m)
{
	return hlm_chip_create(m, &info);
}

const struct hlm_asic hlm_goya = {
	.name = "goya",
	.create = goya_create,
	.destroy = hlm_chip_destroy,
	.reset = hlm_chip_power_on,
	.bar_read = hlm_chip_bar_read,
	.bar_write = hlm_chip_bar_write,
	.run = hlm_chip_run,
	.elbi_read = hlm_chip_elbi_read,
	.elbi_write = hlm_chip_elbi_write,
};
