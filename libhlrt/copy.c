// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Reading, writing, filling, copying, and the encoding that streams share with them. All parts of one transfer go to one
 * queue, in order; the calls of this file return when all have ended.
 */
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

/* ---- encoding ---- */

static int encode_copy(struct hlrti_transfer *t, struct hlrt_cb *cb, uint64_t length)
{
	struct hlrt_context *ctx = cb->ctx;
	int rc;

	t->copy.length = length;
	rc = hlrti_cb_append(cb, ctx->ops->encode_copy(ctx->priv, &t->copy, hlrti_cb_end(cb), hlrti_cb_room(cb)));
	t->copy.dst += length;
	t->copy.src += length;
	return rc;
}

static int encode_fill(struct hlrti_transfer *t, struct hlrt_cb *cb, uint64_t length)
{
	struct hlrt_context *ctx = cb->ctx;
	int rc;

	t->fill.length = length;
	rc = hlrti_cb_append(cb, ctx->ops->encode_fill(ctx->priv, &t->fill, hlrti_cb_end(cb), hlrti_cb_room(cb)));
	t->fill.dst += length;
	return rc;
}

int hlrti_transfer_encode(struct hlrti_transfer *t, struct hlrt_cb *cb, uint32_t reserve)
{
	const struct hlrt_provider_ops *ops = cb->ctx->ops;
	const uint64_t most = t->src ? ops->max_copy : ops->max_fill;
	const uint32_t packet = t->src ? ops->copy_packet_size : ops->fill_packet_size;
	uint64_t budget = SUBMISSION_BYTES, length;
	int rc = 0;

	while (t->left && budget && !rc && hlrti_cb_room(cb) >= packet + reserve) {
		length = min_u64(min_u64(t->left, budget), most);
		rc = t->src ? encode_copy(t, cb, length) : encode_fill(t, cb, length);
		t->left -= length;
		budget -= length;
	}
	return rc;
}

static uint32_t pick_queue(struct hlrt_context *ctx, enum hlrt_place dst, enum hlrt_place src)
{
	return ctx->ops->choose_queue(ctx->priv, dst, src, atomic_fetch_add(&ctx->queue_hint, 1));
}

uint32_t hlrti_transfer_queue(const struct hlrti_transfer *t, uint32_t hint)
{
	struct hlrt_context *ctx = t->dst->ctx;
	enum hlrt_place dst = hlrti_mem_place(t->dst);

	if (!t->src && ctx->ops->choose_fill_queue)
		return ctx->ops->choose_fill_queue(ctx->priv, t->fill.pattern, hint);
	return ctx->ops->choose_queue(ctx->priv, dst, t->src ? hlrti_mem_place(t->src) : dst, hint);
}

static int submit_some(struct hlrti_transfer *t, struct hlrti_work *work)
{
	struct hlrt_cb *cb;
	int rc = hlrti_cb_get(work->ctx, &cb);

	if (rc)
		return rc;
	rc = hlrti_transfer_encode(t, cb, 0);
	if (!rc)
		rc = hlrti_work_submit_cb(work, cb);
	hlrti_cb_put(cb);
	return rc;
}

/* Waits for what was submitted; rc is an error so far, whose text must survive. */
static int finish(struct hlrti_work *work, int rc)
{
	char text[HLRTI_WORK_TEXT] = "";

	if (rc)
		hlrti_text(text, sizeof(text), hlrt_last_error(), sizeof(text));
	hlrti_work_close(work);
	hlrti_work_wait(work, INT64_MAX);
	rc = rc ? hlrt_set_error(rc, "%s", text) : hlrti_work_result(work);
	hlrti_work_put(work);
	return rc;
}

/* Submits all of it and waits for the end. */
static int run(struct hlrti_transfer *t)
{
	struct hlrt_context *ctx = t->dst->ctx;
	uint32_t queue = hlrti_transfer_queue(t, atomic_fetch_add(&ctx->queue_hint, 1));
	struct hlrti_work *work = hlrti_work_new(ctx, queue, t->dst, t->src);
	int rc = 0;

	if (!work)
		return -ENOMEM;
	while (t->left && !rc)
		rc = submit_some(t, work);
	return finish(work, rc);
}

/* ---- through the staging buffer, one half moving while the other is filled or emptied ---- */

struct pipeline {
	struct hlrt_context *ctx;
	struct hlrti_staging *staging;
	struct hlrti_work *work[2]; /* in flight in each half; NULL: none */
	uint64_t length[2];
	uint32_t queue;
};

static int pipeline_begin(struct pipeline *p, struct hlrt_context *ctx, enum hlrt_place dst, enum hlrt_place src)
{
	*p = (struct pipeline){ .ctx = ctx, .queue = pick_queue(ctx, dst, src) };
	return hlrti_staging_get(ctx, &p->staging);
}

