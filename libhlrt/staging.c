// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Pinned buffers through which unregistered host memory travels; each in two halves, so that one is filled while the other moves. */
#include "internal.h"

#include <stdlib.h>
#include <sys/mman.h>

#define HALF_SIZE (1ULL << 20)
#define MAX_STAGING 4 /* as many unregistered copies run at once; more wait */

/* Kept small beside the usual RLIMIT_MEMLOCK of 8 MiB; a process that may pin less gets smaller ones. */
#define HALF_SIZE_MIN (64ULL << 10)

static int map_halves(struct hlrt_context *ctx, struct hlrti_staging *staging, uint64_t half_size)
{
	uint64_t address, size = 2 * half_size;
	uint8_t *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int rc;

	if (base == MAP_FAILED)
		return hlrt_set_error(-ENOMEM, "no memory for a staging buffer of %llu bytes",
				      (unsigned long long)size);
	madvise(base, size, MADV_DONTFORK);
	rc = hlrti_host_map(ctx, base, size, &address);
	if (rc) {
		munmap(base, size);
		return rc;
	}
	staging->half_size = half_size;
	for (int i = 0; i < 2; i++) {
		staging->half[i] = base + i * half_size;
		staging->address[i] = address + i * half_size;
	}
	return 0;
}

static int create(struct hlrt_context *ctx, struct hlrti_staging **out)
{
	struct hlrti_staging *staging = calloc(1, sizeof(*staging));
	int rc = -ENOMEM;

	if (!staging)
		return hlrt_set_error(-ENOMEM, "no memory for a staging buffer");
	hlrti_list_init(&staging->link);
	for (uint64_t size = HALF_SIZE; rc == -ENOMEM && size >= HALF_SIZE_MIN; size /= 4)
		rc = map_halves(ctx, staging, size);
	if (rc) {
		free(staging);
		return rc;
	}
	*out = staging;
	return 0;
}

/* Takes an idle one, or says by *room that another may be created. The lock is held; waits without it. */
static struct hlrti_staging *take_idle(struct hlrt_context *ctx, unsigned int max, bool *room)
{
	struct hlrti_list *link;

	while (hlrti_list_empty(&ctx->staging_idle) && ctx->staging_count >= max)
		pthread_cond_wait(&ctx->staging_cond, &ctx->lock);
	link = hlrti_list_pop(&ctx->staging_idle);
	*room = !link;
	return link ? hlrti_entry(link, struct hlrti_staging, link) : NULL;
}

int hlrti_staging_get(struct hlrt_context *ctx, struct hlrti_staging **out)
{
	bool create_one;
	int rc = 0;

	pthread_mutex_lock(&ctx->lock);
	*out = take_idle(ctx, MAX_STAGING, &create_one);
	if (create_one)
		ctx->staging_count++;
	pthread_mutex_unlock(&ctx->lock);
	if (!create_one)
		return 0;

	rc = create(ctx, out);
	if (!rc)
		return 0;
	pthread_mutex_lock(&ctx->lock);
	ctx->staging_count--;
	pthread_cond_broadcast(&ctx->staging_cond);
	/* No more memory may be pinned, but what is there serves as well: wait for it. */
	if (rc == -ENOMEM && ctx->staging_count) {
		*out = take_idle(ctx, 1, &create_one);
		rc = *out ? 0 : rc;
	}
	pthread_mutex_unlock(&ctx->lock);
	return rc;
}

void hlrti_staging_put(struct hlrt_context *ctx, struct hlrti_staging *staging)
{
	pthread_mutex_lock(&ctx->lock);
	hlrti_list_append(&ctx->staging_idle, &staging->link);
	pthread_cond_broadcast(&ctx->staging_cond);
	pthread_mutex_unlock(&ctx->lock);
}

void hlrti_staging_destroy(struct hlrt_context *ctx)
{
	struct hlrti_list *link;

	while ((link = hlrti_list_pop(&ctx->staging_idle))) {
		struct hlrti_staging *staging = hlrti_entry(link, struct hlrti_staging, link);

		hlrti_port_unmap(&ctx->port, staging->address[0]);
		munmap(staging->half[0], 2 * staging->half_size);
		free(staging);
	}
	ctx->staging_count = 0;
}
