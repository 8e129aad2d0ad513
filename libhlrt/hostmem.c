// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Host memory that the device reaches: pinning, RLIMIT_MEMLOCK, fork. */
#include "internal.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

static pthread_mutex_t registrations_lock = PTHREAD_MUTEX_INITIALIZER;
static struct hlrti_list registrations = { &registrations, &registrations };

static struct hlrt_mem *to_mem(struct hlrti_list *link)
{
	return hlrti_entry(link, struct hlrt_mem, link);
}

static int memlock_error(uint64_t length)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) || limit.rlim_cur == RLIM_INFINITY)
		return hlrti_error_prefix(-ENOMEM, "pinning %llu bytes", (unsigned long long)length);
	return hlrt_set_error(-ENOMEM,
			      "pinning %llu bytes failed; RLIMIT_MEMLOCK is %llu bytes for all pinned memory of this "
			      "user (ulimit -l)",
			      (unsigned long long)length, (unsigned long long)limit.rlim_cur);
}

int hlrti_host_map(struct hlrt_context *ctx, void *addr, uint64_t length, uint64_t *map_address)
{
	int rc = hlrti_port_map_host(&ctx->port, addr, length, map_address);

	if (rc == -EFAULT)
		return hlrt_set_error(rc,
				      "[%p, +%llu) cannot be pinned: not all of it is mapped and writable, or it is a "
				      "shared mapping of a file",
				      addr, (unsigned long long)length);
	return rc == -ENOMEM ? memlock_error(length) : rc;
}

/* The whole pages inside [user, user + length): what may be hidden from a child without hiding its neighbours. */
static bool whole_pages(const struct hlrt_mem *mem, uintptr_t *begin, uintptr_t *end)
{
	uint64_t page = hlrti_page_size(), up;

	if (!hlrti_align_up((uintptr_t)mem->user, page, &up))
		return false;
	*begin = up;
	*end = ((uintptr_t)mem->user + mem->length) & ~(page - 1);
	return *begin < *end;
}

static void hide_from_child(const struct hlrt_mem *mem)
{
	uintptr_t begin, end;

	if (whole_pages(mem, &begin, &end) && madvise((void *)begin, end - begin, MADV_DONTFORK))
		hlrti_log(HLRT_LOG_DEBUG, "MADV_DONTFORK of %zu bytes: %s", end - begin, hlrti_strerror(errno));
}

/* Gives the pages back to children, but for those that another registration covers. The lock is held. */
static void show_to_child(const struct hlrt_mem *mem)
{
	uintptr_t begin, end, b, e;

	if (!whole_pages(mem, &begin, &end))
		return;
	madvise((void *)begin, end - begin, MADV_DOFORK);
	for (struct hlrti_list *l = registrations.next; l != &registrations; l = l->next)
		if (whole_pages(to_mem(l), &b, &e) && b < end && begin < e)
			hide_from_child(to_mem(l));
}

int hlrti_host_register(struct hlrt_context *ctx, void *addr, uint64_t length, struct hlrt_mem **out)
{
	uint64_t page = hlrti_page_size(), end, aligned_end = 0;
	uintptr_t begin = (uintptr_t)addr & ~(page - 1);
	struct hlrt_mem *mem;
	int rc;

	if (__builtin_add_overflow((uintptr_t)addr, length, &end) || !hlrti_align_up(end, page, &aligned_end))
		return hlrt_set_error(-EINVAL, "addr %p + length %llu overflows", addr, (unsigned long long)length);
	mem = hlrti_mem_new(ctx, HLRT_MEM_HOST, length);
	if (!mem)
		return -ENOMEM;
	mem->user = addr;
	rc = hlrti_host_map(ctx, (void *)begin, aligned_end - begin, &mem->map_address);
	if (rc) {
		hlrti_mem_delete(mem);
		return rc;
	}
	mem->address = mem->map_address + ((uintptr_t)addr - begin);
	pthread_mutex_lock(&registrations_lock);
	hlrti_list_append(&registrations, &mem->link);
	hide_from_child(mem);
	pthread_mutex_unlock(&registrations_lock);
	*out = mem;
	return 0;
}

HLRT_API struct hlrt_mem *hlrt_mem_register(struct hlrt_context *context, void *addr, uint64_t length)
{
	struct hlrt_mem *mem = NULL;
	int rc = hlrti_context_enter(context);

	if (!rc && (!addr || !length))
		rc = hlrt_set_error(-EINVAL, addr ? "length is 0" : "addr is NULL");
	if (!rc)
		rc = hlrti_host_register(context, addr, length, &mem);
	return rc ? hlrti_null(rc) : mem;
}

int hlrti_host_unregister(struct hlrt_mem *mem)
{
	int rc = 0;

	pthread_mutex_lock(&registrations_lock);
	/* Looked at again under the lock: hlrti_host_find() may have taken it since. */
	if (atomic_load(&mem->users))
		rc = hlrt_set_error(-EBUSY, "a copy that uses this memory is running");
	else
		hlrti_list_remove(&mem->link);
	pthread_mutex_unlock(&registrations_lock);
	if (rc)
		return rc;

	rc = hlrti_port_unmap(&mem->ctx->port, mem->map_address);
	pthread_mutex_lock(&registrations_lock);
	if (rc && rc != -ENODEV)
		hlrti_list_append(&registrations, &mem->link);
	else if (!mem->mapped)
		show_to_child(mem);
	pthread_mutex_unlock(&registrations_lock);
	if (mem->mapped && (!rc || rc == -ENODEV))
		munmap(mem->user, mem->mapped);
	return rc;
}

static bool holds(const struct hlrt_mem *mem, uintptr_t addr, uint64_t length)
{
	uintptr_t begin = (uintptr_t)mem->user;

	return addr >= begin && addr - begin <= mem->length && length <= mem->length - (addr - begin);
}

struct hlrt_mem *hlrti_host_find(struct hlrt_context *ctx, const void *addr, uint64_t length)
{
	struct hlrt_mem *mem = NULL;

	pthread_mutex_lock(&registrations_lock);
	for (struct hlrti_list *l = registrations.next; l != &registrations && !mem; l = l->next)
		if (to_mem(l)->ctx == ctx && holds(to_mem(l), (uintptr_t)addr, length))
			mem = to_mem(l);
	if (mem)
		atomic_fetch_add(&mem->users, 1);
	pthread_mutex_unlock(&registrations_lock);
	return mem;
}
