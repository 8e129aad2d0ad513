// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Reading, writing, filling, copying. All parts of one call go to one queue, in order; a call returns when all have ended. */
#include "internal.h"

#include <stdlib.h>

/*
 * Bytes that one submission moves at most: far from the drivers' time limit for a submission (30 s in the
 * in-tree driver) even for a simulated device.
 */
#define SUBMISSION_BYTES (4ULL << 30)

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The provider promises packet sizes; what it writes beyond would run into unmapped memory. */
static int append(struct hlrti_batch *batch, int written)
{
	if (written < 0)
		return written;
	batch->used += (uint32_t)written;
	return 0;
}

static bool has_room(const struct hlrti_batch *batch, uint32_t packet_size)
{
	return batch->size - batch->used >= packet_size;
}

static int add_copy(struct hlrti_batch *batch, const struct hlrt_provider_copy *copy)
{
	struct hlrt_context *ctx = batch->ctx;

	return append(batch,
		      ctx->ops->encode_copy(ctx->priv, copy, batch->packets + batch->used, batch->size - batch->used));
}

static int add_fill(struct hlrti_batch *batch, const struct hlrt_provider_fill *fill)
{
	struct hlrt_context *ctx = batch->ctx;

	return append(batch,
		      ctx->ops->encode_fill(ctx->priv, fill, batch->packets + batch->used, batch->size - batch->used));
}

static uint32_t pick_queue(struct hlrt_context *ctx, enum hlrt_place dst, enum hlrt_place src)
{
	return ctx->ops->choose_queue(ctx->priv, dst, src, atomic_fetch_add(&ctx->queue_hint, 1));
}

static int submit_and_wait(struct hlrti_batch *batch)
{
	int rc = hlrti_batch_submit(batch);

	return rc ? rc : hlrti_batch_wait(batch, INT64_MAX);
}

/* Encodes as much of the copy as fits one submission; advances it. */
static int encode_copies(struct hlrti_batch *batch, struct hlrt_provider_copy *all, uint64_t *left)
{
	const struct hlrt_provider_ops *ops = batch->ctx->ops;
	uint64_t budget = SUBMISSION_BYTES;
	int rc = 0;

	while (*left && budget && !rc && has_room(batch, ops->copy_packet_size)) {
		all->length = min_u64(min_u64(*left, budget), ops->max_copy);
		rc = add_copy(batch, all);
		all->dst += all->length;
		all->src += all->length;
		*left -= all->length;
		budget -= all->length;
	}
	return rc;
}

static int encode_fills(struct hlrti_batch *batch, struct hlrt_provider_fill *all, uint64_t *left)
{
	const struct hlrt_provider_ops *ops = batch->ctx->ops;
	uint64_t budget = SUBMISSION_BYTES;
	int rc = 0;

	while (*left && budget && !rc && has_room(batch, ops->fill_packet_size)) {
		all->length = min_u64(min_u64(*left, budget), ops->max_fill);
		rc = add_fill(batch, all);
		all->dst += all->length;
		*left -= all->length;
		budget -= all->length;
	}
	return rc;
}

static int run_copy(struct hlrt_context *ctx, struct hlrt_provider_copy copy, uint64_t left)
{
	uint32_t queue = pick_queue(ctx, copy.dst_place, copy.src_place);
	struct hlrti_batch *batch;
	int rc = 0;

	while (left && !rc) {
		rc = hlrti_batch_get(ctx, queue, &batch);
		if (rc)
			break;
		rc = encode_copies(batch, &copy, &left);
		if (!rc)
			rc = submit_and_wait(batch);
		hlrti_batch_put(batch);
	}
	return rc;
}

static int run_fill(struct hlrt_context *ctx, struct hlrt_provider_fill fill, enum hlrt_place place, uint64_t left)
{
	uint32_t queue = pick_queue(ctx, place, place);
	struct hlrti_batch *batch;
	int rc = 0;

	while (left && !rc) {
		rc = hlrti_batch_get(ctx, queue, &batch);
		if (rc)
			break;
		rc = encode_fills(batch, &fill, &left);
		if (!rc)
			rc = submit_and_wait(batch);
		hlrti_batch_put(batch);
	}
	return rc;
}

/* ---- through the staging buffer, one half moving while the other is filled or emptied ---- */

struct pipeline {
	struct hlrt_context *ctx;
	struct hlrti_staging *staging;
	struct hlrti_batch *batch[2];
	uint64_t length[2]; /* of the chunk in flight in each half; 0: none */
	uint32_t queue;
};

