// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * intree-info.c - asks the stock in-tree driver everything it tells of a Gaudi and compares it with what the
 * model's firmware says. Ends at the first difference.
 *
 * What the driver decides by itself for each Gaudi, whatever the firmware says, is written here with its origin.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <abi/hlabi.h>
#include <hw/gaudi_regs.h>

#include "identity.h"

/* gaudi.c, gaudi_set_fixed_properties(); gaudiP.h; habanalabs_accel.h. */
#define USER_DRAM_BASE 0x20000000ull /* below it: firmware and page tables */
#define DRAM_SIZE (32ull << 30)	     /* the firmware's dram_size is not asked for */
#define USER_SRAM_OFFSET 0x80
#define TPC_MASK 0xFF
#define PAGE_2M 0x200000
#define CLOCK_LIMIT_MHZ 2200
#define FIRST_USER_SOB 144
#define FIRST_USER_MONITOR 72
#define NOT_THERE 0xFFFF /* of 16 bits, for what a Gaudi does not have */

/* Answers of INFO that the library has no use for: habanalabs_accel.h. */
struct pll_frequency {
	uint16_t output[4];
};
struct pci_counters {
	uint64_t rx_throughput, tx_throughput, replay_count;
};
struct clk_throttle {
	uint32_t reason, pad;
	uint64_t timestamp_us[4], duration_ns[4];
};
struct utilization {
	uint32_t percent, pad;
};

static int node = -1;
static const char *sysfs;

static _Noreturn __attribute__((format(printf, 1, 2))) void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("DIFFERS: ", stdout);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	exit(1);
}

static void same(const char *what, uint64_t got, uint64_t want)
{
	if (got != want)
		die("%s: the driver says 0x%" PRIx64 " (%" PRIu64 "), expected is 0x%" PRIx64 " (%" PRIu64 ")", what,
		    got, got, want, want);
	printf("  %-34s 0x%" PRIx64 "\n", what, got);
}

static void same_text(const char *what, const char *got, const char *want)
{
	if (strcmp(got, want) != 0)
		die("%s: the driver says \"%s\", expected is \"%s\"", what, got, want);
	printf("  %-34s %s\n", what, got);
}

static int ask_status(enum hlabi_info_op op, uint32_t arg, void *answer, size_t size)
{
	struct hlabi_info_args args = {
		.return_pointer = (uintptr_t)answer, .return_size = (uint32_t)size, .op = op, .arg = arg
	};

	/* So that an answer which was never written does not look like one of zeros. */
	memset(answer, 0x5A, size);
	return ioctl(node, HLABI_ACCEL_INFO, &args) ? errno : 0;
}

static void ask(const char *what, enum hlabi_info_op op, uint32_t arg, void *answer, size_t size)
{
	int status = ask_status(op, arg, answer, size);

	if (status)
		die("INFO %s: %s", what, strerror(status));
}

