// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Host memory that the library allocates for the device: huge pages, and the NUMA node it is to be on. */
#include "internal.h"

#include <linux/mempolicy.h>
#include <linux/mman.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPTIONS_SIZE_1 sizeof(struct hlrt_host_options) /* as first published */
#define HUGE_PAGE (2ULL << 20)
#define MAX_NODES 1024 /* the most that Linux can be built for */
#define PAGES_AT_ONCE 512

struct request {
	uint64_t length, size; /* asked for, and in whole pages */
	bool huge;
	bool strict;  /* the node was asked for by its number */
	int32_t node; /* HLRT_NUMA_ANY or a node */
};

static int read_options(const struct hlrt_context *ctx, const struct hlrt_host_options *options, struct request *req)
{
	struct hlrt_host_options known = { .size = sizeof(known), .numa_node = HLRT_NUMA_DEVICE };
	int rc;

	if (options) {
		rc = hlrti_struct_in("struct hlrt_host_options", &known, sizeof(known), OPTIONS_SIZE_1, options);
		if (rc)
			return rc;
	}
	if (known.flags & ~HLRT_HOST_HUGE_2M || known.pad)
		return hlrt_set_error(-EINVAL,
				      "host memory flags 0x%x, pad 0x%x are unknown; HLRT_HOST_HUGE_2M is 0x%x",
				      known.flags, known.pad, HLRT_HOST_HUGE_2M);
	if (known.numa_node < HLRT_NUMA_ANY || known.numa_node >= MAX_NODES)
		return hlrt_set_error(-EINVAL, "there is no NUMA node %d", known.numa_node);
	req->huge = known.flags & HLRT_HOST_HUGE_2M;
	req->strict = known.numa_node >= 0;
	req->node = known.numa_node == HLRT_NUMA_DEVICE ? hlrti_device_numa_node(ctx->device) : known.numa_node;
	if (req->node < 0)
		req->node = HLRT_NUMA_ANY;
	return 0;
}

/* ---- pages ---- */

static uint8_t *map_huge(uint64_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_2MB, -1,
		       0);

	if (p != MAP_FAILED)
		return p;
	hlrt_set_error(-ENOMEM, "%llu huge pages of 2 MiB are not free (%s); vm.nr_hugepages reserves them",
		       (unsigned long long)(size / HUGE_PAGE), hlrti_strerror(errno));
	return NULL;
}

/* Beginning where a huge page can, so that the kernel may use transparent ones and the device large translations. */
static uint8_t *map_small(uint64_t size)
{
	uint64_t spare = size >= HUGE_PAGE ? HUGE_PAGE : 0, total, begin;
	uint8_t *p = MAP_FAILED;

	errno = ENOMEM;
	if (!__builtin_add_overflow(size, spare, &total))
		p = mmap(NULL, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED) {
		hlrt_set_error(-ENOMEM, "no %llu bytes of memory: %s", (unsigned long long)size, hlrti_strerror(errno));
		return NULL;
	}
	if (!spare)
		return p;
	begin = -(uintptr_t)p & (HUGE_PAGE - 1);
	if (begin)
		munmap(p, begin);
	if (begin < spare)
		munmap(p + begin + size, spare - begin);
	if (madvise(p + begin, size, MADV_HUGEPAGE))
		hlrti_log(HLRT_LOG_DEBUG, "MADV_HUGEPAGE: %s", hlrti_strerror(errno));
	return p + begin;
}

/* ---- placement ---- */

/* The system has but this node, or has no notion of nodes. */
static bool only_node(int32_t node)
{
	char text[16] = "";
	FILE *f = fopen("/sys/devices/system/node/online", "re");

	if (!f)
		return node == 0;
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	return node == 0 && !strcmp(text, "0\n");
}

/*
 * Says where the pages are to come from, before there are any. Preferred, not bound: running out on a bound node would
 * end the program instead of the call. What came of it is looked at afterwards.
 */
