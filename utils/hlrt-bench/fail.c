// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Ending with a reason. */
#include "bench.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void die(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("hlrt-bench: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

int must(int result, const char *what)
{
	if (result < 0)
		die("%s: %s (%s)", what, hlrt_last_error(), strerror(-result));
	return result;
}

void *must_ptr(void *result, const char *what)
{
	if (!result)
		die("%s: %s (%s)", what, hlrt_last_error(), strerror(errno));
	return result;
}