static const char *read_file(const char *path)
{
	static char text[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (len < 0)
		die("%s: %s", path, strerror(errno));
	close(fd);
	text[len] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static const char *attribute(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", sysfs, name);
	return read_file(path);
}

/* Size of BAR 4, in which all of the device's memory is seen: line 5 of the PCI function's resources. */
static uint64_t bar4_size(void)
{
	char path[512], line[128];
	unsigned long long first = 0, last = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/resource", sysfs);
	file = fopen(path, "re");
	if (!file)
		die("%s: %s", path, strerror(errno));
	for (int i = 0; i <= 4 && fgets(line, sizeof(line), file); i++)
		sscanf(line, "%llx %llx", &first, &last);
	fclose(file);
	return last - first + 1;
}

static void hw_ip(uint64_t module_id)
{
	struct hlabi_hw_ip_info info;

	ask("HW_IP", HLABI_INFO_HW_IP, 0, &info, sizeof(info));
	same("hw_ip.dram_base_address", info.dram_base_address, USER_DRAM_BASE);
	same("hw_ip.dram_size", info.dram_size, DRAM_SIZE - USER_DRAM_BASE);
	same("hw_ip.reserved_dram_size", info.reserved_dram_size, USER_DRAM_BASE);
	same("dram_size + reserved is BAR 4's", info.dram_size + info.reserved_dram_size, bar4_size());
	same("hw_ip.dram_enabled", info.dram_enabled, 1);
	same("hw_ip.dram_page_size", info.dram_page_size, PAGE_2M);
	same("hw_ip.default_page_size", info.device_mem_alloc_default_page_size, PAGE_2M);
	same("hw_ip.sram_base_address", info.sram_base_address, GAUDI_SRAM_BASE + USER_SRAM_OFFSET);
	same("hw_ip.sram_size", info.sram_size, GAUDI_SRAM_SIZE - USER_SRAM_OFFSET);
	same("hw_ip.num_of_events", info.num_of_events, GAUDI_EVENT_SIZE);
	same("hw_ip.device_id", info.device_id, HLABI_PCI_GAUDI);
	same("hw_ip.module_id", info.module_id, module_id);
	same("hw_ip.cpld_version", info.cpld_version, GAUDI_MODEL_CPLD);
	same("hw_ip.tpc_enabled_mask", info.tpc_enabled_mask, TPC_MASK);
	same("hw_ip.tpc_enabled_mask_ext", info.tpc_enabled_mask_ext, TPC_MASK);
	same("hw_ip.security_enabled", info.security_enabled, 0);
	same("hw_ip.first_available_interrupt", info.first_available_interrupt_id, NOT_THERE);
	same("hw_ip.tpc_interrupt_id", info.tpc_interrupt_id, NOT_THERE);
	same("hw_ip.revision_id", info.revision_id, strtoul(attribute("revision"), NULL, 0));
	/* Only a firmware that does not tell its PLLs' frequencies leaves their dividers to the driver. */
	same("hw_ip.psoc_pci_pll_nf", info.psoc_pci_pll_nf, 0);
	same_text("hw_ip.cpucp_version", (const char *)info.cpucp_version, GAUDI_MODEL_FIRMWARE);
	same_text("hw_ip.card_name", (const char *)info.card_name, GAUDI_MODEL_CARD_NAME);
}

static void state(void)
{
	struct hlabi_device_status_info status;
	struct hlabi_dram_usage dram;
	struct hlabi_hw_idle idle;
	struct hlabi_reset_count resets;
	struct hlabi_open_stats opens;
	struct hlabi_sync_manager sync;

	ask("DEVICE_STATUS", HLABI_INFO_DEVICE_STATUS, 0, &status, sizeof(status));
	same("device_status", status.status, HLABI_STATUS_OPERATIONAL);
	ask("DRAM_USAGE", HLABI_INFO_DRAM_USAGE, 0, &dram, sizeof(dram));
	same("dram_usage.free", dram.dram_free_mem, DRAM_SIZE - USER_DRAM_BASE);
	same("dram_usage.of_this_context", dram.ctx_dram_mem, 0);
	ask("HW_IDLE", HLABI_INFO_HW_IDLE, 0, &idle, sizeof(idle));
	same("hw_idle.is_idle", idle.is_idle, 1);
	same("hw_idle.busy_engines", idle.busy_engines_mask_ext[0] | idle.busy_engines_mask_ext[1], 0);
	ask("RESET_COUNT", HLABI_INFO_RESET_COUNT, 0, &resets, sizeof(resets));
	same("reset_count.hard", resets.hard_reset_cnt, 0);
	same("reset_count.soft", resets.soft_reset_cnt, 0);
	ask("OPEN_STATS", HLABI_INFO_OPEN_STATS, 0, &opens, sizeof(opens));
	same("open_stats.opened", opens.open_counter, 0);
	same("open_stats.compute_context", opens.is_compute_ctx_active | opens.compute_ctx_in_release, 0);
	ask("SYNC_MANAGER", HLABI_INFO_SYNC_MANAGER, 0, &sync, sizeof(sync));
	same("sync_manager.first_sync_object", sync.first_available_sync_object, FIRST_USER_SOB);
	same("sync_manager.first_monitor", sync.first_available_monitor, FIRST_USER_MONITOR);
	same("sync_manager.first_cq", sync.first_available_cq, NOT_THERE);
}

/* What the driver asks the firmware for at the moment of the call. */
static void firmware(void)
{
	struct hlabi_clk_rate clock;
	struct pll_frequency pll;
	struct pci_counters pci;
	struct clk_throttle throttle;
	struct utilization load;
	uint64_t power, energy;

	ask("CLK_RATE", HLABI_INFO_CLK_RATE, 0, &clock, sizeof(clock));
	same("clk_rate.current", clock.cur_clk_rate_mhz, GAUDI_MODEL_CLOCK_HZ / 1000000);
	same("clk_rate.max", clock.max_clk_rate_mhz, CLOCK_LIMIT_MHZ);
	ask("PLL_FREQUENCY", HLABI_INFO_PLL_FREQUENCY, 0, &pll, sizeof(pll));
	same("pll_frequency.output0", pll.output[0], GAUDI_MODEL_PLL0_MHZ);
	same("pll_frequency.output1", pll.output[1], GAUDI_MODEL_PLL1_MHZ);
	same("pll_frequency.output2", pll.output[2], GAUDI_MODEL_PLL2_MHZ);
	same("pll_frequency.output3", pll.output[3], GAUDI_MODEL_PLL3_MHZ);
	ask("POWER", HLABI_INFO_POWER, 0, &power, sizeof(power));
	same("power", power, GAUDI_MODEL_IDLE_POWER_MW);
	ask("TOTAL_ENERGY", HLABI_INFO_TOTAL_ENERGY, 0, &energy, sizeof(energy));
	same("total_energy, in whole seconds", energy % (GAUDI_MODEL_IDLE_POWER_MW / 1000), 0);
	ask("DEVICE_UTILIZATION", HLABI_INFO_DEVICE_UTILIZATION, 0, &load, sizeof(load));
	same("device_utilization", load.percent, 0);
	ask("PCI_COUNTERS", HLABI_INFO_PCI_COUNTERS, 0, &pci, sizeof(pci));
	same("pci_counters.replays", pci.replay_count, 0);
	ask("CLK_THROTTLE", HLABI_INFO_CLK_THROTTLE, 0, &throttle, sizeof(throttle));
	same("clk_throttle.reason", throttle.reason, 0);
}

static void time_sync(void)
{
	const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
	struct hlabi_time_sync first, second;
	uint64_t device, host;

	ask("TIME_SYNC", HLABI_INFO_TIME_SYNC, 0, &first, sizeof(first));
	nanosleep(&pause, NULL);
	ask("TIME_SYNC", HLABI_INFO_TIME_SYNC, 0, &second, sizeof(second));
	device = second.device_time - first.device_time;
	host = second.host_time - first.host_time;
	/* Both count nanoseconds, but a guest's time and a device's are not the same: a factor of 4 either way. */
	if (device < host / 4 || device > host * 4)
		die("time_sync: the device's clock moved by %" PRIu64 ", the host's by %" PRIu64, device, host);
	printf("  %-34s by %" PRIu64 ", host by %" PRIu64 "\n", "time_sync.device_time moves on", device, host);
}

/* What must not be answered here: events go to those who hold the compute node. */
static void refusals(void)
{
	uint64_t answer;

	same("GET_EVENTS is refused with", (uint64_t)ask_status(HLABI_INFO_GET_EVENTS, 0, &answer, sizeof(answer)),
	     EOPNOTSUPP);
}

static void attributes(const char *pci_address, uint64_t module_id)
{
	static const struct {
		const char *name, *want;
	} table[] = {
		{ "status", "Operational" },
		{ "device_type", "GAUDI" },
		{ "armcp_kernel_ver", GAUDI_MODEL_KERNEL },
		{ "armcp_ver", GAUDI_MODEL_FIRMWARE },
		{ "cpucp_kernel_ver", GAUDI_MODEL_KERNEL },
		{ "cpucp_ver", GAUDI_MODEL_FIRMWARE },
		{ "fuse_ver", GAUDI_MODEL_FUSES },
		{ "thermal_ver", GAUDI_MODEL_THERMAL },
		{ "fw_os_ver", GAUDI_MODEL_FIRMWARE },
		{ "preboot_btl_ver", GAUDI_MODEL_PREBOOT },
		{ "uboot_ver", GAUDI_MODEL_UBOOT },
		{ "hard_reset_cnt", "0" },
		{ "security_enabled", "0" },
		{ "eeprom", GAUDI_MODEL_EEPROM },
	};
	char text[64];

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		same_text(table[i].name, attribute(table[i].name), table[i].want);
	same_text("pci_addr", attribute("pci_addr"), pci_address);
	same_text("parent_device", attribute("parent_device"), pci_address);
	same("module_id", strtoull(attribute("module_id"), NULL, 0), module_id);
	same("max_power", strtoull(attribute("max_power"), NULL, 0), GAUDI_MODEL_MAX_POWER_MW);
	same("infineon_ver", strtoull(attribute("infineon_ver"), NULL, 0), GAUDI_MODEL_REGULATOR);
	same("clk_max_freq_mhz", strtoull(attribute("clk_max_freq_mhz"), NULL, 0), CLOCK_LIMIT_MHZ);
	same("clk_cur_freq_mhz", strtoull(attribute("clk_cur_freq_mhz"), NULL, 0), GAUDI_MODEL_CLOCK_HZ / 1000000);
	/* Upper half: a time stamp, which the model leaves at 0. */
	snprintf(text, sizeof(text), "0x%08x%08x", 0, GAUDI_MODEL_CPLD);
	same_text("cpld_ver", attribute("cpld_ver"), text);
}

static void sensors(void)
{
	static const struct {
		const char *name;
		uint64_t want;
	} table[] = {
		{ "temp1_input", GAUDI_MODEL_TEMPERATURE_MDEG },
		{ "in0_input", GAUDI_MODEL_VOLTAGE_MV },
		{ "curr1_input", GAUDI_MODEL_CURRENT_MA },
	};
	char folder[512], path[1024];
	struct dirent *entry;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%s/hwmon", sysfs);
	dir = opendir(folder);
	if (!dir)
		die("%s: %s", folder, strerror(errno));
	do {
		entry = readdir(dir);
	} while (entry && strncmp(entry->d_name, "hwmon", 5) != 0);
	if (!entry)
		die("no sensors in %s", folder);
	snprintf(path, sizeof(path), "%s/%s/name", folder, entry->d_name);
	same_text("hwmon name", read_file(path), GAUDI_MODEL_CARD_NAME);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", folder, entry->d_name, table[i].name);
		same(table[i].name, strtoull(read_file(path), NULL, 10), table[i].want);
	}
	closedir(dir);
}

int main(int argc, char **argv)
{
	uint64_t module_id;

	if (argc != 5) {
		fputs("usage: intree-info CONTROL_NODE SYSFS_FOLDER PCI_ADDRESS MODULE_ID\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	sysfs = argv[2];
	module_id = strtoull(argv[4], NULL, 0);
	node = open(argv[1], O_RDWR | O_CLOEXEC);
	if (node < 0)
		die("%s: %s", argv[1], strerror(errno));
	printf("%s\n", argv[1]);
	hw_ip(module_id);
	state();
	firmware();
	time_sync();
	refusals();
	close(node);
	printf("%s\n", sysfs);
	attributes(argv[3], module_id);
	sensors();
	return 0;
}
