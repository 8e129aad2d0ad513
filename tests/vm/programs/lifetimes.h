/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The parts of hlrt-lifetimes: the table, processes that hold what the table speaks of, and sessions that are killed. */
#ifndef LIFETIMES_H
#define LIFETIMES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

enum mode { STATIC, PINNED, DYNAMIC, MODES };
enum state { EXPORTED, ATTACHED, MAPPED, DMA, STATES };

#define LENGTH 65536u /* of each export */

#define FAIL(...) \
	do { \
		printf("%s:%d: ", __func__, __LINE__); \
		printf(__VA_ARGS__); \
		putchar('\n'); \
		exit(EXIT_FAILURE); \
	} while (0)

/* PCI addresses. */
extern const char *first_device, *second_device;

enum request {
	/* Who exports; the argument is the number of an export. */
	EXPORT, /* answers with an fd */
	FREE,	/* handles closed, memory freed: whoever still holds a buffer is the driver's business */
	CLOSE,	/* the context, after FREE */
	USE,	/* own memory, a round trip */
	/* Who imports; the argument is a role. */
	HOLD,	 /* takes an fd */
	STARTED, /* busy ones: as it should be? */
	ACCESS,	 /* once, compared; busy ones answer with their first error, if they had one, and rest from now on */
	LET_GO,
};

/*
 * A process that does what it is told and answers. In between it may be busy. It uses the library by itself: who has forked
 * it does not.
 */
struct actor {
	pid_t pid;
	int socket;
	enum request told; /* last */
};

/* What an importer does with its one buffer. */
struct role {
	bool peer; /* the second accelerator imports, else /dev/hli */
	enum mode mode;
	enum state state;
	unsigned int number; /* of the export: its pattern */
};

void exporter_start(struct actor *actor);
void importer_start(struct actor *actor, const struct role *role);
/* 0 or -errno. fd comes back from EXPORT and goes along with HOLD; the caller's both times. */
int actor_ask(struct actor *actor, enum request request, unsigned int number, int *fd);
/* The same in two steps, for requests without fd: several actors can be at it at once. */
void actor_tell(struct actor *actor, enum request request, unsigned int number);
int actor_answer(struct actor *actor);
void actor_kill(struct actor *actor);
void actor_end(struct actor *actor); /* when it has nothing more to do; its exit status must be 0 */

/* A program that kills sessions: everything that a program does with two devices and an importer. */
void sessions_killed(unsigned int cycles);
/* In a process of its own: opens, writes, reads, compares, closes. Retries while the device is busy with its last owner. */
bool device_works(const char *pci_address, unsigned int seconds);

/* NULL with errno. Not for who forks afterwards. */
struct hlrt_context *open_at(const char *pci_address);

double seconds_up(void);

#endif /* LIFETIMES_H */
