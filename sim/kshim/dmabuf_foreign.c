// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * dma-bufs that another process exported. The memory is mapped into this process and published in the physical address
 * space; the DMA API maps it from there like a BAR. Every access asks the shared page first.
 *
 * The fd came from somebody else: nothing in it is believed before it was compared with the size of the file behind it,
 * and what could shrink under us is refused, so that no access can end in SIGBUS.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dmabuf.h"
#include "kshim.h"

struct foreign {
	struct list_head entry;
	struct dma_buf *buf;
	struct kshim_dmabuf_shared *shared;
	struct kshim_phys_range range;
	bool told; /* importers know of the revocation */
};

/* A mapping of one attachment; sgt first, so that unmap finds the rest. */
struct foreign_map {
	struct sg_table sgt;
	dma_addr_t bus;
};

static DEFINE_MUTEX(lock);
static LIST_HEAD(buffers);
static unsigned int num_buffers;

static bool revoked(const struct foreign *f)
{
	return __atomic_load_n(&f->shared->revoked, __ATOMIC_SEQ_CST);
}

static void leave(void *arg)
{
	struct foreign *f = arg;

	__atomic_sub_fetch(&f->shared->inside, 1, __ATOMIC_SEQ_CST);
}

/* First announce, then look: the exporter does it the other way round, so one of the two sees the other. */
static bool enter(void *arg)
{
	struct foreign *f = arg;

	__atomic_add_fetch(&f->shared->inside, 1, __ATOMIC_SEQ_CST);
	if (!revoked(f))
		return true;
	leave(f);
	return false;
}

/* ---- exporter operations ---- */

static int foreign_attach(struct dma_buf *buf, struct dma_buf_attachment *a)
{
	(void)a;
	return revoked(buf->priv) ? -ENODEV : 0;
}

static int foreign_pin(struct dma_buf_attachment *a)
{
	return revoked(a->dmabuf->priv) ? -ENODEV : 0;
}

static void foreign_unpin(struct dma_buf_attachment *a)
{
	(void)a;
}

static int fill_table(struct sg_table *t, dma_addr_t bus, u64 left, u64 largest)
{
	struct scatterlist *sg;
	unsigned int i;
	int err = sg_alloc_table(t, DIV_ROUND_UP(left, largest), GFP_KERNEL);

	if (err)
		return err;
	for_each_sgtable_dma_sg(t, sg, i) {
		sg_dma_address(sg) = bus;
		sg_dma_len(sg) = min(left, largest);
		bus += sg_dma_len(sg);
		left -= sg_dma_len(sg);
	}
	t->orig_nents = 0;
	return 0;
}

static struct sg_table *foreign_map(struct dma_buf_attachment *a, enum dma_data_direction dir)
{
	struct foreign *f = a->dmabuf->priv;
	struct foreign_map *m;
	u64 largest = round_down(min_t(u64, dma_get_max_seg_size(a->dev), UINT_MAX), PAGE_SIZE);
	int err;

	if (revoked(f))
		return ERR_PTR(-ENODEV);
	m = kzalloc(sizeof(*m), GFP_KERNEL);
	if (!m)
		return ERR_PTR(-ENOMEM);
	m->bus = dma_map_resource(a->dev, f->range.base, a->dmabuf->size, dir, 0);
	err = dma_mapping_error(a->dev, m->bus);
	if (!err) {
		err = fill_table(&m->sgt, m->bus, a->dmabuf->size, largest ? largest : PAGE_SIZE);
		if (err)
			dma_unmap_resource(a->dev, m->bus, a->dmabuf->size, dir, 0);
	}
	if (err) {
		kfree(m);
		return ERR_PTR(err);
	}
	return &m->sgt;
}

static void foreign_unmap(struct dma_buf_attachment *a, struct sg_table *t, enum dma_data_direction dir)
{
	struct foreign_map *m = container_of(t, struct foreign_map, sgt);

	dma_unmap_resource(a->dev, m->bus, a->dmabuf->size, dir, 0);
	sg_free_table(t);
	kfree(m);
}

static void free_foreign(struct foreign *f)
{
	munmap(f->range.memory, f->range.size);
	munmap(f->shared, PAGE_SIZE);
	kfree(f);
}

static void foreign_release(struct dma_buf *buf)
{
	struct foreign *f = buf->priv;

	mutex_lock(&lock);
	list_del(&f->entry);
	__atomic_sub_fetch(&num_buffers, 1, __ATOMIC_RELAXED);
	mutex_unlock(&lock);
	kshim_phys_remove(&f->range);
	free_foreign(f);
}

static const struct dma_buf_ops foreign_ops = {
	.attach = foreign_attach,
	.pin = foreign_pin,
	.unpin = foreign_unpin,
	.map_dma_buf = foreign_map,
	.unmap_dma_buf = foreign_unmap,
	.release = foreign_release,
};

/* ---- taking in ---- */

