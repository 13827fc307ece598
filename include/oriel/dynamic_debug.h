/* SPDX-License-Identifier: MIT */
/*
 * Dynamic debug: each pr_debug() of a program is a site that is switched on and off while it runs,
 * with the kernel's names and meaning (linux/dynamic_debug.h). Programs include oriel/printk.h.
 *
 * A site that is off is one NOP; its arguments are not evaluated. One that is on leaves a record of
 * its arguments, which is printed when somebody reads it. It is on from the start where DEBUG is
 * defined before this header is included, and where ORIEL_DYNDBG or a tool says so.
 *
 * Printing takes no lock, allocates nothing, makes no system call and leaves errno alone; any
 * context. With ORIEL_DISABLE defined nothing is left but the compiler's check of the arguments.
 *
 * A site is a static struct _ddebug. The section "oriel_dyndbg" holds pointers to them, not the
 * structs themselves: a variable of an inline function in C++ cannot be told its section, but
 * an entry written by assembler goes where the code goes, and is kept or discarded with it. So a
 * function that the compiler copies has several entries for one site.
 */
#ifndef ORIEL_DYNAMIC_DEBUG_H
#define ORIEL_DYNAMIC_DEBUG_H

#include <errno.h>
#include <oriel/static_key.h>
#include <stddef.h>

#define _DPRINTK_FLAGS_NONE 0
#define _DPRINTK_FLAGS_PRINT (1 << 0)
#define _DPRINTK_FLAGS_INCL_MODNAME (1 << 1)
#define _DPRINTK_FLAGS_INCL_FUNCNAME (1 << 2)
#define _DPRINTK_FLAGS_INCL_LINENO (1 << 3)
#define _DPRINTK_FLAGS_INCL_TID (1 << 4)
#define _DPRINTK_FLAGS_INCL_SOURCENAME (1 << 5)
#define _DPRINTK_FLAGS_INCL_ANY \
	(_DPRINTK_FLAGS_INCL_MODNAME | _DPRINTK_FLAGS_INCL_FUNCNAME | _DPRINTK_FLAGS_INCL_LINENO | \
	 _DPRINTK_FLAGS_INCL_TID | _DPRINTK_FLAGS_INCL_SOURCENAME)
#ifdef DEBUG
#define _DPRINTK_FLAGS_DEFAULT _DPRINTK_FLAGS_PRINT
#else
#define _DPRINTK_FLAGS_DEFAULT 0
#endif

#define _DPRINTK_CLASS_DFLT 63

/* What kind of site it is: the numbers of abi/print.h. */
#define ORIEL_PRINT_DEBUG 0
#define ORIEL_PRINT_TRACE 1
#define ORIEL_PRINT_HEX 2		/* what it prints is made to text at once */

/* What stands in front of each text of a file: defined before this header is included, as
 *	#define pr_fmt(fmt) "disk: " fmt
 * It may bring arguments with it: "%s: " fmt, __func__ */
#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

/* The module that a site belongs to; without it the object's own name. */
#ifdef KBUILD_MODNAME
#define ORIEL_MODNAME KBUILD_MODNAME
#else
#define ORIEL_MODNAME NULL
#endif

#define ORIEL_FIRST_(first, ...) first
#define ORIEL_FIRST(...) ORIEL_FIRST_(__VA_ARGS__, 0)

ORIEL_BEGIN_DECLS

/* How the classes of a DECLARE_DYNDBG_CLASSMAP() are switched by what a program makes of them. */
enum class_map_type {
	DD_CLASS_TYPE_DISJOINT_BITS,
	DD_CLASS_TYPE_LEVEL_NUM,
	DD_CLASS_TYPE_DISJOINT_NAMES,
	DD_CLASS_TYPE_LEVEL_NAMES,
};

/* Names of classes: base is the number of the first, as in __pr_debug_cls(number, ...). */
struct ddebug_class_map {
	const char *mod_name;		/* NULL: the object's own name */
	const char *const *class_names;
	int length;
	int base;
	enum class_map_type map_type;
};

/* One site. The runtime writes what is from key on, and flags. */
struct _ddebug {
	const char *modname;		/* NULL: the object's own name */
	const char *function;
	const char *filename;
	const char *format;		/* what queries and lists know it by; NULL of a
					   trace_printk() whose records have their text */
	const char *text;		/* what it prints, with pr_fmt(): often ends with format */
	uint32_t lineno;
	uint16_t flags;			/* _DPRINTK_FLAGS_* */
	uint8_t class_id;		/* _DPRINTK_CLASS_DFLT: none */
	uint8_t kind;			/* ORIEL_PRINT_* */
	struct static_key_false key;
	uint32_t id;			/* in the domain's registry, plus 1; 0: not registered */
	uint32_t state;
	const void *plan;		/* how its arguments are laid down */
	const void *owner;		/* its first entry in the object's table */
} __attribute__((aligned(8)));

#ifndef ORIEL_DISABLE
/**
 * dynamic_debug_exec_queries() - switch sites of this process
 * @query:   queries as in dynamic_debug/control, several with ; or newline between them
 * @modname: of sites of this module only, or NULL
 *
 * Also holds for objects that are loaded later. Any thread; not in a signal handler.
 * Return: how many sites matched, or -EINVAL of a query that makes no sense; others before it hold.
 */
