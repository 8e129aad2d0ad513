// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Containers, locks, work, waiting, formatting. */
#include "fake_device.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/idr.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <pthread.h>
#include <stdlib.h>

static int setup(void **state)
{
	(void)state;
	kshim_set_fatal(false);
	kshim_forget_warnings();
	return 0;
}

struct item {
	int n;
	struct list_head node;
};

static void list_keeps_order_and_survives_removal(void **state)
{
	LIST_HEAD(head);
	struct item items[4] = { { .n = 0 }, { .n = 1 }, { .n = 2 }, { .n = 3 } };
	struct item *it, *tmp;
	int next = 0;

	(void)state;
	for (int i = 0; i < 4; i++)
		list_add_tail(&items[i].node, &head);
	list_for_each_entry_safe(it, tmp, &head, node) {
		assert_int_equal(it->n, next++);
		if (it->n % 2)
			list_del(&it->node);
	}
	assert_int_equal(list_count_nodes(&head), 2);
	list_move(&items[2].node, &head);
	assert_int_equal(list_first_entry(&head, struct item, node)->n, 2);
}

static void xarray_allocates_lowest_free_index(void **state)
{
	DEFINE_XARRAY_ALLOC1(xa);
	int a, b, c;
	unsigned long index;
	void *entry;
	u32 id, seen = 0;

	(void)state;
	assert_int_equal(xa_alloc(&xa, &id, &a, XA_LIMIT(0, 3), GFP_KERNEL), 0);
	assert_int_equal(id, 1);
	assert_int_equal(xa_alloc(&xa, &id, &b, XA_LIMIT(0, 3), GFP_KERNEL), 0);
	assert_int_equal(xa_alloc(&xa, &id, &c, XA_LIMIT(0, 3), GFP_KERNEL), 0);
	assert_int_equal(xa_alloc(&xa, &id, &c, XA_LIMIT(0, 3), GFP_KERNEL), -EBUSY);
	assert_ptr_equal(xa_erase(&xa, 2), &b);
	assert_null(xa_load(&xa, 2));
	assert_int_equal(xa_alloc(&xa, &id, &b, XA_LIMIT(0, 3), GFP_KERNEL), 0);
	assert_int_equal(id, 2);
	xa_for_each(&xa, index, entry)
		seen |= 1u << index;
	assert_int_equal(seen, 0xe);
	xa_lock(&xa);
	assert_ptr_equal(xa_load(&xa, 1), &a);
	xa_unlock(&xa);
	assert_int_equal(xa_insert(&xa, 1, &b, GFP_KERNEL), -EBUSY);
	xa_destroy(&xa);
	assert_true(xa_empty(&xa));
}

static void idr_finds_what_was_put(void **state)
{
	DEFINE_IDR(idr);
	int x;

	(void)state;
	assert_int_equal(idr_alloc(&idr, &x, 5, 6, GFP_KERNEL), 5);
	assert_int_equal(idr_alloc(&idr, &x, 5, 6, GFP_KERNEL), -ENOSPC);
	assert_ptr_equal(idr_find(&idr, 5), &x);
	assert_ptr_equal(idr_remove(&idr, 5), &x);
	assert_null(idr_find(&idr, 5));
	idr_destroy(&idr);
}

struct counted_work {
	struct work_struct work;
	int runs, running, overlaps;
};

static void count(struct work_struct *work)
{
	struct counted_work *w = container_of(work, struct counted_work, work);

	if (__atomic_fetch_add(&w->running, 1, __ATOMIC_SEQ_CST))
		w->overlaps++;
	usleep_range(1000, 2000);
	__atomic_fetch_add(&w->runs, 1, __ATOMIC_SEQ_CST);
	__atomic_fetch_sub(&w->running, 1, __ATOMIC_SEQ_CST);
}

static void work_runs_once_for_each_queueing_and_never_twice_at_a_time(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("test", 0, 4);
	struct counted_work w = { .runs = 0 };
	int queued = 0;

	(void)state;
	INIT_WORK(&w.work, count);
	for (int i = 0; i < 20; i++) {
		queued += queue_work(wq, &w.work);
		usleep_range(300, 400);
	}
	flush_workqueue(wq);
	assert_int_equal(w.runs, queued);
	assert_int_equal(w.overlaps, 0);
	destroy_workqueue(wq);
	assert_int_equal(kshim_warnings(), 0);
}

static int delayed_runs;

