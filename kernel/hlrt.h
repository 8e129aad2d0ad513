/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * hlrt.h - the driver's core structures.
 *
 * Lock order, outermost first: dev->lock, dev->hw_sem, dev->exports_lock, a dma-buf's reservation,
 * ctx->mem_lock, dev->mmu_lock, dev->dram_lock, dev->queues_lock. Several reservations are taken
 * by an acquisition context (import_fence.c). User memory is touched, and
 * mmap_lock taken, only outside ctx->mem_lock and outside reservations.
 */
#ifndef HLRT_H
#define HLRT_H

#include <linux/atomic.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <abi/hlabi.h>
#include <abi/hlrt_ext.h>

#include "asic.h"
#include "cpucp.h"
#include "fw.h"
#include "sync.h"

#define HLRT_MAX_DEVICES 64
#define HLRT_QUEUE_LENGTH 4096 /* entries of a hardware queue and of its completion queue */
#define HLRT_CS_WINDOW 1024    /* submissions of a context whose results are kept */
#define HLRT_MAX_QUEUES 8
#define HLRT_MAX_IRQS 8
/*
 * Microseconds on a chip; whoever emulates one may be kept waiting by its host, and to give up
 * costs a reset.
 */
#define HLRT_MMU_TIMEOUT_US 2000000
#define HLRT_REASON_SIZE 256 /* of a text that says why a path is refused */
#define HLRT_HOLDER_SIZE 256 /* of a text that names who keeps the device busy */
#define HLRT_EVENTS 64 /* that a context keeps for its reader */

struct dma_buf;
struct dma_buf_attachment;
struct dma_fence;
struct hlrt_cs;
struct hlrt_job;
struct hlrt_owner;
struct hlrt_pgt;

struct hlrt_queue {
	u32 pi; /* free-running: entries ever queued */
	u32 ci; /* free-running: entries ever completed */
	struct hlrt_shared pq;
	struct hlrt_shared cq;
	struct hlrt_job **jobs; /* by slot */
};

enum hlrt_node { HLRT_NODE_COMPUTE, HLRT_NODE_CONTROL, HLRT_NODES };

/* Which generation of the uAPI a node speaks; one bit each. */
enum hlrt_uapi { HLRT_UAPI_MISC = 1, HLRT_UAPI_ACCEL = 2 };

enum hlrt_reset_cause {
	HLRT_RESET_USER,
	HLRT_RESET_CS_TIMEOUT,
	HLRT_RESET_HW_ERROR,
	HLRT_RESET_SCRUB,
	HLRT_RESET_LOST, /* cannot help, but ends what is left */
	HLRT_RESET_FUNCTION,
	HLRT_RESET_PCI_ERROR,
	HLRT_RESET_SLEEP,
	HLRT_RESET_SHUTDOWN,
};

struct hlrt_device {
	struct kref ref;
	struct pci_dev *pdev;
	struct device *dev; /* &pdev->dev, for messages */
	unsigned int id;
	const struct hlrt_asic_ops *asic;
	void *asic_priv;
	struct hlrt_props prop;

	void __iomem *bar[PCI_STD_NUM_BARS];
	void __iomem *regs; /* inside one of them */
	int irq[HLRT_MAX_IRQS];

	/* Front end. A class pointer is one to const on newer kernels. */
	typeof_member(struct device, class) node_class;
	struct cdev *cdev[HLRT_NODES];
	struct device *node[HLRT_NODES];
	struct hlrt_accel *accel; /* accel.c's */
	char node_name[16];	  /* the compute node's */

	/* Opens, closes, resets, removal: one at a time. */
	struct mutex lock;

	/* Read: somebody uses the hardware. Write: it is being reset or removed. */
	struct rw_semaphore hw_sem;
	u32 status; /* enum hlabi_device_status; changes under lock, read with READ_ONCE() */
	bool gone;  /* removed; same rules */
	bool dirty; /* device memory may hold a former owner's data; under lock */
	bool parked; /* the PCI core has it, asleep or being reset; under lock */
	bool announced; /* listeners know of it; same */
	bool cold; /* since its last start it may have lost more than hw_reset() gives back; same */
	struct hlrt_ctx *ctx; /* the owner of the compute node, under lock */
	u64 next_ctx_serial;

