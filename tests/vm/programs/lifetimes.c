// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * hlrt-lifetimes: whatever goes away while others hold an export of it, what becomes of them and of it. The table is
 * docs/lifetimes.md's (--table).
 *
 *	hlrt-lifetimes --table
 *	hlrt-lifetimes [--cycles N] FIRST SECOND EVENT...	FIRST exports, SECOND is the neighbour and imports, too
 *	hlrt-lifetimes [--cycles N] FIRST SECOND sessions	programs killed anywhere
 *
 * Runs in a guest as root, where /dev/hli is. In the environment: LOAD, a shell command that loads the driver; UNPLUG, one
 * that takes FIRST away for good.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lifetimes.h"

#define WAIT_SECONDS 40
#define NAMED_SECONDS 5
#define ROLES (sizeof(roles) / sizeof(roles[0]))
#define EVENTS (sizeof(events) / sizeof(events[0]))

enum outcome { LIVES, ENDS, HOLDS, LOSES, FREED };

static const char *const outcome_text[] = {
	[LIVES] = "goes on",	    [ENDS] = "-ENODEV",	    [HOLDS] = "holds it up",
	[LOSES] = "reads anything", [FREED] = "given back",
};

static const char *const mode_text[] = { [STATIC] = "static", [PINNED] = "pinned", [DYNAMIC] = "dynamic" };
static const char *const state_text[] = {
	[EXPORTED] = "exported", [ATTACHED] = "attached", [MAPPED] = "mapped", [DMA] = "under DMA"
};

typedef enum outcome cells[STATES][MODES];

static const cells nothing_changes = {
	{ LIVES, LIVES, LIVES }, { LIVES, LIVES, LIVES }, { LIVES, LIVES, LIVES }, { LIVES, LIVES, LIVES }
};
static const cells device_stops = {
	{ ENDS, ENDS, ENDS }, { ENDS, ENDS, ENDS }, { HOLDS, HOLDS, ENDS }, { HOLDS, HOLDS, ENDS }
};
static const cells device_is_reset = {
	{ ENDS, ENDS, ENDS }, { ENDS, ENDS, ENDS }, { LOSES, LOSES, ENDS }, { LOSES, LOSES, ENDS }
};
static const cells importer_goes = {
	{ FREED, FREED, FREED }, { FREED, FREED, FREED }, { FREED, FREED, FREED }, { FREED, FREED, FREED }
};

struct scene;
static bool reset_held(struct scene *s), reset_done(struct scene *s);
static bool unbind_held(struct scene *s), unbind_done(struct scene *s);
static bool removed(struct scene *s);
static bool resumed(struct scene *s);
static bool shell_done(struct scene *s), shell_failed(struct scene *s);

