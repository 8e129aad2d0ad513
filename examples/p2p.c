// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Two accelerators share memory by dma-buf: the first exports, the second imports and moves the bytes with its own
 * DMA engine, in both directions. Every byte is verified.
 */
#include "example.h"

#include <getopt.h>

static void report(const char *what, uint64_t bytes, double seconds)
{
	printf("  %-52s %8.2f MiB  %8.0f MiB/s\n", what, (double)bytes / (1 << 20),
	       (double)bytes / (1 << 20) / (seconds > 0 ? seconds : 1e-9));
}

static void timed_copy(struct hlrt_mem *dst, struct hlrt_mem *src, uint64_t length, const char *what)
{
	double start = seconds_now();

	check(hlrt_mem_copy(dst, 0, src, 0, length), what);
	report(what, length, seconds_now() - start);
}

static void write_pattern(struct hlrt_mem *mem, uint8_t *buf, uint64_t length, uint32_t seed)
{
	pattern_write(buf, length, seed);
	check(hlrt_mem_write(mem, 0, buf, length), "writing");
}

static void read_and_verify(struct hlrt_mem *mem, uint8_t *buf, uint64_t length, uint32_t seed, const char *what)
{
	memset(buf, 0, length);
	check(hlrt_mem_read(mem, 0, buf, length), "reading back");
	pattern_verify(buf, length, seed, what);
	printf("  %-52s every byte right\n", what);
}

static uint64_t parse_size(const char *text)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 0);

	switch (*end) {
	case 'G':
		n <<= 10; /* fall through */
	case 'M':
		n <<= 10; /* fall through */
	case 'K':
		n <<= 10;
		end++;
		break;
	default:
		break;
	}
	if (*end || !n)
		die("'%s' is no size: a number, then K, M or G", text);
	return n;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "size", required_argument, NULL, 's' },
						 { "help", no_argument, NULL, 'h' },
						 { NULL, 0, NULL, 0 } };
	struct hlrt_device_info from_info, to_info;
	struct hlrt_context *from, *to;
	struct hlrt_mem *exported, *imported, *local;
	struct hlrt_dmabuf *dmabuf;
	uint64_t size = 64 << 20;
	uint8_t *buf;
	int option;

	while ((option = getopt_long(argc, argv, "s:h", options, NULL)) != -1) {
		if (option != 's') {
			printf("usage: %s [--size BYTES[K|M|G]]   (default 64M)\n", argv[0]);
			return option == 'h' ? EXIT_SUCCESS : 2;
		}
		size = parse_size(optarg);
	}
	buf = check_ptr(malloc(size), "host memory");

	from = open_device(0, 2, &from_info);
	to = open_device(1, 2, &to_info);
	printf("exporter %s (%s, %s), importer %s (%s, %s)\n", from_info.name, from_info.asic, from_info.pci_address,
	       to_info.name, to_info.asic, to_info.pci_address);

	exported = check_ptr(hlrt_mem_alloc(from, size, NULL), "allocating on the exporter");
	check(hlrt_mem_fill(exported, 0, 0xA5A5A5A5, size & ~3ull), "filling on the exporter");
	write_pattern(exported, buf, size, 1);
	dmabuf = check_ptr(hlrt_dmabuf_export(exported, 0, size, 0), "exporting");
	printf("  exported: dma-buf fd %d, offset %llu, length %llu\n", hlrt_dmabuf_fd(dmabuf),
	       (unsigned long long)hlrt_dmabuf_offset(dmabuf), (unsigned long long)hlrt_dmabuf_length(dmabuf));

	imported = check_ptr(hlrt_dmabuf_import(to, hlrt_dmabuf_fd(dmabuf), hlrt_dmabuf_offset(dmabuf), size, 0),
			     "importing");
	printf("  imported: %s sees it at device address 0x%llx; path: peer to peer, %s -> PCIe -> %s\n", to_info.name,
	       (unsigned long long)hlrt_mem_address(imported), to_info.pci_address, from_info.pci_address);

	local = check_ptr(hlrt_mem_alloc(to, size, NULL), "allocating on the importer");
	timed_copy(local, imported, size, "importer reads the exporter's memory");
	read_and_verify(local, buf, size, 1, "importer's copy");

	write_pattern(local, buf, size, 2);
	timed_copy(imported, local, size, "importer writes the exporter's memory");
	read_and_verify(exported, buf, size, 2, "exporter's memory");

	check(hlrt_mem_free(imported), "releasing the import");
	check(hlrt_dmabuf_close(dmabuf), "closing the dma-buf");
	check(hlrt_mem_free(local), "freeing");
	check(hlrt_mem_free(exported), "freeing");
	check(hlrt_close(to), "closing");
	check(hlrt_close(from), "closing");
	free(buf);
	printf("p2p: PASS\n");
	return EXIT_SUCCESS;
}
