// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The INFO ioctl: one function for each question, the answer cut to the size the caller knows. */

#include <linux/ktime.h>
#include <linux/uaccess.h>

#include "info.h"

int hlrt_info_reply(const struct hlabi_info_args *args, const void *answer, size_t size)
{
	void __user *out = u64_to_user_ptr(args->return_pointer);

	if (!args->return_size || !out)
		return -EINVAL;
	return copy_to_user(out, answer, min_t(size_t, size, args->return_size)) ? -EFAULT : 0;
}

static int hlrt_info_hw_ip(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	const struct hlrt_props *prop = &file->dev->prop;
	struct hlabi_hw_ip_info info = {
		.sram_base_address = prop->sram_user_base,
		.sram_size = prop->sram_user_size,
		.dram_size = prop->dram_base + prop->dram_size - prop->dram_user_base,
		.dram_enabled = 1,
		.dram_page_size = 2 << 20,
		.device_mem_alloc_default_page_size = 2 << 20,
		.reserved_dram_size = prop->dram_user_base - prop->dram_base,
		.num_of_events = prop->num_events,
		.device_id = file->dev->pdev->device,
		.module_id = prop->module_id,
		.cpld_version = prop->cpld_version,
		.first_available_interrupt_id = U16_MAX,
		.tpc_interrupt_id = U16_MAX,
		.revision_id = file->dev->pdev->revision,
	};

	/* Where programs find their memory: by virtual address, if the driver places it. */
	info.dram_base_address = prop->placement == HLRT_PLACE_KERNEL ? prop->va[HLRT_VA_DRAM].base
								      : prop->dram_user_base;
	BUILD_BUG_ON(sizeof(info.cpucp_version) != sizeof(prop->cpucp_version));
	memcpy(info.cpucp_version, prop->cpucp_version, sizeof(info.cpucp_version));
	memcpy(info.card_name, prop->card_name, sizeof(info.card_name));
	return hlrt_info_reply(args, &info, sizeof(info));
}

static int hlrt_info_events(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	const struct hlrt_device *dev = file->dev;
	const u32 *events = args->op == HLABI_INFO_HW_EVENTS ? dev->events : dev->events_total;

	return hlrt_info_reply(args, events, dev->prop.num_events * sizeof(*events));
}

static int hlrt_info_dram_usage(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	const struct hlrt_props *prop = &file->dev->prop;
	struct hlabi_dram_usage usage = {
		.dram_free_mem = prop->dram_base + prop->dram_size - prop->dram_user_base,
	};

	if (file->ctx) {
		mutex_lock(&file->ctx->mem_lock);
		usage.ctx_dram_mem = file->ctx->dram_used;
		mutex_unlock(&file->ctx->mem_lock);
	}
	/* The driver's own count knows what exports hold back. */
	if (prop->placement == HLRT_PLACE_KERNEL)
		usage.dram_free_mem = hlrt_dram_free_bytes(file->dev);
	else
		usage.dram_free_mem -= usage.ctx_dram_mem;
	return hlrt_info_reply(args, &usage, sizeof(usage));
}

static int hlrt_info_idle(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	struct hlabi_hw_idle idle = {};
	int rc;

	rc = hlrt_device_enter(file->dev);
	if (rc)
		return rc;
	idle.is_idle = file->dev->asic->is_idle(file->dev, &idle.busy_engines_mask_ext[0]);
	idle.busy_engines_mask = lower_32_bits(idle.busy_engines_mask_ext[0]);
	hlrt_device_leave(file->dev);
	return hlrt_info_reply(args, &idle, sizeof(idle));
}

static int hlrt_info_status(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	struct hlabi_device_status_info status = { .status = hlrt_status(file->dev) };

	return hlrt_info_reply(args, &status, sizeof(status));
}

static int hlrt_info_clk_rate(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	struct hlabi_clk_rate rate = {};
	int rc;

	rc = hlrt_device_enter(file->dev);
	if (rc)
		return rc;
	rc = file->dev->asic->clk_rate(file->dev, &rate.cur_clk_rate_mhz, &rate.max_clk_rate_mhz);
	hlrt_device_leave(file->dev);
	return rc ?: hlrt_info_reply(args, &rate, sizeof(rate));
}

static int hlrt_info_reset_count(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	struct hlabi_reset_count count = { .hard_reset_cnt = READ_ONCE(file->dev->hard_resets) };

	return hlrt_info_reply(args, &count, sizeof(count));
}

static int hlrt_info_time_sync(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	struct hlabi_time_sync time = {};
	int rc;

	rc = hlrt_device_enter(file->dev);
	if (rc)
		return rc;
	time.device_time = file->dev->asic->device_time(file->dev);
	time.host_time = ktime_get_raw_ns();
	hlrt_device_leave(file->dev);
	return hlrt_info_reply(args, &time, sizeof(time));
}

static int hlrt_info_cs_counters(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	struct hlabi_cs_counters counters;

	spin_lock_irq(&file->dev->queues_lock);
	counters = file->dev->counters;
	if (file->ctx) {
		const struct hlabi_cs_counters *c = &file->ctx->counters;

		counters.ctx_queue_full_drop_cnt = c->ctx_queue_full_drop_cnt;
		counters.ctx_device_in_reset_drop_cnt = c->ctx_device_in_reset_drop_cnt;
		counters.ctx_max_cs_in_flight_drop_cnt = c->ctx_max_cs_in_flight_drop_cnt;
		counters.ctx_validation_drop_cnt = c->ctx_validation_drop_cnt;
	}
	spin_unlock_irq(&file->dev->queues_lock);
	return hlrt_info_reply(args, &counters, sizeof(counters));
}

