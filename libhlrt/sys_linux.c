// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The kernel behind the sys seam: sysfs for the list, nodes for the rest. Both generations of the class are
 * read: class habanalabs (hlN; its devices have no parent link, so the PCI function is found by the
 * pci_addr attribute) and class accel (accelN, shared with other vendors' accelerators). Listing opens no node.
 */
#include "internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

struct sys_linux {
	struct hlrt_sys base;
	char root[128]; /* "/sys", or HLRT_SYSFS_ROOT */
};

static struct sys_linux *to_linux(struct hlrt_sys *sys)
{
	return hlrti_entry(sys, struct sys_linux, base);
}

/* What a class calls its things. */
static const struct class
{
	const char *name;
	const char *prefix;	/* of the compute node's class device */
	const char *control;	/* printf format of the control node */
	const char *attributes; /* where attributes are, below the class device */
} classes[] = {
	{ "habanalabs", "hl", "/dev/hl_controlD%u", "" },
	{ "accel", "accel", "/dev/accel/accel_controlD%u", "/device" },
};

#define NUM_CLASSES (sizeof(classes) / sizeof(classes[0]))

/* "hl12" is number 12 of prefix "hl"; "hl_controlD12" is none. */
static bool parse_name(const char *name, const char *prefix, unsigned int *number)
{
	size_t length = strlen(prefix);
	unsigned long value;
	char *end;

	if (strncmp(name, prefix, length) != 0 || name[length] < '0' || name[length] > '9')
		return false;
	value = strtoul(name + length, &end, 10);
	if (*end || value > UINT_MAX)
		return false;
	*number = (unsigned int)value;
	return true;
}

/* Reads a small text file without its trailing newline: its length, or a negative errno. */
static ssize_t read_text(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved;
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, size);
	saved = errno;
	close(fd);
	if (n < 0)
		return -saved;
	while (n > 0 && buf[n - 1] == '\n')
		n--;
	if ((size_t)n >= size)
		return -ENOSPC;
	buf[n] = '\0';
	return n;
}

static bool read_number(const char *dir, const char *attr, long *value)
{
	char path[PATH_MAX], text[32];

	hlrti_format(path, sizeof(path), "%s/%s", dir, attr);
	if (read_text(path, text, sizeof(text)) <= 0)
		return false;
	*value = strtol(text, NULL, 0);
	return true;
}

/* The last part of what a symbolic link points to: the driver's name, the device's address. */
static void link_name(const char *dir, const char *link, char *name, size_t size)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *slash;
	ssize_t n;

	name[0] = '\0';
	hlrti_format(path, sizeof(path), "%s/%s", dir, link);
	n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0)
		return;
	target[n] = '\0';
	slash = strrchr(target, '/');
	hlrti_text(name, size, slash ? slash + 1 : target, SIZE_MAX);
}

/* The PCI function's folder: the class device's parent, or by the address that the driver shows. */
static bool find_pci(const struct sys_linux *l, const char *class_dev, char *dir, size_t size, char *address,
		     size_t address_size)
{
	char path[PATH_MAX], shown[64];
	long vendor;

	hlrti_format(dir, size, "%s/device", class_dev);
	if (read_number(dir, "vendor", &vendor)) {
		link_name(class_dev, "device", address, address_size);
		return true;
	}
	hlrti_format(path, sizeof(path), "%s/pci_addr", class_dev);
	if (read_text(path, shown, sizeof(shown)) <= 0 || strchr(shown, '/'))
		return false;
	hlrti_text(address, address_size, shown, SIZE_MAX);
	hlrti_format(dir, size, "%s/bus/pci/devices/%s", l->root, shown);
	return read_number(dir, "vendor", &vendor);
}

