// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The thread's error text, and the one place where return value, errno and text are made to agree. */
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char last_error[512];

HLRT_API const char *hlrt_last_error(void)
{
	return last_error;
}

HLRT_API int hlrt_set_error(int err, const char *format, ...)
{
	char text[sizeof(last_error)];
	va_list args;

	/* By way of a local, because an argument may be the old text. */
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	memcpy(last_error, text, sizeof(text));
	hlrti_log(HLRT_LOG_DEBUG, "error %d: %s", -err, last_error);
	errno = -err;
	return err;
}

int hlrti_error_prefix(int rc, const char *format, ...)
{
	char prefix[128];
	va_list args;

	va_start(args, format);
	vsnprintf(prefix, sizeof(prefix), format, args);
	va_end(args);
	return hlrt_set_error(rc, "%s: %s", prefix, last_error);
}

void *hlrti_null(int rc)
{
	errno = -rc; /* what was undone since may have changed it */
	return NULL;
}

const char *hlrti_strerror(int err)
{
	/* Thread-safe in musl and in glibc since 2.32; strerror_r() has a different shape in each. */
	return strerror(err < 0 ? -err : err); /* NOLINT(concurrency-mt-unsafe) */
}
