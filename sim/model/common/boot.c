// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * boot.c - the device CPU until its firmware runs: boot status, the simple load protocol, versions, resets. The other
 * protocol is comms.c's.
 * Status values, messages and capability bits: hl_boot_if.h.
 */
#include <string.h>

#include "chip.h"

enum boot_status {
	STATUS_IN_WFE = 1,
	STATUS_SRAM_AVAILABLE = 3, /* firmware runs */
	STATUS_FIT_CORRUPTED = 9,
	STATUS_BMC_SKIPPED = 14,
	STATUS_READY_TO_BOOT = 15,
	STATUS_WAITING_FOR_BOOT_FIT = 16
};

enum boot_message { MESSAGE_GOTO_WFE = 1, MESSAGE_FIT_READY = 2, MESSAGE_SKIP_BMC = 3, MESSAGE_RESET = 5 };

/* Interrupts of the device CPU, the same on each chip (goya_async_events.h, gaudi_async_ids_map_extended.h). */
#define CPU_ID_PI_UPDATE 484
#define CPU_ID_HALT_MACHINE 485
#define CPU_ID_INTS_REGISTER 486

#define NUM_MAILBOXES 8u

#define MESSAGE_STATUS_OK 1
#define MESSAGE_STATUS_ERROR 2
#define WORD_VALID 0x80000000u /* of the capability and error words */
#define STS0_DRAM_INIT 0x8u
#define STS0_PLL_INFO 0x800u
#define STS0_COMMS 0x10000u
#define STS0_GIC_PRIVATE 0x100000u
#define STS0_MULTI_IRQ 0x400000u  /* and each cause has a register of its own in its place */
#define STS0_MAP_HWMON 0x4000000u /* sensors in numbers of the firmware's own, not of a kernel's hwmon.h */
#define ERR0_FIT_CORRUPTED 0x2u
#define SELF_BOOT_NS 500000000ull

/* Near the end of SRAM; software finds them by the low address bits in two scratchpads. */
#define VERSIONS_BEFORE_END 0x1000
#define VERSION_SIZE 128
#define MAX_IMAGE 0x1400000u /* firmware_if.c, FW_FILE_MAX_SIZE */

static void put_version(struct hlm_chip *c, uint32_t reg, unsigned int slot, const char *text)
{
	uint64_t at = c->info->sram_size - VERSIONS_BEFORE_END + slot * VERSION_SIZE;

	strncpy((char *)c->sram + at, text, VERSION_SIZE);
	hlm_set_raw(c, reg, (uint32_t)(c->info->sram_base + at));
}

void hlm_boot_finish_reset(struct hlm_chip *c)
{
	if (!c->cpu.versions_due)
		return;
	c->cpu.versions_due = false;
	put_version(c, c->info->reg.preboot_version, 0, c->info->identity->preboot);
	put_version(c, c->info->reg.uboot_version, 1, c->info->identity->uboot);
}

static uint32_t preboot_capabilities(const struct hlm_chip *c)
{
	return WORD_VALID | STS0_DRAM_INIT | (c->m->config.flags & HLM_FLAG_COMMS ? STS0_COMMS : 0);
}

void hlm_boot_reset(struct hlm_chip *c)
{
	bool ask = c->m->config.flags & (HLM_FLAG_ASK_BOOT_FIT | HLM_FLAG_COMMS);

	memset(&c->cpu, 0, sizeof(c->cpu));
	c->cpu.boot_time = c->m->ops->clock_ns(c->m->host);
	hlm_set_raw(c, c->info->reg.boot_status, ask ? STATUS_WAITING_FOR_BOOT_FIT : STATUS_READY_TO_BOOT);
	hlm_set_raw(c, c->info->reg.dev_sts0, preboot_capabilities(c));
	hlm_set_raw(c, c->info->reg.dev_sts1, WORD_VALID);
	hlm_set_raw(c, c->info->reg.boot_err0, WORD_VALID);
	hlm_set_raw(c, c->info->reg.boot_err1, WORD_VALID);
	c->cpu.versions_due = true;
	if (!c->engine_busy)
		hlm_boot_finish_reset(c);
}

void hlm_boot_start_firmware(struct hlm_chip *c)
{
	c->cpu.running = true;
	c->cpu.gic_is_private = c->info->reg.irq_mailboxes && (c->m->config.flags & HLM_FLAG_COMMS);
	hlm_set_raw(c, c->info->reg.dev_sts0,
		    preboot_capabilities(c) | STS0_PLL_INFO | STS0_MAP_HWMON |
			    (c->cpu.gic_is_private ? STS0_GIC_PRIVATE | STS0_MULTI_IRQ : 0));
	hlm_set_raw(c, c->info->reg.boot_status, STATUS_SRAM_AVAILABLE);
	hlm_note(c, "boot", "firmware runs");
}

void hlm_boot_start_loader(struct hlm_chip *c)
{
	hlm_set_raw(c, c->info->reg.boot_status, STATUS_READY_TO_BOOT);
	hlm_note(c, "boot", "boot fit accepted");
}

void hlm_boot_corrupt(struct hlm_chip *c, const char *why)
{
	hlm_set_raw(c, c->info->reg.boot_err0, WORD_VALID | (why ? ERR0_FIT_CORRUPTED : 0));
	if (why)
		hlm_note(c, "fault", "boot fails: %s", why);
}

