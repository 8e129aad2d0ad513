// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * What monitors hear and tables show, from where somebody stands.
 *
 *	monitor-check as UID COMMAND...		by that user and group
 *	monitor-check in net|pid|no-sys COMMAND...	in a network or pid namespace of its own, or without /sys
 *	monitor-check hold FILE			exports a buffer; makes FILE, and ends when it is gone
 *	monitor-check denied			events of buffers are refused
 *	monitor-check elsewhere			there is no family, and the message says so
 *	monitor-check hears FILE WORD...	makes FILE, then these device events must come, in this order
 *	monitor-check overrun PCI		what comes too fast is told to be missing, and what goes meanwhile is not lost
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail.h"

#define PATIENCE_MS 60000
#define FLOOD 4000 /* events, more than any socket takes */

/* ---- standing somewhere ---- */

static void run(char **command)
{
	execvp(command[0], command);
	fail("%s: %s", command[0], strerror(errno));
}

static void as(char **argv)
{
	const unsigned int uid = (unsigned int)strtoul(argv[0], NULL, 0);

	if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		fail("becoming user %u: %s", uid, strerror(errno));
	run(argv + 1);
}

static void in_pid_namespace(char **command)
{
	int status;
	pid_t child;

	if (unshare(CLONE_NEWPID))
		fail("unshare: %s", strerror(errno));
	child = fork();
	if (!child)
		run(command);
	if (child < 0 || waitpid(child, &status, 0) != child)
		fail("fork: %s", strerror(errno));
	exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

static void in(char **argv)
{
	if (!strcmp(argv[0], "pid"))
		in_pid_namespace(argv + 1);
	if (!strcmp(argv[0], "net") && unshare(CLONE_NEWNET))
		fail("unshare: %s", strerror(errno));
	if (!strcmp(argv[0], "no-sys") &&
	    (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || umount2("/sys", MNT_DETACH)))
		fail("without /sys: %s", strerror(errno));
	run(argv + 1);
}

/* ---- holding ---- */

static void make_file(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);

	if (fd < 0)
		fail("%s: %s", path, strerror(errno));
	close(fd);
}

static void hold(char **argv)
{
	struct hlrt_device **devices = check_ptr((void *)hlrt_get_devices(NULL), "devices");
	struct hlrt_context *context = check_ptr(hlrt_open(devices[0], NULL), "open");
	struct hlrt_mem *mem = check_ptr(hlrt_mem_alloc(context, 1 << 20, NULL), "alloc");
	struct hlrt_dmabuf *dmabuf = check_ptr(hlrt_dmabuf_export(mem, 0, 1 << 20, 0), "export");

	make_file(argv[0]);
	while (!access(argv[0], F_OK))
		usleep(50000);
	check(hlrt_dmabuf_close(dmabuf), "close");
	check(hlrt_mem_free(mem), "free");
	check(hlrt_close(context), "close");
	hlrt_free_devices(devices);
}

/* ---- errors; each is named as tests/api/errno_matrix.py wants it ---- */

static void refused(int error, struct hlrt_monitor_options *options)
{
	if (hlrt_monitor_open(options) || errno != error)
		fail("opening a monitor: %s, not %s", strerror(errno), strerror(error));
	printf("%s\n", hlrt_last_error());
}

/* errno-case: hlrt_monitor_open/EPERM/no_administrator */
static void denied(char **argv)
{
	struct hlrt_monitor_options options = { .size = sizeof(options), .flags = HLRT_MONITOR_BUFFERS };
	struct hlrt_monitor *monitor;

	(void)argv;
	refused(EPERM, &options);
	options.flags = 0;
	monitor = check_ptr(hlrt_monitor_open(&options), "a monitor of devices");
	check(hlrt_monitor_close(monitor), "close");
}

/*
 * errno-case: hlrt_monitor_open/ENOENT/no_family
 * errno-case: hlrt_get_buffers/ENOENT/no_family
 */
static void elsewhere(char **argv)
{
	struct hlrt_monitor_options options = { .size = sizeof(options), .flags = HLRT_MONITOR_BUFFERS };

	(void)argv;
	refused(ENOENT, &options);
	if (hlrt_get_buffers(NULL, NULL) || errno != ENOENT)
		fail("a table of buffers: %s, not ENOENT", strerror(errno));
	printf("%s\n", hlrt_last_error());
}

/* ---- events ---- */

static const char *const words[] = {
	[HLRT_MONITOR_ADDED] = "added",
	[HLRT_MONITOR_REMOVED] = "removed",
	[HLRT_MONITOR_RESET_BEGIN] = "reset-begin",
	[HLRT_MONITOR_RESET_END] = "reset-end",
	[HLRT_MONITOR_OVERRUN] = "overrun",
};

