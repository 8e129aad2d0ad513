// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Interrupts: one thread for each device runs its handlers, so that an interrupt never runs on a thread that holds the
 * driver's locks. Hard handlers run in atomic context; a threaded handler follows on the same thread.
 */
#include <errno.h>
#include <linux/interrupt.h>
#include <linux/pci.h>
#include <pthread.h>
#include <stdlib.h>

#include "kshim.h"

#define MAX_VECTORS 32
#define IRQ_BASE 256 /* of device 0; each has MAX_VECTORS numbers */

struct line {
	irq_handler_t handler, thread_fn;
	void *dev;
	unsigned int disabled;
};

struct kshim_irqs {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	bool started, stop;
	u32 pending;
	int running; /* vector, or -1 */
	unsigned int vectors;
	struct line line[MAX_VECTORS];
	char name[16];
};

static struct kshim_irqs *devices[256];

/* The lowest pending vector that may be delivered, or -1. */
static int deliverable(struct kshim_irqs *irqs)
{
	u32 pending = irqs->pending;

	while (pending) {
		int v = __builtin_ctz(pending);

		if (!irqs->line[v].disabled)
			return v;
		pending &= ~(1u << v);
	}
	return -1;
}

static void deliver(const struct line *line, int irq)
{
	irqreturn_t ret;

	if (!line->handler && !line->thread_fn)
		return;
	kshim_irq_enter();
	ret = line->handler ? line->handler(irq, line->dev) : IRQ_WAKE_THREAD;
	kshim_irq_exit();
	if (ret == IRQ_WAKE_THREAD && !WARN(!line->thread_fn, "irq %d: handler wakes no thread", irq))
		line->thread_fn(irq, line->dev);
}

static int irq_base(const struct kshim_irqs *irqs)
{
	for (unsigned int i = 0; i < 256; i++)
		if (devices[i] == irqs)
			return IRQ_BASE + i * MAX_VECTORS;
	return -1;
}

static void *irq_main(void *arg)
{
	struct kshim_irqs *irqs = arg;
	int base = irq_base(irqs);

	kshim_thread_name(irqs->name);
	pthread_mutex_lock(&irqs->lock);
	while (!irqs->stop) {
		int v = deliverable(irqs);
		struct line line;

		if (v < 0) {
			pthread_cond_wait(&irqs->changed, &irqs->lock);
			continue;
		}
		irqs->pending &= ~(1u << v);
		irqs->running = v;
		line = irqs->line[v];
		pthread_mutex_unlock(&irqs->lock);
		deliver(&line, base + v);
		pthread_mutex_lock(&irqs->lock);
		irqs->running = -1;
		pthread_cond_broadcast(&irqs->changed);
	}
	pthread_mutex_unlock(&irqs->lock);
	return NULL;
}

void kshim_irq_start(struct pci_dev *pdev, unsigned int vectors)
{
	struct kshim_irqs *irqs = pdev->irqs;

	if (!irqs) {
		irqs = calloc(1, sizeof(*irqs));
		BUG_ON(!irqs);
		pthread_mutex_init(&irqs->lock, NULL);
		pthread_cond_init(&irqs->changed, NULL);
		irqs->running = -1;
		snprintf(irqs->name, sizeof(irqs->name), "irq/%u", pdev->slot);
		devices[pdev->slot & 255] = irqs;
		pdev->irqs = irqs;
		irqs->started = !pthread_create(&irqs->thread, NULL, irq_main, irqs);
		BUG_ON(!irqs->started);
	}
	irqs->vectors = min_t(unsigned int, vectors, MAX_VECTORS);
}

void kshim_irq_stop(struct pci_dev *pdev)
{
	struct kshim_irqs *irqs = pdev->irqs;

	if (!irqs)
		return;
	for (unsigned int i = 0; i < MAX_VECTORS; i++)
		WARN(irqs->line[i].handler || irqs->line[i].thread_fn, "irq vector %u was never freed", i);
	pthread_mutex_lock(&irqs->lock);
	irqs->stop = true;
	pthread_cond_broadcast(&irqs->changed);
	pthread_mutex_unlock(&irqs->lock);
	pthread_join(irqs->thread, NULL);
	devices[pdev->slot & 255] = NULL;
	pdev->irqs = NULL;
	free(irqs);
}

