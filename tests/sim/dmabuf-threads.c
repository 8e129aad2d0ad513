// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Many threads at one dma-buf exporter. Each round of each thread exports a slice of device memory, imports it on the second
 * device, and has every byte written by one of three (owner, importer, CPU through mmap) and read by the others.
 *
 *	dmabuf-threads [--rounds N] [--mmap]
 *
 * First 30 threads on slices of one buffer while another revokes at random: a round either ends in an error that tells of it,
 * or all its bytes are right. Then 15 threads with buffers of their own, undisturbed. --mmap: a CPU has to get mappings
 * (simulated dma-bufs have none).
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <hlrt/hlrt.h>
#include "fail.h"

#define SHARERS 30
#define OWNERS 15
#define SLICE (64u << 10)

struct worker {
	pthread_t thread;
	unsigned int number;
	struct hlrt_mem *mem;
	uint64_t offset;
	bool disturbed;
	uint8_t image[SLICE], got[SLICE];
};

static struct hlrt_context *owner, *peer;
static unsigned int rounds = 20;
static bool with_mmap;
static atomic_uint right, cut, workers_left;
static _Thread_local sigjmp_buf bus_error;

static void on_bus_error(int signal)
{
	siglongjmp(bus_error, signal);
}

/* What a revocation makes of calls that are under way, and of those that come too late. */
static bool tells_of_revocation(int error)
{
	return error == ENODEV || error == EIO;
}

/* 0, or the round is over: the error is what a revocation explains. */
static int outcome(const struct worker *w, int rc, const char *what)
{
	if (rc && !(w->disturbed && tells_of_revocation(-rc)))
		fail("thread %u, %s: %s (%s)", w->number, what, hlrt_last_error(), strerror(-rc));
	return rc;
}

static int verify(struct worker *w, const uint8_t *got, const char *who)
{
	for (uint32_t i = 0; i < SLICE; i++)
		if (got[i] != w->image[i])
			fail("thread %u: %s finds 0x%02x at %u, not 0x%02x", w->number, who, got[i], i, w->image[i]);
	return 0;
}

static void new_image(struct worker *w, unsigned int round, unsigned int step)
{
	uint32_t x = w->number * 7919u + round * 104729u + step * 1299709u + 1;

	for (uint32_t i = 0; i < SLICE; i++) {
		x = x * 1664525u + 1013904223u;
		w->image[i] = (uint8_t)(x >> 24);
	}
}

static int by_importer(struct worker *w, struct hlrt_mem *import)
{
	int rc = outcome(w, hlrt_mem_read(import, 0, w->got, SLICE), "importer reads");

	if (rc)
		return rc;
	return verify(w, w->got, "the importer");
}

static int by_owner(struct worker *w)
{
	int rc = outcome(w, hlrt_mem_read(w->mem, w->offset, w->got, SLICE), "owner reads");

	return rc ? rc : verify(w, w->got, "the owner");
}

/* The bytes of the mapping at p are the image, then the image goes there; -ENODEV: SIGBUS. */
static int by_cpu(struct worker *w, uint8_t *p, unsigned int round)
{
	if (sigsetjmp(bus_error, 1))
		return outcome(w, -ENODEV, "CPU");
	memcpy(w->got, p, SLICE);
	verify(w, w->got, "the CPU");
	new_image(w, round, 2);
	memcpy(p, w->image, SLICE);
	return 0;
}

static int through_mapping(struct worker *w, struct hlrt_dmabuf *dmabuf, unsigned int round)
{
	uint8_t *p = mmap(NULL, SLICE, PROT_READ | PROT_WRITE, MAP_SHARED, hlrt_dmabuf_fd(dmabuf), 0);
	int rc;

	if (p == MAP_FAILED)
		return outcome(w, -errno, "mmap");
	rc = by_cpu(w, p, round);
	munmap(p, SLICE);
	return rc;
}

static int exchange(struct worker *w, struct hlrt_dmabuf *dmabuf, struct hlrt_mem *import, unsigned int round)
{
	int rc;

	new_image(w, round, 0);
	rc = outcome(w, hlrt_mem_write(w->mem, w->offset, w->image, SLICE), "owner writes");
	if (!rc)
		rc = by_importer(w, import);
	if (rc)
		return rc;
	new_image(w, round, 1);
	rc = outcome(w, hlrt_mem_write(import, 0, w->image, SLICE), "importer writes");
	if (!rc)
		rc = by_owner(w);
	if (!rc && with_mmap)
		rc = through_mapping(w, dmabuf, round);
	if (!rc && with_mmap)
		rc = by_importer(w, import);
	return rc;
}

