// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * streams - copies in, works and copies out in pieces, all at the same time.
 *
 * Three streams: one brings pieces in from host memory, one works on them (here: a copy inside the device), one takes them
 * out. The device itself keeps the order: each stream waits for the other's fence, the program only for the last.
 */
#include "example.h"

#define PIECE (1u << 20)
#define PIECES 16u
#define LENGTH ((uint64_t)PIECE * PIECES)

/* Queues a piece's copy on stream, behind what `after` stands for, and says in *done when it has ended. */
static void step(struct hlrt_stream *stream, struct hlrt_fence *after, struct hlrt_mem *to, struct hlrt_mem *from,
		 uint64_t offset, struct hlrt_fence **done)
{
	if (after) {
		check(hlrt_stream_wait(stream, after), "wait");
		check(hlrt_fence_destroy(after), "fence");
	}
	check(hlrt_stream_copy(stream, to, offset, from, offset, PIECE, done), "copy");
}

int main(void)
{
	struct hlrt_device_info info;
	struct hlrt_context *context = open_device(0, 1, &info);
	struct hlrt_mem *in = check_ptr(hlrt_mem_alloc_host(context, LENGTH, NULL), "host memory");
	struct hlrt_mem *out = check_ptr(hlrt_mem_alloc_host(context, LENGTH, NULL), "host memory");
	struct hlrt_mem *raw = check_ptr(hlrt_mem_alloc(context, LENGTH, NULL), "device memory");
	struct hlrt_mem *cooked = check_ptr(hlrt_mem_alloc(context, LENGTH, NULL), "device memory");
	struct hlrt_stream *bring = check_ptr(hlrt_stream_create(context, NULL), "stream");
	struct hlrt_stream *work = check_ptr(hlrt_stream_create(context, NULL), "stream");
	struct hlrt_stream *take = check_ptr(hlrt_stream_create(context, NULL), "stream");
	uint32_t *data = hlrt_mem_host(in);
	struct hlrt_fence *fence;

	for (uint32_t i = 0; i < LENGTH / sizeof(*data); i++)
		data[i] = i;
	for (uint64_t offset = 0; offset < LENGTH; offset += PIECE) {
		step(bring, NULL, raw, in, offset, &fence);
		step(work, fence, cooked, raw, offset, &fence);
		step(take, fence, out, cooked, offset, &fence);
		check(hlrt_fence_destroy(fence), "fence");
	}
	check(hlrt_stream_sync(take, -1), "the last copy");
	if (memcmp(data, hlrt_mem_host(out), LENGTH) != 0)
		die("the data that came out is not what went in");
	printf("%u pieces of %u bytes through three streams: every byte right\n", PIECES, PIECE);

	check(hlrt_stream_sync(bring, -1), "sync");
	check(hlrt_stream_sync(work, -1), "sync");
	check(hlrt_stream_destroy(take), "destroy");
	check(hlrt_stream_destroy(work), "destroy");
	check(hlrt_stream_destroy(bring), "destroy");
	check(hlrt_mem_free(cooked), "free");
	check(hlrt_mem_free(raw), "free");
	check(hlrt_mem_free(out), "free");
	check(hlrt_mem_free(in), "free");
	check(hlrt_close(context), "close");
	return EXIT_SUCCESS;
}
