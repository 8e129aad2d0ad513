// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The kernel's netlink, by libnl: uevents for devices of any driver, hlrt.ko's family for buffers. The twin without libnl is
 * monitor_none.c.
 *
 * Events are received without libnl's help, for it does not tell a socket that has overflown from want of memory.
 */
#include "monitor.h"

#include <abi/hlrt_netlink.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define UEVENT_GROUP 1 /* the kernel's own; 2 is udev's */
#define MESSAGE_MAX 16384
#define SOCKET_BUFFER (1 << 20) /* as much of it as the system lets us have */

#define OPTIONS_SIZE_1 sizeof(struct hlrt_monitor_options) /* as first published */
#define EVENT_SIZE_1 sizeof(struct hlrt_monitor_event)

struct hlrt_monitor {
	int epoll;
	struct nl_sock *uevents;
	struct nl_sock *buffers; /* NULL unless asked for */
	struct hlrti_devices devices;
	bool resync; /* events were lost; look again when what is queued has been read */
};

_Static_assert((int)HLRT_NL_EVENT_EXPORTED + 1 == (int)HLRT_MONITOR_BUFFER_EXPORTED, "");
_Static_assert((int)HLRT_NL_EVENT_DETACHED + 1 == (int)HLRT_MONITOR_BUFFER_DETACHED, "");
_Static_assert((int)HLRT_NL_MODE_DYNAMIC == (int)HLRT_IMPORTER_DYNAMIC, "");
_Static_assert((int)HLRT_NL_PATH_TRANSLATED == (int)HLRT_PATH_TRANSLATED, "");
_Static_assert((int)HLRT_NL_JUDGE_ADMIN == (int)HLRT_ALLOWED_BY_ADMIN, "");
_Static_assert(HLRT_NL_BUFFER_REVOKED == HLRT_BUFFER_REVOKED && HLRT_NL_BUFFER_VMAPPED == HLRT_BUFFER_VMAPPED, "");

/* ---- errors ---- */

static int from_libnl(int err)
{
	static const struct {
		int nl, rc;
	} errors[] = {
		{ NLE_PERM, -EPERM },		{ NLE_NOACCESS, -EACCES },	   { NLE_NOMEM, -ENOMEM },
		{ NLE_OBJ_NOTFOUND, -ENOENT },	{ NLE_AF_NOSUPPORT, -EOPNOTSUPP }, { NLE_PROTO_MISMATCH, -EOPNOTSUPP },
		{ NLE_OPNOTSUPP, -EOPNOTSUPP }, { NLE_DUMP_INTR, -EINTR },
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].nl == (err < 0 ? -err : err))
			return errors[i].rc;
	return -EIO;
}

static int failed(int err, const char *what)
{
	return hlrt_set_error(from_libnl(err), "%s: %s", what, nl_geterror(err));
}

/* The simulator's devices are this process's own. */
static struct hlrt_sys *real_sys(void)
{
	struct hlrt_sys *sys = hlrti_sys_get();

	if (!sys)
		return NULL;
	if (!hlrti_sys_is_simulated(sys))
		return sys;
	return hlrti_null(hlrt_set_error(-EOPNOTSUPP, "HLRT_SIM is set: no kernel tells of simulated devices"));
}

/* ---- the family ---- */

static int connect_family(struct nl_sock *sock, int *family)
{
	int err = genl_connect(sock);

	if (err < 0)
		return failed(err, "opening a generic netlink socket");
	*family = genl_ctrl_resolve(sock, HLRT_NL_FAMILY);
	if (*family >= 0)
		return 0;
	if (from_libnl(*family) != -ENOENT)
		return failed(*family, "asking for the netlink family " HLRT_NL_FAMILY);
	return hlrt_set_error(-ENOENT, "there is no netlink family " HLRT_NL_FAMILY
				       ": hlrt.ko is not loaded, or this is not the machine's own network namespace");
}

