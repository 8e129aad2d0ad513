// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Programs that are killed: between any two of their steps, and at random moments, so inside them as well. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <hlrt/hlrt.h>

#include "lifetimes.h"
#include "uapi.h"

#define COPIES 64
#define RANDOM_KILLS 4 /* in each cycle */
#define OPEN_SECONDS 20
#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* What one program has of two accelerators and the importer. */
static struct session {
	struct hlrt_context *context, *peer;
	struct hlrt_mem *mem, *import, *own;
	struct hlrt_dmabuf *dmabuf;
	struct hlrt_stream *stream;
	int hli;
	uint64_t handle;
} session;

static bool open_both(struct session *s)
{
	s->context = open_at(first_device);
	s->peer = s->context ? open_at(second_device) : NULL;
	return s->peer;
}

static bool allocate(struct session *s)
{
	s->mem = hlrt_mem_alloc(s->context, LENGTH, NULL);
	s->own = hlrt_mem_alloc(s->peer, LENGTH, NULL);
	return s->mem && s->own && !hlrt_mem_fill(s->mem, 0, 0x12345678, LENGTH);
}

static bool export(struct session *s)
{
	s->dmabuf = hlrt_dmabuf_export(s->mem, 0, LENGTH, 0);
	return s->dmabuf;
}

static bool attach(struct session *s)
{
	static unsigned int mode = HLI_STATIC;
	union hli_reg reg = {
		.in = { .fd = (uint32_t)hlrt_dmabuf_fd(s->dmabuf), .mode = mode, .flags = HLI_ATTACH_ONLY }
	};

	mode = mode == HLI_DYNAMIC ? HLI_STATIC : mode + 1;
	s->hli = open("/dev/hli", O_RDWR | O_CLOEXEC);
	if (s->hli < 0 || ioctl(s->hli, HLI_REG, &reg))
		return false;
	s->handle = reg.out.mr_handle;
	return true;
}

static bool map(struct session *s)
{
	struct hli_handle arg = { .mr_handle = s->handle };

	return !ioctl(s->hli, HLI_MAP, &arg);
}

static bool import(struct session *s)
{
	s->import = hlrt_dmabuf_import(s->peer, hlrt_dmabuf_fd(s->dmabuf), 0, 0, 0);
	return s->import;
}

/* Many are on their way when the next step begins. */
static bool submit(struct session *s)
{
	s->stream = hlrt_stream_create(s->peer, NULL);
	for (unsigned int i = 0; s->stream && i < COPIES; i++)
		if (hlrt_stream_copy(s->stream, s->own, 0, s->import, 0, LENGTH, NULL))
			return false;
	return s->stream;
}

static bool read_by_importer(struct session *s)
{
	uint32_t word = 0;
	struct hli_access arg = { .mr_handle = s->handle, .userptr = (uintptr_t)&word, .size = sizeof(word) };

	return !ioctl(s->hli, HLI_READ, &arg) && word == 0x12345678;
}

static bool copies_end(struct session *s)
{
	return !hlrt_stream_sync(s->stream, -1) && !hlrt_stream_destroy(s->stream) && !hlrt_mem_free(s->import);
}

static bool close_all(struct session *s)
{
	return !close(s->hli) && !hlrt_dmabuf_close(s->dmabuf) && !hlrt_mem_free(s->own) && !hlrt_close(s->peer) &&
	       !hlrt_mem_free(s->mem) && !hlrt_close(s->context);
}

static bool (*const steps[])(struct session *s) = {
	open_both, allocate, export, attach, map, import, submit, read_by_importer, copies_end, close_all,
};

/* Done is where the parent sees how far it has come. After stop steps it waits for its end; with 0 it begins anew. */
static void run_sessions(volatile unsigned int *done, unsigned int stop)
{
	do {
		for (unsigned int i = 0; i < STEPS; i++) {
			if (!steps[i](&session)) {
				printf("step %u: %s, %s\n", i, strerror(errno), hlrt_last_error());
				_exit(EXIT_FAILURE);
			}
			*done = i + 1;
			while (*done == stop)
				pause();
		}
	} while (!stop);
}

static void kill_session(volatile unsigned int *done, unsigned int stop, useconds_t after)
{
	double end = seconds_up() + OPEN_SECONDS;
	pid_t child;
	int status;

	fflush(NULL);
	*done = 0;
	child = fork();
	if (!child) {
		run_sessions(done, stop);
		_exit(EXIT_FAILURE);
	}
	while (stop && *done != stop && seconds_up() < end && !waitpid(child, &status, WNOHANG))
		usleep(2000);
	usleep(after);
	kill(child, SIGKILL);
	if (waitpid(child, &status, 0) != child || !WIFSIGNALED(status))
		FAIL("a session failed after step %u", *done);
	if (stop && *done != stop)
		FAIL("step %u took more than %d s", *done + 1, OPEN_SECONDS);
}

void sessions_killed(unsigned int cycles)
{
	volatile unsigned int *done =
		mmap(NULL, sizeof(*done), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double start = seconds_up(), whole;

	if (done == MAP_FAILED)
		FAIL("mmap: %s", strerror(errno));
	kill_session(done, STEPS, 0);
	whole = seconds_up() - start;
	for (unsigned int stop = 1; stop < STEPS; stop++)
		kill_session(done, stop, 0);
	printf("sessions: killed after each of %zu steps; %.1f s\n", STEPS, seconds_up() - start);
	srandom(1);
	for (unsigned int cycle = 1; cycle <= cycles; cycle++) {
		start = seconds_up();
		for (unsigned int i = 0; i < RANDOM_KILLS; i++)
			kill_session(done, 0, (useconds_t)((double)random() / RAND_MAX * whole * 1e6));
		if (!device_works(first_device, OPEN_SECONDS) || !device_works(second_device, OPEN_SECONDS))
			FAIL("a device does not work afterwards");
		printf("sessions: cycle %u of %u: %.1f s\n", cycle, cycles, seconds_up() - start);
		fflush(stdout);
	}
}