	struct workqueue_struct *wq;
	struct work_struct reset_work;
	struct work_struct event_work;
	struct work_struct reap_work;
	struct work_struct clean_work;
	struct delayed_work watchdog;
	struct delayed_work health;
	unsigned long watchdog_at; /* jiffies, under queues_lock */
	u32 reset_cause;
	bool reset_pending; /* asked for and not begun */
	u32 hard_resets;

	/* Submission, completion, results. */
	spinlock_t queues_lock;
	struct hlrt_queue queue[HLRT_MAX_QUEUES];
	struct list_head reap; /* finished submissions to be freed */
	bool accepting;	       /* queues may be rung */

	bool fw_resets; /* the firmware carries out hard resets */
	bool fw_runs;	/* on the device CPU */
	struct hlrt_comms comms;
	struct hlrt_cpucp cpucp;
	/* prop.num_events each: since the last reset, since the driver came. */
	u32 *events, *events_total;

	struct hlrt_sync_used sync_used[HLRT_MAX_SYNC_MNGRS]; /* under ctx->mem_lock */

	struct mutex mmu_lock; /* page tables of every context, invalidation */
	unsigned long *pgt_bitmap;
	unsigned int pgt_count;

	/* User DRAM where the driver places it, one bit for each page. */
	struct mutex dram_lock;
	unsigned long *dram_bitmap;
	unsigned long dram_pages, dram_free;

	/* Exports, alive until their dma-buf is released. */
	struct mutex exports_lock;
	struct list_head exports;
	wait_queue_head_t exports_wait;
	atomic_t unmaps; /* counts; somebody may wait for the next */
	struct xarray p2p_vouched; /* places from which the kernel lets peers reach it */

	struct hlabi_cs_counters counters;
	u64 opens;
	ktime_t opened_at;
	s64 last_open_ms;
	struct hlabi_cs_timeout last_timeout; /* under queues_lock */
};

enum hlrt_range_kind { HLRT_RANGE_HOST, HLRT_RANGE_IMPORT, HLRT_RANGE_DRAM };

/* An address space of the chip; its tables under dev->mmu_lock. */
struct hlrt_as {
	struct hlrt_device *dev;
	u32 asid;
	struct hlrt_pgt *root;
};

/* A mapped piece of a context's device virtual addresses. Under ctx->mem_lock. */
struct hlrt_range {
	struct list_head node; /* sorted by va */
	enum hlrt_range_kind kind;
	u64 va;	      /* page aligned */
	u64 len;      /* page multiple */
	u64 user_va;  /* what the user was told */
	bool mapped;  /* packets may name it; false once the memory behind was revoked */
	bool entries; /* it has page-table entries */
	u64 last_seq; /* newest submission that names it */
	u64 last_check; /* an import: the newest look at packets that found it named */
};

/* Device memory that the driver placed, in one or several physical pieces. */
struct hlrt_piece {
	u64 addr, len;
};

struct hlrt_alloc {
	struct kref ref;
	struct hlrt_device *dev;
	u64 size;
	unsigned int maps; /* under ctx->mem_lock */
	atomic_t exports;  /* that an importer may still use; goes up under ctx->mem_lock */
	unsigned int num_pieces;
	struct hlrt_piece pieces[];
};

struct hlrt_cs_result {
	u64 seq;
	struct hlrt_cs *cs; /* while it is in flight */
	bool done;
	bool wants_time; /* and is told it */
	int error;
	s64 time_ns;
};

struct hlrt_ctx {
	struct kref ref;
	struct hlrt_device *dev;
	u64 serial;
	pid_t pid;
	char comm[TASK_COMM_LEN];
	struct hlrt_owner *who;
	/* Lost its device to a reset or to removal. Set with hw_sem held for writing. */
	bool dead;

	struct xarray cbs;

	struct mutex mem_lock; /* ranges, page tables, dram_used; validation to doorbell */
	struct list_head ranges;
	struct hlrt_range *last_range;
	u64 checks; /* looks at a submission's packets, ever */
	u64 va_cursor[HLRT_VA_SPACES];
	struct hlrt_as as;
	struct xarray allocs; /* by handle; where the driver places device memory */
	u64 dram_used;