static const struct nla_policy policy[HLRT_NL_A_LAST + 1] = {
	[HLRT_NL_A_PCI_ADDRESS] = { .type = NLA_STRING }, [HLRT_NL_A_NAME] = { .type = NLA_STRING },
	[HLRT_NL_A_EVENT] = { .type = NLA_U32 },	  [HLRT_NL_A_TIME] = { .type = NLA_U64 },
	[HLRT_NL_A_TEXT] = { .type = NLA_STRING },	  [HLRT_NL_A_ID] = { .type = NLA_U64 },
	[HLRT_NL_A_ADDRESS] = { .type = NLA_U64 },	  [HLRT_NL_A_SIZE] = { .type = NLA_U64 },
	[HLRT_NL_A_PIECES] = { .type = NLA_U32 },	  [HLRT_NL_A_PID] = { .type = NLA_U32 },
	[HLRT_NL_A_COMM] = { .type = NLA_STRING },	  [HLRT_NL_A_FLAGS] = { .type = NLA_U32 },
	[HLRT_NL_A_NUM_IMPORTERS] = { .type = NLA_U32 },  [HLRT_NL_A_IMPORTER] = { .type = NLA_NESTED },
};

static const struct nla_policy importer_policy[HLRT_NL_I_LAST + 1] = {
	[HLRT_NL_I_DEVICE] = { .type = NLA_STRING }, [HLRT_NL_I_MODE] = { .type = NLA_U32 },
	[HLRT_NL_I_MAPS] = { .type = NLA_U32 },	     [HLRT_NL_I_JUDGE] = { .type = NLA_U32 },
	[HLRT_NL_I_PATH] = { .type = NLA_U32 },
};

/* What is missing is 0 or "": an older driver may not have it. */
static uint32_t u32_of(struct nlattr *const *attrs, int i)
{
	return attrs[i] ? nla_get_u32(attrs[i]) : 0;
}

static uint64_t u64_of(struct nlattr *const *attrs, int i)
{
	return attrs[i] ? nla_get_u64(attrs[i]) : 0;
}

static void string_of(struct nlattr *const *attrs, int i, char *to, size_t size)
{
	if (attrs[i])
		hlrti_text(to, size, nla_data(attrs[i]), (size_t)nla_len(attrs[i]));
}

static bool parse_importer(struct nlattr *nest, struct hlrt_importer_info *info)
{
	struct nlattr *attrs[HLRT_NL_I_LAST + 1];

	if (nla_parse_nested(attrs, HLRT_NL_I_LAST, nest, importer_policy) < 0)
		return false;
	*info = (struct hlrt_importer_info){
		.mode = u32_of(attrs, HLRT_NL_I_MODE),
		.maps = u32_of(attrs, HLRT_NL_I_MAPS),
		.path = u32_of(attrs, HLRT_NL_I_PATH),
		.allowed_by = u32_of(attrs, HLRT_NL_I_JUDGE),
	};
	string_of(attrs, HLRT_NL_I_DEVICE, info->device, sizeof(info->device));
	return true;
}

/* ---- opening ---- */

static int open_uevents(struct hlrt_monitor *monitor)
{
	int err;

	monitor->uevents = nl_socket_alloc();
	if (!monitor->uevents)
		return hlrt_set_error(-ENOMEM, "no memory for a netlink socket");
	nl_join_groups(monitor->uevents, UEVENT_GROUP);
	err = nl_connect(monitor->uevents, NETLINK_KOBJECT_UEVENT);
	if (err < 0)
		return failed(err, "opening a socket for uevents");
	nl_socket_set_buffer_size(monitor->uevents, SOCKET_BUFFER, 0);
	return 0;
}

static int open_buffers(struct hlrt_monitor *monitor)
{
	int rc, family, group, err;

	monitor->buffers = nl_socket_alloc();
	if (!monitor->buffers)
		return hlrt_set_error(-ENOMEM, "no memory for a netlink socket");
	rc = connect_family(monitor->buffers, &family);
	if (rc)
		return rc;
	group = genl_ctrl_resolve_grp(monitor->buffers, HLRT_NL_FAMILY, HLRT_NL_GROUP_BUFFERS);
	if (group < 0)
		return failed(group, "asking for the netlink group " HLRT_NL_GROUP_BUFFERS);
	nl_socket_set_buffer_size(monitor->buffers, SOCKET_BUFFER, 0);
	err = nl_socket_add_membership(monitor->buffers, group);
	if (err < 0 && from_libnl(err) == -EPERM)
		return hlrt_set_error(-EPERM, "events of buffers are for administrators (CAP_NET_ADMIN)");
	return err < 0 ? failed(err, "joining the netlink group " HLRT_NL_GROUP_BUFFERS) : 0;
}

static int watch(const struct hlrt_monitor *monitor, const struct nl_sock *sock)
{
	struct epoll_event event = { .events = EPOLLIN };

	if (!sock || !epoll_ctl(monitor->epoll, EPOLL_CTL_ADD, nl_socket_get_fd(sock), &event))
		return 0;
	return hlrt_set_error(-errno, "epoll: %s", hlrti_strerror(errno));
}

