// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * monitor-random COUNT SEED PCI PCI: opens, exports, attaches, imports, revokes, resets and unplugs two devices at random. After each
 * step the monitor has told what has happened and nothing else, the netlink group of devices the same in the same order, and
 * the table of buffers is what it should be. At last: a dump that something changed in says so.
 */
#include <abi/hlrt_netlink.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fail.h"
#include "uapi.h"

#define DEVICES 2
#define EXPORTS 4   /* of each device */
#define IMPORTERS 4 /* of each export */
#define EXPECTED 128
#define PATIENCE_MS 60000

enum kind { BY_STATIC, BY_PINNED, BY_DYNAMIC, BY_DEVICE };

struct importer {
	bool used, mapped;
	enum kind kind;
	uint64_t handle;      /* of /dev/hli */
	struct hlrt_mem *mem; /* BY_DEVICE: of the other device's context */
};

struct export
{
	struct hlrt_mem *mem; /* NULL: not used */
	struct hlrt_dmabuf *dmabuf;
	uint64_t address, length;
	bool revoked;
	struct importer by[IMPORTERS];
};

static struct device {
	char pci[16];
	struct hlrt_context *context;
	bool lost; /* reset or unplugged under the context */
	struct export export[EXPORTS];
} devices[DEVICES];

struct expected {
	uint32_t type;
	const char *pci;
	uint64_t address, length;
	char importer[32];
};

static struct expected expected[EXPECTED];
static size_t num_expected;
static struct hlrt_monitor *monitor;
static struct nl_sock *group;
static int hli = -1;
static char hli_name[32];

static unsigned int below(unsigned int n)
{
	return (unsigned int)random() % n;
}

/* ---- what should come ---- */

static struct expected *expect(uint32_t type, const struct device *d)
{
	struct expected *e = &expected[num_expected++];

	if (num_expected > EXPECTED)
		fail("more than %d events in one step", EXPECTED);
	*e = (struct expected){ .type = type, .pci = d->pci };
	return e;
}

static void expect_buffer(uint32_t type, const struct device *d, const struct export *x, const char *importer)
{
	struct expected *e = expect(type, d);

	e->address = x->address;
	e->length = x->length;
	snprintf(e->importer, sizeof(e->importer), "%s", importer);
}

static bool is(const struct expected *e, const struct hlrt_monitor_event *event)
{
	return e->type == event->type && !strcmp(e->pci, event->pci_address) && e->address == event->address &&
	       e->length == event->length && !strcmp(e->importer, event->importer);
}

static void describe(const struct hlrt_monitor_event *event)
{
	printf("came: type %u of %s, 0x%llx + 0x%llx, importer '%s', text '%s'\n", event->type, event->pci_address,
	       (unsigned long long)event->address, (unsigned long long)event->length, event->importer, event->text);
}

static void take(const struct hlrt_monitor_event *event)
{
	for (size_t i = 0; i < num_expected; i++) {
		if (!is(&expected[i], event))
			continue;
		if (event->type == HLRT_MONITOR_RESET_END && strcmp(event->text, "operational") != 0)
			break;
		memmove(&expected[i], &expected[i + 1], (num_expected - i - 1) * sizeof(expected[0]));
		num_expected--;
		return;
	}
	describe(event);
	fail("which should not have come");
}

