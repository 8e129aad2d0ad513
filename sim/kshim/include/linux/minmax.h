/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef KSHIM_LINUX_MINMAX_H
#define KSHIM_LINUX_MINMAX_H

#define min_t(type, a, b) \
	({ \
		type min_a__ = (a); \
		type min_b__ = (b); \
		min_a__ < min_b__ ? min_a__ : min_b__; \
	})
#define max_t(type, a, b) \
	({ \
		type max_a__ = (a); \
		type max_b__ = (b); \
		max_a__ > max_b__ ? max_a__ : max_b__; \
	})
#define min(a, b) \
	({ \
		__typeof__(a) min_a__ = (a); \
		__typeof__(b) min_b__ = (b); \
		min_a__ < min_b__ ? min_a__ : min_b__; \
	})
#define max(a, b) \
	({ \
		__typeof__(a) max_a__ = (a); \
		__typeof__(b) max_b__ = (b); \
		max_a__ > max_b__ ? max_a__ : max_b__; \
	})
#define min3(a, b, c) min(min(a, b), c)
#define max3(a, b, c) max(max(a, b), c)
#define clamp(v, lo, hi) min(max(v, lo), hi)
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)
#define clamp_val(v, lo, hi) clamp_t(__typeof__(v), v, lo, hi)
#define swap(a, b) \
	do { \
		__typeof__(a) swap__ = (a); \
		(a) = (b); \
		(b) = swap__; \
	} while (0)

#endif
