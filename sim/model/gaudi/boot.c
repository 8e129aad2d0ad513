// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * boot.c - the device CPU until its firmware runs: boot status, the simple load protocol, versions, resets.
 * Status values, messages and capability bits: hl_boot_if.h; which scratchpad is what: gaudi_reg_map.h.
 */
#include <string.h>

#include "chip.h"
#include "identity.h"

#define BOOT_STATUS GAUDI_PSOC_GLOBAL_CONF_CPU_BOOT_STATUS
#define BOOT_MESSAGE GAUDI_PSOC_GLOBAL_CONF_KMD_MSG_TO_CPU
#define BOOT_DEV_STS0 GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_20
#define BOOT_DEV_STS1 GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_21
#define MESSAGE_STATUS GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_23
#define BOOT_ERR0 GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_24
#define BOOT_ERR1 GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_25
#define PREBOOT_VERSION GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_28
#define UBOOT_VERSION GAUDI_PSOC_GLOBAL_CONF_SCRATCHPAD_29

enum boot_status {
	STATUS_IN_WFE = 1,
	STATUS_SRAM_AVAILABLE = 3, /* firmware runs */
	STATUS_FIT_CORRUPTED = 9,
	STATUS_BMC_SKIPPED = 14,
	STATUS_READY_TO_BOOT = 15,
	STATUS_WAITING_FOR_BOOT_FIT = 16
};

enum boot_message { MESSAGE_GOTO_WFE = 1, MESSAGE_FIT_READY = 2, MESSAGE_SKIP_BMC = 3, MESSAGE_RESET = 5 };

#define MESSAGE_STATUS_OK 1
#define WORD_VALID 0x80000000u /* of the capability and error words */
#define STS0_DRAM_INIT 0x8u
#define STS0_PLL_INFO 0x800u
#define STS0_MAP_HWMON 0x4000000u /* sensors in numbers of the firmware's own, not of a kernel's hwmon.h */
#define ERR0_FIT_CORRUPTED 0x2u
#define SELF_BOOT_NS 500000000ull
#define CPU_ID_LAST_DMA(first) ((first) + GAUDI_NUM_DMA - 1)

/* Near the end of SRAM; software finds them by the low address bits in two scratchpads. */
#define VERSIONS_AT (GAUDI_SRAM_SIZE - 0x1000)
#define VERSION_SIZE 128

static void put_version(struct gaudi *g, uint32_t reg, unsigned int slot, const char *text)
{
	uint64_t at = VERSIONS_AT + slot * VERSION_SIZE;

	strncpy((char *)g->sram + at, text, VERSION_SIZE);
	hlm_gaudi_set_raw(g, reg, (uint32_t)(GAUDI_SRAM_BASE + at));
}

void hlm_gaudi_boot_reset(struct gaudi *g)
{
	bool ask = g->m->config.flags & HLM_FLAG_ASK_BOOT_FIT;

	memset(&g->cpu, 0, sizeof(g->cpu));
	g->cpu.boot_time = g->m->ops->clock_ns(g->m->host);
	hlm_gaudi_set_raw(g, BOOT_STATUS, ask ? STATUS_WAITING_FOR_BOOT_FIT : STATUS_READY_TO_BOOT);
	hlm_gaudi_set_raw(g, BOOT_DEV_STS0, WORD_VALID | STS0_DRAM_INIT);
	hlm_gaudi_set_raw(g, BOOT_DEV_STS1, WORD_VALID);
	hlm_gaudi_set_raw(g, BOOT_ERR0, WORD_VALID);
	hlm_gaudi_set_raw(g, BOOT_ERR1, WORD_VALID);
	put_version(g, PREBOOT_VERSION, 0, GAUDI_MODEL_PREBOOT);
	put_version(g, UBOOT_VERSION, 1, GAUDI_MODEL_UBOOT);
}

static void start_firmware(struct gaudi *g)
{
	g->cpu.running = true;
	hlm_gaudi_set_raw(g, BOOT_DEV_STS0, WORD_VALID | STS0_DRAM_INIT | STS0_PLL_INFO | STS0_MAP_HWMON);
	hlm_gaudi_set_raw(g, BOOT_STATUS, STATUS_SRAM_AVAILABLE);
	hlm_gaudi_note(g, "boot", "firmware runs");
}

static void fail(struct gaudi *g)
{
	hlm_gaudi_set_raw(g, BOOT_ERR0, WORD_VALID | ERR0_FIT_CORRUPTED);
	hlm_gaudi_set_raw(g, BOOT_STATUS, STATUS_FIT_CORRUPTED);
	hlm_gaudi_note(g, "fault", "injected: boot fails");
}

