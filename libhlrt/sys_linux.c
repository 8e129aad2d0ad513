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
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
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
	const char *prefix;  /* of the compute node's class device */
	const char *node;    /* printf format of the compute node: the kernel's name, which udev leaves alone */
	const char *control; /* of the control node */
	bool has_attributes; /* of its own, beside those of the PCI function */
} classes[] = {
	{ "habanalabs", "hl", "/dev/hl%u", "/dev/hl_controlD%u", true },
	{ "accel", "accel", "/dev/accel/accel%u", "/dev/accel/accel_controlD%u", false },
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

static ssize_t read_text_in(const char *dir, const char *name, char *buf, size_t size)
{
	char path[PATH_MAX];

	return hlrti_format(path, sizeof(path), "%s/%s", dir, name) ? read_text(path, buf, size) : -ENOENT;
}

/* The last part of what a symbolic link points to. */
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

/* The value of NAME=VALUE in the text of a uevent file; "" when there is none. */
static void uevent_value(const char *text, const char *name, char *value, size_t size)
{
	const size_t length = strlen(name);

	value[0] = '\0';
	for (const char *line = text; *line; line += strspn(line, "\n")) {
		if (!strncmp(line, name, length) && line[length] == '=')
			hlrti_text(value, size, line + length + 1, strcspn(line + length + 1, "\n"));
		line += strcspn(line, "\n");
	}
}

/* What a PCI function's uevent says; false when dir is none. One file has all: listing costs little. */
static bool read_pci(const char *dir, struct hlrt_sys_device *dev)
{
	char text[1024] = "", id[16];

	if (read_text_in(dir, "uevent", text, sizeof(text)) <= 0)
		return false;
	uevent_value(text, "DRIVER", dev->driver, sizeof(dev->driver));
	uevent_value(text, "PCI_SLOT_NAME", dev->pci_address, sizeof(dev->pci_address));
	uevent_value(text, "PCI_ID", id, sizeof(id));
	return sscanf(id, "%4hx:%4hx", &dev->vendor, &dev->device) == 2;
}

/* The PCI function's folder: the class device's parent, or in the older class, where it has none in-tree, by the address shown. */
static bool find_pci(const struct sys_linux *l, const struct class *class, const char *class_dev, char *dir,
		     size_t size)
{
	char address[64];

	if (!class->has_attributes)
		return hlrti_format(dir, size, "%s/device", class_dev);
	return read_text_in(class_dev, "pci_addr", address, sizeof(address)) > 0 && !strchr(address, '/') &&
	       hlrti_format(dir, size, "%s/bus/pci/devices/%s", l->root, address);
}

static bool describe(const struct sys_linux *l, const struct class *class, unsigned int number,
		     struct hlrt_sys_device *dev)
{
	char class_dev[PATH_MAX], pci[PATH_MAX];

	memset(dev, 0, sizeof(*dev));
	hlrti_format(dev->name, sizeof(dev->name), "%s%u", class->prefix, number);
	hlrti_format(dev->node, sizeof(dev->node), class->node, number);
	hlrti_format(dev->control, sizeof(dev->control), class->control, number);
	hlrti_format(class_dev, sizeof(class_dev), "%s/class/%s/%s", l->root, class->name, dev->name);
	return find_pci(l, class, class_dev, pci, sizeof(pci)) && read_pci(pci, dev) && dev->vendor == HLABI_PCI_VENDOR;
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

/* Where an attribute is depends on driver and generation: beside the class device, at its PCI function. */
static ssize_t linux_read_attr(struct hlrt_sys *sys, const char *device, const char *attr, char *buf, size_t size)
{
	struct sys_linux *l = to_linux(sys);
	char class_dev[PATH_MAX], dir[PATH_MAX];
	const struct class *class = classes;
	unsigned int number;
	ssize_t n;

	while (class < classes + NUM_CLASSES && !parse_name(device, class->prefix, &number))
		class ++;
	if (class == classes + NUM_CLASSES)
		return -ENOENT;
	hlrti_format(class_dev, sizeof(class_dev), "%s/class/%s/%s", l->root, class->name, device);
	n = class->has_attributes ? read_text_in(class_dev, attr, buf, size) : -ENOENT;
	if (n == -ENOENT && find_pci(l, class, class_dev, dir, sizeof(dir)))
		n = read_text_in(dir, attr, buf, size);
	return n;
}

/*
 * By the device number, so that it does not matter by which path, in which container, the node was opened. The link's last
 * part is the class device: control nodes and other vendors' accelerators fall out by name and by vendor.
 */
static int linux_identify(struct hlrt_sys *sys, int fd, struct hlrt_sys_device *dev)
{
	struct sys_linux *l = to_linux(sys);
	char dir[PATH_MAX], number[32], name[64];
	unsigned int n;
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISCHR(st.st_mode))
		return -EINVAL;
	hlrti_format(dir, sizeof(dir), "%s/dev/char", l->root);
	hlrti_format(number, sizeof(number), "%u:%u", major(st.st_rdev), minor(st.st_rdev));
	link_name(dir, number, name, sizeof(name));
	for (size_t c = 0; c < NUM_CLASSES; c++)
		if (parse_name(name, classes[c].prefix, &n) && describe(l, &classes[c], n, dev))
			return 0;
	return -EINVAL;
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
	.identify = linux_identify,
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
