/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "engine.h"

#include <string.h>

void vu_engine_init(struct vu_engine *engine)
{
	memset(engine, 0, sizeof(*engine));
	pthread_mutex_init(&engine->lock, NULL);
	pthread_cond_init(&engine->wake, NULL);
}

void vu_engine_fini(struct vu_engine *engine)
{
	pthread_cond_destroy(&engine->wake);
	pthread_mutex_destroy(&engine->lock);
}

static void *run(void *arg)
{
	struct vu_engine *engine = arg;

	pthread_mutex_lock(&engine->lock);
	while (!engine->stopping) {
		if (!engine->kicked) {
			pthread_cond_wait(&engine->wake, &engine->lock);
			continue;
		}
		engine->kicked = false;
		pthread_mutex_unlock(&engine->lock);
		hlm_run(engine->model);
		pthread_mutex_lock(&engine->lock);
	}
	pthread_mutex_unlock(&engine->lock);
	return NULL;
}

int vu_engine_start(struct vu_engine *engine)
{
	engine->stopping = false;
	return -pthread_create(&engine->thread, NULL, run, engine);
}

void vu_engine_stop(struct vu_engine *engine)
{
	pthread_mutex_lock(&engine->lock);
	engine->stopping = true;
	pthread_cond_signal(&engine->wake);
	pthread_mutex_unlock(&engine->lock);
	pthread_join(engine->thread, NULL);
}

void vu_engine_kick(struct vu_engine *engine)
{
	pthread_mutex_lock(&engine->lock);
	engine->kicked = true;
	pthread_cond_signal(&engine->wake);
	pthread_mutex_unlock(&engine->lock);
}