	/* Under dev->queues_lock. */
	u64 next_seq;
	struct list_head inflight;
	struct hlrt_cs_result *results;
	wait_queue_head_t cs_wait;
	struct hlabi_cs_counters counters;

	spinlock_t event_lock; /* of all below */
	struct eventfd_ctx *eventfd;
	u64 events; /* HLABI_EVENT_*, not taken yet */
	struct hlrt_ext_event event[HLRT_EVENTS];
	unsigned int first_event, num_events;
	u64 lost_events;
	u64 lost_since; /* ns */
};

/* An open file. ctx is NULL on the control node. */
struct hlrt_file {
	struct hlrt_device *dev;
	struct hlrt_ctx *ctx;
	enum hlrt_uapi uapi;
};

/* One user buffer on its way to a queue; filled by cs.c, read by the chip's validate(). */
struct hlrt_validate {
	struct hlrt_device *dev;
	struct hlrt_ctx *ctx;
	u64 seq;
	unsigned int queue;
	u64 check;    /* ctx->checks */
	bool imports; /* out: names imported memory */
};

/* Module parameters. */
extern unsigned int hlrt_cs_timeout_ms;
extern unsigned int hlrt_boot_timeout_ms;
extern unsigned int hlrt_cpu_timeout_ms;
extern unsigned int hlrt_reset_wait_ms;
extern unsigned int hlrt_halt_wait_ms;
extern unsigned int hlrt_revoke_timeout_ms;
extern unsigned int hlrt_health_ms;
extern bool hlrt_p2p_own_check;
extern bool hlrt_p2p_unchecked;

/* device.c */
int hlrt_device_create(struct pci_dev *pdev, const struct hlrt_asic_ops *asic);
void hlrt_device_remove(struct hlrt_device *dev);
void hlrt_device_get(struct hlrt_device *dev);
void hlrt_device_put(struct hlrt_device *dev);
/*
 * Brackets each use of the hardware on a user's behalf; -ENODEV or -EBUSY when it cannot be used.
 */
int hlrt_device_enter(struct hlrt_device *dev);
void hlrt_device_leave(struct hlrt_device *dev);
void hlrt_device_request_reset(struct hlrt_device *dev, enum hlrt_reset_cause cause);
int hlrt_device_make_clean(struct hlrt_device *dev); /* dev->lock held */
/* Engines stopped, no interrupt or event is being handled any more. dev->lock held. */
void hlrt_device_quiesce(struct hlrt_device *dev);
void hlrt_device_holder(struct hlrt_device *dev, char *buf, size_t size);

/* eventq.c: the queue of events from the device CPU */
int hlrt_events_init(struct hlrt_device *dev);
void hlrt_events_fini(struct hlrt_device *dev);
void hlrt_event_work(struct work_struct *work);

/* health.c */
bool hlrt_device_lost(struct hlrt_device *dev);
void hlrt_device_poll(struct hlrt_device *dev); /* what an interrupt would do; any context */
void hlrt_health_start(struct hlrt_device *dev);
void hlrt_health_work(struct work_struct *work);

extern const char *const hlrt_status_names[]; /* sysfs.c */

/* reset.c; dev->lock held */
int hlrt_reset_locked(struct hlrt_device *dev, enum hlrt_reset_cause cause);
/* A reset's halves, for whoever has something to do between. Returns as hlrt_stop_locked(). */
unsigned int hlrt_down_locked(struct hlrt_device *dev, enum hlrt_reset_cause cause);
/* -EBUSY: importers still map its memory; the reset follows when they have gone. */
int hlrt_up_locked(struct hlrt_device *dev);
/*
 * Nothing of a user's is left but what importers map. Returns how many mappings are after
 * timeout_ms.
 */
unsigned int hlrt_stop_locked(struct hlrt_device *dev, unsigned int timeout_ms);
int hlrt_bring_up(struct hlrt_device *dev); /* from a chip that woke up to accepting work */
void hlrt_reset_work(struct work_struct *work);

/* pci_life.c */
extern const struct dev_pm_ops hlrt_pm_ops;
extern const struct pci_error_handlers hlrt_pci_error_handlers;
void hlrt_pci_shutdown(struct pci_dev *pdev);

