// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* fault.c - the fault knobs: their counts, and what of them is the same for every chip. */
#include <errno.h>
#include <time.h>

#include "model_priv.h"

#define DEFAULT_LATE_MS 100
#define MAX_LATE_MS 600000
#define STEP_NS 1000000
#define NS_PER_MS 1000000ull

void hlm_fault_init(struct hlm *m)
{
	atomic_store(&m->late_ms, DEFAULT_LATE_MS);
}

int hlm_set_fault(struct hlm *m, enum hlm_fault fault, int count)
{
	if ((unsigned int)fault >= HLM_FAULT_COUNT || count < -1)
		return -EINVAL;
	if (fault == HLM_FAULT_READ_ONES && count)
		count = -1; /* a state, not a number of times */
	atomic_store(&m->faults[fault], count);
	/* Interrupts without cause need no other work to come; and what stood still off the bus goes on. */
	if (fault == HLM_FAULT_SPURIOUS_IRQ || fault == HLM_FAULT_READ_ONES)
		m->ops->kick(m->host);
	return 0;
}

int hlm_set_late_ms(struct hlm *m, unsigned int ms)
{
	if (ms > MAX_LATE_MS)
		return -EINVAL;
	atomic_store(&m->late_ms, ms ? ms : DEFAULT_LATE_MS);
	return 0;
}

bool hlm_fault_take(struct hlm *m, enum hlm_fault fault)
{
	int left = atomic_load(&m->faults[fault]);

	while (left > 0)
		if (atomic_compare_exchange_weak(&m->faults[fault], &left, left - 1))
			return true;
	return left < 0;
}

bool hlm_off_bus(struct hlm *m)
{
	return atomic_load_explicit(&m->faults[HLM_FAULT_READ_ONES], memory_order_relaxed) != 0;
}

void hlm_fault_spurious_irq(struct hlm *m)
{
	unsigned int vectors = m->desc.msix_vectors > m->desc.msi_vectors ? m->desc.msix_vectors : m->desc.msi_vectors;

	if (!hlm_fault_take(m, HLM_FAULT_SPURIOUS_IRQ))
		return;
	hlm_trace(m, "fault", "injected: an interrupt without cause on each of %u vectors", vectors);
	for (unsigned int vector = 0; vector < vectors; vector++)
		hlm_pci_msi(m, vector);
}

/* The end is looked for in small steps, so that a reset or the end of the knob is not waited for. */
void hlm_fault_late(struct hlm *m, bool (*goes_on)(void *chip))
{
	const struct timespec step = { .tv_nsec = STEP_NS };
	uint64_t end;

	if (!hlm_fault_take(m, HLM_FAULT_LATE))
		return;
	hlm_trace(m, "fault", "injected: completion held back for %u ms", atomic_load(&m->late_ms));
	end = m->ops->clock_ns(m->host) + atomic_load(&m->late_ms) * NS_PER_MS;
	while (m->ops->clock_ns(m->host) < end && goes_on(m->chip) && !hlm_off_bus(m))
		nanosleep(&step, NULL);
}
