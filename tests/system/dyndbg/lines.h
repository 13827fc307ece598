/* SPDX-License-Identifier: MIT */
#ifndef LINES_H
#define LINES_H

#include <oriel/printk.h>

void lines_other(const char *what);
void lines_default(void);

#endif
