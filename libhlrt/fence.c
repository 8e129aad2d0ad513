// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Fences: a handle on one work. What it says is the work's, and never changes once the work has ended. */
#include "internal.h"

#include <stdlib.h>
#include <sys/eventfd.h>

struct hlrt_fence {
	struct hlrt_context *ctx;
	struct hlrti_work *work;
};

int hlrti_fence_new(struct hlrt_context *ctx, struct hlrt_fence **fence)
{
	*fence = calloc(1, sizeof(**fence));
	if (!*fence)
		return hlrt_set_error(-ENOMEM, "no memory for a fence");
	(*fence)->ctx = ctx;
	atomic_fetch_add(&ctx->children, 1);
	return 0;
}

void hlrti_fence_set(struct hlrt_fence *fence, struct hlrti_work *work)
{
	fence->work = work;
	hlrti_work_get(work);
}

struct hlrti_work *hlrti_fence_work(struct hlrt_fence *fence)
{
	return fence->work;
}

void hlrti_fence_delete(struct hlrt_fence *fence)
{
	struct hlrt_context *ctx = fence->ctx;

	hlrti_work_put(fence->work);
	free(fence);
	atomic_fetch_sub(&ctx->children, 1);
}

static int enter(const struct hlrt_fence *fence)
{
	if (!fence)
		return hlrt_set_error(-EINVAL, "fence is NULL");
	return hlrti_process_check();
}

HLRT_API int hlrt_fence_wait(struct hlrt_fence *fence, int64_t timeout_ns)
{
	int rc = enter(fence);

	if (rc)
		return rc;
	/* Also after the device was lost: then the result says so. */
	if (!hlrti_work_wait(fence->work, hlrti_deadline(timeout_ns)))
		return hlrt_set_error(-ETIMEDOUT, "the work has not ended within %lld ns", (long long)timeout_ns);
	return hlrti_work_failure(fence->work);
}

/* What ended long ago, or was nothing, has no submission that the driver knows; a set eventfd is readable as well. */
static int ended_fd(void)
{
	int fd = eventfd(1, EFD_CLOEXEC);

	return fd < 0 ? hlrt_set_error(-errno, "making an fd for a fence: %s", hlrti_strerror(errno)) : fd;
}

HLRT_API int hlrt_fence_fd(struct hlrt_fence *fence)
{
	int rc = enter(fence), fd;

	if (!rc)
		rc = hlrt_check_capability(fence->ctx, HLRT_CAP_FENCE_FD);
	if (rc)
		return rc;
	if (hlrti_work_is_done(fence->work))
		return ended_fd();
	/* Parts end in their order. */
	rc = hlrti_port_ext_fence_fd(&fence->ctx->port, fence->work->last_seq, &fd);
	if (rc == -ENODATA)
		return ended_fd();
	return rc ? rc : fd;
}

HLRT_API int hlrt_fence_destroy(struct hlrt_fence *fence)
{
	int rc = enter(fence);

	if (rc)
		return rc;
	hlrti_fence_delete(fence);
	return 0;
}
