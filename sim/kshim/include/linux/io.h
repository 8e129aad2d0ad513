/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_IO_H
#define KSHIM_LINUX_IO_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/mm.h>

u8 readb(const volatile void __iomem *p);
u16 readw(const volatile void __iomem *p);
u32 readl(const volatile void __iomem *p);
u64 readq(const volatile void __iomem *p);
void writeb(u8 v, volatile void __iomem *p);
void writew(u16 v, volatile void __iomem *p);
void writel(u32 v, volatile void __iomem *p);
void writeq(u64 v, volatile void __iomem *p);
#define readl_relaxed readl
#define readq_relaxed readq
#define writel_relaxed writel
#define writeq_relaxed writeq
#define ioread8 readb
#define ioread32 readl
#define ioread64 readq
#define iowrite8 writeb
#define iowrite32 writel
#define iowrite64 writeq

void memcpy_toio(volatile void __iomem *to, const void *from, size_t n);
void memcpy_fromio(void *to, const volatile void __iomem *from, size_t n);
void memset_io(volatile void __iomem *p, int v, size_t n);

void __iomem *ioremap(resource_size_t addr, unsigned long size);
#define ioremap_wc ioremap
#define ioremap_uc ioremap
#define ioremap_cache ioremap
void iounmap(volatile void __iomem *p);
#define arch_phys_wc_add(base, size) ((void)(base), (void)(size), 0)
#define arch_phys_wc_del(handle) ((void)(handle))

#endif
