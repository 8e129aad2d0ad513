/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the files of libhlrt share. Every name that crosses files but not the library's edge begins with hlrti_,
 * so that the static library does not collide with a program's own names.
 *
 * From the bottom: log.c, error.c, process.c; sys.c with sys_linux.c; provider*.c; device.c; uapi.h; context.c;
 * cb.c, submit.c, hostmem.c, mem.c; copy.c, timeline.c, fence.c, stream.c, cs.c, dmabuf.c.
 */
#ifndef HLRT_INTERNAL_H
#define HLRT_INTERNAL_H

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <hlrt/hlrt.h>
#include "list.h"
#include "provider.h"
#include "sys.h"
#include "uapi.h"
#include "work.h"

#define HLRT_API __attribute__((visibility("default")))
#define HLRTI_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

#define NSEC_PER_SEC 1000000000LL
#define NSEC_PER_MSEC 1000000LL
#define NSEC_PER_USEC 1000LL

/* ---- log.c, error.c -------------------------------------------------------------------------------- */

void hlrti_log(int level, const char *format, ...) HLRTI_PRINTF(2, 3);

/* hlrt_set_error() (provider.h) is the one place where return value, errno and text are made to agree. */

/* The exit of functions that return a pointer: rc is what hlrt_set_error() returned. */
void *hlrti_null(int rc);
/* Prefixes this thread's text: "opening hl0: " before what the lower layer said. Returns rc. */
int hlrti_error_prefix(int rc, const char *format, ...) HLRTI_PRINTF(2, 3);
/* "EBUSY (Device or resource busy)"-like text of a positive or negative errno. */
const char *hlrti_strerror(int err);

/* ---- process.c ------------------------------------------------------------------------------------- */

/* Ties the library's state to this process; 0, or -EPERM in a child that inherited it by fork(). */
int hlrti_process_bind(void);
int hlrti_process_check(void);
/* Monotonic nanoseconds. */
int64_t hlrti_now(void);
void hlrti_sleep(int64_t ns);
/* Saturating now + timeout; a negative timeout gives INT64_MAX. */
int64_t hlrti_deadline(int64_t timeout_ns);
uint64_t hlrti_page_size(void);
bool hlrti_is_power_of_two(uint64_t v);
bool hlrti_is_aligned(uint64_t v, uint64_t granularity);
/* *out = v rounded up; false when that does not fit. granularity is a power of two. */
bool hlrti_align_up(uint64_t v, uint64_t granularity, uint64_t *out);

/* ---- structs.c: the size rules of public structures ------------------------------------------------ */

/* Copies *from (its first member is its size) over *to, known bytes long, at least min of them given. */
int hlrti_struct_in(const char *name, void *to, size_t known, size_t min, const void *from);
/* Checks the caller's size before work is done. */
int hlrti_struct_out_check(const char *name, const void *to, size_t min);
/* Fills what both sides know, zeroes the rest, keeps the caller's size. */
void hlrti_struct_out(void *to, const void *from, size_t known);

/* ---- text.c ---------------------------------------------------------------------------------------- */

/* Copies text of at most max characters, which need not end with NUL, cut to size; always terminates it. */
void hlrti_text(char *to, size_t size, const void *from, size_t max);
/* For paths: what does not fit whole becomes "", and false is returned. */
bool hlrti_format(char *to, size_t size, const char *format, ...) HLRTI_PRINTF(3, 4);

/* ---- sys.c, sys_linux.c ---------------------------------------------------------------------------- */

/* The chosen implementation; NULL with an error set. It lives until the process ends. */
struct hlrt_sys *hlrti_sys_get(void);
/* For tests: the implementation to use from now on; NULL goes back to choosing. */
void hlrti_sys_set(struct hlrt_sys *sys);
int hlrti_sys_linux_create(struct hlrt_sys **sys);
/* 0 or the negative errno that open(node, O_RDWR) would give, without opening. Only for the kernel's nodes. */
int hlrti_sys_linux_access(const char *node);
bool hlrti_sys_is_linux(const struct hlrt_sys *sys);
bool hlrti_sys_is_simulated(const struct hlrt_sys *sys);

/* Directory that holds this library, without trailing slash; false when it cannot be told. */
bool hlrti_library_dir(char *buf, size_t size);

/* ---- provider.c and the loaders -------------------------------------------------------------------- */

#define HLRTI_MAX_PROVIDERS 32

struct hlrti_providers {
	size_t count;
	const struct hlrt_provider_ops *ops[HLRTI_MAX_PROVIDERS];
	char failures[512]; /* one sentence for each plug-in that was refused */
};

/* Finds what there is; provider_dynamic.c and provider_static.c are the two twins. */
void hlrti_providers_find(struct hlrti_providers *providers);
/* Checks a table that a plug-in or the static list gave, and adds it. origin names it in messages. */
int hlrti_provider_add(struct hlrti_providers *providers, const struct hlrt_provider_ops *ops, const char *origin);
/* Notes and logs why one was refused. */
void hlrti_provider_refuse(struct hlrti_providers *providers, const char *format, ...) HLRTI_PRINTF(2, 3);
/* Reads the *.driver files of one directory and loads what they name, but for names that `seen` has. */
struct hlrti_names {
	size_t count;
	char name[HLRTI_MAX_PROVIDERS][32];
};
void hlrti_provider_load_dir(struct hlrti_providers *providers, const char *dir, struct hlrti_names *seen);