/* The driver's own account of an event of devices: the next message of the group. */
static void same_in_group(const struct hlrt_monitor_event *event)
{
	struct pollfd fd = { .fd = nl_socket_get_fd(group), .events = POLLIN };
	struct nlattr *attrs[HLRT_NL_A_LAST + 1];
	unsigned char *buf;
	struct sockaddr_nl from;
	int n;

	if (poll(&fd, 1, PATIENCE_MS) != 1)
		fail("the netlink group does not tell what the monitor does");
	n = nl_recv(group, &from, &buf, NULL);
	if (n <= 0 || genlmsg_parse((struct nlmsghdr *)buf, 0, attrs, HLRT_NL_A_LAST, NULL) < 0)
		fail("the netlink group: %s", n < 0 ? nl_geterror(n) : "not understood");
	if (nla_get_u32(attrs[HLRT_NL_A_EVENT]) != event->type ||
	    strcmp(nla_get_string(attrs[HLRT_NL_A_PCI_ADDRESS]), event->pci_address) != 0 ||
	    strcmp(nla_get_string(attrs[HLRT_NL_A_NAME]), event->name) != 0 ||
	    (event->text[0] && strcmp(nla_get_string(attrs[HLRT_NL_A_TEXT]), event->text) != 0)) {
		describe(event);
		fail("and the netlink group tells event %u of %s", nla_get_u32(attrs[HLRT_NL_A_EVENT]),
		     nla_get_string(attrs[HLRT_NL_A_PCI_ADDRESS]));
	}
	free(buf);
}

static void all_came(void)
{
	struct pollfd fd = { .fd = hlrt_monitor_fd(monitor), .events = POLLIN };
	struct hlrt_monitor_event event = { .size = sizeof(event) };
	int rc;

	for (;;) {
		rc = hlrt_monitor_read(monitor, &event);
		if (!rc) {
			take(&event);
			if (event.type <= HLRT_MONITOR_RESET_END)
				same_in_group(&event);
			continue;
		}
		if (rc != -EAGAIN)
			check(rc, "reading an event");
		if (!num_expected)
			return;
		if (poll(&fd, 1, PATIENCE_MS) != 1)
			fail("type %u of %s, 0x%llx + 0x%llx, importer '%s' has not come (%zu are missing)",
			     expected[0].type, expected[0].pci, (unsigned long long)expected[0].address,
			     (unsigned long long)expected[0].length, expected[0].importer, num_expected);
	}
}

/* ---- the table ---- */

static const char *importer_name(const struct device *d, const struct importer *by)
{
	return by->kind == BY_DEVICE ? devices[d == devices].pci : hli_name;
}

static bool listed(const struct device *d, const struct hlrt_buffer_info *info, const struct importer *by)
{
	static const uint32_t modes[] = {
		[BY_STATIC] = HLRT_IMPORTER_STATIC,
		[BY_PINNED] = HLRT_IMPORTER_PINNED,
		[BY_DYNAMIC] = HLRT_IMPORTER_DYNAMIC,
		[BY_DEVICE] = HLRT_IMPORTER_DYNAMIC,
	};

	for (uint32_t i = 0; i < info->num_listed; i++) {
		const struct hlrt_importer_info *importer = info->importers[i];

		if (!strcmp(importer->device, importer_name(d, by)) && importer->mode == modes[by->kind] &&
		    !importer->maps == !by->mapped && importer->allowed_by && importer->path)
			return true;
	}
	return false;
}

static void right(const struct device *d, const struct export *x, const struct hlrt_buffer_info *info)
{
	uint32_t importers = 0;

	if (info->pid != getpid() || strcmp(info->comm, "monitor-random") != 0)
		fail("a buffer of pid %d (%s)", info->pid, info->comm);
	if (!(info->flags & HLRT_BUFFER_REVOKED) == x->revoked)
		fail("buffer 0x%llx: flags 0x%x, should be %srevoked", (unsigned long long)x->address, info->flags,
		     x->revoked ? "" : "not ");
	for (const struct importer *by = x->by; by < x->by + IMPORTERS; by++) {
		if (!by->used)
			continue;
		importers++;
		if (!listed(d, info, by))
			fail("buffer 0x%llx: importer %s, kind %d, mapped %d, is not listed so",
			     (unsigned long long)x->address, importer_name(d, by), by->kind, by->mapped);
	}
	if (info->num_importers != importers || info->num_listed != importers)
		fail("buffer 0x%llx: %u importers, %u listed, should be %u", (unsigned long long)x->address,
		     info->num_importers, info->num_listed, importers);
}