static const struct event {
	const char *name, *what;
	const cells *expected;
	const char *holding; /* how it waits, or is refused */
	enum { BY_SHELL, BY_REQUEST, KILLS_EXPORTER, KILLS_IMPORTERS } how;
	enum request request;
	const char *shell, *back;
	bool (*held)(struct scene *s), (*done)(struct scene *s);
	const char *names; /* a line of the kernel log that names the holder begins so */
	bool refused;	   /* as long as there is an export; then it goes through */
	bool harmless;	   /* when it is held up: nothing happens to anybody */
	bool everywhere;   /* the second accelerator goes, too */
	bool for_good;	   /* the first device does not come back */
} events[] = {
	{ .name = "free",
	  .what = "the program frees the memory and closes its fds",
	  .expected = &nothing_changes,
	  .how = BY_REQUEST,
	  .request = FREE },
	{ .name = "close",
	  .what = "the program closes its context",
	  .expected = &nothing_changes,
	  .how = BY_REQUEST,
	  .request = CLOSE },
	{ .name = "kill", .what = "the program is killed", .expected = &nothing_changes, .how = KILLS_EXPORTER },
	{ .name = "kill-importer",
	  .what = "the importing program is killed",
	  .expected = &importer_goes,
	  .how = KILLS_IMPORTERS },
	{ .name = "reset",
	  .what = "reset (`hard_reset`)",
	  .expected = &device_stops,
	  .holding = "the reset is put off: `status` says `needs reset`, the kernel log names the holder; it begins "
		     "when the last has let go",
	  .shell = "echo 1 >$ATTRIBUTES/hard_reset",
	  .held = reset_held,
	  .done = reset_done,
	  .names = "reset put off" },
	{ .name = "unbind",
	  .what = "unbind in sysfs",
	  .expected = &device_stops,
	  .holding = "unbinding waits; the kernel log names the holder, again every 10 s; it ends when the last has "
		     "let go",
	  .shell = "echo $DEVICE >/sys/bus/pci/drivers/hlrt/unbind",
	  .back = "echo $DEVICE >/sys/bus/pci/drivers/hlrt/bind",
	  .held = unbind_held,
	  .done = unbind_done,
	  .names = "removal waits" },
	{ .name = "remove",
	  .what = "removal in sysfs",
	  .expected = &device_stops,
	  .holding = "as unbind",
	  .shell = "echo 1 >/sys/bus/pci/devices/$DEVICE/remove",
	  .back = "echo 1 >/sys/bus/pci/rescan",
	  .held = unbind_held,
	  .done = removed,
	  .names = "removal waits" },
	{ .name = "unplug",
	  .what = "hot-unplug",
	  .expected = &device_stops,
	  .holding = "as unbind",
	  .shell = "eval \"$UNPLUG\"",
	  .held = unbind_held,
	  .done = removed,
	  .names = "removal waits",
	  .for_good = true },
	{ .name = "flr",
	  .what = "function level reset in sysfs",
	  .expected = &device_is_reset,
	  .holding = "the function is reset all the same, for that cannot be refused; bringing it up is put off, as "
		     "with a reset",
	  .shell = "echo flr >/sys/bus/pci/devices/$DEVICE/reset_method && echo 1 >/sys/bus/pci/devices/$DEVICE/reset",
	  .held = reset_held,
	  .done = reset_done,
	  .names = "importers keep" },
	{ .name = "suspend",
	  .what = "suspend and resume",
	  .expected = &device_stops,
	  .holding = "refused with `-EBUSY`, the kernel log names the holder; nobody is harmed",
	  .shell = "echo 0 >/sys/module/suspend/parameters/pm_test_delay && echo devices >/sys/power/pm_test && "
		   "echo freeze >/sys/power/state",
	  .held = shell_failed,
	  .done = resumed,
	  .names = "cannot sleep",
	  .harmless = true,
	  .everywhere = true },
	{ .name = "rmmod",
	  .what = "rmmod",
	  .expected = &nothing_changes,
	  .holding = "refused (`Resource temporarily unavailable`) while a file or an export is open",
	  .shell = "rmmod hlrt",
	  .back = "eval \"$LOAD\"",
	  .refused = true },
};

/* Each with a buffer of its own. Those that hold up an event come last. */
static const struct role roles[] = {
	{ .state = EXPORTED },
	{ .state = ATTACHED, .mode = PINNED },
	{ .state = ATTACHED, .mode = DYNAMIC },
	{ .state = MAPPED, .mode = DYNAMIC },
	{ .state = DMA, .mode = DYNAMIC },
	{ .state = DMA, .mode = DYNAMIC, .peer = true },
	{ .state = ATTACHED, .mode = STATIC }, /* depends on the kernel */
	{ .state = MAPPED, .mode = STATIC },
	{ .state = MAPPED, .mode = PINNED },
	{ .state = DMA, .mode = STATIC },
	{ .state = DMA, .mode = PINNED },
};

#define NUM_BLOCKERS 4u

/* 6.1 and 6.12 (not 7.2): the dma-buf core maps for a static importer when it attaches, if the exporter knows dynamic ones. */
static bool maps_at_attach(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname name;

	if (uname(&name) || sscanf(name.release, "%u.%u", &major, &minor) != 2)
		FAIL("uname: %s", name.release);
	return major < 6 || (major == 6 && minor < 13);
}

static unsigned int num_movable(void)
{
	return ROLES - NUM_BLOCKERS - maps_at_attach();
}

const char *first_device, *second_device;

struct scene {
	const struct event *event;
	bool blockers;
	unsigned int num_roles;
	struct role role[ROLES];
	struct actor exporter, importer[ROLES];
	pid_t exporter_pid;
	pid_t shell;
	int shell_status; /* -1: still running */
	char attributes[256];
	unsigned long resets;
	int log;
};

/* ---- the machine ---- */

static bool exists(const char *format, const char *device)
{
	char path[512];

	snprintf(path, sizeof(path), format, device);
	return !access(path, F_OK);
}

