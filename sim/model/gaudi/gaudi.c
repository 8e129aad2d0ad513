// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* gaudi.c - Gaudi as one chip of the family: its map, its registers of the shared units, its hooks. */
#include "engine.h"
#include "identity.h"

#define DEVICE_GAUDI 0x1000
#define SCRATCH_BASE 0x7FFBFE0000ull /* PSOC scratchpad, then PCIe firmware SRAM (gaudi.h) */
#define SCRATCH_SIZE 0x18000ull
/* What a reset by register leaves alone: "Tell ASIC not to re-initialize PCIe". */
#define PCIE_FIRST 0xC01000
#define PCIE_LAST 0xC10FFF
#define EVENT_VECTOR 8 /* gaudi_fw_if.h, GAUDI_EVENT_QUEUE_MSI_IDX */
#define CPU_HOST_BIT (1ull << 39)
#define SOBS_PER_MONITOR 8
/* PCIE_WRAP_LBW_PROT_OVR: BAR accesses to registers count as secure (gaudi_masks.h). */
#define LBW_PROT_OVR_READ 0x700u
#define LBW_PROT_OVR_WRITE 0x7000u

static uint32_t initial_value(uint32_t offset)
{
	/* A set bit lets anybody in: nothing is protected before software says so. */
	return (offset & (REG_PAGE_SIZE - 1)) >= PROT_BITS_OFFSET && hlm_gaudi_has_prot_bits(offset) ? 0xFFFFFFFF : 0;
}

static void power_on(struct hlm_chip *g)
{
	for (unsigned int engine = 0; engine < GAUDI_NUM_DMA; engine++) {
		struct gaudi_dma *dma = &gaudi_of(g)->dma[engine];
		uint32_t core = engine * GAUDI_DMA_CORE_STRIDE;

		dma->commits = 0;
		atomic_store(&dma->busy, false);
		atomic_store(&dma->stopped, false);
		hlm_gaudi_arb_clear(g, engine);
		for (unsigned int stream = 0; stream < GAUDI_QMAN_CPS; stream++)
			hlm_gaudi_stream_idle(&dma->stream[stream]);
		/* Software relies on secure streams to bypass the MMU without asking for it, and clears the rest. */
		for (unsigned int stream = 0; stream <= GAUDI_QMAN_STREAMS; stream++) {
			hlm_set_raw(g, GAUDI_DMA0_QM_GLBL_SECURE_PROPS_0 + core + 4 * stream, GAUDI_PROPS_MMBP);
			hlm_set_raw(g, GAUDI_DMA0_QM_GLBL_NON_SECURE_PROPS_0 + core + 4 * stream, GAUDI_PROPS_MMBP);
		}
		hlm_set_raw(g, GAUDI_DMA0_CORE_NON_SECURE_PROPS + core, GAUDI_PROPS_MMBP);
	}
}

static void follow_reset(struct hlm_chip *g)
{
	for (unsigned int engine = 0; engine < GAUDI_NUM_DMA; engine++)
		for (unsigned int stream = 0; stream < GAUDI_QMAN_CPS; stream++)
			hlm_gaudi_stream_reset(&gaudi_of(g)->dma[engine].stream[stream]);
}

static unsigned int run(struct hlm_chip *g)
{
	unsigned int done = hlm_gaudi_dma_commits(g);

	return done + hlm_gaudi_qman_run(g);
}

static bool pci_is_secure(struct hlm_chip *g, bool write)
{
	uint32_t bits = write ? LBW_PROT_OVR_WRITE : LBW_PROT_OVR_READ;

	return (hlm_raw(g, GAUDI_PCIE_WRAP_LBW_PROT_OVR) & bits) == bits;
}

/* The CPU has 40 address bits; bit 39 means the host, and one register holds what bits 49:39 become. */
static uint64_t cpu_address(struct hlm_chip *g, uint64_t addr, struct hlm_initiator *who)
{
	uint64_t msb = hlm_raw(g, GAUDI_CPU_IF_CPU_MSB_ADDR);

	*who = (struct hlm_initiator){ .port = HLM_PORT_CPU, .secure = true, .mmu_bypass = true };
	return msb << 39 | (addr & (CPU_HOST_BIT - 1));
}

static bool queue_base_ok(uint32_t base_high)
{
	return base_high & (uint32_t)(CPU_HOST_BIT >> 32);
}

