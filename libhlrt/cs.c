// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The program's own command buffers, submitted as one piece of work. */
#include "internal.h"

#include <stdlib.h>

#define OPTIONS_SIZE_1 sizeof(struct hlrt_cs_options) /* as first published */
#define PACKET_ALIGN 8

static int read_options(const struct hlrt_cs_options *options, uint32_t *timeout_s)
{
	struct hlrt_cs_options known = { .size = sizeof(known) };
	int64_t seconds;
	int rc;

	if (options) {
		rc = hlrti_struct_in("struct hlrt_cs_options", &known, sizeof(known), OPTIONS_SIZE_1, options);
		if (rc)
			return rc;
	}
	if (known.flags)
		return hlrt_set_error(-EINVAL, "submission flags 0x%x are unknown; 0 is the only value", known.flags);
	seconds = known.timeout_ns / NSEC_PER_SEC + (known.timeout_ns % NSEC_PER_SEC != 0);
	if (known.timeout_ns < 0 || seconds > UINT32_MAX)
		return hlrt_set_error(-EINVAL, "a time limit of %lld ns is not between 0 and %u s",
				      (long long)known.timeout_ns, UINT32_MAX);
	*timeout_s = (uint32_t)seconds;
	return 0;
}

static int check_chunk(const struct hlrt_context *ctx, const struct hlrt_cs_chunk *chunk, size_t i)
{
	if (!chunk->cb)
		return hlrt_set_error(-EINVAL, "chunk %zu: cb is NULL", i);
	if (chunk->cb->ctx != ctx)
		return hlrt_set_error(-EINVAL, "chunk %zu: cb belongs to another context", i);
	if (chunk->flags)
		return hlrt_set_error(-EINVAL, "chunk %zu: flags 0x%x are unknown; 0 is the only value", i,
				      chunk->flags);
	if (!chunk->length || chunk->length % PACKET_ALIGN || chunk->length > chunk->cb->size)
		return hlrt_set_error(
			-EINVAL, "chunk %zu: length %llu is not a multiple of %d between %d and the buffer's %u bytes",
			i, (unsigned long long)chunk->length, PACKET_ALIGN, PACKET_ALIGN, chunk->cb->size);
	return 0;
}

static int check(const struct hlrt_context *ctx, const struct hlrt_cs_chunk *chunks, size_t num)
{
	int rc = hlrti_context_enter(ctx);

	if (rc)
		return rc;
	if (!chunks)
		return hlrt_set_error(-EINVAL, "chunks is NULL");
	if (!num || num > HLRT_CS_MAX_CHUNKS)
		return hlrt_set_error(-EINVAL, "%zu chunks are not between 1 and %u", num, HLRT_CS_MAX_CHUNKS);
	for (size_t i = 0; !rc && i < num; i++)
		rc = check_chunk(ctx, &chunks[i], i);
	return rc;
}

/* The driver does not say which chunk it refused. */
static int refused(const struct hlrt_cs_chunk *chunks, size_t num, int rc)
{
	const char *why = rc == -EINVAL ? "no such queue, or a malformed packet"
					: "a packet or a target that user buffers may not have";

	if (rc != -EINVAL && rc != -EPERM)
		return rc;
	return hlrt_set_error(rc, "%s %zu (%llu bytes to queue %u) was refused by the driver: %s",
			      num == 1 ? "chunk" : "one of the chunks 0 to", num - 1,
			      (unsigned long long)chunks[num - 1].length, chunks[num - 1].queue, why);
}

static int submit(struct hlrti_work *work, const struct hlrt_cs_chunk *chunks, size_t num, uint32_t timeout_s)
{
	struct hlabi_cs_chunk *raw = calloc(num, sizeof(*raw));
	int rc;

	if (!raw)
		return hlrt_set_error(-ENOMEM, "no memory for %zu chunks", num);
	for (size_t i = 0; i < num; i++)
		raw[i] = (struct hlabi_cs_chunk){
			.cb_handle = chunks[i].cb->handle,
			.queue_index = chunks[i].queue,
			.cb_size = (uint32_t)chunks[i].length,
		};
	rc = hlrti_work_submit(work, raw, (uint32_t)num, timeout_s);
	free(raw);
	return rc;
}

HLRT_API int hlrt_cs_submit(struct hlrt_context *context, const struct hlrt_cs_chunk *chunks, size_t num,
			    const struct hlrt_cs_options *options, struct hlrt_fence **fence)
{
	struct hlrt_fence *handle = NULL;
	struct hlrti_work *work;
	uint32_t timeout_s = 0;
	int rc = check(context, chunks, num);

	if (!rc)
		rc = read_options(options, &timeout_s);
	if (!rc && fence)
		rc = hlrti_fence_new(context, &handle);
	if (rc)
		return rc;
	work = hlrti_work_new(context, num == 1 ? chunks[0].queue : HLRTI_ANY_QUEUE, NULL, NULL);
	rc = work ? submit(work, chunks, num, timeout_s) : -ENOMEM;
	if (work)
		hlrti_work_close(work);
	if (!rc && fence) {
		hlrti_fence_set(handle, work);
		*fence = handle;
	} else if (handle) {
		hlrti_fence_delete(handle);
	}
	hlrti_work_put(work);
	return rc ? refused(chunks, num, rc) : 0;
}
