/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* engine.h - the thread in which the chip's engines run. */
#ifndef VU_ENGINE_H
#define VU_ENGINE_H

#include <pthread.h>
#include <stdbool.h>

#include "../model/model.h"

struct vu_engine {
	struct hlm *model;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool kicked;
	bool stopping;
};

int vu_engine_start(struct vu_engine *engine);
/* Waits until hlm_run() is left. What it waits for must have been made to fail before. */
void vu_engine_stop(struct vu_engine *engine);
void vu_engine_kick(struct vu_engine *engine);
void vu_engine_init(struct vu_engine *engine);
void vu_engine_fini(struct vu_engine *engine);

#endif /* VU_ENGINE_H */
