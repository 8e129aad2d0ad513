// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The size rules of public structures, which begin with a uint32_t that holds their size. */
#include "internal.h"

static uint32_t size_of(const void *s)
{
	uint32_t size;

	memcpy(&size, s, sizeof(size));
	return size;
}

static int check_min(const char *name, const void *s, size_t min)
{
	if (size_of(s) < min)
		return hlrt_set_error(-EINVAL, "%s.size is %u; set it to sizeof, at least %zu", name, size_of(s), min);
	return 0;
}

int hlrti_struct_in(const char *name, void *to, size_t known, size_t min, const void *from)
{
	uint32_t size = size_of(from);
	int rc = check_min(name, from, min);

	if (rc)
		return rc;
	for (size_t i = known; i < size; i++)
		if (((const uint8_t *)from)[i])
			return hlrt_set_error(-EINVAL,
					      "%s: byte %zu is not zero, but this library knows only the first %zu",
					      name, i, known);
	memset(to, 0, known);
	memcpy(to, from, size < known ? size : known);
	return 0;
}

int hlrti_struct_out_check(const char *name, const void *to, size_t min)
{
	return check_min(name, to, min);
}

void hlrti_struct_out(void *to, const void *from, size_t known)
{
	uint32_t size = size_of(to);

	memcpy(to, from, size < known ? size : known);
	if (size > known)
		memset((uint8_t *)to + known, 0, size - known);
	memcpy(to, &size, sizeof(size));
}
