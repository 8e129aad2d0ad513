// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Processes that export, hold, import and use buffers on demand. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <hlrt/hlrt.h>

#include "lifetimes.h"
#include "uapi.h"

#define EXPORTS 16
#define CHUNK 4096u /* what /dev/hli is asked for at a time: edu takes 0.2 s for it */
#define ANSWER_SECONDS 60

struct message {
	int request; /* or the answer's 0 or -errno */
	unsigned int number;
};

double seconds_up(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- messages ---- */

static void send_message(int socket, struct message m, int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { &m, sizeof(m) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *header;

		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		header = CMSG_FIRSTHDR(&msg);
		*header = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
					    .cmsg_type = SCM_RIGHTS,
					    .cmsg_len = CMSG_LEN(sizeof(fd)) };
		memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	}
	if (sendmsg(socket, &msg, MSG_NOSIGNAL) != sizeof(m))
		FAIL("sendmsg: %s", strerror(errno));
}

/* 1, or 0 when the other end has closed; -1: no answer in time. */
static int receive_message(int socket, struct message *m, int *fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = { m, sizeof(*m) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};
	ssize_t n = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC);
	struct cmsghdr *header = n > 0 ? CMSG_FIRSTHDR(&msg) : NULL;

	*fd = -1;
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(header), sizeof(*fd));
	return n == sizeof(*m) ? 1 : n ? -1 : 0;
}

static void tell(struct actor *actor, enum request request, unsigned int number, int fd)
{
	actor->told = request;
	send_message(actor->socket, (struct message){ (int)request, number }, fd);
}

static int answer(struct actor *actor, int *fd)
{
	struct message m;
	int answered = receive_message(actor->socket, &m, fd);

	if (answered != 1)
		FAIL("pid %d: request %d: %s", actor->pid, (int)actor->told,
		     answered ? "no answer in time" : "has ended");
	return m.request;
}

int actor_ask(struct actor *actor, enum request request, unsigned int number, int *fd)
{
	int back, rc;

	tell(actor, request, number, request == HOLD ? *fd : -1);
	rc = answer(actor, &back);
	if (request == EXPORT)
		*fd = back;
	return rc;
}

void actor_tell(struct actor *actor, enum request request, unsigned int number)
{
	tell(actor, request, number, -1);
}

int actor_answer(struct actor *actor)
{
	int fd;

	return answer(actor, &fd);
}

/* ---- a process ---- */

struct actor_ops {
	int (*serve)(void *self, enum request request, unsigned int number, int *fd);
	bool (*work)(void *self); /* a piece of it; false: nothing to do until the next request */
};

static void act(int socket, const struct actor_ops *ops, void *self)
{
	struct message m;
	int fd;

	while (true) {
		struct pollfd p = { .fd = socket, .events = POLLIN };

		while (!poll(&p, 1, 0) && ops->work && ops->work(self))
			;
		if (receive_message(socket, &m, &fd) != 1)
			exit(EXIT_SUCCESS);
		m.request = ops->serve(self, (enum request)m.request, m.number, &fd);
		send_message(socket, m, fd);
	}
}

static void actor_start(struct actor *actor, const struct actor_ops *ops, void *self)
{
	struct timeval limit = { .tv_sec = ANSWER_SECONDS };
	int pair[2];

	fflush(NULL);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		FAIL("socketpair: %s", strerror(errno));
	actor->pid = fork();
	if (actor->pid < 0)
		FAIL("fork: %s", strerror(errno));
	if (!actor->pid) {
		/* Not the other actors' sockets: they end when theirs are closed. */
		for (int i = 3; i < 256; i++)
			if (i != pair[1])
				close(i);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		act(pair[1], ops, self);
	}
	close(pair[1]);
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	actor->socket = pair[0];
}

void actor_kill(struct actor *actor)
{
	kill(actor->pid, SIGKILL);
	waitpid(actor->pid, NULL, 0);
	close(actor->socket);
	*actor = (struct actor){ 0 };
}

void actor_end(struct actor *actor)
{
	int status;

	if (!actor->pid)
		return;
	close(actor->socket);
	if (waitpid(actor->pid, &status, 0) != actor->pid || status)
		FAIL("pid %d ended with status 0x%x", actor->pid, (unsigned int)status);
	*actor = (struct actor){ 0 };
}

/* ---- devices and data ---- */

static struct hlrt_device *device_at(const char *pci_address)
{
	struct hlrt_device **devices = hlrt_get_devices(NULL), *found = NULL;

	for (size_t i = 0; devices && devices[i] && !found; i++) {
		struct hlrt_device_info info = { .size = sizeof(info) };

		if (!hlrt_device_query(devices[i], &info) && !strcmp(info.pci_address, pci_address))
			found = hlrt_device_ref(devices[i]);
	}
	hlrt_free_devices(devices);
	return found;
}

