/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The sys seam (libhlrt/sys.h) on the simulated machine. A device's fd is one end of a socket pair over which nothing is
 * ever sent: a real fd that can be duplicated, inherited and closed by anybody. The table here says, by the socket's inode,
 * which open file of the driver it stands for; the other end hangs up when its last copy is closed, and so ends the file.
 *
 * After fork() the threads of the chips are gone, so the child may only close.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/hlabi.h"
#include "kshim/kshim.h"
#include "libhlrt/sys.h"
#include "machine.h"

/* Of the kernel's fs.h, whose other names would clash with fcntl.h's users here. */
struct file *get_file(struct file *file);
void fput(struct file *file);

#define KERNEL_ERESTARTSYS 512

struct open_file {
	ino_t inode; /* of the program's end */
	int other_end;
	unsigned int device; /* index in the machine */
	bool compute;	     /* not the control node */
	struct file *file;
};

struct sim {
	struct hlrt_sys sys;
	struct hlsim_machine *machine;
	pid_t owner;
	pthread_mutex_t lock;
	struct open_file *files;
	size_t num_files, max_files;
};

int hlsim_sys_v1(const char *spec, struct hlrt_sys **sys, char *err, size_t err_size);

static struct sim *to_sim(struct hlrt_sys *sys)
{
	return (struct sim *)sys;
}

/* Every operation begins here: refuses a forked child, and finds out about dma-buf fds that were closed meanwhile. */
static int enter(struct sim *s)
{
	if (s->owner != getpid())
		return -EPERM;
	kshim_dmabuf_poll();
	return 0;
}

static long leave(long ret)
{
	return ret == -KERNEL_ERESTARTSYS ? -EINTR : ret;
}

/* ---- fds ---- */

/* The inode of a socket; 0 for anything else. */
static ino_t socket_inode(int fd)
{
	struct stat st;

	return fstat(fd, &st) || !S_ISSOCK(st.st_mode) ? 0 : st.st_ino;
}

/* Lock held. */
static struct open_file *find_locked(struct sim *s, int fd)
{
	ino_t inode = socket_inode(fd);

	for (size_t i = 0; inode && i < s->num_files; i++)
		if (s->files[i].inode == inode)
			return &s->files[i];
	return NULL;
}

/* The file of fd with a reference, so that another thread's close does not end it under us. */
static struct file *lookup(struct sim *s, int fd)
{
	struct open_file *open;
	struct file *file = NULL;

	pthread_mutex_lock(&s->lock);
	open = find_locked(s, fd);
	if (open)
		file = get_file(open->file);
	pthread_mutex_unlock(&s->lock);
	return file;
}

static int insert(struct sim *s, const struct open_file *open)
{
	int rc = 0;

	pthread_mutex_lock(&s->lock);
	if (s->num_files == s->max_files) {
		size_t max = s->max_files ? 2 * s->max_files : 8;
		struct open_file *files = realloc(s->files, max * sizeof(*files));

		if (files) {
			s->files = files;
			s->max_files = max;
		} else {
			rc = -ENOMEM;
		}
	}
	if (!rc)
		s->files[s->num_files++] = *open;
	pthread_mutex_unlock(&s->lock);
	return rc;
}

/* One file that no fd stands for any more, taken out of the table; NULL: there is none. */
static struct file *take_closed(struct sim *s)
{
	struct file *file = NULL;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->num_files && !file; i++) {
		struct pollfd p = { .fd = s->files[i].other_end };

		if (poll(&p, 1, 0) != 1 || !(p.revents & POLLHUP))
			continue;
		file = s->files[i].file;
		close(s->files[i].other_end);
		s->files[i] = s->files[--s->num_files];
	}
	pthread_mutex_unlock(&s->lock);
	return file;
}

/* Closes what the program has closed, also behind our back. */
static void reap(struct sim *s)
{
	struct file *file;

	while ((file = take_closed(s)))
		fput(file);
}

