/* SPDX-License-Identifier: MIT */
/* The smaller, the larger, and what lies between; every argument is evaluated once. */
#ifndef ORIEL_LINUX_MINMAX_H
#define ORIEL_LINUX_MINMAX_H

/* Both of one type, as the compiler warns where the pointers differ. */
#define ORIEL_PICK(x, op, y)                                                                       \
	__extension__({                                                                            \
		__typeof__(x) oriel_x = (x);                                                       \
		__typeof__(y) oriel_y = (y);                                                       \
												   \
		(void)(&oriel_x == &oriel_y);                                                      \
		oriel_x op oriel_y ? oriel_x : oriel_y;                                            \
	})
#define min(x, y) ORIEL_PICK(x, <, y)
#define max(x, y) ORIEL_PICK(x, >, y)

#define ORIEL_PICK_T(type, x, op, y)                                                               \
	__extension__({                                                                            \
		type oriel_tx = (x), oriel_ty = (y);                                               \
												   \
		oriel_tx op oriel_ty ? oriel_tx : oriel_ty;                                        \
	})
#define min_t(type, x, y) ORIEL_PICK_T(type, x, <, y)
#define max_t(type, x, y) ORIEL_PICK_T(type, x, >, y)
#define min3(x, y, z) min((__typeof__(x))min(x, y), z)
#define max3(x, y, z) max((__typeof__(x))max(x, y), z)

/* The smaller that is not 0; 0 where both are. */
#define min_not_zero(x, y)                                                                         \
	__extension__({                                                                            \
		__typeof__(x) oriel_nx = (x);                                                      \
		__typeof__(y) oriel_ny = (y);                                                      \
												   \
		!oriel_nx ? oriel_ny : !oriel_ny ? oriel_nx : min(oriel_nx, oriel_ny);             \
	})

/* Of constants, for array sizes. */
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

#define clamp(value, low, high) min((__typeof__(value))max(value, low), high)
#define clamp_t(type, value, low, high) min_t(type, max_t(type, value, low), high)
#define clamp_val(value, low, high) clamp_t(__typeof__(value), value, low, high)

#define swap(a, b)                                                                                 \
	do {                                                                                       \
		__typeof__(a) oriel_swap = (a);                                                    \
												   \
		(a) = (b);                                                                         \
		(b) = oriel_swap;                                                                  \
	} while (0)

#endif