struct hlrt_context *open_at(const char *pci_address)
{
	struct hlrt_device *device = device_at(pci_address);
	struct hlrt_context *context = NULL;

	if (!device)
		errno = ENODEV;
	else
		context = hlrt_open(device, NULL);
	hlrt_device_unref(device);
	return context;
}

static const uint32_t *pattern(unsigned int number)
{
	static uint32_t data[LENGTH / 4];

	for (uint32_t i = 0; i < LENGTH / 4; i++)
		data[i] = (number + 1) * 0x9e3779b9u + i;
	return data;
}

static int round_trip(struct hlrt_mem *mem, unsigned int number)
{
	static uint8_t back[LENGTH];
	int rc;

	rc = hlrt_mem_write(mem, 0, pattern(number), LENGTH);
	if (!rc)
		rc = hlrt_mem_read(mem, 0, back, LENGTH);
	return rc ? rc : memcmp(back, pattern(number), LENGTH) ? -EILSEQ : 0;
}

bool device_works(const char *pci_address, unsigned int seconds)
{
	double end = seconds_up() + seconds;
	pid_t child;
	int status = -1;

	fflush(NULL);
	child = fork();
	if (!child) {
		struct hlrt_context *context;
		struct hlrt_mem *mem;

		while (!(context = open_at(pci_address)) && seconds_up() < end)
			usleep(50000);
		mem = context ? hlrt_mem_alloc(context, LENGTH, NULL) : NULL;
		if (!mem || round_trip(mem, 77) || hlrt_mem_free(mem) || hlrt_close(context)) {
			printf("%s: %s\n", pci_address, hlrt_last_error());
			exit(EXIT_FAILURE);
		}
		exit(EXIT_SUCCESS);
	}
	return child > 0 && waitpid(child, &status, 0) == child && !status;
}

/* ---- who exports ---- */

static struct exporter {
	struct hlrt_context *context;
	struct hlrt_mem *mem[EXPORTS], *own;
	struct hlrt_dmabuf *dmabuf[EXPORTS];
} exporter;

static int exporter_export(struct exporter *e, unsigned int i, int *fd)
{
	if (!e->context)
		e->context = open_at(first_device);
	if (!e->context)
		return -errno;
	if (!e->own)
		e->own = hlrt_mem_alloc(e->context, LENGTH, NULL);
	e->mem[i] = hlrt_mem_alloc(e->context, LENGTH, NULL);
	if (!e->mem[i] || !e->own || hlrt_mem_write(e->mem[i], 0, pattern(i), LENGTH))
		FAIL("memory: %s", hlrt_last_error());
	e->dmabuf[i] = hlrt_dmabuf_export(e->mem[i], 0, LENGTH, 0);
	if (!e->dmabuf[i])
		return -errno;
	*fd = hlrt_dmabuf_fd(e->dmabuf[i]);
	return 0;
}

static int exporter_free(struct exporter *e)
{
	int rc = 0;

	for (unsigned int i = 0; i < EXPORTS && !rc; i++) {
		if (e->dmabuf[i])
			rc = hlrt_dmabuf_close(e->dmabuf[i]);
		if (e->mem[i] && !rc)
			rc = hlrt_mem_free(e->mem[i]);
		e->dmabuf[i] = NULL;
		e->mem[i] = NULL;
	}
	return rc;
}

static int exporter_close(struct exporter *e)
{
	int rc = exporter_free(e);

	if (!rc && e->own)
		rc = hlrt_mem_free(e->own);
	if (!rc)
		rc = hlrt_close(e->context);
	*e = (struct exporter){ 0 };
	return rc;
}

static int exporter_serve(void *self, enum request request, unsigned int number, int *fd)
{
	struct exporter *e = self;

	switch (request) {
	case EXPORT:
		return exporter_export(e, number, fd);
	case FREE:
		return exporter_free(e);
	case CLOSE:
		return exporter_close(e);
	case USE:
		return round_trip(e->own, 99);
	default:
		return -ENOTTY;
	}
}

void exporter_start(struct actor *actor)
{
	static const struct actor_ops ops = { .serve = exporter_serve };

	actor_start(actor, &ops, &exporter);
}

/* ---- who imports ---- */

static struct importer {
	struct role role;
	int fd, hli;
	uint64_t handle;
	bool held, rests;
	int error; /* of what it is busy with */
	unsigned int transfers;
	struct hlrt_context *context; /* a peer's */
	struct hlrt_mem *own, *import;
} importer;

static int hli_reg(struct importer *im, unsigned int flags)
{
	static const uint32_t modes[] = { [STATIC] = HLI_STATIC, [PINNED] = HLI_PINNED, [DYNAMIC] = HLI_DYNAMIC };
	union hli_reg reg = { .in = { .fd = (uint32_t)im->fd, .mode = modes[im->role.mode], .flags = flags } };

	if (ioctl(im->hli, HLI_REG, &reg))
		return -errno;
	im->handle = reg.out.mr_handle;
	return 0;
}

