/* SPDX-License-Identifier: MIT */
/*
 * Dynamic debug: each pr_debug() of a program is a site that is switched on and off while it runs,
 * with the kernel's names and meaning (linux/dynamic_debug.h).
 */
#ifndef ORIEL_DYNAMIC_DEBUG_H
#define ORIEL_DYNAMIC_DEBUG_H

#include <oriel/static_key.h>

#define _DPRINTK_FLAGS_NONE 0
#define _DPRINTK_FLAGS_PRINT (1 << 0)
#define _DPRINTK_FLAGS_INCL_MODNAME (1 << 1)
#define _DPRINTK_FLAGS_INCL_FUNCNAME (1 << 2)
#define _DPRINTK_FLAGS_INCL_LINENO (1 << 3)
#define _DPRINTK_FLAGS_INCL_TID (1 << 4)
#define _DPRINTK_FLAGS_INCL_SOURCENAME (1 << 5)

#define _DPRINTK_CLASS_DFLT 63

/* What kind of site it is: the numbers of abi/print.h. */
#define ORIEL_PRINT_DEBUG 0
#define ORIEL_PRINT_TRACE 1
#define ORIEL_PRINT_HEX 2

ORIEL_BEGIN_DECLS

#ifndef ORIEL_DISABLE
/* One site: in the section "oriel_dyndbg", as an array. The runtime writes what is below key. */
struct _ddebug {
	const char *modname;		/* NULL: the object's own name */
	const char *function;
	const char *filename;
	const char *format;
	const char *head;		/* printed before format, with the first arguments; or NULL */
	uint32_t lineno;
	uint16_t flags;			/* _DPRINTK_FLAGS_* */
	uint8_t class_id;		/* _DPRINTK_CLASS_DFLT: none */
	uint8_t kind;			/* ORIEL_PRINT_* */
	struct static_key_false key;
	uint32_t id;			/* in the domain's registry, plus 1; 0: not registered */
	uint32_t state;
	const void *plan;		/* how its arguments are laid down */
	void *reserved;
} __attribute__((aligned(8)));
#endif

ORIEL_END_DECLS

#endif