static int set_up(struct hlrt_monitor *monitor, struct hlrt_sys *sys, uint32_t flags)
{
	int rc = open_uevents(monitor);

	if (!rc && (flags & HLRT_MONITOR_BUFFERS))
		rc = open_buffers(monitor);
	if (rc)
		return rc;
	monitor->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (monitor->epoll < 0)
		return hlrt_set_error(-errno, "epoll: %s", hlrti_strerror(errno));
	rc = watch(monitor, monitor->uevents);
	if (!rc)
		rc = watch(monitor, monitor->buffers);
	if (rc)
		return rc;
	/* Behind the subscription: what comes in between is told twice and known once. */
	rc = hlrti_devices_init(&monitor->devices, sys);
	return rc ? hlrt_set_error(rc, "listing devices: %s", hlrti_strerror(rc)) : 0;
}

static void tear_down(struct hlrt_monitor *monitor)
{
	hlrti_devices_fini(&monitor->devices);
	if (monitor->epoll >= 0)
		close(monitor->epoll);
	nl_socket_free(monitor->uevents);
	nl_socket_free(monitor->buffers);
	free(monitor);
}

HLRT_API struct hlrt_monitor *hlrt_monitor_open(const struct hlrt_monitor_options *options)
{
	struct hlrt_monitor_options known = { 0 };
	struct hlrt_monitor *monitor;
	struct hlrt_sys *sys;
	int rc = 0;

	if (options)
		rc = hlrti_struct_in("struct hlrt_monitor_options", &known, sizeof(known), OPTIONS_SIZE_1, options);
	if (rc)
		return hlrti_null(rc);
	if (known.flags & ~HLRT_MONITOR_BUFFERS)
		return hlrti_null(hlrt_set_error(-EINVAL, "monitor flags 0x%x: 0x%x is the only one known", known.flags,
						 HLRT_MONITOR_BUFFERS));
	sys = real_sys();
	if (!sys)
		return NULL;
	monitor = calloc(1, sizeof(*monitor));
	if (!monitor)
		return hlrti_null(hlrt_set_error(-ENOMEM, "no memory for a monitor"));
	monitor->epoll = -1;
	rc = set_up(monitor, sys, known.flags);
	if (!rc)
		return monitor;
	tear_down(monitor);
	return hlrti_null(rc);
}

HLRT_API int hlrt_monitor_fd(const struct hlrt_monitor *monitor)
{
	return monitor ? monitor->epoll : hlrt_set_error(-EINVAL, "monitor is NULL");
}

HLRT_API int hlrt_monitor_close(struct hlrt_monitor *monitor)
{
	int rc;

	if (!monitor)
		return hlrt_set_error(-EINVAL, "monitor is NULL");
	rc = hlrti_process_check();
	if (rc)
		return rc;
	tear_down(monitor);
	return 0;
}

/* ---- reading ---- */

/* One message of the kernel's; -EAGAIN: none, -ENOBUFS: some were lost. Anybody may send to a socket: what others say is skipped. */
static ssize_t receive(const struct nl_sock *sock, char *buf, size_t size)
{
	struct sockaddr_nl from;
	struct iovec iov = { buf, size };
	struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	do {
		msg.msg_namelen = sizeof(from);
		n = recvmsg(nl_socket_get_fd(sock), &msg, MSG_DONTWAIT);
	} while ((n < 0 && errno == EINTR) || (n >= 0 && from.nl_pid));
	return n < 0 ? -errno : n;
}

static void overrun(struct hlrt_monitor_event *event, const char *what)
{
	*event = (struct hlrt_monitor_event){ .type = HLRT_MONITOR_OVERRUN, .time_ns = (uint64_t)hlrti_now() };
	hlrti_text(event->text, sizeof(event->text), what, SIZE_MAX);
}