const struct hlrt_provider_ops *hlrti_provider_match(uint16_t vendor, uint16_t device);
/* Why there is none for this device. */
void hlrti_provider_missing(uint16_t vendor, uint16_t device, char *buf, size_t size);

/* ---- device.c -------------------------------------------------------------------------------------- */

struct hlrt_device {
	atomic_uint refs;
	struct hlrt_sys *sys;
	struct hlrt_sys_device sysdev;
};

/* With one reference; NULL: no memory. */
struct hlrt_device *hlrti_device_new(struct hlrt_sys *sys, const struct hlrt_sys_device *sysdev);
/* NULL: there is none for this ASIC. Plug-ins are loaded when one is first asked for: a program that only lists needs none. */
const struct hlrt_provider_ops *hlrti_device_provider(const struct hlrt_device *device);
/* -1: not known. */
int32_t hlrti_device_numa_node(const struct hlrt_device *device);

/* Negative errno and text why the device cannot be opened, as far as can be told without opening. */
int hlrti_device_obstacle(const struct hlrt_device *device, char *reason, size_t size);
/* Who keeps the device busy: true and a text when the driver says so. */
bool hlrti_device_holder(const struct hlrt_device *device, char *buf, size_t size);

/* ---- context.c ------------------------------------------------------------------------------------- */

struct hlrt_context {
	struct hlrt_device *device;
	struct hlrti_port port;
	struct hlabi_hw_ip_info ip;
	struct hlrt_provider_device pdev;
	const struct hlrt_provider_ops *ops;
	void *priv;
	uint64_t ext_caps; /* HLRT_EXT_CAP_*; 0 on any driver but hlrt */
	uint64_t export_granularity;
	uint64_t export_max;
	uint64_t alloc_granularity;
	atomic_uint children;	/* live handles made from it */
	atomic_bool has_reader; /* of its events */
	bool given;		/* the program opened the fd, and may have used the device by it */
	bool borrowed;		/* ... and keeps it */
	atomic_uint queue_hint;
	_Atomic uint64_t allocated; /* device bytes reserved, quarantined ones included */
	struct hlrti_cb_pool cbs;
	struct hlrti_submitter submitter;
	struct hlrti_timelines timelines;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t staging_cond;
	struct hlrti_list staging_idle;
	unsigned int staging_count;
	struct hlrti_list quarantine;
};

/* What each call on a context does first: not NULL, not a forked child, device not lost. */
int hlrti_context_enter(const struct hlrt_context *context);

/* ---- mem.c, hostmem.c, staging.c, quarantine.c ----------------------------------------------------- */

struct hlrt_mem {
	struct hlrt_context *ctx;
	int kind;
	uint64_t length;
	uint64_t address;
	atomic_uint users; /* dma-bufs of it, and calls that use it at this moment */
	/* HLRT_MEM_DEVICE */
	struct hlrt_provider_mem pmem;
	atomic_bool exported; /* ever */
	/* HLRT_MEM_HOST */
	struct hlrti_list link; /* all registrations of this process */
	uint8_t *user;
	uint64_t mapped;      /* bytes from user that the library has allocated */
	uint64_t map_address; /* what MAP returned for the first page */
};

struct hlrt_mem *hlrti_mem_new(struct hlrt_context *ctx, int kind, uint64_t length);
void hlrti_mem_delete(struct hlrt_mem *mem);
int hlrti_mem_check_range(const struct hlrt_mem *mem, uint64_t offset, uint64_t length, const char *what);
enum hlrt_place hlrti_mem_place(const struct hlrt_mem *mem);

int hlrti_host_register(struct hlrt_context *ctx, void *addr, uint64_t length, struct hlrt_mem **mem);
int hlrti_host_unregister(struct hlrt_mem *mem);
/* The registration of ctx that holds [addr, addr + length), with one user added; NULL when there is none. */
struct hlrt_mem *hlrti_host_find(struct hlrt_context *ctx, const void *addr, uint64_t length);

struct hlrti_staging {
	struct hlrti_list link;
	uint8_t *half[2];
	uint64_t address[2];
	uint64_t half_size;
};

int hlrti_staging_get(struct hlrt_context *ctx, struct hlrti_staging **staging);
void hlrti_staging_put(struct hlrt_context *ctx, struct hlrti_staging *staging);
void hlrti_staging_destroy(struct hlrt_context *ctx);
int hlrti_host_map(struct hlrt_context *ctx, void *addr, uint64_t length, uint64_t *map_address);

/* Takes pmem over: frees it now, or when no dma-buf covers it any more. */
void hlrti_device_mem_release(struct hlrt_context *ctx, struct hlrt_provider_mem *pmem, bool was_exported);
/* Frees what no dma-buf covers any more; the number of ranges freed. */
unsigned int hlrti_quarantine_sweep(struct hlrt_context *ctx);
void hlrti_quarantine_destroy(struct hlrt_context *ctx);

#endif /* HLRT_INTERNAL_H */
