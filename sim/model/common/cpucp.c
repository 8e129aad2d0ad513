// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * cpucp.c - the firmware's packet queue: management requests of the driver, answered one by one. Queue
 * handshake, packet layout and numbers: cpucp_if.h.
 */
#include <stdio.h>
#include <string.h>

#include "chip.h"

enum queue_status {
	QUEUE_READY_FOR_CPU = 1,
	QUEUE_READY_FOR_HOST = 2,
	QUEUE_READY_FOR_CPU_SINGLE_MSI = 3,
	QUEUE_BAD_LENGTH = 4,
	QUEUE_BAD_ADDRESS = 5
};

/* struct cpucp_packet */
#define PKT_VALUE 0
#define PKT_CTL 8
#define PKT_FENCE 12
#define PKT_INDEX 16 /* sensor index and type, PLL, size limit: whichever the packet has */
#define PKT_LENGTH 24
#define PKT_ARRAY 28
#define PKT_SIZE 24
#define PKT_MAX 4096
#define PKT_CTL_RC_SHIFT 12
#define PKT_CTL_RC_MASK 0xF000u
#define PKT_CTL_OPCODE_SHIFT 16
#define PKT_CTL_OPCODE_MASK 0x1FFFu
#define PKT_FENCE_VALUE 0xFE8CE7A5u

enum result { RC_SUCCESS, RC_INVALID, RC_FAULT, RC_INVALID_PACKET, RC_INVALID_PARAMS };

#define VERSION_SIZE 128
#define NUM_SENSORS 128
#define NUM_PLLS 19
/* Queue entry (qman_if.h, struct hl_bd). */
#define PQ_ENTRY_SIZE 16
#define PQE_ADDR 0
#define PQE_LEN 8

struct request {
	uint8_t bytes[PKT_MAX];
	uint32_t len;
	uint64_t value; /* in and out */
};

/* struct cpucp_info */
struct cpucp_info {
	struct {
		uint32_t type, flags;
	} sensors[NUM_SENSORS];
	char kernel_version[VERSION_SIZE];
	uint32_t reserved, card_type, card_location, cpld_version, infineon_version;
	char fuse_version[VERSION_SIZE], thermal_version[VERSION_SIZE], cpucp_version[VERSION_SIZE];
	uint32_t infineon_second_stage_version;
	uint64_t dram_size;
	char card_name[16];
	uint64_t tpc_binning_mask, decoder_binning_mask;
	uint8_t binning[8], security[4];
	uint32_t reserved3;
	uint8_t pll_map[16];
	uint64_t mme_binning_mask;
	char fw_os_version[VERSION_SIZE];
};
_Static_assert(sizeof(struct cpucp_info) == 1768, "layout of cpucp_if.h");

static uint32_t word(const struct request *r, unsigned int at)
{
	uint32_t value;

	memcpy(&value, r->bytes + at, sizeof(value));
	return value;
}

enum hlm_bus_status hlm_cpu_read(struct hlm_chip *c, uint64_t addr, void *buf, size_t len)
{
	struct hlm_initiator who;

	hlm_lock(c);
	addr = c->info->cpu_address(c, addr, &who);
	hlm_unlock(c);
	return hlm_bus_read(c, &who, addr, buf, len);
}

enum hlm_bus_status hlm_cpu_write(struct hlm_chip *c, uint64_t addr, const void *buf, size_t len)
{
	struct hlm_initiator who;

	hlm_lock(c);
	addr = c->info->cpu_address(c, addr, &who);
	hlm_unlock(c);
	return hlm_bus_write(c, &who, addr, buf, len);
}

static enum result give_data(struct hlm_chip *c, struct request *r, const void *data, size_t size)
{
	uint32_t limit = word(r, PKT_INDEX);
	size_t len = size < limit ? size : limit;

	if (hlm_cpu_write(c, r->value, data, len))
		return RC_FAULT;
	r->value = len;
	return RC_SUCCESS;
}

static void copy_text(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text);
}