static int pipeline_begin(struct pipeline *p, struct hlrt_context *ctx, enum hlrt_place dst, enum hlrt_place src)
{
	int rc;

	*p = (struct pipeline){ .ctx = ctx, .queue = pick_queue(ctx, dst, src) };
	rc = hlrti_staging_get(ctx, &p->staging);
	if (rc)
		return rc;
	/*
	 * Who holds one command buffer and waits for a second holds a staging buffer as well, and there are more
	 * command buffers than two for each of those: no circle of waiting.
	 */
	for (int i = 0; i < 2 && !rc; i++)
		rc = hlrti_batch_get(ctx, p->queue, &p->batch[i]);
	if (rc) {
		if (p->batch[0])
			hlrti_batch_put(p->batch[0]);
		hlrti_staging_put(ctx, p->staging);
	}
	return rc;
}

static int pipeline_start(struct pipeline *p, int half, struct hlrt_provider_copy copy)
{
	int rc;

	p->batch[half]->used = 0;
	rc = add_copy(p->batch[half], &copy);
	if (!rc)
		rc = hlrti_batch_submit(p->batch[half]);
	p->length[half] = rc ? 0 : copy.length;
	return rc;
}

/* Waits for what moves in this half, if anything does. */
static int pipeline_finish(struct pipeline *p, int half)
{
	int rc = p->length[half] ? hlrti_batch_wait(p->batch[half], INT64_MAX) : 0;

	p->length[half] = 0;
	return rc;
}

/* rc: the first error so far, whose text must survive. */
static int pipeline_end(struct pipeline *p, int rc)
{
	char text[256] = "";
	int first = rc;

	if (rc)
		strncpy(text, hlrt_last_error(), sizeof(text) - 1);
	for (int half = 0; half < 2; half++) {
		int result = pipeline_finish(p, half);

		first = first ? first : result;
		hlrti_batch_put(p->batch[half]);
	}
	hlrti_staging_put(p->ctx, p->staging);
	return rc ? hlrt_set_error(rc, "%s", text) : first;
}

static uint64_t chunk_size(const struct pipeline *p)
{
	return min_u64(p->staging->half_size, p->ctx->ops->max_copy);
}

static int write_staged(struct hlrt_mem *mem, uint64_t address, const uint8_t *from, uint64_t left)
{
	struct hlrt_provider_copy copy = { .dst = address,
					   .dst_place = hlrti_mem_place(mem),
					   .src_place = HLRT_PLACE_HOST };
	struct pipeline p;
	int rc = pipeline_begin(&p, mem->ctx, copy.dst_place, copy.src_place);

	if (rc)
		return rc;
	for (int half = 0; left && !rc; half ^= 1) {
		rc = pipeline_finish(&p, half);
		if (rc)
			break;
		copy.length = min_u64(left, chunk_size(&p));
		copy.src = p.staging->address[half];
		memcpy(p.staging->half[half], from, copy.length);
		rc = pipeline_start(&p, half, copy);
		copy.dst += copy.length;
		from += copy.length;
		left -= copy.length;
	}
	return pipeline_end(&p, rc);
}

/* Asks for the next chunk into this half, if there is one. */
static int read_next(struct pipeline *p, int half, struct hlrt_provider_copy *copy, uint64_t *left)
{
	int rc;

	if (!*left)
		return 0;
	copy->length = min_u64(*left, chunk_size(p));
	copy->dst = p->staging->address[half];
	rc = pipeline_start(p, half, *copy);
	copy->src += copy->length;
	*left -= copy->length;
	return rc;
}

static int read_staged(struct hlrt_mem *mem, uint64_t address, uint8_t *to, uint64_t left)
{
	struct hlrt_provider_copy copy = { .src = address,
					   .dst_place = HLRT_PLACE_HOST,
					   .src_place = hlrti_mem_place(mem) };
	struct pipeline p;
	int rc = pipeline_begin(&p, mem->ctx, copy.dst_place, copy.src_place);

	if (rc)
		return rc;
	rc = read_next(&p, 0, &copy, &left);
	if (!rc)
		rc = read_next(&p, 1, &copy, &left);
	for (int half = 0; !rc && p.length[half]; half ^= 1) {
		uint64_t length = p.length[half];

		rc = pipeline_finish(&p, half);
		if (rc)
			break;
		memcpy(to, p.staging->half[half], length);
		to += length;
		rc = read_next(&p, half, &copy, &left);
	}
	return pipeline_end(&p, rc);
}

/* ---- the public calls ---- */

static int enter(const struct hlrt_mem *mem, const char *name)
{
	if (!mem)
		return hlrt_set_error(-EINVAL, "%s is NULL", name);
	return hlrti_context_enter(mem->ctx);
}

/* Keeps hlrt_mem_free() away while the device uses it. */
static void use(struct hlrt_mem *mem)
{
	atomic_fetch_add(&mem->users, 1);
}