/* ---- operations ---- */

static void describe(struct sim *s, unsigned int index, struct hlrt_sys_device *dev)
{
	const struct hlsim_device *d = hlsim_machine_device(s->machine, index);
	const struct hlm_desc *desc = hlm_describe(d->chip);

	*dev = (struct hlrt_sys_device){ .vendor = desc->vendor, .device = desc->device };
	memcpy(dev->name, d->name, sizeof(dev->name));
	memcpy(dev->node, d->node, sizeof(dev->node));
	memcpy(dev->control, d->control, sizeof(dev->control));
	memcpy(dev->pci_address, d->address, sizeof(dev->pci_address));
	snprintf(dev->driver, sizeof(dev->driver), "%s", d->node[0] ? "hlrt" : "");
}

static int sim_enumerate(struct hlrt_sys *sys, int (*found)(void *arg, const struct hlrt_sys_device *dev), void *arg)
{
	struct sim *s = to_sim(sys);
	int rc = enter(s);

	for (unsigned int i = 0; !rc && i < hlsim_machine_devices(s->machine); i++) {
		struct hlrt_sys_device dev;

		if (hlsim_device_gone(hlsim_machine_device(s->machine, i)))
			continue;
		describe(s, i, &dev);
		rc = found(arg, &dev);
	}
	return rc;
}

static ssize_t sim_read_attr(struct hlrt_sys *sys, const char *device, const char *attr, char *buf, size_t size)
{
	struct sim *s = to_sim(sys);
	int rc = enter(s);

	if (rc)
		return rc;
	reap(s);
	return kshim_device_attr(device, attr, buf, size);
}

/* Which device a node belongs to, and whether it is the one for computing. */
static bool find_node(struct sim *s, const char *node, struct open_file *open)
{
	for (unsigned int i = 0; i < hlsim_machine_devices(s->machine); i++) {
		const struct hlsim_device *d = hlsim_machine_device(s->machine, i);

		open->device = i;
		open->compute = !strcmp(node, d->node);
		if (open->compute || !strcmp(node, d->control))
			return true;
	}
	return false;
}

/* A socket pair for the file: the program's end, or a negative errno. */
static int make_fd(struct open_file *open, int flags)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -errno;
	if (!(flags & O_CLOEXEC))
		fcntl(ends[0], F_SETFD, 0);
	open->inode = socket_inode(ends[0]);
	open->other_end = ends[1];
	return ends[0];
}

static int sim_open(struct hlrt_sys *sys, const char *node, int flags)
{
	static const char dev[] = "/dev/";
	struct sim *s = to_sim(sys);
	struct open_file open = { 0 };
	int fd, rc = enter(s);

	if (rc)
		return rc;
	reap(s);
	if (strncmp(node, dev, sizeof(dev) - 1) || !find_node(s, node, &open))
		return -ENOENT;
	fd = make_fd(&open, flags);
	if (fd < 0)
		return fd;
	rc = (int)leave(kshim_file_open(node + sizeof(dev) - 1, flags, &open.file));
	if (!rc) {
		rc = insert(s, &open);
		if (rc)
			fput(open.file);
	}
	if (rc) {
		close(fd);
		close(open.other_end);
		return rc;
	}
	return fd;
}

static int sim_close(struct hlrt_sys *sys, int fd)
{
	struct sim *s = to_sim(sys);

	if (close(fd))
		return -errno;
	if (s->owner == getpid()) {
		reap(s);
		kshim_dmabuf_poll();
	}
	return 0;
}

static int sim_identify(struct hlrt_sys *sys, int fd, struct hlrt_sys_device *dev)
{
	struct sim *s = to_sim(sys);
	const struct open_file *open;
	int rc = enter(s);

	if (rc)
		return rc;
	if (fcntl(fd, F_GETFD) < 0)
		return -EBADF;
	pthread_mutex_lock(&s->lock);
	open = find_locked(s, fd);
	if (open && open->compute)
		describe(s, open->device, dev);
	else
		rc = -EINVAL;
	pthread_mutex_unlock(&s->lock);
	return rc;
}