/* The node as udev names it: DEVNAME of uevent. */
static void find_node(const char *class_dev, const struct class *class, const char *name, char *node, size_t size)
{
	char path[PATH_MAX], text[512];
	const char *line;

	hlrti_format(path, sizeof(path), "%s/uevent", class_dev);
	if (read_text(path, text, sizeof(text)) > 0) {
		line = strstr(text, "DEVNAME=");
		if (line && (line == text || line[-1] == '\n')) {
			line += strlen("DEVNAME=");
			hlrti_format(node, size, "/dev/%.*s", (int)strcspn(line, "\n"), line);
			return;
		}
	}
	hlrti_format(node, size, "/dev/%s%s", !strcmp(class->name, "accel") ? "accel/" : "", name);
}

static bool describe(const struct sys_linux *l, const struct class *class, unsigned int number,
		     struct hlrt_sys_device *dev)
{
	char class_dev[PATH_MAX], pci[PATH_MAX];
	long vendor, device, numa = -1;

	memset(dev, 0, sizeof(*dev));
	hlrti_format(dev->name, sizeof(dev->name), "%s%u", class->prefix, number);
	hlrti_format(class_dev, sizeof(class_dev), "%s/class/%s/%s", l->root, class->name, dev->name);
	if (!find_pci(l, class_dev, pci, sizeof(pci), dev->pci_address, sizeof(dev->pci_address)) ||
	    !read_number(pci, "vendor", &vendor) || !read_number(pci, "device", &device))
		return false;
	if (vendor != HLABI_PCI_VENDOR)
		return false;
	read_number(pci, "numa_node", &numa);
	dev->vendor = (uint16_t)vendor;
	dev->device = (uint16_t)device;
	dev->numa_node = (int32_t)numa;
	link_name(pci, "driver", dev->driver, sizeof(dev->driver));
	find_node(class_dev, class, dev->name, dev->node, sizeof(dev->node));
	hlrti_format(dev->control, sizeof(dev->control), class->control, number);
	return true;
}

static int compare_numbers(const void *a, const void *b)
{
	const unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return x < y ? -1 : x > y;
}

/* The numbers of a class's compute devices, ascending; NULL when it has none. */
static unsigned int *class_numbers(const struct sys_linux *l, const struct class *class, size_t *count)
{
	unsigned int *numbers = NULL, *grown, number;
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	*count = 0;
	hlrti_format(path, sizeof(path), "%s/class/%s", l->root, class->name);
	dir = opendir(path);
	if (!dir)
		return NULL;
	while ((entry = readdir(dir))) { /* NOLINT(concurrency-mt-unsafe): a DIR of our own */
		if (!parse_name(entry->d_name, class->prefix, &number))
			continue;
		grown = realloc(numbers, (*count + 1) * sizeof(*numbers));
		if (!grown)
			break;
		numbers = grown;
		numbers[(*count)++] = number;
	}
	closedir(dir);
	if (numbers)
		qsort(numbers, *count, sizeof(*numbers), compare_numbers);
	return numbers;
}

static int linux_enumerate(struct hlrt_sys *sys, int (*found)(void *arg, const struct hlrt_sys_device *dev), void *arg)
{
	struct sys_linux *l = to_linux(sys);
	struct hlrt_sys_device dev;
	int rc = 0;

	for (size_t c = 0; c < NUM_CLASSES && !rc; c++) {
		size_t count;
		unsigned int *numbers = class_numbers(l, &classes[c], &count);

		for (size_t i = 0; i < count && !rc; i++)
			if (describe(l, &classes[c], numbers[i], &dev))
				rc = found(arg, &dev);
		free(numbers);
	}
	return rc;
}

static ssize_t linux_read_attr(struct hlrt_sys *sys, const char *device, const char *attr, char *buf, size_t size)
{
	struct sys_linux *l = to_linux(sys);
	char path[PATH_MAX];
	unsigned int number;

	for (size_t c = 0; c < NUM_CLASSES; c++) {
		if (!parse_name(device, classes[c].prefix, &number))
			continue;
		hlrti_format(path, sizeof(path), "%s/class/%s/%s%s/%s", l->root, classes[c].name, device,
			     classes[c].attributes, attr);
		return read_text(path, buf, size);
	}
	return -ENOENT;
}

