/* SPDX-License-Identifier: MIT */
/*
 * What a line printer looks up for each record: the format of an event id, the name of a task.
 * Both are filled first and then only read, which any number of threads may do at once.
 */
#ifndef ORL_DECODE_FORMATS_H
#define ORL_DECODE_FORMATS_H

#include "decode/format.h"
#include "decode/kallsyms.h"
#include "decode/print-texts.h"

#define ORL_MAX_EVENT_ID 65535	/* a record has 16 bits for it */
#define ORL_COMM_LEN	 16	/* with the terminating NUL, as in the kernel */

struct orl_formats;
struct orl_comms;

/** orl_formats_create() - an empty table; 0 or -ENOMEM */
int orl_formats_create(struct orl_formats **out);

/**
 * orl_formats_add() - put a format under its id
 * @f: belongs to the table from now on, also when the call fails (it is freed then)
 *
 * Return: 0, -EEXIST when the id is taken, -EINVAL when it is beyond ORL_MAX_EVENT_ID, -ENOMEM.
 */
int orl_formats_add(struct orl_formats *t, struct orl_format *f);

/** orl_formats_find() - the format of an id, or NULL; lives as long as the table */
const struct orl_format *orl_formats_find(const struct orl_formats *t, unsigned int id);

/**
 * orl_formats_foreach() - call @fn for each format, ids rising
 *
 * Return: 0, or what @fn returned when that was not 0; then no more are visited.
 */
int orl_formats_foreach(const struct orl_formats *t,
			int (*fn)(void *arg, const struct orl_format *f), void *arg);

/**
 * orl_formats_set_functions() - name addresses by @k in lines of report
 * @k: must live as long as the table; NULL, as at first: only the address of markers has a name
 */
void orl_formats_set_functions(struct orl_formats *t, const struct orl_kallsyms *k);

/** orl_formats_functions() - what was set, or NULL */
const struct orl_kallsyms *orl_formats_functions(const struct orl_formats *t);

/**
 * orl_formats_set_prints() - print records of ftrace:bprint by @p
 * @p: must live as long as the table; NULL, as at first: their formats are not known
 *
 * A table with one belongs to one thread.
 */
void orl_formats_set_prints(struct orl_formats *t, struct orl_print_texts *p);

/** orl_formats_prints() - what was set, or NULL */
struct orl_print_texts *orl_formats_prints(const struct orl_formats *t);

/** orl_formats_destroy() - free the table and its formats; NULL is allowed */
void orl_formats_destroy(struct orl_formats *t);

/** orl_comms_create() - an empty table of task names; 0 or -ENOMEM */
int orl_comms_create(struct orl_comms **out);

/**
 * orl_comms_set() - name a task, replacing an earlier name
 * @comm: at most @len bytes, ends at a NUL; what is longer than a comm is cut
 *
 * Return: 0 or -ENOMEM.
 */
int orl_comms_set(struct orl_comms *c, int32_t pid, const char *comm, size_t len);

/**
 * orl_comms_load() - take names from the text of saved_cmdlines, lines of "PID COMM"
 *
 * Lines that are not of this form are skipped. Return: 0 or -ENOMEM.
 */
int orl_comms_load(struct orl_comms *c, const char *text, size_t len);

/** orl_comms_get() - name of a task; "<idle>" for pid 0, "<...>" when it is not known */
const char *orl_comms_get(const struct orl_comms *c, int32_t pid);

/** orl_comms_destroy() - free the table; NULL is allowed */
void orl_comms_destroy(struct orl_comms *c);

#endif /* ORL_DECODE_FORMATS_H */