static bool alive(const struct export *x)
{
	bool imported = false;

	for (const struct importer *by = x->by; by < x->by + IMPORTERS; by++)
		imported |= by->used;
	return x->dmabuf || imported;
}

/* Buffers of a device that was taken away are not in the table: their new namesake has none. */
static void table_is_right(bool gone[DEVICES])
{
	size_t count, want = 0;
	struct hlrt_buffer_info **buffers = check_ptr((void *)hlrt_get_buffers(NULL, &count), "table");

	for (struct device *d = devices; d < devices + DEVICES; d++) {
		for (struct export *x = d->export; x < d->export + EXPORTS; x++) {
			size_t i = 0;

			if (!x->length || !alive(x) || gone[d - devices])
				continue;
			want++;
			while (i < count && (strcmp(buffers[i]->pci_address, d->pci) != 0 ||
					     buffers[i]->address != x->address || buffers[i]->length != x->length))
				i++;
			if (i == count)
				fail("buffer 0x%llx of %s is not in the table", (unsigned long long)x->address, d->pci);
			right(d, x, buffers[i]);
		}
	}
	if (count != want)
		fail("%zu buffers in the table, should be %zu", count, want);
	hlrt_free_buffers(buffers);
}

/* ---- steps ---- */

static struct hlrt_device *find_device(const char *pci, struct hlrt_device **list)
{
	struct hlrt_device_info info = { .size = sizeof(info) };

	for (; *list; list++) {
		check(hlrt_device_query(*list, &info), "query");
		if (!strcmp(info.pci_address, pci))
			return *list;
	}
	fail("there is no device at %s", pci);
}

static void open_device(struct device *d)
{
	struct hlrt_device **list = check_ptr((void *)hlrt_get_devices(NULL), "devices");

	d->context = check_ptr(hlrt_open(find_device(d->pci, list), NULL), "open");
	d->lost = false;
	hlrt_free_devices(list);
}

static void export_some(struct device *d)
{
	for (struct export *x = d->export; x < d->export + EXPORTS; x++) {
		if (x->length)
			continue;
		x->length = 4096ull << below(6);
		x->mem = check_ptr(hlrt_mem_alloc(d->context, x->length, NULL), "alloc");
		x->address = hlrt_mem_address(x->mem);
		x->dmabuf = check_ptr(hlrt_dmabuf_export(x->mem, 0, x->length, 0), "export");
		x->revoked = false;
		expect_buffer(HLRT_MONITOR_BUFFER_EXPORTED, d, x, "");
		return;
	}
}

static void release_if_last(struct device *d, struct export *x)
{
	if (alive(x))
		return;
	expect_buffer(HLRT_MONITOR_BUFFER_RELEASED, d, x, "");
	/* The memory goes with it, so that no later export has the same place while this one is remembered. */
	check(hlrt_mem_free(x->mem), "free");
	memset(x, 0, sizeof(*x));
}

static void let_go(struct device *d, struct export *x, struct importer *by)
{
	struct hli_handle arg = { .mr_handle = by->handle };

	if (by->kind == BY_DEVICE)
		check(hlrt_mem_free(by->mem), "free an import");
	else if (ioctl(hli, HLI_DEREG, &arg))
		fail("DEREG: %s", strerror(errno));
	by->used = false;
	expect_buffer(HLRT_MONITOR_BUFFER_DETACHED, d, x, importer_name(d, by));
}

static void import_by_device(struct device *d, struct export *x, struct importer *by)
{
	struct device *other = &devices[d == devices];

	if (!other->context || other->lost)
		return;
	by->mem = check_ptr(hlrt_dmabuf_import(other->context, hlrt_dmabuf_fd(x->dmabuf), 0, 0, 0), "import");
	by->used = by->mapped = true;
}