/* Where the first device has its attributes: it depends on the kernel. */
static bool find_attributes(char *path, size_t size)
{
	static const char *const below[] = { "", "/habanalabs/*" };
	bool found = false;

	for (unsigned int i = 0; i < 2 && !found; i++) {
		char pattern[256];
		glob_t g;

		snprintf(pattern, sizeof(pattern), "/sys/bus/pci/devices/%s%s/hard_reset", first_device, below[i]);
		if (!glob(pattern, 0, NULL, &g)) {
			snprintf(path, size, "%.*s", (int)(strrchr(g.gl_pathv[0], '/') - g.gl_pathv[0]), g.gl_pathv[0]);
			found = true;
		}
		globfree(&g);
	}
	return found;
}

static const char *attribute(const struct scene *s, const char *name)
{
	static char text[256];
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", s->attributes, name);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		text[0] = '\0';
	if (file)
		fclose(file);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* The kernel log is read from here on. It also says what comes, for whoever reads it later. */
static void mark_kernel_log(struct scene *s)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "<6>lifetimes: %s%s", s->event->name, s->blockers ? ", held" : "");

	s->log = open("/dev/kmsg", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (s->log < 0 || write(s->log, text, (size_t)len) != len || lseek(s->log, 0, SEEK_END) < 0)
		FAIL("/dev/kmsg: %s", strerror(errno));
}

