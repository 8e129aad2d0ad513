// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Every pair of chips that is here, one exporting and the other importing: the importer's engine reads and writes the
 * exported memory, at random places, in the sizes named; every byte is checked, those beside what moved as well.
 *
 *	hlrt-p2p-matrix [-1] SIZE[K|M|G]...	-1: the first pair alone
 *	hlrt-p2p-matrix ring SIZE[K|M|G]	each device copies its neighbour's memory, all at the same time
 *	hlrt-p2p-matrix bus CONTROL FROM TO	which bus addresses the first device uses for the second one's memory, as
 *						its control socket tells them: those of the BAR, [FROM, TO]
 *	hlrt-p2p-matrix translated CONTROL FROM TO	none of those; and nothing answers before the first one, nor any more
 *						when the import has ended
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>

#include <hlrt/hlrt.h>
#include "fail.h"

#define MAX_DEVICES 8
#define STAGE (4ull << 20)
#define MARGIN 8	    /* units beside what is exported, before and behind together */
#define LARGE (64ull << 20) /* moves once, in large pages of the IOMMU: in small ones it takes minutes */
#define LARGE_PAGE (2ull << 20)

/* Word i of a buffer is first + i * step: cheap to make and to check, and with an odd step no two words are equal. */
struct pattern {
	uint32_t first, step;
};

static const struct pattern moved = { 0x12345678, 0x9E3779B1 }, untouched = { 0xA5A5A5A5, 0 };

struct side {
	struct hlrt_device_info info;
	struct hlrt_context *context;
	struct hlrt_mem *stage; /* host memory, by which bytes go in and out */
	uint32_t *words;	/* of stage */
	uint64_t granule;
	struct hlrt_mem *mem;
	uint64_t length; /* of mem */
};

/* A multiple of unit, from 0 to most. */
static uint64_t random_upto(uint64_t most, uint64_t unit)
{
	uint64_t r = (uint64_t)random() << 31 ^ (uint64_t)random();

	return r % (most / unit + 1) * unit;
}

static uint64_t chunk(uint64_t left)
{
	return left < STAGE ? left : STAGE;
}

static void fill(struct side *side, struct pattern p)
{
	if (!p.step) {
		check(hlrt_mem_fill(side->mem, 0, p.first, side->length), "filling");
		return;
	}
	for (uint64_t at = 0, n; at < side->length; at += n) {
		uint32_t word = p.first + (uint32_t)(at / 4) * p.step;

		n = chunk(side->length - at);
		for (uint64_t i = 0; i < n / 4; i++, word += p.step)
			side->words[i] = word;
		check(hlrt_mem_copy(side->mem, at, side->stage, 0, n), "writing the pattern");
	}
}

/* Bytes [from, to) hold the pattern's words from byte begin of it on. */
static void expect(struct side *side, uint64_t from, uint64_t to, struct pattern p, uint64_t begin, const char *what)
{
	for (uint64_t at = from, n; at < to; at += n) {
		uint32_t first = p.first + (uint32_t)((begin + at - from) / 4) * p.step, word = first, wrong = 0;

		n = chunk(to - at);
		check(hlrt_mem_copy(side->stage, 0, side->mem, at, n), "reading back");
		for (uint64_t i = 0; i < n / 4; i++, word += p.step)
			wrong |= side->words[i] ^ word;
		word = first;
		for (uint64_t i = 0; wrong && i < n / 4; i++, word += p.step)
			if (side->words[i] != word)
				fail("%s, byte %llu of %llu: 0x%08x, not 0x%08x", what,
				     (unsigned long long)(at + i * 4), (unsigned long long)side->length, side->words[i],
				     word);
	}
}

struct move {
	uint64_t src, dst, len; /* offsets in the sides' memory */
};