static void import_by_hli(struct export *x, struct importer *by)
{
	static const uint32_t modes[] = { HLI_STATIC, HLI_PINNED, HLI_DYNAMIC };
	union hli_reg reg = { .in = { .fd = (uint32_t)hlrt_dmabuf_fd(x->dmabuf), .mode = modes[by->kind] } };

	if (ioctl(hli, HLI_REG, &reg))
		fail("REG: %s", strerror(errno));
	by->handle = reg.out.mr_handle;
	by->used = by->mapped = true;
}

static void import_some(struct device *d, struct export *x)
{
	for (struct importer *by = x->by; by < x->by + IMPORTERS; by++) {
		if (by->used)
			continue;
		by->kind = (enum kind)below(4);
		if (by->kind == BY_DEVICE)
			import_by_device(d, x, by);
		else
			import_by_hli(x, by);
		if (by->used)
			expect_buffer(HLRT_MONITOR_BUFFER_ATTACHED, d, x, importer_name(d, by));
		return;
	}
}

static void unimport_some(struct device *d, struct export *x)
{
	struct importer *by = &x->by[below(IMPORTERS)];

	if (!by->used)
		return;
	let_go(d, x, by);
	release_if_last(d, x);
}

static void close_export(struct device *d, struct export *x)
{
	if (!x->dmabuf)
		return;
	check(hlrt_dmabuf_close(x->dmabuf), "close a dma-buf");
	x->dmabuf = NULL;
	release_if_last(d, x);
}

/* Who would hold up what takes the memory away. */
static void unpin(struct device *d, struct export *x)
{
	for (struct importer *by = x->by; by < x->by + IMPORTERS; by++)
		if (by->used && (by->kind == BY_STATIC || by->kind == BY_PINNED))
			let_go(d, x, by);
	if (x->length)
		release_if_last(d, x);
}

static void note_revoked(struct device *d, struct export *x)
{
	for (struct importer *by = x->by; by < x->by + IMPORTERS; by++)
		by->mapped = false;
	if (x->revoked)
		return;
	x->revoked = true;
	expect_buffer(HLRT_MONITOR_BUFFER_REVOKED, d, x, "");
}

static void revoke_export(struct device *d, struct export *x)
{
	unpin(d, x);
	if (!x->length || !x->dmabuf || x->revoked)
		return;
	check(hlrt_dmabuf_revoke(x->dmabuf), "revoke");
	note_revoked(d, x);
}

static struct hlrt_mem *lost_imports[EXPORTS * IMPORTERS];
static size_t num_lost;

/* The device's context dies: what it imported is given back, what it exported revoked. */
static void expect_loss(struct device *d)
{
	struct device *other = &devices[d == devices];

	for (struct export *x = other->export; x < other->export + EXPORTS; x++)
		for (struct importer *by = x->by; by < x->by + IMPORTERS; by++)
			if (by->used && by->kind == BY_DEVICE) {
				expect_buffer(HLRT_MONITOR_BUFFER_DETACHED, other, x, d->pci);
				lost_imports[num_lost++] = by->mem;
				by->used = false;
				release_if_last(other, x);
			}
	for (struct export *x = d->export; x < d->export + EXPORTS; x++)
		if (x->length)
			note_revoked(d, x);
	d->lost = d->context != NULL;
}

/* The handles of what the driver has taken back by itself. */
static void free_lost(void)
{
	while (num_lost)
		check(hlrt_mem_free(lost_imports[--num_lost]), "free a lost import");
}

static void close_device(struct device *d)
{
	struct device *other = &devices[d == devices];

	if (!d->context)
		return;
	for (struct export *x = other->export; x < other->export + EXPORTS; x++)
		for (struct importer *by = x->by; by < x->by + IMPORTERS; by++)
			if (by->used && by->kind == BY_DEVICE) {
				let_go(other, x, by);
				release_if_last(other, x);
			}
	for (struct export *x = d->export; x < d->export + EXPORTS; x++) {
		for (struct importer *by = x->by; by < x->by + IMPORTERS; by++)
			if (by->used)
				let_go(d, x, by);
		if (x->length && x->dmabuf)
			close_export(d, x);
		else if (x->length)
			release_if_last(d, x);
	}
	check(hlrt_close(d->context), "close");
	d->context = NULL;
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		fail("%s: %s", path, strerror(errno));
	close(fd);
}

