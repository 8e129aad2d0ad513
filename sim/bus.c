/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The in-process bus: between a chip model and the kernel twin's PCI core. The chip's engines run on a thread of their
 * own for each device, its interrupts on another (kshim/irq.c), so that neither ever waits for a lock of the driver.
 */
#include "bus.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "kshim/kshim.h"

struct hlsim_slot {
	struct hlsim_slot_config config;
	struct hlm *chip;
	struct pci_dev *pdev;
	struct hlm_host_ops ops;
	void *bar_memory[HLM_NUM_BARS];
	uint64_t bar_size[HLM_NUM_BARS];

	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t engine;
	bool kicked, stop, engine_runs;
};

/* ---- what the chip asks of its host ---- */

static struct pci_dev *pdev_of(struct hlsim_slot *s)
{
	return __atomic_load_n(&s->pdev, __ATOMIC_ACQUIRE);
}

static int host_dma_read(void *host, uint64_t addr, void *buf, size_t len)
{
	struct pci_dev *pdev = pdev_of(host);

	return pdev ? kshim_dma_read(pdev, addr, buf, len) : -EFAULT;
}

static int host_dma_write(void *host, uint64_t addr, const void *buf, size_t len)
{
	struct pci_dev *pdev = pdev_of(host);

	return pdev ? kshim_dma_write(pdev, addr, buf, len) : -EFAULT;
}

static void *host_dma_get(void *host, uint64_t addr, size_t len, bool write, size_t *run)
{
	struct pci_dev *pdev = pdev_of(host);

	return pdev ? kshim_dma_get(pdev, addr, len, write, run) : NULL;
}

static void host_dma_put(void *host, uint64_t addr, void *ptr, size_t run, bool write)
{
	kshim_dma_put(pdev_of(host), addr, ptr, run, write);
}

static void host_irq(void *host, unsigned int vector)
{
	struct pci_dev *pdev = pdev_of(host);

	if (pdev)
		kshim_pci_irq(pdev, vector);
}

static void host_kick(void *host)
{
	struct hlsim_slot *s = host;

	pthread_mutex_lock(&s->lock);
	s->kicked = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
}