static void next(struct hlrt_monitor *monitor, struct hlrt_monitor_event *event)
{
	struct pollfd fd = { .fd = hlrt_monitor_fd(monitor), .events = POLLIN };
	int rc;

	event->size = sizeof(*event);
	while ((rc = hlrt_monitor_read(monitor, event)) == -EAGAIN)
		if (poll(&fd, 1, PATIENCE_MS) != 1)
			fail("no event in %d s", PATIENCE_MS / 1000);
	check(rc, "reading an event");
}

static void hears(char **argv)
{
	struct hlrt_monitor *monitor = check_ptr(hlrt_monitor_open(NULL), "monitor");
	struct hlrt_monitor_event event = { .size = sizeof(event) };

	/* errno-case: hlrt_monitor_read/EAGAIN/none */
	if (hlrt_monitor_read(monitor, &event) != -EAGAIN)
		fail("an event before anything has happened");
	make_file(argv[0]);
	for (argv++; *argv; argv++) {
		next(monitor, &event);
		printf("%s %s %s: %s\n", words[event.type], event.name, event.pci_address, event.text);
		if (strcmp(words[event.type], *argv) != 0)
			fail("that is not '%s'", *argv);
	}
	check(hlrt_monitor_close(monitor), "close");
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		fail("%s: %s", path, strerror(errno));
	close(fd);
}

static struct hlrt_device_info device_at(const char *pci_address)
{
	struct hlrt_device **devices = check_ptr((void *)hlrt_get_devices(NULL), "devices");
	struct hlrt_device_info info = { .size = sizeof(info) };

	for (struct hlrt_device **d = devices; *d; d++) {
		check(hlrt_device_query(*d, &info), "query");
		if (!strcmp(info.pci_address, pci_address)) {
			hlrt_free_devices(devices);
			return info;
		}
	}
	fail("there is no device at %s", pci_address);
}

static void flood_uevents(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/%s/%s/uevent", strncmp(name, "hl", 2) ? "accel" : "habanalabs", name);
	for (int i = 0; i < FLOOD; i++)
		write_file(path, "change");
}

static void flood_buffers(struct hlrt_mem *mem)
{
	for (int i = 0; i < FLOOD / 2; i++)
		check(hlrt_dmabuf_close(check_ptr(hlrt_dmabuf_export(mem, 0, 4096, 0), "export")), "close");
}

static void overrun(char **argv)
{
	struct hlrt_monitor_options options = { .size = sizeof(options), .flags = HLRT_MONITOR_BUFFERS };
	struct hlrt_monitor *monitor = check_ptr(hlrt_monitor_open(&options), "monitor");
	struct hlrt_device_info info = device_at(argv[0]);
	struct hlrt_monitor_event event;
	struct hlrt_device **devices;
	struct hlrt_context *context;
	struct hlrt_mem *mem;
	uint64_t told = 0;

	flood_uevents(info.name);
	write_file("/sys/bus/pci/drivers/hlrt/unbind", argv[0]);
	next(monitor, &event);
	if (event.type != HLRT_MONITOR_OVERRUN)
		fail("%d events were not read, and the first that is told is '%s'", FLOOD, words[event.type]);
	next(monitor, &event);
	if (event.type != HLRT_MONITOR_REMOVED || strcmp(event.pci_address, argv[0]) != 0)
		fail("the removal was lost: '%s' of %s came", words[event.type], event.pci_address);
	write_file("/sys/bus/pci/drivers/hlrt/bind", argv[0]);
	next(monitor, &event);
	if (event.type != HLRT_MONITOR_ADDED)
		fail("the device came back, and what is told is '%s'", words[event.type]);

	devices = check_ptr((void *)hlrt_get_devices(NULL), "devices");
	context = check_ptr(hlrt_open(devices[0], NULL), "open");
	mem = check_ptr(hlrt_mem_alloc(context, 4096, NULL), "alloc");
	flood_buffers(mem);
	next(monitor, &event);
	if (event.type != HLRT_MONITOR_OVERRUN)
		fail("%d events of buffers were not read, and nobody says that some are missing", FLOOD);
	while (!hlrt_monitor_read(monitor, &event))
		told++;
	printf("overrun: told; %llu of %d events were kept\n", (unsigned long long)told, FLOOD);
	if (told >= FLOOD)
		fail("none was lost");
	check(hlrt_mem_free(mem), "free");
	check(hlrt_close(context), "close");
	hlrt_free_devices(devices);
	check(hlrt_monitor_close(monitor), "close");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int arguments;
		void (*run)(char **argv);
	} commands[] = {
		{ "as", 2, as },
		{ "in", 2, in },
		{ "hold", 1, hold },
		{ "denied", 0, denied },
		{ "elsewhere", 0, elsewhere },
		{ "hears", 2, hears },
		{ "overrun", 1, overrun },
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) != 0 || argc - 2 < commands[i].arguments)
			continue;
		commands[i].run(argv + 2);
		return EXIT_SUCCESS;
	}
	fail("usage: see the head of monitor-check.c");
}