/* hlrt_drv.c: device numbers */
int hlrt_id_get(struct hlrt_device *dev);
void hlrt_id_put(unsigned int id);
struct hlrt_device *hlrt_device_lookup(unsigned int id); /* with a reference, or NULL */

/* Front end: nodes and attributes: accel.c where the kernel has an accel class, else chardev.c. */
extern const enum hlrt_uapi hlrt_front_uapi;

/* What the older uAPI's ioctls and the newer one's say of an operation that they do not have. */
static inline int hlrt_unknown_op(void)
{
	return hlrt_front_uapi == HLRT_UAPI_ACCEL ? -EINVAL : -ENOTTY;
}

int hlrt_front_init(void);
void hlrt_front_exit(void);
int hlrt_front_add(struct hlrt_device *dev);
void hlrt_front_remove(struct hlrt_device *dev);

/* node.c: what both front ends need. Device N owns minors 2N and 2N + 1. */
extern const struct file_operations hlrt_control_fops;
int hlrt_nodes_init(void);
void hlrt_nodes_exit(void);
int hlrt_node_add(struct hlrt_device *dev, enum hlrt_node i, const struct file_operations *fops,
		  const char *name, const struct attribute_group **groups);
void hlrt_node_remove(struct hlrt_device *dev, enum hlrt_node i);
struct hlrt_device *hlrt_node_device(struct inode *inode); /* with a reference, or NULL */
int hlrt_node_release(struct inode *inode, struct file *filp);
long hlrt_node_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);
int hlrt_file_open(struct hlrt_device *dev, struct hlrt_file **file);
void hlrt_file_close(struct hlrt_file *file);

/* sysfs.c */
extern const struct attribute_group *hlrt_attr_groups[];
/* The same, and what a PCI function has by itself. */
extern const struct attribute_group *hlrt_node_attr_groups[];

/* ioctl.c */
long hlrt_ioctl(struct hlrt_file *file, unsigned int cmd, void __user *arg);

/* One handler for each ioctl; data is the kernel's copy of the argument. */
int hlrt_info_ioctl(struct hlrt_file *file, void *data);
int hlrt_cb_ioctl(struct hlrt_file *file, void *data);
int hlrt_cs_ioctl(struct hlrt_file *file, void *data);
int hlrt_wait_ioctl(struct hlrt_file *file, void *data);
int hlrt_memory_ioctl(struct hlrt_file *file, void *data);
int hlrt_accel_memory_ioctl(struct hlrt_file *file, void *data);
int hlrt_ext_query_ioctl(struct hlrt_file *file, void *data);
int hlrt_ext_export_ioctl(struct hlrt_file *file, void *data);
int hlrt_ext_import_ioctl(struct hlrt_file *file, void *data);
int hlrt_ext_unimport_ioctl(struct hlrt_file *file, void *data);
int hlrt_ext_revoke_ioctl(struct hlrt_file *file, void *data);
int hlrt_ext_export_status_ioctl(struct hlrt_file *file, void *data);
int hlrt_ext_fence_fd_ioctl(struct hlrt_file *file, void *data);
int hlrt_ext_event_ioctl(struct hlrt_file *file, void *data);

/* ctx.c */
int hlrt_ctx_open(struct hlrt_device *dev, struct hlrt_ctx **ctx);
void hlrt_ctx_close(struct hlrt_ctx *ctx);
void hlrt_ctx_get(struct hlrt_ctx *ctx);
void hlrt_ctx_put(struct hlrt_ctx *ctx);
void hlrt_ctx_kill(struct hlrt_ctx *ctx); /* hw_sem held for writing, engines halted */

/* notify.c. To the device's owner, if it has one; HLABI_EVENT_* bits. Process context. */
void hlrt_device_event(struct hlrt_device *dev, u64 bits);
/* With the address that the chip captured; 0: not known. */
void hlrt_device_event_at(struct hlrt_device *dev, u64 bits, u64 address);
void hlrt_device_event_reset_end(struct hlrt_device *dev);
/* Of this context alone, HLRT_EXT_EVENT_*. */
void hlrt_ctx_event(struct hlrt_ctx *ctx, u32 type, u64 address, u64 length);
int hlrt_ctx_next_event(struct hlrt_ctx *ctx, struct hlrt_ext_event *event); /* -EAGAIN: none */
u64 hlrt_ctx_take_event_bits(struct hlrt_ctx *ctx);
int hlrt_ctx_set_eventfd(struct hlrt_ctx *ctx, int fd);
int hlrt_ctx_clear_eventfd(struct hlrt_ctx *ctx);

