// SPDX-License-Identifier: MIT
/*
 * One print site: how queries see it, its number in the registry, its flags and its key.
 *
 * A site that goes on: plan, registry, flags, key. One that stays on with other decorations: the
 * registry has them before the flags do. One that goes off: key, flags. So whatever a line under
 * way reads of its flags, its record can be printed.
 */
#include <string.h>

#include "domain/prints.h"
#include "runtime/dyndbg.h"

static struct orl_registry registry;
static bool gave_up;			/* no room: not to be asked again for each site */

/* The name of a class as the program's DECLARE_DYNDBG_CLASSMAP() gives it to the site's module. */
static const char *class_name(const struct oriel_dso *dso, const struct _ddebug *d)
{
	if (d->class_id == _DPRINTK_CLASS_DFLT)
		return NULL;
	for (struct ddebug_class_map *const *m = dso->classes_start; m < dso->classes_end; m++) {
		int i = (int)d->class_id - (*m)->base;
		bool same_module = (*m)->mod_name == d->modname ||
				   ((*m)->mod_name && d->modname &&
				    !strcmp((*m)->mod_name, d->modname));

		if (same_module && i >= 0 && i < (*m)->length && (*m)->class_names[i])
			return (*m)->class_names[i];
	}
	return "";
}

/* Where the text ends with the format, what stands before it; where it does not, all of it. */
static size_t head_len(const struct _ddebug *d, const char *format)
{
	size_t text_len, len;

	if (!d->text || !d->format)
		return 0;
	text_len = strlen(d->text);
	len = strlen(format);
	return text_len >= len ? text_len - len : 0;
}

/* What stands for the site: its format, but the whole text where that does not end with it. */
static const char *format_of(const struct _ddebug *d)
{
	size_t text_len, len;

	if (d->kind == ORL_PRINT_HEX || !d->text)
		return d->format ? d->format : "%s";
	if (!d->format)
		return d->text;
	text_len = strlen(d->text);
	len = strlen(d->format);
	if (text_len < len || strcmp(d->text + text_len - len, d->format))
		return d->text;
	return d->format;
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

void orl_site_describe(struct orl_query_site *site, const struct oriel_dso *dso,
		       const struct _ddebug *d)
{
	*site = (struct orl_query_site){
		.file = or_empty(d->filename),
		.function = or_empty(d->function),
		.module = d->modname ? d->modname : or_empty(dso->modname),
		.format = format_of(d),
		.class_name = class_name(dso, d),
		.line = d->lineno,
	};
}

void orl_site_retry_locked(void)
{
	gave_up = false;
}

/* Before the flags are there that ask for it. */
static void note_decor(const struct _ddebug *d, uint32_t flags)
{
	if (d->id && registry.head)
		orl_registry_note_decor(&registry, d->id - 1, orl_dyndbg_decor(d, flags));
}

void orl_site_register_locked(const struct oriel_dso *dso, struct _ddebug *d)
{
	static char head[ORL_PRINT_MAX];
	struct orl_print_source source = { .line = d->lineno, .kind = d->kind,
					   .class_id = d->class_id };
	struct orl_query_site site;
	int64_t number;
	bool is_text;
	size_t len;

	if (d->id || !orl_rt.proc)
		return;
	if (gave_up || (!registry.head && orl_registry_open(&registry, &orl_rt.domain))) {
		gave_up = true;
		return;
	}
	orl_site_describe(&site, dso, d);
	is_text = orl_print_is_text_locked(d);
	if (is_text && d->kind == ORL_PRINT_TRACE)
		site.format = "%s";
	else if (is_text)
		source.kind = ORL_PRINT_HEX;
	len = is_text ? 0 : head_len(d, site.format);
	if (len >= sizeof(head))
		len = sizeof(head) - 1;
	memcpy(head, or_empty(d->text), len);
	head[len] = '\0';
	source.text[ORL_PRINT_MODULE] = site.module;
	source.text[ORL_PRINT_FILE] = orl_query_trim(site.file);
	source.text[ORL_PRINT_FUNCTION] = site.function;
	source.text[ORL_PRINT_HEAD] = head;
	source.text[ORL_PRINT_FORMAT] = site.format;
	source.text[ORL_PRINT_CLASS] = site.class_name;
	number = orl_registry_add(&registry, &source);
	if (number >= 0) {
		orl_store(&d->id, (uint32_t)number + 1);
		if (d->state & ORL_STATE_ON)
			note_decor(d, d->flags);
		return;
	}
	gave_up = number != -E2BIG;
}

int orl_site_set_locked(const struct oriel_dso *dso, struct _ddebug *d, uint32_t flags)
{
	bool on = flags & ORL_SITE_PRINT, was_on = d->state & ORL_STATE_ON;

	if (flags == d->flags && on == was_on)
		return 0;
	if (on && !was_on && !d->plan)
		orl_print_plan_locked(d);
	if (on) {
		orl_site_register_locked(dso, d);
		note_decor(d, flags);
	}
	if (!on && was_on)
		orl_key_add_locked(&d->key.key, -1);
	orl_store_release(&d->flags, (uint16_t)flags);
	if (on && !was_on)
		orl_key_add_locked(&d->key.key, 1);
	d->state = (d->state & ~ORL_STATE_ON) | (on ? ORL_STATE_ON : 0);
	return (int)on - (int)was_on;
}
