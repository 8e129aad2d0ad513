// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "trace.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define MAX_LINES 65536

struct line {
	char kind[16], text[144];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct line *lines;
static int count;

static void record(void *arg, unsigned int device, const char *kind, const char *text)
{
	(void)arg, (void)device;
	pthread_mutex_lock(&lock);
	if (count < MAX_LINES) {
		snprintf(lines[count].kind, sizeof(lines[count].kind), "%s", kind);
		snprintf(lines[count].text, sizeof(lines[count].text), "%s", text);
		count++;
	}
	pthread_mutex_unlock(&lock);
}

void trace_start(void)
{
	lines = calloc(MAX_LINES, sizeof(*lines));
	count = 0;
	hlsim_set_trace(lines ? record : NULL, NULL);
}

void trace_stop(void)
{
	hlsim_set_trace(NULL, NULL);
	free(lines);
}

void trace_clear(void)
{
	pthread_mutex_lock(&lock);
	count = 0;
	pthread_mutex_unlock(&lock);
}

int trace_find(int from, const char *kind, const char *text)
{
	int found = -1;

	pthread_mutex_lock(&lock);
	for (int i = from; found < 0 && i < count; i++)
		if (strcmp(lines[i].kind, kind) == 0 && strstr(lines[i].text, text))
			found = i;
	pthread_mutex_unlock(&lock);
	return found;
}

void trace_print(void)
{
	pthread_mutex_lock(&lock);
	for (int i = 0; i < count; i++)
		fprintf(stderr, "%s %s\n", lines[i].kind, lines[i].text);
	pthread_mutex_unlock(&lock);
}