/* Where its attributes are: at the PCI function, or in the older class at the class device below it. */
static void write_attribute(const struct device *d, const char *name)
{
	char path[128], dir[96];
	struct dirent *entry;
	DIR *list;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", d->pci, name);
	snprintf(dir, sizeof(dir), "/sys/bus/pci/devices/%s/habanalabs", d->pci);
	list = opendir(dir);
	while (list && (entry = readdir(list)))
		if (!strncmp(entry->d_name, "hl", 2) && entry->d_name[2] <= '9')
			snprintf(path, sizeof(path), "%s/%.8s/%s", dir, entry->d_name, name);
	if (list)
		closedir(list);
	write_file(path, "1");
}

static void reset(struct device *d)
{
	for (struct export *x = d->export; x < d->export + EXPORTS; x++)
		unpin(d, x);
	all_came();
	expect(HLRT_MONITOR_RESET_BEGIN, d);
	expect(HLRT_MONITOR_RESET_END, d);
	expect_loss(d);
	write_attribute(d, "hard_reset");
	all_came();
	free_lost();
}

static void take_away(const struct device *d)
{
	char path[64];

	if (below(2)) {
		write_file("/sys/bus/pci/drivers/hlrt/unbind", d->pci);
		return;
	}
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/remove", d->pci);
	write_file(path, "1");
}

static void bring_back(const struct device *d)
{
	char path[64];

	write_file("/sys/bus/pci/rescan", "1");
	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/hlrt/%s", d->pci);
	if (access(path, F_OK))
		write_file("/sys/bus/pci/drivers/hlrt/bind", d->pci);
}

static void unplug(struct device *d)
{
	bool gone[DEVICES] = { false };

	for (struct export *x = d->export; x < d->export + EXPORTS; x++)
		unpin(d, x);
	all_came();
	expect(HLRT_MONITOR_REMOVED, d);
	expect_loss(d);
	take_away(d);
	all_came();
	free_lost();
	gone[d - devices] = true;
	table_is_right(gone);
	close_device(d);
	all_came();
	expect(HLRT_MONITOR_ADDED, d);
	bring_back(d);
}

static void step(void)
{
	struct device *d = &devices[below(DEVICES)];
	struct export *x = &d->export[below(EXPORTS)];
	bool gone[DEVICES] = { false };
	unsigned int what = below(100);

	if (what < 3)
		unplug(d);
	else if (what < 8)
		reset(d);
	else if (what < 14 || d->lost)
		close_device(d);
	else if (!d->context)
		open_device(d);
	else if (!x->length)
		export_some(d);
	else if (what < 50 && x->dmabuf && !x->revoked)
		import_some(d, x);
	else if (what < 75)
		unimport_some(d, x);
	else if (what < 90)
		close_export(d, x);
	else
		revoke_export(d, x);
	all_came();
	table_is_right(gone);
}

/* ---- a dump in several parts ---- */

#define MANY 500 /* more than two messages take */

/* A dump with, in its midst, a change or none: does it say that there was one? */
static bool dump_says_changed(struct hlrt_mem *mem, bool change)
{
	static char buf[32768] __attribute__((aligned(NLMSG_ALIGNTO))); /* as large as the kernel makes a part */
	struct nl_sock *sock = nl_socket_alloc();
	bool told = false, done = false;
	size_t rows = 0;
	ssize_t n;

	if (!sock || genl_connect(sock) < 0 ||
	    genl_send_simple(sock, genl_ctrl_resolve(sock, HLRT_NL_FAMILY), HLRT_NL_GET_BUFFERS, HLRT_NL_VERSION,
			     NLM_F_DUMP) < 0)
		fail("asking for a dump");
	for (int part = 0; !done; part++) {
		struct nlmsghdr *nlh = (struct nlmsghdr *)buf;

		n = recv(nl_socket_get_fd(sock), buf, sizeof(buf), 0);
		if (n <= 0)
			fail("a dump breaks off");
		for (int left = (int)n; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left)) {
			told |= nlh->nlmsg_flags & NLM_F_DUMP_INTR;
			done |= nlh->nlmsg_type == NLMSG_DONE;
			rows += nlh->nlmsg_type != NLMSG_DONE;
		}
		if (!part && done)
			fail("%d buffers fit into one part: no change can come between", MANY);
		/* The second part has been made when the first was read; others have not. */
		if (!part && change)
			check(hlrt_dmabuf_close(check_ptr(hlrt_dmabuf_export(mem, 0, 4096, 0), "export")), "close");
	}
	if (rows != MANY)
		fail("%zu buffers in a dump of %d", rows, MANY);
	nl_socket_free(sock);
	return told;
}