/* fence.c */
bool hlrt_fence_fd_supported(void);
int hlrt_fence_fd(struct hlrt_ctx *ctx, u64 seq, u32 flags);
struct dma_fence *hlrt_fence_alloc(struct hlrt_ctx *ctx, u64 seq);
void hlrt_fence_end(struct dma_fence *fence, int error); /* any context */
void hlrt_fences_exit(void);

/* import_fence.c */
struct hlrt_imports;
/* The imports that a look at packets found; mem_lock held since then. Free with _put(). */
struct hlrt_imports *hlrt_imports_get(struct hlrt_ctx *ctx, u64 check);
void hlrt_imports_put(struct hlrt_imports *imports);
/* Instead of checking and submitting it at once: their exporters see cs as a fence. */
int hlrt_cs_submit_fenced(struct hlrt_cs *cs, struct hlrt_imports *imports, u64 *seq);

/* cb.c */
struct hlrt_cb {
	struct kref ref;
	u64 handle;
	u32 size;
	void *cpu;
};

struct hlrt_cb *hlrt_cb_find(struct hlrt_ctx *ctx, u64 handle);
void hlrt_cb_put(struct hlrt_cb *cb);
void hlrt_cb_destroy_all(struct hlrt_ctx *ctx);
int hlrt_cb_mmap(struct hlrt_ctx *ctx, struct vm_area_struct *vma);

/* shared.c */
int hlrt_shared_alloc(struct hlrt_device *dev, struct hlrt_shared *mem, size_t size);
void hlrt_shared_free(struct hlrt_device *dev, struct hlrt_shared *mem);
/*
 * The only synchronisation with memory that the chip writes: a flag word is read with acquire
 * semantics, so what the chip stored before the flag is seen after it.
 */
u32 hlrt_shared_read_flag(const __le32 *flag);

/* queue.c */
int hlrt_queues_init(struct hlrt_device *dev);
void hlrt_queues_fini(struct hlrt_device *dev);
void hlrt_queues_reset(struct hlrt_device *dev);
unsigned int hlrt_queue_free_slots(const struct hlrt_queue *q);
/* queues_lock held. */
void hlrt_queue_push(struct hlrt_device *dev, unsigned int queue, struct hlrt_job *job);
void hlrt_queue_complete(struct hlrt_device *dev, unsigned int queue);
/* A driver's own buffer, polled through the last word it writes. Device idle. */
int hlrt_queue_run(struct hlrt_device *dev, unsigned int queue, const struct hlrt_shared *cb,
		   u32 len);
int hlrt_queues_test(struct hlrt_device *dev);

/* cs.c */
struct hlrt_job {
	struct list_head node;
	struct hlrt_cs *cs;
	unsigned int queue;
	u32 len;   /* of the user's packets */
	u32 total; /* with the driver's */
	struct hlrt_shared cb;
};

struct hlrt_cs {
	struct list_head node; /* ctx->inflight, then dev->reap */
	struct list_head jobs;
	struct hlrt_ctx *ctx;
	u64 seq;
	unsigned int pending; /* jobs that have not completed */
	unsigned int num_jobs;
	bool wants_time; /* of its end */
	bool has_deadline;
	unsigned long limit;	/* jiffies, from when nothing older is in its way */
	unsigned long deadline; /* jiffies, once it is timed */
	bool timed;
	int error;
	struct dma_fence *fence; /* once there is one; in flight under queues_lock */
};

/*
 * Queues buffers that are already in the driver's hands, without looking into them: the second half
 * of the CS ioctl. Not static so that tests can go past the whitelist. Returns 0 and consumes cs,
 * or an error.
 */
int hlrt_cs_submit_raw(struct hlrt_cs *cs);
/*
 * Does the whitelist let it pass? ctx->mem_lock held, and until cs is submitted. *check: what to
 * ask hlrt_imports_get() for, 0 when it names none.
 */
