// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Holds the sync_file of a submission after everything else that belongs to the device was closed: what is left then of the
 * driver is the fence's functions. Says "holding", and goes on doing so until its standard input ends.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <hlrt/hlrt.h>

#define LENGTH (32u << 20)
#define TRIES 20 /* the work may end before its fence is asked for */

static int die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, hlrt_last_error());
	return 1;
}

static int is_sync_file(int fd)
{
	char link[64], target[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = '\0';
	return strstr(target, "sync_file") != NULL;
}

/* A copy's fence as an fd; the copy has ended when this returns. */
static int fence_fd(struct hlrt_stream *stream, struct hlrt_mem *mem)
{
	struct hlrt_fence *fence;
	int fd = -1;

	for (int i = 0; i < TRIES; i++) {
		if (hlrt_stream_copy(stream, mem, 0, mem, LENGTH, LENGTH, &fence))
			return -1;
		fd = hlrt_fence_fd(fence);
		hlrt_stream_sync(stream, -1);
		hlrt_fence_destroy(fence);
		if (fd < 0 || is_sync_file(fd))
			break;
		close(fd);
		fd = -1;
	}
	return fd;
}

int main(void)
{
	struct hlrt_device **devices = hlrt_get_devices(NULL);
	struct hlrt_context *context = devices && devices[0] ? hlrt_open(devices[0], NULL) : NULL;
	struct hlrt_mem *mem = context ? hlrt_mem_alloc(context, 2 * LENGTH, NULL) : NULL;
	struct hlrt_stream *stream = mem ? hlrt_stream_create(context, NULL) : NULL;
	struct pollfd p = { .events = POLLIN };
	char byte;

	if (!stream)
		return die("setting up");
	p.fd = fence_fd(stream, mem);
	if (p.fd < 0)
		return die("a sync_file");
	if (hlrt_stream_destroy(stream) || hlrt_mem_free(mem) || hlrt_close(context))
		return die("closing");
	hlrt_free_devices(devices);
	if (poll(&p, 1, 0) != 1) {
		fprintf(stderr, "the work has ended, but its fence is not readable\n");
		return 1;
	}
	puts("holding");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
