/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Builds the machine that a spec describes, around the driver, and takes it apart again. */
#include "machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bus.h"
#include "fault_inject.h"
#include "kshim/kshim.h"

/*
 * Module parameters of the simulated machine: there is nothing on the in-process bus that peer-to-peer could fail on, and
 * no silicon that wants time to settle. param.NAME= overrides them.
 */
static const struct hlsim_param defaults[] = {
	{ "p2p_unchecked", "1" },
	{ "reset_wait_ms", "1" },
	{ "halt_wait_ms", "1" },
};

struct hlsim_machine {
	struct hlsim_slot *slot[HLSIM_MAX_DEVICES];
	struct hlsim_device device[HLSIM_MAX_DEVICES];
	unsigned int num_devices;
	bool module_loaded;
	FILE *trace, *log;
	pid_t owner;
};

static bool exists;
static struct hlsim_machine *current_machine; /* complete */
static hlsim_trace_fn trace_fn;
static void *trace_arg;

void hlsim_set_trace(hlsim_trace_fn fn, void *arg)
{
	trace_fn = fn;
	trace_arg = arg;
}

static void trace_line(void *arg, unsigned int device, const char *kind, const char *line)
{
	struct hlsim_machine *m = arg;

	if (m->trace)
		fprintf(m->trace, "hl%u %s %s\n", device, kind, line);
	if (trace_fn)
		trace_fn(trace_arg, device, kind, line);
}

static int open_text(const char *path, FILE **file, char *err, size_t err_size)
{
	if (!*path)
		return 0;
	*file = strcmp(path, "-") == 0 ? stderr : fopen(path, "we");
	if (*file) {
		setvbuf(*file, NULL, _IOLBF, 0);
		return 0;
	}
	snprintf(err, err_size, "%s cannot be written: %s", path, strerror(errno));
	return -errno;
}

static void close_text(FILE **file)
{
	if (*file && *file != stderr)
		fclose(*file);
	*file = NULL;
}

/* ---- devices ---- */

static int take_node(void *arg, const char *name)
{
	struct hlsim_device *d = arg;

	if (strstr(name, "control")) {
		snprintf(d->control, sizeof(d->control), "/dev/%s", name);
	} else if (!d->node[0]) {
		snprintf(d->node, sizeof(d->node), "/dev/%s", name);
		snprintf(d->name, sizeof(d->name), "%s", name);
	}
	return 0;
}

static void describe(struct hlsim_device *d, struct hlsim_slot *slot, unsigned int index)
{
	d->chip = hlsim_slot_chip(slot);
	d->pdev = hlsim_slot_pdev(slot);
	snprintf(d->address, sizeof(d->address), "0000:%02x:00.0", (index + 1) & 0xff);
	memcpy(d->name, d->address, sizeof(d->address));
	kshim_for_each_node(d->pdev, take_node, d);
}

/* Those that are not about the way there. */
static int set_faults(struct hlsim_machine *m, const struct hlsim_spec *spec, unsigned int index)
{
	int rc = 0;

	for (unsigned int knob = 0; !rc && knob < HLSIM_NUM_KNOBS; knob++)
		if (spec->fault[knob].count && knob != HLSIM_BOOT_FAIL && knob != HLSIM_ALLOC_FAIL)
			rc = hlsim_fault_inject(m, index, &spec->fault[knob]);
	return rc;
}

static int add_devices(struct hlsim_machine *m, const struct hlsim_spec *spec, char *err, size_t err_size)
{
	for (unsigned int i = 0; i < spec->num_devices; i++) {
		struct hlsim_slot_config config = {
			.asic = spec->asic[i],
			.dram_size = spec->dram_size,
			.flags = spec->boot_flags,
			.index = i,
			.boot_fail = spec->fault[HLSIM_BOOT_FAIL].count,
			.trace = m->trace || trace_fn ? trace_line : NULL,
			.trace_arg = m,
		};
		int rc;

		m->slot[i] = hlsim_slot_add(&config);
		if (!m->slot[i]) {
			rc = -errno;
			snprintf(err, err_size, "device %u, '%s', cannot be made: %s%s", i, spec->asic[i],
				 strerror(-rc),
				 rc == -EINVAL ? " (there is no model of that name, or not of that memory size)" : "");
			return rc;
		}
		m->num_devices++;
		describe(&m->device[i], m->slot[i], i);
		rc = set_faults(m, spec, i);
		if (rc) {
			snprintf(err, err_size, "device %u does not take a fault's count or value", i);
			return rc;
		}
	}
	return 0;
}

/* ---- the driver ---- */

