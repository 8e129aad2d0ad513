/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* How a test's program ends at the first thing that is not as it should be: it says which, where the guest's report finds it. */
#ifndef FAIL_H
#define FAIL_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <hlrt/hlrt.h>

__attribute__((format(printf, 1, 2), noreturn)) static inline void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	exit(EXIT_FAILURE);
}

static inline void check(int rc, const char *what)
{
	if (rc)
		fail("%s: %s", what, hlrt_last_error());
}

static inline void *check_ptr(void *ptr, const char *what)
{
	if (!ptr)
		fail("%s: %s", what, hlrt_last_error());
	return ptr;
}

#endif /* FAIL_H */