static int next_of_devices(struct hlrt_monitor *monitor, struct hlrt_monitor_event *event)
{
	char buf[MESSAGE_MAX];
	ssize_t n;
	int rc;

	for (;;) {
		if (hlrti_devices_next(&monitor->devices, event))
			return 0;
		n = receive(monitor->uevents, buf, sizeof(buf));
		if (n == -ENOBUFS) {
			monitor->resync = true;
			overrun(event, "events of devices");
			return 0;
		}
		if (n >= 0) {
			if (hlrti_devices_uevent(&monitor->devices, buf, (size_t)n, event))
				return 0;
			continue;
		}
		/* The kernel adds nothing to a socket that has overflown until it is empty: only now. */
		if (n != -EAGAIN || !monitor->resync)
			return (int)n;
		rc = hlrti_devices_resync(&monitor->devices);
		if (rc)
			return rc;
		monitor->resync = false;
	}
}

static bool parse_buffer_event(struct nlmsghdr *nlh, struct hlrt_monitor_event *event)
{
	struct nlattr *attrs[HLRT_NL_A_LAST + 1];
	struct hlrt_importer_info importer;

	if (!genlmsg_valid_hdr(nlh, 0) || genlmsg_hdr(nlh)->cmd != HLRT_NL_BUFFER_EVENT ||
	    genlmsg_parse(nlh, 0, attrs, HLRT_NL_A_LAST, policy) < 0)
		return false;
	*event = (struct hlrt_monitor_event){
		.type = u32_of(attrs, HLRT_NL_A_EVENT) + 1, /* one apart from the driver's numbers */
		.time_ns = u64_of(attrs, HLRT_NL_A_TIME),
		.buffer = u64_of(attrs, HLRT_NL_A_ID),
		.address = u64_of(attrs, HLRT_NL_A_ADDRESS),
		.length = u64_of(attrs, HLRT_NL_A_SIZE),
	};
	string_of(attrs, HLRT_NL_A_NAME, event->name, sizeof(event->name));
	string_of(attrs, HLRT_NL_A_PCI_ADDRESS, event->pci_address, sizeof(event->pci_address));
	if (attrs[HLRT_NL_A_IMPORTER] && parse_importer(attrs[HLRT_NL_A_IMPORTER], &importer))
		hlrti_text(event->importer, sizeof(event->importer), importer.device, SIZE_MAX);
	return true;
}

