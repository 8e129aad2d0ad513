/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_WORKQUEUE_H
#define KSHIM_LINUX_WORKQUEUE_H

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/list.h>

struct workqueue_struct;
struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	work_func_t func;
	struct list_head entry;
	struct workqueue_struct *wq; /* the last one it was queued on */
	bool pending;
};

struct delayed_work {
	struct work_struct work;
	struct list_head timer_entry;
	struct workqueue_struct *wq;
	u64 due_ns;
	bool armed;
};

enum {
	WQ_UNBOUND = 1,
	WQ_HIGHPRI = 2,
	WQ_MEM_RECLAIM = 4,
	WQ_FREEZABLE = 8,
	WQ_SYSFS = 16,
	WQ_PERCPU = 32,
	KSHIM_WQ_ORDERED = 64
};

struct workqueue_struct *kshim_workqueue(unsigned int flags, int max_active, const char *fmt, ...) __printf(3, 4);
#define alloc_workqueue(fmt, flags, max_active, ...) kshim_workqueue(flags, max_active, fmt, ##__VA_ARGS__)
#define alloc_ordered_workqueue(fmt, flags, ...) kshim_workqueue((flags) | KSHIM_WQ_ORDERED, 1, fmt, ##__VA_ARGS__)
#define create_singlethread_workqueue(name) alloc_ordered_workqueue("%s", 0, name)
#define create_workqueue(name) alloc_workqueue("%s", 0, 1, name)
void destroy_workqueue(struct workqueue_struct *wq);

extern struct workqueue_struct *system_wq;
#define system_long_wq system_wq
#define system_unbound_wq system_wq
#define system_highpri_wq system_wq
#define system_percpu_wq system_wq
#define system_dfl_wq system_wq

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

#define __WORK_INITIALIZER(name, f) \
	{ \
		.func = (f), .entry = LIST_HEAD_INIT((name).entry) \
	}
#define DECLARE_WORK(name, f) struct work_struct name = __WORK_INITIALIZER(name, f)
#define DECLARE_DELAYED_WORK(name, f) struct delayed_work name = { .work = __WORK_INITIALIZER(name.work, f) }

static inline void kshim_work_init(struct work_struct *work, work_func_t func)
{
	*work = (struct work_struct){ .func = func };
	INIT_LIST_HEAD(&work->entry);
}

static inline void kshim_delayed_work_init(struct delayed_work *dw, work_func_t func)
{
	*dw = (struct delayed_work){ .wq = NULL };
	kshim_work_init(&dw->work, func);
	INIT_LIST_HEAD(&dw->timer_entry);
}

#define INIT_WORK(work, func) kshim_work_init(work, func)
#define INIT_WORK_ONSTACK(work, func) kshim_work_init(work, func)
#define INIT_DELAYED_WORK(dw, func) kshim_delayed_work_init(dw, func)
#define destroy_work_on_stack(work) ((void)(work))

bool queue_work(struct workqueue_struct *wq, struct work_struct *work);
bool flush_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool cancel_work(struct work_struct *work);
bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dw, unsigned long delay);
bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dw, unsigned long delay);
bool cancel_delayed_work(struct delayed_work *dw);
bool cancel_delayed_work_sync(struct delayed_work *dw);
bool flush_delayed_work(struct delayed_work *dw);
void flush_workqueue(struct workqueue_struct *wq);
void drain_workqueue(struct workqueue_struct *wq);
struct work_struct *current_work(void);

#define schedule_work(work) queue_work(system_wq, work)
#define schedule_delayed_work(dw, delay) queue_delayed_work(system_wq, dw, delay)
#define flush_scheduled_work() flush_workqueue(system_wq)
#define work_pending(work) READ_ONCE((work)->pending)
#define delayed_work_pending(dw) (READ_ONCE((dw)->armed) || work_pending(&(dw)->work))

#endif
