// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The kernel makes an importer's table out of physical ranges. */
#include <linux/dma-buf-mapping.h>
#include <linux/pci-p2pdma.h>

struct sg_table *probe(struct dma_buf_attachment *attach, struct pci_dev *pdev,
		       struct phys_vec *vec);
struct sg_table *probe(struct dma_buf_attachment *attach, struct pci_dev *pdev,
		       struct phys_vec *vec)
{
	return dma_buf_phys_vec_to_sgt(attach, pcim_p2pdma_provider(pdev, 0), vec, 1, vec->len,
				       DMA_BIDIRECTIONAL);
}