/* By number: gaudi_async_ids_map_extended.h, cpu_id. */
static bool cpu_interrupt(struct hlm_chip *g, uint32_t id)
{
	if (id >= GAUDI_CPU_ID_DMA0_QM && id < GAUDI_CPU_ID_DMA0_QM + GAUDI_NUM_DMA)
		hlm_event(g, GAUDI_EVENT_DMA0_QM + id - GAUDI_CPU_ID_DMA0_QM, 0);
	else if (id >= GAUDI_CPU_ID_DMA0_CORE && id < GAUDI_CPU_ID_DMA0_CORE + GAUDI_NUM_DMA)
		hlm_event(g, GAUDI_EVENT_DMA0_CORE + id - GAUDI_CPU_ID_DMA0_CORE, 0);
	else
		return false;
	return true;
}

static void sync_error(struct hlm_chip *g, unsigned int manager, uint32_t log, uint32_t cause)
{
	hlm_event(g, GAUDI_EVENT_DMA_IF_SEI_0 + manager, (uint64_t)cause << 32 | log);
}

static void decode_arm(uint32_t arm, uint32_t *first, uint32_t *skip, uint32_t *target, bool *equal)
{
	*first = (arm & GAUDI_MON_GROUP_MASK) * SOBS_PER_MONITOR;
	*skip = (arm & GAUDI_MON_MASK_MASK) >> GAUDI_MON_MASK_SHIFT;
	*target = arm >> GAUDI_MON_VALUE_SHIFT;
	*equal = arm & GAUDI_MON_MODE_EQUAL;
}

static const struct hlm_identity identity = {
	.card_name = GAUDI_MODEL_CARD_NAME,
	.firmware = GAUDI_MODEL_FIRMWARE,
	.kernel = GAUDI_MODEL_KERNEL,
	.preboot = GAUDI_MODEL_PREBOOT,
	.uboot = GAUDI_MODEL_UBOOT,
	.fuses = GAUDI_MODEL_FUSES,
	.thermal = GAUDI_MODEL_THERMAL,
	.eeprom = GAUDI_MODEL_EEPROM,
	.card_type = GAUDI_MODEL_CARD_TYPE,
	.cpld = GAUDI_MODEL_CPLD,
	.regulator = GAUDI_MODEL_REGULATOR,
	.clock_hz = GAUDI_MODEL_CLOCK_HZ,
	.max_power_mw = GAUDI_MODEL_MAX_POWER_MW,
	.idle_power_mw = GAUDI_MODEL_IDLE_POWER_MW,
	.temperature_mdeg = GAUDI_MODEL_TEMPERATURE_MDEG,
	.voltage_mv = GAUDI_MODEL_VOLTAGE_MV,
	.current_ma = GAUDI_MODEL_CURRENT_MA,
	.pll_mhz = { GAUDI_MODEL_PLL0_MHZ, GAUDI_MODEL_PLL1_MHZ, GAUDI_MODEL_PLL2_MHZ, GAUDI_MODEL_PLL3_MHZ },
};

