// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * An accelerator's memory as a third device sees it, through the test importer /dev/hli.
 *
 *	hli-check move [SIZE...]	every byte, both ways, at random places
 *	hli-check translated		the address used is not the BAR's, and one page beside the mapping faults
 *	hli-check revoked		what a dynamic importer keeps when the exporter revokes: nothing
 *	hli-check refused		REG fails; prints why
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <hlrt/hlrt.h>
#include "fail.h"
#include "uapi.h"

#define BUFFER (1u << 20)
#define PAGE 4096u

static struct hlrt_context *context;
static struct hlrt_mem *mem;
static struct hlrt_dmabuf *dmabuf;
static char pci_address[16];
static int hli = -1;
static union hli_reg reg;

/* The first device, with an export of all of a buffer. */
static void set_up(void)
{
	struct hlrt_device_info info = { .size = sizeof(info) };
	struct hlrt_device **devices = hlrt_get_devices(NULL);

	if (!devices || !devices[0])
		fail("no device");
	check(hlrt_device_query(devices[0], &info), "query");
	memcpy(pci_address, info.pci_address, sizeof(pci_address));
	context = hlrt_open(devices[0], NULL);
	mem = context ? hlrt_mem_alloc(context, BUFFER, NULL) : NULL;
	dmabuf = mem ? hlrt_dmabuf_export(mem, 0, BUFFER, 0) : NULL;
	if (!dmabuf)
		fail("export: %s", hlrt_last_error());
	hlrt_free_devices(devices);
	hli = open("/dev/hli", O_RDWR | O_CLOEXEC);
	if (hli < 0)
		fail("/dev/hli: %s", strerror(errno));
}

static int import(void)
{
	memset(&reg, 0, sizeof(reg));
	reg.in.fd = (uint32_t)hlrt_dmabuf_fd(dmabuf);
	return ioctl(hli, HLI_REG, &reg) ? -errno : 0;
}

static void must_import(void)
{
	int rc = import();

	if (rc)
		fail("REG: %s", strerror(-rc));
	printf("%s: %llu segment(s) from 0x%llx\n", pci_address, (unsigned long long)reg.out.segments,
	       (unsigned long long)reg.out.first_address);
}

static int access_import(unsigned long cmd, void *data, uint32_t offset, uint32_t size)
{
	struct hli_access arg = {
		.mr_handle = reg.out.mr_handle, .userptr = (uintptr_t)data, .size = size, .offset = offset
	};

	return ioctl(hli, cmd, &arg) ? -errno : 0;
}

static void fill_random(uint8_t *data, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		data[i] = (uint8_t)random();
}

static void compare(const uint8_t *got, const uint8_t *want, uint32_t size, uint32_t offset, const char *what)
{
	for (uint32_t i = 0; i < size; i++)
		if (got[i] != want[i])
			fail("%s: byte %u is 0x%02x, not 0x%02x", what, offset + i, got[i], want[i]);
}

static void move(uint32_t size)
{
	static uint8_t image[BUFFER], got[BUFFER];
	uint32_t offset = (uint32_t)random() % ((BUFFER - size) / 4 + 1) * 4;
	int rc;

	fill_random(image, BUFFER);
	check(hlrt_mem_write(mem, 0, image, BUFFER), "write");
	rc = access_import(HLI_READ, got, offset, size);
	if (rc)
		fail("READ of %u at %u: %s", size, offset, strerror(-rc));
	compare(got, image + offset, size, offset, "importer reads");

	fill_random(image + offset, size);
	rc = access_import(HLI_WRITE, image + offset, offset, size);
	if (rc)
		fail("WRITE of %u at %u: %s", size, offset, strerror(-rc));
	check(hlrt_mem_read(mem, 0, got, BUFFER), "read");
	compare(got, image, BUFFER, 0, "importer writes");
	printf("%u bytes at %u: right, and nothing beside them changed\n", size, offset);
}

/* Where the kernel has placed the BAR that shows device memory. */
static uint64_t bar_address(void)
{
	unsigned long long start = 0;
	char path[64], line[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource", pci_address);
	file = fopen(path, "re");
	for (int bar = 0; file && bar <= 4 && fgets(line, sizeof(line), file); bar++)
		start = strtoull(line, NULL, 16);
	if (file)
		fclose(file);
	return start;
}

static void translated(void)
{
	static uint8_t got[PAGE];
	uint64_t bar = bar_address(), first = reg.out.first_address;
	struct hli_raw raw = { .address = first + BUFFER, .userptr = (uintptr_t)got, .size = PAGE };

	if (!bar || (first >= bar && first < bar + (32ull << 30)))
		fail("0x%llx is a bus address: the BAR is at 0x%llx", (unsigned long long)first,
		     (unsigned long long)bar);
	/* The page behind the export is the device's memory as well, and the mapping ends before it. */
	if (ioctl(hli, HLI_RAW, &raw))
		fail("RAW: %s", strerror(errno));
	raw.address = bar;
	if (ioctl(hli, HLI_RAW, &raw))
		fail("RAW: %s", strerror(errno));
	printf("translated: BAR at 0x%llx, used 0x%llx; the kernel log must tell two faults\n", (unsigned long long)bar,
	       (unsigned long long)first);
}

static void revoked(void)
{
	struct hli_state state = { .mr_handle = reg.out.mr_handle };
	uint8_t data[PAGE];
	int rc;

	check(hlrt_dmabuf_revoke(dmabuf), "revoke");
	if (ioctl(hli, HLI_STATE, &state))
		fail("STATE: %s", strerror(errno));
	if (state.mapped || !state.invalidations)
		fail("after revoke: mapped %u, invalidations %u", state.mapped, state.invalidations);
	rc = access_import(HLI_READ, data, 0, sizeof(data));
	if (rc != -ENODEV)
		fail("READ after revoke: %s, not ENODEV", strerror(-rc));
	rc = import();
	if (rc != -ENODEV)
		fail("REG after revoke: %s, not ENODEV", strerror(-rc));
	printf("revoked: access ended, ENODEV from then on\n");
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	srandom(1);
	set_up();
	if (!strcmp(what, "refused")) {
		int rc = import();

		if (!rc)
			fail("REG succeeded");
		printf("REG: %s\n", strerror(-rc));
		return 0;
	}
	must_import();
	if (!strcmp(what, "move"))
		for (int i = 2; i < argc; i++)
			move((uint32_t)strtoul(argv[i], NULL, 0));
	else if (!strcmp(what, "translated"))
		translated();
	else if (!strcmp(what, "revoked"))
		revoked();
	else
		fail("usage: hli-check move SIZE...|translated|revoked|refused");
	return 0;
}
