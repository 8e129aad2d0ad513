// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The CPU's way to an export: mmap of its fd, and vmap by importers in the kernel.
 *
 * Mappings are write-combining: memory behind a prefetchable BAR has no side effects, so stores may
 * be gathered, while reads must not be cached, for nothing would keep a cache true. Programs' pages
 * are filled in one by one at a fault, under the reservation, as is the flag that revocation sets
 * before it takes them all away: no fault can bring back what has gone.
 */

#include <linux/dma-resv.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>

#include "compat/compat.h"
#include "dmabuf_export.h"

/*
 * Programs' pages are of the kind that their range was announced as; unannounced ones are uncached,
 * which is slower and as good. Ends with the driver's hold of the device.
 */
void hlrt_export_cpu_init(struct hlrt_device *dev)
{
	unsigned int bar = dev->prop.dram_bar;

	devm_arch_io_reserve_memtype_wc(dev->dev, pci_resource_start(dev->pdev, bar),
					pci_resource_len(dev->pdev, bar));
}

/* The page at offset, which lies in one of the pieces. */
static unsigned long hlrt_export_pfn(const struct hlrt_export *ex, u64 offset)
{
	const struct hlrt_piece *piece = ex->pieces;

	for (; offset >= piece->len; piece++)
		offset -= piece->len;
	return PHYS_PFN(hlrt_export_phys(ex, piece->addr + offset));
}

static vm_fault_t hlrt_export_fault(struct vm_fault *vmf)
{
	struct dma_buf *dmabuf = vmf->vma->vm_private_data;
	struct hlrt_export *ex = dmabuf->priv;
	u64 offset = (u64)vmf->pgoff << PAGE_SHIFT;
	vm_fault_t ret = VM_FAULT_SIGBUS;

	dma_resv_lock(dmabuf->resv, NULL);
	if (!ex->revoked && offset < ex->len)
		ret = vmf_insert_pfn(vmf->vma, vmf->address, hlrt_export_pfn(ex, offset));
	dma_resv_unlock(dmabuf->resv);
	return ret;
}

static const struct vm_operations_struct hlrt_export_vm_ops = {
	.fault = hlrt_export_fault,
};

/* The dma-buf core has compared the range with the size. */
int hlrt_export_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	struct hlrt_export *ex = dmabuf->priv;

	/* There is nothing that a private mapping could make a copy of. */
	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	/* A hint: the fault looks again, under the reservation. */
	if (READ_ONCE(ex->revoked))
		return -ENODEV;
	hlrt_vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_page_prot = pgprot_writecombine(vma->vm_page_prot);
	vma->vm_private_data = dmabuf;
	vma->vm_ops = &hlrt_export_vm_ops;
	return 0;
}

/*
 * A dma-buf has an inode of its own, and with it the list of its mappings. It goes before the
 * export is told of its release, hence the reference.
 */
void hlrt_export_hold_inode(struct hlrt_export *ex)
{
	ex->inode = file_inode(ex->dmabuf->file);
	ihold(ex->inode);
}

void hlrt_export_put_inode(struct hlrt_export *ex)
{
	iput(ex->inode);
}

void hlrt_export_zap(struct hlrt_export *ex)
{
	dma_resv_assert_held(ex->dmabuf->resv);
	unmap_mapping_range(ex->inode->i_mapping, 0, 0, 1);
}

/*
 * Of an export in one piece: dmabuf_export.c gives others no such operation. Its user is never told
 * of revocation, so counts as one that pins.
 */
int hlrt_export_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct hlrt_export *ex = dmabuf->priv;
	void __iomem *mem;
	int rc = -ENODEV;

	hlrt_vmap_lock(dmabuf);
	if (ex->revoked)
		goto unlock;
	rc = -ENOMEM;
	mem = ioremap_wc(hlrt_export_phys(ex, ex->pieces[0].addr), ex->len);
	if (!mem)
		goto unlock;
	ex->vmapped = true;
	hlrt_export_get_map(ex);
	iosys_map_set_vaddr_iomem(map, mem);
	rc = 0;
unlock:
	hlrt_vmap_unlock(dmabuf);
	return rc;
}

void hlrt_export_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct hlrt_export *ex = dmabuf->priv;

	hlrt_vmap_lock(dmabuf);
	iounmap(map->vaddr_iomem);
	ex->vmapped = false;
	hlrt_export_put_map(ex);
	hlrt_vmap_unlock(dmabuf);
}

/* What the CPU has stored until now is in the device's memory: no posted write passes a read. */
int hlrt_export_end_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction dir)
{
	struct hlrt_export *ex = dmabuf->priv;

	if (dir == DMA_FROM_DEVICE)
		return 0;
	dma_resv_lock(dmabuf->resv, NULL);
	if (!ex->revoked) {
		wmb(); /* empties the processor's write-combining buffers */
		readl(ex->dev->bar[ex->dev->prop.dram_bar]);
	}
	dma_resv_unlock(dmabuf->resv);
	return 0;
}