static void unuse(struct hlrt_mem *mem)
{
	atomic_fetch_sub(&mem->users, 1);
}

static int check_transfer(struct hlrt_mem *mem, uint64_t offset, const void *buf, uint64_t length)
{
	int rc = enter(mem, "mem");

	if (!rc && !buf && length)
		rc = hlrt_set_error(-EINVAL, "buf is NULL and length is %llu", (unsigned long long)length);
	return rc ? rc : hlrti_mem_check_range(mem, offset, length, "offset");
}

HLRT_API int hlrt_mem_write(struct hlrt_mem *mem, uint64_t offset, const void *buf, uint64_t length)
{
	int rc = check_transfer(mem, offset, buf, length);
	struct hlrt_mem *host;

	if (rc || !length)
		return rc;
	if (mem->kind == HLRT_MEM_HOST) {
		memmove(mem->user + offset, buf, length);
		return 0;
	}
	use(mem);
	host = hlrti_host_find(mem->ctx, buf, length);
	if (host) {
		rc = hlrt_mem_copy(mem, offset, host, (uint64_t)((const uint8_t *)buf - host->user), length);
		unuse(host);
	} else {
		rc = write_staged(mem, mem->address + offset, buf, length);
	}
	unuse(mem);
	return rc;
}

HLRT_API int hlrt_mem_read(struct hlrt_mem *mem, uint64_t offset, void *buf, uint64_t length)
{
	int rc = check_transfer(mem, offset, buf, length);
	struct hlrt_mem *host;

	if (rc || !length)
		return rc;
	if (mem->kind == HLRT_MEM_HOST) {
		memmove(buf, mem->user + offset, length);
		return 0;
	}
	use(mem);
	host = hlrti_host_find(mem->ctx, buf, length);
	if (host) {
		rc = hlrt_mem_copy(host, (uint64_t)((uint8_t *)buf - host->user), mem, offset, length);
		unuse(host);
	} else {
		rc = read_staged(mem, mem->address + offset, buf, length);
	}
	unuse(mem);
	return rc;
}

static void fill_host(uint8_t *to, uint32_t pattern, uint64_t length)
{
	for (uint64_t i = 0; i < length; i += sizeof(pattern))
		memcpy(to + i, &pattern, sizeof(pattern));
}

HLRT_API int hlrt_mem_fill(struct hlrt_mem *mem, uint64_t offset, uint32_t pattern, uint64_t length)
{
	struct hlrt_provider_fill fill;
	int rc = enter(mem, "mem");

	if (!rc && (offset | length) % sizeof(pattern))
		rc = hlrt_set_error(-EINVAL, "offset %llu or length %llu is not a multiple of 4",
				    (unsigned long long)offset, (unsigned long long)length);
	if (!rc)
		rc = hlrti_mem_check_range(mem, offset, length, "offset");
	if (rc || !length)
		return rc;
	if (mem->kind == HLRT_MEM_HOST) {
		fill_host(mem->user + offset, pattern, length);
		return 0;
	}
	fill = (struct hlrt_provider_fill){ .dst = mem->address + offset, .pattern = pattern };
	use(mem);
	rc = run_fill(mem->ctx, fill, hlrti_mem_place(mem), length);
	unuse(mem);
	return rc;
}

static bool overlap(uint64_t a, uint64_t b, uint64_t length)
{
	return a < b ? b - a < length : a - b < length;
}

HLRT_API int hlrt_mem_copy(struct hlrt_mem *dst, uint64_t dst_offset, struct hlrt_mem *src, uint64_t src_offset,
			   uint64_t length)
{
	struct hlrt_provider_copy copy;
	int rc = enter(dst, "dst");

	if (!rc)
		rc = enter(src, "src");
	if (!rc && dst->ctx != src->ctx)
		rc = hlrt_set_error(-EINVAL, "dst and src belong to different contexts; import one into the other's");
	if (!rc)
		rc = hlrti_mem_check_range(dst, dst_offset, length, "dst_offset");
	if (!rc)
		rc = hlrti_mem_check_range(src, src_offset, length, "src_offset");
	if (rc || !length)
		return rc;
	copy = (struct hlrt_provider_copy){
		.dst = dst->address + dst_offset,
		.src = src->address + src_offset,
		.dst_place = hlrti_mem_place(dst),
		.src_place = hlrti_mem_place(src),
	};
	if (overlap(copy.dst, copy.src, length))
		return hlrt_set_error(-EINVAL, "the ranges at 0x%llx and 0x%llx overlap within %llu bytes",
				      (unsigned long long)copy.dst, (unsigned long long)copy.src,
				      (unsigned long long)length);
	use(dst);
	use(src);
	rc = run_copy(dst->ctx, copy, length);
	unuse(src);
	unuse(dst);
	return rc;
}
