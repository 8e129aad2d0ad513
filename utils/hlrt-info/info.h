/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* hlrt-info: what there is, in what state, who holds the memory. The parts of the program. */
#ifndef INFO_H
#define INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hlrt/hlrt.h>

#define ARRAY_LENGTH(a) (sizeof(a) / sizeof((a)[0]))

struct options {
	bool json, verbose, buffers, watch;
};

/* ---- pci.c: accelerators that no driver shows ---- */

struct pci_function {
	char address[16];
	uint16_t device_id;
	char driver[32]; /* "" when none is bound */
};

/* Calls found() for each function of Habana's: 0, or the negative errno of reading sysfs. */
int pci_scan(void (*found)(void *arg, const struct pci_function *function), void *arg);
bool pci_driver_loaded(const char *name);

/* ---- explain.c: why something cannot be used, and what to do ---- */

const char *errno_name(int rc);
/* What to do about info->open_error; "" when nothing is wrong. */
const char *device_advice(const struct hlrt_device_info *info);
/* What one should know though nothing is known to be wrong; "" for nothing. */
const char *device_note(const struct hlrt_device_info *info);
void unlisted_reason(const struct pci_function *function, char *buf, size_t size);
void unlisted_advice(const struct pci_function *function, char *buf, size_t size);
/* No device at all; scan is what pci_scan() returned. */
const char *nothing_reason(int scan, bool simulated);
const char *nothing_advice(int scan, bool simulated);

/* ---- json.c ---- */

/* Members and elements one after the other; commas and escapes are its matter. name is NULL in arrays. */
void json_open(const char *name, char bracket);
void json_close(char bracket);
void json_string(const char *name, const char *value); /* NULL and "" are null */
void json_number(const char *name, int64_t value);
void json_hex(const char *name, uint64_t value);
void json_bool(const char *name, bool value);
void json_null(const char *name);

/* ---- devices.c, buffers.c, watch.c ---- */

void show_devices(struct hlrt_device **devices, const struct options *options);
int show_buffers(const struct options *options);
int watch(const struct options *options);

#endif /* INFO_H */
