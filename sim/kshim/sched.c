// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* current, capabilities. */
#include <errno.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/delay.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kshim.h"

static struct mm_struct process_mm;
static struct task_struct leader; /* the process, as group_leader */
static bool unprivileged;

static _Thread_local struct task_struct self;

static void fill_leader(void)
{
	leader.pid = getpid();
	leader.tgid = leader.pid;
	leader.mm = &process_mm;
	leader.group_leader = &leader;
	strscpy(leader.comm, program_invocation_short_name, sizeof(leader.comm));
}

struct task_struct *kshim_current(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (unlikely(!self.pid)) {
		pthread_once(&once, fill_leader);
		self.pid = (pid_t)syscall(SYS_gettid);
		self.tgid = leader.tgid;
		self.mm = &process_mm;
		self.group_leader = &leader;
		if (!self.comm[0])
			pthread_getname_np(pthread_self(), self.comm, sizeof(self.comm));
	}
	return &self;
}

void kshim_thread_name(const char *name)
{
	strscpy(kshim_current()->comm, name, sizeof(self.comm));
	pthread_setname_np(pthread_self(), self.comm);
}

void kshim_irq_enter(void)
{
	struct task_struct *t = current;

	t->in_irq++;
	t->atomic_depth++;
}

void kshim_irq_exit(void)
{
	struct task_struct *t = current;

	t->in_irq--;
	t->atomic_depth--;
}

/* Task structures are thread-local; a driver that keeps one gets the process instead. */
struct task_struct *get_task_struct(struct task_struct *t)
{
	return t->group_leader;
}

void put_task_struct(struct task_struct *t)
{
	(void)t;
}

long schedule_timeout(long timeout)
{
	msleep(jiffies_to_msecs(timeout));
	return 0;
}

void kshim_set_unprivileged(bool on)
{
	__atomic_store_n(&unprivileged, on, __ATOMIC_RELAXED);
}

bool capable(int cap)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0, 0, 0 } };

	if (__atomic_load_n(&unprivileged, __ATOMIC_RELAXED))
		return false;
	if (syscall(SYS_capget, &head, data))
		return false;
	return data[cap / 32].effective & (1u << (cap % 32));
}