int hlrt_cs_validate(struct hlrt_cs *cs, u64 *check);
struct hlrt_cs *hlrt_cs_alloc(struct hlrt_ctx *ctx);
struct hlrt_job *hlrt_cs_add_job(struct hlrt_cs *cs, unsigned int queue, const void *packets,
				 u32 len);
void hlrt_cs_free(struct hlrt_cs *cs);
void hlrt_cs_job_done(struct hlrt_job *job); /* queues_lock held */
/*
 * The fence of seq with a reference. spare becomes it when there is none yet. queues_lock held.
 */
struct dma_fence *hlrt_cs_fence(struct hlrt_ctx *ctx, u64 seq, struct dma_fence *spare);
void hlrt_cs_abort_all(struct hlrt_device *dev, int error);
bool hlrt_cs_seq_done(struct hlrt_ctx *ctx, u64 seq);
/* Waits until seq has finished, at most timeout_ms; gives up early when a reset is coming. */
bool hlrt_cs_wait_seq(struct hlrt_ctx *ctx, u64 seq, unsigned int timeout_ms);
void hlrt_cs_reap_work(struct work_struct *work);
void hlrt_cs_watchdog(struct work_struct *work);

/* va.c: ctx->mem_lock held */
int hlrt_va_insert(struct hlrt_ctx *ctx, struct hlrt_range *range, u64 hint, bool force,
		   u64 congruent);
void hlrt_va_remove(struct hlrt_ctx *ctx, struct hlrt_range *range);
struct hlrt_range *hlrt_va_find(struct hlrt_ctx *ctx, u64 va);
int hlrt_validate_va(struct hlrt_validate *v, u64 va, u64 len);

/* mmu.c */
int hlrt_mmu_init(struct hlrt_device *dev);
void hlrt_mmu_fini(struct hlrt_device *dev);
int hlrt_as_init(struct hlrt_as *as);
/* with_hw false: the chip has been reset, only the driver's own state is freed. */
void hlrt_as_fini(struct hlrt_as *as, bool with_hw);
/*
 * Maps the chip's [addr, addr + len) at va; all multiples of the chip's page. Needs
 * hlrt_mmu_flush() afterwards.
 */
int hlrt_mmu_map(struct hlrt_as *as, u64 va, u64 addr, u64 len);
void hlrt_mmu_unmap(struct hlrt_as *as, u64 va, u64 len);
/* Bus addresses, without their first skip bytes. Flushes. */
int hlrt_mmu_map_sgt(struct hlrt_as *as, u64 va, struct sg_table *sgt, u64 skip, u64 len);
int hlrt_mmu_flush(struct hlrt_device *dev);
/* The same, after nothing but mapping. */
int hlrt_mmu_flush_new(struct hlrt_device *dev);
/* Stores into page tables; for bring-up and for tests that go past the rest. */
void hlrt_mmu_write_pte(struct hlrt_device *dev, u64 addr, u64 value);
/* After a reset of the chip: each address space gets an empty root; set_root() tells the MMU. */
int hlrt_mmu_init_roots(struct hlrt_device *dev,
			int (*set_root)(struct hlrt_device *dev, u32 asid, u64 addr));

/* hostmem.c */
int hlrt_host_map(struct hlrt_ctx *ctx, u64 user, u64 size, u64 hint, bool force, u64 *va);
int hlrt_host_unmap(struct hlrt_ctx *ctx, u64 va);
void hlrt_host_release(struct hlrt_ctx *ctx, struct hlrt_range *range); /* outside mem_lock */

/* dram.c: HLRT_PLACE_KERNEL */
int hlrt_dram_init(struct hlrt_device *dev);
void hlrt_dram_fini(struct hlrt_device *dev);
int hlrt_dram_alloc(struct hlrt_ctx *ctx, u64 size, bool contiguous, u64 *handle);
int hlrt_dram_free(struct hlrt_ctx *ctx, u64 handle);
int hlrt_dram_map(struct hlrt_ctx *ctx, u64 handle, u64 hint, bool force, u64 *va);
int hlrt_dram_unmap(struct hlrt_ctx *ctx, u64 va);
void hlrt_dram_release(struct hlrt_range *range);
void hlrt_dram_free_all(struct hlrt_ctx *ctx);
struct hlrt_alloc *hlrt_dram_find(struct hlrt_ctx *ctx, u64 va, u64 len, u64 *offset);
u64 hlrt_dram_free_bytes(struct hlrt_device *dev);
void hlrt_alloc_get(struct hlrt_alloc *alloc);
void hlrt_alloc_put(struct hlrt_alloc *alloc);

