/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * sys.h - the one table through which libhlrt touches devices.
 *
 * Two implementations: libhlrt/sys_linux.c (sysfs, device nodes, the kernel) and libhlsim.so (simulated
 * devices in this process). libhlrt chooses once, when the device list is first asked for: HLRT_SIM unset
 * or empty means the kernel; set, it means the simulator and nothing else. libhlsim.so is opened with
 * dlopen() from libhlrt's own directory, then from the configured library directory, and gives its table
 * through HLRT_SYS_SIM_SYMBOL.
 *
 * Conventions: negative errno on failure; nothing is printed; thread-safe. File descriptors are real ones of
 * this process in both implementations (unique, closable), but only these functions give a simulated
 * device's fd its meaning.
 */
#ifndef HLRT_SYS_H
#define HLRT_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HLRT_SYS_ABI 1
#define HLRT_SYS_SIM_SYMBOL "hlsim_sys_v1"

/* One device as enumeration sees it. Strings are NUL-terminated, empty when unknown. */
struct hlrt_sys_device {
	char name[32];	      /* "hl0", "accel0"; unique in one enumeration */
	char node[64];	      /* "/dev/hl0": what open() wants */
	char control[64];     /* control node */
	char pci_address[16]; /* "0000:01:00.0" */
	char driver[32];      /* kernel driver that is bound: "hlrt", "habanalabs", "" */
	uint16_t vendor, device;
};

struct hlrt_sys;

struct hlrt_sys_ops {
	uint32_t abi;	  /* HLRT_SYS_ABI */
	uint32_t size;	  /* sizeof(struct hlrt_sys_ops) */
	const char *name; /* "linux", "sim" */

	/*
	 * Calls found() for each Habana device, in a stable order, until it returns non-zero; that value is
	 * returned. Devices that cannot be opened are listed as well.
	 */
	int (*enumerate)(struct hlrt_sys *sys, int (*found)(void *arg, const struct hlrt_sys_device *dev), void *arg);
	/*
	 * Text attribute of a device, its own or its PCI function's (sysfs attribute name, such as "status", "holder" or
	 * "numa_node"), without the trailing newline. Returns
	 * its length, or -ENOENT, or -ENOSPC when buf (size bytes, NUL included) is too small.
	 */
	ssize_t (*read_attr)(struct hlrt_sys *sys, const char *device, const char *attr, char *buf, size_t size);
	/* flags as of open(2). Returns an fd. */
	int (*open)(struct hlrt_sys *sys, const char *node, int flags);
	int (*close)(struct hlrt_sys *sys, int fd);
	/* Returns the ioctl's non-negative result. EINTR is passed on. */
	int (*ioctl)(struct hlrt_sys *sys, int fd, unsigned long request, void *arg);
	/* Shared, read and write. Returns the address or NULL with *err set to a negative errno. */
	void *(*mmap)(struct hlrt_sys *sys, int fd, uint64_t offset, size_t length, int *err);
	int (*munmap)(struct hlrt_sys *sys, void *addr, size_t length);
	/* An eventfd that the device signals; then read_event() returns and clears its event bits. */
	int (*event_fd)(struct hlrt_sys *sys, int fd);
	int (*read_event)(struct hlrt_sys *sys, int fd, uint64_t *events);
	/* Which device an fd that somebody else opened is the compute node of: -EBADF, or -EINVAL when of none. */
	int (*identify)(struct hlrt_sys *sys, int fd, struct hlrt_sys_device *dev);
	/* Ends the implementation. Nothing of it may be in use. */
	void (*destroy)(struct hlrt_sys *sys);
};

/* Every implementation's state begins with this. */
struct hlrt_sys {
	const struct hlrt_sys_ops *ops;
};

/*
 * The symbol that libhlsim.so exports: creates the simulated machine from HLRT_SIM's text
 * ("gaudi*2", "gaudi,goya", options after a colon: "gaudi*2:dram=4G,trace=FILE"). Returns 0 and *sys, or a
 * negative errno with a message in err (err_size bytes, always terminated).
 */
typedef int (*hlsim_sys_fn)(const char *spec, struct hlrt_sys **sys, char *err, size_t err_size);

#endif /* HLRT_SYS_H */
