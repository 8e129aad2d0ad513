/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "irq.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void disarm(struct vu_irq_kind *kind, unsigned int start, unsigned int count)
{
	for (unsigned int i = start; i < start + count; i++) {
		if (kind->eventfds[i] >= 0)
			close(kind->eventfds[i]);
		kind->eventfds[i] = -1;
	}
}

int vu_irq_init(struct vu_irq *irq, unsigned int msi, unsigned int msix)
{
	memset(irq, 0, sizeof(*irq));
	pthread_mutex_init(&irq->lock, NULL);
	irq->kind[VU_IRQ_MSI].count = msi;
	irq->kind[VU_IRQ_MSIX].count = msix;
	/* QEMU arms these two for every device. They are never raised here. */
	irq->kind[VU_IRQ_ERR].count = 1;
	irq->kind[VU_IRQ_REQ].count = 1;
	for (unsigned int i = 0; i < VU_NUM_IRQS; i++) {
		struct vu_irq_kind *kind = &irq->kind[i];

		if (kind->count > VU_MAX_VECTORS)
			kind->count = VU_MAX_VECTORS;
		kind->eventfds = malloc((kind->count + 1) * sizeof(int));
		if (!kind->eventfds) {
			kind->count = 0;
			vu_irq_fini(irq);
			return -ENOMEM;
		}
		memset(kind->eventfds, 0xff, (kind->count + 1) * sizeof(int));
	}
	return 0;
}

void vu_irq_reset(struct vu_irq *irq)
{
	pthread_mutex_lock(&irq->lock);
	for (unsigned int i = 0; i < VU_NUM_IRQS; i++)
		if (irq->kind[i].eventfds)
			disarm(&irq->kind[i], 0, irq->kind[i].count);
	pthread_mutex_unlock(&irq->lock);
}

void vu_irq_fini(struct vu_irq *irq)
{
	vu_irq_reset(irq);
	for (unsigned int i = 0; i < VU_NUM_IRQS; i++) {
		free(irq->kind[i].eventfds);
		irq->kind[i].eventfds = NULL;
	}
	pthread_mutex_destroy(&irq->lock);
}

static void signal_eventfd(int fd)
{
	uint64_t one = 1;
	ssize_t done;

	/* A full counter is an interrupt that is pending already. */
	do
		done = write(fd, &one, sizeof(one));
	while (done < 0 && errno == EINTR);
}

static void trigger(struct vu_irq_kind *kind, const struct vu_irq_set *set, const uint8_t *bools)
{
	for (unsigned int i = 0; i < set->count; i++) {
		int fd = kind->eventfds[set->start + i];

		if (fd >= 0 && (!bools || bools[i]))
			signal_eventfd(fd);
	}
}

static int arm(struct vu_irq_kind *kind, const struct vu_irq_set *set, int *fds, unsigned int num_fds)
{
	/* No files at all takes the vectors' old ones away. */
	if (num_fds != 0 && num_fds != set->count)
		return -EINVAL;
	disarm(kind, set->start, set->count);
	for (unsigned int i = 0; i < num_fds; i++) {
		kind->eventfds[set->start + i] = fds[i];
		fds[i] = -1;
	}
	return 0;
}

static int set_locked(struct vu_irq_kind *kind, const struct vu_irq_set *set, const uint8_t *bools, int *fds,
		      unsigned int num_fds)
{
	/* Masking is QEMU's own affair with eventfds; INTx, the one kind that needs it, is not offered. */
	if (!(set->flags & VU_IRQ_ACTION_TRIGGER))
		return 0;
	switch (set->flags & VU_IRQ_DATA_MASK) {
	case VU_IRQ_DATA_NONE:
		if (set->count == 0)
			disarm(kind, 0, kind->count);
		else
			trigger(kind, set, NULL);
		return 0;
	case VU_IRQ_DATA_BOOL:
		trigger(kind, set, bools);
		return 0;
	case VU_IRQ_DATA_EVENTFD:
		return arm(kind, set, fds, num_fds);
	default:
		return -EINVAL;
	}
}

int vu_irq_set(struct vu_irq *irq, const struct vu_irq_set *set, const uint8_t *bools, int *fds, unsigned int num_fds)
{
	struct vu_irq_kind *kind;
	int ret;

	if (set->index >= VU_NUM_IRQS)
		return -EINVAL;
	kind = &irq->kind[set->index];
	if (set->start > kind->count || set->count > kind->count - set->start)
		return -EINVAL;
	pthread_mutex_lock(&irq->lock);
	ret = set_locked(kind, set, bools, fds, num_fds);
	pthread_mutex_unlock(&irq->lock);
	return ret;
}

static bool any_armed(const struct vu_irq_kind *kind)
{
	for (unsigned int i = 0; i < kind->count; i++)
		if (kind->eventfds[i] >= 0)
			return true;
	return false;
}

void vu_irq_raise(struct vu_irq *irq, unsigned int vector)
{
	struct vu_irq_kind *kind;

	pthread_mutex_lock(&irq->lock);
	kind = &irq->kind[any_armed(&irq->kind[VU_IRQ_MSIX]) ? VU_IRQ_MSIX : VU_IRQ_MSI];
	if (vector < kind->count && kind->eventfds[vector] >= 0)
		signal_eventfd(kind->eventfds[vector]);
	pthread_mutex_unlock(&irq->lock);
}
