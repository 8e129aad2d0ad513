// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Writes JSON to standard output. Bytes that are no ASCII stand for the characters of these numbers, so the output always is UTF-8. */
#include "info.h"

#include <inttypes.h>
#include <stdio.h>

static bool first = true; /* in the innermost bracket */
static unsigned int depth;

static void quote(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ' || c > '~')
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void begin(const char *name)
{
	if (!first)
		putchar(',');
	first = false;
	if (!name)
		return;
	quote(name);
	putchar(':');
}

void json_open(const char *name, char bracket)
{
	begin(name);
	putchar(bracket);
	first = true;
	depth++;
}

void json_close(char bracket)
{
	putchar(bracket);
	first = --depth == 0; /* a line of its own for each value outside of all brackets */
	if (!depth)
		putchar('\n');
}

void json_null(const char *name)
{
	begin(name);
	printf("null");
}

void json_string(const char *name, const char *value)
{
	if (!value || !*value) {
		json_null(name);
		return;
	}
	begin(name);
	quote(value);
}

void json_number(const char *name, int64_t value)
{
	begin(name);
	printf("%" PRId64, value);
}

/* Addresses and ids as text: numbers of 64 bits do not survive most readers. */
void json_hex(const char *name, uint64_t value)
{
	begin(name);
	printf("\"0x%" PRIx64 "\"", value);
}

void json_bool(const char *name, bool value)
{
	begin(name);
	printf(value ? "true" : "false");
}
