/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * kshim.h - what the simulated machine and the tests ask of the kernel twin.
 *
 * kshim is the kernel API that kernel/ uses, in user space. The declarations that kernel/ sees are in include/linux;
 * here are the knobs around it: log, failure counters, fault injection, the bus side of PCI, files. One machine lives
 * in a process at a time.
 *
 * System physical addresses: memory's is its virtual address; everything else (BARs, other processes' device memory)
 * lies at KSHIM_PHYS_IO and above, where no user pointer can be.
 */
#ifndef KSHIM_H
#define KSHIM_H

#include <linux/types.h>
#include <stdarg.h>
#include <stdio.h>

struct dma_buf;
struct file;
struct pci_dev;

/* ---- log, warnings (printk.c) ---- */

/* level as in the kernel, 0 to 7; line has no newline. NULL removes it. */
typedef void (*kshim_log_fn)(void *arg, int level, const char *line);
void kshim_set_log(kshim_log_fn fn, void *arg);
void kshim_set_log_file(FILE *file, int max_level); /* not closed by kshim */
/* WARN(), BUG() and misuse that kshim finds are counted; when fatal, they abort(). */
void kshim_set_fatal(bool fatal);
unsigned int kshim_warnings(void);
void kshim_forget_warnings(void);

/* ---- memory (alloc.c) ---- */

/* The n-th allocation from now on fails (1: the next), once. 0: none does. Returns what was left of an earlier n. */
unsigned int kshim_fail_alloc(unsigned int n);
/* The same for count allocations from the n-th on; -1: all of them. */
unsigned int kshim_fail_allocs(unsigned int n, int count);
/* To be asked where the kernel would allocate and kshim does not, so that it can fail here as well. */
bool kshim_alloc_fails(void);
long kshim_live_allocs(void); /* kmalloc family and pages */
long kshim_pinned_pages(void);
/* Page-granular memory that can be mapped a second time (kshim_dup_pages), zeroed. */
void *kshim_alloc_pages(size_t size);
void kshim_free_pages(void *p, size_t size);
int kshim_dup_pages(const void *p, size_t size, void *at); /* at: reserved address range of that size */

/* Can a device reach these bytes of the program (and write them)? Changes none. */
bool kshim_user_range_ok(unsigned long addr, size_t len, bool write);

/* ---- tasks (sched.c) ---- */

void kshim_thread_name(const char *name); /* of the calling thread, and its current->comm */
void kshim_irq_enter(void);
void kshim_irq_exit(void);
/* Answers capable() with "no" although the process may be root. */
void kshim_set_unprivileged(bool on);

/* ---- module (module.c) ---- */

int kshim_module_load(void); /* the one module of the program; -ENOENT when none is linked */
void kshim_module_unload(void);
/* -ENOENT: no such parameter; -EINVAL: bad value. */
int kshim_module_param(const char *name, const char *value);

void kshim_workqueue_stop(void);	  /* ends system_wq and the timer thread; nothing may be queued afterwards */
void kshim_firmware_dir(const char *dir); /* NULL: built-in bytes */

/* ---- the PCI bus's side (pci.c, irq.c) ---- */

struct kshim_pci_ops {
	u32 (*config_read)(void *bus, unsigned int off, unsigned int len);
	void (*config_write)(void *bus, unsigned int off, unsigned int len, u32 value);
	int (*bar_read)(void *bus, unsigned int bar, u64 off, void *buf, size_t len);
	int (*bar_write)(void *bus, unsigned int bar, u64 off, const void *buf, size_t len);
	void (*reset)(void *bus);			/* function level reset */
	void (*added)(void *bus, struct pci_dev *pdev); /* before any driver sees it */
};

struct kshim_bar {
	u64 size; /* 0: absent */
	bool is64, prefetch;
	void *memory; /* plain memory behind it (whole BAR), or NULL: trapped */
};

struct kshim_pci_config {
	const struct kshim_pci_ops *ops;
	void *bus;
	struct kshim_bar bar[6];
	unsigned int msi_vectors, msix_vectors;
	unsigned int slot; /* 0000:slot:00.0 */
	/* The memory BAR behind which all of the device's memory is, and its file: exports of it work in other processes. */
	unsigned int dram_bar;
	int dram_fd; /* meaningful if bar[dram_bar].memory */
	u64 dram_offset;
};

/* Adds a function to the bus and offers it to the registered drivers. NULL and errno on failure. */
struct pci_dev *kshim_pci_add(const struct kshim_pci_config *config);
/* Offers a function without a driver to the registered ones again. What probe() returned. */
int kshim_pci_bind(struct pci_dev *pdev);
/* The driver's remove(). */
void kshim_pci_unbind(struct pci_dev *pdev);
/* What the PCI core tells the bound driver: a function level reset (sysfs), sleep, a fatal or other error, the end. */
void kshim_pci_reset(struct pci_dev *pdev);
int kshim_pci_suspend(struct pci_dev *pdev, bool off); /* off: the device's power goes */
int kshim_pci_resume(struct pci_dev *pdev);
enum kshim_pci_error { KSHIM_PCI_NON_FATAL = 1, KSHIM_PCI_FATAL, KSHIM_PCI_PERMANENT }; /* pci_channel_* */
bool kshim_pci_error(struct pci_dev *pdev, enum kshim_pci_error error);			/* recovered? */
void kshim_pci_shutdown(struct pci_dev *pdev);
/* Driver's remove() if it is still bound, leak report, then the device goes. Returns the number of leaked DMA mappings. */
unsigned int kshim_pci_remove(struct pci_dev *pdev);
/* For the bus: a message-signalled interrupt arrived. Never blocks. */
void kshim_pci_irq(struct pci_dev *pdev, unsigned int vector);
void kshim_irq_start(struct pci_dev *pdev, unsigned int vectors);
void kshim_irq_stop(struct pci_dev *pdev);
/* 0 or negative errno that the driver's probe() returned; -ENODEV: no driver matched. */
int kshim_pci_probe_result(const struct pci_dev *pdev);

