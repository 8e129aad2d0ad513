/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * machine.h - a simulated machine: chips on the in-process bus, the driver loaded, the devices probed. One machine at a
 * time in a process, since the driver's globals exist once.
 */
#ifndef HLSIM_MACHINE_H
#define HLSIM_MACHINE_H

#include <sys/types.h>

#include "model/model.h"
#include "spec.h"

struct pci_dev;
struct hlsim_machine;

struct hlsim_device {
	struct hlm *chip;
	struct pci_dev *pdev;
	char name[32];	  /* compute node, "hl0"; the PCI address if there is none */
	char node[64];	  /* "/dev/hl0", or "" */
	char control[64]; /* "/dev/hl_controlD0", or "" */
	char address[16]; /* "0000:01:00.0" */
	bool gone;	  /* off the bus; read by hlsim_device_gone() */
};

/* Each trace line goes here too; to be set before the machine is created. NULL removes it. */
typedef void (*hlsim_trace_fn)(void *arg, unsigned int device, const char *kind, const char *line);
void hlsim_set_trace(hlsim_trace_fn fn, void *arg);

/* 0, or a negative errno with a text in err. A device whose probe fails is part of the machine, without a node. */
int hlsim_machine_create(const struct hlsim_spec *spec, struct hlsim_machine **machine, char *err, size_t err_size);
/* Unbinds, unloads. Returns how many things were leaked: DMA mappings, pins, dma-bufs that only fds held. */
unsigned int hlsim_machine_destroy(struct hlsim_machine *machine);
unsigned int hlsim_machine_devices(const struct hlsim_machine *machine);
struct hlsim_device *hlsim_machine_device(struct hlsim_machine *machine, unsigned int index);
/* The machine of this process, or NULL. */
struct hlsim_machine *hlsim_machine_current(void);
pid_t hlsim_machine_owner(const struct hlsim_machine *machine);
/* The bus reports the device gone: the driver's remove(). It stays in the machine, without a node. */
void hlsim_machine_unplug(struct hlsim_machine *machine, unsigned int index);
bool hlsim_device_gone(const struct hlsim_device *device);

#endif /* HLSIM_MACHINE_H */
