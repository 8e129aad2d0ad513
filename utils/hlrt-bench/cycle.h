/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The same work twice: allocate device memory, export it as a dma-buf, close that, free the memory. */
#ifndef CYCLE_H
#define CYCLE_H

#include <stdbool.h>
#include <stdint.h>

#define CYCLE_LENGTH (64u << 10)

/* By the library; arg is the context. */
void library_cycles(void *arg, unsigned int count);

/* By the bare uAPI, as a program without the library would: no check, no error text. */
struct raw {
	int (*ioctl)(int fd, unsigned long request, void *arg);
	int fd;
	bool accel;	  /* generation of the node */
	bool extensions;  /* the driver is hlrt */
	uint64_t address; /* of memory to export, where the kernel does not place it */
};

/* arg is a struct raw. */
void raw_cycles(void *arg, unsigned int count);

#endif /* CYCLE_H */
