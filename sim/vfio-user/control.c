/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "control.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../fault.h"

#define MAX_LINE 256
#define MAX_ANSWER 1024

#define COUNTER(name) \
	{ \
#name, offsetof(struct hlm_stats, name) \
	}

static const struct {
	const char *name;
	size_t at;
} counters[] = {
	COUNTER(doorbells),  COUNTER(descriptors),   COUNTER(packets),	 COUNTER(lin_dma),     COUNTER(dma_bytes),
	COUNTER(pte_reads),  COUNTER(tlb_hits),	     COUNTER(irqs),	 COUNTER(page_faults), COUNTER(razwi),
	COUNTER(bus_errors), COUNTER(max_in_flight), COUNTER(reg_reads), COUNTER(reg_writes),
};

static void answer_stats(struct hlm *model, char *answer, size_t size)
{
	struct hlm_stats stats;
	size_t at = (size_t)snprintf(answer, size, "ok");

	hlm_get_stats(model, &stats);
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]) && at < size; i++) {
		uint64_t value;

		memcpy(&value, (const char *)&stats + counters[i].at, sizeof(value));
		at += (size_t)snprintf(answer + at, size - at, " %s=%llu", counters[i].name, (unsigned long long)value);
	}
}

static void answer_fault(struct hlm *model, const char *arguments, char *answer, size_t size)
{
	char text[MAX_LINE], why[MAX_LINE];
	struct hlsim_fault fault;
	const char *space = strchr(arguments, ' ');
	int rc;

	/* As KNOB*COUNT, which is read in one place. */
	snprintf(text, sizeof(text), "%.*s*%s", (int)(space ? space - arguments : 0), arguments,
		 space ? space + 1 : "");
	if (!space || hlsim_fault_parse(text, true, &fault, why, sizeof(why))) {
		snprintf(answer, size, "error %s", space ? why : "expected: fault KNOB[=VALUE] COUNT");
		return;
	}
	rc = hlsim_fault_chip(model, &fault);
	if (rc)
		snprintf(answer, size, "error %s", strerror(-rc));
	else
		snprintf(answer, size, "ok");
}

static void answer_reached(struct vu_remote *remote, char *answer, size_t size)
{
	uint64_t from, to;

	vu_remote_reached(remote, &from, &to);
	snprintf(answer, size, "ok 0x%llx 0x%llx", (unsigned long long)from, (unsigned long long)to);
}

static void answer_read(struct vu_remote *remote, const char *address, char *answer, size_t size)
{
	uint32_t word = 0;
	int rc = vu_remote_access(remote, strtoull(address, NULL, 0), &word, sizeof(word), false);

	if (rc)
		snprintf(answer, size, "error %s", strerror(-rc));
	else
		snprintf(answer, size, "ok 0x%08x", word);
}

static void answer_line(struct vu_control *control, const char *line, char *answer, size_t size)
{
	struct hlm *model = control->model;

	if (strcmp(line, "stats") == 0)
		answer_stats(model, answer, size);
	else if (strcmp(line, "reached") == 0)
		answer_reached(control->remote, answer, size);
	else if (strncmp(line, "read ", 5) == 0)
		answer_read(control->remote, line + 5, answer, size);
	else if (strncmp(line, "fault ", 6) == 0)
		answer_fault(model, line + 6, answer, size);
	else
		snprintf(answer, size, "error '%s' is unknown; there are fault, stats, reached and read", line);
}

static void serve(struct vu_control *control, int fd)
{
	int copy = dup(fd);
	FILE *peer = copy < 0 ? NULL : fdopen(copy, "r");
	char line[MAX_LINE], answer[MAX_ANSWER];

	while (peer && fgets(line, sizeof(line), peer)) {
		bool whole = strchr(line, '\n');
		int rest = whole ? '\n' : 0;

		/* A terminal may add a carriage return. */
		line[strcspn(line, "\r\n")] = 0;
		if (!*line && whole)
			continue;
		if (whole)
			answer_line(control, line, answer, sizeof(answer) - 1);
		while (rest != '\n' && rest != EOF)
			rest = getc(peer);
		if (!whole)
			snprintf(answer, sizeof(answer) - 1, "error a line has at most %d bytes", MAX_LINE - 2);
		strcat(answer, "\n");
		if (send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
			break;
	}
	if (peer)
		fclose(peer);
	else if (copy >= 0)
		close(copy);
}

static bool take_connection(struct vu_control *control, int fd)
{
	bool go_on;

	pthread_mutex_lock(&control->lock);
	go_on = !control->stopping;
	control->connection = fd;
	pthread_mutex_unlock(&control->lock);
	return go_on;
}

static void *run(void *arg)
{
	struct vu_control *control = arg;

	for (;;) {
		int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0)
			return NULL;
		if (!take_connection(control, fd)) {
			close(fd);
			return NULL;
		}
		serve(control, fd);
		take_connection(control, -1);
		close(fd);
	}
}

int vu_control_start(struct vu_control *control, struct hlm *model, struct vu_remote *remote, int listener)
{
	int rc;

	*control = (struct vu_control){ .model = model, .remote = remote, .listener = listener, .connection = -1 };
	pthread_mutex_init(&control->lock, NULL);
	rc = pthread_create(&control->thread, NULL, run, control);
	if (rc) {
		pthread_mutex_destroy(&control->lock);
		close(listener);
		control->listener = -1;
	}
	return -rc;
}

void vu_control_stop(struct vu_control *control)
{
	if (control->listener < 0)
		return;
	pthread_mutex_lock(&control->lock);
	control->stopping = true;
	shutdown(control->listener, SHUT_RDWR);
	if (control->connection >= 0)
		shutdown(control->connection, SHUT_RDWR);
	pthread_mutex_unlock(&control->lock);
	pthread_join(control->thread, NULL);
	pthread_mutex_destroy(&control->lock);
	close(control->listener);
	control->listener = -1;
}