/* True for a memory file of at least that many bytes that cannot become shorter. */
static bool file_ok(int fd, u64 size)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size < 0 || (u64)st.st_size < size)
		return false;
	return seals & F_SEAL_SHRINK;
}

static bool wire_ok(const struct kshim_dmabuf_peek *peek)
{
	const struct kshim_dmabuf_wire *w = &peek->wire;
	u64 end, total = 0, highest = 0;

	if (!w->num_pieces || w->num_pieces > KSHIM_DMABUF_PIECES)
		return false;
	for (u32 i = 0; i < w->num_pieces; i++) {
		const struct kshim_dmabuf_piece *p = &w->piece[i];

		if (!p->length || !PAGE_ALIGNED(p->offset | p->length) ||
		    check_add_overflow(p->offset, p->length, &end) || end > INT64_MAX ||
		    check_add_overflow(total, p->length, &total))
			return false;
		highest = max(highest, end);
	}
	return total == w->dmabuf_size && total <= INT64_MAX && peek->memory_fd >= 0 &&
	       file_ok(peek->memory_fd, highest) && file_ok(peek->shared_fd, PAGE_SIZE);
}

static void *map_file(int fd, u64 offset, u64 size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)offset);

	return p == MAP_FAILED ? NULL : p;
}

/* The pieces side by side, in an address range that is reserved first. */
static void *map_pieces(const struct kshim_dmabuf_peek *peek)
{
	const struct kshim_dmabuf_wire *w = &peek->wire;
	char *all = mmap(NULL, w->dmabuf_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
	     *at = all;

	if (all == MAP_FAILED)
		return NULL;
	for (u32 i = 0; i < w->num_pieces; at += w->piece[i++].length) {
		const struct kshim_dmabuf_piece *p = &w->piece[i];

		if (mmap(at, p->length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, peek->memory_fd,
			 (off_t)p->offset) == MAP_FAILED) {
			munmap(all, w->dmabuf_size);
			return NULL;
		}
	}
	return all;
}

static struct dma_buf *publish(struct foreign *f, u64 size)
{
	struct dma_buf_export_info info = {
		.exp_name = "foreign", .ops = &foreign_ops, .size = size, .flags = O_RDWR, .priv = f
	};
	struct dma_buf *buf = dma_buf_export(&info);

	if (IS_ERR(buf))
		return buf;
	f->buf = buf;
	mutex_lock(&lock);
	list_add_tail(&f->entry, &buffers);
	__atomic_add_fetch(&num_buffers, 1, __ATOMIC_RELAXED);
	mutex_unlock(&lock);
	return buf;
}

struct dma_buf *kshim_dmabuf_foreign(const struct kshim_dmabuf_peek *peek)
{
	struct dma_buf *buf = ERR_PTR(-ENOMEM);
	struct foreign *f;

	if (!wire_ok(peek))
		return ERR_PTR(-EINVAL);
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return ERR_PTR(-ENOMEM);
	f->range = (struct kshim_phys_range){ .size = peek->wire.dmabuf_size, .arg = f, .begin = enter, .end = leave };
	f->range.memory = map_pieces(peek);
	f->shared = map_file(peek->shared_fd, 0, PAGE_SIZE);
	if (!f->range.memory || !f->shared)
		goto fail;
	buf = ERR_PTR(-EINVAL);
	if (f->shared->magic != KSHIM_DMABUF_SHARED_MAGIC)
		goto fail;
	buf = ERR_PTR(-ENODEV);
	if (revoked(f))
		goto fail;
	buf = ERR_PTR(-ENOMEM);
	if (kshim_phys_add(&f->range))
		goto fail;
	buf = publish(f, peek->wire.dmabuf_size);
	if (!IS_ERR(buf))
		return buf;
	kshim_phys_remove(&f->range);
fail:
	if (f->range.memory)
		munmap(f->range.memory, f->range.size);
	if (f->shared)
		munmap(f->shared, PAGE_SIZE);
	kfree(f);
	return buf;
}

bool kshim_dmabuf_foreign_live(void)
{
	return __atomic_load_n(&num_buffers, __ATOMIC_RELAXED) != 0;
}

static struct foreign *next_untold(void)
{
	struct foreign *f, *found = NULL;

	mutex_lock(&lock);
	list_for_each_entry(f, &buffers, entry) {
		if (!found && !f->told && revoked(f) && get_file_rcu(f->buf->file)) {
			f->told = true;
			found = f;
		}
	}
	mutex_unlock(&lock);
	return found;
}

/* The bytes are out of reach already; this tells the importers, so that they give their mappings back. */
void kshim_dmabuf_poll_foreign(void)
{
	struct foreign *f;

	while (kshim_dmabuf_foreign_live() && (f = next_untold())) {
		struct dma_buf *buf = f->buf;

		dma_resv_lock(buf->resv, NULL);
		dma_buf_move_notify(buf);
		dma_resv_unlock(buf->resv);
		dma_buf_put(buf);
	}
}
