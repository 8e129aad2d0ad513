/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* hlsim: a chip model as a PCI device for QEMU 10.1 or newer, over a vfio-user socket. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../boot.h"
#include "../fault.h"
#include "control.h"
#include "firmware.h"
#include "server.h"

struct options {
	const char *asic;
	const char *socket;
	const char *trace;
	struct hlm_config config;
	const char *control;
	const char *firmware;
	struct hlsim_fault fault[HLSIM_NUM_KNOBS]; /* count 0: not set */
	bool once;
};

#define PATH_SIZE sizeof(((struct sockaddr_un *)0)->sun_path)

static char socket_path[PATH_SIZE], control_path[PATH_SIZE];

static void usage(FILE *out)
{
	fprintf(out,
		"usage: hlsim --asic NAME --socket PATH [options]\n"
		"       hlsim --asic NAME --write-firmware FOLDER\n"
		"\n"
		"Serves one simulated accelerator as a PCI device to QEMU:\n"
		"  -device "
		"'{\"driver\":\"vfio-user-pci\",\"rombar\":0,\"socket\":{\"type\":\"unix\",\"path\":\"PATH\"}}'\n"
		"The guest's memory has to be shared: -object memory-backend-memfd,share=on.\n"
		"\n"
		"  --asic NAME        gaudi or goya\n"
		"  --socket PATH      where to listen\n"
		"  --dram SIZE        device memory, a power of two, suffix M or G (default: the chip's own)\n"
		"  --boot NAME        how the boot loader wants its firmware: " HLSIM_BOOT_NAMES " (default simple)\n"
		"  --module-id N      what the firmware reports (default 0)\n"
		"  --fault KNOB       a fault: NAME[=VALUE][*COUNT] (default once; -1: for ever)\n"
		"  --control PATH     a socket that takes \"fault NAME[=VALUE] COUNT\", \"stats\", ..., line by line\n"
		"  --trace FILE       what the chip does, line by line; - is standard output\n"
		"  --once             end after the first connection; status 1 if it was malformed\n"
		"\n"
		"  --write-firmware FOLDER  makes firmware files that the chip takes, and serves nothing. They belong "
		"into\n"
		"                           /lib/firmware/habanalabs/NAME of the guest\n"
		"\n"
		"faults:\n");
	for (unsigned int i = 0; i < HLSIM_NUM_KNOBS; i++)
		if (!hlsim_knobs[i].in_process)
			fprintf(out, "  %-18s %s\n", hlsim_knobs[i].name, hlsim_knobs[i].effect);
}

static int parse_size(const char *text, uint64_t *size)
{
	static const char suffixes[] = "KMGT";
	const char *suffix;
	char *end;

	errno = 0;
	*size = strtoull(text, &end, 0);
	if (errno || end == text || *text == '-')
		return -EINVAL;
	if (!*end)
		return 0;
	suffix = strchr(suffixes, *end);
	if (!suffix || end[1])
		return -EINVAL;
	for (long i = suffix - suffixes; i >= 0; i--) {
		if (*size > UINT64_MAX >> 10)
			return -EINVAL;
		*size <<= 10;
	}
	return 0;
}

static int parse_number(const char *text, long *value)
{
	char *end;

	errno = 0;
	*value = strtol(text, &end, 0);
	return errno || end == text || *end ? -EINVAL : 0;
}

static int parse_fault(const char *text, struct hlsim_fault *faults)
{
	struct hlsim_fault fault;
	char why[512];

	if (hlsim_fault_parse(text, true, &fault, why, sizeof(why))) {
		fprintf(stderr, "hlsim: %s\n", why);
		return -EINVAL;
	}
	if (hlsim_knobs[fault.knob].in_process)
		return -EOPNOTSUPP;
	faults[fault.knob] = fault;
	return 0;
}

enum {
	OPT_ASIC = 1,
	OPT_SOCKET,
	OPT_DRAM,
	OPT_MODULE_ID,
	OPT_FAULT,
	OPT_CONTROL,
	OPT_TRACE,
	OPT_ONCE,
	OPT_HELP,
	OPT_BOOT,
	OPT_FIRMWARE
};

static const struct option long_options[] = {
	{ "asic", required_argument, NULL, OPT_ASIC },
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "dram", required_argument, NULL, OPT_DRAM },
	{ "module-id", required_argument, NULL, OPT_MODULE_ID },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ "control", required_argument, NULL, OPT_CONTROL },
	{ "trace", required_argument, NULL, OPT_TRACE },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "boot", required_argument, NULL, OPT_BOOT },
	{ "write-firmware", required_argument, NULL, OPT_FIRMWARE },
	{ NULL, 0, NULL, 0 },
};

