/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "stub_model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct hlm *stub;

struct hlm *hlm_create(const char *asic, const struct hlm_config *config, const struct hlm_host_ops *ops, void *host)
{
	struct hlm *m;

	(void)config;
	if (strcmp(asic, "stub") != 0) {
		errno = EINVAL;
		return NULL;
	}
	m = calloc(1, sizeof(*m));
	m->ops = ops;
	m->host = host;
	m->desc.asic = "stub";
	m->desc.msi_vectors = STUB_MSI;
	m->desc.msix_vectors = STUB_MSIX;
	for (unsigned int i = 0; i < HLM_NUM_BARS; i++)
		m->desc.bar[i].fd = -1;
	m->desc.bar[STUB_BAR_TRAPPED].size = STUB_TRAPPED_SIZE;
	m->desc.bar[STUB_BAR_MEMORY].size = STUB_MEMORY_SIZE;
	m->desc.bar[STUB_BAR_MEMORY].fd = memfd_create("bar", MFD_CLOEXEC);
	m->desc.bar[STUB_BAR_MEMORY].fd_offset = 0x1000;
	if (ftruncate(m->desc.bar[STUB_BAR_MEMORY].fd, 0x1000 + STUB_MEMORY_SIZE))
		abort();
	memcpy(m->config, "\xa3\x1d\x00\x10", 4);
	stub = m;
	return m;
}

void hlm_destroy(struct hlm *m)
{
	close(m->desc.bar[STUB_BAR_MEMORY].fd);
	free(m);
	stub = NULL;
}

const struct hlm_desc *hlm_describe(const struct hlm *m)
{
	return &m->desc;
}

uint32_t hlm_config_read(struct hlm *m, unsigned int offset, unsigned int len)
{
	uint32_t value = 0;

	memcpy(&value, m->config + offset, len);
	return value;
}

void hlm_config_write(struct hlm *m, unsigned int offset, unsigned int len, uint32_t value)
{
	memcpy(m->config + offset, &value, len);
}

int hlm_bar_read(struct hlm *m, unsigned int bar, uint64_t offset, void *buf, size_t len)
{
	if (bar != STUB_BAR_TRAPPED)
		return -EINVAL;
	memcpy(buf, m->trapped + offset, len);
	return 0;
}

int hlm_bar_write(struct hlm *m, unsigned int bar, uint64_t offset, const void *buf, size_t len)
{
	if (bar != STUB_BAR_TRAPPED)
		return -EINVAL;
	memcpy(m->trapped + offset, buf, len);
	return 0;
}

unsigned int hlm_run(struct hlm *m)
{
	if (m->engine)
		m->engine(m, m->engine_arg);
	return 0;
}

void hlm_reset(struct hlm *m)
{
	m->resets++;
}

int hlm_set_fault(struct hlm *m, enum hlm_fault fault, int count)
{
	m->fault[fault] = count;
	return 0;
}

int hlm_set_late_ms(struct hlm *m, unsigned int ms)
{
	m->late_ms = ms;
	return 0;
}

void hlm_get_stats(struct hlm *m, struct hlm_stats *stats)
{
	(void)m;
	memset(stats, 0, sizeof(*stats));
}
