// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * cpucp.c - the firmware's packet queue: management requests of the driver, answered one by one. Queue
 * handshake, packet layout and numbers: cpucp_if.h.
 */
#include <string.h>

#include "chip.h"
#include "identity.h"

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

#define CPU_HOST_BIT (1ull << 39)
#define CPU_LOW_MASK (CPU_HOST_BIT - 1)
#define VERSION_SIZE 128
#define NUM_SENSORS 128
#define NUM_PLLS 19
#define CARD_TYPE_MODULE 1

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

/* The CPU has 40 address bits; bit 39 means the host, and one register holds what bits 49:39 become. */
uint64_t hlm_gaudi_cpu_to_bus(struct gaudi *g, uint64_t cpu_addr)
{
	uint64_t msb = hlm_gaudi_raw(g, GAUDI_CPU_IF_CPU_MSB_ADDR);

	return (msb << 39 | (cpu_addr & CPU_LOW_MASK)) - GAUDI_HOST_BASE;
}

static uint64_t to_bus(struct gaudi *g, uint64_t cpu_addr)
{
	uint64_t bus;

	hlm_gaudi_lock(g);
	bus = hlm_gaudi_cpu_to_bus(g, cpu_addr);
	hlm_gaudi_unlock(g);
	return bus;
}

static enum result give_data(struct gaudi *g, struct request *r, const void *data, size_t size)
{
	uint32_t limit = word(r, PKT_INDEX);
	size_t len = size < limit ? size : limit;

	if (hlm_gaudi_host_write(g, to_bus(g, r->value), data, len))
		return RC_FAULT;
	r->value = len;
	return RC_SUCCESS;
}

static enum result info_get(struct gaudi *g, struct request *r)
{
	struct cpucp_info info = { .card_type = CARD_TYPE_MODULE,
				   .card_location = g->m->config.module_id,
				   .dram_size = g->m->desc.dram_size,
				   .cpld_version = GAUDI_MODEL_CPLD,
				   .infineon_version = GAUDI_MODEL_REGULATOR,
				   .kernel_version = GAUDI_MODEL_KERNEL,
				   .fuse_version = GAUDI_MODEL_FUSES,
				   .thermal_version = GAUDI_MODEL_THERMAL,
				   .cpucp_version = GAUDI_MODEL_FIRMWARE,
				   .fw_os_version = GAUDI_MODEL_FIRMWARE,
				   .card_name = GAUDI_MODEL_CARD_NAME };

	/* One temperature (hwmon type 1), one voltage (2), one current (3), each with its input value only. */
	for (uint32_t type = 1; type <= 3; type++) {
		info.sensors[type - 1].type = type;
		info.sensors[type - 1].flags = 1;
	}
	memset(info.pll_map, 0xFF, NUM_PLLS / 8);
	info.pll_map[NUM_PLLS / 8] = (1u << (NUM_PLLS % 8)) - 1;
	return give_data(g, r, &info, sizeof(info));
}

static enum result eeprom_get(struct gaudi *g, struct request *r)
{
	static const char text[] = GAUDI_MODEL_EEPROM;

	return give_data(g, r, text, sizeof(text));
}

static enum result rows_get(struct gaudi *g, struct request *r)
{
	uint8_t none[264] = { 0 }; /* struct cpucp_hbm_row_replaced_rows_info */

	return give_data(g, r, none, sizeof(none));
}

static enum result echo(struct gaudi *g, struct request *r)
{
	(void)g;
	(void)r;
	return RC_SUCCESS;
}

static enum result zero(struct gaudi *g, struct request *r)
{
	(void)g;
	r->value = 0;
	return RC_SUCCESS;
}

static enum result unmask(struct gaudi *g, struct request *r)
{
	if (r->value >= GAUDI_EVENT_SIZE)
		return RC_INVALID_PARAMS;
	hlm_gaudi_lock(g);
	hlm_gaudi_event_unmask(g, (unsigned int)r->value);
	hlm_gaudi_unlock(g);
	return RC_SUCCESS;
}

static enum result unmask_array(struct gaudi *g, struct request *r)
{
	uint32_t count = r->len >= PKT_ARRAY ? word(r, PKT_LENGTH) : 0;

	if (r->len < PKT_ARRAY || count > (r->len - PKT_ARRAY) / 4)
		return RC_INVALID_PARAMS;
	hlm_gaudi_lock(g);
	for (uint32_t i = 0; i < count; i++)
		hlm_gaudi_event_unmask(g, word(r, PKT_ARRAY + 4 * i));
	hlm_gaudi_unlock(g);
	return RC_SUCCESS;
}

