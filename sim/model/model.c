// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* model.c - creation and dispatch, counters, trace. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_priv.h"

#define KNOWN_FLAGS (HLM_FLAG_ASK_BOOT_FIT | HLM_FLAG_SELF_BOOT | HLM_FLAG_COMMS)
#define TRACE_LINE_SIZE 256

static const struct hlm_asic *const asics[] = { &hlm_gaudi, &hlm_goya };

static const struct hlm_asic *find_asic(const char *name)
{
	for (size_t i = 0; name && i < sizeof(asics) / sizeof(asics[0]); i++)
		if (!strcmp(asics[i]->name, name))
			return asics[i];
	return NULL;
}

static bool config_ok(const struct hlm_config *config)
{
	if (config->size != sizeof(*config) || config->pad || (config->flags & ~KNOWN_FLAGS))
		return false;
	if ((config->flags & HLM_FLAG_COMMS) && config->flags != HLM_FLAG_COMMS)
		return false;
	return !(config->dram_size & (config->dram_size - 1));
}

static bool ops_ok(const struct hlm_host_ops *ops)
{
	return ops && ops->dma_read && ops->dma_write && ops->irq && ops->kick && ops->clock_ns &&
	       !ops->dma_get == !ops->dma_put;
}

struct hlm *hlm_create(const char *asic, const struct hlm_config *config, const struct hlm_host_ops *ops, void *host)
{
	const struct hlm_asic *found = find_asic(asic);
	struct hlm *m;
	int err;

	if (!found || !ops_ok(ops) || (config && !config_ok(config))) {
		errno = EINVAL;
		return NULL;
	}
	m = calloc(1, sizeof(*m));
	if (!m)
		return NULL;
	m->asic = found;
	m->ops = ops;
	m->host = host;
	if (config)
		m->config = *config;
	hlm_fault_init(m);
	pthread_mutex_init(&m->lock, NULL);
	err = found->create(m);
	if (err) {
		pthread_mutex_destroy(&m->lock);
		free(m);
		errno = -err;
		return NULL;
	}
	hlm_reset(m);
	return m;
}

void hlm_destroy(struct hlm *m)
{
	if (!m)
		return;
	m->asic->destroy(m);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

const struct hlm_desc *hlm_describe(const struct hlm *m)
{
	return &m->desc;
}

void hlm_reset(struct hlm *m)
{
	hlm_trace(m, "boot", "PCI reset");
	pthread_mutex_lock(&m->lock);
	hlm_pci_reset(m);
	pthread_mutex_unlock(&m->lock);
	m->asic->reset(m);
}

static bool in_bar(const struct hlm *m, unsigned int bar, uint64_t offset, size_t len)
{
	uint64_t size = bar < HLM_NUM_BARS ? m->desc.bar[bar].size : 0;

	return offset <= size && len <= size - offset && size;
}

int hlm_bar_read(struct hlm *m, unsigned int bar, uint64_t offset, void *buf, size_t len)
{
	if (!in_bar(m, bar, offset, len)) {
		memset(buf, 0xFF, len);
		return -EINVAL;
	}
	if (hlm_off_bus(m)) {
		memset(buf, 0xFF, len);
		return 0;
	}
	return m->asic->bar_read(m, bar, offset, buf, len);
}

int hlm_bar_write(struct hlm *m, unsigned int bar, uint64_t offset, const void *buf, size_t len)
{
	if (!in_bar(m, bar, offset, len))
		return -EINVAL;
	return hlm_off_bus(m) ? 0 : m->asic->bar_write(m, bar, offset, buf, len);
}

unsigned int hlm_run(struct hlm *m)
{
	if (hlm_off_bus(m))
		return 0;
	hlm_fault_spurious_irq(m);
	return m->asic->run(m);
}

void hlm_get_stats(struct hlm *m, struct hlm_stats *stats)
{
	uint64_t *out = (uint64_t *)stats;

	_Static_assert(sizeof(*stats) == HLM_STAT_COUNT * sizeof(uint64_t), "enum hlm_stat follows struct hlm_stats");
	for (unsigned int i = 0; i < HLM_STAT_COUNT; i++)
		out[i] = atomic_load_explicit(&m->stats[i], memory_order_relaxed);
}

void hlm_trace_line(struct hlm *m, const char *kind, const char *format, ...)
{
	char line[TRACE_LINE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	m->ops->trace(m->host, kind, line);
}
