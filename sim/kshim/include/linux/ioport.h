/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_IOPORT_H
#define KSHIM_LINUX_IOPORT_H

#include <linux/types.h>

struct resource {
	resource_size_t start, end;
	const char *name;
	unsigned long flags;
};

#define IORESOURCE_IO 0x100UL
#define IORESOURCE_MEM 0x200UL
#define IORESOURCE_PREFETCH 0x2000UL
#define IORESOURCE_MEM_64 0x100000UL

static inline resource_size_t resource_size(const struct resource *r)
{
	return r->end - r->start + 1;
}

#endif
