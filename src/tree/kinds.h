/* SPDX-License-Identifier: MIT */
/*
 * Functions of kinds whose table is in another file. See struct orl_kind for what they do.
 */
#ifndef ORL_TREE_KINDS_H
#define ORL_TREE_KINDS_H

#include "compile/compile.h"
#include "tree/impl.h"

int orl_show_functions(struct orl_file *f, struct orl_text *out);
int orl_show_printk_formats(struct orl_file *f, struct orl_text *out);
int orl_show_readme(struct orl_file *f, struct orl_text *out);
int orl_show_errors(struct orl_file *f, struct orl_text *out);
int orl_store_errors(struct orl_file *f, char *buf, size_t len);
int orl_trunc_errors(struct orl_file *f);
int orl_show_size(struct orl_file *f, struct orl_text *out);
int orl_store_size(struct orl_file *f, char *buf, size_t len);
int orl_show_total_size(struct orl_file *f, struct orl_text *out);
int orl_show_subbuf_size(struct orl_file *f, struct orl_text *out);
int orl_store_subbuf_size(struct orl_file *f, char *buf, size_t len);
int orl_show_cpumask(struct orl_file *f, struct orl_text *out);
int orl_store_cpumask(struct orl_file *f, char *buf, size_t len);
int orl_show_options(struct orl_file *f, struct orl_text *out);
int orl_store_options(struct orl_file *f, char *buf, size_t len);
int orl_show_set_event(struct orl_file *f, struct orl_text *out);
int orl_show_pids(struct orl_file *f, struct orl_text *out);
int orl_show_enable_many(struct orl_file *f, struct orl_text *out);
int orl_show_filter_system(struct orl_file *f, struct orl_text *out);
int orl_show_enable(struct orl_file *f, struct orl_text *out);
int orl_show_filter(struct orl_file *f, struct orl_text *out);
int orl_show_hist(struct orl_file *f, struct orl_text *out);
int orl_show_trigger(struct orl_file *f, struct orl_text *out);
int orl_store_set_event(struct orl_file *f, char *buf, size_t len);
int orl_store_pids(struct orl_file *f, char *buf, size_t len);
int orl_store_enable_many(struct orl_file *f, char *buf, size_t len);
int orl_store_filter_system(struct orl_file *f, char *buf, size_t len);
int orl_store_enable(struct orl_file *f, char *buf, size_t len);
int orl_store_filter(struct orl_file *f, char *buf, size_t len);
int orl_store_trigger(struct orl_file *f, char *buf, size_t len);
int orl_trunc_set_event(struct orl_file *f);
int orl_trunc_pids(struct orl_file *f);
int orl_trunc_trigger(struct orl_file *f);

/** orl_event_slots() - the events that the file's path names, under the tree's lock: 0 or -ENODEV
 */
int orl_event_slots(struct orl_file *f, struct orl_slots *slots);

/** orl_events_names() - "system:name" of all events that @pass lets through (NULL: all), each once
 */
void orl_events_names(struct orl_file *f, struct orl_text *out,
		      bool (*pass)(struct orl_file *f, const struct orl_event *e, void *arg),
		      void *arg);

/** orl_enable_events() - switch @nr events one by one; under the tree's lock */
int orl_enable_events(struct orl_file *f, const struct orl_event *e, uint32_t nr, bool on);
/** orl_enable_pattern() - a rule for "@system:*" */
int orl_enable_pattern(struct orl_file *f, const char *system, bool on);

/** orl_event_has_sites_on() - is it on, or kept ready by triggers? @triggers: orl_trigger_events()
 */
bool orl_event_has_sites_on(const struct orl_session *s, const struct orl_event *e,
			    const uint64_t *triggers);

/** orl_trigger_events() - which events have triggers of their own: a bit for each id */
#define ORL_TRIGGER_EVENTS 65536U
void orl_trigger_events(const struct orl_session *s, uint64_t *ids);
/** orl_trigger_switches() - is there a trigger that switches this event? */
bool orl_trigger_switches(const struct orl_session *s, uint32_t event_id);

/** orl_tree_mistake() - put a mistake in @text, @len bytes, into error_log and the file's error */
void orl_tree_mistake(struct orl_file *f, const char *text, uint32_t len,
		      const struct orl_mistake *m);

#endif