void kshim_pci_irq(struct pci_dev *pdev, unsigned int vector)
{
	struct kshim_irqs *irqs = pdev->irqs;

	if (!irqs || vector >= irqs->vectors)
		return;
	pthread_mutex_lock(&irqs->lock);
	irqs->pending |= 1u << vector;
	pthread_cond_broadcast(&irqs->changed);
	pthread_mutex_unlock(&irqs->lock);
}

/* ---- what drivers call ---- */

static struct kshim_irqs *find(unsigned int irq, unsigned int *vector)
{
	unsigned int slot = (irq - IRQ_BASE) / MAX_VECTORS;

	*vector = (irq - IRQ_BASE) % MAX_VECTORS;
	if (irq < IRQ_BASE || slot > 255 || !devices[slot] || *vector >= devices[slot]->vectors)
		return NULL;
	return devices[slot];
}

int pci_irq_vector(struct pci_dev *dev, unsigned int nr)
{
	return nr < dev->vectors ? (int)(IRQ_BASE + (dev->slot & 255) * MAX_VECTORS + nr) : -EINVAL;
}

int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn, unsigned long flags,
			 const char *name, void *dev)
{
	struct kshim_irqs *irqs;
	unsigned int v;
	int err = 0;

	(void)name;
	might_sleep();
	irqs = find(irq, &v);
	if (!irqs || (!handler && !thread_fn))
		return -EINVAL;
	if (!handler && !(flags & IRQF_ONESHOT))
		return -EINVAL;
	if (kshim_alloc_fails())
		return -ENOMEM;
	pthread_mutex_lock(&irqs->lock);
	if (irqs->line[v].handler || irqs->line[v].thread_fn)
		err = -EBUSY;
	else
		irqs->line[v] = (struct line){ handler, thread_fn, dev, 0 };
	irqs->pending &= ~(1u << v); /* what came before anybody listened is lost */
	pthread_mutex_unlock(&irqs->lock);
	return err;
}

static void wait_idle(struct kshim_irqs *irqs, unsigned int v)
{
	if (pthread_equal(pthread_self(), irqs->thread))
		return;
	while (irqs->running == (int)v)
		pthread_cond_wait(&irqs->changed, &irqs->lock);
}

const void *free_irq(unsigned int irq, void *dev)
{
	struct kshim_irqs *irqs;
	unsigned int v;

	might_sleep();
	irqs = find(irq, &v);
	if (WARN(!irqs, "free_irq() of irq %u, which does not exist", irq))
		return NULL;
	pthread_mutex_lock(&irqs->lock);
	WARN(irqs->line[v].dev != dev || (!irqs->line[v].handler && !irqs->line[v].thread_fn),
	     "free_irq() of irq %u, which is not requested for this device", irq);
	irqs->line[v] = (struct line){ NULL, NULL, NULL, 0 };
	wait_idle(irqs, v);
	pthread_mutex_unlock(&irqs->lock);
	return NULL;
}

void synchronize_irq(unsigned int irq)
{
	struct kshim_irqs *irqs;
	unsigned int v;

	irqs = find(irq, &v);
	if (!irqs)
		return;
	pthread_mutex_lock(&irqs->lock);
	wait_idle(irqs, v);
	pthread_mutex_unlock(&irqs->lock);
}

static void change_disabled(unsigned int irq, int by, bool wait)
{
	struct kshim_irqs *irqs;
	unsigned int v;

	irqs = find(irq, &v);
	if (!irqs)
		return;
	pthread_mutex_lock(&irqs->lock);
	WARN(by < 0 && !irqs->line[v].disabled, "irq %u enabled more often than disabled", irq);
	irqs->line[v].disabled += by;
	pthread_cond_broadcast(&irqs->changed);
	if (wait)
		wait_idle(irqs, v);
	pthread_mutex_unlock(&irqs->lock);
}

void disable_irq(unsigned int irq)
{
	change_disabled(irq, 1, true);
}

void disable_irq_nosync(unsigned int irq)
{
	change_disabled(irq, 1, false);
}

void enable_irq(unsigned int irq)
{
	change_disabled(irq, -1, false);
}