static const struct hlm_chip_info info = {
	.name = "gaudi",
	.device = DEVICE_GAUDI,
	.size = sizeof(struct gaudi),
	.dram_size = GAUDI_DRAM_SIZE,
	.min_dram = 0x40000000ull, /* user memory begins at 512 MiB */
	.max_dram = GAUDI_DRAM_SIZE,
	.sram_base = GAUDI_SRAM_BASE,
	.sram_size = GAUDI_SRAM_SIZE,
	.scratch_base = SCRATCH_BASE,
	.scratch_size = SCRATCH_SIZE,
	.cfg_base = GAUDI_CFG_BASE,
	.cfg_size = GAUDI_CFG_SIZE,
	.host_base = GAUDI_HOST_BASE,
	.dram_bar = GAUDI_BAR_HBM,
	.sram_bar = GAUDI_BAR_SRAM,
	.sram_bar_size = GAUDI_BAR_SRAM_SIZE,
	.other_bar = { [GAUDI_BAR_CFG] = { .size = GAUDI_BAR_CFG_SIZE, .is64 = true, .prefetch = true } },
	.msi_vectors = GAUDI_MSI_VECTORS,
	.boot_fit_offset = 0x100000, /* gaudi_fw_if.h */
	.linux_fit_offset = 0x800000, /* gaudi_fw_if.h */
	.reg = {
		.boot_status = GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS,
		.boot_message = GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU,
		/* Which scratchpad is what: gaudi_reg_map.h. */
		.dev_sts0 = GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_20,
		.dev_sts1 = GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_21,
		.message_status = GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_23,
		.boot_err0 = GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_24,
		.boot_err1 = GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_25,
		.preboot_version = GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_28,
		.uboot_version = GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_29,
		.btm_fsm = GAUDI_PSOC_GLOBAL_CONF_BTM_FSM,
		.pq_base_low = GAUDI_CPU_IF_PQ_BASE_ADDR_LOW,
		.pq_base_high = GAUDI_CPU_IF_PQ_BASE_ADDR_HIGH,
		.pq_length = GAUDI_CPU_IF_PQ_LENGTH,
		.pq_pi = GAUDI_CPU_IF_PF_PQ_PI,
		.queue_init = GAUDI_CPU_IF_QUEUE_INIT,
		.eq_base_low = GAUDI_CPU_IF_EQ_BASE_ADDR_LOW,
		.eq_base_high = GAUDI_CPU_IF_EQ_BASE_ADDR_HIGH,
		.eq_length = GAUDI_CPU_IF_EQ_LENGTH,
		.eq_ci = GAUDI_CPU_IF_EQ_RD_OFFS,
		.aux_dbi = GAUDI_PCIE_AUX_DBI,
		.mmu_enable = GAUDI_MMU_UP_MMU_ENABLE,
		.page_error_capture = GAUDI_MMU_UP_PAGE_ERROR_CAPTURE,
		.page_error_capture_va = GAUDI_MMU_UP_PAGE_ERROR_CAPTURE_VA,
		.timestamp = GAUDI_PSOC_TIMESTAMP,
		.gic = GAUDI_GIC_DISTRIBUTOR__5_GICD_SETSPI_NSR,
		.irq_mailboxes = GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_0 + 4, /* gaudi_reg_map.h: 1 to 8 */
		.cq_base_low = GAUDI_CPU_IF_CQ_BASE_ADDR_LOW,
		.cq_base_high = GAUDI_CPU_IF_CQ_BASE_ADDR_HIGH,
		.cq_length = GAUDI_CPU_IF_CQ_LENGTH,
		.hw_state = GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_0,
	},
	.blocks = hlm_gaudi_blocks,
	.num_blocks = GAUDI_NUM_BLOCKS,
	.pcie_first = PCIE_FIRST,
	.pcie_last = PCIE_LAST,
	.sync = {
		.first = GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0,
		.stride = GAUDI_SYNC_MNGR_E_S_SYNC_MNGR_OBJS_SOB_OBJ_0 - GAUDI_SYNC_MNGR_W_S_SYNC_MNGR_OBJS_SOB_OBJ_0,
		.managers = GAUDI_NUM_SYNC_MNGR,
		.objects = GAUDI_NUM_SOBS,
		.monitors = GAUDI_NUM_MONITORS,
		.watched = SOBS_PER_MONITOR,
		.value_mask = GAUDI_SOB_VALUE_MASK,
		.decode_arm = decode_arm,
	},
	.identity = &identity,
	.event_vector = EVENT_VECTOR,
	.num_events = GAUDI_EVENT_SIZE,
	.event_page_fault = GAUDI_EVENT_MMU_PAGE_FAULT,
	.read_refused_by_bit = 0xBABA0BAD, /* gaudi_security.c; refused by range, a read returns 0 */
	.initial_value = initial_value,
	.reset = power_on,
	.follow_reset = follow_reset,
	.run = run,
	.pci_is_secure = pci_is_secure,
	.lbw_refused = hlm_gaudi_lbw_refused,
	.hbw_refused = hlm_gaudi_hbw_refused,
	.razwi = hlm_gaudi_razwi,
	.translates = hlm_gaudi_translates,
	.mmu_idle = hlm_gaudi_mmu_idle,
	.cpu_address = cpu_address,
	.cpu_interrupt = cpu_interrupt,
	.queue_base_ok = queue_base_ok,
	.sync_error = sync_error,
};

static int gaudi_create(struct hlm *m)
{
	return hlm_chip_create(m, &info);
}

const struct hlm_asic hlm_gaudi = {
	.name = "gaudi",
	.create = gaudi_create,
	.destroy = hlm_chip_destroy,
	.reset = hlm_chip_power_on,
	.bar_read = hlm_chip_bar_read,
	.bar_write = hlm_chip_bar_write,
	.run = hlm_chip_run,
	.elbi_read = hlm_chip_elbi_read,
	.elbi_write = hlm_chip_elbi_write,
};
