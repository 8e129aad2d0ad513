// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Time, medians, and two ways taken in turns. */
#include "bench.h"

#include <stdlib.h>
#include <time.h>

double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static double time_of(const struct way *way, unsigned int count)
{
	double begin = now_ns();

	way->run(way->arg, count);
	return (now_ns() - begin) / count;
}

struct pair measure_pair(const struct way *a, const struct way *b, unsigned int rounds, unsigned int count)
{
	double *a_ns = calloc(3 * (size_t)rounds, sizeof(*a_ns)), *b_ns = a_ns + rounds, *ratio = b_ns + rounds;
	struct pair pair;

	if (!a_ns)
		die("no memory for %u rounds", rounds);
	time_of(a, count);
	time_of(b, count);
	for (unsigned int i = 0; i < rounds; i++) {
		/* Who goes first changes, so that neither always finds the caches as the other left them. */
		const bool swap = i % 2;

		if (swap)
			b_ns[i] = time_of(b, count);
		a_ns[i] = time_of(a, count);
		if (!swap)
			b_ns[i] = time_of(b, count);
		ratio[i] = a_ns[i] / b_ns[i];
	}
	pair = (struct pair){ median(a_ns, rounds), median(b_ns, rounds), median(ratio, rounds) };
	free(a_ns);
	return pair;
}
