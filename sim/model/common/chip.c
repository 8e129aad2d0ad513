// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* chip.c - a chip as a whole: memory, description, reset, and the loop that runs its engines. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chip.h"

#define VENDOR_HABANA 0x1DA3

static void describe(struct hlm *m, struct hlm_chip *c, uint64_t dram_size)
{
	const struct hlm_chip_info *info = c->info;

	m->desc = (struct hlm_desc){ .asic = info->name,
				     .vendor = VENDOR_HABANA,
				     .device = info->device,
				     .msi_vectors = info->msi_vectors,
				     .msix_vectors = info->msix_vectors,
				     .msix_bar = info->msix_bar,
				     .dram_size = dram_size,
				     .dram_fd = c->dram_fd };
	for (unsigned int i = 0; i < HLM_NUM_BARS; i++) {
		m->desc.bar[i] = info->other_bar[i];
		m->desc.bar[i].fd = -1;
	}
	if (info->sram_bar >= 0)
		m->desc.bar[info->sram_bar] = (struct hlm_bar){ info->sram_bar_size, true, true, c->sram_fd, 0 };
	m->desc.bar[info->dram_bar] = (struct hlm_bar){ dram_size, true, true, c->dram_fd, 0 };
}

static uint64_t sram_bytes(const struct hlm_chip_info *info)
{
	return info->sram_bar >= 0 ? info->sram_bar_size : info->sram_size;
}

void hlm_chip_destroy(struct hlm *m)
{
	struct hlm_chip *c = hlm_chip_of(m);

	hlm_regs_clear(c, false);
	hlm_memory_destroy(c->dram_fd, c->dram, m->desc.dram_size);
	hlm_memory_destroy(c->sram_fd, c->sram, sram_bytes(c->info));
	free(c->scratch);
	free(c);
}

int hlm_chip_create(struct hlm *m, const struct hlm_chip_info *info)
{
	uint64_t dram_size = m->config.dram_size ? m->config.dram_size : info->dram_size;
	struct hlm_chip *c;
	int err;

	if (dram_size < info->min_dram || dram_size > info->max_dram)
		return -EINVAL;
	c = calloc(1, info->size);
	if (!c)
		return -ENOMEM;
	c->m = m;
	c->info = info;
	c->scratch = calloc(1, info->scratch_size);
	c->sram_fd = -1;
	c->dram_fd = hlm_memory_create("hlm-dram", dram_size, (void **)&c->dram);
	err = c->dram_fd;
	if (c->dram_fd >= 0) {
		c->sram_fd = hlm_memory_create("hlm-sram", sram_bytes(info), (void **)&c->sram);
		err = c->sram_fd;
	}
	if (!c->scratch)
		err = -ENOMEM;
	m->chip = c;
	describe(m, c, dram_size);
	if (err < 0) {
		hlm_chip_destroy(m);
		return err;
	}
	return 0;
}

void hlm_chip_reset(struct hlm_chip *c, bool keep_pcie)
{
	c->epoch++;
	hlm_regs_clear(c, keep_pcie);
	if (!keep_pcie)
		hlm_iatu_reset(c);
	c->num_fired = 0;
	memset(c->msix, 0, sizeof(c->msix));
	c->info->reset(c);
	hlm_mmu_reset(c);
	hlm_boot_reset(c);
}

void hlm_chip_power_on(struct hlm *m)
{
	struct hlm_chip *c = hlm_chip_of(m);

	hlm_lock(c);
	hlm_chip_reset(c, false);
	hlm_unlock(c);
}

/* Engine state of a life before the reset. */
static void follow_reset(struct hlm_chip *c)
{
	hlm_lock(c);
	if (c->run_epoch != c->epoch) {
		c->run_epoch = c->epoch;
		c->info->follow_reset(c);
	}
	hlm_unlock(c);
}

unsigned int hlm_chip_run(struct hlm *m)
{
	struct hlm_chip *c = hlm_chip_of(m);
	unsigned int total = 0, done;

	do {
		follow_reset(c);
		hlm_boot_run(c);
		done = hlm_cpucp_run(c);
		done += c->info->run(c);
		done += hlm_eventq_run(c);
		total += done;
	} while (done && total < RUN_BUDGET);
	if (done)
		m->ops->kick(m->host);
	return total;
}
