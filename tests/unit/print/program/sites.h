/* SPDX-License-Identifier: MIT */
/*
 * Sites that stand in a header: one for each file that has a copy of the function, or in C++ one
 * for all files of an object.
 */
#ifndef PRINT_SITES_H
#define PRINT_SITES_H

#define pr_fmt(fmt) "t: " fmt
#include <oriel/device.h>
#include <oriel/printk.h>

#ifdef __cplusplus
extern "C" {
#endif
extern int calls; /* of arg() */
int arg(int n);
void print_from_object(void);
#ifdef __cplusplus
}
#endif

void print_from_other(void);

static inline void print_from_header(int n)
{
	pr_debug("header %d\n", arg(n));
}

#ifdef __cplusplus
inline void print_inline(int n)
{
	pr_debug("inline %d\n", arg(n));
}

template <int N> inline void print_template()
{
	pr_debug("template %d of %s\n", arg(N), __func__);
	trace_printk("template %d\n", N);
}

struct printer {
	int n;

	explicit printer(int from) : n(from)
	{
		pr_debug("constructor %d\n", arg(n));
	}
	virtual ~printer()
	{
		auto f = [this](int more) { pr_debug("lambda %d\n", arg(n + more)); };

		f(1);
	}
};
#endif

#endif
