#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write C with many sites, for toggle.c and dyndbg.c.

  gen-sites.py key      10,000 sites of one key
  gen-sites.py keys     10,000 keys of one site each
  gen-sites.py events   100 events of 100 sites each: the code
  gen-sites.py header   their declarations
  gen-sites.py prints   10,000 lines of pr_debug(), a program of its own
"""
import sys

HEAD = "// SPDX-License-Identifier: MIT\n/* Written by bench/gen-sites.py. */\n"

KEYS = """#include <oriel/static_key.h>

#include "toggle.h"

static struct static_key_false keys[%(nr_keys)d];
static volatile unsigned int executed;

const char *const toggle_what = "%(what)s";
const unsigned int toggle_nr = %(nr_turned)d;
const double toggle_target_us = %(target)d;
const unsigned int toggle_rounds = %(rounds)d;

void toggle_init(void)
{
}

void toggle_turn(bool on)
{
	for (unsigned int i = 0; i < toggle_nr; i++) {
		if (on)
			static_branch_enable(&keys[i]);
		else
			static_branch_disable(&keys[i]);
	}
}

static void run_0(void);

bool toggle_is_on(void)
{
	executed = 0;
	run_0();
	return executed;
}

"""

EVENTS = """#include <oriel/oriel.h>

#define CREATE_TRACE_POINTS
#include "toggle_trace.h"

#include "bench.h"
#include "reader/control.h"
#include "toggle.h"

const char *const toggle_what = "switching 100 events of 100 sites each by one rule";
const unsigned int toggle_nr = 1;
const double toggle_target_us = 50000;
const unsigned int toggle_rounds = 10;

static struct orl_session session;

void toggle_init(void)
{
	if (orl_session_open(&session, NULL, 0))
		bench_die("%s", session.error);
}

/* As a tool does it: new rules into the domain, then what the nudge's handler does. */
void toggle_turn(bool on)
{
	struct orl_change change = { .pattern = "toggle:*", .enable = on };

	if (orl_control_change(&session, &change, 1, 0))
		bench_die("%s", session.error);
	oriel_control_dispatch();
}

bool toggle_is_on(void)
{
	return trace_toggle_0_enabled();
}

"""

PRINTS = """#include <oriel/printk.h>
#include <unistd.h>

static volatile int running;

"""

PRINTS_MAIN = """
/* Waits until it is told to run its sites once or, by the end of the input, to end. */
int main(void)
{
	char byte;

	while (read(STDIN_FILENO, &byte, 1) == 1) {
		toggle_run();
		if (write(STDOUT_FILENO, &byte, 1) != 1)
			return 1;
	}
	return 0;
}
"""

HEADER = """#undef TRACE_SYSTEM
#define TRACE_SYSTEM toggle

#if !defined(TOGGLE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define TOGGLE_TRACE_H

#include <oriel/tracepoint.h>

DECLARE_EVENT_CLASS(toggle_class,
	TP_PROTO(unsigned long i),
	TP_ARGS(i),
	TP_STRUCT__entry(__field(unsigned long, i)),
	TP_fast_assign(__entry->i = i;),
	TP_printk("i=%lu", __entry->i)
);
"""

FOOT = """
#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE toggle_trace
#include <oriel/define_trace.h>
"""


def functions(nr, body):
    """toggle_run() and the functions that it calls, each with what body(n) gives."""
    out = ""
    for n in range(nr):
        out += "__attribute__((noinline)) static void run_%d(void)\n{\n%s}\n\n" % (n, body(n))
    return out + "void toggle_run(void)\n{\n" + "".join("\trun_%d();\n" % n for n in range(nr)) + "}\n"


def sites(nr_keys):
    def body(n):
        return "".join("\tif (static_branch_unlikely(&keys[%d]))\n\t\texecuted = %d;\n" % (
            (n * 100 + i) % nr_keys, n * 100 + i + 1) for i in range(100))
    return functions(100, body)


def main():
    kind = sys.argv[1]
    if kind == "key":
        text = KEYS % {"nr_keys": 1, "nr_turned": 1, "what": "toggling 10,000 sites of one key", "target": 50000,
                       "rounds": 10} + sites(1)
    elif kind == "keys":
        text = KEYS % {"nr_keys": 10000, "nr_turned": 200, "what": "toggling one of 10,000 keys of one site each",
                       "target": 0, "rounds": 1} + sites(10000)
    elif kind == "events":
        text = EVENTS + functions(100, lambda n: "\ttrace_toggle_%d(%d);\n" % (n, n) * 100)
    elif kind == "prints":
        text = PRINTS + functions(100, lambda n: "".join(
            "\tpr_debug(\"line %d of %d: %%d %%s\\n\", running, __func__);\n" % (i, n) for i in range(100)))
        text = text.replace("void toggle_run", "static void toggle_run") + PRINTS_MAIN
    else:
        text = HEADER + "".join("DEFINE_EVENT(toggle_class, toggle_%d, TP_PROTO(unsigned long i), TP_ARGS(i));\n"
                                % n for n in range(100)) + FOOT
    sys.stdout.write(HEAD + text)


main()