static void fit_ready(struct gaudi *g)
{
	if (hlm_fault_take(g->m, HLM_FAULT_BOOT_FAIL)) {
		fail(g);
		return;
	}
	if (hlm_gaudi_raw(g, BOOT_STATUS) == STATUS_WAITING_FOR_BOOT_FIT) {
		hlm_gaudi_set_raw(g, MESSAGE_STATUS, MESSAGE_STATUS_OK);
		hlm_gaudi_set_raw(g, BOOT_STATUS, STATUS_READY_TO_BOOT);
		hlm_gaudi_note(g, "boot", "boot fit accepted");
		return;
	}
	start_firmware(g);
}

static void halt(struct gaudi *g)
{
	g->cpu.running = false;
	g->cpu.queue_ready = false;
	hlm_gaudi_set_raw(g, BOOT_STATUS, STATUS_IN_WFE);
	hlm_gaudi_note(g, "boot", "device CPU halted");
}

static void self_boot(struct gaudi *g)
{
	if (!(g->m->config.flags & HLM_FLAG_SELF_BOOT) || hlm_gaudi_raw(g, BOOT_STATUS) != STATUS_READY_TO_BOOT ||
	    g->m->ops->clock_ns(g->m->host) - g->cpu.boot_time < SELF_BOOT_NS)
		return;
	if (hlm_fault_take(g->m, HLM_FAULT_BOOT_FAIL))
		fail(g);
	else
		start_firmware(g);
}

void hlm_gaudi_boot_run(struct gaudi *g)
{
	hlm_gaudi_lock(g);
	if (g->cpu.message) {
		g->cpu.message = false;
		switch (hlm_gaudi_raw(g, BOOT_MESSAGE)) {
		case MESSAGE_FIT_READY:
			fit_ready(g);
			break;
		case MESSAGE_SKIP_BMC:
			hlm_gaudi_set_raw(g, BOOT_STATUS, STATUS_BMC_SKIPPED);
			break;
		case MESSAGE_GOTO_WFE:
			halt(g);
			break;
		case MESSAGE_RESET:
			hlm_gaudi_chip_reset(g, true);
			break;
		default:
			break;
		}
	}
	hlm_gaudi_unlock(g);
}

uint32_t hlm_gaudi_boot_read(struct gaudi *g, uint32_t offset)
{
	if (offset == BOOT_STATUS)
		self_boot(g);
	/* A reset is over when the transfer that it interrupted has let go of memory. */
	if (offset == GAUDI_PSOC_GLOBAL_CONF_BTM_FSM)
		return g->engine_busy && g->epoch != g->run_epoch;
	return hlm_gaudi_raw(g, offset);
}

void hlm_gaudi_boot_write(struct gaudi *g, uint32_t offset, uint32_t value)
{
	hlm_gaudi_set_raw(g, offset, value);
	if (offset == BOOT_MESSAGE && value) {
		g->cpu.message = true;
		g->kick = true;
	} else if (offset == GAUDI_PSOC_GLOBAL_CONF_SW_ALL_RST && (value & 1)) {
		hlm_gaudi_note(g, "boot", "hard reset by register");
		hlm_gaudi_chip_reset(g, true);
	}
}

/* Interrupts of the device CPU, by number (gaudi_async_ids_map_extended.h, cpu_id). */
void hlm_gaudi_gic_write(struct gaudi *g, uint32_t offset, uint32_t value)
{
	(void)offset;
	if (value == GAUDI_CPU_ID_PI_UPDATE) {
		g->cpu.pi_update = true;
		g->kick = true;
	} else if (value == GAUDI_CPU_ID_HALT_MACHINE) {
		halt(g);
	} else if (value == GAUDI_CPU_ID_INTS_REGISTER) {
		g->cpu.events.asked_for = true;
		hlm_gaudi_note(g, "boot", "the host asks for events");
	} else if (value >= GAUDI_CPU_ID_DMA0_QM && value <= CPU_ID_LAST_DMA(GAUDI_CPU_ID_DMA0_QM)) {
		hlm_gaudi_event(g, GAUDI_EVENT_DMA0_QM + value - GAUDI_CPU_ID_DMA0_QM, 0);
	} else if (value >= GAUDI_CPU_ID_DMA0_CORE && value <= CPU_ID_LAST_DMA(GAUDI_CPU_ID_DMA0_CORE)) {
		hlm_gaudi_event(g, GAUDI_EVENT_DMA0_CORE + value - GAUDI_CPU_ID_DMA0_CORE, 0);
	} else {
		hlm_gaudi_note(g, "todo", "device CPU interrupt %u", value);
	}
}