static int sim_ioctl(struct hlrt_sys *sys, int fd, unsigned long request, void *arg)
{
	struct sim *s = to_sim(sys);
	struct file *file;
	int rc = enter(s);

	if (rc)
		return rc;
	file = lookup(s, fd);
	if (!file)
		return -EBADF;
	rc = (int)leave(kshim_file_ioctl(file, (unsigned int)request, (unsigned long)(uintptr_t)arg));
	fput(file);
	return rc;
}

static void *sim_mmap(struct hlrt_sys *sys, int fd, uint64_t offset, size_t length, int *err)
{
	struct sim *s = to_sim(sys);
	struct file *file;
	void *p;

	*err = enter(s);
	if (*err)
		return NULL;
	*err = -EBADF;
	file = lookup(s, fd);
	if (!file)
		return NULL;
	p = kshim_file_mmap(file, offset, length, err);
	fput(file);
	return p;
}

static int sim_munmap(struct hlrt_sys *sys, void *addr, size_t length)
{
	int rc = enter(to_sim(sys));

	return rc ? rc : kshim_munmap(addr, length);
}

static int sim_event_fd(struct hlrt_sys *sys, int fd)
{
	struct hlabi_info_args args = { .op = HLABI_INFO_REGISTER_EVENTFD };
	int rc, event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (event < 0)
		return -errno;
	args.arg = (uint32_t)event;
	rc = sim_ioctl(sys, fd, HLABI_MISC_INFO, &args);
	if (rc < 0) {
		close(event);
		return rc;
	}
	return event;
}

static int sim_read_event(struct hlrt_sys *sys, int fd, uint64_t *events)
{
	struct hlabi_info_args args = {
		.return_pointer = (uint64_t)(uintptr_t)events,
		.return_size = sizeof(*events),
		.op = HLABI_INFO_GET_EVENTS,
	};

	*events = 0;
	return sim_ioctl(sys, fd, HLABI_MISC_INFO, &args);
}

static void sim_destroy(struct hlrt_sys *sys)
{
	struct sim *s = to_sim(sys);

	/* A child has no engine threads to stop and must not touch what they left. */
	if (s->owner != getpid())
		return;
	/* The fds stay the program's; they mean nothing any more. */
	for (size_t i = 0; i < s->num_files; i++) {
		close(s->files[i].other_end);
		fput(s->files[i].file);
	}
	hlsim_machine_destroy(s->machine);
	pthread_mutex_destroy(&s->lock);
	free(s->files);
	free(s);
}

static const struct hlrt_sys_ops sim_ops = {
	.abi = HLRT_SYS_ABI,
	.size = sizeof(struct hlrt_sys_ops),
	.name = "sim",
	.enumerate = sim_enumerate,
	.read_attr = sim_read_attr,
	.open = sim_open,
	.close = sim_close,
	.ioctl = sim_ioctl,
	.mmap = sim_mmap,
	.munmap = sim_munmap,
	.event_fd = sim_event_fd,
	.read_event = sim_read_event,
	.identify = sim_identify,
	.destroy = sim_destroy,
};

__attribute__((visibility("default"))) int hlsim_sys_v1(const char *text, struct hlrt_sys **sys, char *err,
							size_t err_size)
{
	struct hlsim_spec spec;
	struct sim *s;
	int rc = hlsim_spec_parse(text, &spec, err, err_size);

	if (rc)
		return rc;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	rc = hlsim_machine_create(&spec, &s->machine, err, err_size);
	if (rc) {
		free(s);
		return rc;
	}
	s->sys.ops = &sim_ops;
	s->owner = getpid();
	pthread_mutex_init(&s->lock, NULL);
	*sys = &s->sys;
	return 0;
}
