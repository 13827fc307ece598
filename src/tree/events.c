// SPDX-License-Identifier: MIT
/*
 * The files that describe events: format, id, header_page, header_event, available_events.
 */
#include <errno.h>
#include <string.h>

#include "abi/ring.h"
#include "tree/kinds.h"

int orl_event_slots(struct orl_file *f, struct orl_slots *slots)
{
	return orl_tree_slots_locked(f->tree, f->where.system, f->where.event, slots) ? 0 :
										       -ENODEV;
}

static int show_format(struct orl_file *f, struct orl_text *out)
{
	struct orl_slots slots;
	int rc = orl_event_slots(f, &slots);

	if (rc)
		return rc;
	if (slots.ftrace) {
		orl_text_puts(out, slots.ftrace->format);
	} else {
		const struct orl_event *e = orl_tree_newest_locked(f->tree, &slots);

		orl_text_write(out, e->format, e->format_len);
	}
	return 0;
}

static int show_id(struct orl_file *f, struct orl_text *out)
{
	struct orl_slots slots;
	int rc = orl_event_slots(f, &slots);

	if (!rc)
		orl_text_printf(out, "%d\n",
				slots.ftrace ? slots.ftrace->id :
					       orl_tree_newest_locked(f->tree, &slots)->id);
	return rc;
}

static int show_header_page(struct orl_file *f, struct orl_text *out)
{
	const char *line = "\tfield: %s;\toffset:%u;\tsize:%u;\tsigned:%u;\n";
	uint32_t page_size = f->session->set->page_size;

	orl_text_printf(out, line, "u64 timestamp", 0U, 8U, 0U);
	orl_text_printf(out, line, "local_t commit", 8U, 8U, 1U);
	orl_text_printf(out, line, "int overwrite", 8U, 1U, 1U);
	orl_text_printf(out, line, "char data", ORL_PAGE_HEADER, page_size - ORL_PAGE_HEADER, 0U);
	return 0;
}

static int show_header_event(struct orl_file *f, struct orl_text *out)
{
	(void)f;
	orl_text_puts(out, "# compressed entry header\n"
			   "\ttype_len    :    5 bits\n"
			   "\ttime_delta  :   27 bits\n"
			   "\tarray       :   32 bits\n"
			   "\n"
			   "\tpadding     : type == 29\n"
			   "\ttime_extend : type == 30\n"
			   "\ttime_stamp : type == 31\n"
			   "\tdata max type_len  == 28\n");
	return 0;
}

void orl_events_names(struct orl_file *f, struct orl_text *out,
		      bool (*pass)(struct orl_file *f, const struct orl_event *e, void *arg),
		      void *arg)
{
	const struct orl_events *ev = &f->tree->events;
	const struct orl_event *last = NULL;

	for (uint32_t i = 0; i < ev->nr; i++) {
		const struct orl_event *e = &ev->event[i];

		if ((last && !strcmp(last->name, e->name) && !strcmp(last->system, e->system)) ||
		    (pass && !pass(f, e, arg)))
			continue;
		last = e;
		orl_text_printf(out, "%s:%s\n", e->system, e->name);
	}
}

static int show_available(struct orl_file *f, struct orl_text *out)
{
	int rc = orl_tree_events_locked(f->tree);

	if (!rc)
		orl_events_names(f, out, NULL, NULL);
	return rc;
}

#define SHARED ORL_KIND_SHARED
#define NUDGE (ORL_KIND_SHARED | ORL_KIND_NUDGE)
#define WAIT (ORL_KIND_SHARED | ORL_KIND_WAIT)
#define PRINT (WAIT | ORL_KIND_PRINT)

const struct orl_kind orl_kinds_tracing_events[] = {
	{ "available_events", 0440, SHARED | ORL_KIND_TOP | ORL_KIND_DISCOVER, show_available },
	{ "set_event", 0640, NUDGE | ORL_KIND_LONG | ORL_KIND_DISCOVER, orl_show_set_event,
	  orl_store_set_event, orl_trunc_set_event },
	{ "set_event_notrace_pid", 0640, WAIT | ORL_KIND_LONG, orl_show_pids, orl_store_pids,
	  orl_trunc_pids },
	{ "set_event_pid", 0640, WAIT | ORL_KIND_LONG, orl_show_pids, orl_store_pids,
	  orl_trunc_pids },
	{ NULL },
};

const struct orl_kind orl_kinds_events[] = {
	{ "enable", 0640, NUDGE | ORL_KIND_DISCOVER, orl_show_enable_many, orl_store_enable_many },
	{ "header_event", 0440, SHARED, show_header_event },
	{ "header_page", 0440, SHARED, show_header_page },
	{ NULL },
};

const struct orl_kind orl_kinds_system[] = {
	{ "enable", 0640, NUDGE, orl_show_enable_many, orl_store_enable_many },
	{ "filter", 0640, WAIT, orl_show_filter_system, orl_store_filter_system },
	{ NULL },
};

const struct orl_kind orl_kinds_event[] = {
	{ "enable", 0640, NUDGE, orl_show_enable, orl_store_enable },
	{ "filter", 0640, WAIT, orl_show_filter, orl_store_filter },
	{ "format", 0440, SHARED, show_format },
	{ "hist", 0440, 0, orl_show_hist },
	{ "id", 0440, SHARED, show_id },
	{ "trigger", 0640, WAIT, orl_show_trigger, orl_store_trigger, orl_trunc_trigger },
	{ NULL },
};

const struct orl_kind orl_kinds_ftrace_event[] = {
	{ "filter", 0640, PRINT, orl_show_filter, orl_store_filter },
	{ "format", 0440, SHARED, show_format },
	{ "hist", 0440, ORL_KIND_PRINT, orl_show_hist },
	{ "id", 0440, SHARED, show_id },
	{ "trigger", 0640, PRINT, orl_show_trigger, orl_store_trigger, orl_trunc_trigger },
	{ NULL },
};
