/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * driver.h - what white-box tests of the simulated machine are written in: a machine, its chips seen from outside, and
 * a user of the driver's ioctls. Whatever has no way to report an error asserts success.
 */
#ifndef TESTS_SIM_DRIVER_H
#define TESTS_SIM_DRIVER_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
/* after what it needs */
#include <cmocka.h>

#include "abi/hlabi.h"
#include "abi/hlrt_ext.h"
#include "hw/gaudi_packets.h"
#include "hw/gaudi_regs.h"
#include "kshim/kshim.h"
#include "machine.h"
#include "providers/gaudi/gaudi.h"

#define USER_DRAM 0x20000000ull /* the first byte that programs may use */
#define USER_QUEUES 8u

/* Waits, at most ten seconds, for what another thread is about to do. */
#define assert_eventually(condition) \
	do { \
		for (int left_ = 10000; !(condition); left_--) { \
			if (!left_) \
				fail_msg("never: %s", #condition); \
			usleep(1000); \
		} \
	} while (0)

/* ---- machine ---- */

void machine_start(const char *spec); /* as HLRT_SIM */
void machine_stop(void);	      /* nothing leaked, no kernel warning */

struct hlm *chip(unsigned int device);
struct pci_dev *chip_pdev(unsigned int device);
struct hlm_stats chip_stats(unsigned int device);
uint32_t chip_register(unsigned int device, uint32_t reg); /* past the driver */
void chip_set_register(unsigned int device, uint32_t reg, uint32_t value);
void chip_read(unsigned int device, uint64_t addr, void *buf, size_t len); /* device memory, without the chip's help */
void chip_write(unsigned int device, uint64_t addr, const void *buf, size_t len);
uint64_t chip_word(unsigned int device, uint64_t addr);

/* ---- nodes; names without /dev ---- */

struct file *node_open(const char *name);
int node_try_open(const char *name); /* closes again when it succeeds */
void node_close(struct file *file);
void node_attr(const char *name, const char *attr, char *text, size_t size);
bool node_attr_is(const char *name, const char *attr, const char *value);
unsigned int node_hard_resets(const char *name);

/* ---- ioctls: 0 or a negative errno ---- */

long driver_ioctl(struct file *file, unsigned int cmd, void *arg);
long driver_info(struct file *file, unsigned int op, void *answer, size_t size);
long driver_map(struct file *file, const void *memory, uint64_t len, uint64_t *va);
long driver_unmap(struct file *file, uint64_t va);
long driver_export(struct file *file, uint64_t address, uint64_t len, int *fd);
long driver_import(struct file *file, int fd, uint64_t *va, uint64_t *len);
long driver_unimport(struct file *file, uint64_t va);
long driver_revoke(struct file *file, uint64_t address, uint64_t len, unsigned int *revoked);
void export_close(int fd); /* and lets the exporter know */

int event_try_register(struct file *file); /* an eventfd, or a negative errno */
int event_register(struct file *file);
uint64_t event_wait(struct file *file, int eventfd, uint64_t wanted); /* until all wanted bits have come */

/* ---- command buffers ---- */

struct commands {
	struct file *file;
	uint64_t handle;
	uint8_t *at;
	uint32_t len;
};

/* Appends a packet: add(&c, copy, dst, src, len, flags) uses the encoder hlrt_gaudi_copy(). */
#define add(c, packet, ...) ((c)->len += (uint32_t)hlrt_gaudi_##packet((c)->at + (c)->len, __VA_ARGS__))

#define COMMANDS_SIZE 4096u

long commands_try_create(struct file *file, struct commands *c);
void commands_create(struct file *file, struct commands *c);
void commands_destroy(struct commands *c); /* before the file is closed */
/* All three leave the buffer empty. */
long commands_submit(struct commands *c, unsigned int queue, uint64_t *seq);
long commands_submit_timeout(struct commands *c, unsigned int queue, unsigned int seconds, uint64_t *seq);
long commands_run(struct commands *c, unsigned int queue); /* and waits */
/* *status: enum hlabi_wait_status; may be NULL. */
long driver_wait(struct file *file, uint64_t seq, uint32_t *status);
long driver_poll(struct file *file, uint64_t seq, uint32_t *status);

/* ---- inside the driver (inside.c) ---- */

/* Queues packets as the CS ioctl does, but without looking into them. */
long force(unsigned int device, unsigned int queue, const void *packets, uint32_t len, uint64_t *seq);
/* What the driver says to packets, without queueing them. */
long check_packets(unsigned int device, unsigned int queue, const void *packets, uint32_t len);
/* The driver's own report of HLABI_EVENT_* bits. */
void notify(unsigned int device, uint64_t bits, uint64_t address);
/* Between these the device is neither reset nor opened nor closed: what a fault has left can be looked at. */
void resets_hold(unsigned int device);
void resets_go_on(unsigned int device);
/* Asked for, not awaited. */
void reset_by_administrator(unsigned int device);
/* Does the exporter of what is imported at va see work that has not ended? */
bool import_is_fenced(unsigned int device, uint64_t va);
/*
 * What is wrong with the COMMS descriptor that the status word names, for an image of size bytes; NULL: nothing, and
 * *offset is where in device memory the image goes. Gaudi.
 */
const char *comms_read(unsigned int device, uint32_t word, size_t size, uint64_t *offset);
void mmu_write_entry(unsigned int device, uint64_t addr, uint64_t value);
void mmu_invalidate(unsigned int device);

/* ---- page tables, walked as the chip does ---- */

/* Address of the entry of the given hop that translates va of the user's address space; 0: there is none. */
uint64_t page_table_entry(unsigned int device, uint64_t va, unsigned int hop);
/* The one that maps the page, whatever its size. */
uint64_t page_table_leaf(unsigned int device, uint64_t va);

/* ---- memory of the test program ---- */

uint8_t *host_alloc(size_t len); /* pages, zeroed */
void host_free(uint8_t *memory, size_t len);
void host_pattern(uint8_t *memory, size_t len, unsigned int seed);
bool all_bytes_are(const uint8_t *memory, size_t len, uint8_t value);

#endif /* TESTS_SIM_DRIVER_H */