static int next_of_buffers(const struct hlrt_monitor *monitor, struct hlrt_monitor_event *event)
{
	char buf[MESSAGE_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	ssize_t n;

	for (;;) {
		n = receive(monitor->buffers, buf, sizeof(buf));
		if (n == -ENOBUFS) {
			overrun(event, "events of buffers");
			return 0;
		}
		if (n < 0)
			return (int)n;
		if (nlmsg_ok((struct nlmsghdr *)buf, (int)n) && parse_buffer_event((struct nlmsghdr *)buf, event))
			return 0;
	}
}

HLRT_API int hlrt_monitor_read(struct hlrt_monitor *monitor, struct hlrt_monitor_event *event)
{
	struct hlrt_monitor_event out;
	int rc;

	if (!monitor || !event)
		return hlrt_set_error(-EINVAL, "%s is NULL", monitor ? "event" : "monitor");
	rc = hlrti_struct_out_check("struct hlrt_monitor_event", event, EVENT_SIZE_1);
	if (!rc)
		rc = hlrti_process_check();
	if (rc)
		return rc;
	rc = next_of_devices(monitor, &out);
	if (rc == -EAGAIN && monitor->buffers)
		rc = next_of_buffers(monitor, &out);
	if (rc == -EAGAIN)
		return hlrt_set_error(rc, "there is no event");
	if (rc)
		return hlrt_set_error(rc, "reading events: %s", hlrti_strerror(rc));
	hlrti_struct_out(event, &out, sizeof(out));
	return 0;
}

/* ---- the table of buffers ---- */

struct dump {
	struct nl_sock *sock;
	int family;
	const char *pci_address;
	struct hlrti_buffers *buffers;
	int rc; /* of collecting */
};

static int collect(struct nlmsghdr *nlh, struct hlrti_buffers *buffers)
{
	struct nlattr *attrs[HLRT_NL_A_LAST + 1], *attr;
	struct hlrt_importer_info importer;
	struct hlrt_buffer_info *info;
	int left, rc = 0;

	if (genlmsg_hdr(nlh)->cmd != HLRT_NL_BUFFER)
		return 0;
	if (genlmsg_parse(nlh, 0, attrs, HLRT_NL_A_LAST, policy) < 0)
		return -EIO;
	info = hlrti_buffers_add(buffers);
	if (!info)
		return -ENOMEM;
	info->number = u64_of(attrs, HLRT_NL_A_ID);
	info->flags = u32_of(attrs, HLRT_NL_A_FLAGS);
	info->address = u64_of(attrs, HLRT_NL_A_ADDRESS);
	info->length = u64_of(attrs, HLRT_NL_A_SIZE);
	info->pieces = u32_of(attrs, HLRT_NL_A_PIECES);
	info->pid = (int32_t)u32_of(attrs, HLRT_NL_A_PID);
	info->num_importers = u32_of(attrs, HLRT_NL_A_NUM_IMPORTERS);
	string_of(attrs, HLRT_NL_A_COMM, info->comm, sizeof(info->comm));
	string_of(attrs, HLRT_NL_A_NAME, info->name, sizeof(info->name));
	string_of(attrs, HLRT_NL_A_PCI_ADDRESS, info->pci_address, sizeof(info->pci_address));
	nla_for_each_attr(attr, genlmsg_attrdata(genlmsg_hdr(nlh), 0), genlmsg_attrlen(genlmsg_hdr(nlh), 0),
			  left) if (!rc && nla_type(attr) == HLRT_NL_A_IMPORTER && parse_importer(attr, &importer)) rc =
		hlrti_buffers_add_importer(buffers, &importer);
	return rc;
}

static int collect_message(struct nl_msg *msg, void *arg)
{
	struct dump *dump = arg;

	/* After a failure the rest is read all the same, to the end of the dump. */
	if (!dump->rc)
		dump->rc = collect(nlmsg_hdr(msg), dump->buffers);
	return NL_OK;
}

/* How the dump has ended for the kernel: libnl does not look. */
static int collect_end(struct nl_msg *msg, void *arg)
{
	struct dump *dump = arg;
	int32_t end = 0;

	if (nlmsg_datalen(nlmsg_hdr(msg)) >= (int)sizeof(end))
		memcpy(&end, nlmsg_data(nlmsg_hdr(msg)), sizeof(end));
	if (!dump->rc && end < 0)
		dump->rc = end;
	return NL_OK;
}

static int ask(const struct dump *dump)
{
	struct nl_msg *msg = nlmsg_alloc();
	int err = -NLE_NOMEM;

	if (!msg)
		return err;
	if (genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, dump->family, 0, NLM_F_DUMP, HLRT_NL_GET_BUFFERS,
			HLRT_NL_VERSION))
		err = dump->pci_address ? nla_put_string(msg, HLRT_NL_A_PCI_ADDRESS, dump->pci_address) : 0;
	if (!err)
		err = nl_send_auto(dump->sock, msg);
	nlmsg_free(msg);
	return err;
}

static int dump_once(struct hlrti_buffers *buffers, void *arg)
{
	struct dump *dump = arg;
	int err;

	dump->buffers = buffers;
	dump->rc = 0;
	nl_socket_modify_cb(dump->sock, NL_CB_VALID, NL_CB_CUSTOM, collect_message, dump);
	nl_socket_modify_cb(dump->sock, NL_CB_FINISH, NL_CB_CUSTOM, collect_end, dump);
	err = ask(dump);
	if (err >= 0)
		err = nl_recvmsgs_default(dump->sock);
	if (err < 0)
		return from_libnl(err) == -EINTR ? -EINTR : failed(err, "reading the table of buffers");
	return dump->rc ? hlrt_set_error(dump->rc, "reading the table of buffers: %s", hlrti_strerror(dump->rc)) : 0;
}

HLRT_API struct hlrt_buffer_info **hlrt_get_buffers(const char *pci_address, size_t *count)
{
	struct hlrti_buffers buffers = { 0 };
	struct dump dump = { .pci_address = pci_address };
	int rc;

	if (!real_sys())
		return NULL;
	dump.sock = nl_socket_alloc();
	rc = dump.sock ? connect_family(dump.sock, &dump.family)
		       : hlrt_set_error(-ENOMEM, "no memory for a netlink socket");
	if (!rc)
		rc = hlrti_buffers_settle(dump_once, &dump, &buffers);
	nl_socket_free(dump.sock);
	/* An empty one is an array as well. */
	if (!rc && !buffers.list) {
		buffers.list = calloc(1, sizeof(struct hlrt_buffer_info *));
		rc = buffers.list ? 0 : hlrt_set_error(-ENOMEM, "no memory for a table of buffers");
	}
	if (rc) {
		hlrti_buffers_reset(&buffers);
		return hlrti_null(rc);
	}
	if (count)
		*count = buffers.count;
	return buffers.list;
}
