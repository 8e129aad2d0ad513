// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Events of the device CPU: counted, told to the owner, acknowledged; what each means, the chip
 * knows.
 */

#include <linux/slab.h>

#include "hlrt.h"

int hlrt_events_init(struct hlrt_device *dev)
{
	dev->events = kcalloc(dev->prop.num_events, 2 * sizeof(*dev->events), GFP_KERNEL);
	if (!dev->events)
		return -ENOMEM;
	dev->events_total = dev->events + dev->prop.num_events;
	return 0;
}

void hlrt_events_fini(struct hlrt_device *dev)
{
	kfree(dev->events);
	dev->events = NULL;
}

static const struct hlrt_event_rule *hlrt_event_rule(struct hlrt_device *dev, u32 type)
{
	const struct hlrt_event_rule *rule = dev->asic->event_rules;
	unsigned int n = *dev->asic->num_event_rules;

	for (; n; n--, rule++)
		if (type >= rule->first && type <= rule->last)
			return rule;
	return NULL;
}

static void hlrt_handle_event(struct hlrt_device *dev, u32 type)
{
	const struct hlrt_event_rule *rule;

	if (type >= dev->prop.num_events) {
		dev_err_ratelimited(dev->dev, "event %u is not known\n", type);
		return;
	}
	dev->events[type]++;
	dev->events_total[type]++;
	rule = hlrt_event_rule(dev, type);
	if (rule) {
		hlrt_device_event(dev, rule->handle(dev, type));
		if (rule->reset) {
			hlrt_device_request_reset(dev, HLRT_RESET_HW_ERROR);
			return;
		}
	}
	dev_dbg(dev->dev, "event %u\n", type);
	/* The firmware masks each event until it is acknowledged. */
	hlrt_cpucp_call(dev, HLRT_CPUCP_UNMASK_IRQ, 0, type, NULL);
}

void hlrt_event_work(struct work_struct *work)
{
	struct hlrt_device *dev = container_of(work, struct hlrt_device, event_work);
	u32 type;
	u64 data;

	while (hlrt_cpucp_next_event(dev, &type, &data)) {
		hlrt_write(dev, dev->cpucp.regs->eq_ci, dev->cpucp.eq_ci);
		hlrt_handle_event(dev, type);
	}
}
