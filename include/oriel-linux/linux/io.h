/* SPDX-License-Identifier: MIT */
/* Registers: memory that the program gives for them. Each is read and written in one piece. */
#ifndef ORIEL_LINUX_IO_H
#define ORIEL_LINUX_IO_H

#include <linux/types.h>
#include <oriel/base.h>

#define ORIEL_IO(letter, bits)                                                                     \
	ORIEL_INLINE u##bits read##letter(const volatile void __iomem *addr)                       \
	{                                                                                          \
		return *(const volatile u##bits *)addr;                                            \
	}                                                                                          \
	ORIEL_INLINE void write##letter(u##bits value, volatile void __iomem *addr)                \
	{                                                                                          \
		*(volatile u##bits *)addr = value;                                                 \
	}

ORIEL_IO(b, 8)
ORIEL_IO(w, 16)
ORIEL_IO(l, 32)
ORIEL_IO(q, 64)

#define ioread8(addr) readb(addr)
#define ioread16(addr) readw(addr)
#define ioread32(addr) readl(addr)
#define iowrite8(value, addr) writeb(value, addr)
#define iowrite16(value, addr) writew(value, addr)
#define iowrite32(value, addr) writel(value, addr)
#define readl_relaxed(addr) readl(addr)
#define writel_relaxed(value, addr) writel(value, addr)

#endif