static enum result info_get(struct hlm_chip *c, struct request *r)
{
	const struct hlm_identity *id = c->info->identity;
	struct cpucp_info info = { .card_type = id->card_type,
				   .card_location = c->m->config.module_id,
				   .dram_size = c->m->desc.dram_size,
				   .cpld_version = id->cpld,
				   .infineon_version = id->regulator };

	copy_text(info.kernel_version, sizeof(info.kernel_version), id->kernel);
	copy_text(info.fuse_version, sizeof(info.fuse_version), id->fuses);
	copy_text(info.thermal_version, sizeof(info.thermal_version), id->thermal);
	copy_text(info.cpucp_version, sizeof(info.cpucp_version), id->firmware);
	copy_text(info.fw_os_version, sizeof(info.fw_os_version), id->firmware);
	copy_text(info.card_name, sizeof(info.card_name), id->card_name);
	/* One temperature (hwmon type 1), one voltage (2), one current (3), each with its input value only. */
	for (uint32_t type = 1; type <= 3; type++) {
		info.sensors[type - 1].type = type;
		info.sensors[type - 1].flags = 1;
	}
	memset(info.pll_map, 0xFF, NUM_PLLS / 8);
	info.pll_map[NUM_PLLS / 8] = (1u << (NUM_PLLS % 8)) - 1;
	return give_data(c, r, &info, sizeof(info));
}

static enum result eeprom_get(struct hlm_chip *c, struct request *r)
{
	const char *text = c->info->identity->eeprom;

	return give_data(c, r, text, strlen(text) + 1);
}

static enum result rows_get(struct hlm_chip *c, struct request *r)
{
	uint8_t none[264] = { 0 }; /* struct cpucp_hbm_row_replaced_rows_info */

	return give_data(c, r, none, sizeof(none));
}

static enum result echo(struct hlm_chip *c, struct request *r)
{
	(void)c;
	(void)r;
	return RC_SUCCESS;
}

static enum result zero(struct hlm_chip *c, struct request *r)
{
	(void)c;
	r->value = 0;
	return RC_SUCCESS;
}

static enum result unmask(struct hlm_chip *c, struct request *r)
{
	if (r->value >= c->info->num_events)
		return RC_INVALID_PARAMS;
	hlm_lock(c);
	hlm_event_unmask(c, (unsigned int)r->value);
	hlm_unlock(c);
	return RC_SUCCESS;
}

static enum result unmask_array(struct hlm_chip *c, struct request *r)
{
	uint32_t count = r->len >= PKT_ARRAY ? word(r, PKT_LENGTH) : 0;

	if (r->len < PKT_ARRAY || count > (r->len - PKT_ARRAY) / 4)
		return RC_INVALID_PARAMS;
	hlm_lock(c);
	for (uint32_t i = 0; i < count; i++)
		hlm_event_unmask(c, word(r, PKT_ARRAY + 4 * i));
	hlm_unlock(c);
	return RC_SUCCESS;
}

static enum result pll_get(struct hlm_chip *c, struct request *r)
{
	const uint64_t *mhz = c->info->identity->pll_mhz;

	if ((word(r, PKT_INDEX) & 0xFFFF) >= NUM_PLLS)
		return RC_INVALID_PARAMS;
	r->value = mhz[0] | mhz[1] << 16 | mhz[2] << 32 | mhz[3] << 48;
	return RC_SUCCESS;
}

static enum result energy_get(struct hlm_chip *c, struct request *r)
{
	/* Joules of an idle card. */
	r->value = c->info->identity->idle_power_mw / 1000 * (c->m->ops->clock_ns(c->m->host) / 1000000000ull);
	return RC_SUCCESS;
}

enum setting { SET_NONE, SET_POWER, SET_FREQUENCY, SET_PWM, SET_OFFSET };

/* What software sets is a limit: the clock is not faster for a limit above its own. */
static enum result clock_get(struct hlm_chip *c, struct request *r)
{
	uint64_t limit = c->cpu.settings[SET_FREQUENCY], own = c->info->identity->clock_hz;

