/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What a fault does to the machine, and <hlrt/sim.h>. */
#include "fault_inject.h"

#include <errno.h>
#include <hlrt/sim.h>
#include <string.h>
#include <unistd.h>

#include "kshim/kshim.h"

#define STATS_SIZE_1 sizeof(struct hlsim_stats) /* as first published */
#define EXPORTED __attribute__((visibility("default")))

static int vanish(struct hlsim_machine *m, unsigned int index, const struct hlsim_fault *fault)
{
	struct hlsim_device *d = hlsim_machine_device(m, index);
	int rc;

	if (!fault->count)
		return -EINVAL;
	/* Off the bus first: the driver must not be able to say goodbye. */
	rc = hlsim_fault_chip(d->chip, fault);
	if (!rc)
		hlsim_machine_unplug(m, index);
	return rc;
}

int hlsim_fault_inject(struct hlsim_machine *m, unsigned int index, const struct hlsim_fault *fault)
{
	struct hlsim_device *d = hlsim_machine_device(m, index);

	if (!d || hlsim_device_gone(d))
		return -ENODEV;
	switch (fault->knob) {
	case HLSIM_ALLOC_FAIL:
		kshim_fail_allocs(fault->value ? (unsigned int)fault->value : 1, fault->count);
		return 0;
	case HLSIM_IOMMU_FAULT:
		kshim_iommu_drop_next(d->pdev, fault->count);
		return 0;
	case HLSIM_VANISH:
		return vanish(m, index, fault);
	default:
		return hlsim_fault_chip(d->chip, fault);
	}
}

/* ---- <hlrt/sim.h> ---- */

static int current_machine(struct hlsim_machine **m)
{
	*m = hlsim_machine_current();
	if (!*m)
		return -ENODEV;
	return hlsim_machine_owner(*m) == getpid() ? 0 : -EPERM;
}

static bool is_called(const struct hlsim_device *d, const char *name)
{
	return !strcmp(d->name, name) || !strcmp(d->address, name);
}

EXPORTED int hlsim_fault(const char *device, const char *knob, int64_t count)
{
	struct hlsim_machine *m;
	struct hlsim_fault fault;
	int rc = current_machine(&m), found = -ENODEV;

	if (rc)
		return rc;
	if (!knob || count < -1 || count > HLSIM_MAX_FAULTS || hlsim_fault_parse(knob, false, &fault, NULL, 0))
		return -EINVAL;
	fault.count = (int)count;
	for (unsigned int i = 0; i < hlsim_machine_devices(m); i++) {
		struct hlsim_device *d = hlsim_machine_device(m, i);

		if (hlsim_device_gone(d) || (device && !is_called(d, device)))
			continue;
		found = hlsim_fault_inject(m, i, &fault);
		if (found || device)
			break;
	}
	return found;
}

EXPORTED int hlsim_stats(const char *device, struct hlsim_stats *stats)
{
	struct hlsim_machine *m;
	uint32_t size;
	int rc = current_machine(&m);

	if (rc)
		return rc;
	if (!device || !stats || stats->size < STATS_SIZE_1)
		return -EINVAL;
	size = stats->size;
	for (unsigned int i = 0; i < hlsim_machine_devices(m); i++) {
		struct hlsim_device *d = hlsim_machine_device(m, i);
		struct hlm_stats s;

		if (!is_called(d, device))
			continue;
		hlm_get_stats(d->chip, &s);
		memset(stats, 0, size);
		*stats = (struct hlsim_stats){
			.size = size,
			.doorbells = s.doorbells,
			.descriptors = s.descriptors,
			.packets = s.packets,
			.transfers = s.lin_dma,
			.dma_bytes = s.dma_bytes,
			.irqs = s.irqs,
			.page_faults = s.page_faults,
			.razwi = s.razwi,
			.bus_errors = s.bus_errors,
			.max_in_flight = s.max_in_flight,
		};
		return 0;
	}
	return -ENODEV;
}