static void refuse(struct hlm_chip *c, const char *why)
{
	hlm_boot_corrupt(c, why);
	hlm_set_raw(c, c->info->reg.boot_status, STATUS_FIT_CORRUPTED);
}

bool hlm_boot_image_ok(struct hlm_chip *c, const uint8_t *image, size_t size, const char **why)
{
	*why = hlm_fault_take(c->m, HLM_FAULT_BOOT_FAIL) ? "injected" : hlm_fit_wrong(image, size);
	return !*why;
}

/* Where software has put what preboot, or the boot loader, is to start. It does not say how long it is. */
static const uint8_t *simple_image(struct hlm_chip *c, bool first, size_t *size)
{
	*size = MAX_IMAGE;
	if (!first)
		return c->dram + c->info->linux_fit_offset;
	if (*size > c->info->sram_size - VERSIONS_BEFORE_END - c->info->boot_fit_offset)
		*size = c->info->sram_size - VERSIONS_BEFORE_END - c->info->boot_fit_offset;
	return c->sram + c->info->boot_fit_offset;
}

static void fit_ready(struct hlm_chip *c)
{
	bool first = hlm_peek(c, c->info->reg.boot_status) == STATUS_WAITING_FOR_BOOT_FIT, ok;
	const uint8_t *image;
	const char *why;
	size_t size;

	image = simple_image(c, first, &size);
	ok = hlm_boot_image_ok(c, image, size, &why);
	hlm_lock(c);
	if (c->epoch == c->run_epoch) {
		if (first)
			hlm_set_raw(c, c->info->reg.message_status, ok ? MESSAGE_STATUS_OK : MESSAGE_STATUS_ERROR);
		if (!ok)
			refuse(c, why);
		else if (first)
			hlm_boot_start_loader(c);
		else
			hlm_boot_start_firmware(c);
	}
	hlm_unlock(c);
}

void hlm_boot_halt(struct hlm_chip *c)
{
	c->cpu.running = false;
	c->cpu.queue_ready = false;
	hlm_set_raw(c, c->info->reg.boot_status, STATUS_IN_WFE);
	hlm_note(c, "boot", "device CPU halted");
}

static void self_boot(struct hlm_chip *c)
{
	if (!(c->m->config.flags & HLM_FLAG_SELF_BOOT) ||
	    hlm_raw(c, c->info->reg.boot_status) != STATUS_READY_TO_BOOT ||
	    c->m->ops->clock_ns(c->m->host) - c->cpu.boot_time < SELF_BOOT_NS)
		return;
	if (hlm_fault_take(c->m, HLM_FAULT_BOOT_FAIL))
		refuse(c, "injected");
	else
		hlm_boot_start_firmware(c);
}

static void simple_message(struct hlm_chip *c, uint32_t message)
{
	if (message == MESSAGE_FIT_READY) {
		fit_ready(c);
		return;
	}
	hlm_lock(c);
	switch (message) {
	case MESSAGE_SKIP_BMC:
		hlm_set_raw(c, c->info->reg.boot_status, STATUS_BMC_SKIPPED);
		break;
	case MESSAGE_GOTO_WFE:
		hlm_boot_halt(c);
		break;
	case MESSAGE_RESET:
		hlm_chip_reset(c, true);
		break;
	default:
		break;
	}
	hlm_unlock(c);
}

void hlm_boot_run(struct hlm_chip *c)
{
	uint32_t message;
	bool found;

	hlm_lock(c);
	found = c->cpu.message;
	c->cpu.message = false;
	message = hlm_raw(c, c->info->reg.boot_message);
	hlm_unlock(c);
	if (!found)
		return;
	if (c->m->config.flags & HLM_FLAG_COMMS)
		hlm_comms_run(c, message);
	else
		simple_message(c, message);
}

uint32_t hlm_boot_read(struct hlm_chip *c, uint32_t offset)
{
	if (offset == c->info->reg.boot_status)
		self_boot(c);
	/* A reset is over when the transfer that it interrupted has let go of memory. */
	if (offset == c->info->reg.btm_fsm)
		return c->engine_busy && c->epoch != c->run_epoch;
	return hlm_raw(c, offset);
}

static void interrupt(struct hlm_chip *c, uint32_t value)
{
	switch (value) {
	case CPU_ID_PI_UPDATE:
		c->cpu.pi_update = true;
		c->kick = true;
		break;
	case CPU_ID_HALT_MACHINE:
		hlm_boot_halt(c);
		break;
	case CPU_ID_INTS_REGISTER:
		c->cpu.events.asked_for = true;
		hlm_note(c, "boot", "the host asks for events");
		break;
	default:
		if (!c->info->cpu_interrupt(c, value))
			hlm_note(c, "todo", "device CPU interrupt %u", value);
		break;
	}
}

void hlm_boot_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	hlm_set_raw(c, offset, value);
	/* No message is one, in COMMS. */
	if (offset == c->info->reg.boot_message && (value || (c->m->config.flags & HLM_FLAG_COMMS))) {
		c->cpu.message = true;
		c->kick = true;
	}
	if (c->cpu.gic_is_private && value && offset - c->info->reg.irq_mailboxes < NUM_MAILBOXES * 4)
		interrupt(c, value);
}

void hlm_gic_write(struct hlm_chip *c, uint32_t offset, uint32_t value)
{
	(void)offset;
	if (c->cpu.gic_is_private)
		hlm_note(c, "fault", "interrupt %u: the GIC is the firmware's", value);
	else
		interrupt(c, value);
}