static int linux_open(struct hlrt_sys *sys, const char *node, int flags)
{
	int fd = open(node, flags);

	(void)sys;
	return fd < 0 ? -errno : fd;
}

static int linux_close(struct hlrt_sys *sys, int fd)
{
	(void)sys;
	return close(fd) ? -errno : 0;
}

static int linux_ioctl(struct hlrt_sys *sys, int fd, unsigned long request, void *arg)
{
	int rc = ioctl(fd, request, arg);

	(void)sys;
	return rc < 0 ? -errno : rc;
}

static void *linux_mmap(struct hlrt_sys *sys, int fd, uint64_t offset, size_t length, int *err)
{
	void *addr = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);

	(void)sys;
	if (addr != MAP_FAILED)
		return addr;
	*err = -errno;
	return NULL;
}

static int linux_munmap(struct hlrt_sys *sys, void *addr, size_t length)
{
	(void)sys;
	return munmap(addr, length) ? -errno : 0;
}

/* The number is the same in both generations but for the ioctl's; ask in the order of hlrti_port_init(). */
static int info_ioctl(int fd, struct hlabi_info_args *args)
{
	static const unsigned long requests[] = { HLABI_MISC_INFO, HLABI_ACCEL_INFO };
	int rc = -ENOTTY;

	for (size_t i = 0; i < 2 && (rc == -ENOTTY || rc == -EINVAL); i++)
		rc = ioctl(fd, requests[i], args) < 0 ? -errno : 0;
	return rc;
}

static int linux_event_fd(struct hlrt_sys *sys, int fd)
{
	struct hlabi_info_args args = { .op = HLABI_INFO_REGISTER_EVENTFD };
	int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), rc;

	(void)sys;
	if (event < 0)
		return -errno;
	args.arg = (uint32_t)event;
	rc = info_ioctl(fd, &args);
	if (rc < 0) {
		close(event);
		return rc;
	}
	return event;
}

static int linux_read_event(struct hlrt_sys *sys, int fd, uint64_t *events)
{
	struct hlabi_info_args args = {
		.return_pointer = (uint64_t)(uintptr_t)events,
		.return_size = sizeof(*events),
		.op = HLABI_INFO_GET_EVENTS,
	};

	(void)sys;
	*events = 0;
	return info_ioctl(fd, &args);
}

static void linux_destroy(struct hlrt_sys *sys)
{
	free(to_linux(sys));
}

static const struct hlrt_sys_ops linux_ops = {
	.abi = HLRT_SYS_ABI,
	.size = sizeof(struct hlrt_sys_ops),
	.name = "linux",
	.enumerate = linux_enumerate,
	.read_attr = linux_read_attr,
	.open = linux_open,
	.close = linux_close,
	.ioctl = linux_ioctl,
	.mmap = linux_mmap,
	.munmap = linux_munmap,
	.event_fd = linux_event_fd,
	.read_event = linux_read_event,
	.destroy = linux_destroy,
};

int hlrti_sys_linux_create(struct hlrt_sys **sys)
{
	const char *root = secure_getenv("HLRT_SYSFS_ROOT");
	struct sys_linux *l;

	if (!root || !*root)
		root = "/sys";
	if (strlen(root) >= sizeof(l->root))
		return hlrt_set_error(-EINVAL, "HLRT_SYSFS_ROOT is %zu characters long, at most %zu are possible",
				      strlen(root), sizeof(l->root) - 1);
	l = calloc(1, sizeof(*l));
	if (!l)
		return hlrt_set_error(-ENOMEM, "no memory for the device list");
	l->base.ops = &linux_ops;
	hlrti_text(l->root, sizeof(l->root), root, SIZE_MAX);
	if (access(root, R_OK | X_OK))
		hlrti_log(HLRT_LOG_WARNING, "%s cannot be read (%s), so no device is listed", root,
			  hlrti_strerror(errno));
	*sys = &l->base;
	return 0;
}

int hlrti_sys_linux_access(const char *node)
{
	return faccessat(AT_FDCWD, node, R_OK | W_OK, AT_EACCESS) ? -errno : 0;
}
