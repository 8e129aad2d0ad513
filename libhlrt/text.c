// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Text in arrays of fixed size, always terminated. */
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>

void hlrti_text(char *to, size_t size, const void *from, size_t max)
{
	size_t length = strnlen(from, max < size - 1 ? max : size - 1);

	memcpy(to, from, length);
	to[length] = '\0';
}

bool hlrti_format(char *to, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(to, size, format, args);
	va_end(args);
	if (length >= 0 && (size_t)length < size)
		return true;
	to[0] = '\0';
	return false;
}