static enum result pll_get(struct gaudi *g, struct request *r)
{
	(void)g;
	if ((word(r, PKT_INDEX) & 0xFFFF) >= NUM_PLLS)
		return RC_INVALID_PARAMS;
	r->value = GAUDI_MODEL_PLL0_MHZ | GAUDI_MODEL_PLL1_MHZ << 16 | GAUDI_MODEL_PLL2_MHZ << 32 |
		   GAUDI_MODEL_PLL3_MHZ << 48;
	return RC_SUCCESS;
}

static enum result energy_get(struct gaudi *g, struct request *r)
{
	/* Joules of an idle card. */
	r->value = GAUDI_MODEL_IDLE_POWER_MW / 1000 * (g->m->ops->clock_ns(g->m->host) / 1000000000ull);
	return RC_SUCCESS;
}

enum setting { SET_NONE, SET_POWER, SET_FREQUENCY, SET_PWM, SET_OFFSET };

/* What software sets is a limit: the clock is not faster for a limit above its own. */
static enum result clock_get(struct gaudi *g, struct request *r)
{
	uint64_t limit = g->cpu.settings[SET_FREQUENCY];

	r->value = limit && limit < GAUDI_MODEL_CLOCK_HZ ? limit : GAUDI_MODEL_CLOCK_HZ;
	return RC_SUCCESS;
}

/* constant: what a GET returns; setting: what a SET keeps and its GET returns instead once it was set. */
struct packet {
	const char *name;
	enum result (*answer)(struct gaudi *g, struct request *r);
	uint64_t constant;
	enum setting get, set;
};

static const struct packet packets[] = {
	[1] = { .name = "DISABLE_PCI_ACCESS", .answer = zero },
	[2] = { .name = "ENABLE_PCI_ACCESS", .answer = zero },
	[3] = { .name = "TEMPERATURE_GET", .constant = GAUDI_MODEL_TEMPERATURE_MDEG },
	[4] = { .name = "VOLTAGE_GET", .constant = GAUDI_MODEL_VOLTAGE_MV },
	[5] = { .name = "CURRENT_GET", .constant = GAUDI_MODEL_CURRENT_MA },
	[6] = { .name = "FAN_SPEED_GET", .constant = 0 },
	[7] = { .name = "PWM_GET", .constant = 0, .get = SET_PWM },
	[8] = { .name = "PWM_SET", .set = SET_PWM },
	[9] = { .name = "FREQUENCY_SET", .set = SET_FREQUENCY },
	[10] = { .name = "FREQUENCY_GET", .constant = GAUDI_MODEL_CLOCK_HZ, .get = SET_FREQUENCY },
	[14] = { .name = "INFO_GET", .answer = info_get },
	[16] = { .name = "UNMASK_RAZWI_IRQ", .answer = unmask },
	[17] = { .name = "UNMASK_RAZWI_IRQ_ARRAY", .answer = unmask_array },
	[18] = { .name = "TEST", .answer = echo },
	[19] = { .name = "FREQUENCY_CURR_GET", .answer = clock_get },
	[20] = { .name = "MAX_POWER_GET", .constant = GAUDI_MODEL_MAX_POWER_MW, .get = SET_POWER },
	[21] = { .name = "MAX_POWER_SET", .set = SET_POWER },
	[22] = { .name = "EEPROM_DATA_GET", .answer = eeprom_get },
	[24] = { .name = "TEMPERATURE_SET", .set = SET_OFFSET },
	[27] = { .name = "PCIE_THROUGHPUT_GET", .answer = zero },
	[28] = { .name = "PCIE_REPLAY_CNT_GET", .answer = zero },
	[29] = { .name = "TOTAL_ENERGY_GET", .answer = energy_get },
	[30] = { .name = "PLL_INFO_GET", .answer = pll_get },
	[32] = { .name = "POWER_GET", .constant = GAUDI_MODEL_IDLE_POWER_MW },
	[37] = { .name = "MSI_INFO_SET", .answer = zero },
	[42] = { .name = "IS_IDLE_CHECK", .answer = zero },
	[43] = { .name = "HBM_REPLACED_ROWS_INFO_GET", .answer = rows_get },
	[44] = { .name = "HBM_PENDING_ROWS_STATUS", .answer = zero },
	[58] = { .name = "ACTIVE_STATUS_SET", .answer = zero },
};

static enum result answer(struct gaudi *g, struct request *r, uint32_t opcode)
{
	const struct packet *p = opcode < ARRAY_LEN(packets) ? &packets[opcode] : NULL;

	if (!p || !p->name) {
		hlm_trace(g->m, "todo", "device CPU packet %u: not supported", opcode);
		return RC_INVALID;
	}
	hlm_trace(g->m, "packet", "device CPU: %s", p->name);
	if (p->answer)
		return p->answer(g, r);
	if (p->set)
		g->cpu.settings[p->set] = r->value;
	else
		r->value = p->get && g->cpu.settings[p->get] ? g->cpu.settings[p->get] : p->constant;
	return RC_SUCCESS;
}

