// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Command buffers: the library's own, which are created and mapped once and used again, and the program's. */
#include "internal.h"

#include <stdlib.h>

#define MAX_POOL 64 /* as many threads of a context encode at once; more wait */

static struct hlrt_sys *sys_of(const struct hlrt_context *ctx)
{
	return ctx->port.sys;
}

static int create(struct hlrt_context *ctx, uint32_t length, struct hlrt_cb **out)
{
	struct hlrt_cb *cb = calloc(1, sizeof(*cb));
	int rc, err = -ENOMEM;

	if (!cb)
		return hlrt_set_error(-ENOMEM, "no memory for a command buffer");
	hlrti_list_init(&cb->link);
	cb->ctx = ctx;
	cb->size = length;
	rc = hlrti_port_cb_create(&ctx->port, length, &cb->handle);
	if (rc)
		goto free_cb;
	cb->data = sys_of(ctx)->ops->mmap(sys_of(ctx), ctx->port.fd, cb->handle, length, &err);
	if (!cb->data) {
		rc = hlrt_set_error(err, "mapping a command buffer of %u bytes: %s", length, hlrti_strerror(err));
		goto destroy_handle;
	}
	*out = cb;
	return 0;

destroy_handle:
	hlrti_port_cb_destroy(&ctx->port, cb->handle);
free_cb:
	free(cb);
	return rc;
}

/* The driver may have forgotten the handle with the device; the mapping is ours in any case. */
static void destroy(struct hlrt_cb *cb)
{
	struct hlrt_context *ctx = cb->ctx;

	sys_of(ctx)->ops->munmap(sys_of(ctx), cb->data, cb->size);
	hlrti_port_cb_destroy(&ctx->port, cb->handle);
	free(cb);
}

/* ---- the library's own ---- */

static struct hlrt_cb *to_cb(struct hlrti_list *link)
{
	return hlrti_entry(link, struct hlrt_cb, link);
}

void hlrti_cb_pool_init(struct hlrt_context *ctx)
{
	struct hlrti_cb_pool *pool = &ctx->cbs;

	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->put, NULL);
	hlrti_list_init(&pool->idle);
	pool->count = 0;
}

void hlrti_cb_pool_fini(struct hlrt_context *ctx)
{
	struct hlrti_cb_pool *pool = &ctx->cbs;
	struct hlrti_list *link;

	while ((link = hlrti_list_pop(&pool->idle)))
		destroy(to_cb(link));
	pthread_cond_destroy(&pool->put);
	pthread_mutex_destroy(&pool->lock);
}

int hlrti_cb_get(struct hlrt_context *ctx, struct hlrt_cb **cb)
{
	struct hlrti_cb_pool *pool = &ctx->cbs;
	struct hlrti_list *link;
	int rc;

	pthread_mutex_lock(&pool->lock);
	while (hlrti_list_empty(&pool->idle) && pool->count == MAX_POOL)
		pthread_cond_wait(&pool->put, &pool->lock);
	link = hlrti_list_pop(&pool->idle);
	if (!link)
		pool->count++;
	pthread_mutex_unlock(&pool->lock);

	if (link) {
		*cb = to_cb(link);
		(*cb)->used = 0;
		return 0;
	}
	rc = create(ctx, (uint32_t)hlrti_page_size(), cb);
	if (!rc)
		return 0;
	pthread_mutex_lock(&pool->lock);
	pool->count--;
	pthread_cond_signal(&pool->put);
	pthread_mutex_unlock(&pool->lock);
	return rc;
}

void hlrti_cb_put(struct hlrt_cb *cb)
{
	struct hlrti_cb_pool *pool = &cb->ctx->cbs;

	pthread_mutex_lock(&pool->lock);
	hlrti_list_append(&pool->idle, &cb->link);
	pthread_cond_signal(&pool->put);
	pthread_mutex_unlock(&pool->lock);
}

int hlrti_cb_append(struct hlrt_cb *cb, int written)
{
	if (written < 0)
		return written;
	cb->used += (uint32_t)written;
	return 0;
}

/* ---- the program's ---- */

HLRT_API struct hlrt_cb *hlrt_cb_create(struct hlrt_context *context, uint64_t length)
{
	struct hlrt_cb *cb = NULL;
	uint64_t size = 0;
	int rc = hlrti_context_enter(context);

	if (!rc && (!length || length > HLABI_CB_MAX_SIZE))
		rc = hlrt_set_error(-EINVAL, "length %llu of a command buffer is not between 1 and %d",
				    (unsigned long long)length, HLABI_CB_MAX_SIZE);
	if (rc)
		return hlrti_null(rc);
	/* The last page of the largest one is not whole: the driver appends packets of its own. */
	hlrti_align_up(length, hlrti_page_size(), &size);
	if (size > HLABI_CB_MAX_SIZE)
		size = HLABI_CB_MAX_SIZE;
	rc = create(context, (uint32_t)size, &cb);
	if (rc)
		return hlrti_null(rc);
	atomic_fetch_add(&context->children, 1);
	return cb;
}

HLRT_API void *hlrt_cb_data(struct hlrt_cb *cb)
{
	return cb ? cb->data : NULL;
}

HLRT_API uint64_t hlrt_cb_length(const struct hlrt_cb *cb)
{
	return cb ? cb->size : 0;
}

HLRT_API int hlrt_cb_destroy(struct hlrt_cb *cb)
{
	struct hlrt_context *ctx;
	int rc;

	if (!cb)
		return hlrt_set_error(-EINVAL, "cb is NULL");
	rc = hlrti_process_check();
	if (rc)
		return rc;
	ctx = cb->ctx;
	destroy(cb);
	atomic_fetch_sub(&ctx->children, 1);
	return 0;
}