static int hli_handle(struct importer *im, unsigned long cmd)
{
	struct hli_handle arg = { .mr_handle = im->handle };

	return ioctl(im->hli, cmd, &arg) ? -errno : 0;
}

static int hli_transfer(struct importer *im)
{
	uint8_t data[CHUNK];
	struct hli_access arg = {
		.mr_handle = im->handle, .userptr = (uintptr_t)data, .size = CHUNK, .offset = im->transfers % 16 * CHUNK
	};

	if (ioctl(im->hli, HLI_READ, &arg))
		return -errno;
	return memcmp(data, (const uint8_t *)pattern(im->role.number) + arg.offset, CHUNK) ? -EILSEQ : 0;
}

static int peer_transfer(struct importer *im)
{
	static uint8_t data[LENGTH];
	int rc;

	rc = hlrt_mem_copy(im->own, 0, im->import, 0, LENGTH);
	if (!rc)
		rc = hlrt_mem_read(im->own, 0, data, LENGTH);
	return rc ? rc : memcmp(data, pattern(im->role.number), LENGTH) ? -EILSEQ : 0;
}

static int importer_transfer(struct importer *im)
{
	int rc = im->role.peer ? peer_transfer(im) : hli_transfer(im);

	im->transfers++;
	return rc;
}

static int peer_hold(struct importer *im)
{
	im->context = open_at(second_device);
	if (!im->context)
		return -errno;
	im->own = hlrt_mem_alloc(im->context, LENGTH, NULL);
	im->import = im->own ? hlrt_dmabuf_import(im->context, im->fd, 0, 0, 0) : NULL;
	return im->import ? 0 : -errno;
}

static int hli_hold(struct importer *im)
{
	im->hli = open("/dev/hli", O_RDWR | O_CLOEXEC);
	if (im->hli < 0)
		return -errno;
	switch (im->role.state) {
	case EXPORTED:
		return 0;
	case ATTACHED:
		return hli_reg(im, HLI_ATTACH_ONLY);
	default:
		return hli_reg(im, 0);
	}
}

static int importer_hold(struct importer *im, int fd)
{
	int rc;

	im->fd = fd;
	rc = im->role.peer ? peer_hold(im) : hli_hold(im);
	if (rc)
		return rc;
	im->held = true;
	if (im->role.state == EXPORTED)
		return 0;
	/* The import keeps the buffer; its fd is not what is tested. */
	close(im->fd);
	im->fd = -1;
	return 0;
}

/* An fd is of use to importers of all kinds, or to none. */
static int fd_access(struct importer *im)
{
	int first = 0;

	for (im->role.mode = STATIC; im->role.mode < MODES; im->role.mode++) {
		int rc = hli_reg(im, 0);

		if (!rc)
			rc = hli_handle(im, HLI_DEREG);
		if (im->role.mode == STATIC)
			first = rc;
		else if (rc != first)
			return -EPROTO;
	}
	return first;
}

static int importer_access(struct importer *im)
{
	im->rests = true;
	switch (im->role.state) {
	case EXPORTED:
		return fd_access(im);
	case ATTACHED:
		return hli_handle(im, HLI_MAP);
	default:
		return im->error ? im->error : importer_transfer(im);
	}
}

static int importer_let_go(struct importer *im)
{
	int rc = 0;

	if (im->role.peer)
		rc = hlrt_mem_free(im->import);
	else if (im->role.state != EXPORTED)
		rc = hli_handle(im, HLI_DEREG);
	if (im->fd >= 0)
		close(im->fd);
	im->fd = -1;
	im->held = false;
	return rc;
}

static int importer_serve(void *self, enum request request, unsigned int number, int *fd)
{
	struct importer *im = self;
	int given = *fd;

	(void)number;
	*fd = -1;
	switch (request) {
	case HOLD:
		return importer_hold(im, given);
	case STARTED:
		return im->role.state != DMA || im->transfers ? im->error : importer_transfer(im);
	case ACCESS:
		return importer_access(im);
	case LET_GO:
		return importer_let_go(im);
	case USE:
		return im->own ? round_trip(im->own, 55) : -EINVAL;
	default:
		return -ENOTTY;
	}
}

static bool importer_work(void *self)
{
	struct importer *im = self;

	if (im->role.state != DMA || !im->held || im->rests || im->error)
		return false;
	im->error = importer_transfer(im);
	return true;
}

void importer_start(struct actor *actor, const struct role *role)
{
	static const struct actor_ops ops = { .serve = importer_serve, .work = importer_work };

	importer = (struct importer){ .role = *role, .fd = -1, .hli = -1 };
	actor_start(actor, &ops, &importer);
}
