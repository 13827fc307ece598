/* SPDX-License-Identifier: MIT */
/*
 * Lines that a program prints, with the kernel's names (linux/printk.h).
 *
 *	#define pr_fmt(fmt) "disk: " fmt
 *	#include <oriel/printk.h>
 *
 *	pr_err("%s: no answer for %d ms\n", name, ms);	always, to the console
 *	pr_debug("block %llu\n", block);		a site of dynamic debug: dynamic_debug.h
 *	trace_printk("here, x = %d\n", x);		on from the start, to the ring
 *
 * The console is standard error, and takes what is more urgent than the console's level:
 * ORIEL_LOGLEVEL from 0 to 8, 7 if that is not given, so that all but KERN_DEBUG is shown. At 8
 * it shows pr_debug() lines that are on, too. A program's own console, oriel_set_console(), gets
 * every line. A line is one write(2), cut at 1,024 bytes; control characters other than newline
 * and tab are escaped as \xNN on standard error.
 *
 * Formats are the kernel's: %pM, %pI4, %pI6c, %*ph, %pU, %pe, %pV beside those of C; %p is the
 * address itself. Any context, async-signal-safe; errno stays. With ORIEL_DISABLE defined pr_err()
 * ... pr_info() print to standard error by the C library, by its conversions.
 */
#ifndef ORIEL_PRINTK_H
#define ORIEL_PRINTK_H

#include <oriel/dynamic_debug.h>
#include <oriel/hexdump.h>
#include <stdarg.h>

#define KERN_SOH "\001"
#define KERN_SOH_ASCII '\001'
#define KERN_EMERG KERN_SOH "0"
#define KERN_ALERT KERN_SOH "1"
#define KERN_CRIT KERN_SOH "2"
#define KERN_ERR KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_NOTICE KERN_SOH "5"
#define KERN_INFO KERN_SOH "6"
#define KERN_DEBUG KERN_SOH "7"
#define KERN_DEFAULT ""			/* as KERN_WARNING */
#define KERN_CONT KERN_SOH "c"		/* goes on with the line before */

#define LOGLEVEL_SCHED (-2)
#define LOGLEVEL_DEFAULT (-1)
#define LOGLEVEL_EMERG 0
#define LOGLEVEL_ALERT 1
#define LOGLEVEL_CRIT 2
#define LOGLEVEL_ERR 3
#define LOGLEVEL_WARNING 4
#define LOGLEVEL_NOTICE 5
#define LOGLEVEL_INFO 6
#define LOGLEVEL_DEBUG 7

#define MESSAGE_LOGLEVEL_DEFAULT LOGLEVEL_WARNING
#define CONSOLE_LOGLEVEL_SILENT 0
#define CONSOLE_LOGLEVEL_MIN 1
#define CONSOLE_LOGLEVEL_QUIET 4
#define CONSOLE_LOGLEVEL_DEFAULT 7
#define CONSOLE_LOGLEVEL_DEBUG 10
#define CONSOLE_LOGLEVEL_MOTORMOUTH 15

ORIEL_BEGIN_DECLS

/* Of "%pV": a format and its arguments, printed as part of another line. */
struct va_format {
	const char *fmt;
	va_list *va;
};

/* The level character behind a KERN_SOH at the start of @s, or 0. */
ORIEL_INLINE int printk_get_level(const char *s)
{
	if (s[0] == KERN_SOH_ASCII && ((s[1] >= '0' && s[1] <= '7') || s[1] == 'c'))
		return s[1];
	return 0;
}

ORIEL_INLINE const char *printk_skip_level(const char *s)
{
	return printk_get_level(s) ? s + 2 : s;
}

ORIEL_INLINE const char *printk_skip_headers(const char *s)
{
	while (printk_get_level(s))
		s = printk_skip_level(s);
	return s;
}

#ifndef ORIEL_DISABLE
/**
 * oriel_printk() - print a line to the console
 * @fmt: may begin with a KERN_* level; without one it is KERN_WARNING
 *
 * What printk() and pr_err() call. Any context. Return: bytes of the text, without the level.
 */
int oriel_printk(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int oriel_vprintk(const char *fmt, va_list args) __attribute__((format(printf, 1, 0)));

/* Lines of print_hex_dump(), at a level of KERN_*. */
void oriel_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, int ascii);

