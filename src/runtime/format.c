// SPDX-License-Identifier: MIT
/*
 * The text of an event's format file, as the kernel prints it, from its "format:" line on.
 *
 * Written twice, first to count and hash it and then to its place in the registry, so that no
 * buffer is needed. Offsets follow the kernel's rule: each field is aligned to its type's alignment
 * in a struct. Names given to TRACE_DEFINE_ENUM and TRACE_DEFINE_SIZEOF are replaced by their
 * values in the print format, outside of strings, as the kernel does.
 */
#include <string.h>

#include "runtime/runtime.h"

void orl_sink_text(struct orl_sink *sink, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		sink->hash = (sink->hash ^ (uint8_t)s[i]) * 0x100000001b3ULL;
		if (sink->cmp && sink->cmp[sink->len + i] != s[i])
			sink->differs = true;
	}
	if (sink->dst)
		memcpy(sink->dst + sink->len, s, len);
	sink->len += len;
}

static void put(struct orl_sink *sink, const char *s)
{
	orl_sink_text(sink, s, strlen(s));
}

static void put_number(struct orl_sink *sink, long long value)
{
	char digits[24];
	size_t at = sizeof(digits);
	unsigned long long v =
		value < 0 ? 0ULL - (unsigned long long)value : (unsigned long long)value;

	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	if (value < 0)
		digits[--at] = '-';
	orl_sink_text(sink, digits + at, sizeof(digits) - at);
}

static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Types that are macros here and were expanded: stdbool.h's, and oriel-linux/linux/types.h's. */
static void put_type(struct orl_sink *sink, const char *type)
{
	static const char *const macros[][2] = {
		{ "_Bool", "bool" },
		{ "oriel_kernel_dev_t", "dev_t" },
	};

	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++) {
		size_t len = strlen(macros[i][0]);

		if (!strncmp(type, macros[i][0], len) && !in_word(type[len])) {
			put(sink, macros[i][1]);
			type += len;
			break;
		}
	}
	put(sink, type);
}

static void put_field(struct orl_sink *sink, const struct trace_event_fields *field,
		      unsigned int offset)
{
	put(sink, "\tfield:");
	put_type(sink, field->type);
	put(sink, " ");
	put(sink, field->name);
	if (field->len) {
		put(sink, "[");
		put_number(sink, field->len);
		put(sink, "]");
	}
	put(sink, ";\toffset:");
	put_number(sink, offset);
	put(sink, ";\tsize:");
	put_number(sink, field->size);
	put(sink, ";\tsigned:");
	put_number(sink, field->is_signed);
	put(sink, ";\n");
}

static const struct trace_eval_map *find_eval(const struct trace_event_call *call, const char *s)
{
	for (struct oriel_dso *dso = orl_rt.dsos; dso; dso = dso->next) {
		for (const struct trace_eval_map *const *p = dso->evals_start; p < dso->evals_end;
		     p++) {
			size_t len = strlen((*p)->name);

			if (!strncmp(s, (*p)->name, len) &&
			    (!in_word((*p)->name[len - 1]) || !in_word(s[len])) &&
			    !strcmp((*p)->system, call->system))
				return *p;
		}
	}
	return NULL;
}

static void put_print_fmt(struct orl_sink *sink, const struct trace_event_call *call)
{
	const char *s = call->print_fmt;
	bool quoted = false;

	while (*s) {
		const struct trace_eval_map *eval = NULL;
		bool begins = s == call->print_fmt || !in_word(s[-1]);

		if (*s == '\\' && quoted && s[1]) {
			orl_sink_text(sink, s, 2);
			s += 2;
			continue;
		}
		if (*s == '"')
			quoted = !quoted;
		else if (!quoted && begins && in_word(*s))
			eval = find_eval(call, s);
		if (eval) {
			put_number(sink, eval->value);
			s += strlen(eval->name);
		} else {
			orl_sink_text(sink, s++, 1);
		}
	}
}

void orl_format_write(struct orl_sink *sink, const struct trace_event_call *call)
{
	static const struct trace_event_fields common[] = {
		{ "unsigned short", "common_type", 2, 2, 0, 0 },
		{ "unsigned char", "common_flags", 1, 1, 0, 0 },
		{ "unsigned char", "common_preempt_count", 1, 1, 0, 0 },
		{ "int", "common_pid", 4, 4, 0, 1 },
	};
	unsigned int offset = 0;

	put(sink, "format:\n");
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		put_field(sink, &common[i], offset);
		offset += common[i].size;
	}
	put(sink, "\n");
	for (const struct trace_event_fields *f = call->fields; f->type; f++) {
		unsigned int align = f->align ? f->align : 1;

		offset = (offset + align - 1) & ~(align - 1);
		put_field(sink, f, offset);
		offset += f->size;
	}
	put(sink, "\nprint fmt: ");
	put_print_fmt(sink, call);
	put(sink, "\n");
}
