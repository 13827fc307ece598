// SPDX-License-Identifier: MIT
/*
 * Every macro that prints, once. "sites COUNT": exits with 1 unless arguments of lines that may be
 * off were evaluated so many times, or where errno did not stay.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sites.h"

enum { CLASS_A = 3, CLASS_B };
DECLARE_DYNDBG_CLASSMAP(classes, DD_CLASS_TYPE_DISJOINT_BITS, CLASS_A, "A", "B");

int calls;

static struct device_driver driver = { "drv" };
static struct device device = { NULL, "dev0", &driver, NULL };
static struct device *const no_device = NULL;

static struct device *counted(void)
{
	calls++;
	return &device;
}

int arg(int n)
{
	calls++;
	return n;
}

static void by_descriptor(struct _ddebug *site, const char *fmt, const char *word)
{
	(void)fmt;
	__dynamic_pr_debug(site, "by a function: %s\n", word);
}

static void sites_of_dynamic_debug(void)
{
	static const char bytes[] = "0123456789abcdefgh";
	const char *prefix = getenv("NO_SUCH") ? "x" : "var ";

	pr_debug("plain\n");
	pr_debug("%d %s %5.2f\n", arg(1), "word", 2.5);
	for (int i = 0; i < 3; i++)
		pr_debug_once("once %d\n", arg(2));
	for (int i = 0; i < 12; i++)
		pr_debug_ratelimited("limited %d\n", i);
	__pr_debug_cls(CLASS_B, "class %d\n", arg(3));
	dev_dbg(&device, "device %d\n", arg(4));
	dev_dbg(no_device, "no device\n");
	dev_dbg_once(counted(), "device once\n");
	print_hex_dump_debug("dump ", DUMP_PREFIX_OFFSET, 16, 1, bytes, 18, true);
	print_hex_dump_debug(prefix, DUMP_PREFIX_NONE, 32, 4, bytes, 8, false);
	print_hex_dump_bytes("bytes ", DUMP_PREFIX_NONE, bytes, arg(2));
	{
		DEFINE_DYNAMIC_DEBUG_METADATA(by_hand, "by hand %d\n");
		if (DYNAMIC_DEBUG_BRANCH(by_hand))
			__dynamic_pr_debug(&by_hand, "by hand %d\n", arg(5));
	}
	_dynamic_func_call("by function\n", by_descriptor, "x", "word");
}

static void ftrace_v(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	ftrace_vprintk(fmt, args);
	va_end(args);
}

static void sites_of_ftrace(void)
{
	char format[] = "variable %d\n";

	trace_printk("constant %d\n", 7);
	trace_printk("constant\n");
	trace_printk(format, 8);
	trace_puts("puts 100%\n");
	ftrace_v("list %d\n", 9);
}

static void always(void)
{
	pr_emerg("emerg\n");
	pr_alert("alert\n");
	pr_crit("crit\n");
	pr_err("err %d\n", 1);
	pr_warn("warn");
	pr_cont(" goes on\n");
	pr_notice("open");
	pr_info("info \033[1m\n");
	pr_devel("devel\n");
	printk(KERN_DEBUG "debug\n");
	printk("no level\n");
	for (int i = 0; i < 2; i++)
		pr_err_once("err once\n");
	for (int i = 0; i < 12; i++)
		pr_warn_ratelimited("limited %d\n", i);
	dev_err(&device, "device %d\n", 2);
	dev_info(no_device, "none\n");
	print_hex_dump(KERN_INFO, "dump ", DUMP_PREFIX_OFFSET, 16, 2, "0123456789abcdefgh", 18,
		       true);
	no_printk("nothing %d\n", arg(6));
}

int main(int argc, char **argv)
{
	errno = 77;
	sites_of_dynamic_debug();
	sites_of_ftrace();
	always();
	print_from_header(1);
	print_from_other();
	print_from_object();
#ifdef __cplusplus
	print_inline(1);
	print_template<1>();
	print_template<2>();
	printer(1);
#endif
	if (errno != 77 || (argc > 1 && calls != atoi(argv[1]))) {
		fprintf(stderr, "errno %d, %d calls\n", errno, calls);
		return 1;
	}
	return 0;
}
