/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* irq.h - interrupts out of the device: one eventfd for each vector that QEMU has armed. */
#ifndef VU_IRQ_H
#define VU_IRQ_H

#include <pthread.h>

#include "protocol.h"

#define VU_MAX_VECTORS 2048u /* MSI-X's limit */

struct vu_irq_kind {
	unsigned int count; /* vectors that the device has */
	int *eventfds;	    /* -1: not armed */
};

struct vu_irq {
	pthread_mutex_t lock;
	struct vu_irq_kind kind[VU_NUM_IRQS];
};

/* msi and msix: vectors of the device. 0 or -ENOMEM. */
int vu_irq_init(struct vu_irq *irq, unsigned int msi, unsigned int msix);
void vu_irq_fini(struct vu_irq *irq);
/* Disarms all. */
void vu_irq_reset(struct vu_irq *irq);

/*
 * SET_IRQS. bools: set->count bytes with VU_IRQ_DATA_BOOL. fds: with VU_IRQ_DATA_EVENTFD; those taken over are
 * replaced by -1. 0 or -EINVAL.
 */
int vu_irq_set(struct vu_irq *irq, const struct vu_irq_set *set, const uint8_t *bools, int *fds, unsigned int num_fds);

/* Raises a vector: MSI-X when any of its vectors is armed, otherwise MSI. Never blocks. */
void vu_irq_raise(struct vu_irq *irq, unsigned int vector);

#endif /* VU_IRQ_H */
