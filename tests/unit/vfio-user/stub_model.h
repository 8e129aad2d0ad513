/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* stub_model.h - a model that does what a test tells it, so that the server is tested and nothing else. */
#ifndef STUB_MODEL_H
#define STUB_MODEL_H

#include <stdatomic.h>

#include "../../../sim/model/model.h"

#define STUB_BAR_TRAPPED 2 /* 64 KiB, plain bytes behind messages */
#define STUB_BAR_MEMORY 4  /* 1 MiB, by file */
#define STUB_TRAPPED_SIZE 0x10000u
#define STUB_MEMORY_SIZE 0x100000u
#define STUB_MSI 4
#define STUB_MSIX 8

struct hlm {
	const struct hlm_host_ops *ops;
	void *host;
	struct hlm_desc desc;
	uint8_t config[HLM_CONFIG_SIZE];
	uint8_t trapped[STUB_TRAPPED_SIZE];
	atomic_uint resets;
	atomic_int fault[HLM_FAULT_COUNT]; /* as set */
	atomic_uint late_ms;
	/* What hlm_run() does; called in the engine's thread. */
	void (*engine)(struct hlm *m, void *arg);
	void *engine_arg;
};

/* The one that was created last. */
extern struct hlm *stub;

#endif /* STUB_MODEL_H */