static void serve(struct gaudi *g, uint64_t bus, uint32_t len)
{
	struct request r = { .len = len < PKT_MAX ? len : PKT_MAX };
	uint32_t ctl, fence = PKT_FENCE_VALUE;

	if (len < PKT_SIZE || hlm_gaudi_host_read(g, bus, r.bytes, r.len))
		return;
	memcpy(&r.value, r.bytes + PKT_VALUE, sizeof(r.value));
	ctl = word(&r, PKT_CTL) & ~PKT_CTL_RC_MASK;
	ctl |= (uint32_t)answer(g, &r, ctl >> PKT_CTL_OPCODE_SHIFT & PKT_CTL_OPCODE_MASK) << PKT_CTL_RC_SHIFT;
	hlm_gaudi_host_write(g, bus + PKT_VALUE, &r.value, sizeof(r.value));
	hlm_gaudi_host_write(g, bus + PKT_CTL, &ctl, sizeof(ctl));
	/* The host waits for the fence and then believes the rest. */
	hlm_publish();
	hlm_gaudi_host_write(g, bus + PKT_FENCE, &fence, sizeof(fence));
}

static void handshake(struct gaudi *g)
{
	uint32_t request = hlm_gaudi_raw(g, GAUDI_CPU_IF_QUEUE_INIT), length = hlm_gaudi_raw(g, GAUDI_CPU_IF_PQ_LENGTH);
	uint32_t status = QUEUE_READY_FOR_HOST;

	if (request != QUEUE_READY_FOR_CPU && request != QUEUE_READY_FOR_CPU_SINGLE_MSI)
		return;
	if (length < GAUDI_PQ_ENTRY_SIZE || (length & (length - 1)))
		status = QUEUE_BAD_LENGTH;
	else if (!(hlm_gaudi_raw(g, GAUDI_CPU_IF_PQ_BASE_ADDR_HIGH) & (uint32_t)(CPU_HOST_BIT >> 32)))
		status = QUEUE_BAD_ADDRESS;
	hlm_gaudi_set_raw(g, GAUDI_CPU_IF_QUEUE_INIT, status);
	g->cpu.queue_ready = status == QUEUE_READY_FOR_HOST;
	g->cpu.single_msi = request == QUEUE_READY_FOR_CPU_SINGLE_MSI;
	g->cpu.pq_ci = 0;
	g->cpu.events.pi = 0;
	g->cpu.events.index = 0;
	hlm_gaudi_note(g, "boot", "device CPU queues: status %u", status);
}

/* Next entry's address on the bus; false when there is none. */
static bool next_request(struct gaudi *g, uint64_t *bus)
{
	uint32_t entries, pi;
	uint64_t base;
	bool some = false;

	hlm_gaudi_lock(g);
	if (g->epoch == g->run_epoch && g->cpu.running && g->cpu.pi_update) {
		handshake(g);
		entries = hlm_gaudi_raw(g, GAUDI_CPU_IF_PQ_LENGTH) / GAUDI_PQ_ENTRY_SIZE;
		pi = hlm_gaudi_raw(g, GAUDI_CPU_IF_PF_PQ_PI);
		base = (uint64_t)hlm_gaudi_raw(g, GAUDI_CPU_IF_PQ_BASE_ADDR_HIGH) << 32 |
		       hlm_gaudi_raw(g, GAUDI_CPU_IF_PQ_BASE_ADDR_LOW);
		some = g->cpu.queue_ready && ((pi - g->cpu.pq_ci) & (2 * entries - 1));
		if (some) {
			*bus = hlm_gaudi_cpu_to_bus(g, base + (uint64_t)(g->cpu.pq_ci & (entries - 1)) *
								       GAUDI_PQ_ENTRY_SIZE);
			g->cpu.pq_ci = (g->cpu.pq_ci + 1) & (2 * entries - 1);
		} else {
			g->cpu.pi_update = false;
		}
	}
	hlm_gaudi_unlock(g);
	return some;
}

unsigned int hlm_gaudi_cpucp_run(struct gaudi *g)
{
	unsigned int done = 0;
	uint64_t bus;

	while (next_request(g, &bus)) {
		uint8_t entry[GAUDI_PQ_ENTRY_SIZE];
		uint64_t addr;
		uint32_t len;

		done++;
		if (hlm_gaudi_host_read(g, bus, entry, sizeof(entry)))
			continue;
		memcpy(&addr, entry + GAUDI_PQE_ADDR, sizeof(addr));
		memcpy(&len, entry + GAUDI_PQE_LEN, sizeof(len));
		hlm_count(g->m, HLM_STAT_DESCRIPTORS, 1);
		serve(g, to_bus(g, addr), len);
	}
	return done;
}