static int prefer_node(uint8_t *at, const struct request *req)
{
	const size_t bits = 8 * sizeof(unsigned long);
	unsigned long mask[MAX_NODES / (8 * sizeof(unsigned long))] = { 0 };
	int err;

	if (req->node == HLRT_NUMA_ANY)
		return 0;
	mask[(size_t)req->node / bits] = 1UL << ((size_t)req->node % bits);
	/* The kernel takes one bit less than it is told. */
	if (!syscall(SYS_mbind, at, req->size, MPOL_PREFERRED, mask, MAX_NODES + 1, 0))
		return 0;
	err = errno;
	if (only_node(req->node))
		return 0;
	if (!req->strict) {
		hlrti_log(HLRT_LOG_WARNING, "host memory cannot be placed on the device's NUMA node %d: %s", req->node,
			  hlrti_strerror(err));
		return 0;
	}
	if (err == EINVAL)
		return hlrt_set_error(-EINVAL, "there is no NUMA node %d, or this process may not use it", req->node);
	return hlrt_set_error(-ENOMEM, "NUMA node %d cannot be asked for: mbind: %s", req->node, hlrti_strerror(err));
}

/* Makes the pages exist. Returns how many bytes are not on the node; a negative errno when the kernel does not tell. */
static int64_t misplaced(uint8_t *at, const struct request *req)
{
	uint64_t page = req->huge ? HUGE_PAGE : hlrti_page_size();
	void *pages[PAGES_AT_ONCE];
	int status[PAGES_AT_ONCE];
	int64_t bytes = 0;

	for (uint64_t done = 0; done < req->size;) {
		unsigned long n = 0;

		for (; n < PAGES_AT_ONCE && done < req->size; n++, done += page) {
			*(volatile uint8_t *)(at + done) = 0;
			pages[n] = at + done;
		}
		if (syscall(SYS_move_pages, 0, n, pages, NULL, status, 0))
			return -errno;
		for (unsigned long i = 0; i < n; i++)
			bytes += status[i] == req->node ? 0 : (int64_t)page;
	}
	return bytes;
}

static int check_node(uint8_t *at, const struct request *req)
{
	int64_t bytes;

	if (req->node == HLRT_NUMA_ANY || only_node(req->node))
		return 0;
	bytes = misplaced(at, req);
	if (!bytes)
		return 0;
	if (!req->strict) {
		hlrti_log(HLRT_LOG_WARNING, "host memory is not, or not all, on the device's NUMA node %d", req->node);
		return 0;
	}
	if (bytes < 0)
		return hlrt_set_error(-ENOMEM, "whether memory is on NUMA node %d cannot be told: move_pages: %s",
				      req->node, hlrti_strerror((int)bytes));
	return hlrt_set_error(-ENOMEM, "NUMA node %d has no room for %lld of %llu bytes", req->node, (long long)bytes,
			      (unsigned long long)req->size);
}

/* ---- the interface ---- */

static int allocate(struct hlrt_context *ctx, const struct request *req, struct hlrt_mem **mem)
{
	uint8_t *at = req->huge ? map_huge(req->size) : map_small(req->size);
	int rc;

	if (!at)
		return -ENOMEM;
	rc = prefer_node(at, req);
	if (!rc)
		rc = check_node(at, req);
	if (!rc)
		rc = hlrti_host_register(ctx, at, req->length, mem);
	if (rc)
		munmap(at, req->size);
	else
		(*mem)->mapped = req->size; /* from here it goes with the handle */
	return rc;
}

HLRT_API struct hlrt_mem *hlrt_mem_alloc_host(struct hlrt_context *context, uint64_t length,
					      const struct hlrt_host_options *options)
{
	struct request req = { .length = length };
	struct hlrt_mem *mem;
	int rc = hlrti_context_enter(context);

	if (!rc && !length)
		rc = hlrt_set_error(-EINVAL, "length is 0");
	if (!rc)
		rc = read_options(context, options, &req);
	if (!rc && !hlrti_align_up(length, req.huge ? HUGE_PAGE : hlrti_page_size(), &req.size))
		rc = hlrt_set_error(-ENOMEM, "no memory is %llu bytes long", (unsigned long long)length);
	if (!rc)
		rc = allocate(context, &req, &mem);
	return rc ? hlrti_null(rc) : mem;
}

HLRT_API void *hlrt_mem_host(const struct hlrt_mem *mem)
{
	if (mem && mem->kind == HLRT_MEM_HOST)
		return mem->user;
	return hlrti_null(hlrt_set_error(-EINVAL, mem ? "this is not host memory" : "mem is NULL"));
}
