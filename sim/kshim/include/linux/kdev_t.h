/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_KDEV_T_H
#define KSHIM_LINUX_KDEV_T_H

#undef MAJOR
#undef MINOR
#undef MKDEV
#define MINORBITS 20
#define MINORMASK ((1U << MINORBITS) - 1)
#define MAJOR(dev) ((unsigned int)((dev) >> MINORBITS))
#define MINOR(dev) ((unsigned int)((dev)&MINORMASK))
#define MKDEV(ma, mi) ((dev_t)(((ma) << MINORBITS) | (mi)))

#endif
