// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * comms.c - the COMMS protocol (hl_boot_if.h), as preboot and the boot loader after it speak it: software asks for room,
 * finds a descriptor that says where, copies the next image there and has it checked and started.
 *
 * A command is acknowledged when it is found; software clears the status, clears the command, and only then it is carried
 * out, so that neither side can take an old word for a new one. What is no such sequence is answered with an error.
 */
#include <stddef.h>
#include <string.h>

#include "../crc32.h"
#include "chip.h"

enum command {
	NOOP = 0,
	CLEAR_STATUS = 1,
	RESET_STATE = 2,
	PREPARE = 3,
	DATA_READY = 4,
	EXECUTE = 5,
	RESET_DEVICE = 6,
	GOTO_WFE = 7,
	SKIP_BMC = 8
};

enum status { STS_NOOP = 0, STS_ACK = 1, STS_OK = 2, STS_ERROR = 3, STS_INVALID = 4 };

enum ram { RAM_SRAM = 0, RAM_DRAM = 1 };

#define COMMAND_SHIFT 27
#define COMMAND_SIZE_MASK 0x1FFFFFFu
#define STATUS_SHIFT 28
#define STATUS_RAM_SHIFT 26

/* Preboot puts its descriptor near the end of SRAM, the boot loader at 1 MiB of device memory. */
#define SRAM_DESCRIPTOR_BEFORE_END 0x2000u
#define DRAM_DESCRIPTOR 0x100000u

#define DESCRIPTOR_MAGIC 0x4843444Du
#define DESCRIPTOR_VERSION 1 /* the shortest: drivers of 6.1 take no other */
#define MESSAGE_MAGIC 0x48434D00u
#define MESSAGE_MAGIC_MASK 0xFFFFFF00u
#define MESSAGE_RESET_CAUSE 1
#define VERSION_SIZE 128

struct header {
	uint32_t magic, crc;
	uint16_t size; /* of what follows */
	uint8_t version, type, reserved[4];
};

struct descriptor {
	struct header header;
	uint32_t regs[58];
	char fuses[VERSION_SIZE], firmware[VERSION_SIZE], reserved[VERSION_SIZE];
	uint64_t image;
};

_Static_assert(sizeof(struct descriptor) == 640, "lkd_fw_comms_desc of Linux 6.1");

#define FIRST_IRQ 26u
#define NUM_IRQS 8u

/* Which register struct cpu_dyn_regs has where. */
static const struct {
	unsigned int at;
	size_t reg;
} named[] = {
#define AT(index, name) \
	{ \
		index, offsetof(struct hlm_chip_regs, name) \
	}
	AT(0, pq_base_low),   AT(1, pq_base_high),     AT(2, pq_length),      AT(3, queue_init),
	AT(4, eq_base_low),   AT(5, eq_base_high),     AT(6, eq_length),      AT(7, eq_ci),
	AT(8, cq_base_low),   AT(9, cq_base_high),     AT(10, cq_length),     AT(11, pq_pi),
	AT(12, dev_sts0),     AT(13, dev_sts1),	       AT(14, boot_err0),     AT(15, boot_err1),
	AT(16, boot_status),  AT(21, preboot_version), AT(22, uboot_version), AT(23, hw_state),
	AT(24, boot_message), AT(25, message_status),
#undef AT
};

/* ---- memory ---- */

static uint8_t *descriptor_at(struct hlm_chip *c, bool loader, enum ram *ram, uint32_t *offset)
{
	*ram = loader ? RAM_DRAM : RAM_SRAM;
	*offset = loader ? DRAM_DESCRIPTOR : (uint32_t)c->info->sram_size - SRAM_DESCRIPTOR_BEFORE_END;
	return (loader ? c->dram : c->sram) + *offset;
}

static uint8_t *image_at(struct hlm_chip *c, bool loader, uint64_t *addr)
{
	*addr = loader ? c->info->linux_fit_offset : c->info->sram_base + c->info->boot_fit_offset;
	return loader ? c->dram + c->info->linux_fit_offset : c->sram + c->info->boot_fit_offset;
}

