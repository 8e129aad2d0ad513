/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Reads HLRT_SIM. The grammar is in spec.h. */
#include "spec.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"

struct reader {
	struct hlsim_spec *spec;
	char *err;
	size_t err_size;
};

static int __attribute__((format(printf, 2, 3))) wrong(struct reader *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	if (r->err_size)
		vsnprintf(r->err, r->err_size, format, ap);
	va_end(ap);
	return -EINVAL;
}

/* A number with an optional binary suffix; false if it is none. */
static bool read_size(const char *text, uint64_t *value)
{
	static const char suffixes[] = "KMGT";
	const char *s;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno || end == text)
		return false;
	s = *end ? strchr(suffixes, *end) : NULL;
	if (s && !end[1]) {
		unsigned int shift = 10 * (unsigned int)(s - suffixes + 1);

		if (*value > UINT64_MAX >> shift)
			return false;
		*value <<= shift;
		return true;
	}
	return !*end;
}

static int read_device(struct reader *r, char *text)
{
	struct hlsim_spec *spec = r->spec;
	char *star = strchr(text, '*');
	uint64_t count = 1;

	if (star) {
		*star = 0;
		if (!read_size(star + 1, &count) || !count || count > HLSIM_MAX_DEVICES)
			return wrong(r, "device count '%s' is not a number from 1 to %d", star + 1, HLSIM_MAX_DEVICES);
	}
	if (!*text || strlen(text) >= sizeof(spec->asic[0]))
		return wrong(r, "'%s' is no device; expected asic or asic*count, such as gaudi*2", text);
	for (; count; count--) {
		if (spec->num_devices == HLSIM_MAX_DEVICES)
			return wrong(r, "more than %d devices", HLSIM_MAX_DEVICES);
		strcpy(spec->asic[spec->num_devices++], text);
	}
	return 0;
}

/* ---- options ---- */

static int read_dram(struct reader *r, const char *value)
{
	uint64_t n;

	if (!read_size(value, &n) || !n || n & (n - 1))
		return wrong(r, "dram=%s is not a power of two such as 4G", value);
	r->spec->dram_size = n;
	return 0;
}

static int copy_path(struct reader *r, char *to, const char *name, const char *value)
{
	if (!*value || strlen(value) >= HLSIM_MAX_PATH)
		return wrong(r, "%s= wants a path of 1 to %d bytes", name, HLSIM_MAX_PATH - 1);
	strcpy(to, value);
	return 0;
}

static int read_trace(struct reader *r, const char *value)
{
	return copy_path(r, r->spec->trace, "trace", value);
}

static int read_log(struct reader *r, const char *value)
{
	return copy_path(r, r->spec->log, "log", value);
}

static int read_firmware(struct reader *r, const char *value)
{
	return copy_path(r, r->spec->firmware, "firmware", value);
}

static int read_boot(struct reader *r, const char *value)
{
	if (hlsim_boot_flags(value, &r->spec->boot_flags))
		return wrong(r, "boot=%s is unknown; there are " HLSIM_BOOT_NAMES, value);
	return 0;
}

static int read_number(struct reader *r, const char *name, const char *value, uint64_t max, unsigned int *to)
{
	uint64_t n;

	if (!read_size(value, &n) || n > max)
		return wrong(r, "%s=%s is not a number up to %llu", name, value, (unsigned long long)max);
	*to = (unsigned int)n;
	return 0;
}

static int read_loglevel(struct reader *r, const char *value)
{
	return read_number(r, "loglevel", value, 7, &r->spec->loglevel);
}

static int read_scatter(struct reader *r, const char *value)
{
	return read_number(r, "scatter", value, 1 << 20, &r->spec->scatter);
}

static int read_switch(struct reader *r, const char *name, const char *value, bool *to)
{
	unsigned int n = 0;
	int rc = read_number(r, name, value, 1, &n);

	*to = n;
	return rc;
}

static int read_unprivileged(struct reader *r, const char *value)
{
	return read_switch(r, "unprivileged", value, &r->spec->unprivileged);
}

static int read_fatal(struct reader *r, const char *value)
{
	return read_switch(r, "fatal", value, &r->spec->fatal);
}

static int read_fault(struct reader *r, const char *value)
{
	struct hlsim_fault fault;
	int rc = hlsim_fault_parse(value, true, &fault, r->err, r->err_size);

	if (!rc)
		r->spec->fault[fault.knob] = fault;
	return rc;
}

static int read_param(struct reader *r, const char *name, const char *value)
{
	struct hlsim_param *p;

	if (r->spec->num_params == HLSIM_MAX_PARAMS)
		return wrong(r, "more than %d module parameters", HLSIM_MAX_PARAMS);
	p = &r->spec->param[r->spec->num_params];
	if (!*name || strlen(name) >= sizeof(p->name) || strlen(value) >= sizeof(p->value))
		return wrong(r, "param.%s=%s is too long or has no name", name, value);
	strcpy(p->name, name);
	strcpy(p->value, value);
	r->spec->num_params++;
	return 0;
}

static const struct {
	const char *name;
	int (*read)(struct reader *r, const char *value);
} options[] = {
	{ "dram", read_dram },	       { "trace", read_trace },	      { "log", read_log },
	{ "loglevel", read_loglevel }, { "firmware", read_firmware }, { "fault", read_fault },
	{ "scatter", read_scatter },   { "fatal", read_fatal },	      { "unprivileged", read_unprivileged },
	{ "boot", read_boot },
};

static int read_option(struct reader *r, char *text)
{
	char *value = strchr(text, '=');

	if (!value)
		return wrong(r, "option '%s' has no value; expected name=value", text);
	*value++ = 0;
	if (strncmp(text, "param.", 6) == 0)
		return read_param(r, text + 6, value);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(text, options[i].name) == 0)
			return options[i].read(r, value);
	return wrong(r,
		     "option '%s' is unknown; there are dram, trace, log, loglevel, firmware, boot, fault, "
		     "param.NAME, unprivileged, scatter, fatal",
		     text);
}

/* Calls fn for each part between commas. An empty part is given too, so that it is refused. */
static int for_each_part(struct reader *r, char *text, int (*fn)(struct reader *r, char *part))
{
	char *comma;
	int rc;

	for (;; text = comma + 1) {
		comma = strchr(text, ',');
		if (comma)
			*comma = 0;
		rc = fn(r, text);
		if (rc || !comma)
			return rc;
	}
}

int hlsim_spec_parse(const char *text, struct hlsim_spec *spec, char *err, size_t err_size)
{
	struct reader r = { spec, err, err_size };
	char *copy = strdup(text), *colon;
	int rc;

	memset(spec, 0, sizeof(*spec));
	spec->loglevel = 6;
	if (err_size)
		err[0] = 0;
	if (!copy)
		return -ENOMEM;
	colon = strchr(copy, ':');
	if (colon)
		*colon++ = 0;
	rc = for_each_part(&r, copy, read_device);
	if (!rc && colon)
		rc = for_each_part(&r, colon, read_option);
	free(copy);
	return rc;
}
