// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The questions of INFO that the device CPU answers. */

#include <linux/math64.h>
#include <linux/minmax.h>

#include "info.h"

/* cpucp_if.h: enum cpucp_pcie_throughput_attributes, enum cpucp_power_type. */
#define CPUCP_PCIE_TX 0
#define CPUCP_PCIE_RX 1
#define CPUCP_POWER_INPUT 8

/* One number. A caller who takes no answer is not worth a message. */
static int hlrt_info_ask(struct hlrt_file *file, const struct hlabi_info_args *args, u32 opcode,
			 u32 index, u64 *value)
{
	int rc;

	if (!args->return_size || !args->return_pointer)
		return -EINVAL;
	rc = hlrt_device_enter(file->dev);
	if (rc)
		return rc;
	rc = hlrt_cpucp_call(file->dev, opcode, index, 0, value);
	hlrt_device_leave(file->dev);
	return rc;
}

/* How much of what a card may draw beyond what it always draws it draws now, in percent. */
int hlrt_info_utilization(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	u64 idle = file->dev->prop.idle_power_mw, now, most;
	struct hlabi_utilization answer = {};
	int rc;

	rc = hlrt_info_ask(file, args, HLRT_CPUCP_POWER_GET, CPUCP_POWER_INPUT, &now)
		     ?: hlrt_info_ask(file, args, HLRT_CPUCP_MAX_POWER_GET, 0, &most);
	if (rc)
		return rc;
	if (most <= idle)
		return -EOPNOTSUPP;
	answer.percent = div64_u64((clamp(now, idle, most) - idle) * 100, most - idle);
	return hlrt_info_reply(args, &answer, sizeof(answer));
}

int hlrt_info_pci_counters(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	struct hlabi_pci_counters answer = {};
	u64 replays;
	int rc;

	rc = hlrt_info_ask(file, args, HLRT_CPUCP_PCIE_THROUGHPUT_GET, CPUCP_PCIE_RX,
			   &answer.rx_throughput)
		     ?: hlrt_info_ask(file, args, HLRT_CPUCP_PCIE_THROUGHPUT_GET, CPUCP_PCIE_TX,
				      &answer.tx_throughput)
		     ?: hlrt_info_ask(file, args, HLRT_CPUCP_PCIE_REPLAY_CNT_GET, 0, &replays);
	if (rc)
		return rc;
	answer.replay_cnt = lower_32_bits(replays);
	return hlrt_info_reply(args, &answer, sizeof(answer));
}

int hlrt_info_energy(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	u64 joules;

	return hlrt_info_ask(file, args, HLRT_CPUCP_TOTAL_ENERGY_GET, 0, &joules)
		       ?: hlrt_info_reply(args, &joules, sizeof(joules));
}

int hlrt_info_pll(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	struct hlabi_pll_frequency answer;
	unsigned int i;
	u64 mhz;
	int rc;

	if (args->arg > U16_MAX)
		return -EINVAL;
	rc = hlrt_info_ask(file, args, HLRT_CPUCP_PLL_INFO_GET, args->arg, &mhz);
	if (rc)
		return rc;
	for (i = 0; i < ARRAY_SIZE(answer.output_mhz); i++)
		answer.output_mhz[i] = mhz >> (16 * i);
	return hlrt_info_reply(args, &answer, sizeof(answer));
}

int hlrt_info_power(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	u64 mw;

	return hlrt_info_ask(file, args, HLRT_CPUCP_POWER_GET, CPUCP_POWER_INPUT, &mw)
		       ?: hlrt_info_reply(args, &mw, sizeof(mw));
}

int hlrt_info_replaced_rows(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	u8 answer[HLABI_REPLACED_ROWS_SIZE];
	int rc;

	if (!args->return_size || !args->return_pointer)
		return -EINVAL;
	rc = hlrt_device_enter(file->dev);
	if (rc)
		return rc;
	rc = hlrt_cpucp_fetch(file->dev, HLRT_CPUCP_REPLACED_ROWS_GET, answer, sizeof(answer));
	hlrt_device_leave(file->dev);
	return rc ?: hlrt_info_reply(args, answer, sizeof(answer));
}

int hlrt_info_pending_rows(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	u64 value;
	u32 rows;
	int rc;

	rc = hlrt_info_ask(file, args, HLRT_CPUCP_PENDING_ROWS_GET, 0, &value);
	rows = lower_32_bits(value);
	return rc ?: hlrt_info_reply(args, &rows, sizeof(rows));
}