static uint64_t host_clock_ns(void *host)
{
	struct timespec ts;

	(void)host;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void host_trace(void *host, const char *kind, const char *line)
{
	struct hlsim_slot *s = host;

	s->config.trace(s->config.trace_arg, s->config.index, kind, line);
}

static void iommu_trace(void *arg, const char *line)
{
	host_trace(arg, "iommu", line);
}

/* ---- engine thread ---- */

static void *engine_main(void *arg)
{
	struct hlsim_slot *s = arg;
	char name[16];

	snprintf(name, sizeof(name), "chip/%u", s->config.index);
	kshim_thread_name(name);
	pthread_mutex_lock(&s->lock);
	while (!s->stop) {
		if (!s->kicked) {
			pthread_cond_wait(&s->wake, &s->lock);
			continue;
		}
		s->kicked = false;
		pthread_mutex_unlock(&s->lock);
		hlm_run(s->chip);
		pthread_mutex_lock(&s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void stop_engine(struct hlsim_slot *s)
{
	if (!s->engine_runs)
		return;
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->engine, NULL);
	s->engine_runs = false;
}

/* ---- what the PCI core asks of the bus ---- */

static u32 bus_config_read(void *bus, unsigned int off, unsigned int len)
{
	return hlm_config_read(((struct hlsim_slot *)bus)->chip, off, len);
}

static void bus_config_write(void *bus, unsigned int off, unsigned int len, u32 value)
{
	hlm_config_write(((struct hlsim_slot *)bus)->chip, off, len, value);
}

static int bus_bar_read(void *bus, unsigned int bar, u64 off, void *buf, size_t len)
{
	return hlm_bar_read(((struct hlsim_slot *)bus)->chip, bar, off, buf, len);
}

static int bus_bar_write(void *bus, unsigned int bar, u64 off, const void *buf, size_t len)
{
	return hlm_bar_write(((struct hlsim_slot *)bus)->chip, bar, off, buf, len);
}

static void bus_reset(void *bus)
{
	hlm_reset(((struct hlsim_slot *)bus)->chip);
}

static void bus_added(void *bus, struct pci_dev *pdev)
{
	struct hlsim_slot *s = bus;

	if (s->config.trace)
		kshim_iommu_set_trace(pdev, iommu_trace, s);
	__atomic_store_n(&s->pdev, pdev, __ATOMIC_RELEASE);
}

static const struct kshim_pci_ops bus_ops = {
	.config_read = bus_config_read,
	.config_write = bus_config_write,
	.bar_read = bus_bar_read,
	.bar_write = bus_bar_write,
	.reset = bus_reset,
	.added = bus_added,
};

/* ---- life ---- */

static int map_bars(struct hlsim_slot *s)
{
	const struct hlm_desc *d = hlm_describe(s->chip);

	for (unsigned int i = 0; i < HLM_NUM_BARS; i++) {
		void *p;

		if (!d->bar[i].size || d->bar[i].fd < 0)
			continue;
		p = mmap(NULL, d->bar[i].size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, d->bar[i].fd,
			 (off_t)d->bar[i].fd_offset);
		if (p == MAP_FAILED)
			return -errno;
		s->bar_memory[i] = p;
		s->bar_size[i] = d->bar[i].size;
	}
	return 0;
}

static void free_slot(struct hlsim_slot *s)
{
	stop_engine(s);
	for (unsigned int i = 0; i < HLM_NUM_BARS; i++)
		if (s->bar_memory[i])
			munmap(s->bar_memory[i], s->bar_size[i]);
	if (s->chip)
		hlm_destroy(s->chip);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->wake);
	free(s);
}

static int make_chip(struct hlsim_slot *s)
{
	struct hlm_config config = {
		.size = sizeof(config),
		.flags = s->config.flags,
		.dram_size = s->config.dram_size,
		.module_id = s->config.index,
	};
	const struct hlm_desc *d;

	s->ops = (struct hlm_host_ops){
		.dma_read = host_dma_read,
		.dma_write = host_dma_write,
		.dma_get = host_dma_get,
		.dma_put = host_dma_put,
		.irq = host_irq,
		.kick = host_kick,
		.clock_ns = host_clock_ns,
		.trace = s->config.trace ? host_trace : NULL,
	};
	s->chip = hlm_create(s->config.asic, &config, &s->ops, s);
	if (!s->chip)
		return -errno;
	/* Other processes map this file (kshim/dmabuf_foreign.c): it must not shrink under them. */
	d = hlm_describe(s->chip);
	if (fcntl(d->dram_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		return -errno;
	if (s->config.boot_fail)
		hlm_set_fault(s->chip, HLM_FAULT_BOOT_FAIL, s->config.boot_fail);
	return map_bars(s);
}

/* Set up before the driver sees the device: it may export as soon as its probe is done. */
static int plug_in(struct hlsim_slot *s)
{
	const struct hlm_desc *d = hlm_describe(s->chip);
	struct kshim_pci_config config = {
		.ops = &bus_ops,
		.bus = s,
		.msi_vectors = d->msi_vectors,
		.msix_vectors = d->msix_vectors,
		.slot = s->config.index + 1,
	};

	for (unsigned int i = 0; i < HLM_NUM_BARS; i++) {
		config.bar[i] =
			(struct kshim_bar){ d->bar[i].size, d->bar[i].is64, d->bar[i].prefetch, s->bar_memory[i] };
		if (d->bar[i].size && d->bar[i].fd >= 0 && d->bar[i].fd == d->dram_fd) {
			config.dram_bar = i;
			config.dram_fd = d->dram_fd;
			config.dram_offset = d->bar[i].fd_offset;
		}
	}
	return kshim_pci_add(&config) ? 0 : -errno;
}

struct hlsim_slot *hlsim_slot_add(const struct hlsim_slot_config *config)
{
	struct hlsim_slot *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return NULL;
	s->config = *config;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, NULL);
	rc = make_chip(s);
	if (!rc)
		rc = -pthread_create(&s->engine, NULL, engine_main, s);
	if (!rc) {
		s->engine_runs = true;
		rc = plug_in(s);
	}
	if (rc) {
		free_slot(s);
		errno = -rc;
		return NULL;
	}
	return s;
}

struct hlm *hlsim_slot_chip(struct hlsim_slot *slot)
{
	return slot->chip;
}

struct pci_dev *hlsim_slot_pdev(struct hlsim_slot *slot)
{
	return slot->pdev;
}

unsigned int hlsim_slot_remove(struct hlsim_slot *s)
{
	unsigned int leaked;

	/* The driver talks to the chip until it has let go, so the engine stops after it. */
	kshim_pci_unbind(s->pdev);
	stop_engine(s);
	leaked = kshim_pci_remove(s->pdev);
	free_slot(s);
	return leaked;
}
