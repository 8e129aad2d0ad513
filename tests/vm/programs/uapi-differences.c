// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Asks two drivers, each with a device of the same kind, the same calls one after the other and compares what each
 * answers: errno, and those fields of the answer that do not depend on the session.
 *
 *	uapi-differences CHIP OURS OUR-CONTROL THEIRS THEIR-CONTROL LIST
 *
 * LIST has the differences that are accepted, a line each: a regular expression for calls' names, what ours answers, what theirs, and
 * why; "ok" or an errno's name, "*" for any. Fails at a difference that no line covers, and at a line that covers none.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include <hlrt/gaudi.h>
#include <hlrt/goya.h>

#include "uapi-calls.h"

#define MAX_DIFFERENCES 15 /* that may be accepted */
#define PAGE 4096u

struct session {
	int node, control, eventfd;
	uint64_t var[NUM_VARS];
	uint8_t *cb[NUM_VARS]; /* mappings */
	struct hlabi_cs_chunk chunks[MAX_CHUNKS];
};

/* What a call came to, as far as it can be compared. */
struct outcome {
	int error;
	size_t size;
	uint8_t bytes[ANSWER_SIZE];
};

struct accepted {
	char pattern[128], ours[24], theirs[24], why[200];
	regex_t names;
	unsigned int used;
};

static enum chips chip;
static struct accepted accepted[MAX_DIFFERENCES];
static unsigned int num_accepted, num_made, num_different, num_unknown;

static _Noreturn __attribute__((format(printf, 1, 2))) void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	exit(1);
}

/* Those that drivers answer with. */
static const char *error_name(int error)
{
	static const struct {
		int error;
		const char *name;
	} names[] = {
		{ 0, "ok" },
		{ EACCES, "EACCES" },
		{ EAGAIN, "EAGAIN" },
		{ EBADF, "EBADF" },
		{ EBUSY, "EBUSY" },
		{ EEXIST, "EEXIST" },
		{ EFAULT, "EFAULT" },
		{ EINTR, "EINTR" },
		{ EINVAL, "EINVAL" },
		{ EIO, "EIO" },
		{ ENODEV, "ENODEV" },
		{ ENOENT, "ENOENT" },
		{ ENOMEM, "ENOMEM" },
		{ ENOSPC, "ENOSPC" },
		{ ENOTTY, "ENOTTY" },
		{ EOPNOTSUPP, "EOPNOTSUPP" },
		{ EOVERFLOW, "EOVERFLOW" },
		{ EPERM, "EPERM" },
		{ ERANGE, "ERANGE" },
		{ ETIMEDOUT, "ETIMEDOUT" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].error == error)
			return names[i].name;
	die("a driver answers with errno %d, which has no name here", error);
}

/* ---- a session ---- */

