// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Counts the system calls of a child by ptrace, so that neither root nor another program is needed. */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A harmless call with arguments that nothing else makes. */
#define MARK_CALL SYS_getpriority
#define MARK_WHICH 0x6d61726bUL

#define SYSCALL_STOP (SIGTRAP | 0x80) /* with PTRACE_O_TRACESYSGOOD */

void trace_mark(void)
{
	syscall(MARK_CALL, MARK_WHICH, 0UL);
}

static void become_traced(const char *const argv[])
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	dup2(null, STDOUT_FILENO);
	if (ptrace(PTRACE_TRACEME, 0, 0, 0))
		_exit(126);
	raise(SIGSTOP); /* so that the options are set before exec */
	execv(argv[0], (char *const *)argv);
	_exit(127);
}

/* Counts a stop at the entry of a system call. */
static void count_call(pid_t pid, bool *inside, struct trace *trace)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return;
	if (info.entry.nr == MARK_CALL && info.entry.args[0] == MARK_WHICH) {
		*inside = !*inside;
		return;
	}
	trace->total++;
	trace->inside += *inside;
}

/* The signal to pass on: what is the tracer's own stays here. */
static int signal_to_deliver(int status)
{
	int signal = WSTOPSIG(status);

	return signal == SYSCALL_STOP || signal == SIGSTOP || status >> 16 ? 0 : signal;
}

static void follow(pid_t child, struct trace *trace)
{
	bool inside = false, executed = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (pid <= 0)
			continue;
		if (!WIFSTOPPED(status)) {
			if (pid == child)
				trace->status = status;
			continue;
		}
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8))
			executed = true;
		else if (WSTOPSIG(status) == SYSCALL_STOP && executed)
			count_call(pid, &inside, trace);
		ptrace(PTRACE_SYSCALL, pid, 0, signal_to_deliver(status));
	}
}

int trace_program(const char *const argv[], struct trace *trace)
{
	const long trace_options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE |
				   PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
	int status;
	pid_t child;

	*trace = (struct trace){ 0 };
	child = fork();
	if (child < 0)
		return -errno;
	if (!child)
		become_traced(argv);
	if (waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status))
		return -EPERM; /* a container may forbid ptrace() */
	ptrace(PTRACE_SETOPTIONS, child, 0, trace_options);
	ptrace(PTRACE_SYSCALL, child, 0, 0);
	follow(child, trace);
	return 0;
}
