// SPDX-License-Identifier: MIT
/*
 * A consumer in C: a thousand orders, then the number of those that found their event on. Uses what
 * the installed package gives and nothing of the source tree.
 */
#include <stdio.h>

#include "shop_trace.h"

#define NR_ORDERS 1000

int main(void)
{
	int nr_on = 0;

	for (int id = 0; id < NR_ORDERS; id++) {
		nr_on += trace_order_start_enabled() ? 1 : 0;
		trace_order_start(id, id * 10L);
		trace_order_done(id, id % 2 ? "odd" : "even");
	}
	printf("%d of %d\n", nr_on, NR_ORDERS);
	return 0;
}
