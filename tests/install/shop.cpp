// SPDX-License-Identifier: MIT
/*
 * The same consumer in C++17, which also creates the events: no C file is needed. They are used
 * from a template, a lambda and a member, where C has no such places.
 */
#include <cstdio>
#include <string>

#define CREATE_TRACE_POINTS
#include "shop_trace.h"

namespace {

struct order {
	int id;
	std::string customer;

	void done() const { trace_order_done(id, customer.c_str()); }
};

template <typename Total> void start(const order &o, Total total)
{
	trace_order_start(o.id, total);
}

} // namespace

int main()
{
	constexpr int nr_orders = 1000;
	int nr_on = 0;

	for (int id = 0; id < nr_orders; id++) {
		const order o{id, id % 2 ? "odd" : "even"};
		auto is_on = [] { return trace_order_start_enabled() ? 1 : 0; };

		nr_on += is_on();
		start(o, id * 10L);
		o.done();
	}
	std::printf("%d of %d\n", nr_on, nr_orders);
	return 0;
}