static void expect_moved(struct side *dst, const struct move *m)
{
	expect(dst, 0, m->dst, untouched, 0, "before what moved");
	expect(dst, m->dst, m->dst + m->len, moved, m->src, "what moved");
	expect(dst, m->dst + m->len, dst->length, untouched, 0, "behind what moved");
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The importer reads: from the import, exported at byte at of the exporter's memory, to its own. Or writes. */
static void move(struct side *exporter, struct side *importer, struct hlrt_mem *import, uint64_t at, uint64_t len,
		 bool reads)
{
	uint64_t far = random_upto(hlrt_mem_length(import) - len, 4), near = random_upto(importer->length - len, 4);
	struct move m = { .src = reads ? at + far : near, .dst = reads ? near : at + far, .len = len };
	double start;

	fill(reads ? exporter : importer, moved);
	fill(reads ? importer : exporter, untouched);
	start = seconds_now();
	if (reads)
		check(hlrt_mem_copy(importer->mem, near, import, far, len), "the importer reads");
	else
		check(hlrt_mem_copy(import, far, importer->mem, near, len), "the importer writes");
	printf("  %s %llu bytes at %llu in %.3f s\n", reads ? "reads " : "writes", (unsigned long long)len,
	       (unsigned long long)(at + far), seconds_now() - start);
	expect_moved(reads ? importer : exporter, &m);
}

static void allocate(struct side *side, uint64_t size, uint64_t unit)
{
	struct hlrt_mem_options options = { .size = sizeof(options), .align = unit };

	side->length = size + MARGIN * unit;
	side->mem = check_ptr(hlrt_mem_alloc(side->context, side->length, &options), "allocating");
}

static void try_size(struct side *exporter, struct side *importer, uint64_t size)
{
	uint64_t unit = size < LARGE ? exporter->granule : LARGE_PAGE;
	uint64_t at = (1 + random_upto(MARGIN - 2, 1)) * unit;
	struct hlrt_dmabuf *dmabuf;
	struct hlrt_mem *import;

	allocate(exporter, size, unit);
	allocate(importer, size, unit);
	dmabuf = check_ptr(hlrt_dmabuf_export(exporter->mem, at, size, 0), "exporting");
	import = check_ptr(
		hlrt_dmabuf_import(importer->context, hlrt_dmabuf_fd(dmabuf), hlrt_dmabuf_offset(dmabuf), size, 0),
		"importing");
	for (int reads = 0; reads < 2; reads++) {
		move(exporter, importer, import, at, size, reads);
		if (size < LARGE)
			move(exporter, importer, import, at, 4 + random_upto(size - 4, 4), reads);
	}
	check(hlrt_mem_free(import), "releasing the import");
	check(hlrt_dmabuf_close(dmabuf), "closing the dma-buf");
	check(hlrt_mem_free(importer->mem), "freeing");
	check(hlrt_mem_free(exporter->mem), "freeing");
}

static uint64_t parse_size(const char *text)
{
	static const char suffixes[] = "KMG";
	char *end;
	uint64_t size = strtoull(text, &end, 0);
	const char *suffix = *end ? strchr(suffixes, *end) : NULL;

	if (suffix && !end[1])
		size <<= 10 * (suffix - suffixes + 1);
	else if (*end)
		size = 0;
	if (!size || size % 4096)
		fail("'%s' is no size: a multiple of 4096", text);
	return size;
}

static size_t open_all(struct side *sides)
{
	struct hlrt_device **devices = check_ptr(hlrt_get_devices(NULL), "listing devices");
	struct hlrt_attr attr = { .size = sizeof(attr) };
	size_t n;

	for (n = 0; n < MAX_DEVICES && devices[n]; n++) {
		struct side *side = &sides[n];

		side->info.size = sizeof(side->info);
		check(hlrt_device_query(devices[n], &side->info), "query");
		side->context = check_ptr(hlrt_open(devices[n], NULL), "opening");
		check(hlrt_query(side->context, &attr), "query");
		side->granule = attr.export_granularity;
		side->stage = check_ptr(hlrt_mem_alloc_host(side->context, STAGE, NULL), "host memory");
		side->words = hlrt_mem_host(side->stage);
	}
	hlrt_free_devices(devices);
	return n;
}

static void close_all(struct side *sides, size_t n)
{
	while (n--) {
		check(hlrt_mem_free(sides[n].stage), "freeing");
		check(hlrt_close(sides[n].context), "closing");
	}
}

static bool same_chips(const struct side *a, const struct side *b)
{
	return !strcmp(a->info.asic, b->info.asic);
}

/* An earlier pair was of the same chips, in the same roles. */
static bool done_before(const struct side *sides, size_t n, size_t exporter, size_t importer)
{
	for (size_t pair = 0; pair < exporter * n + importer; pair++)
		if (pair / n != pair % n && same_chips(&sides[pair / n], &sides[exporter]) &&
		    same_chips(&sides[pair % n], &sides[importer]))
			return true;
	return false;
}

/* The first SIZE bytes of each device go behind the first SIZE bytes of the next one. */
static void ring(struct side *sides, size_t n, uint64_t size)
{
	struct hlrt_dmabuf *dmabufs[MAX_DEVICES];
	struct hlrt_mem *imports[MAX_DEVICES];
	struct hlrt_stream *streams[MAX_DEVICES];

	for (size_t i = 0; i < n; i++) {
		allocate(&sides[i], 2 * size, sides[i].granule);
		fill(&sides[i], (struct pattern){ (uint32_t)i, moved.step });
		dmabufs[i] = check_ptr(hlrt_dmabuf_export(sides[i].mem, 0, size, 0), "exporting");
	}
	for (size_t i = 0; i < n; i++) {
		imports[i] = check_ptr(hlrt_dmabuf_import(sides[(i + 1) % n].context, hlrt_dmabuf_fd(dmabufs[i]),
							  hlrt_dmabuf_offset(dmabufs[i]), size, 0),
				       "importing");
		streams[i] = check_ptr(hlrt_stream_create(sides[(i + 1) % n].context, NULL), "stream");
	}
	for (size_t i = 0; i < n; i++)
		check(hlrt_stream_copy(streams[i], sides[(i + 1) % n].mem, size, imports[i], 0, size, NULL), "copying");
	for (size_t i = 0; i < n; i++)
		check(hlrt_stream_sync(streams[i], -1), "the neighbour's memory");
	for (size_t i = 0; i < n; i++) {
		struct side *next = &sides[(i + 1) % n];

		expect(next, size, 2 * size, (struct pattern){ (uint32_t)i, moved.step }, 0, "the neighbour's");
		expect(&sides[i], 0, size, (struct pattern){ (uint32_t)i, moved.step }, 0, "its own");
		check(hlrt_stream_destroy(streams[i]), "stream");
		check(hlrt_mem_free(imports[i]), "releasing the import");
		check(hlrt_dmabuf_close(dmabufs[i]), "closing the dma-buf");
	}
	for (size_t i = 0; i < n; i++)
		check(hlrt_mem_free(sides[i].mem), "freeing");
	printf("%zu devices, %llu bytes from each to the next\n", n, (unsigned long long)size);
}

/* The answer to a line that the control socket of the first device is sent, by a serial port. */
__attribute__((format(printf, 2, 3))) static const char *ask(const char *control, const char *format, ...)
{
	static char answer[256];
	FILE *port = fopen(control, "r+e");
	struct termios raw;
	va_list args;

	if (!port || tcgetattr(fileno(port), &raw))
		fail("%s: no control socket", control);
	cfmakeraw(&raw);
	tcsetattr(fileno(port), TCSANOW, &raw);
	va_start(args, format);
	vfprintf(port, format, args);
	va_end(args);
	fflush(port);
	if (!fgets(answer, sizeof(answer), port))
		fail("%s: no answer", control);
	fclose(port);
	return answer;
}

#define INTERRUPTS_END 0xfef00000u /* x86: messages of interrupts, and no memory, are below */

static bool answers(const char *control, uint64_t address)
{
	return !strncmp(ask(control, "read 0x%llx\n", (unsigned long long)address), "ok", 2);
}

/* Which addresses a copy from the import used. */
static struct hlrt_mem *import_and_reach(struct side *importer, struct hlrt_dmabuf *dmabuf, uint64_t size,
					 const char *control, unsigned long long *from, unsigned long long *to)
{
	struct hlrt_mem *import = check_ptr(
		hlrt_dmabuf_import(importer->context, hlrt_dmabuf_fd(dmabuf), hlrt_dmabuf_offset(dmabuf), size, 0),
		"importing");

	ask(control, "reached\n");
	check(hlrt_mem_copy(importer->mem, 0, import, 0, size), "the importer reads");
	if (sscanf(ask(control, "reached\n"), "ok %llx %llx", from, to) != 2 || *to - *from != size)
		fail("0x%llx to 0x%llx were reached, not %llu bytes", *from, *to, (unsigned long long)size);
	return import;
}

static void addresses(struct side *importer, struct side *exporter, const char *control, uint64_t bar, uint64_t bar_end,
		      bool translated)
{
	const uint64_t size = 1 << 20;
	unsigned long long from = 0, to = 0;
	struct hlrt_mem *import, *lower;
	struct hlrt_dmabuf *dmabuf;

	allocate(exporter, size, exporter->granule);
	allocate(importer, size, importer->granule);
	dmabuf = check_ptr(hlrt_dmabuf_export(exporter->mem, 0, size, 0), "exporting");
	import = import_and_reach(importer, dmabuf, size, control, &from, &to);
	if (from == INTERRUPTS_END) {
		lower = import_and_reach(importer, dmabuf, size, control, &from, &to);
		check(hlrt_mem_free(import), "releasing the first import");
		import = lower;
	}
	printf("BAR 0x%llx to 0x%llx; used 0x%llx to 0x%llx\n", (unsigned long long)bar, (unsigned long long)bar_end,
	       from, to);
	if (translated != (to <= bar || from > bar_end))
		fail(translated ? "these are bus addresses" : "these are not the BAR's");
	if (!answers(control, from))
		fail("what is mapped does not answer");
	/* Addresses are given from the top downwards: behind the last one the importer's own buffers may be mapped. */
	if (translated && (answers(control, from - 4) || answers(control, bar)))
		fail("what is not mapped answers");
	check(hlrt_mem_free(import), "releasing the import");
	if (translated && answers(control, from))
		fail("what was mapped still answers");
	check(hlrt_dmabuf_close(dmabuf), "closing the dma-buf");
	check(hlrt_mem_free(importer->mem), "freeing");
	check(hlrt_mem_free(exporter->mem), "freeing");
}

static void matrix(struct side *sides, size_t n, char *const *sizes, bool first_only)
{
	for (size_t pair = 0; pair < n * n; pair++) {
		struct side *exporter = &sides[pair / n], *importer = &sides[pair % n];

		if (exporter == importer || done_before(sides, n, pair / n, pair % n))
			continue;
		printf("%s exports, %s imports:\n", exporter->info.asic, importer->info.asic);
		for (char *const *size = sizes; *size; size++)
			try_size(exporter, importer, parse_size(*size));
		if (first_only)
			return;
	}
}

int main(int argc, char **argv)
{
	struct side sides[MAX_DEVICES] = { 0 };
	size_t n = open_all(sides);

	setvbuf(stdout, NULL, _IOLBF, 0);
	srandom(1);
	if (n < 2 || argc < 2)
		fail("usage: hlrt-p2p-matrix [-1] SIZE... | ring SIZE | bus|translated CONTROL FROM TO; with two "
		     "devices at least");
	if (!strcmp(argv[1], "ring") && argc == 3)
		ring(sides, n, parse_size(argv[2]));
	else if ((!strcmp(argv[1], "bus") || !strcmp(argv[1], "translated")) && argc == 5)
		addresses(&sides[0], &sides[1], argv[2], strtoull(argv[3], NULL, 0), strtoull(argv[4], NULL, 0),
			  argv[1][0] == 't');
	else if (!strcmp(argv[1], "-1"))
		matrix(sides, n, argv + 2, true);
	else
		matrix(sides, n, argv + 1, false);
	close_all(sides, n);
	return 0;
}
