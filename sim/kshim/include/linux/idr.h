/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_IDR_H
#define KSHIM_LINUX_IDR_H

#include <linux/xarray.h>

/* Like the kernel's, an idr has no lock of its own towards its user; the xarray's inner one is unseen. */
struct idr {
	struct xarray xa;
	unsigned int next;
};

#define IDR_INIT(name) \
	{ \
		.xa = XARRAY_INIT(name.xa, XA_FLAGS_ALLOC) \
	}
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)

void idr_init(struct idr *idr);
void idr_destroy(struct idr *idr);
int idr_alloc(struct idr *idr, void *p, int start, int end, gfp_t gfp);
int idr_alloc_cyclic(struct idr *idr, void *p, int start, int end, gfp_t gfp);
void *idr_find(struct idr *idr, unsigned long id);
void *idr_remove(struct idr *idr, unsigned long id);
void *idr_replace(struct idr *idr, void *p, unsigned long id);
void *idr_get_next(struct idr *idr, int *id);
int idr_for_each(struct idr *idr, int (*fn)(int id, void *p, void *data), void *data);
#define idr_is_empty(idr) xa_empty(&(idr)->xa)
#define idr_preload(gfp)
#define idr_preload_end()
#define idr_for_each_entry(idr, entry, id) for ((id) = 0; ((entry) = idr_get_next(idr, &(id))) != NULL; (id)++)

struct ida {
	struct xarray xa;
};

#define DEFINE_IDA(name) struct ida name = { .xa = XARRAY_INIT(name.xa, XA_FLAGS_ALLOC) }
void ida_init(struct ida *ida);
void ida_destroy(struct ida *ida);
int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp);
void ida_free(struct ida *ida, unsigned int id);
#define ida_alloc(ida, gfp) ida_alloc_range(ida, 0, INT_MAX, gfp)
#define ida_alloc_max(ida, max, gfp) ida_alloc_range(ida, 0, max, gfp)
#define ida_alloc_min(ida, min, gfp) ida_alloc_range(ida, min, INT_MAX, gfp)
#define ida_simple_get(ida, start, end, gfp) ida_alloc_range(ida, start, (end) ? (end)-1 : INT_MAX, gfp)
#define ida_simple_remove ida_free

#endif
