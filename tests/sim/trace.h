/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* trace.h - what the chips did, line by line. */
#ifndef TESTS_SIM_TRACE_H
#define TESTS_SIM_TRACE_H

#include <stdbool.h>
#include <stddef.h>

void trace_start(void); /* before the machine is made */
void trace_stop(void);	/* after it is gone */
void trace_clear(void);
/* The first line from place from on that is of that kind (see model.h) and has the text in it, or -1. */
int trace_find(int from, const char *kind, const char *text);
void trace_print(void);

#endif /* TESTS_SIM_TRACE_H */
