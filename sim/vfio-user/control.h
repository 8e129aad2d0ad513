/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * control.h - the control socket: faults and counters of a chip that is being served. Lines of text, one connection at a
 * time; each line is answered by one:
 *
 *	fault KNOB[=VALUE] COUNT    ok
 *	stats                       ok doorbells=1 descriptors=2 ...
 *	reached                     ok 0xFROM 0xTO: what lay between the bus addresses of others' memory, of other devices'
 *	                            above all, that the chip got to since the last time
 *	read ADDRESS                ok 0xWORD: four bytes of the bus, as the chip would read them; error when nothing answers
 *	anything else               error why
 */
#ifndef VU_CONTROL_H
#define VU_CONTROL_H

#include <pthread.h>
#include <stdbool.h>

#include "../model/model.h"
#include "remote.h"

struct vu_control {
	struct hlm *model;
	struct vu_remote *remote;
	pthread_t thread;
	pthread_mutex_t lock;
	int listener;	/* -1: there is none */
	int connection; /* under lock; -1: nobody */
	bool stopping;	/* under lock */
};

/* Takes listener over. 0 or a negative errno. */
int vu_control_start(struct vu_control *control, struct hlm *model, struct vu_remote *remote, int listener);
/* Also of one that was never started, when listener is -1. */
void vu_control_stop(struct vu_control *control);

#endif /* VU_CONTROL_H */