int dynamic_debug_exec_queries(const char *query, const char *modname);

/**
 * oriel_dyndbg_emit() - print a site's line
 * @fmt: the site's text; looked at only where what the site prints is made to text at once
 *
 * What pr_debug() calls when it is on. Any context, async-signal-safe; leaves errno alone. What
 * finds no room is counted as dropped.
 */
void oriel_dyndbg_emit(struct _ddebug *site, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* print_hex_dump_debug() that is on; arguments as print_hex_dump() has them. */
void oriel_dyndbg_hex_dump(struct _ddebug *site, const char *prefix_str, int prefix_type,
			   int rowsize, int groupsize, const void *buf, size_t len, int ascii);
#else
ORIEL_INLINE int dynamic_debug_exec_queries(const char *query, const char *modname)
{
	(void)query, (void)modname;
	return -ENOSYS;
}
#endif

/* Never called: has the compiler check arguments. */
__attribute__((format(printf, 1, 2), unused)) static inline int oriel_check_format(const char *fmt,
										   ...)
{
	(void)fmt;
	return 0;
}

ORIEL_END_DECLS

#define ORIEL_NO_PRINT(...) \
	do { \
		if (0) \
			oriel_check_format(__VA_ARGS__); \
	} while (0)

#define __dynamic_pr_debug oriel_dyndbg_emit
#define ORIEL_PRINT_INIT(func, fmt, text, cls, kind, flags) \
	{ ORIEL_MODNAME, func, __FILE__, fmt, text, __LINE__, flags, cls, kind, { { 0 } }, \
	  0, 0, 0, 0 }

/*
 * DECLARE_DYNDBG_CLASSMAP(name, type, base, "CLASS", ...) - name the classes base, base + 1, ...
 * of __pr_debug_cls(), so that queries may say "class CLASS". At file scope.
 */
#ifndef ORIEL_DISABLE
#define DECLARE_DYNDBG_CLASSMAP(var, type, first, ...) \
	static const char *const var##_classnames[] = { __VA_ARGS__ }; \
	static struct ddebug_class_map __attribute__((unused)) var = { \
		ORIEL_MODNAME, var##_classnames, \
		(int)(sizeof(var##_classnames) / sizeof(var##_classnames[0])), first, type \
	}; \
	static struct ddebug_class_map *const var##_ref ORIEL_RETAIN \
		__attribute__((section("oriel_classes"))) = &var
#else
#define DECLARE_DYNDBG_CLASSMAP(var, type, first, ...) \
	static const int var __attribute__((unused)) = (first)
#endif

/*
 * DEFINE_DYNAMIC_DEBUG_METADATA(name, fmt) makes a site by hand; DYNAMIC_DEBUG_BRANCH(name) is
 * whether it is on; __dynamic_pr_debug(&name, fmt, ...) prints, with that very fmt. In C++ not in
 * functions that may be inlined across files, where pr_debug() may be.
 */
#define DEFINE_DYNAMIC_DEBUG_METADATA_CLS(name, cls, fmt) \
	static struct _ddebug __attribute__((unused)) name = \
		ORIEL_PRINT_INIT(__func__, fmt, fmt, cls, ORIEL_PRINT_DEBUG, _DPRINTK_FLAGS_DEFAULT)
#define DEFINE_DYNAMIC_DEBUG_METADATA(name, fmt) \
	DEFINE_DYNAMIC_DEBUG_METADATA_CLS(name, _DPRINTK_CLASS_DFLT, fmt)

#ifndef ORIEL_DISABLE

#if defined(__aarch64__)
#define ORIEL_ADDRESS "S"
#else
#define ORIEL_ADDRESS "i"
#endif
/* The site's entry in the object's table, in the group of the function that it stands in. */
#define ORIEL_PRINT_ENTRY(site) \
	__asm__ volatile(".pushsection oriel_dyndbg, \"awR?\", %%progbits\n\t" \
			 ".balign %c1\n\t" \
			 ".dc.a %c0\n\t" \
			 ".popsection" \
			 : : ORIEL_ADDRESS(&(site)), "i"(sizeof(void *)))

#define ORIEL_PRINT_IS_ON(site, branch) \
	ORIEL_UNLIKELY(__extension__({ \
		bool oriel_is_on = (branch); \
		if (oriel_is_on) \
			ORIEL_PRINT_ENTRY(site); \
		oriel_is_on; \
	}))
#define DYNAMIC_DEBUG_BRANCH(site) ORIEL_PRINT_IS_ON(site, static_branch_unlikely(&(site).key))

/*
 * ORIEL_PRINT() - a site, and what is done when it is on, with ORIEL_PRINT_SITE as its address
 *
 * In C++ the site is made in a class of its own, for the reason that static_key.h gives; what it
 * says of the function around comes in by constants.
 */
#ifdef __cplusplus
#define ORIEL_PRINT_SITE oriel_print_site
#define ORIEL_PRINT(fmt, text, cls, kind, flags, ...) \
	do { \
		static constexpr const char *oriel_print_func = __func__; \
		static constexpr const char *oriel_print_fmt = fmt, *oriel_print_text = text; \
		struct __attribute__((visibility("hidden"))) oriel_print { \
			ORIEL_OWN_FUNCTION static inline struct _ddebug *on() \
			{ \
				static struct _ddebug site = \
					ORIEL_PRINT_INIT(oriel_print_func, oriel_print_fmt, \
							 oriel_print_text, cls, kind, flags); \
				return ORIEL_PRINT_IS_ON(site, ORIEL_PRINT_BRANCH(site)) \
					       ? &site \
					       : nullptr; \
			} \
		}; \
		struct _ddebug *oriel_print_site = oriel_print::on(); \
		if (ORIEL_UNLIKELY(oriel_print_site)) { \
			__VA_ARGS__; \
		} \
	} while (0)
#if ORIEL_JUMP_LABEL
#define ORIEL_PRINT_BRANCH(site) \
	(__extension__({ ORIEL_BRANCH_BODY(&(site).key, 0, false, false, ) }))
#else
#define ORIEL_PRINT_BRANCH(site) static_branch_unlikely(&(site).key)
#endif
#else
#define ORIEL_PRINT_SITE (&oriel_print_site)
#define ORIEL_PRINT(fmt, text, cls, kind, flags, ...) \
	do { \
		static struct _ddebug oriel_print_site = \
			ORIEL_PRINT_INIT(__func__, fmt, text, cls, kind, flags); \
		if (DYNAMIC_DEBUG_BRANCH(oriel_print_site)) { \
			__VA_ARGS__; \
		} \
	} while (0)
#endif

#define dynamic_pr_debug_cls(cls, fmt, ...) \
	ORIEL_PRINT(fmt, ORIEL_FIRST(pr_fmt(fmt)), cls, ORIEL_PRINT_DEBUG, _DPRINTK_FLAGS_DEFAULT, \
		    oriel_dyndbg_emit(ORIEL_PRINT_SITE, pr_fmt(fmt), ##__VA_ARGS__))
#define dynamic_hex_dump(prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii) \
	ORIEL_PRINT(__builtin_constant_p(prefix_str) ? prefix_str : "hexdump", "%s", \
		    _DPRINTK_CLASS_DFLT, ORIEL_PRINT_HEX, _DPRINTK_FLAGS_DEFAULT, \
		    oriel_dyndbg_hex_dump(ORIEL_PRINT_SITE, prefix_str, prefix_type, rowsize, \
					  groupsize, buf, len, ascii))
/* func(site, ...) where the site is on; what it prints by __dynamic_pr_debug() is made to text. */
#define _dynamic_func_call_cls(cls, fmt, func, ...) \
	ORIEL_PRINT(ORIEL_FIRST(fmt), "%s", cls, ORIEL_PRINT_HEX, _DPRINTK_FLAGS_DEFAULT, \
		    func(ORIEL_PRINT_SITE, ##__VA_ARGS__))
#define _dynamic_func_call_cls_no_desc(cls, fmt, func, ...) \
	ORIEL_PRINT(ORIEL_FIRST(fmt), "%s", cls, ORIEL_PRINT_HEX, _DPRINTK_FLAGS_DEFAULT, \
		    func(__VA_ARGS__))

#else

#define DYNAMIC_DEBUG_BRANCH(site) ((void)&(site), false)
#define oriel_dyndbg_emit(site, ...) ((void)(site), (void)(0 ? oriel_check_format(__VA_ARGS__) : 0))
#define dynamic_pr_debug_cls(cls, fmt, ...) ORIEL_NO_PRINT(pr_fmt(fmt), ##__VA_ARGS__)
#define dynamic_hex_dump(prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii) \
	do { \
		if (0) \
			(void)(prefix_str), (void)(prefix_type), (void)(rowsize), \
				(void)(groupsize), (void)(buf), (void)(len), (void)(ascii); \
	} while (0)
#define _dynamic_func_call_cls(cls, fmt, func, ...) \
	do { \
		if (0) \
			func((struct _ddebug *)NULL, ##__VA_ARGS__); \
	} while (0)
#define _dynamic_func_call_cls_no_desc(cls, fmt, func, ...) \
	do { \
		if (0) \
			func(__VA_ARGS__); \
	} while (0)

#endif

#define _dynamic_func_call(fmt, func, ...) \
	_dynamic_func_call_cls(_DPRINTK_CLASS_DFLT, fmt, func, ##__VA_ARGS__)
#define _dynamic_func_call_no_desc(fmt, func, ...) \
	_dynamic_func_call_cls_no_desc(_DPRINTK_CLASS_DFLT, fmt, func, ##__VA_ARGS__)
#define dynamic_pr_debug(fmt, ...) \
	dynamic_pr_debug_cls(_DPRINTK_CLASS_DFLT, fmt, ##__VA_ARGS__)
/* cls: a constant, of a DECLARE_DYNDBG_CLASSMAP() */
#define __pr_debug_cls(cls, fmt, ...) dynamic_pr_debug_cls(cls, fmt, ##__VA_ARGS__)

#endif