/* What the kernel has said since the mark, or since this was asked last, has a message with both. */
static bool log_has(const struct scene *s, const char *what, const char *with)
{
	char message[8192];
	ssize_t n;

	while ((n = read(s->log, message, sizeof(message) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		message[n > 0 ? n : 0] = '\0';
		if (strstr(message, what) && strstr(message, with))
			return true;
	}
	return false;
}

static void shell_start(struct scene *s, const char *command)
{
	fflush(NULL);
	s->shell_status = -1;
	s->shell = fork();
	if (!s->shell) {
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	if (s->shell < 0)
		FAIL("fork: %s", strerror(errno));
}

static bool shell_ended(struct scene *s)
{
	if (s->shell_status < 0 && waitpid(s->shell, &s->shell_status, WNOHANG) != s->shell)
		s->shell_status = -1;
	return s->shell_status >= 0;
}

/* Who holds an event up: the program that exported, in a line that the event knows. */
static void holder_must_be_named(const struct scene *s)
{
	char pid[32];

	snprintf(pid, sizeof(pid), "pid %d ", s->exporter_pid);
	for (double end = seconds_up() + NAMED_SECONDS; !log_has(s, s->event->names, pid); usleep(20000))
		if (seconds_up() > end)
			FAIL("%s: the kernel log does not name %s", s->event->name, pid);
}

static bool shell_done(struct scene *s)
{
	if (shell_ended(s) && s->shell_status)
		FAIL("%s: status 0x%x", s->event->name, (unsigned int)s->shell_status);
	return shell_ended(s);
}

static bool shell_failed(struct scene *s)
{
	return shell_ended(s) && s->shell_status;
}

static void wait_for(struct scene *s, bool (*condition)(struct scene *), const char *what)
{
	double end = seconds_up() + WAIT_SECONDS;

	while (!condition(s)) {
		if (seconds_up() > end)
			FAIL("%s: not %s after %d s; status %s", s->event->name, what, WAIT_SECONDS,
			     attribute(s, "status"));
		usleep(20000);
	}
}

/* ---- how events show ---- */

static bool reset_held(struct scene *s)
{
	return !strcmp(attribute(s, "status"), "needs reset");
}

static bool reset_done(struct scene *s)
{
	return !strcmp(attribute(s, "status"), "operational") &&
	       strtoul(attribute(s, "hard_reset_cnt"), NULL, 10) == s->resets + 1;
}

/* Nothing more can be opened, and yet it is not over. */
static bool unbind_held(struct scene *s)
{
	return !exists("%s/hard_reset", s->attributes) && exists("/sys/bus/pci/devices/%s", first_device) &&
	       (s->event->for_good || !shell_ended(s));
}

static bool unbind_done(struct scene *s)
{
	return shell_done(s) && !exists("/sys/bus/pci/drivers/hlrt/%s", first_device);
}

static bool removed(struct scene *s)
{
	return shell_done(s) && !exists("/sys/bus/pci/devices/%s", first_device);
}

static bool resumed(struct scene *s)
{
	return shell_done(s) && !strcmp(attribute(s, "status"), "operational");
}

/* ---- a scene ---- */

static bool is_harmless(const struct scene *s)
{
	return s->event->refused || (s->blockers && s->event->harmless);
}

static enum outcome expected(const struct scene *s, const struct role *role)
{
	bool mapped = role->state == ATTACHED && role->mode == STATIC && maps_at_attach();

	return is_harmless(s) ? LIVES : (*s->event->expected)[mapped ? MAPPED : role->state][role->mode];
}

static void describe(const struct scene *s, const struct role *role, char *text, size_t size)
{
	snprintf(text, size, "%s, %s, %s%s", s->event->name, role->peer ? "accelerator" : mode_text[role->mode],
		 state_text[role->state], s->blockers ? ", others hold it up" : "");
}

static void must(const struct scene *s, const struct role *role, int rc, int wanted, const char *what)
{
	char text[128];

	if (rc == wanted)
		return;
	describe(s, role, text, sizeof(text));
	FAIL("%s: %s gives %d (%s), not %d", text, what, rc, strerror(-rc), wanted);
}

static void begin(struct scene *s)
{
	if (!find_attributes(s->attributes, sizeof(s->attributes)))
		FAIL("%s has no attributes", first_device);
	setenv("ATTRIBUTES", s->attributes, 1);
	s->resets = strtoul(attribute(s, "hard_reset_cnt"), NULL, 10);
	s->num_roles = s->blockers ? ROLES : num_movable();
	exporter_start(&s->exporter);
	s->exporter_pid = s->exporter.pid;
	for (unsigned int i = 0; i < s->num_roles; i++) {
		int fd = -1;

		s->role[i] = roles[i];
		s->role[i].number = i;
		/* One process has the second accelerator open: at times it only maps, at times it copies. */
		if (s->role[i].peer && s->blockers)
			s->role[i].state = MAPPED;
		importer_start(&s->importer[i], &s->role[i]);
		must(s, &s->role[i], actor_ask(&s->exporter, EXPORT, i, &fd), 0, "export");
		must(s, &s->role[i], actor_ask(&s->importer[i], HOLD, 0, &fd), 0, "import");
		close(fd);
	}
	/* From here they are under DMA. */
	for (unsigned int i = 0; i < s->num_roles; i++)
		actor_tell(&s->importer[i], STARTED, 0);
	for (unsigned int i = 0; i < s->num_roles; i++)
		must(s, &s->role[i], actor_answer(&s->importer[i]), 0, "access before");
}

static void happen(struct scene *s)
{
	const struct event *e = s->event;

	mark_kernel_log(s);
	switch (e->how) {
	case BY_REQUEST:
		must(s, &s->role[0], actor_ask(&s->exporter, e->request, 0, NULL), 0, e->what);
		break;
	case KILLS_EXPORTER:
		actor_kill(&s->exporter);
		break;
	case KILLS_IMPORTERS:
		for (unsigned int i = 0; i < s->num_roles; i++)
			if (!s->role[i].peer)
				actor_kill(&s->importer[i]);
		break;
	case BY_SHELL:
		shell_start(s, e->shell);
		if (e->refused)
			wait_for(s, shell_failed, "refused");
		else if (s->blockers)
			wait_for(s, e->held, "held up");
		else
			wait_for(s, e->done, "done");
		break;
	}
}

static void check_importer(struct scene *s, unsigned int i)
{
	const struct role *role = &s->role[i];
	enum outcome outcome = expected(s, role);
	int wanted = outcome == ENDS ? -ENODEV : 0, rc;

	if (!s->importer[i].pid)
		return;
	rc = actor_answer(&s->importer[i]);
	if (outcome == LOSES && rc == -EILSEQ)
		return;
	if (role->peer && s->event->everywhere && rc == -ENODEV)
		return;
	/* The accelerator's driver refuses submissions that name what was taken away. */
	if (role->peer && outcome == ENDS)
		wanted = -EIO;
	must(s, role, rc, wanted, "access after");
}

/* Whether what should live does, and what should not, does not. All at once: engines are slow. */
static void check(struct scene *s)
{
	for (unsigned int i = 0; i < s->num_roles; i++)
		if (s->importer[i].pid)
			actor_tell(&s->importer[i], ACCESS, 0);
	for (unsigned int i = 0; i < s->num_roles; i++)
		check_importer(s, i);
	if (s->event->how == BY_SHELL)
		must(s, &s->role[0], actor_ask(&s->exporter, USE, 0, NULL), is_harmless(s) ? 0 : -ENODEV,
		     "the exporter's use");
}

static void let_go(struct scene *s, unsigned int i)
{
	if (s->importer[i].pid)
		must(s, &s->role[i], actor_ask(&s->importer[i], LET_GO, 0, NULL), 0, "letting go");
}

/* One by one; the event must wait for the last. */
static void release_blockers(struct scene *s)
{
	for (unsigned int i = num_movable(); i < s->num_roles; i++) {
		if (!s->event->held(s))
			FAIL("%s: went through while %s, %s held it up", s->event->name, mode_text[s->role[i].mode],
			     state_text[s->role[i].state]);
		let_go(s, i);
	}
	wait_for(s, s->event->done, "done after the last has let go");
}

static void end(struct scene *s)
{
	bool waits = s->blockers && s->event->held && !s->event->harmless;

	if (waits)
		release_blockers(s);
	for (unsigned int i = 0; i < (waits ? num_movable() : s->num_roles); i++)
		let_go(s, i);
	/* The neighbour is as it was. */
	for (unsigned int i = 0; i < s->num_roles; i++) {
		if (s->role[i].peer && !s->event->everywhere)
			must(s, &s->role[i], actor_ask(&s->importer[i], USE, 0, NULL), 0, "the neighbour's own memory");
		actor_end(&s->importer[i]);
	}
	actor_end(&s->exporter);
	if (s->event->refused) {
		shell_start(s, s->event->shell);
		wait_for(s, shell_done, "done");
	}
	if (s->event->back) {
		shell_start(s, s->event->back);
		wait_for(s, shell_done, "back");
	}
}

static void play(const struct event *event, bool blockers)
{
	struct scene s = { .event = event, .blockers = blockers };

	begin(&s);
	happen(&s);
	if (blockers && event->held)
		holder_must_be_named(&s);
	check(&s);
	end(&s);
	close(s.log);
	if ((!event->for_good && !device_works(first_device, WAIT_SECONDS)) ||
	    !device_works(second_device, WAIT_SECONDS))
		FAIL("%s: a device does not work afterwards", event->name);
}

static void run_event(const char *name, unsigned int cycles)
{
	const struct event *event = NULL;

	for (unsigned int i = 0; i < EVENTS; i++)
		if (!strcmp(events[i].name, name))
			event = &events[i];
	if (!event)
		FAIL("no event '%s'", name);
	for (unsigned int cycle = 1; cycle <= cycles; cycle++) {
		double start = seconds_up();

		/* Where it can be held up: once without those who can. */
		if (event->held && !event->for_good)
			play(event, false);
		play(event, true);
		printf("%s: cycle %u of %u: %.1f s\n", name, cycle, cycles, seconds_up() - start);
		fflush(stdout);
	}
}

/* ---- the table ---- */

static void print_row(const struct event *event, const char *state, enum outcome by_static, const enum outcome *row)
{
	printf("| %s | %s | %s | %s | %s |\n", event->what, state, outcome_text[by_static], outcome_text[row[PINNED]],
	       outcome_text[row[DYNAMIC]]);
}

static void print_table(void)
{
	puts("| event | export is | static | pinned | dynamic |\n|---|---|---|---|---|");
	for (unsigned int e = 0; e < EVENTS; e++)
		for (unsigned int state = 0; state < STATES; state++) {
			const enum outcome *row = (*events[e].expected)[state];
			enum outcome early = (*events[e].expected)[MAPPED][STATIC];

			print_row(&events[e], state_text[state], row[STATIC], row);
			if (state == ATTACHED && early != row[STATIC])
				print_row(&events[e], "attached, Linux 6.1 and 6.12", early, row);
		}
	puts("\n| event | how it is held up |\n|---|---|");
	for (unsigned int e = 0; e < EVENTS; e++)
		if (events[e].holding)
			printf("| %s | %s |\n", events[e].what, events[e].holding);
}

int main(int argc, char **argv)
{
	unsigned int cycles = 3;

	if (argc == 2 && !strcmp(argv[1], "--table")) {
		print_table();
		return 0;
	}
	if (argc > 2 && !strcmp(argv[1], "--cycles")) {
		cycles = (unsigned int)strtoul(argv[2], NULL, 10);
		argc -= 2;
		argv += 2;
	}
	if (argc < 4)
		FAIL("usage: hlrt-lifetimes --table | [--cycles N] FIRST SECOND EVENT...");
	first_device = argv[1];
	second_device = argv[2];
	setenv("DEVICE", first_device, 1);
	for (int i = 3; i < argc; i++) {
		if (!strcmp(argv[i], "sessions"))
			sessions_killed(cycles);
		else
			run_event(argv[i], cycles);
	}
	return 0;
}