	r->value = limit && limit < own ? limit : own;
	return RC_SUCCESS;
}

/* constant: what of the identity a GET returns; setting: what a SET keeps and its GET returns instead once set. */
struct packet {
	const char *name;
	enum result (*answer)(struct hlm_chip *c, struct request *r);
	uint16_t constant;
	enum setting get, set;
};

#define OF(member) offsetof(struct hlm_identity, member)

static const struct packet packets[] = {
	[1] = { .name = "DISABLE_PCI_ACCESS", .answer = zero },
	[2] = { .name = "ENABLE_PCI_ACCESS", .answer = zero },
	[3] = { .name = "TEMPERATURE_GET", .constant = OF(temperature_mdeg) },
	[4] = { .name = "VOLTAGE_GET", .constant = OF(voltage_mv) },
	[5] = { .name = "CURRENT_GET", .constant = OF(current_ma) },
	[6] = { .name = "FAN_SPEED_GET", .answer = zero },
	[7] = { .name = "PWM_GET", .get = SET_PWM },
	[8] = { .name = "PWM_SET", .set = SET_PWM },
	[9] = { .name = "FREQUENCY_SET", .set = SET_FREQUENCY },
	[10] = { .name = "FREQUENCY_GET", .constant = OF(clock_hz), .get = SET_FREQUENCY },
	[14] = { .name = "INFO_GET", .answer = info_get },
	[16] = { .name = "UNMASK_RAZWI_IRQ", .answer = unmask },
	[17] = { .name = "UNMASK_RAZWI_IRQ_ARRAY", .answer = unmask_array },
	[18] = { .name = "TEST", .answer = echo },
	[19] = { .name = "FREQUENCY_CURR_GET", .answer = clock_get },
	[20] = { .name = "MAX_POWER_GET", .constant = OF(max_power_mw), .get = SET_POWER },
	[21] = { .name = "MAX_POWER_SET", .set = SET_POWER },
	[22] = { .name = "EEPROM_DATA_GET", .answer = eeprom_get },
	[24] = { .name = "TEMPERATURE_SET", .set = SET_OFFSET },
	[27] = { .name = "PCIE_THROUGHPUT_GET", .answer = zero },
	[28] = { .name = "PCIE_REPLAY_CNT_GET", .answer = zero },
	[29] = { .name = "TOTAL_ENERGY_GET", .answer = energy_get },
	[30] = { .name = "PLL_INFO_GET", .answer = pll_get },
	[32] = { .name = "POWER_GET", .constant = OF(idle_power_mw) },
	[37] = { .name = "MSI_INFO_SET", .answer = zero },
	[42] = { .name = "IS_IDLE_CHECK", .answer = zero },
	[43] = { .name = "HBM_REPLACED_ROWS_INFO_GET", .answer = rows_get },
	[44] = { .name = "HBM_PENDING_ROWS_STATUS", .answer = zero },
	[58] = { .name = "ACTIVE_STATUS_SET", .answer = zero },
};

/* The identity begins with a text: nothing that is asked for has offset 0. */
static uint64_t constant_of(struct hlm_chip *c, const struct packet *p)
{
	uint64_t value = 0;

	if (p->constant)
		memcpy(&value, (const uint8_t *)c->info->identity + p->constant, sizeof(value));
	return value;
}

static enum result answer(struct hlm_chip *c, struct request *r, uint32_t opcode)
{
	const struct packet *p = opcode < ARRAY_LEN(packets) ? &packets[opcode] : NULL;

	if (!p || !p->name) {
		hlm_trace(c->m, "todo", "device CPU packet %u: not supported", opcode);
		return RC_INVALID;
	}
	hlm_trace(c->m, "packet", "device CPU: %s", p->name);
	if (p->answer)
		return p->answer(c, r);
	if (p->set)
		c->cpu.settings[p->set] = r->value;
	else
		r->value = p->get && c->cpu.settings[p->get] ? c->cpu.settings[p->get] : constant_of(c, p);
	return RC_SUCCESS;
}