/* A site's line whose format is no constant: what it prints is made to text at once. */
void oriel_dyndbg_vemit(struct _ddebug *site, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

/**
 * oriel_set_console() - a program's own console, in place of standard error
 * @fn:  called with the level (0 to 7), the text (@len bytes and a NUL; as it was printed, control
 *       characters and all; usually with a newline at its end) and @arg, for every line whatever
 *       its level, pr_debug() lines that are on among them; NULL: standard error again
 *
 * @fn is called where the line is printed: it must be fit for signal handlers where lines are
 * printed there. Lines that it prints itself go to standard error. Any thread; a line under way
 * may still go to the old one.
 */
void oriel_set_console(void (*fn)(int level, const char *text, size_t len, void *arg), void *arg);

/** oriel_uptime_ms() - CLOCK_MONOTONIC in ms, plus 1; any context, errno stays */
unsigned long long oriel_uptime_ms(void);

/** oriel_set_loglevel() - the console's level, as ORIEL_LOGLEVEL gives it; returns the old one. A
 * negative @level only asks. */
int oriel_set_loglevel(int level);
#endif

ORIEL_END_DECLS

#ifdef ORIEL_DISABLE
#include <oriel/stages/printk_disable.h>
#endif

#define printk(fmt, ...) oriel_printk(fmt, ##__VA_ARGS__)
#define _printk oriel_printk
#define vprintk(fmt, args) oriel_vprintk(fmt, args)
#define printk_deferred(fmt, ...) oriel_printk(fmt, ##__VA_ARGS__)
#define no_printk(fmt, ...) \
	(__extension__({ \
		if (0) \
			oriel_check_format(fmt, ##__VA_ARGS__); \
		0; \
	}))

#define pr_emerg(fmt, ...) printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...) printk(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...) printk(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...) printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...) printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warning(fmt, ...) pr_warn(fmt, ##__VA_ARGS__)
#define pr_notice(fmt, ...) printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...) printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_cont(fmt, ...) printk(KERN_CONT fmt, ##__VA_ARGS__)
/* there only where DEBUG is defined */
#ifdef DEBUG
#define pr_devel(fmt, ...) printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#else
#define pr_devel(fmt, ...) no_printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#endif
#define pr_debug(fmt, ...) dynamic_pr_debug(fmt, ##__VA_ARGS__)

/* Once in the life of the program; each place for itself. */
#define ORIEL_ONCE(...) \
	do { \
		static unsigned char oriel_once; \
		if (ORIEL_UNLIKELY(!__atomic_load_n(&oriel_once, __ATOMIC_RELAXED)) && \
		    !__atomic_exchange_n(&oriel_once, 1, __ATOMIC_RELAXED)) { \
			__VA_ARGS__; \
		} \
	} while (0)
#define printk_once(fmt, ...) ORIEL_ONCE(printk(fmt, ##__VA_ARGS__))
#define pr_emerg_once(fmt, ...) ORIEL_ONCE(pr_emerg(fmt, ##__VA_ARGS__))
#define pr_alert_once(fmt, ...) ORIEL_ONCE(pr_alert(fmt, ##__VA_ARGS__))
#define pr_crit_once(fmt, ...) ORIEL_ONCE(pr_crit(fmt, ##__VA_ARGS__))
#define pr_err_once(fmt, ...) ORIEL_ONCE(pr_err(fmt, ##__VA_ARGS__))
#define pr_warn_once(fmt, ...) ORIEL_ONCE(pr_warn(fmt, ##__VA_ARGS__))
#define pr_notice_once(fmt, ...) ORIEL_ONCE(pr_notice(fmt, ##__VA_ARGS__))
#define pr_info_once(fmt, ...) ORIEL_ONCE(pr_info(fmt, ##__VA_ARGS__))
#define pr_devel_once(fmt, ...) ORIEL_ONCE(pr_devel(fmt, ##__VA_ARGS__))

/* 10 lines in 5 seconds; each place for itself. */
#define ORIEL_RATELIMITED(...) \
	do { \
		static DEFINE_RATELIMIT_STATE(oriel_rs, DEFAULT_RATELIMIT_INTERVAL, \
					      DEFAULT_RATELIMIT_BURST); \
		if (__ratelimit(&oriel_rs)) { \
			__VA_ARGS__; \
		} \
	} while (0)
#define printk_ratelimited(fmt, ...) ORIEL_RATELIMITED(printk(fmt, ##__VA_ARGS__))
#define pr_emerg_ratelimited(fmt, ...) ORIEL_RATELIMITED(pr_emerg(fmt, ##__VA_ARGS__))
#define pr_alert_ratelimited(fmt, ...) ORIEL_RATELIMITED(pr_alert(fmt, ##__VA_ARGS__))
#define pr_crit_ratelimited(fmt, ...) ORIEL_RATELIMITED(pr_crit(fmt, ##__VA_ARGS__))
#define pr_err_ratelimited(fmt, ...) ORIEL_RATELIMITED(pr_err(fmt, ##__VA_ARGS__))
#define pr_warn_ratelimited(fmt, ...) ORIEL_RATELIMITED(pr_warn(fmt, ##__VA_ARGS__))
#define pr_notice_ratelimited(fmt, ...) ORIEL_RATELIMITED(pr_notice(fmt, ##__VA_ARGS__))
#define pr_info_ratelimited(fmt, ...) ORIEL_RATELIMITED(pr_info(fmt, ##__VA_ARGS__))
#define pr_devel_ratelimited(fmt, ...) ORIEL_RATELIMITED(pr_devel(fmt, ##__VA_ARGS__))

#define print_hex_dump(level, prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii) \
	oriel_hex_dump(level, prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii)
#define print_hex_dump_debug(prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii) \
	dynamic_hex_dump(prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii)
#define print_hex_dump_bytes(prefix_str, prefix_type, buf, len) \
	print_hex_dump_debug(prefix_str, prefix_type, 16, 1, buf, len, true)

#ifndef ORIEL_DISABLE

/* The limits count lines that would print: a site that is off uses none of them up. */
#define ORIEL_PRINT_IF(cond, fmt, ...) \
	ORIEL_PRINT(fmt, ORIEL_FIRST(pr_fmt(fmt)), _DPRINTK_CLASS_DFLT, ORIEL_PRINT_DEBUG, \
		    _DPRINTK_FLAGS_DEFAULT, \
		    cond(oriel_dyndbg_emit(ORIEL_PRINT_SITE, pr_fmt(fmt), ##__VA_ARGS__)))
#define pr_debug_once(fmt, ...) ORIEL_PRINT_IF(ORIEL_ONCE, fmt, ##__VA_ARGS__)
#define pr_debug_ratelimited(fmt, ...) ORIEL_PRINT_IF(ORIEL_RATELIMITED, fmt, ##__VA_ARGS__)

/*
 * trace_printk() - a line to the ring, from the start: a program that has one asks for tracing, and
 * makes its domain and rings. A format that is no constant is printed at once.
 */
#define trace_printk(fmt, ...) \
	ORIEL_PRINT(__builtin_constant_p(fmt) ? fmt : NULL, NULL, _DPRINTK_CLASS_DFLT, \
		    ORIEL_PRINT_TRACE, _DPRINTK_FLAGS_PRINT, \
		    oriel_dyndbg_emit(ORIEL_PRINT_SITE, fmt, ##__VA_ARGS__))
#define trace_puts(str) \
	ORIEL_PRINT("%s", NULL, _DPRINTK_CLASS_DFLT, ORIEL_PRINT_TRACE, _DPRINTK_FLAGS_PRINT, \
		    oriel_dyndbg_emit(ORIEL_PRINT_SITE, "%s", str))
#define ftrace_vprintk(fmt, args) \
	ORIEL_PRINT(NULL, NULL, _DPRINTK_CLASS_DFLT, ORIEL_PRINT_TRACE, _DPRINTK_FLAGS_PRINT, \
		    oriel_dyndbg_vemit(ORIEL_PRINT_SITE, fmt, args))

#else

#define pr_debug_once(fmt, ...) ORIEL_NO_PRINT(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug_ratelimited(fmt, ...) ORIEL_NO_PRINT(pr_fmt(fmt), ##__VA_ARGS__)
#define trace_printk(fmt, ...) ORIEL_NO_PRINT(fmt, ##__VA_ARGS__)
#define trace_puts(str) ORIEL_NO_PRINT("%s", str)
#define ftrace_vprintk(fmt, args) \
	do { \
		if (0) \
			(void)(fmt), (void)(args); \
	} while (0)

#endif

#include <oriel/dev_printk.h>
#include <oriel/ratelimit.h>

#endif