static void one_round(struct worker *w, unsigned int round)
{
	struct hlrt_dmabuf *dmabuf = hlrt_dmabuf_export(w->mem, w->offset, SLICE, 0);
	struct hlrt_mem *import;
	int rc;

	if (!dmabuf)
		fail("thread %u exports: %s", w->number, hlrt_last_error());
	import = hlrt_dmabuf_import(peer, hlrt_dmabuf_fd(dmabuf), 0, SLICE, 0);
	rc = import ? exchange(w, dmabuf, import, round) : outcome(w, -errno, "import");
	atomic_fetch_add(rc ? &cut : &right, 1);
	if (import && hlrt_mem_free(import))
		fail("thread %u ends its import: %s", w->number, hlrt_last_error());
	if (hlrt_dmabuf_close(dmabuf))
		fail("thread %u closes: %s", w->number, hlrt_last_error());
}

static void *work(void *arg)
{
	struct worker *w = arg;

	for (unsigned int round = 0; round < rounds; round++)
		one_round(w, round);
	atomic_fetch_sub(&workers_left, 1);
	return NULL;
}

/* Revokes whatever overlaps one slice, again and again; an import under way puts it off at most. */
static void *revoke_slices(void *arg)
{
	struct hlrt_mem *mem = arg;
	unsigned int seed = 1;

	while (atomic_load(&workers_left)) {
		uint64_t offset = (uint64_t)(rand_r(&seed) % SHARERS) * SLICE;
		struct hlrt_dmabuf *dmabuf = hlrt_dmabuf_export(mem, offset, SLICE, 0);
		int rc = dmabuf ? hlrt_dmabuf_revoke(dmabuf) : -errno;

		if (rc)
			fail("revoking: %s", hlrt_last_error());
		hlrt_dmabuf_close(dmabuf);
		usleep(3000);
	}
	return NULL;
}

static struct hlrt_mem *allocate(uint64_t size)
{
	struct hlrt_mem *mem = hlrt_mem_alloc(owner, size, NULL);

	if (!mem)
		fail("allocating: %s", hlrt_last_error());
	return mem;
}

static void run(struct worker *workers, unsigned int n, struct hlrt_mem *shared)
{
	pthread_t revoker;

	atomic_store(&right, 0);
	atomic_store(&cut, 0);
	atomic_store(&workers_left, n);
	for (unsigned int i = 0; i < n; i++) {
		struct worker *w = &workers[i];

		w->number = i;
		w->disturbed = shared;
		w->mem = shared ? shared : allocate(SLICE);
		w->offset = shared ? (uint64_t)i * SLICE : 0;
		if (pthread_create(&w->thread, NULL, work, w))
			fail("no thread");
	}
	if (shared && pthread_create(&revoker, NULL, revoke_slices, shared))
		fail("no thread");
	for (unsigned int i = 0; i < n; i++)
		pthread_join(workers[i].thread, NULL);
	if (shared)
		pthread_join(revoker, NULL);
	for (unsigned int i = 0; !shared && i < n; i++)
		if (hlrt_mem_free(workers[i].mem))
			fail("freeing: %s", hlrt_last_error());
	printf("%u threads, %s: %u rounds right, %u cut off by revocation\n", n,
	       shared ? "one buffer" : "buffers of their own", atomic_load(&right), atomic_load(&cut));
}

int main(int argc, char **argv)
{
	struct worker *workers = calloc(SHARERS, sizeof(*workers));
	struct hlrt_device **devices = hlrt_get_devices(NULL);
	struct sigaction action = { .sa_handler = on_bus_error };
	struct hlrt_mem *shared;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--mmap"))
			with_mmap = true;
		else if (!strcmp(argv[i], "--rounds") && i + 1 < argc)
			rounds = (unsigned int)strtoul(argv[++i], NULL, 0);
		else
			fail("usage: dmabuf-threads [--rounds N] [--mmap]");
	}
	if (!workers || !devices || !devices[0] || !devices[1])
		fail("two devices are needed");
	owner = hlrt_open(devices[0], NULL);
	peer = owner ? hlrt_open(devices[1], NULL) : NULL;
	if (!peer)
		fail("open: %s", hlrt_last_error());
	hlrt_free_devices(devices);
	sigaction(SIGBUS, &action, NULL);

	shared = allocate((uint64_t)SHARERS * SLICE);
	run(workers, SHARERS, shared);
	if (!right || !cut)
		fail("both were to happen");
	if (hlrt_mem_free(shared))
		fail("freeing: %s", hlrt_last_error());
	run(workers, OWNERS, NULL);
	if (right != OWNERS * rounds)
		fail("none was to be cut off");
	if (hlrt_close(peer) || hlrt_close(owner))
		fail("closing: %s", hlrt_last_error());
	free(workers);
	return 0;
}