/* ---- system physical I/O space (phys.c) ---- */

#define KSHIM_PHYS_IO (1ULL << 47)

struct kshim_phys_range {
	u64 base, size;
	void *memory; /* or NULL: through read and write */
	void *arg;
	int (*read)(void *arg, u64 off, void *buf, size_t len);
	int (*write)(void *arg, u64 off, const void *buf, size_t len);
	/* Optional bracket around every access; false: the access is refused. */
	bool (*begin)(void *arg);
	void (*end)(void *arg);

	/* kshim's own */
	bool gone;
	unsigned int users;
};

/* Chooses base (aligned to the size's next power of two) and publishes the range. 0 or -ENOMEM. */
int kshim_phys_add(struct kshim_phys_range *range);
void kshim_phys_remove(struct kshim_phys_range *range); /* waits until nobody is inside */
/*
 * The memory behind [phys, phys + *run), *run at most len. Returns NULL if there is none that can be pointed at.
 * *held is to be given to kshim_phys_put(). user: the address came from a pinned user page and may have vanished.
 */
void *kshim_phys_get(u64 phys, size_t len, bool write, bool user, size_t *run, struct kshim_phys_range **held);
void kshim_phys_put(struct kshim_phys_range *held);
struct kshim_phys_range *kshim_phys_holding(u64 phys); /* what an earlier get at phys held; NULL for memory */
int kshim_phys_access(u64 phys, void *buf, size_t len, bool write, bool user);

/* ---- IOMMU (iommu.c): a domain for each device ---- */

struct kshim_iommu;

struct kshim_iommu_stats {
	size_t live; /* mappings */
	u64 bytes;   /* mapped now */
	u64 faults;  /* refused accesses */
	u64 misuse;  /* wrong unmaps */
	u64 maps;    /* ever made */
};

/* Device side; 0 or -EFAULT. All three fail before moving anything that is not mapped for that direction. */
int kshim_dma_read(struct pci_dev *pdev, u64 iova, void *buf, size_t len);
int kshim_dma_write(struct pci_dev *pdev, u64 iova, const void *buf, size_t len);
void *kshim_dma_get(struct pci_dev *pdev, u64 iova, size_t len, bool write, size_t *run);
void kshim_dma_put(struct pci_dev *pdev, u64 iova, void *ptr, size_t run, bool write);
void kshim_iommu_get_stats(struct pci_dev *pdev, struct kshim_iommu_stats *stats);
/* Fault injection: the mapping that covers iova is no longer seen by the device (the driver's unmap still works). */
int kshim_iommu_drop(struct pci_dev *pdev, u64 iova);
struct kshim_iommu *kshim_iommu_create(unsigned int number, const char *name);
size_t kshim_iommu_destroy(struct kshim_iommu *iommu); /* logs and counts what is still mapped */
/* Fault injection: the next n mappings of the program's memory that the device touches are dropped so. -1: all. */
void kshim_iommu_drop_next(struct pci_dev *pdev, int n);
/* Calls fn for each live mapping until it returns non-zero. */
int kshim_iommu_for_each(struct pci_dev *pdev, int (*fn)(void *arg, u64 iova, u64 size, const char *kind), void *arg);
/* One line for each refused access. */
typedef void (*kshim_iommu_trace_fn)(void *arg, const char *line);
void kshim_iommu_set_trace(struct pci_dev *pdev, kshim_iommu_trace_fn fn, void *arg);
/* Test knob: page tables of user memory are merged to runs of at most this many pages, each mapped apart. 0: off. */
void kshim_set_scatter(unsigned int pages);

/* ---- files and mappings (chardev.c, mmap.c) ---- */

/* name: as below /dev. 0 and *file, or a negative errno as open(2) would give. */
int kshim_file_open(const char *name, int flags, struct file **file);
long kshim_file_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
void *kshim_file_mmap(struct file *file, u64 offset, size_t length, int *err);
int kshim_munmap(void *addr, size_t length); /* -EINVAL: not a mapping made by kshim_file_mmap() */
void kshim_munmap_all(void);
unsigned int kshim_mappings(void);
/* Attribute of the class device name; length without trailing newline, or -ENOENT, -ENOSPC, show()'s error. */
ssize_t kshim_device_attr(const char *name, const char *attr, char *buf, size_t size);
/* Calls fn for every character device node whose parent is pdev, in order of creation. */
int kshim_for_each_node(struct pci_dev *pdev, int (*fn)(void *arg, const char *name), void *arg);

/* ---- dma-buf fds (dmabuf_fd.c) ---- */

/* Looks for fds that were closed and revocations by other processes; cheap when there is nothing to look at. */
void kshim_dmabuf_poll(void);
bool kshim_dmabuf_live(void);
/* Ends every dma-buf that only user fds still hold. Returns how many there were. */
unsigned int kshim_dmabuf_abandon(void);
/*
 * The file that backs exports of device memory: physical range [base, base + size) is fd from offset on. Exports whose
 * pages lie inside can be used by other processes.
 */
void kshim_dmabuf_set_backing(struct pci_dev *pdev, u64 base, u64 size, int fd, u64 offset);

#endif /* KSHIM_H */
