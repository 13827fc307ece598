/* SPDX-License-Identifier: MIT */
/*
 * What every Oriel header needs: attributes, and the record of this object (program or shared
 * object) that the runtime keeps.
 *
 * Including an Oriel header gives the object one struct oriel_dso and a constructor that registers
 * it: an entry in a list, and nothing else while no event is on.
 */
#ifndef ORIEL_BASE_H
#define ORIEL_BASE_H

#include <stddef.h>
#include <stdint.h>

#define ORIEL_VERSION_MAJOR 0
#define ORIEL_VERSION_MINOR 1
#define ORIEL_VERSION_PATCH 0
#define ORIEL_VERSION_STRING "0.1.0"

#ifdef __cplusplus
#define ORIEL_BEGIN_DECLS extern "C" {
#define ORIEL_END_DECLS }
#define ORIEL_CONST_CAST(type, x) const_cast<type>(x)
#else
#define ORIEL_BEGIN_DECLS
#define ORIEL_END_DECLS
#define ORIEL_CONST_CAST(type, x) ((type)(x))
#endif

#define ORIEL_STR_(...) #__VA_ARGS__
#define ORIEL_STR(...) ORIEL_STR_(__VA_ARGS__)
#define ORIEL_CAT_(a, b) a##b
#define ORIEL_CAT(a, b) ORIEL_CAT_(a, b)

#define ORIEL_LIKELY(x) __builtin_expect(!!(x), 1)
#define ORIEL_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ORIEL_INLINE static inline __attribute__((always_inline, unused))

/*
 * Behind the declaration of a function that has the kernel's name: for the linker it is oriel_NAME,
 * so that it never stands in the way of a function that a program has by that name. With
 * ORIEL_DISABLE it is for functions that nobody calls, and needs no library.
 */
#ifndef ORIEL_DISABLE
#define ORIEL_LINKED(name) __asm__("oriel_" #name)
#else
#define ORIEL_LINKED(name) __asm__("oriel_" #name) __attribute__((weak))
#endif

#ifndef ORIEL_DISABLE

#if defined(__has_attribute)
#if __has_attribute(retain)
#define ORIEL_RETAIN __attribute__((used, retain))
#endif
#endif
#ifndef ORIEL_RETAIN
#define ORIEL_RETAIN __attribute__((used))
#endif

/*
 * Sites are patched where the compiler and the CPU can; elsewhere, or with ORIEL_NO_JUMP_LABEL, a
 * site loads its key and branches.
 */
#if defined(__x86_64__) && !defined(__ILP32__) && !defined(ORIEL_NO_JUMP_LABEL)
#define ORIEL_JUMP_LABEL 1
#else
#define ORIEL_JUMP_LABEL 0
#endif

ORIEL_BEGIN_DECLS

struct trace_event_call;
struct trace_eval_map;
struct static_key;
struct _ddebug;
struct ddebug_class_map;

/* One site; offsets from the field itself. The table is read-only and needs no relocation. */
struct oriel_site {
	int32_t code;			/* the instruction */
	int32_t target;			/* where its jump leads */
	int32_t key;			/* a pointer to the key */
	uint32_t likely;		/* 1: the jump is taken while the key is off */
};

#define ORIEL_DSO_VERSION 2U

/* What one object has to register. The runtime links these; an object fills in the tables only. */
struct oriel_dso {
	uint32_t version; /* ORIEL_DSO_VERSION of the headers that it was built with */
	uint32_t registered;
	const struct oriel_site *sites_start, *sites_end;
	struct trace_event_call *const *events_start, *const *events_end;
	const struct trace_eval_map *const *evals_start, *const *evals_end;
	struct _ddebug *const *dyndbg_start, *const *dyndbg_end; /* one site may stand twice */
	struct ddebug_class_map *const *classes_start, *const *classes_end;
	struct oriel_dso *next;
	const char *modname;		/* of sites that name none; the runtime finds it */
	void *reserved[4];
};

/**
 * oriel_dso_register() - tell the runtime about this object's events and sites
 *
 * Called by the constructor that these headers define; calling it again does nothing. Any thread.
 * Does not fail.
 */
void oriel_dso_register(struct oriel_dso *dso);

/** oriel_dso_unregister() - forget an object that is about to be unloaded; waits for a change of
 * sites that is under way */
void oriel_dso_unregister(struct oriel_dso *dso);

extern const struct oriel_site __start_oriel_sites[] __attribute__((weak, visibility("hidden")));
extern const struct oriel_site __stop_oriel_sites[] __attribute__((weak, visibility("hidden")));
extern struct trace_event_call *const __start_oriel_events[]
	__attribute__((weak, visibility("hidden")));
extern struct trace_event_call *const __stop_oriel_events[]
	__attribute__((weak, visibility("hidden")));
extern const struct trace_eval_map *const __start_oriel_evals[]
	__attribute__((weak, visibility("hidden")));
extern const struct trace_eval_map *const __stop_oriel_evals[]
	__attribute__((weak, visibility("hidden")));
extern struct _ddebug *const __start_oriel_dyndbg[] __attribute__((weak, visibility("hidden")));
extern struct _ddebug *const __stop_oriel_dyndbg[] __attribute__((weak, visibility("hidden")));
extern struct ddebug_class_map *const __start_oriel_classes[]
	__attribute__((weak, visibility("hidden")));
extern struct ddebug_class_map *const __stop_oriel_classes[]
	__attribute__((weak, visibility("hidden")));

#ifndef ORIEL_INTERNAL
__attribute__((weak, visibility("hidden"))) struct oriel_dso oriel_this_dso = {
	ORIEL_DSO_VERSION,
	0,
	__start_oriel_sites,
	__stop_oriel_sites,
	__start_oriel_events,
	__stop_oriel_events,
	__start_oriel_evals,
	__stop_oriel_evals,
	__start_oriel_dyndbg,
	__stop_oriel_dyndbg,
	__start_oriel_classes,
	__stop_oriel_classes,
	0,
	0,
	{ 0, 0, 0, 0 },
};

/* Before the object's other constructors, after its other destructors: both may hold events. */
__attribute__((constructor(101), unused)) static void oriel_dso_constructor(void)
{
	if (!oriel_this_dso.registered)
		oriel_dso_register(&oriel_this_dso);
}

__attribute__((destructor(101), unused)) static void oriel_dso_destructor(void)
{
	if (oriel_this_dso.registered)
		oriel_dso_unregister(&oriel_this_dso);
}
#endif

ORIEL_END_DECLS

#endif /* ORIEL_DISABLE */
#endif
