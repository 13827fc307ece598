// SPDX-License-Identifier: MIT
/*
 * Sets four keys to each of their 16 states, in two orders, and looks from every file; then the
 * same with the probes of two events. Prints what is wrong and exits with 1. With an argument it
 * only makes events, "tick" and "tock" from every file.
 */
#include <stdio.h>

#define CREATE_TRACE_POINTS
#include "tick_trace.h"
#undef CREATE_TRACE_POINTS
#include "sites.h"
#include "tock_trace.h"

DEFINE_STATIC_KEY_FALSE(program_false);
DEFINE_STATIC_KEY_TRUE(program_true);

static int nr_wrong;
static unsigned int probed;

static unsigned int look(void) LOOK()

static void check(const char *from, unsigned int state, unsigned int got)
{
	unsigned int want = 0;

	for (int i = 3; i >= 0; i--)
		want = want << 2 | (state >> i & 1 ? 3U : 0U);
	if (got != want) {
		printf("%s: state %#x: 0x%02x, not 0x%02x\n", from, state, got, want);
		nr_wrong++;
	}
}

#define SET(kind, name) \
	if (state >> --bit & 1) \
		static_branch_enable(&name); \
	else \
		static_branch_disable(&name);

static void check_state(unsigned int state)
{
	int bit = 4;

	KEYS(SET)
	check("main", state, look());
	check("other", state, look_from_other());
	check("object", state, look_from_object());
#ifdef __cplusplus
	check("inline", state, look_inline());
	check("inline in other", state, look_inline_from_other());
	check("template", state, look_template<1>() - 1);
	check("another template", state, look_template<2>() - 2);
	check("templates in other", state, look_template_from_other());
#endif
}

static void make_all(void)
{
	trace_tick(1);
	tick_from_other(2);
	tick_from_object(4);
	trace_tock(8);
	tock_from_object(16);
}

static void on_tick(void *data, int n)
{
	*(unsigned int *)data += (unsigned int)n;
}

static void on_tock(void *data, int n)
{
	*(unsigned int *)data += (unsigned int)n * 32;
}

static void check_probes(unsigned int want)
{
	probed = 0;
	make_all();
	if (probed != want) {
		printf("probes: %u, not %u\n", probed, want);
		nr_wrong++;
	}
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		make_all();
		return 0;
	}
	check("main, at first", 5, look());
	check("object, at first", 5, look_from_object());
	for (unsigned int state = 0; state < 16; state++)
		check_state(state);
	for (unsigned int state = 0; state < 16; state++)
		check_state(state * 7 % 16);
	check_probes(0);
	register_trace_tick(on_tick, &probed);
	check_probes(7);
	register_trace_tock(on_tock, &probed);
	check_probes(7 + 24 * 32);
	unregister_trace_tick(on_tick, &probed);
	check_probes(24 * 32);
	unregister_trace_tock(on_tock, &probed);
	check_probes(0);
	return nr_wrong != 0;
}