/* memory.c */
void hlrt_mem_uncount(struct hlrt_ctx *ctx, u64 size);
void hlrt_memory_fini(struct hlrt_ctx *ctx, bool with_hw);

/* dmabuf_export.c */
int hlrt_export_init(struct hlrt_device *dev);
int hlrt_export(struct hlrt_ctx *ctx, u64 addr, u64 len, u32 flags);
/* Ends exports that overlap; *count gets how many. -EBUSY: an importer cannot be revoked. */
int hlrt_export_revoke(struct hlrt_ctx *ctx, u64 addr, u64 len, u32 *count);
/*
 * For reset and removal: all of them. Returns the number of mappings that are left after
 * timeout_ms.
 */
unsigned int hlrt_export_revoke_all(struct hlrt_device *dev, unsigned int timeout_ms);
unsigned int hlrt_export_count(struct hlrt_device *dev, u64 addr, u64 len);
/* Memory is still reachable by an importer or a CPU, or may be; name gets who. */
bool hlrt_export_busy(struct hlrt_device *dev, char *name, size_t size);
/* Somebody has it that revocation does not end. */
bool hlrt_export_pinned_by(struct hlrt_device *dev, char *name, size_t size);
void hlrt_export_limits(struct hlrt_device *dev, u64 *granularity, u64 *max);

/* dmabuf_import.c */
/* -EXDEV: no path to the exporter's memory; why (HLRT_REASON_SIZE) gets the reason, if known. */
int hlrt_import(struct hlrt_ctx *ctx, struct hlrt_ext_import *arg, char *why);
/* From an exporter that is this driver as well, in place of a log that nobody reads. */
void hlrt_import_refused(struct dma_buf_attachment *attach, const char *why);
struct dma_buf *hlrt_import_dmabuf(struct hlrt_range *range);
int hlrt_unimport(struct hlrt_ctx *ctx, u64 va);
void hlrt_import_release(struct hlrt_ctx *ctx, struct hlrt_range *range); /* outside mem_lock */

struct hlrt_p2p_verdict {
	bool by_kernel; /* the kernel vouches for the path and will choose the addresses */
	u32 judge;	/* HLRT_NL_JUDGE_* */
};

/* p2p.c: may client reach this device's BARs? -EXDEV: no, and why says why not. */
int hlrt_p2p_check(struct hlrt_device *dev, struct device *client,
		   struct hlrt_p2p_verdict *verdict, char *why, size_t size);

static inline u32 hlrt_read(struct hlrt_device *dev, u32 reg)
{
	return readl(dev->regs + reg);
}

static inline void hlrt_write(struct hlrt_device *dev, u32 reg, u32 value)
{
	writel(value, dev->regs + reg);
}

/* A 64-bit counter in two registers. */
static inline void hlrt_start_device_counter(struct hlrt_device *dev, u32 control_reg, u32 lo_reg,
					     u32 hi_reg)
{
	hlrt_write(dev, control_reg, 0);
	hlrt_write(dev, hi_reg, 0);
	hlrt_write(dev, lo_reg, 0);
	hlrt_write(dev, control_reg, 1);
}

static inline u64 hlrt_device_counter(struct hlrt_device *dev, u32 lo_reg, u32 hi_reg)
{
	u32 hi, lo;

	do {
		hi = hlrt_read(dev, hi_reg);
		lo = hlrt_read(dev, lo_reg);
	} while (hi != hlrt_read(dev, hi_reg));
	return (u64)hi << 32 | lo;
}

static inline void hlrt_range_set(struct hlrt_range *range, bool usable)
{
	range->mapped = usable;
	range->entries = usable;
}

static inline u32 hlrt_status(struct hlrt_device *dev)
{
	return READ_ONCE(dev->status);
}

#endif /* HLRT_H */