static void run_delayed(struct work_struct *work)
{
	(void)work;
	__atomic_fetch_add(&delayed_runs, 1, __ATOMIC_SEQ_CST);
}

static void delayed_work_waits_and_can_be_cancelled(void **state)
{
	struct delayed_work dw;
	ktime_t start = ktime_get();

	(void)state;
	INIT_DELAYED_WORK(&dw, run_delayed);
	assert_true(schedule_delayed_work(&dw, msecs_to_jiffies(40)));
	assert_false(schedule_delayed_work(&dw, 0));
	while (!__atomic_load_n(&delayed_runs, __ATOMIC_SEQ_CST))
		msleep(1);
	assert_true(ktime_ms_delta(ktime_get(), start) >= 39);
	cancel_delayed_work_sync(&dw);
	assert_true(schedule_delayed_work(&dw, HZ * 100));
	assert_true(cancel_delayed_work_sync(&dw));
	assert_int_equal(__atomic_load_n(&delayed_runs, __ATOMIC_SEQ_CST), 1);
}

static DECLARE_WAIT_QUEUE_HEAD(wq);
static int flag;

static void *wake_later(void *arg)
{
	msleep(20);
	WRITE_ONCE(flag, 1);
	wake_up(&wq);
	complete(arg);
	return NULL;
}

static void waiting_ends_by_condition_or_time(void **state)
{
	struct completion done;
	pthread_t thread;

	(void)state;
	assert_int_equal(wait_event_timeout(wq, READ_ONCE(flag), msecs_to_jiffies(20)), 0);
	init_completion(&done);
	assert_int_equal(wait_for_completion_timeout(&done, 1), 0);
	pthread_create(&thread, NULL, wake_later, &done);
	assert_true(wait_event_timeout(wq, READ_ONCE(flag), 10 * HZ) > 0);
	wait_for_completion(&done);
	assert_false(completion_done(&done));
	complete_all(&done);
	wait_for_completion(&done);
	assert_true(completion_done(&done));
	pthread_join(thread, NULL);
}

static void locks_know_their_holder(void **state)
{
	DEFINE_MUTEX(m);
	DEFINE_SPINLOCK(s);

	(void)state;
	lockdep_assert_held(&m);
	assert_int_equal(kshim_warnings(), 1);
	mutex_lock(&m);
	lockdep_assert_held(&m);
	mutex_unlock(&m);
	assert_int_equal(kshim_warnings(), 1);
	spin_lock(&s);
	kfree(kmalloc(8, GFP_ATOMIC));
	assert_int_equal(kshim_warnings(), 1);
	kfree(kmalloc(8, GFP_KERNEL));
	assert_int_equal(kshim_warnings(), 2);
	spin_unlock(&s);
}

static void allocation_fails_when_told(void **state)
{
	void *p;

	(void)state;
	kshim_fail_alloc(2);
	p = kmalloc(8, GFP_KERNEL);
	assert_non_null(p);
	assert_null(kmalloc(8, GFP_KERNEL));
	kfree(p);
	p = kmalloc(8, GFP_KERNEL);
	assert_non_null(p);
	kfree(p);
	assert_int_equal(kshim_live_allocs(), 0);
}

static void keep_line(void *arg, int level, const char *line)
{
	snprintf(arg, 128, "%d %s", level, line);
}

static void log_speaks_the_kernels_format(void **state)
{
	char line[128];
	dma_addr_t addr = 0xabc;

	(void)state;
	kshim_set_log(keep_line, line);
	pr_err("%s %5d|%-4x|%llu %pad %zu%%\n", "a", -3, 0x1f, 1ULL << 40, &addr, (size_t)7);
	assert_string_equal(line, "3 a    -3|1f  |1099511627776 0xabc 7%");
	kshim_set_log(NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(list_keeps_order_and_survives_removal, setup),
		cmocka_unit_test_setup(xarray_allocates_lowest_free_index, setup),
		cmocka_unit_test_setup(idr_finds_what_was_put, setup),
		cmocka_unit_test_setup(work_runs_once_for_each_queueing_and_never_twice_at_a_time, setup),
		cmocka_unit_test_setup(delayed_work_waits_and_can_be_cancelled, setup),
		cmocka_unit_test_setup(waiting_ends_by_condition_or_time, setup),
		cmocka_unit_test_setup(locks_know_their_holder, setup),
		cmocka_unit_test_setup(allocation_fails_when_told, setup),
		cmocka_unit_test_setup(log_speaks_the_kernels_format, setup),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	kshim_workqueue_stop();
	return rc;
}