static int open_node(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

static void *pages(size_t size, int prot)
{
	void *memory = mmap(NULL, size, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	return memory;
}

static void session_open(struct session *s, const char *node, const char *control)
{
	struct hlabi_hw_ip_info ip;
	struct hlabi_info_args info = { .op = HLABI_INFO_HW_IP, .return_size = sizeof(ip) };

	memset(s, 0, sizeof(*s));
	s->node = open_node(node);
	s->control = open_node(control);
	s->eventfd = eventfd(0, EFD_CLOEXEC);
	info.return_pointer = (uintptr_t)&ip;
	if (ioctl(s->node, HLABI_ACCEL_INFO, &info))
		die("%s: HW_IP: %s", node, strerror(errno));
	s->var[V_DRAM] = ip.dram_base_address;
	s->var[V_DRAM_END] = ip.dram_base_address + ip.dram_size;
	s->var[V_SRAM] = ip.sram_base_address;
	s->var[V_ANSWER] = (uintptr_t)pages(ANSWER_SIZE, PROT_READ | PROT_WRITE);
	s->var[V_BUFFER] = (uintptr_t)pages(BUFFER_SIZE, PROT_READ | PROT_WRITE);
	s->var[V_READ_ONLY] = (uintptr_t)pages(PAGE, PROT_READ);
	s->var[V_UNMAPPED] = (uintptr_t)pages(PAGE, PROT_NONE);
	s->var[V_CHUNKS] = (uintptr_t)s->chunks;
}

static uint64_t resolve(const struct session *s, uint64_t value)
{
	if (value >> 48 != VAR_TAG)
		return value;
	return s->var[value >> 40 & 0xFF] + (value & 0xFFFFFFFFFF);
}

/* ---- command buffers ---- */

static size_t put(uint8_t *at, uint32_t opcode, size_t size)
{
	const uint32_t head[2] = { 0, opcode << 24 };

	memset(at, 0, size);
	memcpy(at, head, sizeof(head));
	return size;
}

static size_t fill(uint8_t *at, uint64_t address, uint32_t length)
{
	if (chip == GAUDI)
		return hlrt_gaudi_fill(at, address, 0x5A5A5A5A, length, 0);
	return hlrt_goya_fill(at, address, 0x5A5A5A5A, length, 0);
}

static size_t from_host(const struct session *s, uint8_t *at)
{
	if (chip == GAUDI)
		return hlrt_gaudi_copy(at, s->var[V_DRAM], s->var[V_HOST], PAGE, 0);
	return hlrt_goya_copy(at, s->var[V_MEM_VA], s->var[V_HOST], PAGE, HLRT_GOYA_HOST_TO_DRAM, 0);
}

/* Opcodes: gaudi_packets.h and goya_packets.h, which agree on these. */
static void write_program(const struct session *s, uint8_t *at, const struct chunk *chunk)
{
	switch (chunk->program) {
	case P_NONE:
		break;
	case P_NOP:
		for (uint32_t i = 0; i + 8 <= chunk->size && i < PAGE; i += 8)
			put(at + i, 0xA, 8);
		break;
	case P_FILL:
		fill(at, chip == GAUDI ? s->var[V_DRAM] : s->var[V_MEM_VA], PAGE);
		break;
	case P_FROM_HOST:
		from_host(s, at);
		break;
	case P_MSG_PROT:
		put(at, 0x7, 16);
		break;
	case P_CP_DMA:
		put(at, 0x5, 16);
		break;
	case P_STOP:
		put(at, 0xB, 8);
		break;
	case P_WREG_BULK:
		put(at, 0x2, 16);
		break;
	case P_UNKNOWN:
		put(at, 0x1E, 8);
		break;
	case P_LIN_DMA_CUT:
		put(at, 0x9, 24);
		break;
	case P_WREG32_OTHER:
		put(at, 0x1, 8);
		break;
	case P_NOP_THEN_STOP:
		put(at, 0xA, 8);
		put(at + 8, 0xB, 8);
		break;
	}
}

static void prepare_chunks(struct session *s, const struct call *call)
{
	for (size_t i = 0; i < MAX_CHUNKS; i++) {
		const struct chunk *chunk = &call->chunk[i];

		s->chunks[i] = (struct hlabi_cs_chunk){ .cb_handle = resolve(s, chunk->cb),
							.queue_index = chunk->queue,
							.cb_size = chunk->size,
							.cs_chunk_flags = chunk->flags };
		if (chunk->program)
			write_program(s, s->cb[chunk->cb >> 40 & 0xFF], chunk);
	}
}

/* ---- one call ---- */

static void take(struct outcome *outcome, const void *bytes, size_t size)
{
	memcpy(outcome->bytes + outcome->size, bytes, size);
	outcome->size += size;
}

static void take_flag(struct outcome *outcome, bool flag)
{
	take(outcome, &flag, sizeof(flag));
}

static void take_answer(struct session *s, const struct call *call, const union argument *arg, struct outcome *outcome)
{
	uint32_t wait[2] = { arg->wait.out.status, arg->wait.out.flags };

	switch (call->answer) {
	case A_NONE:
		break;
	case A_INFO:
		take(outcome, (const void *)(uintptr_t)s->var[V_ANSWER], ANSWER_SIZE);
		break;
	case A_HANDLE:
		take_flag(outcome, arg->words[0] != 0);
		break;
	case A_VALUE:
		take(outcome, arg->words, 8);
		break;
	case A_FD:
		take_flag(outcome, fcntl(arg->mem.out.fd, F_GETFD) & FD_CLOEXEC);
		break;
	case A_SEQ:
		take_flag(outcome, arg->words[0] > s->var[V_SEQ] && arg->words[0] != ~0ull);
		break;
	case A_WAIT:
		take(outcome, wait, sizeof(wait));
		take_flag(outcome, arg->wait.out.timestamp_nsec != 0);
		break;
	}
	if (call->save)
		s->var[call->save] = call->answer == A_FD ? (uint32_t)arg->mem.out.fd : arg->words[0];
}

static int do_mmap(struct session *s, int fd, const struct call *call)
{
	uint64_t offset = resolve(s, call->arg.words[0]);
	void *at = mmap(NULL, call->arg.words[1], (int)call->arg.words[2], MAP_SHARED, fd, (off_t)offset);

	if (at == MAP_FAILED)
		return errno;
	s->cb[call->arg.words[0] >> 40 & 0xFF] = at;
	return 0;
}

static void make(struct session *s, const struct call *call, struct outcome *outcome)
{
	int fd = call->control ? s->control : s->node;
	union argument arg = call->arg;
	void *at = call->no_argument ? (void *)(uintptr_t)s->var[V_UNMAPPED] : &arg;

	memset(outcome, 0, sizeof(*outcome));
	if (!call->cmd) {
		outcome->error = do_mmap(s, fd, call);
		return;
	}
	for (size_t i = 0; i < sizeof(arg.words) / sizeof(arg.words[0]); i++)
		arg.words[i] = resolve(s, arg.words[i]);
	if (arg.info.arg == THE_EVENTFD)
		arg.info.arg = (uint32_t)s->eventfd;
	prepare_chunks(s, call);
	memset((void *)(uintptr_t)s->var[V_ANSWER], 0xA5, ANSWER_SIZE);
	outcome->error = ioctl(fd, call->cmd, at) ? errno : 0;
	if (!outcome->error)
		take_answer(s, call, &arg, outcome);
}

/* ---- comparing ---- */

static bool name_is(const char *pattern, int error)
{
	return !strcmp(pattern, "*") || !strcmp(pattern, error_name(error));
}

static struct accepted *find_accepted(const char *name, const struct outcome *ours, const struct outcome *theirs)
{
	for (unsigned int i = 0; i < num_accepted; i++)
		if (!regexec(&accepted[i].names, name, 0, NULL, 0) && name_is(accepted[i].ours, ours->error) &&
		    name_is(accepted[i].theirs, theirs->error))
			return &accepted[i];
	return NULL;
}

static void print_bytes(const struct outcome *ours, const struct outcome *theirs)
{
	unsigned int shown = 0;

	for (size_t i = 0; i < ours->size && shown < 8; i++)
		if (ours->bytes[i] != theirs->bytes[i] && shown++ < 8)
			printf(" [%zu] %02x|%02x", i, ours->bytes[i], theirs->bytes[i]);
}

static void compare(const char *name, struct outcome *ours, struct outcome *theirs)
{
	struct accepted *line;

	num_made++;
	if (ours->error == theirs->error && !memcmp(ours->bytes, theirs->bytes, sizeof(ours->bytes))) {
		printf("  %-40s %s\n", name, error_name(ours->error));
		return;
	}
	line = find_accepted(name, ours, theirs);
	num_different++;
	num_unknown += !line;
	if (line)
		line->used++;
	printf("%s %-40s %s | %s", line ? "a" : "D", name, error_name(ours->error), error_name(theirs->error));
	if (ours->error == theirs->error)
		print_bytes(ours, theirs);
	putchar('\n');
	/* So that a driver that brings the kernel down leaves the name of the call before. */
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
}

static void ask_both(struct session *ours, struct session *theirs, const struct call *call, const struct info_op *op)
{
	static struct outcome a, b;

	make(ours, call, &a);
	make(theirs, call, &b);
	if (op && a.size) {
		memset(a.bytes + op->vary_from, 0, op->vary_to - op->vary_from);
		memset(b.bytes + op->vary_from, 0, op->vary_to - op->vary_from);
	}
	compare(call->name, &a, &b);
}

static void ask_info(struct session *ours, struct session *theirs)
{
	char name[64];

	for (size_t i = 0; i < num_info_ops; i++) {
		for (size_t j = 0; j < num_info_shapes; j++) {
			const struct info_shape *shape = &info_shapes[j];
			const struct info_op *op = &info_ops[i];
			struct call call = {
				.name = name, .cmd = HLABI_ACCEL_INFO, .answer = A_INFO, .control = shape->control
			};

			snprintf(name, sizeof(name), "info/%s/%s", op->name, shape->name);
			call.arg.info = (struct hlabi_info_args){
				.return_pointer = shape->pointer,
				.return_size = shape->size == ~0u ? op->size : shape->size,
				.op = op->op,
				.arg = op->arg,
				.pad = shape->pad,
			};
			ask_both(ours, theirs, &call, op);
		}
	}
}

/* ---- the list ---- */

/* Behind "gaudi:" or "goya:"; NULL if that is the other chip. */
static const char *for_this_chip(const char *line)
{
	static const char *const names[] = { [GAUDI] = "gaudi:", [GOYA] = "goya:" };

	for (int other = GAUDI; other <= GOYA; other++)
		if (!strncmp(line, names[other], strlen(names[other])))
			return other == (int)chip ? line + strlen(names[other]) : NULL;
	return line;
}

static void read_list(const char *path)
{
	FILE *file = fopen(path, "re");
	unsigned int lines = 0;
	char line[400], whole[sizeof(((struct accepted *)0)->pattern) + 4];

	if (!file)
		die("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		const char *text = for_this_chip(line);
		struct accepted a = { .used = 0 };

		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (lines++ == MAX_DIFFERENCES)
			die("%s: more than %d differences", path, MAX_DIFFERENCES);
		if (!text)
			continue;
		if (sscanf(text, "%127s %23s %23s %199[^\n]", a.pattern, a.ours, a.theirs, a.why) != 4)
			die("%s: not PATTERN OURS THEIRS WHY: %s", path, line);
		snprintf(whole, sizeof(whole), "^(%s)$", a.pattern);
		if (regcomp(&a.names, whole, REG_EXTENDED | REG_NOSUB))
			die("%s: no regular expression: %s", path, a.pattern);
		accepted[num_accepted++] = a;
	}
	fclose(file);
}

static unsigned int report(void)
{
	unsigned int idle = 0;

	printf("\naccepted differences, ours | theirs:\n");
	for (unsigned int i = 0; i < num_accepted; i++) {
		const struct accepted *a = &accepted[i];

		idle += !a->used;
		printf("%3u %-36s %s | %s: %s\n", a->used, a->pattern, a->ours, a->theirs, a->why);
	}
	printf("%u calls, %u alike, %u in %u accepted differences, %u in none", num_made, num_made - num_different,
	       num_different - num_unknown, num_accepted, num_unknown);
	if (idle)
		printf(", %u accepted that %s not there", idle, idle == 1 ? "is" : "are");
	putchar('\n');
	return num_unknown + idle;
}

int main(int argc, char **argv)
{
	static struct session ours, theirs;

	if (argc != 7)
		die("usage: uapi-differences gaudi|goya OURS OUR-CONTROL THEIRS THEIR-CONTROL LIST");
	chip = strcmp(argv[1], "goya") ? GAUDI : GOYA;
	read_list(argv[6]);
	session_open(&ours, argv[2], argv[3]);
	session_open(&theirs, argv[4], argv[5]);
	ask_info(&ours, &theirs);
	for (size_t i = 0; i < num_calls; i++)
		if (!calls[i].only || calls[i].only == chip)
			ask_both(&ours, &theirs, &calls[i], NULL);
	return report() ? 1 : 0;
}
