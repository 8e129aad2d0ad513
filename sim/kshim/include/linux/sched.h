/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_SCHED_H
#define KSHIM_LINUX_SCHED_H

#include <linux/atomic.h>
#include <linux/kernel.h>
#include <sched.h>

#define TASK_COMM_LEN 16

struct mm_struct {
	unsigned long locked_vm; /* pages; changed under kshim's own lock */
};

struct task_struct {
	pid_t pid, tgid;
	char comm[TASK_COMM_LEN];
	struct mm_struct *mm;
	struct task_struct *group_leader;
	int atomic_depth; /* spinlocks held, plus one in an interrupt handler */
	int in_irq;
};

struct task_struct *kshim_current(void);
#define current kshim_current()

#define task_pid_nr(t) ((t)->pid)
#define task_pid_vnr(t) ((t)->pid)
#define task_tgid_nr(t) ((t)->tgid)
#define task_tgid_vnr(t) ((t)->tgid)
#define get_task_comm(buf, t) (strscpy(buf, (t)->comm, sizeof(buf)), buf)
#define signal_pending(t) ((void)(t), 0)
#define fatal_signal_pending(t) ((void)(t), 0)
#define schedule() ((void)sched_yield())
#define cond_resched() ((void)0)
#define cpu_relax() ((void)sched_yield())
#define in_interrupt() (current->in_irq != 0)
#define in_task() (current->in_irq == 0)
#define irqs_disabled() (current->atomic_depth != 0)
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2
#define set_current_state(s) ((void)(s))
#define __set_current_state(s) ((void)(s))
long schedule_timeout(long timeout);
#define schedule_timeout_interruptible(t) schedule_timeout(t)
#define schedule_timeout_uninterruptible(t) schedule_timeout(t)

#define PF_KTHREAD 0x00200000
struct task_struct *get_task_struct(struct task_struct *t);
void put_task_struct(struct task_struct *t);

#endif
