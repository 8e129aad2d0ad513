/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A sys implementation in memory, for the library's unit tests: a driver of either generation, or hlrt with its
 * extensions, that records each call with its arguments, executes copies and fills, and fails where a test says so.
 * Single-threaded tests read its state directly; calls themselves may come from several threads.
 */
#ifndef FAKE_SYS_H
#define FAKE_SYS_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "internal.h"

#define FAKE_DRAM_BASE 0x20000000ULL
#define FAKE_DRAM_SIZE (64ULL << 20)
#define FAKE_HOST_VA (1ULL << 52) /* a mapped host address, seen by the device */
#define FAKE_PEER_VA (1ULL << 50)
#define FAKE_FIRST_FD 10000 /* of opened nodes; closing them needs no real fd */

enum fake_call {
	FAKE_INFO,
	FAKE_CB,
	FAKE_CS,
	FAKE_WAIT,
	FAKE_MEMORY,
	FAKE_QUERY,
	FAKE_EXPORT,
	FAKE_IMPORT,
	FAKE_UNIMPORT,
	FAKE_REVOKE,
	FAKE_STATUS,
	FAKE_EVENT,
	FAKE_NUM_CALLS,
};

#define FAKE_ANY (-1)

struct fake_record {
	enum fake_call call;
	int op; /* INFO, CB, MEMORY; else 0 */
	union {
		struct hlabi_info_args info;
		union hlabi_cb_args cb;
		union hlabi_cs_args cs;
		union hlabi_wait_cs_args wait;
		union hlabi_mem_args mem;
		struct hlrt_ext_query query;
		struct hlrt_ext_export export_;
		struct hlrt_ext_import import;
		struct hlrt_ext_unimport unimport;
		struct hlrt_ext_revoke revoke;
		struct hlrt_ext_export_status status;
	} in;
	struct hlabi_cs_chunk chunk; /* CS: the only one */
	uint8_t packets[4096];	     /* CS: the first bytes of its buffer */
};

struct fake_fault {
	enum fake_call call;
	int op;
	int rc;
	int skip;  /* calls that pass before */
	int times; /* -1: always */
};

struct fake {
	struct hlrt_sys base;
	struct hlrt_sys_ops ops;
	pthread_mutex_t lock;

	/* What a test sets before it begins. */
	bool accel; /* generation */
	struct hlrt_sys_device device;
	const char *holder, *status_attr; /* NULL: no such attribute */
	uint32_t status;		  /* DEVICE_STATUS */
	struct hlrt_ext_query ext;
	uint64_t dram_size;
	bool execute;	     /* packets act on dram */
	int open_results[8]; /* negative errnos that open() gives first, ended by 0 */
	int busy_waits;	     /* times that a WAIT_CS of each submission answers "busy" */
	uint32_t wait_status, wait_flags;
	int event_fd_result;   /* negative errno that registering an eventfd gives */
	int read_event_result; /* and taking event bits */
	int identify_result;   /* and asking whose fd one is; 0: this device's */
	const char *refusal;   /* no path for IMPORT, and why not */

	/* What happened. */
	struct fake_record *records;
	size_t num_records, num_faults;
	struct fake_fault faults[8];
	unsigned int opens, closes, mmaps, munmaps, host_maps, cbs;
	uint8_t *dram;
	uint64_t next_seq;
	unsigned int exports; /* live dma-bufs, as EXPORT_STATUS counts them */
	int busy_left;
	int eventfd; /* a copy of what was registered; -1: none */
	uint64_t event_bits;
	struct hlrt_ext_event events[8];
	size_t num_events, next_event;
	uint16_t sobs[2048];			 /* sync objects, as Gaudi's packets count them */
	unsigned int signals, waits, sob_clears; /* packets executed */
	unsigned int late_waits;		 /* those for less than there is already */
};

/* A fake of an hlrt driver, or (hlrt false) of an in-tree one; it becomes the library's. */
struct fake *fake_new(bool hlrt, bool accel);
void fake_delete(struct fake *fake);
void fake_fail(struct fake *fake, enum fake_call call, int op, int rc, int skip, int times);
void fake_forget(struct fake *fake);
/* Something happens: event bits, or for a driver that keeps a queue an event of that type. */
void fake_event_bits(struct fake *fake, uint64_t bits);
void fake_event(struct fake *fake, uint32_t type, uint64_t address);
/* The nth (from 0) record of that call; the test fails when there is none. */
const struct fake_record *fake_find(struct fake *fake, enum fake_call call, int op, unsigned int nth);
unsigned int fake_count(struct fake *fake, enum fake_call call, int op);

/* The first device of the list, and a context of it; the test fails when either cannot be had. */
struct hlrt_device *fake_device(void);
struct hlrt_context *fake_open(void);

#define assert_error(error, call) assert_error_(error, call, #call, __FILE__, __LINE__)
#define assert_fails(error, call) assert_fails_(error, (errno = 0, (call)), #call, __FILE__, __LINE__)
#define assert_ok(call) assert_ok_(call, #call, __FILE__, __LINE__)
#define assert_text(part) assert_non_null(strstr(hlrt_last_error(), part))

void assert_ok_(int rc, const char *call, const char *file, int line);
void assert_error_(int error, int rc, const char *call, const char *file, int line);
/* Of a function that returns a pointer. */
void assert_fails_(int error, const void *result, const char *call, const char *file, int line);

#endif /* FAKE_SYS_H */