static void serve(struct hlm_chip *c, uint64_t addr, uint32_t len)
{
	struct request r = { .len = len < PKT_MAX ? len : PKT_MAX };
	uint32_t ctl, fence = PKT_FENCE_VALUE;

	if (len < PKT_SIZE || hlm_cpu_read(c, addr, r.bytes, r.len))
		return;
	memcpy(&r.value, r.bytes + PKT_VALUE, sizeof(r.value));
	ctl = word(&r, PKT_CTL) & ~PKT_CTL_RC_MASK;
	ctl |= (uint32_t)answer(c, &r, ctl >> PKT_CTL_OPCODE_SHIFT & PKT_CTL_OPCODE_MASK) << PKT_CTL_RC_SHIFT;
	hlm_cpu_write(c, addr + PKT_VALUE, &r.value, sizeof(r.value));
	hlm_cpu_write(c, addr + PKT_CTL, &ctl, sizeof(ctl));
	/* The host waits for the fence and then believes the rest. */
	hlm_publish();
	hlm_cpu_write(c, addr + PKT_FENCE, &fence, sizeof(fence));
}

static void handshake(struct hlm_chip *c)
{
	uint32_t request = hlm_raw(c, c->info->reg.queue_init), length = hlm_raw(c, c->info->reg.pq_length);
	uint32_t status = QUEUE_READY_FOR_HOST;

	if (request != QUEUE_READY_FOR_CPU && request != QUEUE_READY_FOR_CPU_SINGLE_MSI)
		return;
	if (length < PQ_ENTRY_SIZE || (length & (length - 1)))
		status = QUEUE_BAD_LENGTH;
	else if (!c->info->queue_base_ok(hlm_raw(c, c->info->reg.pq_base_high)))
		status = QUEUE_BAD_ADDRESS;
	hlm_set_raw(c, c->info->reg.queue_init, status);
	c->cpu.queue_ready = status == QUEUE_READY_FOR_HOST;
	c->cpu.single_msi = request == QUEUE_READY_FOR_CPU_SINGLE_MSI;
	c->cpu.pq_ci = 0;
	c->cpu.events.pi = 0;
	c->cpu.events.index = 0;
	hlm_note(c, "boot", "device CPU queues: status %u", status);
}

/* Next entry's address; false when there is none. */
static bool next_request(struct hlm_chip *c, uint64_t *addr)
{
	uint32_t entries, pi;
	uint64_t base;
	bool some = false;

	hlm_lock(c);
	if (c->epoch == c->run_epoch && c->cpu.running && c->cpu.pi_update) {
		handshake(c);
		entries = hlm_raw(c, c->info->reg.pq_length) / PQ_ENTRY_SIZE;
		pi = hlm_raw(c, c->info->reg.pq_pi);
		base = (uint64_t)hlm_raw(c, c->info->reg.pq_base_high) << 32 | hlm_raw(c, c->info->reg.pq_base_low);
		some = c->cpu.queue_ready && ((pi - c->cpu.pq_ci) & (2 * entries - 1));
		if (some) {
			*addr = base + (uint64_t)(c->cpu.pq_ci & (entries - 1)) * PQ_ENTRY_SIZE;
			c->cpu.pq_ci = (c->cpu.pq_ci + 1) & (2 * entries - 1);
		} else {
			c->cpu.pi_update = false;
		}
	}
	hlm_unlock(c);
	return some;
}

unsigned int hlm_cpucp_run(struct hlm_chip *c)
{
	unsigned int done = 0;
	uint64_t at;

	while (next_request(c, &at)) {
		uint8_t entry[PQ_ENTRY_SIZE];
		uint64_t addr;
		uint32_t len;

		done++;
		if (hlm_cpu_read(c, at, entry, sizeof(entry)))
			continue;
		memcpy(&addr, entry + PQE_ADDR, sizeof(addr));
		memcpy(&len, entry + PQE_LEN, sizeof(len));
		hlm_count(c->m, HLM_STAT_DESCRIPTORS, 1);
		serve(c, addr, len);
	}
	return done;
}