static int hlrt_info_sync_manager(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	struct hlabi_sync_manager sm = { .first_available_cq = U16_MAX };

	/* HL_MAX_DCORES in habanalabs.h: so many may be asked for, whatever the chip has. */
	if (args->arg >= 8)
		return -EINVAL;
	/* Only the first is shared with programs, under the number that the uAPI gives it. */
	if (!args->arg) {
		sm.first_available_sync_object = file->dev->prop.first_user_sob;
		sm.first_available_monitor = file->dev->prop.first_user_monitor;
	}
	return hlrt_info_reply(args, &sm, sizeof(sm));
}

static int hlrt_info_open_stats(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	struct hlrt_device *dev = file->dev;
	struct hlabi_open_stats stats = {};

	spin_lock_irq(&dev->queues_lock);
	stats.is_compute_ctx_active = !!dev->ctx;
	stats.open_counter = dev->opens;
	stats.last_open_period_ms = dev->last_open_ms;
	spin_unlock_irq(&dev->queues_lock);
	return hlrt_info_reply(args, &stats, sizeof(stats));
}

static int hlrt_info_last_open(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	s64 ns;

	spin_lock_irq(&file->dev->queues_lock);
	ns = ktime_to_ns(file->dev->opened_at);
	spin_unlock_irq(&file->dev->queues_lock);
	return hlrt_info_reply(args, &ns, sizeof(ns));
}

static int hlrt_info_cs_timeout(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	struct hlabi_cs_timeout last;

	spin_lock_irq(&file->dev->queues_lock);
	last = file->dev->last_timeout;
	spin_unlock_irq(&file->dev->queues_lock);
	return hlrt_info_reply(args, &last, sizeof(last));
}

static int hlrt_info_page_sizes(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	/* None: allocations have no page size to choose. */
	struct hlabi_mem_page_sizes sizes = {};

	return hlrt_info_reply(args, &sizes, sizeof(sizes));
}

static int hlrt_info_register_eventfd(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	return file->ctx ? hlrt_ctx_set_eventfd(file->ctx, args->arg) : -EOPNOTSUPP;
}

static int hlrt_info_unregister_eventfd(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	return file->ctx ? hlrt_ctx_clear_eventfd(file->ctx) : -EOPNOTSUPP;
}

static int hlrt_info_get_events(struct hlrt_file *file, const struct hlabi_info_args *args)
{
	u64 events;

	if (!file->ctx)
		return -EOPNOTSUPP;
	if (args->return_size < sizeof(events))
		return -EINVAL;
	events = hlrt_ctx_take_event_bits(file->ctx);
	return hlrt_info_reply(args, &events, sizeof(events));
}

typedef int (*hlrt_info_fn)(struct hlrt_file *file, const struct hlabi_info_args *args);

static const hlrt_info_fn hlrt_info_ops[] = {
	[HLABI_INFO_HW_IP] = hlrt_info_hw_ip,
	[HLABI_INFO_HW_EVENTS] = hlrt_info_events,
	[HLABI_INFO_DRAM_USAGE] = hlrt_info_dram_usage,
	[HLABI_INFO_HW_IDLE] = hlrt_info_idle,
	[HLABI_INFO_DEVICE_STATUS] = hlrt_info_status,
	[HLABI_INFO_DEVICE_UTILIZATION] = hlrt_info_utilization,
	[HLABI_INFO_HW_EVENTS_AGGREGATE] = hlrt_info_events,
	[HLABI_INFO_CLK_RATE] = hlrt_info_clk_rate,
	[HLABI_INFO_RESET_COUNT] = hlrt_info_reset_count,
	[HLABI_INFO_TIME_SYNC] = hlrt_info_time_sync,
	[HLABI_INFO_CS_COUNTERS] = hlrt_info_cs_counters,
	[HLABI_INFO_PCI_COUNTERS] = hlrt_info_pci_counters,
	[HLABI_INFO_SYNC_MANAGER] = hlrt_info_sync_manager,
	[HLABI_INFO_TOTAL_ENERGY] = hlrt_info_energy,
	[HLABI_INFO_PLL_FREQUENCY] = hlrt_info_pll,
	[HLABI_INFO_POWER] = hlrt_info_power,
	[HLABI_INFO_OPEN_STATS] = hlrt_info_open_stats,
	[HLABI_INFO_DRAM_REPLACED_ROWS] = hlrt_info_replaced_rows,
	[HLABI_INFO_DRAM_PENDING_ROWS] = hlrt_info_pending_rows,
	[HLABI_INFO_LAST_OPEN_TIME] = hlrt_info_last_open,
	[HLABI_INFO_CS_TIMEOUT] = hlrt_info_cs_timeout,
	[HLABI_INFO_DEV_MEM_PAGE_SIZES] = hlrt_info_page_sizes,
	[HLABI_INFO_REGISTER_EVENTFD] = hlrt_info_register_eventfd,
	[HLABI_INFO_UNREGISTER_EVENTFD] = hlrt_info_unregister_eventfd,
	[HLABI_INFO_GET_EVENTS] = hlrt_info_get_events,
};

int hlrt_info_ioctl(struct hlrt_file *file, void *data)
{
	const struct hlabi_info_args *args = data;

	if (args->pad)
		return -EINVAL;
	/*
	 * On a removed device only what the driver remembers is asked for; nothing below needs
	 * more.
	 */
	if (args->op >= ARRAY_SIZE(hlrt_info_ops) || !hlrt_info_ops[args->op]) {
		dev_dbg(file->dev->dev, "INFO op %u is not known\n", args->op);
		return -EINVAL;
	}
	return hlrt_info_ops[args->op](file, args);
}