static int set_params(const struct hlsim_spec *spec, char *err, size_t err_size)
{
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		kshim_module_param(defaults[i].name, defaults[i].value);
	for (unsigned int i = 0; i < spec->num_params; i++) {
		const struct hlsim_param *p = &spec->param[i];
		int rc = kshim_module_param(p->name, p->value);

		if (rc) {
			snprintf(err, err_size,
				 rc == -ENOENT ? "the driver has no parameter '%s' (value '%s')"
					       : "the driver's parameter '%s' does not take '%s'",
				 p->name, p->value);
			return -EINVAL;
		}
	}
	return 0;
}

static int load_driver(struct hlsim_machine *m, const struct hlsim_spec *spec, char *err, size_t err_size)
{
	int rc = set_params(spec, err, err_size);

	if (rc)
		return rc;
	rc = kshim_module_load();
	if (rc)
		snprintf(err, err_size, "the driver could not be loaded: %s", strerror(-rc));
	else
		m->module_loaded = true;
	return rc;
}

static int build(struct hlsim_machine *m, const struct hlsim_spec *spec, char *err, size_t err_size)
{
	int rc = open_text(spec->trace, &m->trace, err, err_size);

	if (!rc)
		rc = open_text(spec->log, &m->log, err, err_size);
	if (rc)
		return rc;
	if (m->log)
		kshim_set_log_file(m->log, (int)spec->loglevel);
	kshim_set_fatal(spec->fatal);
	kshim_set_unprivileged(spec->unprivileged);
	kshim_set_scatter(spec->scatter);
	kshim_firmware_dir(spec->firmware[0] ? spec->firmware : NULL);
	if (spec->fault[HLSIM_ALLOC_FAIL].count)
		kshim_fail_allocs(
			spec->fault[HLSIM_ALLOC_FAIL].value ? (unsigned int)spec->fault[HLSIM_ALLOC_FAIL].value : 1,
			spec->fault[HLSIM_ALLOC_FAIL].count);
	rc = load_driver(m, spec, err, err_size);
	return rc ? rc : add_devices(m, spec, err, err_size);
}

int hlsim_machine_create(const struct hlsim_spec *spec, struct hlsim_machine **machine, char *err, size_t err_size)
{
	struct hlsim_machine *m;
	int rc;

	if (__atomic_exchange_n(&exists, true, __ATOMIC_ACQ_REL)) {
		snprintf(err, err_size, "this process has a simulated machine already");
		return -EBUSY;
	}
	m = calloc(1, sizeof(*m));
	if (m)
		m->owner = getpid();
	rc = m ? build(m, spec, err, err_size) : -ENOMEM;
	if (!rc) {
		*machine = m;
		__atomic_store_n(&current_machine, m, __ATOMIC_RELEASE);
		return 0;
	}
	if (m)
		hlsim_machine_destroy(m);
	else
		__atomic_store_n(&exists, false, __ATOMIC_RELEASE);
	return rc;
}

unsigned int hlsim_machine_destroy(struct hlsim_machine *m)
{
	unsigned int leaks = 0;

	__atomic_store_n(&current_machine, NULL, __ATOMIC_RELEASE);
	kshim_munmap_all();
	/* Exports first: a driver's remove() waits for them, and nobody will close their fds any more. */
	leaks += kshim_dmabuf_abandon();
	for (unsigned int i = m->num_devices; i-- > 0;)
		leaks += hlsim_slot_remove(m->slot[i]);
	if (m->module_loaded)
		kshim_module_unload();
	kshim_workqueue_stop();
	if (kshim_pinned_pages())
		leaks++;
	kshim_fail_allocs(0, 0); /* what it has not met is not the next machine's */
	kshim_set_log_file(NULL, 0);
	close_text(&m->trace);
	close_text(&m->log);
	free(m);
	__atomic_store_n(&exists, false, __ATOMIC_RELEASE);
	return leaks;
}

unsigned int hlsim_machine_devices(const struct hlsim_machine *machine)
{
	return machine->num_devices;
}

struct hlsim_device *hlsim_machine_device(struct hlsim_machine *machine, unsigned int index)
{
	return index < machine->num_devices ? &machine->device[index] : NULL;
}

struct hlsim_machine *hlsim_machine_current(void)
{
	return __atomic_load_n(&current_machine, __ATOMIC_ACQUIRE);
}

pid_t hlsim_machine_owner(const struct hlsim_machine *machine)
{
	return machine->owner;
}

void hlsim_machine_unplug(struct hlsim_machine *machine, unsigned int index)
{
	__atomic_store_n(&machine->device[index].gone, true, __ATOMIC_RELEASE);
	kshim_pci_unbind(machine->device[index].pdev);
}

bool hlsim_device_gone(const struct hlsim_device *device)
{
	return __atomic_load_n(&device->gone, __ATOMIC_ACQUIRE);
}