/* Of an image or a message. */
static uint32_t room(struct hlm_chip *c, bool loader)
{
	return loader ? COMMAND_SIZE_MASK
		      : (uint32_t)c->info->sram_size - SRAM_DESCRIPTOR_BEFORE_END - c->info->boot_fit_offset;
}

static void fill_descriptor(struct hlm_chip *c, bool loader, struct descriptor *d)
{
	const struct hlm_identity *identity = c->info->identity;
	const uint8_t *regs = (const uint8_t *)&c->info->reg;

	memset(d, 0, sizeof(*d));
	for (size_t i = 0; i < ARRAY_LEN(named); i++)
		memcpy(&d->regs[named[i].at], regs + named[i].reg, sizeof(d->regs[0]));
	for (unsigned int i = 0; i < NUM_IRQS; i++)
		d->regs[FIRST_IRQ + i] =
			c->info->reg.irq_mailboxes ? c->info->reg.irq_mailboxes + 4 * i : c->info->reg.gic;
	strncpy(d->fuses, identity->fuses, VERSION_SIZE - 1);
	strncpy(d->firmware, loader ? identity->uboot : identity->preboot, VERSION_SIZE - 1);
	image_at(c, loader, &d->image);
	d->header.magic = DESCRIPTOR_MAGIC;
	d->header.version = DESCRIPTOR_VERSION;
	d->header.size = sizeof(*d) - sizeof(d->header);
	d->header.crc = hlm_crc32(d->regs, d->header.size);
}

/* ---- what commands do; no lock held, so on a copy of the state ---- */

struct outcome {
	enum status status;
	enum ram ram;
	uint32_t offset;
	const char *why; /* for the trace, when it is an error */
	uint32_t number;
	bool starts; /* the next boot loader or firmware */
};

static struct outcome done(void)
{
	return (struct outcome){ .status = STS_OK };
}

static struct outcome wrong(const char *why, uint32_t number)
{
	return (struct outcome){ .status = STS_ERROR, .why = why, .number = number };
}

static struct outcome reset_state(struct hlm_chip *c, struct hlm_comms *state)
{
	(void)c;
	*state = (struct hlm_comms){ .loader = state->loader };
	return done();
}

static struct outcome prepare(struct hlm_chip *c, struct hlm_comms *state)
{
	uint32_t size = state->pending_size;
	struct outcome o = done();
	struct descriptor d;
	uint8_t *to = descriptor_at(c, state->loader, &o.ram, &o.offset);

	reset_state(c, state);
	if (!size || size > room(c, state->loader))
		return wrong("no room for that many bytes", size);
	fill_descriptor(c, state->loader, &d);
	memcpy(to, &d, sizeof(d));
	state->size = size;
	return o;
}

/* Drivers send no CRC and the header's size in place of the message's, so a CRC counts only when there is one. */
static const char *message_wrong(const uint8_t *message, uint32_t room_for)
{
	struct header h;

	memcpy(&h, message, sizeof(h));
	if (h.type != MESSAGE_RESET_CAUSE)
		return "a message of unknown type";
	if (h.size > room_for - sizeof(h))
		return "a message longer than was said";
	return h.crc && h.crc != hlm_crc32(message + sizeof(h), h.size) ? "a message with a wrong CRC" : NULL;
}

static bool is_message(const uint8_t *at, uint32_t size)
{
	uint32_t magic;

	memcpy(&magic, at, sizeof(magic));
	return size > sizeof(struct header) && (magic & MESSAGE_MAGIC_MASK) == MESSAGE_MAGIC;
}

static struct outcome data_ready(struct hlm_chip *c, struct hlm_comms *state)
{
	struct outcome o = { .status = STS_INVALID };
	const uint8_t *at;
	uint64_t addr;

	if (!state->size)
		return wrong("data for which no room was asked", 0);
	at = image_at(c, state->loader, &addr);
	state->is_message = is_message(at, state->size);
	if (state->is_message)
		o.why = message_wrong(at, state->size);
	else
		hlm_boot_image_ok(c, at, state->size, &o.why);
	state->accepted = !o.why;
	return state->accepted ? done() : o;
}

static struct outcome execute(struct hlm_chip *c, struct hlm_comms *state)
{
	struct outcome o = done();