static void changes_during_a_dump_are_told(void)
{
	struct hlrt_dmabuf *many[MANY];
	struct hlrt_mem *mem;

	open_device(&devices[0]);
	mem = check_ptr(hlrt_mem_alloc(devices[0].context, 4096, NULL), "alloc");
	for (int i = 0; i < MANY; i++)
		many[i] = check_ptr(hlrt_dmabuf_export(mem, 0, 4096, 0), "export");
	if (dump_says_changed(mem, false))
		fail("a dump says that something has changed, and nothing has");
	if (!dump_says_changed(mem, true))
		fail("a dump does not say that something has changed meanwhile");
	for (int i = 0; i < MANY; i++)
		check(hlrt_dmabuf_close(many[i]), "close");
	check(hlrt_mem_free(mem), "free");
	check(hlrt_close(devices[0].context), "close");
	devices[0].context = NULL;
}

/* ---- the test ---- */

static void listen_to_group(void)
{
	int id;

	group = nl_socket_alloc();
	if (!group || genl_connect(group) < 0)
		fail("a generic netlink socket");
	id = genl_ctrl_resolve_grp(group, HLRT_NL_FAMILY, HLRT_NL_GROUP_DEVICES);
	nl_socket_disable_seq_check(group);
	if (id < 0 || nl_socket_add_membership(group, id) < 0)
		fail("group " HLRT_NL_GROUP_DEVICES ": %s", nl_geterror(id));
}

static void find_importer(void)
{
	DIR *dir = opendir("/sys/bus/pci/drivers/hli");
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (strchr(entry->d_name, ':'))
			snprintf(hli_name, sizeof(hli_name), "%.31s", entry->d_name);
	hli = open("/dev/hli", O_RDWR | O_CLOEXEC);
	if (!dir || hli < 0 || !hli_name[0])
		fail("the importer is not there");
	closedir(dir);
}

int main(int argc, char **argv)
{
	struct hlrt_monitor_options options = { .size = sizeof(options), .flags = HLRT_MONITOR_BUFFERS };
	unsigned int count;

	if (argc != 5)
		fail("usage: monitor-random COUNT SEED PCI PCI");
	setvbuf(stdout, NULL, _IOLBF, 0);
	count = (unsigned int)strtoul(argv[1], NULL, 0);
	srandom((unsigned int)strtoul(argv[2], NULL, 0));
	snprintf(devices[0].pci, sizeof(devices[0].pci), "%s", argv[3]);
	snprintf(devices[1].pci, sizeof(devices[1].pci), "%s", argv[4]);
	monitor = check_ptr(hlrt_monitor_open(&options), "monitor");
	listen_to_group();
	find_importer();
	for (unsigned int i = 0; i < count; i++) {
		if (i % 100 == 0)
			printf("step %u of %u\n", i, count);
		step();
	}
	close_device(&devices[0]);
	close_device(&devices[1]);
	all_came();
	check(hlrt_monitor_close(monitor), "close");
	changes_during_a_dump_are_told();
	printf("%u steps, seed %s: each told and listed as it was\n", count, argv[2]);
	return 0;
}