static int parse_option(int opt, const char *arg, struct options *o)
{
	long number;

	switch (opt) {
	case OPT_ASIC:
		o->asic = arg;
		return 0;
	case OPT_SOCKET:
		o->socket = arg;
		return strlen(arg) < PATH_SIZE ? 0 : -ENAMETOOLONG;
	case OPT_DRAM:
		return parse_size(arg, &o->config.dram_size);
	case OPT_MODULE_ID:
		if (parse_number(arg, &number) || number < 0 || number > 255)
			return -EINVAL;
		o->config.module_id = (uint32_t)number;
		return 0;
	case OPT_BOOT:
		return hlsim_boot_flags(arg, &o->config.flags);
	case OPT_FIRMWARE:
		o->firmware = arg;
		return 0;
	case OPT_FAULT:
		return parse_fault(arg, o->fault);
	case OPT_CONTROL:
		o->control = arg;
		return strlen(arg) < PATH_SIZE ? 0 : -ENAMETOOLONG;
	case OPT_TRACE:
		o->trace = arg;
		return 0;
	case OPT_ONCE:
		o->once = true;
		return 0;
	default:
		return -EINVAL;
	}
}

static void parse_options(int argc, char **argv, struct options *o)
{
	int opt, index = 0;

	while ((opt = getopt_long(argc, argv, "", long_options, &index)) != -1) {
		int err;

		if (opt == OPT_HELP) {
			usage(stdout);
			exit(0);
		}
		if (opt == '?')
			exit(2);
		err = parse_option(opt, optarg, o);
		if (err) {
			fprintf(stderr, "hlsim: --%s %s: %s\n", long_options[index].name, optarg, strerror(-err));
			exit(2);
		}
	}
	if (!o->asic || !o->socket == !o->firmware || optind != argc) {
		usage(stderr);
		exit(2);
	}
}

static void remove_sockets(void)
{
	unlink(socket_path);
	if (*control_path)
		unlink(control_path);
}

static void end_on_signal(int number)
{
	(void)number;
	remove_sockets();
	_exit(0);
}

/* kept: where the path is remembered, to be removed at the end. */
static int listen_at(const char *path, char *kept)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stat st;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	/* A socket that an earlier run left behind may go; anything else in its place may not. */
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 1)) {
		int err = -errno;

		close(fd);
		return err;
	}
	memcpy(kept, path, strlen(path) + 1);
	return fd;
}

static FILE *open_trace(const char *path)
{
	FILE *trace;

	if (!path)
		return NULL;
	trace = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
	if (!trace) {
		fprintf(stderr, "hlsim: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	/* Whole lines at once: it is read while it grows, and after a crash. */
	setvbuf(trace, NULL, _IOLBF, 0);
	return trace;
}

static int serve(struct vu_server *server, int listener, bool once)
{
	for (;;) {
		int ret, fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0) {
			if (errno == EINTR || errno == ECONNABORTED)
				continue;
			fprintf(stderr, "hlsim: accept: %s\n", strerror(errno));
			return 1;
		}
		ret = vu_server_serve(server, fd);
		if (once)
			return ret ? 1 : 0;
	}
}

/* 0, or what has been told on stderr. */
static int start_control(struct vu_control *control, struct vu_server *server, const char *path)
{
	int rc;

	control->listener = -1;
	if (!path)
		return 0;
	rc = listen_at(path, control_path);
	if (rc >= 0)
		rc = vu_control_start(control, server->model, &server->remote, rc);
	if (rc)
		fprintf(stderr, "hlsim: %s: %s\n", path, strerror(-rc));
	return rc;
}

static int set_faults(struct hlm *model, const struct options *o)
{
	int rc = 0;

	for (unsigned int i = 0; !rc && i < HLSIM_NUM_KNOBS; i++)
		if (o->fault[i].count) {
			rc = hlsim_fault_chip(model, &o->fault[i]);
			if (rc)
				fprintf(stderr, "hlsim: --fault %s: %s\n", hlsim_knobs[i].name, strerror(-rc));
		}
	return rc;
}

/* Everything behind the model's creation. The exit status. */
static int serve_model(struct vu_server *server, const struct options *o)
{
	struct sigaction end = { .sa_handler = end_on_signal };
	struct vu_control control;
	int ret = 1, listener;

	if (set_faults(server->model, o) || start_control(&control, server, o->control))
		return 1;
	listener = listen_at(o->socket, socket_path);
	if (listener < 0) {
		fprintf(stderr, "hlsim: %s: %s\n", o->socket, strerror(-listener));
	} else {
		sigaction(SIGINT, &end, NULL);
		sigaction(SIGTERM, &end, NULL);
		printf("hlsim: %s at %s\n", o->asic, o->socket);
		fflush(stdout);
		ret = serve(server, listener, o->once);
		close(listener);
	}
	vu_control_stop(&control);
	remove_sockets();
	return ret;
}

int main(int argc, char **argv)
{
	struct options o = { .config = { .size = sizeof(o.config) } };
	struct vu_server server;
	FILE *trace;
	int ret;

	parse_options(argc, argv, &o);
	if (o.firmware)
		return vu_firmware_write(o.asic, o.firmware);
	trace = open_trace(o.trace);
	ret = vu_server_init(&server, o.asic, &o.config, trace);
	if (ret) {
		fprintf(stderr, "hlsim: no model of '%s' with these options: %s\n", o.asic, strerror(-ret));
		return 1;
	}
	ret = serve_model(&server, &o);
	vu_server_fini(&server);
	if (trace && trace != stdout)
		fclose(trace);
	return ret;
}