static int pipeline_start(struct pipeline *p, int half, const struct hlrt_provider_copy *copy)
{
	struct hlrt_context *ctx = p->ctx;
	struct hlrti_work *work = hlrti_work_new(ctx, p->queue, NULL, NULL);
	struct hlrt_cb *cb;
	int rc;

	if (!work)
		return -ENOMEM;
	rc = hlrti_cb_get(ctx, &cb);
	if (!rc) {
		rc = hlrti_cb_append(cb, ctx->ops->encode_copy(ctx->priv, copy, cb->data, cb->size));
		if (!rc)
			rc = hlrti_work_submit_cb(work, cb);
		hlrti_cb_put(cb);
	}
	hlrti_work_close(work);
	if (rc) {
		hlrti_work_put(work);
		return rc;
	}
	p->work[half] = work;
	p->length[half] = copy->length;
	return 0;
}

/* Waits for what moves in this half, if anything does. */
static int pipeline_finish(struct pipeline *p, int half)
{
	struct hlrti_work *work = p->work[half];

	p->work[half] = NULL;
	return work ? finish(work, 0) : 0;
}

/* rc: the first error so far, whose text must survive. */
static int pipeline_end(struct pipeline *p, int rc)
{
	for (int half = 0; half < 2; half++)
		if (p->work[half])
			rc = finish(p->work[half], rc);
	hlrti_staging_put(p->ctx, p->staging);
	return rc;
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
		rc = pipeline_start(&p, half, &copy);
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
	rc = pipeline_start(p, half, copy);
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
	for (int half = 0; !rc && p.work[half]; half ^= 1) {
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

int hlrti_transfer_fill(struct hlrti_transfer *t, struct hlrt_mem *mem, uint64_t offset, uint32_t pattern,
			uint64_t length)
{
	int rc = 0;

	if ((offset | length) % sizeof(pattern))
		rc = hlrt_set_error(-EINVAL, "offset %llu or length %llu is not a multiple of 4",
				    (unsigned long long)offset, (unsigned long long)length);
	if (!rc)
		rc = hlrti_mem_check_range(mem, offset, length, "offset");
	*t = (struct hlrti_transfer){
		.dst = mem,
		.fill = { .dst = mem->address + offset, .pattern = pattern },
		.left = length,
	};
	return rc;
}

HLRT_API int hlrt_mem_fill(struct hlrt_mem *mem, uint64_t offset, uint32_t pattern, uint64_t length)
{
	struct hlrti_transfer transfer;
	int rc = enter(mem, "mem");

	if (!rc)
		rc = hlrti_transfer_fill(&transfer, mem, offset, pattern, length);
	if (rc || !length)
		return rc;
	if (mem->kind == HLRT_MEM_HOST) {
		fill_host(mem->user + offset, pattern, length);
		return 0;
	}
	return run(&transfer);
}

static bool overlap(uint64_t a, uint64_t b, uint64_t length)
{
	return a < b ? b - a < length : a - b < length;
}

int hlrti_transfer_copy(struct hlrti_transfer *t, struct hlrt_mem *dst, uint64_t dst_offset, struct hlrt_mem *src,
			uint64_t src_offset, uint64_t length)
{
	int rc = hlrti_mem_check_range(dst, dst_offset, length, "dst_offset");

	if (!rc)
		rc = hlrti_mem_check_range(src, src_offset, length, "src_offset");
	if (rc)
		return rc;
	*t = (struct hlrti_transfer){
		.dst = dst,
		.src = src,
		.copy = { .dst = dst->address + dst_offset,
			  .src = src->address + src_offset,
			  .dst_place = hlrti_mem_place(dst),
			  .src_place = hlrti_mem_place(src) },
		.left = length,
	};
	if (overlap(t->copy.dst, t->copy.src, length))
		return hlrt_set_error(-EINVAL, "the ranges at 0x%llx and 0x%llx overlap within %llu bytes",
				      (unsigned long long)t->copy.dst, (unsigned long long)t->copy.src,
				      (unsigned long long)length);
	return 0;
}

HLRT_API int hlrt_mem_copy(struct hlrt_mem *dst, uint64_t dst_offset, struct hlrt_mem *src, uint64_t src_offset,
			   uint64_t length)
{
	struct hlrti_transfer transfer;
	int rc = enter(dst, "dst");

	if (!rc)
		rc = enter(src, "src");
	if (!rc && dst->ctx != src->ctx)
		rc = hlrt_set_error(-EINVAL, "dst and src belong to different contexts; import one into the other's");
	if (!rc)
		rc = hlrti_transfer_copy(&transfer, dst, dst_offset, src, src_offset, length);
	return rc || !length ? rc : run(&transfer);
}
