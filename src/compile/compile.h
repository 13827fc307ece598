/* SPDX-License-Identifier: MIT */
/*
 * The texts of filter and trigger files, made into hooks (abi/hook.h), and hooks made into text.
 *
 * The grammar and the messages are those of the kernel's tracefs. Nothing here touches a domain: a
 * text, the format of an event, and a hook to fill in. Texts are any bytes; time and memory are
 * bounded by their length.
 */
#ifndef ORL_COMPILE_COMPILE_H
#define ORL_COMPILE_COMPILE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/hook.h"
#include "decode/format.h"
#include "decode/formats.h"
#include "decode/text.h"

/* Where and why a text is wrong: what goes to error_log, and under the caret. */
struct orl_mistake {
	char prefix[160]; /* "event filter parse error", "hist:sys:ev", "trigger ..." */
	const char *message;		/* "Field not found"; static. NULL: no entry in
					   error_log, only the errno */
	uint32_t pos;			/* bytes behind from; may be one behind the text's end */
	uint32_t from;			/* where the part of the text begins that error_log shows as
					   "Command:"; 0 but for the filter of a trigger */
	int err;			/* -EINVAL, -ENOENT ... as the kernel's write returns */
};

/**
 * orl_compile_filter() - a filter's text into hook->insn and hook->data
 * @hook: its program is written (nr_insns, insn, data, data_len); for a filter hook also text.
 *        The rest is the caller's
 * @f:    of the event; its fields are what the filter may name
 * @text: without a newline at the end, @len bytes
 *
 * Blanks at the end are dropped, as the kernel does. Positions count from the text's first byte.
 *
 * Return: 0, or @m->err with @m filled in: -EINVAL, -EPERM, -ENOENT, -ESRCH, as the kernel has it
 * for each mistake; -ENOSPC for more than ORL_NR_INSNS comparisons.
 */
int orl_compile_filter(struct orl_hook *hook, const struct orl_format *f, const char *text,
		       uint32_t len, struct orl_mistake *m);

/** orl_compile_filter_failed() - what the filter file shows after a failed write: the text, the
 * caret, "parse_error: ..." and an empty line */
void orl_compile_filter_failed(struct orl_text *out, const char *text, uint32_t len,
			       const struct orl_mistake *m);

/* One write to a trigger file, parsed. */
struct orl_trigger_text {
	bool remove;			/* "!..." */
	uint32_t cmd;			/* ORL_CMD_* */
	int64_t count;			/* -1: none given */
	char target_system[128], target_event[128];	/* enable_event, disable_event */
	char filter[ORL_HOOK_TEXT];	/* behind "if", or "" */
	uint32_t filter_pos;		/* where it stands in the text */
	/* hist */
	char name[64];			/* "" none */
	bool pause, cont, clear;
	uint32_t size;			/* 0: not given */
	char text[ORL_HOOK_TEXT]; /* normalised: what the trigger file lists, without the filter */
};

/**
 * orl_compile_trigger_parse() - one command written to a trigger file
 *
 * A mistake in a hist that is to be added is left for orl_compile_trigger() to tell, which knows
 * the event's name and fields; t->text is empty then.
 *
 * Return: 0, or -EINVAL and others with @m (m->message NULL where the kernel only returns the
 * errno).
 */
int orl_compile_trigger_parse(struct orl_trigger_text *t, const char *text, uint32_t len,
			      struct orl_mistake *m);

/**
 * orl_compile_trigger() - fill a hook from a parsed trigger for one event
 * Sets kind, cmd, count, flags, hist, text, and the program of its filter. Not: event, target,
 * hist_id, order.
 *
 * @text and @len are those given to orl_compile_trigger_parse(). In the error log a hist's command
 * begins at m->from, a filter's likewise: the filter stands there alone.
 *
 * Return: 0 or m->err.
 */
int orl_compile_trigger(struct orl_hook *hook, const struct orl_trigger_text *t,
			const struct orl_format *f, const char *text, uint32_t len,
			struct orl_mistake *m);

/** orl_compile_trigger_same() - does a "!" text name this hook? (the kernel's rule: same command,
 * where traceon and traceoff are the same, and enable_event and disable_event of one target; for
 * hist the same name, keys, vals, sort and filter). Where it does, the kernel refuses to add a
 * second one: -EEXIST. */
bool orl_compile_trigger_same(const struct orl_trigger_text *t, const struct orl_hook *hook);

/** orl_compile_trigger_list() - one line of the trigger file, "stacktrace:unlimited if x > 1\n" */
void orl_compile_trigger_list(struct orl_text *out, const struct orl_hook *hook);

/** orl_compile_trigger_help() - the text of a trigger file without triggers */
void orl_compile_trigger_help(struct orl_text *out);

/* What the hist file needs besides the table. */
struct orl_hist_view {
	const struct orl_hook *hook;
	const struct orl_format *format;
	const void *map;		/* a mapped or copied hist.ID; trusted for nothing */
	uint64_t map_len;
	/*
	 * Both may be NULL. symbol: append "name+0x12/0x34", false: not known. tid: the thread that
	 * is also in the key (common_pid), 0 when there is none and any process may be meant.
	 */
	bool (*symbol)(void *arg, uint64_t addr, int32_t tid, struct orl_text *out);
	uint64_t (*ns_of_ticks)(void *arg, uint64_t ticks);
	void *arg;
};

/**
 * orl_compile_hist_print() - one hist of an event's hist file, header to Totals
 *
 * Where an event has several, two newlines go between them. The map may be written meanwhile.
 * common_timestamp as key is printed in ns, or us with .usecs, by @view->ns_of_ticks.
 *
 * Return: 0, -ENOMEM, or -EBADMSG for a map that is not the hook's hist; then nothing was printed.
 */
int orl_compile_hist_print(struct orl_text *out, const struct orl_hist_view *view);

#endif