	if (!state->accepted)
		return wrong("nothing to execute", 0);
	o.starts = !state->is_message;
	reset_state(c, state);
	return o;
}

static struct outcome skip_bmc(struct hlm_chip *c, struct hlm_comms *state)
{
	(void)c;
	(void)state;
	return done();
}

static struct outcome (*const commands[])(struct hlm_chip *c, struct hlm_comms *state) = {
	[RESET_STATE] = reset_state, [PREPARE] = prepare,   [DATA_READY] = data_ready,
	[EXECUTE] = execute,	     [SKIP_BMC] = skip_bmc,
};

/* ---- the sequence; with the lock held ---- */

static void answer(struct hlm_chip *c, const struct outcome *o)
{
	hlm_set_raw(c, c->info->reg.message_status,
		    (uint32_t)o->status << STATUS_SHIFT | (uint32_t)o->ram << STATUS_RAM_SHIFT | o->offset >> 2);
	if (o->why)
		hlm_note(c, "fault", "COMMS: %s (%u)", o->why, o->number);
}

static void finish(struct hlm_chip *c, uint8_t command, const struct outcome *o)
{
	hlm_note(c, "boot", "COMMS command %u, status %u", command, o->status);
	if (command == RESET_STATE)
		hlm_boot_corrupt(c, NULL);
	if (o->status == STS_INVALID)
		hlm_boot_corrupt(c, o->why);
	if (!o->starts) {
		answer(c, o);
	} else if (c->cpu.comms.loader) {
		hlm_boot_start_firmware(c);
	} else {
		c->cpu.comms.loader = true;
		hlm_boot_start_loader(c);
	}
}

/* These have no answer but what they do. */
static bool ends_everything(struct hlm_chip *c, uint8_t command)
{
	if (command == RESET_DEVICE)
		hlm_chip_reset(c, true);
	else if (command == GOTO_WFE)
		hlm_boot_halt(c);
	else
		return false;
	return true;
}

static void acknowledge(struct hlm_chip *c, uint8_t command, uint32_t size)
{
	struct hlm_comms *state = &c->cpu.comms;
	struct outcome o = { .status = STS_ACK };

	if (hlm_raw(c, c->info->reg.message_status) || state->pending)
		o = wrong("a command before the last one was over", command);
	else if (command != RESET_DEVICE && command != GOTO_WFE &&
		 (command >= ARRAY_LEN(commands) || !commands[command]))
		o = wrong("an unknown command", command);
	state->pending = o.status == STS_ACK ? command : NOOP;
	state->pending_size = size;
	answer(c, &o);
}

/* The command that software has taken back: its turn has come. False: there is none, or it is over. */
static bool take_pending(struct hlm_chip *c, uint8_t *command, struct hlm_comms *state)
{
	*command = c->cpu.comms.pending;
	c->cpu.comms.pending = NOOP;
	*state = c->cpu.comms;
	return *command && !ends_everything(c, *command);
}

/* Under the lock; true: *command is to be carried out on *state. */
static bool look_at(struct hlm_chip *c, uint32_t word, uint8_t *command, struct hlm_comms *state)
{
	bool pending = false;

	*command = (uint8_t)(word >> COMMAND_SHIFT);
	if (c->cpu.running)
		hlm_note(c, "boot", "COMMS: nobody listens any more");
	else if (*command == NOOP)
		pending = take_pending(c, command, state);
	else if (*command == CLEAR_STATUS)
		hlm_set_raw(c, c->info->reg.message_status, STS_NOOP);
	else
		acknowledge(c, *command, word & COMMAND_SIZE_MASK);
	return pending;
}

void hlm_comms_run(struct hlm_chip *c, uint32_t word)
{
	struct hlm_comms state;
	struct outcome o;
	uint8_t command;
	bool pending;

	hlm_lock(c);
	pending = look_at(c, word, &command, &state);
	hlm_unlock(c);
	if (!pending || !hlm_engine_begin(c))
		return;
	o = commands[command](c, &state);
	hlm_engine_end(c);
	hlm_lock(c);
	if (c->epoch == c->run_epoch) {
		c->cpu.comms = state;
		finish(c, command, &o);
	}
	hlm_unlock(c);
}
