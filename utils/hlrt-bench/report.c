// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The output: a table, or JSON with one object for each figure. */
#include "bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct options options;
static unsigned int reported, missed;

void figure_raw(struct figure *figure, const char *name, double value, const char *unit)
{
	if (figure->num_raw == MAX_RAW)
		die("%s has more than %d raw values", figure->name, MAX_RAW);
	figure->raw[figure->num_raw].name = name;
	figure->raw[figure->num_raw].value = value;
	figure->raw[figure->num_raw++].unit = unit;
}

static bool holds(const struct figure *figure)
{
	switch (figure->bound) {
	case BOUND_AT_MOST:
		return figure->value <= figure->limit;
	case BOUND_AT_LEAST:
		return figure->value >= figure->limit;
	default:
		return true;
	}
}

static const char *const bound_signs[] = {
	[BOUND_NONE] = "",
	[BOUND_AT_MOST] = "<=",
	[BOUND_AT_LEAST] = ">=",
};

static void begin_object(void)
{
	if (options.json)
		printf("%s\n  ", reported ? "," : "");
	reported++;
}

static void print_json(const struct figure *figure)
{
	begin_object();
	printf("{\"name\": \"%s\", \"value\": %.6g, \"unit\": \"%s\", \"bound\": ", figure->name, figure->value,
	       figure->unit);
	if (figure->bound == BOUND_NONE)
		printf("null");
	else
		printf("\"%s %g\"", bound_signs[figure->bound], figure->limit);
	printf(", \"holds\": %s, \"raw\": {", holds(figure) ? "true" : "false");
	for (size_t i = 0; i < figure->num_raw; i++)
		printf("%s\"%s\": {\"value\": %.6g, \"unit\": \"%s\"}", i ? ", " : "", figure->raw[i].name,
		       figure->raw[i].value, figure->raw[i].unit);
	printf("}, \"note\": \"%s\"}", figure->note);
}

static void print_row(const struct figure *figure)
{
	char bound[32] = "-";

	begin_object();
	if (figure->bound != BOUND_NONE)
		snprintf(bound, sizeof(bound), "%s %g", bound_signs[figure->bound], figure->limit);
	printf("%-27s %10.4g %-12s %-10s %-7s", figure->name, figure->value, figure->unit, bound,
	       figure->bound == BOUND_NONE ? ""
	       : holds(figure)		   ? "holds"
					   : "MISSED");
	for (size_t i = 0; i < figure->num_raw; i++)
		printf("%s%s %.4g %s", i ? ", " : " ", figure->raw[i].name, figure->raw[i].value, figure->raw[i].unit);
	printf("%s%s\n", figure->note[0] ? "; " : "", figure->note);
}

void report_begin(const struct options *how)
{
	options = *how;
	if (how->json)
		printf("[");
	else
		printf("%-27s %10s %-12s %-10s %-7s %s\n", "figure", "value", "unit", "bound", "", "medians behind it");
}

void report(const struct figure *figure)
{
	if (options.json)
		print_json(figure);
	else
		print_row(figure);
	fflush(stdout);
	/* A few rounds say nothing about time. */
	if (!holds(figure) && (figure->exact || !options.quick))
		missed++;
}

void report_skipped(const char *name, const char *format, ...)
{
	char reason[400];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	/* Reasons come from messages, which may hold what JSON does not. */
	for (char *c = reason; *c; c++)
		if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ')
			*c = '\'';
	begin_object();
	if (options.json)
		printf("{\"name\": \"%s\", \"value\": null, \"skipped\": \"%s\"}", name, reason);
	else
		printf("%-27s %10s %s\n", name, "skipped:", reason);
	fflush(stdout);
}

int report_end(void)
{
	if (options.json)
		printf("\n]\n");
	else if (missed)
		printf("%u of the bounds are missed\n", missed);
	return missed ? EXIT_FAILURE : EXIT_SUCCESS;
}
